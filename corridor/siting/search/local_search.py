"""Local search over designs: the tiers of one or two sites over all periods are changed at once.

Every design evaluated gives slopes (corridor/siting/search/period_bounds.py), and these a lower bound on
what each change could bring: changes are tried in the order of their bounds, and only while one could win.
"""

from __future__ import annotations

import random
from itertools import product
from time import perf_counter
from typing import TYPE_CHECKING

from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, keeps_rules, may_stand
from corridor.siting.search.period_bounds import PeriodValue

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

PAIRS = 600
"""Most pairs of changes that are tried from one design."""


class LocalSearch:
    """Improve designs of one problem.

    Parameters
    ----------
    problem, costs
        The reduced problem and the exact costs of its designs.
    values
        Per period, slopes of its cost.
    deadline
        When to stop, by `perf_counter` [s].
    good_enough_cny
        Stop once a design costs no more than this [CNY].
    seed
        Of the kicks.
    """

    def __init__(
        self,
        problem: SitingProblem,
        costs: DesignCost,
        values: list[PeriodValue],
        *,
        deadline: float,
        good_enough_cny: float,
        seed: int,
    ) -> None:
        import numpy as np

        self._np = np
        self._problem = problem
        self._costs = costs
        self._values = values
        self._deadline = deadline
        self._good = good_enough_cny
        self._rng = random.Random(seed)  # noqa: S311 - order of moves, not a secret
        every = [
            path
            for path in product(range(len(problem.tiers) + 1), repeat=len(problem.periods))
            if list(path) == sorted(path)
        ]
        self._paths = np.array(every, dtype=np.int64)
        self._legal = np.array(
            [[may_stand(problem, j, path) for path in every] for j in range(len(problem.sites))],
            dtype=bool,
        ).reshape(len(problem.sites), len(every))
        self.tried = 0

    @property
    def _over(self) -> bool:
        return perf_counter() > self._deadline

    def run(self, levels: Levels, steps: Levels, *, kicks: int = 1000) -> tuple[Levels, Levels]:
        """Descend, then kick the best design and descend again, until the time is up."""
        best = self._descend(levels, steps)
        cost = self._costs.total(*best)
        for _ in range(kicks):
            if self._over or cost <= self._good:
                break
            kicked = self._kick(*best)
            if kicked is None:
                continue
            found = self._descend(*kicked, patience=cost * 1.01)
            if self._costs.total(*found) < cost * (1 - 1e-9):
                best, cost = found, self._costs.total(*found)
        return best

    def _descend(
        self, levels: Levels, steps: Levels, patience: float = float("inf")
    ) -> tuple[Levels, Levels]:
        cost = self._costs.total(levels, steps)
        while not self._over and cost > self._good and cost < patience:
            for t, value in enumerate(self._values):
                value.cost(value.design(levels[t], steps[t]))
            better = self._step(levels, steps, cost)
            if better is None:
                break
            levels, steps = better
            cost = self._costs.total(levels, steps)
        return levels, steps

    def _step(self, levels: Levels, steps: Levels, cost: float) -> tuple[Levels, Levels] | None:
        """Return the first neighbour that is better: steps, then single sites, then pairs."""
        for new in self._other_steps(steps):
            if keeps_rules(self._problem, levels, new) and self._wins(levels, new, cost):
                return levels, new
        current = self._np.array(levels).T
        slopes = [self._tables(t, levels, steps) for t in range(len(levels))]
        for moves in (self._singles(slopes, current, cost), self._pairs(slopes, current, cost)):
            for changes in moves:
                if self._over:
                    return None
                new_levels = self._changed(levels, changes)
                if keeps_rules(self._problem, new_levels, steps) and self._wins(
                    new_levels, steps, cost
                ):
                    return new_levels, steps
        return None

    def _wins(self, levels: Levels, steps: Levels, cost: float) -> bool:
        """Whether a design costs less; periods are added up only while it could."""
        self.tried += 1
        points = [v.design(levels[t], steps[t]) for t, v in enumerate(self._values)]
        bounds = [float(v.bounds(x[None, :])[0]) for v, x in zip(self._values, points, strict=True)]
        total = sum(bounds)
        for t in sorted(range(len(bounds)), key=lambda t: bounds[t]):
            if total >= cost * (1 - 1e-9):
                return False
            total += self._costs.operation(t, levels[t], steps[t]).cost_cny - bounds[t]
        return total < cost * (1 - 1e-9)

    def _tables(self, t: int, levels: Levels, steps: Levels) -> tuple[Floats, Floats]:
        """Return, per known slope, its bound at this design and the change per (site, level)."""
        np = self._np
        value = self._values[t]
        point = value.design(levels[t], steps[t])
        bases, slopes = value.known()
        sites, tiers = value.levels.shape
        own = slopes[:, : sites * tiers].reshape(len(slopes), sites, tiers)
        upto = np.concatenate([np.zeros((len(slopes), sites, 1)), np.cumsum(own, axis=2)], axis=2)
        now = np.take_along_axis(upto, np.array(levels[t])[None, :, None], axis=2)
        return bases + slopes @ point, upto - now

    def _singles(
        self, slopes: list[tuple[Floats, Floats]], current: npt.NDArray[np.int64], cost: float
    ) -> list[list[tuple[int, int]]]:
        """Return changes of one site that could win, best bound first."""
        np = self._np
        bound = sum(
            (base[:, None, None] + change).max(axis=0)[:, self._paths[:, t]]
            for t, (base, change) in enumerate(slopes)
        )
        same = (current[:, None, :] == self._paths[None, :, :]).all(axis=2)
        bound = np.where(self._legal & ~same, bound, np.inf)
        site, path = np.nonzero(bound < cost * (1 - 1e-9))
        order = np.argsort(bound[site, path], kind="stable")
        return [[(int(site[n]), int(path[n]))] for n in order]

    def _pairs(
        self, slopes: list[tuple[Floats, Floats]], current: npt.NDArray[np.int64], cost: float
    ) -> list[list[tuple[int, int]]]:
        """Return changes of two sites, one of them giving way, that could win."""
        np = self._np
        found: list[tuple[float, int, int, int, int]] = []
        for i in np.flatnonzero(current.max(axis=1) > 0):
            less = (self._paths <= current[i][None, :]).all(axis=1)
            less &= (self._paths != current[i][None, :]).any(axis=1) & self._legal[i]
            size = self._paths.sum(axis=1)
            for a in sorted(np.flatnonzero(less), key=lambda a: (size[a] > 0, -size[a]))[:4]:
                bound = np.zeros((len(current), len(self._paths)))
                for t, (base, change) in enumerate(slopes):
                    moved = base + change[:, i, self._paths[a, t]]
                    bound += (moved[:, None, None] + change).max(axis=0)[:, self._paths[:, t]]
                bound[i] = np.inf
                more = (self._paths[None, :, :] >= current[:, None, :]).all(axis=2)
                more &= (self._paths[None, :, :] != current[:, None, :]).any(axis=2)
                bound = np.where(self._legal & more, bound, np.inf)
                for j, b in zip(*np.nonzero(bound < cost * (1 - 1e-9)), strict=True):
                    found.append((float(bound[j, b]), int(i), int(a), int(j), int(b)))
        found.sort()
        return [[(i, a), (j, b)] for _, i, a, j, b in found[:PAIRS]]

    def _changed(self, levels: Levels, changes: list[tuple[int, int]]) -> Levels:
        rows = [list(row) for row in levels]
        for site, path in changes:
            for t, row in enumerate(rows):
                row[site] = int(self._paths[path, t])
        return tuple(tuple(row) for row in rows)

    def _other_steps(self, steps: Levels) -> list[Levels]:
        """Return expansions one step earlier or later."""
        found = []
        for i, source in enumerate(self._problem.sources):
            path = [row[i] for row in steps]
            for t, now in enumerate(path):
                if now < len(source.steps_kg_per_day):
                    new = [max(n, now + 1) if s >= t else n for s, n in enumerate(path)]
                    found.append(_with_path(steps, i, new))
                if now:
                    new = [min(n, now - 1) if s <= t else n for s, n in enumerate(path)]
                    found.append(_with_path(steps, i, new))
        return found

    def _kick(self, levels: Levels, steps: Levels) -> tuple[Levels, Levels] | None:
        """Return a design with two or three sites changed at random; None where rules forbid it."""
        opened = [j for j in range(len(self._problem.sites)) if levels[-1][j]]
        changes = []
        for _ in range(self._rng.choice((2, 3))):
            if opened and self._rng.random() < 0.6:
                site = self._rng.choice(opened)
            else:
                site = self._rng.randrange(len(self._problem.sites))
            legal = self._np.flatnonzero(self._legal[site])
            changes.append((site, int(self._rng.choice(list(legal)))))
        new = self._changed(levels, changes)
        return (new, steps) if keeps_rules(self._problem, new, steps) else None


def _with_path(rows: Levels, place: int, path: list[int]) -> Levels:
    return tuple(
        (*row[:place], value, *row[place + 1 :]) for row, value in zip(rows, path, strict=True)
    )
