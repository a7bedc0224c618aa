"""Branch and bound over a relaxation, on counts of stations as well as on single ones.

Many candidates stand for each other: closing one opens its neighbour, and the bound hardly moves. Branching
on how many stations a run of candidates along a trip holds ("none here" against "at least one") moves
both sides. What to branch on is chosen by trying: a few simplex iterations on either side (strong branching).
Nodes are taken in the order of their bounds, so that the least of them is what is proven.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import floor
from typing import Final

import numpy as np

from corridor.siting.model.period_program import Floats
from corridor.siting.search.relaxation import TOLERANCE, Relaxation
from corridor.siting.search.work import Budget
from corridor.solvers.highs import Basis
from corridor.solvers.program import INFINITY, Cut, Rows
from corridor.solvers.result import Result

LARGE: Final = 1e12
"""Rise of a bound that stands for "no plan on this side", which is still to be proven. [model money]"""

ROUNDS: Final = 2
"""Rounds of rows at a node."""

CANDIDATES: Final = 6
"""Branchings that are tried at a node."""

TRIAL_ITERATIONS: Final = 25
"""Simplex iterations of one side of a trial."""

LONGEST_RUN: Final = 8
"""Most candidates with a part of a station in a run."""

MOST_STATIONS: Final = 3.5
"""Runs with more stations than this are not branched on."""

WHOLE: Final = 1e-5
"""Distance from a whole number that counts as whole. [-]"""

EQUAL: Final = 1e-9
"""Difference of two costs that are called equal. [-]"""

LEAF_TOLERANCE: Final = 1e-6
"""Violation of a row that is let pass at a whole point, as a share of its right side. [-]"""

Key = tuple[int, ...]
"""Columns whose sum is branched on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A sum of design columns held at or above, or at or below, a whole number."""

    columns: Key
    at_least: bool
    number: int


@dataclass(order=True, slots=True)
class Node:
    """A part of the designs, with a bound on what they cost [model money]."""

    bound: float
    serial: int
    decisions: tuple[Decision, ...] = field(compare=False)
    basis: Basis | None = field(compare=False)


class Tree:
    """Branch and bound on one relaxation.

    Parameters
    ----------
    relaxation
        Periods, with their rows; its root is solved. It grows, and its bounds are put back at the end.
    cost_of
        What the design at a whole point costs; designs found are told to the search by it. [model money]
    """

    def __init__(self, relaxation: Relaxation, cost_of: Callable[[Floats], float]) -> None:
        self._relaxation = relaxation
        self._cost_of = cost_of
        program = relaxation.highs.program
        self._low, self._up = program.column_low.copy(), program.column_up.copy()
        self._now_low, self._now_up = self._low.copy(), self._up.copy()
        self._row_of: dict[Key, int] = {}
        self._held: dict[int, tuple[float, float]] = {}
        self._serial = 0
        self._runs = self._sequences()
        self.heap: list[Node] = []
        self.leaves = INFINITY
        self.nodes = 0
        self.stuck = False

    @property
    def bound(self) -> float:
        """Return what is proven: no design costs less. [model money]."""
        least = min(self.heap[0].bound if self.heap else INFINITY, self.leaves)
        return max(least, self._relaxation.bound)

    def start(self) -> None:
        """Begin with the root."""
        self._push(self._relaxation.bound, (), self._relaxation.highs.basis())

    def run(
        self, budget: Budget, *, cutoff: Callable[[], float], enough: Callable[[], float]
    ) -> None:
        """Branch until the bound is enough, nothing is left below the cutoff, or the work is spent.

        Parameters
        ----------
        budget
            Ends the search.
        cutoff
            Designs that cost as much need not be told apart. [model money]
        enough
            Bound at which to stop. [model money]
        """
        while self.heap and self.bound < min(enough(), cutoff()):
            if budget.is_over:
                break
            node = heapq.heappop(self.heap)
            if not self._expand(node, cutoff()):
                # Stopped within: what the node stands for is still open.
                heapq.heappush(self.heap, node)
                self.stuck = True
                break
        if not self.heap:
            self.leaves = min(self.leaves, cutoff())

    def close(self) -> None:
        """Put the bounds of the relaxation back."""
        self._hold(())

    def _push(self, bound: float, decisions: tuple[Decision, ...], basis: Basis | None) -> None:
        self._serial += 1
        heapq.heappush(self.heap, Node(bound, self._serial, decisions, basis))

    def _expand(self, node: Node, cutoff: float) -> bool:
        """Solve a node and push what it splits into; False where the clock came first."""
        relaxed = self._relaxation
        if not self._hold(node.decisions):
            return True
        if node.basis is not None:
            relaxed.highs.set_basis(node.basis)
        self.nodes += 1
        result = self._tightened(node.bound, cutoff)
        if result is None or result.values is None:
            return result is None
        bound, point = max(node.bound, result.bound), result.values
        keys = self._candidates(point) if bound < cutoff else []
        if bound >= cutoff:
            self.leaves = min(self.leaves, bound)
        elif not keys:
            self._leaf(node, bound, point)
        else:
            self._branch(node, bound, point, keys, cutoff)
        return True

    def _tightened(self, known: float, cutoff: float) -> Result | None:
        """Solve what is held, with a few rounds of rows; None where there is no plan in it."""
        relaxed = self._relaxation
        best = -INFINITY
        rounds = 0
        while True:
            result = relaxed.solve()
            if result.state == "infeasible":
                return None
            if result.state != "optimal" or result.values is None:
                return replace(result, values=None)
            rise = result.bound - max(best, known)
            best = max(best, result.bound)
            point = result.values
            result = replace(result, bound=best)
            if best >= cutoff:
                return result
            if self._candidates(point):
                rounds += 1
                small = rounds > 1 and rise < 0.02 * max(1e-3, cutoff - best)
                if small or rounds > ROUNDS:
                    return result
                more = relaxed.violated(point, 5 * TOLERANCE, 1)
            else:
                # A whole point is a design: its bound is worth something only with all its windows.
                more = relaxed.violated(point, LEAF_TOLERANCE, 4)
            if not more:
                return result

    def _leaf(self, node: Node, bound: float, point: Floats) -> None:
        """Close a node whose point is a design, or split it where the design costs more than its bound.

        The bound counts the fewest stops over all candidates, the design those that it leaves.
        """
        cost = self._cost_of(point)
        free = np.flatnonzero(
            self._relaxation.highs.program.integer & (self._now_low < self._now_up)
        )
        if cost <= bound + EQUAL * max(1.0, abs(cost)):
            self.leaves = min(self.leaves, cost)
        elif not len(free):
            self.leaves = min(self.leaves, max(cost, bound))
        else:
            basis = self._relaxation.highs.basis()
            # Closed sites first: an open one more or less is what the others turn on.
            column = int(min(free, key=lambda c: (point[c] > 0.5, c)))
            for at_least in (False, True):
                decision = Decision((column,), at_least, int(at_least))
                self._push(bound, (*node.decisions, decision), basis)

    def _branch(
        self, node: Node, bound: float, point: Floats, keys: list[Key], cutoff: float
    ) -> None:
        """Try branchings and push both sides of the best."""
        relaxed = self._relaxation
        basis = relaxed.highs.basis()
        best: tuple[float, list[tuple[Decision, float]]] = (-1.0, [])
        for key in keys:
            below = floor(float(point[list(key)].sum()) + WHOLE)
            sides = []
            for decision in (Decision(key, False, below), Decision(key, True, below + 1)):
                rise = INFINITY
                if self._hold((*node.decisions, decision)):
                    relaxed.highs.set_basis(basis)
                    rise = max(0.0, relaxed.tried(TRIAL_ITERATIONS, bound) - bound)
                    rise = min(rise, LARGE)
                sides.append((decision, rise))
            most = max(1e-3, cutoff - bound)
            score = 1.0
            for _, rise in sides:
                score *= max(1e-6, min(rise, most))
            if score > best[0]:
                best = (score, sides)
        for decision, rise in best[1]:
            if rise < INFINITY:
                # An unfinished trial proves nothing: the child begins with the bound of its parent.
                self._push(bound, (*node.decisions, decision), basis)

    def _hold(self, decisions: tuple[Decision, ...]) -> bool:
        """Set bounds of columns and rows to the decisions; False where they contradict each other."""
        low, up = self._low.copy(), self._up.copy()
        rows: dict[int, tuple[float, float]] = {}
        for decision in decisions:
            columns = list(decision.columns)
            if not decision.at_least and decision.number == 0:
                up[columns] = 0.0
            elif decision.at_least and len(columns) == 1:
                low[columns] = 1.0
            else:
                row = self._row(decision.columns)
                least, most = rows.get(row, (-INFINITY, INFINITY))
                if decision.at_least:
                    rows[row] = (max(least, decision.number), most)
                else:
                    rows[row] = (least, min(most, decision.number))
        if (low > up).any() or any(least > most for least, most in rows.values()):
            return False
        changed = np.flatnonzero((low != self._now_low) | (up != self._now_up))
        if len(changed):
            self._relaxation.highs.bounds(changed.tolist(), low[changed], up[changed])
            self._now_low, self._now_up = low, up
        free = (-INFINITY, INFINITY)
        differ = [r for r in {*self._held, *rows} if self._held.get(r, free) != rows.get(r, free)]
        if differ:
            differ.sort()
            ends = np.array([rows.get(r, free) for r in differ])
            self._relaxation.highs.row_bounds(differ, ends[:, 0], ends[:, 1])
        self._held = rows
        names = {row: columns for columns, row in self._row_of.items()}
        self._relaxation.held = [
            cut for row, (least, most) in rows.items() for cut in _as_cuts(names[row], least, most)
        ]
        return True

    def _row(self, columns: Key) -> int:
        """Return the row that counts some columns; it binds nowhere until it is held."""
        if columns not in self._row_of:
            highs = self._relaxation.highs
            self._row_of[columns] = highs.rows
            highs.add_rows(Rows.of([(columns, [1.0] * len(columns), -INFINITY, INFINITY)]))
        return self._row_of[columns]

    def _sequences(self) -> list[list[list[int]]]:
        """Return, per period, the sites along every different base walk."""
        found = []
        for model in self._relaxation.models:
            seen: dict[tuple[int, ...], None] = {}
            for _, ways in model.by_flow:
                seen.setdefault(tuple(dict.fromkeys(ways[0].site.tolist())), None)
            found.append([list(each) for each in seen])
        return found

    def _candidates(self, point: Floats) -> list[Key]:
        """Return what may be branched on at a point, the most promising first."""
        scored: dict[Key, float] = {}
        for n, model in enumerate(self._relaxation.models):
            part = self._relaxation.part(point, n)
            shift = self._relaxation.offset[n]
            design = part[: model.design]
            away = np.minimum(design, 1 - design)
            for column in np.flatnonzero(away > WHOLE).tolist():
                higher = column < model.sites * model.tiers and column % model.tiers
                scored[(column + shift,)] = float(away[column]) * (0.9 if higher else 1.0)
            for level in range(model.tiers):
                every = design[level : model.sites * model.tiers : model.tiers]
                count = float(every.sum())
                fraction = count - floor(count + WHOLE)
                if min(fraction, 1 - fraction) > 0.1:
                    key = tuple(
                        range(shift + level, shift + model.sites * model.tiers, model.tiers)
                    )
                    scored[key] = 1.1 * min(fraction, 1 - fraction)
            opened = design[: model.sites * model.tiers : model.tiers]
            for sites in self._runs[n]:
                self._score_runs(scored, opened, sites, shift, model.tiers)
        order = sorted(scored, key=lambda key: (-round(scored[key], 9), key))
        runs = [key for key in order if len(key) > 1][: CANDIDATES * 5 // 8]
        single = [key for key in order if len(key) == 1][: CANDIDATES - len(runs)]
        return runs + single

    @staticmethod
    def _score_runs(
        scored: dict[Key, float], opened: Floats, sites: list[int], shift: int, tiers: int
    ) -> None:
        """Score runs of candidates along a walk by how far their stations are from a whole number."""
        part = [n for n, j in enumerate(sites) if opened[j] > 1e-6]
        for a, first in enumerate(part):
            count = float(opened[sites[first]])
            for last in part[a + 1 : a + LONGEST_RUN]:
                count += float(opened[sites[last]])
                if count > MOST_STATIONS:
                    break
                fraction = count - floor(count + WHOLE)
                away = min(fraction, 1 - fraction)
                if away > 0.1:
                    key = tuple(sorted(shift + j * tiers for j in sites[first : last + 1]))
                    scored[key] = away * (1.2 if count < 1 else 1.0 if count < 2 else 0.8)


def _as_cuts(columns: Key, least: float, most: float) -> list[Cut]:
    """Return what is held of a sum as rows of the form "at least"."""
    index, ones = np.array(columns, dtype=np.int32), np.ones(len(columns))
    cuts = [Cut(index, ones, least)] if least > -INFINITY else []
    return cuts + ([Cut(index, -ones, -most)] if most < INFINITY else [])
