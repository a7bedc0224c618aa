"""Branch and bound over the sites, to an exact end.

Each node is bounded by a relaxation. The aggregated one has a few hundred rows and solves again in
milliseconds, so looking ahead is cheap: the column to branch on is the one whose two children lose
most, as tried or as learnt before (reliability branching [1]_). Rows found anywhere hold everywhere.

A node is closed by a bound that its duals prove, whatever the solver's tolerances, or where no
point is left in it; a choice counts as much as the exact recount says. Where the solver finds no
optimum the node is branched on all the same, and where all sites are fixed nothing is left.

References
----------
.. [1] T. Achterberg, T. Koch, A. Martin, "Branching rules revisited", Operations Research Letters
   33 (2005) 42-54.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count

import numpy as np

from corridor.frlm.goal import PROOF
from corridor.frlm.node import Branch, Node
from corridor.frlm.problem import Bools, Floats, Ints
from corridor.frlm.pseudocosts import Losses
from corridor.frlm.relaxation import Relaxation
from corridor.frlm.rounding import Roundings
from corridor.frlm.search import Frame, Search
from corridor.frlm.solve import forbidding
from corridor.solvers.clock import Clock
from corridor.solvers.highs import Basis
from corridor.solvers.program import Rows

_WHOLE = 1e-6

_TRIED = 8
"""Most columns looked ahead on at a node."""

_HOPELESS = 4
"""Columns in a row that bring no better one, after which looking ahead stops."""

_NEAR = 3e-4
"""What is left to gain below which all violated rows are worth adding. [share of the bound]"""

_ITERATIONS = 150
"""Simplex iterations of a look ahead."""


@dataclass(slots=True, eq=False)
class Branching:
    """A search for the choice of sites that is worth most.

    Parameters
    ----------
    relaxed
        The relaxation; rows are added to it.
    value
        What a choice is worth, exactly counted; None where it is not allowed. [units of the
        objective]
    forbid
        Returns a row that forbids a choice that is not allowed, and all that are no better.
    improve
        Local search from a choice; None: there is none.
    best, worth
        The best choice known, and its worth, minus infinity for none. [units of the objective]
    step
        Least difference between two choices of different worth. [units of the objective]
    clock
        When to stop.
    """

    relaxed: Relaxation
    value: Callable[[Bools], float | None]
    forbid: Callable[[Bools], Rows]
    improve: Callable[[Bools], Bools] | None
    best: Bools | None
    worth: float
    step: float
    clock: Clock
    nodes: int = 0
    iterations: int = 0
    stopped: float = -math.inf
    _losses: Losses = field(init=False)
    _waiting: list[tuple[float, int, Node]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)
    _roundings: Roundings = field(default_factory=Roundings)

    def __post_init__(self) -> None:
        self._losses = Losses.none(self.relaxed.sites)
        self.relaxed.highs.set_options({"presolve": "off"})
        self.relaxed.highs.stop = self.clock.stop

    @property
    def bound(self) -> float:
        """What no choice can be worth more than. [units of the objective]."""
        waiting = -self._waiting[0][0] if self._waiting else -math.inf
        return max(self.worth, waiting, self.stopped)

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing better than the best choice is left."""
        return not self._waiting and self.stopped <= self._cutoff()

    def run(self, *, gap: float = 0.0, most_iterations: int | None = None) -> None:
        """Search till the best choice is proved or a limit is reached.

        Parameters
        ----------
        gap
            Relative gap at which to stop. [share]
        most_iterations
            Most simplex iterations; None: no limit.
        """
        model = self.relaxed.model
        sites = self.relaxed.sites
        root = self._solved(model.column_low[:sites].copy(), model.column_up[:sites].copy(), None)
        if root is not None:
            self._wait(root)
        while self._waiting:
            tired = most_iterations is not None and self.iterations >= most_iterations
            if tired or self._is_near(gap) or self.clock.left() <= 0:
                return
            node = heapq.heappop(self._waiting)[2]
            if node.bound > self._cutoff():
                self._open(node)

    def _is_near(self, gap: float) -> bool:
        """Tell whether the best choice is within a relative gap of the bound."""
        if self.best is None or not gap:
            return False
        return self.bound - self.worth <= gap * abs(self.worth)

    def report(self, search: Search, frame: Frame) -> None:
        """Tell a search what is proved."""
        search.nodes += self.nodes
        if self.is_finished:
            search.prove()
        else:
            sign = 1 if search.goal.maximise else -1
            search.limit_to(sign * self.bound, replace(frame, doubt=0.0))

    def _cutoff(self) -> float:
        """Return the bound up to which a node holds nothing better."""
        if self.best is None:
            return -math.inf
        enough = float(PROOF) / 4 * abs(self.worth)
        return self.worth + max(enough, self.step * (1 - 1e-6))

    def _wait(self, node: Node) -> None:
        """Put a node in the queue."""
        heapq.heappush(self._waiting, (-node.bound, next(self._number), node))

    def _solved(
        self, lower: Floats, upper: Floats, basis: Basis | None, *, quick: bool = False
    ) -> Node | None:
        """Return the node of some bounds, rows generated; None where nothing better is in it.

        Parameters
        ----------
        lower, upper
            Bounds of the sites, shape (sites,).
        basis
            Where to begin.
        quick
            True: a few iterations, no rows.
        """
        relaxed, highs = self.relaxed, self.relaxed.highs
        highs.bounds(range(relaxed.sites), lower, upper)
        if basis is not None:
            highs.set_basis(basis)
        known = len(relaxed.rows.lower)
        while True:
            result = highs.relaxed(_ITERATIONS if quick else None)
            self.iterations += result.iterations
            if result.state == "infeasible":
                return None
            bound, reduced = relaxed.proven(lower, upper)
            if bound <= self._cutoff():
                return None
            point = result.values if result.state == "optimal" else None
            if point is not None and not quick:
                rows = self._violated(point, bound)
                if len(rows.lower):
                    relaxed.add(rows)
                    continue
                relaxed.forget_slack(point, known)
            return Node(
                bound=bound,
                x=None if point is None else point[: relaxed.sites],
                reduced=reduced,
                lower=lower,
                upper=upper,
                basis=highs.basis(),
            )

    def _violated(self, point: Floats, bound: float) -> Rows:
        """Return violated rows; where little is left to gain small violations count too."""
        rows = self.relaxed.violated(point, alone_by=1e-6, shared_by=1e-4)
        x = point[: self.relaxed.sites]
        near = bound - self._cutoff() < _NEAR * abs(bound)
        if not len(rows.lower) and (near or not len(_fractional(x))):
            rows = self.relaxed.violated(point, alone_by=1e-6, shared_by=1e-7)
        return rows

    def _open(self, node: Node) -> None:
        """Look at a node: round it, fix what can be fixed, and branch."""
        self.nodes += 1
        while True:
            if node.x is None and self.clock.left() <= 0:
                self.stopped = max(self.stopped, node.bound)  # the clock came before the optimum
                return
            picked = self._unsolved(node) if node.x is None else self._solved_node(node)
            if picked is None:
                return
            if not isinstance(picked, Node):
                break
            node = picked
        node, column = picked
        for value in (0, 1):
            child = self._child(node, column, value)
            if child is not None:
                self._wait(child)

    def _solved_node(self, node: Node) -> Branch | Node | None:
        """Return how to go on from an optimum: with a column, the node changed, or not at all."""
        self._round(node)
        node = self._fixed(node)
        assert node.x is not None
        columns = _fractional(node.x)
        return self._pick(node, columns) if len(columns) else self._at_whole(node)

    def _unsolved(self, node: Node) -> Branch | None:
        """Return how to go on where the solver found no optimum though it had time."""
        free = np.flatnonzero(node.upper > node.lower)
        if len(free):
            return node, int(free[0])
        self._try(node.lower > 0.5)
        return None

    def _at_whole(self, node: Node) -> Branch | Node | None:
        """Return how to go on from a whole point that is worth less than its bound."""
        assert node.x is not None
        if node.bound <= self._cutoff():
            return None
        choice = node.x > 0.5
        free = np.flatnonzero(node.upper > node.lower)
        if not len(free):
            return None  # counted exactly, nothing is left open
        if self.value(choice) is None:
            self.relaxed.add(self.forbid(choice))
            return self._solved(node.lower, node.upper, None)
        return node, int(free[np.argmin(np.abs(node.reduced[free]))])

    def _round(self, node: Node) -> None:
        """Try the choices near a point: rounded, and improved from random roundings."""
        x = node.x
        assert x is not None
        self._try(x > 0.5)
        if self.improve is None:
            return
        gap = 1.0 if not self.worth else (node.bound - self.worth) / abs(self.worth)
        patience = self._roundings.patience(self.nodes, gap if self.best is not None else 1.0)
        in_vain = 0
        while in_vain < patience and node.bound > self._cutoff() and self.clock.left() > 0:
            better = self._try(self.improve(self._roundings.start(x, self.best)))
            in_vain = 0 if better else in_vain + 1

    def _try(self, is_open: Bools) -> bool:
        """Take a choice if it is the best; tell whether it is."""
        worth = self.value(is_open)
        if worth is None or (self.best is not None and worth <= self.worth):
            return False
        self.best, self.worth = is_open.copy(), worth
        return True

    def _fixed(self, node: Node) -> Node:
        """Fix the sites whose change would cost more than is left to gain."""
        assert node.x is not None
        gap = node.bound - self._cutoff()
        if not math.isfinite(gap):
            return node
        free = node.upper > node.lower
        shut = free & (node.x < _WHOLE) & (-node.reduced >= gap)
        built = free & (node.x > 1 - _WHOLE) & (node.reduced >= gap)
        if not (shut | built).any():
            return node
        return replace(
            node, lower=np.where(built, 1.0, node.lower), upper=np.where(shut, 0.0, node.upper)
        )

    def _child(self, node: Node, column: int, value: int, *, quick: bool = False) -> Node | None:
        """Return a child of a node, and learn from it; None where nothing better is in it."""
        lower, upper = node.lower.copy(), node.upper.copy()
        lower[column] = upper[column] = value
        child = self._solved(lower, upper, node.basis, quick=quick)
        if node.x is not None:
            bound = max(self._cutoff(), 0.0) if child is None else child.bound
            by = node.x[column] if value == 0 else 1 - node.x[column]
            self._losses.learn(column, value, max(0.0, node.bound - bound), by)
        return child

    def _pick(self, node: Node, columns: Ints) -> Branch | Node | None:
        """Return the column to branch on, or the node again with a column fixed, or None.

        None means that neither child of some column holds anything better.
        """
        assert node.x is not None
        score = self._losses.score(columns, node.x)
        best, best_score, tried, in_vain = -1, -1.0, 0, 0
        for place in np.argsort(-score, kind="stable"):
            column = int(columns[place])
            if tried >= _TRIED or in_vain >= _HOPELESS:
                break
            if self._losses.times[:, column].min() > 0 and self.nodes > 1:
                worth = float(score[place])
            else:
                tried += 1
                down = self._child(node, column, 0, quick=True)
                up = self._child(node, column, 1, quick=True)
                if down is None and up is None:
                    return None
                if down is None or up is None:
                    only = up if down is None else down
                    assert only is not None
                    return self._solved(only.lower, only.upper, only.basis)
                worth = max(node.bound - down.bound, 1e-6) * max(node.bound - up.bound, 1e-6)
            in_vain += 1
            if worth > best_score:
                best, best_score, in_vain = column, worth, 0
        return node, best


def branching_of(
    search: Search,
    relaxed: Relaxation,
    frame: Frame,
    improve: Callable[[Bools], Bools] | None,
    clock: Clock,
) -> Branching:
    """Return the tree for a search.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    relaxed, frame
        A relaxation that maximises, and how it stands to the problem.
    improve
        Local search from a choice; None: there is none.
    clock
        When to stop.
    """
    goal = search.goal
    units = search.problem.flow if goal.maximise else goal.price

    def worth(counted: int) -> float:
        units = counted - frame.offset if goal.maximise else -counted
        return float(Fraction(units) / frame.scale)

    def value(is_open: Bools) -> float | None:
        search.offer(is_open)
        counted = search.counted(is_open)
        return None if counted is None else worth(counted)

    return Branching(
        relaxed=relaxed,
        value=value,
        forbid=lambda choice: forbidding(goal, choice, frame.place),
        improve=improve,
        best=search.is_open,
        worth=-math.inf if search.is_open is None else worth(search.value),
        step=float(Fraction(math.gcd(*units)) / frame.scale),
        clock=clock,
    )


def _fractional(x: Floats) -> Ints:
    """Return the columns that are not whole."""
    return np.flatnonzero(np.abs(x - np.round(x)) > _WHOLE)
