"""OpenStreetMap objects as plain data: what all three sources are turned into first.

An :class:`Extract` is a set: it does not know in which order its objects came, and an object
that came several times counts once. Coordinates are integers of 1e-7 degree, the resolution of
OpenStreetMap itself, so that XML, PBF and Overpass JSON give the very same numbers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corridor.core.errors import InputError

E7 = 10_000_000
"""Units of a coordinate per degree."""

ObjectType = Literal["node", "way", "relation"]

ROAD_CLASSES = ("motorway", "motorway_link", "trunk", "trunk_link")
"""The roads of the network, spelled out: a match is the whole word, never a part of one."""

FUTURE_CLASSES = ("construction", "proposed")
"""Values of `highway` for a road that is not there yet; its class stands under the same key."""

GONE = ("disused", "abandoned")
"""States of a road that was one; `yes`, or before the key `highway`."""

STATION_STATES = {
    **{f"{state}:amenity": state for state in (*FUTURE_CLASSES, *GONE)},
    "planned:amenity": "proposed",
}
"""Keys of filling stations to come and past -> their state."""

ORDINARY_CLASSES = (
    *("primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "road"),
    *("primary_link", "secondary_link", "tertiary_link"),
)
"""Roads that are not part of the network: where a ramp touches one, there is an exit."""

FEATURES: dict[str, tuple[str, ...]] = {
    "highway": ("services", "rest_area"),
    "amenity": ("fuel",),
    "barrier": ("toll_booth",),
    "place": ("city", "town"),
}
"""Tags of the things beside the road that the network needs (fetched apart from the roads)."""

OTHER_NAMES = ("alt_name", "official_name", "short_name", "old_name", "loc_name")
"""Keys of further names; several in one value are separated by semicolons."""

KEPT_TAGS = frozenset(
    {
        *("highway", "construction", "proposed", "oneway", "junction", "ref", "name", "name:zh"),
        *("name:en", "int_name", "access", "vehicle", "motor_vehicle", "hgv", "area", "toll"),
        *("bridge", "tunnel", "layer", "ele", "opening_date", "start_date", "construction:date"),
        *("amenity", "barrier", "place", "population", "operator", "type", "restriction"),
        *("restriction:hgv", "except", "destination", "exit_to", "ref:zh", "capital"),
        *("capacity:hgv", "construction:opening_date", "restriction:conditional"),
        *("restriction:hgv:conditional", "day_on", "hour_on", "maxweight", "maxweight:hgv"),
        *("maxweightrating", "maxweightrating:hgv", "maxheight", "maxheight:physical", "maxlength"),
        *("maxlength:hgv", "maxaxleload", "maxaxleload:hgv", "hazmat", "hazmat:B", "hazmat:C"),
        *("hazmat:D", "hazmat:E", "hgv:conditional", "motor_vehicle:conditional"),
        *("vehicle:conditional", "access:conditional", "hazmat:conditional"),
        *("maxweight:conditional", *GONE),
        *OTHER_NAMES,
    }
)
"""Keys that mean something to us; besides these, every key that starts with ``fuel:``."""

REMARK_HINT = (
    "The answer is incomplete: ask for a smaller region, or again when the server is free."
)

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OsmNode:
    """A point: longitude and latitude [1e-7 degree] and its tags."""

    lon_e7: int
    lat_e7: int
    tags: Tags
    version: int = 0

    @property
    def lon(self) -> float:
        """Longitude. [degree]."""
        return self.lon_e7 / E7

    @property
    def lat(self) -> float:
        """Latitude. [degree]."""
        return self.lat_e7 / E7


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A line: the ids of its nodes in order and its tags."""

    refs: tuple[int, ...]
    tags: Tags
    version: int = 0


@dataclass(frozen=True, slots=True)
class OsmRelation:
    """A relation: its members (type, id, role) in order and its tags."""

    members: tuple[tuple[ObjectType, int, str], ...]
    tags: Tags
    version: int = 0


@dataclass(slots=True)
class Extract:
    """A set of OpenStreetMap objects, each once, and where they come from.

    Parameters
    ----------
    nodes, ways, relations
        By id.
    provenance
        Source, hash or query, timestamps, licence.
    repeated
        How many objects came more than once.
    ordinary
        Nodes of our roads that ordinary roads run through too.
    """

    nodes: dict[int, OsmNode] = field(default_factory=dict)
    ways: dict[int, OsmWay] = field(default_factory=dict)
    relations: dict[int, OsmRelation] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    ordinary: set[int] = field(default_factory=set)

    def touching(self) -> set[int]:
        """Return the nodes where an ordinary road may meet one of ours: ramps, and ends of roads."""
        found: set[int] = set()
        for way in self.ways.values():
            kind = road_class(way.tags)
            if kind:
                found.update(way.refs if kind.endswith("_link") else (way.refs[:1] + way.refs[-1:]))
        return found

    def add_node(self, key: int, node: OsmNode) -> None:
        """Take a node; of two with one id the newer version stays, whatever their order."""
        old = self.nodes.get(key)
        if old is not None:
            self.repeated += 1
            if _rank(old, (old.lon_e7, old.lat_e7)) >= _rank(node, (node.lon_e7, node.lat_e7)):
                return
        self.nodes[key] = node

    def add_way(self, key: int, way: OsmWay) -> None:
        """Take a way; of two with one id the newer version stays, whatever their order."""
        old = self.ways.get(key)
        if old is not None:
            self.repeated += 1
            if _rank(old, old.refs) >= _rank(way, way.refs):
                return
        self.ways[key] = way

    def add_relation(self, key: int, relation: OsmRelation) -> None:
        """Take a relation; of two with one id the newer version stays, whatever their order."""
        old = self.relations.get(key)
        if old is not None:
            self.repeated += 1
            if _rank(old, old.members) >= _rank(relation, relation.members):
                return
        self.relations[key] = relation


def _rank(
    item: OsmNode | OsmWay | OsmRelation, content: tuple[object, ...]
) -> tuple[int, str, list[tuple[str, str]]]:
    return item.version, repr(content), sorted(item.tags.items())


def to_e7(text: str | float, low: int, high: int, what: str) -> int:
    """Return a coordinate as an integer of 1e-7 degree.

    Raises
    ------
    InputError
        If it is not a finite number between `low` and `high` degrees; `what` names it.
    """
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = float("nan")
    if not low <= value <= high:  # also refuses NaN
        raise InputError(
            f"{what} is {str(text)[:40]!r}; a number from {low} to {high} degrees belongs there.",
            "The file is damaged or was made by a faulty program.",
        )
    return round(value * E7)


def clean_text(text: str, limit: int = 200) -> str:
    """Return a name without control and bidirectional-override characters, at most `limit` long.

    Markup is left as it is: it is text, and whoever shows it escapes it.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return " ".join("".join(kept).split())[:limit]


def remark_problem(name: str, remark: str) -> str:
    """Return the sentence for a saved answer in which the server says that it broke off."""
    return (
        f"{name}: a saved Overpass answer that the server broke off: {clean_text(remark).strip()}"
    )


def keep_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that mean something to us, cleaned; states before a key are spelled out.

    ``construction:highway=motorway`` is ``highway=construction``, ``construction=motorway``, and
    ``disused:highway=motorway`` is ``highway=motorway``, ``disused=yes``. A filling station keeps
    its state as the key: ``planned:amenity=fuel`` is ``amenity=fuel``, ``proposed=fuel``.
    """
    kept = {
        key: clean_text(value)
        for key, value in tags.items()
        if key in KEPT_TAGS or key.startswith("fuel:")
    }
    if "highway" not in kept:
        for state in (*FUTURE_CLASSES, *GONE):
            value = tags.get(f"{state}:highway", "")
            if value in ROAD_CLASSES and state in GONE:
                kept.update({"highway": value, state: "yes"})
            elif value in ROAD_CLASSES:
                kept.update({"highway": state, state: value})
    if "amenity" not in kept:
        for key, state in STATION_STATES.items():
            if tags.get(key) == "fuel":
                kept.update({"amenity": "fuel", state: "fuel"})
    return kept


def road_class(tags: Tags) -> str:
    """Return the road class of a way ("motorway", "trunk_link", …), or an empty text.

    Roads under construction and proposed roads count with the class they will have.
    """
    highway = tags.get("highway", "")
    if highway in FUTURE_CLASSES:
        highway = tags.get(highway, "")
    if highway not in ROAD_CLASSES or tags.get("area") == "yes":
        return ""
    return highway


def is_feature(tags: Tags) -> bool:
    """Whether an object is one of the things beside the road that the network needs."""
    return any(tags.get(key) in values for key, values in FEATURES.items())


def is_wanted_way(tags: Tags) -> bool:
    """Whether a way is a road of the network or a feature drawn as a line or an area."""
    return bool(road_class(tags)) or is_feature(tags)


def is_wanted_relation(tags: Tags) -> bool:
    """Whether a relation is a turn restriction or a feature drawn as a multipolygon."""
    kind = tags.get("type")
    return kind == "restriction" or (kind == "multipolygon" and is_feature(tags))
