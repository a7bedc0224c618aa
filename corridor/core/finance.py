"""Money over time: days of a year, annuities, and what a year of a period weighs today."""

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
    return fsum(
        float((1 + rate) ** (base_year - year)) for year in range(first_year, last_year + 1)
    )
