"""SCIP, an extra: the aggregated relaxation with lazy rows, or any linear model.

Only here is PySCIPOpt imported, and only when SCIP is asked for.
"""

from __future__ import annotations

import importlib.util
import math
from typing import Any

import numpy as np

from corridor.core.arrays import Bools, Floats
from corridor.core.errors import SolverError
from corridor.frlm.model import LinearModel, Outcome, Result, Rows
from corridor.frlm.models.aggregated import Aggregated

# Cover rows of several trips and the limit row combine to strong cuts, which take many rounds to
# find; branching is cheap by comparison. Restarts and heuristics cost more than they bring, as the
# start comes from a local search.
_CUTTING = {
    "branching/relpscost/initcand": 20,
    "branching/relpscost/maxreliable": 2,
    "branching/relpscost/sbiterofs": 20000,
    "presolving/maxrestarts": 0,
}


def _rounds(relaxed: Aggregated, start: Bools | None) -> dict[str, int]:
    """Return how many rounds of cuts at the root a gap is worth."""
    gap = 1.0
    if start is not None:
        known = float(relaxed.model.cost @ relaxed.point_of(start))
        gap = relaxed.bound / known - 1 if known > 0 else 1.0
    rounds, stalled = (20, 5) if gap < 0.01 else (60, 15) if gap < 0.03 else (150, 30)
    return {
        "separating/gomory/maxroundsroot": rounds,
        "separating/zerohalf/maxroundsroot": rounds,
        "separating/maxstallroundsroot": stalled,
    }


def has_scip() -> bool:
    """Tell whether SCIP is installed."""
    return importlib.util.find_spec("pyscipopt") is not None


def _model(*, time_limit: float, gap: float) -> Any:
    """Return an empty SCIP model, or say how to install SCIP."""
    if not has_scip():
        raise SolverError("SCIP is not installed.", "pip install 'corridor[scip]'")
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.setParam("limits/time", float(min(time_limit, 1e15)))
    model.setParam("limits/gap", float(gap))
    model.setParam("randomization/randomseedshift", 0)
    model.setParam("parallel/maxnthreads", 1)
    model.setParam("numerics/feastol", 1e-9)
    model.setParam("numerics/dualfeastol", 1e-9)
    return model


def solve_model(
    model: LinearModel, *, start: Floats | None, time_limit: float, gap: float
) -> Result:
    """Solve a linear model with SCIP.

    Parameters
    ----------
    model
        What to solve.
    start
        A point to start from, values of the first columns; None: none.
    time_limit
        Longest time. [s]
    gap
        Relative gap at which the search may stop. [share]
    """
    if time_limit <= 0:
        return Result(outcome="limit", x=None, objective=math.nan, bound=_no_bound(model.maximise))
    scip = _model(time_limit=time_limit, gap=gap)
    columns = [
        scip.addVar(vtype="B" if whole else "C", lb=float(low), ub=float(high), obj=float(cost))
        for whole, low, high, cost in zip(
            model.integer, model.lower, model.upper, model.cost, strict=True
        )
    ]
    if model.maximise:
        scip.setMaximize()
    rows = Rows(
        model.row_first, model.row_column, model.row_value, model.row_lower, model.row_upper
    )
    _add_rows(scip, rows, columns)
    if start is not None:
        partial = scip.createPartialSol()
        for column, value in zip(columns, start, strict=False):
            scip.setSolVal(partial, column, float(value))
        scip.addSol(partial)
    scip.optimize()
    return _result(scip, columns, model.maximise)


def _no_bound(maximise: bool) -> float:
    """Return the bound that says nothing."""
    return math.inf if maximise else -math.inf


def _add_rows(scip: Any, rows: Rows, columns: list[Any], **how: bool) -> None:
    """Add rows to a SCIP model."""
    from pyscipopt import Expr
    from pyscipopt.scip import Term

    for k, (low, high) in enumerate(zip(rows.lower.tolist(), rows.upper.tolist(), strict=True)):
        entries = range(int(rows.first[k]), int(rows.first[k + 1]))
        side = Expr({Term(columns[rows.column[e]]): float(rows.value[e]) for e in entries})
        if low == high:
            scip.addCons(side == low, **how)
        elif math.isinf(high):
            scip.addCons(side >= low, **how)
        elif math.isinf(low):
            scip.addCons(side <= high, **how)
        else:
            scip.addCons((low <= side) <= high, **how)


def _result(scip: Any, columns: list[Any], maximise: bool) -> Result:
    """Read what SCIP found."""
    status = scip.getStatus()
    outcome: Outcome = "limit"
    if status in ("optimal", "gaplimit"):
        outcome = "optimal"
    elif status in ("infeasible", "inforunbd"):
        outcome = "infeasible"
    x, objective = None, math.nan
    if scip.getNSols():
        best = scip.getBestSol()
        x = np.array([scip.getSolVal(best, column) for column in columns])
        objective = float(scip.getSolObjVal(best))
    bound = float(scip.getDualbound())
    if abs(bound) >= 1e20:
        bound = _no_bound(maximise)
    return Result(
        outcome=outcome, x=x, objective=objective, bound=bound, nodes=int(scip.getNNodes())
    )


def solve_aggregated(
    relaxed: Aggregated, start: Bools | None, *, time_limit: float, gap: float
) -> Result:
    """Solve a covering problem from its aggregated relaxation, other rows added when violated.

    Parameters
    ----------
    relaxed
        The solved relaxation.
    start
        A choice of stations to start from.
    time_limit
        Longest time. [s]
    gap
        Relative gap at which the search may stop. [share]
    """
    if time_limit <= 0:
        return Result(outcome="limit", x=None, objective=math.nan, bound=math.inf)
    from pyscipopt import SCIP_PARAMSETTING

    scip = _model(time_limit=time_limit, gap=gap)
    binary = relaxed.sites + len(relaxed.split.alone)
    columns = [
        scip.addVar(vtype="B" if k < binary else "C", lb=0.0, ub=1.0, obj=float(cost))
        for k, cost in enumerate(relaxed.model.cost)
    ]
    scip.setMaximize()
    model = relaxed.model
    limit = Rows(
        model.row_first, model.row_column, model.row_value, model.row_lower, model.row_upper
    )
    _add_rows(scip, limit, columns)
    _add_rows(scip, relaxed.tight_rows(), columns)
    handler = _handler(relaxed, columns)
    scip.includeConshdlr(
        handler,
        "cover",
        "cover rows that are not in the relaxation",
        sepapriority=10,
        enfopriority=-10,
        chckpriority=-10,
        sepafreq=1,
        needscons=False,
    )
    scip.setHeuristics(SCIP_PARAMSETTING.OFF)
    scip.setParam("misc/usesymmetry", 0)
    scip.setParam("misc/allowstrongdualreds", False)
    for name, value in {**_CUTTING, **_rounds(relaxed, start)}.items():
        scip.setParam(name, value)
    if start is not None:
        point = scip.createSol()
        for column, value in zip(columns, relaxed.point_of(start), strict=True):
            scip.setSolVal(point, column, float(value))
        scip.addSol(point)
    scip.optimize()
    return _result(scip, columns, maximise=True)


def _handler(relaxed: Aggregated, columns: list[Any]) -> Any:  # noqa: C901 - SCIP's interface
    """Return the constraint handler that adds violated rows of the covering problem."""
    from pyscipopt import SCIP_RESULT, Conshdlr

    class Cover(Conshdlr):  # type: ignore[misc]
        """Every group counted as served has all its sets hit."""

        def __init__(self) -> None:
            self.transformed: dict[int, Any] = {}

        def _point(self, solution: Any) -> Floats:
            return np.array([self.model.getSolVal(solution, column) for column in columns])

        def _cut(self, row: Rows) -> bool:
            """Add a row to the relaxation; tell whether it shows the node to be hopeless."""
            scip = self.model
            cut = scip.createEmptyRowUnspec(
                "cover", lhs=float(row.lower[0]), rhs=None, local=False, removable=True
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

        def _separate(self, alone_by: float, shared_by: float) -> Any:
            rows = relaxed.violated(self._point(None), alone_by=alone_by, shared_by=shared_by)
            hopeless = [self._cut(row) for row in rows.each()]
            if any(hopeless):
                return SCIP_RESULT.CUTOFF
            return SCIP_RESULT.SEPARATED if hopeless else None

        def conssepalp(self, constraints: Any, useful: int) -> dict[str, Any]:
            return {"result": self._separate(1e-4, 1e-3) or SCIP_RESULT.DIDNOTFIND}

        def consenfolp(self, constraints: Any, useful: int, infeasible: bool) -> dict[str, Any]:
            return {"result": self._separate(1e-7, 1e-7) or SCIP_RESULT.FEASIBLE}

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
            rows = relaxed.violated(self._point(solution), alone_by=1e-6, shared_by=1e-6)
            wrong = len(rows.lower) > 0
            return {"result": SCIP_RESULT.INFEASIBLE if wrong else SCIP_RESULT.FEASIBLE}

        def conslock(self, constraint: Any, locktype: int, nlockspos: int, nlocksneg: int) -> None:
            for k, column in enumerate(columns):
                if k < relaxed.sites:
                    self.model.addVarLocks(column, nlockspos, nlocksneg)
                else:
                    self.model.addVarLocks(column, nlocksneg, nlockspos)

    return Cover()
