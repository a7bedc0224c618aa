"""Known places on a map: towns by name and position, parks by position, cordons at the map's edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from corridor.core.errors import Fault
from corridor.network.geometry import distance_m, foot_on_line
from corridor.network.known.names import PARK_M, TOWN_M, variants
from corridor.network.network import Arc, Network, Node, Place
from corridor.network.own_places import OwnPlace, with_places
from corridor.network.tables import PlaceRow, PointRow, RouteRow, Tables

SHOWN = 3
"""Candidates that a line names."""


def with_known_places(
    network: Network, notes: list[str], tables: Tables, on_map: Mapping[str, str]
) -> tuple[Network, list[Fault], list[str]]:
    """Return the network with the places of the tables, faults of ambiguous ones, all notes."""
    here = {place.id for place in network.places}
    missing = [row for row in tables.places if row.id not in here]
    points = {point.id: point for point in tables.points}
    routes = {row.ref: row for row in tables.routes}
    faults: list[Fault] = []
    own: list[OwnPlace] = []
    for row in missing:
        if row.position is None:
            point = points[row.point]
            network, note = _cordon(network, row, point, routes[point.route], on_map)
            notes += note
            continue
        twin = _twin(network, row, faults, notes)
        lon, lat = row.position
        if twin is not None:
            node = next(node for node in network.nodes if node.id == twin.node)
            lon, lat = node.lon, node.lat
            network = _without(network, twin)
        own.append(
            OwnPlace(
                id=row.id,
                name_zh=row.name_zh,
                name_en=row.name_en,
                lon=lon,
                lat=lat,
                kind=row.kind,
                population=row.population,
                gate=row.point,
                source=twin.source if twin else f"{row.source}; position of the tables",
            )
        )
    network, refused = with_places(network, own)
    notes += [f"Place {point.id} ({point.name_zh}) is not joined: {why}." for point, why in refused]
    return network, faults, notes


def _twin(network: Network, row: PlaceRow, faults: list[Fault], notes: list[str]) -> Place | None:
    """Return the place of the map that bears the name near the position; None where none does."""
    position = cast(tuple[float, float], row.position)
    reach = TOWN_M if row.kind in ("town", "cordon") else PARK_M
    kinds = ("town",) if row.kind in ("town", "cordon") else ("park", "plant")
    nodes = {node.id: node for node in network.nodes}
    names = variants(row.name_zh, row.name_en)
    near = sorted(
        (distance_m(position, (nodes[p.node].lon, nodes[p.node].lat)), p.id, p)
        for p in network.places
        if p.kind in kinds
    )
    named = [
        item for item in near if not names.isdisjoint(variants(item[2].name_zh, item[2].name_en))
    ]
    same = [item for item in named if item[0] <= reach]
    if len(same) == 1:
        return same[0][2]
    listed = "; ".join(_words(item) for item in (same or named or near)[:SHOWN])
    if same:
        faults.append(
            Fault(
                file="network",
                key=f"place {row.id} ({row.name_zh})",
                value=f"{len(same)} places of this name within {reach / 1000:g} km",
                expected=f"one of {listed}",
                hint=f"say which by [network.place.{row.id}] with its lon and lat",
            )
        )
    elif not near and "town" not in kinds:
        notes.append(
            f"Place {row.id} ({row.name_zh}) stands where the tables have it: the map tells no parks "
            "and plants; its industrial areas are not read."
        )
    else:
        notes.append(
            f"Place {row.id} ({row.name_zh}): no {row.kind} of this name on the map within "
            f"{reach / 1000:g} km, so it stands where the tables have it"
            + (f"; nearest {'of the name' if named else 'are'} {listed}." if listed else ".")
        )
    return None


def _words(item: tuple[float, str, Place]) -> str:
    metres, place_id, place = item
    return f"{place_id} {place.name_zh or place.name_en}, {metres / 1000:.1f} km"


def _without(network: Network, place: Place) -> Network:
    """Return the network without a town and its access road."""
    return replace(
        network,
        nodes=tuple(node for node in network.nodes if node.id != place.node),
        arcs=tuple(a for a in network.arcs if place.node not in (a.tail, a.head)),
        places=tuple(other for other in network.places if other.id != place.id),
        notes=tuple(line for line in network.notes if not line.startswith(f"Place {place.id} (")),
    )


def _cordon(
    network: Network, row: PlaceRow, point: PointRow, route: RouteRow, on_map: Mapping[str, str]
) -> tuple[Network, list[str]]:
    """Put a cordon where its road leaves the map: one place for the way out and the way in.

    Of several such ends the one that lies farthest along the tables' line, at the cordon's end.
    """
    ref = on_map.get(route.ref)
    nodes = {node.id: node for node in network.nodes}
    edges = [
        (nodes[place.node], place)
        for place in network.places
        if place.kind == "cordon" and nodes[place.node].route == ref and ref is not None
    ]
    where = route.line[point.seq]
    leaves = {arc.head for arc in network.arcs}
    at_start = point.seq < len(route.line) / 2

    def rank(edge: tuple[Node, Place]) -> tuple[float, float, str]:
        node = edge[0]
        along = foot_on_line(route.line, (node.lon, node.lat)).along_m
        return (
            along if at_start else -along,
            distance_m(where, (node.lon, node.lat)),
            node.id,
        )

    out = min((e for e in edges if e[0].id in leaves), key=rank, default=None)
    into = min((e for e in edges if e[0].id not in leaves), key=rank, default=None)
    if out is None or into is None:
        lost = f"Cordon {row.id} ({row.name_zh}): no end of {route.ref} on the map"
        return network, [lost + " that carriageways both leave and enter by."]
    cordon = Node(
        id=point.id,
        kind="cordon",
        lon=out[0].lon,
        lat=out[0].lat,
        elevation_m=out[0].elevation_m,
        route=out[0].route,
        chainage_m=out[0].chainage_m,
        name_zh=row.name_zh,
        name_en=row.name_en,
    )
    arcs = [_across(out[0], out[0].id, cordon, ""), _across(into[0], "", cordon, into[0].id)]
    gone = {out[1].id, into[1].id}
    place = Place(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind="cordon",
        node=cordon.id,
        population=row.population,
        source="OpenStreetMap (ODbL): where the road leaves the map",
    )
    ends = {out[0].id, into[0].id}
    away = distance_m(where, (cordon.lon, cordon.lat))
    joined = replace(
        network,
        nodes=tuple(
            sorted(
                (
                    *(replace(n, kind="shape") if n.id in ends else n for n in network.nodes),
                    cordon,
                ),
                key=lambda n: n.id,
            )
        ),
        arcs=tuple(sorted((*network.arcs, *arcs), key=lambda a: a.id)),
        places=tuple(
            sorted((*(p for p in network.places if p.id not in gone), place), key=lambda p: p.id)
        ),
    )
    if away <= TOWN_M:
        return joined, []
    far = f"Cordon {row.id} ({row.name_zh}) lies where {route.ref} leaves the map, "
    return joined, [far + f"{away / 1000:.1f} km from the tables' end of it."]


def _across(edge: Node, tail: str, cordon: Node, head: str) -> Arc:
    """Return the last or first metres between the end of a carriageway and its cordon."""
    metres = distance_m((edge.lon, edge.lat), (cordon.lon, cordon.lat))
    a, b = tail or cordon.id, head or cordon.id
    return Arc(
        id=f"{a}_{b}",
        tail=a,
        head=b,
        length_m=max(1, round(metres)),
        kind="mainline",
        route=edge.route,
        carriageway=edge.carriageway,
        length_basis="estimated",
    )
