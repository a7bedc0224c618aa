"""Answer one ask for many flows: prepared once, solved from the last basis.

Only costs change from draw to draw. The relaxation starts from the last basis; where it is not
whole, a small tree is searched on the same basis, with the answers of earlier draws as first
guesses: they are most often the best again, so that little is left to prove.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.core.errors import UsageError
from corridor.frlm.arc_cover import FLOW_SCALE, arc_cover
from corridor.frlm.goal import goal_of
from corridor.frlm.instance import Ask, Instance
from corridor.frlm.prepare import ALWAYS, Tables, prepare
from corridor.frlm.problem import Bools, Floats
from corridor.frlm.solve import is_whole
from corridor.frlm.tree import Tree
from corridor.solvers.highs import HighsModel

_ENOUGH = 1e-7
"""Relative gap at which a node cannot hold a better choice. [share]"""

_KEPT = 200
"""Choices remembered as first guesses."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """The answer for one draw of the flows.

    Parameters
    ----------
    value
        Flow served, recounted. [unit of the flows]
    is_open
        Whether each column of the problem is open.
    whole
        True: the relaxation was whole, no tree was searched.
    """

    value: float
    is_open: Bools
    whole: bool


class FlowSweep:
    """One instance and one `max_flow` ask, for flows that change.

    Cover sets do not depend on flows, so only costs change from draw to draw; the relaxation starts
    from the last basis and is most often whole on corridors. Proved to the solver's tolerances
    (1e-6), not to the 1e-9 of single answers.

    Parameters
    ----------
    instance, ask
        The question. Trips without flow in the instance stay without.
    """

    def __init__(self, instance: Instance, ask: Ask) -> None:
        if ask.objective != "max_flow":
            raise UsageError("A sweep over flows answers max_flow only.")
        self.problem = prepare(Tables.of(instance), ask)
        if self.problem.alternatives:
            raise UsageError("A sweep needs all cover sets written out; a trip has too many.")
        self.goal = goal_of(instance, self.problem, ask)
        self.trips = len(instance.trips)
        group = self.problem.group_of_trip
        self.grouped = np.flatnonzero(group >= 0)
        self.group = group[self.grouped]
        self.always = np.flatnonzero(group == ALWAYS)
        self.cover = arc_cover(self.problem, self.goal)
        self.columns = np.arange(len(self.cover.model.cost))
        self.relaxed = HighsModel(
            self.cover.model, options={"presolve": "off", "solver": "simplex"}
        )
        none, all_ = np.zeros(self.cover.sites), np.ones(self.cover.sites)
        self.tree = Tree(self.relaxed, self.goal, none, all_)
        self.known: list[tuple[Bools, Bools]] = []

    def solve(self, flow: Floats) -> Draw:
        """Return the answer for some flows.

        Parameters
        ----------
        flow
            Flow of each trip of the instance, shape (trips,).
        """
        if flow.shape != (self.trips,):
            raise UsageError(f"{self.trips} flows are needed, one for each trip.")
        groups = len(self.problem.flow)
        weight = np.bincount(self.group, weights=flow[self.grouped], minlength=groups)
        total = float(weight.sum()) or 1.0
        served = weight / total * FLOW_SCALE
        cost = np.bincount(self.cover.served, weights=served, minlength=len(self.columns)).astype(
            float
        )
        self.relaxed.costs(self.columns.tolist(), cost)
        x, _ = self.tree.relaxation(self.tree.lower, self.tree.upper)
        whole = is_whole(x) and not (self.problem.need > 1).any()
        is_open = x > 0.5 if whole else self._search(weight / total * FLOW_SCALE)
        self._keep(is_open)
        value = float(weight[self.problem.served(is_open)].sum() + flow[self.always].sum())
        return Draw(value=value, is_open=is_open, whole=whole)

    def _search(self, weight: Floats) -> Bools:
        """Return the best choice where the relaxation is not whole."""

        def value(is_open: Bools) -> float:
            return self._value(is_open, weight)

        start, worth = self._best_known(weight)
        found = self.tree.search(start, worth, value, enough=_ENOUGH, most=10**9)
        return found.is_open

    def _value(self, is_open: Bools, weight: Floats) -> float:
        """Return the flow served by some columns, -1 where they cost too much."""
        if self.goal.price_of(is_open) > self.goal.limit:
            return -1.0
        served = self.problem.served(is_open)
        self._keep(is_open, served)
        return float(weight[served].sum())

    def _keep(self, is_open: Bools, served: Bools | None = None) -> None:
        """Remember a choice as a first guess for later draws."""
        if any(np.array_equal(is_open, other) for other, _ in self.known):
            return
        served = self.problem.served(is_open) if served is None else served
        self.known = [*self.known[-_KEPT:], (is_open, served)]

    def _best_known(self, weight: Floats) -> tuple[Bools, float]:
        """Return the best of the choices remembered."""
        best, best_value = np.zeros(self.cover.sites, bool), 0.0
        for is_open, served in self.known:
            value = float(weight[served].sum())
            if value > best_value:
                best, best_value = is_open, value
        return best, best_value
