"""Separation of window rows and of the (l,S)-windows that strengthen them, in closed form.

For a window between points i and j with shortage D and any set A of sites inside it,

    sum_{v not in A} r_v / F + sum_{s in A} c_s w_s >= D y,     c_s = min(D, P_j - P_s)

with c of the first passage of each site. If no site of A is open this is the plain window; otherwise,
up to the first open one the plain window covers the rest. A empty gives the plain windows, A = all the
cover sets; the best A takes a site where c_s w_s < r_s / F. Read from the other end of the window
the same holds with c_s = min(D, P_s - P_i) of the last passage. (docs/model.md, rows W and L)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.siting.model.columns import WayColumns
from corridor.siting.model.windows import Geometry
from corridor.solvers.program import Cut

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


def plain_windows(
    ways: list[WayColumns], point: Floats, tolerance: float, per_way: int
) -> list[Cut]:
    """Return the most violated plain windows at a point.

    Parameters
    ----------
    ways
        Columns of the ways.
    point
        Values of all columns.
    tolerance
        Least violation, as a share of the tank that would be missing. [-]
    per_way
        At most so many rows per way.
    """
    import numpy as np

    cuts = []
    for way in ways:
        share = point[way.share]
        geo = way.geometry
        if share <= tolerance or not len(geo.short):
            continue
        sold = geo.sold(np.maximum(0.0, point[way.buy])) * 1000 / way.trips_per_day
        missing = share - sold / geo.short
        order = np.argsort(-missing, kind="stable")[:per_way]
        cuts += [_row(way, int(n)) for n in order if missing[n] > tolerance]
    return cuts


def mixed_windows(
    ways: list[WayColumns], point: Floats, tolerance: float, per_way: int
) -> list[Cut]:
    """Return violated (l,S)-windows at a point, joined over the ways of a flow where that is stronger.

    The shares of a flow's ways add up to at most 1, so rows of several ways, each divided by its
    shortage, may share the opened sites: `sum_p (sold_p / D_p) + sum_s max_p(c_ps / D_p) w_s >= sum_p y_p`.
    Arguments as for `plain_windows`.
    """
    cuts: list[Cut] = []
    for group in _by_flow(ways):
        active = [way for way in group if point[way.share] > tolerance and len(way.geometry.short)]
        if not active:
            continue
        for backward in (False, True):
            found: dict[tuple[int, ...], None] = {}
            for way in active:
                for window in _worst(way, point, tolerance, per_way, backward):
                    cut, key = _joined(way, window, active, point, backward)
                    if key not in found:
                        found[key] = None
                        cuts.append(cut)
    return cuts


def _by_flow(ways: list[WayColumns]) -> list[list[WayColumns]]:
    groups: dict[int, list[WayColumns]] = {}
    for way in ways:
        groups.setdefault(way.flow, []).append(way)
    return list(groups.values())


def _worst(
    way: WayColumns, point: Floats, tolerance: float, per_way: int, backward: bool
) -> list[int]:
    """Return the most violated windows of one way, each from another bounding point."""
    import numpy as np

    geo = way.geometry
    bought = np.maximum(0.0, point[way.buy]) * 1000 / way.trips_per_day
    opened = np.maximum(0.0, point[way.opened])
    active = np.flatnonzero((bought > 1e-9) & (opened > 1e-9))
    missing = point[way.share] - _least(geo, bought, opened, active, backward) / geo.short
    chosen: dict[int, int] = {}
    for n in np.argsort(-missing, kind="stable")[: 6 * per_way]:
        if missing[n] <= tolerance or len(chosen) == per_way:
            break
        chosen.setdefault(int(geo.last[n] if backward else geo.first[n]), int(n))
    return list(chosen.values())


@dataclass(frozen=True, slots=True)
class _Part:
    """One way's part of a joined row: its window, and coefficients per stop."""

    way: WayColumns
    stops: Ints
    c: Floats
    per_kg: float


def _part(way: WayColumns, i: int, j: int, backward: bool) -> _Part | None:
    """Return the part of a way between two of its points; None without a shortage."""
    import numpy as np

    geo = way.geometry
    short = int(geo.at[j] - geo.at[i]) - way.usable_g
    if short <= 0:
        return None
    points = np.arange(i + 1, j)
    ahead = geo.at[points] - geo.at[i] if backward else geo.at[j] - geo.at[points]
    stops = points % len(geo.stops) if geo.loop else points - 1
    return _Part(way, stops, np.minimum(short, ahead) / short, 1000 / (way.trips_per_day * short))


def _joined(
    way: WayColumns, window: int, active: list[WayColumns], point: Floats, backward: bool
) -> tuple[Cut, tuple[int, ...]]:
    """Return the row of a window, with the same stretch of other ways wherever that adds violation."""
    import numpy as np

    geo = way.geometry
    i, j = int(geo.first[window]), int(geo.last[window])
    first = _part(way, i, j, backward)
    assert first is not None
    parts = [first]
    most, bought = _totals(first, point)
    opened = np.maximum(0.0, point[: len(most)])
    best = point[way.share] - np.minimum(most * opened, bought).sum()
    for other in active:
        if other is way:
            continue
        ends = _same_stretch(way, i, j, other)
        part = None if ends is None else _part(other, *ends, backward)
        if part is None:
            continue
        c, b = _totals(part, point)
        c, b = np.maximum(most, c), bought + b
        value = sum(point[p.way.share] for p in parts) + point[other.share]
        value -= np.minimum(c * opened, b).sum()
        if value > best + 1e-9:
            best, most, bought = value, c, b
            parts.append(part)
    in_a = most * opened < bought - 1e-12
    columns: list[int] = []
    values: list[float] = []
    for part in parts:
        for stop in part.stops:
            if not in_a[part.way.opened[stop]]:
                columns.append(int(part.way.buy[stop]))
                values.append(part.per_kg)
        columns.append(part.way.share)
        values.append(-1.0)
    chosen = np.flatnonzero(in_a)
    columns += [int(c) for c in chosen]
    values += [float(most[c]) for c in chosen]
    order = np.argsort(columns, kind="stable")
    cut = Cut(np.array(columns, dtype=np.int32)[order], np.array(values)[order])
    return cut, tuple(int(c) for c in cut.columns)


def _totals(part: _Part, point: Floats) -> tuple[Floats, Floats]:
    """Return, per column of opened sites, the greatest c and what is bought, as shares of D."""
    import numpy as np

    top = part.way.top_column
    most, bought = np.zeros(top), np.zeros(top)
    columns = part.way.opened[part.stops]
    np.maximum.at(most, columns, part.c)
    np.add.at(bought, columns, np.maximum(0.0, point[part.way.buy[part.stops]]) * part.per_kg)
    return most, bought


def _same_stretch(way: WayColumns, i: int, j: int, other: WayColumns) -> tuple[int, int] | None:
    """Return the points of another way that stand for the same two passages; None where there are none."""
    geo, n = way.geometry, len(other.geometry.stops)
    if not geo.loop:
        ends = []
        for point in (i, j):
            if point == 0:
                ends.append(0)
            elif point == len(geo.stops) + 1:
                ends.append(n + 1)
            else:
                place = other.passage.get(way.passage_of[point - 1])
                if place is None:
                    return None
                ends.append(place + 1)
        return (ends[0], ends[1]) if ends[0] < ends[1] else None
    a = other.passage.get(way.passage_of[i % len(geo.stops)])
    b = other.passage.get(way.passage_of[j % len(geo.stops)])
    if a is None or b is None:
        return None
    return a, b if b > a else b + n


def _passages(geo: Geometry, stops: Ints) -> Ints:
    """Return the points at which the given stops stand; both of a loop."""
    import numpy as np

    return np.concatenate([stops, stops + len(geo.stops)]) if geo.loop else stops + 1


def _least(geo: Geometry, bought: Floats, opened: Floats, active: Ints, backward: bool) -> Floats:
    """Return the least left side over all A, for every window at once."""
    import numpy as np

    if not len(active):
        return np.zeros(len(geo.short))
    points = _passages(geo, active)
    stop = points % len(geo.stops) if geo.loop else points - 1
    first, last, short = geo.first[:, None], geo.last[:, None], geo.short[:, None]
    inside = (points[None, :] > first) & (points[None, :] < last)
    ahead = geo.at[points][None, :] - geo.at[geo.first][:, None]
    if not backward:
        ahead = geo.at[geo.last][:, None] - geo.at[points][None, :]
    c = np.minimum(short, ahead)
    terms: Floats = np.where(
        inside, np.minimum(c * opened[stop][None, :], bought[stop][None, :]), 0.0
    )
    least: Floats = terms.sum(axis=1)
    return least


def _row(way: WayColumns, window: int) -> Cut:
    """Return a plain window as a row."""
    import numpy as np

    geo = way.geometry
    i, j, short = int(geo.first[window]), int(geo.last[window]), float(geo.short[window])
    columns = [int(way.buy[geo.stop_of(point)]) for point in range(i + 1, j)]
    values = [1000 / (way.trips_per_day * short)] * len(columns)
    return Cut(np.array([*columns, way.share], dtype=np.int32), np.array([*values, -1.0]))
