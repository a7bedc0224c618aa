"""What a plant may send (docs/formats.md §4 and §8): the one home of the rule."""

from __future__ import annotations

from math import fsum, inf, isfinite
from typing import TYPE_CHECKING

from corridor.core.technology import technologies
from corridor.supply.chain import source_limit_kg_per_day

if TYPE_CHECKING:
    from corridor.scenario.plants import DeliverySpec, PlantSpec


def may_send_kg_per_day(
    available_kg_per_day: float, expandable_to_kg_per_day: float, added_kg_per_day: float
) -> float:
    """Return what may leave a plant once steps are bought: they add until the gas is used up.

    Parameters
    ----------
    available_kg_per_day
        What may leave without expansion. [kg/day]
    expandable_to_kg_per_day
        What the gas allows, promises to others taken off; never less than `available_kg_per_day`
        counts. [kg/day]
    added_kg_per_day
        Sum of the steps bought. [kg/day]

    Returns
    -------
    float
        [kg/day]

    Examples
    --------
    Steps of 2,000 kg/day at a plant of 1,000 whose gas is enough for 1,500:

    >>> may_send_kg_per_day(1000, 1500, 2000)
    1500
    """
    most = max(available_kg_per_day, expandable_to_kg_per_day)
    return min(available_kg_per_day + added_kg_per_day, most)


def announced_kg_per_day(
    sent_kg_per_day: float, available_kg_per_day: float, announced: bool
) -> float:
    """Return how much of what a plant sends is announced: steps come last, and never are.

    Parameters
    ----------
    sent_kg_per_day
        What leaves the plant. [kg/day]
    available_kg_per_day
        What may leave it without expansion. [kg/day]
    announced
        Whether the plant itself is announced.

    Returns
    -------
    float
        The rest is assumed. [kg/day]
    """
    return min(sent_kg_per_day, available_kg_per_day) if announced else 0.0


def plant_gas_limit_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what the source allows in a year: of gas, coal or power; else all that may be built."""
    source = source_limit_kg_per_day(technologies()[plant.kind], lambda key: plant.at(key, year))
    if isfinite(source):
        return source
    return fsum((plant.at("nameplate_kg_per_day", year), *plant.expansions_kg_per_day))


def running(plant: PlantSpec, year: int) -> bool:
    """Whether the plant works in `year`: it has begun and not closed."""
    begun = plant.from_year is None or plant.from_year <= year
    return begun and (plant.closes_year is None or year < plant.closes_year)


def rack_kg_per_day(plant: PlantSpec, delivery: DeliverySpec, year: int) -> float:
    """Return what a plant's filling bays load in a day and a night; infinite where none are stated."""
    if plant.filling_bays is None or plant.at_site:
        return inf
    return plant.at("filling_bays", year) * 24 / delivery.fill_hours * delivery.payload_kg


def available_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what may leave the plant for stations without expansion; 0 while it does not work."""
    if not running(plant, year):
        return 0.0
    made = min(plant_gas_limit_kg_per_day(plant, year), plant.at("nameplate_kg_per_day", year))
    promised = plant.at("committed_kg_per_day", year)
    return max(0.0, made * plant.at("availability_fraction", year) - promised)


def expandable_to_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what may leave the plant with every expansion step; 0 while it does not work."""
    if not running(plant, year):
        return 0.0
    made = plant_gas_limit_kg_per_day(plant, year) * plant.at("availability_fraction", year)
    return max(0.0, made - plant.at("committed_kg_per_day", year))
