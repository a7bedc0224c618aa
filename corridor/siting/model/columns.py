"""Where the variables of one way stand, as separation reads them: in the reference model, in a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.siting.model.windows import Geometry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class WayColumns:
    """The columns of one way, for the separation of windows.

    Parameters
    ----------
    flow, way
        Indices in the (reduced) problem.
    geometry
        Windows.
    share
        Column of y[q,p].
    buy
        Column of r[q,p,v] per stop.
    site
        Site per stop.
    trips_per_day
        F. [1/day]
    passage_of
        Per stop, (site, how often it was passed before): the same passage on another way.
    """

    flow: int
    way: int
    period: int
    geometry: Geometry
    share: int
    buy: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    trips_per_day: float
    passage_of: list[tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class WayBlock:
    """Where the columns of one way stand; stops at which nothing can be bought have none.

    Parameters
    ----------
    flow, way
        Indices in the problem.
    share
        Column of the share of the flow's trips.
    stops
        Which stops of the way have columns, in driving order.
    buy
        Columns of the purchases per stop, in shares of the need of the whole flow.
    site, at, most
        Per stop: the site, its position [g], what one trip buys there at most. [g]
    need
        What one trip buys. [g]
    passage
        Per stop, (site, how often it was passed before): the same passage on another way.
    """

    flow: int
    way: int
    share: int
    stops: tuple[int, ...]
    buy: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    at: npt.NDArray[np.float64]
    most: npt.NDArray[np.int64]
    need: int
    passage: tuple[tuple[int, int], ...]
