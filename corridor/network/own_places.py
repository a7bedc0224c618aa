"""Places of freight that are not in a network's source: joined to the nearest exit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from corridor.network.geometry import distance_m
from corridor.network.network import Arc, Network, Node, Place

WINDING = 1.3
"""Road metres per straight metre where no road is drawn. Engineering assumption."""

REACH_M = 20_000.0
"""A place farther than this from every complete exit is not joined. [m] Engineering assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlace:
    """A place to join to a network.

    Parameters
    ----------
    access_m
        Road from the exit to it, one way; None: the straight line times `WINDING`. [m]
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


def with_places(
    network: Network, points: Iterable[OwnPlace]
) -> tuple[Network, list[tuple[OwnPlace, str]]]:
    """Return the network with places joined to their nearest exits, and which were not, and why.

    An exit counts if its toll plaza can be reached from the expressway and left towards it.
    """
    entered = {arc.head for arc in network.arcs if arc.kind == "ramp"}
    left = {arc.tail for arc in network.arcs if arc.kind == "ramp"}
    gates = [n for n in network.nodes if n.kind == "plaza" and n.id in entered and n.id in left]
    known = {node.id for node in network.nodes} | {place.id for place in network.places}
    opened: dict[str, int] = {}
    for arc in network.arcs:
        if arc.kind == "ramp":
            for end in (arc.tail, arc.head):
                opened[end] = min(arc.open_year, opened.get(end, arc.open_year))
    nodes, arcs, places = list(network.nodes), list(network.arcs), list(network.places)
    refused: list[tuple[OwnPlace, str]] = []
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
    )
    return joined, refused
