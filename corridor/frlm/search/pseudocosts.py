"""Pseudo-costs: what fixing a column to 0 or 1 is expected to cost, learnt while branching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.core.arrays import Floats, Ints


@dataclass(slots=True, eq=False)
class Losses:
    """What fixing each column has cost so far.

    Parameters
    ----------
    lost
        Loss of the bound per unit of x, summed, for fixing to 0 and to 1, shape (2, columns).
    times
        How often each was seen, shape (2, columns).
    """

    lost: Floats
    times: Ints

    @classmethod
    def none(cls, sites: int) -> Losses:
        """Return nothing learnt, for fixing to 0 and to 1."""
        return cls(np.zeros((2, sites)), np.zeros((2, sites), np.int64))

    def learn(self, column: int, value: int, lost: float, by: float) -> None:
        """Note that fixing a column to a value lost some of the bound."""
        self.lost[value, column] += lost / max(by, 1e-6)
        self.times[value, column] += 1

    def score(self, columns: Ints, x: Floats) -> Floats:
        """Return the product of the two losses expected of each column."""
        all_times = np.maximum(self.times.sum(axis=1), 1)
        mean = self.lost.sum(axis=1) / all_times
        seen = np.maximum(self.times[:, columns], 1)
        each = np.where(self.times[:, columns] > 0, self.lost[:, columns] / seen, mean[:, None])
        down, up = each[0] * x[columns], each[1] * (1 - x[columns])
        if not self.times.any():
            return np.minimum(x[columns], 1 - x[columns])
        product: Floats = np.maximum(down, 1e-6) * np.maximum(up, 1e-6)
        return product
