"""Cover sets of all plain trips at once, as runs of stops, with NumPy on whole ticks.

A trip is plain when it has one path that passes no node and no site twice, and is driven once or
there and back. Its cover sets are then runs of consecutive stops of the path, and minimal sets are
found by sorting. `corridor.frlm.covers` says what a cover set is and serves every other trip; both
are tested against each other and against the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.frlm.instance import Ask, Instance

Ints = npt.NDArray[np.int64]
Ticks = npt.NDArray[Any]
"""Whole ticks: int64 where they surely fit, else Python integers."""

_SAFE = 2**61


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathTable:
    """The plain trips of an instance, laid end to end.

    Parameters
    ----------
    trips
        Index of each plain trip in the instance, shape (trips,).
    first
        Where each trip begins, and the end, shape (trips + 1,).
    site
        The usable site at each stop, -1 where there is none, shape (stops,).
    out, back
        Distance from the start, and back to it where the trip is a round trip, shape (stops,).
        [ticks]
    loop
        Whether the trip is driven there and back for ever, shape (trips,).
    """

    trips: Ints
    first: Ints
    site: Ints
    out: Ticks
    back: Ticks
    loop: npt.NDArray[np.bool_]

    @property
    def trip_at(self) -> Ints:
        """Return the position in `trips` of each stop, shape (stops,)."""
        return np.repeat(np.arange(len(self.trips)), np.diff(self.first))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """Runs of stops, each of which must hold an open station, sorted by trip.

    Parameters
    ----------
    trip
        Position in `PathTable.trips`, shape (windows,).
    low, high
        First and last stop of the run; empty where `low > high`, shape (windows,).
    """

    trip: Ints
    low: Ints
    high: Ints


def path_table(instance: Instance) -> PathTable:
    """Lay out the plain trips of an instance."""
    site_at = _site_at(instance)
    chosen = [
        k
        for k, trip in enumerate(instance.trips)
        if trip.flow and len(trip.paths) == 1 and _is_simple(trip.paths[0])
    ]
    paths = [instance.trips[k].paths[0] for k in chosen]
    first = np.zeros(len(paths) + 1, np.int64)
    np.cumsum([len(path) for path in paths], out=first[1:])
    nodes = np.fromiter(chain.from_iterable(paths), np.int64, count=int(first[-1]))
    loop = np.array([instance.trips[k].convention.round_trip for k in chosen], bool)
    out, back = _distances(instance, nodes, first, loop)
    table = PathTable(
        trips=np.array(chosen, np.int64),
        first=first,
        site=site_at[nodes] if len(nodes) else nodes,
        out=out,
        back=back,
        loop=loop,
    )
    return _without(table, _not_plain(table))


def _is_simple(path: Sequence[int]) -> bool:
    """Tell whether a path moves, and passes no node twice."""
    return len(path) > 1 and len(set(path)) == len(path)


def _site_at(instance: Instance) -> Ints:
    """Return the only usable site of each node, -1 for none, -2 for several."""
    site_at = np.full(len(instance.nodes), -1, np.int64)
    for k, site in enumerate(instance.sites):
        if site.status != "barred":
            for node in site.nodes:
                site_at[node] = k if site_at[node] == -1 else -2
    return site_at


def _distances(
    instance: Instance, nodes: Ints, first: Ints, loop: npt.NDArray[np.bool_]
) -> tuple[Ticks, Ticks]:
    """Return the distance from the start, and back to it, at each stop."""
    count = len(instance.nodes)
    arcs = sorted(instance.lengths)
    lengths = [instance.lengths[arc] for arc in arcs]
    # Bounds the sum of all distances and ranges that are ever added up.
    longest = 4 * (max(lengths, default=0) * (int(np.diff(first).max(initial=0)) + 1))
    kind: Any = np.int64 if longest < _SAFE else object
    codes = np.array([tail * count + head for tail, head in arcs], np.int64)
    length = np.array(lengths, kind)
    inner = np.ones(len(nodes), bool)
    inner[first[:-1]] = False  # the first stop of a trip has no leg before it
    here = np.flatnonzero(inner)
    tails, heads = nodes[here - 1], nodes[here]
    out = _summed(length[np.searchsorted(codes, tails * count + heads)], here, first, kind)
    both = np.repeat(loop, np.diff(first))[here]
    legs = np.zeros(len(here), kind)
    legs[both] = length[np.searchsorted(codes, (heads * count + tails)[both])]
    return out, _summed(legs, here, first, kind)


def _summed(legs: Ticks, here: Ints, first: Ints, kind: Any) -> Ticks:
    """Return running sums of the legs of each trip."""
    steps = np.zeros(int(first[-1]), kind)
    steps[here] = legs
    sums = np.cumsum(steps, dtype=kind) if len(steps) else steps
    shifted: Ticks = sums - np.repeat(sums[first[:-1]], np.diff(first))
    return shifted


def _not_plain(table: PathTable) -> npt.NDArray[np.bool_]:
    """Tell which trips pass a node of several sites or a site twice, or loop over no distance."""
    bad = np.zeros(len(table.trips), bool)
    trip_at = table.trip_at
    bad[trip_at[table.site == -2]] = True
    stops = np.flatnonzero(table.site >= 0)
    span = int(table.site.max(initial=0)) + 1
    _, index, times = np.unique(
        trip_at[stops] * span + table.site[stops], return_index=True, return_counts=True
    )
    bad[trip_at[stops[index[times > 1]]]] = True
    last = table.first[1:] - 1
    bad |= table.loop & (table.out[last] + table.back[last] == 0).astype(bool)
    return bad


def _without(table: PathTable, dropped: npt.NDArray[np.bool_]) -> PathTable:
    """Return the table without some trips."""
    if not dropped.any():
        return table
    keep = ~dropped
    stops = np.repeat(keep, np.diff(table.first))
    first = np.zeros(int(keep.sum()) + 1, np.int64)
    np.cumsum(np.diff(table.first)[keep], out=first[1:])
    return PathTable(
        trips=table.trips[keep],
        first=first,
        site=table.site[stops],
        out=table.out[stops],
        back=table.back[stops],
        loop=table.loop[keep],
    )


def windows(instance: Instance, table: PathTable, ask: Ask) -> Windows:
    """Return the cover sets of the plain trips under an ask, not yet reduced.

    The derivation is that of `corridor.frlm.covers`, for positions `out` on the way there and
    `lap - back` on the way home. On the way home, once a stop of the way there is near enough, all
    stops further out are passed later and nearer, so every set is one run of stops.
    """
    trips = [instance.trips[k] for k in table.trips]
    kind: Any = table.out.dtype if len(table.out) else np.int64
    tanks = [instance.tank_of(trip, ask) for trip in trips]
    starts = [int(r * t.convention.start_fuel) for r, t in zip(tanks, trips, strict=True)]
    ends = [int(r * t.convention.end_fuel) for r, t in zip(tanks, trips, strict=True)]
    last = table.first[1:] - 1
    lap_longest = max((table.out[last] + table.back[last]).tolist(), default=0)
    spread = 2 * (lap_longest + 2 * max(tanks, default=0)) + 2
    if spread * (len(trips) + 1) >= _SAFE:
        kind = object
    drives = _Drives(
        table=table,
        tank=np.array(tanks, kind),
        start=np.array(starts, kind),
        end=np.array(ends, kind),
        apart=np.arange(len(trips)).astype(kind) * spread,
        kind=kind,
        strict=ask.strict,
    )
    whole = np.array([trip.convention.station_required for trip in trips], bool)
    parts = [drives.outward(), drives.homeward(), drives.at_the_end()]
    parts.append((np.flatnonzero(whole), table.first[:-1][whole], last[whole]))
    trip, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(trip, kind="stable")
    return Windows(trip=trip[order], low=low[order], high=high[order])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drives:
    """Trips spread out on one axis, so that one sorted search serves all of them."""

    table: PathTable
    tank: Ticks
    start: Ticks
    end: Ticks
    apart: Ticks
    kind: Any
    strict: bool

    def _first_at(self, ticks: Ticks, wanted: Ticks) -> Ints:
        """Return the first stop whose position is at least (strict: above) the one wanted."""
        side: Any = "right" if self.strict else "left"
        return np.searchsorted(ticks, wanted, side=side)

    def _last_at(self, ticks: Ticks, wanted: Ticks) -> Ints:
        """Return the last stop whose position is at most (strict: below) the one wanted."""
        side: Any = "left" if self.strict else "right"
        return np.searchsorted(ticks, wanted, side=side) - 1

    def _axes(self) -> tuple[Ints, Ticks, Ticks, Ticks]:
        """Return trips, the shift and both shifted positions of all stops."""
        trip = self.table.trip_at
        apart = self.apart[trip]
        out = self.table.out.astype(self.kind) + apart
        return trip, apart, out, self.table.back.astype(self.kind) + apart

    def _but_last(self, stops: int) -> Ints:
        """Return all stops but the last of each trip."""
        inner = np.ones(stops, bool)
        inner[self.table.first[1:] - 1] = False
        return np.flatnonzero(inner)

    def outward(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows of the legs on the way there."""
        trip, apart, out, back = self._axes()
        tails = self._but_last(len(trip))
        of = trip[tails]
        arrival = self.table.out[tails + 1].astype(self.kind)
        tank, shift = self.tank[of], apart[tails]
        low = self._first_at(out, arrival - tank + shift)
        lasts = self.start[of] > arrival if self.strict else self.start[of] >= arrival
        lasts = lasts.astype(bool)
        loop = self.table.loop[of]
        # A stop on the way home of the lap before, near enough, stands among the first stops.
        wrapped = np.maximum(tails, self._last_at(back, tank - arrival + shift))
        high = np.where(loop & lasts, wrapped, tails)
        needed = loop | ~lasts
        return of[needed], low[needed], high[needed]

    def homeward(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows of the legs on the way home."""
        trip, apart, out, back = self._axes()
        heads = self._but_last(len(trip))
        heads = heads[self.table.loop[trip[heads]]]
        of = trip[heads]
        last = self.table.first[1:][of] - 1
        tank, shift = self.tank[of], apart[heads]
        home = self.table.back[heads].astype(self.kind)
        arrival = (self.table.out[last] + self.table.back[last]).astype(self.kind) - home
        high = self._last_at(back, home + tank + shift)
        low = np.minimum(heads + 1, self._first_at(out, arrival - tank + shift))
        return of, low, high

    def at_the_end(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows that leave enough fuel at the destinations of one-way trips."""
        trip, _, out, _ = self._axes()
        last = self.table.first[1:] - 1
        goal = self.table.out[last].astype(self.kind) + self.end
        need = ~self.table.loop & (goal > self.start).astype(bool)
        of = trip[last[need]]
        low = np.searchsorted(out, (goal - self.tank + self.apart)[need], side="left")
        return of, low, last[need]
