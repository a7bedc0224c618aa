"""When is planned, and what money is worth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from corridor.scenario.spec import Spec, Year, YearKey


class TimeSpec(Spec):
    """The periods of the plan."""

    periods: tuple[Year, ...] = Field(min_length=1, max_length=12, strict=False)
    """First year of each period, ascending; a date inside a period splits it. Stations and expansion
    steps are decided at its start. [year]"""

    years: Literal["representative", "each", "first"] = "first"
    """How operation and demand follow the years of a period: as few runs of years as hide less than 1 %
    of demand in a shortfall, each at its mean; every year; or its first year throughout. [-]"""

    base_year: Year
    """Year that all money is discounted to. [year]"""

    horizon_end_year: Year
    """Last year that counts, inclusive. [year]"""


class MoneySpec(Spec):
    """Money: real CNY of one price year."""

    discount_rate: float = Field(ge=0, le=0.3)
    """Real discount rate. [-]"""

    unmet_price_cny_per_kg: float = Field(ge=0, le=2000)
    """Price of a kilogram of hydrogen that is wanted and not sold. [CNY/kg]"""

    priority_price_cny_per_kg: float = Field(ge=0, le=5000)
    """Price of one that trucks which already ran in the first period want and do not get; where it
    is below the unmet price, the unmet price counts. [CNY/kg]"""

    power_price_cny_per_kwh: float = Field(ge=0, le=5)
    """Price of electricity at plants and stations. [CNY/kWh]"""

    price_year: Year
    """Year of the price level of every amount; informational: nothing is converted by it. [year]"""

    budget_cny: dict[YearKey, Annotated[float, Field(ge=0, le=1e12)]] = Field(default_factory=dict)
    """By first year of a period: overnight CAPEX (stations, expansions, and their replacements when they
    fall due) that becomes available then and carries over; none at all means no limit. [CNY]"""
