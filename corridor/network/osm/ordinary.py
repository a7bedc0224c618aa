"""Ordinary roads that bear a high class: national roads tagged trunk, beyond the toll booths.

China's guidelines give national roads `highway=trunk`, whether or not they are built like
expressways. Where ramps pass a toll booth before they touch such a road, the road lies outside the
tolled network: it is one of the ordinary roads that are not part of ours, and the ramps end there
at an exit, as they do at a secondary road. A trunk road that carries an expressway on, with no
booth on a ramp in between, stays.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from corridor.network.osm.objects import Extract
from corridor.network.osm.roads import LeftOut, Road, Segment

BEYOND = "an ordinary road: reached from the expressways only past toll booths on ramps"


def without_ordinary(
    segments: list[Segment], extract: Extract
) -> tuple[list[Segment], list[LeftOut], frozenset[int]]:
    """Return the segments of the expressways, what was left out, and nodes of ordinary roads."""
    motorway = {
        node
        for segment in segments
        if segment.road.road_class == "motorway"
        for node in (segment.tail, segment.head)
    }
    links = [segment for segment in segments if segment.road.link]
    booths = {
        node
        for segment in links
        for node in (segment.tail, segment.head)
        if node not in motorway
        and node in extract.nodes
        and extract.nodes[node].tags.get("barrier") == "toll_booth"
    }
    if not motorway or not booths:
        return segments, [], frozenset(extract.ordinary)
    reached = _flood(motorway, segments, stop=booths)
    beyond = _flood(motorway, segments, stop=set()) - reached
    outside = [s for s in segments if not s.road.link and {s.tail, s.head} <= beyond]
    gone = {segment.key for segment in outside}
    mainline = {
        node
        for segment in segments
        if not segment.road.link and segment.key not in gone
        for node in (segment.tail, segment.head)
    }
    by_ramp = _flood(mainline, links, stop=set())
    gone |= {segment.key for segment in links if segment.tail not in by_ramp}
    crossed = extract.ordinary | {end for s in outside for end in (s.tail, s.head)}
    kept = [segment for segment in segments if segment.key not in gone]
    return kept, _listed(outside), frozenset(crossed)


def _flood(starts: Iterable[int], segments: list[Segment], stop: set[int]) -> set[int]:
    """Return the nodes reached over segments in any direction; not on from those in `stop`."""
    beside: dict[int, list[int]] = defaultdict(list)
    for segment in segments:
        beside[segment.tail].append(segment.head)
        beside[segment.head].append(segment.tail)
    seen = set(starts)
    queue = deque(seen)
    while queue:
        for node in beside[queue.popleft()]:
            if node not in seen and node not in stop:
                seen.add(node)
                queue.append(node)
    return seen


def _listed(segments: list[Segment]) -> list[LeftOut]:
    """Return a line for each way, a road driven both ways counted once."""
    km: dict[Road, dict[frozenset[int], float]] = defaultdict(dict)
    for segment in segments:
        km[segment.road][frozenset((segment.tail, segment.head))] = segment.length_m / 1000
    return [
        LeftOut(
            what=f"{road.road_class} {road.refs[0] if road.refs else road.name_zh or road.name_en}",
            why=BEYOND,
            km=sum(pieces.values()),
            objects=f"way/{road.way}",
        )
        for road, pieces in sorted(km.items(), key=lambda item: item[0].way)
    ]
