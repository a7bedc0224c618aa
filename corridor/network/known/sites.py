"""Known service-area sides and exits on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from corridor.network.geometry import distance_m
from corridor.network.known.names import EXIT_M, NAMED_SIDE_M, SIDE_M, variants
from corridor.network.known.roads import axis_of
from corridor.network.network import Network, Node, ServiceAreaSide
from corridor.network.tables import PointRow, SideRow, Tables

Pair = tuple[int, float, str, str]
"""1 where the names differ, else 0; distance [m]; id of the tables; id of the map."""


def with_known_sites(
    network: Network, tables: Tables, on_map: Mapping[str, str], notes: list[str]
) -> tuple[Network, list[str]]:
    """Return the network with the tables' ids of sides and exits, and the notes so far with its own."""
    sides = _sides(network, tables, on_map, notes)
    exits = _exits(network, tables, on_map, notes)
    return _renamed(network, sides, exits, tables), notes


def _sides(
    network: Network, tables: Tables, on_map: Mapping[str, str], notes: list[str]
) -> dict[str, str]:
    """Return side of the map -> side of the tables: the same carriageway, nearest first."""
    here = {side.id for side in network.sides}
    words = {row.ref: {"up": row.up_zh, "down": row.down_zh} for row in tables.routes}
    pairs: list[Pair] = []
    lines: list[tuple[SideRow, str]] = []
    by_node = {node.id: node for node in network.nodes}
    for row in tables.sides:
        if row.id in here or row.side == "" or row.route not in on_map:
            continue
        direction = words[row.route][row.side]
        near: list[tuple[float, ServiceAreaSide]] = sorted(
            (
                (distance_m((row.lon, row.lat), (side.lon, side.lat)), side)
                for side in network.sides
                if side.node
                and by_node[side.node].route == on_map[row.route]
                and (on_map[row.route] != row.route or side.direction_zh == direction)
            ),
            key=lambda item: (item[0], item[1].id),
        )
        names = variants(row.name_zh, row.name_en)
        for metres, side in near:
            other = names.isdisjoint(variants(side.name_zh, side.name_en))
            if metres <= (SIDE_M if other else NAMED_SIDE_M):
                pairs.append((int(other), metres, row.id, side.id))
        nearest = f"the nearest is {near[0][1].id}, {near[0][0] / 1000:.1f} km away" if near else ""
        lines.append((row, nearest))
    found = _one_to_one(pairs)
    matched = set(found.values())
    reach = f"{SIDE_M:.0f} m, nor of its name within {NAMED_SIDE_M / 1000:g} km"
    notes += [
        f"Side {row.id} ({row.name_zh}): no side of its carriageway on the map within "
        f"{reach}{'; ' if nearest else ''}{nearest}."
        for row, nearest in lines
        if row.id not in matched
    ]
    return found


def _exits(
    network: Network, tables: Tables, on_map: Mapping[str, str], notes: list[str]
) -> dict[str, str]:
    """Return toll plaza of the map -> exit of the tables: on the same road, nearest first."""
    plazas = [node for node in network.nodes if node.kind == "plaza"]
    here = {node.id for node in plazas}
    axes = {row.ref: axis_of(tables, row) for row in tables.routes}
    pairs: list[Pair] = []
    lines: list[tuple[PointRow, str]] = []
    for point in tables.points:
        if point.id in here or point.kind != "exit" or point.route not in on_map:
            continue
        position = axes[point.route].route.line[point.seq]
        near: list[tuple[float, Node]] = sorted(
            (
                (distance_m(position, (node.lon, node.lat)), node)
                for node in plazas
                if node.route == on_map[point.route]
            ),
            key=lambda item: (item[0], item[1].id),
        )
        pairs += [(0, metres, point.id, node.id) for metres, node in near if metres <= EXIT_M]
        nearest = f"the nearest is {near[0][1].id}, {near[0][0] / 1000:.1f} km away" if near else ""
        lines.append((point, nearest))
    found = _one_to_one(pairs)
    matched = set(found.values())
    notes += [
        f"Exit {point.id} ({point.name_zh}): no exit of {point.route} on the map within "
        f"{EXIT_M / 1000:g} km{'; ' if nearest else ''}{nearest}."
        for point, nearest in lines
        if point.id not in matched
    ]
    return found


def _one_to_one(pairs: Sequence[Pair]) -> dict[str, str]:
    """Return id of the map -> id of the tables, best pairs first, each id once."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, ours, theirs in sorted(pairs):
        if ours not in taken and theirs not in found:
            found[theirs] = ours
            taken.add(ours)
    return found


def _renamed(
    network: Network, sides: Mapping[str, str], exits: Mapping[str, str], tables: Tables
) -> Network:
    points = {point.id: point for point in tables.points}
    rows = {row.id: row for row in tables.sides}
    nodes = {side.node: sides[side.id] for side in network.sides if side.id in sides} | dict(exits)

    def node(old: Node) -> Node:
        new = nodes.get(old.id)
        if new is None:
            return old
        named: Any = points.get(new) or rows[new]
        basis = old.basis
        return replace(old, id=new, name_zh=named.name_zh, name_en=named.name_en, basis=basis)

    return replace(
        network,
        nodes=tuple(sorted(map(node, network.nodes), key=lambda n: n.id)),
        arcs=tuple(
            replace(a, tail=nodes.get(a.tail, a.tail), head=nodes.get(a.head, a.head))
            for a in network.arcs
        ),
        sides=tuple(
            sorted(
                (_side(side, rows[sides[side.id]]) if side.id in sides else side
                 for side in network.sides),
                key=lambda side: side.id,
            )
        ),
        places=tuple(replace(p, node=nodes.get(p.node, p.node)) for p in network.places),
    )  # fmt: skip


def _side(side: ServiceAreaSide, row: SideRow) -> ServiceAreaSide:
    return replace(
        side,
        id=row.id,
        node=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        direction_zh=row.direction_zh,
        direction_en=row.direction_en,
        county_zh=row.county_zh,
        county_en=row.county_en,
    )
