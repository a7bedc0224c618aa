r"""The hop-flow formulation: vehicles hop from fuel to fuel on an expanded network.

Each alternative of a trip becomes a network of its stops (a usable site at a passage of one of its
nodes). A hop joins two stops when a full tank lasts between them, the start joins the stops the
first fuel reaches, and flow into a stop is at most the opening of its site (MirHassani and Ebrazi
[1]_, with the capacity on the stop and not on each hop). A trip is served when a unit of flow
arrives. A round trip has one network for each stop that may be its first: the flow runs from there
round the lap to the same stop.

With backup there is one such flow for every loss of stations the trip must survive, and the share
served is whole.

It shares nothing with the cover sets but the routes, and answers the same questions; it is kept as
the second opinion, not for speed.

References
----------
.. [1] S. A. MirHassani, R. Ebrazi, "A flexible reformulation of the refueling station location
   problem", Transportation Science 47 (2013) 617-628.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np

from corridor.frlm.arc_cover import FLOW_SCALE
from corridor.frlm.goal import Goal
from corridor.frlm.instance import Ask
from corridor.frlm.prepare import Tables
from corridor.frlm.routes import Route, routes_of
from corridor.solvers.program import INFINITY, Floats, LinearProgram, Rows, program_of

Row = tuple[list[int], list[float], float, float]


@dataclass(frozen=True, slots=True)
class Hops:
    """One network: stops in order, and hops between them.

    Parameters
    ----------
    stops
        Site of each stop.
    hops
        Pairs of stops; -1 is the start, `len(stops)` the end.
    """

    stops: tuple[int, ...]
    hops: tuple[tuple[int, int], ...]


def networks(route: Route, sites_at: dict[int, int]) -> list[Hops]:
    """Return the networks of a route; it is driven when flow passes one of them."""
    at = [_bits(sites_at.get(node, 0)) for node in route.nodes]
    stops = [(k, site) for k, sites in enumerate(at) for site in sites]
    positions = route.positions()
    if not route.legs:
        direct = () if route.station_required else ((-1, len(stops)),)
        through = [hop for k in range(len(stops)) for hop in ((-1, k), (k, len(stops)))]
        return [Hops(tuple(site for _, site in stops), (*direct, *through))]
    if not route.loop:
        return [_one_way(route, stops, positions)]
    found = [_lap(route, stops, positions, first) for first in range(len(stops))]
    if not positions[-1] and not route.station_required and route.reaches(route.start, 0):
        found.append(Hops((), ((-1, 0),)))
    return [network for network in found if network is not None]


def _bits(mask: int) -> list[int]:
    """Return the sites of a bit mask."""
    return [k for k in range(mask.bit_length()) if mask >> k & 1]


def _one_way(route: Route, stops: Sequence[tuple[int, int]], positions: Sequence[int]) -> Hops:
    """Return the network of a route driven once."""
    hops = []
    end, last = len(stops), len(route.nodes) - 1
    total = positions[-1]
    for k, (place, _) in enumerate(stops):
        if place == 0 or route.reaches(route.start, positions[place]):
            hops.append((-1, k))
        for later in range(k + 1, end):
            other = stops[later][0]
            if other > place and route.reaches(route.tank, positions[other] - positions[place]):
                hops.append((k, later))
        rest = total - positions[place]
        if place == last or (route.reaches(route.tank, rest) and route.tank - rest >= route.end):
            hops.append((k, end))
    lasts = route.reaches(route.start, total) and route.start - total >= route.end
    if lasts and not route.station_required:
        hops.append((-1, end))
    return Hops(tuple(site for _, site in stops), tuple(hops))


def _lap(
    route: Route, stops: Sequence[tuple[int, int]], positions: Sequence[int], first: int
) -> Hops | None:
    """Return the network of a loop whose first stop is given; None where it is out of reach."""
    place = stops[first][0]
    if place and not route.reaches(route.start, positions[place]):
        return None
    later = [k for k in range(first, len(stops)) if k == first or stops[k][0] > place]
    end = len(later)
    home = positions[-1] + positions[place]
    hops = [(-1, 0)]
    for a, stop in enumerate(later):
        here = positions[stops[stop][0]]
        for b in range(a + 1, end):
            other = stops[later[b]][0]
            if other > stops[stop][0] and route.reaches(route.tank, positions[other] - here):
                hops.append((a, b))
        if route.reaches(route.tank, home - here):
            hops.append((a, end))
    return Hops(tuple(stops[k][1] for k in later), tuple(hops))


@dataclass(slots=True)
class _Model:
    """A model under construction."""

    sites: int
    rows: list[Row] = field(default_factory=list)
    columns: int = 0

    def new(self, count: int) -> int:
        """Add some columns and return the first."""
        first = self.columns
        self.columns += count
        return first

    def require(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        """Add a row."""
        self.rows.append((columns, values, low, high))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopFlow:
    """The model; its first columns are all sites of the instance, then one for each trip.

    Parameters
    ----------
    model
        The linear model.
    sites
        Number of site columns.
    scale
        Flow units (or price units) in one unit of the objective.
    """

    model: LinearProgram
    sites: int
    scale: Fraction


def hop_flow(tables: Tables, goal: Goal, ask: Ask) -> HopFlow:
    """State an ask as flows on expanded networks.

    Parameters
    ----------
    tables, ask
        The instance and the question.
    goal
        Only the limit, the target and the prices are taken from it.
    """
    instance = tables.instance
    trips = [k for k, units in enumerate(tables.flow) if units]
    model = _Model(len(instance.sites))
    model.new(model.sites)
    y = {k: model.new(1) for k in trips}
    for k in trips:
        _add_trip(model, tables, ask, k, y[k])
    total = Fraction(sum(tables.flow[k] for k in trips) or 1)
    shares = [float(Fraction(tables.flow[k]) / total) for k in trips]
    cost = np.zeros(model.columns)
    candidates = [k for k, site in enumerate(instance.sites) if site.status == "candidate"]
    price = {k: _price(tables, goal, k) for k in candidates}
    beyond = [k for k in candidates if not goal.may_cost(price[k])]
    candidates = [k for k in candidates if goal.may_cost(price[k])]
    prices = [float(Fraction(price[k], goal.dearest)) for k in candidates]
    if goal.maximise:
        cost[list(y.values())] = np.array(shares) * FLOW_SCALE
        most = float(Fraction(min(goal.limit, sum(price.values())), goal.dearest))
        model.require(candidates, prices, -INFINITY, most * (1 + 1e-12))
        scale = total / Fraction(FLOW_SCALE)
    else:
        scale = goal.price_scale
        cost[candidates] = np.array(prices) * float(goal.dearest / scale)
        least = float(Fraction(goal.target) / total)
        model.require(list(y.values()), shares, least - 1e-6, INFINITY)
    return HopFlow(
        model=_finished(model, tables, cost, list(y.values()), beyond, goal, ask),
        sites=model.sites,
        scale=scale,
    )


def _price(tables: Tables, goal: Goal, site: int) -> int:
    """Return the price of a site. [whole price units]."""
    if goal.counted:
        return 1
    cost = tables.instance.sites[site].cost
    # Sites in no set have no part in the units of the goal; they are never worth opening.
    return int((cost or 0) * goal.price_units) if cost is not None else 1


def _finished(
    model: _Model,
    tables: Tables,
    cost: Floats,
    y: list[int],
    beyond: list[int],
    goal: Goal,
    ask: Ask,
) -> LinearProgram:
    """Return the model as arrays, sites beyond what may be spent shut."""
    lower, upper = np.zeros(model.columns), np.ones(model.columns)
    upper[beyond] = 0
    integer = np.zeros(model.columns, bool)
    integer[: model.sites] = True
    integer[y] = ask.backup > 0
    for k, site in enumerate(tables.instance.sites):
        if site.status == "existing":
            lower[k] = 1
        if site.status == "barred":
            upper[k] = 0
    rows = Rows.of(model.rows)
    return program_of(
        rows,
        maximise=goal.maximise,
        cost=cost,
        column_low=lower,
        column_up=upper,
        integer=integer,
    )


def _add_trip(model: _Model, tables: Tables, ask: Ask, trip: int, y: int) -> None:
    """Add the flows of a trip, one for each loss it must survive."""
    routes = list(routes_of(tables.instance, tables.instance.trips[trip], ask))
    found = [net for route in routes for net in networks(route, tables.site_masks)]
    for lost in _losses(found, ask.backup):
        arriving: list[int] = []
        for net in found:
            arriving += _add_flow(model, net, lost)
        model.require([y, *arriving], [1.0] + [-1.0] * len(arriving), -INFINITY, 0.0)


def _losses(found: Sequence[Hops], backup: int) -> Iterator[frozenset[int]]:
    """Yield every set of sites whose loss must be survived; smaller losses are implied."""
    sites = sorted({site for net in found for site in net.stops})
    for lost in combinations(sites, min(backup, len(sites))):
        yield frozenset(lost)


def _add_flow(model: _Model, net: Hops, lost: frozenset[int]) -> list[int]:
    """Add the flow of a network without some sites; return the hops that arrive."""
    end = len(net.stops)
    gone = {k for k, site in enumerate(net.stops) if site in lost}
    hops = [hop for hop in net.hops if not gone.intersection(hop)]
    first = model.new(len(hops))
    into: dict[int, list[int]] = {}
    out_of: dict[int, list[int]] = {}
    for column, (tail, head) in enumerate(hops, start=first):
        out_of.setdefault(tail, []).append(column)
        into.setdefault(head, []).append(column)
    for stop, site in enumerate(net.stops):
        arrive, leave = into.get(stop, []), out_of.get(stop, [])
        if not arrive and not leave:
            continue
        model.require(arrive + leave, [1.0] * len(arrive) + [-1.0] * len(leave), 0.0, 0.0)
        model.require([site, *arrive], [-1.0] + [1.0] * len(arrive), -INFINITY, 0.0)
    return into.get(end, [])
