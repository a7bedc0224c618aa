"""What the search is compared with: the plain formulation, as one would write it down and solve it.

The siting model in PuLP with the fuel on arrival at every stop as a variable, the textbook way to
keep a tank between empty and full, handed to one solver. It gets our reductions for nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corridor.siting.model.columns import WayColumns
from corridor.siting.model.formulation import MONEY, Formulation, formulate
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import Commodity, SitingProblem, Variant
from corridor.siting.reduce import reduce
from corridor.siting.search.reference import design_at
from corridor.solvers import registry
from corridor.solvers.clock import cpu_seconds
from corridor.solvers.options import SolveOptions
from corridor.solvers.pulp_door import to_program

SOLVER_OF: Final = {"pulp-highs": "highs", "scip": "scip"}
"""The solver of each baseline."""


@dataclass(slots=True)
class PlainRun:
    """What a solver found in the plain formulation.

    Parameters
    ----------
    bound_cny
        No plan costs less; minus infinity where the solver proved nothing. [CNY]
    objective_cny
        Cost of the stations it found, operated at best; infinite where it found none. [CNY]
    cpu
        CPU time of stating and solving the model, children included. [s]
    """

    bound_cny: float
    objective_cny: float
    cpu: float
    columns: int


def plain_run(problem: SitingProblem, solver: str, *, seconds: float) -> PlainRun:
    """State the plain formulation and solve it.

    Parameters
    ----------
    problem
        The problem as posed.
    solver
        ``pulp-highs`` or ``scip``.
    seconds
        Time for stating and solving; the solver stops before only where it proves its optimum. [s]
    """
    begun = cpu_seconds()
    reduced = reduce(problem).problem
    form = plain_formulation(reduced)
    program = to_program(form.model, form.variables)
    columns = len(program.cost)
    left = seconds - (cpu_seconds() - begun)
    if left <= 0:
        return PlainRun(-math.inf, math.inf, cpu_seconds() - begun, columns)
    result = registry.solve(SOLVER_OF[solver], program, SolveOptions(seconds=left))
    cpu = cpu_seconds() - begun
    objective = math.inf
    if result.values is not None:
        objective = DesignCost(reduced).total(*design_at(form, result.values))
    return PlainRun(result.bound * MONEY, objective, cpu, columns)


def plain_formulation(problem: SitingProblem) -> Formulation:
    """Return the siting model with the tank's content as variables instead of windows.

    Parameters
    ----------
    problem
        A reduced problem.
    """
    form = formulate(problem)
    for way in form.ways:
        if way.geometry.need and len(way.buy):
            flow = problem.flows[way.flow]
            _tank(form, way, flow, flow.ways[way.way])
    return form


def _tank(form: Formulation, columns: WayColumns, flow: Commodity, way: Variant) -> None:
    """Add fuel on arrival at each stop, in tanks of the flow's trips on this way.

    With a[v] on arrival, b[v] bought and d[v] burnt to the next stop, all over a full tank U:
    a[v] + b[v] <= y and a[v+1] = a[v] + b[v] - d[v] y; a loop closes, a one-way trip starts with
    f0 (that it ends with f1 is said by the balance row).
    """
    name = f"{columns.flow}_{columns.way}"
    tank = flow.usable_g
    share = columns.share
    bought = 1000 / (flow.trips_per_day * tank)
    arrival = [form.add(f"a_{name}_{v}", 0, 1) for v in range(len(way.stops))]
    for v, (a, r) in enumerate(zip(arrival, columns.buy.tolist(), strict=True)):
        form.row("tank", f"{name}_{v}", [(a, 1.0), (r, bought), (share, -1.0)], -1, 0)
    legs = [(v, v + 1, b.at_g - a.at_g) for v, (a, b) in enumerate(pairwise(way.stops))]
    if flow.loop:
        legs.append((len(arrival) - 1, 0, way.total_g - way.stops[-1].at_g + way.stops[0].at_g))
    else:
        on_arrival = (flow.start_g - way.stops[0].at_g) / tank
        form.row("start", name, [(arrival[0], 1.0), (share, -on_arrival)], 0, 0)
    for v, after, burnt in legs:
        terms = [
            (arrival[after], 1.0),
            (arrival[v], -1.0),
            (int(columns.buy[v]), -bought),
            (share, burnt / tank),
        ]
        form.row("drive", f"{name}_{v}", terms, 0, 0)
