"""Claim: a station or size passes exactly where a load, a fact, a decision or a rule asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tiny_inputs import Documents
from tiny_run import documents

from corridor.certificate.dossier import Dossier
from corridor.certificate.money import keep_ledger
from corridor.certificate.needed import check_needed


def failures(*changes: Callable[[Documents], None]) -> tuple[str, ...]:
    """Change the tiny run and make this one check."""
    made = documents()
    for change in changes:
        change(made)
    d = Dossier(**made, hashes={})
    return check_needed(d, keep_ledger(d)).failures


def site(made: Documents, key: str) -> Any:
    """Return a candidate."""
    return next(row for row in made["sites"]["sites"] if row["id"] == key)


def e_sells_nothing(made: Documents) -> None:
    """Take away the trips that stop at E, the small station of 2030."""
    trips = made["plan"]["trips"]
    made["plan"]["trips"] = [r for r in trips if all(s["station"] != "e" for s in r["stops"])]


def spacing(max_gap_km: float, **more: Any) -> Callable[[Documents], None]:
    """Ask for stations along the road; without E 110 km of it lie behind U1 and 130 km behind V1."""
    rule = {"route": "T1", "max_gap_km": max_gap_km, "from_year": 2030, **more}

    def change(made: Documents) -> None:
        made["scenario"]["policy"] = {"spacing": {"near": rule}}

    return change


def required(year: int, tier: str = "s") -> Callable[[Documents], None]:
    """Require a station at E."""
    return lambda made: site(made, "e").update(required_from=year, required_tier=tier)


def e_exists(made: Documents) -> None:
    """Let E stand since 2030."""
    site(made, "e").update(existing_tier="s", existing_since=2030)


def v1_sells_little_at_first(made: Documents) -> None:
    """Halve the trips of 2026: V1 sells 241.5 kg/day, a small station sells 400, and grows later."""
    for row in made["plan"]["trips"]:
        if row["commodity"].endswith("2026"):
            row["trips_per_day"] /= 2


def u1_may_only_be_medium(made: Documents) -> None:
    """Forbid the small size at U1."""
    site(made, "u1")["tiers"] = ["m"]


def small_is_dear(made: Documents) -> None:
    """Let a small station need more staff than a medium one costs in all."""
    made["scenario"]["tier"]["s"]["staff_cny_per_year"] = 5e6


def given(made: Documents) -> None:
    """Say that the stations are the user's."""
    made["plan"]["stations_given"] = True


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (e_sells_nothing, spacing(100.0)),
        (e_sells_nothing, spacing(100.0, min_tier="s")),
        (e_sells_nothing, required(2030)),
        (e_sells_nothing, e_exists),
        (e_sells_nothing, given),
        (v1_sells_little_at_first, u1_may_only_be_medium, small_is_dear),
    ],
    ids=["loads", "rule", "rule and size", "decision", "fact", "given", "cheaper to be large"],
)
def test_what_is_asked_for_passes(changes: tuple[Callable[[Documents], None], ...]) -> None:
    """Loads, rules, decisions and facts each keep a station that nothing else would keep."""
    assert failures(*changes) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((e_sells_nothing,), "station e: 2026: none, 2030: none would"),
        ((e_sells_nothing, spacing(130.0)), "station e: 2026: none, 2030: none would"),
        ((e_sells_nothing, spacing(100.0, min_tier="m")), "station e: 2026: none, 2030: none"),
        ((e_sells_nothing, spacing(100.0, from_year=2031)), "station e: 2026: none, 2030: none"),
        ((e_sells_nothing, required(2031)), "station e: 2026: none, 2030: none would"),
        ((v1_sells_little_at_first, u1_may_only_be_medium), "station v1: 2026: s, 2030: m would"),
        ((v1_sells_little_at_first,), "station u1: 2026: s, 2030: m would"),
    ],
    ids=["idle", "wide rule", "other size", "later rule", "later decision", "early size", "both"],
)
def test_what_nothing_asks_for_fails(
    changes: tuple[Callable[[Documents], None], ...], words: str
) -> None:
    """A rule that holds without it, another size's rule, a later one: none keeps a station."""
    assert any(text.startswith(words) for text in failures(*changes)), failures(*changes)
