"""Corruptions of the value of service; imported by `mutations`."""

from __future__ import annotations

import copy
from typing import Any

from mutations import Documents, NotApplicable, first, mutation

__all__: list[str] = []


def evidence(d: Documents) -> Any:
    """Return the document, where the run has one."""
    if "evidence" not in d:
        raise NotApplicable("no evidence")
    return d["evidence"]


def point(d: Documents, *, own: bool) -> Any:
    """Return a point at which the plan, or a design of its own, stands."""
    return first(evidence(d)["points"], lambda p: (p["design"] is None) == own)


def design(d: Documents) -> Any:
    """Return a design that is not the plan."""
    return first(evidence(d)["designs"])


@mutation("evidence", rehash=False)
def evidence_of_another_plan(d: Documents) -> None:
    evidence(d)["plan_sha256"] = "0" * 64


@mutation("structure")
def evidence_without_prices(d: Documents) -> None:
    evidence(d)["points"] = []


@mutation("evidence")
def evidence_says_more_than_it_may(d: Documents) -> None:
    evidence(d)["remark"] = "best of all"


@mutation("evidence")
def a_point_says_more_than_it_may(d: Documents) -> None:
    point(d, own=True)["remark"] = "best of all"


@mutation("evidence")
def evidence_for_stations_that_were_given(d: Documents) -> None:
    evidence(d)
    d["plan"]["stations_given"] = True


@mutation("evidence")
def a_price_stands_twice(d: Documents) -> None:
    points = evidence(d)["points"]
    points.append(copy.deepcopy(points[-1]))


@mutation("evidence")
def the_price_of_the_plan_is_not_asked(d: Documents) -> None:
    price = d["scenario"]["money"]["unmet_price_cny_per_kg"]
    points = evidence(d)["points"]
    points.remove(first(points, lambda p: p["unmet_price_cny_per_kg"] == price))


@mutation("evidence")
def another_design_stands_at_the_price_of_the_plan(d: Documents) -> None:
    price = d["scenario"]["money"]["unmet_price_cny_per_kg"]
    own, other = (
        first(evidence(d)["points"], lambda p: p["unmet_price_cny_per_kg"] == price),
        design(d),
    )
    own["design"], own["objective_cny"] = 0, other["objective_cny"]
    own["spent_cny"] = other["objective_cny"] - other["costs_npv_cny"]["unmet"]


@mutation("evidence")
def the_priority_price_is_out_of_proportion(d: Documents) -> None:
    point(d, own=False)["priority_price_cny_per_kg"] *= 2


@mutation("evidence")
def a_point_costs_less(d: Documents) -> None:
    point(d, own=False)["objective_cny"] *= 1 - 1e-6


@mutation("evidence")
def a_point_spends_less(d: Documents) -> None:
    point(d, own=False)["spent_cny"] *= 1 - 1e-6


@mutation("evidence")
def a_point_avoids_what_cannot_be_avoided(d: Documents) -> None:
    point(d, own=False)["unavoidable_cny"] /= 2


@mutation("evidence")
def a_point_has_a_bound_above_its_cost(d: Documents) -> None:
    row = point(d, own=False)
    row["bound_cny"] = row["objective_cny"] + 100.0


@mutation("evidence")
def a_point_has_a_bound_below_what_cannot_be_avoided(d: Documents) -> None:
    row = point(d, own=False)
    row["bound_cny"] = row["unavoidable_cny"] - 100.0


@mutation("evidence")
def the_plan_has_another_bound_at_its_own_price(d: Documents) -> None:
    price = d["scenario"]["money"]["unmet_price_cny_per_kg"]
    first(evidence(d)["points"], lambda p: p["unmet_price_cny_per_kg"] == price)["bound_cny"] -= 1e3


@mutation("evidence")
def a_point_has_a_smaller_gap(d: Documents) -> None:
    point(d, own=False)["gap"] /= 2


@mutation("evidence")
def a_point_serves_more(d: Documents) -> None:
    row = point(d, own=False)["by_period"][-1]
    row["coverage_by_kg"], row["unmet_kg_per_day"] = 1.0, 0.0


@mutation("evidence")
def a_point_has_a_station_more(d: Documents) -> None:
    point(d, own=False)["by_period"][-1]["stations"] += 1


@mutation("evidence")
def the_dearer_of_two_designs_stands_at_a_price(d: Documents) -> None:
    row, plan = point(d, own=False), d["plan"]
    share = row["unmet_price_cny_per_kg"] / d["scenario"]["money"]["unmet_price_cny_per_kg"]
    unmet = plan["costs_npv_cny"]["unmet"]
    row["design"], row["spent_cny"] = None, plan["objective_cny"] - unmet
    row["objective_cny"] = row["spent_cny"] + share * unmet
    same = first(evidence(d)["points"], lambda p: p["design"] is None)
    row["by_period"] = copy.deepcopy(same["by_period"])


@mutation("evidence")
def a_point_names_no_design(d: Documents) -> None:
    point(d, own=False)["design"] = len(evidence(d)["designs"])


@mutation("evidence")
def a_design_stands_at_no_price(d: Documents) -> None:
    evidence(d)["designs"].append(copy.deepcopy(design(d)))


@mutation("evidence")
def a_design_forgets_a_station(d: Documents) -> None:
    design(d)["stations"].pop()


@mutation("evidence")
def a_design_has_a_station_twice(d: Documents) -> None:
    rows = design(d)["stations"]
    rows.append(copy.deepcopy(rows[0]))


@mutation("evidence")
def a_truck_of_a_design_takes_less(d: Documents) -> None:
    first(design(d)["trips"], lambda row: row["stops"])["stops"][0]["fuel_g"] //= 2


@mutation("evidence")
def a_design_forgets_who_is_unmet(d: Documents) -> None:
    first(design(d)["unmet"])
    design(d)["unmet"] = []


@mutation("evidence")
def a_design_receives_less(d: Documents) -> None:
    first(design(d)["supply"])["kg_per_day"] /= 2


@mutation("evidence")
def a_design_has_a_block_too_small(d: Documents) -> None:
    design(d)["costs_npv_cny"]["production"] *= 1 - 1e-6


@mutation("evidence")
def a_design_is_beyond_the_budget(d: Documents) -> None:
    design(d)
    year = str(d["scenario"]["time"]["periods"][0])
    d["scenario"]["money"]["budget_cny"] = {year: 1.0}


@mutation("evidence")
def a_design_builds_what_is_forbidden(d: Documents) -> None:
    new = first(design(d)["stations"], lambda s: not s["existing"])
    first(d["sites"]["sites"], lambda s: s["id"] == new["id"])["forbidden"] = True


@mutation("evidence")
def a_station_enters_at_another_price(d: Documents) -> None:
    row = first(evidence(d)["stations"], lambda s: s["enters_above_cny_per_kg"] is not None)
    row["enters_by_cny_per_kg"] = evidence(d)["points"][-1]["unmet_price_cny_per_kg"]


@mutation("evidence")
def a_station_stands_at_fewer_prices(d: Documents) -> None:
    first(evidence(d)["stations"], lambda s: len(s["stands_at_cny_per_kg"]) > 1)[
        "stands_at_cny_per_kg"
    ].pop(0)


@mutation("evidence")
def a_station_of_the_evidence_is_left_out(d: Documents) -> None:
    first(evidence(d)["stations"])
    evidence(d)["stations"].pop()
