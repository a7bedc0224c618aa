"""The siting model in PuLP, written to be read beside docs/model.md: same symbols, same row names.

Money is in million CNY and hydrogen in kg/day. Window rows and their relatives are many and rarely
bind: they are added lazily (corridor/siting/model/window_cuts.py) to the model built here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from corridor.core.finance import DAYS_PER_YEAR
from corridor.siting.model.columns import WayColumns
from corridor.siting.model.floors import detour_floors_g
from corridor.siting.model.windows import geometry, least_stops
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import extra_payments, level_bounds, money_left, renewals_cny
from corridor.solvers.pulp_door import expression

MONEY: Final = 1e6
"""CNY in one unit of the model's money."""

DAYS: Final = DAYS_PER_YEAR
"""Days of a year, as in docs/formats.md section 5."""

_FAMILIES = """
share balance window detour opening ladder growth allowed existing required load supply plant gas
expansion_order expansion_growth budget cover gate
"""

FAMILIES: Final = tuple(_FAMILIES.split())
"""Row families; tests leave one out at a time to show that each is needed."""


@dataclass(slots=True)
class Formulation:
    """The PuLP model and where its variables stand.

    Parameters
    ----------
    model
        `pulp.LpProblem`; its variables in the order of their columns.
    w
        w[t][j][k] -> column: station of at least tier k+1 at site j in period t.
    e
        e[t][i][l] -> column: expansion step l+1 of source i bought by period t.
    u
        u[q] -> column: unmet share among the trips without priority.
    z
        z[q] -> column: unmet share among the trips with priority, or -1 where there are none.
    s
        s[t][i][j] -> column, or -1 where no lane leads: hydrogen leaving the source. [kg/day]
    ways
        Columns of every way.
    """

    problem: SitingProblem
    model: Any
    variables: list[Any] = field(default_factory=list)
    w: list[list[list[int]]] = field(default_factory=list)
    e: list[list[list[int]]] = field(default_factory=list)
    u: list[int] = field(default_factory=list)
    z: list[int] = field(default_factory=list)
    s: list[list[list[int]]] = field(default_factory=list)
    ways: list[WayColumns] = field(default_factory=list)

    def add(self, name: str, low: float, up: float | None, *, binary: bool = False) -> int:
        """Add a variable and return its column."""
        category = "Integer" if binary else "Continuous"
        self.variables.append(self.model.add_variable(name, low, up, category))
        return len(self.variables) - 1

    def sum(self, terms: list[tuple[int, float]]) -> Any:
        """Return the expression sum of coefficient times variable."""
        merged: dict[int, float] = {}
        for column, value in terms:
            merged[column] = merged.get(column, 0.0) + value
        return expression([(self.variables[c], a) for c, a in merged.items() if a])

    def row(
        self, family: str, name: str, terms: list[tuple[int, float]], sense: int, right: float
    ) -> None:
        """Add a row: sense -1 is <=, 0 is =, 1 is >=."""
        left = self.sum(terms)
        # Operators, since the constructors of constraints differ between PuLP 3 and 4.
        constraint = left <= right if sense < 0 else left >= right if sense else left == right
        self.model += constraint, f"{family}_{name}"


def formulate(
    problem: SitingProblem,
    fixed: tuple[tuple[int, ...], ...] | None = None,
    without: frozenset[str] = frozenset(),
) -> Formulation:
    """Write the model of a (reduced) problem, without its lazy rows.

    Parameters
    ----------
    problem
        From `reduce`.
    fixed
        Per period and site the tier number of a given design; None where it is sought.
    without
        Row families to leave out; for tests that prove each family necessary.

    Returns
    -------
    Formulation
        The PuLP model and the columns of its variables.
    """
    import pulp

    f = Formulation(problem, pulp.LpProblem("siting", pulp.LpMinimize))
    cost: list[tuple[int, float]] = []
    _stations(f, cost, fixed, without)
    _expansions(f, cost, without)
    _trips(f, cost, without)
    _hydrogen(f, cost, without)
    if fixed is None:
        if "budget" not in without:
            _budget(f)
        if "cover" not in without:
            _covers(f)
    else:
        _budget(f)
    f.model.setObjective(f.sum(cost))
    return f


def _stations(
    f: Formulation,
    cost: list[tuple[int, float]],
    fixed: tuple[tuple[int, ...], ...] | None,
    without: frozenset[str],
) -> None:
    """w[j,k,t]: tiers by increments, never undone; existing, required and forbidden ones fixed.

    In a period that decides nothing they are those of the one before.
    """
    problem = f.problem
    tiers = range(len(problem.tiers))
    for t, period in enumerate(problem.periods):
        f.w.append([])
        for j, site in enumerate(problem.sites):
            columns = []
            for k in tiers:
                low, up = level_bounds(problem, j, t, k + 1, without)
                if fixed is not None:
                    low = up = int(fixed[t][j] > k)
                columns.append(f.add(f"w_{j}_{k + 1}_{t}", low, up, binary=True))
                cost.append((columns[k], period.weight * site.step_cny(k + 1, t) / MONEY))
            f.w[t].append(columns)
            if fixed is not None:
                continue
            for k in tiers:
                above = columns[k + 1] if k + 1 < len(columns) else None
                if above is not None and "ladder" not in without:
                    f.row("ladder", f"{j}_{k + 1}_{t}", [(above, 1.0), (columns[k], -1.0)], -1, 0)
                stays = site.existing_level == k + 1 and t >= site.existing_from
                if not site.allowed[k] and not stays and "allowed" not in without:
                    # Whoever has this tier has the next one too: it is never the final size.
                    right = [(columns[k], 1.0)] + ([(above, -1.0)] if above is not None else [])
                    f.row("allowed", f"{j}_{k + 1}_{t}", right, -1, 0)
                if t and "growth" not in without:
                    f.row(
                        "growth",
                        f"{j}_{k + 1}_{t}",
                        [(columns[k], 1.0), (f.w[t - 1][j][k], -1.0)],
                        0 if problem.same_as_before(t) else 1,
                        0,
                    )


def _expansions(f: Formulation, cost: list[tuple[int, float]], without: frozenset[str]) -> None:
    """e[i,l,t]: purification steps, bought in order and never undone, where a period decides."""
    for t, period in enumerate(f.problem.periods):
        f.e.append([])
        for i, source in enumerate(f.problem.sources):
            columns = []
            for step, annual in enumerate(source.steps_annual_cny):
                columns.append(f.add(f"e_{i}_{step + 1}_{t}", 0, 1, binary=True))
                cost.append((columns[step], period.weight * annual / MONEY))
                name = f"{i}_{step + 1}_{t}"
                if step and "expansion_order" not in without:
                    f.row(
                        "expansion_order",
                        name,
                        [(columns[step], 1.0), (columns[step - 1], -1.0)],
                        -1,
                        0,
                    )
                if t and "expansion_growth" not in without:
                    f.row(
                        "expansion_growth",
                        name,
                        [(columns[step], 1.0), (f.e[t - 1][i][step], -1.0)],
                        0 if f.problem.same_as_before(t) else 1,
                        0,
                    )
            f.e[t].append(columns)


def _unmet(f: Formulation, q: int, cost: list[tuple[int, float]], year: float) -> list[int]:
    """u[q] and z[q]: unserved shares, the trips of the first period's trucks at their own price."""
    problem, flow = f.problem, f.problem.flows[q]
    kg = flow.trips_per_day * flow.need_g / 1000
    first = flow.priority_trips_per_day / flow.trips_per_day
    f.u.append(f.add(f"u_{q}", 0, 1 - first))
    f.z.append(f.add(f"z_{q}", 0, first) if first else -1)
    cost.append((f.u[q], year * kg * problem.unmet_cny_per_kg))
    if not first:
        return [f.u[q]]
    cost.append((f.z[q], year * kg * problem.priority_price_cny_per_kg))
    return [f.u[q], f.z[q]]


def _trips(f: Formulation, cost: list[tuple[int, float]], without: frozenset[str]) -> None:
    """u[q], y[q,p] and r[q,p,v]: shares, purchases, their balance and opening rows."""
    import numpy as np

    problem = f.problem
    for q, flow in enumerate(problem.flows):
        year = problem.periods[flow.period].weight * DAYS / MONEY
        shares = [(column, 1.0) for column in _unmet(f, q, cost, year)]
        opening: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
        driven: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for p, way in enumerate(flow.ways):
            y = f.add(f"y_{q}_{p}", 0, 1)
            shares.append((y, 1.0))
            every = tuple(range(len(way.stops)))
            geo = geometry(flow, way, every)
            # The averages do not tell how many stops a truck makes: the fewest possible are charged.
            stops_cny = problem.stop_cny * (least_stops(flow, way, every) or 0)
            cost.append((y, year * flow.trips_per_day * (way.cost_cny_per_trip + stops_cny)))
            buys: list[int] = []
            seen: dict[int, int] = defaultdict(int)
            passages: list[tuple[int, int]] = []
            for v, stop in enumerate(way.stops):
                passages.append((stop.site, seen[stop.site]))
                seen[stop.site] += 1
                most = flow.trips_per_day * float(geo.most[v]) / 1000
                if geo.need == 0 or most <= 0:
                    buys.append(f.add(f"r_{q}_{p}_{v}", 0, 0))
                    continue
                buys.append(f.add(f"r_{q}_{p}_{v}", 0, None))
                cost.append((buys[v], year * problem.sites[stop.site].power_cny_per_kg))
                opening[passages[v]].append((buys[v], 1 / most))
            if "balance" not in without and geo.need:
                kg = flow.trips_per_day * geo.need / 1000
                f.row("balance", f"{q}_{p}", [*((r, 1 / kg) for r in buys), (y, -1.0)], 0, 0)
            if "detour" not in without:
                _detour(f, q, p, y=y, buys=buys, driven=driven)
            sites = np.array([s.site for s in way.stops], dtype=np.int64)
            f.ways.append(
                WayColumns(
                    flow=q,
                    way=p,
                    period=flow.period,
                    geometry=geo,
                    share=y,
                    buy=np.array(buys, dtype=np.int64),
                    site=sites,
                    trips_per_day=flow.trips_per_day,
                    passage_of=passages,
                )
            )
        if "share" not in without:
            f.row("share", str(q), shares, 0, 1)
        for j, terms in sorted(driven.items()):
            # Whoever leaves the road for a site fills there: tighter than the purchases alone say.
            opened = [*terms, (f.w[flow.period][j][0], -1.0)]
            f.row("detour", f"{q}_{j}", opened, -1, 0)
        if "opening" not in without:
            # One row per site and n-th passage for all ways together: their shares add up to 1.
            for (j, n), terms in opening.items():
                w = f.w[flow.period][j][0]
                f.row("opening", f"{q}_{j}_{n}", [*terms, (w, -1.0)], -1, 0)


def _detour(
    f: Formulation,
    q: int,
    p: int,
    *,
    y: int,
    buys: list[int],
    driven: dict[int, list[tuple[int, float]]],
) -> None:
    """Let each trip that leaves the road for a site take the least purchase there."""
    flow = f.problem.flows[q]
    way = flow.ways[p]
    for site, floor in detour_floors_g(flow, way, f.problem.min_stop_kg).items():
        driven[site].append((y, 1.0))
        if floor:
            kg = flow.trips_per_day * floor / 1000
            there = [(buys[v], 1 / kg) for v, stop in enumerate(way.stops) if stop.site == site]
            f.row("detour", f"{q}_{p}_{site}", [*there, (y, -1.0)], 1, 0)


def _hydrogen(f: Formulation, cost: list[tuple[int, float]], without: frozenset[str]) -> None:
    """s[i,j,t]: loads within the tiers built, deliveries within the plants; in t/day."""
    sold: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for way in f.ways:
        for site, column in zip(way.site, way.buy, strict=True):
            sold[way.period, int(site)].append((int(column), 1e-3))
    for t, period in enumerate(f.problem.periods):
        f.s.append([])
        for i, source in enumerate(f.problem.sources):
            columns = []
            for j in range(len(f.problem.sites)):
                lane = source.lane_cny_per_kg[t][j]
                if lane is None or not sold[t, j]:
                    columns.append(-1)
                    continue
                columns.append(f.add(f"s_{i}_{j}_{t}", 0, None))
                price = source.least_gate_cny_per_kg(t) + lane
                cost.append((columns[j], period.weight * DAYS * price / MONEY))
            f.s[t].append(columns)
        for j in range(len(f.problem.sites)):
            if sold[t, j]:
                _loads(f, t, j, sold[t, j], without)
        _plants(f, t, cost, without)


def _loads(
    f: Formulation, t: int, j: int, sold: list[tuple[int, float]], without: frozenset[str]
) -> None:
    """Add what a site may sell, and what it must be brought for that."""
    usable = [0.0, *(tier.usable_kg_per_day for tier in f.problem.tiers)]
    if "load" not in without:
        sizes = [
            (column, -(above - below) / 1000)
            for column, (below, above) in zip(f.w[t][j], pairwise(usable), strict=True)
        ]
        f.row("load", f"{j}_{t}", sold + sizes, -1, 0)
    if "supply" not in without:
        kept = 1 - f.problem.loss_fraction
        brought = [(row[j], -kept / 1000) for row in f.s[t] if row[j] >= 0]
        f.row("supply", f"{j}_{t}", sold + brought, 0, 0)


def _plants(f: Formulation, t: int, cost: list[tuple[int, float]], without: frozenset[str]) -> None:
    """Add what may leave each source, and x[i,t]: what leaves beyond the cheaper kilograms. [kg/day]."""
    for i, source in enumerate(f.problem.sources):
        leaving = [(c, 1e-3) for c in f.s[t][i] if c >= 0]
        if not leaving:
            continue
        if "plant" not in without:
            steps = [
                (column, -kg / 1000)
                for column, kg in zip(f.e[t][i], source.steps_kg_per_day, strict=True)
            ]
            limit = source.limit_kg_per_day[t] / 1000
            f.row("plant", f"{i}_{t}", leaving + steps, -1, limit)
        if "gas" not in without:
            f.row("gas", f"{i}_{t}", leaving, -1, source.expanded_limit_kg_per_day[t] / 1000)
        dearer = source.dearer_cny_per_kg(t)
        if dearer and "gate" not in without:
            beyond = f.add(f"x_{i}_{t}", 0, None)
            cost.append((beyond, f.problem.periods[t].weight * DAYS * dearer / MONEY))
            cheap = [
                (column, -kg / 1000)
                for column, kg in zip(f.e[t][i], source.steps_kg_per_day, strict=True)
                if source.steps_first(t)
            ]
            own = 0.0 if source.steps_first(t) else source.limit_kg_per_day[t] / 1000
            f.row("gate", f"{i}_{t}", [*leaving, *cheap, (beyond, -1e-3)], -1, own)


def _budget(f: Formulation) -> None:
    """Keep builds, replacements and renewals up to period t within the money that came by then."""
    problem = f.problem
    for t, limit in enumerate(money_left(problem)):
        if limit is None:
            continue
        terms = []
        for s in range(t + 1):
            times = extra_payments(problem.station_purchases, s, t)
            for j, site in enumerate(problem.sites):
                for k, column in enumerate(f.w[s][j]):
                    step = site.capex_of(k + 1) - site.capex_of(k)
                    terms.append((column, times * step / MONEY))
            for i, source in enumerate(problem.sources):
                times = extra_payments(source.step_purchases, s, t)
                pairs = zip(f.e[s][i], source.steps_capex_cny, strict=True)
                terms += [(column, times * cny / MONEY) for column, cny in pairs]
        f.row("budget", str(t), terms, -1, (limit - renewals_cny(problem, t)) / MONEY)


def _covers(f: Formulation) -> None:
    """Spacing and equity policies: one of the sites at this tier or more, from a period on."""
    for n, cover in enumerate(f.problem.covers):
        for t in range(cover.period, len(f.problem.periods)):
            columns = {f.w[t][j][cover.level - 1] for j in cover.sites}
            f.row("cover", f"{n}_{t}", [(c, 1.0) for c in sorted(columns)], 1, 1)
