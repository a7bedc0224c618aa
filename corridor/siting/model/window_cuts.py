"""Separation of window rows, and of the (l,S)-windows that strengthen them, over all ways at once.

For a window between points i and j with shortage D and any set A of sites inside it,

    sum_{v not in A} r_v / D + sum_{s in A} (c_s / D) w_s >= y,     c_s = min(D, P_j - P_s)

with r in grams per trip and c of the first passage of each site. If no site of A is open this is the
plain window; otherwise, up to the first open one the plain window covers the rest. A empty gives the
plain windows, A = all the cover sets; the best A takes a site where c_s w_s < r_s. Read from the other
end of the window the same holds with c_s = min(D, P_s - P_i) of the last passage. The shares of a
flow's ways add up to at most 1, so rows of several ways may share the opened sites with the greatest
c_s / D. (docs/model.md, rows W and L)

Of all windows with the same purchases inside, the longest is violated most as long as nothing is in A:
its ends are stops with purchases or the ends of the trip. Only such windows are looked at, which for
plain windows leaves out none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum

import numpy as np
import numpy.typing as npt

from corridor.siting.model.period_program import Floats, Ints, PeriodProgram
from corridor.solvers.program import Cut

_BUCKETS = ((0, 3), (3, 6), (6, 10), (10, 16), (16, 1 << 30))
"""Ways are looked at together that have about as many purchases: [from, to)."""

Window = tuple[int, int, int]
"""Way and the two points between which trucks must buy."""


@dataclass(slots=True)
class _Point:
    """A point of the programme as separation reads it: per stop and per way of the period."""

    x: Floats
    grams: Floats
    share: Floats
    opened: Floats
    active: Ints
    stops: dict[int, list[int]] = field(default_factory=dict)
    mates: dict[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """One way's part of a row: a window, and what its active stops give."""

    way: int
    i: int
    j: int
    short: float
    most: dict[int, float]
    bought: dict[int, float]


class WindowCuts:
    """Separation of windows for the ways of one period.

    Parameters
    ----------
    model
        The period's programme.
    """

    def __init__(self, model: PeriodProgram) -> None:
        ways = model.ways
        flows = [model.problem.flows[way.flow] for way in ways]
        counts = [len(way.buy) for way in ways]
        self._first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._buy = _joined([way.buy for way in ways])
        self._open = _joined([way.site * model.tiers for way in ways])
        self._at = np.concatenate([np.zeros(0), *(way.at for way in ways)])
        self._way = np.repeat(np.arange(len(ways)), counts)
        self._local = np.arange(len(self._buy)) - self._first[self._way]
        self._count = np.array(counts, dtype=np.int64)
        self._share = np.array([way.share for way in ways], dtype=np.int64)
        self._need = np.array([way.need for way in ways], dtype=float)
        self._flow = np.array([way.flow for way in ways], dtype=np.int64)
        self._tank = np.array([flow.usable_g for flow in flows], dtype=float)
        self._loop = np.array([flow.loop for flow in flows], dtype=bool)
        lengths = [f.ways[way.way].total_g for f, way in zip(flows, ways, strict=True)]
        self._total = np.array(lengths, dtype=float)
        self._begin = np.array([flow.start_g - flow.usable_g for flow in flows], dtype=float)
        self._end = self._total + np.array([flow.end_g for flow in flows], dtype=float)
        self._passages = [way.passage for way in ways]
        self._place = [{passage: v for v, passage in enumerate(p)} for p in self._passages]
        self._points = [self._points_of(n) for n in range(len(ways))]
        self._flag = np.zeros(model.columns, dtype=bool)

    def _points_of(self, n: int) -> Floats:
        at = self._at[self._first[n] : self._first[n + 1]]
        if self._loop[n]:
            return np.concatenate([at, at + self._total[n]])
        return np.concatenate([[self._begin[n]], at, [self._end[n]]])

    def plain(self, x: Floats, tolerance: float, per_way: int) -> list[Cut]:
        """Return the most violated plain windows at a point.

        Parameters
        ----------
        x
            Values of all columns.
        tolerance
            Least violation, as a share of what is missing. [-]
        per_way
            At most so many rows per way.
        """
        return self._separated(x, tolerance, per_way, mixed=False, backward=False)

    def mixed(self, x: Floats, tolerance: float, per_way: int) -> list[Cut]:
        """Return violated (l,S)-windows at a point, read from either end, joined over ways.

        Arguments as for `plain`.
        """
        forward = self._separated(x, tolerance, per_way, mixed=True, backward=False)
        return forward + self._separated(x, tolerance, per_way, mixed=True, backward=True)

    def _separated(
        self, x: Floats, tolerance: float, per_way: int, *, mixed: bool, backward: bool
    ) -> list[Cut]:
        if not len(self._share):
            return []
        # What hardly shows cannot make a window; where a point is checked everything counts.
        least = 1e-3 if mixed else 1e-9
        grams = np.maximum(0.0, x[self._buy]) * self._need[self._way]
        live = (x[self._share] > tolerance) & (self._count > 0)
        bought = (grams > least * self._need[self._way]) & live[self._way]
        point = _Point(
            x=x,
            grams=grams,
            share=x[self._share],
            opened=np.clip(x[self._open], 0.0, 1.0),
            active=np.flatnonzero(bought),
        )
        for a in point.active.tolist():
            point.stops.setdefault(int(self._way[a]), []).append(int(self._local[a]))
        for n in np.flatnonzero(live).tolist():
            point.mates.setdefault(int(self._flow[n]), []).append(n)
        cuts = []
        done: set[tuple[object, ...]] = set()
        for window in self._worst(point, live, tolerance, per_way, mixed=mixed, backward=backward):
            n, i, j = window
            if mixed:
                # The same stretch on another way joins to the same row.
                key = (int(self._flow[n]), self._name(n, i), self._name(n, j))
                if key in done:
                    continue
                done.add(key)
            cut = self._cut(point, window, mixed=mixed, backward=backward)
            # What hardly shows was left out of the choice, but counts in the row.
            if float(cut.values @ x[cut.columns]) < -0.5 * tolerance:
                cuts.append(cut)
        return cuts

    def _worst(
        self,
        point: _Point,
        live: npt.NDArray[np.bool_],
        tolerance: float,
        per_way: int,
        *,
        mixed: bool,
        backward: bool,
    ) -> list[Window]:
        found: list[Window] = []
        counts = np.bincount(self._way[point.active], minlength=len(self._share))
        for loop in (False, True):
            for low, high in _BUCKETS:
                chosen = np.flatnonzero(
                    live & (self._loop == loop) & (counts >= low) & (counts < high)
                )
                if len(chosen):
                    found += self._bucket(
                        point, chosen, tolerance, per_way, mixed=mixed, backward=backward
                    )
        return found

    def _bucket(
        self,
        point: _Point,
        chosen: Ints,
        tolerance: float,
        per_way: int,
        *,
        mixed: bool,
        backward: bool,
    ) -> list[Window]:
        """Return the most violated windows of some ways, each of a way from another end."""
        loop = bool(self._loop[chosen[0]])
        at, grams, opened, number, valid = self._padded(point, chosen, loop)
        wide = at.shape[1]
        index = np.arange(wide)
        short = at[:, None, :] - at[:, :, None] - self._tank[chosen][:, None, None]
        pair = valid[:, :, None] & valid[:, None, :] & (short > 0)
        pair &= index[None, None, :] > index[None, :, None]
        if loop:
            half = wide // 2
            pair &= index[None, None, :] <= index[None, :, None] + half
            pair &= index[None, :, None] < half
        share = point.share[chosen]
        if not mixed:
            # Purchases strictly between two points, by differences of running sums.
            before = np.cumsum(grams, axis=1)
            lacking = np.where(pair, short, 1.0)
            given = (before - grams)[:, None, :] - before[:, :, None]
            pair &= share[:, None, None] - given / lacking > tolerance
        w, i, j = np.nonzero(pair)
        if not len(w):
            return []
        lacks = short[w, i, j]
        inside = (index[None, :] > i[:, None]) & (index[None, :] < j[:, None])
        gives = grams[w]
        if mixed:
            ahead = at[w] - at[w, i][:, None] if backward else at[w, j][:, None] - at[w]
            gives = np.minimum(np.minimum(lacks[:, None], ahead) * opened[w], gives)
        missing = share[w] - np.where(inside, gives, 0.0).sum(axis=1) / lacks
        kept = np.flatnonzero(missing > tolerance)
        if not len(kept):
            return []
        anchor = (j if backward else i)[kept]
        order = kept[np.lexsort((-missing[kept], anchor, w[kept]))]
        anchor = (j if backward else i)[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (w[order][1:] != w[order][:-1]) | (anchor[1:] != anchor[:-1])
        order = order[fresh]
        order = order[np.lexsort((-missing[order], w[order]))]
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = w[order][1:] != w[order][:-1]
        rank = np.arange(len(order))
        rank = rank - np.maximum.accumulate(np.where(begins, rank, 0))
        return [
            (int(chosen[w[n]]), int(number[w[n], i[n]]), int(number[w[n], j[n]]))
            for n in order[rank < per_way].tolist()
        ]

    def _padded(
        self, point: _Point, chosen: Ints, loop: bool
    ) -> tuple[Floats, Floats, Floats, Ints, npt.NDArray[np.bool_]]:
        """Return position, grams, opening, number and validity of the active points, one way a row."""
        row_of = np.full(len(self._share), -1, dtype=np.int64)
        row_of[chosen] = np.arange(len(chosen))
        active = point.active[row_of[self._way[point.active]] >= 0]
        row = row_of[self._way[active]]
        count = np.bincount(row, minlength=len(chosen))
        column = np.arange(len(active)) - (np.cumsum(count) - count)[row]
        shape = (len(chosen), max(1, int(count.max(initial=0))))
        at, grams, opened = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        number = np.zeros(shape, dtype=np.int64)
        valid = np.zeros(shape, dtype=bool)
        at[row, column] = self._at[active]
        grams[row, column] = point.grams[active]
        opened[row, column] = point.opened[active]
        number[row, column] = self._local[active]
        valid[row, column] = True
        stops = self._count[chosen][:, None]
        if loop:
            lap = self._total[chosen][:, None]
            return (
                np.hstack([at, at + lap]),
                np.hstack([grams, grams]),
                np.hstack([opened, opened]),
                np.hstack([number, number + stops]),
                np.hstack([valid, valid]),
            )
        none = np.zeros((len(chosen), 1))
        ends = np.ones((len(chosen), 1), dtype=bool)
        begin, end = self._begin[chosen][:, None], self._end[chosen][:, None]
        return (
            np.hstack([begin, at, end]),
            np.hstack([none, grams, none]),
            np.hstack([none, opened, none]),
            np.hstack([none.astype(np.int64), number + 1, stops + 1]),
            np.hstack([ends, valid, ends]),
        )

    def _name(self, n: int, point: int) -> tuple[int, int]:
        """Return the passage at a point of a way; the ends of a trip have names of their own."""
        stops = len(self._passages[n])
        if self._loop[n]:
            return self._passages[n][point % stops]
        if point == 0:
            return (-1, 0)
        return (-2, 0) if point == stops + 1 else self._passages[n][point - 1]

    def _part(self, point: _Point, n: int, i: int, j: int, backward: bool) -> _Part | None:
        """Return the part of a way between two of its points; None without a shortage."""
        at = self._points[n]
        short = float(at[j] - at[i] - self._tank[n])
        if short <= 0:
            return None
        most: dict[int, float] = {}
        bought: dict[int, float] = {}
        base, stops = int(self._first[n]), int(self._count[n])
        for v in point.stops.get(n, ()):
            for p in (v, v + stops) if self._loop[n] else (v + 1,):
                if not i < p < j:
                    continue
                column = int(self._open[base + v])
                ahead = at[p] - at[i] if backward else at[j] - at[p]
                most[column] = max(most.get(column, 0.0), min(short, float(ahead)) / short)
                bought[column] = bought.get(column, 0.0) + float(point.grams[base + v]) / short
        return _Part(n, i, j, short, most, bought)

    def _same_stretch(self, n: int, i: int, j: int, other: int) -> tuple[int, int] | None:
        """Return the points of another way that stand for the same two passages, if it has them."""
        place, stops = self._place[other], int(self._count[other])
        if self._loop[n]:
            a, b = place.get(self._name(n, i)), place.get(self._name(n, j))
            return None if a is None or b is None else (a, b if b > a else b + stops)
        ends = []
        for end in (i, j):
            name = self._name(n, end)
            if name[0] < 0:
                ends.append(0 if name[0] == -1 else stops + 1)
            elif name in place:
                ends.append(place[name] + 1)
            else:
                return None
        return (ends[0], ends[1]) if ends[0] < ends[1] else None

    def _cut(self, point: _Point, window: Window, *, mixed: bool, backward: bool) -> Cut:
        """Return the row of a window, with the same stretch of other ways wherever that adds violation."""
        n, i, j = window
        first = self._part(point, n, i, j, backward)
        assert first is not None
        parts, most, bought = [first], first.most, first.bought
        share = float(point.share[n])
        if mixed:
            best = share - self._given(point, most, bought)
            for other in point.mates[int(self._flow[n])]:
                ends = None if other == n else self._same_stretch(n, i, j, other)
                part = None if ends is None else self._part(point, other, *ends, backward)
                if part is None:
                    continue
                wider, more = dict(most), dict(bought)
                for column, c in part.most.items():
                    wider[column] = max(c, wider.get(column, 0.0))
                    more[column] = more.get(column, 0.0) + part.bought[column]
                with_it = share + float(point.share[other])
                value = with_it - self._given(point, wider, more)
                if value > best + 1e-9:
                    best, most, bought, share = value, wider, more, with_it
                    parts.append(part)
        in_a = {
            column: 0.0
            for column, grams in bought.items()
            if mixed and most[column] * max(0.0, float(point.x[column])) < grams - 1e-12
        }
        return self._row(parts, in_a, backward)

    @staticmethod
    def _given(point: _Point, most: dict[int, float], bought: dict[int, float]) -> float:
        x = point.x
        return fsum(min(most[c] * max(0.0, float(x[c])), grams) for c, grams in bought.items())

    def _row(self, parts: list[_Part], in_a: dict[int, float], backward: bool) -> Cut:
        """Write a row: purchases outside A, openings of A with the greatest c over all passages."""
        columns: list[Ints] = []
        values: list[Floats] = []
        for column in in_a:
            self._flag[column] = True
        for part in parts:
            n, at = part.way, self._points[part.way]
            inside = np.arange(part.i + 1, part.j)
            base, stops = int(self._first[n]), int(self._count[n])
            place = base + (inside % stops if self._loop[n] else inside - 1)
            flagged = self._flag[self._open[place]]
            if flagged.any():
                ahead = at[inside] - at[part.i] if backward else at[part.j] - at[inside]
                c = np.minimum(part.short, ahead[flagged]) / part.short
                for column, share in zip(
                    self._open[place[flagged]].tolist(), c.tolist(), strict=True
                ):
                    in_a[column] = max(in_a[column], share)
                place = place[~flagged]
            columns.append(self._buy[place])
            values.append(np.full(len(place), self._need[n] / part.short))
        for column in in_a:
            self._flag[column] = False
        shares = self._share[[part.way for part in parts]]
        columns += [shares, np.array(list(in_a), dtype=np.int64)]
        values += [np.full(len(shares), -1.0), np.array(list(in_a.values()))]
        found, inverse = np.unique(np.concatenate(columns), return_inverse=True)
        summed = np.zeros(len(found))
        np.add.at(summed, inverse, np.concatenate(values))
        return Cut(found.astype(np.int32), summed)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
