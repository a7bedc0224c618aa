"""Sizes of stations, what they have in common, and policies about them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from corridor.scenario.dispensers import busiest_load
from corridor.scenario.spec import Fraction, Identifier, Spec, Year


class TierSpec(Spec):
    """A size of station."""

    capacity_kg_per_day: float = Field(gt=0, le=50000)
    """Nameplate capacity. [kg/day]"""

    dispensers: int = Field(ge=1, le=100)
    """Number of dispensers. [-]"""

    peak_kg_per_hour: float | None = Field(default=None, gt=0, le=20000)
    """What the dispensers can sell in the busiest hour, where it is known; without it, it is computed
    from the number of dispensers and the keys of `station`. [kg/h]"""

    capex_cny: float = Field(ge=0, le=1e9)
    """Overnight CAPEX without land. [CNY]"""

    land_cny: float = Field(ge=0, le=1e9)
    """Land, counted with the CAPEX and written off over the life of the station. [CNY]"""

    fixed_opex_fraction: float = Field(ge=0, le=0.5)
    """Fixed operation and maintenance per year, as a share of CAPEX. [1/year]"""

    staff_cny_per_year: float = Field(ge=0, le=1e8)
    """Staff. [CNY/year]"""


class StationSpec(Spec):
    """What all stations have in common."""

    life_years: int = Field(ge=1, le=60)
    """Life: what stands longer is bought again, land included, when it is due. [year]"""

    existing_assumed_tier: Identifier | None = None
    """Tier at which existing stations of unknown size are counted; without it they serve nobody. [-]"""

    existing_at_end_of_life: Literal["rebuild", "keep", "retire"] = "rebuild"
    """What becomes of an existing station once its life has run out: `rebuild` pays its price again, in
    the year that it falls due or, where that is past, in the first year of the plan; `keep` lets it
    stand unpaid; `retire` closes it for good. [-]"""

    compression_kwh_per_kg: float = Field(ge=0, le=20)
    """Electricity of compressing and cooling at the station. [kWh/kg]"""

    subsidy_fraction: Fraction
    """Share of the CAPEX that a subsidy pays. [-]"""

    peak_day_factor: float = Field(ge=1, le=10)
    """Busiest day over average day. [-]"""

    busiest_hour_fraction: float = Field(ge=1 / 24, le=1)
    """Share of a day's hydrogen that is sold in the busiest hour. [-]"""

    fill_kg: float = Field(gt=0, le=200)
    """Hydrogen of a mean fill. [kg]"""

    fill_minutes: float = Field(gt=0, le=240)
    """Time that hydrogen flows into a truck. [min]"""

    handling_minutes: float = Field(ge=0, le=240)
    """Time that a truck keeps its dispenser besides: driving up, connecting, paying, leaving. [min]"""

    longest_wait_minutes: float = Field(ge=0, le=600)
    """Wait for a free dispenser that drivers accept in the busiest hour. [min]"""

    late_fraction: float = Field(ge=0.001, le=0.5)
    """Share of trucks that may wait longer than that in the busiest hour. [-]"""


def peak_kg_per_hour(tier: TierSpec, station: StationSpec) -> float:
    """Return what the dispensers sell in the busiest hour: as stated, else by Erlang C [kg/h]."""
    if tier.peak_kg_per_hour is not None:
        return tier.peak_kg_per_hour
    minutes = station.fill_minutes + station.handling_minutes
    wait = station.longest_wait_minutes / minutes
    load = busiest_load(tier.dispensers, wait, station.late_fraction)
    return load * 60 / minutes * station.fill_kg


def usable_kg_per_day(tier: TierSpec, station: StationSpec) -> float:
    """Return what a tier sells on an average day, peak day and busiest hour kept free [kg/day]."""
    hourly = peak_kg_per_hour(tier, station) / station.busiest_hour_fraction
    return min(tier.capacity_kg_per_day, hourly) / station.peak_day_factor


class SpacingSpec(Spec):
    """Stations at most so far apart on both carriageways of a route; a hard rule.

    Where no set of candidates can keep the rule, or the budget cannot pay for it, the scenario
    is infeasible.
    """

    route: str = Field(min_length=1, max_length=40)
    """Reference of the route. [-]"""

    max_gap_km: float = Field(gt=0, le=2000)
    """Longest stretch of a carriageway without a station. [km]"""

    from_year: Year
    """First year that the rule holds. [year]"""

    min_tier: Identifier | None = None
    """Smallest tier that counts; without it, all count. [-]"""


class PolicySpec(Spec):
    """Rules that a plan must keep."""

    spacing: dict[Identifier, SpacingSpec] = Field(default_factory=dict)
    """Spacing rules by id. [-]"""
