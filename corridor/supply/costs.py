"""What a kilogram costs at the gate, and how much of that is purification."""

from __future__ import annotations

from corridor.supply.chain import DAYS_PER_YEAR


def capital_recovery(rate: float, life_years: float) -> float:
    """Return the yearly payment that repays 1 with interest over a life, r / (1 - (1+r)^-n).

    Parameters
    ----------
    rate
        Real discount rate; 0 gives 1 / n. [-]
    life_years
        Economic life n. [year]

    Returns
    -------
    float
        Capital recovery factor. [1/year]

    Examples
    --------
    >>> round(capital_recovery(0.06, 15), 6)
    0.102963
    """
    if rate == 0:
        return 1 / life_years
    return float(rate / (1 - (1 + rate) ** -life_years))


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
