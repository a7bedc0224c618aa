"""What the interactive map draws, as one JSON island: roads, towns, plants, stations, sites."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

from corridor.report.flows import corridor_roads, trucks_on_arcs
from corridor.report.folder import Json, RunFolder
from corridor.report.marks import Mark, english_ways, number_stations
from corridor.report.text import number, visible
from corridor.report.words import in_chinese

DECIMALS = 5


def map_data(run: RunFolder, *, with_plan: bool) -> Json:
    """Return the map's data.

    Parameters
    ----------
    with_plan
        Whether stations may be shown; without, only roads, places and candidates.

    Returns
    -------
    dict
        ``roads`` (polylines in driving order, with the hydrogen trucks on each piece), ``routes``
        (what their shields say), ``places``, ``plants``, ``candidates``, ``rejected``, ``marks``
        (numbered stations with their timelines), ``lanes``, ``years``, ``attribution``.
    """
    network = run.network
    nodes = {node["id"]: node for node in network["nodes"]}
    marks = number_stations(run) if with_plan else ()
    stations = run.plan["stations"] if with_plan else []
    chosen = {station["id"] for station in stations}
    heading = _headings(network, nodes)
    trucks = trucks_on_arcs(run) if with_plan else {}
    ours = corridor_roads(run, trucks) if with_plan else frozenset()
    return {
        "years": [period["year"] for period in run.plan["periods"]] if with_plan else [],
        "routes": [_route(route, ours) for route in network["routes"]],
        "roads": _roads(network, nodes, trucks),
        "places": [
            _named(place, nodes[place["node"]], kind=place["kind"])
            for place in sorted(network.get("places", []), key=_rank)
            if place["node"] in nodes and place["kind"] != "plant"
        ],
        "plants": [
            _named(plant, plant, kind=plant.get("kind", "")) for plant in _plants(run, with_plan)
        ],
        "candidates": [
            {
                **_named(site, site, kind=site["kind"]),
                "way": visible(site["carriageway"]),
                "heading": heading.get(site["node"]) if site["carriageway"] != "both" else None,
            }
            for site in run.sites["sites"]
            if site["id"] not in chosen
        ],
        "rejected": [
            {
                **_named(site, site),
                "reason": visible(site["reason"]),
                "reason_zh": visible(in_chinese(site["reason"], f"reject {site['code']}")),
            }
            for site in run.sites["rejected"]
            if site.get("lat") is not None and site.get("lon") is not None
        ],
        "marks": [_mark(mark, run, heading) for mark in marks],
        "lanes": _lanes(run.plan, marks) if with_plan else [],
        "attribution": [visible(line) for line in network.get("attribution", [])],
    }


def _route(route: Json, ours: frozenset[str]) -> Json:
    """Return what a road's shield says: its number, or its name where it has none."""
    number_of = re.match(r"[GS][0-9]+", route["ref"])
    return {
        "ref": visible(route["ref"]),
        "zh": number_of.group() if number_of else visible(route["name_zh"]),
        "en": number_of.group() if number_of else visible(route["name_en"]),
        "shield": route["ref"][0] if number_of else "",
        "ours": route["ref"] in ours,
    }


def _mark(mark: Mark, run: RunFolder, heading: dict[str, list[float]]) -> Json:
    stations, ways = run.plan["stations"], english_ways(run)
    return {
        "no": mark.number,
        "zh": visible(mark.zh),
        "en": visible(mark.en),
        "full_zh": visible(mark.full_zh),
        "full_en": visible(mark.full_en),
        "stations": [_station(stations[i], heading, ways) for i in mark.stations],
    }


def _lanes(plan: Json, marks: tuple[Mark, ...]) -> list[Json]:
    """Return deliveries by tube trailer: plant, number of the station, period, kilograms."""
    of = {plan["stations"][i]["id"]: mark.number for mark in marks for i in mark.stations}
    sent: dict[tuple[str, int, int], float] = {}
    for row in plan.get("supply") or []:
        key = (row["plant"], of[row["station"]], row["year"])
        sent[key] = sent.get(key, 0.0) + row["kg_per_day"]
    return [
        {"plant": visible(plant), "no": no, "year": year, "kg": round(kg)}
        for (plant, no, year), kg in sent.items()
    ]


def _rank(place: Json) -> tuple[bool, int, str]:
    """Order places so that the label of a larger town is placed first."""
    return place["kind"] != "town", -(place.get("population") or 0), place["id"]


def _plants(run: RunFolder, with_plan: bool) -> list[Json]:
    found: list[Json] = run.plan.get("plants") or [] if with_plan else []
    return [p for p in found if p.get("lon") is not None and p.get("lat") is not None]


def island(data: Json) -> str:
    """Return JSON that may stand inside a script element: no character can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _named(item: Json, spot: Json, **more: Any) -> Json:
    return {
        "id": visible(item["id"]),
        "zh": visible(item["name_zh"]),
        "en": visible(item["name_en"]),
        "at": _at(spot),
        **{key: visible(value) if isinstance(value, str) else value for key, value in more.items()},
    }


def _at(spot: Json) -> list[float]:
    return [round(spot["lat"], DECIMALS), round(spot["lon"], DECIMALS)]


def _station(station: Json, heading: dict[str, list[float]], ways: dict[str, str]) -> Json:
    way: str = station["carriageway"]
    km = station["chainage_km"]
    return {
        **_named(station, station),
        "way": visible(way),
        "way_en": visible(ways.get(way) or way),
        "route": visible(station["route"]),
        "km": "" if km is None else number(km, "km"),
        "off_km": number(station["position_km"], "sig") if station.get("position_km") else "",
        "heading": None if way == "both" else heading.get(station["node"]),
        "timeline": [
            {
                "year": row["year"],
                "tier": visible(row["tier"]),
                "kg": row["load_kg_per_day"],
                "kg_text": number(row["load_kg_per_day"], "sig"),
                "use": round(row["utilisation"], 3),
                "use_text": number(row["utilisation"], "percent"),
                "trucks_text": number(row["trucks_per_day"], "sig"),
            }
            for row in station["timeline"]
        ],
    }


def _headings(network: Json, nodes: dict[str, Json]) -> dict[str, list[float]]:
    """Return for the head of each main arc a point behind it, which gives the driving direction."""
    behind: dict[str, list[float]] = {}
    for arc in network["arcs"]:
        if arc["kind"] == "mainline":
            tail, head = nodes[arc["tail"]], nodes[arc["head"]]
            if _at(tail) != _at(head):
                behind[arc["head"]] = _at(tail)
    return behind


def _roads(network: Json, nodes: dict[str, Json], trucks: dict[str, list[float]]) -> list[Json]:
    """Join arcs of one carriageway head to tail into polylines; ramps and access stay single.

    ``trucks`` of a polyline has a list a piece: hydrogen trucks a day in each period [1/d].
    """
    groups: dict[tuple[str, str, str], list[Json]] = {}
    for arc in network["arcs"]:
        kind = "main" if arc["kind"] == "mainline" else "side"
        group = (kind, arc["route"], arc["carriageway"]) if kind == "main" else (kind, "", "")
        groups.setdefault(group, []).append(arc)
    roads = []
    for (kind, route, way), arcs in sorted(groups.items()):
        by_ends = {(arc["tail"], arc["head"]): trucks.get(arc["id"]) for arc in arcs}
        lines = _chains(arcs) if kind == "main" else _once(arcs)
        for line in lines:
            points, carried = _points(line, nodes, by_ends)
            if len(points) < 2:
                continue
            road = {"kind": kind, "route": visible(route), "way": visible(way), "line": points}
            if kind == "main" and any(map(any, carried)):
                road["trucks"] = carried
            roads.append(road)
    return roads


def _points(
    line: list[str], nodes: dict[str, Json], by_ends: dict[tuple[str, str], list[float] | None]
) -> tuple[list[list[float]], list[list[int]]]:
    """Return the points of a polyline, each once, and the trucks on each piece between them."""
    points, carried = [_at(nodes[line[0]])], []
    for tail, head in pairwise(line):
        point = _at(nodes[head])
        if point != points[-1]:
            points.append(point)
            carried.append([round(n) for n in by_ends.get((tail, head)) or ()])
    return points, carried


def _once(arcs: list[Json]) -> list[list[str]]:
    """Return side roads once, whichever of their two directions comes first."""
    return [list(pair) for pair in sorted({tuple(sorted((a["tail"], a["head"]))) for a in arcs})]


def _chains(arcs: list[Json]) -> list[list[str]]:
    leaving: dict[str, list[Json]] = {}
    entered = {arc["head"] for arc in arcs}
    for arc in arcs:
        leaving.setdefault(arc["tail"], []).append(arc)
    starts = [arc for arc in arcs if arc["tail"] not in entered]
    used: set[str] = set()
    chains = []
    for start in [*starts, *arcs]:
        if start["id"] in used:
            continue
        used.add(start["id"])
        chain = [start["tail"], start["head"]]
        while True:
            onward = next((a for a in leaving.get(chain[-1], []) if a["id"] not in used), None)
            if onward is None:
                break
            used.add(onward["id"])
            chain.append(onward["head"])
        chains.append(chain)
    return chains
