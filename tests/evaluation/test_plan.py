"""Claim: the plan is a function of question and answer, whatever the order and the machine."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from corridor.evaluation.books import keep_books, net_present
from corridor.evaluation.plan import make_plan
from corridor.pipeline.effort import made_with_of
from corridor.siting.gap import gap_of
from corridor.siting.solution import SearchEnd, Solution

from .conftest import Asked


def plan_of(asked: Asked, solution: Solution | None = None) -> dict[str, Any]:
    """Return the plan of the small question."""
    q, answer = asked
    return make_plan(
        q.scenario, q.network, q.sites, q.demand, q.supply, q.problem, solution or answer, {}
    )


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
    question, answer = asked
    books = keep_books(question.problem, question.supply, answer)
    assert net_present(books)["total"] == pytest.approx(answer.objective_cny, rel=1e-12)
