"""Routes, their two directions, and chainage along one axis per route.

A road belongs to the first number of its `ref` tag (its name where it has none). The *up*
direction of a route is the one that leads east, or north where the route runs more north than
east; its carriageway is the axis, and both carriageways are measured along it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from corridor.network.geometry import lengths_m
from corridor.network.osm.roads import Road, Segment
from corridor.network.osm.turns import Key, Turns

M_PER_DEG = 111_195.0
"""Metres per degree of latitude on a sphere; used for nearness and direction, never for lengths."""

Point = tuple[float, float]


def apart_m(a: Point, b: Point) -> float:
    """Return the distance of two near points on a sphere. [m]."""
    x = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(x, b[1] - a[1]) * M_PER_DEG


@dataclass(slots=True)
class Axis:
    """One route.

    Parameters
    ----------
    ref
        Its number, or its name.
    name_zh, name_en
        The names that most of its length bears.
    up, down
        Names of the directions.
    length_m
        Length of the axis, gaps included. [m]
    future_only
        Whether no part of it is open yet.
    """

    ref: str
    name_zh: str
    name_en: str
    up: str
    down: str
    length_m: float = 0.0
    _line: list[Point] = field(default_factory=list)
    _at: list[float] = field(default_factory=list)

    def chainage_m(self, points: list[Point]) -> list[float]:
        """Return the chainage of the nearest point of the axis, for each point. [m]."""
        import numpy as np
        import shapely

        if len(self._line) < 2:
            return [0.0] * len(points)
        scale = _scale(self._line)
        line = np.array(self._line) * scale
        planar = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        found = shapely.line_locate_point(
            shapely.LineString(line), shapely.points(np.array(points) * scale)
        )
        return [float(value) for value in np.interp(found, planar, self._at)]


@dataclass(slots=True)
class Axes:
    """All routes and the direction of every mainline segment."""

    by_ref: dict[str, Axis]
    direction: dict[Key, str]

    def carriageway(self, segment: Segment) -> str:
        """Return the name of the direction of a segment; empty for a ramp."""
        side = self.direction.get(segment.key)
        if side is None:
            return ""
        axis = self.by_ref[route_of(segment.road)]
        return axis.up if side == "up" else axis.down


def route_of(road: Road) -> str:
    """Return the route that a road belongs to; empty for a ramp."""
    if road.link:
        return ""
    if road.refs:
        return road.refs[0]
    return road.name_en or road.name_zh or "(without number)"


def axes_of(segments: list[Segment], turns: Turns, place: dict[int, Point]) -> Axes:
    """Return the routes of all mainline segments."""
    by_route: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        if not segment.road.link:
            by_route[route_of(segment.road)].append(segment)
    axes = Axes(by_ref={}, direction={})
    for ref in sorted(by_route):
        members = by_route[ref]
        vector = _main_direction(members, place)
        for chain in _chains(members, turns):
            side = "up" if _along(chain, place, vector) >= 0 else "down"
            axes.direction.update((segment.key, side) for segment in chain)
        axes.by_ref[ref] = _axis(ref, members, axes.direction, vector, turns=turns, place=place)
    return axes


def _scale(points: list[Point]) -> Point:
    middle = sum(point[1] for point in points) / len(points)
    return (M_PER_DEG * math.cos(math.radians(middle)), M_PER_DEG)


def _main_direction(members: list[Segment], place: dict[int, Point]) -> Point:
    """Return the unit vector along which the route spreads most, pointing east or north."""
    import numpy as np

    points = [place[end] for segment in members for end in (segment.tail, segment.head)]
    xy = np.array(points) * _scale(points)
    _, vectors = np.linalg.eigh(np.cov((xy - xy.mean(axis=0)).T))
    x, y = float(vectors[0, 1]), float(vectors[1, 1])
    forward = x if abs(x) >= abs(y) else y
    return (x, y) if forward >= 0 else (-x, -y)


def _along(chain: list[Segment], place: dict[int, Point], vector: Point) -> float:
    total = 0.0
    for segment in chain:
        (x1, y1), (x2, y2) = place[segment.tail], place[segment.head]
        total += (x2 - x1) * math.cos(math.radians(y1)) * vector[0] + (y2 - y1) * vector[1]
    return total


def _chains(members: list[Segment], turns: Turns) -> list[list[Segment]]:
    """Return the pieces of carriageway that hang together, each as its segments."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for segment in members:
        for tail in turns.tails[segment.key]:
            parent[find(tail)] = find(turns.head[segment.key])
    groups: dict[str, list[Segment]] = defaultdict(list)
    for segment in members:
        groups[find(turns.head[segment.key])].append(segment)
    return sorted(groups.values(), key=lambda chain: chain[0].key)


def _axis(
    ref: str,
    members: list[Segment],
    direction: dict[Key, str],
    vector: Point,
    *,
    turns: Turns,
    place: dict[int, Point],
) -> Axis:
    east = abs(vector[0]) >= abs(vector[1])
    up, down = ("eastbound", "westbound") if east else ("northbound", "southbound")
    axis = Axis(ref, _most(members, zh=True), _most(members, zh=False), up, down)
    sides = {side: [s for s in members if direction[s.key] == side] for side in ("up", "down")}
    forward = sides["up"] or sides["down"]
    paths = [_longest_path(chain, turns) for chain in _chains(forward, turns)]
    lines = [[place[path[0].tail], *(place[s.head] for s in path)] for path in paths if path]
    if not sides["up"]:
        lines = [line[::-1] for line in lines]
    scale = _scale([point for line in lines for point in line])

    def reach(point: Point) -> float:
        return point[0] * scale[0] * vector[0] + point[1] * scale[1] * vector[1]

    lines.sort(key=lambda line: (reach(line[0]), line))
    joined: list[Point] = []
    for line in lines:
        if not joined:
            joined = list(line)
        elif reach(line[-1]) > reach(joined[-1]):  # beside what is there already: adds nothing
            ahead = [point for point in line if reach(point) >= reach(joined[-1])]
            joined += ahead
    axis._line = [p for i, p in enumerate(joined) if i == 0 or p != joined[i - 1]]
    steps = lengths_m(list(zip(axis._line, axis._line[1:], strict=False)))
    axis._at = [0.0]
    for step in steps:
        axis._at.append(axis._at[-1] + step)
    axis.length_m = axis._at[-1]
    return axis


def _longest_path(chain: list[Segment], turns: Turns) -> list[Segment]:
    """Return the longest way through a piece of carriageway (a cycle is cut where it closes)."""
    leaving: dict[str, list[Segment]] = defaultdict(list)
    entered: dict[str, int] = defaultdict(int)
    for segment in chain:
        for tail in turns.tails[segment.key]:
            leaving[tail].append(segment)
        entered[turns.head[segment.key]] += len(turns.tails[segment.key])
    best: dict[str, tuple[float, Segment | None]] = {}
    order: list[str] = []
    ready = sorted(name for name in leaving if not entered[name])
    if not ready:  # a ring
        ready = [turns.tails[chain[0].key][0]]
        entered[ready[0]] = 0
    for name in ready:
        best[name] = (0.0, None)
    while ready:
        name = ready.pop()
        order.append(name)
        for segment in leaving[name]:
            head = turns.head[segment.key]
            reach = best[name][0] + segment.length_m
            if head not in best or reach > best[head][0]:
                if head in order:
                    continue
                best[head] = (reach, segment)
            entered[head] -= 1
            if entered[head] == 0:
                ready.append(head)
    end = max(sorted(best), key=lambda name: best[name][0])
    path: list[Segment] = []
    seen: set[str] = set()
    while (step := best[end][1]) is not None and end not in seen:
        seen.add(end)
        path.append(step)
        known = [tail for tail in turns.tails[step.key] if tail in best]
        end = max(known, key=lambda name: (best[name][0], name))
    return path[::-1]


def _most(members: list[Segment], *, zh: bool) -> str:
    length: dict[str, float] = defaultdict(float)
    for segment in members:
        length[segment.road.name_zh if zh else segment.road.name_en] += segment.length_m
    length.pop("", None)
    return max(sorted(length), key=lambda name: length[name]) if length else ""
