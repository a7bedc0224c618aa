"""Sizes of stations, what they have in common, and policies about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from corridor.core.storage import storage_standards
from corridor.scenario.dispensers import busiest_load
from corridor.scenario.spec import Fraction, Identifier, Spec, Year

if TYPE_CHECKING:
    from corridor.scenario.plants import DeliverySpec

    Standard = str
else:
    Standard = Literal[tuple(storage_standards())]  # those of the data file, and nothing else


class TierSpec(Spec):
    """A size of station."""

    capacity_kg_per_day: float = Field(gt=0, le=50000)
    """Nameplate capacity. [kg/day]"""

    dispensers: int = Field(ge=1, le=100)
    """Number of dispensers. [-]"""

    peak_kg_per_hour: float | None = Field(default=None, gt=0, le=20000)
    """What the dispensers can sell in the busiest hour, where it is known; without it, it is computed
    from the number of dispensers and the keys of `station`. [kg/h]"""

    unloading_bays: float | None = Field(default=None, gt=0, le=200)
    """Bays at which trailers are emptied, day and night; without it nothing limits them. [-]"""

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

    storage_days: float = Field(ge=0, le=60)
    """Average days of full sale that a station's storage covers. [day]"""

    storage_standard: Standard = "GB 50516-2010 (2021)"
    """Standard whose classes limit the storage of a station: a size that needs more is not built. [-]"""

    largest_storage_kg: float | None = Field(default=None, gt=0, le=1e6)
    """Largest storage of a station; without it, that of the standard's largest class. [kg]"""


def peak_kg_per_hour(tier: TierSpec, station: StationSpec) -> float:
    """Return what the dispensers sell in the busiest hour: as stated, else by Erlang C [kg/h]."""
    if tier.peak_kg_per_hour is not None:
        return tier.peak_kg_per_hour
    minutes = station.fill_minutes + station.handling_minutes
    wait = station.longest_wait_minutes / minutes
    load = busiest_load(tier.dispensers, wait, station.late_fraction)
    return load * 60 / minutes * station.fill_kg


def limits_kg_per_day(
    tier: TierSpec, station: StationSpec, delivery: DeliverySpec
) -> dict[str, float]:
    """Return what nameplate, dispensers and, where stated, unloading bays sell on a peak day [kg/day]."""
    limits = {
        "nameplate": tier.capacity_kg_per_day,
        "dispensers": peak_kg_per_hour(tier, station) / station.busiest_hour_fraction,
    }
    if tier.unloading_bays is not None:
        trailers = tier.unloading_bays * 24 / delivery.unload_hours
        limits["unloading bays"] = trailers * delivery.payload_kg * (1 - delivery.loss_fraction)
    return limits


def usable_kg_per_day(tier: TierSpec, station: StationSpec, delivery: DeliverySpec) -> float:
    """Return what a tier sells on an average day, room for the peak day kept free [kg/day]."""
    return min(limits_kg_per_day(tier, station, delivery).values()) / station.peak_day_factor


def storage_kg(tier: TierSpec, station: StationSpec, delivery: DeliverySpec) -> float:
    """Return the storage that covers the days asked for at full sale [kg]."""
    return station.storage_days * usable_kg_per_day(tier, station, delivery)


def largest_storage_kg(station: StationSpec) -> float:
    """Return what a station may store: as stated, else the standard's largest class [kg]."""
    if station.largest_storage_kg is not None:
        return station.largest_storage_kg
    return storage_standards()[station.storage_standard][-1].up_to_kg


def storage_class(kg: float, station: StationSpec) -> str:
    """Return the smallest class of the standard that holds a storage; empty where none is known to."""
    classes = storage_standards()[station.storage_standard]
    return next((each.name for each in classes if kg <= each.up_to_kg), "")


def station_faults(
    tiers: dict[str, TierSpec], station: StationSpec
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield key, value and what was expected for all that does not fit together in sizes."""
    for small, large in pairwise(sorted(tiers, key=lambda key: tiers[key].capacity_kg_per_day)):
        a, b, key = tiers[small], tiers[large], ("tier", large)
        if a.capacity_kg_per_day == b.capacity_kg_per_day:
            least = f"a capacity different from that of tier {small!r}"
            yield (*key, "capacity_kg_per_day"), str(b.capacity_kg_per_day), least
            continue
        if b.capex_cny < a.capex_cny:
            least = f"at least the {a.capex_cny} CNY of the smaller tier {small!r}"
            yield (*key, "capex_cny"), str(b.capex_cny), least
        below, peak = peak_kg_per_hour(a, station), peak_kg_per_hour(b, station)
        if peak < below:
            name = "dispensers" if b.peak_kg_per_hour is None else "peak_kg_per_hour"
            least = f"enough for the {below:.4g} kg/h of the smaller tier {small!r}, not {peak:.4g}"
            yield (*key, name), str(getattr(b, name)), least
        if a.unloading_bays and b.unloading_bays and b.unloading_bays < a.unloading_bays:
            least = f"at least the {a.unloading_bays:g} of the smaller tier {small!r}"
            yield (*key, "unloading_bays"), str(b.unloading_bays), least
    if not storage_standards()[station.storage_standard] and station.largest_storage_kg is None:
        least = "a standard whose classes are known, or station.largest_storage_kg beside it"
        yield ("station", "storage_standard"), station.storage_standard, least


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
