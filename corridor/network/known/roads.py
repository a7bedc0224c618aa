"""Known roads on a map: the names of their two carriageways, chainage that runs the known way, sections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from corridor.network.carriageways import Axis, lay_axis
from corridor.network.network import Arc, Network, Node, Route
from corridor.network.tables import RouteRow, Tables

FAR_M = 5_000.0
"""A road farther than this from the line of the tables is none of its sections. [m]"""


def known_routes(network: Network, tables: Tables) -> dict[str, str]:
    """Return reference of the tables -> route of the map that it is, or is a part of.

    A reference of ours such as G78-Hebai names a part of G78.
    """
    refs = {route.ref for route in network.routes}
    found = {}
    for row in tables.routes:
        base = row.ref.partition("-")[0]
        choices = (row.ref, *(part.strip() for part in row.aliases.split(";")), base)
        first = next((ref for ref in choices if ref in refs), None)
        if first is not None:
            found[row.ref] = first
    return found


def with_known_roads(
    network: Network, tables: Tables, on_map: dict[str, str]
) -> tuple[Network, list[str]]:
    """Return the network with the tables' words for its roads, and a note for each that is missing."""
    notes = [
        f"Road {row.ref} {row.name_zh} ({row.name_en}) is not on the map under this number or name."
        for row in tables.routes
        if row.ref not in on_map
    ]
    points: dict[str, list[Node]] = defaultdict(list)
    for node in network.nodes:
        if node.chainage_m is not None and node.carriageway:
            points[node.route].append(node)
    for row in tables.routes:
        if on_map.get(row.ref) == row.ref or (row.ref in on_map and _alone(row, tables, on_map)):
            network = _renamed(network, row, on_map[row.ref], points[on_map[row.ref]])
            on_map[row.ref] = row.ref
    return _with_sections(network, tables, on_map), notes


def axis_of(tables: Tables, row: RouteRow) -> Axis:
    """Return the axis of a route of the tables."""
    rows = [section for section in tables.sections if section.route == row.ref]
    return lay_axis(row, rows, tables.assumptions["centre_line_ratio"])


def _alone(row: RouteRow, tables: Tables, on_map: dict[str, str]) -> bool:
    """Whether no other road of the tables is the same route of the map."""
    return not any(
        other.ref != row.ref and on_map.get(other.ref) == on_map[row.ref] for other in tables.routes
    )


def _renamed(network: Network, row: RouteRow, ref: str, points: list[Node]) -> Network:
    route = next(route for route in network.routes if route.ref == ref)
    if (route.ref, route.up, route.down) == (row.ref, row.up_zh, row.down_zh):
        return network
    against = _against(row, points)
    up, down = (route.down, route.up) if against else (route.up, route.down)
    words = {up: row.up_zh, down: row.down_zh}

    def node(old: Node) -> Node:
        at = old.chainage_m
        if at is not None and against:
            at = max(0, route.length_m - at)
        return replace(
            old, route=row.ref, chainage_m=at, carriageway=words.get(old.carriageway, "")
        )

    def arc(old: Arc) -> Arc:
        return replace(old, route=row.ref, carriageway=words.get(old.carriageway, ""))

    english = {row.up_zh: row.up_en, row.down_zh: row.down_en}
    on_route = {n.id: words.get(n.carriageway, "") for n in network.nodes if n.route == ref}
    new = replace(
        route,
        ref=row.ref,
        name_zh=row.name_zh,
        name_en=row.name_en,
        up=row.up_zh,
        down=row.down_zh,
        up_en=row.up_en,
        down_en=row.down_en,
    )
    return replace(
        network,
        nodes=tuple(node(n) if n.route == ref else n for n in network.nodes),
        arcs=tuple(arc(a) if a.route == ref else a for a in network.arcs),
        routes=tuple(sorted(_but(network.routes, ref, new), key=lambda r: r.ref)),
        sides=tuple(
            replace(
                side,
                highway_zh=row.name_zh,
                direction_zh=on_route[side.node],
                direction_en=english.get(on_route[side.node], ""),
            )
            if side.node in on_route
            else side
            for side in network.sides
        ),
    )


def _but(routes: tuple[Route, ...], ref: str, new: Route) -> list[Route]:
    return [new if route.ref == ref else route for route in routes]


def _against(row: RouteRow, points: list[Node]) -> bool:
    """Whether the map measures the road against the tables: seen at its two ends."""
    from corridor.network.geometry import foot_on_line

    if not points:
        return False
    first = min(points, key=lambda n: (n.chainage_m or 0, n.id))
    last = max(points, key=lambda n: (n.chainage_m or 0, n.id))
    start, end = (foot_on_line(row.line, (n.lon, n.lat)).along_m for n in (first, last))
    return start > end


def _with_sections(network: Network, tables: Tables, on_map: dict[str, str]) -> Network:
    """Give every mainline arc on a line of the tables the name of its section."""
    import numpy as np
    import shapely

    at = {node.id: (node.lon, node.lat) for node in network.nodes}
    section: dict[str, str] = {}
    best: dict[str, float] = {}
    for row in tables.routes:
        arcs = [
            arc
            for arc in network.arcs
            if arc.kind == "mainline" and row.ref in on_map and arc.route == on_map[row.ref]
        ]
        if not arcs:
            continue
        axis = axis_of(tables, row)
        scale = np.array([np.cos(np.radians(row.line[0][1])), 1.0]) * 111_195.0
        flat = np.array(row.line) * scale
        line = shapely.LineString(flat)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))])
        ends = np.array([(*at[arc.tail], *at[arc.head]) for arc in arcs])
        middles = shapely.points((ends[:, :2] + ends[:, 2:]) / 2 * scale)
        found = np.interp(shapely.line_locate_point(line, middles), along, axis.chainage_m)
        for arc, metres, away in zip(arcs, found, shapely.distance(line, middles), strict=True):
            if away <= min(FAR_M, best.get(arc.id, FAR_M)):
                best[arc.id] = float(away)
                section[arc.id] = axis.section_at(float(metres)).name_zh
    return replace(
        network,
        arcs=tuple(
            replace(arc, section=section[arc.id]) if arc.id in section else arc
            for arc in network.arcs
        ),
    )
