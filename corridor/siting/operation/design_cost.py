"""The exact cost of a design: stations and expansions fixed, purchases by the state of charge.

With the open stops known the windows need no lazy rows: the fuel on arrival is a variable per stop, so
that each period is one small linear programme. The windows of the siting model are its projection; that
both agree is tested.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING

from corridor.siting.charges import charged_in
from corridor.siting.model.floors import Floor, detour_floors_g, floor_of
from corridor.siting.model.formulation import DAYS
from corridor.siting.model.windows import least_stops, need_g
from corridor.siting.operation.idle_ways import extra_sites
from corridor.siting.operation.rows import Rows
from corridor.siting.problem import Commodity, SitingProblem, Variant
from corridor.siting.rules import Levels
from corridor.solvers.interrupt import Stop
from corridor.supply.limits import may_send_kg_per_day

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Operation:
    """The best operation of one period's stations.

    Parameters
    ----------
    cost_cny
        Net present cost of the period, with the stations and expansions charged to it. [CNY]
    shares
        (flow, way) -> share of the flow's trips.
    buys
        (flow, way, stop) -> purchases of the flow. [kg/day]
    site_value
        Per open site, what one more kilogram a day of capacity would save. [CNY per kg/day]
    source_value
        Per source, the same for its limit. [CNY per kg/day]
    unserved
        Flow -> share of its trips that goes unserved.
    """

    cost_cny: float
    shares: dict[tuple[int, int], float]
    buys: dict[tuple[int, int, int], float]
    site_value: dict[int, float]
    source_value: tuple[float, ...]
    unserved: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class PeriodModel:
    """The programme of one period with its stations fixed, and a point of it.

    Parameters
    ----------
    lp
        Columns and rows; money in million CNY, hydrogen in t/day.
    shares, buys
        Columns of the shares of ways and, in tanks times share, of purchases.
    unserved
        Flow -> columns of its unserved shares without and with priority, -1 where there is none.
    offered
        Flow -> whether some way can be driven.
    share_row
        Flow -> the row that adds up its shares.
    limits
        Capacity row per site, limit row per source (-1 where none).
    sold
        Per open site the terms that add up to its load. [t/day]
    values, duals, objective
        The point, the duals of the least cost, and that cost without stations. [million CNY]
    """

    lp: Rows
    shares: dict[tuple[int, int], int]
    buys: dict[tuple[int, int, int], int]
    unserved: dict[int, tuple[int, int]]
    offered: dict[int, bool]
    share_row: dict[int, int]
    limits: tuple[dict[int, int], list[int]]
    sold: dict[int, list[tuple[int, float]]]
    values: Floats
    duals: Floats
    objective: float


def fixed_cost(
    problem: SitingProblem, t: int, levels: tuple[int, ...], steps: tuple[int, ...]
) -> float:
    """Return the net present cost of the stations and expansions that a period is charged for [CNY]."""
    bought = fsum(fsum(s.steps_annual_cny[:n]) for s, n in zip(problem.sources, steps, strict=True))
    return fsum(
        weight
        * (fsum(problem.sites[j].yearly_cny(k, s) for j, k in enumerate(levels) if k) + bought)
        for s, weight in charged_in(problem, t)
    )


def source_limit(problem: SitingProblem, i: int, t: int, steps: int) -> float:
    """Return what may leave a source once so many steps are bought [kg/day]."""
    source = problem.sources[i]
    return may_send_kg_per_day(
        source.limit_kg_per_day[t],
        source.expanded_limit_kg_per_day[t],
        fsum(source.steps_kg_per_day[:steps]),
    )


class DesignCost:
    """Costs of designs of one problem, period by period, remembered.

    Parameters
    ----------
    problem
        A reduced problem.
    stop
        Asked before each period is worked out; True ends it with LimitError. None: no clock.
    """

    def __init__(self, problem: SitingProblem, stop: Stop | None = None) -> None:
        self.problem = problem
        self._stop = stop
        self.work = 0.0
        self._known: dict[tuple[int, tuple[int, ...], tuple[int, ...]], Operation] = {}
        self._extra = [extra_sites(flow) for flow in problem.flows]
        self._floors = [
            [detour_floors_g(flow, way, problem.min_stop_kg) for way in flow.ways]
            for flow in problem.flows
        ]
        self._fewest: dict[tuple[int, int, tuple[int, ...]], int | None] = {}
        self._floor: dict[tuple[int, int, tuple[int, ...]], Floor] = {}

    def total(self, levels: Levels, steps: Levels) -> float:
        """Return the net present cost of a design [CNY]."""
        return fsum(
            self.operation(t, levels[t], steps[t]).cost_cny
            for t in range(len(self.problem.periods))
        )

    def operation(self, t: int, levels: tuple[int, ...], steps: tuple[int, ...]) -> Operation:
        """Return the best operation of one period."""
        key = (t, levels, steps)
        if key not in self._known:
            model = self.model(t, levels, steps)
            self.work += model.lp.work
            self._known[key] = self.operated(model, t, levels, steps)
        return self._known[key]

    def open_ways(self, q: int, levels: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """Return the ways of a flow that may be worth driving, with their open stops."""
        flow = self.problem.flows[q]
        found = []
        for p, way in enumerate(flow.ways):
            extra = self._extra[q][p]
            # A detour to closed sites only: the same stops are had for less on another way.
            if extra is not None and not any(levels[j] for j in extra):
                continue
            if not all(levels[j] for j in way.detour_sites):
                continue
            stops = tuple(v for v, stop in enumerate(way.stops) if levels[stop.site])
            if self.fewest(q, p, stops) is not None:
                found.append((p, stops))
        return found

    def fewest(self, q: int, p: int, stops: tuple[int, ...]) -> int | None:
        """Return the fewest stops of a way among some, remembered; None where it cannot be driven."""
        key = (q, p, stops)
        if key not in self._fewest:
            flow = self.problem.flows[q]
            self._fewest[key] = least_stops(flow, flow.ways[p], stops)
        return self._fewest[key]

    def floor(self, q: int, p: int, stops: tuple[int, ...]) -> Floor:
        """Return what the least purchase means for a way with these stops open, remembered."""
        key = (q, p, stops)
        if key not in self._floor:
            flow = self.problem.flows[q]
            self._floor[key] = floor_of(flow, flow.ways[p], stops, self.problem.min_stop_kg)
        return self._floor[key]

    def model(self, t: int, levels: tuple[int, ...], steps: tuple[int, ...]) -> PeriodModel:
        """Write the programme of one period and solve it."""
        problem = self.problem
        lp = Rows()
        year = problem.periods[t].weight * DAYS
        shares: dict[tuple[int, int], int] = {}
        buys: dict[tuple[int, int, int], int] = {}
        sold: dict[int, list[tuple[int, float]]] = {}
        unserved: dict[int, tuple[int, int]] = {}
        offered: dict[int, bool] = {}
        share_row: dict[int, int] = {}
        for q, flow in enumerate(problem.flows):
            if flow.period != t:
                continue
            row = unmet_columns(lp, problem, flow)
            unserved[q] = row[0][0], row[1][0] if len(row) > 1 else -1
            for p, stops in self.open_ways(q, levels):
                way = flow.ways[p]
                stops_cny = problem.stop_cny * (self.fewest(q, p, stops) or 0)
                y = lp.variable(
                    year * flow.trips_per_day * (way.cost_cny_per_trip + stops_cny) / 1e6
                )
                row.append((y, 1.0))
                shares[q, p] = y
                if not need_g(flow, way):
                    continue
                tank = flow.usable_g * flow.trips_per_day / 1000
                for v in stops:
                    site = way.stops[v].site
                    power = problem.sites[site].power_cny_per_kg
                    buys[q, p, v] = lp.variable(year * power * tank / 1e6)
                    sold.setdefault(site, []).append((buys[q, p, v], tank / 1000))
                _drive(lp, flow, way, stops, y=y, buys=[buys[q, p, v] for v in stops])
                floor = self.floor(q, p, stops)
                for run in floor.runs:
                    inside = [(buys[q, p, stops[n]], 1.0) for n in run]
                    lp.row([*inside, (y, -floor.sold / flow.usable_g)], 0, float("inf"))
                for j, least in self._floors[q][p].items():
                    there = [(buys[q, p, v], 1.0) for v in stops if way.stops[v].site == j]
                    lp.row([*there, (y, -least / flow.usable_g)], 0, float("inf"))
            offered[q] = any((q, p) in shares for p in range(len(flow.ways)))
            share_row[q] = lp.row(row, 1, 1)
        capacity, sources, _ = hydrogen_rows(lp, problem, t, levels, steps, sold=sold)
        values, duals, objective = lp.solve("operation of a design", self._stop)
        return PeriodModel(
            lp=lp,
            shares=shares,
            buys=buys,
            unserved=unserved,
            offered=offered,
            share_row=share_row,
            limits=(capacity, sources),
            sold=sold,
            values=values,
            duals=duals,
            objective=objective,
        )

    def operated(
        self, model: PeriodModel, t: int, levels: tuple[int, ...], steps: tuple[int, ...]
    ) -> Operation:
        """Return the operation that a solved programme stands for."""
        problem, values, duals = self.problem, model.values, model.duals
        capacity, sources = model.limits
        scale = {
            q: problem.flows[q].usable_g * problem.flows[q].trips_per_day / 1000
            for q in model.unserved
        }
        return Operation(
            cost_cny=model.objective * 1e6 + fixed_cost(problem, t, levels, steps),
            shares={key: float(values[c]) for key, c in model.shares.items() if values[c] > 1e-9},
            buys={
                key: float(values[c]) * scale[key[0]]
                for key, c in model.buys.items()
                if values[c] > 1e-9
            },
            site_value={j: -float(duals[n]) * 1e3 for j, n in capacity.items()},
            source_value=tuple(-float(duals[n]) * 1e3 if n >= 0 else 0.0 for n in sources),
            unserved={
                q: fsum(float(values[c]) for c in columns if c >= 0)
                for q, columns in model.unserved.items()
            },
        )


def unmet_columns(lp: Rows, problem: SitingProblem, flow: Commodity) -> list[tuple[int, float]]:
    """Add the unserved shares of a flow, without and with priority, as terms of its share row."""
    year = problem.periods[flow.period].weight * DAYS / 1e6
    kg = flow.trips_per_day * flow.need_g / 1000
    first = flow.priority_trips_per_day / flow.trips_per_day
    terms = [(lp.variable(year * kg * problem.unmet_cny_per_kg, 1 - first), 1.0)]
    if first:
        terms.append((lp.variable(year * kg * problem.priority_price_cny_per_kg, first), 1.0))
    return terms


def _drive(
    lp: Rows, flow: Commodity, way: Variant, stops: tuple[int, ...], *, y: int, buys: list[int]
) -> None:
    """State of charge along a way, in tanks times the share y: fuel on arrival at every stop."""
    U = flow.usable_g
    at = [way.stops[v].at_g for v in stops]
    arrive = [lp.variable(0.0) for _ in stops]
    for n, (a, r) in enumerate(zip(arrive, buys, strict=True)):
        lp.row([(a, 1.0), (r, 1.0), (y, -1.0)], float("-inf"), 0)
        if n + 1 < len(stops):
            burnt = (at[n + 1] - at[n]) / U
            lp.row([(a, 1.0), (r, 1.0), (arrive[n + 1], -1.0), (y, -burnt)], 0, 0)
        elif flow.loop:
            burnt = (at[0] + way.total_g - at[n]) / U
            lap = [(r, 1.0), (y, -burnt)]
            # A loop with one stop comes back to the very arrival it started from.
            lp.row(lap if n == 0 else [(a, 1.0), (arrive[0], -1.0), *lap], 0, 0)
        else:
            burnt = (way.total_g + flow.end_g - at[n]) / U
            lp.row([(a, 1.0), (r, 1.0), (y, -burnt)], 0, 0)
    if not flow.loop:
        lp.row([(arrive[0], 1.0), (y, -(flow.start_g - at[0]) / U)], 0, 0)


def hydrogen_rows(
    lp: Rows,
    problem: SitingProblem,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    *,
    sold: dict[int, list[tuple[int, float]]],
    spare: float = 0.0,
) -> tuple[dict[int, int], list[int], dict[tuple[int, int], int]]:
    """Add capacities, deliveries and plant limits in t/day; return rows and delivery columns.

    Parameters
    ----------
    sold
        Per open site the terms that add up to its load. [t/day]
    spare
        Share of every capacity and limit that is left free. [-]

    Returns
    -------
    tuple
        Capacity row per site, limit row per source (-1 where none), column per (source, site). [t/day]
    """
    year = problem.periods[t].weight * DAYS
    capacity: dict[int, int] = {}
    lanes: dict[tuple[int, int], int] = {}
    for j, terms in sorted(sold.items()):
        usable = problem.tiers[levels[j] - 1].usable_kg_per_day / 1000 * (1 - spare)
        capacity[j] = lp.row(terms, float("-inf"), usable)
        brought = []
        for i, source in enumerate(problem.sources):
            lane = source.lane_cny_per_kg[t][j]
            if lane is None:
                continue
            lanes[i, j] = lp.variable(year * (source.least_gate_cny_per_kg(t) + lane) / 1e3)
            brought.append((lanes[i, j], -(1 - problem.loss_fraction)))
        lp.row([*terms, *brought], 0, 0)
    limits = []
    for i, source in enumerate(problem.sources):
        terms = [(c, 1.0) for (source_index, _), c in lanes.items() if source_index == i]
        limit = source_limit(problem, i, t, steps[i]) / 1000 * (1 - spare)
        limits.append(lp.row(terms, float("-inf"), limit) if terms else -1)
        dearer = source.dearer_cny_per_kg(t)
        if terms and dearer:
            # What leaves beyond the cheaper kilograms pays the difference.
            beyond = lp.variable(year * dearer / 1e3)
            cheap = source.cheaper_kg_per_day(t, steps[i]) / 1000
            lp.row([*terms, (beyond, -1.0)], float("-inf"), cheap)
    return capacity, limits, lanes
