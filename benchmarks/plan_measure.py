"""Measure one run of the plan suite, in a process of its own: time, memory, plan, bound and gap."""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections import Counter
from typing import Any, Final

from benchmarks.clock import limit_memory, peak_gigabytes
from benchmarks.plan_baselines import plain_run
from benchmarks.plan_corridors import plan_corridor
from benchmarks.plan_rows import PlanRow
from corridor.siting.gap import gap_of
from corridor.siting.problem import SitingProblem
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import solve
from corridor.siting.unavoidable import unavoidable_penalty
from corridor.solvers.clock import cpu_seconds
from tests.siting.oracles.driver import check

OURS: Final = "corridor"

STOP_S: Final = 1.0
STOP_SHARE: Final = 0.05
"""The search keeps its time limit within 5 % + 1 s: it is told so much less than a row allows."""


def warm_up() -> None:
    """Load what is loaded once, so that no run pays for it."""
    solve(plan_corridor(11, 1, 0), SolverSettings(gap_target=0.5))


def measure(
    row: PlanRow, seed: int, contestant: str, *, seconds: float, gap: float, gigabytes: float
) -> dict[str, Any]:
    """Return everything measured about a run.

    Parameters
    ----------
    row, seed
        What to run.
    contestant
        ``corridor`` or a baseline.
    seconds
        CPU time allowed. [s]
    gap
        Gap at which the run may stop. [share]
    gigabytes
        Memory at which the process ends. [GB]
    """
    limit_memory(gigabytes)
    warm_up()
    problem = row.build(0 if row.one_problem else seed)
    gc.collect()
    gc.freeze()  # a collection of what was there before would fall into the run by chance
    if contestant == OURS:
        found = _ours(problem, seed if row.one_problem else 0, seconds, gap)
    else:
        found = _baseline(problem, contestant, seconds)
    found["gigabytes"] = peak_gigabytes()
    unavoidable = unavoidable_penalty(problem).cny
    found["unavoidable"] = unavoidable
    found["gap"] = math.inf
    if math.isfinite(found["objective"]):
        found["gap"] = gap_of(found["objective"], found["bound"], unavoidable)
    pairs = max(Counter(flow.period for flow in problem.flows).values(), default=0)
    return found | {"sites": len(problem.sites), "pairs": pairs}


def _ours(problem: SitingProblem, seed: int, seconds: float, gap: float) -> dict[str, Any]:
    """Run the search; its plan is driven again by the tests' oracle, off the clock."""
    begun, wall = cpu_seconds(), time.perf_counter()
    settings = SolverSettings(
        gap_target=gap,
        work_limit=seconds,
        time_limit_s=(seconds - STOP_S) / (1 + STOP_SHARE),
        seed=seed,
    )
    solution = solve(problem, settings)
    found = {
        "cpu": cpu_seconds() - begun,
        "wall": time.perf_counter() - wall,
        "objective": solution.objective_cny,
        "bound": solution.bound_cny,
        "status": solution.status,
    }
    check(problem, solution)
    return found


def _baseline(problem: SitingProblem, contestant: str, seconds: float) -> dict[str, Any]:
    """Run a baseline: to its proof or the limit, whatever gap and seed the search has."""
    wall = time.perf_counter()
    ran = plain_run(problem, contestant, seconds=seconds)
    return {
        "cpu": ran.cpu,
        "wall": time.perf_counter() - wall,
        "objective": ran.objective_cny,
        "bound": ran.bound_cny,
        "status": "no plan" if math.isinf(ran.objective_cny) else "plan",
        "columns": ran.columns,
    }


def main(
    row: PlanRow, seed: int, contestant: str, *, seconds: float, gap: float, gigabytes: float
) -> None:
    """Measure and print one line of JSON."""
    found = measure(row, seed, contestant, seconds=seconds, gap=gap, gigabytes=gigabytes)
    sys.stdout.write(json.dumps(found) + "\n")
