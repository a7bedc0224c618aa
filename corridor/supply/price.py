"""The supply stage: what each plant can spare by period, and what a kilogram costs at a site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from corridor.core.errors import InputError
from corridor.core.faults import Faults, nearest
from corridor.network.geometry import distance_m
from corridor.scenario.spec import value_at
from corridor.supply.costs import filling_cny_per_kg
from corridor.supply.delivery import delivery_cny_per_kg
from corridor.supply.gate import gate_price
from corridor.supply.limits import (
    available_kg_per_day,
    expandable_to_kg_per_day,
    plant_gas_limit_kg_per_day,
    rack_kg_per_day,
    running,
)
from corridor.supply.supply import ExpansionStep, Lane, OffPlant, Plant, PlantPeriod, Supply

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSite, CandidateSites
    from corridor.network.network import Network, Node
    from corridor.network.paths import Router
    from corridor.scenario.plants import PlantSpec
    from corridor.scenario.scenario import Scenario

OFF_ROAD = ("terminal", "plaza", "cordon", "site")
"""Kinds of node that a plant may be joined to."""


def price_supply(scenario: Scenario, network: Network, sites: CandidateSites) -> Supply:
    """Price every plant and every lane from a plant to a candidate site.

    Parameters
    ----------
    scenario
        Plants, delivery, money.
    network
        The network that already holds the nodes of the candidate sites.
    sites
        Candidate sites.

    Returns
    -------
    Supply
        Plants that take part, plants that do not with the reason, and a lane wherever a trailer
        can go and come back in that period.

    Raises
    ------
    InputError
        If a plant that is on stands at a place that the network does not have.
    """
    years = scenario.slices
    off: list[OffPlant] = []
    plants: list[Plant] = []
    notes: list[str] = []
    faults = Faults(scenario.name)
    places = {place.id for place in network.places}
    candidates = {site.id: site for site in sites.sites}
    for plant_id, spec in sorted(scenario.plant.items()):
        reason = _why_off(spec, years)
        if not reason:
            if spec.place and spec.place not in places:
                key = f"plant.{plant_id}.place"
                faults.note(key, spec.place, "must be a place of the network")
                continue
            if spec.at_site and spec.at_site not in candidates:
                key = f"plant.{plant_id}.at_site"
                hint = nearest(spec.at_site, list(candidates))
                faults.note(key, spec.at_site, "must be a candidate site", hint)
                continue
            site = candidates.get(spec.at_site)
            plant, remarks = _plant(scenario, network, plant_id, spec, years, site=site)
            _check_steps(plant, faults)
            plants.append(plant)
            notes += remarks
        else:
            off.append(
                OffPlant(id=plant_id, name_zh=spec.name_zh, name_en=spec.name_en, reason=reason)
            )
    faults.stop()
    lanes = _lanes(scenario, network, sites, plants, years)
    served = {lane.plant for lane in lanes}
    for plant in plants:
        if plant.id not in served:
            reason = "No candidate site can be reached from the plant and left again."
            off.append(
                OffPlant(id=plant.id, name_zh=plant.name_zh, name_en=plant.name_en, reason=reason)
            )
    return Supply(
        plants=tuple(plant for plant in plants if plant.id in served),
        off=tuple(sorted(off, key=lambda plant: plant.id)),
        lanes=tuple(lanes),
        loss_fraction=scenario.delivery.loss_fraction,
        notes=tuple(notes),
    )


def _why_off(spec: PlantSpec, years: Sequence[int]) -> str:
    """Return why a plant takes no part; empty where it does."""
    if not spec.enabled:
        return spec.off_because or "Switched off in the scenario (plant.<id>.enabled)."
    if not any(running(spec, year) for year in years):
        if spec.closes_year is not None and spec.closes_year <= years[0]:
            return f"Closed in {spec.closes_year}, before the first period of the plan."
        return f"Begins to work in {spec.from_year}, after the last period of the plan."
    return ""


def _plant(
    scenario: Scenario,
    network: Network,
    plant_id: str,
    spec: PlantSpec,
    years: Sequence[int],
    *,
    site: CandidateSite | None,
) -> tuple[Plant, list[str]]:
    """Return a plant, priced link by link, and what a reader must know about it."""
    name = spec.name_en or spec.name_zh or plant_id
    notes = []
    if site is not None:
        node = next(node for node in network.nodes if node.id == site.node)
        lon, lat, extra_km = site.lon, site.lat, 0.0
    elif spec.place:
        place = next(place for place in network.places if place.id == spec.place)
        node = next(node for node in network.nodes if node.id == place.node)
        extra_km = spec.extra_km
        lon = node.lon if spec.lon is None else spec.lon
        lat = node.lat if spec.lat is None else spec.lat
    else:
        assert spec.lon is not None
        assert spec.lat is not None
        lon, lat = spec.lon, spec.lat
        node, straight_km = _nearest(network.nodes, lon, lat)
        extra_km = max(spec.extra_km, straight_km)
        if extra_km > spec.extra_km:
            notes.append(
                f"Plant {name} is joined to {node.name_en or node.name_zh or node.id} by "
                f"{straight_km:.1f} km in a straight line; the road is longer: give extra_km."
            )
    periods = tuple(_period(scenario, spec, year) for year in years)
    for period in periods:
        if period.gate.production < 0:
            purification = period.gate.announced - period.gate.production
            notes.append(
                f"Plant {name}, {period.year}: purification alone costs "
                f"{purification:.2f} CNY/kg, more than the gate price of "
                f"{period.gate.announced:.2f}; the feed gas then counts below zero."
            )
        made = min(period.gas_limit_kg_per_day, period.nameplate_kg_per_day)
        if period.committed_kg_per_day > made * spec.at("availability_fraction", period.year):
            notes.append(
                f"Plant {name}, {period.year}: more is promised to others than it can make."
            )
    price = spec.at("purification_capex_cny_per_kg_per_day", years[0])
    varying = sorted(
        method
        for method in spec.carbon_kg_per_kg
        if len({spec.at(f"carbon_kg_per_kg.{method}", year) for year in years}) > 1
    )
    if varying:
        notes.append(f"Plant {name}: emissions are those of {years[0]} in all periods.")
    plant = Plant(
        id=plant_id,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        kind=spec.kind,
        node=node.id,
        lon=lon,
        lat=lat,
        extra_km=extra_km,
        periods=periods,
        expansions=tuple(
            ExpansionStep(added_kg_per_day=step, capex_cny=step * price)
            for step in spec.expansions_kg_per_day
        ),
        carbon_kg_per_kg={
            method: spec.at(f"carbon_kg_per_kg.{method}", years[0])
            for method in sorted(spec.carbon_kg_per_kg)
        },
        source=spec.source,
        confidence=spec.confidence,
        at_site=spec.at_site,
        bays_stated=spec.filling_bays is not None,
        announced=spec.announced,
    )
    return plant, notes


def _check_steps(plant: Plant, faults: Faults) -> None:
    """Note gate prices below the capital that a kilogram of an expansion step does not pay."""
    for row in plant.periods if plant.expansions else ():
        if row.gate.expansion < 0:
            least = row.gate.purification_capital
            faults.note(
                f"plant.{plant.id}.gate_cny_per_kg",
                f"{row.gate.announced:g} ({row.year})",
                f"at least the {least:.2f} CNY/kg of purification's own capital, since the plant has "
                "expansion steps",
            )


def _period(scenario: Scenario, spec: PlantSpec, year: int) -> PlantPeriod:
    """Return what a plant can do in a period and what it costs."""
    money = scenario.money
    rack = rack_kg_per_day(spec, scenario.delivery, year)
    return PlantPeriod(
        year=year,
        gas_limit_kg_per_day=plant_gas_limit_kg_per_day(spec, year),
        nameplate_kg_per_day=spec.at("nameplate_kg_per_day", year),
        committed_kg_per_day=spec.at("committed_kg_per_day", year),
        available_kg_per_day=min(rack, available_kg_per_day(spec, year)),
        expandable_to_kg_per_day=min(rack, expandable_to_kg_per_day(spec, year)),
        gate=gate_price(
            gate_cny_per_kg=spec.at("gate_cny_per_kg", year),
            kwh_per_kg=spec.at("purification_kwh_per_kg", year),
            power_cny_per_kwh=money.power_price_cny_per_kwh,
            capex_cny_per_kg_per_day=spec.at("purification_capex_cny_per_kg_per_day", year),
            life_years=spec.at("purification_life_years", year),
            discount_rate=money.discount_rate,
            opportunity_cny_per_kg=value_at(spec.opportunity_cny_per_kg or 0.0, year),
        ),
        filling_cny_per_kg=filling_cny_per_kg(
            kwh_per_kg=0.0 if spec.at_site else scenario.delivery.filling_kwh_per_kg,
            power_cny_per_kwh=money.power_price_cny_per_kwh,
        ),
    )


def _lanes(
    scenario: Scenario,
    network: Network,
    sites: CandidateSites,
    plants: Sequence[Plant],
    years: Sequence[int],
) -> list[Lane]:
    """Return a lane for every plant, site and period that a trailer can drive there and back."""
    from corridor.network.paths import Router

    lanes = []
    for year in years:
        router = Router(network, year)
        there = {plant.id: router.distances_from(plant.node) for plant in plants}
        back = _ways_back(router, plants)
        for plant in plants:
            if plant.at_site:
                lanes.append(
                    Lane(
                        plant=plant.id,
                        site=plant.at_site,
                        year=year,
                        round_trip_km=0.0,
                        delivery_cny_per_kg=0.0,
                    )
                )
                continue
            for site in sites.sites:
                out_m = there[plant.id].get(site.node)
                back_m = back[plant.id].get(site.node)
                if out_m is None or back_m is None:
                    continue
                km = (out_m + back_m) / 1000 + 2 * plant.extra_km
                cost = delivery_cny_per_kg(scenario.delivery, scenario.money.discount_rate, km)
                lanes.append(
                    Lane(
                        plant=plant.id,
                        site=site.id,
                        year=year,
                        round_trip_km=km,
                        delivery_cny_per_kg=cost,
                    )
                )
    return sorted(lanes, key=lambda lane: (lane.plant, lane.site, lane.year))


def _ways_back(router: Router, plants: Sequence[Plant]) -> dict[str, dict[str, float]]:
    """Return, by plant, the distance from every node to the plant [m]."""
    return {plant.id: dict(router.distances_to(plant.node)) for plant in plants}


def _nearest(nodes: Iterable[Node], lon: float, lat: float) -> tuple[Node, float]:
    """Return the nearest node off the carriageways, and its distance in a straight line [km]."""
    reachable = [node for node in nodes if node.kind in OFF_ROAD]
    if not reachable:
        raise InputError("The network has no place, toll plaza or cordon that a plant could join.")
    metres = {node.id: distance_m((lon, lat), (node.lon, node.lat)) for node in reachable}
    best = min(reachable, key=lambda node: (metres[node.id], node.id))
    return best, metres[best.id] / 1000
