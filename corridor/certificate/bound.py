"""Checks of what is proven: unavoidable penalty, bound, gap, status, and how the search ended."""

from __future__ import annotations

from fractions import Fraction

from corridor.certificate.dossier import Dossier
from corridor.certificate.money import ABSOLUTE_CNY, RELATIVE, Ledger
from corridor.certificate.verdict import Check, Tally

SMALLEST_GAP_CNY = 1.0
SMALLEST_GAP = 1e-9
"""Objective and bound that differ by no more than either leave no gap. [CNY], [-]"""


def gap_of(objective: float, bound: float, unavoidable: float) -> float:
    """Return the proven gap of the money that can be decided, never below 0 [-]."""
    low = max(bound, unavoidable)
    if objective - low <= max(SMALLEST_GAP_CNY, SMALLEST_GAP * abs(objective)):
        return 0.0
    return (objective - low) / (objective - unavoidable)


def unavoidable_of(ledger: Ledger) -> float:
    """Return the penalty that no plan can avoid, all periods together [CNY]."""
    return float(sum((row.cny for row in ledger.unavoidable.values()), Fraction(0)))


def check_bound(d: Dossier, ledger: Ledger) -> Check:
    """Hold unavoidable penalty, bound, gap and status against what was recomputed."""
    tally = Tally(
        "bound",
        "The penalty that no plan can avoid follows from supply and demand; the bound is neither "
        "below it nor above the recomputed objective; gap, target and status follow",
    )
    plan, objective = d.plan, float(ledger.total)
    bound, target = plan["bound_cny"], d.scenario["solver"]["gap_target"]
    allowed = RELATIVE * abs(objective) + ABSOLUTE_CNY
    floor = unavoidable_of(ledger)
    _money(tally, "unavoidable_cny", plan["unavoidable_cny"], floor)
    rows = {row["year"]: row for row in plan["unavoidable_by_period"]}
    if tally.require(
        list(rows) == list(d.years) and len(plan["unavoidable_by_period"]) == len(rows),
        "unavoidable_by_period: its years are not the periods.",
    ):
        for year, row in rows.items():
            true = ledger.unavoidable[year]
            _money(tally, f"unavoidable penalty of {year}", row["cny"], float(true.cny))
            tally.close(
                f"most that could be sold in {year}",
                row["nozzle_kg_per_day"],
                float(true.nozzle_kg_per_day),
                relative=1e-6,
                absolute=1e-6,
                unit="kg/day",
            )
    tally.require(
        bound <= objective + allowed,
        f"the bound {bound:.2f} CNY is above the objective {objective:.2f} CNY.",
    )
    tally.require(
        bound >= floor - allowed,
        f"the bound {bound:.2f} CNY is below the {floor:.2f} CNY that no plan can avoid.",
    )
    gap = gap_of(objective, bound, floor)
    stated = plan["gap"]
    room = _rounding(objective, bound, floor, allowed)
    tally.close("gap", stated, gap, relative=1e-6, absolute=1e-9 + room, unit="")
    tally.require(
        plan["gap_target"] == target, f"the gap target is {plan['gap_target']}, not {target}."
    )
    tally.require(
        (plan["status"] == "OPTIMAL") == (stated <= target),
        f"the plan is called {plan['status']}, its gap of {stated:.6g} and the target {target:g} "
        "say otherwise.",
    )
    tally.require(
        plan["search"]["stopped"] != "target" or gap <= target + 1e-9 + room,
        f"the search is said to have reached its target {target:g}, the gap is {gap:.6g}.",
    )
    tally.call(target - gap, f"gap {gap:.6g}, target {target:g}")
    return tally.done()


def _rounding(objective: float, bound: float, floor: float, allowed: float) -> float:
    """Return how far the gap may move by the tolerance of money alone [-].

    Where little can be decided, a yuan is a large share of it.
    """
    decided = objective - floor
    if objective - max(bound, floor) <= 2 * allowed:
        return 2 * allowed / max(decided, 2 * allowed)
    return 2 * RELATIVE * abs(objective) / decided


def _money(tally: Tally, what: str, stated: float, true: float) -> None:
    tally.close(what, stated, true, relative=RELATIVE, absolute=ABSOLUTE_CNY, unit="CNY")
