"""How many trips of each flow there are a day: shares of the trucks, known tonnes, gravity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum
from typing import TYPE_CHECKING

from corridor.core.errors import Fault, InputError
from corridor.demand.assign import BareLeg, BurnTable, Ways
from corridor.demand.calibrate import fit_factors, with_factors
from corridor.demand.consumption import usable_tank_g
from corridor.demand.counts import Section
from corridor.demand.gravity import gravity_trips
from corridor.demand.od import OdFlow, market_share, own_trips_in, zone_ids
from corridor.demand.payload import trips_for
from corridor.demand.tonnage import FlowKey, close_tonnes
from corridor.demand.trips import FlowFactor, WorksTonnes
from corridor.demand.variants import Rules
from corridor.scenario.spec import value_at

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario

STATED_SLACK = 1e-9
"""Share by which known tonnes may pass the hydrogen of the captive market: rounding. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What is known about a period before its trips are counted."""

    year: int
    trucks: float
    ways: Ways
    walks: Mapping[FlowKey, tuple[BareLeg, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TripCounts:
    """The trips of all flows.

    Parameters
    ----------
    flows
        The flows driven.
    trips
        Year -> flow and truck -> trips. [1/day]
    before
        The same before the fit to counts and before caps. [1/day]
    works
        Tonnes of plants and parks.
    factors
        Of the flows fitted to counts.
    notes
        For the report's caveats.
    """

    flows: tuple[OdFlow, ...]
    trips: Mapping[int, Mapping[FlowKey, float]]
    before: Mapping[int, Mapping[FlowKey, float]]
    works: tuple[WorksTonnes, ...]
    factors: tuple[FlowFactor, ...]
    notes: tuple[str, ...]


def count_trips(
    scenario: Scenario,
    table: BurnTable,
    periods: Sequence[Period],
    named: Sequence[OdFlow],
    pairs: Sequence[OdFlow],
    *,
    sections: Sequence[Section],
) -> TripCounts:
    """Count the trips of every flow in every period, and close the tonnes of plants and parks.

    Parameters
    ----------
    named, pairs
        Flows that the scenario names, and the pairs that the gravity model fills.
    sections
        Counted sections, to which ``calibration.method = "least_squares"`` fits the flows.

    Raises
    ------
    InputError
        If known tonnes want more hydrogen than the captive market has, or flows carry more than a
        plant or park makes or takes; every one at once.
    """
    flows, shares, notes = _with_gravity(scenario, table, periods, named, pairs)
    trips: dict[int, dict[FlowKey, float]] = {}
    works: list[WorksTonnes] = []
    faults: list[Fault] = []
    before: dict[int, dict[FlowKey, float]] = {}
    wanted_g: dict[int, dict[FlowKey, int]] = {}
    for each in periods:
        wanted_g[each.year] = {
            (flow.id, flow.truck): _wanted_g(scenario, table, flow, each.walks[flow.id, flow.truck])
            for flow in flows
        }
        before[each.year], wrong, said = _of_period(
            scenario, each, flows, wanted_g[each.year], shares[each.year]
        )
        faults += wrong
        notes += said
    factors: tuple[FlowFactor, ...] = ()
    if sections and scenario.calibration.method == "least_squares":
        walks = {each.year: each.walks for each in periods}
        factors = fit_factors(scenario.calibration.seed_weight, sections, flows, before, walks)
    for each in periods:
        fitted = with_factors(factors, before[each.year], wanted_g[each.year])
        trips[each.year], rows, wrong = close_tonnes(scenario, each.year, flows, fitted)
        works += rows
        faults += wrong
    if faults:
        raise InputError(faults)
    return TripCounts(
        flows=tuple(flows),
        trips=trips,
        before=before,
        works=tuple(works),
        factors=factors,
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


def _of_period(
    scenario: Scenario,
    each: Period,
    flows: Sequence[OdFlow],
    wanted_g: Mapping[FlowKey, int],
    pair_shares: Mapping[str, float],
) -> tuple[dict[FlowKey, float], list[Fault], list[str]]:
    """Return the trips a day of a period before plants and parks are looked at.

    Fleets with known tonnes take their hydrogen from the captive market first; the shares divide
    the rest.
    """
    kg = each.trucks * scenario.demand.kg_per_truck_day
    captive_kg = kg * market_share(scenario, "captive")
    known = {
        (flow.id, flow.truck): trips_for(
            scenario, flow.market, flow.truck, value_at(flow.t_per_year, each.year)
        )
        for flow in flows
        if flow.t_per_year is not None
    }
    known_kg = fsum(count * wanted_g[key] / 1000 for key, count in known.items())
    faults, notes = [], []
    if known_kg > captive_kg * (1 + STATED_SLACK):
        if scenario.demand.tonnage == "refuse":
            faults.append(_beyond_the_market(scenario, each.year, known_kg, captive_kg))
        else:
            known = {key: count * captive_kg / known_kg for key, count in known.items()}
            notes.append(
                f"Tonnes: the fleets with t_per_year want {known_kg:.0f} kg/day in {each.year}, "
                f"the captive trucks buy {captive_kg:.0f}; they are capped pro rata to that."
            )
            known_kg = captive_kg
    left_kg = {
        "captive": max(0.0, captive_kg - known_kg),
        "regional": kg * market_share(scenario, "regional"),
        "through": kg * market_share(scenario, "through"),
    }
    trips = {}
    for flow in flows:
        key = (flow.id, flow.truck)
        if flow.own_trips is not None:
            trips[key] = own_trips_in(flow, each.year)
        elif key in known:
            trips[key] = known[key]
        else:
            share = pair_shares[flow.id] if flow.market == "regional" else flow.share
            trips[key] = left_kg[flow.market] * share * 1000 / wanted_g[key]
    return trips, faults, notes


def _beyond_the_market(scenario: Scenario, year: int, wanted: float, there: float) -> Fault:
    known = sorted(name for name, fleet in scenario.fleet.items() if fleet.t_per_year is not None)
    return Fault(
        file=scenario.name,
        key="fleet",
        value=f"{', '.join(known)}: {wanted:.0f} kg/day in {year}",
        expected=f"at most the {there:.0f} kg/day that the captive trucks of that year buy",
        hint="lower their t_per_year, raise adoption or market.captive.share, or write "
        'demand.tonnage = "cap"',
    )


def _with_gravity(
    scenario: Scenario,
    table: BurnTable,
    periods: Sequence[Period],
    named: Sequence[OdFlow],
    pairs: Sequence[OdFlow],
) -> tuple[list[OdFlow], dict[int, dict[str, float]], list[str]]:
    """Return all flows, the share of its market's hydrogen of each pair by year, and notes.

    The balanced matrix counts trips, so that a pair's share of the hydrogen is its trips times
    what a trip wants. The strongest pairs over all periods are kept; what the others would have
    wanted is spread over those kept in proportion, and said.
    """
    shares: dict[int, dict[str, float]] = {each.year: {} for each in periods}
    if not pairs or scenario.gravity is None:
        return list(named), shares, []
    inside = []
    for each in periods:
        hydrogen, within = _pair_hydrogen(scenario, table, each, pairs)
        inside.append(within)
        whole = fsum(hydrogen.values())
        shares[each.year] = {pair: amount / whole for pair, amount in hydrogen.items()}
    strength = {pair.id: fsum(by_pair[pair.id] for by_pair in shares.values()) for pair in pairs}
    ranking = sorted(pairs, key=lambda pair: (-strength[pair.id], pair.id))
    kept = ranking[: scenario.gravity.pairs_max]
    kept_ids = {pair.id for pair in kept}
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
            if pair.id in kept_ids:
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
    scenario: Scenario, table: BurnTable, each: Period, pairs: Sequence[OdFlow]
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
