"""What the interactive map draws, as one JSON island: roads, towns, plants, stations, sites."""

from __future__ import annotations

import json
from typing import Any

from corridor.report.folder import Json, RunFolder
from corridor.report.text import number, visible

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
        ``roads`` (polylines in driving order), ``places``, ``plants``, ``candidates``,
        ``stations`` with their timeline, ``years``, ``attribution``.
    """
    network = run.network
    nodes = {node["id"]: node for node in network["nodes"]}
    stations = run.plan["stations"] if with_plan else []
    chosen = {station["id"] for station in stations}
    heading = _headings(network, nodes)
    return {
        "years": [period["year"] for period in run.plan["periods"]] if with_plan else [],
        "roads": _roads(network, nodes),
        "places": [
            _named(place, nodes[place["node"]], kind=place["kind"])
            for place in sorted(network.get("places", []), key=_rank)
            if place["node"] in nodes
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
        "stations": [_station(station, heading) for station in stations],
        "attribution": [visible(line) for line in network.get("attribution", [])],
    }


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


def _station(station: Json, heading: dict[str, list[float]]) -> Json:
    both = station["carriageway"] == "both"
    km = station["chainage_km"]
    return {
        **_named(station, station),
        "way": visible(station["carriageway"]),
        "route": visible(station["route"]),
        "km": "" if km is None else number(km, "km"),
        "off_km": number(station["position_km"], "sig") if station.get("position_km") else "",
        "heading": None if both else heading.get(station["node"]),
        "timeline": [
            {
                "year": row["year"],
                "tier": visible(row["tier"]),
                "kg": row["load_kg_per_day"],
                "kg_text": number(row["load_kg_per_day"], "sig"),
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


def _roads(network: Json, nodes: dict[str, Json]) -> list[Json]:
    """Join arcs of one carriageway head to tail into polylines; ramps and access stay single."""
    groups: dict[tuple[str, str, str], list[Json]] = {}
    for arc in network["arcs"]:
        kind = "main" if arc["kind"] == "mainline" else "side"
        group = (kind, arc["route"], arc["carriageway"]) if kind == "main" else (kind, "", "")
        groups.setdefault(group, []).append(arc)
    roads = []
    for (kind, route, way), arcs in sorted(groups.items()):
        lines = _chains(arcs) if kind == "main" else _once(arcs)
        for line in lines:
            points = [_at(nodes[node]) for node in line]
            points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
            if len(points) > 1:
                roads.append(
                    {"kind": kind, "route": visible(route), "way": visible(way), "line": points}
                )
    return roads


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
