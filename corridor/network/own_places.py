"""Places of freight that are not in a network's source: joined to the nearest exit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from corridor.network.geometry import distance_m
from corridor.network.network import Arc, Network, Node, Place

WINDING = 1.3
"""Road metres per straight metre where no road is drawn. Engineering assumption."""

REACH_M = 20_000.0
"""A place farther than this from every complete exit is not joined. [m] Engineering assumption."""


LONG_ACCESS_M = 5_000
"""An estimated road longer than this is said aloud. [m] Engineering assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlace:
    """A place to join to a network.

    Parameters
    ----------
    access_m
        Road from the exit to it, one way; None: the straight line times `WINDING`. [m]
    gate
        Exit that leads to it however far it is; used where no exit lies within `REACH_M`.
    """

    id: str
    name_zh: str
    name_en: str
    lon: float
    lat: float
    kind: Literal["town", "park", "plant", "cordon"] = "town"
    population: int | None = None
    source: str = ""
    access_m: int | None = None
    gate: str = ""


def with_places(
    network: Network, points: Iterable[OwnPlace]
) -> tuple[Network, list[tuple[OwnPlace, str]]]:
    """Return the network with places joined to their nearest exits, and which were not, and why.

    An exit counts if its toll plaza can be reached from the expressway and left towards it, and if it
    lies on the largest piece of the network: an island leads nowhere.
    """
    entered = {arc.head for arc in network.arcs if arc.kind == "ramp"}
    left = {arc.tail for arc in network.arcs if arc.kind == "ramp"}
    gates = [n for n in network.nodes if n.kind == "plaza" and n.id in entered and n.id in left]
    main = _main_piece(network)
    gates = [gate for gate in gates if gate.id in main] or gates
    known = {node.id for node in network.nodes} | {place.id for place in network.places}
    opened: dict[str, int] = {}
    for arc in network.arcs:
        if arc.kind == "ramp":
            for end in (arc.tail, arc.head):
                opened[end] = min(arc.open_year, opened.get(end, arc.open_year))
    nodes, arcs, places = list(network.nodes), list(network.arcs), list(network.places)
    refused: list[tuple[OwnPlace, str]] = []
    notes = list(network.notes)
    for point in sorted(points, key=lambda point: point.id):
        if point.id in known:
            refused.append((point, "the network has a place of this id already"))
            continue
        here = (point.lon, point.lat)
        near = min(
            ((distance_m(here, (gate.lon, gate.lat)), gate.id) for gate in gates),
            default=(math.inf, ""),
        )
        if near[0] > REACH_M:
            near = next(
                ((distance_m(here, (g.lon, g.lat)), g.id) for g in gates if g.id == point.gate),
                near,
            )
            if near[1] != point.gate:
                refused.append((point, f"no complete exit within {REACH_M / 1000:.0f} km"))
                continue
        gate = next(gate for gate in gates if gate.id == near[1])
        nodes.append(
            Node(
                id=point.id,
                kind="cordon" if point.kind == "cordon" else "terminal",
                lon=point.lon,
                lat=point.lat,
                elevation_m=gate.elevation_m,
                name_zh=point.name_zh,
                name_en=point.name_en,
            )
        )
        length = point.access_m if point.access_m is not None else max(1, round(near[0] * WINDING))
        if point.access_m is None and length > LONG_ACCESS_M:
            notes.append(
                f"Place {point.id} ({point.name_zh or point.name_en}): the road to its exit "
                f"{gate.name_zh or gate.name_en or gate.id} is not on the map; {length / 1000:.1f} km "
                f"are estimated, {WINDING:g} times the straight line."
            )
        for tail, head in ((point.id, gate.id), (gate.id, point.id)):
            arcs.append(
                Arc(
                    id=f"{tail}_{head}",
                    tail=tail,
                    head=head,
                    length_m=length,
                    kind="access",
                    open_year=opened.get(gate.id, 0),
                    length_basis="estimated" if point.access_m is None else "user",
                )
            )
        places.append(
            Place(
                id=point.id,
                name_zh=point.name_zh,
                name_en=point.name_en,
                kind=point.kind,
                node=point.id,
                population=point.population,
                source=point.source,
            )
        )
    joined = replace(
        network,
        nodes=tuple(sorted(nodes, key=lambda row: row.id)),
        arcs=tuple(sorted(arcs, key=lambda row: row.id)),
        places=tuple(sorted(places, key=lambda row: row.id)),
        notes=tuple(notes),
    )
    return joined, refused


def _main_piece(network: Network) -> set[str]:
    """Return the nodes of the piece of road with most carriageway."""
    parent = {node.id: node.id for node in network.nodes}

    def find(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for arc in network.arcs:
        parent[find(arc.tail)] = find(arc.head)
    metres: dict[str, int] = defaultdict(int)
    for arc in network.arcs:
        if arc.kind == "mainline":
            metres[find(arc.tail)] += arc.length_m
    if not metres:
        return set(parent)
    main = min(metres, key=lambda name: (-metres[name], name))
    return {name for name in parent if find(name) == main}
