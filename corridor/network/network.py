"""The directed expressway network, as every later stage sees it.

Each carriageway is its own chain of arcs. At an interchange a carriageway has a *diverge* and a
*merge* node joined by a mainline arc; ramps lead from diverge nodes to merge nodes (or to the
toll plaza of an exit), so that a turn which the road does not allow is an arc that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

NodeKind = Literal[
    "diverge", "merge", "plaza", "sa_side", "terminal", "cordon", "site", "shape", "end"
]
NodeBasis = Literal["", "mapped", "derived", "schematic", "assumed"]
ArcKind = Literal["mainline", "ramp", "access"]
SideKind = Literal["service_area", "parking_area"]
LandKind = Literal["farmland", "red_line", "urban", "other"]
LengthBasis = Literal["cited", "scaled", "estimated", "measured", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A point of the network.

    Parameters
    ----------
    id
        Identity, derived from route, direction and place, never from input order.
    kind
        ``diverge``/``merge`` at an interchange, ``plaza`` (toll plaza of an exit), ``sa_side``
        (one side of a service or parking area, on its carriageway), ``terminal`` (a place where
        freight starts or ends), ``cordon`` (edge of the study area), ``site`` (off the
        expressway), ``shape`` (a bend), ``end`` (where a modelled carriageway stops).
    lon, lat
        WGS-84. [degree]
    elevation_m
        Known or interpolated altitude; None where the network has no elevation. [m]
    route
        Reference of the route ("S77"); empty off the expressway.
    carriageway
        Direction of travel as signed ("兴义方向"); empty where both or none.
    chainage_m
        Distance from the start of the route along this carriageway's route axis, the same axis
        for both carriageways; None off the expressway. [m]
    name_zh, name_en
        Names as signed; may be empty.
    basis
        How the node is known: ``mapped``, ``derived`` from facts, ``schematic`` (drawn),
        ``assumed`` (nobody says that it is there); empty: not said.
    """

    id: str
    kind: NodeKind
    lon: float
    lat: float
    elevation_m: float | None = None
    route: str = ""
    carriageway: str = ""
    chainage_m: int | None = None
    name_zh: str = ""
    name_en: str = ""
    basis: NodeBasis = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A directed piece of road between two nodes.

    Parameters
    ----------
    id
        Identity; unique.
    tail, head
        Node ids.
    length_m
        Length really driven; at least 1. [m]
    kind
        ``mainline``, ``ramp`` or ``access`` (road between a plaza and a place off the expressway).
    route, carriageway
        As for nodes; empty off the expressway.
    section
        Name of the section that the length comes from ("水盘高速").
    open_year, close_year
        First year in use; first year no longer in use, or None. [year]
    length_basis
        Where the length comes from.
    """

    id: str
    tail: str
    head: str
    length_m: int
    kind: ArcKind
    route: str = ""
    carriageway: str = ""
    section: str = ""
    open_year: int = 0
    close_year: int | None = None
    length_basis: LengthBasis = "estimated"

    def is_open(self, year: int) -> bool:
        """Whether trucks may use the arc in `year`."""
        return self.open_year <= year and (self.close_year is None or year < self.close_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An expressway: two carriageways along one axis of chainage.

    Parameters
    ----------
    ref
        Reference ("S77"); unique.
    name_zh, name_en
        Names.
    up, down
        Carriageway names: `up` runs with growing chainage, `down` against it.
    length_m
        Length of the axis. [m]
    length_basis
        Basis of most of the length.
    source
        Where the line and the length come from.
    up_en, down_en
        English names of the carriageways ("Xingyi-bound"); may be empty.
    """

    ref: str
    name_zh: str
    name_en: str
    up: str
    down: str
    length_m: int
    length_basis: LengthBasis
    source: str = ""
    up_en: str = ""
    down_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAreaSide:
    """One side of a service or parking area, placed on its carriageway or left out with a reason.

    Parameters
    ----------
    node
        Its node (kind ``sa_side``), or empty where it is not on the modelled network.
    left_out_because
        Why it has no node; empty where it has one.
    direction_en, county_en
        English forms of `direction_zh` and `county_zh`; may be empty.
    """

    id: str
    name_zh: str
    name_en: str
    kind: SideKind
    highway_zh: str
    direction_zh: str
    county_zh: str
    lon: float
    lat: float
    elevation_m: float | None
    node: str
    left_out_because: str = ""
    source: str = ""
    direction_en: str = ""
    county_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where freight starts, ends, enters or leaves: town, park, plant, mine, cordon."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["town", "park", "plant", "cordon"]
    node: str
    population: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrogenStation:
    """A hydrogen station that the map knows: a fact with no size, so no supply by itself.

    Parameters
    ----------
    lon, lat
        WGS-84. [degree]
    sells
        The tags that say so ("fuel:hydrogen_gas=yes").
    """

    id: str
    name_zh: str
    name_en: str
    lon: float
    lat: float
    sells: str = ""
    source: str = ""


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandUse:
    """Land where no station may stand, drawn into the network's file.

    Parameters
    ----------
    kind
        Why nothing may be built there; the words of ``candidates.exclusions``.
    polygons
        As GeoJSON MultiPolygon coordinates, WGS-84: rings closed, the outer one first. [degree]
    """

    id: str
    kind: LandKind
    name: str
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Nodes, directed arcs, routes, service-area sides and places; immutable and self-consistent.

    Parameters
    ----------
    nodes, arcs
        In canonical order (by id).
    attribution
        Lines that every map and report must show.
    provenance
        Source, dates, file hashes, notes; never part of the network hash.
    notes
        What a reader must know: scaled lengths, clamped grades, dropped components.
    hydrogen_stations, land_use
        Stations that the map knows, and land where none may stand; by id. They say what may be
        built, not where trucks can drive, and are no part of the network hash.
    """

    name: str
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    routes: tuple[Route, ...]
    sides: tuple[ServiceAreaSide, ...] = ()
    places: tuple[Place, ...] = ()
    attribution: tuple[str, ...] = ()
    provenance: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    hydrogen_stations: tuple[HydrogenStation, ...] = ()
    land_use: tuple[LandUse, ...] = ()
