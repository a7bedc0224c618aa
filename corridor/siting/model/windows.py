"""Purchase windows of one way: which runs of stops must sell how much.

A *point* is a stop, or one of the two ends of a one-way trip. Positions are counted in grams burnt,
so that `P[j] - P[i] - U` is what a truck that is full at point i lacks when it reaches point j: the
run of stops strictly between them must sell at least that much per trip. A one-way trip that
starts with f0 grams is one that was full at `f0 - U`; that it must end with f1 puts its end at
`E + f1`. A loop is written out twice. The projection of the state of charge onto purchases is exactly
these rows together with the balance (docs/model.md, rows W and B).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from corridor.siting.problem import Commodity, Variant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]


def need_g(flow: Commodity, way: Variant) -> int:
    """Return what one trip on this way must buy: a lap, or what is missing at the end [g]."""
    if flow.loop:
        return way.total_g
    return max(0, way.total_g + flow.end_g - flow.start_g)


def points_g(flow: Commodity, way: Variant, stops: tuple[int, ...]) -> list[int]:
    """Return the positions of all points; the stops of a loop come twice [g]."""
    at = [way.stops[v].at_g for v in stops]
    if flow.loop:
        return at + [g + way.total_g for g in at]
    return [flow.start_g - flow.usable_g, *at, way.total_g + flow.end_g]


def widest_gap_g(flow: Commodity, way: Variant, stops: tuple[int, ...]) -> int:
    """Return the longest stretch between two chances to fill; a tank at most, or nobody gets through.

    The stretch before the first stop counts as if the missing part of the start tank had been burnt,
    the last one as if the fuel wanted at the end were burnt after it. [g]
    """
    if need_g(flow, way) == 0:
        return 0
    at = points_g(flow, way, stops)
    if flow.loop:
        if not stops:
            return max(way.total_g, flow.usable_g + 1)
        at = at[: len(stops) + 1]
    return max(b - a for a, b in pairwise(at))


def drivable(flow: Commodity, way: Variant, stops: tuple[int, ...]) -> bool:
    """Whether a truck that may fill at every one of `stops` can drive the way."""
    return widest_gap_g(flow, way, stops) <= flow.usable_g


def least_stops(flow: Commodity, way: Variant, stops: tuple[int, ...]) -> int | None:
    """Return the fewest of `stops` that a truck must make, exactly; None where it cannot get through.

    Filling up at the last stop within reach is never worse. A loop has no first stop: each one within a
    tank of the first is tried, as one of them is made.

    Parameters
    ----------
    flow, way
        The trip.
    stops
        Indices of the stops that it may make, in driving order.

    Returns
    -------
    int or None
        0 where nothing is bought.
    """
    if need_g(flow, way) == 0:
        return 0
    at = [way.stops[v].at_g for v in stops]
    if not flow.loop:
        return _jumps(at, flow.start_g, way.total_g + flow.end_g, flow.usable_g)
    if not stops:
        return None
    if way.total_g <= flow.usable_g:
        return 1
    twice = at + [g + way.total_g for g in at]
    best: int | None = None
    for n, start in enumerate(at):
        if start > at[0] + flow.usable_g:
            break
        ahead = twice[n + 1 : n + len(at)]
        more = _jumps(ahead, start + flow.usable_g, start + way.total_g, flow.usable_g)
        if more is not None and (best is None or more + 1 < best):
            best = more + 1
    return best


def _jumps(at: list[int], reach: int, goal: int, usable: int) -> int | None:
    """Return how often a truck that gets as far as `reach` must fill up to come to `goal`."""
    count, here = 0, 0
    while reach < goal:
        n = bisect_right(at, reach, here)
        if n == here:
            return None
        reach, here, count = at[n - 1] + usable, n, count + 1
    return count


def chains(
    flow: Commodity, way: Variant, stops: tuple[int, ...], size: int, limit: int
) -> Iterator[tuple[int, ...]]:
    """Yield sets of so many stops with which the way can be driven, in order, never more than `limit`.

    Parameters
    ----------
    flow, way
        The trip; it buys something.
    stops
        Stops to choose from, in driving order.
    size, limit
        Stops per set; sets at most.
    """
    left = limit
    for first in range(len(stops)) if flow.loop else (None,):
        begin = () if first is None else (first,)
        at = [way.stops[v].at_g for v in stops]
        if first is None:
            goal, reach = way.total_g + flow.end_g, flow.start_g
        else:
            goal, reach = at[first] + way.total_g, at[first] + flow.usable_g
        for chain in _grow(at, begin, reach, goal=goal, usable=flow.usable_g, size=size):
            yield tuple(stops[n] for n in chain)
            left -= 1
            if not left:
                return


def _grow(
    at: list[int], chain: tuple[int, ...], reach: int, *, goal: int, usable: int, size: int
) -> Iterator[tuple[int, ...]]:
    """Yield the chains of so many stops that begin like this one and come to the goal."""
    if len(chain) == size:
        if reach >= goal:
            yield chain
        return
    for n in range(chain[-1] + 1 if chain else 0, len(at)):
        if at[n] > reach:
            return
        more = _jumps(at[n + 1 :], at[n] + usable, goal, usable)
        if more is not None and len(chain) + 1 + more <= size:
            here = (*chain, n)
            yield from _grow(at, here, at[n] + usable, goal=goal, usable=usable, size=size)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Windows of a way over some of its stops.

    Parameters
    ----------
    stops
        Indices of the stops in the way.
    at
        Positions of the points. [g]
    first, last
        For every window with a shortage: the points that bound it.
    short
        The shortage D of each window; positive. [g]
    most
        What one stop can sell to one trip at most, per stop. [g]
    need
        What the trip buys in all. [g]
    """

    loop: bool
    stops: tuple[int, ...]
    at: Ints
    first: Ints
    last: Ints
    short: Ints
    most: Ints
    need: int

    def spread(self, per_stop: Floats) -> Floats:
        """Write values of stops at their points; the ends of a one-way trip have 0."""
        import numpy as np

        if self.loop:
            return np.concatenate([per_stop, per_stop])
        return np.concatenate([[0.0], per_stop, [0.0]])

    def stop_of(self, point: int) -> int:
        """Return which stop (counted within `stops`) stands at a point."""
        return point % len(self.stops) if self.loop else point - 1

    def sold(self, per_stop: Floats) -> Floats:
        """Return the sum of the purchases inside each window, from purchases per stop."""
        import numpy as np

        before = np.concatenate([[0.0], np.cumsum(self.spread(per_stop))])
        sold: Floats = before[self.last] - before[self.first + 1]
        return sold


def geometry(flow: Commodity, way: Variant, stops: tuple[int, ...]) -> Geometry:
    """List the windows with a shortage of a way that stops at `stops` only.

    Parameters
    ----------
    flow, way
        The trip.
    stops
        Indices of the stops in the way, in driving order.

    Returns
    -------
    Geometry
        Without windows where the trip needs no hydrogen.
    """
    import numpy as np

    need = need_g(flow, way)
    at = np.array(points_g(flow, way, stops), dtype=np.int64)
    count = len(stops)
    if need == 0 or not stops:
        none = np.zeros(0, dtype=np.int64)
        return Geometry(flow.loop, stops, at, none, none, none, np.zeros(count, np.int64), need)
    i, j = np.triu_indices(len(at), 1)
    if flow.loop:
        inside = (i < count) & (j <= i + count)
        i, j = i[inside], j[inside]
    short = at[j] - at[i] - flow.usable_g
    keep = short > 0
    return Geometry(
        flow.loop, stops, at, i[keep], j[keep], short[keep], most_g(flow, way, stops, need), need
    )


def most_g(flow: Commodity, way: Variant, stops: tuple[int, ...], need: int) -> Ints:
    """Bound what one stop sells to one trip: the room in the tank, and what is still to come."""
    import numpy as np

    at = np.array([way.stops[v].at_g for v in stops], dtype=np.int64)
    if flow.loop:
        return np.full(len(stops), min(flow.usable_g, need), dtype=np.int64)
    arrives_with = np.maximum(0, flow.start_g - at)
    room = flow.usable_g - arrives_with
    ahead = way.total_g + flow.end_g - at - arrives_with
    most: Ints = np.maximum(0, np.minimum(room, ahead))
    return most
