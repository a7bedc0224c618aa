"""The network as GeoJSON (RFC 7946) for maps, and back from our own GeoJSON.

Nodes are Points, arcs are LineStrings, sides without a node are Points; routes and places are
features without geometry. What GeoJSON has no word for stands under the foreign member
``corridor``. Positions are read from the geometry, so a node moved in a map editor is moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from corridor.core.errors import InputError
from corridor.core.faults import Faults
from corridor.network.formats.document import SCHEMA as NETWORK_SCHEMA
from corridor.network.formats.document import network_from_document
from corridor.network.network import Network

SCHEMA = "corridor.network.formats.geojson/1"
_PARTS = {
    "node": "nodes",
    "arc": "arcs",
    "route": "routes",
    "side": "sides",
    "place": "places",
    "hydrogen_station": "hydrogen_stations",
    "land_use": "land_use",
}


def network_geojson(network: Network) -> dict[str, Any]:
    """Return a network as a GeoJSON FeatureCollection in WGS-84."""
    position = {node.id: [node.lon, node.lat] for node in network.nodes}
    features = [
        _feature("arc", asdict(arc), "LineString", [position[arc.tail], position[arc.head]])
        for arc in network.arcs
    ]
    for node in network.nodes:
        properties = asdict(node)
        del properties["lon"], properties["lat"]
        features.append(_feature("node", properties, "Point", position[node.id]))
    for side in network.sides:
        properties = asdict(side)
        del properties["lon"], properties["lat"]
        features.append(_feature("side", properties, "Point", [side.lon, side.lat]))
    features += [_feature("route", asdict(route)) for route in network.routes]
    features += [
        _feature("place", asdict(place), "Point", position[place.node]) for place in network.places
    ]
    for station in network.hydrogen_stations:
        properties = asdict(station)
        del properties["lon"], properties["lat"]
        features.append(
            _feature("hydrogen_station", properties, "Point", [station.lon, station.lat])
        )
    for land in network.land_use:
        properties = asdict(land)
        polygons = properties.pop("polygons")
        features.append(_feature("land_use", properties, "MultiPolygon", polygons))
    return {
        "type": "FeatureCollection",
        "features": features,
        "corridor": {
            "schema": SCHEMA,
            "name": network.name,
            "attribution": list(network.attribution),
            "provenance": dict(network.provenance),
            "notes": list(network.notes),
        },
    }


def _feature(
    what: str, properties: dict[str, Any], kind: str = "", coordinates: Any = None
) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates} if kind else None
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"what": what, **properties},
    }


def network_from_geojson(document: object, name: str) -> Network:
    """Read a network from our GeoJSON.

    Parameters
    ----------
    document
        Parsed JSON; nothing about it is trusted.
    name
        The file as the user named it, for messages.

    Raises
    ------
    InputError
        If it is no FeatureCollection of ours, or with every fault of its contents.
    """
    if not isinstance(document, Mapping) or document.get("type") != "FeatureCollection":
        raise InputError(f"{name}: a GeoJSON FeatureCollection belongs here.")
    features = document.get("features")
    own = document.get("corridor", {})
    if not isinstance(features, list) or not isinstance(own, Mapping):
        raise InputError(f"{name}: features must be a list and corridor an object.")
    if "corridor" in document and own.get("schema") != SCHEMA:
        raise InputError(f"{name}: corridor.schema is not {SCHEMA!r}.")
    faults = Faults(name)
    parts: dict[str, list[dict[str, Any]]] = {part: [] for part in _PARTS.values()}
    for index, feature in enumerate(features):
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        what = properties.get("what") if isinstance(properties, Mapping) else None
        if not isinstance(properties, Mapping) or not isinstance(what, str) or what not in _PARTS:
            known = ", ".join(_PARTS)
            faults.add(f"features/{index}/properties/what", what, f"one of {known}")
            continue
        row = {str(key): value for key, value in properties.items() if key != "what"}
        if what in ("node", "side", "hydrogen_station"):
            row |= _lonlat(feature.get("geometry"), f"features/{index}/geometry", faults)
        if what == "land_use":
            row["polygons"] = _polygons(feature.get("geometry"))
        parts[_PARTS[what]].append(row)
    faults.stop()
    return network_from_document(
        {
            "schema": NETWORK_SCHEMA,
            "name": own.get("name", "network"),
            **parts,
            **{key: own[key] for key in ("attribution", "provenance", "notes") if key in own},
        },
        name,
    )


def _polygons(geometry: object) -> Any:
    """Return the coordinates of a MultiPolygon or Polygon; anything else is refused later."""
    if not isinstance(geometry, Mapping):
        return None
    coordinates = geometry.get("coordinates")
    return [coordinates] if geometry.get("type") == "Polygon" else coordinates


def _lonlat(geometry: object, key: str, faults: Faults) -> dict[str, Any]:
    coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if (
        not isinstance(geometry, Mapping)
        or geometry.get("type") != "Point"
        or not isinstance(coordinates, list)
        or len(coordinates) not in (2, 3)
    ):
        faults.add(key, None, "a Point with longitude and latitude")
        return {}
    return {"lon": coordinates[0], "lat": coordinates[1]}
