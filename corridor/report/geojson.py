"""Stations and network as GeoJSON (RFC 7946): WGS-84, longitude first, six decimals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corridor.core.files import write_text
from corridor.report.equal import equal_sites
from corridor.report.folder import RunFolder, load_run, reading

DECIMALS = 6


def write_geojson(run_dir: Path | str) -> list[Path]:
    """Write ``stations.geojson`` and ``network.geojson``.

    Parameters
    ----------
    run_dir
        Run folder with ``plan.json`` and ``inputs/``.

    Returns
    -------
    list of Path
        The two files.
    """
    run = load_run(run_dir)
    written = []
    for name, make in (("stations", _stations), ("network", _network)):
        path = Path(run_dir) / f"{name}.geojson"
        with reading(run.path):
            text = _collection(name, make(run), run)
        write_text(path, text)
        written.append(path)
    return written


def _collection(name: str, features: list[dict[str, Any]], run: RunFolder) -> str:
    """Write one feature a line, so that versions of the file can be compared line by line."""
    head = {
        "type": "FeatureCollection",
        "name": name,
        "title": run.plan.get("title", ""),
        "attribution": list(run.network.get("attribution", [])),
    }
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, allow_nan=False) for f in features)
    return f'{opening}, "features": [\n{lines}\n]}}\n'


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def _feature(identity: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": properties}


def _stations(run: RunFolder) -> list[dict[str, Any]]:
    features = []
    elsewhere = equal_sites(run.plan)
    for station in run.plan["stations"]:
        properties = {
            key: value
            for key, value in station.items()
            if key not in ("lon", "lat", "timeline") and not isinstance(value, list | dict)
        }
        for row in station["timeline"]:
            properties[f"tier_{row['year']}"] = row["tier"]
            properties[f"load_kg_per_day_{row['year']}"] = row["load_kg_per_day"]
        if station["id"] in elsewhere:
            properties["equal_sites"] = ", ".join(elsewhere[station["id"]])
        geometry = _point(station["lon"], station["lat"])
        features.append(_feature(station["id"], geometry, properties))
    return features


def _network(run: RunFolder) -> list[dict[str, Any]]:
    nodes = {node["id"]: node for node in run.network["nodes"]}
    features = []
    for arc in run.network["arcs"]:
        ends = [nodes[arc["tail"]], nodes[arc["head"]]]
        line = [_point(end["lon"], end["lat"])["coordinates"] for end in ends]
        properties = {key: value for key, value in arc.items() if key != "id"}
        features.append(
            _feature(arc["id"], {"type": "LineString", "coordinates": line}, properties)
        )
    for node in run.network["nodes"]:
        if node["kind"] == "shape":
            continue
        properties = {key: value for key, value in node.items() if key not in ("id", "lon", "lat")}
        features.append(_feature(node["id"], _point(node["lon"], node["lat"]), properties))
    return features
