"""Check of the words about unmet trips: each claim is worked out again, or says "not proven"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.gate import gate_of
from corridor.certificate.lives import due_again
from corridor.certificate.market import Market, could_stand, least_purchase_g
from corridor.certificate.money import ABSOLUTE_CNY, RELATIVE, Ledger, StationPrices, purse
from corridor.certificate.stations import ABSOLUTE_KG, RELATIVE_KG, ranks_of
from corridor.certificate.supply import delivery_cny_per_kg, limit_kg_per_day
from corridor.certificate.unavoidable import veterans
from corridor.certificate.verdict import Check, Tally

WORDS = {
    "no_way": "no way can be driven even with a station at every candidate site",
    "dear": "costs more to serve than left unmet",
    "sold_out": "the plants have no hydrogen left with the expansions bought",
    "no_money": "the money left buys no further station or size",
    "not_proven": "not chosen; not proven",
}
SOLD_OUT = 1e-6
"""Share of the plants' limits that may be left when they are called sold out. [-]"""
CNY_PER_TRIP = 1e-6
"""Tolerance of the price of a trip, besides 1e-9 of it. [CNY]"""


def check_reasons(d: Dossier, ledger: Ledger) -> Check:
    """Prove every reason again from its figures."""
    tally = Tally(
        "reasons",
        "Every reason why trips are not served is proven by figures that hold, or says that "
        "nothing is proven",
    )
    early = veterans(d)
    known: dict[tuple[str, int], Mapping[str, Any]] = {}
    for row in d.plan["unmet"]:
        c, code = d.commodity[row["commodity"]], row["reason"]
        where = f"unmet trips of {row['commodity']}"
        tally.require(
            row["why"] == WORDS[code], f"{where}: {code} is put into words as {row['why']!r}."
        )
        if code == "no_way":
            true, holds = _no_way(ledger.market, c)
        elif code == "dear":
            true, holds = _dear(d, ledger.market, c, row["trips_per_day"], early)
        elif code in ("sold_out", "no_money"):
            key = (code, c["year"])
            if key not in known:
                find = _sold_out if code == "sold_out" else _no_money
                known[key] = dict(zip(("true", "holds"), find(d, ledger, c["year"]), strict=True))
            true, holds = known[key]["true"], known[key]["holds"]
        else:
            true, holds = {}, True
        _compare(tally, where, row["figures"], true)
        tally.require(holds, f"{where}: {WORDS[code]!r} does not hold: {_shown(true)}.")
    return tally.done()


def _compare(tally: Tally, where: str, stated: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    if not tally.require(
        set(stated) == set(true),
        f"{where}: carries the figures {sorted(stated)}, not {sorted(true)}.",
    ):
        return
    for name, value in true.items():
        if value is None or stated[name] is None or name.endswith("_g"):
            tally.require(stated[name] == value, f"{where}: {name} is {stated[name]}, not {value}.")
            continue
        relative, absolute = RELATIVE, ABSOLUTE_CNY
        if name.endswith("_kg_per_day"):
            relative, absolute = RELATIVE_KG, ABSOLUTE_KG
        elif name.endswith("_per_trip"):
            absolute = CNY_PER_TRIP
        tally.close(
            f"{where}: {name}", stated[name], value, relative=relative, absolute=absolute, unit=""
        )


def _shown(true: Mapping[str, Any]) -> str:
    shown = (f"{name} {'–' if value is None else f'{value:.10g}'}" for name, value in true.items())
    return ", ".join(shown) or "nothing to show for it"


def _no_way(market: Market, c: Document) -> tuple[dict[str, Any], bool]:
    gap = min((market.widest_gap_g(c, v) for v in c["variants"]), default=None)
    return {"widest_gap_g": gap, "usable_g": c["usable_g"]}, gap is None or gap > c["usable_g"]


def _dear(
    d: Dossier, market: Market, c: Document, trips: float, early: Mapping[tuple[str, str], Any]
) -> tuple[dict[str, Any], bool]:
    """Add up hydrogen, way to the station, its electricity and the detour of the cheapest way."""
    costs = []
    for variant in market.ways(c):
        kg = least_purchase_g(c, variant) / 1000
        stops = {stop["site"] for stop in market.stops(variant, c["year"])}
        each = min((_nozzle_cny_per_kg(d, market, site, c["year"]) for site in stops), default=0.0)
        costs.append(variant["detour_cny_per_trip"] + (kg * each if kg else 0.0))
    money = d.scenario["money"]
    price = money["unmet_price_cny_per_kg"]
    first = min(c["trips_per_day"], float(early.get((c["od"], c["truck"]), 0)))
    if trips > (c["trips_per_day"] - first) * (1 + 1e-9):
        price = max(price, money["priority_price_cny_per_kg"])
    penalty = c["need_g"] / 1000 * price
    least = min(costs, default=None)
    true = {"serve_cny_per_trip": least, "unmet_cny_per_trip": penalty}
    return true, least is not None and least > penalty


def _nozzle_cny_per_kg(d: Dossier, market: Market, site: str, year: int) -> float:
    delivery, money = d.scenario["delivery"], d.scenario["money"]
    power = money["power_price_cny_per_kwh"]
    filling = delivery["filling_kwh_per_kg"] * power
    sent = min(
        _least_gate(d, plant, year)
        + (
            0.0
            if d.plants[plant].get("at_site")
            else filling + delivery_cny_per_kg(delivery, km, money["discount_rate"])
        )
        for plant, km in market.round_trip_km[year][site].items()
    )
    electricity = d.scenario["station"]["compression_kwh_per_kg"] * power
    return float(sent / (1 - delivery["loss_fraction"]) + electricity)


def _least_gate(d: Dossier, plant: str, year: int) -> float:
    """Return what the plant's cheaper kilograms cost at its gate [CNY/kg]."""
    gate = gate_of(d, plant, year)
    steps = d.plants[plant].get("expansions_kg_per_day")
    return float(min(gate.announced, gate.of_steps) if steps else gate.announced)


def _sold_out(d: Dossier, ledger: Ledger, year: int) -> tuple[dict[str, Any], bool]:
    sent = sum(row["kg_per_day"] for row in d.plan["supply"] if row["year"] == year)
    steps = {r["plant"]: r["steps"] for r in d.plan["expansions"] if r["year"] == year}
    limit = sum(
        limit_kg_per_day(d, gate["id"], year, steps.get(gate["id"], 0))
        for gate in d.sites["plants"]
    )
    true = {"sent_kg_per_day": sent, "limit_kg_per_day": limit}
    return true, sent >= limit * (1 - 2 * SOLD_OUT) - ABSOLUTE_KG


def _no_money(d: Dossier, ledger: Ledger, year: int) -> tuple[dict[str, Any], bool]:
    prices = StationPrices(d)
    names = {rank: tier for tier, rank in d.tiers.items()}
    steps = []
    life = int(d.scenario["station"]["life_years"])
    times = len(list(due_again(year, life, d.last_years[year])))
    for site in d.sites["sites"]:
        row = d.timeline.get((site["id"], year))
        now = d.tiers[row["tier"]] if row else 0
        # A road that has closed again is a reason not to build; the money left is none.
        if site["forbidden"] or not any(could_stand(d, site, y) for y in d.years if y <= year):
            continue
        if d.existing(site) and d.closes(site):
            continue
        paid = prices.spent_cny(site, names[now]) if now else 0
        dearer = (rank for rank in ranks_of(d, site) if rank > now)
        more = (prices.spent_cny(site, names[rank]) - paid for rank in dearer)
        steps += [times * cny for cny in more]
    left = {y: available - spent for y, spent, available in purse(d, ledger)}.get(year)
    cheapest = min(steps, default=None)
    if left is None or cheapest is None:
        return {"left_cny": None, "cheapest_cny": None}, False
    true = {"left_cny": max(0.0, float(left)), "cheapest_cny": float(cheapest)}
    return true, left < cheapest
