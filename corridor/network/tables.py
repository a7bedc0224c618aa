"""The package's own tables of a corridor, read and checked.

A corridor is a folder of seven CSV tables under ``embedded/``: routes, axis (vertices of the
centre-lines), points (interchanges and ends), sections (cited lengths and opening years),
service_areas, places and assumptions. Every row carries its source and its confidence: A read
from a map or a page, B read with a small inference, C from a weak page, D schematic or assumed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, cast

from corridor.core.errors import InternalError
from corridor.network.network import LengthBasis, NodeBasis

PointKind = Literal["exit", "hub", "cordon"]
FOLDERS = {"hechi": "hechi", "liupanshui-xingyi": "liupanshui_xingyi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """An expressway: its names, its two carriageways and the vertices of its centre-line.

    `line` and `source` come from the axis table; `line` is in degrees. `aliases` are other numbers
    of the same road, separated by semicolons.
    """

    ref: str
    aliases: str
    slug: str
    name_zh: str
    name_en: str
    up_zh: str
    up_en: str
    up_slug: str
    down_zh: str
    down_en: str
    down_slug: str
    note: str
    line: tuple[tuple[float, float], ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """An exit, a junction of expressways (`hub` says which) or an end at the study's edge."""

    id: str
    route: str
    kind: PointKind
    name_zh: str
    name_en: str
    seq: int
    hub: str
    basis: NodeBasis
    confidence: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A stretch of a route with its length [km; None where none was found] and opening year."""

    id: str
    name_zh: str
    name_en: str
    route: str
    from_seq: int
    to_seq: int
    length_km: float | None
    basis: LengthBasis
    open_year: int
    source: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One side of a service or parking area; `side` is "up", "down", or "" where left out."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["service_area", "parking_area"]
    highway_zh: str
    route: str
    side: Literal["up", "down", ""]
    direction_zh: str
    direction_en: str
    county_zh: str
    county_en: str
    lon: float
    lat: float
    altitude_m: float | None
    left_out_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place and the point (exit or cordon) that leads to it; a cordon may have no position."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["town", "park", "plant", "cordon"]
    position: tuple[float, float] | None
    altitude_m: float | None
    population: int | None
    point: str
    accuracy_km: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of one corridor."""

    name: str
    routes: tuple[RouteRow, ...]
    points: tuple[PointRow, ...]
    sections: tuple[SectionRow, ...]
    sides: tuple[SideRow, ...]
    places: tuple[PlaceRow, ...]
    assumptions: dict[str, float]


def _rows(name: str, table: str) -> Iterator[dict[str, str]]:
    source = files("corridor.network").joinpath("embedded", FOLDERS[name], f"{table}.csv")
    with source.open("r", encoding="utf-8") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            if None in row or None in row.values():
                raise InternalError(f"{name}/{table}.csv: line {line} has the wrong columns.")
            yield row


def _number(text: str) -> float | None:
    return float(text) if text else None


def _axis(name: str) -> dict[str, tuple[tuple[tuple[float, float], ...], str]]:
    lines: dict[str, list[tuple[float, float]]] = {}
    sources: dict[str, list[str]] = {}
    for row in _rows(name, "axis"):
        line = lines.setdefault(row["route"], [])
        if int(row["seq"]) != len(line):
            raise InternalError(f"{name}/axis.csv: {row['route']} {row['seq']} is out of order.")
        line.append((float(row["lon"]), float(row["lat"])))
        known = sources.setdefault(row["route"], [])
        if row["source"] not in known:
            known.append(row["source"])
    return {route: (tuple(line), "; ".join(sources[route])) for route, line in lines.items()}


def read_tables(name: str) -> Tables:
    """Read the tables of the embedded corridor `name` (a key of `FOLDERS`)."""
    axis = _axis(name)
    routes = tuple(
        RouteRow(**row, line=axis[row["ref"]][0], source=axis[row["ref"]][1])
        for row in _rows(name, "routes")
    )
    points = tuple(
        PointRow(
            id=row["id"],
            route=row["route"],
            kind=cast(PointKind, row["kind"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            seq=int(row["seq"]),
            hub=row["hub"],
            basis=cast(NodeBasis, row["basis"]),
            confidence=row["confidence"],
            source=row["source"],
        )
        for row in _rows(name, "points")
    )
    sections = tuple(
        SectionRow(
            id=row["id"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            route=row["route"],
            from_seq=int(row["from_seq"]),
            to_seq=int(row["to_seq"]),
            length_km=_number(row["length_km"]),
            basis=cast(LengthBasis, row["basis"]),
            open_year=int(row["open_year"]),
            source=row["source"],
            note=row["note"],
        )
        for row in _rows(name, "sections")
    )
    return Tables(
        name=name,
        routes=routes,
        points=points,
        sections=sections,
        sides=tuple(map(_side, _rows(name, "service_areas"))),
        places=tuple(map(_place, _rows(name, "places"))),
        assumptions={row["key"]: float(row["value"]) for row in _rows(name, "assumptions")},
    )


def _side(row: dict[str, str]) -> SideRow:
    return SideRow(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        kind=cast(Literal["service_area", "parking_area"], row["kind"]),
        highway_zh=row["highway_zh"],
        route=row["route"],
        side=cast(Literal["up", "down", ""], row["side"]),
        direction_zh=row["direction_zh"],
        direction_en=row["direction_en"],
        county_zh=row["county_zh"],
        county_en=row["county_en"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        altitude_m=_number(row["altitude_m"]),
        left_out_because=row["left_out_because"],
    )


def _place(row: dict[str, str]) -> PlaceRow:
    return PlaceRow(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        kind=cast(Literal["town", "park", "plant", "cordon"], row["kind"]),
        position=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
        altitude_m=_number(row["altitude_m"]),
        population=int(row["population"]) if row["population"] else None,
        point=row["point"],
        accuracy_km=float(row["accuracy_km"]),
        source=row["source"],
        confidence=row["confidence"],
    )
