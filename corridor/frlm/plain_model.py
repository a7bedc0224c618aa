"""The arc-cover model as one would write it down: to read, to export and to compare with."""

from __future__ import annotations

from typing import Any

from corridor.frlm.goal import Goal
from corridor.frlm.problem import CoverProblem
from corridor.solvers.pulp_door import empty_model, total


def plain_model(problem: CoverProblem, goal: Goal) -> tuple[Any, list[Any]]:
    """Return the arc-cover model as one would write it down, and its site variables.

    This is the model to read, export (`problem.writeLP`) and compare with; the engine builds the
    same one as arrays.
    """
    model = empty_model("frlm", maximise=goal.maximise)
    x = [model.add_variable(f"open_{i}", cat="Binary") for i in range(len(problem.site))]
    kind = "Binary" if (problem.need > 1).any() else "Continuous"
    y = [model.add_variable(f"serve_{g}", 0, 1, cat=kind) for g in range(len(problem.flow))]
    shares = problem.shares()
    spent = total(goal.prices()[i] * x[i] for i in range(len(x)))
    served = total(shares[g] * y[g] for g in range(len(y)))
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
            model += total(x[i] for i in members) >= need * y[g], f"cover_{g}_{k}"
    return model, x
