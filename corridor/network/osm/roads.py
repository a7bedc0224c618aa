"""From objects to directed road segments: direction, access, class, names, lengths.

Nothing is joined or simplified here: a segment is the straight piece between two neighbouring
nodes of a way in a direction in which lorries may drive it. What is left out is listed.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corridor.network.geometry import lengths_m
from corridor.network.osm.access import access_of
from corridor.network.osm.objects import FUTURE_CLASSES, GONE, Extract, OsmWay, road_class

_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_CHANGING = frozenset({"reversible", "alternating"})
_CHINESE_REF = re.compile(r"([GSXYZgs])[ -]?(\d+)")
_BETWEEN_REFS = re.compile("[;；、，,]")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d|21[0-4]\d)(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """What all segments of one way share.

    Parameters
    ----------
    way
        Id of the way.
    road_class
        "motorway", "trunk", "motorway_link" or "trunk_link".
    refs
        References in the order of the tag ("I 83;US 322" gives two).
    name_zh, name_en
        Names; the local one stands under `name_zh` where it is written in Han characters.
    future
        "construction", "proposed", or empty for a road in use.
    open_year
        First year in use of a future road; None where its tags do not say. [year]
    structure
        "tunnel", "bridge" or empty.
    """

    way: int
    road_class: str
    refs: tuple[str, ...]
    name_zh: str
    name_en: str
    future: str = ""
    open_year: int | None = None
    structure: str = ""

    @property
    def link(self) -> bool:
        """Whether it is a ramp."""
        return self.road_class.endswith("_link")


@dataclass(slots=True)
class Segment:
    """A straight directed piece of road.

    Parameters
    ----------
    tail, head
        Nodes; negative ids are points that we put on a road.
    road
        Its way.
    length_m
        Geodesic length on WGS-84. [m]
    """

    tail: int
    head: int
    road: Road
    length_m: float

    @property
    def key(self) -> tuple[int, int, int]:
        """Identity and order, independent of the order of the input."""
        return (self.tail, self.head, self.road.way)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A road, component or feature that is not in the network, and why.

    Parameters
    ----------
    what
        What it is, with its name.
    why
        The reason.
    km
        Length of carriageway; 0 for a point. [km]
    objects
        Smallest object ids concerned ("way/123").
    """

    what: str
    why: str
    km: float = 0.0
    objects: str = ""


@dataclass(slots=True)
class Roads:
    """All directed segments of an extract, what was left out of it, and tags not applied."""

    segments: list[Segment]
    place: dict[int, tuple[float, float]]
    left_out: list[LeftOut] = field(default_factory=list)
    told: list[LeftOut] = field(default_factory=list)
    cut_ways: int = 0


def names_of(tags: Any) -> tuple[str, str]:
    """Return (Chinese name, English or Latin name) of an object; either may be empty."""
    local = tags.get("name", "")
    han = any("一" <= character <= "鿿" for character in local)
    chinese = tags.get("name:zh", "") or (local if han else "")
    english = tags.get("name:en", "") or tags.get("int_name", "") or ("" if han else local)
    return chinese, english


def plain_ref(text: str) -> str:
    """Return the number of a road in its one spelling: "G 60" and "Ｇ60" are "G60".

    Only the Chinese classes are joined; "I 83" and "PA 581" are written with a space.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _CHINESE_REF.fullmatch(plain)
    return found[1].upper() + found[2] if found else plain


def roads_of(
    extract: Extract,
    *,
    future: bool = False,
    future_year: int | None = None,
    known_roads: Mapping[str, str] | None = None,
) -> Roads:
    """Return the directed segments of an extract.

    Parameters
    ----------
    known_roads
        Other numbers and names of roads -> the number to call them by.
    future
        Whether roads under construction and proposed ones are taken.
    future_year
        Opening year of those whose tags name none; without it such a road is left out. [year]
    """
    place = {key: (node.lon, node.lat) for key, node in extract.nodes.items()}
    roads = Roads(segments=[], place=place)
    pairs: list[tuple[int, int, Road]] = []
    for key in sorted(extract.ways):
        way = extract.ways[key]
        kind = road_class(way.tags)
        if not kind:
            continue
        runs, cut = _runs(way, place)
        roads.cut_ways += cut
        access = access_of(way.tags, link=kind.endswith("_link"))
        why = access.closed or _why_not(way, future=future, future_year=future_year)
        if why:
            roads.left_out.append(_left_out(way, key, why, runs, place))
            continue
        absent = len(set(way.refs) - place.keys())
        if absent:
            cut_why = f"cut: {absent} of its {len(set(way.refs))} nodes are not in the data"
            roads.left_out.append(_left_out(way, key, cut_why, [], place))
        if access.told:
            roads.told.append(_left_out(way, key, access.told, runs, place))
        road = _road(key, way, kind, future_year, known_roads or {})
        forward, backward = _directions(way, kind)
        for run in runs:
            for a, b in itertools.pairwise(run):
                if forward:
                    pairs.append((a, b, road))
                if backward:
                    pairs.append((b, a, road))
    lengths = lengths_m([(place[a], place[b]) for a, b, _ in pairs])
    roads.segments = [Segment(a, b, r, m) for (a, b, r), m in zip(pairs, lengths, strict=True)]
    roads.segments.sort(key=lambda segment: segment.key)
    return roads


def _runs(way: OsmWay, place: dict[int, tuple[float, float]]) -> tuple[list[list[int]], int]:
    """Return the runs of nodes that are there, and 1 if some were not."""
    runs: list[list[int]] = [[]]
    cut = 0
    for ref in way.refs:
        if ref not in place:
            cut = 1
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != ref:
            runs[-1].append(ref)
    return [run for run in runs if len(run) >= 2], cut


def _directions(way: OsmWay, kind: str) -> tuple[bool, bool]:
    oneway = way.tags.get("oneway", "")
    if oneway in _BACKWARD:
        return False, True
    implied = kind.startswith("motorway") or way.tags.get("junction") in {"roundabout", "circular"}
    one = oneway in _FORWARD or (implied and oneway != "no")
    return True, not one


def _why_not(way: OsmWay, *, future: bool, future_year: int | None) -> str:
    tags = way.tags
    for state in GONE:
        if tags.get(state) == "yes":
            return f"not in use any more ({state}=yes)"
    if tags.get("oneway") in _CHANGING:
        return f"its direction changes by the hour (oneway={tags['oneway']})"
    state = tags.get("highway", "")
    if state in FUTURE_CLASSES:
        if not future:
            return f"not open yet (highway={state}); taken only on request"
        if _open_year(way) is None and future_year is None:
            return f"not open yet (highway={state}) and its tags name no opening year"
    return ""


def _open_year(way: OsmWay) -> int | None:
    for key in ("opening_date", "construction:opening_date", "start_date"):
        found = _YEAR.search(way.tags.get(key, ""))
        if found:
            return int(found.group())
    return None


def _road(
    key: int, way: OsmWay, kind: str, future_year: int | None, known: Mapping[str, str]
) -> Road:
    tags = way.tags
    state = tags.get("highway", "")
    future = state if state in FUTURE_CLASSES else ""
    chinese, english = names_of(tags)
    refs = tuple(
        found for part in _BETWEEN_REFS.split(tags.get("ref", "")) if (found := plain_ref(part))
    )
    refs = tuple(dict.fromkeys(known.get(ref, ref) for ref in refs))
    named = known.get(chinese) or known.get(english)
    if named:
        refs = (named, *(ref for ref in refs if ref != named))
    structure = ""
    if tags.get("tunnel", "no") != "no":
        structure = "tunnel"
    elif tags.get("bridge", "no") != "no":
        structure = "bridge"
    open_year = _open_year(way) if future else None
    return Road(
        way=key,
        road_class=kind,
        refs=refs,
        name_zh=chinese,
        name_en=english,
        future=future,
        open_year=(open_year or future_year) if future else None,
        structure=structure,
    )


def _left_out(
    way: OsmWay, key: int, why: str, runs: list[list[int]], place: dict[int, tuple[float, float]]
) -> LeftOut:
    pairs = [(place[a], place[b]) for run in runs for a, b in itertools.pairwise(run)]
    label = way.tags.get("ref") or way.tags.get("name") or "without name or number"
    kind = road_class(way.tags)
    return LeftOut(
        what=f"{kind} {label}", why=why, km=sum(lengths_m(pairs)) / 1000, objects=f"way/{key}"
    )


def merge_left_out(items: list[LeftOut]) -> list[LeftOut]:
    """Return one line per (what, why) with the lengths added up, longest first."""
    groups: dict[tuple[str, str], list[LeftOut]] = defaultdict(list)
    for item in items:
        groups[(item.what, item.why)].append(item)
    merged = []
    for (what, why), members in groups.items():
        objects = sorted({member.objects for member in members if member.objects})
        shown = ", ".join(objects[:5]) + (f" and {len(objects) - 5} more" if objects[5:] else "")
        km = round(sum(member.km for member in members), 3)
        merged.append(LeftOut(what=what, why=why, km=km, objects=shown))
    return sorted(merged, key=lambda item: (-item.km, item.what, item.why))
