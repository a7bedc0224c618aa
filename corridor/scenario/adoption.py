"""How many hydrogen trucks there are in a year: geometric between the anchors of the scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.flows import AdoptionSpec


def trucks_in(anchors: Mapping[int, float], year: int) -> float:
    """Return the trucks in service in a year.

    Between two anchors the fleet grows by the same factor each year; where an anchor is 0, which
    no factor leads away from, by the same number. Outside the anchors the nearest one holds:
    nothing is extrapolated.

    Parameters
    ----------
    anchors
        Year -> trucks; at least one.
    year
        Year asked for.

    Examples
    --------
    >>> round(trucks_in({2025: 100, 2030: 800}, 2026), 1)
    151.6
    """
    if year in anchors:
        return float(anchors[year])
    years = sorted(anchors)
    if year < years[0]:
        return float(anchors[years[0]])
    for before, after in pairwise(years):
        if before < year < after:
            low, high = float(anchors[before]), float(anchors[after])
            share = (year - before) / (after - before)
            if low > 0 and high > 0:
                return math.exp((1 - share) * math.log(low) + share * math.log(high))
            return (1 - share) * low + share * high
    return float(anchors[years[-1]])


def fleet_by_year(
    adoption: AdoptionSpec, runs: Sequence[range]
) -> tuple[tuple[int, float, float, float, float], ...]:
    """Return (first year, low, base, high, the level in use) for runs of years, each its mean [trucks]."""
    rows = []
    for run in runs:
        low, base, high = (
            fsum(trucks_in(anchors, year) for year in run) / len(run)
            for anchors in (adoption.trucks_low, adoption.trucks_base, adoption.trucks_high)
        )
        used = {"low": low, "base": base, "high": high}[adoption.level]
        rows.append((run[0], low, base, high, used))
    return tuple(rows)
