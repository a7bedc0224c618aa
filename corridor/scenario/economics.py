"""What station operators and truck owners reckon with: prices that decide who pays, never the plan."""

from __future__ import annotations

from pydantic import Field

from corridor.scenario.spec import Spec


class EconomicsSpec(Spec):
    """Prices at the pump and of trucks; they inform about a plan and do not choose it."""

    pump_price_cny_per_kg: float = Field(ge=0, le=500)
    """What a truck pays for hydrogen at the nozzle. [CNY/kg]"""

    operator_return_fraction: float = Field(ge=0, le=0.5)
    """Real return that station operators and truck owners ask for. [-]"""

    co2_price_cny_per_t: float = Field(ge=0, le=5000)
    """Price of a tonne of CO2 from diesel, paid by its driver. [CNY/t]"""

    hydrogen_truck_capex_cny: float = Field(ge=0, le=1e7)
    """Price of a fuel-cell truck. [CNY]"""

    diesel_truck_capex_cny: float = Field(ge=0, le=1e7)
    """Price of the diesel truck it replaces. [CNY]"""

    truck_life_years: int = Field(ge=1, le=40)
    """Life of a truck. [year]"""

    truck_km_per_year: float = Field(gt=0, le=500000)
    """Distance that a truck drives in a year. [km/year]"""
