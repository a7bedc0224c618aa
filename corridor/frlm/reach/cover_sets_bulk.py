"""Cover sets of all plain trips at once, as runs of stops, with NumPy on whole ticks.

A trip is plain when it has one path that passes no node and no site twice, and is driven once or
there and back. Its cover sets are then runs of consecutive stops of the path, and minimal sets are
found by sorting. `corridor.frlm.reach.cover_sets` says what a cover set is and serves every other trip; both
are tested against each other and against the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.core.arrays import Ints
from corridor.frlm.instance.instance import Ask, Instance, Trip

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
    kind
        Which trip of `kinds` has the same range and convention, shape (trips,).
    kinds
        One trip of each kind.
    """

    trips: Ints
    first: Ints
    site: Ints
    out: Ticks
    back: Ticks
    loop: npt.NDArray[np.bool_]
    kind: Ints
    kinds: tuple[Trip, ...]

    @property
    def trip_at(self) -> Ints:
        """Return the position in `trips` of each stop, shape (stops,)."""
        return np.repeat(np.arange(len(self.trips)), np.diff(self.first))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """Runs of stops, each of which must hold an open station.

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
    chosen = [
        k
        for k, trip in enumerate(instance.trips)
        if trip.flow and len(trip.paths) == 1 and _is_simple(trip.paths[0])
    ]
    trips = [instance.trips[k] for k in chosen]
    first = np.zeros(len(trips) + 1, np.int64)
    np.cumsum([len(trip.paths[0]) for trip in trips], out=first[1:])
    nodes = np.fromiter(
        chain.from_iterable([trip.paths[0] for trip in trips]), np.int64, count=int(first[-1])
    )
    loop = np.array([trip.convention.round_trip for trip in trips], bool)
    out, back = _distances(instance, nodes, first, loop)
    kind, kinds = _kinds(trips)
    table = PathTable(
        trips=np.array(chosen, np.int64),
        first=first,
        site=_site_at(instance)[nodes],
        out=out,
        back=back,
        loop=loop,
        kind=kind,
        kinds=kinds,
    )
    one_node_each = all(len(site.nodes) == 1 for site in instance.sites)
    return _without(table, _not_plain(table, one_node_each=one_node_each))


def _kinds(trips: Sequence[Trip]) -> tuple[Ints, tuple[Trip, ...]]:
    """Return the kind of each trip, and one trip of each kind."""
    # Conventions are told apart by identity: comparing their fractions for each trip is slow.
    keys = [(id(trip.convention), trip.range) for trip in trips]
    kinds = dict(zip(keys, trips, strict=True))
    number = {key: k for k, key in enumerate(kinds)}
    return np.array([number[key] for key in keys], np.int64), tuple(kinds.values())


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
    arc = np.searchsorted(codes, nodes[here - 1] * count + nodes[here])
    out = _summed(length[arc], here, first, kind)
    both = np.repeat(loop, np.diff(first) - 1)
    turned = np.searchsorted(codes, codes % count * count + codes // count) if len(codes) else codes
    legs = np.zeros(len(here), kind)
    legs[both] = length[turned[arc[both]]]
    return out, _summed(legs, here, first, kind)


def _summed(legs: Ticks, here: Ints, first: Ints, kind: Any) -> Ticks:
    """Return running sums of the legs of each trip."""
    steps = np.zeros(int(first[-1]), kind)
    steps[here] = legs
    sums = np.cumsum(steps, dtype=kind) if len(steps) else steps
    shifted: Ticks = sums - np.repeat(sums[first[:-1]], np.diff(first))
    return shifted


def _not_plain(table: PathTable, *, one_node_each: bool) -> npt.NDArray[np.bool_]:
    """Tell which trips pass a node of several sites or a site twice, or loop over no distance.

    Parameters
    ----------
    table
        Trips on simple paths.
    one_node_each
        True: each site serves one node, so that none is passed twice.
    """
    bad = np.zeros(len(table.trips), bool)
    bad[table.trip_at[table.site == -2]] = True
    if not one_node_each:
        stops = np.flatnonzero(table.site >= 0)
        span = int(table.site.max(initial=0)) + 1
        passed = np.sort(table.trip_at[stops] * span + table.site[stops])
        bad[passed[1:][passed[1:] == passed[:-1]] // span] = True
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
        kind=table.kind[keep],
        kinds=table.kinds,
    )


def windows(instance: Instance, table: PathTable, ask: Ask) -> Windows:
    """Return the cover sets of the plain trips under an ask, not yet reduced, sorted by trip."""
    found = unsorted_windows(instance, table, ask)
    order = np.argsort(found.trip, kind="stable")
    return Windows(trip=found.trip[order], low=found.low[order], high=found.high[order])


def unsorted_windows(instance: Instance, table: PathTable, ask: Ask) -> Windows:
    """Return the cover sets of the plain trips under an ask, one kind of leg after the other.

    The derivation is that of `corridor.frlm.reach.cover_sets`, for positions `out` on the way there and
    `lap - back` on the way home. On the way home, once a stop of the way there is near enough, all
    stops further out are passed later and nearer, so every set is one run of stops.
    """
    kind: Any = table.out.dtype
    tanks = [instance.tank_of(trip, ask) for trip in table.kinds]
    fuels = [(tank, trip.convention) for tank, trip in zip(tanks, table.kinds, strict=True)]
    starts = [int(tank * rule.start_fuel) for tank, rule in fuels]
    ends = [int(tank * rule.end_fuel) for tank, rule in fuels]
    last = table.first[1:] - 1
    lap_longest = int((table.out[last] + table.back[last]).max(initial=0))
    spread = 2 * (lap_longest + 2 * max(tanks, default=0)) + 2
    if spread * (len(last) + 1) >= _SAFE:
        kind = object
    trip_at = table.trip_at
    apart = trip_at.astype(kind) * spread
    drives = _Drives(
        table=table,
        trip=trip_at,
        apart=apart,
        out=table.out + apart,
        back=table.back + apart,
        tank=np.array(tanks, kind)[table.kind],
        start=np.array(starts, kind)[table.kind],
        end=np.array(ends, kind)[table.kind],
        strict=ask.strict,
    )
    required = np.array([trip.convention.station_required for trip in table.kinds], bool)
    whole = required[table.kind]
    parts = [drives.outward(), drives.homeward(), drives.at_the_end()]
    parts.append((np.flatnonzero(whole), table.first[:-1][whole], last[whole]))
    trip, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Windows(trip=trip, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drives:
    """Trips spread out on one axis, so that one sorted search serves all of them.

    Parameters
    ----------
    table
        The trips.
    trip
        Position in `PathTable.trips` of each stop, shape (stops,).
    apart
        Shift of each stop, shape (stops,). [ticks]
    out, back
        Distances from and to the start, shifted, shape (stops,). [ticks]
    tank, start, end
        Fuel when full, at the first departure and needed at the end, shape (trips,). [ticks]
    strict
        True: the tank must stay above 0 at every arrival.
    """

    table: PathTable
    trip: Ints
    apart: Ticks
    out: Ticks
    back: Ticks
    tank: Ticks
    start: Ticks
    end: Ticks
    strict: bool

    def _first_at(self, ticks: Ticks, wanted: Ticks) -> Ints:
        """Return the first stop whose position is at least (strict: above) the one wanted."""
        side: Any = "right" if self.strict else "left"
        return np.searchsorted(ticks, wanted, side=side)

    def _last_at(self, ticks: Ticks, wanted: Ticks) -> Ints:
        """Return the last stop whose position is at most (strict: below) the one wanted."""
        side: Any = "left" if self.strict else "right"
        return np.searchsorted(ticks, wanted, side=side) - 1

    def _but_last(self) -> Ints:
        """Return all stops but the last of each trip."""
        inner = np.ones(len(self.trip), bool)
        inner[self.table.first[1:] - 1] = False
        return np.flatnonzero(inner)

    def outward(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows of the legs on the way there."""
        tails = self._but_last()
        of = self.trip[tails]
        arrival, start = self.table.out[tails + 1], self.start[of]
        lasts = (start > arrival if self.strict else start >= arrival).astype(bool)
        loop = self.table.loop[of]
        high = tails.copy()
        # A stop on the way home of the lap before, near enough, stands among the first stops.
        wraps = np.flatnonzero(loop & lasts)
        near = self.tank[of[wraps]] - arrival[wraps] + self.apart[tails[wraps]]
        high[wraps] = np.maximum(tails[wraps], self._last_at(self.back, near))
        needed = np.flatnonzero(loop | ~lasts)
        of, tails, high = of[needed], tails[needed], high[needed]
        return of, self._first_at(self.out, self.out[tails + 1] - self.tank[of]), high

    def homeward(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows of the legs on the way home."""
        heads = self._but_last()
        heads = heads[self.table.loop[self.trip[heads]]]
        of = self.trip[heads]
        last = self.table.first[1:] - 1
        lap = (self.table.out[last] + self.table.back[last])[of]
        reach = self.table.back[heads] + self.tank[of]
        high = self._last_at(self.back, self.apart[heads] + reach)
        low = self._first_at(self.out, self.apart[heads] + lap - reach)
        return of, np.minimum(heads + 1, low), high

    def at_the_end(self) -> tuple[Ints, Ints, Ints]:
        """Return the windows that leave enough fuel at the destinations of one-way trips."""
        last = self.table.first[1:] - 1
        need = ~self.table.loop & (self.table.out[last] + self.end > self.start).astype(bool)
        of, last = np.flatnonzero(need), last[need]
        low = np.searchsorted(self.out, self.out[last] + (self.end - self.tank)[of], side="left")
        return of, low, last
