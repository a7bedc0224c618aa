"""A second, complete model: the state of charge of every trip as variables, solved by scipy's milp."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from corridor.siting.problem import SitingProblem

from .enumeration import runs_nobody_drives_past


class _Rows:
    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.up: list[float] = []
        self.whole: list[int] = []
        self.at: tuple[list[int], list[int], list[float]] = ([], [], [])
        self.left: list[float] = []
        self.right: list[float] = []

    def new(self, cost: float, low: float = 0.0, up: float = np.inf, whole: int = 0) -> int:
        self.cost.append(cost)
        self.low.append(low)
        self.up.append(up)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: dict[int, float], left: float, right: float) -> None:
        for column, value in terms.items():
            self.at[0].append(len(self.left))
            self.at[1].append(column)
            self.at[2].append(value)
        self.left.append(left)
        self.right.append(right)


def optimum_cny(  # noqa: C901 - one model, read from top to bottom
    problem: SitingProblem, gap: float = 0.0, seconds: float = 120.0
) -> float:
    """Least net present cost [CNY]; one binary per (site, size, period), no tiers by increments."""
    m = _Rows()
    T, K = len(problem.periods), len(problem.tiers)
    at: dict[tuple[int, int, int], int] = {}
    step: dict[tuple[int, int, int], int] = {}
    for t, period in enumerate(problem.periods):
        for j, site in enumerate(problem.sites):
            for k in range(1, K + 1):
                here = bool(site.existing_level) and t >= site.existing_from
                ok = site.allowed[k - 1] or (here and k == site.existing_level)
                ok &= not (site.existing_level and not here)
                ok &= t >= site.open_from
                ok &= not (here and k < site.existing_level)
                ok &= not (t >= site.required_from and k < site.required_level)
                at[t, j, k] = m.new(period.weight * site.annual_cny[k - 1], 0, float(ok), 1)
            must = (site.existing_level and t >= site.existing_from) or (
                site.required_level and t >= site.required_from
            )
            one = {at[t, j, k]: 1.0 for k in range(1, K + 1)}
            m.row(one, 1.0 if must else 0.0, 1.0)
            for k in range(1, K + 1) if t else ():
                grown = {at[t, j, n]: 1.0 for n in range(k, K + 1)}
                m.row(grown | {at[t - 1, j, n]: -1.0 for n in range(k, K + 1)}, 0, np.inf)
        for i, source in enumerate(problem.sources):
            for n, annual in enumerate(source.steps_annual_cny):
                step[t, i, n] = m.new(period.weight * annual, 0, 1, 1)
                if n:
                    m.row({step[t, i, n]: 1.0, step[t, i, n - 1]: -1.0}, -np.inf, 0)
                if t:
                    m.row({step[t, i, n]: 1.0, step[t - 1, i, n]: -1.0}, 0, np.inf)
    for cover in problem.covers:
        for t in range(cover.period, T):
            row = {at[t, j, k]: 1.0 for j in cover.sites for k in range(cover.level, K + 1)}
            m.row(row, 1, np.inf)
    purse: float | None = 0.0
    for t, amount in enumerate(problem.budget_cny):
        purse = None if purse is None or amount is None else purse + amount
        if purse is not None:
            row = {
                at[t, j, k]: problem.sites[j].capex_cny[k - 1] / 1e6 for (s, j, k) in at if s == t
            }
            for (s, i, n), column in step.items():
                if s == t:
                    row[column] = problem.sources[i].steps_capex_cny[n] / 1e6
            m.row(row, -np.inf, purse / 1e6)
    for t in range(T):
        _operate(m, problem, t, at, step)
    matrix = csr_matrix((m.at[2], (m.at[0], m.at[1])), shape=(len(m.left), len(m.cost)))
    answer = milp(
        np.array(m.cost) / 1e6,
        integrality=np.array(m.whole),
        bounds=Bounds(m.low, m.up),
        constraints=LinearConstraint(matrix, m.left, m.right),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    assert answer.status == 0, answer.message
    return float(answer.fun) * 1e6


def _operate(  # noqa: C901 - one trip, driven from start to end
    m: _Rows,
    problem: SitingProblem,
    t: int,
    at: dict[tuple[int, int, int], int],
    step: dict[tuple[int, int, int], int],
) -> None:
    year = 365 * problem.periods[t].weight
    sold: dict[int, dict[int, float]] = {j: {} for j in range(len(problem.sites))}
    for flow in problem.flows:
        if flow.period != t:
            continue
        F, U = flow.trips_per_day, flow.usable_g / 1000
        unmet = m.new(year * F * flow.need_g / 1000 * problem.unmet_cny_per_kg)
        total = {unmet: 1.0}
        dearer = max(0.0, problem.priority_cny_per_kg - problem.unmet_cny_per_kg)
        late = m.new(year * F * flow.need_g / 1000 * dearer)
        m.row({unmet: 1.0, late: -1.0}, -np.inf, 1 - flow.priority_trips_per_day / F)
        for way in flow.ways:
            y = m.new(year * F * way.cost_cny_per_trip)
            total[y] = 1.0
            fuel = begin = m.new(0.0)
            m.row({fuel: 1.0, y: -U}, -np.inf, 0)
            if not flow.loop:
                m.row({fuel: 1.0, y: -flow.start_g / 1000}, 0, 0)
            here = 0
            bought = []
            for stop in way.stops:
                buy, leave = m.new(year * F * problem.sites[stop.site].power_cny_per_kg), m.new(0.0)
                burnt = (stop.at_g - here) / 1000
                m.row({fuel: 1.0, y: -burnt}, 0, np.inf)
                m.row({leave: 1.0, fuel: -1.0, buy: -1.0, y: burnt}, 0, 0)
                m.row({leave: 1.0, y: -U}, -np.inf, 0)
                sold[stop.site][buy] = F
                bought.append(buy)
                fuel, here = leave, stop.at_g
            burnt = (way.total_g - here) / 1000
            if flow.loop:
                m.row({fuel: 1.0, y: -burnt}, 0, np.inf)
                m.row({fuel: 1.0, begin: -1.0, y: -burnt}, 0, 0)
            else:
                m.row({fuel: 1.0, y: -burnt - flow.end_g / 1000}, 0, np.inf)
            # Here every truck can take the least purchase wherever it stops.
            least = problem.min_stop_kg if flow.need_g >= problem.min_stop_kg * 1000 else 0.0
            every = tuple(range(len(way.stops)))
            for run in runs_nobody_drives_past(flow, way, every) if least else ():
                m.row(dict.fromkeys((bought[v] for v in run), 1.0) | {y: 0.001 - least}, 0, np.inf)
        m.row(total, 1, 1)
    sent: list[dict[int, float]] = [{} for _ in problem.sources]
    for j, load in sold.items():
        if not load:
            continue
        size = {
            at[t, j, k]: -tier.usable_kg_per_day for k, tier in enumerate(problem.tiers, start=1)
        }
        m.row(load | size, -np.inf, 0)
        balance = dict(load)
        for i, source in enumerate(problem.sources):
            lane = source.lane_cny_per_kg[t][j]
            if lane is not None:
                s = m.new(year * lane)
                sent[i][s] = 1.0
                balance[s] = -(1 - problem.loss_fraction)
        m.row(balance, 0, 0)
    for i, source in enumerate(problem.sources):
        grown = {step[t, i, n]: -kg for n, kg in enumerate(source.steps_kg_per_day)}
        gates = source.step_gate_cny_per_kg or source.gate_cny_per_kg
        announced = m.new(year * source.gate_cny_per_kg[t])
        from_steps = m.new(year * gates[t])
        m.row({announced: 1.0}, 0, source.limit_kg_per_day[t])
        m.row({from_steps: 1.0} | grown, -np.inf, 0)
        m.row(sent[i] | {announced: -1.0, from_steps: -1.0}, 0, 0)
        m.row(sent[i], -np.inf, source.expanded_limit_kg_per_day[t])
