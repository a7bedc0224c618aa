"""The network as a JSON document, written and strictly read back (docs/formats.md §7)."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from itertools import pairwise
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from corridor.core.errors import InputError
from corridor.core.faults import Faults
from corridor.core.files import canonical_json, sha256_text
from corridor.network.formats.land_use import read_land_use
from corridor.network.network import (
    Arc,
    HydrogenStation,
    Network,
    Node,
    Place,
    Route,
    ServiceAreaSide,
)

SCHEMA = "corridor.network/1"
MOST_TEXT = 2000
MOST_ARC_M = 1_000_000

Row = TypeVar("Row")
PARTS: dict[str, type[Any]] = {
    "nodes": Node,
    "arcs": Arc,
    "routes": Route,
    "sides": ServiceAreaSide,
    "places": Place,
}
BESIDE = ("hydrogen_stations", "land_use")
"""What may be built beside the roads; written only where there is any."""


def network_document(network: Network) -> dict[str, Any]:
    """Return the JSON form of a network."""
    return {
        "schema": SCHEMA,
        "name": network.name,
        **{part: [asdict(row) for row in getattr(network, part)] for part in PARTS},
        **{
            part: [asdict(row) for row in getattr(network, part)]
            for part in BESIDE
            if getattr(network, part)
        },
        "attribution": list(network.attribution),
        "provenance": dict(network.provenance),
        "notes": list(network.notes),
    }


def network_hash(network: Network) -> str:
    """Return the SHA-256 of what a network is: nodes, arcs, routes, sides and places."""
    document = network_document(network)
    return sha256_text(canonical_json({part: document[part] for part in PARTS}))


def network_from_document(document: object, name: str) -> Network:
    """Read a network from its JSON form.

    Parameters
    ----------
    document
        Parsed JSON; nothing about it is trusted.
    name
        The file as the user named it, for messages.

    Raises
    ------
    InputError
        With every fault: wrong type, unknown key, a position off the globe, a repeated id, an arc
        between unknown nodes, and so on.
    """
    faults = Faults(name)
    if not isinstance(document, Mapping):
        raise InputError(f"{name}: a JSON object belongs here.")
    if "elements" in document and "schema" not in document:
        raise InputError(
            f"{name}: is an Overpass answer, not a network.",
            f"corridor fetch --osm {name} -o DIR, then DIR/network.json as network.source.",
        )
    if document.get("schema") != SCHEMA:
        raise InputError(
            f"{name}: schema is {str(document.get('schema'))[:60]!r}, expected {SCHEMA!r}.",
            "A network file is written by corridor or follows docs/formats.md.",
        )
    known = {"schema", "name", *PARTS, *BESIDE, "attribution", "provenance", "notes"}
    for key in sorted(set(map(str, document)) - known):
        faults.add(key[:60], None, f"no such key; known are {', '.join(sorted(known))}")
    parts = {
        part: read_rows(document.get(part), part, kind, faults) for part, kind in PARTS.items()
    }
    stations = read_rows(
        document.get("hydrogen_stations"), "hydrogen_stations", HydrogenStation, faults
    )
    network = Network(
        name=_text(document.get("name"), "name", faults),
        nodes=tuple(sorted(parts["nodes"], key=lambda row: row.id)),
        arcs=tuple(sorted(parts["arcs"], key=lambda row: row.id)),
        routes=tuple(sorted(parts["routes"], key=lambda row: row.ref)),
        sides=tuple(sorted(parts["sides"], key=lambda row: row.id)),
        places=tuple(sorted(parts["places"], key=lambda row: row.id)),
        attribution=_texts(document.get("attribution", []), "attribution", faults),
        provenance=_words(document.get("provenance", {}), faults),
        notes=_texts(document.get("notes", []), "notes", faults),
        hydrogen_stations=tuple(sorted(stations, key=lambda row: row.id)),
        land_use=read_land_use(document.get("land_use"), faults),
    )
    check_network(network, faults)
    faults.stop()
    return network


def check_network(network: Network, faults: Faults) -> None:
    """Collect what is wrong between the parts of a network."""
    nodes = {node.id: node for node in network.nodes}
    routes = {route.ref: route for route in network.routes}
    _unique(network, faults)
    if not network.arcs:
        faults.add("arcs", None, "at least one arc")
    for node in network.nodes:
        _check_node(node, routes, faults)
    for arc in network.arcs:
        _check_arc(arc, nodes, routes, faults)
    for side in network.sides:
        if side.node and (side.node not in nodes or nodes[side.node].kind != "sa_side"):
            faults.add(f"sides/{side.id}/node", side.node, "the id of a node of kind sa_side")
        if bool(side.node) == bool(side.left_out_because):
            faults.add(f"sides/{side.id}", side.node, "a node, or the reason why there is none")
    for station in network.hydrogen_stations:
        if not (-180 <= station.lon <= 180 and -90 <= station.lat <= 90):
            key = f"hydrogen_stations/{station.id}"
            faults.add(key, (station.lon, station.lat), "a WGS-84 lon, lat")
    for place in network.places:
        if place.node not in nodes:
            faults.add(f"places/{place.id}/node", place.node, "the id of a node")


def _check_node(node: Node, routes: Mapping[str, Route], faults: Faults) -> None:
    if not (-180 <= node.lon <= 180 and -90 <= node.lat <= 90):
        hint = "longitude and latitude seem to be swapped" if abs(node.lon) <= 90 else ""
        faults.add(f"nodes/{node.id}", (node.lon, node.lat), "a WGS-84 lon, lat", hint)
    if node.elevation_m is not None and not -500 <= node.elevation_m <= 9000:
        faults.add(f"nodes/{node.id}/elevation_m", node.elevation_m, "-500 to 9000 m")
    _check_route(node, f"nodes/{node.id}", routes, faults)


def _check_arc(
    arc: Arc, nodes: Mapping[str, Node], routes: Mapping[str, Route], faults: Faults
) -> None:
    key = f"arcs/{arc.id}"
    for end in (arc.tail, arc.head):
        if end not in nodes:
            faults.add(key, end, "the id of a node")
    if not 1 <= arc.length_m <= MOST_ARC_M:
        faults.add(f"{key}/length_m", arc.length_m, f"1 to {MOST_ARC_M} m")
    if arc.tail == arc.head:
        faults.add(key, arc.tail, "an arc between two different nodes")
    if arc.close_year is not None and arc.close_year <= arc.open_year:
        faults.add(f"{key}/close_year", arc.close_year, "a year after open_year")
    _check_route(arc, key, routes, faults)


def _unique(network: Network, faults: Faults) -> None:
    ids: dict[str, list[str]] = {
        "nodes": [row.id for row in network.nodes],
        "arcs": [row.id for row in network.arcs],
        "routes": [row.ref for row in network.routes],
        "sides": [row.id for row in network.sides],
        "places": [row.id for row in network.places],
        "hydrogen_stations": [row.id for row in network.hydrogen_stations],
    }
    for part, names in ids.items():
        for first, second in pairwise(names):
            if first == second:
                faults.add(f"{part}/{first}", None, "an id that stands only once")
        if "" in names:
            faults.add(part, None, "an id that is not empty")


def _check_route(row: Node | Arc, key: str, routes: Mapping[str, Route], faults: Faults) -> None:
    if not row.route:
        return
    route = routes.get(row.route)
    if route is None:
        faults.add(f"{key}/route", row.route, "the reference of a route")
    elif row.carriageway and row.carriageway not in (route.up, route.down):
        faults.add(f"{key}/carriageway", row.carriageway, f"{route.up} or {route.down}")


def read_rows(value: object, part: str, kind: type[Row], faults: Faults) -> list[Row]:
    """Read a list of JSON objects as dataclasses of one kind; what is wrong goes to `faults`.

    Parameters
    ----------
    part
        Key of the list, for messages; ``sides``, ``places`` and ``hydrogen_stations`` may be
        absent.
    kind
        A dataclass whose fields are texts, numbers, literals, optional, or tuples of texts.
    """
    if value is None and part in ("sides", "places", "hydrogen_stations"):
        return []
    if not isinstance(value, list):
        faults.add(part, None, "a list")
        return []
    hints = get_type_hints(kind)
    needed = [field.name for field in fields(cast(Any, kind)) if field.default is MISSING]
    rows = []
    for index, item in enumerate(value):
        row = _row(item, f"{part}/{index}", kind, hints, needed=needed, faults=faults)
        if row is not None:
            rows.append(row)
    return rows


def _row(
    item: object,
    key: str,
    kind: type[Row],
    hints: Mapping[str, Any],
    *,
    needed: list[str],
    faults: Faults,
) -> Row | None:
    if not isinstance(item, Mapping):
        faults.add(key, None, "an object")
        return None
    before = faults.count
    for name in sorted(set(map(str, item)) - set(hints)):
        faults.add(f"{key}/{name[:60]}", None, f"no such key; known are {', '.join(hints)}")
    for name in needed:
        if name not in item:
            faults.add(f"{key}/{name}", None, "is missing")
    values = {}
    for name, value in item.items():
        if name in hints:
            good, found, expected = _value(value, hints[name])
            if not good:
                faults.add(f"{key}/{name}", value, expected)
            values[name] = found
    return kind(**values) if faults.count == before else None


def _value(value: object, hint: Any) -> tuple[bool, Any, str]:
    """Return whether a JSON value fits a field, the value of the field, and what is expected."""
    origin = get_origin(hint)
    if origin is Literal:
        return value in get_args(hint), value, "one of " + ", ".join(get_args(hint))
    if origin is tuple:
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return good, tuple(value) if isinstance(value, list) else (), "a list of texts"
    if origin in (Union, types.UnionType):
        inner = next(option for option in get_args(hint) if option is not type(None))
        return (True, None, "") if value is None else _value(value, inner)
    if hint is str:
        return isinstance(value, str) and len(value) <= MOST_TEXT, value, "a text"
    if hint is bool:
        return isinstance(value, bool), value, "true or false"
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool), value, "a whole number"
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and math.isfinite(float(value)), value, "a number"  # type: ignore[arg-type]


def _text(value: object, key: str, faults: Faults) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        faults.add(key, value, "a text")
        return ""
    return value


def _texts(value: object, key: str, faults: Faults) -> tuple[str, ...]:
    if not isinstance(value, list):
        faults.add(key, value, "a list of texts")
        return ()
    return tuple(_text(item, f"{key}/{index}", faults) for index, item in enumerate(value))


def _words(value: object, faults: Faults) -> dict[str, str]:
    if not isinstance(value, Mapping):
        faults.add("provenance", value, "an object of texts")
        return {}
    return {str(key): _text(item, f"provenance/{key}", faults) for key, item in value.items()}
