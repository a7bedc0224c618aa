"""The few places where PuLP 3 and PuLP 4 differ, in one module."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from corridor.core.errors import SolverError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import scipy.sparse as sp


@dataclass(slots=True)
class Matrix:
    """A model as arrays: minimise c x, rows within [low, up], columns within [low, up]."""

    cost: npt.NDArray[np.float64]
    column_low: npt.NDArray[np.float64]
    column_up: npt.NDArray[np.float64]
    integer: npt.NDArray[np.bool_]
    rows: sp.csr_matrix
    row_low: npt.NDArray[np.float64]
    row_up: npt.NDArray[np.float64]


def expression(terms: list[tuple[Any, float]]) -> Any:
    """Return the sum of coefficient times variable: a constructor in PuLP 3, `from_list` in PuLP 4."""
    import pulp

    make = getattr(pulp.LpAffineExpression, "from_list", pulp.LpAffineExpression)
    return make(terms)


def constraints_of(model: Any) -> list[Any]:
    """Return the rows of a PuLP model: a dict in PuLP 3, a method in PuLP 4."""
    found = model.constraints
    if callable(found):
        found = found()
    return list(found.values()) if hasattr(found, "values") else list(found)


def to_matrix(model: Any, variables: list[Any]) -> Matrix:
    """Read a PuLP model into arrays.

    Parameters
    ----------
    model
        `pulp.LpProblem`, minimising.
    variables
        Its variables in the order of their columns.

    Returns
    -------
    Matrix
        Columns in the order of `variables`, rows in the order they were added.
    """
    import numpy as np
    import scipy.sparse as sp

    column = {variable.name: n for n, variable in enumerate(variables)}
    infinity = float("inf")
    cost = np.zeros(len(variables))
    for variable, value in model.objective.items():
        cost[column[variable.name]] += value
    rows, columns, values, low, up = [], [], [], [], []
    for number, row in enumerate(constraints_of(model)):
        for variable, value in row.items():
            rows.append(number)
            columns.append(column[variable.name])
            values.append(value)
        right = -row.constant
        low.append(right if row.sense >= 0 else -infinity)
        up.append(right if row.sense <= 0 else infinity)
    return Matrix(
        cost=cost,
        column_low=np.array([_bound(v.lowBound, -infinity) for v in variables]),
        column_up=np.array([_bound(v.upBound, infinity) for v in variables]),
        integer=np.array([v.cat == "Integer" for v in variables], dtype=bool),
        rows=sp.csr_matrix((values, (rows, columns)), shape=(len(low), len(variables))),
        row_low=np.array(low),
        row_up=np.array(up),
    )


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)


@dataclass(slots=True)
class CbcAnswer:
    """What CBC said, with nothing of its status believed."""

    values: list[float] | None
    infeasible: bool
    bound: float | None
    reported: str
    log: str
    version: str


def solve_with_cbc(
    model: Any,
    variables: list[Any],
    *,
    gap: float,
    seconds: float,
    threads: int,
    seed: int,
    start: list[float] | None,
) -> CbcAnswer:
    """Solve a PuLP model by CBC.

    Raises
    ------
    SolverError
        If CBC is not there or crashes.
    """
    import pulp

    name = next((n for n in ("COIN_CMD", "PULP_CBC_CMD") if n in _available()), None)
    if name is None:
        raise SolverError(
            "CBC is not installed.", "Install the extra 'cbc', or set solver.name = 'highs'."
        )
    with TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        # PuLP's own answer for the bound differs between its versions: it is read from the log.
        options = [f"randomCbcSeed {seed}", f"randomSeed {seed}"] if seed else []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            if start is not None:
                for variable, value in zip(variables, start, strict=True):
                    variable.setInitialValue(value, check=False)
            solver = pulp.getSolver(
                name, msg=False, gapRel=gap, timeLimit=max(1.0, seconds), threads=threads,
                options=options, warmStart=start is not None, logPath=str(log),
            )  # fmt: skip
            solver.tmpDir = folder
            try:
                result = model.solve(solver)
            except pulp.PulpSolverError as error:
                raise SolverError(f"CBC failed: {error}") from error
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return _read_cbc(model, variables, result, text)


def _available() -> list[str]:
    import pulp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return list(pulp.listSolvers(onlyAvailable=True))


def _read_cbc(model: Any, variables: list[Any], result: Any, text: str) -> CbcAnswer:
    import re

    if hasattr(result, "has_solution"):
        found, reported = bool(result.has_solution), str(result.status)
    else:
        found, reported = model.sol_status in (1, 2), f"{result}, sol_status {model.sol_status}"
    infeasible = bool(re.search(r"(?m)^(Problem|Result - Problem) (is|proven) infeasible", text))
    bounds = re.findall(r"(?m)^Lower bound:\s+(\S+)", text)
    objective = re.findall(r"(?m)^Objective value:\s+(\S+)", text)
    bound: float | None = None
    try:
        if bounds:
            bound = float(bounds[-1])
        elif objective and re.search(r"(?m)^Result - Optimal solution found", text):
            bound = float(objective[-1])
    except ValueError:
        bound = None
    version = re.search(r"(?m)^Version:\s+(\S+)", text)
    values = [float(v.varValue or 0.0) for v in variables] if found else None
    return CbcAnswer(
        values, infeasible, bound, reported, text, version.group(1) if version else "?"
    )
