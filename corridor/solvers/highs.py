"""HiGHS, the engine: one model that grows by rows and is solved again and again.

One thread, and never a finite time limit: HiGHS spends shares of it. A solve ends by limits on
simplex iterations and nodes, which are the same on every machine, or by a `stop` that callbacks ask.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np

from corridor.core.errors import SolverError
from corridor.solvers.clock import Clock, cpu_seconds, simplex_work
from corridor.solvers.interrupt import Interrupt, Stop
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import INFINITY, Cut, Floats, LinearProgram, Rows
from corridor.solvers.result import Flaw, Result, failed, flaw_of_highs, state_of
from corridor.solvers.silent import silent_highs

TREE_OPTIONS: Final = {"mip_allow_restart": False, "mip_heuristic_effort": 0.0}
"""For trees that start from a good answer: restarts and heuristics cost more than they bring."""

EXACT_OPTIONS: Final = {
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
"""For trees whose proof counts: by default HiGHS skips answers that gain less than 1e-6 of all."""


def is_installed() -> bool:
    """Tell whether HiGHS is installed."""
    return importlib.util.find_spec("highspy") is not None


@cache
def version() -> str | None:
    """Return the version of the HiGHS library; None where it is not installed."""
    if not is_installed():
        return None
    return str(silent_highs().version())


def solve(program: LinearProgram, options: SolveOptions, start: Floats | None = None) -> Result:
    """Solve a programme with HiGHS, once.

    Parameters
    ----------
    program
        What to solve.
    options
        Limits and tolerances.
    start
        A point to begin with; only its integer columns are used.
    """
    clock = Clock(options.seconds, time.perf_counter if options.wall else cpu_seconds)
    model = HighsModel(program, options.seed, stop=clock.stop)
    return model.solved(
        gap=options.gap, nodes=options.nodes, iterations=options.iterations, start=start
    )


@dataclass(slots=True, eq=False)
class Basis:
    """Where the simplex method stopped, for the rows there were; later rows may be added to it.

    Parameters
    ----------
    basis
        The basis of HiGHS.
    rows
        Number of rows.
    deletions
        Number of deletions of rows before it was taken.
    """

    basis: Any
    rows: int
    deletions: int


class HighsModel:
    """One HiGHS object that holds a programme and grows by rows.

    Parameters
    ----------
    program
        What to solve; as an attribute it follows `bounds` and `costs`, so that answers can be checked
        against it and `cuts`.
    seed
        Seed of HiGHS.
    stop
        Asked now and then inside every solve; True ends it (`Result.stopped_by_clock`). None: no clock.
    options
        HiGHS options by name.
    """

    def __init__(
        self,
        program: LinearProgram,
        seed: int = 0,
        *,
        stop: Stop | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        import highspy

        self._highspy = highspy
        self._highs = silent_highs()
        self.program = program
        self.stop = stop
        self.cuts: list[Cut] = []
        self.base_rows = len(program.row_low)
        self.work = 0.0
        self.log = ""
        self._integer = np.flatnonzero(program.integer).astype(np.int32)
        self._is_integer = False
        self._start: tuple[Sequence[int], Floats] | None = None
        self._deleted: list[int] = []
        self._interrupt = Interrupt(self._highs)
        self.set_options({"threads": 1, "random_seed": seed, **(options or {})})
        self._pass(program)

    def _pass(self, program: LinearProgram) -> None:
        highspy = self._highspy
        lp = highspy.HighsLp()
        lp.num_col_ = len(program.cost)
        lp.num_row_ = len(program.row_low)
        lp.sense_ = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
        lp.col_cost_ = program.cost
        lp.col_lower_ = program.column_low
        lp.col_upper_ = program.column_up
        lp.row_lower_ = program.row_low
        lp.row_upper_ = program.row_up
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = program.rows.indptr.astype(np.int32)
        lp.a_matrix_.index_ = program.rows.indices.astype(np.int32)
        lp.a_matrix_.value_ = program.rows.data.astype(np.float64)
        self._check(self._highs.passModel(lp), "the model")

    def set_options(self, options: dict[str, Any]) -> None:
        """Set HiGHS options by name."""
        for name, value in options.items():
            self._check(self._highs.setOptionValue(name, value), f"the option {name} = {value!r}")

    def _check(self, status: Any, what: str) -> None:
        if status == self._highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refuses {what}.")

    @property
    def rows(self) -> int:
        """Number of rows, cuts included."""
        return int(self._highs.getNumRow())

    def add(self, cuts: Sequence[Cut]) -> None:
        """Add separated rows; the basis stays."""
        if cuts:
            self.add_rows(Rows.of_cuts(cuts))
            self.cuts += cuts

    def add_rows(self, rows: Rows) -> None:
        """Add any rows; the basis stays."""
        status = self._highs.addRows(
            len(rows.lower),
            rows.lower,
            rows.upper,
            len(rows.column),
            rows.first[:-1].astype(np.int32),
            rows.column.astype(np.int32),
            rows.value,
        )
        self._check(status, "rows")

    def delete_rows(self, rows: Sequence[int]) -> None:
        """Delete rows by number."""
        if len(rows):
            gone = np.asarray(rows, dtype=np.int32)
            self._check(self._highs.deleteRows(len(gone), gone), "to delete rows")
            self._deleted.append(int(gone.min()))

    def drop_slack_cuts(self) -> set[int]:
        """Delete the separated rows that do not bind at the last point; return their numbers."""
        basic = [int(s) == 1 for s in self._highs.getBasis().row_status]
        slack = [n for n in np.flatnonzero(basic).tolist() if n >= self.base_rows]
        self.delete_rows(slack)
        gone = {n - self.base_rows for n in slack}
        self.cuts = [cut for n, cut in enumerate(self.cuts) if n not in gone]
        return gone

    def bounds(self, columns: Sequence[int], low: Floats, up: Floats) -> None:
        """Change the bounds of columns."""
        index = np.asarray(columns, dtype=np.int32)
        self._check(self._highs.changeColsBounds(len(index), index, low, up), "bounds")
        least, most = self.program.column_low.copy(), self.program.column_up.copy()
        least[index], most[index] = low, up
        self.program = replace(self.program, column_low=least, column_up=most)

    def row_bounds(self, rows: Sequence[int], low: Floats, up: Floats) -> None:
        """Change the bounds of rows."""
        index = np.asarray(rows, dtype=np.int32)
        self._check(self._highs.changeRowsBounds(len(index), index, low, up), "bounds of rows")

    def costs(self, columns: Sequence[int], values: Floats) -> None:
        """Change the objective of columns."""
        index = np.asarray(columns, dtype=np.int32)
        self._check(self._highs.changeColsCost(len(index), index, values), "costs")
        cost = self.program.cost.astype(float)
        cost[index] = values
        self.program = replace(self.program, cost=cost)

    def basis(self) -> Basis:
        """Return where the simplex method stopped."""
        return Basis(self._highs.getBasis(), self.rows, len(self._deleted))

    def set_basis(self, start: Basis) -> None:
        """Begin the next solve somewhere, if the rows known there are still the first ones."""
        if min(self._deleted[start.deletions :], default=start.rows) < start.rows:
            return
        start.deletions = len(self._deleted)
        more = self.rows - start.rows
        if more:
            basic = self._highspy.HighsBasisStatus.kBasic
            start.basis.row_status = [*start.basis.row_status, *[basic] * more]
            start.rows += more
        self._highs.setBasis(start.basis)

    def start_from(self, columns: Sequence[int], values: Floats) -> None:
        """Offer a point, given on some columns, to the next `solved`."""
        self._start = (columns, values)

    def duals(self) -> Floats:
        """Return the reduced costs of the last relaxed solve."""
        return np.array(self._highs.getSolution().col_dual)

    def value(self) -> float:
        """Return the objective where the last solve stopped, whether or not its point is feasible."""
        return float(self._highs.getInfo().objective_function_value)

    def row_duals(self) -> Floats:
        """Return the duals of the rows of the last relaxed solve."""
        return np.array(self._highs.getSolution().row_dual)

    def relaxed(self, iterations: int | None = None) -> Result:
        """Solve without integrality.

        Parameters
        ----------
        iterations
            Most simplex iterations; None: no limit.
        """
        most = self._highspy.kHighsIInf if iterations is None else max(0, iterations)
        self._kind(integer=False)
        self.set_options({"simplex_iteration_limit": most})
        return self._solve(self._interrupt.simplex(self.stop))

    def solved(
        self,
        *,
        gap: float = 0.0,
        nodes: int | None = None,
        iterations: int | None = None,
        start: Floats | None = None,
        cutoff: float | None = None,
        restart: bool | None = None,
    ) -> Result:
        """Solve with integrality.

        Parameters
        ----------
        gap
            Relative gap at which to stop. [-]
        nodes, iterations
            Most nodes of the tree, and about how many simplex iterations in it: they are known where
            HiGHS writes a line of its log, and guessed in between, by a rule without a clock. None:
            no limit.
        start
            A point to begin with; only its integer columns are used.
        cutoff
            Look only for points better than this. Where there are none the state is ``limit``, the
            bound the cutoff, and the point one that is no better, or None.
        restart
            Whether the tree may begin anew, which may lower the bound told; None: as set.
        """
        unlimited = self._highspy.kHighsIInf
        if restart is not None:
            self.set_options({"mip_allow_restart": restart})
        self.set_options(
            {
                "mip_rel_gap": float(gap),
                "mip_abs_gap": 0.0,
                "mip_max_nodes": unlimited if nodes is None else max(0, nodes),
                "simplex_iteration_limit": unlimited,
                "objective_bound": INFINITY if cutoff is None else float(cutoff),
            }
        )
        self._kind(integer=True)
        if start is not None:
            self.start_from(self._integer.tolist(), start[self._integer])
        begun, self._start = self._start, None
        if begun is not None:
            index = np.asarray(begun[0], dtype=np.int32)
            self._highs.setSolution(len(index), index, begun[1])
        result = self._solve(self._interrupt.tree(self.stop, iterations))
        if begun is not None and not self._agrees(result):
            # HiGHS 1.16.0 can misread a start while it reduces the model, and then returns the
            # start as the point of an objective that belongs to no point.
            self._highs.clearSolver()
            result = self._solve(self._interrupt.tree(self.stop, iterations))
        self.log += "".join(self._interrupt.lines)
        self.set_options({"objective_bound": INFINITY})
        return result if cutoff is None else self._below(result, float(cutoff))

    def _below(self, result: Result, cutoff: float) -> Result:
        """Return what a tree proves that was pruned at a cutoff."""
        sign = -1.0 if self.program.maximise else 1.0
        if result.values is not None and sign * result.objective < sign * cutoff:
            return result
        if result.state not in ("optimal", "infeasible"):
            return result
        # The tree is done: nothing is better than the cutoff, and what is worse was not looked at.
        return replace(result, state="limit", bound=cutoff)

    def _kind(self, *, integer: bool) -> None:
        if integer == self._is_integer or not len(self._integer):
            return
        kinds = self._highspy.HighsVarType
        kind = np.full(len(self._integer), kinds.kInteger if integer else kinds.kContinuous)
        status = self._highs.changeColsIntegrality(len(self._integer), self._integer, kind)
        self._check(status, "integrality")
        self._is_integer = integer

    def _solve(self, interrupted: Interrupt) -> Result:
        """Run HiGHS and read what it found."""
        maximise = self.program.maximise
        if self.stop is not None and self.stop():
            nothing = self.program.no_bound
            return Result("limit", None, float("nan"), nothing, stopped_by_clock=True)
        try:
            with interrupted:
                self._run()
        except MemoryError as error:
            return failed(Flaw.OUT_OF_MEMORY, f"HiGHS: {error}", maximise=maximise)
        except RuntimeError as error:
            return failed(Flaw.CRASHED, f"HiGHS crashed: {error}", maximise=maximise)
        result = self._read()
        self.work += result.work
        return result

    def _run(self) -> None:
        if self._highs.run() == self._highspy.HighsStatus.kError:
            # HiGHS keeps one pool of threads per process and refuses to run beside one of
            # another size: whoever used it before us has left it.
            self._highspy.Highs.resetGlobalScheduler(True)
            self._highs.run()

    def _agrees(self, result: Result) -> bool:
        """Tell whether the point found is worth what HiGHS says it is."""
        if result.values is None:
            return True
        worth = float(self.program.cost @ result.values)
        return abs(worth - result.objective) <= 1e-6 * max(1.0, abs(worth))

    def _read(self) -> Result:
        h = self._highs
        status, info = h.getModelStatus(), h.getInfo()
        reported = str(h.modelStatusToString(status))
        state = state_of("highs", status.name)
        iterations = max(0, int(info.simplex_iteration_count))
        work = simplex_work(iterations, self.rows, int(h.getNumNz()), tree=self._is_integer)
        if status.name == "kModelEmpty":
            return Result("optimal", np.zeros(h.getNumCol()), 0.0, 0.0, reported=reported)
        solution = h.getSolution()
        found = info.primal_solution_status == 2 and solution.value_valid
        objective = float(info.objective_function_value) if found else float("nan")
        bound = self.program.no_bound
        if self._is_integer:
            bound = float(info.mip_dual_bound)
        elif state == "optimal" and found:
            bound = objective
        if np.isnan(bound) or abs(bound) >= self._highspy.kHighsInf:
            bound = self.program.no_bound
        return Result(
            state,
            np.array(solution.col_value) if found else None,
            objective,
            bound,
            nodes=max(0, int(info.mip_node_count)) if self._is_integer else 0,
            reported=reported,
            work=work,
            iterations=iterations,
            stopped_by_clock=self._interrupt.fired,
            flaw=None if state != "failed" else flaw_of_highs(status.name),
        )
