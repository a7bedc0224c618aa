# ruff: noqa: E501  the documents are easier to check as rows
"""A small run folder made by hand: one expressway, three places, two plants, three periods.

Everything is computed here from the stop plans by schoolbook sums, so that a test can tell whether
the report, the tables and the maps repeat what the plan says. The road runs straight south:

    north town ==(R1 chainage 0)== sides a (km 30) == exit b (km 60) == sides c (km 90) ==(120)== south town
"""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from corridor.core.files import canonical_json, pretty_json, sha256_file, sha256_text

UP, DOWN = "南镇方向", "北镇方向"
YEARS = (2026, 2030, 2035)
WEIGHTS = (3.5, 3.0, 4.2)
TRUCKS = {2026: (30.0, 50.0, 70.0), 2030: (70.0, 120.0, 180.0), 2035: (110.0, 200.0, 340.0)}
BREAKDOWN = (
    "production",
    "purification",
    "opportunity",
    "compression",
    "transport",
    "station_capex",
    "station_opex",
    "station_power",
    "detour",
    "stops",
)
AVAILABLE = {
    "ovens": {2026: 1600.0, 2030: 2400.0, 2035: 4000.0},
    "hydro": {2026: 0.0, 2030: 450.5, 2035: 450.5},
}


def _node(
    node: str, kind: str, km: float | None, carriageway: str = "", **more: Any
) -> dict[str, Any]:
    lat = 26.5 - (km or 0.0) / 111.2 if km is not None else more.pop("lat")
    return {
        "id": node,
        "kind": kind,
        "lon": more.pop("lon", 104.8 + (0.0002 if carriageway == UP else -0.0002)),
        "lat": round(lat, 6),
        "elevation_m": more.pop("elevation_m", None if km is None else 1800.0 - 5 * km),
        "route": "R1" if km is not None else "",
        "carriageway": carriageway,
        "chainage_m": None if km is None else round(km * 1000),
        "name_zh": more.pop("name_zh", ""),
        "name_en": more.pop("name_en", ""),
    }


def network() -> dict[str, Any]:
    """Return the network document."""
    marks = [
        (0, "end"),
        (30, "sa_side"),
        (60, "diverge"),
        (61, "merge"),
        (90, "sa_side"),
        (120, "end"),
    ]
    nodes, arcs = [], []
    for direction, way in (("u", UP), ("d", DOWN)):
        chain = marks if direction == "u" else marks[::-1]
        names = []
        for km, kind in chain:
            if direction == "d" and kind in ("diverge", "merge"):
                kind = {"diverge": "merge", "merge": "diverge"}[kind]
            names.append(f"r1.{direction}.{km}")
            nodes.append(_node(names[-1], kind, km, way, name_zh="乙" if kind == "diverge" else ""))
        for tail, head in pairwise(names):
            length = abs(int(tail.split(".")[2]) - int(head.split(".")[2])) * 1000
            arcs.append(_arc(tail, head, length, "mainline", "R1", way, section="一段高速"))
    nodes.append(_node("plaza.b", "plaza", None, lat=25.96, lon=104.81, name_zh="乙", name_en="Yi"))
    nodes.append(_node("site.b", "site", None, lat=25.959, lon=104.815))
    for place, km in (("north", 0), ("south", 120)):
        nodes.append(_node(f"place.{place}", "terminal", None, lat=26.5 - km / 111.2, lon=104.82))
        here = (f"r1.u.{km}", f"r1.d.{km}")
        for end in here:
            arcs.append(_arc(f"place.{place}", end, 2000, "access"))
            arcs.append(_arc(end, f"place.{place}", 2000, "access"))
    for direction in ("u", "d"):
        out, back = ("60", "61") if direction == "u" else ("61", "60")
        arcs.append(_arc(f"r1.{direction}.{out}", "plaza.b", 400, "ramp"))
        arcs.append(_arc("plaza.b", f"r1.{direction}.{back}", 400, "ramp"))
    arcs.append(_arc("plaza.b", "site.b", 700, "access"))
    arcs.append(_arc("site.b", "plaza.b", 700, "access"))
    return {
        "schema": "corridor.network/1",
        "name": "made",
        "nodes": sorted(nodes, key=lambda n: n["id"]),
        "arcs": sorted(arcs, key=lambda a: a["id"]),
        "routes": [
            {"ref": "R1", "name_zh": "甲乙高速", "name_en": "Jia–Yi Expressway", "up": UP, "down": DOWN,
             "length_m": 120000, "length_basis": "cited", "source": "made by hand"}
        ],
        "sides": [
            {"id": f"r1.{direction}.{km}", "name_zh": zh, "name_en": en, "kind": "service_area",
             "highway_zh": "甲乙高速", "direction_zh": way, "county_zh": "丙县", "lon": 104.8,
             "lat": round(26.5 - km / 111.2, 6), "elevation_m": 1800.0 - 5 * km,
             "node": "" if (km, direction) == (90, "d") else f"r1.{direction}.{km}",
             "left_out_because": "closed for works" if (km, direction) == (90, "d") else "",
             "source": "made by hand"}
            for km, zh, en in ((30, "甲服务区", "Jia service area"), (90, "丁服务区", "Ding service area"))
            for direction, way in (("u", UP), ("d", DOWN))
        ],
        "places": [
            {"id": "north", "name_zh": "北镇", "name_en": "North Town", "kind": "town", "node": "place.north",
             "population": 100000, "source": "made by hand"},
            {"id": "south", "name_zh": "南镇", "name_en": "South Town", "kind": "town", "node": "place.south",
             "population": None, "source": "made by hand"},
        ],
        "attribution": ["© OpenStreetMap contributors, ODbL 1.0", "Place names: GeoNames, CC BY 4.0"],
        "provenance": {"made": "by hand"},
        "notes": ["Lengths are round numbers."],
    }  # fmt: skip


def _arc(
    tail: str, head: str, length: int, kind: str, route: str = "", way: str = "", section: str = ""
) -> dict[str, Any]:
    return {
        "id": f"{tail}>{head}", "tail": tail, "head": head, "length_m": length, "kind": kind, "route": route,
        "carriageway": way, "section": section, "open_year": 2013, "close_year": None, "length_basis": "cited",
    }  # fmt: skip


def sites() -> dict[str, Any]:
    """Return the sites document: three sides and one exit accepted, one side rejected."""

    def site(
        name: str, kind: str, zh: str, en: str, km: float, way: str, node: str
    ) -> dict[str, Any]:
        return {
            "id": name, "kind": kind, "name_zh": zh, "name_en": en, "node": node, "lon": 104.8,
            "lat": round(26.5 - km / 111.2, 6), "route": "R1", "carriageway": way, "chainage_m": round(km * 1000),
            "county": "丙县", "existing_tier": "", "existing_since": None, "tiers": [], "required_from": None,
            "required_tier": "", "forbidden": False, "capex_factor": 1.0, "source": "made by hand",
        }  # fmt: skip

    return {
        "schema": "corridor.sites/1",
        "sites": [
            site("a.down", "sa_side", "甲服务区", "Jia service area", 30, DOWN, "r1.d.30"),
            site("a.up", "sa_side", "甲服务区", "Jia service area", 30, UP, "r1.u.30"),
            site("b.exit", "exit", "乙收费站", "Yi toll exit", 60, "both", "site.b"),
            site("c.up", "sa_side", "丁服务区", "Ding service area", 90, UP, "r1.u.90"),
        ],
        "rejected": [
            {"id": "c.down", "name_zh": "丁服务区", "name_en": "Ding service area", "lon": 104.8, "lat": 25.690647,
             "code": "absent", "reason": "closed for works"},
        ],
        "plants": [{"id": "ovens", "node": "place.north", "extra_km": 3.5}, {"id": "hydro", "node": "place.south", "extra_km": 0.0}],
    }  # fmt: skip


def trips() -> dict[str, Any]:
    """Return the trips document: a captive loop and through traffic in each period."""
    commodities = []
    for year in YEARS:
        base = TRUCKS[year][1]
        commodities.append(
            _commodity("coal", "north", "south", "captive", "LOOP", year, base * 0.7, 22800)
        )
        commodities.append(
            _commodity("transit", "south", "north", "through", "ONEWAY", year, base * 0.3, 5640)
        )
    return {
        "schema": "corridor.trips/1",
        "commodities": commodities,
        "trucks_by_year": [[y, *TRUCKS[y], TRUCKS[y][1]] for y in YEARS],
        "notes": ["No detour was dropped."],
    }


def _commodity(
    od: str, start: str, end: str, market: str, convention: str, year: int, trucks: float, need: int
) -> dict[str, Any]:
    names = {"north": ("北镇", "North Town"), "south": ("南镇", "South Town")}
    up = ["place.north>r1.u.0", "r1.u.0>r1.u.30", "r1.u.30>r1.u.60", "r1.u.60>r1.u.61", "r1.u.61>r1.u.90",
          "r1.u.90>r1.u.120", "r1.u.120>place.south"]  # fmt: skip
    down = ["place.south>r1.d.120", "r1.d.120>r1.d.90", "r1.d.90>r1.d.61", "r1.d.61>r1.d.60", "r1.d.60>r1.d.30",
            "r1.d.30>r1.d.0", "r1.d.0>place.north"]  # fmt: skip
    laden = {
        "load": "laden",
        "arcs": up if start == "north" else down,
        "grams": [200, 3000, 3000, 100, 2900, 3000, 200],
    }
    back = {"load": "empty", "arcs": down, "grams": [100, 2500, 2500, 100, 2500, 2600, 100]}
    loop = convention == "LOOP"
    visits = (
        [{"site": "a.up", "position": 2, "at_g": 3200}, {"site": "c.up", "position": 5, "at_g": 9200},
         {"site": "a.down", "position": 12, "at_g": 20100}]
        if loop
        else [{"site": "a.down", "position": 5, "at_g": 9200}]
    )  # fmt: skip
    base = {
        "id": "base", "legs": [laden, back] if loop else [laden], "visits": visits,
        "total_g": 22800 if loop else 12400, "length_m": 248000 if loop else 124000,
        "detour_sites": [], "detour_cny_per_trip": 0.0,
    }  # fmt: skip
    detour = {**base, "id": "via.b.exit", "length_m": base["length_m"] + 2200, "total_g": base["total_g"] + 220,
              "visits": [{"site": "b.exit", "position": 4, "at_g": 6310}], "detour_sites": ["b.exit"],
              "detour_cny_per_trip": 12.5}  # fmt: skip
    return {
        "id": f"{od}.t49.{year}", "od": od, "origin": start, "destination": end,
        "origin_zh": names[start][0], "origin_en": names[start][1],
        "destination_zh": names[end][0], "destination_en": names[end][1],
        "truck": "t49", "year": year, "market": market, "cargo": "coal" if loop else "",
        "convention": convention, "usable_g": 33800, "start_g": 0 if loop else 16900, "end_g": 0 if loop else 10140,
        "trips_per_day": trucks * 30 * 1000 / need, "need_g": need, "variants": [base, detour],
    }  # fmt: skip


def scenario() -> dict[str, Any]:
    """Return a resolved scenario: as much of it as a report needs."""
    return {
        "schema": "corridor.scenario/1", "name": "made", "title": "A corridor made by hand",
        "description": "For tests.", "preset": "none",
        "time": {"periods": list(YEARS), "base_year": 2026, "horizon_end_year": 2040},
        "money": {"discount_rate": 0.08, "unmet_price_cny_per_kg": 80.0, "priority_price_cny_per_kg": 80.0, "power_price_cny_per_kwh": 0.55, "price_year": 2025},
        "demand": {"kg_per_truck_day": 30.0}, "adoption": {"level": "base"},
        "station": {"peak_day_factor": 1.3}, "delivery": {"payload_kg": 320.0},
        "tier": {"t1": {"capacity_kg_per_day": 1500.0}, "t2": {"capacity_kg_per_day": 4000.0}},
        "truck": {"t49": {"tank_kg": 40.0}},
        "solver": {"name": "highs", "gap_target": 0.01, "work_limit": 60.0},
    }  # fmt: skip


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
        "periods": [{"year": y, "last_year": last, "weight": w} for y, last, w in zip(YEARS, (2029, 2034, 2040), WEIGHTS, strict=True)],
        "stations": stations, "trips": rows, "unmet": unmet, "supply": supply,
        "expansions": [{"plant": "ovens", "year": 2035, "steps": 1, "added_kg_per_day": 2000.0, "capex_cny": 9e6}],
        "plants": [
            {"id": "ovens", "name_zh": "某焦化厂", "name_en": "Some coke plant", "kind": "coke_oven_gas", "lon": 104.83, "lat": 26.52,
             "node": "place.north", "source": "made by hand", "confidence": "assumption"},
            {"id": "hydro", "name_zh": "某水电站", "name_en": "Some hydropower", "kind": "electrolysis", "lon": 104.85, "lat": 25.4,
             "node": "place.south", "source": "made by hand", "confidence": "assumption"},
        ],
        "off_plants": [{"id": "old", "name_zh": "旧焦化厂", "name_en": "Old coke plant", "reason": "no cited capacity"}],
        "costs_npv_cny": npv, "kpis": kpis,
        "sizes": {"routes": 1, "arcs": 30, "candidate_sites": 4, "commodities": 6},
        "caveats": ["Lengths are round numbers.", "No detour was dropped."],
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
        "existing": False, "capex_cny": sum(row["build_cny"] for row in timeline), "replacements": [],
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
            "shortfall_kg_per_day": max(0.0, wanted / 0.99 - available),
            "shortfall_cny_per_year": max(0.0, wanted / 0.99 - available) * 365 * 80.0,
            "stations": sum(any(r["year"] == year for r in s["timeline"]) for s in stations),
            "capex_cny": sum(r["build_cny"] for s in stations for r in s["timeline"] if r["year"] == year),
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
            by_od.append({**{k: c[k] for k in ("od", "origin_zh", "origin_en", "destination_zh", "destination_en", "market", "year")},
                          "wanted_kg_per_day": want, "served_kg_per_day": want - gone, "coverage": 1 - gone / want})  # fmt: skip
        for plant, zh, en in (
            ("ovens", "某焦化厂", "Some coke plant"),
            ("hydro", "某水电站", "Some hydropower"),
        ):
            by_plant.append({"plant": plant, "name_zh": zh, "name_en": en, "year": year, "available_kg_per_day": AVAILABLE[plant][year],
                             "sold_kg_per_day": sum(s["kg_per_day"] for s in supply if s["year"] == year and s["plant"] == plant)})  # fmt: skip
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
            "by_year": [{"year": year, "stations_cny": 30e6, "station_replacements_cny": 0.0, "expansions_cny": 0.0,
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
                "parity_fuel_cny_per_kg": 30.8, "parity_cny_per_kg": 16.4, "npv_cny": -1e6, "irr": [], "payback_years": None,
            }],
        },
    }  # fmt: skip


def documents() -> dict[str, Any]:
    """Return every document of the made run, by file name."""
    return {
        "inputs/scenario.json": scenario(),
        "inputs/network.json": network(),
        "inputs/trips.json": trips(),
        "inputs/sites.json": sites(),
        "plan.json": plan(),
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
