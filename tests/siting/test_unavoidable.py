"""Claim: the unavoidable penalty is exact, is never more than a plan pays, and moves as it should."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from corridor.siting.gap import cost_at_gap, gap_of
from corridor.siting.problem import Commodity, SitingProblem
from corridor.siting.reduce import reduce
from corridor.siting.unavoidable import unavoidable_penalty

from .oracles.corridors import corridor_problem
from .oracles.enumeration import operation_cny_per_year, paths_of_site, paths_of_source
from .oracles.instances import tiny_problem

SEEDS = range(300)


def penalties_only(problem: SitingProblem) -> SitingProblem:
    """Everything but unmet demand is free: the cheapest operation is that of least penalty."""
    return replace(
        problem,
        sites=tuple(replace(site, power_cny_per_kg=0.0) for site in problem.sites),
        flows=tuple(
            replace(flow, ways=tuple(replace(way, cost_cny_per_trip=0.0) for way in flow.ways))
            for flow in problem.flows
        ),
        sources=tuple(
            replace(
                source,
                gate_cny_per_kg=tuple(0.0 for _ in problem.periods),
                lane_cny_per_kg=tuple(
                    tuple(None if lane is None else 0.0 for lane in row)
                    for row in source.lane_cny_per_kg
                ),
            )
            for source in problem.sources
        ),
    )


def gets_through(flow: Commodity, way: int, open_sites: set[int]) -> bool:
    """Drive with a full fill at every open stop; loops for three laps, the first on any level."""
    stops = [s.at_g for s in flow.ways[way].stops if s.site in open_sites]
    total = flow.ways[way].total_g
    if not flow.loop:
        fuel, at = flow.start_g, 0
        if fuel >= total + flow.end_g:
            return True
        for g in stops:
            if fuel < g - at:
                return False
            fuel, at = flow.usable_g, g
        return bool(stops) and fuel >= total - at + flow.end_g
    marks = [g + lap * total for lap in range(3) for g in stops]
    return bool(marks) and all(b - a <= flow.usable_g for a, b in pairwise(marks))


def by_linear_programme(problem: SitingProblem) -> float:
    """Return the same bound, posed from the problem's words as a linear programme over ways [CNY]."""
    total = 0.0
    for t, period in enumerate(problem.periods):
        open_sites = {
            j
            for j, site in enumerate(problem.sites)
            if (any(site.allowed) or site.existing_level)
            and not (site.existing_level and t < site.existing_from)
            and t >= site.open_from
            and any(
                s.lane_cny_per_kg[t][j] is not None and s.expanded_limit_kg_per_day[t] > 0
                for s in problem.sources
            )
        }
        cost: list[float] = []
        upper: list[float] = []
        kg: list[float] = []
        fixed = 0.0
        reached: set[int] = set()
        for flow in problem.flows:
            if flow.period != t:
                continue
            need = flow.need_g / 1000
            price = problem.unmet_cny_per_kg
            dear = max(price, problem.priority_cny_per_kg)
            ordinary = flow.trips_per_day - flow.priority_trips_per_day
            fixed += need * (ordinary * price + flow.priority_trips_per_day * dear)
            bought = []
            for p, way in enumerate(flow.ways):
                if gets_through(flow, p, open_sites):
                    reached |= {s.site for s in way.stops} & open_sites
                    least = way.total_g if flow.loop else way.total_g + flow.end_g - flow.start_g
                    bought.append(max(0, least) / 1000)
            for trips, money in ((ordinary, price), (flow.priority_trips_per_day, dear)):
                if bought and trips > 0:
                    cost.append(-need * money)
                    upper.append(trips)
                    kg.append(min(bought))
        supply = sum(
            min(s.limit_kg_per_day[t] + sum(s.steps_kg_per_day), s.expanded_limit_kg_per_day[t])
            for s in problem.sources
            if any(s.lane_cny_per_kg[t][j] is not None for j in reached)
        ) * (1 - problem.loss_fraction)
        saved = 0.0
        if cost:
            bounds = [(0.0, up) for up in upper]
            answer = linprog(cost, np.array([kg]), [supply], bounds=bounds, method="highs")
            saved = float(answer.fun)
        total += period.weight * 365 * (fixed + saved)
    return total


@pytest.mark.parametrize("block", range(10))
def test_greedy_in_rationals_is_the_linear_programme(block: int) -> None:
    """300 random problems against a linear programme that knows nothing of windows."""
    for seed in range(block * 30, block * 30 + 30):
        problem = tiny_problem(seed)
        found = unavoidable_penalty(problem)
        assert found.cny == pytest.approx(by_linear_programme(problem), rel=1e-7, abs=1e-3), seed
        assert found.cny == pytest.approx(sum(found.by_period_cny), rel=1e-12)


def test_no_design_pays_less() -> None:
    """Least penalty of 600 random designs, largest ones among them, driven by fuel on board."""
    binding = 0
    for seed in SEEDS:
        problem = tiny_problem(seed)
        found = unavoidable_penalty(problem)
        free = penalties_only(problem)
        rng = random.Random(seed)
        sites = [paths_of_site(problem, j) for j in range(len(problem.sites))]
        if not all(sites):
            continue
        steps = [paths_of_source(problem, i) for i in range(len(problem.sources))]
        for pick in (rng.choice, max):
            design = [pick(paths) for paths in sites]  # type: ignore[operator]
            bought = [pick(paths) for paths in steps]  # type: ignore[operator]
            paid = sum(
                period.weight
                * operation_cny_per_year(
                    free, t, tuple(p[t] for p in design), tuple(p[t] for p in bought)
                )
                for t, period in enumerate(problem.periods)
            )
            assert found.cny <= paid * (1 + 1e-9) + 1e-3, seed
            binding += 0 < paid <= found.cny * (1 + 1e-6)
    assert binding > 20, "the bound must be met where supply alone is short"


def test_the_reduced_problem_has_the_same() -> None:
    """Dropping what nobody can use and merging equal trips changes nothing."""
    problems = [tiny_problem(seed) for seed in SEEDS]
    problems.append(corridor_problem(1, sides=20, exits=4, pairs=6, periods=3))
    for problem in problems:
        posed, small = unavoidable_penalty(problem), unavoidable_penalty(reduce(problem).problem)
        assert small.cny == pytest.approx(posed.cny, rel=1e-12, abs=1e-6)
        assert small.nozzle_kg_per_day == pytest.approx(posed.nozzle_kg_per_day)


def test_what_it_rises_and_falls_with() -> None:
    """More supply, candidates or range never raise it; more trips or dearer ones never lower it."""
    moved = dict.fromkeys(("supply", "loss", "trips", "price", "tank"), 0)
    for seed in SEEDS:
        problem = tiny_problem(seed)
        base = unavoidable_penalty(problem).cny
        richer = replace(
            problem,
            sources=tuple(
                replace(
                    s,
                    limit_kg_per_day=tuple(1.3 * x for x in s.limit_kg_per_day),
                    expanded_limit_kg_per_day=tuple(1.3 * x for x in s.expanded_limit_kg_per_day),
                )
                for s in problem.sources
            ),
        )
        lossy = replace(problem, loss_fraction=problem.loss_fraction + 0.2)
        busier = replace(
            problem,
            flows=tuple(replace(f, trips_per_day=1.5 * f.trips_per_day) for f in problem.flows),
        )
        dearer = replace(problem, unmet_cny_per_kg=problem.unmet_cny_per_kg + 7)
        longer = replace(
            problem, flows=tuple(replace(f, usable_g=f.usable_g + 3000) for f in problem.flows)
        )
        for name, changed, sign in (
            ("supply", richer, -1), ("loss", lossy, 1), ("trips", busier, 1),
            ("price", dearer, 1), ("tank", longer, -1),
        ):  # fmt: skip
            step = sign * (unavoidable_penalty(changed).cny - base)
            assert step >= -1e-9 * base, (seed, name)
            moved[name] += step > 1
    assert min(moved.values()) > 10, moved


def test_stations_budget_and_policies_are_relaxed() -> None:
    """Nothing but supply, demand and where a station could stand is looked at."""
    for seed in range(60):
        problem = tiny_problem(seed)
        dear = replace(
            problem,
            budget_cny=tuple(0.0 for _ in problem.periods),
            covers=(),
            min_stop_kg=50.0,
            tiers=tuple(replace(tier, usable_kg_per_day=1.0) for tier in problem.tiers),
        )
        assert unavoidable_penalty(dear) == unavoidable_penalty(problem)


def test_an_example_worked_out_by_hand() -> None:
    """100 kg/day reach the nozzle; 4 priority trips of 20 kg, then one ordinary of 10 kg at 60 a kg."""
    problem = tiny_problem(0)
    site = replace(problem.sites[0], allowed=(True,), existing_level=0, capex_cny=(1.0,),
                   annual_cny=(1.0,), required_level=0)  # fmt: skip
    way = replace(problem.flows[0].ways[0], stops=(), total_g=20_000)
    stop = type(problem.flows[0].ways[0].stops[0])(site=0, at_g=100)
    loop = replace(
        problem.flows[0], id="loop", period=0, trips_per_day=6.0, priority_trips_per_day=4.0,
        usable_g=20_000, start_g=0, end_g=0, loop=True, need_g=20_000,
        ways=(replace(way, stops=(stop,)),),
    )  # fmt: skip
    lost = replace(loop, id="lost", trips_per_day=2.0, priority_trips_per_day=0.0, usable_g=9_000)
    small = replace(
        problem,
        periods=(replace(problem.periods[0], weight=2.0),),
        tiers=problem.tiers[:1],
        sites=(site,),
        flows=(loop, lost),
        sources=(
            replace(
                problem.sources[0], limit_kg_per_day=(80.0,), expanded_limit_kg_per_day=(125.0,),
                gate_cny_per_kg=(1.0,), steps_kg_per_day=(30.0, 90.0),
                steps_capex_cny=(1.0, 1.0), steps_annual_cny=(1.0, 1.0), lane_cny_per_kg=((1.0,),),
            ),
        ),
        unmet_cny_per_kg=60.0, priority_cny_per_kg=100.0, loss_fraction=0.2,
        budget_cny=(None,), covers=(),
    )  # fmt: skip
    # 80 kg serve the four, 20 kg one of the two others; the other and both lost ones stay: 3 x 1200
    found = unavoidable_penalty(small)
    assert found.nozzle_kg_per_day == (pytest.approx(100.0),)
    assert found.cny == pytest.approx(2 * 365 * 3 * 20 * 60)
    unreached = replace(small.sources[0], lane_cny_per_kg=((None,),))
    nothing = unavoidable_penalty(replace(small, sources=(unreached,)))
    assert nothing.cny == pytest.approx(2 * 365 * (4 * 2000 + 4 * 1200))


def test_the_gap_is_of_what_can_be_decided() -> None:
    """1 % of a billion is a tenth of the hundred million that can be decided."""
    assert gap_of(1e9, 0.99e9, 0.9e9) == pytest.approx(0.1)
    assert gap_of(1e9, 0.8e9, 0.9e9) == 1.0, "the bound is never below the unavoidable penalty"
    assert gap_of(1e9, 1e9 - 1.0, 0.0) == 0.0
    assert gap_of(1e9, 1e9 - 1.1, 0.0) > 0.0
    assert gap_of(5e9, 5e9 - 4.9, 0.0) == 0.0
    assert gap_of(7.0, 7.0, 7.0) == 0.0
    rng = random.Random(1)
    for _ in range(200):
        floor = Fraction(rng.randrange(10**9))
        bound = floor + rng.randrange(1, 10**9)
        cost = bound + rng.randrange(100, 10**9)
        true = float((cost - bound) / (cost - floor))
        assert gap_of(float(cost), float(bound), float(floor)) == pytest.approx(true, rel=1e-9)
        worth = cost_at_gap(float(bound), float(floor), true)
        assert worth == pytest.approx(float(cost), rel=1e-6)
