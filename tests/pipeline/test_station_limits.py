"""No façade in what limits a station: each input, changed in a file, moves plan or KPI as theory says."""

from __future__ import annotations

from collections.abc import Callable

from tests.pipeline.running import CommandRun

Small = Callable[..., CommandRun]


def certified(run: CommandRun) -> bool:
    """Whether the certificate passes; the gap is another matter."""
    return run.summary["certificate"] in {"PASS", "PASS-WITH-GAP"}


def usable(run: CommandRun) -> dict[str, float]:
    """Return what the tiers of a plan can sell [kg/day]."""
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


def test_unloading_bays_limit_what_a_station_receives(small: Small, small_run: CommandRun) -> None:
    """One bay a size at 16 h a trailer: 1.5 x 280 kg less 1 % a peak day; without bays the plan asks."""
    bays = "".join(f"[tier.t{kg}]\nunloading_bays = 1\n" for kg in (500, 1000, 2000, 4000, 8000))
    run = small(bays + "[delivery]\nunload_hours = 16\n")

    assert certified(run)
    assert max(usable(run).values()) <= 1.5 * 280 * 0.99 / 1.35 + 1e-9
    assert max(usable(small_run).values()) > 1.5 * 280 * 0.99 / 1.35
    assert run.plan["objective_cny"] > small_run.plan["objective_cny"]
    assert any("unloading_bays" in said for said in small_run.plan["caveats"])
    assert not any("unloading_bays" in said for said in run.plan["caveats"])
    assert any("unloading bays sell 416 kg" in said for said in run.plan["caveats"])


def test_storage_beyond_the_largest_class_is_not_built(small: Small, small_run: CommandRun) -> None:
    """Stations may store 1,200 kg and must cover two days: nothing above 600 kg a day is built."""
    run = small("[station]\nstorage_days = 2\nlargest_storage_kg = 1200\n")

    assert certified(run)
    new = {s["tier"] for s in run.plan["stations"] if not s["existing"]}
    assert new <= {"t500"}
    assert new != {s["tier"] for s in small_run.plan["stations"] if not s["existing"]}
    rows = [row for station in run.plan["stations"] for row in station["timeline"]]
    assert all(row["storage_kg"] == 2 * row["usable_kg_per_day"] for row in rows)
    assert {row["storage_class"] for row in rows if row["tier"] == "t500"} == {"III"}
    assert any("Tier t1000 is not built" in said for said in run.plan["caveats"])
    assert run.plan["objective_cny"] > small_run.plan["objective_cny"]
