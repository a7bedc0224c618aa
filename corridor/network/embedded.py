"""Build an embedded corridor from the package's own tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from corridor.core.errors import Fault, InputError
from corridor.network.carriageways import (
    Axis,
    Carriageway,
    lay_axis,
    lay_carriageway,
    place_interchanges,
)
from corridor.network.elevation import with_elevation
from corridor.network.junctions import Lines, exits, hubs, places, unattached
from corridor.network.network import LengthBasis, Network, Node, Route, ServiceAreaSide
from corridor.network.tables import FOLDERS, SectionRow, SideRow, Tables, read_tables

ATTRIBUTION = (
    "Roads © OpenStreetMap contributors, ODbL 1.0 (openstreetmap.org/copyright)",
    "Places © GeoNames, CC BY 4.0 (geonames.org)",
    "Service areas: public service-area list",
)
BASIS_WORDS: dict[str, str] = {
    "cited": "published length",
    "scaled": "centre-line scaled to a published length",
    "estimated": "centre-line times an estimated ratio",
}


def embedded_names() -> tuple[str, ...]:
    """Return the names of the corridors that come with the package."""
    return tuple(sorted(FOLDERS))


def embedded_network(
    name: str,
    *,
    open_years: Mapping[str, int] | None = None,
    removed_sides: Collection[str] = (),
) -> Network:
    """Build an embedded corridor.

    Parameters
    ----------
    name
        One of `embedded_names`.
    open_years
        Section (its id or its Chinese name) -> opening year instead of the table's. [year]
    removed_sides
        Ids of service-area sides that do not exist.

    Raises
    ------
    InputError
        If a name is not known; all faults at once.
    """
    if name not in FOLDERS:
        known = ", ".join(embedded_names())
        raise InputError(f"there is no embedded corridor {name!r}.", f"Known are: {known}.")
    tables = read_tables(name)
    check_names(tables, open_years or {}, removed_sides)
    tables = _opened(tables, open_years or {})
    removed = frozenset(removed_sides)
    lines, notes = _lines(tables, removed)
    nodes = {n.id: n for _, _, ways in lines.values() for way in ways for n in way.nodes}
    arcs = [arc for _, _, ways in lines.values() for way in ways for arc in way.arcs]
    plazas, ramps = exits(lines, round(tables.assumptions["exit_ramp_m"]))
    nodes |= {node.id: node for node in plazas}
    arcs += ramps + hubs(lines, round(tables.assumptions["hub_ramp_m"]))
    ends, roads, found = places(tables, lines, nodes)
    nodes |= {node.id: node for node in ends}
    arcs += roads
    return Network(
        name=name,
        nodes=tuple(sorted(_levelled(tables, nodes, arcs), key=lambda node: node.id)),
        arcs=tuple(sorted(arcs, key=lambda arc: arc.id)),
        routes=tuple(sorted((_route(axis) for axis, _, _ in lines.values()), key=lambda r: r.ref)),
        sides=tuple(_side(row, row.id in nodes, removed) for row in tables.sides),
        places=tuple(sorted(found, key=lambda place: place.id)),
        attribution=ATTRIBUTION,
        provenance={
            "source": f"embedded corridor {name}",
            **{f"section {row.id}": _section_words(row) for row in tables.sections},
        },
        notes=(*notes, *unattached(tables, lines)),
    )


def check_names(
    tables: Tables, open_years: Mapping[str, int], removed_sides: Collection[str]
) -> None:
    """Refuse opening years of unknown sections and unknown sides, all at once."""
    sections = {key for row in tables.sections for key in (row.id, row.name_zh)}
    sides = {row.id for row in tables.sides}
    faults = [
        Fault(
            file="network",
            key=f"open_year.{key}",
            value=str(year),
            expected="one of the sections " + ", ".join(row.id for row in tables.sections),
        )
        for key, year in open_years.items()
        if key not in sections
    ]
    faults += [
        Fault(
            file="network",
            key="removed_sides",
            value=side,
            expected="the id of a service-area side, e.g. s77.faer.xingyi-bound",
        )
        for side in removed_sides
        if side not in sides
    ]
    if faults:
        raise InputError(faults)


def _opened(tables: Tables, open_years: Mapping[str, int]) -> Tables:
    def year(row: SectionRow) -> int:
        return open_years.get(row.id, open_years.get(row.name_zh, row.open_year))

    return replace(
        tables, sections=tuple(replace(row, open_year=year(row)) for row in tables.sections)
    )


def _lines(tables: Tables, removed: frozenset[str]) -> tuple[Lines, list[str]]:
    lines = {}
    notes = [f"{route.ref}: {route.note}" for route in tables.routes if route.note]
    right_m = tables.assumptions["drawing_offset_m"]
    for route in tables.routes:
        axis = lay_axis(
            route,
            [row for row in tables.sections if row.route == route.ref],
            tables.assumptions["centre_line_ratio"],
        )
        sides: list[tuple[SideRow, int]] = []
        for row in tables.sides:
            if row.route == route.ref and row.id not in removed:
                sides.append((row, axis.chainage_of((row.lon, row.lat))[0]))
        changes = place_interchanges(
            axis,
            [point for point in tables.points if point.route == route.ref],
            [at_m for _, at_m in sides],
            round(tables.assumptions["half_gap_m"]),
        )
        ways: tuple[Carriageway, ...] = tuple(
            lay_carriageway(
                axis,
                changes,
                [pair for pair in sides if (pair[0].side == "up") is upwards],
                upwards=upwards,
                right_m=right_m,
            )
            for upwards in (True, False)
        )
        lines[route.ref] = (axis, changes, ways)
    return lines, notes


def _levelled(tables: Tables, nodes: Mapping[str, Node], arcs: list) -> list[Node]:  # type: ignore[type-arg]
    known = [
        (row.id, row.altitude_m)
        for row in tables.sides
        if row.id in nodes and row.altitude_m is not None
    ]
    known += [
        (node.id, node.elevation_m)
        for node in nodes.values()
        if node.kind in ("terminal", "cordon") and node.elevation_m is not None
    ]
    return with_elevation(list(nodes.values()), arcs, known)


def _route(axis: Axis) -> Route:
    by_basis: dict[LengthBasis, int] = {}
    for section in axis.sections:
        by_basis[section.basis] = by_basis.get(section.basis, 0) + section.end_m - section.start_m
    parts = ", ".join(
        f"{s.name_zh} {(s.end_m - s.start_m) / 1000:g} km ({s.basis})" for s in axis.sections
    )
    return Route(
        ref=axis.route.ref,
        name_zh=axis.route.name_zh,
        name_en=axis.route.name_en,
        up=axis.route.up_zh,
        down=axis.route.down_zh,
        length_m=axis.length_m,
        length_basis=max(by_basis, key=lambda basis: by_basis[basis]),
        source=f"{parts}. Line: {axis.route.source}",
        up_en=axis.route.up_en,
        down_en=axis.route.down_en,
    )


def _section_words(row: SectionRow) -> str:
    length = f"{row.length_km:g} km" if row.length_km is not None else "length not retrieved"
    words = f"{row.name_zh}: {length}, {row.basis} ({BASIS_WORDS[row.basis]}), {row.source}"
    return words + (f"; {row.note}" if row.note else "")


def _side(row: SideRow, placed: bool, removed: frozenset[str]) -> ServiceAreaSide:
    reason = row.left_out_because
    if row.id in removed:
        reason = "removed by the scenario (network.removed_sides)"
    return ServiceAreaSide(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        highway_zh=row.highway_zh,
        direction_zh=row.direction_zh,
        county_zh=row.county_zh,
        lon=row.lon,
        lat=row.lat,
        elevation_m=row.altitude_m,
        node=row.id if placed else "",
        left_out_because="" if placed else reason,
        source=ATTRIBUTION[2],
        direction_en=row.direction_en,
        county_en=row.county_en,
    )
