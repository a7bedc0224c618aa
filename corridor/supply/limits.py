"""What a plant may send (docs/formats.md §4 and §8): the one home of the rule."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from corridor.supply.chain import gas_limit_kg_per_day

if TYPE_CHECKING:
    from corridor.scenario.plants import PlantSpec


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


def plant_gas_limit_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what the source allows in a year; other kinds than gas are as large as all steps.

    An electrolyser has no by-product that could run out: its limit is what is built or may be.
    """
    if plant.kind != "coke_oven_gas":
        return fsum((plant.at("nameplate_kg_per_day", year), *plant.expansions_kg_per_day))
    return gas_limit_kg_per_day(
        coke_mt_per_year=plant.at("coke_mt_per_year", year),
        coke_rate_fraction=plant.at("coke_rate_fraction", year),
        gas_nm3_per_t=plant.at("gas_nm3_per_t", year),
        own_use_fraction=plant.at("own_use_fraction", year),
        committed_gas_fraction=plant.at("committed_gas_fraction", year),
        hydrogen_fraction=plant.at("hydrogen_fraction", year),
        recovery_fraction=plant.at("recovery_fraction", year),
    )


def running(plant: PlantSpec, year: int) -> bool:
    """Whether the plant works in `year`: it has begun and not closed."""
    begun = plant.from_year is None or plant.from_year <= year
    return begun and (plant.closes_year is None or year < plant.closes_year)


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
