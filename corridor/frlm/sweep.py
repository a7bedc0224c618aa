"""Answer one ask for many flows: prepared once, solved from the last basis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.core.errors import SolverError, UsageError
from corridor.frlm.arc_cover import FLOW_SCALE, arc_cover
from corridor.frlm.goal import goal_of
from corridor.frlm.highs import Highs
from corridor.frlm.instance import Ask, Instance
from corridor.frlm.prepare import ALWAYS, Tables, prepare
from corridor.frlm.problem import Bools, Floats
from corridor.frlm.solve import is_whole


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
        self.relaxed = Highs(
            self.cover.model, relax=True, options={"presolve": "off", "solver": "simplex"}
        )
        self.tree: Highs | None = None
        self.last: Bools | None = None

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
        found = self._best(self.relaxed, cost)
        whole = is_whole(found)
        if not whole or (self.problem.need > 1).any():
            if self.tree is None:
                self.tree = Highs(self.cover.model, options={"mip_allow_restart": False})
            if self.last is not None:
                self.tree.start_from(np.arange(self.cover.sites), self.last.astype(float))
            found = self._best(self.tree, cost)
            self.last = found > 0.5
        is_open = found > 0.5
        value = float(weight[self.problem.served(is_open)].sum() + flow[self.always].sum())
        return Draw(value=value, is_open=is_open, whole=whole)

    def _best(self, highs: Highs, cost: Floats) -> Floats:
        """Return the x of the optimum for some costs."""
        highs.change_cost(self.columns, cost)
        result = highs.solve()
        if result.outcome != "optimal" or result.x is None:
            raise SolverError("HiGHS fails on a draw of the flows.")
        return result.x[: self.cover.sites]
