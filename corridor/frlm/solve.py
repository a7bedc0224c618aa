"""Solve a covering problem to its goal with HiGHS: relaxation first, exact recount always."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from corridor.core.errors import SolverError
from corridor.frlm.arc_cover import ArcCover, arc_cover
from corridor.frlm.goal import PROOF, Goal, Solution
from corridor.frlm.highs import TREE_OPTIONS, Highs
from corridor.frlm.hop_flow import hop_flow as hop_flow_model
from corridor.frlm.instance import Ask
from corridor.frlm.local_search import search_most_flow
from corridor.frlm.model import INFINITY, Rows, with_rows
from corridor.frlm.options import Clock, Options
from corridor.frlm.prepare import Tables
from corridor.frlm.problem import Bools, CoverProblem, Floats, Ints
from corridor.frlm.tree import Tree

_WHOLE = 1e-6

SMALL = 40_000
"""Entries of a model up to which a small tree of our own is tried first."""

SMALL_NODES = 60
"""Most nodes of that tree."""

SEARCH_SECONDS = 3.0
"""Longest local search before the exact method. [s]"""


def settled(problem: CoverProblem, goal: Goal) -> Solution | None:
    """Return the answer where none has to be searched for: nothing to gain or all affordable."""
    nothing = np.zeros(len(problem.site), bool)
    if goal.maximise:
        if not problem.flow or goal.limit < min(goal.price):
            return Solution(is_open=nothing, value=problem.always, bound=Fraction(problem.always))
        if sum(goal.price) <= goal.limit:
            everything = without_idle(problem, ~nothing)
            return Solution(
                is_open=everything, value=problem.coverable, bound=Fraction(problem.coverable)
            )
    elif goal.target <= problem.always:
        return Solution(is_open=nothing, value=0, bound=Fraction(0))
    return None


def without_idle(problem: CoverProblem, is_open: Bools, least: int | None = None) -> Bools:
    """Return open columns without those that can close while the flow stays at least `least`.

    Parameters
    ----------
    problem, is_open
        What is open now.
    least
        Flow to keep; None: all that is served now. [whole flow units]
    """
    kept = is_open.copy()
    if least is None:
        least = problem.served_units(kept)
    for column in np.flatnonzero(is_open):
        kept[column] = False
        if problem.served_units(kept) < least:
            kept[column] = True
    return kept


class Search:
    """Keeps the best answer and the best bound while solvers come and go.

    Parameters
    ----------
    problem, goal
        What is solved.
    """

    def __init__(self, problem: CoverProblem, goal: Goal) -> None:
        self.problem = problem
        self.goal = goal
        self.is_open: Bools | None = None
        self.value = 0
        self.bound: Fraction | None = None
        self.nodes = 0

    def offer(self, is_open: Bools) -> bool:
        """Take an answer if it is allowed and better; tell whether it is allowed."""
        served = self.problem.served_units(is_open)
        price = self.goal.price_of(is_open)
        if price > self.goal.limit if self.goal.maximise else served < self.goal.target:
            return False
        value = served if self.goal.maximise else price
        if self.is_open is None or (
            value > self.value if self.goal.maximise else value < self.value
        ):
            self.is_open, self.value = is_open.copy(), value
        return True

    def limit_to(self, bound: float, scale: Fraction, offset: int) -> None:
        """Take a bound of a model's objective if it is better.

        Parameters
        ----------
        bound
            Bound on the objective.
        scale
            Whole units in one unit of the objective.
        offset
            Flow served that the objective leaves out. [whole flow units]
        """
        if not math.isfinite(bound):
            return
        exact = Fraction(bound) * scale
        if self.goal.maximise:
            exact += offset
            if self.bound is None or exact < self.bound:
                self.bound = exact
        elif self.bound is None or exact > self.bound:
            self.bound = exact

    def is_done(self, gap: float = 0.0) -> bool:
        """Tell whether the best answer is proved to a relative gap."""
        found = self.solution()
        if found.is_proven:
            return True
        if found.is_open is None or found.bound is None or not gap:
            return False
        return abs(found.bound - found.value) <= Fraction(gap) * abs(found.value)

    def solution(self) -> Solution:
        """Return the best answer, the bound rounded to what whole units allow."""
        if self.is_open is None:
            return Solution(is_open=None, value=0, bound=self.bound, nodes=self.nodes)
        bound = self.bound
        if bound is not None:
            bound = self._rounded(bound)
            if abs(bound - self.value) <= PROOF * abs(self.value):
                bound = Fraction(self.value)  # the rest is the noise of floats
        return Solution(is_open=self.is_open, value=self.value, bound=bound, nodes=self.nodes)

    def _rounded(self, bound: Fraction) -> Fraction:
        """Round a bound to whole units, forgiving the last digits of a float."""
        fuzz = abs(bound) * PROOF / 10
        if self.goal.maximise:
            whole = Fraction((bound + fuzz).__floor__())
            return max(Fraction(self.value), min(bound, whole))
        whole = Fraction((bound - fuzz).__ceil__())
        return min(Fraction(self.value), max(bound, whole))


def columns_open(x: Floats, sites: int) -> Bools:
    """Return which columns a point opens."""
    opened: Bools = x[:sites] > 0.5
    return opened


def is_whole(x: Floats) -> bool:
    """Tell whether all entries are whole, up to a solver's tolerance."""
    return bool(np.all(np.abs(x - np.round(x)) <= _WHOLE))


def start_from_search(search: Search, options: Options, clock: Clock) -> None:
    """Find a good answer by local search, where stations are counted."""
    if search.goal.maximise and search.goal.counted and not (search.problem.need > 1).any():
        # Large problems repay a longer search: every later step starts from its answer.
        share = min(1.0, len(search.problem.group_set) / 50_000)
        seconds = min(max(0.3, SEARCH_SECONDS * share), 0.2 * clock.left())
        found = search_most_flow(
            search.problem,
            search.goal.limit,
            seconds=seconds,
            patience=4 + int(36 * share),
            seed=options.seed,
        )
        search.offer(found)


def fix_by_reduced_cost(
    search: Search, highs: Highs, point: Floats, reduced: Floats, scale: Fraction
) -> int:
    """Fix sites whose change would cost more than the gap; return how many.

    Only answers that are no better than the best known are lost, and that one stays.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    highs
        The model whose first columns are the sites.
    point, reduced
        Optimum of its relaxation and the reduced costs there.
    scale
        Whole units in one unit of the model's objective.
    """
    if search.is_open is None or search.bound is None or not search.goal.maximise:
        return 0
    sites = len(search.problem.site)
    gap = float((search.bound - search.value) / scale) * (1 + 1e-6) + 1e-3
    x, cost = point[:sites], np.abs(reduced[:sites])
    shut = np.flatnonzero((x < 1e-9) & (cost > gap) & ~search.is_open)
    fixed = np.flatnonzero((x > 1 - 1e-9) & (cost > gap) & search.is_open)
    columns = np.r_[shut, fixed]
    if len(columns):
        values = np.r_[np.zeros(len(shut)), np.ones(len(fixed))]
        highs.change_bounds(columns, values, values)
    return len(columns)


def solve_arc_cover(search: Search, options: Options, clock: Clock) -> None:
    """Solve by the whole arc-cover model: its relaxation first, then branch and bound.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    options, clock
        When to stop.
    """
    cover = arc_cover(search.problem, search.goal)
    highs = Highs(cover.model, relax=True)
    relaxed = highs.solve(time_limit=clock.left())
    if relaxed.outcome == "optimal" and relaxed.x is not None:
        search.limit_to(relaxed.bound, cover.scale, search.problem.always)
        if is_whole(relaxed.x[: cover.sites]):
            search.offer(columns_open(relaxed.x, cover.sites))
        if search.is_done(options.gap):
            return
    start_from_search(search, options, clock)
    if search.is_done(options.gap):
        return
    if search.is_open is not None and relaxed.x is not None:
        fix_by_reduced_cost(search, highs, relaxed.x, highs.duals()[0], cover.scale)
        if len(cover.model.row_value) <= SMALL and search_small(search, cover, highs):
            return
        highs.set_options(TREE_OPTIONS)
    highs.make_integer()
    frame = Frame(place=np.arange(cover.sites), scale=cover.scale, offset=search.problem.always)
    finish_whole(search, highs, frame, options, clock)


def _forgive_digits(search: Search, objective: float, scale: Fraction, offset: int) -> None:
    """Take a proven optimum for the recount of its own stations.

    CBC hands over its points in some seven digits; the proof is not in them.
    """
    told = Fraction(objective) * scale + (offset if search.goal.maximise else 0)
    if abs(told - search.value) <= abs(told) * Fraction(1, 10**6):
        search.bound = Fraction(search.value)


def search_small(search: Search, cover: ArcCover, highs: Highs) -> bool:
    """Try to finish a small problem by a few nodes of our own; tell whether that was enough."""
    problem, goal = search.problem, search.goal
    if not goal.maximise or search.is_open is None:
        return False

    def value(is_open: Bools) -> float:
        if not search.offer(is_open):
            return -1.0
        return float((problem.served_units(is_open) - problem.always) / cover.scale)

    lower, upper = highs.bounds(cover.sites)
    found = Tree(highs, goal, lower, upper).search(
        search.is_open, value(search.is_open), value, enough=float(PROOF) / 4, most=SMALL_NODES
    )
    search.nodes += found.nodes
    if found.finished:
        search.limit_to(found.value * (1 + float(PROOF) / 4), cover.scale, problem.always)
    return found.finished and search.is_done()


def solve_elsewhere(
    search: Search, tables: Tables, ask: Ask, options: Options, clock: Clock, *, hop_flow: bool
) -> None:
    """Solve a whole model with CBC or SCIP, cut and solved again till the recount agrees."""
    from corridor.frlm.pulp_door import solve_cbc
    from corridor.frlm.scip import solve_model

    if hop_flow:
        flow = hop_flow_model(tables, search.problem, search.goal, ask)
        model, scale, offset, place = flow.model, flow.scale, 0, search.problem.site
    else:
        cover = arc_cover(search.problem, search.goal)
        model, scale, offset = cover.model, cover.scale, search.problem.always
        place = np.arange(cover.sites)
    if options.solver == "cbc":  # CBC tells no bound when it stops early: the relaxation's will do
        relaxed = Highs(model, relax=True).solve(time_limit=clock.left())
        search.limit_to(relaxed.bound, scale, offset)
    while not search.is_done(options.gap):
        limits = {"time_limit": clock.left(), "gap": options.gap}
        if options.solver == "cbc":
            result = solve_cbc(model, **limits)
        else:
            result = solve_model(model, start=None, **limits)
        if result.outcome in ("infeasible", "failed"):
            raise SolverError(f"{options.solver} calls a solvable model {result.outcome}.")
        search.nodes += result.nodes
        search.limit_to(result.bound, scale, offset)
        if result.x is None:
            return
        opened = result.x[place] > 0.5
        if search.offer(opened):
            if options.solver == "cbc" and result.outcome == "optimal":
                _forgive_digits(search, result.objective, scale, offset)
            return
        if clock.left() <= 0:
            return
        model = with_rows(model, _cut(search.goal, opened, place))


def solve_hop_flow(
    search: Search, tables: Tables, ask: Ask, options: Options, clock: Clock
) -> None:
    """Solve by the hop-flow model; the problem must not have dropped sites."""
    model = hop_flow_model(tables, search.problem, search.goal, ask)
    highs = Highs(model.model)
    # All trips are in this model, those served without a new station too.
    frame = Frame(place=search.problem.site, scale=model.scale, offset=0)
    finish_whole(search, highs, frame, options, clock)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """How a model stands to the problem.

    Parameters
    ----------
    place
        Column of the model for each column of the problem, shape (columns,).
    scale
        Whole units in one unit of the model's objective.
    offset
        Flow served that the objective leaves out. [whole flow units]
    """

    place: Ints
    scale: Fraction
    offset: int


def finish_whole(
    search: Search, highs: Highs, frame: Frame, options: Options, clock: Clock
) -> None:
    """Run branch and bound until its answer stands the exact recount.

    A solver works within tolerances: what it returns may cost a little too much or serve a little
    too little. Such an answer is cut off, which loses no right one, and the search goes on.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    highs
        The model.
    frame
        How it stands to the problem.
    options, clock
        When to stop.
    """
    place = frame.place
    while not search.is_done(options.gap):
        if search.is_open is not None:
            highs.start_from(place, search.is_open.astype(float))
        result = highs.solve(time_limit=clock.left(), gap=options.gap)
        if result.outcome in ("infeasible", "failed"):
            raise SolverError(f"HiGHS calls a solvable model {result.outcome}.")
        search.nodes += result.nodes
        search.limit_to(result.bound, frame.scale, frame.offset)
        if result.x is None:
            return
        opened = result.x[place] > 0.5
        if search.offer(opened) or clock.left() <= 0:
            return
        highs.add_rows(_cut(search.goal, opened, place))


def _cut(goal: Goal, opened: Bools, place: Ints) -> Rows:
    """Return a row that forbids some open columns and everything that is no better."""
    if goal.maximise:
        inside = place[opened].tolist()
        return Rows.of([(inside, [1.0] * len(inside), -INFINITY, len(inside) - 1.0)])
    outside = place[~opened].tolist()
    return Rows.of([(outside, [1.0] * len(outside), 1.0, INFINITY)])
