"""Cuts that tie what a site sells to the size of its station.

For a site, a period, a tier k and any set Q of flows, with r_q what flow q buys there, M_q the most that it
could and cap_l the capacity of tier l,

    sum_{q in Q} (r_q - M_q w_{k+1}) <= sum_{l <= k} cap_l (w_l - w_{l+1}).

A station above tier k makes the left side negative and the right side 0; one of tier n <= k sells at
most cap_n. The best Q takes the flows with r_q > M_q w_{k+1}. With opening rows, capacity and ladder
this is the hull per site and period. (docs/model.md, rows T)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.siting.model.formulation import Formulation
from corridor.solvers.program import Cut

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class TierCuts:
    """Separation of tier cuts for one formulation.

    Parameters
    ----------
    form
        The model.
    """

    def __init__(self, form: Formulation) -> None:
        import numpy as np
        import scipy.sparse as sp

        most: dict[tuple[int, int], float] = {}
        place: dict[tuple[int, int], int] = {}
        rows, columns = [], []
        for way in form.ways:
            geo = way.geometry
            total: dict[int, float] = {}
            for v, site in enumerate(way.site):
                key = (way.flow, int(site))
                rows.append(place.setdefault(key, len(place)))
                columns.append(int(way.buy[v]))
                total[int(site)] = total.get(int(site), 0.0) + float(geo.most[v])
            for site, grams in total.items():
                key = (way.flow, site)
                kg = min(grams, geo.need) * way.trips_per_day / 1000
                most[key] = max(most.get(key, 0.0), kg)
        count = len(place)
        self._sums = sp.csr_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(count, len(form.variables))
        )
        self._most = np.array([most[key] for key in place])
        periods = {way.flow: way.period for way in form.ways}
        sites = len(form.problem.sites)
        self._spot = np.array([periods[q] * sites + j for q, j in place], dtype=np.int64)
        self._w = np.array([columns for row in form.w for columns in row], dtype=np.int64)
        usable = [tier.usable_kg_per_day for tier in form.problem.tiers]
        self._cap = np.array(usable)
        self._step = np.diff([0.0, *usable])

    def separate(self, point: Floats, tolerance: float) -> list[Cut]:
        """Return the violated cuts at a point.

        Parameters
        ----------
        point
            Values of all columns.
        tolerance
            Least violation, as a share of the tier's capacity. [-]
        """
        import numpy as np

        if not len(self._most):
            return []
        sold = self._sums @ np.maximum(0.0, point)
        w = point[self._w]
        cuts = []
        tiers = len(self._cap)
        for k in range(tiers):
            # k tiers below, tier number k + 1 above: k = 0 asks that only open stations sell.
            above = w[:, k]
            excess = sold - self._most * above[self._spot]
            chosen = excess > 1e-9
            left = np.bincount(self._spot[chosen], excess[chosen], minlength=len(w))
            right = w[:, :k] @ self._step[:k] - (self._cap[k - 1] * above if k else 0.0)
            scale = self._cap[k - 1] if k else self._cap[0]
            for spot in np.flatnonzero(left - right > tolerance * scale):
                flows = np.flatnonzero(chosen & (self._spot == spot))
                cuts.append(self._row(int(spot), k, flows, float(scale)))
        return cuts

    def _row(self, spot: int, k: int, flows: npt.NDArray[np.int64], scale: float) -> Cut:
        import numpy as np

        bought = self._sums[flows].indices
        own = self._most[flows].sum() - (self._cap[k - 1] if k else 0.0)
        columns = np.concatenate([self._w[spot, : k + 1], bought])
        values = np.concatenate([self._step[:k], [own], -np.ones(len(bought))]) / scale
        return Cut(columns.astype(np.int32), values)
