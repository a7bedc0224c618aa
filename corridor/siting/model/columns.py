"""Where the variables of one way stand, as separation reads them."""

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
    opened
        Column of w[j,1,t] per stop; -1 where no station can stand.
    site
        Site per stop.
    trips_per_day
        F. [1/day]
    usable_g
        U. [g]
    passage_of
        Per stop, (site, how often it was passed before): the same passage on another way.
    passage
        The stop of each passage.
    top_column
        One more than the highest column of any w.
    """

    flow: int
    way: int
    period: int
    geometry: Geometry
    share: int
    buy: npt.NDArray[np.int64]
    opened: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    trips_per_day: float
    usable_g: int
    passage_of: list[tuple[int, int]]
    passage: dict[tuple[int, int], int]
    top_column: int
