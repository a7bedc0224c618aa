"""Claim: what no load, fact, decision or policy asks for is taken away, and never what is needed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from corridor.siting.operation.design_cost import source_limit
from corridor.siting.operation.trim import loads_kg_per_day, trimmed, trimmed_steps
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import keeps_rules
from corridor.siting.solution import StopPlan

from .oracles.enumeration import paths_of_site, paths_of_source
from .oracles.instances import tiny_problem


def cost_cny(problem: SitingProblem, j: int, path: tuple[int, ...]) -> float:
    """Net present cost of one site's levels."""
    annual = problem.sites[j].annual_cny
    return sum(p.weight * annual[k - 1] for p, k in zip(problem.periods, path, strict=True) if k)


@pytest.mark.parametrize("block", range(6))
def test_against_every_path_of_every_site(block: int) -> None:
    """600 random designs with loads: rules kept, loads carried, and no single site could do better."""
    changed = 0
    for seed in range(block * 100, block * 100 + 100):
        problem = replace(tiny_problem(seed), budget_cny=(None,) * len(tiny_problem(seed).periods))
        periods = range(len(problem.periods))
        rng = random.Random(seed)
        paths = [paths_of_site(problem, j) for j in range(len(problem.sites))]
        if not all(paths):
            continue
        design = [rng.choice(options) for options in paths]
        levels = tuple(tuple(path[t] for path in design) for t in periods)
        steps = tuple((0,) * len(problem.sources) for _ in periods)
        if not keeps_rules(problem, levels, steps):
            continue
        usable = [0.0, *(tier.usable_kg_per_day for tier in problem.tiers)]
        loads = [[usable[k] * rng.choice([0.0, 0.0, 0.4, 1.0]) for k in row] for row in levels]
        kept = trimmed(problem, levels, loads)
        changed += kept != levels
        assert keeps_rules(problem, kept, steps), seed
        for t in periods:
            for j, level in enumerate(kept[t]):
                assert level <= levels[t][j]
                assert loads[t][j] <= usable[level] * (1 + 1e-9)
        for j, options in enumerate(paths):
            now = tuple(kept[t][j] for t in periods)
            for path in options:
                other = tuple(
                    tuple(path[t] if i == j else kept[t][i] for i in range(len(paths)))
                    for t in periods
                )
                smaller = all(a <= b for a, b in zip(path, now, strict=True)) and path != now
                carries = all(loads[t][j] <= usable[path[t]] for t in periods)
                if smaller and carries and keeps_rules(problem, other, steps):
                    assert cost_cny(problem, j, path) > cost_cny(problem, j, now), (seed, j, path)
    assert changed > 20


def test_loads_are_the_sums_of_the_stop_plans() -> None:
    """Two plans at one site add up; nothing else is sold."""
    problem = tiny_problem(1)
    flow = next(q for q, f in enumerate(problem.flows) if f.ways[0].stops)
    stop = problem.flows[flow].ways[0].stops[0]
    plans = tuple(
        StopPlan(flow=flow, way=0, trips_per_day=trips, purchases=((0, grams),))
        for trips, grams in ((2.0, 1500), (0.5, 4000))
    )
    loads = loads_kg_per_day(problem, plans)
    assert loads[problem.flows[flow].period][stop.site] == pytest.approx(5.0)
    assert sum(map(sum, loads)) == pytest.approx(5.0)


def test_steps_against_every_path_of_every_source() -> None:
    """400 random deliveries: no path of fewer steps, never undone, could send as much."""
    changed = 0
    for seed in range(400):
        problem = tiny_problem(seed)
        one = tuple(replace(s, step_gate_cny_per_kg=()) for s in problem.sources)
        problem = replace(problem, sources=one)
        periods, rng = range(len(problem.periods)), random.Random(seed)
        paths = [paths_of_source(problem, i) for i in range(len(problem.sources))]
        bought = [rng.choice(options) for options in paths]
        steps = tuple(tuple(path[t] for path in bought) for t in periods)
        sent = [
            [
                [rng.choice([0.0, 0.3, 0.9, 1.0]) * source_limit(problem, i, t, n), 0.0]
                for i, n in enumerate(steps[t])
            ]
            for t in periods
        ]
        kept = trimmed_steps(problem, steps, sent)
        changed += kept != steps
        for i, options in enumerate(paths):
            enough = [
                path
                for path in options
                if all(sum(sent[t][i]) <= source_limit(problem, i, t, path[t]) for t in periods)
            ]
            best = min(enough, key=lambda path: (sum(path), path))
            assert tuple(row[i] for row in kept) == best, (seed, i)
    assert changed > 50


def test_steps_that_pay_for_themselves_stay() -> None:
    """A step of 400 kg/day for 0.1 M a year saves 400 x 365 x 2 CNY at the gate; at 0.3 M it goes."""
    source = replace(
        tiny_problem(2).sources[0],
        limit_kg_per_day=(1000.0,), expanded_limit_kg_per_day=(2000.0,), gate_cny_per_kg=(12.0,),
        step_gate_cny_per_kg=(10.0,), steps_kg_per_day=(400.0,), steps_capex_cny=(1e6,),
        steps_annual_cny=(0.1e6,),
    )  # fmt: skip
    cheap = replace(tiny_problem(2), sources=(source,))
    dear = replace(cheap, sources=(replace(source, steps_annual_cny=(0.3e6,)),))
    assert trimmed_steps(cheap, ((1,),), (((500.0,),),)) == ((1,),)
    assert trimmed_steps(dear, ((1,),), (((500.0,),),)) == ((0,),)
    assert trimmed_steps(dear, ((1,),), (((1200.0,),),)) == ((1,),)
