"""Where the variables of one way stand in the reference model, as separation reads them."""

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
