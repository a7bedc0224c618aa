"""The model of one period as arrays: what the search solves, again and again.

The same rows as the PuLP model (corridor/siting/model/formulation.py), of one period and without those
that tie periods together; stations are charged by charges.py. Purchases are counted in shares of what the
whole flow needs, so that rows over trips have the same coefficients in every period. Windows, opening rows
and tier cuts are many and rarely bind: they are separated (window_cuts.py, tier_cuts.py).
"""

from __future__ import annotations

from itertools import pairwise
from math import fsum

import numpy as np
import numpy.typing as npt

from corridor.siting.charges import charged_in
from corridor.siting.model.columns import WayBlock
from corridor.siting.model.floors import detour_floors_g
from corridor.siting.model.formulation import DAYS, MONEY
from corridor.siting.model.windows import least_stops, most_g, need_g
from corridor.siting.problem import Commodity, SitingProblem
from corridor.siting.rules import extra_payments, level_bounds, money_left, renewals_cny
from corridor.solvers.program import INFINITY, Cut, LinearProgram

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class _Builder:
    """Columns and rows, gathered one by one."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.up: list[float] = []
        self.whole: list[bool] = []
        self.index: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.row_low: list[float] = []
        self.row_up: list[float] = []

    def add(
        self, cost: float, up: float = INFINITY, low: float = 0.0, *, whole: bool = False
    ) -> int:
        self.cost.append(cost)
        self.low.append(low)
        self.up.append(up)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: list[tuple[int, float]], low: float, up: float) -> None:
        number = len(self.row_low)
        for column, value in terms:
            self.index.append(number)
            self.column.append(column)
            self.value.append(value)
        self.row_low.append(low)
        self.row_up.append(up)

    def program(self) -> LinearProgram:
        import scipy.sparse as sp

        shape = (len(self.row_low), len(self.cost))
        return LinearProgram(
            cost=np.array(self.cost),
            column_low=np.array(self.low, dtype=float),
            column_up=np.array(self.up, dtype=float),
            integer=np.array(self.whole, dtype=bool),
            rows=sp.csr_matrix((self.value, (self.index, self.column)), shape=shape),
            row_low=np.array(self.row_low, dtype=float),
            row_up=np.array(self.row_up, dtype=float),
        )


def joint_budgets(
    models: list[PeriodProgram], offset: list[int]
) -> list[tuple[list[tuple[int, float]], float]]:
    """Return the budget rows that speak of several periods: earlier purchases that are paid for again.

    Parameters
    ----------
    models
        The periods, in order; a budget speaks of all before it, so they must begin with the first.
    offset
        Where the columns of each begin.

    Returns
    -------
    list of tuple
        Terms and upper limit. [model money]
    """
    rows = []
    if models[0].period:
        return []
    for model in models[1:]:
        terms: list[tuple[int, float]] = []
        limit = None
        for n, earlier in enumerate(models[: model.period + 1]):
            own, limit = earlier.budget_terms(model.period)
            terms += [(offset[n] + column, value) for column, value in own]
        if limit is not None and any(column < offset[model.period] for column, _ in terms):
            rows.append((terms, limit))
    return rows


class PeriodProgram:
    """The model of one period: columns, rows that always bind, rows that are separated.

    The first columns are the design: ``w[j,k]`` at ``j * tiers + k``, then the expansion steps of every
    source. They stand in the same places in every period.

    Parameters
    ----------
    problem
        A reduced problem.
    period
        Index of the period.
    fixed
        Per site, the tier number of a design that is given; None where it is sought.
    """

    def __init__(
        self, problem: SitingProblem, period: int, fixed: tuple[int, ...] | None = None
    ) -> None:
        self.problem = problem
        self.period = period
        self._fixed = fixed
        self.sites = len(problem.sites)
        self.tiers = len(problem.tiers)
        self._year = problem.periods[period].weight * DAYS / MONEY
        self._charged = charged_in(problem, period)
        self._b = _Builder()
        self._stations()
        self.steps = [self._expansions(i) for i in range(len(problem.sources))]
        self.design = len(self._b.cost)
        self._budget()
        self.flows = [q for q, flow in enumerate(problem.flows) if flow.period == period]
        self.ways: list[WayBlock] = []
        self.by_flow: list[tuple[int, list[WayBlock]]] = []
        self._sold: dict[int, list[tuple[int, float]]] = {}
        for q in self.flows:
            self._trips(q, problem.flows[q])
        self._hydrogen()
        self.program = self._b.program()
        self.columns = len(self.program.cost)
        self._openings()
        del self._b

    def w(self, site: int, level: int) -> int:
        """Return the column of "a station of at least this level (from 1)"."""
        return site * self.tiers + level - 1

    def _stations(self) -> None:
        problem, t = self.problem, self.period
        for j, site in enumerate(problem.sites):
            for k in range(self.tiers):
                low, up = level_bounds(problem, j, t, k + 1)
                if self._fixed is not None:
                    low = up = int(self._fixed[j] > k)
                cost = fsum(w / MONEY * site.step_cny(k + 1, s) for s, w in self._charged)
                self._b.add(cost, up, low, whole=True)
        for j, site in enumerate(problem.sites):
            for k in range(self.tiers):
                here = j * self.tiers + k
                above = [(here + 1, -1.0)] if k + 1 < self.tiers else []
                if above:
                    self._b.row([(here + 1, 1.0), (here, -1.0)], -INFINITY, 0.0)
                stays = site.existing_level == k + 1 and t >= site.existing_from
                if not site.allowed[k] and not stays:
                    self._b.row([(here, 1.0), *above], -INFINITY, 0.0)
        for cover in problem.covers:
            if cover.period <= t:
                columns = sorted({self.w(j, cover.level) for j in cover.sites})
                self._b.row([(c, 1.0) for c in columns], 1.0, INFINITY)

    def _expansions(self, i: int) -> list[int]:
        source = self.problem.sources[i]
        columns = [
            self._b.add(fsum(w / MONEY * annual for _, w in self._charged), 1.0, whole=True)
            for annual in source.steps_annual_cny
        ]
        for before, after in pairwise(columns):
            self._b.row([(after, 1.0), (before, -1.0)], -INFINITY, 0.0)
        return columns

    def _budget(self) -> None:
        """Hold what this period's stations cost in it; earlier purchases are for the joint rows."""
        terms, limit = self.budget_terms(self.period)
        if limit is not None:
            self._b.row(terms, -INFINITY, limit)

    def budget_terms(self, t: int) -> tuple[list[tuple[int, float]], float | None]:
        """Return what this period's stations and steps add to the spending by period t, and its limit.

        Parameters
        ----------
        t
            This period or a later one.

        Returns
        -------
        tuple
            Terms of the design columns and the limit, None where there is none. [model money]
        """
        problem, s = self.problem, self.period
        limit = money_left(problem)[t]
        times = extra_payments(problem.station_purchases, s, t)
        terms = []
        for j, site in enumerate(problem.sites):
            for k in range(self.tiers):
                step = site.capex_of(k + 1) - site.capex_of(k)
                terms.append((j * self.tiers + k, times * step / MONEY))
        for source, columns in zip(problem.sources, self.steps, strict=True):
            times = extra_payments(source.step_purchases, s, t)
            pairs = zip(columns, source.steps_capex_cny, strict=True)
            terms += [(column, times * cny / MONEY) for column, cny in pairs]
        left = None if limit is None else (limit - renewals_cny(problem, t)) / MONEY
        return [(column, value) for column, value in terms if value], left

    def _trips(self, q: int, flow: Commodity) -> None:
        problem, year = self.problem, self._year
        shares = self._unmet(flow)
        driven: dict[int, list[tuple[int, float]]] = {}
        mine: list[WayBlock] = []
        for p, way in enumerate(flow.ways):
            every = tuple(range(len(way.stops)))
            stops_cny = problem.stop_cny * (least_stops(flow, way, every) or 0)
            trip = year * flow.trips_per_day * (way.cost_cny_per_trip + stops_cny)
            share = self._b.add(trip, 1.0)
            shares.append((share, 1.0))
            need = need_g(flow, way)
            if not need:
                continue
            block = self._purchases(q, p, share, need)
            mine.append(block)
            self.ways.append(block)
            for site, floor in detour_floors_g(flow, way, problem.min_stop_kg).items():
                driven.setdefault(site, []).append((share, 1.0))
                if floor:
                    there = block.buy[block.site == site]
                    terms = [(int(c), need / floor) for c in there]
                    self._b.row([*terms, (share, -1.0)], 0.0, INFINITY)
        self._b.row(shares, 1.0, 1.0)
        for site, terms in sorted(driven.items()):
            self._b.row([*terms, (self.w(site, 1), -1.0)], -INFINITY, 0.0)
        if mine:
            self.by_flow.append((q, mine))

    def _unmet(self, flow: Commodity) -> list[tuple[int, float]]:
        problem = self.problem
        price = self._year * flow.trips_per_day * flow.need_g / 1000
        first = flow.priority_trips_per_day / flow.trips_per_day
        terms = [(self._b.add(price * problem.unmet_cny_per_kg, 1 - first), 1.0)]
        if first:
            terms.append((self._b.add(price * problem.priority_price_cny_per_kg, first), 1.0))
        return terms

    def _purchases(self, q: int, p: int, share: int, need: int) -> WayBlock:
        flow = self.problem.flows[q]
        way = flow.ways[p]
        most = most_g(flow, way, tuple(range(len(way.stops))), need)
        kept = [v for v in range(len(way.stops)) if most[v] > 0]
        kg = flow.trips_per_day * need / 1000
        buy, passage = [], []
        seen: dict[int, int] = {}
        for v in kept:
            j = way.stops[v].site
            buy.append(self._b.add(self._year * kg * self.problem.sites[j].power_cny_per_kg))
            self._sold.setdefault(j, []).append((buy[-1], kg / 1000))
            passage.append((j, seen.get(j, 0)))
            seen[j] = seen.get(j, 0) + 1
        self._b.row([*((c, 1.0) for c in buy), (share, -1.0)], 0.0, 0.0)
        return WayBlock(
            flow=q,
            way=p,
            share=share,
            stops=tuple(kept),
            buy=np.array(buy, dtype=np.int64),
            site=np.array([way.stops[v].site for v in kept], dtype=np.int64),
            at=np.array([way.stops[v].at_g for v in kept], dtype=float),
            most=most[kept],
            need=need,
            passage=tuple(passage),
        )

    def _hydrogen(self) -> None:
        """Write loads within the tiers and deliveries within the plants, in t/day."""
        problem, t = self.problem, self.period
        brought: dict[int, list[tuple[int, float]]] = {j: [] for j in self._sold}
        kept = 1 - problem.loss_fraction
        for i, source in enumerate(problem.sources):
            leaving = []
            for j in sorted(self._sold):
                lane = source.lane_cny_per_kg[t][j]
                if lane is not None:
                    price = self._year * 1e3 * (source.least_gate_cny_per_kg(t) + lane)
                    leaving.append((self._b.add(price), 1.0))
                    brought[j].append((leaving[-1][0], -kept))
            if leaving:
                grown = [
                    (c, -kg / 1000)
                    for c, kg in zip(self.steps[i], source.steps_kg_per_day, strict=True)
                ]
                self._b.row([*leaving, *grown], -INFINITY, source.limit_kg_per_day[t] / 1000)
                self._b.row(leaving, -INFINITY, source.expanded_limit_kg_per_day[t] / 1000)
                dearer = source.dearer_cny_per_kg(t)
                if dearer:
                    # What leaves beyond the cheaper kilograms pays the difference.
                    beyond = (self._b.add(self._year * 1e3 * dearer), -1.0)
                    own = 0.0 if source.steps_first(t) else source.limit_kg_per_day[t] / 1000
                    cheap = grown if source.steps_first(t) else []
                    self._b.row([*leaving, *cheap, beyond], -INFINITY, own)
        usable = np.array([0.0, *(tier.usable_kg_per_day for tier in problem.tiers)])
        steps = (np.diff(usable) / 1000).tolist()
        for j, terms in sorted(self._sold.items()):
            sizes = [(self.w(j, k + 1), -kg) for k, kg in enumerate(steps)]
            self._b.row([*terms, *sizes], -INFINITY, 0.0)
            self._b.row([*terms, *brought[j]], 0.0, 0.0)

    def _openings(self) -> None:
        """Write the rows "only an open station sells": per flow, site and n-th passage."""
        import scipy.sparse as sp

        index, column, value = [], [], []
        opened: list[int] = []
        for _, ways in self.by_flow:
            place: dict[tuple[int, int], int] = {}
            for way in ways:
                for v, passage in enumerate(way.passage):
                    if passage not in place:
                        place[passage] = len(opened)
                        opened.append(self.w(passage[0], 1))
                    index.append(place[passage])
                    column.append(int(way.buy[v]))
                    value.append(way.need / int(way.most[v]))
        self._opening = sp.csr_matrix((value, (index, column)), shape=(len(opened), self.columns))
        self._opened = np.array(opened, dtype=np.int64)

    def opening_cuts(self, point: Floats, tolerance: float) -> list[Cut]:
        """Return the violated opening rows at a point.

        Parameters
        ----------
        point
            Values of all columns.
        tolerance
            Least violation. [-]
        """
        rows = self._opening
        over = rows @ point - point[self._opened]
        cuts = []
        for n in np.flatnonzero(over > tolerance).tolist():
            run = slice(rows.indptr[n], rows.indptr[n + 1])
            columns = np.concatenate([self._opened[n : n + 1], rows.indices[run]])
            cuts.append(Cut(columns.astype(np.int32), np.concatenate([[1.0], -rows.data[run]])))
        return cuts

    def point_of(self, levels: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
        """Return the values of the design columns of given stations and steps."""
        w = np.array(levels)[:, None] > np.arange(self.tiers)[None, :]
        e = [np.arange(len(c)) < n for c, n in zip(self.steps, steps, strict=True)]
        return np.concatenate([w.ravel(), *e]).astype(float)

    def design_of(self, point: Floats) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Read stations and steps off a point: the columns that round to 1."""
        w = point[: self.sites * self.tiers].reshape(self.sites, self.tiers) > 0.5
        levels = tuple(int(n) for n in (w * np.arange(1, self.tiers + 1)).max(axis=1, initial=0))
        return levels, tuple(int((point[c] > 0.5).sum()) if c else 0 for c in self.steps)
