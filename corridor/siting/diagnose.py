"""Why there is no plan, in plain words and without a solver."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

from corridor.core.errors import InfeasibleError
from corridor.siting.model.windows import widest_gap_g
from corridor.siting.problem import Commodity, SitingProblem, Variant
from corridor.siting.reduce import can_sell, top_level, useful_stops
from corridor.siting.rules import (
    Levels,
    level_bounds,
    may_stand,
    money_left,
    renewals_cny,
    spent_cny,
)

SHOWN = 5
"""Faults of one kind that are spelt out."""


def check_solvable(problem: SitingProblem) -> None:
    """Raise InfeasibleError with every reason that can be known before solving.

    Parameters
    ----------
    problem
        The problem as posed.

    Raises
    ------
    InfeasibleError
        If requirements contradict each other, the money does not keep them, or nobody can be served.
    """
    faults = [
        *_contradictions(problem), *_policies(problem), *_money(problem), *_nobody(problem)
    ]  # fmt: skip
    if faults:
        raise InfeasibleError("\n".join(f[0] for f in faults), faults[0][1])


def check_design(problem: SitingProblem, levels: Levels) -> None:
    """Raise InfeasibleError with every rule that a given list of stations breaks.

    Parameters
    ----------
    problem
        The problem as posed.
    levels
        Per period and site, tier numbers.

    Raises
    ------
    InfeasibleError
        If the stations cannot stand, are closed again, cost more than the budget or break a policy.
    """
    periods = range(len(problem.periods))
    faults = []
    for j, site in enumerate(problem.sites):
        path = tuple(levels[t][j] for t in periods)
        if not may_stand(problem, j, path):
            faults.append(
                f"{site.id}: tiers {_path(problem, path)} break what is decided there "
                f"({_decided(problem, j)}), or shrink over time."
            )
    none = tuple((0,) * len(problem.sources) for _ in periods)
    for t, limit in enumerate(money_left(problem)):
        spent = spent_cny(problem, t, levels, none)
        if limit is not None and spent > limit + 1e-3:
            faults.append(
                f"By {problem.periods[t].year} the stations cost {_money_text(spent)}, "
                f"the budget gives {_money_text(limit)}."
            )
    for cover in problem.covers:
        for t in periods:
            if t >= cover.period and not any(levels[t][j] >= cover.level for j in cover.sites):
                faults.append(f"{cover.name}: no station keeps it in {problem.periods[t].year}.")
                break
    if faults:
        raise InfeasibleError(
            "\n".join(faults),
            "Change the list of stations, the decisions, the budget or the policy.",
        )


def _path(problem: SitingProblem, path: tuple[int, ...]) -> str:
    return ", ".join(problem.tiers[k - 1].id if k else "none" for k in path)


def _decided(problem: SitingProblem, j: int) -> str:
    site = problem.sites[j]
    words = []
    if site.existing_level:
        year = problem.periods[site.existing_from].year
        words.append(f"{problem.tiers[site.existing_level - 1].id} existing from {year}")
    if site.open_from:
        words.append(f"its road {_opens(problem, site.open_from)}")
    if site.required_level:
        words.append(f"at least {problem.tiers[site.required_level - 1].id} required")
    allowed = [t.id for t, ok in zip(problem.tiers, site.allowed, strict=True) if ok]
    words.append(f"allowed: {', '.join(allowed) or 'nothing new'}")
    return "; ".join(words)


def _opens(problem: SitingProblem, t: int) -> str:
    """Say in which period a road is open first."""
    if t == len(problem.periods):
        return "opens after the last period"
    return f"is not open before {problem.periods[t].year}"


def _contradictions(problem: SitingProblem) -> list[tuple[str, str]]:
    """Sites that must have what they may not have."""
    found = []
    for j, site in enumerate(problem.sites):
        if not site.required_level:
            continue
        for t in range(site.required_from, len(problem.periods)):
            if top_level(site, t) < site.required_level:
                found.append(
                    (
                        f"{site.id}: a station of at least {problem.tiers[site.required_level - 1].id} is "
                        f"required in {problem.periods[t].year}, but {_decided(problem, j)}.",
                        "Correct the table decision of this site.",
                    )
                )
                break
    return found


def _policies(problem: SitingProblem) -> list[tuple[str, str]]:
    """Policy rows that no site could ever keep."""
    found = []
    for cover in problem.covers:
        periods = range(cover.period, len(problem.periods))
        if any(
            all(top_level(problem.sites[j], t) < cover.level for j in cover.sites) for t in periods
        ):
            what = (
                f"none of the {len(cover.sites)} sites there may have"
                if cover.sites
                else "no site could have"
            )
            found.append(
                (
                    f"{cover.name}: {what} a station of at least {problem.tiers[cover.level - 1].id}.",
                    "Allow a larger max_gap_km, a smaller min_tier, or candidates on this stretch.",
                )
            )
    return found


def _policy_names(problem: SitingProblem, t: int) -> str:
    """Name the policies in force, so that the user knows what could be relaxed."""
    names = sorted({cover.name.split(":")[0] for cover in problem.covers if cover.period <= t})
    return f" ({', '.join(names)})" if names else ""


def _money(problem: SitingProblem) -> list[tuple[str, str]]:
    """Budgets below the cheapest way to keep what is required."""
    found = []
    limits = money_left(problem)
    for t, limit in enumerate(limits):
        if limit is None:
            continue
        needed = fsum(_least_capex(problem, j, t) for j in range(len(problem.sites)))
        needed += _cheapest_covers(problem, t) + renewals_cny(problem, t)
        if needed > limit + 1e-3:
            found.append(
                (
                    f"By {problem.periods[t].year} the required stations and policies"
                    f"{_policy_names(problem, t)} cost at least "
                    f"{_money_text(needed)} of overnight CAPEX, the budget gives {_money_text(limit)}.",
                    "Raise money.budget_cny of this or an earlier period, or require less.",
                )
            )
    return found


def _least_capex(problem: SitingProblem, j: int, t: int) -> float:
    """Return what the decisions for one site cost at least by a period [CNY]."""
    site = problem.sites[j]
    least = sum(level_bounds(problem, j, t, k)[0] for k in range(1, len(problem.tiers) + 1))
    if not least:
        return 0.0
    fits = [
        site.capex_cny[k - 1]
        for k in range(least, len(problem.tiers) + 1)
        if site.allowed[k - 1] or k == site.existing_level
    ]
    return min(fits, default=0.0)


def _cheapest_covers(problem: SitingProblem, t: int) -> float:
    """Return a lower bound on what the policies cost beyond the decisions: disjoint rows [CNY]."""
    total = 0.0
    taken: set[int] = set()
    for cover in sorted(problem.covers, key=lambda c: len(c.sites)):
        if cover.period > t or taken & set(cover.sites):
            continue
        taken |= set(cover.sites)
        prices = []
        for j in cover.sites:
            site = problem.sites[j]
            prices += [
                site.capex_cny[k - 1] - _least_capex(problem, j, t)
                for k in range(cover.level, len(problem.tiers) + 1)
                if site.allowed[k - 1] or k == site.existing_level
            ]
        total += max(0.0, min(prices, default=0.0))
    return total


def _nobody(problem: SitingProblem) -> list[tuple[str, str]]:
    """Nobody who needs hydrogen could be served, even with every site open."""
    sells = can_sell(problem)
    wanting = [f for f in problem.flows if f.need_g > 0 and f.trips_per_day > 0]
    if not wanting:
        return []
    if not any(any(row) for row in sells):
        if not any(top_level(s, t) for s in problem.sites for t in range(len(problem.periods))):
            return [("No site may have a station.", "Allow candidates, or take decisions back.")]
        return [
            (
                "No hydrogen reaches any site: no plant has anything to deliver in any period.",
                "Switch a plant on, or correct its coke, committed uses or opening year.",
            )
        ]
    gaps = []
    for flow in wanting:
        best = None
        for way in flow.ways:
            stops = useful_stops(problem, flow, way, sells)
            gap = widest_gap_g(flow, way, stops)
            if gap <= flow.usable_g:
                return []
            if best is None or gap < best[0]:
                best = (gap, where_widest(problem, flow, way, stops))
        if best is not None:
            gaps.append(
                f"{flow.id}: {best[1]} burns {best[0] / 1000:.1f} kg without a possible stop, the tank "
                f"gives {flow.usable_g / 1000:.1f} kg ({(best[0] - flow.usable_g) / 1000:.1f} kg short)"
            )
    head = "Nobody can be served: the range is shorter than a gap without candidates on every trip."
    shown = gaps[:SHOWN] + ([f"and {len(gaps) - SHOWN} more"] if len(gaps) > SHOWN else [])
    return [
        (
            "\n  ".join([head, *shown]),
            "Allow candidates in these gaps, or check tank_kg, reserve_fraction and consumption.",
        )
    ]


def where_widest(
    problem: SitingProblem, flow: Commodity, way: Variant, stops: tuple[int, ...]
) -> str:
    """Name the two ends of the longest stretch without a chance to fill."""
    marks = [(way.stops[v].at_g, problem.sites[way.stops[v].site].id) for v in stops]
    if flow.loop:
        if not marks:
            return "the whole loop"
        marks.append((marks[0][0] + way.total_g, marks[0][1]))
    else:
        marks = [
            (flow.start_g - flow.usable_g, "the start"),
            *marks,
            (way.total_g + flow.end_g, "the end"),
        ]
    a, b = max(pairwise(marks), key=lambda pair: pair[1][0] - pair[0][0])
    return f"from {a[1]} to {b[1]}"


def _money_text(cny: float) -> str:
    return f"{cny / 1e6:.2f} M CNY"
