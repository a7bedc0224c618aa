"""The search: what rules force, roots of periods, designs by local search, then branch and bound.

Every stage is paid in deterministic work (work.py), so that the plan is the same on every machine. The
periods are tightened one by one, the last first. Where the whole fits into one programme it is tightened
too, with HiGHS's own cuts, and branched on. Elsewhere, or where little is lost by it, the periods are
branched on one by one: their bounds add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import fsum

import numpy as np

from corridor.core.errors import LimitError, SolverError
from corridor.siting.gap import cost_at_gap
from corridor.siting.model.formulation import MONEY
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, design_order, keeps_rules
from corridor.siting.search.diving import dived_design
from corridor.siting.search.forced import forced_design
from corridor.siting.search.local_search import LocalSearch
from corridor.siting.search.outcome import Keep, Outcome, keep_nothing
from corridor.siting.search.period_oracle import PeriodOracle
from corridor.siting.search.period_trees import Design, PeriodTree, stacked
from corridor.siting.search.relaxation import PeriodRows, Relaxation
from corridor.siting.search.rounding import rounded_designs
from corridor.siting.search.shares import (
    AIM,
    ALL_MOVES,
    FEW_BINARIES,
    JOINT_COLUMNS,
    KICKS,
    LOSS,
    POLISH_SHARE,
    ROOT_SHARE,
    STALL,
    TREE_SLICES,
    search_share,
)
from corridor.siting.search.tree import Tree
from corridor.siting.search.work import Budget
from corridor.siting.solution import SolverChoice
from corridor.solvers.highs import version
from corridor.solvers.program import INFINITY, Cut


def optimise(
    problem: SitingProblem,
    settings: SolverChoice,
    budget: Budget,
    fixed: Levels | None,
    *,
    progress: Callable[[str], object],
    unavoidable_cny: float = 0.0,
    keep: Keep = keep_nothing,
) -> Outcome:
    """Search for the cheapest design of a reduced problem.

    Parameters
    ----------
    problem
        From `reduce`.
    settings
        Seed and gap target.
    budget
        Work that may be spent, and the safety clock.
    fixed
        Levels of a given design, or None.
    progress
        Called with a line for each stage.
    unavoidable_cny
        Penalty that no plan can avoid. [CNY]
    keep
        Called with what is known whenever a better design or bound is.

    Returns
    -------
    Outcome
        Without levels where none was found.
    """
    return _Search(
        problem, settings, budget, fixed, keep, progress=progress, unavoidable_cny=unavoidable_cny
    ).run()


class _Search:
    """State of one search."""

    def __init__(
        self,
        problem: SitingProblem,
        settings: SolverChoice,
        budget: Budget,
        fixed: Levels | None,
        keep: Keep,
        *,
        progress: Callable[[str], object],
        unavoidable_cny: float,
    ) -> None:
        self._problem = problem
        self._budget = budget
        self._seed = settings.seed
        self._aim = AIM * settings.gap_target
        self._fixed = fixed
        self._progress = progress
        self._keep = keep
        self._models = [
            PeriodProgram(problem, t, None if fixed is None else fixed[t])
            for t in range(len(problem.periods))
        ]
        self._rows = [PeriodRows(model) for model in self._models]
        self._costs = DesignCost(problem, budget.clock.stop)
        self._whole: Relaxation | None = None
        self._single: list[Relaxation] = []
        self._search: LocalSearch | None = None
        self.outcome = Outcome(unavoidable_cny=unavoidable_cny, bound_cny=unavoidable_cny)
        self.outcome.version = version() or "?"
        columns = [model.columns for model in self._models]
        self.outcome.sizes = {
            "columns": sum(columns),
            "binaries": sum(int(model.program.integer.sum()) for model in self._models),
            "rows": sum(len(model.program.row_low) for model in self._models),
            "nonzeros": sum(int(model.program.rows.nnz) for model in self._models),
        }

    def run(self) -> Outcome:
        outcome, sizes = self.outcome, self.outcome.sizes
        self._progress(
            f"model     {len(self._problem.sites)} sites, {len(self._problem.flows)} flows, "
            f"{sum(len(m.ways) for m in self._models)} ways, {sizes['columns']} columns "
            f"({sizes['binaries']} binary), {sizes['rows']} rows before windows"
        )
        forced = forced_design(self._models, self._budget, self._seed)
        if forced is None:
            outcome.infeasible = True
            return outcome
        levels, steps = forced
        self._keep(replace(outcome, levels=levels, steps=steps))
        try:
            self._offer(levels, steps)
            self._stages()
        except LimitError:
            if outcome.levels is None:  # it was not even priced: the stop plans will tell its cost
                outcome.levels, outcome.steps = levels, steps
        except SolverError as error:
            if outcome.levels is None:
                raise
            # The best plan so far stands; what the solver did is told.
            outcome.reported = error.problem
            self._progress(f"ended     {error.problem}")
        outcome.ended = "clock" if self._budget.stopped_by_clock else None
        outcome.moves_tested = self._search.tested if self._search else 0
        return outcome

    def _stages(self) -> None:
        self._relax()
        if self._fixed is None:
            sliced = len(self._problem.blocks) < len(self._problem.periods)
            self._improve(search_share(joined=self._whole is not None, sliced=sliced))
        self._branch()
        if self._fixed is None:
            self._polish()

    def _offer(self, levels: Levels, steps: Levels) -> float:
        """Keep a design if it is better, or equal and first in the stated order; return its cost [CNY]."""
        outcome = self.outcome
        before = self._costs.work
        cost = self._costs.total(levels, steps)
        self._budget.spend(self._costs.work - before)
        first = outcome.levels is None or outcome.steps is None
        if first or design_order(cost, levels, steps) < outcome.order:
            outcome.cost_cny, outcome.levels, outcome.steps = cost, levels, steps
            self._keep(outcome)
        return cost

    def _hold(self, levels: Levels, steps: Levels, cost: float) -> None:
        """Have a design kept that the local search goes on from, should it not come back."""
        if cost < self.outcome.cost_cny:
            self._keep(replace(self.outcome, levels=levels, steps=steps, cost_cny=cost))

    def _bound(self, money: float) -> None:
        if money * MONEY > self.outcome.bound_cny:
            self.outcome.bound_cny = money * MONEY
            self._keep(self.outcome)

    def _is_done(self) -> bool:
        return self.outcome.gap <= self._aim or self._budget.is_over

    def _say(self, stage: str) -> None:
        o = self.outcome
        self._progress(
            f"{stage:<10}plan {o.cost_cny / 1e6:.2f} M CNY, bound {o.bound_cny / 1e6:.2f}, "
            f"gap {o.gap:.2%}, work {self._budget.spent:.0f} of {self._budget.limit:.0f}"
        )

    @property
    def _decided(self) -> float:
        """Money that can be decided, as far as it is known. [model money]."""
        return max(1e-6, (self.outcome.cost_cny - self.outcome.unavoidable_cny) / MONEY)

    def _relax(self) -> None:
        """Tighten the periods, the last first, then all of them together where that fits."""
        budget = self._budget.share(ROOT_SHARE)
        stall = STALL * self._decided
        self._single = [Relaxation([rows], self._budget, self._seed) for rows in self._rows]
        for n, relaxed in reversed(list(enumerate(self._single))):
            relaxed.tighten(budget.share(0.5 if n else 0.6), rounds=120, stall=stall)
            if not len(relaxed.point):
                return
        self._bound(fsum(relaxed.bound for relaxed in self._single))
        self._offer_rounded([relaxed.point for relaxed in self._single])
        if self._fixed is None:
            dived = dived_design(self._problem, self._single)
            if dived is not None:
                self._offer(*dived)
        self._say("periods")
        if self.outcome.sizes["columns"] <= JOINT_COLUMNS:
            self._join(budget)

    def _join(self, budget: Budget) -> None:
        """Put all periods into one programme, with the rows found, and tighten it."""
        whole = self._single[0]
        if len(self._models) > 1:
            whole = Relaxation(self._rows, self._budget, self._seed)
            for n, relaxed in enumerate(self._single):
                relaxed.highs.drop_slack_cuts()
                whole.add(n, relaxed.highs.cuts)
            whole.tighten(budget, rounds=40, stall=STALL * self._decided)
        if not len(whole.point):
            return
        self._whole = whole
        self._bound(whole.bound)
        self._offer_rounded(self._parts(whole.point))
        self._say("joined")

    def _parts(self, point: Floats) -> list[Floats]:
        assert self._whole is not None
        return [self._whole.part(point, n) for n in range(len(self._models))]

    def _offer_rounded(self, parts: list[Floats]) -> None:
        for levels, steps in rounded_designs(self._problem, self._models, parts, self._fixed):
            self._offer(levels, steps)

    def _improve(self, share: float) -> None:
        """Improve the best design by changes of one or two sites."""
        outcome = self.outcome
        if self._is_done() or outcome.levels is None or outcome.steps is None:
            return
        search = self._local_search()
        found = search.run(
            outcome.levels,
            outcome.steps,
            budget=self._budget.share(share),
            good_enough_cny=cost_at_gap(outcome.bound_cny, outcome.unavoidable_cny, self._aim),
            kicks=KICKS,
        )
        self._offer(*found)
        self._say("search")

    def _local_search(self) -> LocalSearch:
        if self._search is None:
            oracles = [
                PeriodOracle(rows, self._cuts_of(n), self._budget, self._seed)
                for n, rows in enumerate(self._rows)
            ]
            self._search = LocalSearch(
                self._problem,
                self._costs,
                oracles,
                least_gain_cny=self.outcome.least_gain_cny,
                seed=self._seed,
                found=self._hold,
            )
        return self._search

    def _cuts_of(self, n: int) -> list[Cut]:
        if self._whole is not None:
            return self._whole.cuts_of(n)
        return list(self._single[n].highs.cuts)

    def _branch(self) -> None:
        """Branch on the whole, or on period after period, until the gap is small enough."""
        if self._is_done() or not self._single or not all(len(r.point) for r in self._single):
            return
        if self._whole is None or self._falls_apart(self._whole):
            self._branch_periods()
        if self._whole is not None and not self._is_done():
            self._branch_whole(self._whole)

    def _falls_apart(self, whole: Relaxation) -> bool:
        """Whether little is lost when the periods are told apart by multipliers."""
        if self.outcome.sizes["binaries"] < FEW_BINARIES or len(self._models) == 1:
            return False
        apart = fsum(relaxed.bound for relaxed in self._single)
        return whole.bound - apart <= LOSS * (self.outcome.cost_cny / MONEY - whole.bound)

    def _branch_whole(self, whole: Relaxation) -> None:
        if self._worth_cutting(whole):
            whole.cut_root(self._budget, self.outcome.cost_cny / MONEY)
            self._bound(whole.bound)
            self._offer_rounded(self._parts(whole.point))
            self._say("cut")
            if self._fixed is None:
                self._improve(0.2)
        tree = Tree(whole, self._cost_at)
        tree.start()
        keep = POLISH_SHARE if self._fixed is None and not self._polishes_all else 0.0
        budget = self._budget.share(1 - keep)
        for left in range(TREE_SLICES, 0, -1):
            if self._is_done() or tree.stuck or not tree.heap:
                break
            tree.run(
                budget.share(1 / left),
                cutoff=lambda: self.outcome.cutoff_cny / MONEY,
                enough=lambda: self.outcome.enough_cny(self._aim) / MONEY,
            )
            self.outcome.nodes += tree.nodes
            tree.nodes = 0
            self._bound(tree.bound)
            self._say("branched")
        self._bound(tree.bound)
        self.outcome.reported = f"{self.outcome.nodes} nodes, {len(tree.heap)} open" + (
            f"; {whole.flaw}" if tree.stuck and whole.flaw else ""
        )
        tree.close()

    def _worth_cutting(self, whole: Relaxation) -> bool:
        """HiGHS's own cuts take long where there is little to branch on."""
        return (
            self.outcome.sizes["binaries"] >= FEW_BINARIES
            and self._budget.left > 0.2 * self._budget.limit
        )

    def _cost_at(self, point: Floats) -> float:
        designs = [
            model.design_of(part)
            for model, part in zip(self._models, self._parts(point), strict=True)
        ]
        cost = self._offer(tuple(d[0] for d in designs), tuple(d[1] for d in designs))
        return cost / MONEY

    def _branch_periods(self) -> None:
        """Branch on the periods one by one, each with what "stands stays" costs it at the root.

        The bounds of the periods add up to a bound of the whole, whatever the multipliers.
        """
        count = len(self._single)
        size = self._models[0].design
        extra = [np.zeros(size)] * count
        bounds = [relaxed.bound for relaxed in self._single]
        if self._whole is not None and count > 1:
            extra = self._whole.multipliers()
            bounds = [self._priced(n, extra[n]).root() for n in range(count)]
            self._bound(fsum(bounds))
        keep = POLISH_SHARE
        designs: list[Design | None] = [None] * count
        for n in range(count):
            if self._is_done():
                break
            budget = self._budget.share((1 - 2 * keep) / (count - n))
            tree = self._priced(n, extra[n])
            bounds[n] = max(bounds[n], tree.run(budget))
            designs[n] = tree.design
            self.outcome.nodes += tree.nodes
            self.outcome.log += tree.log
            self.outcome.reported = tree.reported
            self._bound(fsum(bounds))
            self._say(f"period {n + 1}")
        if self._fixed is None:
            for design in stacked(self._problem, designs):
                if keeps_rules(self._problem, *design):
                    self._offer(*design)
            self._improve(1.0 - keep)

    def _priced(self, n: int, extra: Floats) -> PeriodTree:
        return PeriodTree(self._models[n], self._cuts_of(n), extra, self._budget, self._seed)

    @property
    def _polishes_all(self) -> bool:
        most_sites, most_flows = ALL_MOVES
        flows = max((len(model.flows) for model in self._models), default=0)
        return len(self._problem.sites) <= most_sites and flows <= most_flows

    def _polish(self) -> None:
        """Change the best design until no change of one site and no exchange is better."""
        outcome = self.outcome
        if outcome.levels is None or outcome.steps is None:
            return
        search, budget = self._local_search(), self._budget
        if self._polishes_all:
            budget = Budget(INFINITY, budget.clock, whole=budget)
        found = search.polish(outcome.levels, outcome.steps, budget, outcome.least_gain_cny)
        self._offer(*found)
        outcome.locally_optimal, outcome.equal = search.complete, search.equal
        self._say("polished")
