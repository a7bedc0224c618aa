"""From segments to arcs: chains between points that matter, drawn with few bends, of full length.

A chain keeps the geodesic length of all its segments; only whole metres are rounded, and they
are rounded along the chain so that errors do not add up. Bends stay as nodes of kind ``shape``
where leaving them out would move the drawn line by more than `BEND_M`, or the height by more
than `RISE_M`.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass

from corridor.network.network import Arc
from corridor.network.osm.axes import M_PER_DEG, Axes, Point, route_of
from corridor.network.osm.roads import Segment
from corridor.network.osm.turns import Turns

BEND_M = 25.0
"""Farthest the drawn line lies from the real one. [m] Engineering assumption."""

RISE_M = 5.0
"""Farthest the height between two nodes lies from the straight line. [m] Engineering assumption."""

Signature = tuple[bool, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """A segment as an arc between copies of nodes."""

    tail: str
    head: str
    segment: Segment


@dataclass(slots=True)
class Contracted:
    """Arcs, the copies of nodes they join, and how rounding moved the lengths."""

    arcs: list[Arc]
    used: set[str]
    km_before: float
    km_after: float
    worst_fraction: float


class Contractor:
    """Joins the segments of a network to arcs.

    Parameters
    ----------
    keep
        Copies that must stay nodes (sides of service areas, junctions, toll booths).
    elevation_m
        Height per node, where known. [m]
    """

    def __init__(
        self,
        segments: list[Segment],
        turns: Turns,
        axes: Axes,
        place: dict[int, Point],
        *,
        keep: set[str],
        elevation_m: dict[int, float],
    ) -> None:
        self.turns, self.axes, self.place, self.elevation_m = turns, axes, place, elevation_m
        self.steps = [
            Step(tail, turns.head[segment.key], segment)
            for segment in segments
            for tail in turns.tails[segment.key]
        ]
        self.leaving: dict[str, list[Step]] = defaultdict(list)
        self.arriving: dict[str, list[Step]] = defaultdict(list)
        for step in self.steps:
            self.leaving[step.tail].append(step)
            self.arriving[step.head].append(step)
        self._kept = keep | {name for name in turns.node if self._matters(name)}

    def signature(self, segment: Segment) -> Signature:
        """Return what all segments of one arc share."""
        road = segment.road
        section = road.name_zh or road.name_en or (road.refs[0] if road.refs else "")
        carriageway = self.axes.carriageway(segment)
        return (road.link, route_of(road), carriageway, section, road.open_year or 0)

    def _matters(self, name: str) -> bool:
        arriving, leaving = self.arriving.get(name, []), self.leaving.get(name, [])
        if len(arriving) != 1 or len(leaving) != 1:
            return True
        return self.signature(arriving[0].segment) != self.signature(leaving[0].segment)

    def run(self) -> Contracted:
        """Return the arcs, in order of id."""
        chains = [self._chain(step) for step in self.steps if step.tail in self._kept]
        reached = {step.segment.key for chain in chains for step in chain}
        for step in self.steps:  # rings that nothing else touches
            if step.segment.key not in reached:
                self._kept.add(step.tail)
                chain = self._chain(step)
                chains.append(chain)
                reached.update(other.segment.key for other in chain)
        pieces = [piece for chain in chains for piece in self._pieces(chain)]
        pieces.sort(key=lambda piece: (piece[0].tail, piece[-1].head, piece[0].segment.key))
        result = Contracted([], set(), 0.0, 0.0, 0.0)
        count: dict[str, int] = defaultdict(int)
        for piece in pieces:
            arc = self._arc(piece, count)
            result.arcs.append(arc)
            result.used.update((arc.tail, arc.head))
        self._account(chains, result)
        result.arcs.sort(key=lambda arc: arc.id)
        return result

    def _chain(self, step: Step) -> list[Step]:
        chain = [step]
        while chain[-1].head not in self._kept:
            chain.append(self.leaving[chain[-1].head][0])
        return chain

    def _pieces(self, chain: list[Step]) -> list[list[Step]]:
        points = [self.place[chain[0].segment.tail]]
        points += [self.place[step.segment.head] for step in chain]
        nodes = [chain[0].segment.tail, *(step.segment.head for step in chain)]
        metres = [0.0]
        for step in chain:
            metres.append(metres[-1] + step.segment.length_m)
        stay = _bends(points, metres, [self.elevation_m.get(node) for node in nodes])
        if chain[0].tail == chain[-1].head and len(stay) == 2:
            stay.insert(1, len(chain) // 2)  # a loop needs a node between its two equal ends
        return [chain[a:b] for a, b in itertools.pairwise(stay)]

    def _arc(self, piece: list[Step], count: dict[str, int]) -> Arc:
        segment = piece[0].segment
        link, route, carriageway, section, open_year = self.signature(segment)
        name = f"{piece[0].tail}_{piece[-1].head}"
        count[name] += 1
        length = sum(step.segment.length_m for step in piece)
        return Arc(
            id=name if count[name] == 1 else f"{name}_{count[name]}",
            tail=piece[0].tail,
            head=piece[-1].head,
            length_m=max(1, math.floor(length + 0.5)),
            kind="ramp" if link else "mainline",
            route=route,
            carriageway=carriageway,
            section=section,
            open_year=open_year,
            length_basis="measured",
        )

    def _account(self, chains: list[list[Step]], result: Contracted) -> None:
        before = sum(step.segment.length_m for chain in chains for step in chain)
        after = sum(arc.length_m for arc in result.arcs)
        result.km_before, result.km_after = before / 1000, after / 1000
        exact: dict[tuple[str, str], float] = defaultdict(float)
        whole: dict[tuple[str, str], float] = defaultdict(float)
        for chain in chains:
            signature = self.signature(chain[0].segment)
            if not signature[0]:
                exact[signature[1:3]] += sum(step.segment.length_m for step in chain)
        for arc in result.arcs:
            if arc.kind == "mainline":
                whole[(arc.route, arc.carriageway)] += arc.length_m
        result.worst_fraction = max(
            (abs(whole[key] - metres) / metres for key, metres in exact.items() if metres > 0),
            default=0.0,
        )


def _bends(points: list[Point], metres: list[float], heights: list[float | None]) -> list[int]:
    """Return the indices of the points that stay (Douglas and Peucker 1973), ends included."""
    scale = math.cos(math.radians(points[0][1])) * M_PER_DEG
    xy = [(lon * scale, lat * M_PER_DEG) for lon, lat in points]
    stay = {0, len(points) - 1}
    open_spans = [(0, len(points) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        worst, at = 1.0, -1
        for i in range(first + 1, last):
            off = max(
                _beside(xy[first], xy[last], xy[i]) / BEND_M,
                _above(metres, heights, first, last, i) / RISE_M,
            )
            if off > worst:
                worst, at = off, i
        if at > 0:
            stay.add(at)
            open_spans += [(first, at), (at, last)]
    return sorted(stay)


def _beside(a: Point, b: Point, p: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square else 0.0
    t = max(0.0, min(1.0, t))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def _above(
    metres: list[float], heights: list[float | None], first: int, last: int, i: int
) -> float:
    low, high, here = heights[first], heights[last], heights[i]
    if low is None or high is None or here is None or metres[last] <= metres[first]:
        return 0.0
    share = (metres[i] - metres[first]) / (metres[last] - metres[first])
    return abs(here - low - share * (high - low))
