"""PuLP: how to state a model in versions 3 and 4, and how to read one into arrays.

PuLP states models here; it solves none, but for `solve_as_published`, which benchmarks compare with.
Nothing PuLP says about a status is believed: it calls a point found at a time limit optimal.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from corridor.core.errors import SolverError
from corridor.solvers.program import INFINITY, LinearProgram, Rows, program_of


def pulp_version() -> str:
    """Return the version of PuLP."""
    import pulp

    return str(pulp.__version__)


def empty_model(name: str, *, maximise: bool = False) -> Any:
    """Return a `pulp.LpProblem` without variables and rows."""
    import pulp

    return pulp.LpProblem(name, pulp.LpMaximize if maximise else pulp.LpMinimize)


def total(terms: Iterable[Any]) -> Any:
    """Return the sum of expressions, as `pulp.lpSum` does."""
    import pulp

    return pulp.lpSum(terms)


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


def to_program(model: Any, variables: Sequence[Any] | None = None) -> LinearProgram:
    """Read a PuLP model into arrays.

    Parameters
    ----------
    model
        `pulp.LpProblem`.
    variables
        Its variables in the order of their columns; None: PuLP's own order.

    Returns
    -------
    LinearProgram
        Columns in the order of `variables`, rows in the order they were added.
    """
    import pulp

    variables = model.variables() if variables is None else variables
    column = {variable.name: n for n, variable in enumerate(variables)}
    cost = np.zeros(len(variables))
    for variable, value in (model.objective or {}).items():
        cost[column[variable.name]] += value
    listed = []
    for row in constraints_of(model):
        entries = list(row.items())
        right = -float(row.constant)
        low = right if row.sense >= 0 else -INFINITY
        up = right if row.sense <= 0 else INFINITY
        listed.append(
            ([column[v.name] for v, _ in entries], [float(a) for _, a in entries], low, up)
        )
    return program_of(
        Rows.of(listed),
        cost=cost,
        column_low=np.array([_bound(v.lowBound, -INFINITY) for v in variables], float),
        column_up=np.array([_bound(v.upBound, INFINITY) for v in variables], float),
        integer=np.array([v.cat in ("Integer", "Binary") for v in variables], bool),
        maximise=bool(model.sense == pulp.LpMaximize),
    )


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def cbc_path() -> str | None:
    """Return where the CBC that PuLP knows of lies; None where there is none."""
    import pulp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for name in ("COIN_CMD", "PULP_CBC_CMD"):
            try:
                solver = pulp.getSolver(name, msg=False)
            except (pulp.PulpSolverError, AttributeError, ValueError):
                continue
            if solver.available():
                return str(solver.path)
    return None


def solve_as_published(model: Any, solver: str, *, seconds: float) -> float | None:
    """Solve a PuLP model through PuLP's own command of a solver, as published code does.

    Parameters
    ----------
    model
        `pulp.LpProblem`.
    solver
        ``cbc`` or ``highs``.
    seconds
        Time limit as PuLP hands it over. [s]

    Returns
    -------
    float or None
        What PuLP calls the objective; None where it has none.

    Raises
    ------
    SolverError
        If the solver is not there.
    """
    import pulp

    limits: dict[str, Any] = {"msg": False, "threads": 1, "gapRel": 0.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if solver == "highs":
            command = pulp.HiGHS(timeLimit=seconds, **limits)
        else:
            path = cbc_path()
            if path is None:
                raise SolverError("CBC is not installed.", "pip install 'corridor[cbc]'")
            name = "COIN_CMD" if path == _path_of("COIN_CMD") else "PULP_CBC_CMD"
            command = pulp.getSolver(name, timeLimit=max(1.0, seconds), **limits)
        model.solve(command)
    value = pulp.value(model.objective)
    return None if value is None else float(value)


def _path_of(name: str) -> str | None:
    import pulp

    try:
        return str(pulp.getSolver(name, msg=False).path)
    except (pulp.PulpSolverError, AttributeError, ValueError):
        return None
