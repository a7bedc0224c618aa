"""The penalty that no plan can avoid, derived again in rationals from the run's own inputs.

Per period, the plants at their largest limits serve the trips whose penalty per kilogram bought is
highest; stations, budget and policies are left out. A trip that no listed way can carry, even with a
station at every site that may have one, stays unmet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.market import Market, least_purchase_g
from corridor.certificate.supply import DAYS, plant_limits


@dataclass(frozen=True, slots=True)
class Unavoidable:
    """What every plan pays in a period at least.

    Parameters
    ----------
    cny
        Discounted. [CNY]
    nozzle_kg_per_day
        The most that could be sold. [kg/day]
    """

    cny: Fraction
    nozzle_kg_per_day: Fraction


def veterans(d: Dossier) -> dict[tuple[str, str], Fraction]:
    """Return the trips of the first period by flow and class: they come first later [1/day]."""
    found: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for c in d.trips["commodities"]:
        if c["year"] == d.years[0]:
            found[c["od"], c["truck"]] += Fraction(c["trips_per_day"])
    return dict(found)


def unavoidable(
    d: Dossier, market: Market, weights: Mapping[int, Decimal]
) -> dict[int, Unavoidable]:
    """Return the penalty of every period that supply and demand alone enforce."""
    first = veterans(d)
    found = {}
    for year in d.years:
        mine = [c for c in d.trips["commodities"] if c["year"] == year and c["trips_per_day"] > 0]
        ways = {c["id"]: market.ways(c) for c in mine}
        passed = {
            stop["site"] for c in mine for v in ways[c["id"]] for stop in market.stops(v, year)
        }
        supply = _nozzle_kg_per_day(d, market, year, passed)
        unmet = _unmet_cny_per_day(d, mine, ways, first, supply)
        found[year] = Unavoidable(Fraction(weights[year]) * DAYS * unmet, supply)
    return found


def _nozzle_kg_per_day(d: Dossier, market: Market, year: int, passed: set[str]) -> Fraction:
    senders = {plant for site in passed for plant in market.round_trip_km[year][site]}
    total = Fraction(0)
    for key in senders:
        plant = d.plants[key]
        available, most = plant_limits(d, key, year)
        grown = Fraction(available) + sum(
            map(Fraction, plant.get("expansions_kg_per_day") or []), Fraction(0)
        )
        total += min(grown, Fraction(most))
    return total * (1 - Fraction(d.scenario["delivery"]["loss_fraction"]))


def _unmet_cny_per_day(
    d: Dossier,
    commodities: list[Document],
    ways: Mapping[str, list[Document]],
    first: Mapping[tuple[str, str], Fraction],
    supply: Fraction,
) -> Fraction:
    price = Fraction(d.scenario["money"]["unmet_price_cny_per_kg"])
    dear = max(price, Fraction(d.scenario["money"]["priority_price_cny_per_kg"]))
    unmet = Fraction(0)
    queue: list[tuple[Fraction, Fraction]] = []
    for c in commodities:
        trips, need = Fraction(c["trips_per_day"]), Fraction(c["need_g"], 1000)
        early = min(trips, first.get((c["od"], c["truck"]), Fraction(0)))
        buys = [Fraction(least_purchase_g(c, v), 1000) for v in ways[c["id"]]]
        for count, each in ((early, need * dear), (trips - early, need * price)):
            if not buys:
                unmet += count * each
            elif min(buys) > 0 and count > 0:
                unmet += count * each
                queue.append((each / min(buys), count * min(buys)))
    for per_kg, kg in sorted(queue, reverse=True):
        sold = min(kg, supply)
        unmet -= sold * per_kg
        supply -= sold
    return unmet
