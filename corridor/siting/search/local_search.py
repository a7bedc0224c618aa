"""Local search over designs: the tiers of one or two sites over all periods are changed at once.

Every design evaluated gives slopes (corridor/siting/search/period_oracle.py), and these a lower bound on
what each change could bring: changes are tried in the order of their bounds, and only while one could win.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain
from math import fsum
from typing import Final

import numpy as np

from corridor.siting.model.period_program import Floats, Ints
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import (
    Levels,
    design_order,
    keeps_common_rules,
    keeps_rules,
    may_stand,
)
from corridor.siting.search.period_oracle import PeriodOracle
from corridor.siting.search.site_paths import paths_of
from corridor.siting.search.work import Budget

PAIRS: Final = 600
"""Most pairs of changes that are tried from one design."""

NEXT: Final = 3
"""Candidates along a route, on either side, with which a station is exchanged."""

Found = Callable[[Levels, Levels, float], object]
"""Takes a design and its cost [CNY]."""

Change = list[tuple[int, int]]
"""Sites and the numbers of their new paths."""

Design = tuple[Levels, Levels]
"""Levels of the sites and steps of the sources."""


class LocalSearch:
    """Improve designs of one problem.

    Parameters
    ----------
    problem, costs
        The reduced problem and the exact costs of its designs.
    oracles
        Per period, bounds and slopes of its cost.
    least_gain_cny
        A design is better if it costs less by more than this. [CNY]
    seed
        Of the kicks.
    found
        Called with each design that the search goes on from, and its cost [CNY].
    """

    def __init__(
        self,
        problem: SitingProblem,
        costs: DesignCost,
        oracles: list[PeriodOracle],
        *,
        least_gain_cny: float,
        seed: int,
        found: Found,
    ) -> None:
        self._problem = problem
        self._costs = costs
        self._oracles = oracles
        self._gain = least_gain_cny
        self._found = found
        self._good = float("-inf")
        self._budget: Budget | None = None
        self._rng = random.Random(seed)  # noqa: S311 - order of moves, not a secret
        every = paths_of(problem)
        self._paths = np.array(every, dtype=np.int64)
        self._number = {path: n for n, path in enumerate(every)}
        self._legal = np.array(
            [[may_stand(problem, j, path) for path in every] for j in range(len(problem.sites))],
            dtype=bool,
        ).reshape(len(problem.sites), len(every))
        self._next = _next_along_routes(problem)
        self.tested = 0
        self.complete = False
        self.equal: tuple[Design, ...] | None = None

    @property
    def _over(self) -> bool:
        return self._budget is not None and self._budget.is_over

    def run(
        self, levels: Levels, steps: Levels, *, budget: Budget, good_enough_cny: float, kicks: int
    ) -> Design:
        """Descend, then kick the best design and descend again, until the work is spent.

        Parameters
        ----------
        levels, steps
            Where to begin.
        budget
            Ends the search.
        good_enough_cny
            Stop once a design costs no more than this [CNY].
        kicks
            Most kicks.
        """
        self._budget, self._good = budget, good_enough_cny
        best = self._descend(levels, steps)
        cost = self._costs.total(*best)
        for _ in range(kicks):
            if self._over or cost <= self._good:
                break
            kicked = self._kick(*best)
            if kicked is None:
                continue
            found = self._descend(*kicked, patience=cost * 1.01)
            if self._costs.total(*found) < cost - self._gain:
                best, cost = found, self._costs.total(*found)
        return best

    def polish(
        self, levels: Levels, steps: Levels, budget: Budget, least_gain_cny: float
    ) -> Design:
        """Descend until no change is better and no equal design comes first in the stated order.

        `complete` tells whether every change was tried on what is returned, and none is better;
        `equal` holds the designs one change away that cost the same, None where not all were looked at.

        Parameters
        ----------
        levels, steps
            Where to begin.
        budget
            Ends the search early.
        least_gain_cny
            As for the whole search, of the best design now. [CNY]
        """
        self._budget, self._good, self._gain = budget, float("-inf"), least_gain_cny
        self.complete, self.equal = False, None
        polished: Design | None = None
        while True:
            better = self._step(levels, steps, polish=True)
            if better is not None:
                levels, steps = better
                self._found(levels, steps, self._costs.total(levels, steps))
                continue
            if self._over:
                return polished or (levels, steps)
            polished, self.complete = (levels, steps), True
            equal = self._equals(levels, steps)
            if self._over:
                return polished
            levels, steps = self._first_of(polished, equal)
            if (levels, steps) == polished:
                self.equal = equal
                return polished

    def _equals(self, levels: Levels, steps: Levels) -> tuple[Design, ...]:
        """Return the designs one change away that cost no more, to the least gain."""
        ceiling = self._costs.total(levels, steps) + self._gain
        found: dict[Design, None] = {}
        for other in self._neighbours(levels, steps, ceiling, polish=True):
            if self._over:
                break
            if self._costs_less(*other, ceiling):
                found[other] = None
        return tuple(found)

    def _first_of(self, design: Design, equal: tuple[Design, ...]) -> Design:
        """Return the design with all changes on it that come first in the stated order."""
        best = design
        for other in sorted(equal, key=self._order):
            moved = _with_change(best, design, other)
            if keeps_rules(self._problem, *moved) and self._order(moved) < self._order(best):
                best = moved
        return best

    def _order(self, design: Design) -> tuple[int, int, Levels, Levels]:
        return design_order(self._costs.total(*design), *design)

    def _descend(self, levels: Levels, steps: Levels, patience: float = float("inf")) -> Design:
        while not self._over and self._good < self._costs.total(levels, steps) < patience:
            better = self._step(levels, steps)
            if better is None:
                break
            levels, steps = better
            self._found(levels, steps, self._costs.total(levels, steps))
        return levels, steps

    def _step(self, levels: Levels, steps: Levels, *, polish: bool = False) -> Design | None:
        """Return the first neighbour that is better: steps, then single sites, then pairs."""
        ceiling = self._costs.total(levels, steps) - self._gain
        for t, oracle in enumerate(self._oracles):
            oracle.cost(oracle.model.point_of(levels[t], steps[t]))
        for other in self._neighbours(levels, steps, ceiling, polish=polish):
            self.tested += 1
            if self._costs_less(*other, ceiling):
                return other
        return None

    def _neighbours(
        self, levels: Levels, steps: Levels, ceiling: float, *, polish: bool
    ) -> Iterator[Design]:
        """Yield the designs one change away that keep the rules and could cost less than a ceiling."""
        for new in self._other_steps(steps):
            if keeps_common_rules(self._problem, levels, new):
                yield levels, new
        current = np.array(levels).T
        slopes = [self._tables(t, levels, steps) for t in range(len(levels))]
        pairs = self._exchanges(current) if polish else self._pairs(slopes, current, ceiling)
        for changes in chain(self._singles(slopes, current, ceiling), pairs):
            if self._over:
                return
            new_levels = self._changed(levels, changes)
            if keeps_common_rules(self._problem, new_levels, steps):
                yield new_levels, steps

    def _costs_less(self, levels: Levels, steps: Levels, ceiling: float) -> bool:
        """Whether a design costs less than a ceiling; periods are worked out only while it could."""
        points = [o.model.point_of(levels[t], steps[t]) for t, o in enumerate(self._oracles)]
        bounds = [o.bound(x) for o, x in zip(self._oracles, points, strict=True)]
        order = sorted(range(len(bounds)), key=lambda t: bounds[t])
        total = fsum(bounds)
        for t in order:
            if total >= ceiling:
                return False
            total -= bounds[t]
            cutoff = ceiling + self._gain - total
            bounds[t] = max(bounds[t], self._oracles[t].cost(points[t], cutoff))
            total += bounds[t]
        for t in order:
            if total >= ceiling:
                return False
            total += self._costs.operation(t, levels[t], steps[t]).cost_cny - bounds[t]
        return total < ceiling

    def _tables(self, t: int, levels: Levels, steps: Levels) -> tuple[Floats, Floats]:
        """Return, per known slope, its bound at this design and the change per (site, level)."""
        oracle = self._oracles[t]
        point = oracle.model.point_of(levels[t], steps[t])
        bases, slopes = oracle.known()
        sites, tiers = oracle.model.sites, oracle.model.tiers
        own = slopes[:, : sites * tiers].reshape(len(slopes), sites, tiers)
        upto = np.concatenate([np.zeros((len(slopes), sites, 1)), np.cumsum(own, axis=2)], axis=2)
        now = np.take_along_axis(upto, np.array(levels[t])[None, :, None], axis=2)
        return bases + slopes @ point, upto - now

    def _singles(
        self, slopes: list[tuple[Floats, Floats]], current: Ints, ceiling: float
    ) -> Iterator[Change]:
        """Return changes of one site that could win, best bound first."""
        bound = sum(
            (base[:, None, None] + change).max(axis=0)[:, self._paths[:, t]]
            for t, (base, change) in enumerate(slopes)
        )
        same = (current[:, None, :] == self._paths[None, :, :]).all(axis=2)
        bound = np.where(self._legal & ~same, bound, np.inf)
        site, path = np.nonzero(bound < ceiling)
        order = np.argsort(bound[site, path], kind="stable")
        for at in order.tolist():
            yield [(int(site[at]), int(path[at]))]

    def _pairs(
        self, slopes: list[tuple[Floats, Floats]], current: Ints, ceiling: float
    ) -> Iterator[Change]:
        """Return changes of two sites, one of them giving way, that could win."""
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
                for j, b in zip(*np.nonzero(bound < ceiling), strict=True):
                    found.append((float(bound[j, b]), int(i), int(a), int(j), int(b)))
        found.sort()
        for _, one, less_path, other, more_path in found[:PAIRS]:
            yield [(one, less_path), (other, more_path)]

    def _exchanges(self, current: Ints) -> Iterator[Change]:
        """Yield exchanges of a station with the next candidates along each route."""
        for i in np.flatnonzero(current.max(axis=1) > 0).tolist():
            mine = tuple(int(k) for k in current[i])
            less = (self._paths <= current[i][None, :]).all(axis=1) & self._legal[i]
            gone = np.flatnonzero(less).tolist()
            if not gone:
                continue
            left = min(gone, key=lambda n: (int(self._paths[n].sum()), n))
            if left == self._number[mine]:
                continue
            for j in self._next[i]:
                theirs = np.maximum(current[j], current[i])
                taken = self._number[tuple(int(k) for k in theirs)]
                if self._legal[j][taken] and tuple(current[j]) != tuple(theirs):
                    yield [(i, left), (j, taken)]

    def _changed(self, levels: Levels, changes: Change) -> Levels:
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
            for block in self._problem.blocks:
                now = path[block[0]]
                if now < len(source.steps_kg_per_day):
                    new = [max(n, now + 1) if s >= block[0] else n for s, n in enumerate(path)]
                    found.append(_with_path(steps, i, new))
                if now:
                    new = [min(n, now - 1) if s <= block[-1] else n for s, n in enumerate(path)]
                    found.append(_with_path(steps, i, new))
        return found

    def _kick(self, levels: Levels, steps: Levels) -> Design | None:
        """Return a design with two or three sites changed at random; None where rules forbid it."""
        opened = [j for j in range(len(self._problem.sites)) if levels[-1][j]]
        changes = []
        for _ in range(self._rng.choice((2, 3))):
            if opened and self._rng.random() < 0.6:
                site = self._rng.choice(opened)
            else:
                site = self._rng.randrange(len(self._problem.sites))
            legal = np.flatnonzero(self._legal[site])
            changes.append((site, int(self._rng.choice(list(legal)))))
        new = self._changed(levels, changes)
        return (new, steps) if keeps_common_rules(self._problem, new, steps) else None


def _with_change(onto: Design, before: Design, after: Design) -> Design:
    """Return a design with what tells two others apart."""
    levels, steps = (
        tuple(
            tuple(a if a != b else kept for kept, b, a in zip(*rows, strict=True))
            for rows in zip(*tables, strict=True)
        )
        for tables in zip(onto, before, after, strict=True)
    )
    return levels, steps


def _with_path(rows: Levels, place: int, path: list[int]) -> Levels:
    return tuple(
        (*row[:place], value, *row[place + 1 :]) for row, value in zip(rows, path, strict=True)
    )


def _next_along_routes(problem: SitingProblem) -> list[list[int]]:
    """Return, per site, the next candidates on either side along every way that trips drive."""
    found: list[set[int]] = [set() for _ in problem.sites]
    drives = {
        (flow.loop, tuple(stop.site for stop in way.stops))
        for flow in problem.flows
        for way in flow.ways
    }
    for loop, sites in drives:
        for n, j in enumerate(sites):
            ahead: list[int] = []
            rest = (*sites[n + 1 :], *(sites[:n] if loop else ()))
            for other in rest:
                if other != j and other not in ahead:
                    ahead.append(other)
                if len(ahead) == NEXT:
                    break
            found[j].update(ahead)
            for other in ahead:
                found[other].add(j)
    return [sorted(each) for each in found]
