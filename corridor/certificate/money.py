"""Checks of money in exact decimals: builds, budget, every block of cost, objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from corridor.certificate.decimals import annuity, exact
from corridor.certificate.dossier import Document, Dossier, in_year
from corridor.certificate.gate import gate_of, kg_of_steps
from corridor.certificate.lives import Purchase, purchases, renewal_years
from corridor.certificate.market import Market, survey
from corridor.certificate.supply import delivery_cny_per_kg
from corridor.certificate.unavoidable import Unavoidable, unavoidable
from corridor.certificate.verdict import Check, Tally

DIGITS = 50
"""Digits of the decimal arithmetic."""
RELATIVE = 1e-9
ABSOLUTE_CNY = 1.0
"""Tolerance of money besides 1e-9 of it: sums of doubles in the plan. [CNY]"""
BUDGET_SLACK_CNY = 0.5
"""A budget is a promise: only rounding below a yuan is let through. [CNY]"""
DAYS = 365
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


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that costs money, recomputed.

    Parameters
    ----------
    weights
        Year of a period -> A_t. [year]
    by_year
        (year, block) -> cost of one year of that period. [CNY/year]
    builds
        (station, year) -> overnight CAPEX of that period. [CNY]
    steps
        (plant, year) -> overnight CAPEX of all steps bought so far. [CNY]
    purchases
        Everything that is bought up to the horizon, replacements included.
    market
        Where hydrogen could be sold at all.
    unavoidable
        Year of a period -> what every plan pays for unmet demand at least.
    """

    weights: Mapping[int, Decimal]
    by_year: Mapping[tuple[int, str], Decimal]
    builds: Mapping[tuple[str, int], Decimal]
    steps: Mapping[tuple[str, int], Decimal]
    purchases: tuple[Purchase, ...]
    market: Market
    unavoidable: Mapping[int, Unavoidable]

    def block(self, name: str) -> Decimal:
        """Return the discounted sum of a block. [CNY]."""
        return sum((w * self.by_year[y, name] for y, w in self.weights.items()), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Net present cost. [CNY]."""
        return sum((self.block(name) for name in BLOCKS), Decimal(0))


def keep_ledger(d: Dossier, same: Ledger | None = None) -> Ledger:
    """Recompute every cost of the plan from the scenario, the sites and the plan's rows.

    Parameters
    ----------
    d
        The run.
    same
        The ledger of another plan for the same inputs: what no plan changes is taken from it.
    """
    with localcontext() as context:
        context.prec = DIGITS
        rate = exact(d.scenario["money"]["discount_rate"])
        base = d.scenario["time"]["base_year"]
        weights = {
            first: sum(((1 + rate) ** (base - y) for y in range(first, last + 1)), Decimal(0))
            for first, last in d.last_years.items()
        }
        by_year = {(year, name): Decimal(0) for year in d.years for name in BLOCKS}
        builds, renewals = _stations(d, by_year, weights)
        steps = _expansions(d, rate, by_year)
        _supply(d, rate, by_year)
        _trips(d, by_year)
        market = same.market if same else survey(d)
        return Ledger(
            weights=weights,
            by_year=by_year,
            builds=builds,
            steps=steps,
            purchases=purchases(d, builds, steps, renewals),
            market=market,
            unavoidable=same.unavoidable if same else unavoidable(d, market, weights),
        )


class StationPrices:
    """What a tier costs at a site, an existing station's own tier paid for.

    Parameters
    ----------
    d
        The run.
    """

    def __init__(self, d: Dossier) -> None:
        station = d.scenario["station"]
        self._d = d
        rate = exact(d.scenario["money"]["discount_rate"])
        self._recovery = annuity(rate, exact(station["life_years"]))
        self._unsubsidised = 1 - exact(station["subsidy_fraction"])

    def rebuilt_cny(self, site: Document) -> Decimal:
        """Return what building the existing station again costs. [CNY]."""
        exists = self._d.existing(site)
        return self._overnight(site, exists) if exists else Decimal(0)

    def renewal_cny(self, site: Document, year: int, weights: Mapping[int, Decimal]) -> Decimal:
        """Return what renewals add to an average year of a period, the first one on. [CNY/year]."""
        due = renewal_years(self._d, site)
        if not due:
            return Decimal(0)
        rate = exact(self._d.scenario["money"]["discount_rate"])
        base = self._d.scenario["time"]["base_year"]
        years = range(max(year, due[0]), self._d.last_years[year] + 1)
        share = sum(((1 + rate) ** (base - y) for y in years), Decimal(0)) / weights[year]
        return self._recovery * self.rebuilt_cny(site) * share

    def _overnight(self, site: Document, tier: str) -> Decimal:
        table = self._d.scenario["tier"][tier]
        capex = exact(table["capex_cny"]) * exact(site["capex_factor"])
        return capex * self._unsubsidised + exact(table["land_cny"])

    def spent_cny(self, site: Document, tier: str) -> Decimal:
        """Return the overnight CAPEX of having a tier, nothing for what exists. [CNY]."""
        exists = self._d.existing(site)
        if self._d.tiers[tier] <= self._d.tiers.get(exists, 0):
            return Decimal(0)
        return self._overnight(site, tier) - (self._overnight(site, exists) if exists else 0)

    def annuity_cny(self, site: Document, tier: str) -> Decimal:
        """Return what its capital costs in a year. [CNY/year]."""
        return self._recovery * self.spent_cny(site, tier)

    def upkeep_cny(self, site: Document, tier: str) -> Decimal:
        """Return fixed operation and staff of a tier. [CNY/year]."""
        table = self._d.scenario["tier"][tier]
        upkeep = exact(table["fixed_opex_fraction"]) * exact(table["capex_cny"])
        return upkeep * exact(site["capex_factor"]) + exact(table["staff_cny_per_year"])


def _stations(
    d: Dossier, by_year: dict[tuple[int, str], Decimal], weights: Mapping[int, Decimal]
) -> tuple[dict[tuple[str, int], Decimal], dict[str, Decimal]]:
    """Price stations into the years; return builds, and what renewing existing stations costs."""
    prices = StationPrices(d)
    power = exact(d.scenario["station"]["compression_kwh_per_kg"]) * exact(
        d.scenario["money"]["power_price_cny_per_kwh"]
    )
    builds, renewals = {}, {}
    for record in d.plan["stations"]:
        site, paid = d.site[record["id"]], Decimal(0)
        renewals[record["id"]] = prices.rebuilt_cny(site)
        for row in record["timeline"]:
            spent = prices.spent_cny(site, row["tier"])
            builds[record["id"], row["year"]] = spent - paid
            paid = spent
            by_year[row["year"], "station_capex"] += prices.annuity_cny(site, row["tier"])
            by_year[row["year"], "station_capex"] += prices.renewal_cny(site, row["year"], weights)
            by_year[row["year"], "station_opex"] += prices.upkeep_cny(site, row["tier"])
    for (_, year), load in d.loads.items():
        by_year[year, "station_power"] += DAYS * exact(load) * power
    return builds, renewals


def _expansions(
    d: Dossier, rate: Decimal, by_year: dict[tuple[int, str], Decimal]
) -> dict[tuple[str, int], Decimal]:
    steps = {}
    for row in d.plan["expansions"]:
        plant, year = d.plants[row["plant"]], row["year"]
        sizes = (plant.get("expansions_kg_per_day") or [])[: row["steps"]]
        # A step's price is fixed when the plan is made: the first period's.
        price = in_year(plant.get("purification_capex_cny_per_kg_per_day"), d.years[0])
        life = in_year(plant.get("purification_life_years"), d.years[0], 1.0)
        capex = sum((exact(size) * exact(price) for size in sizes), Decimal(0))
        steps[row["plant"], year] = capex
        by_year[year, "expansions"] += annuity(rate, exact(life)) * capex
    return steps


def _supply(d: Dossier, rate: Decimal, by_year: dict[tuple[int, str], Decimal]) -> None:
    delivery, money = d.scenario["delivery"], d.scenario["money"]
    filling = exact(delivery["filling_kwh_per_kg"]) * exact(money["power_price_cny_per_kwh"])
    sent: dict[tuple[str, int], Decimal] = {}
    for row in d.plan["supply"]:
        of, kg = (row["plant"], row["year"]), exact(row["kg_per_day"])
        sent[of] = sent.get(of, Decimal(0)) + kg
        transport = delivery_cny_per_kg(delivery, row["round_trip_km"], money["discount_rate"])
        if not d.plants[row["plant"]].get(
            "at_site"
        ):  # else neither filled into a trailer nor driven
            by_year[row["year"], "filling"] += DAYS * kg * filling
            by_year[row["year"], "transport"] += DAYS * kg * exact(transport)
    for (name, year), kg in sent.items():
        gate = gate_of(d, name, year)
        steps = kg_of_steps(d, name, year, kg)
        by_year[year, "production"] += DAYS * kg * gate.production
        by_year[year, "purification"] += DAYS * kg * gate.operation
        by_year[year, "purification"] += DAYS * (kg - steps) * gate.capital
        by_year[year, "opportunity"] += DAYS * steps * gate.opportunity


def _trips(d: Dossier, by_year: dict[tuple[int, str], Decimal]) -> None:
    demand = d.scenario["demand"]
    stop = exact(demand["stop_minutes"]) / 60 * exact(demand["detour_cny_per_hour"])
    for row, year in d.driven():
        by_year[year, "stops"] += DAYS * exact(row["trips_per_day"]) * len(row["stops"]) * stop
        variant = d.variant[row["commodity"], row["variant"]]
        price = exact(variant["detour_cny_per_trip"])
        by_year[year, "detour"] += DAYS * exact(row["trips_per_day"]) * price
    for row in d.plan["unmet"]:
        commodity = d.commodity[row["commodity"]]
        trips = exact(row["trips_per_day"])
        by_year[commodity["year"], "unmet"] += DAYS * _unmet_cny(d, commodity, trips)


def _unmet_cny(d: Dossier, commodity: Document, trips: Decimal) -> Decimal:
    """Price unmet trips; those of trucks of the first period are the last to go [CNY/day]."""
    price = exact(d.scenario["money"]["unmet_price_cny_per_kg"])
    dear = max(price, exact(d.scenario["money"]["priority_price_cny_per_kg"]))
    wanted = exact(commodity["trips_per_day"])
    veterans = sum(
        exact(c["trips_per_day"])
        for c in d.trips["commodities"]
        if (c["od"], c["truck"], c["year"]) == (commodity["od"], commodity["truck"], d.years[0])
    )
    priority = max(Decimal(0), trips - (wanted - min(wanted, veterans)))
    kg = exact(commodity["need_g"]) / 1000
    return kg * ((trips - priority) * price + priority * dear)


def check_money(d: Dossier, ledger: Ledger) -> Check:
    """Compare every amount of the plan with the ledger."""
    tally = Tally(
        "money",
        "Periods and their weights, CAPEX of every build and step, every block of cost and the "
        "objective, recomputed in decimals of 50 digits",
    )
    ends = d.last_years
    years = [row["year"] for row in d.plan["periods"]]
    tally.require(years == list(d.years), f"the plan's periods are {years}, not {list(d.years)}.")
    for row in d.plan["periods"]:
        tally.require(
            row["decides"] == (row["year"] in d.deciding_years),
            f"period {row['year']}: decides is {row['decides']}.",
        )
        if row["year"] in ends:
            tally.require(
                row["last_year"] == ends[row["year"]],
                f"period {row['year']} ends in {row['last_year']}, not {ends[row['year']]}.",
            )
            weight = float(ledger.weights[row["year"]])
            tally.close(
                f"period {row['year']}: weight",
                row["weight"],
                weight,
                relative=RELATIVE,
                absolute=RELATIVE,
                unit="years",
            )
    for record in d.plan["stations"]:
        for row in record["timeline"]:
            true = ledger.builds[record["id"], row["year"]]
            _close(tally, f"station {record['id']}, {row['year']}: build", row["build_cny"], true)
        whole = sum(
            (ledger.builds[record["id"], r["year"]] for r in record["timeline"]), Decimal(0)
        )
        _close(tally, f"station {record['id']}: CAPEX", record["capex_cny"], whole)
        again = [(p.year, p.cny) for p in ledger.purchases if _replaces(p, record["id"])]
        stated_again = [(row["year"], row["cny"]) for row in record["replacements"]]
        if tally.require(
            sorted(y for y, _ in again) == sorted(y for y, _ in stated_again),
            f"station {record['id']}: replacements in {[y for y, _ in stated_again]}, due in "
            f"{sorted(y for y, _ in again)}.",
        ):
            for (year, true), (_, said) in zip(sorted(again), sorted(stated_again), strict=True):
                _close(tally, f"station {record['id']}: replacement of {year}", said, true)
    for row in d.plan["expansions"]:
        where = f"plant {row['plant']}, {row['year']}"
        sizes = d.plants[row["plant"]].get("expansions_kg_per_day") or []
        added = exact(sum(sizes[: row["steps"]]))
        _close(tally, f"{where}: added kg/day", row["added_kg_per_day"], added)
        true = ledger.steps[row["plant"], row["year"]]
        _close(tally, f"{where}: CAPEX of expansions", row["capex_cny"], true)
    stated = d.plan["costs_npv_cny"]
    expected = {**{name: ledger.block(name) for name in BLOCKS}, "total": ledger.total}
    for name, value in expected.items():
        if tally.require(name in stated, f"costs_npv_cny: {name} is missing."):
            _close(tally, f"costs_npv_cny: {name}", stated[name], value)
    for name in stated.keys() - expected.keys():
        tally.fail(f"costs_npv_cny: {name} is no block of cost.")
    _close(tally, "objective_cny", d.plan["objective_cny"], ledger.total)
    return tally.done()


def _replaces(purchase: Purchase, station: str) -> bool:
    return purchase.kind == "station_replacements" and purchase.of == station


def check_budget(d: Dossier, ledger: Ledger) -> Check:
    """Hold what is spent up to each period against what is available up to then."""
    tally = Tally(
        "budget",
        "CAPEX spent so far, replacements that fell due included, never exceeds the budget so far",
    )
    for year, spent, available in purse(d, ledger):
        tally.require(
            spent <= available + exact(BUDGET_SLACK_CNY),
            f"up to {year}: {spent:.2f} CNY are spent, {available:.2f} CNY are available.",
        )
        tally.call(float(available - spent), f"up to {year}: {available - spent:.2f} CNY are left")
    return tally.done()


def purse(d: Dossier, ledger: Ledger) -> list[tuple[int, Decimal, Decimal]]:
    """Return year, CAPEX spent so far and budget so far of every period; nothing without one."""
    budget = d.scenario["money"].get("budget_cny") or {}
    if not budget:
        return []
    spent = available = Decimal(0)
    before, found = 0, []
    for year, last in d.last_years.items():
        start = before and year
        spent += sum((p.cny for p in ledger.purchases if start <= p.year <= last), Decimal(0))
        available += sum(
            (exact(amount or 0) for key, amount in budget.items() if before < int(key) <= year),
            Decimal(0),
        )
        found.append((year, spent, available))
        before = year
    return found


def _close(tally: Tally, what: str, stated: float, true: Decimal) -> None:
    tally.close(what, stated, float(true), relative=RELATIVE, absolute=ABSOLUTE_CNY, unit="CNY")
