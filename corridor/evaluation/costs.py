"""The money of a plan, year by year and discounted, block by block.

The optimiser's objective is one number; these are the blocks that add up to it, computed from the
finished plan and not from the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from corridor.core.finance import DAYS_PER_YEAR
from corridor.siting.problem import SitingProblem
from corridor.siting.solution import Solution
from corridor.supply.gate import kg_of_steps
from corridor.supply.supply import PlantPeriod, Supply

BLOCKS = (
    "station_capex",
    "station_opex",
    "expansions",
    "production",
    "purification",
    "opportunity",
    "filling",
    "transport",
    "station_power",
    "detour",
    "stops",
    "unmet",
)

LINKS = {
    "production": ("production",),
    "purification": ("purification", "expansions"),
    "opportunity": ("opportunity",),
    "compression": ("filling",),
    "transport": ("transport",),
    "station_capex": ("station_capex",),
    "station_opex": ("station_opex",),
    "station_power": ("station_power",),
    "detour": ("detour",),
    "stops": ("stops",),
}
"""Link of the chain -> blocks of cost that its share of the LCOH is made of."""


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
                upkeep = 0.0 if site.closed(t) else site.upkeep_cny_per_year(level)
                terms["station_capex"].append(site.yearly_cny(level, t) - upkeep)
                terms["station_opex"].append(upkeep)
            terms["station_power"].append(DAYS_PER_YEAR * loads[t][j] * site.power_cny_per_kg)
        sent: list[float] = []
        for i, source in enumerate(problem.sources):
            terms["expansions"] += source.steps_annual_cny[: solution.steps[t][i]]
            row = price[source.id, period.year]
            leaving: list[float] = []
            for j, kg in enumerate(solution.supply_kg_per_day[t][i]):
                if kg <= 0:
                    continue
                lane = source.lane_cny_per_kg[t][j]
                if lane is None:
                    raise AssertionError(f"hydrogen sent where no lane leads: {source.id}, {j}")
                leaving.append(kg)
                terms["transport"].append(DAYS_PER_YEAR * kg * lane)
            _at_the_gate(terms, row, fsum(leaving), from_steps(problem, solution, t, i, row))
            sent += leaving
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


def from_steps(
    problem: SitingProblem, solution: Solution, t: int, i: int, row: PlantPeriod
) -> float:
    """Return what a source sends of its expansion steps in a period. [kg/day].

    Parameters
    ----------
    row
        The plant's prices of that period.
    """
    source = problem.sources[i]
    return kg_of_steps(
        fsum(solution.supply_kg_per_day[t][i]),
        source.limit_kg_per_day[t],
        fsum(source.steps_kg_per_day[: solution.steps[t][i]]),
        row.gate,
    )


def _at_the_gate(
    terms: dict[str, list[float]], row: PlantPeriod, sent_kg: float, steps_kg: float
) -> None:
    """Add what is paid at a gate: steps' kilograms pay no capital there, and what their gas is worth."""
    gate = row.gate
    terms["production"].append(DAYS_PER_YEAR * sent_kg * gate.production)
    purification = sent_kg * gate.purification_operation
    purification += (sent_kg - steps_kg) * gate.purification_capital
    terms["purification"].append(DAYS_PER_YEAR * purification)
    terms["opportunity"].append(DAYS_PER_YEAR * steps_kg * gate.opportunity)
    terms["filling"].append(DAYS_PER_YEAR * sent_kg * row.filling_cny_per_kg)


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
        One entry per link of `LINKS`, and ``total``. [CNY/kg]
    """
    kg = fsum(b.weight * DAYS_PER_YEAR * b.sold_kg_per_day for b in books)
    if kg <= 0:
        return None

    def per_kg(*names: str) -> float:
        return fsum(b.weight * b.cny_per_year[name] for b in books for name in names) / kg

    split = {link: per_kg(*blocks) for link, blocks in LINKS.items()}
    return {**split, "total": fsum(split.values())}
