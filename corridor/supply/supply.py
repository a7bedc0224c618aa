"""The value that the supply stage hands on: plants by period and delivered cost to each site."""

from __future__ import annotations

from dataclasses import dataclass

from corridor.supply.gate import GatePrice


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpansionStep:
    """A step by which a plant's purification can grow; steps are bought in order.

    Parameters
    ----------
    added_kg_per_day
        Added output. [kg/day]
    capex_cny
        Overnight cost. [CNY]
    """

    added_kg_per_day: float
    capex_cny: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantPeriod:
    """What a plant can do in one period, link by link of the chain.

    Parameters
    ----------
    gas_limit_kg_per_day
        Hydrogen that the gas would yield after own and committed uses; infinite gas is given
        as a large finite number. [kg/day]
    nameplate_kg_per_day
        Purification nameplate. [kg/day]
    committed_kg_per_day
        Hydrogen promised to others. [kg/day]
    available_kg_per_day
        min(gas, nameplate) x availability - committed, never below 0 and never more than the filling
        bays load: what may leave the plant for stations without expansion. [kg/day]
    expandable_to_kg_per_day
        The same with every expansion step bought: the gas still limits. [kg/day]
    gate
        Price at the gate by component, and that of kilograms of expansion steps.
    filling_cny_per_kg
        Compression into the trailer, which is *not* part of the gate price. [CNY/kg]
    """

    year: int
    gas_limit_kg_per_day: float
    nameplate_kg_per_day: float
    committed_kg_per_day: float
    available_kg_per_day: float
    expandable_to_kg_per_day: float
    gate: GatePrice
    filling_cny_per_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A source of hydrogen on the network.

    Parameters
    ----------
    node
        Network node where trailers leave.
    extra_km
        Road from the real plant to `node` where the plant lies outside the network. [km]
    at_site
        Site that makes its hydrogen itself: `node` is the site's; empty for a plant that delivers.
    bays_stated
        Whether its filling bays are known, so that they limit what it can give.
    announced
        Whether its nameplate stands or is announced; steps never are.
    carbon_kg_per_kg
        Allocation method -> kg CO2e per kg H2 at the gate; at least two methods. [kg/kg]
    """

    id: str
    name_zh: str
    name_en: str
    kind: str
    node: str
    lon: float
    lat: float
    extra_km: float
    periods: tuple[PlantPeriod, ...]
    expansions: tuple[ExpansionStep, ...]
    carbon_kg_per_kg: dict[str, float]
    source: str
    confidence: str
    at_site: str = ""
    bays_stated: bool = False
    announced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OffPlant:
    """A plant that takes no part, with the reason."""

    id: str
    name_zh: str
    name_en: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Delivery from one plant to one site in one period.

    Parameters
    ----------
    round_trip_km
        Shortest way there plus shortest way back, plus twice the plant's `extra_km`; 0 where the site
        makes the hydrogen itself. [km]
    delivery_cny_per_kg
        Transport alone: no gate price, no compression. [CNY/kg]
    """

    plant: str
    site: str
    year: int
    round_trip_km: float
    delivery_cny_per_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Plants that are on, plants that are off with reasons, and every reachable lane."""

    plants: tuple[Plant, ...]
    off: tuple[OffPlant, ...]
    lanes: tuple[Lane, ...]
    loss_fraction: float
    notes: tuple[str, ...] = ()
