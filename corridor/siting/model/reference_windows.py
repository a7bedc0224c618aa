"""Rows of the reference formulation that are separated, way by way: plain windows, least purchases.

The search separates all ways at once (window_cuts.py); both must agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.siting.model.columns import WayColumns
from corridor.siting.model.floors import floor_anywhere
from corridor.siting.problem import SitingProblem
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


def _row(way: WayColumns, window: int) -> Cut:
    """Return a plain window as a row."""
    import numpy as np

    geo = way.geometry
    i, j, short = int(geo.first[window]), int(geo.last[window]), float(geo.short[window])
    columns = [int(way.buy[geo.stop_of(point)]) for point in range(i + 1, j)]
    values = [1000 / (way.trips_per_day * short)] * len(columns)
    return Cut(np.array([*columns, way.share], dtype=np.int32), np.array([*values, -1.0]))


def least_purchases(problem: SitingProblem, ways: list[WayColumns]) -> list[Cut]:
    """Return the rows of the least purchase on ways where it always fits (floors.py), all of them."""
    import numpy as np

    cuts = []
    for columns in ways:
        flow = problem.flows[columns.flow]
        way = flow.ways[columns.way]
        floor = floor_anywhere(flow, way, columns.geometry.stops, problem.min_stop_kg)
        for run in floor.runs:
            factor = 1000 / (columns.trips_per_day * floor.sold)
            inside = [int(columns.buy[n]) for n in run]
            place = np.array([*inside, columns.share], dtype=np.int32)
            cuts.append(Cut(place, np.array([*(factor for _ in inside), -1.0])))
    return cuts
