"""Claim: the certificate's own formulas give the numbers worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tiny_run import documents, write_run

from corridor.certificate import certify
from corridor.certificate.consumption import arc_g, usable_g
from corridor.certificate.decimals import annuity
from corridor.certificate.dossier import in_year
from corridor.certificate.driving import Trip, _drive_loop
from corridor.certificate.gravity import balanced
from corridor.certificate.supply import source_limits
from corridor.certificate.verdict import Check, Tally
from corridor.certificate.years import trucks_in

TRUCK = {
    "mass_laden_kg": 40_000.0, "mass_empty_kg": 15_000.0, "rolling_resistance": 0.006,
    "drag_area_m2": 5.0, "air_density_kg_per_m3": 1.0, "drivetrain_efficiency": 0.9,
    "fuel_cell_efficiency": 0.5, "regen_fraction": 0.5, "auxiliary_kw": 5.0,
    "speed_km_per_h": 72.0, "consumption_factor": 1.0, "tank_kg": 40.0, "usable_fraction": 0.92,
    "reserve_fraction": 0.075,
}  # fmt: skip
FLAT = {"unresolved_climb_m_per_100km": 0.0, "unresolved_grade": 0.03, "max_grade": 0.06}


def test_the_usable_tank_is_whole_grams() -> None:
    """40 kg x 0.92 x 0.925 = 34.04 kg, although doubles may say 34039.999...: no gram is lost."""
    assert usable_g(TRUCK) == 34_040


@pytest.mark.parametrize(
    ("rise_m", "grams"),
    [
        # flat: rolling 40000 x 9.81 x 0.006 = 2354.4 N, air 0.5 x 5 x 20^2 = 1000 N: 33.544 MJ
        # on 10 km; / 0.9 = 37.2711 MJ; auxiliaries 5 kW x 500 s = 2.5 MJ; / 0.5 = 79.5422 MJ:
        # 662.85 g of 120 kJ/g
        (0.0, 663),
        # 3 % up: n = 1.00044990; 40000 x 9.81 x 0.036 / n = 14120.047 N, + 1000: 151.20047 MJ;
        # / 0.9 + 2.5 = 170.50053; / 0.5 = 341.00105 MJ: 2841.675 g
        (300.0, 2842),
        # 3 % down: 392400 x -0.024 / n = -9413.365 N, + 1000 = -8413.365: 84.13365 MJ regained,
        # x 0.5 x 0.9 = 37.9 MJ > auxiliaries: the floor is 2.5 / 0.5 = 5 MJ: 41.67 g
        (-300.0, 42),
        # 12 % up is taken as 6 %
        (1200.0, None),
    ],
)
def test_hydrogen_on_an_arc(rise_m: float, grams: int | None) -> None:
    """10 km flat, up, down, and steeper than the largest grade."""
    burnt = arc_g(TRUCK, "laden", {"length_m": 10_000}, (0.0, rise_m), FLAT)
    assert burnt == (grams or arc_g(TRUCK, "laden", {"length_m": 10_000}, (0.0, 600.0), FLAT))


def test_unresolved_climbs_cost_hydrogen() -> None:
    """300 m of climb per 100 km at 3 %: 1 km up and 1 km down on 10 km of flat road.

    8 km at 3354.4 N and 1 km at 15120.047 N: 41.95525 MJ of traction; 8.41336 MJ regained;
    (41.95525 / 0.9 - 8.41336 x 0.45 + 2.5) / 0.5 = 90.66193 MJ: 755.516 g.
    """
    road = {**FLAT, "unresolved_climb_m_per_100km": 300.0}
    assert arc_g(TRUCK, "laden", {"length_m": 10_000}, (0.0, 0.0), road) == 756


def test_the_shortest_arc_costs_a_gram() -> None:
    """Hydrogen is never free: consumption grows along every walk."""
    assert arc_g(TRUCK, "empty", {"length_m": 1}, (0.0, -1.0), FLAT) == 1


def test_annuities() -> None:
    """1000 lent at 10 % for 2 years: 2 payments of 576.19; without interest 500."""
    assert float(annuity(Decimal("0.1"), Decimal(2))) == pytest.approx(0.5761904761904762)
    assert annuity(Decimal(0), Decimal(2)) == Decimal("0.5")


@pytest.mark.parametrize(
    ("year", "trucks"), [(2020, 100.0), (2025, 100.0), (2027, 200.0), (2029, 400.0), (2040, 400.0)]
)
def test_trucks_grow_by_the_same_factor_each_year(year: int, trucks: float) -> None:
    """100 in 2025, 400 in 2029: twice as many every two years, flat outside."""
    assert trucks_in({"2025": 100.0, "2029": 400.0}, year) == pytest.approx(trucks)


def test_trucks_grow_by_the_same_number_from_zero() -> None:
    """No factor leads away from 0."""
    assert trucks_in({"2025": 0.0, "2029": 400.0}, 2026) == pytest.approx(100.0)


def test_numbers_by_year() -> None:
    """The latest year not after it, else the earliest; one number for all years."""
    table = {"2030": 3.0, "2026": 2.0}
    assert [in_year(table, year) for year in (2020, 2026, 2029, 2030, 2050)] == [2, 2, 2, 3, 3]
    assert in_year(7, 2030) == 7.0
    assert in_year(None, 2030, 1.5) == 1.5


def test_the_gas_of_the_announced_plant() -> None:
    """3.8 Mt x 430 x (1 - 0.535) x 0.57 x 0.85 = 0.368 bn Nm3 = 33.1 kt a year of hydrogen.

    The nameplate of 9850 kg/day binds, and expansion ends where the gas does.
    """
    plant: dict[str, Any] = {
        "kind": "coke_oven_gas", "coke_mt_per_year": 3.8, "coke_rate_fraction": 1.0,
        "gas_nm3_per_t": 430.0, "own_use_fraction": 0.535, "committed_gas_fraction": 0.0,
        "hydrogen_fraction": 0.57, "recovery_fraction": 0.85, "nameplate_kg_per_day": 9850.0,
        "committed_kg_per_day": 0.0, "availability_fraction": 1.0,
    }  # fmt: skip
    available, most = source_limits(plant, 2026)
    assert available == 9850.0
    assert most * 365 / 1e6 == pytest.approx(33.1, abs=0.05)
    assert source_limits({**plant, "from_year": 2027}, 2026) == (0.0, 0.0)
    assert source_limits({**plant, "committed_kg_per_day": 1e6}, 2026) == (0.0, 0.0)
    other = {**plant, "kind": "grid_electrolysis", "expansions_kg_per_day": [150.0]}
    assert source_limits(other, 2026) == (9850.0, 10_000.0)


def test_gravity_without_decay_is_the_product_of_the_masses() -> None:
    """With beta = 0, T_ij is m_i m_j / sum(m)."""
    flow = balanced([1.0, 3.0], [[0.0, 50.0], [70.0, 0.0]], 0.0)
    assert [value for row in flow for value in row] == pytest.approx([0.25, 0.75, 0.75, 2.25])


def _loop(usable: int, grams: tuple[int, ...], bought: dict[int, int]) -> Check:
    trip = Trip(
        grams=grams,
        arcs=tuple(f"arc{k}" for k in range(len(grams))),
        bought={position: [("s", fuel)] for position, fuel in bought.items()},
        usable=usable,
        start=0,
    )
    tally = Tally("driving", "")
    _drive_loop(trip, "a truck", tally)
    return tally.done()


@pytest.mark.parametrize(
    ("usable", "bought", "words"),
    [
        (10, {1: 10}, ""),  # a lap of 10 g on a tank of 10 g, filled once: just possible
        (9, {1: 10}, "runs dry"),  # one stop, a gram too little tank: it takes 9, burns 10
        (6, {0: 5, 2: 5}, ""),  # stops at 0 g and 6 g: gaps of 6 and 4
        (5, {0: 5, 2: 5}, "runs dry"),  # the gap of 6 does not fit
        (10, {1: 9}, "buys 1 g less"),
        (10, {1: 11}, ""),  # a gram of rounding, which stays in the pump
        (20, {1: 12}, "may round up"),
    ],
)
def test_loops_are_driven_from_the_best_level_that_repeats(
    usable: int, bought: dict[int, int], words: str
) -> None:
    """A lap of 3 + 3 + 4 g; the outcome was worked out by hand for every row."""
    check = _loop(usable, (3, 3, 4), bought)
    assert check.ok == (not words)
    assert any(words in text for text in check.failures) == bool(words)


def test_discounting_on_a_whole_run(tmp_path: Path) -> None:
    """At 10 % the weight of 2026-2029 is 1 + 1/1.1 + 1/1.21 + 1/1.331 = 3.48685 years."""
    made = documents()
    made["scenario"]["money"]["discount_rate"] = 0.1
    made["plan"]["periods"][0]["weight"] = 1 + 1 / 1.1 + 1 / 1.21 + 1 / 1.331
    made["plan"]["periods"][1]["weight"] = sum(1.1**-k for k in range(4, 9))
    failures = certify(write_run(tmp_path, made)).failures
    assert not [text for text in failures if "weight" in text]
    made["plan"]["periods"][0]["weight"] += 1e-6
    failures = certify(write_run(tmp_path, made)).failures
    assert [text for text in failures if "period 2026: weight" in text]


def test_a_gap_above_the_target_is_said_and_no_failure(tmp_path: Path) -> None:
    """PASS-WITH-GAP: every fact holds, the proof is weaker than asked for."""
    made = documents()
    plan = made["plan"]
    plan["bound_cny"] = 0.98 * plan["objective_cny"]
    decided = plan["objective_cny"] - plan["unavoidable_cny"]
    plan["gap"], plan["status"] = 0.02 * plan["objective_cny"] / decided, "FEASIBLE"
    plan["search"]["stopped"] = "work"
    certificate = certify(write_run(tmp_path, made))
    assert certificate.verdict == "PASS-WITH-GAP"
    assert certificate.gap == pytest.approx(plan["gap"]) == 0.02 * 161_589_445.87 / decided
    assert not certificate.failures


def test_the_tiny_run_passes_and_costs_what_was_worked_out(tmp_path: Path) -> None:
    """162,009,445.87 CNY by hand, to a hundredth of a yuan; every check really checked."""
    certificate = certify(write_run(tmp_path, documents()))
    assert certificate.verdict == "PASS"
    assert certificate.objective_cny == pytest.approx(161_589_445.86899, abs=0.01)
    assert all(check.checked > 0 for check in certificate.checks)


@pytest.mark.parametrize(
    ("document", "key", "change", "check"),
    [
        ("plan", "load", 2e-6, None),  # within 1e-6 of 717 kg/day
        ("plan", "load", 2e-3, "loads"),
        ("plan", "objective", 1.0, None),  # within 1 CNY + 1e-9 of 159 M CNY
        ("plan", "objective", 2.0, "money"),
        ("plan", "budget", 0.4, None),
        ("plan", "budget", 0.6, "budget"),
        ("plan", "trips", 1e-7, None),
        ("plan", "trips", 1e-4, "shares"),
    ],
)
def test_tolerances_are_as_stated(
    tmp_path: Path, document: str, key: str, change: float, check: str | None
) -> None:
    """docs/certificate.md: what is rounding passes, what is a fact does not."""
    made = documents()
    plan = made[document]
    if key == "load":
        plan["stations"][0]["timeline"][0]["load_kg_per_day"] += change
    elif key == "objective":
        plan["objective_cny"] += change
    elif key == "budget":
        made["scenario"]["money"]["budget_cny"]["2026"] -= change
    else:
        plan["trips"][0]["trips_per_day"] += change
    failed = certify(write_run(tmp_path, made)).failed_checks
    assert (check in failed) if check else not failed, failed
