"""Turn restrictions of the map: which are applied, and which are not and why.

A restriction is applied where it says something about roads of the network: ``no_*`` and ``only_*``
at a node; over a line in between where one turn onto it, or off it, comes to the same. Whatever
cannot be true any more, or holds at some times only, is not applied and listed with its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from corridor.network.osm.access import condition_holds
from corridor.network.osm.objects import Extract, OsmRelation, road_class
from corridor.network.osm.roads import LeftOut, Segment

PARTIAL = "not applied: from, via or to is not in the data"
STALE_FROM = "not applied: its from does not touch its via (a line was split)"
STALE_TO = "not applied: its to does not touch its via (a line was split)"
UNKNOWN = "not applied: no rule that is known"
SOME_TIMES = "not applied: holds at some times only"
OVER_LINES = "not applied: leads over lines that can be reached or left in other ways too"


class Restrictions:
    """Turn restrictions, from the relations of an extract.

    Parameters
    ----------
    segments
        The directed roads of the network.
    crossed
        Nodes that an ordinary road runs through: from ramp to ramp leads only the exit there.
    """

    def __init__(
        self, extract: Extract, segments: Iterable[Segment], crossed: Collection[int] = frozenset()
    ) -> None:
        self.crossed = crossed
        self._extract = extract
        self._no: set[tuple[int, int, int]] = set()
        self._only: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.not_applied: list[LeftOut] = []
        self._arriving: dict[int, list[Segment]] = defaultdict(list)
        self._leaving: dict[int, list[Segment]] = defaultdict(list)
        self._used: set[int] = set()
        for segment in segments:
            self._arriving[segment.head].append(segment)
            self._leaving[segment.tail].append(segment)
            self._used.add(segment.road.way)
        for key, relation in sorted(extract.relations.items()):
            if relation.tags.get("type") != "restriction":
                continue
            start, via, end = (
                [(kind, k) for kind, k, role in relation.members if role == wanted]
                for wanted in ("from", "via", "to")
            )
            exempt = {part.strip() for part in relation.tags.get("except", "").split(";")}
            if "hgv" in exempt or not any(k in self._used for _, k in start):
                continue
            rule, why = _rule(relation)
            if rule and not why:
                why = self._apply(rule, [k for _, k in start], via, [k for _, k in end])
            if why:
                self.not_applied.append(
                    LeftOut(what=f"turn restriction {rule}", why=why, objects=f"relation/{key}")
                )

    def forbid(self, arriving: Segment, leaving: Segment) -> bool:
        """Whether a restriction forbids the turn."""
        a, n, b = arriving.road.way, arriving.head, leaving.road.way
        only = self._only.get((a, n))
        return (a, n, b) in self._no or (only is not None and b not in only and b != a)

    def _apply(
        self, rule: str, start: list[int], via: Sequence[tuple[str, int]], end: list[int]
    ) -> str:
        """Take one restriction; return why not, or an empty text."""
        if not rule.startswith(("no_", "only_")):
            return UNKNOWN
        if not via or not end:
            return PARTIAL
        if any(kind != "node" for kind, _ in via):
            return self._over(rule, start, via, end)
        if len(via) > 1:
            return PARTIAL
        node = via[0][1]
        start = [way for way in start if self._touches(way, node)]
        if not start:
            return STALE_FROM
        known = [way for way in end if way in self._extract.ways]
        touching = [way for way in known if self._touches(way, node)]
        if rule.startswith("no_"):
            if known and not touching:
                return STALE_TO
            self._no.update((a, node, b) for a in start for b in touching)
            return ""
        if known and not touching:
            return STALE_TO
        if not touching and node not in self.crossed and not self._ramps(start):
            return PARTIAL  # nothing is known to lead off a carriageway there
        for a in start:
            self._only[(a, node)].update(end)
        return ""

    def _over(
        self, rule: str, start: list[int], via: Sequence[tuple[str, int]], end: list[int]
    ) -> str:
        """Take a restriction over one line: as a turn onto it or off it, if that is the same."""
        ways = [key for kind, key in via if kind == "way"]
        if any(way not in self._used for way in (*ways, *end)):
            return ""  # the way round is no way of the network
        if len(via) != 1 or len(ways) != 1 or not rule.startswith("no_"):
            return OVER_LINES
        line, sources, targets = ways[0], set(start), set(end)
        onto = self._beside(line, before=True)
        off = self._beside(line, before=False)
        entries = [node for node, others in onto.items() if others & sources]
        exits = [node for node, others in off.items() if others & targets]
        if not entries or not exits:
            return STALE_TO if entries else STALE_FROM
        if all(off[m] <= targets for n in entries for m in off if m != n):
            self._no.update((a, n, line) for n in entries for a in onto[n] & sources)
            return ""
        if all(onto[n] <= sources for m in exits for n in onto if n != m):
            self._no.update((line, m, b) for m in exits for b in off[m] & targets)
            return ""
        return OVER_LINES

    def _beside(self, line: int, *, before: bool) -> dict[int, set[int]]:
        """Return the other roads that lead onto a line (or off it), by node."""
        inner, outer = self._leaving, self._arriving
        if not before:
            inner, outer = outer, inner
        return {
            node: others
            for node, segments in inner.items()
            if any(segment.road.way == line for segment in segments)
            and (others := {s.road.way for s in outer.get(node, ()) if s.road.way != line})
        }

    def _ramps(self, ways: list[int]) -> bool:
        return all(road_class(self._extract.ways[way].tags).endswith("_link") for way in ways)

    def _touches(self, way: int, node: int) -> bool:
        found = self._extract.ways.get(way)
        return found is not None and node in found.refs


def _rule(relation: OsmRelation) -> tuple[str, str]:
    """Return the rule for lorries, and why it is not applied; both empty if it is for others."""
    tags = relation.tags
    plain = tags.get("restriction:hgv") or tags.get("restriction", "")
    if plain:
        hours = "hour_on" in tags or "day_on" in tags
        return plain, SOME_TIMES if hours else ""
    text = tags.get("restriction:hgv:conditional") or tags.get("restriction:conditional", "")
    rule, _, condition = text.partition("@")
    if not rule.strip():
        return "", ""
    holds = condition_holds(condition)
    if holds is None:
        return rule.strip(), f"{SOME_TIMES} ({condition.strip(' ()')})"
    return (rule.strip() if holds else ""), ""
