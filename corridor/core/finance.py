"""Money over time: days of a year, annuities, lives, and what a year of a period weighs today.

Dating, everywhere: what runs in a year is paid at the end of that year; what must stand in a year is paid at
its start, which is the end of the year before. All is valued at the end of the base year, so that an
amount at the end of year y weighs (1+r)^(base - y). An annuity over a life then costs exactly what the
purchase at its start does; over a horizon that ends earlier it costs the purchase, every replacement
that falls due, and less the residual value: the annuities still to come.
"""

from __future__ import annotations

from math import fsum

DAYS_PER_YEAR = 365
"""Days that a year of a plan has. [day/year]"""


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


def period_weight(rate: float, base_year: int, first_year: int, last_year: int) -> float:
    """Return A_t: the sum of the discount factors of the years of a period [year].

    Parameters
    ----------
    rate
        Real discount rate. [-]
    base_year
        Year that all money is discounted to. [year]
    first_year, last_year
        Years of the period, both inclusive. [year]
    """
    return fsum(weight_at_end(rate, base_year, year) for year in range(first_year, last_year + 1))


def purchase_years(first_year: int, life_years: int, last_year: int) -> tuple[int, ...]:
    """Return the years at whose start something is bought: the first, then whenever its life has run out.

    Parameters
    ----------
    first_year
        First year in service. [year]
    life_years
        Life n. [year]
    last_year
        Last year that counts, inclusive. [year]

    Examples
    --------
    >>> purchase_years(2026, 5, 2040)
    (2026, 2031, 2036)
    """
    return tuple(range(first_year, last_year + 1, life_years))


def residual_share(rate: float, life_years: int, bought: int, last_year: int) -> float:
    """Return what is left of a purchase at the end of the horizon, as a share of its price [-].

    The annuities of the years beyond the horizon, valued at its end: what keeps the cost of a plan
    free of when its horizon happens to end.

    Parameters
    ----------
    rate
        Real discount rate. [-]
    life_years
        Life. [year]
    bought
        First year in service. [year]
    last_year
        Last year of the horizon. [year]
    """
    left = bought + life_years - 1 - last_year
    if left <= 0:
        return 0.0
    return capital_recovery(rate, life_years) / capital_recovery(rate, left)


def weight_at_end(rate: float, base_year: int, year: int) -> float:
    """Return what an amount at the end of a year is worth at the end of the base year [-]."""
    return float((1 + rate) ** (base_year - year))
