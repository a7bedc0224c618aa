"""What a kilogram costs at the gate, and how much of that is purification."""

from __future__ import annotations

from corridor.core.finance import DAYS_PER_YEAR, capital_recovery


def purification_cny_per_kg(
    *,
    kwh_per_kg: float,
    power_cny_per_kwh: float,
    capex_cny_per_kg_per_day: float,
    life_years: float,
    discount_rate: float,
) -> float:
    """Return the part of the gate price that purification takes: electricity and annuity.

    The plant is taken as fully used (365 days a year at nameplate), so that this is the least
    that purification can cost.

    Returns
    -------
    float
        [CNY/kg]
    """
    annuity = capital_recovery(discount_rate, life_years) * capex_cny_per_kg_per_day
    return kwh_per_kg * power_cny_per_kwh + annuity / DAYS_PER_YEAR


def filling_cny_per_kg(*, kwh_per_kg: float, power_cny_per_kwh: float) -> float:
    """Return the electricity of compressing into the trailer: not in the gate price [CNY/kg]."""
    return kwh_per_kg * power_cny_per_kwh
