"""The money of a plan, year by year and discounted, block by block.

The optimiser's objective is one number; these are the blocks that add up to it, computed from the
finished plan and not from the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from corridor.siting.problem import SitingProblem
from corridor.siting.solution import Solution
from corridor.supply.supply import Supply

DAYS_PER_YEAR = 365

BLOCKS = (
    "stations",
    "expansions",
    "production",
    "purification",
    "filling",
    "transport",
    "station_power",
    "detour",
    "stops",
    "unmet",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBooks:
    """One period's hydrogen and money.

    Parameters
    ----------
    cny_per_year
        Block -> cost of one year of the period. [CNY/year]
    sold_kg_per_day, sent_kg_per_day, unmet_kg_per_day
        At the nozzle, at the plant gates, and wanted but not sold. [kg/day]
    station_kg_per_day
        Per site index: sold. [kg/day]
    """

    year: int
    weight: float
    cny_per_year: dict[str, float]
    sold_kg_per_day: float
    sent_kg_per_day: float
    unmet_kg_per_day: float
    station_kg_per_day: tuple[float, ...]


def keep_books(
    problem: SitingProblem, supply: Supply, solution: Solution
) -> tuple[PeriodBooks, ...]:
    """Add up every block of cost, period by period.

    Parameters
    ----------
    problem
        The siting problem.
    supply
        Splits the gate price into production, purification and filling.
    solution
        Levels, stop plans and deliveries.

    Returns
    -------
    tuple of PeriodBooks
        One per period of the problem.
    """
    price = {(plant.id, row.year): row for plant in supply.plants for row in plant.periods}
    sales: list[list[list[float]]] = [[[] for _ in problem.sites] for _ in problem.periods]
    detour: list[list[float]] = [[] for _ in problem.periods]
    calls: list[list[float]] = [[] for _ in problem.periods]
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        detour[flow.period].append(plan.trips_per_day * way.cost_cny_per_trip)
        calls[flow.period].append(plan.trips_per_day * len(plan.purchases))
        for stop, fuel_g in plan.purchases:
            site_sales = sales[flow.period][way.stops[stop].site]
            site_sales.append(plan.trips_per_day * fuel_g / 1000)
    # Exactly rounded sums: the order of rows plays no part.
    loads = [[fsum(kg) for kg in row] for row in sales]

    books = []
    for t, period in enumerate(problem.periods):
        terms: dict[str, list[float]] = {name: [] for name in BLOCKS}
        for j, site in enumerate(problem.sites):
            level = solution.levels[t][j]
            if level:
                terms["stations"].append(site.annual_cny[level - 1])
            terms["station_power"].append(DAYS_PER_YEAR * loads[t][j] * site.power_cny_per_kg)
        sent: list[float] = []
        for i, source in enumerate(problem.sources):
            terms["expansions"] += source.steps_annual_cny[: solution.steps[t][i]]
            row = price[source.id, period.year]
            for j, kg in enumerate(solution.supply_kg_per_day[t][i]):
                if kg <= 0:
                    continue
                lane = source.lane_cny_per_kg[t][j]
                if lane is None:
                    raise AssertionError(f"hydrogen sent where no lane leads: {source.id}, {j}")
                sent.append(kg)
                made = row.gate_cny_per_kg - row.purification_cny_per_kg
                terms["production"].append(DAYS_PER_YEAR * kg * made)
                terms["purification"].append(DAYS_PER_YEAR * kg * row.purification_cny_per_kg)
                terms["filling"].append(DAYS_PER_YEAR * kg * row.filling_cny_per_kg)
                terms["transport"].append(DAYS_PER_YEAR * kg * lane)
        block = {name: fsum(parts) for name, parts in terms.items()}
        block["detour"] = DAYS_PER_YEAR * fsum(detour[t])
        block["stops"] = DAYS_PER_YEAR * fsum(calls[t]) * problem.stop_cny
        unmet = fsum(
            solution.unmet_trips_per_day[q] * flow.need_g / 1000
            for q, flow in enumerate(problem.flows)
            if flow.period == t
        )
        block["unmet"] = DAYS_PER_YEAR * fsum(
            problem.unmet_cny_per_day(flow, solution.unmet_trips_per_day[q])
            for q, flow in enumerate(problem.flows)
            if flow.period == t
        )
        books.append(
            PeriodBooks(
                year=period.year,
                weight=period.weight,
                cny_per_year=block,
                sold_kg_per_day=fsum(loads[t]),
                sent_kg_per_day=fsum(sent),
                unmet_kg_per_day=unmet,
                station_kg_per_day=tuple(loads[t]),
            )
        )
    return tuple(books)


def net_present(books: tuple[PeriodBooks, ...]) -> dict[str, float]:
    """Return the discounted sum of every block and their total. [CNY]."""
    blocks = {
        name: fsum(period.weight * period.cny_per_year[name] for period in books) for name in BLOCKS
    }
    return {**blocks, "total": fsum(blocks.values())}


def levelised(books: tuple[PeriodBooks, ...]) -> dict[str, float] | None:
    r"""Return the LCOH of some periods, split by link of the chain; None where nothing is sold.

    .. math:: \mathrm{LCOH} = \sum_t A_t C_t \big/ \sum_t A_t \, 365 \, k_t

    with yearly cost :math:`C_t` and kilograms sold per day :math:`k_t`. The price of unmet demand
    is no cost of hydrogen and stays outside.

    Parameters
    ----------
    books
        The periods to average over.

    Returns
    -------
    dict or None
        ``production, purification, compression, transport, station, detour, stops, total``. [CNY/kg]
    """
    kg = fsum(b.weight * DAYS_PER_YEAR * b.sold_kg_per_day for b in books)
    if kg <= 0:
        return None

    def per_kg(*names: str) -> float:
        return fsum(b.weight * b.cny_per_year[name] for b in books for name in names) / kg

    split = {
        "production": per_kg("production"),
        "purification": per_kg("purification", "expansions"),
        "compression": per_kg("filling", "station_power"),
        "transport": per_kg("transport"),
        "station": per_kg("stations"),
        "detour": per_kg("detour"),
        "stops": per_kg("stops"),
    }
    return {**split, "total": fsum(split.values())}
