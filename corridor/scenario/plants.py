"""Where hydrogen comes from, how it travels, and what carbon counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from corridor.core.technology import technologies
from corridor.scenario.spec import (
    ByYear,
    Fraction,
    Identifier,
    Latitude,
    Longitude,
    Spec,
    Text,
    Year,
    value_at,
)

KgPerDay = Annotated[float, Field(ge=0, le=2_000_000)]

NEEDED = (
    "nameplate_kg_per_day",
    "committed_kg_per_day",
    "availability_fraction",
    "gate_cny_per_kg",
    "purification_kwh_per_kg",
    "purification_capex_cny_per_kg_per_day",
    "purification_life_years",
)
"""Numbers without which a plant cannot take part."""

if TYPE_CHECKING:
    Kind = str
else:
    Kind = Literal[tuple(technologies())]  # what there is a file for, and nothing else


class PlantSpec(Spec):
    """A source of hydrogen. Every number may be a table by year: `{2026 = 1.0, 2030 = 0.9}`."""

    name_zh: Text = ""
    """Chinese name. [-]"""

    name_en: Text = ""
    """English name. [-]"""

    kind: Kind
    """What the hydrogen is made from. [-]"""

    place: str = ""
    """Place of the network where trailers leave; or give lon and lat. [-]"""

    at_site: str = ""
    """Candidate site that makes its hydrogen itself, instead of a place: nothing is filled into
    trailers nor driven, and no other station gets any. [-]"""

    lon: Longitude | None = None
    """Longitude, WGS-84. [degree]"""

    lat: Latitude | None = None
    """Latitude, WGS-84. [degree]"""

    extra_km: float = Field(default=0.0, ge=0, le=3000)
    """Road from the plant to that place where the plant lies outside the network. [km]"""

    enabled: bool = True
    """Whether the plant takes part. [-]"""

    off_because: Text = ""
    """Why it takes no part. [-]"""

    announced: bool = False
    """Whether its nameplate stands or is announced; if not, all its hydrogen is an assumption, as
    that of expansion steps always is. [-]"""

    from_year: Year | None = None
    """First year of operation; without it, always. [year]"""

    closes_year: Year | None = None
    """First year in which it no longer works; without it, it stays. [year]"""

    source: Text = ""
    """Where the plant's figures come from. [-]"""

    confidence: Text = ""
    """How sure they are. [-]"""

    coke_mt_per_year: ByYear[Annotated[float, Field(ge=0, le=100)]] | None = None
    """Coke capacity. [Mt/year]"""

    coke_rate_fraction: ByYear[Fraction] | None = None
    """Coke made over coke capacity. [-]"""

    gas_nm3_per_t: ByYear[Annotated[float, Field(ge=0, le=1000)]] | None = None
    """Coke-oven gas per tonne of coke, before own use, at 0 degrees C. [Nm3/t]"""

    own_use_fraction: ByYear[Fraction] | None = None
    """Share of the gas that heats the ovens. [-]"""

    committed_gas_fraction: ByYear[Fraction] | None = None
    """Share of the rest that other products take. [-]"""

    hydrogen_fraction: ByYear[Fraction] | None = None
    """Hydrogen in the gas, by volume. [-]"""

    recovery_fraction: ByYear[Fraction] | None = None
    """Share of that hydrogen that purification recovers. [-]"""

    feed_mt_per_year: ByYear[Annotated[float, Field(ge=0, le=100)]] | None = None
    """Solid feed that the place has, as coal. [Mt/year]"""

    hydrogen_kg_per_t: ByYear[Annotated[float, Field(ge=0, le=500)]] | None = None
    """Hydrogen per tonne of that feed. [kg/t]"""

    feed_nm3_per_day: ByYear[Annotated[float, Field(ge=0, le=1e9)]] | None = None
    """Gas to reform that the place has, at 0 degrees C. [Nm3/day]"""

    methane_fraction: ByYear[Fraction] | None = None
    """Methane in that gas, by volume. [-]"""

    hydrogen_nm3_per_nm3: ByYear[Annotated[float, Field(ge=0, le=4)]] | None = None
    """Hydrogen per volume of methane, fuel of the furnace taken off. [-]"""

    power_gwh_per_year: ByYear[Annotated[float, Field(ge=0, le=1e6)]] | None = None
    """Generation that electrolysis may draw on. [GWh/year]"""

    electrolysis_kwh_per_kg: ByYear[Annotated[float, Field(ge=33, le=100)]] | None = None
    """Electricity of electrolysis. [kWh/kg]"""

    spare_fraction: ByYear[Fraction] | None = None
    """Share of the feed, or of the generation, that hydrogen may take. [-]"""

    nameplate_kg_per_day: ByYear[KgPerDay] | None = None
    """Capacity of purification (or of the electrolyser). [kg/day]"""

    committed_kg_per_day: ByYear[KgPerDay] | None = None
    """Hydrogen promised to others. [kg/day]"""

    availability_fraction: ByYear[Fraction] | None = None
    """Share of the year that the plant runs. [-]"""

    gate_cny_per_kg: ByYear[Annotated[float, Field(ge=0, le=150)]] | None = None
    """Price at the gate of announced hydrogen: production, operation and capital of purification;
    compression into the trailer not. Kilograms of expansion steps pay no capital in it. [CNY/kg]"""

    opportunity_cny_per_kg: ByYear[Annotated[float, Field(ge=0, le=150)]] | None = None
    """What the gas of a kilogram would have earned elsewhere (LNG, ammonia); paid on top of the gate
    price by kilograms of expansion steps, whose gas has a use already; without it, nothing. [CNY/kg]"""

    purification_kwh_per_kg: ByYear[Annotated[float, Field(ge=0, le=50)]] | None = None
    """Electricity of purification. [kWh/kg]"""

    purification_capex_cny_per_kg_per_day: (
        ByYear[Annotated[float, Field(ge=0, le=200000)]] | None
    ) = None
    """CAPEX of purification per daily kilogram; also the price of expansion. [CNY/(kg/day)]"""

    purification_life_years: ByYear[Annotated[float, Field(ge=1, le=60)]] | None = None
    """Economic life of purification. [year]"""

    filling_bays: ByYear[Annotated[float, Field(gt=0, le=500)]] | None = None
    """Bays at which trailers are filled, day and night; without it nothing limits the trailers of a
    day, and the plan says how many leave. [-]"""

    expansions_kg_per_day: tuple[Annotated[float, Field(gt=0, le=2_000_000)], ...] = Field(
        default=(), max_length=12, strict=False
    )
    """Steps by which purification can grow, bought in this order. [kg/day]"""

    carbon_kg_per_kg: dict[Identifier, ByYear[Annotated[float, Field(ge=-50, le=100)]]] = Field(
        default_factory=dict
    )
    """Emissions at the gate by allocation method, CO2 equivalent. [kg/kg]"""

    def at(self, key: str, year: int) -> float:
        """Return a number of the plant in a year.

        Parameters
        ----------
        key
            Name of the attribute, as ``gate_cny_per_kg``, or ``carbon_kg_per_kg.<method>``.
        year
            First year of a period. [year]

        Raises
        ------
        KeyError
            If the plant has no such number.
        """
        name, _, method = key.partition(".")
        value = getattr(self, name, None)
        if method:
            value = value.get(method) if isinstance(value, dict) else None
        if value is None:
            raise KeyError(key)
        return value_at(value, year)


class DeliverySpec(Spec):
    """Delivery by tube trailer, bottom-up."""

    payload_kg: float = Field(gt=0, le=5000)
    """Hydrogen that a trailer really hands over. [kg]"""

    trailer_capex_cny: float = Field(ge=0, le=2e7)
    """Price of a trailer. [CNY]"""

    tractor_capex_cny: float = Field(ge=0, le=5e6)
    """Price of a tractor. [CNY]"""

    life_years: int = Field(ge=1, le=60)
    """Economic life of trailer and tractor. [year]"""

    crew_persons: float = Field(ge=0, le=12)
    """Drivers and escorts per trailer. [-]"""

    crew_cny_per_year: float = Field(ge=0, le=1e6)
    """Wage of one of them. [CNY/year]"""

    trailer_om_fraction: float = Field(ge=0, le=0.5)
    """Inspection and insurance per year, as a share of the trailer's price. [1/year]"""

    operating_hours_per_year: float = Field(gt=0, le=8760)
    """Hours that a trailer is on duty. [h/year]"""

    speed_km_per_h: float = Field(ge=5, le=100)
    """Mean speed. [km/h]"""

    load_unload_hours: float = Field(ge=0, le=48)
    """Filling and emptying, per round trip. [h]"""

    fill_hours: float = Field(gt=0, le=24)
    """Time that a trailer occupies a filling bay; counts where a plant states its bays. [h]"""

    unload_hours: float = Field(gt=0, le=24)
    """Time that a trailer occupies an unloading bay; counts where a tier states its bays. [h]"""

    diesel_l_per_100km: float = Field(ge=0, le=120)
    """Diesel of the tractor. [L/100 km]"""

    diesel_cny_per_l: float = Field(ge=0, le=50)
    """Price of diesel. [CNY/L]"""

    maintenance_cny_per_km: float = Field(ge=0, le=20)
    """Wear. [CNY/km]"""

    toll_cny_per_km: float = Field(ge=0, le=20)
    """Toll. [CNY/km]"""

    filling_kwh_per_kg: float = Field(ge=0, le=20)
    """Electricity of compressing hydrogen into the trailer. [kWh/kg]"""

    loss_fraction: float = Field(ge=0, le=0.5)
    """Hydrogen lost between plant gate and nozzle. [-]"""


class CarbonSpec(Spec):
    """Emission factors, CO2 equivalent."""

    grid_kg_per_kwh: float = Field(ge=0, le=2)
    """Electricity of the grid. [kg/kWh]"""

    diesel_kg_per_l: float = Field(ge=0, le=10)
    """Diesel burnt. [kg/L]"""
