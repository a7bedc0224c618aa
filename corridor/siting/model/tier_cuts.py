"""Cuts that tie what a site sells to the size of its station.

For a site, a period, a tier k and any set Q of flows, with r_q what flow q buys there, M_q the most that it
could and cap_l the capacity of tier l,

    sum_{q in Q} (r_q - M_q w_{k+1}) <= sum_{l <= k} cap_l (w_l - w_{l+1}).

A station above tier k makes the left side negative and the right side 0; one of tier n <= k sells at
most cap_n. The best Q takes the flows with r_q > M_q w_{k+1}. With opening rows, capacity and ladder
this is the hull per site and period. (docs/model.md, rows T)
"""

from __future__ import annotations

import numpy as np

from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.solvers.program import Cut


class TierCuts:
    """Separation of tier cuts for one period.

    Parameters
    ----------
    model
        The period's programme.
    """

    def __init__(self, model: PeriodProgram) -> None:
        import scipy.sparse as sp

        most: dict[tuple[int, int], float] = {}
        place: dict[tuple[int, int], int] = {}
        index, column, value = [], [], []
        for way in model.ways:
            trips = model.problem.flows[way.flow].trips_per_day
            total: dict[int, int] = {}
            for v, j in enumerate(way.site.tolist()):
                index.append(place.setdefault((way.flow, j), len(place)))
                column.append(int(way.buy[v]))
                value.append(trips * way.need / 1000)
                total[j] = total.get(j, 0) + int(way.most[v])
            for j, grams in total.items():
                kg = min(grams, way.need) * trips / 1000
                most[way.flow, j] = max(most.get((way.flow, j), 0.0), kg)
        self._tiers = model.tiers
        self._sums = sp.csr_matrix((value, (index, column)), shape=(len(place), model.columns))
        self._most = np.array([most[key] for key in place])
        self._site = np.array([j for _, j in place], dtype=np.int64)
        order = np.argsort(self._site, kind="stable")
        counts = np.bincount(self._site, minlength=model.sites)
        self._flows = np.split(order, np.cumsum(counts)[:-1])
        self._cap = np.array([tier.usable_kg_per_day for tier in model.problem.tiers])
        self._step = np.diff(self._cap, prepend=0.0)

    def cuts(self, point: Floats, tolerance: float) -> list[Cut]:
        """Return the violated cuts at a point.

        Parameters
        ----------
        point
            Values of all columns.
        tolerance
            Least violation, as a share of the tier's capacity. [-]
        """
        if not len(self._most):
            return []
        sold = self._sums @ np.maximum(0.0, point)
        sites = len(self._flows)
        w = point[: sites * self._tiers].reshape(sites, self._tiers)
        found = []
        for k in range(1, self._tiers):
            # k tiers below, tier number k + 1 above; k = 0 would be an opening row.
            excess = sold - self._most * w[self._site, k]
            chosen = excess > 1e-9
            left = np.bincount(self._site[chosen], excess[chosen], minlength=sites)
            right = w[:, :k] @ self._step[:k] - self._cap[k - 1] * w[:, k]
            for j in np.flatnonzero(left - right > tolerance * self._cap[k - 1]).tolist():
                flows = self._flows[j]
                found.append(self._row(j, k, flows[chosen[flows]].tolist()))
        return found

    def _row(self, site: int, k: int, flows: list[int]) -> Cut:
        rows = self._sums
        runs = [slice(rows.indptr[n], rows.indptr[n + 1]) for n in flows]
        own = float(self._most[flows].sum()) - self._cap[k - 1]
        first = site * self._tiers
        columns = np.concatenate(
            [np.arange(first, first + k + 1), *(rows.indices[run] for run in runs)]
        )
        values = np.concatenate([self._step[:k], [own], *(-rows.data[run] for run in runs)])
        return Cut(columns.astype(np.int32), values / self._cap[k - 1])
