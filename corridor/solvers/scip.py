"""SCIP, an extra: any programme, or one whose rows are added inside the tree when they are violated."""

from __future__ import annotations

import importlib.util
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from corridor.core.errors import SolverError
from corridor.solvers.clock import Clock, cpu_seconds, simplex_work
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, LinearProgram, Rows
from corridor.solvers.result import Flaw, Result, state_of

Separator = Callable[[Floats], Rows]


def is_installed() -> bool:
    """Tell whether SCIP is installed."""
    return importlib.util.find_spec("pyscipopt") is not None


@cache
def version() -> str | None:
    """Return the version of SCIP; None where it is not installed."""
    if not is_installed():
        return None
    from pyscipopt import Model

    return str(Model().version())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LazyRows:
    """Rows that are added inside the tree.

    Parameters
    ----------
    separate, enforce, verify
        Rows violated at a point: at a fractional one worth cutting off, at one that would be branched
        on or taken, and at one that is to become the incumbent.
    raising
        Number of first columns that satisfy rows by growing; the others do by falling.
    parameters
        SCIP parameters by name.
    """

    separate: Separator
    enforce: Separator
    verify: Separator
    raising: int
    parameters: Mapping[str, Any] = field(default_factory=dict)


def solve(
    program: LinearProgram,
    options: SolveOptions,
    start: Floats | None = None,
    *,
    lazy: LazyRows | None = None,
) -> Result:
    """Solve a programme with SCIP.

    Parameters
    ----------
    program
        What to solve.
    options
        Limits and tolerances; SCIP has no limit on simplex iterations across its tree.
    start
        A point to begin with, values of the first columns; None: none.
    lazy
        Rows that are added inside the tree; heuristics are off then.

    Raises
    ------
    SolverError
        If SCIP is not installed.
    """
    clock = Clock(options.seconds, time.perf_counter if options.wall else cpu_seconds)
    scip = _model(options)
    columns = [
        scip.addVar(vtype=_kind(whole, low, high), lb=_end(low), ub=_end(high), obj=float(cost))
        for whole, low, high, cost in zip(
            program.integer.tolist(),
            program.column_low,
            program.column_up,
            program.cost,
            strict=True,
        )
    ]
    if program.maximise:
        scip.setMaximize()
    _add_rows(scip, Rows.of_program(program), columns)
    if lazy is not None:
        _make_lazy(scip, lazy, columns)
    if start is not None:
        known = scip.createPartialSol() if len(start) < len(columns) else scip.createSol()
        for column, value in zip(columns, start, strict=False):
            scip.setSolVal(known, column, float(value))
        scip.addSol(known)
    if clock.limit is not None:  # writing the model took its share
        scip.setParam("limits/time", float(min(max(0.0, clock.left()), 1e15)))
    scip.optimize()
    return _result(scip, columns, program)


def _kind(whole: bool, low: float, high: float) -> str:
    if not whole:
        return "C"
    return "B" if (low, high) == (0, 1) else "I"


def _end(value: float) -> float | None:
    return None if math.isinf(value) else float(value)


def _model(options: SolveOptions) -> Any:
    """Return an empty SCIP model, or say how to install SCIP."""
    if not is_installed():
        raise SolverError("SCIP is not installed.", "pip install 'corridor[scip]'")
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.setParam("timing/clocktype", 2 if options.wall else 1)
    if options.nodes is not None:
        model.setParam("limits/totalnodes", int(options.nodes))
    if options.memory_mb is not None:
        model.setParam("limits/memory", float(options.memory_mb))
    model.setParam("limits/gap", float(options.gap))
    model.setParam("randomization/randomseedshift", int(options.seed))
    model.setParam("parallel/maxnthreads", 1)
    model.setParam("numerics/feastol", 1e-9)
    model.setParam("numerics/dualfeastol", 1e-9)
    return model


def _add_rows(scip: Any, rows: Rows, columns: list[Any]) -> None:
    from pyscipopt import Expr
    from pyscipopt.scip import Term

    for k, (low, high) in enumerate(zip(rows.lower.tolist(), rows.upper.tolist(), strict=True)):
        entries = range(int(rows.first[k]), int(rows.first[k + 1]))
        side = Expr({Term(columns[rows.column[e]]): float(rows.value[e]) for e in entries})
        if low == high:
            scip.addCons(side == low)
        elif math.isinf(high) and math.isinf(low):
            continue
        elif math.isinf(high):
            scip.addCons(side >= low)
        elif math.isinf(low):
            scip.addCons(side <= high)
        else:
            scip.addCons((low <= side) <= high)


def _result(scip: Any, columns: list[Any], program: LinearProgram) -> Result:
    """Read what SCIP found."""
    status = str(scip.getStatus())
    state = state_of("scip", status)
    values, objective = None, math.nan
    if scip.getNSols():
        best = scip.getBestSol()
        values = np.array([scip.getSolVal(best, column) for column in columns])
        objective = float(scip.getSolObjVal(best))
    bound = float(scip.getDualbound())
    if abs(bound) >= 1e20:
        bound = program.no_bound
    iterations = max(0, int(scip.getNLPIterations()))
    return Result(
        state,
        values,
        objective,
        bound,
        nodes=int(scip.getNNodes()),
        reported=status,
        iterations=iterations,
        work=simplex_work(iterations, len(program.row_low), int(program.rows.nnz), tree=True),
        stopped_by_clock=status == "timelimit",
        flaw=Flaw.UNKNOWN_STATUS if state == "failed" else None,
    )


def _make_lazy(scip: Any, lazy: LazyRows, columns: list[Any]) -> None:
    """Let rows be added inside the tree."""
    from pyscipopt import SCIP_PARAMSETTING

    scip.includeConshdlr(
        _handler(lazy, columns),
        "lazy",
        "rows that are not in the programme",
        sepapriority=10,
        enfopriority=-10,
        chckpriority=-10,
        sepafreq=1,
        needscons=False,
    )
    scip.setHeuristics(SCIP_PARAMSETTING.OFF)
    scip.setParam("misc/usesymmetry", 0)
    scip.setParam("misc/allowstrongdualreds", False)
    for name, value in lazy.parameters.items():
        scip.setParam(name, value)


def _handler(lazy: LazyRows, columns: list[Any]) -> Any:  # noqa: C901 - SCIP's interface
    """Return the constraint handler that adds violated rows."""
    from pyscipopt import SCIP_RESULT, Conshdlr

    class Lazy(Conshdlr):  # type: ignore[misc]
        """Every row holds, whether it is in the programme or not."""

        def __init__(self) -> None:
            self.transformed: dict[int, Any] = {}

        def _point(self, solution: Any) -> Floats:
            return np.array([self.model.getSolVal(solution, column) for column in columns])

        def _cut(self, row: Rows) -> bool:
            """Add a row to the relaxation; tell whether it shows the node to be hopeless."""
            scip = self.model
            cut = scip.createEmptyRowUnspec(
                "lazy", lhs=float(row.lower[0]), rhs=None, local=False, removable=True
            )
            scip.cacheRowExtensions(cut)
            for column, value in zip(row.column.tolist(), row.value.tolist(), strict=True):
                if column not in self.transformed:
                    self.transformed[column] = scip.getTransformedVar(columns[column])
                scip.addVarToRow(cut, self.transformed[column], value)
            scip.flushRowExtensions(cut)
            hopeless = bool(scip.addCut(cut, forcecut=True))
            scip.releaseRow(cut)
            return hopeless

        def _separate(self, separator: Separator) -> Any:
            hopeless = [self._cut(row) for row in separator(self._point(None)).each()]
            if any(hopeless):
                return SCIP_RESULT.CUTOFF
            return SCIP_RESULT.SEPARATED if hopeless else None

        def conssepalp(self, constraints: Any, useful: int) -> dict[str, Any]:
            return {"result": self._separate(lazy.separate) or SCIP_RESULT.DIDNOTFIND}

        def consenfolp(self, constraints: Any, useful: int, infeasible: bool) -> dict[str, Any]:
            return {"result": self._separate(lazy.enforce) or SCIP_RESULT.FEASIBLE}

        def consenfops(
            self, constraints: Any, useful: int, infeasible: bool, objinfeasible: bool
        ) -> dict[str, Any]:
            return {"result": SCIP_RESULT.SOLVELP}

        def conscheck(
            self,
            constraints: Any,
            solution: Any,
            checkintegrality: bool,
            checklprows: bool,
            printreason: bool,
            completely: bool,
        ) -> dict[str, Any]:
            wrong = len(lazy.verify(self._point(solution)).lower) > 0
            return {"result": SCIP_RESULT.INFEASIBLE if wrong else SCIP_RESULT.FEASIBLE}

        def conslock(self, constraint: Any, locktype: int, nlockspos: int, nlocksneg: int) -> None:
            for k, column in enumerate(columns):
                if k < lazy.raising:
                    self.model.addVarLocks(column, nlockspos, nlocksneg)
                else:
                    self.model.addVarLocks(column, nlocksneg, nlockspos)

    return Lazy()
