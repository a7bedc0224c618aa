"""When is planned, and what money is worth."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from corridor.scenario.spec import Spec, Year, YearKey


class TimeSpec(Spec):
    """The periods of the plan."""

    periods: tuple[Year, ...] = Field(min_length=1, max_length=12, strict=False)
    """First year of each period, ascending; a date inside a period splits it. [year]"""

    base_year: Year
    """Year that all money is discounted to. [year]"""

    horizon_end_year: Year
    """Last year that counts, inclusive. [year]"""

    def last_year(self, period: int) -> int:
        """Return the last year, inclusive, of the period that starts in `period`."""
        later = [year for year in self.periods if year > period]
        return min(later) - 1 if later else self.horizon_end_year


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
