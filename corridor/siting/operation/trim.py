"""Nothing idle: with the loads known, sites keep the cheapest sizes and plants the fewest steps for them."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Final

from corridor.siting.model.formulation import DAYS
from corridor.siting.operation.design_cost import source_limit
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, level_bounds
from corridor.siting.solution import StopPlan

ROUNDING: Final = 1e-9
"""Of a load against a capacity: sums of doubles. [-]"""

TIE_CNY: Final = 1e-6
"""Net present costs that differ by less are equal: the smaller size is kept. [CNY]"""


def loads_kg_per_day(problem: SitingProblem, plans: tuple[StopPlan, ...]) -> list[list[float]]:
    """Return what each site sells, per period and site [kg/day]."""
    sold: list[list[list[float]]] = [[[] for _ in problem.sites] for _ in problem.periods]
    for plan in plans:
        flow = problem.flows[plan.flow]
        stops = flow.ways[plan.way].stops
        for v, grams in plan.purchases:
            sold[flow.period][stops[v].site].append(plan.trips_per_day * grams / 1000)
    return [[fsum(parts) for parts in row] for row in sold]


def trimmed(problem: SitingProblem, levels: Levels, loads: list[list[float]]) -> Levels:
    """Take away what no load, fact, decision or policy asks for, site by site in their order.

    Parameters
    ----------
    problem
        The problem that the levels belong to.
    levels
        Per period and site, tier numbers that keep every rule.
    loads
        Per period and site, what is sold there. [kg/day]

    Returns
    -------
    Levels
        Nowhere larger, nowhere dearer overnight in any period, and no dearer in all.
    """
    kept = [list(row) for row in levels]
    periods = range(len(problem.periods))
    for j in range(len(problem.sites)):
        now = [kept[t][j] for t in periods]
        if not any(now):
            continue
        best = _cheapest(problem, j, now, _block_options(problem, j, kept, loads))
        if _cost(problem, j, best) <= _cost(problem, j, now) + TIE_CNY:
            for t in periods:
                kept[t][j] = best[t]
    return tuple(tuple(row) for row in kept)


def trimmed_steps(
    problem: SitingProblem, steps: Levels, sent: Sequence[Sequence[Sequence[float]]]
) -> Levels:
    """Take away the expansion steps that no delivery needs, unless their cheaper kilograms pay for them.

    Parameters
    ----------
    problem
        The problem that the steps belong to.
    steps
        Per period and source, steps bought so far.
    sent
        Per period, source and site, what leaves the source. [kg/day]

    Returns
    -------
    Levels
        Nowhere more, and never undone.
    """
    kept: list[tuple[int, ...]] = []
    before = (0,) * len(problem.sources)
    for block in problem.blocks:
        before = tuple(
            next(
                n
                for n in range(before[i], most + 1)
                if all(_will_do(problem, i, t, (n, most), sent[t][i]) for t in block)
            )
            for i, most in enumerate(steps[block[0]])
        )
        kept += [before] * len(block)
    return tuple(kept)


def _will_do(
    problem: SitingProblem, i: int, t: int, fewer_and_now: tuple[int, int], sent: Sequence[float]
) -> bool:
    """Whether fewer steps send the same in a period, and no dearer."""
    fewer, now = fewer_and_now
    if fewer == now:
        return True
    fits = fsum(sent) <= source_limit(problem, i, t, fewer) * (1 + ROUNDING)
    cny = _gate_cny(problem, i, t, fewer, sent)
    return fits and cny <= _gate_cny(problem, i, t, now, sent) + TIE_CNY


def _gate_cny(problem: SitingProblem, i: int, t: int, steps: int, sent: Sequence[float]) -> float:
    """Return what steps and the dearer of the two kinds of kilograms cost in a year [CNY/year]."""
    source = problem.sources[i]
    beyond = max(0.0, fsum(sent) - source.cheaper_kg_per_day(t, steps))
    return fsum([*source.steps_annual_cny[:steps], DAYS * beyond * source.dearer_cny_per_kg(t)])


def _block_options(
    problem: SitingProblem, j: int, kept: list[list[int]], loads: list[list[float]]
) -> list[list[int]]:
    """Return, per run of periods without a decision, the levels that would do in all of them."""
    found = []
    for block in problem.blocks:
        each = [_options(problem, j, t, kept, loads) for t in block]
        found.append([level for level in each[0] if all(level in options for options in each)])
    return found


def _options(
    problem: SitingProblem, j: int, t: int, kept: list[list[int]], loads: list[list[float]]
) -> list[int]:
    """Return the levels that would do for one site in one period, the present one among them."""
    site, now, load = problem.sites[j], kept[t][j], loads[t][j]
    policy = max(
        (
            cover.level
            for cover in problem.covers
            if cover.period <= t
            and j in cover.sites
            and not any(kept[t][i] >= cover.level for i in cover.sites if i != j)
        ),
        default=0,
    )
    found = []
    for level in range(now):
        usable = problem.tiers[level - 1].usable_kg_per_day if level else 0.0
        stands = site.existing_level == level and t >= site.existing_from
        bounds = [level_bounds(problem, j, t, k) for k in range(1, len(problem.tiers) + 1)]
        if (
            level >= policy
            and load <= usable * (1 + ROUNDING)
            and all(low <= int(level >= k) <= up for k, (low, up) in enumerate(bounds, start=1))
            and (not level or site.allowed[level - 1] or stands)
            and site.capex_of(level) <= site.capex_of(now)
        ):
            found.append(level)
    return [*found, now]


def _cost(problem: SitingProblem, j: int, path: list[int]) -> float:
    """Return the net present cost of a site's levels over the periods [CNY]."""
    site = problem.sites[j]
    return fsum(
        period.weight * site.yearly_cny(level, t)
        for t, (period, level) in enumerate(zip(problem.periods, path, strict=True))
    )


def _cheapest(
    problem: SitingProblem, j: int, now: list[int], options: list[list[int]]
) -> list[int]:
    """Return the cheapest levels that never shrink; of equal ones the smallest, period by period."""
    paths: dict[int, list[int]] = {0: []}
    for block, choices in zip(problem.blocks, options, strict=True):
        grown: dict[int, list[int]] = {}
        for level in choices:
            before = [path for last, path in paths.items() if last <= level]
            if before:
                grown[level] = min(
                    ([*path, *([level] * len(block))] for path in before),
                    key=lambda path: (_partial(problem, j, path), path),
                )
        paths = grown
    return min(paths.values(), key=lambda path: (_partial(problem, j, path), path), default=now)


def _partial(problem: SitingProblem, j: int, path: list[int]) -> float:
    """Return the cost of the first periods' levels, to a tie [CNY]."""
    padded = [*path, *[0] * (len(problem.periods) - len(path))]
    return round(_cost(problem, j, padded) / TIE_CNY) * TIE_CNY
