"""The search: cuts at the root, designs by rounding and local search, then branch and bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Final

from corridor.siting.gap import cost_at_gap, gap_of
from corridor.siting.model.formulation import MONEY, Formulation, formulate
from corridor.siting.model.tier_cuts import TierCuts
from corridor.siting.model.window_cuts import mixed_windows, plain_windows
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.search.local_search import LocalSearch
from corridor.siting.search.period_bounds import PeriodValue
from corridor.siting.search.regions import RegionSearch
from corridor.siting.search.rounding import complete_design, design_at, rounded_designs
from corridor.siting.solution import SolverChoice
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel, version
from corridor.solvers.program import Cut, LinearProgram
from corridor.solvers.pulp_door import to_program
from corridor.solvers.result import Result
from corridor.solvers.trust import guarded, second_opinion

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

WINDOW_TOLERANCE: Final = 1e-6
"""Violation of a window that is let pass at an integer point, as a share of the shortage [-]."""

FINISH_S: Final = 1.0
"""Kept free for the stop plans at the end of the time limit [s]."""

SMALL: Final = 100
"""Binaries below which branch and bound needs no local search."""

ROOT_SHARE: Final = 0.25
"""Share of the time limit after which no more rows are separated at the root. [-]"""

MOVES_SHARE: Final = 0.2
"""Share of the time left after the root that changes of one or two sites may take. [-]"""

REGIONS_SHARE: Final = 0.65
"""Share of it after which regions are no longer tried either. [-]"""


@dataclass(slots=True)
class Outcome:
    """Best design found, and what is proven.

    Parameters
    ----------
    cost_cny
        Cost of the design with averaged purchases. [CNY]
    bound_cny
        No plan costs less. [CNY]
    floor_cny
        The same, proven by arithmetic alone: every column at its cheaper end. [CNY]
    unavoidable_cny
        Penalty that no plan can avoid. [CNY]
    timed_out
        Whether the clock ended the search.
    """

    levels: Levels | None = None
    steps: Levels | None = None
    cost_cny: float = float("inf")
    bound_cny: float = float("-inf")
    floor_cny: float = float("-inf")
    unavoidable_cny: float = 0.0
    timed_out: bool = False
    infeasible: bool = False
    nodes: int = 0
    reported: str = ""
    version: str = ""
    log: str = ""
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Proven gap of the averaged design, of the money that can be decided [-]."""
        if self.levels is None or self.bound_cny == float("-inf"):
            return float("inf")
        return gap_of(self.cost_cny, self.bound_cny, self.unavoidable_cny)

    @property
    def decided_share(self) -> float:
        """Share of the cost that can be decided: a gap of the whole cost per gap of ours [-]."""
        whole = self.cost_cny if self.levels is not None else self.bound_cny
        return max(0.0, whole - self.unavoidable_cny) / max(1.0, abs(whole))


def optimise(
    problem: SitingProblem,
    settings: SolverChoice,
    started: float,
    fixed: Levels | None,
    progress: Callable[[str], object],
    unavoidable_cny: float,
) -> Outcome:
    """Search for the cheapest design of a reduced problem.

    Parameters
    ----------
    problem
        From `reduce`.
    settings
        Solver and limits.
    started
        When the clock of the time limit began, by `perf_counter`. [s]
    fixed
        Levels of a given design, or None.
    progress
        Called with a line for each stage.
    unavoidable_cny
        Penalty that no plan can avoid. [CNY]

    Returns
    -------
    Outcome
        Without levels where none was found.
    """
    deadline = started + max(1.0, settings.time_limit_s - FINISH_S)
    form = formulate(problem, fixed)
    matrix = to_program(form.model, form.variables)
    outcome = Outcome(floor_cny=matrix.trivial_bound() * MONEY, unavoidable_cny=unavoidable_cny)
    outcome.sizes = {
        "columns": len(matrix.cost),
        "binaries": int(matrix.integer.sum()),
        "rows": len(matrix.row_low),
        "nonzeros": int(matrix.rows.nnz),
    }
    progress(
        f"model     {len(problem.sites)} sites, {len(problem.flows)} flows, {len(form.ways)} ways, "
        f"{outcome.sizes['columns']} columns ({outcome.sizes['binaries']} binary), "
        f"{outcome.sizes['rows']} rows before windows"
    )
    costs = DesignCost(problem)
    engine = HighsModel(matrix, settings.seed, stop=Clock(deadline, perf_counter, 0.0).stop)
    cuts: list[Cut] = []
    root = _root(form, engine, cuts, deadline, settings)
    if root.state == "infeasible":
        outcome.infeasible = True
        return outcome
    outcome.bound_cny = root.bound * MONEY
    outcome.sizes["window_rows_root"] = len(cuts)
    progress(f"relaxed   bound {outcome.bound_cny / 1e6:.2f} M CNY with {len(cuts)} window rows")
    if root.values is not None:
        for levels, steps in rounded_designs(problem, form, root.values, fixed):
            _offer(outcome, costs, levels, steps)
        if fixed is None and outcome.sizes["binaries"] >= SMALL:
            _improve(form, matrix, engine, cuts, costs, outcome, settings, root.values, deadline)
        progress(f"search    plan {outcome.cost_cny / 1e6:.2f} M CNY, gap {outcome.gap:.2%}")
    _branch(problem, form, engine, cuts, costs, outcome, settings, deadline, progress)
    outcome.timed_out = outcome.gap > _aim(settings) and perf_counter() >= deadline
    outcome.sizes["window_rows"] = len(cuts)
    return outcome


def _improve(
    form: Formulation,
    matrix: LinearProgram,
    engine: HighsModel,
    cuts: list[Cut],
    costs: DesignCost,
    outcome: Outcome,
    settings: SolverChoice,
    relaxed: Floats,
    deadline: float,
) -> None:
    """Improve the best design: single sites and pairs first, then whole regions."""
    if outcome.levels is None or outcome.steps is None:
        return
    now = perf_counter()
    good = cost_at_gap(outcome.bound_cny, outcome.unavoidable_cny, _aim(settings))
    values = [PeriodValue(form, matrix, cuts, t) for t in range(len(form.problem.periods))]
    search = LocalSearch(
        form.problem,
        costs,
        values,
        deadline=now + MOVES_SHARE * (deadline - now),
        good_enough_cny=good,
        seed=settings.seed,
    )
    _offer(outcome, costs, *search.run(outcome.levels, outcome.steps, kicks=3))
    outcome.sizes["designs_tried"] = search.tried
    if outcome.gap > _aim(settings):
        regions = RegionSearch(form, matrix, engine, cuts, costs, relaxed)
        levels, steps = regions.run(
            outcome.levels,
            outcome.steps,
            deadline=now + REGIONS_SHARE * (deadline - now),
            good_enough_cny=good,
            seed=settings.seed,
        )
        _offer(outcome, costs, levels, steps)


def _offer(outcome: Outcome, costs: DesignCost, levels: Levels, steps: Levels) -> None:
    cost = costs.total(levels, steps)
    if cost < outcome.cost_cny:
        outcome.cost_cny, outcome.levels, outcome.steps = cost, levels, steps


def _root(
    form: Formulation, engine: HighsModel, cuts: list[Cut], deadline: float, settings: SolverChoice
) -> Result:
    """Solve the relaxation and separate until nothing is violated, the bound stalls or time presses."""
    now = perf_counter()
    until = now + ROOT_SHARE * (deadline - now)
    tiers = TierCuts(form)
    history: list[float] = []
    least = max(1e-6, 0.03 * settings.gap_target)
    answer = _relaxed(engine, incumbent=False)
    while answer.state == "optimal" and answer.values is not None:
        history.append(answer.bound)
        found = mixed_windows(form.ways, answer.values, 1e-3, 3)
        found += tiers.separate(answer.values, 1e-3)
        if not found or perf_counter() > until or _stalls(history, least):
            break
        if len(history) % 5 == 0:
            gone = engine.drop_slack_cuts()
            cuts[:] = [cut for n, cut in enumerate(cuts) if n not in gone]
        cuts += found
        engine.add(found)
        again = _relaxed(engine, incumbent=True)
        if again.state != "optimal" or again.values is None:
            break
        answer = again
    if history:
        answer = replace(answer, bound=max(history))
    return answer


def _relaxed(engine: HighsModel, *, incumbent: bool) -> Result:
    """Solve the relaxation; what cannot be believed ends the root, or the search before it."""
    return guarded(
        engine.relaxed,
        engine.program,
        incumbent=incumbent,
        cuts=engine.cuts,
        relaxed=True,
        confirm=lambda: second_opinion(engine.program, engine.cuts, stop=engine.stop),
    )


def _stalls(history: list[float], least: float, rounds: int = 6) -> bool:
    if len(history) <= rounds:
        return False
    return history[-1] - history[-1 - rounds] < least * max(1.0, abs(history[-1]))


def _branch(
    problem: SitingProblem,
    form: Formulation,
    engine: HighsModel,
    cuts: list[Cut],
    costs: DesignCost,
    outcome: Outcome,
    settings: SolverChoice,
    deadline: float,
    progress: Callable[[str], object],
) -> None:
    """Branch and bound, windows re-checked at each integer point, until none is violated."""
    outcome.version = version() or "?"
    engine.stop = Clock(deadline, perf_counter, 0.0).stop
    while outcome.gap > _aim(settings) and perf_counter() < deadline:
        start = None
        if outcome.levels is not None and outcome.steps is not None:
            start = complete_design(form, outcome.levels, outcome.steps)
        answer = _tree(engine, outcome, settings, start)
        outcome.nodes += answer.nodes
        outcome.reported = answer.reported
        if answer.state == "infeasible":
            outcome.infeasible = outcome.levels is None
            return
        if answer.state == "failed":
            progress(f"branched  {answer.reported}: the best plan so far is kept")
            return
        if answer.bound > float("-inf"):
            outcome.bound_cny = max(outcome.bound_cny, answer.bound * MONEY)
        if answer.values is None:
            return
        levels, steps = design_at(form, answer.values)
        _offer(outcome, costs, levels, steps)
        found = plain_windows(form.ways, answer.values, WINDOW_TOLERANCE, 6)
        progress(
            f"branched  plan {outcome.cost_cny / 1e6:.2f} M CNY, bound {outcome.bound_cny / 1e6:.2f}, "
            f"gap {outcome.gap:.2%}, {len(found)} windows still violated"
        )
        if not found:
            if answer.state == "optimal":
                return
            continue
        found += mixed_windows(form.ways, answer.values, 1e-4, 3)
        cuts += found
        engine.add(found)


def _aim(settings: SolverChoice) -> float:
    """Return the gap at which branching stops: the target, less a little for whole grams."""
    return settings.gap_target * 0.95


def _tree(
    engine: HighsModel, outcome: Outcome, settings: SolverChoice, start: Floats | None
) -> Result:
    """Run branch and bound; what cannot be believed is an outcome of its own."""
    found = outcome.levels is not None
    answer = guarded(
        lambda: engine.solved(gap=0.5 * _aim(settings) * outcome.decided_share, start=start),
        engine.program,
        incumbent=found,
        cuts=engine.cuts,
        known=outcome.cost_cny / MONEY if found else None,
        confirm=lambda: second_opinion(engine.program, engine.cuts, stop=engine.stop),
    )
    outcome.log = engine.log
    return answer
