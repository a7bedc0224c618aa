"""From a source to the hydrogen that it allows, link by link (docs/formats.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.core.technology import Technology

HYDROGEN_KG_PER_NM3 = 0.0899
"""Density of hydrogen at 0 degrees C and 101.325 kPa [kg/Nm3]."""


def source_limit_kg_per_day(technology: Technology, number: Callable[[str], float]) -> float:
    """Return the hydrogen that a plant's source allows.

    Parameters
    ----------
    technology
        What the hydrogen is made from.
    number
        Returns a number of the plant by its key.

    Returns
    -------
    float
        Hydrogen, averaged over the year; infinite where what is built is the only limit. [kg/day]

    Examples
    --------
    The whole gas of 3.8 Mt/year of coke, in kt/year (model page, second golden set):

    >>> from corridor.core.technology import technologies
    >>> coke = {"coke_mt_per_year": 3.8, "coke_rate_fraction": 1, "gas_nm3_per_t": 430,
    ...         "own_use_fraction": 0.535, "committed_gas_fraction": 0, "hydrogen_fraction": 0.57,
    ...         "recovery_fraction": 0.85}
    >>> daily = source_limit_kg_per_day(technologies()["coke_oven_gas"], coke.__getitem__)
    >>> round(daily * 365 / 1e6, 1)
    33.1
    """
    if not technology.needs:
        return inf
    left = prod(1 - number(key) for key in technology.less)
    made = technology.factor * prod(number(key) for key in technology.times)
    return made * left / prod(number(key) for key in technology.over)
