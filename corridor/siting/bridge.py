"""The bridge from a PuLP model to HiGHS: arrays in, points, duals and bounds out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from corridor.core.errors import SolverError
from corridor.siting.pulp_adapter import Matrix

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cut:
    """A row that was separated: sum of value times column >= low."""

    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]
    low: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solve brought: nothing is claimed that HiGHS did not report.

    Parameters
    ----------
    state
        ``optimal``, ``infeasible``, ``limit`` (a limit came first) or ``failed``.
    values
        The point, or None where there is none.
    objective
        Value of the point; meaningless where there is none.
    bound
        No point of the model is below this; minus infinity where nothing is proven.
    """

    state: str
    values: Floats | None
    objective: float
    bound: float
    nodes: int
    reported: str


def highs_version() -> str:
    """Return the version of the HiGHS library."""
    from corridor.frlm.silent_highs import silent_highs

    return str(silent_highs().version())


class Engine:
    """One HiGHS object that holds a model and grows by rows.

    Parameters
    ----------
    matrix
        The model.
    threads, seed
        As for HiGHS.
    """

    def __init__(self, matrix: Matrix, *, threads: int = 1, seed: int = 0) -> None:
        import highspy
        import numpy as np

        from corridor.frlm.silent_highs import silent_highs

        self._highspy = highspy
        self._numpy = np
        self._highs = silent_highs()
        self._threads = threads
        self._option("threads", threads)
        self._option("random_seed", seed)
        lp = highspy.HighsLp()
        lp.num_col_ = len(matrix.cost)
        lp.num_row_ = len(matrix.row_low)
        lp.col_cost_ = matrix.cost
        lp.col_lower_ = matrix.column_low
        lp.col_upper_ = matrix.column_up
        lp.row_lower_ = matrix.row_low
        lp.row_upper_ = matrix.row_up
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.rows.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.rows.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.rows.data.astype(np.float64)
        self._check(self._highs.passModel(lp), "passModel")
        self._integer = np.flatnonzero(matrix.integer).astype(np.int32)
        self._cost = matrix.cost
        self.base_rows = len(matrix.row_low)
        self.log = ""

    def _option(self, name: str, value: Any) -> None:
        self._check(self._highs.setOptionValue(name, value), f"option {name}")

    def _check(self, status: Any, what: str) -> None:
        if status == self._highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused: {what}.")

    @property
    def rows(self) -> int:
        """Number of rows, cuts included."""
        return int(self._highs.getNumRow())

    def add(self, cuts: list[Cut]) -> None:
        """Add separated rows."""
        np = self._numpy
        if not cuts:
            return
        sizes = [len(cut.columns) for cut in cuts]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        status = self._highs.addRows(
            len(cuts),
            np.array([cut.low for cut in cuts], dtype=np.float64),
            np.full(len(cuts), self._highspy.kHighsInf),
            int(sum(sizes)),
            starts,
            np.concatenate([cut.columns for cut in cuts]).astype(np.int32),
            np.concatenate([cut.values for cut in cuts]).astype(np.float64),
        )
        self._check(status, "addRows")

    def drop_slack_cuts(self) -> set[int]:
        """Delete the separated rows that do not bind at the last point; return their numbers."""
        np = self._numpy
        basic = [int(s) == 1 for s in self._highs.getBasis().row_status]
        rows = np.flatnonzero(basic)
        rows = rows[rows >= self.base_rows]
        if len(rows):
            self._check(self._highs.deleteRows(len(rows), rows.astype(np.int32)), "deleteRows")
        return {int(r) - self.base_rows for r in rows}

    def bounds(self, columns: list[int], low: Floats, up: Floats) -> None:
        """Change the bounds of columns."""
        index = self._numpy.array(columns, dtype=self._numpy.int32)
        self._check(self._highs.changeColsBounds(len(index), index, low, up), "changeColsBounds")

    def relaxed(self, seconds: float) -> Answer:
        """Solve without integrality."""
        return self._run(integer=False, seconds=seconds, gap=0.0, start=None)

    def solved(self, *, seconds: float, gap: float, start: Floats | None = None) -> Answer:
        """Solve with integrality.

        Parameters
        ----------
        seconds
            Time limit. [s]
        gap
            Relative gap at which to stop. [-]
        start
            A point to begin with; only its integer columns are used.
        """
        return self._run(integer=True, seconds=seconds, gap=gap, start=start)

    def duals(self) -> Floats:
        """Return the reduced costs of the last relaxed solve."""
        return self._numpy.array(self._highs.getSolution().col_dual)

    def row_duals(self) -> Floats:
        """Return the duals of the rows of the last relaxed solve."""
        return self._numpy.array(self._highs.getSolution().row_dual)

    def _run(self, *, integer: bool, seconds: float, gap: float, start: Floats | None) -> Answer:
        np, highspy, h = self._numpy, self._highspy, self._highs
        kind = highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous
        many = len(self._integer)
        self._check(
            h.changeColsIntegrality(many, self._integer, np.full(many, kind)), "integrality"
        )
        # For linear programmes the clock of HiGHS runs on from run to run, for others it starts anew.
        ran = 0.0 if integer else float(h.getRunTime())
        self._option("time_limit", ran + max(0.05, seconds))
        self._option("mip_rel_gap", gap)
        self._option("mip_abs_gap", 0.0)
        if not integer:
            self._go()
            return self._read(integer)
        if start is not None:
            h.setSolution(many, self._integer, start[self._integer])
        with TemporaryDirectory() as folder:
            log = Path(folder) / "highs.log"
            self._option("output_flag", True)
            self._option("log_to_console", False)
            self._option("log_file", str(log))
            self._go()
            if start is not None and not self._agrees():
                # HiGHS 1.16.0 can misread a start while it reduces the model, and then returns the
                # start as the point of an objective that belongs to no point.
                h.clearSolver()
                self._go()
            self._option("output_flag", False)
            self._option("log_file", "")
            if log.exists():
                self.log += log.read_text(encoding="utf-8", errors="replace")
        return self._read(integer)

    def _go(self) -> None:
        try:
            if self._highs.run() == self._highspy.HighsStatus.kError:
                # HiGHS keeps one pool of threads per process and refuses to run beside one of
                # another size: whoever used it before us has left it.
                self._highspy.Highs.resetGlobalScheduler(True)
                self._highs.run()
        except RuntimeError as error:
            raise SolverError(f"HiGHS crashed: {error}") from error

    def _agrees(self) -> bool:
        """Tell whether the point found is worth what HiGHS says it is."""
        solution = self._highs.getSolution()
        if not solution.value_valid:
            return True
        worth = float(self._cost @ self._numpy.array(solution.col_value))
        told = float(self._highs.getInfo().objective_function_value)
        return abs(worth - told) <= 1e-6 * max(1.0, abs(worth))

    def _read(self, integer: bool) -> Answer:
        np, highspy, h = self._numpy, self._highspy, self._highs
        status = h.getModelStatus()
        reported = str(h.modelStatusToString(status))
        info = h.getInfo()
        kinds = highspy.HighsModelStatus
        if status == kinds.kModelEmpty:
            return Answer("optimal", np.zeros(h.getNumCol()), 0.0, 0.0, 0, reported)
        state = "limit"
        if status == kinds.kOptimal:
            state = "optimal"
        elif status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            state = "infeasible"
        elif status in (
            kinds.kSolveError, kinds.kPresolveError, kinds.kPostsolveError, kinds.kModelError,
            kinds.kUnbounded, kinds.kLoadError,
        ):  # fmt: skip
            state = "failed"
        solution = h.getSolution()
        found = info.primal_solution_status == 2 and solution.value_valid
        values = np.array(solution.col_value) if found else None
        objective = float(info.objective_function_value)
        bound = -np.inf
        if integer and len(self._integer):
            bound = float(info.mip_dual_bound)
        elif state == "optimal":
            bound = objective
        if not np.isfinite(bound):
            bound = -np.inf
        nodes = max(0, int(info.mip_node_count)) if integer else 0
        return Answer(state, values, objective, float(bound), nodes, reported)
