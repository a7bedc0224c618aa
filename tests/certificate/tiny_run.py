"""The plan of the tiny run (see `tiny_inputs`), and its run folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tiny_inputs import Documents, network, scenario, sites, trips


def row(year: int, tier: str, load: float, calls: float, build: float) -> Documents:
    capacity = {"s": 500.0, "m": 1000.0}[tier]
    return {
        "year": year, "tier": tier, "capacity_kg_per_day": capacity,
        "usable_kg_per_day": {"s": 400.0, "m": 800.0}[tier],
        "storage_kg": {"s": 800.0, "m": 1600.0}[tier], "storage_class": {"s": "III", "m": "II"}[tier],
        "load_kg_per_day": load,
        "peak_day_kg": load * 1.25, "utilisation": load / capacity, "trucks_per_day": calls,
        "build_cny": build,
    }  # fmt: skip


def station(
    site: Documents, capex: float, timeline: list[Documents], *again: Documents
) -> Documents:
    last = timeline[-1]
    same = ("id", "name_zh", "name_en", "kind", "route", "carriageway", "county", "lon", "lat",
            "node")  # fmt: skip
    return {
        **{key: site[key] for key in same},
        "chainage_km": site["chainage_m"] / 1000,
        "period": timeline[0]["year"], "tier": last["tier"],
        "capacity_kg_per_day": last["capacity_kg_per_day"],
        "load_kg_per_day": last["load_kg_per_day"], "existing": bool(site["existing_tier"]),
        "capex_cny": capex, "replacements": list(again), "timeline": timeline,
    }  # fmt: skip


def _stops(commodity: str, trips_per_day: float, variant: str, *stops: Any) -> Documents:
    return {
        "commodity": commodity, "variant": variant, "trips_per_day": trips_per_day,
        "stops": [{"visit": v, "station": s, "fuel_g": g} for v, s, g in stops],
    }  # fmt: skip


def lane(site: str, year: int, kg: float, km: float, price: float) -> Documents:
    return {"plant": "coke", "station": site, "year": year, "kg_per_day": kg,
            "round_trip_km": km, "delivery_cny_per_kg": price,
            "trailers_per_day": kg / 250}  # fmt: skip


THROUGH_2026 = 300 / 7.95
THROUGH_2030 = 450 / 7.95

# Loops from A buy 9.4 kg at U1 (enough to reach V1) and 10.6 kg at V1; loops from B 11.4 kg at V1
# and 8.6 kg at U1; through trucks 7.95 kg at U1, or 8.13 kg at E after 3 km more.
U1_2026 = 37.5 * 9.4 + 7.5 * 8.6 + 300  # 717 kg/day
V1_2026 = 37.5 * 10.6 + 7.5 * 11.4  # 483
U1_2030 = 56.25 * 9.4 + 11.25 * 8.6 + 20 * 7.95  # 784.5
V1_2030 = 56.25 * 10.6 + 11.25 * 11.4  # 724.5
E_2030 = 30 * 8.13  # 243.9

# From B to U1 round by A: 200 + 90 km, on to B 110 km, and 2 x 10 km to the works: 420 km, 8 hours,
# 500 trips x 250 kg: 0.34 M CNY / 125 t = 2.72, and 420 x 5 / 250 = 8.40.
# To V1 70 km, back over the exit 90 km: 180 km, 4 hours: 1.36 + 3.60. To E 2 x 81 km: 182 km.
PRICE_U1, PRICE_V1, PRICE_E = 11.12, 4.96, 0.34 * (182 / 60 + 1) + 3.64

COSTS = {
    # 4 years x (0.16 + 0.08 M) + 5 years x (0.16 + 0.08 + 0.08 M), and 0.08 M for V1's renewal in 2034
    "station_capex": 2_560_000.0 + 80_000.0,
    "station_opex": 8_040_000.0,  # 4 years x (0.38 + 0.38 M) + 5 years x (0.38 + 0.38 + 0.24 M)
    "expansions": 500_000.0,  # 5 x 2 M / 20
    # 1500 kg/day leave in 2026, 2191.125 in 2030; gate 12 x 365 = 4380 CNY per daily kilogram and
    # year, of which purification 365 x 4 x 0.5 + 4000 / 20 = 930
    "production": (4 * 1500 + 5 * 2191.125) * 3450,  # 58,496,906.25
    # 500 kg/day of the step pay no capital here, 200 CNY a year each: the plan has bought it
    "purification": (4 * 1500 + 5 * 2191.125) * 930 - 5 * 500 * 200,  # 15,768,731.25 - 500,000
    "opportunity": 0.0,
    "filling": (4 * 1500 + 5 * 2191.125) * 365,  # 1 CNY/kg: 6,188,803.125
    "transport": 49_809_725.45625,
    "station_power": (4 * 1200 + 5 * 1752.9) * 365 * 1.5,  # 7,426,563.75
    "detour": 492_750.0,  # 30 x 9 x 365 x 5
    # 6 CNY a stop: 45 loops of two stops and the through trucks in 2026; 67.5 and 50 of one in 2030
    "stops": 6 * 365 * (4 * (90 + THROUGH_2026) + 5 * (135 + 50)),
    "unmet": 9_581_250.0,  # 52.5 kg x 100 x 365 x 5
}
COSTS["total"] = 158_864_729.83125 + 80_000 - 500_000 + COSTS["stops"]


# With the step bought 2200 kg/day leave and 1760 arrive, 40 less than 2030 wants: at 100 CNY each,
# whoever goes without, 40 x 100 x 365 x 5 years; 2026 wants 1200.
UNAVOIDABLE_2030 = 7_300_000.0
BOUND = 161_000_000.0
GAP = (COSTS["total"] - BOUND) / (COSTS["total"] - UNAVOIDABLE_2030)


def capital() -> Documents:
    """Return what is bought when: trailers are 1 M each, a trailer is on duty 4,000 hours a year.

    2026: 896.25 kg/day over 8 hours and 603.75 over 4 need (365 / 250) x (8 x 896.25 + 4 x 603.75) / 4000
    trailers; 2030: 980.625 over 8, 905.625 over 4 and 304.875 over 182/60 + 1. The first lot lives to 2035.
    """
    first = 365 / 250 * (8 * U1_2026 / 0.8 + 4 * V1_2026 / 0.8) / 4000
    hours = 8 * U1_2030 / 0.8 + 4 * V1_2030 / 0.8 + (182 / 60 + 1) * E_2030 / 0.8
    more = 365 / 250 * hours / 4000 - first
    rows = (
        # year, stations, replacements, expansions, trailers
        (2026, 2_400_000.0, 0.0, 0.0, 1e6 * first),
        (2030, 800_000.0, 0.0, 2_000_000.0, 1e6 * more),
        (2034, 0.0, 800_000.0, 0.0, 0.0),
    )
    return {
        "by_year": [
            {"year": year, "stations_cny": new, "station_replacements_cny": again,
             "expansions_cny": step, "expansion_replacements_cny": 0.0, "trailers_cny": trailers}
            for year, new, again, step, trailers in rows],
        "purchases_npv_cny": 6_000_000.0,  # nothing is discounted here
        # left at the end of 2034: 1 of 10 years of 2.4 M, 5 of 10 of 0.8 M, 15 of 20 of 2 M, 9 of 10 of 0.8 M
        "residual_npv_cny": 240_000.0 + 400_000.0 + 1_500_000.0 + 720_000.0,
    }  # fmt: skip


OPERATOR = ("station_capex", "station_opex", "expansions", "production", "purification", "filling",
            "transport", "station_power")  # fmt: skip


def who_pays() -> Documents:
    """Return who pays at 25 CNY/kg, nothing discounted: the operator pays all but detours and stops.

    Every year is a loss, so that no rate of return is one. Loops burn 20 kg in 400 km, through trucks 12 kg
    in 200 km: 5.2954 kg per 100 km; diesel costs 35 l x 8 CNY = 2.80 CNY/km, the dearer truck 1.00.
    """
    kg = 365 * (4 * 1200 + 5 * 1752.9)
    needed = sum(COSTS[block] for block in OPERATOR) / kg
    loops, through = 45 + 67.5, THROUGH_2026 + THROUGH_2030
    per_km = (20 * loops + 12 * through) / (400 * loops + 200 * through)
    saved = (2.8 - 25 * per_km) * 100_000
    low, high = 0.0, 0.5
    while high - low > 1e-9:
        rate = (low + high) / 2
        if sum(saved / (1 + rate) ** year for year in range(1, 9)) > 800_000:
            low = rate
        else:
            high = rate
    return {
        "operator": {
            "npv_cny": (25 - needed) * kg, "irr": [], "payback_year": None,
            "needed_pump_price_cny_per_kg": needed, "subsidy_cny_per_kg": needed - 25,
            "subsidy_by_period": [
                {"year": year, "cny_per_year": (needed - 25) * 365 * sold}
                for year, sold in ((2026, 1200.0), (2030, 1752.9))],
        },
        "trucks": [{
            "truck": "t", "hydrogen_cny_per_km": 25 * per_km, "diesel_cny_per_km": 2.8,
            "capital_cny_per_km": 1.0, "parity_fuel_cny_per_kg": 2.8 / per_km,
            "parity_cny_per_kg": 1.8 / per_km, "npv_cny": 8 * saved - 800_000, "irr": [low],
            "payback_years": 6}],
    }  # fmt: skip


def do_nothing() -> Documents:
    """Return what V1 does alone: nothing, for every loop needs two stops and through trucks pass elsewhere.

    It costs 0.24 M CNY a year and 0.08 M of its renewal in 2034; all 1,200 and 1,800 kg/day are unmet.
    """
    v1 = next(row for row in sites()["sites"] if row["id"] == "v1")
    demand = {2026: 1200.0, 2030: 1800.0}
    costs = dict.fromkeys(COSTS, 0.0) | {
        "station_capex": 80_000.0,
        "station_opex": 9 * 240_000.0,
        "unmet": (4 * 1200 + 5 * 1800) * 365 * 100.0,
    }
    costs["total"] = 505_940_000.0
    return {
        "objective_cny": costs["total"],
        "bound_cny": costs["total"],
        "by_period": [
            {"year": year, "stations": 1, "demand_kg_per_day": kg, "unmet_kg_per_day": kg,
             "coverage_by_kg": 0.0} for year, kg in demand.items()],
        "stations": [station(
            v1, 0.0, [row(2026, "s", 0.0, 0.0, 0.0), row(2030, "s", 0.0, 0.0, 0.0)],
            {"year": 2034, "cny": 800_000.0})],
        "trips": [],
        "unmet": [
            {"commodity": c["id"], "trips_per_day": c["trips_per_day"],
             "kg_per_day": c["trips_per_day"] * c["need_g"] / 1000} for c in trips()["commodities"]],
        "supply": [],
        "costs_npv_cny": costs,
    }  # fmt: skip


def plan() -> Documents:
    site = {row["id"]: row for row in sites()["sites"]}
    rest = THROUGH_2030 - 50
    unmet_kg = 52.5  # 450 - 50 x 7.95
    loops = {2026: (30.0, 7.5), 2030: (45.0, 11.25)}
    rows = []
    for year, (captive, pair) in loops.items():
        rows += [
            _stops(f"coal.t.{year}", captive, "base", (1, "u1", 9400), (2, "v1", 10_600)),
            _stops(f"a-b.t.{year}", pair, "base", (1, "u1", 9400), (2, "v1", 10_600)),
            _stops(f"b-a.t.{year}", pair, "base", (0, "v1", 11_400), (2, "u1", 8600)),
        ]
    rows += [
        _stops("east.t.2026", THROUGH_2026, "base", (1, "u1", 7950)),
        _stops("east.t.2030", 20.0, "base", (1, "u1", 7950)),
        _stops("east.t.2030", 30.0, "out:e", (2, "e", 8130)),
    ]
    kg = 365 * (4 * 1200 + 5 * 1752.9)
    split = {
        "production": COSTS["production"] / kg,
        "purification": (COSTS["purification"] + COSTS["expansions"]) / kg,
        "opportunity": 0.0,
        "compression": COSTS["filling"] / kg,
        "transport": COSTS["transport"] / kg,
        "station_capex": COSTS["station_capex"] / kg,
        "station_opex": COSTS["station_opex"] / kg,
        "station_power": COSTS["station_power"] / kg,
        "detour": COSTS["detour"] / kg,
        "stops": COSTS["stops"] / kg,
    }
    return {
        "schema": "corridor.plan/2",
        "name": "tiny",
        "title": "",
        "inputs": {},
        "status": "OPTIMAL",
        "objective_cny": COSTS["total"],
        "bound_cny": BOUND,
        "unavoidable_cny": UNAVOIDABLE_2030,
        "unavoidable_by_period": [
            {"year": 2026, "cny": 0.0, "nozzle_kg_per_day": 1760.0},
            {"year": 2030, "cny": UNAVOIDABLE_2030, "nozzle_kg_per_day": 1760.0},
        ],
        "gap": GAP,
        "gap_target": 0.01,
        "search": {"stopped": "target", "moves_tested": 12, "locally_optimal": True},
        "stations_given": False,
        "periods": [{"year": 2026, "last_year": 2029, "weight": 4.0, "decides": True},
                    {"year": 2030, "last_year": 2034, "weight": 5.0, "decides": True}],
        "stations": [
            station(site["u1"], 1_600_000.0, [
                row(2026, "m", U1_2026, 37.5 + 7.5 + THROUGH_2026, 1_600_000.0),
                row(2030, "m", U1_2030, 56.25 + 11.25 + 20, 0.0)]),
            station(site["v1"], 800_000.0, [
                row(2026, "m", V1_2026, 45.0, 800_000.0), row(2030, "m", V1_2030, 67.5, 0.0)],
                {"year": 2034, "cny": 800_000.0}),
            station(site["e"], 800_000.0, [row(2030, "s", E_2030, 30.0, 800_000.0)]),
        ],
        "equal_designs": [  # said to cost the same: a year earlier, a step earlier
            {"sites": [{"id": "e", "tiers": ["s", "s"]}], "plants": []},
            {"sites": [], "plants": [{"id": "coke", "steps": [1, 1]}]},
        ],
        "trips": sorted(rows, key=lambda row: (row["commodity"], -row["trips_per_day"])),
        "unmet": [{"commodity": "east.t.2030", "trips_per_day": rest, "kg_per_day": unmet_kg,
                   "reason": "not_proven", "figures": {},
                   "why": "not chosen; not proven"}],
        "supply": [  # one fifth is lost on the way
            lane("u1", 2026, U1_2026 / 0.8, 420.0, PRICE_U1),
            lane("v1", 2026, V1_2026 / 0.8, 180.0, PRICE_V1),
            lane("u1", 2030, U1_2030 / 0.8, 420.0, PRICE_U1),
            lane("v1", 2030, V1_2030 / 0.8, 180.0, PRICE_V1),
            lane("e", 2030, E_2030 / 0.8, 182.0, PRICE_E),
        ],
        "expansions": [{"plant": "coke", "year": 2030, "steps": 1, "added_kg_per_day": 500.0,
                        "capex_cny": 2_000_000.0}],
        "costs_npv_cny": dict(COSTS),
        "do_nothing": do_nothing(),
        "kpis": {
            "lcoh_cny_per_kg": {**split, "total": sum(split.values())},
            "npv_cny": COSTS["total"],
            "npv_without_unmet_cny": COSTS["total"] - COSTS["unmet"],
            "capex_total_cny": 6_000_000.0,
            "capital": capital(),
            "who_pays": who_pays(),
            "by_period": [
                {"year": 2026, "demand_kg_per_day": 1200.0, "sold_kg_per_day": 1200.0,
                 "unmet_kg_per_day": 0.0, "coverage_by_kg": 1.0, "coverage_by_trips": 1.0,
                 "available_kg_per_day": 1700.0, "sent_kg_per_day": 1500.0, "stations": 2,
                 "announced_kg_per_day": 1500.0, "assumed_kg_per_day": 0.0,
                 "capex_cny": 2_400_000.0, "shortfall_kg_per_day": 0.0},
                {"year": 2030, "demand_kg_per_day": 1800.0, "sold_kg_per_day": 1752.9,
                 "unmet_kg_per_day": 52.5, "coverage_by_kg": 1747.5 / 1800,
                 "available_kg_per_day": 2200.0, "sent_kg_per_day": 2191.125, "stations": 3,
                 "announced_kg_per_day": 1700.0, "assumed_kg_per_day": 491.125,
                 "capex_cny": 3_600_000.0, "shortfall_kg_per_day": 1800.0 - 2200.0 * 0.8},
            ],
            "by_plant": [
                {"plant": "coke", "year": 2026, "available_kg_per_day": 1700.0,
                 "sent_kg_per_day": 1500.0, "sold_kg_per_day": 1200.0},
                {"plant": "coke", "year": 2030, "available_kg_per_day": 2200.0,
                 "sent_kg_per_day": 2191.125, "sold_kg_per_day": 1752.9,
                 "announced_kg_per_day": 1700.0, "assumed_kg_per_day": 491.125},
            ],
        },
        "sizes": {}, "caveats": [],
    }  # fmt: skip


INPUTS = ("scenario", "network", "trips", "sites")


def documents() -> dict[str, Documents]:
    """Return the five documents of the tiny run, the plan's hashes still empty."""
    return {
        "scenario": scenario(),
        "network": network(),
        "trips": trips(),
        "sites": sites(),
        "plan": plan(),
    }


def path_of(run_dir: Path, name: str) -> Path:
    """Return where a document lies in a run folder."""
    return run_dir / "inputs" / f"{name}.json" if name in INPUTS else run_dir / f"{name}.json"


def write_run(run_dir: Path, made: dict[str, Documents]) -> Path:
    """Write documents as a run folder and rewrite every hash in it."""
    (run_dir / "inputs").mkdir(parents=True, exist_ok=True)
    for name in INPUTS:
        write_json(path_of(run_dir, name), made[name])
    made["plan"]["inputs"] = {f"{name}_sha256": sha256(path_of(run_dir, name)) for name in INPUTS}
    write_json(path_of(run_dir, "plan"), made["plan"])
    if "evidence" in made:
        made["evidence"]["plan_sha256"] = sha256(path_of(run_dir, "plan"))
        write_json(path_of(run_dir, "evidence"), made["evidence"])
    return run_dir


def write_manifest(run_dir: Path) -> None:
    """Write the manifest over every file of a run folder."""
    files = {
        path.relative_to(run_dir).as_posix(): sha256(path)
        for path in sorted(run_dir.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    write_json(
        run_dir / "manifest.json",
        {"schema": "corridor.manifest/2", "name": "tiny", "verdict": "PASS", "files": files},
    )


def write_json(path: Path, document: Any) -> None:
    """Write JSON, NaN and infinities included if someone put them there."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
