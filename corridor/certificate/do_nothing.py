"""Check of the line beside the plan: what stands already, driven and priced like a plan of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from corridor.certificate.bound import unavoidable_of
from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.driving import (
    SHARE_TOLERANCE,
    check_driving,
    check_shares,
    check_stops,
    check_unmet,
)
from corridor.certificate.money import ABSOLUTE_CNY, RELATIVE, Ledger, check_money, keep_ledger
from corridor.certificate.purchases import check_purchases
from corridor.certificate.stations import check_loads, check_stations
from corridor.certificate.supply import check_delivery, check_supply
from corridor.certificate.verdict import Check, Tally

_OWN = ("objective_cny", "stations", "trips", "unmet", "supply", "costs_npv_cny")
DRIVEN: tuple[Callable[[Dossier], Check], ...] = (
    check_stations,
    check_stops,
    check_driving,
    check_purchases,
    check_shares,
    check_unmet,
    check_loads,
    check_supply,
    check_delivery,
)
"""Checks of whatever is operated, by whatever rules it was chosen."""


def check_do_nothing(d: Dossier, ledger: Ledger) -> Check:
    """Drive and price doing nothing, and see that nothing but facts stands in it."""
    tally = Tally(
        "do_nothing",
        "Doing nothing is what stands already and no more, driven, supplied without expansions and "
        "priced like the plan; where nothing stands, all demand is unmet at its price, exactly",
    )
    said = d.plan["do_nothing"]
    still = replace(d, plan={**d.plan, **{key: said[key] for key in _OWN}, "expansions": []})
    _check_facts(tally, still)
    for check in DRIVEN:
        take(tally, check(still))
    own = keep_ledger(still, ledger)
    take(tally, check_money(still, own))
    check_periods(tally, still, still.plan["do_nothing"]["by_period"])
    true, bound = float(own.total), said["bound_cny"]
    allowed = RELATIVE * abs(true) + ABSOLUTE_CNY
    floor = unavoidable_of(ledger) if still.timeline else _all_unmet_cny(d, own)
    tally.require(
        floor - allowed <= bound <= true + allowed,
        f"the bound {bound:.2f} CNY is not between {floor:.2f} CNY, which cannot be avoided, and "
        f"the cost {true:.2f} CNY.",
    )
    return tally.done()


def take(tally: Tally, check: Check) -> None:
    """Count the facts of another check and its failures."""
    tally.checked += check.checked
    for failure in check.failures:
        tally.fail(f"{check.id}: {failure}")


def _check_facts(tally: Tally, still: Dossier) -> None:
    """Compare what stands, period by period and site by site, with the existing stations."""
    for site in still.sites["sites"]:
        exists = still.existing(site)
        for year in still.years:
            row = still.timeline.get((site["id"], year))
            stands = row["tier"] if row else ""
            due = exists if exists and still.serves(site, year) else ""
            tally.require(
                stands == due,
                f"site {site['id']}, {year}: {stands or 'nothing'} stands, {due or 'nothing'} does.",
            )


def check_periods(tally: Tally, still: Dossier, said: list[Document], where: str = "") -> None:
    """Add up stations, demand, shortfall and coverage of every period again.

    Parameters
    ----------
    tally
        Takes what is wrong.
    still
        A run whose plan has the rows that count.
    said
        What is said of every period.
    where
        What messages begin with.
    """
    rows = {row["year"]: row for row in said}
    if not tally.require(
        [row["year"] for row in said] == list(still.years),
        f"{where}by_period: its years are not the periods.",
    ):
        return
    for year, row in rows.items():
        wanted = sum(
            c["trips_per_day"] * c["need_g"] / 1000
            for c in still.commodity.values()
            if c["year"] == year
        )
        unmet = sum(
            r["kg_per_day"]
            for r in still.plan["unmet"]
            if still.commodity[r["commodity"]]["year"] == year
        )
        true = {
            "stations": sum(y == year for _, y in still.timeline),
            "demand_kg_per_day": wanted,
            "unmet_kg_per_day": unmet,
            "coverage_by_kg": (wanted - unmet) / wanted if wanted else None,
        }
        for name, value in true.items():
            if value is None or row[name] is None:
                tally.require(
                    value is row[name], f"{where}{year}: {name} is {row[name]}, not {value}."
                )
            else:
                tally.close(
                    f"{where}{year}: {name}",
                    row[name],
                    value,
                    relative=SHARE_TOLERANCE,
                    absolute=SHARE_TOLERANCE,
                    unit="",
                )


def _all_unmet_cny(d: Dossier, ledger: Ledger) -> float:
    """Return the price of all demand, trucks of the first period at theirs. [CNY]."""
    money = d.scenario["money"]
    price = Decimal(money["unmet_price_cny_per_kg"])
    dear = max(price, Decimal(money["priority_price_cny_per_kg"]))
    total = Decimal(0)
    for c in d.trips["commodities"]:
        first = sum(
            Decimal(o["trips_per_day"])
            for o in d.trips["commodities"]
            if (o["od"], o["truck"], o["year"]) == (c["od"], c["truck"], d.years[0])
        )
        trips = Decimal(c["trips_per_day"])
        early = min(trips, first)
        kg = Decimal(c["need_g"]) / 1000
        total += ledger.weights[c["year"]] * 365 * kg * (early * dear + (trips - early) * price)
    return float(total)
