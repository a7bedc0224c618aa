"""Solve a siting problem: a plan, a bound that no plan beats, and the gap between them."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from corridor.core.errors import InfeasibleError, LimitError, SolverError
from corridor.siting.diagnose import check_design, check_solvable, unmet_reasons
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.operation.recount import recount_cny
from corridor.siting.operation.stop_plans import Dispatch, dispatch
from corridor.siting.problem import SitingProblem
from corridor.siting.reduce import Reduced, reduce
from corridor.siting.rules import Levels
from corridor.siting.search.optimise import Outcome, optimise
from corridor.siting.solution import Solution, SolverChoice, SolverSettings, StopPlan

Progress = Callable[[str], object]


def _silent(_: str) -> None:
    """Say nothing."""


def solve(
    problem: SitingProblem,
    solver: SolverChoice | None = None,
    *,
    progress: Progress = _silent,
) -> Solution:
    """Find a plan of least net present cost and prove how good it is.

    Parameters
    ----------
    problem
        From `corridor.siting.pose.pose`, or made by hand.
    solver
        Solver, gap target, limits; `Scenario.solver` or `SolverSettings()`.
    progress
        Called with a line for each stage of the search.

    Returns
    -------
    Solution
        Every number recomputed from its rows.

    Raises
    ------
    InfeasibleError
        If no plan keeps all requirements, or nobody could ever be served; says why.
    LimitError
        If the time limit came before any plan.
    SolverError
        If the solver crashed, is not there, or answered nonsense.
    """
    settings = solver or SolverSettings()
    started = perf_counter()
    check_solvable(problem)
    reduced = reduce(problem)
    outcome = optimise(reduced.problem, settings, started, None, progress)
    return _finish(problem, reduced, outcome, settings, started, progress)


def evaluate_design(
    problem: SitingProblem,
    levels: Levels,
    solver: SolverChoice | None = None,
    *,
    progress: Progress = _silent,
) -> Solution:
    """Operate given stations as well as can be: purchases, deliveries and expansions are free.

    Parameters
    ----------
    problem
        As for `solve`.
    levels
        Per period and site, the tier number that stands there, counted from 1; 0 is none.
    solver, progress
        As for `solve`.

    Returns
    -------
    Solution
        The bound is that of plans with these stations.

    Raises
    ------
    InfeasibleError
        If the stations break the budget, a decision or a policy, or are closed again.
    LimitError, SolverError
        As for `solve`.
    """
    settings = solver or SolverSettings()
    started = perf_counter()
    check_design(problem, levels)
    reduced = reduce(problem, levels)
    small = tuple(tuple(row[j] for j in reduced.sites) for row in levels)
    outcome = optimise(reduced.problem, settings, started, small, progress)
    return _finish(problem, reduced, outcome, settings, started, progress)


def _finish(
    problem: SitingProblem,
    reduced: Reduced,
    outcome: Outcome,
    settings: SolverChoice,
    started: float,
    progress: Progress,
) -> Solution:
    """Make stop plans of the best design, in the terms of the problem as posed."""
    import pulp

    if outcome.levels is None or outcome.steps is None:
        if outcome.infeasible:
            raise InfeasibleError(
                "No plan keeps the budget, the required stations and the policies together.",
                "Raise money.budget_cny, or drop a requirement or a spacing policy.",
            )
        raise LimitError(
            f"No plan was found within {settings.time_limit_s:g} s.",
            "Raise solver.time_limit_s, or ask for fewer sites or periods.",
        )
    small = dispatch(reduced.problem, DesignCost(reduced.problem), outcome.levels, outcome.steps)
    rows = _as_posed(problem, reduced, small)
    levels = tuple(_spread(row, reduced.sites, len(problem.sites)) for row in outcome.levels)
    objective = recount_cny(problem, levels, outcome.steps, rows)
    if objective < outcome.bound_cny - 1e-6 * max(1.0, abs(objective)):
        raise SolverError(
            f"The plan costs {objective:.6g} CNY, less than the bound {outcome.bound_cny:.6g} CNY "
            "that the solver claims to have proven.",
            "Please report this with the scenario; try solver.name = 'cbc' meanwhile.",
        )
    gap = max(0.0, objective - outcome.bound_cny) / max(1.0, abs(objective))
    progress(
        f"plan      {objective / 1e6:.2f} M CNY, bound {outcome.bound_cny / 1e6:.2f}, "
        f"gap {gap:.2%}, {len(rows.plans)} stop plans"
    )
    return Solution(
        status="OPTIMAL" if gap <= max(settings.gap_target, 1e-9) else "FEASIBLE",
        objective_cny=objective,
        averaged_cny=outcome.cost_cny,
        bound_cny=outcome.bound_cny,
        gap=gap,
        gap_target=settings.gap_target,
        levels=levels,
        steps=outcome.steps,
        stop_plans=rows.plans,
        unmet_trips_per_day=rows.unmet,
        unmet_why=unmet_reasons(problem, levels, outcome.steps, rows),
        supply_kg_per_day=rows.supply,
        solver_name=settings.name,
        solver_version=outcome.version,
        pulp_version=str(pulp.__version__),
        options={
            "gap_target": settings.gap_target,
            "time_limit_s": settings.time_limit_s,
            "threads": settings.threads,
            "seed": settings.seed,
        },
        status_reported=outcome.reported or "relaxation solved; no branch and bound was needed",
        seconds=perf_counter() - started,
        nodes=outcome.nodes,
        log=outcome.log,
        sizes={**reduced.sizes, **outcome.sizes},
        shared_by_rule=tuple(q in rows.shared for q in range(len(problem.flows))),
    )


def _spread(row: tuple[int, ...], places: tuple[int, ...], count: int) -> tuple[int, ...]:
    full = [0] * count
    for value, place in zip(row, places, strict=True):
        full[place] = value
    return tuple(full)


def _as_posed(problem: SitingProblem, reduced: Reduced, small: Dispatch) -> Dispatch:
    """Translate stop plans and deliveries back; merged flows share every plan alike."""
    plans = []
    for plan in small.plans:
        whole = reduced.problem.flows[plan.flow].trips_per_day
        stops = reduced.stops[plan.flow][plan.way]
        for q in reduced.flows[plan.flow]:
            plans.append(
                StopPlan(
                    flow=q,
                    way=reduced.ways[plan.flow][plan.way],
                    trips_per_day=plan.trips_per_day * problem.flows[q].trips_per_day / whole,
                    purchases=tuple((stops[v], grams) for v, grams in plan.purchases),
                )
            )
    plans.sort(key=lambda plan: (plan.flow, -plan.trips_per_day, plan.way, plan.purchases))
    unmet = [0.0] * len(problem.flows)
    shared: set[int] = set()
    for small_q, group in enumerate(reduced.flows):
        whole = reduced.problem.flows[small_q].trips_per_day
        # Equal flows are one in the reduced problem: they share what it misses.
        if small_q in small.shared or (len(group) > 1 and 0 < small.unmet[small_q] < whole):
            shared |= set(group)
        for q in group:
            unmet[q] = small.unmet[small_q] * problem.flows[q].trips_per_day / whole
    supply = []
    for period in small.supply:
        rows = []
        for row in period:
            full = [0.0] * len(problem.sites)
            for value, place in zip(row, reduced.sites, strict=True):
                full[place] = value
            rows.append(tuple(full))
        supply.append(tuple(rows))
    return Dispatch(tuple(plans), tuple(unmet), tuple(supply), frozenset(shared))
