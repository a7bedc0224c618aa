"""The demand stage: trucks by year and market, on roads, with every way to drive each trip."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import fsum
from typing import TYPE_CHECKING

from corridor.core.finance import DAYS_PER_YEAR
from corridor.demand.assign import BareLeg, BurnTable, assign, check_mean_consumption
from corridor.demand.counts import check_counts, count_notes, sections_of
from corridor.demand.detours import Detours, combinations_of
from corridor.demand.od import OdFlow, check_flows, flows_of
from corridor.demand.payload import tonnes_of_a_trip
from corridor.demand.tonnage import FlowKey, check_works, tonnage_notes
from corridor.demand.trip_counts import Period, count_trips, need_of, rules_for
from corridor.demand.trips import Commodity, Demand, Variant
from corridor.demand.variants import Rules, Walked, without_loss
from corridor.scenario.adoption import fleet_by_year
from corridor.scenario.dates import years_of

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSites
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario


TOLD_EVERY = 500
"""Flows between two lines of progress."""


def _silent(message: str) -> None:
    """Report progress to nobody."""


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cycle collector from walking millions of variants, none of which holds a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def estimate_demand(
    scenario: Scenario,
    network: Network,
    sites: CandidateSites,
    progress: Callable[[str], None] = _silent,
) -> Demand:
    """Estimate who drives where in each period, and every way to drive each trip.

    Parameters
    ----------
    scenario
        Trucks, adoption, markets, flows and rules.
    network
        The network that already holds the nodes of the candidate sites.
    sites
        Candidate sites.
    progress
        Called with a line where many flows take a while.

    Returns
    -------
    Demand
        Commodities by id; the hydrogen wanted on base walks in a period is its trucks times
        ``demand.kg_per_truck_day`` plus the user's own flows.

    Raises
    ------
    InputError
        If a flow names no place or class, shares do not add up, an OD has no way in a period, or
        the consumption is implausible.
    """
    from corridor.network.paths import Router

    named, pairs = flows_of(scenario)
    check_flows(scenario, network, [*named, *pairs])
    check_works(scenario, network)
    runs = [years_of(scenario, first) for first in scenario.slices]
    fleet = (
        fleet_by_year(scenario.adoption, runs)
        if scenario.adoption is not None and scenario.demand.use_markets
        else tuple((run[0], 0.0, 0.0, 0.0, 0.0) for run in runs)
    )
    table = BurnTable(scenario, network)
    periods = []
    for year, *_, trucks in fleet:
        ways = Router(network, year)
        walks = assign(scenario, network, ways, year, [*named, *pairs])
        if len(walks) >= TOLD_EVERY:
            progress(f"demand    {year}: {len(walks)} flows on their roads")
        periods.append(Period(year=year, trucks=trucks, ways=ways, walks=walks))
    means = check_mean_consumption(
        scenario, table, [(key[1], legs) for each in periods for key, legs in each.walks.items()]
    )
    notes = [
        f"Consumption of class {truck}: {mean:.1f} kg/100 km, the mean of laden and empty with "
        "the road of every flow counted once."
        for truck, mean in means.items()
    ]
    sections = sections_of(scenario, network)
    counted = count_trips(scenario, table, periods, named, pairs, sections=sections)
    notes += counted.notes
    notes += tonnage_notes(counted.works)
    commodities: list[Commodity] = []
    dropped = 0
    with _without_collector():
        for each in periods:
            made, lost = _commodities(
                scenario,
                network,
                sites,
                table,
                each=each,
                flows=counted.flows,
                trips_per_day=counted.trips[each.year],
                progress=progress,
            )
            commodities += made
            dropped += lost
    commodities.sort(key=lambda commodity: commodity.id)
    if dropped:
        notes.append(
            f"{dropped} detour variants were left out without loss: the trip needs no stop, or it "
            "cannot be driven that way, or another variant passes the same sites with less."
        )
    notes += _distance_notes(scenario, fleet, commodities)
    notes += _silent_flow_notes(counted.flows, commodities)
    notes += _clamp_notes(table)
    counts = check_counts(
        sections,
        scenario.calibration.hour_fraction,
        {c.id: counted.before[c.year][c.od, c.truck] for c in commodities},
        commodities,
    )
    notes += count_notes(counts, fitted=bool(counted.factors))
    return Demand(
        commodities=tuple(commodities),
        trucks_by_year=_with_own_trucks(scenario, fleet, commodities),
        works=counted.works,
        counts=counts,
        factors=counted.factors,
        notes=tuple(notes),
    )


def _commodities(
    scenario: Scenario,
    network: Network,
    sites: CandidateSites,
    table: BurnTable,
    *,
    each: Period,
    flows: Sequence[OdFlow],
    trips_per_day: Mapping[FlowKey, float],
    progress: Callable[[str], None],
) -> tuple[list[Commodity], int]:
    """Return the commodities of a period, and how many variants were left out without loss."""
    place = {place.id: place for place in network.places}
    at: dict[str, list[str]] = {}
    for site in sites.sites:
        at.setdefault(site.node, []).append(site.id)
    detours = Detours(scenario, table, each.ways, sites.sites)
    made = []
    dropped = 0
    for number, flow in enumerate(flows, start=1):
        if number % TOLD_EVERY == 0:
            progress(f"demand    {each.year}: {number} of {len(flows)} flows driven")
        legs = each.walks[flow.id, flow.truck]
        trips = trips_per_day.get((flow.id, flow.truck))
        if trips is None:
            continue
        rules = rules_for(scenario, flow)
        variants, lost = _variants(scenario, table, detours, rules, at=at, legs=legs)
        dropped += lost
        origin, destination = place[flow.origin], place[flow.destination]
        made.append(
            Commodity(
                id=f"{flow.id}.{flow.truck}.{each.year}",
                od=flow.id,
                origin=flow.origin,
                destination=flow.destination,
                origin_zh=origin.name_zh,
                origin_en=origin.name_en,
                destination_zh=destination.name_zh,
                destination_en=destination.name_en,
                truck=flow.truck,
                year=each.year,
                market=flow.market,
                cargo=flow.cargo,
                convention=flow.convention,
                usable_g=rules.usable_g,
                start_g=rules.start_g,
                end_g=rules.end_g,
                trips_per_day=trips,
                t_per_year=trips
                * tonnes_of_a_trip(scenario, flow.market, flow.truck)
                * DAYS_PER_YEAR,
                need_g=need_of(variants[0].total_g, rules),
                variants=variants,
            )
        )
    return made, dropped


def _variants(
    scenario: Scenario,
    table: BurnTable,
    detours: Detours,
    rules: Rules,
    *,
    at: Mapping[str, Sequence[str]],
    legs: tuple[BareLeg, ...],
) -> tuple[tuple[Variant, ...], int]:
    """Return the base walk and its detour variants, and how many were left out without loss."""
    found = [
        detour for number, leg in enumerate(legs) for detour in detours.of_leg(number, leg.arcs)
    ]
    choices = combinations_of(found, scenario.demand.max_detour_stops)
    walked = Walked(table, rules, at, legs)
    variants = [walked.variant, *(walked.with_detours(choice) for choice in choices)]
    return without_loss(variants, rules)


def _with_own_trucks(
    scenario: Scenario,
    fleet: Sequence[tuple[int, float, float, float, float]],
    commodities: Sequence[Commodity],
) -> tuple[tuple[int, float, float, float, float], ...]:
    """Add the trucks that the user's own flows stand for, at the same kilograms per truck-day."""
    rows = []
    for year, *levels in fleet:
        own_kg = fsum(
            commodity.trips_per_day * (commodity.need_g or commodity.variants[0].total_g) / 1000
            for commodity in commodities
            if commodity.year == year and commodity.od in scenario.od
        )
        more = own_kg / scenario.demand.kg_per_truck_day
        low, base, high, used = (level + more for level in levels)
        rows.append((year, low, base, high, used))
    return tuple(rows)


def _distance_notes(
    scenario: Scenario,
    fleet: Sequence[tuple[int, float, float, float, float]],
    commodities: Sequence[Commodity],
) -> list[str]:
    """Say how far the trucks of the markets must drive to burn what they are taken to buy."""
    year, *_, trucks = fleet[-1]
    if trucks <= 0:
        return []
    km = fsum(
        commodity.trips_per_day * commodity.variants[0].length_m / 1000
        for commodity in commodities
        if commodity.year == year and commodity.od not in scenario.od
    )
    return [
        f"Hydrogen is the anchor: at {scenario.demand.kg_per_truck_day:g} kg per truck and day "
        f"(demand.kg_per_truck_day) a truck drives {km / trucks:.0f} km a day in {year}. Where "
        "consumption rises the same kilograms carry fewer trips; raise the kilograms to keep the "
        "freight."
    ]


def _silent_flow_notes(flows: Sequence[OdFlow], commodities: Sequence[Commodity]) -> list[str]:
    """Say which flows have no truck in any period."""
    moving = {commodity.od for commodity in commodities}
    still = sorted(flow.key for flow in flows if flow.id not in moving)
    return [f"No trucks in any period: {', '.join(still)}."] if still else []


def _clamp_notes(table: BurnTable) -> list[str]:
    """Say how many slopes were clamped."""
    if not table.clamped:
        return []
    return [
        f"{len(table.clamped)} pieces of road are steeper between known altitudes than "
        "network.max_grade; their slope is clamped."
    ]
