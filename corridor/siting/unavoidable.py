"""The penalty that no plan can avoid: what supply and demand alone leave unmet.

Stations, their capacities, budgets and policies are relaxed. What remains is a fractional knapsack per
period: the hydrogen that plants can send at most serves the trips whose penalty per kilogram is
highest. Greedy is exact there, and every number is a rational, so that the result is a proof and not
a solver's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from corridor.siting.model.formulation import DAYS
from corridor.siting.model.windows import drivable, need_g
from corridor.siting.problem import Commodity, SitingProblem
from corridor.siting.reduce import can_sell, useful_stops


@dataclass(frozen=True, slots=True, kw_only=True)
class UnavoidablePenalty:
    """What every plan of a problem pays for unmet demand at least.

    Parameters
    ----------
    cny
        Discounted sum over the periods. [CNY]
    by_period_cny
        Per period, discounted. [CNY]
    nozzle_kg_per_day
        Per period, the most that could be sold: every plant at its largest limit, losses taken
        off. [kg/day]
    """

    cny: float
    by_period_cny: tuple[float, ...]
    nozzle_kg_per_day: tuple[float, ...]


def unavoidable_penalty(problem: SitingProblem) -> UnavoidablePenalty:
    """Bound the penalty for unmet demand from below by supply and demand alone.

    Parameters
    ----------
    problem
        As posed or reduced: a reduction merges equal trips and drops what nobody can use, neither of
        which changes the result beyond the rounding of merged sums.

    Returns
    -------
    UnavoidablePenalty
        Exact in rationals of the problem's numbers, rounded once at the end.
    """
    sells = can_sell(problem)
    wanted: list[list[tuple[Commodity, Fraction | None]]] = [[] for _ in problem.periods]
    reached: list[set[int]] = [set() for _ in problem.periods]
    for flow in problem.flows:
        if flow.trips_per_day > 0:
            least, sites = _least_purchase(problem, flow, sells)
            wanted[flow.period].append((flow, least))
            reached[flow.period] |= sites
    penalties, supplies = [], []
    for t, period in enumerate(problem.periods):
        supply = _nozzle_kg_per_day(problem, t, reached[t])
        year = Fraction(period.weight) * DAYS
        penalties.append(year * _unmet_cny_per_day(problem, wanted[t], supply))
        supplies.append(supply)
    return UnavoidablePenalty(
        cny=float(sum(penalties, Fraction(0))),
        by_period_cny=tuple(float(x) for x in penalties),
        nozzle_kg_per_day=tuple(float(x) for x in supplies),
    )


def _least_purchase(
    problem: SitingProblem, flow: Commodity, sells: list[list[bool]]
) -> tuple[Fraction | None, set[int]]:
    """Return the least that a trip buys on any way it can drive, and the sites of these ways.

    None where it can drive none, even with a station at every site that may have one. [kg/trip]
    """
    least: Fraction | None = None
    sites: set[int] = set()
    for way in flow.ways:
        stops = useful_stops(problem, flow, way, sells)
        if drivable(flow, way, stops):
            kg = Fraction(need_g(flow, way), 1000)
            least = kg if least is None else min(least, kg)
            sites.update(way.stops[v].site for v in stops)
    return least, sites


def _nozzle_kg_per_day(problem: SitingProblem, t: int, reached: set[int]) -> Fraction:
    """Return the most that plants which reach one of these sites could sell in a period [kg/day]."""
    sent = Fraction(0)
    for source in problem.sources:
        if any(source.lane_cny_per_kg[t][j] is not None for j in reached):
            grown = sum(
                map(Fraction, source.steps_kg_per_day), Fraction(source.limit_kg_per_day[t])
            )
            sent += max(Fraction(0), min(grown, Fraction(source.expanded_limit_kg_per_day[t])))
    return sent * (1 - Fraction(problem.loss_fraction))


def _unmet_cny_per_day(
    problem: SitingProblem, wanted: list[tuple[Commodity, Fraction | None]], supply: Fraction
) -> Fraction:
    """Return the least penalty of a day with so much hydrogen: the dearest trips are served first."""
    price = Fraction(problem.unmet_cny_per_kg)
    dear = price + Fraction(problem.priority_extra_cny_per_kg)
    total = Fraction(0)
    items: list[tuple[Fraction, Fraction]] = []
    for flow, least in wanted:
        trips = Fraction(flow.trips_per_day)
        priority = min(trips, Fraction(flow.priority_trips_per_day))
        need = Fraction(flow.need_g, 1000)
        for count, cny in ((priority, need * dear), (trips - priority, need * price)):
            total += count * cny
            if least is None:
                continue
            if least == 0:
                total -= count * cny
            elif count > 0:
                items.append((cny / least, count * least))
    items.sort(key=lambda item: item[0], reverse=True)
    left = supply
    for per_kg, weight in items:
        if left <= 0:
            break
        taken = min(left, weight)
        total -= taken * per_kg
        left -= taken
    return total
