"""Who goes unserved where serving one flow or another costs the same: all alike.

A linear programme ends in a corner, where one of two equal flows has everything and the other nothing.
Of all ways of operating at the least cost, this one shares what is short alike: first the greatest
unserved share of any flow that cost leaves free is made as small as can be, then, with those that
cannot have less, the greatest of the others, and so on. There is one such point only, whatever the
order of the flows. Within a market and priority, where nothing but demand tells flows apart, all go
unserved in proportion to it.

Where trucks may fill at one station or another for the same money, all of these are used alike: the
stations are filled by quarters, the first quarters of all before the second of any.
"""

from __future__ import annotations

from math import fsum
from typing import Final

from corridor.core.errors import SolverError
from corridor.siting.operation.design_cost import PeriodModel
from corridor.siting.operation.rows import Rows
from corridor.siting.problem import SitingProblem

ROUNDS: Final = 20
"""Most times that the greatest share is lowered; what is left then stays as it is."""

TIED: Final = 1e-7
"""A reduced cost below this share of the price of a trip is none. [-]"""

SLACK: Final = 1e-9
"""Share of the least cost by which sharing may exceed it, besides a yuan: rounding of sums. [-]"""

QUARTERS: Final = 4
"""Parts of a station's size that are filled one after the other."""

SPREAD_CNY_PER_KG: Final = 0.001
"""Preference for the emptier of stations that serve for the same money; it is no cost. [CNY/kg]"""

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
    members = _tied(problem, model)
    if not any(model.values[column] > 1e-9 for _, column, _ in members):
        return frozenset()
    best = model.objective
    lp = model.lp
    own_cost = list(lp.cost)
    terms = [(column, price) for column, price in enumerate(own_cost) if price]
    lp.row(terms, float("-inf"), best + max(1e-6, SLACK * abs(best)))
    lp.cost = [0.0] * len(own_cost)
    levels: dict[int, float] = {}
    for _ in range(ROUNDS):
        free = [m for m in members if m[1] not in levels]
        if not free:
            break
        rows, columns = len(lp.low), len(lp.cost)
        top = lp.variable(1.0)
        for _, column, whole in free:
            lp.row([(top, 1.0), (column, -1.0 / whole)], 0, float("inf"))
        try:
            values, duals, _ = lp.solve("fair operation")
        except SolverError:
            lp.forget(rows, columns)
            break  # as in `use_alike`
        model.values = values[:columns]
        level = float(values[top])
        # What presses against the top cannot go lower together; at 0 nobody needs to.
        pressed = [m for n, m in enumerate(free) if duals[rows + n] > 1e-9 or level <= 1e-9]
        for _, column, whole in pressed or free:
            levels[column] = level if pressed else float(values[column]) / whole
            lp.up[column] = min(whole, levels[column] * whole * (1 + 1e-9) + 1e-12)
        lp.forget(rows, columns)
    lp.cost = own_cost
    return _shared(problem, model, levels)


def use_alike(problem: SitingProblem, model: PeriodModel, levels: tuple[int, ...]) -> None:
    """Fill stations alike between which cost does not tell, served and unserved trips as they are.

    Parameters
    ----------
    problem
        The reduced problem.
    model
        Its programme, solved; the operation that uses stations alike replaces the one that was found.
    levels
        Per site, the tier number that stands there.
    """
    lp, columns = model.lp, len(model.values)
    cost = list(lp.cost)
    spent = fsum(price * float(x) for price, x in zip(cost, model.values, strict=True))
    terms = [(column, price) for column, price in enumerate(cost) if price]
    lp.row(terms, float("-inf"), spent + max(1e-6, SLACK * abs(spent)))
    for pair in model.unserved.values():
        for column in (c for c in pair if c >= 0):
            lp.up[column] = min(lp.up[column], float(model.values[column]) + 1e-9)
    lp.cost = [0.0] * len(cost)
    spread_loads(lp, problem, levels, model.sold, 1.0)
    try:
        values, _, _ = lp.solve("even operation")
    except SolverError:
        return  # within its tolerances HiGHS finds no other point: the one that is known stays
    model.values = values[:columns]


def spread_loads(
    lp: Rows,
    problem: SitingProblem,
    levels: tuple[int, ...],
    sold: dict[int, list[tuple[int, float]]],
    weight: float,
) -> None:
    """Add a price on the loads of stations that rises with each quarter of their size.

    Parameters
    ----------
    lp
        Programme to add to.
    problem, levels
        The reduced problem and, per site, the tier number that stands there.
    sold
        Per open site the terms that add up to its load. [t/day]
    weight
        Price of the second quarter; that of the third is twice as high. [model money per t/day]
    """
    for j, terms in sorted(sold.items()):
        quarter = problem.tiers[levels[j] - 1].usable_kg_per_day / 1000 / QUARTERS
        parts = [lp.variable(weight * n, quarter) for n in range(QUARTERS - 1)]
        parts.append(lp.variable(weight * (QUARTERS - 1)))
        lp.row([*terms, *((part, -1.0) for part in parts)], 0, 0)


def _tied(problem: SitingProblem, model: PeriodModel) -> list[Member]:
    """Return the unserved shares that the least cost leaves free."""
    members = []
    for q in sorted(model.unserved):
        for column in model.unserved[q]:
            whole = model.lp.up[column] if column >= 0 else 0.0
            if whole <= 0 or not model.offered[q]:
                continue
            price = model.lp.cost[column]
            reduced = price - float(model.duals[model.share_row[q]])
            if abs(reduced) <= TIED * max(price, 1e-12):
                members.append((q, column, whole))
    return members


def _shared(problem: SitingProblem, model: PeriodModel, levels: dict[int, float]) -> frozenset[int]:
    """Return the flows that stand at the same share as another of their group, neither all nor none."""
    alike: dict[tuple[str, int, float], list[int]] = {}
    for q, columns in model.unserved.items():
        for priority, column in enumerate(columns):
            if 1e-9 < levels.get(column, 0.0) < 1 - 1e-9:
                key = problem.flows[q].market, priority, round(levels[column], 6)
                alike.setdefault(key, []).append(q)
    return frozenset(q for flows in alike.values() if len(flows) > 1 for q in flows)
