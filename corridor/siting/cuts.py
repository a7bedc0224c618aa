"""Separation of window rows and of the (l,S)-windows that strengthen them, in closed form.

For a window between points i and j with shortage D and any set A of sites inside it,

    sum_{v not in A} r_v / F + sum_{s in A} c_s w_s >= D y,     c_s = min(D, P_j - P_s)

with c of the first passage of each site. If no site of A is open this is the plain window; otherwise,
up to the first open one the plain window covers the rest. A empty gives the plain windows, A = all the
cover sets; the best A takes a site where c_s w_s < r_s / F. Read from the other end of the window
the same holds with c_s = min(D, P_s - P_i) of the last passage. (docs/model.md, rows W and L)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.siting.bridge import Cut
from corridor.siting.formulation import WayColumns
from corridor.siting.geometry import Geometry

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
        cuts += [
            _row(way, int(n), np.zeros(len(way.buy), bool), False)
            for n in order
            if missing[n] > tolerance
        ]
    return cuts


def mixed_windows(
    ways: list[WayColumns], point: Floats, tolerance: float, per_way: int
) -> list[Cut]:
    """Return the most violated (l,S)-windows at a point; arguments as for `plain_windows`."""
    import numpy as np

    cuts = []
    for way in ways:
        share = point[way.share]
        geo = way.geometry
        if share <= tolerance or not len(geo.short):
            continue
        bought = np.maximum(0.0, point[way.buy]) * 1000 / way.trips_per_day
        opened = np.maximum(0.0, point[way.opened])
        active = np.flatnonzero((bought > 1e-9) & (opened > 1e-9))
        for backward in (False, True):
            least = _least(geo, bought, opened, active, backward)
            missing = share - least / geo.short
            chosen: set[tuple[int, int]] = set()
            for n in np.argsort(-missing, kind="stable")[: 4 * per_way]:
                if missing[n] <= tolerance or len(chosen) == per_way:
                    break
                place = (int(geo.first[n]), 0) if not backward else (int(geo.last[n]), 1)
                if place in chosen:
                    continue
                chosen.add(place)
                c = _coefficient(geo, int(n), backward)
                cuts.append(_row(way, int(n), (c * opened < bought - 1e-12) & (c > 0), backward))
    return cuts


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


def _coefficient(geo: Geometry, window: int, backward: bool) -> Floats:
    """Return c per stop of one window; 0 outside it."""
    import numpy as np

    i, j, short = int(geo.first[window]), int(geo.last[window]), float(geo.short[window])
    c = np.zeros(len(geo.stops))
    for point in range(i + 1, j):
        ahead = geo.at[point] - geo.at[i] if backward else geo.at[j] - geo.at[point]
        c[geo.stop_of(point)] = min(short, float(ahead))
    return c


def _row(way: WayColumns, window: int, in_a: npt.NDArray[np.bool_], backward: bool) -> Cut:
    import numpy as np

    geo = way.geometry
    i, j, short = int(geo.first[window]), int(geo.last[window]), float(geo.short[window])
    c = _coefficient(geo, window, backward) / short
    per_kg = 1000 / (way.trips_per_day * short)
    columns: list[int] = []
    values: list[float] = []
    opened: dict[int, float] = {}
    for point in range(i + 1, j):
        stop = geo.stop_of(point)
        if in_a[stop]:
            column = int(way.opened[stop])
            opened[column] = max(opened.get(column, 0.0), float(c[stop]))
        else:
            columns.append(int(way.buy[stop]))
            values.append(per_kg)
    columns += [*opened, way.share]
    values += [*opened.values(), -1.0]
    return Cut(np.array(columns, dtype=np.int32), np.array(values))
