"""The demand stage: trucks by year and market, on roads, with every way to drive each trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum
from typing import TYPE_CHECKING

from corridor.demand.adoption import fleet_by_year
from corridor.demand.assign import BareLeg, BurnTable, Ways, assign, check_mean_consumption
from corridor.demand.consumption import usable_tank_g
from corridor.demand.counts import count_notes
from corridor.demand.gravity import gravity_trips
from corridor.demand.od import (
    OdFlow,
    check_flows,
    flows_of,
    market_share,
    own_trips_in,
    zone_ids,
)
from corridor.demand.trips import Commodity, Demand, Variant
from corridor.demand.variants import Detours, Rules, combinations_of, drive, without_loss

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSites
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

Walks = dict[tuple[str, str], tuple[BareLeg, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """What is known about a period before its trips are counted."""

    year: int
    trucks: float
    ways: Ways
    walks: Walks


def estimate_demand(scenario: Scenario, network: Network, sites: CandidateSites) -> Demand:
    """Estimate who drives where in each period, and every way to drive each trip.

    Parameters
    ----------
    scenario
        Trucks, adoption, markets, flows and rules.
    network
        The network that already holds the nodes of the candidate sites.
    sites
        Candidate sites.

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
    periods = tuple(scenario.time.periods)
    fleet = (
        fleet_by_year(scenario.adoption, periods)
        if scenario.adoption is not None and scenario.demand.use_markets
        else tuple((year, 0.0, 0.0, 0.0, 0.0) for year in periods)
    )
    table = BurnTable(scenario, network)
    years = []
    for year, *_, trucks in fleet:
        ways = Router(network, year)
        walks = assign(scenario, network, ways, year, [*named, *pairs])
        years.append(_Year(year=year, trucks=trucks, ways=ways, walks=walks))
    means = check_mean_consumption(
        scenario, table, [(key[1], legs) for each in years for key, legs in each.walks.items()]
    )
    notes = [
        f"Consumption of class {truck}: {mean:.1f} kg/100 km, the mean of laden and empty with "
        "the road of every flow counted once."
        for truck, mean in means.items()
    ]
    flows, shares, pair_notes = _with_gravity(scenario, table, years, named, pairs)
    notes += pair_notes
    commodities: list[Commodity] = []
    dropped = 0
    for each in years:
        made, lost = _commodities(
            scenario, network, sites, table, each=each, flows=flows, pair_shares=shares[each.year]
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
    notes += _silent_flow_notes(flows, commodities)
    notes += _clamp_notes(table)
    notes += count_notes(scenario, network, commodities)
    return Demand(
        commodities=tuple(commodities),
        trucks_by_year=_with_own_trucks(scenario, fleet, commodities),
        notes=tuple(notes),
    )


def rules_for(scenario: Scenario, flow: OdFlow) -> Rules:
    """Return tank, fuel at the ends and detour price of a flow."""
    demand = scenario.demand
    truck = scenario.truck[flow.truck]
    usable = usable_tank_g(truck)
    oneway = flow.convention == "ONEWAY"
    return Rules(
        truck=flow.truck,
        convention=flow.convention,
        usable_g=usable,
        start_g=floor(usable * demand.through_start_fraction) if oneway else 0,
        end_g=floor(usable * demand.through_end_fraction) if oneway else 0,
        cny_per_km=demand.detour_cny_per_km + demand.detour_cny_per_hour / truck.speed_km_per_h,
    )


def need_of(total_g: int, rules: Rules) -> int:
    """Return what one trip must buy on the base walk [g]."""
    if rules.convention == "LOOP":
        return total_g
    return max(0, total_g + rules.end_g - rules.start_g)


def _wanted_g(scenario: Scenario, table: BurnTable, flow: OdFlow, legs: Sequence[BareLeg]) -> int:
    """Return the grams by which trips are counted: the need, or the burn of trips without need."""
    total = sum(sum(table.grams(flow.truck, leg.load, leg.arcs)) for leg in legs)
    return need_of(total, rules_for(scenario, flow)) or total


def _with_gravity(
    scenario: Scenario,
    table: BurnTable,
    years: Sequence[_Year],
    named: Sequence[OdFlow],
    pairs: Sequence[OdFlow],
) -> tuple[list[OdFlow], dict[int, dict[str, float]], list[str]]:
    """Return all flows, the share of its market's hydrogen of each pair by year, and notes.

    The balanced matrix counts trips, so that a pair's share of the hydrogen is its trips times
    what a trip wants. The strongest pairs over all periods are kept; what the others would have
    wanted is spread over those kept in proportion, and said.
    """
    shares: dict[int, dict[str, float]] = {each.year: {} for each in years}
    if not pairs or scenario.gravity is None:
        return list(named), shares, []
    inside = []
    for each in years:
        hydrogen, within = _pair_hydrogen(scenario, table, each, pairs)
        inside.append(within)
        whole = fsum(hydrogen.values())
        shares[each.year] = {pair: amount / whole for pair, amount in hydrogen.items()}
    strength = {pair.id: fsum(by_pair[pair.id] for by_pair in shares.values()) for pair in pairs}
    ranking = sorted(pairs, key=lambda pair: (-strength[pair.id], pair.id))
    kept = ranking[: scenario.gravity.pairs_max]
    least, most = f"{min(inside):.0%}", f"{max(inside):.0%}"
    notes = [
        f"Regional freight: {least if least == most else f'{least} to {most}'} of the trips that "
        "the gravity model balances stay inside their zone; they never reach the expressway, and "
        "the regional market's trucks are shared among the others."
    ]
    spread = []
    for by_pair in shares.values():
        whole = fsum(by_pair[pair.id] for pair in kept)
        spread.append(1 - whole)
        for pair in pairs:
            if pair in kept:
                by_pair[pair.id] /= whole
            else:
                del by_pair[pair.id]
    if len(kept) < len(pairs):
        notes.append(
            f"Regional freight: the {len(kept)} strongest of {len(pairs)} pairs of places are "
            f"kept (gravity.pairs_max); the others' {max(spread):.1%} of the regional hydrogen "
            "are spread over these in proportion."
        )
    return [*named, *kept], shares, notes


def _pair_hydrogen(
    scenario: Scenario, table: BurnTable, each: _Year, pairs: Sequence[OdFlow]
) -> tuple[dict[str, float], float]:
    """Return trips x hydrogen wanted of each pair, and the share of trips inside zones."""
    assert scenario.gravity is not None
    zones = zone_ids(scenario)
    number = {zone: i for i, zone in enumerate(zones)}
    costs = [[0.0] * len(zones) for _ in zones]
    for pair in pairs:
        way = each.walks[pair.id, pair.truck][0].arcs
        costs[number[pair.origin]][number[pair.destination]] = table.length_m(way) / 1000
    masses = [scenario.zone[zone].mass for zone in zones]
    trips = gravity_trips(masses, costs, scenario.gravity.beta_per_km)
    hydrogen = {
        pair.id: trips[number[pair.origin]][number[pair.destination]]
        * _wanted_g(scenario, table, pair, each.walks[pair.id, pair.truck])
        for pair in pairs
    }
    inside = fsum(trips[i][i] for i in range(len(zones)))
    return hydrogen, inside / fsum(count for row in trips for count in row)


def _commodities(
    scenario: Scenario,
    network: Network,
    sites: CandidateSites,
    table: BurnTable,
    *,
    each: _Year,
    flows: Sequence[OdFlow],
    pair_shares: Mapping[str, float],
) -> tuple[list[Commodity], int]:
    """Return the commodities of a period, and how many variants were left out without loss."""
    place = {place.id: place for place in network.places}
    at: dict[str, list[str]] = {}
    for site in sites.sites:
        at.setdefault(site.node, []).append(site.id)
    detours = Detours(scenario, table, each.ways, sites.sites)
    made = []
    dropped = 0
    for flow in flows:
        legs = each.walks[flow.id, flow.truck]
        wanted = _wanted_g(scenario, table, flow, legs)
        trips = _trips_per_day(scenario, each, flow, wanted, pair_shares)
        if trips <= 0:
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
                need_g=need_of(variants[0].total_g, rules),
                variants=variants,
            )
        )
    return made, dropped


def _trips_per_day(
    scenario: Scenario,
    each: _Year,
    flow: OdFlow,
    wanted_g: int,
    pair_shares: Mapping[str, float],
) -> float:
    """Return the trips per day of a flow in a period [1/day]."""
    if flow.own_trips is not None:
        return own_trips_in(flow, each.year)
    share = pair_shares[flow.id] if flow.market == "regional" else flow.share
    trucks = each.trucks * market_share(scenario, flow.market) * share
    return trucks * scenario.demand.kg_per_truck_day * 1000 / wanted_g


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
    variants = [drive(table, rules, at, legs)]
    variants += [drive(table, rules, at, legs, choice) for choice in choices]
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
