"""Check the figures that people read: coverage, cost per kilogram, shortfall, by period and OD."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from corridor.certificate.carbon import carbon_figures
from corridor.certificate.decimals import exact
from corridor.certificate.dossier import Document, Dossier, arcs_of
from corridor.certificate.gate import gate_of, kg_of_steps
from corridor.certificate.lives import residual_cny, trailers_cny
from corridor.certificate.money import BLOCKS, Ledger
from corridor.certificate.supply import limit_kg_per_day
from corridor.certificate.verdict import Check, Tally
from corridor.certificate.who_pays import check_who_pays, co2_prices

RELATIVE = 1e-6
ABSOLUTE = 1e-6
"""Tolerance of a key figure, each in its own unit."""
DAYS = 365
KINDS = ("stations", "station_replacements", "expansions", "expansion_replacements")
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


def check_kpis(d: Dossier, ledger: Ledger) -> Check:
    """Recompute the key figures from the plan's rows and the ledger."""
    tally = Tally(
        "kpis",
        "Cost per kilogram adds up and, times the kilograms, is the cost; coverage, shortfall, "
        "CAPEX and the rows by period and OD pair follow from the plan",
    )
    total, unmet = float(ledger.total), float(ledger.block("unmet"))
    expected: dict[str, Any] = {
        "npv_cny": total,
        "npv_without_unmet_cny": total - unmet,
        "capex_total_cny": float(sum((p.cny for p in ledger.purchases), Decimal(0))),
        "capital": _capital(d, ledger),
        "lcoh_cny_per_kg": _lcoh(d, ledger, d.years),
        "by_period": [_period(d, ledger, year) for year in d.years],
        "by_plant": [
            _plant(d, year, plant["id"]) for year in d.years for plant in d.sites["plants"]
        ],
        "consumption_kg_per_100km": _consumption(d),
        "by_od": [_od(d, c) for c in d.trips["commodities"]],
        "demand_lines": [_line(d, row) for row in d.trips["trucks_by_year"]],
    }
    kpis = d.plan["kpis"]
    for key in ("lcoh_cny_per_kg", "by_period", "by_plant"):
        tally.require(key in kpis, f"kpis: {key} is missing.")
    if "who_pays" in kpis:
        check_who_pays(d, ledger, _consumption(d), tally)
    for key, value in expected.items():
        if key in kpis:
            _compare(tally, f"kpis.{key}", kpis[key], value)
    return tally.done()


def _compare(tally: Tally, where: str, stated: Any, true: Any) -> None:
    """Compare what was recomputed; what stands beside it is not ours to judge."""
    if isinstance(true, dict):
        if tally.require(isinstance(stated, dict), f"{where} is not a table."):
            for key, value in true.items():
                if key in stated:
                    _compare(tally, f"{where}.{key}", stated[key], value)
    elif isinstance(true, list):
        if tally.require(
            isinstance(stated, list) and len(stated) == len(true),
            f"{where} should have {len(true)} rows.",
        ):
            for number, value in enumerate(true):
                _compare(tally, f"{where}[{number}]", stated[number], value)
    elif true is None or isinstance(true, str):
        tally.require(stated == true, f"{where} is {stated!r}, recomputed {true!r}.")
    elif isinstance(stated, int | float) and not isinstance(stated, bool):
        tally.close(where, stated, true, relative=RELATIVE, absolute=ABSOLUTE, unit="")
    else:
        tally.require(False, f"{where} is not a number, recomputed {true:.10g}.")


def _sold(d: Dossier, year: int) -> float:
    return sum(load for (_, at), load in d.loads.items() if at == year)


def _lcoh(d: Dossier, ledger: Ledger, years: tuple[int, ...]) -> dict[str, float] | None:
    kg = sum(float(ledger.weights[year]) * DAYS * _sold(d, year) for year in years)
    if kg <= 0:
        return None
    split = {
        link: sum(
            float(ledger.weights[year] * ledger.by_year[year, block])
            for year in years
            for block in blocks
        )
        / kg
        for link, blocks in LINKS.items()
    }
    return {**split, "total": sum(split.values())}


def _capital(d: Dossier, ledger: Ledger) -> dict[str, Any]:
    rate = exact(d.scenario["money"]["discount_rate"])
    base = d.scenario["time"]["base_year"]
    trailers = trailers_cny(d)
    years = sorted({p.year for p in ledger.purchases} | set(trailers))
    spent = (p.cny * (1 + rate) ** (base - (p.year - 1)) for p in ledger.purchases)
    left = residual_cny(d, ledger.purchases, rate) * (1 + rate) ** (base - d.last_year)
    return {
        "by_year": [
            {
                "year": year,
                **{f"{kind}_cny": float(_bought(ledger, kind, year, year)) for kind in KINDS},
                "trailers_cny": float(trailers.get(year, 0)),
            }
            for year in years
        ],
        "purchases_npv_cny": float(sum(spent, Decimal(0))),
        "residual_npv_cny": float(left),
    }


def _bought(ledger: Ledger, kind: str, first: int, last: int) -> Decimal:
    """Return what is spent on a kind (any: the empty word) from a year to another. [CNY]."""
    found = (
        p.cny for p in ledger.purchases if first <= p.year <= last and (not kind or p.kind == kind)
    )
    return sum(found, Decimal(0))


def _period(d: Dossier, ledger: Ledger, year: int) -> dict[str, Any]:
    flows = [c for c in d.trips["commodities"] if c["year"] == year]
    lost = {row["commodity"]: row["trips_per_day"] for row in d.plan["unmet"]}
    driven: dict[str, float] = {}
    for row in d.plan["trips"]:
        key = row["commodity"]
        driven[key] = driven.get(key, 0.0) + row["trips_per_day"]
    wanted = sum(c["trips_per_day"] * c["need_g"] / 1000 for c in flows)
    unmet = sum(lost.get(c["id"], 0.0) * c["need_g"] / 1000 for c in flows)
    trips = sum(c["trips_per_day"] for c in flows)
    length = {c["id"]: c["variants"][0]["length_m"] / 1000 for c in flows}
    km = sum(c["trips_per_day"] * length[c["id"]] for c in flows)
    km_driven = sum(driven.get(c["id"], 0.0) * length[c["id"]] for c in flows)
    sold = _sold(d, year)
    sent = sum(row["kg_per_day"] for row in d.plan["supply"] if row["year"] == year)
    driven_kg = sum(
        row["kg_per_day"]
        for row in d.plan["supply"]
        if row["year"] == year and not d.plants[row["plant"]].get("at_site")
    )
    available = sum(_available(d, year, plant["id"]) for plant in d.sites["plants"])
    announced = sum(_announced(d, year, plant["id"]) for plant in d.sites["plants"])
    usable = available * (1 - d.scenario["delivery"]["loss_fraction"])
    rows = [row for (_, at), row in d.timeline.items() if at == year]
    capacity = sum(row["capacity_kg_per_day"] for row in rows)
    shortfall = max(0.0, wanted - usable)
    price = d.scenario["money"]["unmet_price_cny_per_kg"]
    carbon = carbon_figures(d, year, sold, driven)
    return {
        "year": year,
        "demand_kg_per_day": wanted,
        "served_kg_per_day": wanted - unmet,
        "sold_kg_per_day": sold,
        "unmet_kg_per_day": unmet,
        "coverage_by_kg": _share(wanted - unmet, wanted),
        "coverage_by_trips": _share(sum(driven.get(c["id"], 0.0) for c in flows), trips),
        "coverage_by_vehicle_km": _share(km_driven, km),
        "available_kg_per_day": available,
        "sent_kg_per_day": sent,
        "announced_kg_per_day": announced,
        "assumed_kg_per_day": sent - announced,
        "shortfall_kg_per_day": shortfall,
        "shortfall_cny_per_year": DAYS * shortfall * price,
        "unmet_cny_per_year": float(ledger.by_year[year, "unmet"]),
        "stations": len(rows),
        "capex_cny": float(_bought(ledger, "", year, d.last_years[year])),
        "lcoh_cny_per_kg": _lcoh(d, ledger, (year,)),
        "trailers_per_day": driven_kg / d.scenario["delivery"]["payload_kg"],
        "utilisation": _share(sold, capacity),
        "trucks_wanted": next(
            (row["used"] for row in d.trips["trucks_by_year"] if row["year"] == year), None
        ),
        "trucks_refuelling_per_day": sum(
            row["trips_per_day"] * len(row["stops"]) for row, at in d.driven() if at == year
        ),
        **carbon,
        "co2_price_needed_cny_per_t": co2_prices(d, ledger, year, carbon),
    }


def _available(d: Dossier, year: int, key: str) -> float:
    """Return what a plant may send with the steps bought by then. [kg/day]."""
    steps = sum(
        row["steps"] for row in d.plan["expansions"] if (row["plant"], row["year"]) == (key, year)
    )
    return limit_kg_per_day(d, key, year, steps)


def _announced(d: Dossier, year: int, key: str) -> float:
    """Return what a plant sends without needing a step, where the plant is announced. [kg/day]."""
    if not d.plants[key].get("announced"):
        return 0.0
    sent = sum(
        row["kg_per_day"] for row in d.plan["supply"] if (row["plant"], row["year"]) == (key, year)
    )
    return float(min(sent, limit_kg_per_day(d, key, year, 0)))


def _plant(d: Dossier, year: int, key: str) -> dict[str, Any]:
    rows = [row for row in d.plan["supply"] if (row["plant"], row["year"]) == (key, year)]
    gate = gate_of(d, key, year)
    sent = sum((exact(row["kg_per_day"]) for row in rows), Decimal(0))
    announced = _announced(d, year, key)
    return {
        "plant": key,
        "year": year,
        "available_kg_per_day": _available(d, year, key),
        "sent_kg_per_day": float(sent),
        "announced_kg_per_day": announced,
        "assumed_kg_per_day": float(sent) - announced,
        "sold_kg_per_day": float(sent) * (1 - d.scenario["delivery"]["loss_fraction"]),
        "from_steps_kg_per_day": float(kg_of_steps(d, key, year, sent)),
        "gate_cny_per_kg": float(gate.announced),
        "gate_of_steps_cny_per_kg": float(gate.of_steps),
        "production_cny_per_kg": float(gate.production),
        "purification_operation_cny_per_kg": float(gate.operation),
        "purification_capital_cny_per_kg": float(gate.capital),
        "opportunity_cny_per_kg": float(gate.opportunity),
    }


def _consumption(d: Dossier) -> dict[str, dict[str, float]]:
    """Return the mean burn of each class on the base walks by payload, weighted by trips."""
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for c in d.trips["commodities"]:
        for load, arc, grams in arcs_of(c["variants"][0]):
            for key in ((c["truck"], load), (c["truck"], "mean")):
                kg, km = sums.get(key, (0.0, 0.0))
                length = d.roads.arcs[arc]["length_m"]
                sums[key] = (
                    kg + c["trips_per_day"] * grams / 1000,
                    km + c["trips_per_day"] * length / 1000,
                )
    means: dict[str, dict[str, float]] = {}
    for (truck, load), (kg, km) in sums.items():
        if km > 0:
            means.setdefault(truck, {})[load] = 100 * kg / km
    return means


def _od(d: Dossier, c: Document) -> dict[str, Any]:
    served = sum(row["trips_per_day"] for row in d.plan["trips"] if row["commodity"] == c["id"])
    return {
        "commodity": c["id"],
        "od": c["od"],
        "year": c["year"],
        "trips_per_day": c["trips_per_day"],
        "t_per_year": c["t_per_year"],
        "length_km": c["variants"][0]["length_m"] / 1000,
        "need_kg_per_trip": c["need_g"] / 1000,
        "wanted_kg_per_day": c["trips_per_day"] * c["need_g"] / 1000,
        "served_kg_per_day": served * c["need_g"] / 1000,
        "coverage": _share(served, c["trips_per_day"]),
    }


def _line(d: Dossier, row: Document) -> dict[str, float]:
    per_truck = d.scenario["demand"]["kg_per_truck_day"]
    levels = ("low", "base", "high", "used")
    return {"year": row["year"], **{f"{x}_kg_per_day": row[x] * per_truck for x in levels}}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


assert {block for blocks in LINKS.values() for block in blocks} == set(BLOCKS) - {"unmet"}
