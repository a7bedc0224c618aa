"""Who sends trucks where: captive fleets, regional freight, through traffic, own flows.

Conventions, per market: captive and regional trucks belong to their origin and loop (laden out,
empty back, for ever); through trucks cross the area once, laden, from cordon to cordon. The
user's own flows say which of the two they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.core.faults import Faults
from corridor.demand.payload import trips_for
from corridor.demand.trips import Convention, Market

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class OdFlow:
    """One OD pair of one truck class, before it is assigned to roads.

    Parameters
    ----------
    key
        Where it stands in the scenario, for messages ("fleet.coal").
    share
        Share of the market's hydrogen; 0 for the user's own flows and for gravity pairs, whose
        share follows from the balanced flow. [-]
    own_trips
        The user's own trips per day by year; None where the market says how many. [1/day]
    t_per_year
        Freight of a fleet where it is known instead of a share: a number, or by year. [t/year]
    """

    id: str
    key: str
    origin: str
    destination: str
    truck: str
    cargo: str
    market: Market
    convention: Convention
    share: float = 0.0
    own_trips: tuple[tuple[int, float], ...] | None = None
    t_per_year: float | Mapping[int, float] | None = None


def fleet_flows(scenario: Scenario) -> list[OdFlow]:
    """Return the captive fleets, each a LOOP."""
    return [
        OdFlow(
            id=fleet_id,
            key=f"fleet.{fleet_id}",
            origin=fleet.origin,
            destination=fleet.destination,
            truck=fleet.truck,
            cargo=fleet.cargo,
            market="captive",
            convention="LOOP",
            share=fleet.share or 0.0,
            t_per_year=fleet.t_per_year,
        )
        for fleet_id, fleet in sorted(scenario.fleet.items())
    ]


def through_flows(scenario: Scenario) -> list[OdFlow]:
    """Return the through flows, each ONEWAY and laden, in the direction given only."""
    return [
        OdFlow(
            id=through_id,
            key=f"through.{through_id}",
            origin=through.origin,
            destination=through.destination,
            truck=through.truck,
            cargo=through.cargo,
            market="through",
            convention="ONEWAY",
            share=through.share,
        )
        for through_id, through in sorted(scenario.through.items())
    ]


def own_flows(scenario: Scenario) -> list[OdFlow]:
    """Return the user's own flows; a LOOP counts as captive, a ONEWAY as through."""
    flows = []
    for od_id, od in sorted(scenario.od.items()):
        market: Market = "captive" if od.convention == "LOOP" else "through"
        trips = {int(year): float(count) for year, count in od.trips_per_day.items()}
        for year, tonnes in od.t_per_year.items():
            trips[int(year)] = trips_for(scenario, market, od.truck, tonnes)
        flows.append(
            OdFlow(
                id=od_id,
                key=f"od.{od_id}",
                origin=od.origin,
                destination=od.destination,
                truck=od.truck,
                cargo=od.cargo,
                market=market,
                convention=od.convention,
                own_trips=tuple(sorted(trips.items())),
            )
        )
    return flows


def gravity_flows(scenario: Scenario) -> list[OdFlow]:
    """Return every ordered pair of zones as a LOOP; which are kept is decided by their flow."""
    gravity = scenario.gravity
    if gravity is None:
        return []
    zones = zone_ids(scenario)
    return [
        OdFlow(
            id=f"{origin}-{destination}",
            key=f"gravity ({origin} -> {destination})",
            origin=origin,
            destination=destination,
            truck=gravity.truck,
            cargo="general",
            market="regional",
            convention="LOOP",
        )
        for origin in zones
        for destination in zones
        if origin != destination
    ]


def zone_ids(scenario: Scenario) -> list[str]:
    """Return the zones that send or take freight: those with a mass above 0."""
    return sorted(zone for zone, spec in scenario.zone.items() if spec.mass > 0)


def market_share(scenario: Scenario, market: Market) -> float:
    """Return the share of the hydrogen trucks in a market, 0 where markets are not counted [-]."""
    if not scenario.demand.use_markets or scenario.market is None:
        return 0.0
    return float(getattr(scenario.market, market).share)


def flows_of(scenario: Scenario) -> tuple[list[OdFlow], list[OdFlow]]:
    """Return the flows that the scenario names, and the pairs that the gravity model is to fill."""
    named = own_flows(scenario)
    if market_share(scenario, "captive") > 0:
        named += fleet_flows(scenario)
    if market_share(scenario, "through") > 0:
        named += through_flows(scenario)
    pairs = gravity_flows(scenario) if market_share(scenario, "regional") > 0 else []
    return named, pairs


def own_trips_in(flow: OdFlow, year: int) -> float:
    """Return the user's trips per day in a year: the latest given not after it, 0 before [1/day].

    Unlike a plant's numbers a flow does not exist before its first year.
    """
    return next((n for y, n in reversed(flow.own_trips or ()) if y <= year), 0.0)


def check_flows(scenario: Scenario, network: Network, flows: Iterable[OdFlow]) -> None:
    """Refuse flows between places that the network does not have, and ids used twice.

    Raises
    ------
    InputError
        With every fault at once.
    """
    places = {place.id for place in network.places}
    faults = Faults(scenario.name)
    seen: dict[tuple[str, str], str] = {}

    for flow in flows:
        for end in ("origin", "destination"):
            place = getattr(flow, end)
            if place not in places:
                hint = f"Known places: {', '.join(sorted(places))}."
                faults.note(f"{flow.key}.{end}", place, "must be a place of the network", hint)
        other = seen.setdefault((flow.id, flow.truck), flow.key)
        if other != flow.key:
            faults.note(flow.key, flow.id, f"the id is taken by {other}", "Give it another id.")
    faults.stop()
