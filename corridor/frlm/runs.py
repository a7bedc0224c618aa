"""Runs of stops as arrays: the minimal ones of each trip, and their members."""

from __future__ import annotations

import numpy as np

from corridor.frlm.windows import Ints, Windows


def distinct(numbers: Ints) -> Ints:
    """Return the different numbers of some small ones, rising."""
    return np.flatnonzero(np.bincount(numbers)) if len(numbers) else np.zeros(0, np.int64)


def candidate_runs(
    found: Windows, candidates: Ints, existing_before: Ints, backup: int
) -> tuple[Windows, Ints]:
    """Return runs as half-open ranges of candidate stops, and the trips that no choice serves."""
    stop_end = found.high + 1
    real = stop_end > found.low
    stands = np.zeros(len(real), bool)
    if not backup:
        stands[real] = existing_before[stop_end[real]] > existing_before[found.low[real]]
    low = np.searchsorted(candidates, found.low)
    high = np.where(real, np.searchsorted(candidates, stop_end), low)
    never = distinct(found.trip[~stands & (high - low < backup + 1)])
    return Windows(trip=found.trip[~stands], low=low[~stands], high=high[~stands]), never


def minimal_runs(runs: Windows) -> tuple[Ints, Ints, Ints]:
    """Return the runs of each trip that contain no other, in the order of the path."""
    order = np.lexsort((runs.high, -runs.low, runs.trip))
    trip, low, high = runs.trip[order], runs.low[order], runs.high[order]
    # Runs of a trip by falling start: one is minimal when it ends before all that start later.
    far = int(high.max(initial=0)) + 1
    ends = high - trip * far
    keep = np.r_[True, ends[1:] < np.minimum.accumulate(ends)[:-1]] if len(ends) else ends > 0
    trip, low, high = trip[keep][::-1], low[keep][::-1], high[keep][::-1]
    return trip, low, high


def expand(low: Ints, high: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return the values of many ranges one after the other, and where each range begins."""
    length = high - low
    first = np.zeros(len(length) + 1, np.int64)
    np.cumsum(length, out=first[1:])
    index = np.arange(first[-1]) + np.repeat(low - first[:-1], length)
    return first, values[index]
