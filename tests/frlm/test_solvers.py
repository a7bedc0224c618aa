"""Every solver and method gives the same proven answers; limits are told honestly."""

from __future__ import annotations

import numpy as np
import pytest
from frlm_oracle import Oracle
from frlm_random import instance

from benchmarks.generate import corridor, planar
from corridor.core.errors import SolverError, UsageError
from corridor.frlm import Options, Tables, parse_instance, prepare, solve_ask, solve_instance
from corridor.frlm.aggregate import aggregated, relax
from corridor.frlm.arc_cover import FLOW_SCALE, arc_cover
from corridor.frlm.goal import goal_of
from corridor.frlm.local_search import Gains, Links, LocalSearch, greedy_swaps
from corridor.frlm.plain_model import plain_model
from corridor.frlm.sweep import FlowSweep
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.pulp_door import to_program
from corridor.solvers.registry import is_installed

needs_scip = pytest.mark.skipif(not is_installed("scip"), reason="SCIP is an extra: corridor[scip]")


def _cbc():
    if not is_installed("cbc"):
        pytest.skip("CBC is an extra: corridor[cbc]")


def _small_planar(seed=0, stations=4):
    document = planar(60, 300, seed)
    document["asks"] = [{"objective": "max_flow", "stations": stations}]
    return parse_instance(document)


def _agree(seeds, **options):
    for seed in seeds:
        document = instance(seed)
        expected = Oracle(document).answer(document["asks"][0])
        [answer] = solve_instance(parse_instance(document), Options(**options))
        assert answer.value == expected == answer.bound, seed
        assert answer.status == "OPTIMAL"


@pytest.mark.parametrize("method", ["arc-cover", "hop-flow"])
def test_cbc_agrees_with_brute_force(method):
    _cbc()
    _agree(range(40_000, 40_025), solver="cbc", method=method)


@needs_scip
@pytest.mark.parametrize("method", ["arc-cover", "hop-flow", "row-generation"])
def test_scip_agrees_with_brute_force(method):
    _agree(range(41_000, 41_150), solver="scip", method=method)


@needs_scip
def test_scip_goes_on_where_our_tree_stops(monkeypatch):
    solvers = set()
    for seed in range(6):
        found = _small_planar(seed, 5 + seed % 3)
        [whole] = solve_instance(found, Options(solver="highs"))
        with monkeypatch.context() as patch:
            patch.setattr("corridor.frlm.row_generation.HARD", 1)
            [handed] = solve_instance(found)
        assert handed.status == "OPTIMAL"
        assert handed.value == whole.value
        solvers.add(handed.solver)
    assert "scip row-generation" in solvers


def test_scip_is_refused_with_its_reason_where_it_is_absent():
    if is_installed("scip"):
        pytest.skip("SCIP is installed")
    with pytest.raises(SolverError, match="not installed"):
        list(solve_instance(_small_planar(), Options(solver="scip")))


@pytest.mark.parametrize("seed", range(3))
def test_all_ways_agree_on_planar_networks(seed):
    found = _small_planar(seed)
    ways = [("highs", "arc-cover"), ("highs", "row-generation"), ("highs", "hop-flow")]
    if is_installed("scip"):
        ways += [("scip", "arc-cover"), ("scip", "row-generation")]
    answers = [
        next(iter(solve_instance(found, Options(solver=solver, method=method))))
        for solver, method in ways
    ]
    assert {answer.status for answer in answers} == {"OPTIMAL"}
    assert len({answer.value for answer in answers}) == 1
    assert len({answer.driven for answer in answers}) == 1


def test_the_small_relaxation_has_the_value_of_the_whole_one():
    found = _small_planar(3)
    ask = found.asks[0]
    problem = prepare(Tables.of(found), ask)
    goal = goal_of(found, problem, ask)
    whole = HighsModel(arc_cover(problem, goal).model).relaxed()
    small = relax(aggregated(problem, goal, alone=30, clusters=5), goal, None, Clock(None))
    assert small.split.clusters > 1
    assert small.bound == pytest.approx(whole.objective, rel=1e-3)
    assert small.bound >= whole.objective * (1 - 1e-9), "a relaxation bounds from above"


def test_rows_of_the_small_relaxation_cut_off_no_choice_of_stations():
    found = _small_planar(4)
    ask = found.asks[0]
    problem = prepare(Tables.of(found), ask)
    goal = goal_of(found, problem, ask)
    small = relax(aggregated(problem, goal, alone=30, clusters=5), goal, None, Clock(None))
    rng = np.random.default_rng(0)
    for _ in range(300):
        is_open = rng.random(len(problem.site)) < rng.random()
        point = small.point_of(is_open)
        served = problem.served_units(is_open) - problem.always
        value = float(small.model.cost @ point) / FLOW_SCALE * problem.coverable
        assert value == pytest.approx(served, abs=1e-6 * problem.coverable)
        for row in small.rows.each():
            assert row.value @ point[row.column] >= row.lower[0] - 1e-9


def test_pulp_and_the_arrays_state_the_same_model():
    found = _small_planar()
    for ask_index in range(1):
        ask = found.asks[ask_index]
        problem = prepare(Tables.of(found), ask)
        goal = goal_of(found, problem, ask)
        readable, _ = plain_model(problem, goal)
        by_pulp = HighsModel(to_program(readable)).solved()
        cover = arc_cover(problem, goal)
        by_arrays = HighsModel(cover.model).solved()
        assert by_pulp.objective * FLOW_SCALE == pytest.approx(by_arrays.objective, rel=1e-9)


def test_no_id_reaches_a_solver_file(tmp_path):
    document = instance(7)
    for site in document["sites"]:
        site["id"] = f"\\ {site['id']} >= 0 free; $(touch pwned)"
    found = parse_instance(document)
    ask = found.asks[0]
    problem = prepare(Tables.of(found), ask)
    model, _ = plain_model(problem, goal_of(found, problem, ask))
    path = tmp_path / "model.lp"
    model.writeLP(str(path))
    assert "pwned" not in path.read_text()
    list(solve_instance(found))


def test_a_short_time_limit_is_told_honestly():
    document = planar(200, 3000, 1)
    document["asks"] = [{"objective": "max_flow", "stations": 12}]
    found = parse_instance(document)
    tables = Tables.of(found)
    answer = solve_ask(tables, found.asks[0], Options(time_limit=1.0, solver="highs"))
    assert answer.status in ("OPTIMAL", "FEASIBLE")
    assert answer.driven == answer.value
    if answer.status == "FEASIBLE":
        assert answer.bound is None or answer.bound > answer.value
    nothing = solve_ask(tables, found.asks[0], Options(time_limit=0.0))
    assert nothing.status == "NO_SOLUTION"
    assert nothing.value is None
    assert nothing.open == ()


def test_a_gap_that_is_allowed_is_not_called_optimal():
    found = _small_planar(1, 6)
    [answer] = solve_instance(found, Options(gap=0.5, solver="highs", method="arc-cover"))
    assert answer.status == "OPTIMAL" or 0 < answer.gap <= 0.5


def test_wrong_options_are_usage_errors():
    for wrong in ({"solver": "gurobi"}, {"method": "magic"}, {"time_limit": -1.0}, {"gap": -0.1}):
        with pytest.raises(UsageError):
            Options(**wrong)
    with pytest.raises(UsageError):
        Options(gap=float("nan"))
    with pytest.raises(UsageError):
        Options(time_limit=float("nan"))


def test_local_search_is_never_better_than_the_proven_optimum_and_close_to_it():
    for seed in range(3):
        found = _small_planar(seed)
        ask = found.asks[0]
        [answer] = solve_instance(found)
        problem = prepare(Tables.of(found), ask)
        goal = goal_of(found, problem, ask)
        gains = Gains(Links.of(problem), len(problem.site))
        for start in (
            LocalSearch(problem, goal).from_nothing(40),
            greedy_swaps(gains, np.zeros(len(problem.site), bool), goal),
        ):
            assert start.sum() <= 4
            value = problem.served_units(start) / problem.units
            assert 0.8 * answer.value <= value <= answer.value


def test_a_sweep_over_flows_gives_what_single_answers_give():
    document = corridor(40, 60, 5)
    document["asks"] = [{"objective": "max_flow", "stations": 3}]
    found = parse_instance(document)
    sweep = FlowSweep(found, found.asks[0])
    rng = np.random.default_rng(0)
    base = np.array([float(trip.flow) for trip in found.trips])
    for _ in range(5):
        flow = np.round(base * rng.lognormal(0, 0.5, len(base)))
        for trip, value in zip(document["trips"], flow.tolist(), strict=True):
            trip["flow"] = int(value)
        [answer] = solve_instance(parse_instance(document))
        assert sweep.solve(flow).value == pytest.approx(float(answer.value), rel=1e-6)
