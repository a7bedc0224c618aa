"""The optimum by enumeration: every path of tiers and steps, each operated by a state-of-charge LP.

Nothing here knows of windows, covers or opening rows: a truck is driven from stop to stop with its
fuel as a variable. The fewest stops of a trip are found by trying every set of open ones.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise, product

import numpy as np
from scipy.optimize import linprog

from corridor.siting.problem import Commodity, SitingProblem, Variant


def gets_through(flow: Commodity, way: Variant, chosen: tuple[int, ...]) -> bool:
    """Whether a truck that fills up at each of these stops, and nowhere else, drives the way."""
    if not flow.loop:
        fuel, at = flow.start_g, 0
        for v in chosen:
            fuel -= way.stops[v].at_g - at
            if fuel < 0:
                return False
            fuel, at = flow.usable_g, way.stops[v].at_g
        return fuel - (way.total_g - at) >= flow.end_g
    marks = [way.stops[v].at_g + lap * way.total_g for lap in range(2) for v in chosen]
    return bool(marks) and all(b - a <= flow.usable_g for a, b in pairwise(marks))


def takes(flow: Commodity, way: Variant, stops: tuple[int, ...], floors: list[int]) -> bool:
    """Whether a linear programme over purchases and the level at the first stop has a point."""
    need = way.total_g if flow.loop else max(0, way.total_g + flow.end_g - flow.start_g)
    at = [way.stops[v].at_g - (way.stops[stops[0]].at_g if flow.loop else 0) for v in stops]
    rows, right = [], []
    for n, g in enumerate(at):
        before = [-1.0] * n + [0.0] * (len(at) - n)
        rows += [[*before, -1.0], [*(-b for b in before[:n]), 1.0, *before[n + 1 :], 1.0]]
        right += [-g, flow.usable_g + g]
    start = (0, flow.usable_g) if flow.loop else (flow.start_g, flow.start_g)
    bounds = [*((floor, None) for floor in floors), start]
    balance = [[*(1.0 for _ in at), 0.0]]
    # A loop must also come back to its first stop: the lap is what it buys, so the level repeats.
    answer = linprog([0.0] * len(bounds), rows, right, balance, [need], bounds)
    return bool(answer.status == 0)


def keeping_sets(
    flow: Commodity, way: Variant, open_stops: tuple[int, ...], floor: int
) -> list[tuple[int, ...]]:
    """Return sets of stops, all visits of detour sites among them, with room for the floor."""
    meant = {v for v in open_stops if way.stops[v].site in way.detour_sites}
    return [
        chosen
        for size in range(1, len(open_stops) + 1)
        for chosen in combinations(open_stops, size)
        if meant <= set(chosen) and takes(flow, way, chosen, [floor] * size)
    ]


def runs_that_sell_the_least(
    flow: Commodity, way: Variant, levels: tuple[int, ...], min_stop_kg: float
) -> list[tuple[int, ...]]:
    """Return runs of open stops that nobody can drive past; each truck takes the least there."""
    floor = int(min_stop_kg * 1000)
    need = way.total_g if flow.loop else max(0, way.total_g + flow.end_g - flow.start_g)
    stops = tuple(v for v, stop in enumerate(way.stops) if levels[stop.site])
    if not floor or need < floor or not keeping_sets(flow, way, stops, floor):
        return []
    return runs_nobody_drives_past(flow, way, stops)


def runs_nobody_drives_past(
    flow: Commodity, way: Variant, stops: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Return the runs of stops without which the others do not carry a truck through."""
    runs = set()
    for size in range(1, len(stops) + 1):
        for first in range(len(stops)):
            run = (stops + stops)[first : first + size]
            if first + size > len(stops) and not flow.loop:
                continue
            rest = tuple(v for v in stops if v not in run)
            if not gets_through(flow, way, rest):
                runs.add(tuple(sorted(run)))
    return sorted(runs)


def fewest_stops(flow: Commodity, way: Variant, levels: tuple[int, ...]) -> int:
    """Fewest stops at open stations; 0 where nothing is bought or nobody gets through."""
    if not flow.loop and way.total_g + flow.end_g <= flow.start_g:
        return 0
    open_stops = [v for v, stop in enumerate(way.stops) if levels[stop.site]]
    for size in range(1, len(open_stops) + 1):
        if any(gets_through(flow, way, chosen) for chosen in combinations(open_stops, size)):
            return size
    return 0


def detour_floor_g(flow: Commodity, way: Variant, site: int, min_stop_kg: float) -> float:
    """Least purchase at a detour site: that of a stop, or what need and tank allow."""
    need = way.total_g if flow.loop else max(0, way.total_g + flow.end_g - flow.start_g)
    visits = way.detour_sites.count(site)
    room = 0
    for stop in way.stops:
        if stop.site != site:
            continue
        if flow.loop:
            room += min(flow.usable_g, need)
            continue
        left = max(0, flow.start_g - stop.at_g)
        ahead = way.total_g + flow.end_g - stop.at_g - left
        room += max(0, min(flow.usable_g - left, ahead))
    return min(int(visits * min_stop_kg * 1000), need * visits // len(way.detour_sites), room)


def paths_of_site(problem: SitingProblem, j: int) -> list[tuple[int, ...]]:
    """All levels over the periods that facts and decisions leave for one site."""
    site = problem.sites[j]
    found = []
    for path in product(range(len(problem.tiers) + 1), repeat=len(problem.periods)):
        ok = list(path) == sorted(path) and _decided(problem, path)
        for t, level in enumerate(path):
            here = bool(site.existing_level) and t >= site.existing_from
            if site.existing_level and not here and level:
                ok = False
            if t < site.open_from and level:
                ok = False
            if here and level < site.existing_level:
                ok = False
            if site.closed_from and t >= site.closed_from and level > site.existing_level:
                ok = False
            if t >= site.required_from and level < site.required_level:
                ok = False
            if (
                level
                and not site.allowed[level - 1]
                and not (here and level == site.existing_level)
            ):
                ok = False
        if ok:
            found.append(path)
    return found


def paths_of_source(problem: SitingProblem, i: int) -> list[tuple[int, ...]]:
    """All numbers of steps over the periods."""
    count = len(problem.sources[i].steps_kg_per_day)
    return [
        path
        for path in product(range(count + 1), repeat=len(problem.periods))
        if list(path) == sorted(path) and _decided(problem, path)
    ]


def _decided(problem: SitingProblem, path: tuple[int, ...]) -> bool:
    """Whether nothing changes at the start of a period that decides nothing."""
    return all(
        after == before or period.decides
        for before, after, period in zip(path, path[1:], problem.periods[1:], strict=False)
    )


def operation_cny_per_year(  # noqa: C901 - one truck, driven from start to end
    problem: SitingProblem, t: int, levels: tuple[int, ...], steps: tuple[int, ...]
) -> float:
    """Yearly cost of operating open stations best, by a state-of-charge LP over single trips."""
    cost: list[float] = []
    bounds: list[tuple[float, float | None]] = []
    equal: list[tuple[dict[int, float], float]] = []
    least: list[tuple[dict[int, float], float]] = []

    def new(price: float, up: float | None = None) -> int:
        cost.append(price)
        bounds.append((0.0, up))
        return len(cost) - 1

    loads: dict[int, dict[int, float]] = {j: {} for j, k in enumerate(levels) if k}
    for flow in problem.flows:
        if flow.period != t:
            continue
        F = flow.trips_per_day
        unmet = new(365 * F * flow.need_g / 1000 * problem.unmet_cny_per_kg)
        total = {unmet: 1.0}
        # Late: what is unmet beyond the trips without priority.
        dearer = max(0.0, problem.priority_cny_per_kg - problem.unmet_cny_per_kg)
        late = new(365 * F * flow.need_g / 1000 * dearer)
        least.append(({unmet: 1.0, late: -1.0}, 1 - flow.priority_trips_per_day / F))
        for way in flow.ways:
            stops_cny = problem.stop_cny * fewest_stops(flow, way, levels)
            y = new(365 * F * (way.cost_cny_per_trip + stops_cny))
            total[y] = 1.0
            there: dict[int, dict[int, float]] = {j: {} for j in way.detour_sites}
            if not all(levels[j] for j in way.detour_sites):
                bounds[y] = (0.0, 0.0)
            # Fuel in kg per trip of the flow, times the share y, just before each event.
            fuel = new(0.0)
            first = fuel
            least.append(({fuel: 1.0, y: -flow.usable_g / 1000}, 0.0))
            if not flow.loop:
                equal.append(({fuel: 1.0, y: -flow.start_g / 1000}, 0.0))
            at = 0
            bought: dict[int, int] = {}
            for v, stop in enumerate(way.stops):
                arrive = new(0.0)
                burnt = (stop.at_g - at) / 1000
                equal.append(({arrive: 1.0, fuel: -1.0, y: burnt}, 0.0))
                fuel, at = arrive, stop.at_g
                if levels[stop.site]:
                    buy = new(365 * F * problem.sites[stop.site].power_cny_per_kg)
                    leave = new(0.0)
                    equal.append(({leave: 1.0, fuel: -1.0, buy: -1.0}, 0.0))
                    least.append(({leave: 1.0, y: -flow.usable_g / 1000}, 0.0))
                    loads[stop.site][buy] = F
                    bought[v] = buy
                    there.get(stop.site, {})[buy] = -1.0
                    fuel = leave
            for run in runs_that_sell_the_least(flow, way, levels, problem.min_stop_kg):
                least.append(
                    (
                        dict.fromkeys((bought[v] for v in run), -1.0)
                        | {y: problem.min_stop_kg - 0.001},
                        0.0,
                    )
                )
            for j, row in there.items():
                floor = detour_floor_g(flow, way, j, problem.min_stop_kg)
                least.append((row | {y: floor / 1000}, 0.0))
            end = new(0.0)
            equal.append(({end: 1.0, fuel: -1.0, y: (way.total_g - at) / 1000}, 0.0))
            if flow.loop:
                equal.append(({end: 1.0, first: -1.0}, 0.0))
            else:
                least.append(({end: -1.0, y: flow.end_g / 1000}, 0.0))
        equal.append((total, 1.0))
    sent: list[dict[int, float]] = [{} for _ in problem.sources]
    for j, load in loads.items():
        least.append((dict(load), problem.tiers[levels[j] - 1].usable_kg_per_day))
        balance = dict(load)
        for i, source in enumerate(problem.sources):
            lane = source.lane_cny_per_kg[t][j]
            if lane is not None:
                s = new(365 * lane)
                sent[i][s] = 1.0
                balance[s] = -(1 - problem.loss_fraction)
        equal.append((balance, 0.0))
    for i, source in enumerate(problem.sources):
        # Two kinds of kilogram, each within its own plant and at its own gate price.
        gates = source.step_gate_cny_per_kg or source.gate_cny_per_kg
        own = new(365 * source.gate_cny_per_kg[t], source.limit_kg_per_day[t])
        grown = new(365 * gates[t], sum(source.steps_kg_per_day[: steps[i]]))
        equal.append((sent[i] | {own: -1.0, grown: -1.0}, 0.0))
        least.append((sent[i], source.expanded_limit_kg_per_day[t]))

    def dense(rows: list[tuple[dict[int, float], float]]) -> tuple[np.ndarray, np.ndarray]:
        matrix = np.zeros((len(rows), len(cost)))
        for n, (terms, _) in enumerate(rows):
            for column, value in terms.items():
                matrix[n, column] = value
        return matrix, np.array([right for _, right in rows])

    if not cost:
        return 0.0
    a, b = dense(equal)
    c, d = dense(least)
    answer = linprog(
        cost, c, d, a if len(a) else None, b if len(a) else None, bounds, method="highs"
    )
    assert answer.status == 0, answer.message
    return float(answer.fun)


def best_plan_cny(problem: SitingProblem) -> float | None:
    """Least net present cost over every design; None where no design keeps the rules."""
    periods = range(len(problem.periods))

    @cache
    def operation(t: int, levels: tuple[int, ...], steps: tuple[int, ...]) -> float:
        return operation_cny_per_year(problem, t, levels, steps)

    site_paths = [paths_of_site(problem, j) for j in range(len(problem.sites))]
    source_paths = [paths_of_source(problem, i) for i in range(len(problem.sources))]
    best = None
    for design in product(*site_paths):
        if any(
            not any(design[j][t] >= cover.level for j in cover.sites)
            for cover in problem.covers
            for t in periods
            if t >= cover.period
        ):
            continue
        for steps in product(*source_paths):
            if not _affordable(problem, design, steps):
                continue
            total = 0.0
            for t, period in enumerate(problem.periods):
                # A station that has closed costs nothing and sells nothing.
                levels = tuple(
                    0 if site.closed_from and t >= site.closed_from else path[t]
                    for site, path in zip(problem.sites, design, strict=True)
                )
                bought = tuple(path[t] for path in steps)
                annual = sum(
                    site.annual_cny[k - 1] + (site.renewal_annual_cny or (0.0,) * (t + 1))[t]
                    for site, k in zip(problem.sites, levels, strict=True)
                    if k
                )
                for source, n in zip(problem.sources, bought, strict=True):
                    annual += sum(source.steps_annual_cny[:n])
                total += period.weight * annual
                if best is not None and total >= best and _never_pays(problem):
                    break
                total += period.weight * operation(t, levels, bought)
            else:
                if best is None or total < best:
                    best = total
    return best


def _never_pays(problem: SitingProblem) -> bool:
    """No operation earns money, so a total can only grow."""
    return problem.unmet_cny_per_kg >= 0


def _affordable(
    problem: SitingProblem, design: tuple[tuple[int, ...], ...], steps: tuple[tuple[int, ...], ...]
) -> bool:
    """Pay every purchase whenever it falls due, and each renewal of what stood before."""
    purse = 0.0
    for t, amount in enumerate(problem.budget_cny):
        if amount is None:
            return True
        purse += amount
        due = 0.0
        for j, site in enumerate(problem.sites):
            due += sum(site.renewal_capex_cny[: t + 1])
            worth = 0.0
            for s in range(t + 1):
                now = site.capex_cny[design[j][s] - 1] if design[j][s] else 0.0
                due += (now - worth) * _often(problem.station_purchases, s, t)
                worth = now
        for i, source in enumerate(problem.sources):
            for s in range(t + 1):
                new = source.steps_capex_cny[steps[i][s - 1] if s else 0 : steps[i][s]]
                due += sum(new) * _often(source.step_purchases, s, t)
        if due > purse + 1e-6:
            return False
    return True


def _often(purchases: tuple[tuple[int, ...], ...], bought: int, t: int) -> int:
    return purchases[bought][t] if purchases else 1
