"""The reference formulation on one solver alone: no cuts, no local search, no HiGHS beneath CBC or SCIP.

The model of `formulate` is solved as it stands; windows violated at its whole point become rows, and it
is solved again until none is. Slow and plain: a second opinion on small cases, not a search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from corridor.siting.model.formulation import MONEY, Formulation, formulate
from corridor.siting.model.reference_windows import least_purchases, plain_windows
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.search.outcome import Keep, Outcome, keep_nothing
from corridor.siting.search.work import Budget
from corridor.siting.solution import SolverChoice
from corridor.solvers.apart import LEAST_S, solve_apart
from corridor.solvers.clock import Clock
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Cut, LinearProgram, with_cuts
from corridor.solvers.pulp_door import to_program
from corridor.solvers.registry import NAMES, is_installed, require, solve, solver_named
from corridor.solvers.result import Result
from corridor.solvers.trust import guarded

if TYPE_CHECKING:
    from corridor.solvers.program import Floats

TREE_SHARE: Final = 0.9
"""Share of the time left that a tree may take. [-]"""

WINDOW_TOLERANCE: Final = 1e-5
"""Violation of a window that is let pass, as a share of its shortage; CBC writes few digits. [-]"""


def solve_reference(
    problem: SitingProblem,
    settings: SolverChoice,
    budget: Budget,
    fixed: Levels | None,
    *,
    progress: Callable[[str], object],
    unavoidable_cny: float,
    keep: Keep = keep_nothing,
) -> Outcome:
    """Search for the cheapest design by the solver named in the settings, and by it alone.

    Parameters
    ----------
    problem
        From `reduce`.
    settings
        Solver and limits; the time limit is one of CPU seconds, children included.
    budget
        Its clock ends the search; these solvers are not asked for work.
    fixed
        Levels of a given design, or None.
    progress
        Called with a line for each stage.
    unavoidable_cny
        Penalty that no plan can avoid. [CNY]
    keep
        Called with what is known whenever a better design or bound is.

    Returns
    -------
    Outcome
        Without levels where none was found.
    """
    form = formulate(problem, fixed)
    program = to_program(form.model, form.variables)
    outcome = Outcome(
        floor_cny=program.trivial_bound() * MONEY,
        unavoidable_cny=unavoidable_cny,
        version=require(settings.name),
    )
    outcome.bound_cny = outcome.floor_cny
    outcome.sizes = {
        "columns": len(program.cost),
        "binaries": int(program.integer.sum()),
        "rows": len(program.row_low),
        "nonzeros": int(program.rows.nnz),
    }
    least = least_purchases(problem, form.ways)
    loop = _RowLoop(
        form=form,
        program=program,
        least=least,
        settings=settings,
        outcome=outcome,
        progress=progress,
        clock=budget.clock,
        keep=keep,
    )
    loop.run()
    late = outcome.gap > settings.gap_target and loop.clock.is_over()
    outcome.ended = "clock" if late else None
    outcome.sizes["window_rows"] = len(loop.cuts)
    return outcome


@dataclass(slots=True)
class _RowLoop:
    """A programme that grows by the windows its whole points violate."""

    form: Formulation
    program: LinearProgram
    least: list[Cut]
    settings: SolverChoice
    outcome: Outcome
    progress: Callable[[str], object]
    clock: Clock
    keep: Keep
    cuts: list[Cut] = field(default_factory=list)

    def run(self) -> None:
        """Solve, separate, solve again."""
        outcome = self.outcome
        relaxed = replace(self.program, integer=self.program.integer & False)
        first = self._ask(relaxed)
        while first.state != "infeasible" and not self.clock.is_over():
            result = self._ask(self.program)
            outcome.nodes += result.nodes
            outcome.reported = result.reported
            if result.state == "infeasible":
                first = result
                break
            if result.state == "failed" or result.values is None:
                return
            found = self._violated(result.values)
            self.progress(
                f"{self.settings.name:<9} bound {outcome.bound_cny / 1e6:.2f} M CNY, "
                f"{len(found)} windows violated at its point"
            )
            if not found:
                self._take(result.values, result.objective)
                return
            if result.state == "limit":
                self._operate(result.values, found)
                return
            self.cuts += found
        outcome.infeasible = first.state == "infeasible"

    def _violated(self, values: Floats) -> list[Cut]:
        found = plain_windows(self.form.ways, values, WINDOW_TOLERANCE, 6)
        return found + [
            cut for cut in self.least if float(cut.values @ values[cut.columns]) < -WINDOW_TOLERANCE
        ]

    def _take(self, values: Floats, objective: float) -> None:
        self.outcome.levels, self.outcome.steps = design_at(self.form, values)
        self.outcome.cost_cny = objective * MONEY
        self.keep(self.outcome)

    def _operate(self, values: Floats, found: list[Cut]) -> None:
        """Price the design of a point that violates windows: its integers fixed, rows added."""
        whole = self.program.integer
        kept = values.round()
        program = replace(
            self.program,
            column_low=self.program.column_low.copy(),
            column_up=self.program.column_up.copy(),
            integer=whole & False,
        )
        program.column_low[whole] = program.column_up[whole] = kept[whole]
        extra = found
        while extra and not self.clock.is_over():
            self.cuts += extra
            result = self._ask(program, bounds=False)
            if result.state != "optimal" or result.values is None:
                return
            extra = self._violated(result.values)
            if not extra:
                self._take(result.values, result.objective)

    def _ask(self, program: LinearProgram, *, bounds: bool = True) -> Result:
        """Solve with the rows so far; what is not believed is an outcome of its own."""
        asked = with_cuts(program, self.cuts)
        name = self.settings.name
        others = [n for n in NAMES if n != name and is_installed(n)]
        result = guarded(
            lambda: self._call(name, asked),
            asked,
            incumbent=self.outcome.levels is not None,
            confirm=(lambda: self._call(others[0], asked)) if others else None,
            who=solver_named(name).title,
        )
        self.outcome.log += f"{name}: {result.reported}, {result.nodes} nodes\n"
        if bounds and result.bound * MONEY > self.outcome.bound_cny:
            self.outcome.bound_cny = result.bound * MONEY
            self.keep(self.outcome)
        return result

    def _call(self, name: str, program: LinearProgram) -> Result:
        # At least a little: a solver that is given no time at all says nothing. Of a tree that is
        # stopped the design is still to be priced.
        share = TREE_SHARE if program.integer.any() else 1.0
        options = SolveOptions(
            gap=0.5 * self.settings.gap_target * self.outcome.decided_share,
            seed=self.settings.seed,
            seconds=max(LEAST_S, share * self.clock.left()),
        )
        if name == "cbc":  # a command, in a process of its own anyhow
            return solve(name, program, options)
        return solve_apart(name, program, options)


def design_at(form: Formulation, values: Floats) -> tuple[Levels, Levels]:
    """Read the design off an integer point: the highest tier whose variable rounds to 1."""
    levels = tuple(
        tuple(
            max((k + 1 for k, c in enumerate(columns) if values[c] > 0.5), default=0)
            for columns in row
        )
        for row in form.w
    )
    steps = tuple(
        tuple(
            max((n + 1 for n, c in enumerate(columns) if values[c] > 0.5), default=0)
            for columns in row
        )
        for row in form.e
    )
    return levels, steps
