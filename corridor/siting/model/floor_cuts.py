"""Separation of the least purchase: runs of stops that no truck can drive past sell it to every truck.

Written only for ways whose trucks can keep the least purchase wherever stations stand: there no plan
takes less (decision 0227), so that the rows cut off none.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from corridor.siting.model.floors import floor_anywhere
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.solvers.program import Cut


class FloorCuts:
    """Rows of the least purchase of one period.

    Parameters
    ----------
    model
        The period's programme.
    """

    def __init__(self, model: PeriodProgram) -> None:
        problem = model.problem
        place: list[int] = []
        values: list[float] = []
        ends, owner = [0], []
        for n, block in enumerate(model.ways):
            flow = problem.flows[block.flow]
            way = flow.ways[block.way]
            floor = floor_anywhere(flow, way, block.stops, problem.min_stop_kg)
            for run in floor.runs:
                place += [*(int(block.buy[v]) for v in run), block.share]
                values += [*(block.need / floor.sold for _ in run), -1.0]
                ends.append(len(place))
                owner.append(n)
        shape = (len(owner), model.columns)
        self._rows = sp.csr_matrix((values, place, ends), shape=shape)
        self._rows.sort_indices()
        self._owner = owner

    def violated(self, x: Floats, tolerance: float, per_way: int) -> list[Cut]:
        """Return the most violated rows at a point.

        Parameters
        ----------
        x
            Values of all columns.
        tolerance
            Least violation, as a share of the least purchase. [-]
        per_way
            At most so many rows per way.
        """
        if not self._owner:
            return []
        slack = self._rows @ np.maximum(0.0, x)
        cuts = []
        taken: dict[int, int] = {}
        low = np.flatnonzero(slack < -tolerance)
        for n in low[np.argsort(slack[low], kind="stable")].tolist():
            way = self._owner[n]
            taken[way] = taken.get(way, 0) + 1
            if taken[way] <= per_way:
                part = slice(self._rows.indptr[n], self._rows.indptr[n + 1])
                cuts.append(
                    Cut(self._rows.indices[part].astype(np.int32), self._rows.data[part].copy())
                )
        return cuts
