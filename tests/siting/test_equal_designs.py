"""Claim: designs called equal cost the same, none is missed, and none comes before the plan in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from corridor.core.errors import CorridorError
from corridor.siting.problem import SitingProblem, Variant, Visit
from corridor.siting.rules import Levels, design_order, keeps_rules
from corridor.siting.solution import EqualDesign, Solution, SolverSettings
from corridor.siting.solve import evaluate_design, solve

from .oracles.enumeration import operation_cny_per_year, paths_of_site, paths_of_source
from .oracles.instances import tiny_problem

EXACT = SolverSettings(gap_target=0.0, work_limit=20.0)
QUICK = SolverSettings(gap_target=0.3, work_limit=1.0)
NEXT = 3

Design = tuple[Levels, Levels]


def with_twin(problem: SitingProblem) -> SitingProblem:
    """Give one station of a good plan a twin that serves the same trucks, last in the order of sites."""
    opened = [j for j, level in enumerate(solve(problem, QUICK).levels[-1]) if level]
    one, twin = opened[0] if opened else 0, len(problem.sites)

    def seen(way: Variant) -> Variant:
        stops = [
            Visit(site=site, at_g=stop.at_g)
            for stop in way.stops
            for site in ((stop.site, twin) if stop.site == one else (stop.site,))
        ]
        return replace(way, stops=tuple(stops))

    return replace(
        problem,
        sites=(*problem.sites, replace(problem.sites[one], id="twin")),
        flows=tuple(replace(f, ways=tuple(map(seen, f.ways))) for f in problem.flows),
        sources=tuple(
            replace(s, lane_cny_per_kg=tuple((*row, row[one]) for row in s.lane_cny_per_kg))
            for s in problem.sources
        ),
        covers=tuple(
            replace(c, sites=(*c.sites, twin)) if one in c.sites else c for c in problem.covers
        ),
    )


def cost_cny(problem: SitingProblem, design: Design) -> float:
    """Price a design by driving single trucks: the oracle of the whole search."""
    total = 0.0
    for t, period in enumerate(problem.periods):
        levels, steps = design[0][t], design[1][t]
        annual = sum(problem.sites[j].annual_cny[k - 1] for j, k in enumerate(levels) if k)
        for source, n in zip(problem.sources, steps, strict=True):
            annual += sum(source.steps_annual_cny[:n])
        total += period.weight * (annual + operation_cny_per_year(problem, t, levels, steps))
    return total


def applied(solution: Solution, equal: EqualDesign) -> Design:
    """Return the whole design that a row stands for."""
    tables = []
    for rows, changes in ((solution.levels, equal.sites), (solution.steps, equal.sources)):
        new = [list(row) for row in rows]
        for place, path in changes:
            for t, value in enumerate(path):
                new[t][place] = value
        tables.append(tuple(tuple(row) for row in new))
    return tables[0], tables[1]


def put(rows: Levels, paths: dict[int, tuple[int, ...]]) -> Levels:
    """Return levels with other paths at some places."""
    return tuple(
        tuple(paths[j][t] if j in paths else level for j, level in enumerate(row))
        for t, row in enumerate(rows)
    )


def neighbours(problem: SitingProblem, design: Design) -> Iterator[Design]:
    """Yield every design with one site's path changed, one station exchanged, or one step moved."""
    levels, steps = design
    legal = [paths_of_site(problem, j) for j in range(len(problem.sites))]
    stand = list(zip(*levels, strict=True))
    for j, paths in enumerate(legal):
        yield from ((put(levels, {j: path}), steps) for path in paths)
    near = {
        (a, b)
        for flow in problem.flows
        for way in flow.ways
        for n, stop in enumerate(way.stops)
        for other in seen_next([s.site for s in way.stops], n, loop=flow.loop)
        for a, b in ((stop.site, other), (other, stop.site))
    }
    for i, j in near:
        if any(stand[i]):
            left = min((p for p in legal[i] if all(a <= b for a, b in zip(p, stand[i], strict=True))),
                       key=sum)  # fmt: skip
            taken = tuple(map(max, stand[i], stand[j]))
            if taken in legal[j]:
                yield put(levels, {i: left, j: taken}), steps
    bought = list(zip(*steps, strict=True))
    for i in range(len(problem.sources)):
        for path in paths_of_source(problem, i):
            moved = sorted(b - a for a, b in zip(bought[i], path, strict=True) if a != b)
            if moved and len(set(moved)) == 1 and abs(moved[0]) == 1:
                yield levels, put(steps, {i: path})


def seen_next(sites: list[int], n: int, *, loop: bool) -> list[int]:
    """Return the next three other sites along a way."""
    found: list[int] = []
    for site in [*sites[n + 1 :], *(sites[:n] if loop else [])]:
        if site != sites[n] and site not in found:
            found.append(site)
    return found[:NEXT]


@pytest.mark.parametrize("seed", range(30))
def test_equal_designs_are_all_and_only_those_that_cost_the_same(seed: int) -> None:
    """By enumeration, with a twin of the first site that serves the same trucks."""
    try:
        problem = with_twin(tiny_problem(seed))
        solution = solve(problem, EXACT)
    except CorridorError:
        return
    plan = solution.levels, solution.steps
    cost = cost_cny(problem, plan)
    assert cost == pytest.approx(solution.averaged_cny, rel=1e-7, abs=1e-3)
    least = max(1.0, 1e-6 * (cost - solution.unavoidable.cny))
    if solution.equal_designs is None:
        assert not solution.search.locally_optimal
        return
    called = {applied(solution, row) for row in solution.equal_designs}
    assert plan not in called
    for other in called:
        assert keeps_rules(problem, *other)
        assert cost_cny(problem, other) <= cost + least * (1 + 1e-6) + 1e-3
    for other in neighbours(problem, plan):
        if other != plan and keeps_rules(problem, *other) and other not in called:
            assert cost_cny(problem, other) >= cost + least * (1 - 1e-6) - 1e-3, other
    first = min(called, key=lambda d: design_order(cost_cny(problem, d), *d), default=plan)
    assert design_order(cost, *plan) <= design_order(cost_cny(problem, first), *first)


def test_a_twin_is_found() -> None:
    """Some of these plans have a station whose twin would do as well, and say so."""
    told = 0
    for seed in range(12):
        try:
            problem = with_twin(tiny_problem(seed))
            solution = solve(problem, EXACT)
        except CorridorError:
            continue
        twin = len(problem.sites) - 1
        rows = [{j for j, _ in row.sites} for row in solution.equal_designs or ()]
        told += any(twin in row and len(row) == 2 for row in rows)
    assert told >= 3


def test_nothing_is_said_of_given_stations() -> None:
    """They were not chosen, so nothing comes before them."""
    problem = with_twin(tiny_problem(1))
    solution = solve(problem, EXACT)
    assert evaluate_design(problem, solution.levels, EXACT).equal_designs is None
