"""Who pays: what station operators and truck owners earn at a pump price, and what would have to be paid.

The plan is chosen at least cost for all; here its money is seen from two seats. Dates are those of
`corridor.core.finance`: purchases at the start of a year, all else at its end.
"""

from __future__ import annotations

from collections import defaultdict
from math import fsum
from typing import Any

from corridor.core.finance import DAYS_PER_YEAR, capital_recovery, residual_share
from corridor.core.returns import internal_rates, payback_year, present_value
from corridor.evaluation.capital import STATION_KINDS, purchases_of
from corridor.evaluation.costs import PeriodBooks
from corridor.siting.question import Question
from corridor.siting.solution import Solution

HYDROGEN = ("production", "purification", "opportunity", "expansions", "filling", "transport")
"""Blocks of cost that an operator pays for hydrogen delivered, at cost."""

RUNNING = (*HYDROGEN, "station_power", "station_opex")
"""Blocks that an operator pays year by year; what trucks spend on detours and stops is not among them."""


def operator(
    question: Question, solution: Solution, books: tuple[PeriodBooks, ...]
) -> dict[str, Any]:
    """Return the accounts of the operator of all stations.

    Parameters
    ----------
    question, solution, books
        The plan and its yearly costs.

    Returns
    -------
    dict
        ``npv_cny`` at the return asked and the pump price, ``irr`` (a list: none, one or several),
        ``payback_year``, ``needed_pump_price_cny_per_kg`` for the return asked (None where nothing is
        sold), ``subsidy_cny_per_kg``: what it exceeds the pump price by, ``subsidy_cny_per_year`` by
        period.
    """
    scenario = question.scenario
    rate, price = (
        scenario.economics.operator_return_fraction,
        scenario.economics.pump_price_cny_per_kg,
    )
    base, last = scenario.time.base_year, scenario.time.horizon_end_year
    paid: dict[int, list[float]] = defaultdict(list)
    sold: dict[int, float] = {}
    for purchase in purchases_of(question, solution):
        if purchase.kind in STATION_KINDS:
            paid[purchase.year - 1].append(purchase.cny)
            # What is left at the end is worth what a buyer asking the same return would give.
            left = residual_share(rate, purchase.life_years, purchase.year, last)
            paid[last].append(-purchase.cny * left)
    for period in books:
        yearly = fsum(period.cny_per_year[name] for name in RUNNING)
        for year in range(period.year, scenario.last_year(period.year) + 1):
            paid[year].append(yearly)
            sold[year] = DAYS_PER_YEAR * period.sold_kg_per_day
    costs = {year: fsum(amounts) for year, amounts in paid.items()}
    cash = {year: price * sold.get(year, 0.0) - cny for year, cny in sorted(costs.items())}
    kg = present_value(sold, rate, base)
    needed = present_value(costs, rate, base) / kg if kg > 0 else None
    subsidy = None if needed is None else max(0.0, needed - price)
    return {
        "npv_cny": present_value(cash, rate, base),
        "irr": list(internal_rates(cash)),
        "payback_year": payback_year(cash),
        "needed_pump_price_cny_per_kg": needed,
        "subsidy_cny_per_kg": subsidy,
        "subsidy_by_period": [
            {
                "year": period.year,
                "cny_per_year": (subsidy or 0.0) * DAYS_PER_YEAR * period.sold_kg_per_day,
            }
            for period in books
        ],
    }


def truck_owner(
    question: Question, consumption: dict[str, dict[str, float]]
) -> list[dict[str, Any]]:
    """Return what a truck of each class costs a kilometre on hydrogen and on diesel.

    Parameters
    ----------
    question
        Prices and trucks.
    consumption
        Class -> payload -> mean consumption. [kg/100 km]

    Returns
    -------
    list of dict
        Per class: fuel per kilometre, the pump price at which fuel alone and fuel with the dearer truck cost
        as much as diesel (``parity_*``), and npv, irr and payback of the dearer truck at the pump price.
    """
    scenario, rows = question.scenario, []
    e, litre = scenario.economics, scenario.delivery.diesel_cny_per_l
    litre += e.co2_price_cny_per_t / 1000 * scenario.carbon.diesel_kg_per_l
    more = e.hydrogen_truck_capex_cny - e.diesel_truck_capex_cny
    capital = capital_recovery(e.operator_return_fraction, e.truck_life_years) * more
    capital_per_km = capital / e.truck_km_per_year
    for truck, burnt in sorted(consumption.items()):
        kg_per_km = burnt["mean"] / 100
        if kg_per_km <= 0:
            continue
        diesel = scenario.truck[truck].diesel_l_per_100km / 100 * litre
        hydrogen = kg_per_km * e.pump_price_cny_per_kg
        saved = (diesel - hydrogen) * e.truck_km_per_year
        cash = {0: -more} | dict.fromkeys(range(1, e.truck_life_years + 1), saved)
        rows.append(
            {
                "truck": truck,
                "hydrogen_cny_per_km": hydrogen,
                "diesel_cny_per_km": diesel,
                "capital_cny_per_km": capital_per_km,
                "parity_fuel_cny_per_kg": diesel / kg_per_km,
                "parity_cny_per_kg": (diesel - capital_per_km) / kg_per_km,
                "npv_cny": present_value(cash, e.operator_return_fraction, 0),
                "irr": list(internal_rates(cash)),
                "payback_years": payback_year(cash),
            }
        )
    return rows


def co2_price_needed(
    question: Question, books: PeriodBooks, diesel_kg_per_day: float, avoided: dict[str, float]
) -> dict[str, float | None]:
    """Return the CO2 price at which a period's hydrogen costs no more than the diesel it replaces.

    Parameters
    ----------
    books
        Costs of the period; those of unmet demand left out.
    diesel_kg_per_day
        CO2 of the diesel replaced. [kg/day]
    avoided
        Method of counting -> CO2 avoided. [t/year]

    Returns
    -------
    dict
        By method, trucks alike; None where nothing is avoided. [CNY/t]
    """
    scenario = question.scenario
    cost = fsum(cny for name, cny in books.cny_per_year.items() if name != "unmet")
    each = scenario.carbon.diesel_kg_per_l
    litres = DAYS_PER_YEAR * diesel_kg_per_day / each if each else 0.0
    extra = cost - litres * scenario.delivery.diesel_cny_per_l
    return {method: extra / t if t > 0 else None for method, t in avoided.items()}
