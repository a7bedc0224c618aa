"""How many hydrogen trucks there are and between which places they run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from corridor.scenario.spec import (
    ByYear,
    Fraction,
    Identifier,
    Reference,
    Spec,
    Text,
    Year,
    YearKey,
)

Trucks = Annotated[float, Field(gt=0, le=1_000_000)]
TripsPerDay = Annotated[float, Field(ge=0, le=200_000)]
TonnesPerYear = Annotated[float, Field(ge=0, le=1e9)]
LoadFraction = Annotated[float, Field(gt=0, le=1)]


class AdoptionSpec(Spec):
    """Hydrogen trucks in service: anchors by year, geometric between them."""

    level: Literal["low", "base", "high"] = "base"
    """Which of the three lines the plan is made for. [-]"""

    trucks_low: dict[YearKey, Trucks] = Field(min_length=1)
    """Anchors of the low line. [trucks]"""

    trucks_base: dict[YearKey, Trucks] = Field(min_length=1)
    """Anchors of the base line. [trucks]"""

    trucks_high: dict[YearKey, Trucks] = Field(min_length=1)
    """Anchors of the high line. [trucks]"""

    @property
    def anchors(self) -> dict[int, float]:
        """Anchors of the line in use. [trucks]."""
        lines = {"low": self.trucks_low, "base": self.trucks_base, "high": self.trucks_high}
        return lines[self.level]


class DemandSpec(Spec):
    """What hydrogen trucks want and what they put up with."""

    use_markets: bool = True
    """Count the markets (captive, regional, through); false: only the flows of `od`. [-]"""

    kg_per_truck_day: float = Field(ge=1, le=200)
    """Hydrogen that a truck buys per day, averaged over the year. [kg/day]"""

    through_start_fraction: Fraction
    """Through traffic: usable tank on entering, as a share. [-]"""

    through_end_fraction: Fraction
    """Through traffic: usable tank on leaving, at least, as a share. [-]"""

    max_detour_stops: int = Field(ge=0, le=3)
    """Stops off the expressway per trip, at most. [-]"""

    min_stop_kg: float = Field(ge=0, le=60)
    """Smallest purchase that a driver stops for. [kg]"""

    stop_minutes: float = Field(ge=0, le=120)
    """Time that a stop costs beyond filling: leaving the road, connecting, paying. [min]"""

    detour_cny_per_hour: float = Field(ge=0, le=2000)
    """Value of truck and driver's time on a detour and at a stop. [CNY/h]"""

    detour_cny_per_km: float = Field(ge=0, le=50)
    """Toll and wear on a detour, hydrogen apart. [CNY/km]"""

    captive_load_fraction: LoadFraction
    """Mean load of captive trucks over their payload. [-]"""

    regional_load_fraction: LoadFraction
    """Mean load of regional trucks over their payload. [-]"""

    through_load_fraction: LoadFraction
    """Mean load of through trucks over their payload. [-]"""

    tonnage: Literal["refuse", "cap"] = "refuse"
    """Flows beyond what a plant or park has (`works`): refuse them, or cap them pro rata. [-]"""


class MarketSpec(Spec):
    """A market of hydrogen freight."""

    share: Fraction
    """Share of the hydrogen trucks. [-]"""


class MarketsSpec(Spec):
    """The three markets; their shares add up to 1."""

    captive: MarketSpec
    """Fleets that shuttle between two places (LOOP). [-]"""

    regional: MarketSpec
    """Other freight between the places of the region, by a gravity model. [-]"""

    through: MarketSpec
    """Traffic from cordon to cordon (ONEWAY). [-]"""


class FleetSpec(Spec):
    """A captive fleet: laden from origin to destination, empty back, for ever."""

    origin: Reference
    """Place where trucks load; its id or its name. [-]"""

    destination: Reference
    """Place where trucks unload; its id or its name. [-]"""

    truck: Identifier
    """Truck class. [-]"""

    cargo: Text = ""
    """What is carried. [-]"""

    share: Fraction | None = None
    """Share within the captive market, of what the fleets with `t_per_year` leave. [-]"""

    t_per_year: ByYear[TonnesPerYear] | None = None
    """Freight where it is known instead: trips are tonnes over payload. [t/year]"""


class GravitySpec(Spec):
    """The gravity model of regional freight: T_ij ~ m_i m_j exp(-beta d_ij)."""

    beta_per_km: float = Field(ge=0, le=1)
    """Decay with road distance. [1/km]"""

    pairs_max: int | None = Field(default=None, ge=1, le=1_000_000)
    """Drive so many of the strongest pairs of places only; without it, all. [-]"""

    truck: Identifier
    """Truck class. [-]"""


class ZoneSpec(Spec):
    """Freight weight of a place in the gravity model."""

    mass: float = Field(ge=0, le=1e9)
    """Weight; only ratios count. [-]"""


class ThroughSpec(Spec):
    """Through traffic from one cordon to another, laden, one way."""

    origin: Reference
    """Cordon where trucks enter; its id or its name. [-]"""

    destination: Reference
    """Cordon where trucks leave; its id or its name. [-]"""

    truck: Identifier
    """Truck class. [-]"""

    cargo: Text = ""
    """What is carried. [-]"""

    share: Fraction
    """Share within the through market. [-]"""


class OdSpec(Spec):
    """A flow that the user knows; added to the markets."""

    origin: Reference
    """Place where trucks start; its id or its name. [-]"""

    destination: Reference
    """Place where trucks go; its id or its name. [-]"""

    truck: Identifier
    """Truck class. [-]"""

    cargo: Text = ""
    """What is carried. [-]"""

    convention: Literal["LOOP", "ONEWAY"] = "LOOP"
    """LOOP: there laden, back empty, for ever; ONEWAY: there only, fuel as through traffic. [-]"""

    trips_per_day: dict[YearKey, TripsPerDay] = Field(default_factory=dict)
    """Trips of hydrogen trucks by year (LOOP: whole loops). [1/day]"""

    t_per_year: dict[YearKey, TonnesPerYear] = Field(default_factory=dict)
    """Freight by year where it is known instead: trips are tonnes over payload. [t/year]"""


class CalibrationSpec(Spec):
    """How the flows are fitted to counts."""

    method: Literal["none", "least_squares"] = "none"
    """none: counts are compared with; least_squares: market flows are fitted to them. [-]"""

    seed_weight: float = Field(gt=0, le=1e6)
    """Weight of the flows before the fit against the counts. [-]"""

    hour_fraction: float = Field(gt=0, le=1)
    """Share of a day's trucks in the hour for which GEH is computed. [-]"""


class CountSpec(Spec):
    """A traffic count that the modelled flows are compared with or fitted to."""

    route: str = Field(min_length=1, max_length=40)
    """Reference of the route. [-]"""

    chainage_km: float = Field(ge=0, le=5000)
    """Position from the start of the route. [km]"""

    carriageway: str = ""
    """Carriageway counted; empty: both together. [-]"""

    truck: str = ""
    """Truck class counted; empty: all heavy trucks together. [-]"""

    year: Year
    """Year of the count. [year]"""

    trucks_per_day: float = Field(ge=0, le=200000)
    """Heavy trucks of all fuels, annual average. [1/day]"""

    source: Text = ""
    """Who counted. [-]"""

    row: Text = ""
    """Table and row that it was read from; filled in on reading. [-]"""
