# ruff: noqa: E501  the documents are easier to check as rows
"""The inputs of the run made by hand: a short road, three sides and an exit, two flows in three periods."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

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
        "counts": [{"id": "bridge", "year": 2026, "truck": "", "counted_per_day": 900.0,
                    "before_per_day": 40.0, "after_per_day": 45.0, "hydrogen_share": 0.05,
                    "geh_before": 1.7, "geh_after": 0.0}],
        "factors": [{"od": "coal", "truck": "t49", "factor": 1.1}],
        "works": [
            {"place": "north", "year": y, "direction": "out", "asked_t_per_year": 2e6,
             "there_t_per_year": 1.5e6, "driven_t_per_year": 1.5e6}
            for y in YEARS
        ],
        "notes": ["No detour was dropped."],
    }  # fmt: skip


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
        "trips_per_day": trucks * 30 * 1000 / need, "t_per_year": trucks * 30 * 1000 / need * 30 * 365, "need_g": need, "variants": [base, detour],
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
