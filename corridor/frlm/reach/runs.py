"""Runs of stops as arrays: the minimal ones of each trip, their members, and which are alike."""

from __future__ import annotations

import numpy as np

from corridor.core.arrays import Bools, Ints
from corridor.frlm.reach.cover_sets_bulk import Windows


def distinct(numbers: Ints) -> Ints:
    """Return the different numbers of some small ones, rising."""
    return np.flatnonzero(np.bincount(numbers)) if len(numbers) else np.zeros(0, np.int64)


def sums_before(counts: Ints | Bools) -> Ints:
    """Return the sum of the numbers before each place, and of all."""
    sums = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=sums[1:])
    return sums


def first_places(numbers: Ints) -> Ints:
    """Return where each number from 0 on first stands, -1 for those that do not."""
    places = np.full(int(numbers.max(initial=-1)) + 1, -1, np.int64)
    places[numbers[::-1]] = np.arange(len(numbers))[::-1]  # the last one written stays
    return places


def expand(low: Ints, high: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return the values of many ranges one after the other, and where each range begins."""
    length = high - low
    first = sums_before(length)
    index = np.repeat(low - first[:-1], length)
    index += np.arange(first[-1])
    return first, values.take(index)


def candidate_runs(
    found: Windows, candidate: Bools, existing: Bools, backup: int
) -> tuple[Windows, Ints]:
    """Return the runs that need a candidate as half-open ranges of candidate stops.

    Parameters
    ----------
    found
        Runs of stops.
    candidate, existing
        Whether a candidate or an existing site serves each stop, shape (stops,).
    backup
        Number of open stations whose loss is survived.

    Returns
    -------
    Windows
        Runs without an existing site; all of them where there is backup.
    Ints
        Trips with a run that no choice can serve: the runs of all others are not empty.
    """
    stop_end = found.high + 1
    real = stop_end > found.low
    before = sums_before(candidate)
    low = before[found.low]
    high = np.where(real, before[stop_end], low)
    lacking = high - low <= backup
    if not backup and existing.any():
        before = sums_before(existing)
        stands = real & (before[stop_end] > before[found.low])
        never = distinct(found.trip[lacking & ~stands])
        return Windows(trip=found.trip[~stands], low=low[~stands], high=high[~stands]), never
    return Windows(trip=found.trip, low=low, high=high), distinct(found.trip[lacking])


def minimal_runs(runs: Windows) -> Windows:
    """Return the runs that contain no other: last trip first, each in the order of its path.

    Runs are half-open and not empty, and those of different trips do not overlap.
    """
    runs = _without_wider_than_next(runs)
    span = int(runs.high.max(initial=0)) + 1
    runs = _taken(runs, np.argsort(runs.low * span - runs.high, kind="stable"))
    # By rising start, then falling end: a run is minimal when it ends before all that follow it.
    ends = np.minimum.accumulate(runs.high[::-1])[::-1]
    keep = np.ones(len(ends), bool)
    keep[:-1] = runs.high[:-1] < ends[1:]
    runs = _taken(runs, np.flatnonzero(keep))
    begins = np.flatnonzero(np.diff(runs.trip, prepend=-1))
    ends = np.append(begins[1:], len(runs.trip))
    _, order = expand(begins[::-1], ends[::-1], np.arange(len(runs.trip)))
    return _taken(runs, order)


def _without_wider_than_next(runs: Windows) -> Windows:
    """Return the runs without most of those that contain another, which spares sorting them."""
    wider = (runs.low[:-1] <= runs.low[1:]) & (runs.high[:-1] >= runs.high[1:])
    narrower = (runs.low[:-1] >= runs.low[1:]) & (runs.high[:-1] <= runs.high[1:])
    keep = np.ones(len(runs.low), bool)
    keep[:-1] = ~wider  # of equal ones the last stays
    keep[1:] &= ~narrower | wider
    return _taken(runs, np.flatnonzero(keep))


def _taken(runs: Windows, places: Ints) -> Windows:
    """Return some of the runs, in the order of their places."""
    return Windows(trip=runs.trip[places], low=runs.low[places], high=runs.high[places])


def still_minimal(low: Ints, high: Ints) -> Bools:
    """Tell which runs contain no other one, of equal ones the last.

    Both ends must never fall along a trip, and runs of different trips must not overlap: then a run
    that contains another also contains a neighbour.
    """
    same_low, same_high = low[:-1] == low[1:], high[:-1] == high[1:]
    keep = np.ones(len(low), bool)
    keep[:-1] = ~same_high
    keep[1:] &= ~same_low | same_high
    return keep


def alike(low: Ints, high: Ints, site: Ints) -> Ints:
    """Return a number for each run, the same only for runs of the same sites.

    Parameters
    ----------
    low, high
        Half-open ranges of `site`, none inside another, in the order of `minimal_runs`, shape
        (runs,).
    site
        Site at each stop.

    Notes
    -----
    Sums of random weights suggest which runs are alike; each is then compared stop by stop with the
    one it resembles, forwards or backwards. So runs of equal numbers are proved to hold the same
    sites, while runs of the same sites in yet another order may keep different numbers.
    """
    runs = np.arange(len(low))
    weight = np.random.default_rng(0).integers(
        2**64, size=int(site.max(initial=0)) + 1, dtype=np.uint64
    )
    sums = np.zeros(len(site) + 1, np.uint64)
    np.cumsum(weight[site], out=sums[1:])
    bits = 4 + max(1, len(low)).bit_length()
    bucket = (sums[high] - sums[low]) >> np.uint64(64 - bits)
    last_in = np.zeros(2**bits, np.int64)
    last_in[bucket] = runs
    twin = last_in[bucket]
    twin = np.where(high - low == (high - low)[twin], twin, runs)
    both_ways = np.concatenate([site, site[::-1]])
    forward = site[low] == site[low[twin]]
    shift = np.where(forward, low[twin], len(both_ways) - high[twin]) - low
    # Neighbours that resemble neighbours are compared in one stretch, each stop once.
    new = np.ones(len(low), bool)
    new[1:] = (shift[1:] != shift[:-1]) | (low[1:] < low[:-1]) | (low[1:] > high[:-1])
    begins = np.flatnonzero(new)
    begin, end = low[begins], high[np.append(begins[1:], len(low))[: len(begins)] - 1]
    first, mine = expand(begin, end, site)
    _, theirs = expand(begin + shift[begins], end + shift[begins], both_ways)
    different = sums_before(mine != theirs)
    stretch = np.cumsum(new) - 1
    at = low + (first[:-1] - begin)[stretch]
    return np.where(different[at + high - low] > different[at], runs, twin)
