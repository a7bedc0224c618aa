"""The plan document, part by part, of the answer made by hand; it is a function of question and answer."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from made_answer import question, solution, standing

from corridor.evaluation.costs import keep_books, net_present
from corridor.evaluation.plan import make_plan
from corridor.pipeline.effort import made_with_of
from corridor.siting.gap import gap_of
from corridor.siting.question import Question
from corridor.siting.solution import SearchEnd, Solution
from corridor.siting.standing import operate_what_stands

Asked = tuple[Question, Solution]


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    """Return the plan document."""
    return make_plan(question(), solution(), {"scenario_sha256": "0" * 64}, standing=standing())


def test_objective_bound_and_gap(plan: dict[str, Any]) -> None:
    """The objective is the books', the gap its distance from the bound."""
    total = plan["costs_npv_cny"]["total"]
    assert plan["objective_cny"] == total
    assert plan["bound_cny"] == 150e6
    assert plan["unavoidable_cny"] == 20e6
    assert plan["gap"] == pytest.approx((total - 150e6) / (total - 20e6))
    assert (plan["status"], plan["gap_target"]) == ("FEASIBLE", 0.01)


def test_a_bound_never_stands_above_the_objective() -> None:
    """A bound a rounding above the objective is the objective, and the gap nothing."""
    found = make_plan(question(), solution(bound_cny=1e12), {}, standing=standing())
    assert found["bound_cny"] == found["objective_cny"]
    assert found["gap"] == 0


def test_periods_end_where_the_scenario_says(plan: dict[str, Any]) -> None:
    """Years and weights."""
    assert plan["periods"] == [
        {"year": 2026, "last_year": 2029, "weight": 4.0, "decides": True},
        {"year": 2030, "last_year": 2034, "weight": 5.0, "decides": True},
    ]


def test_timeline_of_a_station_that_grows(plan: dict[str, Any]) -> None:
    """Station a is small first, then big: nameplate, usable, peak day, calls, what it costs."""
    a = next(s for s in plan["stations"] if s["id"] == "a")
    small, big = a["timeline"]
    assert small == {
        "year": 2026, "tier": "small", "capacity_kg_per_day": 500.0,
        "usable_kg_per_day": 40 / 0.1 / 1.25, "storage_kg": 320.0, "storage_class": "III",
        "load_kg_per_day": 320.0, "peak_day_kg": 400.0,
        "utilisation": 0.64, "trucks_per_day": 8.0, "build_cny": 10e6,
    }  # fmt: skip
    assert (big["tier"], big["usable_kg_per_day"], big["build_cny"]) == ("big", 800.0, 6e6)
    assert (a["period"], a["tier"], a["capex_cny"]) == (2026, "big", 16e6)
    assert (a["load_kg_per_day"], a["capacity_kg_per_day"]) == (750.0, 1000.0)
    assert a["chainage_km"] == 40.0
    assert not a["existing"]


def test_stations_stand_in_order_of_time_then_road(plan: dict[str, Any]) -> None:
    """First year first, whatever the order of the problem."""
    assert [s["id"] for s in plan["stations"]] == ["a", "b"]
    together = make_plan(question(), solution(levels=((1, 1), (2, 1))), {}, standing=standing())
    assert [s["id"] for s in together["stations"]] == ["b", "a"]  # km 10 before km 40


def test_an_existing_tier_counts_as_paid() -> None:
    """Enlarging an existing station costs what the problem asks beyond the tier that stands."""
    asked = question()
    a = replace(asked.problem.sites[0], existing_level=1, capex_cny=(0.0, 6e6))
    given = replace(asked, problem=replace(asked.problem, sites=(a, asked.problem.sites[1])))
    station = make_plan(given, solution(), {}, standing=standing())["stations"][0]
    assert [row["build_cny"] for row in station["timeline"]] == [0.0, 6e6]
    assert station["existing"]


def test_trips_name_their_visits(plan: dict[str, Any]) -> None:
    """A stop points into the visits of its variant, by site and hydrogen burnt."""
    coal = next(row for row in plan["trips"] if row["commodity"] == "coal.t49.2030")
    assert coal["stops"] == [
        {"visit": 0, "station": "a", "fuel_g": 25_000},
        {"visit": 1, "station": "b", "fuel_g": 15_000},
    ]
    milk = next(row for row in plan["trips"] if row["commodity"] == "milk.t49.2030")
    assert milk["variant"] == "exit"
    assert milk["stops"] == [{"visit": 0, "station": "b", "fuel_g": 10_000}]


def test_unmet_rows_have_their_reason(plan: dict[str, Any]) -> None:
    """Only flows that miss something have a row."""
    assert plan["unmet"] == [
        {
            "commodity": "coal.t49.2026", "trips_per_day": 2.0, "kg_per_day": 80.0,
            "reason": "sold_out", "figures": {"sent_kg_per_day": 400.0, "limit_kg_per_day": 400.0},
            "why": "the plants have no hydrogen left with the expansions bought",
            "shared_by_rule": True,
        },
        {
            "commodity": "coal.t49.2030", "trips_per_day": 20.0, "kg_per_day": 800.0,
            "reason": "not_proven", "figures": {}, "why": "not chosen; not proven",
            "shared_by_rule": False,
        },
    ]  # fmt: skip


def test_equal_designs_say_what_is_different(asked: Asked, plan: dict[str, Any]) -> None:
    """Tiers and steps by period of what differs; null where not every change was tried."""
    assert plan["equal_designs"] == [
        {"sites": [{"id": "a", "tiers": [None, None]}, {"id": "b", "tiers": ["small", "small"]}],
         "plants": []},
        {"sites": [], "plants": [{"id": "coke", "steps": [0, 0]}]},
    ]  # fmt: skip
    untried = plan_of(asked, replace(asked[1], equal_designs=None))
    assert untried["equal_designs"] is None


def test_deliveries_and_expansions(plan: dict[str, Any]) -> None:
    """One row per lane that is used; steps from the year they stand."""
    rows = {(r["plant"], r["station"], r["year"]): r for r in plan["supply"]}
    assert len(rows) == 5
    assert rows["coke", "b", 2030] == {
        "plant": "coke", "station": "b", "year": 2030, "kg_per_day": 525.0, "round_trip_km": 200.0,
        "delivery_cny_per_kg": 4.0, "trailers_per_day": 2.1,
    }  # fmt: skip
    assert plan["expansions"] == [
        {"plant": "coke", "year": 2030, "steps": 1, "added_kg_per_day": 2000.0, "capex_cny": 9e6}
    ]


def test_sizes_and_caveats(plan: dict[str, Any]) -> None:
    """Counts of everything, and what a reader must know."""
    assert plan["sizes"] == {
        "routes": 0, "nodes": 0, "arcs": 3, "service_area_sides": 0, "candidate_sites": 2,
        "rejected_sites": 1, "commodities": 3, "od_routes": 1, "variants": 4, "plants": 2,
        "plants_off": 1, "lanes": 8, "columns": 7,
    }  # fmt: skip
    said = " ".join(plan["caveats"])
    assert "trucks of 2026 come first" in said
    assert "priced at 200 CNY, any other at 60 CNY" in said
    assert "Made by hand." in said
    assert "Trips are counted." in said
    assert "were given" not in said


def test_given_stations_are_said_to_be_given() -> None:
    """The bound then compares with the best use of these stations."""
    found = make_plan(question(), solution(), {}, standing=standing(), stations_given=True)
    assert "were given, not chosen" in found["caveats"][0]


def plan_of(asked: Asked, solution: Solution | None = None) -> dict[str, Any]:
    """Return the plan of the small question."""
    posed, answer = asked
    return make_plan(posed, solution or answer, {}, standing=operate_what_stands(posed.problem))


def test_the_order_of_rows_moves_no_digit(asked: Asked) -> None:
    """Stop plans in 20 random orders: the same books, figures and costs to the last bit."""
    first = json.dumps({**plan_of(asked), "trips": []})
    _, answer = asked
    for seed in range(20):
        rows = list(answer.stop_plans)
        random.Random(seed).shuffle(rows)
        again = plan_of(asked, replace(answer, stop_plans=tuple(rows)))
        assert json.dumps({**again, "trips": []}) == first


def test_what_the_machine_did_is_not_in_the_plan(asked: Asked) -> None:
    """Other versions, seconds, nodes and sizes of the search: the same plan, another manifest."""
    _, answer = asked
    other = replace(
        answer, seconds=999.0, nodes=7, solver_version="0", pulp_version="0", log="else",
        status_reported="else", options={}, effort={"rows": 1},
    )  # fmt: skip
    assert plan_of(asked, other) == plan_of(asked)
    assert made_with_of(other) != made_with_of(answer)


def test_the_gap_is_that_of_the_plan(asked: Asked) -> None:
    """Gap, status and unavoidable penalty follow from the plan's own numbers."""
    plan = plan_of(asked)
    assert 0 < plan["unavoidable_cny"] <= plan["bound_cny"] <= plan["objective_cny"]
    assert plan["unavoidable_cny"] == pytest.approx(
        sum(row["cny"] for row in plan["unavoidable_by_period"])
    )
    gap = gap_of(plan["objective_cny"], plan["bound_cny"], plan["unavoidable_cny"])
    assert plan["gap"] == gap
    assert (plan["status"] == "OPTIMAL") == (gap <= plan["gap_target"])


def test_a_search_that_the_clock_stopped_says_so(asked: Asked) -> None:
    """The plan carries the words; another end does not."""
    _, answer = asked
    late = plan_of(asked, replace(answer, search=SearchEnd(stopped="clock", moves_tested=3)))
    assert late["search"] == {"stopped": "clock", "moves_tested": 3, "locally_optimal": False}
    assert late["caveats"][0] == "stopped by the clock: not reproducible."
    assert not any("clock" in line for line in plan_of(asked)["caveats"])


def test_unmet_rows_carry_what_proves_them(asked: Asked) -> None:
    """With little coke the plants have nothing left, and the row says how much they sent."""
    rows = plan_of(asked)["unmet"]
    assert rows
    for row in rows:
        assert row["reason"] == "sold_out"
        assert row["figures"]["sent_kg_per_day"] == pytest.approx(
            row["figures"]["limit_kg_per_day"]
        )
        assert "no hydrogen left" in row["why"]


def test_blocks_add_up_to_the_objective(asked: Asked) -> None:
    """The books of the periods, discounted, are the objective that the search was told."""
    posed, answer = asked
    books = keep_books(posed.problem, posed.supply, answer)
    assert net_present(books)["total"] == pytest.approx(answer.objective_cny, rel=1e-12)
