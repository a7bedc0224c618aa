"""Solve a siting problem: a plan, a bound that no plan beats, and the gap between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from corridor.core.errors import InfeasibleError, LimitError
from corridor.siting.diagnose import check_design, check_solvable
from corridor.siting.gap import gap_of
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.operation.recount import recount_cny
from corridor.siting.operation.stop_plans import Dispatch, dispatch
from corridor.siting.operation.trim import loads_kg_per_day, trimmed, trimmed_steps
from corridor.siting.problem import SitingProblem
from corridor.siting.reduce import Reduced, reduce
from corridor.siting.rules import Levels
from corridor.siting.search.optimise import optimise
from corridor.siting.search.outcome import Keep, Outcome, keep_nothing
from corridor.siting.search.reference import solve_reference
from corridor.siting.search.work import Budget
from corridor.siting.solution import (
    EqualDesign,
    SearchEnd,
    Solution,
    SolverChoice,
    SolverSettings,
    StopPlan,
)
from corridor.siting.unavoidable import UnavoidablePenalty, unavoidable_penalty
from corridor.siting.unmet import unmet_reasons
from corridor.solvers.clock import Clock
from corridor.solvers.program import INFINITY
from corridor.solvers.pulp_door import pulp_version
from corridor.solvers.registry import require

Progress = Callable[[str], object]


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A problem ready to be searched.

    Parameters
    ----------
    problem
        As posed.
    given
        Levels of a given design, or None: it is to be found.
    settings
        Solver, gap target, limits.
    reduced
        What is searched.
    unavoidable
        The penalty that no plan can avoid.
    """

    problem: SitingProblem
    given: Levels | None
    settings: SolverChoice
    reduced: Reduced
    unavoidable: UnavoidablePenalty


def make_task(
    problem: SitingProblem, levels: Levels | None = None, solver: SolverChoice | None = None
) -> Task:
    """Check what can be known before solving, and reduce the problem.

    Parameters
    ----------
    problem, solver
        As for `solve`.
    levels
        Levels of a given design, or None.

    Raises
    ------
    InfeasibleError, SolverError
        As for `solve` and `evaluate_design`.
    """
    settings = solver or SolverSettings()
    require(settings.name)
    if levels is None:
        check_solvable(problem)
    else:
        check_design(problem, levels)
    return Task(
        problem=problem,
        given=levels,
        settings=settings,
        reduced=reduce(problem, levels),
        unavoidable=unavoidable_penalty(problem),
    )


def solve(
    problem: SitingProblem,
    solver: SolverChoice | None = None,
    *,
    progress: Progress = silent,
) -> Solution:
    """Find a plan of least net present cost and prove how good it is, in this process.

    `corridor.siting.apart` does the same in a process of its own, as the commands do.

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
    return _solved(problem, None, solver, progress)


def evaluate_design(
    problem: SitingProblem,
    levels: Levels,
    solver: SolverChoice | None = None,
    *,
    progress: Progress = silent,
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
    return _solved(problem, levels, solver, progress)


def _solved(
    problem: SitingProblem,
    levels: Levels | None,
    solver: SolverChoice | None,
    progress: Progress,
) -> Solution:
    started, settings = perf_counter(), solver or SolverSettings()
    clock = Clock(settings.time_limit_s)
    task = make_task(problem, levels, settings)
    solution = finish(task, search(task, clock, progress), progress)
    return replace(solution, seconds=perf_counter() - started)


def search(
    task: Task, clock: Clock, progress: Progress = silent, keep: Keep = keep_nothing
) -> Outcome:
    """Search for the best design of a task.

    Parameters
    ----------
    task
        From `make_task`.
    clock
        Safety stop.
    progress
        Called with a line for each stage.
    keep
        Called with what is known whenever a better design or bound is.

    Returns
    -------
    Outcome
        In terms of the reduced problem.
    """
    settings = task.settings
    budget = Budget(settings.work_limit, clock)
    fixed = task.given
    if fixed is not None:
        fixed = tuple(tuple(row[j] for j in task.reduced.sites) for row in fixed)
    searched = optimise if settings.name == "highs" else solve_reference
    return searched(
        task.reduced.problem,
        settings,
        budget,
        fixed,
        progress=progress,
        unavoidable_cny=task.unavoidable.cny,
        keep=keep,
    )


def finish(task: Task, outcome: Outcome, progress: Progress = silent) -> Solution:
    """Make stop plans of the best design, in the terms of the problem as posed.

    Parameters
    ----------
    task
        What was searched.
    outcome
        What was found.
    progress
        Called with a line at the end.

    Raises
    ------
    InfeasibleError, LimitError
        If there is no design.
    """
    settings, reduced, problem = task.settings, task.reduced, task.problem
    if outcome.levels is None or outcome.steps is None:
        if outcome.infeasible:
            raise InfeasibleError(
                "No plan keeps the budget, the required stations and the policies together.",
                "Raise money.budget_cny, or drop a requirement or a spacing policy.",
            )
        raise LimitError(
            f"No plan was found within {settings.time_limit_s:g} CPU s.",
            "Raise solver.time_limit_s, or ask for fewer sites or periods.",
        )
    costs = DesignCost(reduced.problem)
    small = dispatch(reduced.problem, costs, outcome.levels, outcome.steps)
    rows = _as_posed(problem, reduced, small)
    kept, averaged = outcome.levels, outcome.cost_cny
    steps = trimmed_steps(reduced.problem, outcome.steps, small.supply)
    if task.given is None:
        kept = trimmed(reduced.problem, kept, loads_kg_per_day(reduced.problem, small.plans))
    as_searched = (kept, steps) == (outcome.levels, outcome.steps)
    if not as_searched or averaged == INFINITY:
        averaged = costs.total(kept, steps)
    levels = tuple(_spread(row, reduced.sites, len(problem.sites)) for row in kept)
    objective = recount_cny(problem, levels, steps, rows)
    if objective < outcome.bound_cny - 1e-6 * max(1.0, abs(objective)):
        progress(
            f"bound     {outcome.bound_cny:.6g} CNY is above the plan ({objective:.6g} CNY): "
            "it counts nothing; please report this scenario"
        )
        outcome.bound_cny = outcome.floor_cny
    bound = max(outcome.bound_cny, task.unavoidable.cny)
    gap = gap_of(objective, bound, task.unavoidable.cny)
    reached = gap <= settings.gap_target
    progress(
        f"plan      {objective / 1e6:.2f} M CNY, of which {task.unavoidable.cny / 1e6:.2f} cannot be "
        f"avoided, bound {bound / 1e6:.2f}, gap {gap:.2%}, {len(rows.plans)} stop plans"
    )
    return Solution(
        status="OPTIMAL" if reached else "FEASIBLE",
        objective_cny=objective,
        averaged_cny=averaged,
        bound_cny=bound,
        unavoidable=task.unavoidable,
        gap=gap,
        gap_target=settings.gap_target,
        search=SearchEnd(
            stopped=outcome.ended or ("target" if reached else "work"),
            moves_tested=outcome.moves_tested,
            locally_optimal=outcome.locally_optimal,
        ),
        levels=levels,
        steps=steps,
        stop_plans=rows.plans,
        unmet_trips_per_day=rows.unmet,
        unmet_reasons=unmet_reasons(problem, levels, steps, rows),
        supply_kg_per_day=rows.supply,
        solver_name=settings.name,
        solver_version=outcome.version,
        pulp_version=pulp_version(),
        options={
            "gap_target": settings.gap_target,
            "work_limit": settings.work_limit,
            "time_limit_s": settings.time_limit_s,
            "seed": settings.seed,
        },
        status_reported=outcome.reported or "relaxation solved; no branch and bound was needed",
        nodes=outcome.nodes,
        log=outcome.log,
        sizes=dict(reduced.sizes),
        effort=dict(outcome.sizes),
        shared_by_rule=tuple(q in rows.shared for q in range(len(problem.flows))),
        equal_designs=_equal_designs(reduced, outcome) if as_searched else None,
    )


def _equal_designs(reduced: Reduced, outcome: Outcome) -> tuple[EqualDesign, ...] | None:
    """Return what is different in designs that cost the same, in the terms of the problem as posed."""
    if outcome.equal is None or outcome.levels is None or outcome.steps is None:
        return None
    posed = tuple(range(len(reduced.problem.sources)))
    return tuple(
        EqualDesign(
            sites=_changed(outcome.levels, levels, reduced.sites),
            sources=_changed(outcome.steps, steps, posed),
        )
        for levels, steps in outcome.equal
    )


def _changed(
    before: Levels, after: Levels, places: tuple[int, ...]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    paths = zip(places, zip(*before, strict=True), zip(*after, strict=True), strict=True)
    return tuple((place, now) for place, was, now in paths if was != now)


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
