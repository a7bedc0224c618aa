"""Returns on cash flows: present value, every internal rate of return, and payback."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import fsum

LOWEST, HIGHEST = -0.5, 1.0
"""Rates between which internal rates of return are looked for. [-]"""

TOLERANCE = 1e-7
"""Internal rates of return are known to this. [-]"""

Cash = Mapping[int, float]
"""Amounts by the year at whose end they fall; what is received counts above 0. [CNY]"""


def present_value(cash: Cash, rate: float, year: int) -> float:
    """Return what a cash flow is worth at the end of a year.

    Parameters
    ----------
    cash
        Amounts by year. [CNY]
    rate
        [-]
    year
        Year that all is discounted to. [year]

    Returns
    -------
    float
        [CNY]
    """
    return fsum(amount * (1 + rate) ** (year - at) for at, amount in cash.items())


def internal_rates(cash: Cash) -> tuple[float, ...]:
    """Return every rate between `LOWEST` and `HIGHEST` at which a cash flow is worth nothing.

    None is an answer (it never pays, or nothing is paid for it), and so are several: a cash flow that
    changes its sign more than once, as one with replacements does, may have more than one. All are
    found, since the roots of a polynomial lie between those of its derivative.

    Parameters
    ----------
    cash
        Amounts by year. [CNY]

    Returns
    -------
    tuple of float
        Ascending, each known to `TOLERANCE`. [-]

    Examples
    --------
    >>> [round(rate, 4) for rate in internal_rates({2025: -100, 2026: 230, 2027: -132})]
    [0.1, 0.2]
    >>> internal_rates({2025: -100, 2026: -1})
    ()
    """
    if not any(cash.values()):
        return ()
    first = min(cash)
    scale = max(abs(amount) for amount in cash.values())
    powers = [0.0] * (max(cash) - first + 1)
    for year, amount in cash.items():
        powers[year - first] += amount / scale
    roots = _roots(powers, 1 / (1 + HIGHEST), 1 / (1 + LOWEST))
    return tuple(sorted(1 / x - 1 for x in roots))


def _roots(powers: list[float], low: float, high: float) -> list[float]:
    """Return the roots of a polynomial at which its sign changes, between two points."""
    while len(powers) > 1 and powers[-1] == 0:
        powers = powers[:-1]
    if len(powers) == 1:
        return []
    slope = [n * value for n, value in enumerate(powers)][1:]
    found = []
    for a, b in pairwise([low, *_roots(slope, low, high), high]):
        left, right = _value(powers, a), _value(powers, b)
        if left == 0:
            found.append(a)
        elif left * right < 0:
            found.append(_bisected(powers, a, b))
    return found


def _bisected(powers: list[float], low: float, high: float) -> float:
    rising = _value(powers, low) < 0
    while high - low > TOLERANCE / 100:
        middle = (low + high) / 2
        if (_value(powers, middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _value(powers: list[float], x: float) -> float:
    total = 0.0
    for value in reversed(powers):
        total = total * x + value
    return total


def payback_year(cash: Cash) -> int | None:
    """Return the first year at whose end what was received, undiscounted, covers what was paid till then.

    Parameters
    ----------
    cash
        Amounts by year. [CNY]

    Returns
    -------
    int or None
        None where it never does, and where nothing is ever paid. [year]
    """
    total, spent = 0.0, False
    for year in sorted(cash):
        total += cash[year]
        spent = spent or total < 0
        if spent and total >= 0:
            return year
    return None
