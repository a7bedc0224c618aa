"""Freight between zones where nobody counted it: doubly constrained gravity after Furness."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corridor.core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

TOLERANCE = 1e-9
FURNESS_ROUNDS = 200
NEWTON_STEPS = 60


def deterrence(costs_km: Sequence[Sequence[float]], beta_per_km: float) -> list[list[float]]:
    """Return exp(-beta c), each row scaled by its largest entry so that none underflows whole.

    Scaling a row changes nothing after balancing: the row's factor takes it up.
    """
    rows = []
    for row in costs_km:
        nearest = min(row)
        rows.append([math.exp(-beta_per_km * (cost - nearest)) for cost in row])
    return rows


def intrazonal_km(costs_km: Sequence[Sequence[float]], zone: int) -> float:
    """Return the cost of a trip inside a zone: half the way to the nearest other zone [km].

    The usual convention where no inner distance is known (Ortúzar and Willumsen, *Modelling
    Transport*, 4th ed., §5.6); the trips it stands for never reach the expressway.
    """
    others = [
        min(costs_km[zone][other], costs_km[other][zone])
        for other in range(len(costs_km))
        if other != zone
    ]
    return min(others) / 2 if others else 0.0


def furness(
    seed: Sequence[Sequence[float]], origins: Sequence[float], destinations: Sequence[float]
) -> list[list[float]]:
    """Balance a positive seed matrix until its margins are the given ones.

    Furness 1965, *Time function iteration*, Traffic Engineering and Control 7: rows and columns
    are scaled in turn; the result is the seed times a row factor times a column factor. Where
    zones hardly trade with each other the scaling creeps; Newton's method then finishes the same
    factors, as the minimum of the convex function whose gradient is the error of the margins.

    Parameters
    ----------
    seed
        Positive matrix, origins by destinations.
    origins, destinations
        Margins wanted; positive, with equal sums.

    Returns
    -------
    list of list of float
        T with row sums `origins` and column sums `destinations` to a relative 1e-9.

    Raises
    ------
    InputError
        If the margins cannot be met (a deterrence far too steep).
    """
    import numpy as np

    matrix = np.array(seed, dtype=float)
    rows, columns = np.array(origins, dtype=float), np.array(destinations, dtype=float)
    with np.errstate(all="ignore"):
        for _ in range(FURNESS_ROUNDS):
            matrix *= (rows / matrix.sum(axis=1))[:, None]
            matrix *= columns / matrix.sum(axis=0)
            if _worst(matrix, rows, columns) <= TOLERANCE:
                break
        else:
            matrix = _newton(matrix, rows, columns)
        if not _worst(matrix, rows, columns) <= TOLERANCE:  # also where it is not a number
            raise InputError(
                "gravity.beta_per_km: the freight between the zones cannot be balanced.",
                "Lower it (1 / mean haul is usual), or give the flows yourself as od.<id>.",
            )
    return [[float(cell) for cell in row] for row in matrix]


def _worst(matrix: Matrix, rows: Matrix, columns: Matrix) -> float:
    """Return the largest relative error of a margin."""
    return float(
        max(
            (abs(matrix.sum(axis=1) - rows) / rows).max(),
            (abs(matrix.sum(axis=0) - columns) / columns).max(),
        )
    )


def _newton(matrix: Matrix, rows: Matrix, columns: Matrix) -> Matrix:
    """Finish the balancing: damped Newton steps on the logarithms of the factors."""
    import numpy as np

    n = len(rows)
    for _ in range(NEWTON_STEPS):
        worst = _worst(matrix, rows, columns)
        if not worst > TOLERANCE:
            break
        slope = np.block(
            [[np.diag(matrix.sum(axis=1)), matrix], [matrix.T, np.diag(matrix.sum(0))]]
        )
        error = np.concatenate([rows - matrix.sum(axis=1), columns - matrix.sum(axis=0)])
        # One row and column factor can trade places without effect: least squares picks any.
        step = np.linalg.lstsq(slope, error, rcond=None)[0]
        tries = (matrix * np.exp(0.5**k * (step[:n, None] + step[None, n:])) for k in range(20))
        better = next((tried for tried in tries if _worst(tried, rows, columns) < worst), None)
        if better is None:
            break
        matrix = better
    return matrix


def gravity_trips(
    masses: Sequence[float], costs_km: Sequence[Sequence[float]], beta_per_km: float
) -> list[list[float]]:
    """Return the flow between zones, masses as both margins, trips inside a zone on the diagonal.

    Parameters
    ----------
    masses
        Freight weight of each zone; positive, any unit.
    costs_km
        Road distance from zone to zone; the diagonal is ignored and replaced. [km]
    beta_per_km
        Decay; 0 gives T = O D / sum(O). [1/km]
    """
    n = len(masses)
    costs = [
        [intrazonal_km(costs_km, i) if i == j else float(costs_km[i][j]) for j in range(n)]
        for i in range(n)
    ]
    return furness(deterrence(costs, beta_per_km), masses, masses)
