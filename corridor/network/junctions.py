"""Ramps between expressways and to toll plazas, and the roads from plazas to places.

A ramp leaves a diverge node and joins a merge node of *another* expressway, or a toll plaza. No
ramp leads from one carriageway of an expressway to the other, so nobody turns round at a
junction; a truck that must turn leaves by a toll plaza and comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corridor.core.errors import InternalError
from corridor.network.carriageways import Axis, Carriageway, Interchange
from corridor.network.geometry import distance_m
from corridor.network.network import Arc, Node, Place
from corridor.network.tables import PlaceRow, Tables

Lines = Mapping[str, tuple[Axis, tuple[Interchange, ...], tuple[Carriageway, ...]]]
"""Route reference -> its axis, its interchanges and its two carriageways."""


def exits(lines: Lines, ramp_m: int) -> tuple[list[Node], list[Arc]]:
    """Return the toll plazas and their ramps.

    Parameters
    ----------
    ramp_m
        Length of a ramp between the mainline and the plaza. [m]
    """
    nodes, arcs = [], []
    for axis, interchanges, carriageways in lines.values():
        for change in interchanges:
            if change.point.kind != "exit":
                continue
            point = change.point
            lon, lat = axis.position(change.chainage_m, right_m=0, upwards=True)
            nodes.append(
                Node(
                    id=point.id,
                    kind="plaza",
                    lon=lon,
                    lat=lat,
                    route=axis.route.ref,
                    chainage_m=change.chainage_m,
                    name_zh=point.name_zh,
                    name_en=point.name_en,
                    basis=point.basis,
                )
            )
            section = axis.section_at(change.chainage_m)
            for way in carriageways:
                ends = (("off", way.diverges.get(point.id)), ("on", way.merges.get(point.id)))
                for what, nose in ends:
                    if nose is None:
                        continue
                    tail, head = (nose, point.id) if what == "off" else (point.id, nose)
                    arcs.append(
                        Arc(
                            id=f"{point.id}.{way.slug}.{what}",
                            tail=tail,
                            head=head,
                            length_m=ramp_m,
                            kind="ramp",
                            route=axis.route.ref,
                            section=section.name_zh,
                            open_year=section.open_year,
                        )
                    )
    return nodes, arcs


def hubs(lines: Lines, ramp_m: int) -> list[Arc]:
    """Return the ramps of the junctions between expressways: every turn but turning round.

    Parameters
    ----------
    ramp_m
        Length of a ramp from mainline to mainline. [m]
    """
    meeting: dict[str, list[tuple[Axis, Interchange, Carriageway]]] = {}
    for axis, interchanges, carriageways in lines.values():
        for change in interchanges:
            if change.point.kind == "hub":
                group = meeting.setdefault(change.point.hub, [])
                group += [(axis, change, way) for way in carriageways]
    arcs = []
    for hub, ways in sorted(meeting.items()):
        if len({axis.route.ref for axis, _, _ in ways}) < 2:
            raise InternalError(f"junction {hub} joins a single expressway.")
        for from_axis, from_change, from_way in ways:
            for to_axis, to_change, to_way in ways:
                tail = from_way.diverges.get(from_change.point.id)
                head = to_way.merges.get(to_change.point.id)
                if from_axis.route.ref == to_axis.route.ref or tail is None or head is None:
                    continue
                # The junction opens with the younger of its two roads; at the seam of two
                # sections the older one is there first, so it alone counts.
                years = (_opened(from_axis, from_change), _opened(to_axis, to_change))
                arcs.append(
                    Arc(
                        id=f"{hub}.{from_axis.route.slug}-{from_way.slug}"
                        f".{to_axis.route.slug}-{to_way.slug}",
                        tail=tail,
                        head=head,
                        length_m=ramp_m,
                        kind="ramp",
                        open_year=max(years),
                    )
                )
    return arcs


def _opened(axis: Axis, change: Interchange) -> int:
    here = change.chainage_m
    return min(s.open_year for s in axis.sections if s.start_m <= here <= s.end_m)


def places(
    tables: Tables, lines: Lines, nodes: Mapping[str, Node]
) -> tuple[list[Node], list[Arc], list[Place]]:
    """Return the places with the roads that join them to their exits.

    The road to a place is its straight distance from the toll plaza times `access_ratio`, at
    least `access_min_m`: an estimate, because no road below the expressways is modelled.
    """
    ratio, least = tables.assumptions["access_ratio"], tables.assumptions["access_min_m"]
    new_nodes: list[Node] = []
    arcs: list[Arc] = []
    found: list[Place] = []
    for row in tables.places:
        gate = nodes[row.point]
        if row.position is None:
            found.append(_place(row, gate.id))
            continue
        node = Node(
            id=f"place.{row.id}",
            kind="cordon" if row.kind == "cordon" else "terminal",
            lon=row.position[0],
            lat=row.position[1],
            elevation_m=row.altitude_m,
            name_zh=row.name_zh,
            name_en=row.name_en,
        )
        length = max(least, ratio * distance_m((gate.lon, gate.lat), row.position))
        new_nodes.append(node)
        arcs += access_arcs(
            f"place.{row.id}", gate.id, node.id, round(length), _gate_year(gate, lines)
        )
        found.append(_place(row, node.id))
    return new_nodes, arcs, found


def access_arcs(name: str, gate: str, end: str, length_m: int, open_year: int) -> Sequence[Arc]:
    """Return the road from a gate to its end and the road back."""

    def arc(way: str, tail: str, head: str) -> Arc:
        return Arc(
            id=f"{name}.{way}",
            tail=tail,
            head=head,
            length_m=length_m,
            kind="access",
            open_year=open_year,
        )

    return arc("to", gate, end), arc("from", end, gate)


def _gate_year(gate: Node, lines: Lines) -> int:
    axis, _, _ = lines[gate.route]
    return axis.section_at(gate.chainage_m or 0).open_year


def _place(row: PlaceRow, node: str) -> Place:
    where = f"; position ±{row.accuracy_km:g} km, confidence {row.confidence}"
    return Place(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        node=node,
        population=row.population,
        source=row.source + (where if row.confidence in ("C", "D") else ""),
    )


def unattached(tables: Tables, lines: Lines) -> Iterator[str]:
    """Yield what a reader should know about interchanges that are not read from a map."""
    for basis in ("derived", "schematic", "assumed"):
        names = [p.name_en for p in tables.points if p.basis == basis and p.route in lines]
        if names:
            yield f"Position of interchanges {basis}: {', '.join(dict.fromkeys(names))}."
