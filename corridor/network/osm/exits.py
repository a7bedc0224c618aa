"""Exits: where ramps meet the ordinary road; and edges: where carriageways leave the map.

The ordinary roads are not part of the network. Where an off-ramp ends and an on-ramp begins
within reach of each other, the ordinary road (or the toll plaza) between them becomes one node
of kind ``plaza``; the few hundred metres to it are the straight line times 1.3, labelled as
estimated. The ramps themselves keep their metres.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from corridor.network.osm.axes import M_PER_DEG, Point, apart_m, route_of
from corridor.network.osm.objects import Extract, Tags
from corridor.network.osm.roads import Segment, names_of
from corridor.network.osm.turns import Key, Turns

REACH_M = 500.0
"""Ends of ramps nearer than this to each other belong to one exit. [m] Engineering assumption."""

HALVES_M = 1_000.0
"""The halves of a diamond, each for one carriageway, are one exit up to this from each other. [m]
Engineering assumption."""

WIDEST_M = 1_500.0
"""No exit is wider than this from one ramp end to another. [m] Engineering assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """An exit: the toll plaza or the ordinary road between its ramps.

    Parameters
    ----------
    ends, starts
        Copies of nodes where ramps end and begin.
    route
        The route that most of its ramps belong to.
    toll_booths
        Toll booths on its ramps.
    """

    id: str
    lon: float
    lat: float
    ends: tuple[str, ...]
    starts: tuple[str, ...]
    name_zh: str
    name_en: str
    route: str
    toll_booths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Where one carriageway leaves the map or enters it; the copy of its last or first node."""

    copy: str
    segment: Segment
    leaves: bool


class Ends:
    """Where roads of the network end and begin."""

    def __init__(
        self, segments: list[Segment], turns: Turns, crossed: Collection[int] = frozenset()
    ) -> None:
        self.turns, self.crossed = turns, crossed
        self.leaving: dict[str, list[Segment]] = defaultdict(list)
        self.arriving: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            self.arriving[turns.head[segment.key]].append(segment)
            for tail in turns.tails[segment.key]:
                self.leaving[tail].append(segment)
        ends, starts = set(self.arriving), set(self.leaving)
        self.dangling = sorted(ends ^ starts)
        self._on_carriageway = {
            name
            for beside in (self.arriving, self.leaving)
            for name, roads in beside.items()
            if any(not segment.road.link for segment in roads)
        }

    def map_edges(self) -> list[Edge]:
        """Return where carriageways leave or enter the map.

        The two carriageways are never joined there: that would be a turn across the median. Where
        an ordinary road goes on, the carriageway does not leave the map: it ends at an exit.
        """
        edges = []
        for name in self.dangling:
            leaves = name in self.arriving
            roads = self.arriving[name] if leaves else self.leaving[name]
            mainline = [segment for segment in roads if not segment.road.link]
            if mainline and self.turns.node[name] not in self.crossed:
                edges.append(Edge(name, mainline[0], leaves))
        return edges

    def gates(
        self,
        extract: Extract,
        place: dict[int, Point],
        within_areas: set[int],
        direction: Mapping[Key, str],
    ) -> list[Gate]:
        """Return the exits, in order of id.

        Parameters
        ----------
        within_areas
            Nodes in or near service areas: a ramp that ends there without a toll booth leads into
            the area and not off the expressway.
        direction
            Direction of every segment of a carriageway.
        """
        on_mainline = {
            node
            for segments in self.arriving.values()
            for segment in segments
            if not segment.road.link
            for node in (segment.tail, segment.head)
        }
        ramps = [
            name
            for name in self.dangling
            if self.turns.node[name] in self.crossed
            or (
                self.turns.node[name] not in on_mainline  # a ramp that no legal turn leads to
                and not (self.turns.node[name] in within_areas and not self._tolled(name, extract))
            )
        ]
        groups = _clusters(ramps, self.turns, place)
        groups = self._halves_joined(groups, place, direction)
        gates = [self._gate(group, extract, place) for group in groups]
        return sorted(gates, key=lambda gate: gate.id)

    def _halves_joined(
        self, groups: list[list[str]], place: dict[int, Point], direction: Mapping[Key, str]
    ) -> list[list[str]]:
        """Join groups that do for one road what the other does not, nearest first.

        The ramps of a wide diamond end at both sides of the expressway, where the street crosses
        it: one half serves the one carriageway, the other the other.
        """
        does = [self._movements(group, direction) for group in groups]
        at = [[place[self.turns.node[name]] for name in group] for group in groups]
        pairs = []
        for i, j in _near(at):
            apart = [apart_m(a, b) for a in at[i] for b in at[j]]
            roads = [{road for road, _, _ in does[k]} for k in (i, j)]
            halves = roads[0] == roads[1] != set() and not does[i] & does[j]
            if halves and min(apart) <= HALVES_M and max(apart) <= WIDEST_M:
                pairs.append((min(apart), i, j))
        mate: dict[int, int] = {}
        for _, i, j in sorted(pairs):
            if i not in mate and j not in mate:
                mate[i], mate[j] = j, i
        return [
            sorted([*group, *groups[mate[i]]]) if i in mate else group
            for i, group in enumerate(groups)
            if mate.get(i, i) >= i
        ]

    def _movements(
        self, group: list[str], direction: Mapping[Key, str]
    ) -> set[tuple[str, str, str]]:
        """Return road, direction, and "off" or "on" for every way that ramps of a group lead."""
        found = set()
        for way, reached in (("off", self._upstream(group)), ("on", self._downstream(group))):
            for name in reached & self._on_carriageway:
                for segment in (*self.arriving.get(name, ()), *self.leaving.get(name, ())):
                    if not segment.road.link:
                        found.add((route_of(segment.road), direction.get(segment.key, ""), way))
        return found

    def _upstream(self, names: Iterable[str]) -> set[str]:
        """Return the copies from which ramps alone lead to those where roads end."""
        starts = [name for name in names if name in self.arriving]
        return self._search(starts, self.arriving, lambda s: self.turns.tails[s.key])

    def _downstream(self, names: Iterable[str]) -> set[str]:
        """Return the copies to which ramps alone lead from those where roads begin."""
        starts = [name for name in names if name in self.leaving]
        return self._search(starts, self.leaving, lambda s: (self.turns.head[s.key],))

    def _search(
        self,
        names: Iterable[str],
        neighbours: Mapping[str, list[Segment]],
        step: Callable[[Segment], tuple[str, ...]],
    ) -> set[str]:
        """Return the copies reached over ramps only; the last ones lie on a carriageway.

        Behind those other ramps begin, which belong to another exit or to a service area.
        """
        seen = set(names)
        queue = deque(seen)
        while queue:
            for segment in neighbours.get(queue.popleft(), ()):
                if segment.road.link:
                    for name in step(segment):
                        if name not in seen:
                            seen.add(name)
                            if name not in self._on_carriageway:
                                queue.append(name)
        return seen

    def _tolled(self, name: str, extract: Extract) -> bool:
        reached = self._upstream([name]) | self._downstream([name])
        return any(_tag(extract, self.turns.node[n], "barrier") == "toll_booth" for n in reached)

    def _gate(self, group: list[str], extract: Extract, place: dict[int, Point]) -> Gate:
        turns = self.turns
        ends = tuple(name for name in group if name in self.arriving)
        starts = tuple(name for name in group if name in self.leaving)
        reached = sorted(self._upstream(ends) | self._downstream(starts))
        near = sorted({turns.node[name] for name in reached})
        booths = tuple(n for n in near if _tag(extract, n, "barrier") == "toll_booth")
        name_zh, name_en = _exit_name(near, booths, extract)
        members = [turns.node[name] for name in group]
        spots = [place[node] for node in (booths or members)]
        routes = Counter(
            route_of(segment.road)
            for name in reached
            for segment in (*self.arriving.get(name, ()), *self.leaving.get(name, ()))
            if not segment.road.link
        )
        return Gate(
            id=f"exit-n{min(members)}",
            lon=round(sum(spot[0] for spot in spots) / len(spots), 7),
            lat=round(sum(spot[1] for spot in spots) / len(spots), 7),
            ends=ends,
            starts=starts,
            name_zh=name_zh,
            name_en=name_en,
            route=min(routes, key=lambda ref: (-routes[ref], ref)) if routes else "",
            toll_booths=booths,
        )


def _clusters(names: list[str], turns: Turns, place: dict[int, Point]) -> list[list[str]]:
    """Join names nearest first, never to a group wider than an exit can be."""
    at = {name: place[turns.node[name]] for name in names}
    pairs: list[tuple[float, str, str]] = []
    ordered = sorted(names, key=lambda name: (at[name][1], name))
    for i, a in enumerate(ordered):
        for b in ordered[i + 1 :]:
            if (at[b][1] - at[a][1]) * M_PER_DEG > REACH_M:
                break
            distance = apart_m(at[a], at[b])
            if distance <= REACH_M:
                pairs.append((distance, min(a, b), max(a, b)))
    group = {name: [name] for name in names}
    for _, a, b in sorted(pairs):
        one, other = group[a], group[b]
        if one is other:
            continue
        if max(apart_m(at[x], at[y]) for x in one for y in other) > WIDEST_M:
            continue
        one.extend(other)
        for name in other:
            group[name] = one
    unique = {id(members): sorted(members) for members in group.values()}
    return sorted(unique.values())


def _near(groups: list[list[Point]]) -> list[tuple[int, int]]:
    """Return pairs of groups whose southernmost points may lie within reach of one exit."""
    order = sorted((min(lat for _, lat in points), i) for i, points in enumerate(groups))
    reach = (HALVES_M + WIDEST_M) / M_PER_DEG
    pairs = []
    for rank, (south, i) in enumerate(order):
        for other, j in order[rank + 1 :]:
            if other - south > reach:
                break
            pairs.append((min(i, j), max(i, j)))
    return pairs


def _tag(extract: Extract, node: int, key: str) -> str:
    found = extract.nodes.get(node)
    return found.tags.get(key, "") if found else ""


def junction_name(tags: Tags) -> tuple[str, str]:
    """Return the names of a junction with its number: ("屯里", "Exit 12 Tunli")."""
    chinese, english = names_of(tags)
    ref = tags.get("ref", "")
    to = tags.get("exit_to", "") if not (chinese or english) else ""
    return chinese, " ".join(part for part in (f"Exit {ref}" if ref else "", english or to) if part)


def _exit_name(near: list[int], booths: tuple[int, ...], extract: Extract) -> tuple[str, str]:
    for node in booths:
        chinese, english = names_of(extract.nodes[node].tags)
        if chinese or english:
            return chinese, english
    found = sorted(
        {
            junction_name(extract.nodes[node].tags)
            for node in near
            if _tag(extract, node, "highway") == "motorway_junction"
        }
    )
    chinese = "/".join(sorted({zh for zh, _ in found if zh})[:2])
    english = "/".join(sorted({en for _, en in found if en})[:3])
    return chinese, english
