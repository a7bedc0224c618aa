"""The nodes, sides and places of the network, named from the tags of their objects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from corridor.network.network import (
    Arc,
    Node,
    NodeKind,
    Place,
    ServiceAreaSide,
)
from corridor.network.osm.axes import Axes, Point, apart_m, route_of
from corridor.network.osm.contract import Contracted
from corridor.network.osm.exits import Edge, Gate, junction_name
from corridor.network.osm.objects import OTHER_NAMES, Extract, Tags
from corridor.network.osm.roads import Segment, names_of
from corridor.network.osm.sides import Feature, Side
from corridor.network.osm.turns import Turns
from corridor.network.own_places import WINDING, OwnPlace


@dataclass(slots=True)
class Parts:
    """What a network is made of, not yet in order."""

    nodes: list[Node] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    sides: list[ServiceAreaSide] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    side_names: list[str] = field(default_factory=list)


def town_points(features: list[Feature]) -> list[OwnPlace]:
    """Return the cities and towns of an extract that have a name."""
    points = []
    for feature in features:
        chinese, english = _with_other_names(feature.tags)
        if feature.tags.get("place") in {"city", "town"} and (chinese or english):
            digits = feature.tags.get("population", "").replace(",", "").replace(" ", "")
            known = digits.isascii() and digits.isdigit() and len(digits) < 10
            points.append(
                OwnPlace(
                    id=f"town-{feature.object_id}",
                    name_zh=chinese,
                    name_en=english,
                    lon=feature.lon,
                    lat=feature.lat,
                    population=int(digits) if known else None,
                    source="OpenStreetMap (ODbL)",
                )
            )
    return points


def _with_other_names(tags: Tags) -> tuple[str, str]:
    """Return the names of a place with its others in brackets behind the first: "红果(盘州)"."""
    chinese, english = names_of(tags)
    parts = (part.strip() for key in OTHER_NAMES for part in tags.get(key, "").split(";"))
    others = [part for part in dict.fromkeys(parts) if part not in ("", chinese, english)]
    if not others:
        return chinese, english
    bracket = f"({'; '.join(others)})"
    return (chinese + bracket, english) if chinese else (chinese, f"{english} {bracket}".strip())


class NodeMaker:
    """Makes the nodes, sides and places of a network."""

    def __init__(
        self,
        extract: Extract,
        turns: Turns,
        axes: Axes,
        place: dict[int, Point],
        elevation_m: dict[int, float],
    ) -> None:
        self.extract, self.turns, self.axes = extract, turns, axes
        self.place, self.elevation_m = place, elevation_m

    def _tags(self, node: int) -> Tags:
        found = self.extract.nodes.get(node)
        return found.tags if found else {}

    def must_stay(self, segments: list[Segment]) -> set[str]:
        """Return the copies that must stay nodes: sides, named junctions, toll booths."""
        stay = set()
        for name, node in self.turns.node.items():
            tags = self._tags(node)
            if (
                node < 0
                or tags.get("highway") == "motorway_junction"
                or tags.get("barrier") == "toll_booth"
            ):
                stay.add(name)
        live = {self.turns.head[s.key] for s in segments}
        live |= {tail for s in segments for tail in self.turns.tails[s.key]}
        return stay & live

    def assemble(
        self,
        segments: list[Segment],
        contracted: Contracted,
        gates: list[Gate],
        edges: list[Edge],
        sides: list[Side],
    ) -> Parts:
        """Return all parts of the network."""
        parts = Parts()
        new_id = {f"p{number + 1}": side.id for number, side in enumerate(sides)}
        parts.nodes = self._road_nodes(segments, contracted, new_id)
        for arc in contracted.arcs:
            if arc.tail in new_id or arc.head in new_id:
                parts.arcs.append(_renamed(arc, new_id))
            else:
                parts.arcs.append(arc)
        for side in sides:
            self._side(side, parts)
        for gate in gates:
            self._gate(gate, parts)
        for edge in edges:
            self._edge(edge, parts)
        parts.nodes = _all_with_heights(parts.nodes)
        return parts

    def _road_nodes(
        self, segments: list[Segment], contracted: Contracted, new_id: dict[str, str]
    ) -> list[Node]:
        leaving: dict[str, list[Segment]] = defaultdict(list)
        arriving: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            arriving[self.turns.head[segment.key]].append(segment)
            for tail in self.turns.tails[segment.key]:
                leaving[tail].append(segment)
        names = sorted(contracted.used)
        mainline = {
            name: min(
                (s for s in (*arriving[name], *leaving[name]) if not s.road.link),
                key=lambda s: s.key,
                default=None,
            )
            for name in names
        }
        chainage = self._chainage(names, mainline)
        nodes = []
        for name in names:
            node = self.turns.node[name]
            tags = self._tags(node)
            road = mainline[name]
            chinese, english = "", ""
            if tags.get("highway") == "motorway_junction":
                chinese, english = junction_name(tags)
            elif tags.get("barrier") == "toll_booth":
                chinese, english = names_of(tags)
                english = english or "toll booth"
            lon, lat = self.place[node]
            height = self.elevation_m.get(node)
            nodes.append(
                Node(
                    id=new_id.get(name, name),
                    kind=_kind(name, arriving[name], leaving[name], new_id),
                    lon=round(lon, 7),
                    lat=round(lat, 7),
                    elevation_m=None if height is None else round(height, 1),
                    route=route_of(road.road) if road else "",
                    carriageway=self.axes.carriageway(road) if road else "",
                    chainage_m=chainage.get(name),
                    name_zh=chinese,
                    name_en=english,
                )
            )
        return nodes

    def _chainage(self, names: list[str], mainline: dict[str, Segment | None]) -> dict[str, int]:
        by_route: dict[str, list[str]] = defaultdict(list)
        for name in names:
            road = mainline[name]
            if road is not None:
                by_route[route_of(road.road)].append(name)
        found: dict[str, int] = {}
        for ref, members in by_route.items():
            points = [self.place[self.turns.node[name]] for name in members]
            metres = self.axes.by_ref[ref].chainage_m(points)
            found.update((name, round(m)) for name, m in zip(members, metres, strict=True))
        return found

    def _side(self, side: Side, parts: Parts) -> None:
        feature = side.feature
        chinese, english = names_of(feature.tags)
        axis = self.axes.by_ref[side.route]
        point = next(node for node in parts.nodes if node.id == side.id)
        parts.side_names.append(chinese or english)
        parts.sides.append(
            ServiceAreaSide(
                id=side.id,
                name_zh=chinese,
                name_en=english,
                kind="service_area" if feature.tags["highway"] == "services" else "parking_area",
                highway_zh=axis.name_zh or axis.name_en or axis.ref,
                direction_zh=side.carriageway,
                direction_en=side.carriageway,
                county_zh="",
                lon=feature.lon,
                lat=feature.lat,
                elevation_m=point.elevation_m,
                node=side.id,
                source=f"OpenStreetMap {feature.object_id} (ODbL); entered by: {side.why}",
            )
        )
        index = parts.nodes.index(point)
        parts.nodes[index] = replace(
            point,
            kind="sa_side",
            name_zh=chinese,
            name_en=english or ("service area" if not chinese else ""),
        )

    def _gate(self, gate: Gate, parts: Parts) -> None:
        chainage = None
        if gate.route:
            chainage = round(self.axes.by_ref[gate.route].chainage_m([(gate.lon, gate.lat)])[0])
        parts.nodes.append(
            Node(
                id=gate.id,
                kind="plaza",
                lon=gate.lon,
                lat=gate.lat,
                route=gate.route,
                chainage_m=chainage,
                name_zh=gate.name_zh,
                name_en=gate.name_en or ("" if gate.name_zh else f"exit of {gate.route}"),
            )
        )
        for name in (*gate.ends, *gate.starts):
            inward = name in gate.ends
            metres = apart_m(self.place[self.turns.node[name]], (gate.lon, gate.lat))
            tail, head = (name, gate.id) if inward else (gate.id, name)
            parts.arcs.append(_estimated_ramp(tail, head, metres))

    def _edge(self, edge: Edge, parts: Parts) -> None:
        index = next(i for i, node in enumerate(parts.nodes) if node.id == edge.copy)
        node = parts.nodes[index]
        verb = "leaves" if edge.leaves else "enters"
        english = f"{node.route} {node.carriageway} {verb} the map"
        parts.nodes[index] = replace(node, kind="cordon", name_en=node.name_en or english)
        parts.places.append(
            Place(
                id=f"edge-{edge.copy}-{'out' if edge.leaves else 'in'}",
                name_zh="",
                name_en=english,
                kind="cordon",
                node=node.id,
                source="OpenStreetMap (ODbL): where the carriageway ends on the map",
            )
        )


def _kind(
    name: str, arriving: list[Segment], leaving: list[Segment], new_id: dict[str, str]
) -> NodeKind:
    if name in new_id:
        return "sa_side"
    roads = [*arriving, *leaving]
    if all(segment.road.link for segment in roads):
        return "shape"
    if len(leaving) > 1 or any(segment.road.link for segment in leaving):
        return "diverge"
    if len(arriving) > 1 or any(segment.road.link for segment in arriving):
        return "merge"
    if not arriving or not leaving:
        return "end"
    return "shape"


def _all_with_heights(nodes: list[Node]) -> list[Node]:
    """Give the nodes beside the road the height of the nearest that has one, if any has."""
    known = [
        (node.lon, node.lat, node.elevation_m) for node in nodes if node.elevation_m is not None
    ]
    if not known:
        return nodes
    return [
        node
        if node.elevation_m is not None
        else replace(
            node,
            elevation_m=min(
                known, key=lambda other: (apart_m((node.lon, node.lat), other[:2]), other)
            )[2],
        )
        for node in nodes
    ]


def _renamed(arc: Arc, new_id: dict[str, str]) -> Arc:
    tail, head = new_id.get(arc.tail, arc.tail), new_id.get(arc.head, arc.head)
    return replace(arc, id=f"{tail}_{head}", tail=tail, head=head)


def _estimated_ramp(tail: str, head: str, metres: float) -> Arc:
    return Arc(
        id=f"{tail}_{head}",
        tail=tail,
        head=head,
        length_m=max(1, round(metres * WINDING)),
        kind="ramp",
        length_basis="estimated",
    )
