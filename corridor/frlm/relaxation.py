"""A linear relaxation that grows by rows, and bounds that hold whatever its solver's tolerances."""

from __future__ import annotations

from typing import Any

import numpy as np

from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Floats, LinearProgram, Rows, stack

_ROUNDING = 1e-13
"""What sums of floats may be off, as a share of the sum of their sizes; generous."""


class Relaxation:
    """A maximising model without integrality whose first columns are the sites.

    Parameters
    ----------
    model
        The model.
    sites
        Number of columns that are sites.
    options
        HiGHS options by name.
    """

    def __init__(
        self, model: LinearProgram, sites: int, options: dict[str, Any] | None = None
    ) -> None:
        self.model = model
        self.sites = sites
        self.rows = Rows.of_program(model)
        self.highs = HighsModel(model, options=options)

    def violated(self, point: Floats, *, alone_by: float, shared_by: float) -> Rows:
        """Return rows that a point violates; here all rows are in the model.

        Parameters
        ----------
        point
            Values of all columns.
        alone_by, shared_by
            Least violation of a row of one group, and of several. [share of the flow]
        """
        return stack([])

    def add(self, rows: Rows) -> None:
        """Add rows."""
        self.rows = stack([self.rows, rows])
        self.highs.add_rows(rows)

    def forget_slack(self, point: Floats, first: int) -> None:
        """Forget the rows from one on that do not bind at a point, the last optimum."""
        if first >= len(self.rows.lower):
            return
        keep = np.ones(len(self.rows.lower), bool)
        late = keep.copy()
        late[:first] = False
        tail = self.rows.chosen(late)
        activity = np.add.reduceat(tail.value * point[tail.column], tail.first[:-1])
        keep[first:] = (activity - tail.lower < 1e-6) | (tail.upper - activity < 1e-6)
        if keep.all():
            return
        self.highs.delete_rows(np.flatnonzero(~keep).tolist())
        self.rows = self.rows.chosen(keep)

    def proven(self, lower: Floats, upper: Floats) -> tuple[float, Floats]:
        """Return a bound that the last duals prove, and the reduced costs of the sites.

        Multipliers of the right sign bound the model, whichever they are: pricing all columns anew
        with those of HiGHS leaves only the rounding of sums, which is added.

        Parameters
        ----------
        lower, upper
            Bounds of the sites, shape (sites,).

        Returns
        -------
        float
            Upper bound on the objective. [units of the objective]
        ndarray
            Reduced costs of the sites, shape (sites,).
        """
        rows, model = self.rows, self.model
        dual = self.highs.row_duals()
        if len(dual) != len(rows.lower) or not np.isfinite(dual).all():  # the solver has none
            dual = np.zeros(len(rows.lower))
        above = np.where(np.isfinite(rows.upper), np.maximum(dual, 0.0), 0.0)
        below = np.where(np.isfinite(rows.lower), np.minimum(dual, 0.0), 0.0)
        sides = above * np.where(above > 0, rows.upper, 0.0)
        sides += below * np.where(below < 0, rows.lower, 0.0)
        priced = rows.value * np.repeat(above + below, np.diff(rows.first))
        columns = len(model.cost)
        reduced = model.cost - np.bincount(rows.column, weights=priced, minlength=columns)
        low = np.r_[lower, model.column_low[self.sites :]]
        high = np.r_[upper, model.column_up[self.sites :]]
        best = np.maximum(reduced * low, reduced * high)
        size = np.abs(sides).sum() + np.abs(best).sum() + np.abs(priced).sum()
        bound = float(sides.sum() + best.sum() + _ROUNDING * size)
        return bound, reduced[: self.sites]
