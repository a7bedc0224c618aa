"""Why trips stay unserved: only what arithmetic proves, with the figures; all else is not proven."""

from __future__ import annotations

from math import fsum
from typing import Final

from corridor.siting.model.windows import drivable, need_g, widest_gap_g
from corridor.siting.operation.design_cost import source_limit
from corridor.siting.operation.stop_plans import Dispatch
from corridor.siting.problem import Commodity, SitingProblem
from corridor.siting.reduce import can_sell, top_level, useful_stops
from corridor.siting.rules import Levels, money_left, spent_cny, times_paid
from corridor.siting.solution import UnmetReason

WORDS: Final = {
    "no_way": "no way can be driven even with a station at every candidate site",
    "dear": "costs more to serve than left unmet",
    "sold_out": "the plants have no hydrogen left with the expansions bought",
    "no_money": "the money left buys no further station or size",
    "not_proven": "not chosen; not proven",
}
"""What each code says; `UnmetReason.figures` carries the numbers that prove it."""

SOLD_OUT: Final = 1e-6
"""Share of the plants' limits that may be left when they are called sold out. [-]"""


def unmet_reasons(
    problem: SitingProblem, levels: Levels, steps: Levels, rows: Dispatch
) -> tuple[UnmetReason | None, ...]:
    """Say for each flow why trips stay unserved; None where none do.

    Parameters
    ----------
    problem
        The problem as posed.
    levels, steps, rows
        The plan.

    Returns
    -------
    tuple of UnmetReason or None
        One per flow: the first that is proven of ``no_way``, ``dear``, ``sold_out`` and
        ``no_money``, else ``not_proven``.
    """
    sells = can_sell(problem)
    periods = range(len(problem.periods))
    by_period = [
        _sold_out(problem, t, steps[t], rows) or _no_money(problem, t, levels, steps)
        for t in periods
    ]
    prices = [_nozzle_cny_per_kg(problem, t) for t in periods]
    reasons = []
    for flow, trips in zip(problem.flows, rows.unmet, strict=True):
        reasons.append(
            None
            if trips <= 0
            else _no_way(problem, flow, sells)
            or _dear(problem, flow, trips, sells, prices[flow.period])
            or by_period[flow.period]
            or UnmetReason(code="not_proven")
        )
    return tuple(reasons)


def _no_way(problem: SitingProblem, flow: Commodity, sells: list[list[bool]]) -> UnmetReason | None:
    """Prove that no way can be driven, even with a station at every site that may have one."""
    gaps = [widest_gap_g(flow, way, useful_stops(problem, flow, way, sells)) for way in flow.ways]
    if any(gap <= flow.usable_g for gap in gaps):
        return None
    figures = {"widest_gap_g": min(gaps, default=None), "usable_g": flow.usable_g}
    return UnmetReason(code="no_way", figures=dict(figures))


def _nozzle_cny_per_kg(problem: SitingProblem, t: int) -> list[float | None]:
    """Return what a kilogram costs at each site at least, the station itself left out [CNY/kg]."""
    kept = 1 - problem.loss_fraction
    found: list[float | None] = []
    for j, site in enumerate(problem.sites):
        brought = [
            (source.least_gate_cny_per_kg(t) + lane) / kept
            for source in problem.sources
            if (lane := source.lane_cny_per_kg[t][j]) is not None
            and source.expanded_limit_kg_per_day[t] > 0
        ]
        found.append(min(brought) + site.power_cny_per_kg if brought else None)
    return found


def _dear(
    problem: SitingProblem,
    flow: Commodity,
    trips: float,
    sells: list[list[bool]],
    prices: list[float | None],
) -> UnmetReason | None:
    """Prove that hydrogen and detour alone cost more than the penalty of a trip."""
    least = None
    for way in flow.ways:
        stops = useful_stops(problem, flow, way, sells)
        if not drivable(flow, way, stops):
            continue
        kg = need_g(flow, way) / 1000
        known = [price for v in stops if (price := prices[way.stops[v].site]) is not None]
        cost = way.cost_cny_per_trip + (kg * min(known) if kg else 0.0)
        least = cost if least is None else min(least, cost)
    ordinary = flow.trips_per_day - flow.priority_trips_per_day
    price = problem.unmet_cny_per_kg
    if trips > ordinary * (1 + 1e-9):
        price += problem.priority_extra_cny_per_kg
    penalty = flow.need_g / 1000 * price
    if least is None or least <= penalty:
        return None
    figures = {"serve_cny_per_trip": least, "unmet_cny_per_trip": penalty}
    return UnmetReason(code="dear", figures=dict(figures))


def _sold_out(
    problem: SitingProblem, t: int, steps: tuple[int, ...], rows: Dispatch
) -> UnmetReason | None:
    """Prove that plants send all that they may with the expansions bought."""
    sent = fsum(kg for row in rows.supply[t] for kg in row)
    limit = fsum(source_limit(problem, i, t, n) for i, n in enumerate(steps))
    if sent < limit * (1 - SOLD_OUT):
        return None
    return UnmetReason(
        code="sold_out", figures={"sent_kg_per_day": sent, "limit_kg_per_day": limit}
    )


def _no_money(problem: SitingProblem, t: int, levels: Levels, steps: Levels) -> UnmetReason | None:
    """Prove that what is left of the budget buys neither a station nor a larger size."""
    limit = money_left(problem)[t]
    times = times_paid(problem.station_purchases, t, t)
    dearer = [
        times * (site.capex_of(k) - site.capex_of(now))
        for site, now in zip(problem.sites, levels[t], strict=True)
        for k in range(now + 1, len(problem.tiers) + 1)
        if site.allowed[k - 1] and k <= top_level(site, t)
    ]
    if limit is None or not dearer:
        return None
    left = max(0.0, limit - spent_cny(problem, t, levels, steps))
    if left >= min(dearer):
        return None
    return UnmetReason(code="no_money", figures={"left_cny": left, "cheapest_cny": min(dearer)})
