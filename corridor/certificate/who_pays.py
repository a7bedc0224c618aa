"""Who pays, recomputed in decimals: the operator's accounts, the truck owner's, and the price of CO2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from corridor.certificate.decimals import annuity, exact
from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.lives import residual_cny
from corridor.certificate.money import Ledger
from corridor.certificate.verdict import Tally

DAYS = 365
OF_STATIONS = ("stations", "station_replacements")
RUNNING = (
    "production",
    "purification",
    "opportunity",
    "expansions",
    "filling",
    "transport",
    "station_power",
    "station_opex",
)
"""Blocks that an operator pays year by year."""

LOW, HIGH, STEP = Decimal("-0.5"), Decimal("1"), Decimal("0.0025")
"""Rates between which internal rates of return are counted, and the grid on which changes of sign are."""
RATE_TOLERANCE = Decimal("1e-6")
"""An internal rate of return is right where the value changes its sign this near to it. [-]"""
MONEY, PER_KG = 1.0, 1e-6
"""Absolute tolerances besides 1e-6 of a figure. [CNY], [CNY/kg] and [CNY/km]"""

Cash = dict[int, Decimal]


def check_who_pays(
    d: Dossier, ledger: Ledger, means: dict[str, dict[str, float]], tally: Tally
) -> None:
    """Compare the ``who_pays`` of a plan's key figures with what the plan's rows give.

    Parameters
    ----------
    means
        Class -> payload -> mean consumption, recomputed. [kg/100 km]
    tally
        Receives what differs.
    """
    said = d.plan["kpis"]["who_pays"]
    _check_operator(d, ledger, said["operator"], tally)
    trucks = {row["truck"]: row for row in said["trucks"]}
    burning = {truck for truck, row in means.items() if row["mean"] > 0}
    tally.require(
        set(trucks) == burning, f"who_pays: trucks {sorted(trucks)}, not {sorted(burning)}."
    )
    for truck in sorted(trucks.keys() & means.keys()):
        _check_truck(d, trucks[truck], exact(means[truck]["mean"]) / 100, tally)


def _check_operator(d: Dossier, ledger: Ledger, said: Document, tally: Tally) -> None:
    money, base = d.scenario["economics"], d.scenario["time"]["base_year"]
    rate, price = exact(money["operator_return_fraction"]), exact(money["pump_price_cny_per_kg"])
    costs: Cash = {}
    sold: Cash = {}
    mine = tuple(p for p in ledger.purchases if p.kind in OF_STATIONS)
    for purchase in mine:
        _add(costs, purchase.year - 1, purchase.cny)
    if mine:
        _add(costs, d.last_year, -residual_cny(d, mine, rate))
    for first, last in d.last_years.items():
        yearly = sum((ledger.by_year[first, block] for block in RUNNING), Decimal(0))
        kg = sum((exact(load) for (_, at), load in d.loads.items() if at == first), Decimal(0))
        for year in range(first, last + 1):
            _add(costs, year, yearly)
            sold[year] = DAYS * kg
    cash = {year: price * sold.get(year, Decimal(0)) - cny for year, cny in costs.items()}
    kg = worth(sold, rate, base)
    needed = worth(costs, rate, base) / kg if kg > 0 else None
    subsidy = None if needed is None else max(Decimal(0), needed - price)
    _near(tally, "operator: npv_cny", said["npv_cny"], worth(cash, rate, base), MONEY)
    _near(tally, "operator: pump price", said["needed_pump_price_cny_per_kg"], needed, PER_KG)
    _near(tally, "operator: subsidy", said["subsidy_cny_per_kg"], subsidy, PER_KG)
    for row in said["subsidy_by_period"]:
        true = (subsidy or Decimal(0)) * sold[row["year"]]
        _near(tally, f"operator: subsidy of {row['year']}", row["cny_per_year"], true, MONEY)
    _check_returns(tally, "operator", cash, (said["irr"], said["payback_year"]))


def _check_truck(d: Dossier, said: Document, kg_per_km: Decimal, tally: Tally) -> None:
    e, where = d.scenario["economics"], f"truck {said['truck']}"
    litre = exact(d.scenario["delivery"]["diesel_cny_per_l"])
    burnt = exact(d.section("carbon").get("diesel_kg_per_l") or 0.0)
    litre += exact(e["co2_price_cny_per_t"]) / 1000 * burnt
    diesel = exact(d.scenario["truck"][said["truck"]]["diesel_l_per_100km"]) / 100 * litre
    hydrogen = kg_per_km * exact(e["pump_price_cny_per_kg"])
    more = exact(e["hydrogen_truck_capex_cny"]) - exact(e["diesel_truck_capex_cny"])
    life, km = int(e["truck_life_years"]), exact(e["truck_km_per_year"])
    rate = exact(e["operator_return_fraction"])
    capital = annuity(rate, Decimal(life)) * more / km
    expected = {
        "hydrogen_cny_per_km": hydrogen,
        "diesel_cny_per_km": diesel,
        "capital_cny_per_km": capital,
        "parity_fuel_cny_per_kg": diesel / kg_per_km,
        "parity_cny_per_kg": (diesel - capital) / kg_per_km,
    }
    for key, true in expected.items():
        _near(tally, f"{where}: {key}", said[key], true, PER_KG)
    cash = {0: -more} | dict.fromkeys(range(1, life + 1), (diesel - hydrogen) * km)
    _near(tally, f"{where}: npv_cny", said["npv_cny"], worth(cash, rate, 0), MONEY)
    _check_returns(tally, where, cash, (said["irr"], said["payback_years"]))


def _check_returns(tally: Tally, where: str, cash: Cash, said: tuple[list[float], Any]) -> None:
    """Hold every stated rate against a change of sign, and count the changes on a grid."""
    rates, payback = said
    for said_rate in rates:
        near = exact(said_rate)
        sides = [worth(cash, near + step, min(cash)) for step in (-RATE_TOLERANCE, RATE_TOLERANCE)]
        tally.require(
            sides[0] * sides[1] <= 0, f"{where}: {said_rate:.6%} is no internal rate of return."
        )
    changes, rate, before = 0, LOW, worth(cash, LOW, min(cash))
    while rate < HIGH:
        rate += STEP
        after = worth(cash, rate, min(cash))
        changes += before * after < 0
        before = after
    tally.require(
        len(rates) == changes,
        f"{where}: {len(rates)} internal rates of return are stated, {changes} were found.",
    )
    total, spent, true = Decimal(0), False, None
    for year in sorted(cash):
        total += cash[year]
        spent = spent or total < 0
        if spent and total >= 0:
            true = year
            break
    tally.require(payback == true, f"{where}: is paid back in {payback}, recomputed {true}.")


def worth(cash: Cash, rate: Decimal, year: int) -> Decimal:
    """Return what amounts at the ends of years are worth at the end of a year. [CNY]."""
    return sum((amount * (1 + rate) ** (year - at) for at, amount in cash.items()), Decimal(0))


def co2_prices(d: Dossier, ledger: Ledger, year: int, figures: Document) -> dict[str, Any]:
    """Return the CO2 price by method at which a period's hydrogen costs what its diesel did. [CNY/t]."""
    cost = sum(
        (cny for (at, block), cny in ledger.by_year.items() if at == year and block != "unmet"),
        Decimal(0),
    )
    burnt = exact(d.section("carbon").get("diesel_kg_per_l") or 0.0)
    tonnes = exact(figures["diesel_co2_t_per_year"])
    litres = tonnes * 1000 / burnt if burnt else Decimal(0)
    extra = cost - litres * exact(d.scenario["delivery"]["diesel_cny_per_l"])
    return {
        method: float(extra / exact(t)) if t > 0 else None
        for method, t in figures["co2_avoided_t_per_year"].items()
    }


def _add(cash: Cash, year: int, cny: Decimal) -> None:
    cash[year] = cash.get(year, Decimal(0)) + cny


def _near(
    tally: Tally, what: str, stated: float | None, true: Decimal | None, absolute: float
) -> None:
    if true is None or stated is None:
        tally.require(stated is None and true is None, f"{what} is {stated}, recomputed {true}.")
        return
    tally.close(what, stated, float(true), relative=1e-6, absolute=absolute, unit="")
