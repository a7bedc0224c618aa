"""The bridge to HiGHS: a model as arrays, or a PuLP model, passed in one call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from corridor.core.arrays import Floats
from corridor.core.errors import SolverError
from corridor.frlm.model import LinearModel, Outcome, Result, Rows
from corridor.frlm.silent_highs import silent_highs

_KIND = highspy.HighsModelStatus

TREE_OPTIONS = {"mip_allow_restart": False, "mip_heuristic_effort": 0.0}
"""For trees that start from a good answer: restarts and heuristics cost more than they bring."""

EXACT_OPTIONS = {
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
"""For trees whose proof counts: by default HiGHS skips answers that gain less than 1e-6 of all."""


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


class Highs:
    """One HiGHS model that may be changed and solved again.

    Parameters
    ----------
    model
        What to solve.
    relax
        True: drop integrality until `make_integer` is called.
    options
        HiGHS options by name.
    """

    def __init__(
        self, model: LinearModel, *, relax: bool = False, options: dict[str, Any] | None = None
    ) -> None:
        self.model = model
        self.highs = silent_highs()
        self._set("threads", 1)
        self._set("random_seed", 0)
        self.set_options(options or {})
        self._pass(model, relax=relax)
        self.is_integer = bool(model.integer.any()) and not relax
        self.has_start = False
        self.deleted: list[int] = []

    def _set(self, name: str, value: Any) -> None:
        """Set an option."""
        if self.highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS refuses the option {name} = {value!r}.")

    def set_options(self, options: dict[str, Any]) -> None:
        """Set options by name."""
        for name, value in options.items():
            self._set(name, value)

    def _pass(self, model: LinearModel, *, relax: bool) -> None:
        """Hand the arrays over."""
        lp = highspy.HighsLp()
        lp.num_col_ = len(model.cost)
        lp.num_row_ = len(model.row_lower)
        lp.sense_ = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
        lp.col_cost_ = model.cost
        lp.col_lower_ = model.lower
        lp.col_upper_ = model.upper
        lp.row_lower_ = model.row_lower
        lp.row_upper_ = model.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = model.row_first.astype(np.int32)
        lp.a_matrix_.index_ = model.row_column.astype(np.int32)
        lp.a_matrix_.value_ = model.row_value
        if model.integer.any() and not relax:
            whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
            lp.integrality_ = [whole if flag else real for flag in model.integer]
        if self.highs.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refuses the model.")

    def make_integer(self) -> None:
        """Restore integrality."""
        index = np.flatnonzero(self.model.integer).astype(np.int32)
        kinds = np.full(len(index), highspy.HighsVarType.kInteger)
        if len(index):
            self.highs.changeColsIntegrality(len(index), index, kinds)
        self.is_integer = bool(len(index))

    def change_cost(self, columns: np.ndarray[Any, Any], cost: Floats) -> None:
        """Set the objective of some columns."""
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def change_bounds(self, columns: np.ndarray[Any, Any], lower: Floats, upper: Floats) -> None:
        """Set the bounds of some columns."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def add_rows(self, rows: Rows) -> None:
        """Add rows; the basis stays."""
        self.highs.addRows(
            len(rows.lower),
            rows.lower,
            rows.upper,
            len(rows.column),
            rows.first[:-1].astype(np.int32),
            rows.column.astype(np.int32),
            rows.value,
        )

    def delete_rows(self, rows: np.ndarray[Any, Any]) -> None:
        """Delete rows by number."""
        if len(rows):
            self.highs.deleteRows(len(rows), rows.astype(np.int32))
            self.deleted.append(int(rows.min()))

    def limit_iterations(self, most: int | None) -> None:
        """Stop the simplex method after some iterations; None: never."""
        self._set("simplex_iteration_limit", highspy.kHighsIInf if most is None else most)

    def iterations(self) -> int:
        """Return the simplex iterations of the last solve."""
        return max(0, int(self.highs.getInfo().simplex_iteration_count))

    def basis(self) -> Basis:
        """Return where the simplex method stopped."""
        return Basis(self.highs.getBasis(), self.highs.getNumRow(), len(self.deleted))

    def set_basis(self, start: Basis) -> None:
        """Begin the next solve somewhere, if the rows known there are still the first ones."""
        if min(self.deleted[start.deletions :], default=start.rows) < start.rows:
            return
        start.deletions = len(self.deleted)
        more = self.highs.getNumRow() - start.rows
        if more:
            basis = start.basis
            basis.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kBasic] * more]
            start.rows += more
        self.highs.setBasis(start.basis)

    def start_from(self, columns: np.ndarray[Any, Any], values: Floats) -> None:
        """Offer a point, given on some columns, to start from."""
        self.highs.setSolution(len(columns), columns.astype(np.int32), values)
        self.has_start = True

    def duals(self) -> tuple[Floats, Floats]:
        """Return reduced costs and row duals of the last relaxation."""
        solution = self.highs.getSolution()
        return np.array(solution.col_dual), np.array(solution.row_dual)

    def solve(self, *, time_limit: float = math.inf, gap: float = 0.0) -> Result:
        """Solve.

        Parameters
        ----------
        time_limit
            Longest time from now. [s]
        gap
            Relative gap at which the search may stop. [share]
        """
        if time_limit <= 0:
            return Result(outcome="limit", x=None, objective=math.nan, bound=self._no_bound())
        # HiGHS counts the time of all runs of one object against its limit.
        self._set("time_limit", float(self.highs.getRunTime() + min(time_limit, 1e9)))
        self._set("mip_rel_gap", float(gap))
        self._set("mip_abs_gap", 0.0)
        self._run()
        result = self._result()
        if self.has_start and not self._agrees(result):
            # HiGHS 1.16.0 can misread a start while it reduces the model, and then returns the
            # start as the point of an objective that belongs to no point.
            self.highs.clearSolver()
            self._run()
            result = self._result()
        self.has_start = False
        return result

    def _run(self) -> None:
        """Run HiGHS."""
        if self.highs.run() == highspy.HighsStatus.kError:
            # One pool of threads per process: another user of HiGHS has left one of another size.
            highspy.Highs.resetGlobalScheduler(True)
            self.highs.run()

    def _agrees(self, result: Result) -> bool:
        """Tell whether a point is worth what HiGHS says it is."""
        if result.x is None:
            return True
        worth = float(np.array(self.highs.getLp().col_cost_) @ result.x)
        return abs(worth - result.objective) <= 1e-6 * max(1.0, abs(worth))

    def _no_bound(self) -> float:
        """Return the bound that says nothing."""
        return math.inf if self.model.maximise else -math.inf

    def _result(self) -> Result:
        """Read what was found; status words are taken only together with the numbers."""
        info = self.highs.getInfo()
        status = self.highs.getModelStatus()
        has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(self.highs.getSolution().col_value) if has_point else None
        objective = float(info.objective_function_value) if has_point else math.nan
        outcome: Outcome = "limit"
        if status == _KIND.kOptimal and has_point:
            outcome = "optimal"
        elif status in (_KIND.kInfeasible, _KIND.kUnboundedOrInfeasible):
            outcome = "infeasible"
        elif status in (_KIND.kSolveError, _KIND.kPresolveError, _KIND.kModelError):
            outcome = "failed"
        if self.is_integer:
            bound = float(info.mip_dual_bound)
        else:
            bound = objective if outcome == "optimal" else self._no_bound()
        if math.isnan(bound) or abs(bound) >= highspy.kHighsInf:
            bound = self._no_bound()
        return Result(
            outcome=outcome,
            x=x,
            objective=objective,
            bound=bound,
            nodes=max(0, int(info.mip_node_count)),
        )
