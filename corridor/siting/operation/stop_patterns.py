"""Which stops a truck makes: the averages of a flow taken apart into few plans.

With the stations fixed, a linear programme over sets of the open stops of each way (windows restricted to
the set) chooses who stops where for how much, at what it really costs. Sets are offered from what
the averages buy; only where that makes more stops than a truck needs, sets of any open stops follow.
A stop takes the least purchase, but where the trip needs less or the open stops leave no choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from corridor.siting.model.floors import can_take, detour_floors_g
from corridor.siting.model.formulation import DAYS
from corridor.siting.model.windows import chains, geometry, need_g
from corridor.siting.operation.design_cost import DesignCost, Operation, hydrogen_rows
from corridor.siting.operation.rows import Rows
from corridor.siting.operation.sharing import SPREAD_CNY_PER_KG, spread_loads
from corridor.siting.problem import SitingProblem

TIE_CNY: Final = 0.01
"""Preference for fewer stops where they cost nothing, per stop of a truck; it is no cost [CNY]."""

FAIRNESS: Final = 1e-3
"""Share of its price by which a trip unserved beyond its flow's share is dearer. [-]"""

OFFERS: Final = 4000
"""Sets of stops offered in a period, about: it is shared out evenly among the ways that are driven."""

SUBSETS: Final = (4, 40)
"""Fewest and most sets of stops per way and number of stops, at first from those where trucks buy."""

MORE_SUBSETS: Final = (8, 120)
"""The same from all open stops, where more stops are made than needed."""

WIDEST: Final = 8
"""Most stops of an averaged plan that is offered as it is."""

SPARE: Final = 5e-7
"""Share of capacities and limits left free for the rounding of sums."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A set of stops that trucks of a way may make, and what they take at least at each [g]."""

    flow: int
    way: int
    stops: tuple[int, ...]
    floor: int


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
    *,
    operation: Operation,
) -> list[AveragedPlan]:
    """Return the plans that the trucks of a period follow, averages of nothing but themselves.

    Parameters
    ----------
    problem, costs
        The reduced problem and the costs of its designs.
    t, levels, steps
        The period and its design.
    operation
        How it is operated on average; nobody is to be served less than there.

    Returns
    -------
    list of AveragedPlan
        Few per flow; together they can serve what the averages serve.
    """
    offers = first_offers(problem, costs, t, levels, operation=operation)
    plans, weights = _choose(problem, t, levels, steps, operation=operation, offers=offers)
    known = set(offers)
    more = _more_offers(problem, costs, levels, plans=plans, weights=weights)
    more = [offer for offer in more if offer not in known]
    if more:
        offers = [*offers, *more]
        plans, _ = _choose(problem, t, levels, steps, operation=operation, offers=offers)
    return plans


def first_offers(
    problem: SitingProblem,
    costs: DesignCost,
    t: int,
    levels: tuple[int, ...],
    *,
    operation: Operation,
) -> list[Offer]:
    """Return sets of the stops where the averages buy, and one of the fewest stops of every way."""
    offers: list[Offer] = []
    limit = _share_of(SUBSETS, len(operation.shares))
    for q, flow in enumerate(problem.flows):
        if flow.period != t:
            continue
        for p, stops in costs.open_ways(q, levels):
            way = flow.ways[p]
            served = operation.shares.get((q, p), 0.0)
            if not need_g(flow, way):
                offers.append(Offer(q, p, (), 0))
                continue
            if served <= 1e-9 and (
                p or not any((q, n) in operation.shares for n in range(len(flow.ways)))
            ):
                continue
            used = tuple(v for v in stops if operation.buys.get((q, p, v), 0.0) > 1e-7)
            wanted = []
            fewest = costs.fewest(q, p, used)
            if fewest is not None:
                for size in range(fewest, min(fewest + 2, len(used) + 1)):
                    wanted += list(chains(flow, way, used, size, limit))
                if fewest + 1 < len(used) <= WIDEST:
                    wanted.append(used)
            wanted += islice(chains(flow, way, stops, costs.fewest(q, p, stops) or 0, 1), 1)
            floor = costs.floor(q, p, stops)
            if floor.stops:
                wanted.append(floor.stops)
            offers += _kept(problem, q, p, wanted, floor.grams)
    return offers


def _more_offers(
    problem: SitingProblem,
    costs: DesignCost,
    levels: tuple[int, ...],
    *,
    plans: list[AveragedPlan],
    weights: list[float],
) -> list[Offer]:
    """Return sets of any open stops for the ways whose trucks make more stops than they must."""
    made: dict[tuple[int, int], float] = {}
    shares: dict[tuple[int, int], float] = {}
    for plan, share in zip(plans, weights, strict=True):
        key = plan.flow, plan.way
        made[key] = made.get(key, 0.0) + share * len(plan.stops)
        shares[key] = shares.get(key, 0.0) + share
    offers: list[Offer] = []
    limit = _share_of(MORE_SUBSETS, len(made))
    for (q, p), stops_made in made.items():
        open_stops = dict(costs.open_ways(q, levels))[p]
        fewest = costs.fewest(q, p, open_stops) or 0
        if stops_made <= (fewest + 0.01) * shares[q, p]:
            continue
        flow = problem.flows[q]
        wanted: list[tuple[int, ...]] = []
        for size in (fewest, fewest + 1):
            wanted += chains(flow, flow.ways[p], open_stops, size, limit)
        offers += _kept(problem, q, p, wanted, costs.floor(q, p, open_stops).grams)
    return offers


def _share_of(limits: tuple[int, int], ways: int) -> int:
    """Return how many sets one way may have, of what so many ways share."""
    fewest, most = limits
    return min(most, max(fewest, OFFERS // (2 * max(1, ways))))


def _kept(
    problem: SitingProblem, q: int, p: int, wanted: list[tuple[int, ...]], floor: int
) -> list[Offer]:
    """Return the sets, each once, that leave room for the least purchase at every stop."""
    flow = problem.flows[q]
    way = flow.ways[p]
    offers = []
    for stops in dict.fromkeys(wanted):
        reached = [way.stops[v].site for v in stops]
        if any(reached.count(j) < way.detour_sites.count(j) for j in way.detour_sites):
            continue
        if can_take(flow, way, stops, [floor] * len(stops)):
            offers.append(Offer(q, p, stops, floor))
    return offers


def _choose(
    problem: SitingProblem,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    *,
    operation: Operation,
    offers: list[Offer],
) -> tuple[list[AveragedPlan], list[float]]:
    """Return the plans of least cost over the offers, and the share of its flow that follows each."""
    lp = Rows()
    year = problem.periods[t].weight * DAYS / 1e6
    share: dict[int, list[tuple[int, float]]] = {}
    sold: dict[int, list[tuple[int, float]]] = {}
    columns = [_write(lp, problem, offer, year=year, share=share, sold=sold) for offer in offers]
    for q, flow in enumerate(problem.flows):
        if flow.period == t:
            lp.row([*share.get(q, []), *unserved_columns(lp, problem, q, operation)], 1, 1)
    hydrogen_rows(lp, problem, t, levels, steps, sold=sold, spare=SPARE)
    spread_loads(lp, problem, levels, sold, 1e3 * year * SPREAD_CNY_PER_KG)
    values, _, _ = lp.solve("stop plans")
    plans, weights = [], []
    for offer, (n, buys) in zip(offers, columns, strict=True):
        trips = float(values[n])
        if trips > 1e-9:
            flow = problem.flows[offer.flow]
            need = need_g(flow, flow.ways[offer.way])
            grams = tuple(float(values[r]) / trips * need for r in buys)
            plans.append(AveragedPlan(offer.flow, offer.way, offer.stops, grams))
            weights.append(trips)
    return plans, weights


def unserved_columns(
    lp: Rows, problem: SitingProblem, q: int, operation: Operation
) -> list[tuple[int, float]]:
    """Add the unserved shares of a flow: its share of what is short first, more than that dearer."""
    flow = problem.flows[q]
    year = problem.periods[flow.period].weight * DAYS / 1e6
    kg = flow.trips_per_day * flow.need_g / 1000
    ordinary = 1 - flow.priority_trips_per_day / flow.trips_per_day
    unserved = operation.unserved.get(q, 0.0)
    terms = []
    for price, whole, taken in (
        (problem.unmet_cny_per_kg, ordinary, min(unserved, ordinary)),
        (problem.priority_price_cny_per_kg, 1 - ordinary, max(0.0, unserved - ordinary)),
    ):
        if whole > 0:
            terms.append((lp.variable(year * kg * price, taken), 1.0))
            beyond = year * (kg * price * (1 + FAIRNESS) + TIE_CNY * flow.trips_per_day)
            terms.append((lp.variable(beyond, whole - taken), 1.0))
    return terms


def _write(
    lp: Rows,
    problem: SitingProblem,
    offer: Offer,
    *,
    year: float,
    share: dict[int, list[tuple[int, float]]],
    sold: dict[int, list[tuple[int, float]]],
) -> tuple[int, list[int]]:
    """Add one offer: trips n, purchases per stop in shares of the need, its windows."""
    flow = problem.flows[offer.flow]
    way = flow.ways[offer.way]
    trips = flow.trips_per_day
    need = need_g(flow, way)
    stops_cny = (problem.stop_cny + TIE_CNY) * len(offer.stops)
    n = lp.variable(year * trips * (way.cost_cny_per_trip + stops_cny))
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
    if offer.floor:
        for r in buys:
            lp.row([(r, 1.0), (n, -offer.floor / need)], 0, float("inf"))
    for j, floor in detour_floors_g(flow, way, problem.min_stop_kg).items():
        there = [(r, 1.0) for v, r in zip(offer.stops, buys, strict=True) if way.stops[v].site == j]
        lp.row([*there, (n, -floor / need)], 0, float("inf"))
    return n, buys
