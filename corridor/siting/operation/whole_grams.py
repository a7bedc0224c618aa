"""Whole grams: averaged purchases of one truck made into integers that still carry it through.

Rounding each purchase up would break the books, rounding it off would strand the truck. The
*cumulative* purchases are rounded up: every window asks that a difference of two of them reach an
integer, and rounding up both keeps it (docs/model.md, whole grams).
"""

from __future__ import annotations

from math import ceil

from corridor.siting.model.windows import geometry, need_g
from corridor.siting.problem import Commodity, Variant

NOISE_G = 1e-3
"""What a cumulative purchase may stand above a whole number and still mean that number [g]."""


def carries(flow: Commodity, way: Variant, purchases: tuple[tuple[int, int], ...]) -> bool:
    """Whether a truck with these purchases drives the way: exact, in integers.

    Parameters
    ----------
    flow, way
        The trip.
    purchases
        (stop, grams) in driving order.

    Returns
    -------
    bool
        True if the tank never runs dry, never overflows, and the lap repeats (or the trip ends with
        the fuel that is wanted).
    """
    U = flow.usable_g
    if flow.loop:
        if sum(g for _, g in purchases) < way.total_g:
            return False
        # From the least level at the start that never runs dry, the tank must not overflow.
        lowest = level = 0
        for stop, grams in purchases:
            lowest = min(lowest, level - way.stops[stop].at_g)
            level += grams
        lowest = min(lowest, level - way.total_g)
        level = -lowest
        for stop, grams in purchases:
            level += grams
            if level - way.stops[stop].at_g > U:
                return False
        return level - way.total_g <= U
    level = flow.start_g
    for stop, grams in purchases:
        arrives = level - way.stops[stop].at_g
        level += grams
        if arrives < 0 or arrives + grams > U:
            return False
    return flow.start_g <= U and level - way.total_g >= max(0, flow.end_g)


def whole_grams(
    flow: Commodity,
    way: Variant,
    stops: tuple[int, ...],
    averaged: list[float],
    offset: float = 0.0,
) -> tuple[tuple[int, int], ...] | None:
    """Round the purchases of a truck to whole grams.

    Parameters
    ----------
    flow, way, stops
        The trip and where it stops.
    averaged
        What it takes at each stop; within a milligram or so of the windows. [g]
    offset
        Taken off the cumulative purchases before they are rounded up: any keeps the windows. [g]

    Returns
    -------
    tuple or None
        (stop, grams) in driving order, or None where no integers fit.
    """
    need = need_g(flow, way)
    total = 0.0
    sums = []
    for grams in averaged:
        total += max(0.0, grams)
        sums.append(min(need, max(0, ceil(total - NOISE_G - offset))))
    if sums:
        sums[-1] = need
    geo = geometry(flow, way, stops)
    count = len(stops)
    # Noise may leave a window a gram short: raise the sums until none is (longest paths).
    for _ in range(count + 2):
        changed = False
        for i, j, short in zip(geo.first, geo.last, geo.short, strict=True):
            a, b = _run(geo.loop, count, int(i), int(j))
            lacks = int(short) - (_sum(sums, b, need) - _sum(sums, a, need))
            if lacks > 0:
                sums[(b - 1) % count] += lacks
                changed = True
        for n in range(1, count):
            if sums[n] < sums[n - 1]:
                sums[n] = sums[n - 1]
                changed = True
        if not changed:
            break
    whole = [b - a for a, b in zip([0, *sums], sums, strict=False)]
    kept = tuple((v, g) for v, g in zip(stops, whole, strict=True) if g > 0)
    if any(g < 0 for g in whole) or sum(whole) != need or not carries(flow, way, kept):
        return None
    return kept


def _run(loop: bool, count: int, i: int, j: int) -> tuple[int, int]:
    """Return numbers of stops passed before and after the run strictly between two points."""
    return (i + 1, j) if loop else (i, j - 1)


def _sum(sums: list[int], passed: int, lap: int) -> int:
    """Return what was bought at the first `passed` stops; a loop goes on after its last."""
    laps, rest = divmod(passed, len(sums)) if passed > len(sums) else (0, passed)
    return laps * lap + (sums[rest - 1] if rest else 0)
