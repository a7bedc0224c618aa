"""Service and rest areas: split into sides, each put on the carriageway it can be entered from.

Entered from a carriageway is an area

1. that a ramp of this carriageway leads into (a node of the ramp lies in the area, or is the
   nearest of all within `RAMP_REACH_M`) — the ramps decide where they are drawn;
2. otherwise that lies on the kerb side of the carriageway (the right in countries that drive on
   the right; which it is, is read off the dual carriageways themselves) with no nearer
   carriageway in between;
3. otherwise, if it is drawn across the road or between the carriageways, both of them.

The side is a point of the carriageway, the nearest to the middle of the area.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor.network.osm.axes import M_PER_DEG, Axes, Point, apart_m, route_of
from corridor.network.osm.objects import Extract, Tags
from corridor.network.osm.roads import LeftOut, Segment, names_of
from corridor.network.osm.turns import Turns

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

NEAR_M = 300.0
"""Farthest a service area lies from the carriageway that serves it. [m] Engineering assumption."""

RAMP_REACH_M = 150.0
"""A ramp that comes this near leads into the area. [m] Engineering assumption."""

SERVICE_ROAD_M = 300.0
"""A ramp that ends this near to an area goes on as its service road. [m] Engineering assumption."""

RAMP_SEARCH_M = 2_500.0
"""Longest ramp followed from the carriageway. [m] Engineering assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A thing beside the road: its object, tags and outline in degrees."""

    object_id: str
    tags: Tags
    outline: BaseGeometry
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a service or rest area.

    Parameters
    ----------
    segment
        Key of the carriageway's segment that it is put on.
    fraction
        Where on the segment, 0 to 1.
    why
        "ramp", "kerb side" or "across the road".
    """

    feature: Feature
    route: str
    carriageway: str
    segment: Segment
    fraction: float
    why: str

    @property
    def id(self) -> str:
        """Id of the side: the object, and the direction it serves."""
        return f"sa-{self.feature.object_id}-{self.carriageway}"


def features_of(extract: Extract) -> list[Feature]:
    """Return the features of an extract as outlines, in order of id; members of areas only once."""
    import shapely

    found: list[Feature] = []
    used: set[int] = set()

    def add(object_id: str, tags: Tags, outline: Any) -> None:
        if outline is None or outline.is_empty:
            return
        middle = outline.representative_point() if outline.area else outline.centroid
        lon, lat = round(middle.x, 7), round(middle.y, 7)
        found.append(Feature(object_id=object_id, tags=tags, outline=outline, lon=lon, lat=lat))

    for key, relation in sorted(extract.relations.items()):
        if relation.tags.get("type") != "multipolygon":
            continue
        lines = [m for kind, m, _ in relation.members if kind == "way" and m in extract.ways]
        used.update(lines)
        shapes = [_points(extract, extract.ways[line].refs) for line in sorted(set(lines))]
        points = [point for line in shapes for point in line]
        if len(points) >= 3:
            add(f"r{key}", relation.tags, shapely.MultiPoint(points).convex_hull)
    from corridor.network.osm.objects import is_feature

    for key, way in sorted(extract.ways.items()):
        if key in used or not is_feature(way.tags):
            continue
        points = _points(extract, way.refs)
        if len(points) >= 3 and way.refs[0] == way.refs[-1]:
            add(f"w{key}", way.tags, shapely.MultiPoint(points).convex_hull)
        elif len(points) >= 2:
            add(f"w{key}", way.tags, shapely.LineString(points))
    for key, node in sorted(extract.nodes.items()):
        if is_feature(node.tags):
            add(f"n{key}", node.tags, shapely.Point(node.lon, node.lat))
    return found


def _points(extract: Extract, refs: tuple[int, ...]) -> list[Point]:
    nodes = extract.nodes
    return [(nodes[ref].lon, nodes[ref].lat) for ref in refs if ref in nodes]


def service_areas(features: list[Feature]) -> tuple[list[Feature], list[LeftOut]]:
    """Return the service and rest areas, a point inside an outline is one with it."""
    areas = [f for f in features if f.tags.get("highway") in {"services", "rest_area"}]
    outlines = [f for f in areas if f.outline.area > 0]
    kept, left_out = [], []
    for area in areas:
        twin = next(
            (
                other
                for other in outlines
                if other is not area
                and area.outline.area < other.outline.area
                and other.outline.buffer(100 / M_PER_DEG).contains(area.outline)
                and (not area.outline.area or _label(area) == _label(other))
            ),
            None,
        )
        if twin is None:
            kept.append(area)
        else:
            left_out.append(
                LeftOut(
                    what=f"service area {_label(area)}",
                    why=f"drawn a second time as {twin.object_id}",
                    objects=area.object_id,
                )
            )
    return kept, left_out


def _label(feature: Feature) -> str:
    chinese, english = names_of(feature.tags)
    return chinese or english or "without name"


class SideFinder:
    """Finds the carriageways that an area can be entered from."""

    def __init__(
        self, segments: list[Segment], turns: Turns, axes: Axes, place: dict[int, Point]
    ) -> None:
        import numpy as np
        import shapely

        self.place = place
        self.turns = turns
        self.axes = axes
        self.mainline = [segment for segment in segments if not segment.road.link]
        ends = [(place[s.tail], place[s.head]) for s in self.mainline]
        self._tree = shapely.STRtree(shapely.linestrings(np.array(ends).reshape(-1, 2, 2)))
        self._ramp_starts: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._ramps: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            if segment.road.link:
                for tail in turns.tails[segment.key]:
                    self._ramps[tail].append(segment)
        self._reached = self._ramp_points()
        self.kerb = self._kerb_side()

    def _ramp_points(self) -> dict[int, set[tuple[str, str]]]:
        """Return, per node on a ramp, the carriageways (route, direction) that lead to it."""
        reached: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for segment in self.mainline:
            start = self.turns.head[segment.key]
            if start not in self._ramps:
                continue
            carriageway = (route_of(segment.road), self.axes.direction[segment.key])
            queue = deque([(start, 0.0)])
            seen = {start}
            while queue:
                name, run = queue.popleft()
                for ramp in self._ramps.get(name, ()):
                    head = self.turns.head[ramp.key]
                    if head in seen or run + ramp.length_m > RAMP_SEARCH_M:
                        continue
                    seen.add(head)
                    reached[ramp.head].add(carriageway)
                    queue.append((head, run + ramp.length_m))
        return reached

    def _kerb_side(self) -> int:
        """Return +1 where the kerb is on the left (drives on the left), -1 on the right."""
        votes = 0
        step = max(1, len(self.mainline) // 400)
        for segment in self.mainline[::step]:
            a, b = self.place[segment.tail], self.place[segment.head]
            middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            for other, distance, left, _ in self._near(middle, 60.0):
                if (
                    distance > 3
                    and route_of(other.road) == route_of(segment.road)
                    and self.axes.direction[other.key] != self.axes.direction[segment.key]
                ):
                    votes += 1 if left > 0 else -1
        # `left` is seen from the other carriageway: its kerb is where this one is not
        return 1 if votes < 0 else -1

    def _near(self, point: Point, reach_m: float) -> list[tuple[Segment, float, float, float]]:
        """Return mainline segments near a point: (segment, distance m, side of point, fraction)."""
        import shapely

        scale = math.cos(math.radians(point[1]))
        width = reach_m / M_PER_DEG
        box = shapely.box(
            point[0] - width / scale, point[1] - width, point[0] + width / scale, point[1] + width
        )
        found = []
        for index in sorted(self._tree.query(box).tolist()):
            segment = self.mainline[index]
            distance, left, fraction = _offset(
                self.place[segment.tail], self.place[segment.head], point
            )
            if distance <= reach_m:
                found.append((segment, distance, left, fraction))
        found.sort(key=lambda item: (item[1], item[0].key))
        return found

    def sides(self, area: Feature) -> list[Side]:
        """Return the sides of an area; none where no carriageway can enter it."""
        reach = NEAR_M + _radius_m(area)
        nearest: dict[tuple[str, str], tuple[Segment, float, float, float]] = {}
        for item in self._near((area.lon, area.lat), reach):
            segment = item[0]
            carriageway = (route_of(segment.road), self.axes.direction[segment.key])
            nearest.setdefault(carriageway, item)
        by_ramp = self._entered_by_ramp(area) & nearest.keys()
        if by_ramp:
            return [self._side(area, nearest[key], "ramp") for key in sorted(by_ramp)]
        kerb = [key for key, item in nearest.items() if item[2] * self.kerb > 0]
        crossed = [key for key, item in nearest.items() if self._crosses(area, item[0])]
        if len(crossed) < 2 and kerb:
            first = min(kerb, key=lambda key: (nearest[key][1], key))
            if nearest[first][1] <= min(item[1] for item in nearest.values()) + 1e-9:
                return [self._side(area, nearest[first], "kerb side")]
        across = crossed if len(crossed) >= 2 else self._two_nearest(nearest)
        return [self._side(area, nearest[key], "across the road") for key in sorted(across)]

    def _two_nearest(self, nearest: dict[tuple[str, str], Any]) -> list[tuple[str, str]]:
        ordered = sorted(nearest, key=lambda key: (nearest[key][1], key))
        return ordered[:1] + [key for key in ordered[1:] if key[0] == ordered[0][0]][:1]

    def _entered_by_ramp(self, area: Feature) -> set[tuple[str, str]]:
        """Return the carriageways with a ramp into the area.

        Those with a ramp inside its outline; where there is none, the one whose ramp comes nearest
        (for an area drawn as a point also others that come about as near).
        """
        nearest: dict[tuple[str, str], float] = {}
        for node, metres in near_outline(area, self._reached, self.place, RAMP_REACH_M).items():
            for carriageway in self._reached[node]:
                nearest[carriageway] = min(metres, nearest.get(carriageway, metres))
        if not nearest:
            return set()
        inside = {key for key, metres in nearest.items() if metres == 0}
        if inside:
            return inside
        slack = 1.0 if area.outline.area else 1.3
        best = min(nearest.values())
        return {key for key, metres in nearest.items() if metres <= best * slack}

    def _crosses(self, area: Feature, segment: Segment) -> bool:
        import shapely

        if not area.outline.area:
            return False
        line = shapely.LineString([self.place[segment.tail], self.place[segment.head]])
        return bool(area.outline.intersects(line))

    def _side(self, area: Feature, item: tuple[Segment, float, float, float], why: str) -> Side:
        segment, _, _, fraction = item
        return Side(
            feature=area,
            route=route_of(segment.road),
            carriageway=self.axes.carriageway(segment),
            segment=segment,
            fraction=fraction,
            why=why,
        )


def near_outline(
    area: Feature, nodes: Iterable[int], place: dict[int, Point], reach_m: float
) -> dict[int, float]:
    """Return the nodes within `reach_m` of an area's outline and their distance to it. [m]."""
    import shapely.ops

    outline = area.outline
    west, south, east, north = outline.bounds
    high = reach_m / M_PER_DEG
    wide = high / math.cos(math.radians(area.lat))
    found = {}
    for node in nodes:
        lon, lat = place[node]
        if west - wide <= lon <= east + wide and south - high <= lat <= north + high:
            near = shapely.ops.nearest_points(outline, shapely.Point(lon, lat))[0]
            metres = apart_m((near.x, near.y), (lon, lat))
            if metres <= reach_m:
                found[node] = metres
    return found


def _radius_m(area: Feature) -> float:
    west, south, east, north = area.outline.bounds
    return (
        math.hypot((east - west) * math.cos(math.radians(area.lat)), north - south) * M_PER_DEG / 2
    )


def _offset(a: Point, b: Point, p: Point) -> tuple[float, float, float]:
    """Return (distance m, > 0 if p lies left of a-b, fraction of the foot of p on a-b)."""
    scale = math.cos(math.radians(p[1]))
    bx, by = (b[0] - a[0]) * scale, b[1] - a[1]
    px, py = (p[0] - a[0]) * scale, p[1] - a[1]
    square = bx * bx + by * by
    fraction = max(0.0, min(1.0, (px * bx + py * by) / square)) if square else 0.0
    distance = math.hypot(px - fraction * bx, py - fraction * by) * M_PER_DEG
    return distance, bx * py - by * px, fraction
