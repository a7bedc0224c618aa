"""Which stops a truck makes: the averages of a flow taken apart into few plans.

With the stations fixed, a linear programme over subsets of the open stops of each way (windows
restricted to the subset) chooses who stops where for how much: no stop below the least amount where
the trip leaves the choice, fewer stops preferred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from corridor.siting.model.formulation import DAYS
from corridor.siting.model.windows import drivable, geometry, need_g
from corridor.siting.operation.design_cost import DesignCost, Operation, Rows, hydrogen_rows
from corridor.siting.problem import SitingProblem

STOP_CNY: Final = 2.0
"""Preference for fewer stops, per stop of a truck: it chooses between plans, it is no cost [CNY]."""

SMALL_CNY_PER_KG: Final = 100.0
"""Preference against stops below the least amount, per kilogram that they lack; no cost [CNY/kg]."""

SUBSETS: Final = 160
"""Most subsets of stops that are offered per way; the averaged plan's own stops always are."""

SPARE: Final = 1e-9
"""Share of capacities and limits left free for the rounding of sums."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A subset of stops that trucks of a way may make.

    Parameters
    ----------
    least
        Whether every stop must reach the least amount.
    dislike_cny
        Weight against it, per trip [CNY].
    """

    flow: int
    way: int
    stops: tuple[int, ...]
    least: bool
    dislike_cny: float


@dataclass(frozen=True, slots=True)
class AveragedPlan:
    """Stops of a way and what a truck takes there, not yet in whole grams [g]."""

    flow: int
    way: int
    stops: tuple[int, ...]
    grams: tuple[float, ...]


def averaged_plans(
    problem: SitingProblem,
    costs: DesignCost,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
) -> list[AveragedPlan]:
    """Return the plans that the trucks of a period follow, averages of nothing but themselves.

    Parameters
    ----------
    problem, costs
        The reduced problem and the costs of its designs.
    t, levels, steps
        The period and its design.

    Returns
    -------
    list of AveragedPlan
        Few per flow; together they can serve what the averaged optimum serves.
    """
    operation = costs.operation(t, levels, steps)
    offers = _offers(problem, costs, t, levels, operation)
    lp = Rows()
    year = problem.periods[t].weight * DAYS / 1e6
    share: dict[int, list[tuple[int, float]]] = {}
    sold: dict[int, list[tuple[int, float]]] = {}
    columns = [_write(lp, problem, offer, year, share, sold) for offer in offers]
    for q, flow in enumerate(problem.flows):
        if flow.period == t:
            price = flow.need_g / 1000 * problem.unmet_cny_per_kg
            served = sum(x for (flow_index, _), x in operation.shares.items() if flow_index == q)
            unmet = lp.variable(year * flow.trips_per_day * price, max(0.0, 1 - served))
            # A preference is no reason to serve less than the averaged optimum does.
            more = lp.variable(year * flow.trips_per_day * (100 * price + 1000.0))
            lp.row([*share.get(q, []), (unmet, 1.0), (more, 1.0)], 1, 1)
    hydrogen_rows(lp, problem, t, levels, steps, sold, SPARE)
    values, _, _ = lp.solve("stop plans")
    plans = []
    for offer, (n, buys) in zip(offers, columns, strict=True):
        trips = float(values[n])
        if trips > 1e-9:
            flow = problem.flows[offer.flow]
            need = need_g(flow, flow.ways[offer.way])
            grams = tuple(float(values[r]) / trips * need for r in buys)
            plans.append(AveragedPlan(offer.flow, offer.way, offer.stops, grams))
    return plans


def _write(
    lp: Rows,
    problem: SitingProblem,
    offer: Offer,
    year: float,
    share: dict[int, list[tuple[int, float]]],
    sold: dict[int, list[tuple[int, float]]],
) -> tuple[int, list[int]]:
    """Add one offer: trips n, purchases per stop in shares of the need, its windows."""
    flow = problem.flows[offer.flow]
    way = flow.ways[offer.way]
    trips = flow.trips_per_day
    need = need_g(flow, way)
    n = lp.variable(year * trips * (way.cost_cny_per_trip + offer.dislike_cny))
    share.setdefault(offer.flow, []).append((n, 1.0))
    buys: list[int] = []
    for v in offer.stops:
        power = problem.sites[way.stops[v].site].power_cny_per_kg
        buys.append(lp.variable(year * power * trips * need / 1000))
        sold.setdefault(way.stops[v].site, []).append((buys[-1], trips * need / 1e6))
    if not buys:
        return n, buys
    lp.row([*((r, 1.0) for r in buys), (n, -1.0)], 0, 0)
    geo = geometry(flow, way, offer.stops)
    for i, j, short in zip(geo.first, geo.last, geo.short, strict=True):
        inside = [(buys[geo.stop_of(k)], 1.0) for k in range(int(i) + 1, int(j))]
        lp.row([*inside, (n, -float(short) / need)], 0, float("inf"))
    if offer.least:
        floor = min(problem.min_stop_kg * 1000, need / len(buys))
        for r in buys:
            lp.row([(r, 1.0), (n, -floor / need)], 0, float("inf"))
    return n, buys


def _offers(
    problem: SitingProblem, costs: DesignCost, t: int, levels: tuple[int, ...], operation: Operation
) -> list[Offer]:
    """Choose which subsets of stops of which ways the programme may use."""
    offers: list[Offer] = []
    for q, flow in enumerate(problem.flows):
        if flow.period != t:
            continue
        for p, stops in costs.open_ways(q, levels):
            way = flow.ways[p]
            if not need_g(flow, way):
                offers.append(Offer(q, p, (), False, 0.0))
                continue
            served = operation.shares.get((q, p), 0.0)
            if p and served <= 1e-9:
                continue
            bought = {v: operation.buys.get((q, p, v), 0.0) for v in stops}
            used = tuple(v for v in stops if bought[v] > 1e-7)
            wanted = [c for c in _subsets(stops, used) if drivable(flow, way, c)]
            if wanted:
                fewest = min(map(len, wanted))
                wanted = [c for c in wanted if len(c) <= fewest + 1][:SUBSETS]
            offers += [Offer(q, p, c, True, STOP_CNY * len(c)) for c in wanted]
            if served > 1e-9 and drivable(flow, way, used):
                trips = served * flow.trips_per_day
                lacks = sum(max(0.0, problem.min_stop_kg - bought[v] / trips) for v in used)
                dislike = STOP_CNY * (len(used) + 1) + SMALL_CNY_PER_KG * lacks
                offers.append(Offer(q, p, used, False, dislike))
    return offers


def _subsets(stops: tuple[int, ...], used: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield subsets of stops, small ones first, of the used stops before those with others."""
    most = 4 if len(stops) <= 12 else 3
    for size in range(1, most + 1):
        yield from combinations(used, size)
        inside = set(used)
        for subset in combinations(stops, size):
            if not inside.issuperset(subset):
                yield subset
    for size in range(most + 1, len(used) + 1):
        yield from combinations(used, size)
