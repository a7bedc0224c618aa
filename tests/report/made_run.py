# ruff: noqa: E501  the documents are easier to check as rows
"""A small run folder made by hand: one expressway, three places, two plants, three periods.

Everything is computed here from the stop plans by schoolbook sums, so that a test can tell whether
the report, the tables and the maps repeat what the plan says. The road runs straight south:

    north town ==(R1 chainage 0)== sides a (km 30) == exit b (km 60) == sides c (km 90) ==(120)== south town
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from made_evidence import evidence
from made_inputs import (
    AVAILABLE,
    BREAKDOWN,
    TRUCKS,
    WEIGHTS,
    YEARS,
    network,
    scenario,
    sites,
    trips,
)

from corridor.core.files import canonical_json, pretty_json, sha256_file, sha256_text

_STATIONS = {
    # id: (tiers by period, share of the coal's fuel, takes transit)
    "a.up": (("t1", "t2", "t2"), 12000, False),
    "c.up": ((None, None, "t1"), 0, False),
    "a.down": (("t1", "t1", "t2"), 9000, True),
    "b.exit": ((None, "t1", "t1"), 21220, False),
}
_CAPEX = {None: 0.0, "t1": 18_800_000.0, "t2": 31_250_000.0}
_CAPACITY = {"t1": 1500.0, "t2": 4000.0}


def plan() -> dict[str, Any]:
    """Return the plan: stop plans first, all else summed from them."""
    demand = trips()["commodities"]
    rows: list[dict[str, Any]] = []
    for c in demand:
        f = c["trips_per_day"]
        if c["od"] == "coal":
            rows.append(
                {
                    "commodity": c["id"],
                    "variant": "base",
                    "trips_per_day": f * 0.6,
                    "stops": [
                        {"visit": 0, "station": "a.up", "fuel_g": 12000},
                        {"visit": 2, "station": "a.down", "fuel_g": 10800},
                    ],
                }
            )
            if c["year"] >= 2030:
                rows.append(
                    {
                        "commodity": c["id"],
                        "variant": "via.b.exit",
                        "trips_per_day": f * 0.1,
                        "stops": [{"visit": 0, "station": "b.exit", "fuel_g": 23020}],
                    }
                )
            if c["year"] >= 2035:
                rows.append(
                    {
                        "commodity": c["id"],
                        "variant": "base",
                        "trips_per_day": f * 0.05,
                        "stops": [{"visit": 1, "station": "c.up", "fuel_g": 22800}],
                    }
                )
        else:
            rows.append({"commodity": c["id"], "variant": "base", "trips_per_day": f * 0.9,
                         "stops": [{"visit": 0, "station": "a.down", "fuel_g": 5640}]})  # fmt: skip
    unmet = []
    for c in demand:
        left = c["trips_per_day"] - sum(
            r["trips_per_day"] for r in rows if r["commodity"] == c["id"]
        )
        unmet.append({"commodity": c["id"], "trips_per_day": left, "kg_per_day": left * c["need_g"] / 1000,
                      "reason": "sold_out", "figures": {"sent_kg_per_day": 9000.0, "limit_kg_per_day": 9000.5},
                      "why": "the plants have no hydrogen left with the expansions bought"})  # fmt: skip
    year_of = {c["id"]: c["year"] for c in demand}
    stations = [_station(site, rows, year_of) for site in ("a.down", "a.up", "b.exit", "c.up")]
    stations.sort(key=lambda s: (s["period"], s["chainage_km"], s["id"]))
    supply = []
    for t, year in enumerate(YEARS):
        for s in stations:
            load = next(
                (row["load_kg_per_day"] for row in s["timeline"] if row["year"] == year), 0.0
            )
            if load:
                plant = "hydro" if s["id"] == "b.exit" and t else "ovens"
                supply.append({"plant": plant, "station": s["id"], "year": year, "kg_per_day": load / 0.99,
                               "round_trip_km": 67.0 + 10 * t, "delivery_cny_per_kg": 4.25, "trailers_per_day": load / 0.99 / 320})  # fmt: skip
    kpis = _kpis(demand, rows, unmet, stations, supply)
    npv = {"station_capex": 120e6, "station_opex": 90e6, "expansions": 0.0, "production": 100e6,
           "purification": 31e6, "opportunity": 0.0, "filling": 22e6,
           "transport": 55e6, "station_power": 23e6, "detour": 1.2e6, "stops": 0.3e6, "unmet": 77e6}  # fmt: skip
    npv["total"] = sum(npv.values())
    return {
        "schema": "corridor.plan/2", "name": "made", "title": "A corridor made by hand", "stations_given": False,
        "inputs": {}, "status": "OPTIMAL", "objective_cny": npv["total"], "bound_cny": npv["total"] * 0.9985,
        "unavoidable_cny": 41e6, "gap": npv["total"] * 0.0015 / (npv["total"] - 41e6), "gap_target": 0.01,
        "unavoidable_by_period": [{"year": y, "cny": c, "nozzle_kg_per_day": kg} for y, c, kg in zip(YEARS, (0.0, 11e6, 30e6), (6435.0, 7425.0, 9603.0), strict=True)],
        "search": {"stopped": "work", "moves_tested": 815, "locally_optimal": True},
        "periods": [{"year": y, "last_year": last, "weight": w, "decides": True} for y, last, w in zip(YEARS, (2029, 2034, 2040), WEIGHTS, strict=True)],
        "stations": stations, "equal_designs": None, "trips": rows, "unmet": unmet, "supply": supply,
        "expansions": [{"plant": "ovens", "year": 2035, "steps": 1, "added_kg_per_day": 2000.0, "capex_cny": 9e6}],
        "plants": [
            {"id": "ovens", "name_zh": "某焦化厂", "name_en": "Some coke plant", "kind": "coke_oven_gas", "announced": True, "lon": 104.83, "lat": 26.52,
             "node": "place.north", "source": "made by hand", "confidence": "assumption"},
            {"id": "hydro", "name_zh": "某水电站", "name_en": "Some hydropower", "kind": "hydropower_electrolysis", "announced": False, "lon": 104.85, "lat": 25.4,
             "node": "place.south", "source": "made by hand", "confidence": "assumption"},
        ],
        "off_plants": [{"id": "old", "name_zh": "旧焦化厂", "name_en": "Old coke plant", "reason": "no cited capacity"}],
        "costs_npv_cny": npv, "do_nothing": _do_nothing(demand), "kpis": kpis,
        "sizes": {"routes": 1, "arcs": 30, "candidate_sites": 4, "commodities": 6},
        "caveats": ["Lengths are round numbers.", "No detour was dropped."],
    }  # fmt: skip


def _do_nothing(demand: list[dict[str, Any]]) -> dict[str, Any]:
    wanted = {
        year: sum(c["trips_per_day"] * c["need_g"] for c in demand if c["year"] == year) / 1000
        for year in YEARS
    }
    return {
        "objective_cny": 1234e6, "bound_cny": 1234e6,
        "by_period": [{"year": year, "stations": 0, "demand_kg_per_day": kg, "unmet_kg_per_day": kg, "coverage_by_kg": 0.0}
                      for year, kg in wanted.items()],
        "stations": [], "trips": [], "supply": [],
        "unmet": [{"commodity": c["id"], "trips_per_day": c["trips_per_day"],
                   "kg_per_day": c["trips_per_day"] * c["need_g"] / 1000} for c in demand],
        "costs_npv_cny": {"unmet": 1234e6, "total": 1234e6},
    }  # fmt: skip


def _station(site: str, rows: list[dict[str, Any]], year_of: dict[str, int]) -> dict[str, Any]:
    about = next(s for s in sites()["sites"] if s["id"] == site)
    timeline, before = [], None
    for year, tier in zip(YEARS, _STATIONS[site][0], strict=True):
        if tier is None:
            continue
        here = [(r["trips_per_day"], s["fuel_g"]) for r in rows if year_of[r["commodity"]] == year
                for s in r["stops"] if s["station"] == site]  # fmt: skip
        load = sum(f * g for f, g in here) / 1000
        timeline.append({
            "year": year, "tier": tier, "capacity_kg_per_day": _CAPACITY[tier], "usable_kg_per_day": _CAPACITY[tier] / 1.3,
            "storage_kg": _CAPACITY[tier] / 1.3, "storage_class": "III",
            "load_kg_per_day": load, "peak_day_kg": load * 1.3, "utilisation": load / _CAPACITY[tier],
            "trucks_per_day": sum(f for f, _ in here), "build_cny": _CAPEX[tier] - _CAPEX[before],
        })  # fmt: skip
        before = tier
    keep = (
        "id",
        "name_zh",
        "name_en",
        "kind",
        "route",
        "carriageway",
        "county",
        "lon",
        "lat",
        "node",
    )
    return {
        **{key: about[key] for key in keep},
        "chainage_km": about["chainage_m"] / 1000,
        "period": timeline[0]["year"], "tier": timeline[-1]["tier"],
        "capacity_kg_per_day": timeline[-1]["capacity_kg_per_day"], "load_kg_per_day": timeline[-1]["load_kg_per_day"],
        "existing": False, "position_km": None, "capex_cny": sum(row["build_cny"] for row in timeline), "replacements": [],
        "timeline": timeline,
    }  # fmt: skip


def _kpis(demand: Any, rows: Any, unmet: Any, stations: Any, supply: Any) -> dict[str, Any]:
    by_period, by_od, by_plant, lines = [], [], [], []
    split = dict(zip(BREAKDOWN, (9.2, 1.8, 0.0, 2.0, 4.25, 8.6, 6.0, 0.5, 0.3, 0.1), strict=True))
    for t, year in enumerate(YEARS):
        here = [c for c in demand if c["year"] == year]
        wanted = sum(c["trips_per_day"] * c["need_g"] for c in here) / 1000
        missing = sum(u["kg_per_day"] for u in unmet if u["commodity"].endswith(str(year)))
        driven = sum(c["trips_per_day"] for c in here)
        left = sum(u["trips_per_day"] for u in unmet if u["commodity"].endswith(str(year)))
        available = sum(AVAILABLE[p][year] for p in AVAILABLE)
        sold = sum(
            r["load_kg_per_day"] for s in stations for r in s["timeline"] if r["year"] == year
        )
        parts = {k: v + t * 0.1 for k, v in split.items()}
        by_period.append({
            "year": year, "trucks_wanted": TRUCKS[year][1], "demand_kg_per_day": wanted, "served_kg_per_day": wanted - missing,
            "unmet_kg_per_day": missing, "sold_kg_per_day": sold, "coverage_by_kg": 1 - missing / wanted, "coverage_by_trips": 1 - left / driven,
            "coverage_by_vehicle_km": 1 - left / driven, "available_kg_per_day": available,
            "sent_kg_per_day": sold / 0.99, "announced_kg_per_day": min(sold / 0.99, 6500.0),
            "assumed_kg_per_day": max(0.0, sold / 0.99 - 6500.0),
            "shortfall_kg_per_day": max(0.0, wanted / 0.99 - available),
            "shortfall_cny_per_year": max(0.0, wanted / 0.99 - available) * 365 * 80.0,
            "stations": sum(any(r["year"] == year for r in s["timeline"]) for s in stations),
            "capex_cny": _built(stations, year) + _steps(year),
            "lcoh_cny_per_kg": {**parts, "total": sum(parts.values())},
            "co2_kg_per_kg": {"byproduct": 4.1, "substitution": 12.3},
            "co2_price_needed_cny_per_t": {"byproduct": 2100.0, "substitution": None},
            "co2_avoided_t_per_year": {"byproduct": 5200.0 * (t + 1), "substitution": -310.0 * (t + 1)},
            "trailers_per_day": sum(s["trailers_per_day"] for s in supply if s["year"] == year),
            "utilisation": 0.61,
        })  # fmt: skip
        for c in here:
            gone = next(u["kg_per_day"] for u in unmet if u["commodity"] == c["id"])
            want = c["trips_per_day"] * c["need_g"] / 1000
            by_od.append({**{k: c[k] for k in ("od", "origin_zh", "origin_en", "destination_zh", "destination_en", "market", "year", "t_per_year")},
                          "wanted_kg_per_day": want, "served_kg_per_day": want - gone, "coverage": 1 - gone / want})  # fmt: skip
        for plant, zh, en in (
            ("ovens", "某焦化厂", "Some coke plant"),
            ("hydro", "某水电站", "Some hydropower"),
        ):
            by_plant.append({"plant": plant, "name_zh": zh, "name_en": en, "year": year, "available_kg_per_day": AVAILABLE[plant][year],
                             "sent_kg_per_day": sum(s["kg_per_day"] for s in supply if s["year"] == year and s["plant"] == plant)})  # fmt: skip
        low, base, high = (30 * x for x in TRUCKS[year])
        lines.append(
            {
                "year": year,
                "low_kg_per_day": low,
                "base_kg_per_day": base,
                "high_kg_per_day": high,
                "used_kg_per_day": base,
            }
        )
    return {
        "by_period": by_period, "lcoh_cny_per_kg": {**split, "total": sum(split.values())}, "by_od": by_od, "by_plant": by_plant,
        "demand_lines": lines, "consumption_kg_per_100km": {"t49": {"laden": 12.0, "empty": 7.5, "mean": 9.75}},
        "capex_total_cny": sum(s["capex_cny"] for s in stations) + 9e6, "npv_cny": 519.5e6, "npv_without_unmet_cny": 442.5e6,
        "capital": {
            "by_year": [{"year": year, "stations_cny": _built(stations, year), "station_replacements_cny": 0.0, "expansions_cny": _steps(year),
                         "expansion_replacements_cny": 0.0, "trailers_cny": 2.5e6} for year in YEARS],
            "purchases_npv_cny": 150e6, "residual_npv_cny": 40e6,
        },
        "who_pays": {
            "operator": {
                "npv_cny": -31e6, "irr": [0.021, 0.4], "payback_year": None, "needed_pump_price_cny_per_kg": 37.2,
                "subsidy_cny_per_kg": 2.2, "subsidy_by_period": [{"year": year, "cny_per_year": 1e6} for year in YEARS],
            },
            "trucks": [{
                "truck": "t49", "hydrogen_cny_per_km": 3.4, "diesel_cny_per_km": 3.0, "capital_cny_per_km": 1.4,
                "parity_fuel_cny_per_kg": 30.8, "parity_cny_per_kg": 16.4, "npv_cny": -1e6, "irr": [-0.031], "payback_years": None,
            }],
        },
    }  # fmt: skip


def _built(stations: Any, year: int) -> float:
    """Return what is paid for building and enlarging in a period [CNY]."""
    return sum(r["build_cny"] for s in stations for r in s["timeline"] if r["year"] == year)


def _steps(year: int) -> float:
    """Return what is paid for expansions in a period [CNY]."""
    return 9e6 if year == 2035 else 0.0


def documents() -> dict[str, Any]:
    """Return every document of the made run, by file name."""
    return {
        "inputs/scenario.json": scenario(),
        "inputs/network.json": network(),
        "inputs/trips.json": trips(),
        "inputs/sites.json": sites(),
        "plan.json": plan(),
        "evidence.json": evidence(plan()),
    }


def write_run(
    folder: Path, docs: dict[str, Any] | None = None, *, verdict: str | None = "PASS"
) -> Path:
    """Write a run folder, with a certificate that fits its files unless `verdict` is None."""
    docs = copy.deepcopy(docs or documents())
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    for name, document in docs.items():
        (folder / name).write_text(pretty_json(document), encoding="utf-8")
    if verdict is None:
        return folder
    plan_document = docs["plan.json"]
    certificate = {
        "schema": "corridor.certificate/2",
        "verdict": verdict,
        "checks": [
            {"id": "C1", "title": "Every truck was driven again", "ok": verdict != "FAIL", "checked": 12,
             "worst": "coal.t49.2030: 21 g left", "failures": [] if verdict != "FAIL" else ["coal.t49.2030: dry at km 88"]},
            {"id": "C2", "title": "The books add up", "ok": True, "checked": 40, "worst": "", "failures": []},
        ],
        "objective_cny": plan_document["objective_cny"], "bound_cny": plan_document["bound_cny"], "gap": plan_document["gap"],
        "gap_target": 0.01, "facts": {}, "inputs": {name: sha256_file(folder / name) for name in docs},
    }  # fmt: skip
    certificate["sha256"] = sha256_text(canonical_json(certificate))
    (folder / "certificate.json").write_text(
        json.dumps(certificate, ensure_ascii=False), encoding="utf-8"
    )
    return folder
