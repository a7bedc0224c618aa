"""The plan suite: its problems, its clock, its gap, its baselines and its table."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import clock, plan_measure, plan_report, plan_runner
from benchmarks.__main__ import main
from benchmarks.plan_baselines import plain_run
from benchmarks.plan_corridors import PLANTS, plan_corridor
from benchmarks.plan_freeze import SCENARIOS, frozen_file, problem_of
from benchmarks.plan_rows import PLAN_SUITES, PlanRow, Target, plan_rows
from benchmarks.runner import read_csv
from corridor.core.errors import InfeasibleError
from corridor.core.files import canonical_json, sha256_text
from corridor.siting.diagnose import check_solvable
from corridor.siting.instance_file import parse_problem, problem_document, read_problem
from corridor.siting.problem import SitingProblem
from corridor.siting.solve import solve
from corridor.siting.unavoidable import unavoidable_penalty
from corridor.solvers.clock import cpu_seconds
from tests.siting.oracles.charge_milp import optimum_cny
from tests.siting.oracles.instances import tiny_problem

ROOT = Path(__file__).parents[2]

SIZES = [(11, 2), (40, 50), (100, 200)]


def _digest(problem: SitingProblem) -> str:
    return sha256_text(canonical_json(problem_document(problem)))


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_a_seed_gives_one_problem_whatever_the_hash_seed(seed):
    code = (
        "from benchmarks.plan_corridors import plan_corridor\n"
        "from corridor.core.files import canonical_json, sha256_text\n"
        "from corridor.siting.instance_file import problem_document\n"
        "print(sha256_text(canonical_json(problem_document(plan_corridor(40, 50, 3)))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )

    assert done.stdout.strip() == _digest(plan_corridor(40, 50, 3))


def test_another_seed_gives_another_problem():
    assert _digest(plan_corridor(40, 50, 3)) != _digest(plan_corridor(40, 50, 4))


@pytest.mark.parametrize(("sites", "pairs"), SIZES)
def test_generated_problems_are_problems_anyone_could_drop_in(sites, pairs):
    problem = plan_corridor(sites, pairs, 1)

    assert parse_problem(json.loads(canonical_json(problem_document(problem))), "x") == problem
    check_solvable(problem)
    assert (len(problem.sites), len(problem.flows)) == (sites, 3 * pairs)
    assert (len(problem.periods), len(problem.sources)) == (3, PLANTS)
    kinds = {flow.loop for flow in plan_corridor(40, 50, 1).flows}
    assert kinds == {True, False}


def test_a_generated_corridor_wants_what_its_constants_say():
    problem = plan_corridor(40, 50, 2)
    wanted = [
        sum(f.trips_per_day * f.need_g / 1000 for f in problem.flows if f.period == t)
        for t in range(3)
    ]

    assert wanted == pytest.approx([40 * 60, 40 * 150, 40 * 300])
    for flow in problem.flows:
        [way] = flow.ways
        visits = [stop.site for stop in way.stops]
        middle = set(visits) - {visits[0], visits[(len(visits)) // 2]}
        if flow.loop:  # every site twice but the two ends
            assert all(visits.count(site) == 2 for site in middle)
            assert len(visits) == 2 * len(set(visits)) - 2
        else:
            assert len(visits) == len(set(visits))
            assert way.stops[-1].at_g == way.total_g


def test_what_periods_have_in_common_is_held_once():
    problem = plan_corridor(300, 1000, 0)
    ways = {id(flow.ways[0]) for flow in problem.flows}

    assert len(problem.flows) == 3000
    assert len(ways) == 1000
    for source in problem.sources:
        assert len({id(lanes) for lanes in source.lane_cny_per_kg}) == 1


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_frozen_problems_are_those_of_a_scenario(name):
    frozen, today = read_problem(frozen_file(name)), problem_of(name)

    assert frozen_file(name).stat().st_size < 2_000_000
    assert [p.year for p in frozen.periods] == [p.year for p in today.periods]
    assert len(frozen.tiers) == {"default": 4, "expansion-8": 5}[name]
    if name == "expansion-8":
        steps = {source.id: source.steps_kg_per_day for source in frozen.sources}
        assert steps == {"changshou": (), "meijin": (9850.0,) * 8, "panbei": (9850.0,) * 2}
    else:
        assert not any(source.steps_kg_per_day for source in frozen.sources)


def test_the_clock_counts_children():
    before = cpu_seconds()
    subprocess.run([sys.executable, "-c", "for _ in range(10**7): pass"], check=True)
    both = cpu_seconds() - before

    assert both > 0.1
    assert clock.children_cpu_seconds() > 0.1
    assert clock.peak_gigabytes() > 0.001


def test_no_plan_is_an_endless_gap_and_a_trivial_bound_is_all_of_it():
    row = plan_rows("plan-smoke")[0]
    assert row.baselines
    nothing = plain_run(row.build(0), "pulp-highs", seconds=0.0)

    assert (nothing.bound_cny, nothing.objective_cny) == (-math.inf, math.inf)


def test_three_plants_for_half_of_it_each_leave_nothing_unmet():
    problem = plan_corridor(11, 2, 0)
    assert unavoidable_penalty(problem).cny == 0.0

    one = dataclasses.replace(problem, sources=problem.sources[:1])
    half = sum(0.5 * 60 * 11 * g * p.weight for g, p in zip((1, 2.5, 5), one.periods, strict=True))
    assert unavoidable_penalty(one).cny == pytest.approx(365 * 105.0 * half)


@pytest.mark.parametrize("solver", ["pulp-highs", "scip"])
def test_a_baseline_finds_the_optimum_of_tiny_problems(solver):
    if solver == "scip":
        pytest.importorskip("pyscipopt")
    compared = 0
    for seed in range(12):
        problem = tiny_problem(seed)
        try:
            check_solvable(problem)
            best = optimum_cny(problem)
        except (InfeasibleError, AssertionError):
            continue
        ran = plain_run(problem, solver, seconds=300)
        assert ran.objective_cny == pytest.approx(best, rel=1e-5)
        assert ran.bound_cny <= best * (1 + 1e-5)
        assert ran.cpu > 0
        compared += 1

    assert compared >= 6


def test_a_smoke_run_writes_csv_and_table_and_keeps_what_is_done(tmp_path, capsys):
    command = ["run", "--suite", "plan-smoke", "--seeds", "1", "--out", str(tmp_path)]
    assert main(command) == 0
    results = read_csv(tmp_path / "plan-smoke.csv")
    assert {r["contestant"] for r in results} == {"corridor", "pulp-highs", "scip"}
    for result in results:
        if not result.get("error"):
            assert 0 < result["cpu"] <= result["process_cpu"]
            assert result["bound"] <= result["objective"] * (1 + 1e-6)
            assert result["unavoidable"] <= result["bound"] + 1e-6 * result["objective"]
    table = (tmp_path / "plan-smoke.md").read_text(encoding="utf-8")
    assert "| corridor-11-2 | 11 | 2 | corridor | 1 |" in table
    done = [r for r in results if not r.get("error")]
    assert main([*command, "--keep"]) == 0  # what ended well is not run again: the same seconds
    kept = [r for r in read_csv(tmp_path / "plan-smoke.csv") if not r.get("error")]
    assert kept == done
    table = (tmp_path / "plan-smoke.md").read_text(encoding="utf-8")
    assert main(["table", str(tmp_path / "plan-smoke.csv"), "--suite", "plan-smoke"]) == 0
    assert (tmp_path / "plan-smoke.md").read_text(encoding="utf-8") == table
    capsys.readouterr()


def test_any_problem_file_can_be_dropped_in(tmp_path, capsys):
    path = tmp_path / "mine.json.gz"
    assert main(["write", "plan", "11", "2", "1", str(path)]) == 0
    out = str(tmp_path / "out")
    limits = ["--seconds", "60", "--gap", "0.2", "--no-baseline"]
    assert main(["plan", str(path), "--out", out, *limits]) == 0
    assert "mine.json.gz" in capsys.readouterr().out
    [result] = read_csv(tmp_path / "out" / "mine.csv")
    assert math.isfinite(result["gap"])


def test_a_run_that_fails_or_hangs_is_told(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    assert main(["plan", str(bad), "--out", str(tmp_path), "--no-baseline"]) == 1
    assert "Failed runs" in capsys.readouterr().out
    limits = plan_runner.Limits(grace=-119.9)  # a tenth of a second
    row = plan_rows("plan-smoke")[0]
    [run] = plan_runner.asked([row], 1, 0, limits)
    [told] = plan_runner.run([_in_a_second(run)], "plan-smoke", limits)
    assert "ended after" in told["error"]


def test_a_plan_that_breaks_its_books_is_a_failed_run(monkeypatch):
    def too_cheap(problem, settings):
        solution = solve(problem, settings)
        return dataclasses.replace(solution, objective_cny=0.9 * solution.objective_cny)

    monkeypatch.setattr(plan_measure, "solve", too_cheap)
    monkeypatch.setattr(plan_measure, "warm_up", lambda: None)
    monkeypatch.setattr(plan_measure, "limit_memory", lambda gigabytes: None)
    row = plan_rows("plan-smoke")[0]
    with pytest.raises(AssertionError):
        plan_measure.measure(row, 0, "corridor", seconds=60.0, gap=0.2, gigabytes=1.0)


def _in_a_second(run: plan_runner.Asked) -> plan_runner.Asked:
    return dataclasses.replace(run, seconds=1.0)


def _result(gap: float, cpu: float, **more: float) -> dict:
    return {"gap": gap, "cpu": cpu, "gigabytes": 1.0, **more}


def test_targets_are_judged_by_medians_and_failures_count():
    target = Target(seconds=60, gap=0.01, gigabytes=4.0)
    good, slow, open_ = _result(0.005, 10), _result(0.005, 70), _result(0.02, 10)
    assert plan_report.is_met(target, [good, good, open_])
    assert not plan_report.is_met(target, [good, open_, open_])
    assert not plan_report.is_met(target, [good, slow, slow])
    assert not plan_report.is_met(target, [good, {"error": "crashed"}, {"error": "crashed"}])
    assert not plan_report.is_met(target, [good, good, _result(0.005, 10) | {"gigabytes": 5.0}])
    assert not plan_report.is_met(target, [])
    anything = Target(seconds=60)
    assert plan_report.is_met(anything, [open_])
    assert not plan_report.is_met(anything, [_result(math.inf, 10)])


def test_one_run_shows_both_targets_where_their_time_is_equal():
    rows = {row.name: row for row in PLAN_SUITES["plan"]}
    assert rows["default"].asks == ((60, 0.001),)
    assert rows["expansion-8"].asks == ((120, 0.01), (300, 0.002))
    assert rows["corridor-1000-10000"].asks == ((3600, 0.03),)


def test_baselines_meet_one_problem_once():
    limits = plan_runner.Limits()
    row: PlanRow = next(r for r in PLAN_SUITES["plan"] if r.name == "default")
    runs = plan_runner.asked([row], 5, 5, limits)
    assert [r.contestant for r in runs].count("corridor") == 5
    assert [r.contestant for r in runs].count("scip") == 1
