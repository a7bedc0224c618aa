"""Objects in, network out: the one deterministic way from an extract to a `Network`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from corridor.core.errors import InputError
from corridor.network.network import Network, Route
from corridor.network.osm.axes import Axes, Point, axes_of, route_of
from corridor.network.osm.contract import Contracted, Contractor
from corridor.network.osm.exits import Ends, Gate
from corridor.network.osm.hydrogen import hydrogen_stations
from corridor.network.osm.nodes import NodeMaker, town_points
from corridor.network.osm.objects import STATION_STATES, Extract
from corridor.network.osm.ordinary import without_ordinary
from corridor.network.osm.restrictions import Restrictions
from corridor.network.osm.roads import LeftOut, Roads, Segment, merge_left_out, roads_of
from corridor.network.osm.sides import (
    SERVICE_ROAD_M,
    Side,
    SideFinder,
    features_of,
    near_outline,
    service_areas,
)
from corridor.network.osm.turns import Turns, turns_of
from corridor.network.own_places import with_places

ATTRIBUTION = (
    "© OpenStreetMap contributors, available under the Open Database License (ODbL) 1.0, "
    "https://www.openstreetmap.org/copyright"
)
LEAST_COMPONENT_KM = 1.0
"""A piece that is not joined to the largest one stays from this length of carriageway. [km]"""

ElevationSource = Callable[[list[Segment], dict[int, Point]], tuple[dict[int, float], list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What the builder may be told.

    Parameters
    ----------
    name
        Name of the network.
    future
        Take roads under construction and proposed ones.
    future_year
        Opening year of those whose tags name none. [year]
    known_roads
        Other numbers and names of roads -> the number to call them by.
    elevation
        Gives heights per node, with remarks; None for the `ele` tags of the data alone.
    """

    name: str = "openstreetmap"
    future: bool = False
    future_year: int | None = None
    known_roads: Mapping[str, str] = field(default_factory=dict)
    elevation: ElevationSource | None = None


@dataclass(slots=True)
class BuildReport:
    """What the builder counted, changed and left out; written beside the network."""

    counts: dict[str, int] = field(default_factory=dict)
    carriageway_km: dict[str, float] = field(default_factory=dict)
    link_km: float = 0.0
    components: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[LeftOut] = field(default_factory=list)
    told: list[LeftOut] = field(default_factory=list)
    simplification: dict[str, float] = field(default_factory=dict)
    turns_refused: dict[str, int] = field(default_factory=dict)
    service_areas: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build(extract: Extract, options: BuildOptions) -> tuple[Network, BuildReport]:
    """Return the network of an extract, and what was done to get it.

    Raises
    ------
    InputError
        If the extract holds no expressway that lorries may use.
    """
    report = BuildReport()
    roads = roads_of(
        extract,
        future=options.future,
        future_year=options.future_year,
        known_roads=options.known_roads,
    )
    roads.segments, ordinary, crossed = without_ordinary(roads.segments, extract)
    roads.left_out += ordinary
    if not any(not segment.road.link for segment in roads.segments):
        raise InputError(
            f"{options.name}: holds no motorway or trunk road that lorries may use.",
            "Give an extract or a region that an expressway runs through.",
        )
    rules = Restrictions(extract, roads.segments, crossed)
    turns = turns_of(roads.segments, roads.place, rules)
    segments = _components(roads, turns, report)
    axes = axes_of(segments, turns, roads.place)
    sides, dropped_areas = _sides(extract, segments, turns, axes, roads.place)
    segments = _insert(segments, sides, turns, axes, roads.place)
    elevation_m, remarks = _elevation(options, extract, segments, roads.place)
    maker = NodeMaker(extract, turns, axes, roads.place, elevation_m)
    contracted = Contractor(
        segments, turns, axes, roads.place, keep=maker.must_stay(segments), elevation_m=elevation_m
    ).run()
    ends = Ends(segments, turns, crossed)
    areas, _ = service_areas(features_of(extract))
    dangling = {turns.node[name] for name in ends.dangling}
    within = {
        n for area in areas for n in near_outline(area, dangling, roads.place, SERVICE_ROAD_M)
    }
    gates, edges = ends.gates(extract, roads.place, within, axes.direction), ends.map_edges()
    parts = maker.assemble(segments, contracted, gates, edges, [side for _, side in sides])
    _fill(
        report,
        extract,
        roads,
        segments,
        contracted=contracted,
        gates=gates,
        rules=rules,
        turns=turns,
    )
    report.service_areas = [
        {"id": side.id, "name": name, "route": side.route, "serves": side.carriageway,
         "entered_by": side.why}
        for name, (_, side) in zip(parts.side_names, sides, strict=True)
    ]  # fmt: skip
    report.notes += remarks
    report.counts.update(service_area_sides=len(sides), map_edges=len(edges))
    stations, no_stations = hydrogen_stations(features_of(extract))
    roads_only = Network(
        name=options.name,
        nodes=tuple(sorted(parts.nodes, key=lambda node: node.id)),
        arcs=tuple(sorted(parts.arcs, key=lambda arc: arc.id)),
        routes=tuple(_routes(axes)),
        sides=tuple(sorted(parts.sides, key=lambda side: side.id)),
        places=tuple(sorted(parts.places, key=lambda place: place.id)),
        attribution=(ATTRIBUTION,),
        provenance={"licence": "ODbL 1.0", **extract.provenance},
        hydrogen_stations=tuple(stations),
    )
    network, far = with_places(roads_only, town_points(features_of(extract)))
    far_towns = [
        LeftOut(what=f"{town.kind} {town.name_zh or town.name_en}", why=why, objects=town.id)
        for town, why in far
    ]
    report.dropped = merge_left_out(
        [
            *roads.left_out,
            *report.dropped,
            *dropped_areas,
            *far_towns,
            *rules.not_applied,
            *no_stations,
        ]
    )
    report.told = merge_left_out(roads.told)
    report.counts.update(
        nodes=len(network.nodes), arcs=len(network.arcs), places=len(network.places)
    )
    return replace(network, notes=(*_notes(report), *network.notes)), report


def _routes(axes: Axes) -> list[Route]:
    return [
        Route(
            ref=axis.ref,
            name_zh=axis.name_zh,
            name_en=axis.name_en,
            up=axis.up,
            down=axis.down,
            up_en=axis.up,
            down_en=axis.down,
            length_m=max(1, round(axis.length_m)),
            length_basis="measured",
            source="OpenStreetMap, geodesic length on WGS-84",
        )
        for _, axis in sorted(axes.by_ref.items())
    ]


def _components(roads: Roads, turns: Turns, report: BuildReport) -> list[Segment]:
    """Return the segments of the pieces that stay; the others are listed with length and names."""
    parent = {name: name for name in turns.node}

    def find(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for segment in roads.segments:
        for tail in turns.tails[segment.key]:
            parent[find(tail)] = find(turns.head[segment.key])
    groups: dict[str, list[Segment]] = defaultdict(list)
    for segment in roads.segments:
        groups[find(turns.head[segment.key])].append(segment)

    def mainline_km(members: list[Segment]) -> float:
        return sum(segment.length_m for segment in members if not segment.road.link) / 1000

    ordered = sorted(groups.values(), key=lambda members: (-mainline_km(members), members[0].key))
    kept: list[Segment] = []
    for rank, members in enumerate(ordered):
        km = mainline_km(members)
        stays = rank == 0 or km >= LEAST_COMPONENT_KM
        labels = sorted({route_of(s.road) for s in members if not s.road.link})
        if stays:
            kept += members
            report.components.append({"mainline_km": round(km, 3), "routes": labels})
            continue
        report.dropped.append(
            LeftOut(
                what="piece of " + (", ".join(labels) if labels else "ramp only"),
                why=f"not joined to the network and shorter than {LEAST_COMPONENT_KM:g} km "
                "of carriageway",
                km=sum(segment.length_m for segment in members) / 1000,
                objects=f"way/{min(segment.road.way for segment in members)}",
            )
        )
    return sorted(kept, key=lambda segment: segment.key)


def _sides(
    extract: Extract, segments: list[Segment], turns: Turns, axes: Axes, place: dict[int, Point]
) -> tuple[list[tuple[int, Side]], list[LeftOut]]:
    """Return the sides of all service areas, each with the (negative) id of its point."""
    areas, left_out = service_areas(features_of(extract))
    finder = SideFinder(segments, turns, axes, place)
    found: list[Side] = []
    for area in areas:
        sides = finder.sides(area)
        found += sides
        if not sides:
            name = area.tags.get("name") or area.tags.get("ref") or "without name"
            left_out.append(
                LeftOut(
                    what=f"service area {name}",
                    why="no carriageway of the network near enough to enter it from",
                    objects=area.object_id,
                )
            )
    found.sort(key=lambda side: side.id)
    return [(-(number + 1), side) for number, side in enumerate(found)], left_out


def _insert(
    segments: list[Segment],
    sides: Sequence[tuple[int, Side]],
    turns: Turns,
    axes: Axes,
    place: dict[int, Point],
) -> list[Segment]:
    """Put the sides on their segments: a segment is cut, its length divided, nothing added."""
    by_key: dict[tuple[int, int, int], list[tuple[float, int]]] = defaultdict(list)
    for point, side in sides:
        fraction = min(max(side.fraction, 1e-3), 1 - 1e-3)
        by_key[side.segment.key].append((fraction, point))
    result: list[Segment] = []
    for segment in segments:
        cuts = sorted(by_key.get(segment.key, ()))
        if not cuts:
            result.append(segment)
            continue
        (x1, y1), (x2, y2) = place[segment.tail], place[segment.head]
        direction = axes.direction[segment.key]
        tails, head = turns.tails[segment.key], turns.head[segment.key]
        start, done, rest = segment.tail, 0.0, segment
        for fraction, point in cuts:
            name = f"p{-point}"
            place[point] = (x1 + fraction * (x2 - x1), y1 + fraction * (y2 - y1))
            turns.node[name] = point
            piece = replace(rest, tail=start, head=point, length_m=0.0)
            piece.length_m = (fraction - done) * segment.length_m
            turns.tails[piece.key], turns.head[piece.key] = tails, name
            axes.direction[piece.key] = direction
            result.append(piece)
            start, done, tails = point, fraction, (name,)
        last = replace(segment, tail=start, length_m=(1 - done) * segment.length_m)
        turns.tails[last.key], turns.head[last.key] = tails, head
        axes.direction[last.key] = direction
        result.append(last)
    return sorted(result, key=lambda segment: segment.key)


def _elevation(
    options: BuildOptions, extract: Extract, segments: list[Segment], place: dict[int, Point]
) -> tuple[dict[int, float], list[str]]:
    from corridor.network.osm.elevation import from_tags

    source = options.elevation or from_tags(extract)
    return source(segments, place)


def _fill(
    report: BuildReport,
    extract: Extract,
    roads: Roads,
    segments: list[Segment],
    *,
    contracted: Contracted,
    gates: list[Gate],
    rules: Restrictions,
    turns: Turns,
) -> None:
    km: dict[str, float] = defaultdict(float)
    for segment in segments:
        km[segment.road.road_class] += segment.length_m / 1000
    report.carriageway_km = {
        kind: round(km[kind], 3) for kind in ("motorway", "trunk") if kind in km
    }
    report.link_km = round(sum(v for kind, v in km.items() if kind.endswith("_link")), 3)
    on_road = {node for segment in segments for node in (segment.tail, segment.head)}
    tags = {node: extract.nodes[node].tags for node in on_road if node in extract.nodes}
    features = features_of(extract)
    report.counts.update(
        junctions=sum(tag.get("highway") == "motorway_junction" for tag in tags.values()),
        toll_booths=sum(tag.get("barrier") == "toll_booth" for tag in tags.values()),
        exits=len(gates),
        fuel_stations=sum(
            feature.tags.get("amenity") == "fuel"
            and not any(feature.tags.get(state) == "fuel" for state in STATION_STATES.values())
            for feature in features
        ),
        turn_restrictions_not_applied=len(rules.not_applied),
        ways_cut_at_absent_nodes=roads.cut_ways,
        objects_repeated=extract.repeated,
    )
    report.turns_refused = dict(sorted(turns.forbidden.items()))
    report.simplification = {
        "km_before": round(contracted.km_before, 3),
        "km_after": round(contracted.km_after, 3),
        "worst_change_of_a_carriageway_percent": round(100 * contracted.worst_fraction, 4),
    }


def _notes(report: BuildReport) -> list[str]:
    lines = list(report.notes)
    worst = report.simplification["worst_change_of_a_carriageway_percent"]
    lines.append(
        "Lengths are geodesic on WGS-84; drawing with fewer bends changed no carriageway's "
        f"length by more than {worst:g} %."
    )
    if len(report.components) > 1:
        parts = ", ".join(f"{part['mainline_km']:.1f} km" for part in report.components)
        lines.append(f"The network falls into {len(report.components)} pieces: {parts}.")
    lines += [f"Left out: {item.what}{_size(item)}: {item.why}." for item in report.dropped[:40]]
    lines += [f"Taken as open: {item.what}{_size(item)}: {item.why}." for item in report.told[:40]]
    if len(report.dropped) > 40:
        lines.append(f"{len(report.dropped) - 40} more lines of what was left out: fetch.json.")
    return lines


def _size(item: LeftOut) -> str:
    """Return length and objects of a line, in brackets."""
    parts = [f"{item.km:.2f} km"] * bool(item.km) + [item.objects] * bool(item.objects)
    return f" ({', '.join(parts)})" if parts else ""
