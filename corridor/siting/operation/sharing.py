"""Who goes unserved where serving one flow or another costs the same: all alike.

A linear programme ends in a corner, where one of two equal flows has everything and the other nothing.
Of all ways of operating at the least cost, this one shares what is short within each market and
priority: first the greatest unserved share of any flow of a group is made as small as can be, then,
with those that cannot have less, the greatest of the others, and so on. Where nothing else tells
the flows apart, all go unserved in proportion to their demand.
"""

from __future__ import annotations

from typing import Final

from corridor.siting.operation.design_cost import PeriodModel
from corridor.siting.problem import SitingProblem

ROUNDS: Final = 20
"""Most times that a group's greatest share is lowered; what is left then stays as it is."""

TIED: Final = 1e-7
"""A reduced cost below this share of the price of a trip is none. [-]"""

SLACK: Final = 1e-9
"""Share of the least cost by which sharing may exceed it, besides a yuan: rounding of sums. [-]"""

Member = tuple[int, int, float]
"""Flow, column of an unserved share, its greatest value."""


def share_alike(problem: SitingProblem, model: PeriodModel) -> frozenset[int]:
    """Share what is short of a solved period among flows between which cost does not tell.

    Parameters
    ----------
    problem
        The reduced problem.
    model
        Its programme, solved; the shared operation replaces the corner that was found.

    Returns
    -------
    frozenset of int
        Flows whose unserved trips follow from this rule.
    """
    groups = _groups(problem, model)
    if not groups:
        return frozenset()
    best = model.objective
    lp = model.lp
    own_cost = list(lp.cost)
    terms = [(column, price) for column, price in enumerate(own_cost) if price]
    lp.row(terms, float("-inf"), best + max(1e-6, SLACK * abs(best)))
    lp.cost = [0.0] * len(own_cost)
    fixed_at: dict[int, float] = {}
    for _ in range(ROUNDS):
        groups = [rest for g in groups if len(rest := [m for m in g if m[1] not in fixed_at])]
        if not groups:
            break
        base_rows, base_columns = len(lp.low), len(lp.cost)
        for group in groups:
            top = lp.variable(sum(_kg(problem, m[0]) for m in group) / 1e3)
            for _, column, whole in group:
                lp.row([(top, 1.0), (column, -1.0 / whole)], 0, float("inf"))
        values, duals, _ = lp.solve("fair operation")
        model.values = values[:base_columns]
        row = base_rows
        for number, group in enumerate(groups):
            level = float(values[base_columns + number])
            # What presses against the top cannot go lower together; at 0 nobody needs to.
            pressed = [m for n, m in enumerate(group) if duals[row + n] > 1e-9 or level <= 1e-9]
            row += len(group)
            for _, column, whole in pressed or group:
                share = level if pressed else float(values[column]) / whole
                fixed_at[column] = share
                lp.up[column] = min(whole, share * whole * (1 + 1e-9) + 1e-12)
        lp.forget(base_rows, base_columns)
    lp.cost = own_cost
    return _shared(problem, model, fixed_at)


def _kg(problem: SitingProblem, q: int) -> float:
    flow = problem.flows[q]
    return flow.trips_per_day * flow.need_g / 1000


def _groups(problem: SitingProblem, model: PeriodModel) -> list[list[Member]]:
    """Return the flows of each market and priority that cost leaves free, where some go unserved."""
    members: dict[tuple[str, int], list[Member]] = {}
    for q in sorted(model.unserved):
        flow = problem.flows[q]
        if not model.offered[q]:
            continue
        for priority, column in enumerate(model.unserved[q]):
            whole = model.lp.up[column]
            if column < 0 or whole <= 0:
                continue
            price = model.lp.cost[column]
            reduced = price - float(model.duals[model.share_row[q]])
            if abs(reduced) <= TIED * max(price, 1e-12):
                members.setdefault((flow.market, priority), []).append((q, column, whole))
    return [
        group
        for _, group in sorted(members.items())
        if len(group) > 1 and any(model.values[column] > 1e-9 for _, column, _ in group)
    ]


def _shared(
    problem: SitingProblem, model: PeriodModel, fixed_at: dict[int, float]
) -> frozenset[int]:
    """Return the flows that stand at the same share as another of their group, neither all nor none."""
    alike: dict[tuple[str, int, float], list[int]] = {}
    for q, columns in model.unserved.items():
        for priority, column in enumerate(columns):
            if 1e-9 < fixed_at.get(column, 0.0) < 1 - 1e-9:
                key = problem.flows[q].market, priority, round(fixed_at[column], 6)
                alike.setdefault(key, []).append(q)
    return frozenset(q for flows in alike.values() if len(flows) > 1 for q in flows)
