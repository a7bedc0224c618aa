"""The road network of a scenario and where stations may stand on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from corridor.scenario.spec import (
    Identifier,
    Latitude,
    Longitude,
    Position,
    Spec,
    Text,
    Year,
)

Crs = Literal["wgs84", "gcj02", "bd09", "cgcs2000"]
Ring = Annotated[tuple[Position, ...], Field(min_length=4, strict=False)]
Polygon = Annotated[tuple[Ring, ...], Field(min_length=1, strict=False)]


class PlannedLink(Spec):
    """A road that is not built yet, given by the user as a GeoJSON LineString."""

    name: Text
    """Name of the link. [-]"""

    open_year: Year
    """First year that trucks may use it. [year]"""

    length_km: float | None = Field(default=None, gt=0, le=1000)
    """Length of one carriageway; without it the length of the line counts. [km]"""

    from_place: str = ""
    """Place or interchange that the line starts at; empty: the nearest interchange. [-]"""

    to_place: str = ""
    """Place or interchange that the line ends at; empty: the nearest interchange. [-]"""

    coordinates: tuple[Position, ...] = Field(min_length=2, strict=False)
    """The line, WGS-84, first position at `from_place`. [degree]"""


class PlaceSpec(Spec):
    """A place of freight that the network does not know: it is joined to the nearest exit."""

    name_zh: Text = ""
    """Chinese name. [-]"""

    name_en: Text = ""
    """English name. [-]"""

    lon: Longitude
    """Longitude, WGS-84. [degree]"""

    lat: Latitude
    """Latitude, WGS-84. [degree]"""

    kind: Literal["town", "park", "plant"] = "town"
    """What it is. [-]"""

    access_m: int | None = Field(default=None, ge=1, le=50000)
    """Road from the exit to it, one way; without it, the straight line times 1.3. [m]"""


class NetworkSpec(Spec):
    """Where the road network comes from, and what is assumed about its climbs."""

    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Name of an embedded corridor, a network file (.json, .geojson, .gpkg, .osm, .osm.bz2,
    .osm.gz, .osm.pbf; in the resolved scenario its name without folders), or "openstreetmap":
    the corridor of `via`, as `corridor fetch` has cached it. [-]"""

    known_as: Literal["", "liupanshui-xingyi", "hechi"] = ""
    """Embedded corridor whose places, roads and sites the scenario speaks of: a map as `source` is
    matched to it by name and position, so that its ids hold; the preset says it. [-]"""

    via: tuple[Position | Text, ...] = Field(default=(), strict=False)
    """Points of the corridor from end to end, [lon, lat] or names of the gazetteer; the network is
    what lies within `buffer_km` of the line through them. Only for OpenStreetMap sources. [-]"""

    buffer_km: float = Field(ge=1, le=200)
    """Width of the corridor to either side of the line through `via`. [km]"""

    place: dict[Identifier, PlaceSpec] = Field(default_factory=dict)
    """Own places of freight by id, joined to the nearest exit. [-]"""

    crs: Crs = "wgs84"
    """Coordinates of the network file and of the planned links. [-]"""

    open_year: dict[str, Year] = Field(default_factory=dict)
    """By name of a section: opening year instead of the network's own. [year]"""

    removed_sides: tuple[str, ...] = Field(default=(), strict=False)
    """Ids or names of service-area sides that do not exist. [-]"""

    planned_links: tuple[PlannedLink, ...] = Field(default=(), strict=False)
    """Links to add: in a scenario file names of GeoJSON files, inlined when resolved. [-]"""

    unresolved_climb_m_per_100km: float = Field(ge=0, le=5000)
    """Climb, and as much descent, between known altitudes that the altitudes miss. [m/100 km]"""

    unresolved_grade: float = Field(gt=0, le=0.1)
    """Grade of those climbs. [-]"""

    max_grade: float = Field(gt=0, le=0.15)
    """Steepest grade between known altitudes; steeper ones are clamped and noted. [-]"""

    sha256: str = ""
    """SHA-256 of the network file; empty for an embedded corridor; set by the loader. [-]"""

    path: str = Field(default="", exclude=True)
    """Where the network file lies on this machine; set by the loader, never written down. [-]"""


class Exclusion(Spec):
    """Land where no station may stand."""

    name: Text
    """Name of the layer. [-]"""

    kind: Literal["farmland", "red_line", "urban", "other"]
    """Why nothing may be built there. [-]"""

    polygons: tuple[Polygon, ...] = Field(min_length=1, strict=False)
    """Polygons as GeoJSON MultiPolygon coordinates, WGS-84; in a scenario file `file` names the
    GeoJSON instead. [degree]"""


class CandidatesSpec(Spec):
    """Which places are candidates for a station."""

    service_areas: bool = True
    """Sides of service areas are candidates. [-]"""

    parking_areas: bool = True
    """Sides of parking areas are candidates. [-]"""

    exits: bool = True
    """Land at the toll plazas of exits is a candidate. [-]"""

    exit_access_m: int = Field(ge=1, le=20000)
    """Road from the toll plaza to the station at an exit, one way. [m]"""

    max_detour_m: int = Field(ge=0, le=100000)
    """Longest detour of a trip to a station off its way, there and back. [m]"""

    min_separation_m: int = Field(ge=0, le=20000)
    """Candidates of the same carriageway closer than this are duplicates. [m]"""

    exclusions: tuple[Exclusion, ...] = Field(default=(), strict=False)
    """Land where no station may stand. [-]"""


class SiteSpec(Spec):
    """A candidate site of the user: a hub, or a plot that somebody owns."""

    name_zh: Text = ""
    """Chinese name. [-]"""

    name_en: Text = ""
    """English name. [-]"""

    lon: Longitude
    """Longitude, WGS-84. [degree]"""

    lat: Latitude
    """Latitude, WGS-84. [degree]"""

    kind: Literal["hub", "user"] = "user"
    """Park or plant yard (`hub`), or any other plot (`user`). [-]"""

    place: str = ""
    """Place of the network that the site belongs to; empty: the nearest road counts. [-]"""

    carriageway: str = ""
    """Carriageway that alone can reach the site; empty: both. [-]"""

    access_m: int | None = Field(default=None, ge=0, le=20000)
    """Road from the network to the site, one way; without it, measured. [m]"""

    position_km: float | None = Field(default=None, gt=0, le=100)
    """How far off the true position may lie, where that is known to be much; only informs. [km]"""

    capex_factor: float = Field(gt=0, le=10)
    """Multiplies the CAPEX of a new station here. [-]"""


class ExistingStationSpec(Spec):
    """A station that stands already."""

    name_zh: Text = ""
    """Chinese name. [-]"""

    name_en: Text = ""
    """English name. [-]"""

    lon: Longitude
    """Longitude, WGS-84. [degree]"""

    lat: Latitude
    """Latitude, WGS-84. [degree]"""

    tier: Identifier | None = None
    """Tier of its size; without it the size is unknown: it serves nobody and the report says so,
    unless `station.existing_assumed_tier` gives such stations a size. [-]"""

    since_year: Year
    """First year in service. [year]"""

    known: Text = ""
    """What is known of it, in words; only informs. [-]"""

    position_km: float | None = Field(default=None, gt=0, le=100)
    """How far off the true position may lie, where that is known to be much; only informs. [km]"""

    place: str = ""
    """Place of the network that the station belongs to; empty: the nearest road counts. [-]"""

    carriageway: str = ""
    """Carriageway that alone can reach the station; empty: both. [-]"""


class DecisionSpec(Spec):
    """What is already decided about a candidate site."""

    open: Literal["required", "forbidden", "free"] = "free"
    """Whether a station must, must not or may stand here. [-]"""

    from_year: Year | None = None
    """Year from which a required station must stand; without it, the first period. [year]"""

    min_tier: Identifier | None = None
    """Smallest tier of a required station. [-]"""

    tiers: tuple[Identifier, ...] = Field(default=(), strict=False)
    """Tiers that may be built here; empty: all. [-]"""
