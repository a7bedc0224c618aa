"""Which period is charged for the stations and steps that stand through several.

Where nothing changes between periods what stands may be charged to any of them: the whole costs the same. The
search bounds periods one by one, and they part with the least loss where the busiest one pays: it is the
one that needs the sizes. The others then ask only what operation costs once everything may stand.
"""

from __future__ import annotations

from collections import defaultdict
from math import fsum

from corridor.siting.problem import SitingProblem


def busiest(problem: SitingProblem) -> tuple[int, ...]:
    """Return, per run of periods without a decision, the one in which trucks want most; else the last."""
    wanted: dict[int, list[float]] = defaultdict(list)
    for flow in problem.flows:
        wanted[flow.period].append(flow.trips_per_day * flow.need_g)
    return tuple(max(block, key=lambda t: (fsum(wanted[t]), t)) for block in problem.blocks)


def charged_in(problem: SitingProblem, t: int) -> list[tuple[int, float]]:
    """Return the periods whose stations and steps are charged in the t-th, and their weights [year].

    A whole run without a decision, or none.
    """
    payers = zip(problem.blocks, busiest(problem), strict=True)
    return [(s, problem.periods[s].weight) for block, payer in payers if payer == t for s in block]
