"""Where the local search starts while branching: random roundings of a relaxed point."""

from __future__ import annotations

import numpy as np

from corridor.core.arrays import Bools, Floats

_LATER = 40
"""Nodes after which the local search is left alone."""


class Roundings:
    """Chooses starts near relaxed points, the same ones every time it is made."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(0)
        self._calls = 0

    def start(self, x: Floats, best: Bools | None) -> Bools:
        """Return as many columns as a point opens, those with most x times chance.

        Parameters
        ----------
        x
            A relaxed point, shape (columns,).
        best
            The best choice known: every second time what is open there counts too.
        """
        self._calls += 1
        low, near = 0.5, x
        if best is not None and self._calls % 2 == 0:
            low, near = 0.3, x + 0.5 * best
        score = near * self._chance.uniform(low, 1.0, len(x))
        chosen = np.zeros(len(x), bool)
        chosen[np.argsort(-score, kind="stable")[: round(x.sum())]] = True
        return chosen

    @staticmethod
    def patience(node: int, gap: float) -> int:
        """Return after how many starts in vain a node is left: the more the more is to gain.

        Parameters
        ----------
        node
            Number of the node, from 1.
        gap
            Relative gap between its bound and the best choice.
        """
        if node > _LATER:
            return 0
        gap = min(gap, 0.04)
        return 4 + int(400 * gap) if node == 1 else 1 + int(100 * gap)
