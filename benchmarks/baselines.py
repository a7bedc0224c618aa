"""What the engine is compared with: the model as textbooks state it, built and solved as is.

One row for each directed leg of each trip (AC-PC of Capar et al. 2013), nothing reduced, y whole.
Solved through PuLP with CBC or HiGHS, model building included, as most published code does.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from corridor.frlm import Ask, Instance, Tables
from corridor.frlm.covers import joint_family
from corridor.frlm.windows import windows
from corridor.solvers.clock import cpu_seconds, wall_clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, Rows, program_of
from corridor.solvers.pulp_door import empty_model, solve_as_published, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a baseline answered.

    Parameters
    ----------
    value
        Flow served or stations built; NaN where there is no answer.
    proven
        True: the solver calls it optimal.
    seconds
        CPU time, children included. [s]
    """

    value: float
    proven: bool
    seconds: float


def rows_of(instance: Instance, ask: Ask) -> list[tuple[int, list[int]]]:
    """Return the unreduced rows: for each leg of each trip the sites that can power it."""
    tables = Tables.of(instance)
    table = tables.table
    found = windows(instance, table, ask)
    site = table.site
    rows = []
    for trip, low, high in zip(
        table.trips[found.trip].tolist(), found.low.tolist(), found.high.tolist(), strict=True
    ):
        rows.append((trip, [s for s in site[low : high + 1].tolist() if s >= 0]))
    for trip, alternatives in zip(tables.general, tables.sets_of(tables.general, ask), strict=True):
        for mask in joint_family(alternatives).masks:
            rows.append((trip, [s for s in range(mask.bit_length()) if mask >> s & 1]))
    return rows


def naive_pulp(
    instance: Instance,
    ask: Ask,
    rows: list[tuple[int, list[int]]],
    *,
    solver: str,
    time_limit: float,
    flow: list[float] | None = None,
) -> Outcome:
    """Build the unreduced model in PuLP, variable by variable, and solve it.

    Parameters
    ----------
    instance, ask
        The question; `max_flow` with `stations`, or `min_stations` of all coverable flow.
    rows
        The unreduced rows (`rows_of`); finding them is not counted.
    solver
        ``cbc`` or ``highs``.
    time_limit
        Longest time of the solver. [s]
    flow
        Flows to use instead of the instance's.
    """
    begun, wall = cpu_seconds(), time.perf_counter()
    flow = flow or [float(trip.flow) for trip in instance.trips]
    maximise = ask.objective == "max_flow"
    model = empty_model("naive", maximise=maximise)
    x = [model.add_variable(f"x{k}", cat="Binary") for k in range(len(instance.sites))]
    y = [model.add_variable(f"y{k}", cat="Binary") for k in range(len(flow))]
    if maximise:
        model += total(f * v for f, v in zip(flow, y, strict=True))
        model += total(x) <= ask.stations
        for trip, sites in rows:
            model += total(x[s] for s in sites) >= y[trip]
    else:
        never = {trip for trip, sites in rows if not sites}
        model += total(x)
        for trip, sites in rows:
            if trip not in never:
                model += total(x[s] for s in sites) >= 1
    value = solve_as_published(model, solver, seconds=time_limit)
    return Outcome(
        value=math.nan if value is None else value,
        proven=time.perf_counter() - wall < time_limit,
        seconds=cpu_seconds() - begun,
    )


def plain_highs(
    instance: Instance, ask: Ask, rows: list[tuple[int, list[int]]], *, time_limit: float
) -> Outcome:
    """Solve the unreduced model with HiGHS, handed over as arrays: no cost of PuLP in it."""
    begun, clock = cpu_seconds(), wall_clock(time_limit)
    sites, trips = len(instance.sites), len(instance.trips)
    maximise = ask.objective == "max_flow"
    flow = np.array([float(trip.flow) for trip in instance.trips])
    listed: list[Any] = []
    if maximise:
        cost = np.r_[np.zeros(sites), flow / flow.sum() * 1e6]
        listed.append((range(sites), [1.0] * sites, -INFINITY, float(ask.stations or 0)))
        listed += [([*s, sites + t], [1.0] * len(s) + [-1.0], 0.0, INFINITY) for t, s in rows]
    else:
        never = {t for t, s in rows if not s}
        cost = np.r_[np.ones(sites), np.zeros(trips)]
        listed += [(s, [1.0] * len(s), 1.0, INFINITY) for t, s in rows if t not in never]
    stacked = Rows.of(listed)
    program = program_of(
        stacked,
        maximise=maximise,
        cost=cost,
        column_low=np.zeros(sites + trips),
        column_up=np.ones(sites + trips),
        integer=np.ones(sites + trips, bool),
    )
    result = HighsModel(program, stop=clock.stop).solved()
    value = result.objective
    if maximise and result.values is not None:
        value = float(flow @ np.round(result.values[sites:]))
    return Outcome(
        value=value,
        proven=result.state == "optimal" and not clock.is_over(),
        seconds=cpu_seconds() - begun,
    )
