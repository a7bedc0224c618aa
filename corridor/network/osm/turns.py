"""Which segment may follow which: legal turns, and nodes that are split where not all are legal.

At a node every arriving segment may be followed by every leaving one, except

* straight back where it came from (a U-turn on an undivided road),
* from carriageway to carriageway through more than 135° (the tip of a median), unless both
  belong to one way, which draws the bend itself,
* from ramp to ramp where an ordinary road runs through: there is an exit (`exits`),
* what a restriction relation forbids there (`restrictions`).

Arriving segments with the same legal continuations share a copy of the node; a leaving segment
starts at every copy that may continue with it. So a turn that the road does not allow is an
arc that does not exist, and no length is added or lost.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from corridor.network.osm.restrictions import Restrictions
from corridor.network.osm.roads import Segment

SHARPEST_TURN_DEG = 135.0
Key = tuple[int, int, int]


@dataclass(slots=True)
class Turns:
    """Copies of nodes, and which segments touch them.

    Parameters
    ----------
    head
        Copy that a segment ends at, by segment key.
    tails
        Copies that a segment starts from, by segment key.
    node
        OpenStreetMap node (or point of ours, negative) of a copy.
    forbidden
        Turns that were refused, by reason.
    """

    head: dict[Key, str]
    tails: dict[Key, tuple[str, ...]]
    node: dict[str, int]
    forbidden: dict[str, int]


def turns_of(
    segments: Iterable[Segment], place: dict[int, tuple[float, float]], rules: Restrictions
) -> Turns:
    """Return the copies of all nodes that the legal turns ask for."""
    arriving: dict[int, list[Segment]] = defaultdict(list)
    leaving: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        arriving[segment.head].append(segment)
        leaving[segment.tail].append(segment)
    turns = Turns(head={}, tails={}, node={}, forbidden=defaultdict(int))
    for node in sorted(arriving.keys() | leaving.keys()):
        _split(node, arriving[node], leaving[node], place, rules=rules, turns=turns)
    turns.forbidden = dict(turns.forbidden)
    return turns


def _split(
    node: int,
    arriving: list[Segment],
    leaving: list[Segment],
    place: dict[int, tuple[float, float]],
    *,
    rules: Restrictions,
    turns: Turns,
) -> None:
    groups: dict[tuple[Key, ...], list[Segment]] = defaultdict(list)
    unused = {segment.key for segment in leaving}
    for one in arriving:
        legal = tuple(
            sorted(other.key for other in leaving if _legal(one, other, place, rules, turns))
        )
        groups[legal].append(one)
        unused.difference_update(legal)
    copies: list[tuple[list[Key], list[Key]]] = [
        (sorted(segment.key for segment in members), list(legal))
        for legal, members in groups.items()
    ]
    if unused:
        copies.append(([], sorted(unused)))
    copies.sort()
    starts: dict[Key, list[str]] = defaultdict(list)
    for number, (ends_here, starts_here) in enumerate(copies):
        name = point_id(node) + (f".{number}" if len(copies) > 1 else "")
        turns.node[name] = node
        for key in ends_here:
            turns.head[key] = name
        for key in starts_here:
            starts[key].append(name)
    for key, names in starts.items():
        turns.tails[key] = tuple(names)


def point_id(node: int) -> str:
    """Return the id of an OpenStreetMap node in our network."""
    return f"n{node}" if node >= 0 else f"p{-node}"


def _legal(
    one: Segment,
    other: Segment,
    place: dict[int, tuple[float, float]],
    rules: Restrictions,
    turns: Turns,
) -> bool:
    if other.head == one.tail:
        turns.forbidden["back where it came from"] += 1
        return False
    if (
        not one.road.link
        and not other.road.link
        and one.road.way != other.road.way
        and turn_deg(place[one.tail], place[one.head], place[other.head]) > SHARPEST_TURN_DEG
    ):
        turns.forbidden["across the tip of a median"] += 1
        return False
    if one.road.link and other.road.link and one.head in rules.crossed:
        turns.forbidden["from ramp to ramp over an ordinary road"] += 1
        return False
    if rules.forbid(one, other):
        turns.forbidden["turn restriction"] += 1
        return False
    return True


def bearing_deg(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the bearing from a to b on the plane, clockwise from north. [degree]."""
    x = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.degrees(math.atan2(x, b[1] - a[1])) % 360.0


def turn_deg(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Return by how much the way a-b-c turns at b, 0 (straight on) to 180. [degree]."""
    change = abs(bearing_deg(b, c) - bearing_deg(a, b)) % 360.0
    return min(change, 360.0 - change)
