"""From coke to hydrogen that may leave the plant, link by link (docs/formats.md §4)."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.plants import PlantSpec

HYDROGEN_KG_PER_NM3 = 0.0899
"""Density of hydrogen at 0 degrees C and 101.325 kPa [kg/Nm3]."""

DAYS_PER_YEAR = 365


def gas_limit_kg_per_day(
    *,
    coke_mt_per_year: float,
    coke_rate_fraction: float,
    gas_nm3_per_t: float,
    own_use_fraction: float,
    committed_gas_fraction: float,
    hydrogen_fraction: float,
    recovery_fraction: float,
) -> float:
    """Return the hydrogen that a coking plant's spare gas would yield.

    Parameters
    ----------
    coke_mt_per_year
        Coke capacity. [Mt/year]
    coke_rate_fraction
        Coke made over capacity. [-]
    gas_nm3_per_t
        Gross coke-oven gas per tonne of coke. [Nm3/t]
    own_use_fraction
        Share of the gas that heats the ovens. [-]
    committed_gas_fraction
        Share of the rest that other products take. [-]
    hydrogen_fraction
        Hydrogen in the gas, by volume. [-]
    recovery_fraction
        Share of that hydrogen that pressure-swing adsorption recovers. [-]

    Returns
    -------
    float
        Hydrogen, averaged over the year. [kg/day]

    Examples
    --------
    The whole gas of 3.8 Mt/year of coke, in kt/year (model page, second golden set):

    >>> daily = gas_limit_kg_per_day(
    ...     coke_mt_per_year=3.8, coke_rate_fraction=1, gas_nm3_per_t=430, own_use_fraction=0.535,
    ...     committed_gas_fraction=0, hydrogen_fraction=0.57, recovery_fraction=0.85)
    >>> round(daily * 365 / 1e6, 1)
    33.1
    """
    gas_nm3 = coke_mt_per_year * 1e6 * coke_rate_fraction * gas_nm3_per_t
    spare_nm3 = gas_nm3 * (1 - own_use_fraction) * (1 - committed_gas_fraction)
    hydrogen_nm3 = spare_nm3 * hydrogen_fraction * recovery_fraction
    return hydrogen_nm3 * HYDROGEN_KG_PER_NM3 / DAYS_PER_YEAR


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
    """Whether the plant has begun to work by `year`."""
    return plant.from_year is None or plant.from_year <= year


def available_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what may leave the plant for stations without expansion; 0 before its first year."""
    if not running(plant, year):
        return 0.0
    made = min(plant_gas_limit_kg_per_day(plant, year), plant.at("nameplate_kg_per_day", year))
    promised = plant.at("committed_kg_per_day", year)
    return max(0.0, made * plant.at("availability_fraction", year) - promised)


def expandable_to_kg_per_day(plant: PlantSpec, year: int) -> float:
    """Return what may leave the plant with every expansion step; 0 before its first year."""
    if not running(plant, year):
        return 0.0
    made = plant_gas_limit_kg_per_day(plant, year) * plant.at("availability_fraction", year)
    return max(0.0, made - plant.at("committed_kg_per_day", year))
