"""Lay a route: its axis of chainage, and one chain of nodes and arcs for each carriageway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corridor.core.errors import InternalError
from corridor.network.geometry import (
    LonLat,
    bearing_deg,
    cumulative_m,
    foot_on_line,
    moved,
    point_along,
)
from corridor.network.network import Arc, LengthBasis, Node, NodeKind
from corridor.network.tables import PointRow, RouteRow, SectionRow, SideRow

SHAPE_CLEARANCE_M = 50
"""A bend closer than this to another node of the carriageway is not drawn. [m]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section on the axis of its route, in whole metres of chainage."""

    id: str
    name_zh: str
    start_m: int
    end_m: int
    basis: LengthBasis
    open_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The centre-line of a route with the chainage of its vertices.

    Parameters
    ----------
    along_m
        Vertices measured along the line as drawn. [m]
    chainage_m
        The same vertices measured as driven: scaled section by section. [m]
    """

    route: RouteRow
    sections: tuple[Section, ...]
    along_m: tuple[float, ...]
    chainage_m: tuple[float, ...]

    @property
    def length_m(self) -> int:
        """Length of the axis. [m]."""
        return self.sections[-1].end_m

    def chainage_of(self, position: LonLat) -> tuple[int, float]:
        """Return the chainage nearest to a position and the distance from the line. [m], [m]."""
        foot = foot_on_line(self.route.line, position)
        for index in range(1, len(self.along_m)):
            if foot.along_m <= self.along_m[index]:
                span = self.along_m[index] - self.along_m[index - 1]
                share = 0.0 if span == 0 else (foot.along_m - self.along_m[index - 1]) / span
                step = self.chainage_m[index] - self.chainage_m[index - 1]
                return round(self.chainage_m[index - 1] + share * step), foot.distance_m
        return self.length_m, foot.distance_m

    def section_at(self, chainage_m: float) -> Section:
        """Return the section that holds a chainage; at a boundary the earlier one."""
        for section in self.sections:
            if chainage_m <= section.end_m:
                return section
        return self.sections[-1]

    def position(self, chainage_m: float, *, right_m: float, upwards: bool) -> LonLat:
        """Return where a carriageway is drawn: `right_m` right of the axis, as traffic drives."""
        line, measure = self.route.line, self.chainage_m
        here = point_along(line, measure, chainage_m)
        reach = 20.0
        before = point_along(line, measure, max(0.0, chainage_m - reach))
        after = point_along(line, measure, min(float(self.length_m), chainage_m + reach))
        bearing = bearing_deg(before, after) + (90.0 if upwards else -90.0)
        lon, lat = moved(here, bearing, right_m)
        return round(lon, 6), round(lat, 6)


def lay_axis(route: RouteRow, rows: Sequence[SectionRow], ratio: float) -> Axis:
    """Scale the centre-line of a route to the lengths of its sections.

    Parameters
    ----------
    ratio
        Road length over centre-line where no length is cited. [-]
    """
    along = cumulative_m(route.line)
    chainage = [0.0] * len(along)
    sections: list[Section] = []
    start_m, reached = 0, 0
    for row in sorted(rows, key=lambda row: row.from_seq):
        if row.from_seq != reached:
            raise InternalError(f"{route.ref}: section {row.id} does not follow the one before.")
        drawn = along[row.to_seq] - along[row.from_seq]
        length = round(row.length_km * 1000 if row.length_km is not None else drawn * ratio)
        for index in range(row.from_seq, row.to_seq + 1):
            share = (along[index] - along[row.from_seq]) / drawn
            chainage[index] = start_m + share * length
        sections.append(
            Section(
                id=row.id,
                name_zh=row.name_zh,
                start_m=start_m,
                end_m=start_m + length,
                basis=row.basis,
                open_year=row.open_year,
            )
        )
        start_m, reached = start_m + length, row.to_seq
    if reached != len(along) - 1:
        raise InternalError(f"{route.ref}: the sections end before the line.")
    return Axis(
        route=route, sections=tuple(sections), along_m=tuple(along), chainage_m=tuple(chainage)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interchange:
    """An exit, hub or cordon at its chainage; noses lie `gap_m` before and behind it. [m]."""

    point: PointRow
    chainage_m: int
    gap_m: int


def place_interchanges(
    axis: Axis, points: Sequence[PointRow], others_m: Sequence[int], half_gap_m: int
) -> tuple[Interchange, ...]:
    """Give every point of a route its chainage, and room for its noses.

    Parameters
    ----------
    others_m
        Chainages of what else stands on the route: service-area sides. [m]
    half_gap_m
        Distance of the noses where there is room; less where a neighbour is near. [m]
    """
    chainages = {point.id: round(axis.chainage_m[point.seq]) for point in points}
    placed = []
    for point in points:
        here = chainages[point.id]
        away = [abs(here - c) for name, c in chainages.items() if name != point.id]
        away += [abs(here - c) for c in others_m]
        gap = 0 if here in (0, axis.length_m) else min([half_gap_m, *(int(0.4 * d) for d in away)])
        placed.append(Interchange(point=point, chainage_m=here, gap_m=gap))
    return tuple(placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriageway:
    """One carriageway as laid: nodes in driving order, arcs between them.

    `diverges` and `merges` say which node of an interchange (by point id) ramps leave and join;
    `cordons` which points end the carriageway at the study's edge.
    """

    route: RouteRow
    upwards: bool
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    diverges: Mapping[str, str]
    merges: Mapping[str, str]

    @property
    def slug(self) -> str:
        """Short ascii name of the direction."""
        return self.route.up_slug if self.upwards else self.route.down_slug


def lay_carriageway(
    axis: Axis,
    interchanges: Sequence[Interchange],
    sides: Sequence[tuple[SideRow, int]],
    *,
    upwards: bool,
    right_m: float,
) -> Carriageway:
    """Chain the nodes of one carriageway: interchanges, service-area sides, bends, boundaries.

    Parameters
    ----------
    sides
        Sides of this carriageway with their chainage. [m]
    right_m
        How far right of the axis the carriageway is drawn. [m]
    """
    route = axis.route
    slug, name = (route.up_slug, route.up_zh) if upwards else (route.down_slug, route.down_zh)
    base = f"{route.slug}.{slug}"
    stops: dict[int, Node] = {}
    diverges: dict[str, str] = {}
    merges: dict[str, str] = {}

    def add(node_id: str, kind: NodeKind, at_m: int, zh: str = "", en: str = "") -> str:
        if at_m in stops:
            raise InternalError(f"{node_id} and {stops[at_m].id} stand at the same place.")
        lon, lat = axis.position(at_m, right_m=right_m, upwards=upwards)
        stops[at_m] = Node(
            id=node_id,
            kind=kind,
            lon=lon,
            lat=lat,
            route=route.ref,
            carriageway=name,
            chainage_m=at_m,
            name_zh=zh,
            name_en=en,
        )
        return node_id

    sign = 1 if upwards else -1
    for change in interchanges:
        point, at_m = change.point, change.chainage_m
        if point.kind == "cordon":
            add(point.id, "cordon", at_m, point.name_zh, point.name_en)
            lon, lat = axis.position(at_m, right_m=0, upwards=True)
            stops[at_m] = replace(stops[at_m], carriageway="", lon=lon, lat=lat)
            continue
        starts, ends = (0, axis.length_m) if upwards else (axis.length_m, 0)
        names = (point.name_zh, point.name_en)
        if at_m != starts:
            nose = at_m - sign * change.gap_m
            diverges[point.id] = add(f"{point.id}.{slug}.diverge", "diverge", nose, *names)
        if at_m != ends:
            nose = at_m + sign * change.gap_m
            merges[point.id] = add(f"{point.id}.{slug}.merge", "merge", nose, *names)
    for side, at_m in sides:
        add(side.id, "sa_side", at_m, side.name_zh, side.name_en)
        stops[at_m] = replace(stops[at_m], lon=side.lon, lat=side.lat)
    for section in axis.sections[:-1]:
        if section.end_m not in stops:
            add(f"{base}.{section.end_m:06d}", "shape", section.end_m)
    for vertex in axis.chainage_m:
        at_m = round(vertex)
        if all(abs(at_m - other) >= SHAPE_CLEARANCE_M for other in stops):
            add(f"{base}.{at_m:06d}", "shape", at_m)
    nodes = tuple(stops[at_m] for at_m in sorted(stops, reverse=not upwards))
    return Carriageway(
        route=route,
        upwards=upwards,
        nodes=nodes,
        arcs=tuple(_mainline(axis, base, name, a, b) for a, b in pairwise(nodes)),
        diverges=diverges,
        merges=merges,
    )


def _mainline(axis: Axis, base: str, carriageway: str, a: Node, b: Node) -> Arc:
    if a.chainage_m is None or b.chainage_m is None:
        raise InternalError(f"{a.id} or {b.id} has no chainage.")
    section = axis.section_at((a.chainage_m + b.chainage_m) / 2)
    return Arc(
        id=f"{base}.{a.chainage_m:06d}",
        tail=a.id,
        head=b.id,
        length_m=abs(b.chainage_m - a.chainage_m),
        kind="mainline",
        route=axis.route.ref,
        carriageway=carriageway,
        section=section.name_zh,
        open_year=section.open_year,
        length_basis=section.basis,
    )
