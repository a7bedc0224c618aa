"""Rules that every design keeps: facts, decisions, budget and policies."""

from __future__ import annotations

from math import fsum

from corridor.siting.problem import SitingProblem
from corridor.siting.reduce import top_level

Levels = tuple[tuple[int, ...], ...]
"""Per period and site (or source): number of the tier (or of the steps)."""


def level_bounds(
    problem: SitingProblem, j: int, t: int, level: int, without: frozenset[str] = frozenset()
) -> tuple[int, int]:
    """Return the least and greatest value of w[j,level,t] that decisions and facts leave."""
    site = problem.sites[j]
    low, up = 0, 1
    if t < site.open_from and "allowed" not in without:
        return 0, 0
    if site.existing_level and "existing" not in without:
        if t < site.existing_from:
            return 0, 0
        low = int(level <= site.existing_level)
    if level <= site.required_level and t >= site.required_from and "required" not in without:
        low = 1
    if level > top_level(site, t) and not low and "allowed" not in without:
        up = 0
    return low, up


def money_left(problem: SitingProblem) -> list[float | None]:
    """Return the overnight CAPEX that may be spent up to and including each period; None: no limit.

    What is not spent carries over, so after a period without limit nothing binds any more. [CNY]
    """
    total: float | None = 0.0
    sums: list[float | None] = []
    for amount in problem.budget_cny:
        total = None if total is None or amount is None else total + amount
        sums.append(total)
    return sums


def times_paid(purchases: tuple[tuple[int, ...], ...], bought: int, t: int) -> int:
    """Return how often what is bought in a period has been paid for by the end of another."""
    return purchases[bought][t] if purchases else 1


def renewals_cny(problem: SitingProblem, t: int) -> float:
    """Return what rebuilding existing stations has cost by the end of a period, whatever is decided [CNY]."""
    return fsum(cny for site in problem.sites for cny in site.renewal_capex_cny[: t + 1])


def extra_payments(purchases: tuple[tuple[int, ...], ...], s: int, t: int) -> int:
    """Return how much of the price of all that stands in period s counts towards the spending by period t.

    What stands in s and is kept was bought in s or before: the earlier, the more often it has been paid for.
    """
    later = times_paid(purchases, s + 1, t) if s < t else 0
    return times_paid(purchases, s, t) - later


def spent_cny(problem: SitingProblem, t: int, levels: Levels, steps: Levels) -> float:
    """Return what has been spent by the end of a period: builds, replacements and renewals [CNY]."""
    paid = [renewals_cny(problem, t)]
    for s in range(t + 1):
        times = extra_payments(problem.station_purchases, s, t)
        if times:
            paid += [
                times * site.capex_of(k) for site, k in zip(problem.sites, levels[s], strict=True)
            ]
        for source, n in zip(problem.sources, steps[s], strict=True):
            times = extra_payments(source.step_purchases, s, t)
            paid += [times * cny for cny in source.steps_capex_cny[:n] if times]
    return fsum(paid)


def may_stand(problem: SitingProblem, j: int, path: tuple[int, ...]) -> bool:
    """Whether the levels of a site keep facts and decisions, never shrink, change where a period decides."""
    site = problem.sites[j]
    for t, level in enumerate(path):
        if t and level < path[t - 1]:
            return False
        if problem.same_as_before(t) and level != path[t - 1]:
            return False
        for k in range(1, len(problem.tiers) + 1):
            low, up = level_bounds(problem, j, t, k)
            if not low <= int(level >= k) <= up:
                return False
        if level and not site.allowed[level - 1]:
            stands = site.existing_level == level and t >= site.existing_from
            if not stands:
                return False
    return True


def design_order(cost_cny: float, levels: Levels, steps: Levels) -> tuple[int, int, Levels, Levels]:
    """Return the key by which the first of several designs is taken: the least key wins.

    To a yuan the cheaper; then the one with fewer stations; then the one that builds later and smaller,
    period by period and site by site in the order of the problem; then expansions alike.

    Parameters
    ----------
    cost_cny
        Net present cost of the design. [CNY]
    levels, steps
        The design.
    """
    stations = sum(1 for level in levels[-1] if level) if levels else 0
    return round(cost_cny), stations, levels, steps


def keeps_rules(problem: SitingProblem, levels: Levels, steps: Levels) -> bool:
    """Whether a design keeps facts, decisions, budget and policies."""
    periods = range(len(problem.periods))
    return all(
        may_stand(problem, j, tuple(levels[t][j] for t in periods))
        for j in range(len(problem.sites))
    ) and keeps_common_rules(problem, levels, steps)


def keeps_common_rules(problem: SitingProblem, levels: Levels, steps: Levels) -> bool:
    """Whether a design whose sites may stand as they do keeps the rules that sites share."""
    periods = range(len(problem.periods))
    for i in range(len(problem.sources)):
        path = [steps[t][i] for t in periods]
        if path != sorted(path):
            return False
        if any(problem.same_as_before(t) and path[t] != path[t - 1] for t in periods):
            return False
    for t, limit in enumerate(money_left(problem)):
        if limit is not None and spent_cny(problem, t, levels, steps) > limit + 1e-3:
            return False
    return all(
        any(levels[t][j] >= cover.level for j in cover.sites)
        for cover in problem.covers
        for t in range(cover.period, len(problem.periods))
    )
