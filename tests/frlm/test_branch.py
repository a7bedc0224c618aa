"""Our own tree: exact for every goal, whatever the spread of its numbers; its bounds need no trust."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from frlm_oracle import Oracle
from frlm_random import instance, spread
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generate import corridor, planar
from corridor.frlm import Options, Tables, parse_instance, prepare, solve_ask, solve_instance
from corridor.frlm import kernels as loops
from corridor.frlm.aggregate import aggregated, relax
from corridor.frlm.goal import Goal, goal_of
from corridor.frlm.local_search import Links
from corridor.frlm.methods import finish
from corridor.frlm.relaxation import Relaxation
from corridor.frlm.search import Search, settled
from corridor.frlm.solve import forbidding
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, Rows, program_of
from corridor.solvers.registry import is_installed

CLOCK = Clock(None)


def _alone(document):
    """Return what the tree finds without any other solver: value, bound and nodes, in file units."""
    parsed = parse_instance(document)
    ask = parsed.asks[0]
    problem = prepare(Tables.of(parsed), ask)
    if problem.alternatives:
        return None  # unions are added by the engine, not by the tree
    goal = goal_of(parsed, problem, ask)
    units = problem.units if goal.maximise else goal.price_units
    known = settled(problem, goal)
    if known is not None:
        return known.value / units, known.bound / units, 0
    search = Search(problem, goal)
    finish(search, Options(), CLOCK)
    found = search.solution()
    return found.value / units, found.bound / units, search.nodes


@pytest.mark.parametrize("chunk", range(4))
def test_the_tree_alone_equals_brute_force_for_every_goal(chunk):
    branched = 0
    for seed in range(40_000 + chunk * 200, 40_200 + chunk * 200):
        document = instance(seed, nodes=(4, 8), trips=(3, 12))
        found = _alone(document)
        if found is not None:
            expected = float(Oracle(document).answer(document["asks"][0]))
            assert found[:2] == pytest.approx((expected, expected), rel=1e-12), seed
            branched += found[2] > 1
    assert branched > 3


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", [planar, corridor])
def test_the_tree_branches_and_agrees_with_highs(family, seed):
    document = family(60, 300, seed)
    document["asks"] = [{"objective": "max_flow", "stations": 4 + seed}]
    found = parse_instance(document)
    ours, theirs = (
        next(iter(solve_instance(found, Options(solver="highs", method=method))))
        for method in ("row-generation", "arc-cover")
    )
    assert ours.status == theirs.status == "OPTIMAL"
    assert ours.value == theirs.value == ours.driven


WAYS = [("highs", "auto"), ("highs", "arc-cover"), ("highs", "hop-flow")]


@pytest.mark.parametrize("way", [*WAYS, ("scip", "arc-cover"), ("scip", "row-generation")])
def test_any_spread_of_costs_and_flows_is_exact(way):
    if way[0] == "scip" and not is_installed("scip"):
        pytest.skip("SCIP is not installed")
    solver, method = way
    for seed in range(50_000, 50_150):
        document = spread(instance(seed, nodes=(3, 7), trips=(2, 9)), random.Random(seed))
        [answer] = solve_instance(parse_instance(document), Options(solver=solver, method=method))
        expected = Oracle(document).answer(document["asks"][0])
        assert answer.status == "OPTIMAL", seed
        assert abs(answer.value - expected) <= abs(expected) / 10**9, seed


def test_a_dear_site_does_not_hide_cheap_ones():
    """Prices a thousand million apart: a cheap site too many is still a mistake."""
    document = {
        "schema": "corridor.instance/1",
        "name": "dear",
        "edges": [["a", "b", 4], ["c", "d", 4]],
        "trips": [
            {"id": "1", "flow": 1, "paths": [["a", "b"]]},
            {"id": "2", "flow": 1, "paths": [["c", "d"]]},
        ],
        "sites": [
            {"id": "one", "nodes": ["a"], "cost": 1},
            {"id": "two", "nodes": ["c"], "cost": 1},
            {"id": "dear", "nodes": ["b", "d"], "cost": 10**9},
        ],
        "vehicle": {"range": 8},
        "convention": {
            "round_trip": True,
            "start_fuel": "1/2",
            "end_fuel": "0",
            "station_required": True,
        },
        "asks": [
            {"objective": "min_cost", "coverable_share": "1/2"},
            {"objective": "min_cost", "coverable_share": "1"},
            {"objective": "max_flow", "budget": 1},
        ],
    }
    answers = list(solve_instance(parse_instance(document)))
    assert [answer.value for answer in answers] == [1, 2, 1]
    assert {answer.status for answer in answers} == {"OPTIMAL"}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.sampled_from([-1.0, 0.0, 1.0, 2.5]), min_size=5, max_size=5), max_size=6),
    st.lists(st.floats(-5, 5), min_size=6, max_size=6),
    st.lists(st.floats(-3, 3), min_size=5, max_size=5),
)
def test_any_multipliers_bound_every_choice(rows, multipliers, cost):
    """The bound is right though the duals are nonsense: no choice within the rows is worth more."""
    sides = [(-INFINITY, 2.0) if k % 2 else (0.5, INFINITY) for k in range(len(rows))]
    stacked = Rows.of(
        [(range(5), row, low, high) for row, (low, high) in zip(rows, sides, strict=True)]
    )
    model = program_of(
        stacked,
        maximise=True,
        cost=np.array(cost),
        column_low=np.zeros(5),
        column_up=np.ones(5),
        integer=np.ones(5, bool),
    )
    relaxed = Relaxation(model, 5)
    relaxed.highs.row_duals = lambda: np.array(multipliers[: len(rows)])
    bound, _ = relaxed.proven(np.zeros(5), np.ones(5))
    for choice in itertools.product([0.0, 1.0], repeat=5):
        x = np.array(choice)
        activity = np.array(rows) @ x if rows else np.zeros(0)
        allowed = all(low <= a <= high for a, (low, high) in zip(activity, sides, strict=True))
        assert not allowed or model.cost @ x <= bound + 1e-12


def test_a_bound_told_before_the_end_is_right():
    document = planar(80, 600, 2)
    document["asks"] = [{"objective": "max_flow", "stations": 6}]
    found = parse_instance(document)
    tables = Tables.of(found)
    best = solve_ask(tables, found.asks[0], Options()).value
    early = solve_ask(tables, found.asks[0], Options(gap=0.2, method="row-generation"))
    assert early.value <= best <= early.bound
    assert early.gap <= 0.2


def test_gains_kept_up_to_date_are_those_computed_anew():
    document = planar(40, 150, 1)
    document["asks"] = [{"objective": "max_flow", "stations": 4}]
    parsed = parse_instance(document)
    problem = prepare(Tables.of(parsed), parsed.asks[0])
    links = Links.of(problem)
    columns, groups = len(problem.site), len(problem.flow)
    sets = (links.set_first, links.set_column)
    turned = (links.column_first, links.column_set)
    of_groups = (links.group_first, links.group_set)
    for power in (0, 2):
        rng = np.random.default_rng(power)
        hits = np.zeros(len(problem.need), np.int32)
        missing = np.diff(links.group_first).astype(np.int32)
        kept = np.zeros(columns), np.zeros(columns)
        seen, touched = np.zeros(columns, np.int32), np.zeros(groups, np.int64)
        loops.add_gains(power, *kept, hits, missing, seen, *sets, *of_groups, links.flow)
        is_open, value = np.zeros(columns, bool), 0.0
        for _ in range(60):
            column = int(rng.integers(columns))
            opens = bool(~is_open[column])
            value += loops.switch(
                column, opens, power, *kept, hits, missing, seen, touched, *sets, *turned,
                *of_groups, links.set_group_first, links.set_group, links.flow,
            )  # fmt: skip
            is_open[column] = opens
            served = problem.served(is_open)
            assert value == pytest.approx(float(links.flow[served].sum()), abs=1e-12)
            assert np.array_equal(missing == 0, served)
            anew = np.zeros(columns), np.zeros(columns)
            loops.add_gains(power, *anew, hits, missing, seen, *sets, *of_groups, links.flow)
            assert np.allclose(kept, anew, atol=1e-12)
            for other in np.flatnonzero(~is_open)[:3]:
                more = is_open.copy()
                more[other] = True
                gained = float(links.flow[problem.served(more)].sum()) - value
                assert anew[0][other] == pytest.approx(gained, abs=1e-12)


def test_rows_of_a_searched_tree_cut_off_no_choice():
    """Rows found deep in the tree hold everywhere."""
    from fractions import Fraction

    from corridor.frlm.arc_cover import FLOW_SCALE
    from corridor.frlm.branch import branching_of
    from corridor.frlm.search import Frame

    document = planar(60, 300, 3)
    document["asks"] = [{"objective": "max_flow", "stations": 6}]
    parsed = parse_instance(document)
    problem = prepare(Tables.of(parsed), parsed.asks[0])
    goal = goal_of(parsed, problem, parsed.asks[0])
    small = relax(aggregated(problem, goal, alone=20, clusters=5), goal, None, CLOCK)
    frame = Frame(
        place=np.arange(small.sites),
        scale=Fraction(problem.coverable) / Fraction(FLOW_SCALE),
        offset=problem.always,
        doubt=0.0,
    )
    search = Search(problem, goal)
    tree = branching_of(search, small, frame, None, CLOCK)
    tree.run()
    assert tree.is_finished
    assert tree.nodes > 1
    rng = np.random.default_rng(0)
    for _ in range(200):
        is_open = np.zeros(small.sites, bool)
        is_open[rng.choice(small.sites, goal.limit, replace=False)] = True
        point = small.point_of(is_open)
        for row in small.rows.each():
            assert row.value @ point[row.column] >= row.lower[0] - 1e-9
        assert search.counted(is_open) <= search.value


def _apart(prices, flows, ask):
    """Return trips that need a station each, with a price and a flow."""
    rule = {"round_trip": True, "start_fuel": "1/2", "end_fuel": "0", "station_required": True}
    return {
        "schema": "corridor.instance/1",
        "name": "apart",
        "edges": [[f"a{k}", f"b{k}", 4] for k in range(len(prices))],
        "trips": [
            {"id": str(k), "flow": flow, "paths": [[f"a{k}", f"b{k}"]]}
            for k, flow in enumerate(flows)
        ],
        "sites": [
            {"id": str(k), "nodes": [f"a{k}"], "cost": price} for k, price in enumerate(prices)
        ],
        "vehicle": {"range": 8},
        "convention": rule,
        "asks": [ask],
    }


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
@pytest.mark.parametrize("power", [6, 9, 12])
def test_many_cheap_sites_beside_dear_ones_do_not_take_for_ever(power, solver):
    """What is left for cheap sites beside two dear ones is smaller than any tolerance."""
    if solver == "scip" and not is_installed("scip"):
        pytest.skip("SCIP is not installed")
    dear, cheap = 10**power, 25
    prices, flows = [dear] * 3 + [1] * cheap, [100] * 3 + list(range(1, cheap + 1))
    ask = {"objective": "max_flow", "budget": 2 * dear + 3}
    [answer] = solve_instance(parse_instance(_apart(prices, flows, ask)), Options(solver=solver))
    best = max(200 + sum(range(cheap - 2, cheap + 1)), 100 + sum(range(1, cheap + 1)))
    assert (answer.status, answer.value) == ("OPTIMAL", best)


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
def test_many_small_flows_beside_large_ones_do_not_take_for_ever(solver):
    """The share that is asked for lets three of many small flows go."""
    if solver == "scip" and not is_installed("scip"):
        pytest.skip("SCIP is not installed")
    small = 25
    flows = [10**10] * 2 + [1] * small
    total = sum(flows)
    ask = {"objective": "min_stations", "coverable_share": f"{total - 3}/{total}"}
    [answer] = solve_instance(
        parse_instance(_apart([1] * len(flows), flows, ask)), Options(solver=solver)
    )
    assert (answer.status, answer.value) == ("OPTIMAL", len(flows) - 3)


def test_a_solver_that_says_nothing_now_and_then_costs_time_only(monkeypatch):
    """HiGHS ends with an unknown status at times, though the clock has not run out."""
    read, calls = HighsModel._read, itertools.count()

    def silent(self):
        result = read(self)
        return result if next(calls) % 3 else replace(result, state="limit", values=None)

    monkeypatch.setattr(HighsModel, "_read", silent)
    for seed in range(41_000, 41_100):
        document = instance(seed, nodes=(4, 8), trips=(3, 12))
        found = _alone(document)
        if found is not None:
            expected = float(Oracle(document).answer(document["asks"][0]))
            assert found[:2] == pytest.approx((expected, expected), rel=1e-12), seed


def test_an_answer_within_a_gap_is_found_for_every_goal():
    for seed in range(42_000, 42_200):
        document = instance(seed, nodes=(4, 8), trips=(3, 12))
        expected = Oracle(document).answer(document["asks"][0])
        [answer] = solve_instance(parse_instance(document), Options(gap=0.3, solver="highs"))
        assert answer.status in ("OPTIMAL", "FEASIBLE"), seed
        assert answer.gap is None or answer.gap <= 0.3, seed
        low, high = sorted((answer.value, answer.bound))
        assert low <= expected <= high, seed


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([0, 1, 2, 3, 7, 10**6, 10**6 + 1, 10**9]), min_size=2, max_size=6),
    st.integers(0, 3 * 10**9),
    st.integers(1, 4),
)
def test_a_row_against_a_choice_too_dear_allows_every_choice_that_is_not(prices, rest, divisor):
    limit = rest % (sum(prices) // divisor + 1)
    goal = Goal(maximise=True, price=tuple(prices), price_units=1, limit=limit, counted=False)
    choices = [np.array(c) for c in itertools.product([False, True], repeat=len(prices))]
    dear = [choice for choice in choices if goal.price_of(choice) > limit]
    for refused in dear:
        row = forbidding(goal, refused, np.arange(len(prices)))
        columns, value, side = row.column, row.value, row.upper[0]
        assert value @ refused[columns] > side + 1e-7  # more than a solver's tolerance
        for choice in choices:
            within = value @ choice[columns] <= side + 1e-9 * max(1.0, abs(side))
            assert within or goal.price_of(choice) > limit
