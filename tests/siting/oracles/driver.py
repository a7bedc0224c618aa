"""Drive every stop plan gram by gram and add up the books; knows only the problem as posed."""

from __future__ import annotations

from math import isclose
from typing import Any

from corridor.siting.problem import Commodity, SitingProblem, Variant


def drive(flow: Commodity, way: Variant, purchases: tuple[tuple[int, int], ...]) -> None:
    """Assert that a truck gets through: five laps of a loop from its best start, or one way."""
    taken = dict(purchases)
    assert len(taken) == len(purchases)
    assert list(taken) == sorted(taken)
    assert all(isinstance(g, int) and g > 0 for g in taken.values())
    if flow.loop:
        assert sum(taken.values()) == way.total_g
        starts = range(flow.usable_g + 1) if flow.usable_g < 200 else _starts(flow, way, taken)
        assert any(_laps(flow, way, taken, start) for start in starts), "no start level carries"
        return
    fuel, at = flow.start_g, 0
    for v, stop in enumerate(way.stops):
        fuel -= stop.at_g - at
        at = stop.at_g
        assert fuel >= 0, f"dry on arrival at stop {v}"
        fuel += taken.get(v, 0)
        assert fuel <= flow.usable_g, f"overflows at stop {v}"
    fuel -= way.total_g - at
    assert fuel >= max(0, flow.end_g), "not enough at the end"


def _starts(flow: Commodity, way: Variant, taken: dict[int, int]) -> list[int]:
    """Least start level that never runs dry: more only overflows sooner."""
    level, lowest = 0, 0
    for v, stop in enumerate(way.stops):
        lowest = min(lowest, level - stop.at_g)
        level += taken.get(v, 0)
    return [-min(lowest, level - way.total_g)]


def _laps(flow: Commodity, way: Variant, taken: dict[int, int], fuel: int) -> bool:
    for _ in range(5):
        at = 0
        for v, stop in enumerate(way.stops):
            fuel -= stop.at_g - at
            at = stop.at_g
            if fuel < 0:
                return False
            fuel += taken.get(v, 0)
            if fuel > flow.usable_g:
                return False
        fuel -= way.total_g - at
        if fuel < 0:
            return False
    return True


def check(problem: SitingProblem, solution: Any) -> None:
    """Assert everything that a plan promises, and its objective from its own rows."""
    periods = range(len(problem.periods))
    served = [0.0] * len(problem.flows)
    loads = [[0.0] * len(problem.sites) for _ in periods]
    yearly = [0.0] * len(problem.periods)
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        assert plan.trips_per_day > 0
        drive(flow, way, plan.purchases)
        served[plan.flow] += plan.trips_per_day
        stops_cny = problem.stop_cny * len(plan.purchases)
        yearly[flow.period] += 365 * plan.trips_per_day * (way.cost_cny_per_trip + stops_cny)
        for j in way.detour_sites:
            there = [way.stops[v].site for v, _ in plan.purchases].count(j)
            assert there >= way.detour_sites.count(j), "leaves the road for nothing"
        for v, grams in plan.purchases:
            site = way.stops[v].site
            assert solution.levels[flow.period][site] > 0, "stops where nothing stands"
            kg = plan.trips_per_day * grams / 1000
            loads[flow.period][site] += kg
            yearly[flow.period] += 365 * kg * problem.sites[site].power_cny_per_kg
    for q, flow in enumerate(problem.flows):
        unmet = solution.unmet_trips_per_day[q]
        assert unmet >= 0
        assert isclose(served[q] + unmet, flow.trips_per_day, rel_tol=1e-9, abs_tol=1e-9)
        assert (solution.unmet_reasons[q] is not None) == (unmet > 0)
        yearly[flow.period] += 365 * unmet * flow.need_g / 1000 * problem.unmet_cny_per_kg
        late = max(0.0, unmet - (flow.trips_per_day - flow.priority_trips_per_day))
        dearer = max(0.0, problem.priority_cny_per_kg - problem.unmet_cny_per_kg)
        yearly[flow.period] += 365 * late * flow.need_g / 1000 * dearer
    for t in periods:
        for j, level in enumerate(solution.levels[t]):
            if level:
                usable = problem.tiers[level - 1].usable_kg_per_day
                assert loads[t][j] <= usable * (1 + 1e-9), f"site {j} sells more than it can"
                site = problem.sites[j]
                if site.closed_from and t >= site.closed_from:
                    assert not loads[t][j], f"site {j} sells though it has closed"
                    continue
                yearly[t] += site.annual_cny[level - 1]
                yearly[t] += site.renewal_annual_cny[t] if site.renewal_annual_cny else 0.0
            brought = sum(row[j] for row in solution.supply_kg_per_day[t])
            assert isclose(
                brought * (1 - problem.loss_fraction), loads[t][j], rel_tol=1e-9, abs_tol=1e-9
            )
        for i, source in enumerate(problem.sources):
            n = solution.steps[t][i]
            assert t == 0 or n >= solution.steps[t - 1][i]
            limit = source.limit_kg_per_day[t] + sum(source.steps_kg_per_day[:n])
            limit = min(limit, source.expanded_limit_kg_per_day[t])
            sent = solution.supply_kg_per_day[t][i]
            assert sum(sent) <= limit * (1 + 1e-7) + 1e-6, f"source {i} sends more than it has"
            yearly[t] += sum(source.steps_annual_cny[:n])
            for j, kg in enumerate(sent):
                lane = source.lane_cny_per_kg[t][j]
                assert kg == 0 or lane is not None
                yearly[t] += 365 * kg * (lane or 0.0)
            own, gates = source.gate_cny_per_kg[t], source.step_gate_cny_per_kg
            added = sum(source.steps_kg_per_day[:n])
            if gates and added:
                cheap, room = min((own, source.limit_kg_per_day[t]), (gates[t], added))
                first = min(sum(sent), room)
                yearly[t] += 365 * (first * cheap + (sum(sent) - first) * max(own, gates[t]))
            else:
                yearly[t] += 365 * sum(sent) * own
    total = sum(p.weight * cny for p, cny in zip(problem.periods, yearly, strict=True))
    assert isclose(total, solution.objective_cny, rel_tol=1e-9, abs_tol=1e-3)
    assert solution.objective_cny >= solution.bound_cny - 1e-6 * max(1.0, abs(total))
    _check_rules(problem, solution)


def _check_rules(problem: SitingProblem, solution: Any) -> None:
    periods = range(len(problem.periods))
    for j, site in enumerate(problem.sites):
        path = [solution.levels[t][j] for t in periods]
        assert path == sorted(path), "a station shrinks"
        for t, level in enumerate(path):
            assert not level or t >= site.open_from, "stands before its road opens"
            if site.existing_level:
                assert (level >= site.existing_level) if t >= site.existing_from else level == 0
            if t >= site.required_from:
                assert level >= site.required_level
            stands = site.existing_level == level and t >= site.existing_from
            assert not level or site.allowed[level - 1] or stands
    for cover in problem.covers:
        for t in range(cover.period, len(problem.periods)):
            assert any(solution.levels[t][j] >= cover.level for j in cover.sites)
    purse = 0.0
    for t, amount in enumerate(problem.budget_cny):
        if amount is None:
            return
        purse += amount
        spent = 0.0
        for s in range(t + 1):
            before = solution.levels[s - 1] if s else (0,) * len(problem.sites)
            often = problem.station_purchases[s][t] if problem.station_purchases else 1
            for site, now, k in zip(problem.sites, solution.levels[s], before, strict=True):
                prices = (0.0, *site.capex_cny)
                spent += often * (prices[now] - prices[k])
                spent += site.renewal_capex_cny[s] if site.renewal_capex_cny else 0.0
            for i, source in enumerate(problem.sources):
                often = source.step_purchases[s][t] if source.step_purchases else 1
                bought = slice(solution.steps[s - 1][i] if s else 0, solution.steps[s][i])
                spent += often * sum(source.steps_capex_cny[bought])
        assert spent <= purse + 1e-3, "over the budget"
