"""Claim: the optimum obeys the laws of theory (metamorphic relations of the capacitated model)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corridor.core.errors import InfeasibleError
from corridor.siting.problem import Site, SitingProblem, SpacingRule, Visit
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import evaluate_design, solve

from .oracles.instances import tiny_problem

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)
SLACK = 1e-6

many = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
seeds = st.integers(min_value=0, max_value=3000)


def solved(problem: SitingProblem) -> Solution:
    """Solve exactly; drop the example where there is no plan."""
    try:
        return solve(problem, EXACT)
    except InfeasibleError:
        assume(False)
        raise


def not_worse(new: SitingProblem, old: SitingProblem) -> None:
    """Assert cost(new) <= cost(old) as intervals: the bound of one against the plan of the other."""
    before = solved(old)
    after = solve(new, EXACT)
    assert after.bound_cny <= before.averaged_cny * (1 + SLACK) + 1
    assert after.averaged_cny <= before.averaged_cny * (1 + SLACK) + 1


@many
@given(seeds)
def test_more_budget_never_costs(seed: int) -> None:
    """MR2: a larger budget, or none, is never worse."""
    problem = tiny_problem(seed)
    assume(problem.budget_cny[0] is not None)
    richer = replace(problem, budget_cny=tuple((b or 0.0) * 1.5 + 1e6 for b in problem.budget_cny))
    not_worse(richer, problem)
    not_worse(replace(problem, budget_cny=(None,) * len(problem.periods)), problem)


@many
@given(seeds)
def test_one_more_candidate_never_costs(seed: int) -> None:
    """MR3: a candidate that was forbidden and is so no more is never worse."""
    problem = tiny_problem(seed)
    first = replace(problem.sites[0], allowed=(False,) * len(problem.tiers), required_level=0)
    barred = replace(problem, sites=(first, *problem.sites[1:]))
    free = replace(
        problem,
        sites=(replace(first, allowed=(True,) * len(problem.tiers)), *problem.sites[1:]),
    )
    not_worse(free, barred)


@many
@given(seeds)
def test_more_demand_costs_and_less_does_not(seed: int) -> None:
    """MR4, MR5: raising a flow never lowers the cost, deleting one never raises it."""
    problem = tiny_problem(seed)
    flow = problem.flows[0]
    more = replace(flow, trips_per_day=flow.trips_per_day * 1.3)
    not_worse(problem, replace(problem, flows=(more, *problem.flows[1:])))
    assume(len(problem.flows) > 1)
    before = solved(problem)
    try:
        after = solve(replace(problem, flows=problem.flows[1:]), EXACT)
    except InfeasibleError:
        return
    assert after.averaged_cny <= before.averaged_cny * (1 + SLACK) + 1


@many
@given(seeds, st.floats(0.1, 0.9))
def test_a_flow_split_in_two_is_the_same_flow(seed: int, part: float) -> None:
    """MR6, MR7: splitting a flow changes neither cost nor bound."""
    problem = tiny_problem(seed)
    flow = problem.flows[0]
    halves = tuple(
        replace(
            flow,
            id=name,
            trips_per_day=flow.trips_per_day * share,
            priority_trips_per_day=flow.priority_trips_per_day * share,
        )
        for name, share in (("half", part), ("twin", 1 - part))
    )
    before, after = (
        solved(problem),
        solve(replace(problem, flows=(*halves, *problem.flows[1:])), EXACT),
    )
    assert after.averaged_cny == pytest.approx(before.averaged_cny, rel=SLACK, abs=1)
    assert after.sizes["flows_in_model"] == before.sizes["flows_in_model"]
    served = sum(p.trips_per_day for p in before.stop_plans if p.flow == 0)
    both = sum(p.trips_per_day for p in after.stop_plans if p.flow in (0, 1))
    assert both == pytest.approx(served, rel=1e-3, abs=1e-3)


@many
@given(seeds, st.randoms(use_true_random=False))
def test_order_plays_no_part(seed: int, rng: object) -> None:
    """MR8: permuting sites, flows and sources leaves the optimum."""
    problem = tiny_problem(seed)
    order = list(range(len(problem.sites)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    place = {old: new for new, old in enumerate(order)}
    flows = tuple(
        replace(
            f,
            ways=tuple(
                replace(w, stops=tuple(Visit(site=place[s.site], at_g=s.at_g) for s in w.stops))
                for w in f.ways
            ),
        )
        for f in reversed(problem.flows)
    )
    mixed = replace(
        problem,
        sites=tuple(problem.sites[j] for j in order),
        flows=flows,
        sources=tuple(
            replace(s, lane_cny_per_kg=tuple(tuple(r[j] for j in order) for r in s.lane_cny_per_kg))
            for s in reversed(problem.sources)
        ),
        covers=tuple(replace(c, sites=tuple(place[j] for j in c.sites)) for c in problem.covers),
    )
    cost = solved(problem).averaged_cny
    assert solve(mixed, EXACT).averaged_cny == pytest.approx(cost, rel=SLACK, abs=1)


@many
@given(seeds, st.sampled_from([0.25, 3.0]))
def test_prices_scale(seed: int, factor: float) -> None:
    """MR10: all costs times a factor: the same plans cost that much more."""
    problem = tiny_problem(seed)

    def scaled(site: Site) -> Site:
        return replace(
            site,
            annual_cny=tuple(c * factor for c in site.annual_cny),
            power_cny_per_kg=site.power_cny_per_kg * factor,
        )

    dear = replace(
        problem,
        sites=tuple(scaled(s) for s in problem.sites),
        flows=tuple(
            replace(
                f,
                ways=tuple(
                    replace(w, cost_cny_per_trip=w.cost_cny_per_trip * factor) for w in f.ways
                ),
            )
            for f in problem.flows
        ),
        sources=tuple(
            replace(
                s,
                gate_cny_per_kg=tuple(c * factor for c in s.gate_cny_per_kg),
                step_gate_cny_per_kg=tuple(c * factor for c in s.step_gate_cny_per_kg),
                steps_annual_cny=tuple(c * factor for c in s.steps_annual_cny),
                lane_cny_per_kg=tuple(
                    tuple(None if c is None else c * factor for c in row)
                    for row in s.lane_cny_per_kg
                ),
            )
            for s in problem.sources
        ),
        unmet_cny_per_kg=problem.unmet_cny_per_kg * factor,
        priority_cny_per_kg=problem.priority_cny_per_kg * factor,
    )
    cost = solved(problem).averaged_cny
    assert solve(dear, EXACT).averaged_cny == pytest.approx(cost * factor, rel=SLACK, abs=1)


@many
@given(seeds)
def test_a_closed_place_on_the_way_changes_nothing(seed: int) -> None:
    """MR13: a further passage where nothing may stand leaves the optimum."""
    problem = tiny_problem(seed)
    count = len(problem.sites)
    dummy = Site(
        id="dummy",
        capex_cny=problem.sites[0].capex_cny,
        annual_cny=problem.sites[0].annual_cny,
        allowed=(False,) * len(problem.tiers),
    )
    more = replace(
        problem,
        sites=(*problem.sites, dummy),
        flows=tuple(
            replace(
                f,
                ways=tuple(
                    replace(
                        w,
                        stops=tuple(
                            sorted(
                                (*w.stops, Visit(site=count, at_g=w.total_g // 2)),
                                key=lambda s: s.at_g,
                            )
                        ),
                    )
                    for w in f.ways
                ),
            )
            for f in problem.flows
        ),
        sources=tuple(
            replace(s, lane_cny_per_kg=tuple((*row, 1.0) for row in s.lane_cny_per_kg))
            for s in problem.sources
        ),
    )
    cost = solved(problem).averaged_cny
    assert solve(more, EXACT).averaged_cny == pytest.approx(cost, rel=SLACK, abs=1)


@many
@given(seeds, st.floats(1.05, 2.0))
def test_larger_tiers_at_the_same_price_never_cost(seed: int, factor: float) -> None:
    """MR17: capacity up at the same CAPEX is never worse."""
    problem = tiny_problem(seed)
    tiers = tuple(replace(t, usable_kg_per_day=t.usable_kg_per_day * factor) for t in problem.tiers)
    not_worse(replace(problem, tiers=tiers), problem)


@many
@given(seeds)
def test_a_dearer_plant_costs_and_sells_no_more(seed: int) -> None:
    """MR18: a higher gate price never lowers the cost; with the design fixed the plant sells no more."""
    problem = tiny_problem(seed)
    source = problem.sources[0]
    dearer = replace(source, gate_cny_per_kg=tuple(c + 4 for c in source.gate_cny_per_kg))
    dear = replace(problem, sources=(dearer, *problem.sources[1:]))
    not_worse(problem, dear)
    fixed = replace(
        problem,
        sources=tuple(
            replace(s, steps_kg_per_day=(), steps_capex_cny=(), steps_annual_cny=())
            for s in problem.sources
        ),
    )
    levels = solved(fixed).levels
    before = evaluate_design(fixed, levels, EXACT)
    after = evaluate_design(
        replace(fixed, sources=(replace(fixed.sources[0], gate_cny_per_kg=dearer.gate_cny_per_kg),
                                *fixed.sources[1:])),
        levels, EXACT,
    )  # fmt: skip
    kg = [
        sum(
            p.weight * sum(row[0])
            for p, row in zip(problem.periods, s.supply_kg_per_day, strict=True)
        )
        for s in (before, after)
    ]
    assert kg[1] <= kg[0] * (1 + 1e-3) + 1e-3


@many
@given(seeds)
def test_a_higher_price_of_unmet_demand_leaves_no_more_unmet(seed: int) -> None:
    """MR19: at exact optimality the discounted unmet kilograms do not grow with their price."""
    problem = replace(tiny_problem(seed), priority_cny_per_kg=0.0)
    dear = replace(problem, unmet_cny_per_kg=problem.unmet_cny_per_kg * 2)

    def unmet(solution: Solution) -> float:
        return sum(
            problem.periods[f.period].weight * trips * f.need_g
            for f, trips in zip(problem.flows, solution.unmet_trips_per_day, strict=True)
        )

    whole = sum(
        problem.periods[f.period].weight * f.trips_per_day * f.need_g for f in problem.flows
    )
    before = unmet(solved(problem))
    assert unmet(solve(dear, EXACT)) <= before + 1e-3 * whole


@many
@given(seeds)
def test_a_policy_never_saves(seed: int) -> None:
    """MR26, MR27: another cover row is never better."""
    problem = tiny_problem(seed)
    tighter = replace(
        problem,
        covers=(*problem.covers, SpacingRule(name="more", period=0, sites=(0, 1))),
    )
    try:
        after = solve(tighter, EXACT)
    except InfeasibleError:
        return
    assert after.averaged_cny >= solved(problem).averaged_cny * (1 - SLACK) - 1


@many
@given(seeds)
def test_the_returned_plan_fixed_is_the_same_plan(seed: int) -> None:
    """MR28: evaluating the returned stations gives the same cost."""
    problem = tiny_problem(seed)
    best = solved(problem)
    again = evaluate_design(problem, best.levels, EXACT)
    assert again.levels == best.levels
    assert again.averaged_cny == pytest.approx(best.averaged_cny, rel=SLACK, abs=1)
    assert again.objective_cny == pytest.approx(best.objective_cny, rel=1e-3)


@many
@given(seeds)
def test_no_station_stands_idle(seed: int) -> None:
    """MR33: a station that could be left out without being used would have been."""
    problem = replace(tiny_problem(seed), covers=())
    best = solved(problem)
    loads = [0.0] * len(problem.sites)
    for plan in best.stop_plans:
        way = problem.flows[plan.flow].ways[plan.way]
        for v, _ in plan.purchases:
            loads[way.stops[v].site] += plan.trips_per_day
    for j, site in enumerate(problem.sites):
        if best.levels[-1][j] and not site.existing_level and not site.required_level:
            assert loads[j] > 0, site.id
