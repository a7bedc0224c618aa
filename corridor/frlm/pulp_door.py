"""The only door to PuLP: models to and from arrays, CBC, and the plain model to read.

Works with PuLP 3.3 and 4. Nothing PuLP says about a status is believed alone: it calls a point
found at a time limit optimal. Variables are named by number, so that no id ever reaches a file.
"""

from __future__ import annotations

import math
import time
import warnings
from typing import Any

import numpy as np
import pulp

from corridor.core.errors import SolverError
from corridor.frlm.cover.objective import Goal
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.model import INFINITY, LinearModel, Outcome, Result, Rows

_AT_LEAST, _EQUAL, _AT_MOST = 1, 0, -1
_OPTIMAL, _GAP_LIMIT = 1, -7


def plain_model(problem: CoverProblem, goal: Goal) -> tuple[Any, list[Any]]:
    """Return the arc-cover model as one would write it down, and its site variables.

    This is the model to read, export (`problem.writeLP`) and compare with; the engine builds the
    same one as arrays.
    """
    model = pulp.LpProblem("frlm", pulp.LpMaximize if goal.maximise else pulp.LpMinimize)
    x = [model.add_variable(f"open_{i}", cat="Binary") for i in range(len(problem.site))]
    kind = "Binary" if (problem.need > 1).any() else "Continuous"
    y = [model.add_variable(f"serve_{g}", 0, 1, cat=kind) for g in range(len(problem.flow))]
    shares = problem.shares()
    spent = pulp.lpSum(goal.prices()[i] * x[i] for i in range(len(x)))
    served = pulp.lpSum(shares[g] * y[g] for g in range(len(y)))
    dearest = max(goal.price, default=1) or 1
    if goal.maximise:
        model += served
        model += spent <= goal.limit / dearest, "limit"
    else:
        model += spent
        model += served >= (goal.target - problem.always) / problem.coverable - 1e-6, "target"
    for g in range(len(y)):
        for k in problem.group_set[problem.group_first[g] : problem.group_first[g + 1]]:
            members = problem.set_column[problem.set_first[k] : problem.set_first[k + 1]]
            need = int(problem.need[k])
            model += pulp.lpSum(x[i] for i in members) >= need * y[g], f"cover_{g}_{k}"
    return model, x


def from_pulp(problem: Any) -> tuple[LinearModel, dict[str, int]]:
    """Return a PuLP model as arrays, and the column of each variable by name."""
    variables = problem.variables()
    column = {variable.name: k for k, variable in enumerate(variables)}
    listed = problem.constraints
    constraints = list(listed()) if callable(listed) else list(listed.values())
    rows = []
    for constraint in constraints:
        entries = list(constraint.items())
        side = -float(constraint.constant)
        low = side if constraint.sense in (_AT_LEAST, _EQUAL) else -INFINITY
        high = side if constraint.sense in (_AT_MOST, _EQUAL) else INFINITY
        rows.append(
            ([column[v.name] for v, _ in entries], [float(c) for _, c in entries], low, high)
        )
    cost = np.zeros(len(variables))
    for variable, value in (problem.objective or {}).items():
        cost[column[variable.name]] = value
    stacked = Rows.of(rows)
    model = LinearModel(
        maximise=problem.sense == pulp.LpMaximize,
        cost=cost,
        lower=np.array([-INFINITY if v.lowBound is None else v.lowBound for v in variables], float),
        upper=np.array([INFINITY if v.upBound is None else v.upBound for v in variables], float),
        integer=np.array([v.cat in ("Integer", "Binary") for v in variables], bool),
        row_first=stacked.first,
        row_column=stacked.column,
        row_value=stacked.value,
        row_lower=stacked.lower,
        row_upper=stacked.upper,
    )
    return model, column


def to_pulp(model: LinearModel) -> tuple[Any, list[Any]]:
    """Return arrays as a PuLP model, and its variables in the order of the columns."""
    problem = pulp.LpProblem("arrays", pulp.LpMaximize if model.maximise else pulp.LpMinimize)
    x = [
        problem.add_variable(
            f"x{k}", float(low), float(high), cat="Integer" if whole else "Continuous"
        )
        for k, (low, high, whole) in enumerate(
            zip(model.lower, model.upper, model.integer, strict=True)
        )
    ]
    problem += pulp.lpSum(float(c) * v for c, v in zip(model.cost, x, strict=True) if c)
    for r in range(len(model.row_lower)):
        entries = range(int(model.row_first[r]), int(model.row_first[r + 1]))
        side = pulp.lpSum(float(model.row_value[e]) * x[model.row_column[e]] for e in entries)
        low, high = float(model.row_lower[r]), float(model.row_upper[r])
        if low > -INFINITY:
            problem += side >= low, f"low{r}"
        if high < INFINITY:
            problem += side <= high, f"high{r}"
    return problem, x


def cbc_solver(*, time_limit: float, gap: float) -> Any:
    """Return a PuLP solver that runs CBC.

    Raises
    ------
    SolverError
        If there is no CBC.
    """
    options: dict[str, Any] = {"msg": False, "gapRel": gap, "threads": 1}
    if math.isfinite(time_limit):
        options["timeLimit"] = max(1, math.ceil(time_limit))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for name in ("COIN_CMD", "PULP_CBC_CMD"):
            try:
                solver = pulp.getSolver(name, **options)
            except (pulp.PulpSolverError, AttributeError, ValueError):
                continue
            if solver.available():
                return solver
    raise SolverError("CBC is not installed.", "pip install 'corridor[cbc]'")


def solve_cbc(model: LinearModel, *, time_limit: float, gap: float) -> Result:
    """Solve arrays with CBC; it tells a bound only where it proves the optimum.

    Parameters
    ----------
    model
        What to solve.
    time_limit
        Longest time. [s]
    gap
        Relative gap at which the search may stop. [share]
    """
    unknown = math.inf if model.maximise else -math.inf
    if time_limit <= 0:
        return Result(outcome="limit", x=None, objective=math.nan, bound=unknown)
    problem, x = to_pulp(model)
    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        stats = problem.solve(cbc_solver(time_limit=time_limit, gap=gap))
    in_time = time.perf_counter() - begun < time_limit
    status = getattr(stats, "status", stats)
    found = getattr(stats, "has_solution", None)
    if found is None:  # PuLP 3: 1 optimal, 2 a solution without proof
        found = problem.sol_status in (1, 2)
        proven = problem.sol_status == 1 and status == 1
    else:
        # PuLP 4 calls a gap of 1e-12 a gap limit even where a gap of 0 was asked for.
        proven = bool(found) and int(status) in (_OPTIMAL, _GAP_LIMIT)
    values = [v.varValue for v in x]
    point = np.array([v or 0.0 for v in values]) if found else None
    outcome: Outcome = "limit"
    if found and proven and in_time and not gap:
        outcome = "optimal"
    elif not found and int(status) == -1:
        outcome = "infeasible"
    objective = math.nan if point is None else float(model.cost @ point)
    bound = objective if outcome == "optimal" else unknown
    return Result(outcome=outcome, x=point, objective=objective, bound=bound)
