"""No façade in what limits a station: each input, changed in a file, moves plan or KPI as theory says."""

from __future__ import annotations

from collections.abc import Callable

from tests.pipeline.running import CommandRun

Small = Callable[..., CommandRun]


def certified(run: CommandRun) -> bool:
    """Whether the certificate passes; the gap is another matter."""
    return run.summary["certificate"] in {"PASS", "PASS-WITH-GAP"}


def usable(run: CommandRun) -> dict[str, float]:
    """Return what the tiers of a plan can sell. [kg/day]"""
    return {
        row["tier"]: row["usable_kg_per_day"]
        for station in run.plan["stations"]
        for row in station["timeline"]
    }


def test_dispensers_limit_what_a_station_sells(small: Small, small_run: CommandRun) -> None:
    """A fill of 55 min and 5 more: the hours of the dispensers bind, and the same demand costs more."""
    run = small("[station]\nfill_minutes = 55\n")

    assert certified(run)
    # no queue serves more than its dispensers: c trucks an hour, 30 kg each, a tenth of the day
    most = {"t500": 2, "t1000": 3, "t2000": 4, "t4000": 6, "t8000": 10}
    for tier, kg in usable(run).items():
        assert 0 < kg < most[tier] * 30 / 0.1 / 1.35
    assert run.plan["objective_cny"] > small_run.plan["objective_cny"]
