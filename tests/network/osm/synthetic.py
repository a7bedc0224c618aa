"""A synthetic extract of OpenStreetMap, drawn from the tables of an embedded corridor.

Every carriageway is split into ways with bridges and tunnels; exits are trumpets with toll booths that
end on ordinary roads, some of them trunk roads; service areas are areas on their own side with
ramps; towns are points and parks areas. A seed moves everything a little, writes road numbers in
variants, leaves English names out and gives towns their official endings, as the real map does.
The lines are bent so that they are as long as the tables say.
"""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np

from corridor.network.carriageways import Axis
from corridor.network.embedded import _lines, embedded_network
from corridor.network.geometry import LonLat, bearing_deg, distance_m, moved
from corridor.network.network import Network, Node
from corridor.network.tables import Tables, read_tables
from tests.network.osm.miniland import Land

WAVE_M = 2_400.0  # of the bends that bring a line to its length
STEP_M = 200.0  # between two nodes of a road
KERB_M = 95.0  # from the axis to the middle of a service area
ORDINARY = ("secondary", "primary", "tertiary", "trunk", "trunk")
MAP_REFS = {"S77": "G8517", "G78-Hebai": "G78"}  # as the map says, where it differs


class Bent:
    """The axis of a route, bent to its length and past its service areas."""

    def __init__(self, axis: Axis, sides: list[tuple[float, float, bool]], keep: list[int]) -> None:
        self.axis = axis
        self._keep = np.array(sorted({*keep, *(round(s[0]) for s in sides)}) or [0])
        self._bumps = _bumps(sides)
        self._bend = [self._calibrated(index) for index in range(len(axis.sections))]

    def _window(self, at: np.ndarray) -> np.ndarray:
        away = np.abs(at[:, None] - self._keep[None, :]).min(axis=1)
        share = np.clip((away - 500.0) / 900.0, 0.0, 1.0)
        return share * share * (3 - 2 * share)

    def _beside(self, at: np.ndarray) -> np.ndarray:
        total = np.zeros(len(at))
        for middle, target in self._bumps:
            width = max(1500.0, 4 * abs(target))
            share = np.clip(1 - np.maximum(0, np.abs(at - middle) - 300) / width, 0, 1)
            total += target * share * share * (3 - 2 * share)
        return total

    def _calibrated(self, index: int) -> float:
        section = self.axis.sections[index]
        at = np.arange(section.start_m, section.end_m, 50.0)
        if len(at) < 3:
            return 0.0
        line = [self.axis.position(float(x), right_m=0, upwards=True) for x in at[::4]]
        drawn = sum(distance_m(a, b) for a, b in pairwise(line)) / (at[-1] - at[0])

        def length(amplitude: float) -> float:
            wave = amplitude * self._window(at) * np.sin(2 * np.pi * at / WAVE_M)
            slope = np.diff(wave + self._beside(at)) / 50.0
            return float(np.sqrt(drawn**2 + slope**2).mean())

        low, high = 0.0, 1500.0
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if length(middle) < 1 else (low, middle)
        return low

    def at(self, chainage_m: float, right_m: float, *, upwards: bool) -> LonLat:
        chainage_m = min(max(0.0, chainage_m), float(self.axis.length_m))  # no direction beyond
        index = self.axis.sections.index(self.axis.section_at(chainage_m))
        here = np.array([chainage_m])
        left = self._bend[index] * self._window(here) * np.sin(2 * np.pi * here / WAVE_M)
        sideways = float((left + self._beside(here))[0])
        sign = 1 if upwards else -1
        return self.axis.position(chainage_m, right_m=right_m + sign * sideways, upwards=upwards)


def _bumps(sides: list[tuple[float, float, bool]]) -> list[tuple[float, float]]:
    """Return by how much the road must pass beside the drawn axis, one a service area."""
    groups: list[list[tuple[float, float]]] = []
    for at, off, upwards in sorted(sides):
        target = off - KERB_M if upwards else off + KERB_M
        if groups and at - groups[-1][-1][0] < 1500:
            groups[-1].append((at, target))
        else:
            groups.append([(at, target)])
    return [(sum(a for a, _ in g) / len(g), sum(t for _, t in g) / len(g)) for g in groups]


def _signed_off(axis: Axis, at: int, position: LonLat) -> float:
    """Return how far right of the axis (upwards) a position lies. [m]."""
    right, left = (axis.position(at, right_m=x, upwards=True) for x in (5.0, -5.0))
    sign = 1 if distance_m(position, right) < distance_m(position, left) else -1
    return sign * axis.chainage_of(position)[1]


def _smooth(start: LonLat, line: list[LonLat]) -> list[LonLat]:
    """Leave out points that would turn a lorry round: an offset line folds inside a sharp bend."""
    kept: list[LonLat] = []
    before = start
    for a, b in pairwise([*line, *line[-1:]]):
        turn = abs(bearing_deg(before, a) - bearing_deg(a, b)) % 360 if a != b else 0.0
        if min(turn, 360 - turn) < 75 and distance_m(before, a) > 60:
            kept.append(a)
            before = a
    return kept


class Drawer:
    """Draws one corridor into a land."""

    def __init__(self, name: str, seed: int, trunk_roads: bool = True) -> None:
        self.tables: Tables = read_tables(name)
        self.network: Network = embedded_network(name)
        self.chance = random.Random(seed)
        self.land = Land()
        self.ordinary = ORDINARY if trunk_roads else ORDINARY[:3]
        self.bent: dict[str, Bent] = {}
        self.node_of: dict[tuple[str, str], int] = {}
        self._next_node, self._next_way = 1_000_000, 500_000

    def draw(self) -> Land:
        axes = {ref: axis for ref, (axis, _, _) in _lines(self.tables, frozenset())[0].items()}
        for ref, axis in axes.items():
            sides = []
            for row in self.tables.sides:
                if row.route == ref and row.side:
                    at = axis.chainage_of((row.lon, row.lat))[0]
                    off = _signed_off(axis, at, (row.lon, row.lat))
                    sides.append((float(at), off, row.side == "up"))
            keep = [n.chainage_m for n in self.network.nodes
                    if n.route == ref and n.kind == "plaza" and n.chainage_m is not None]  # fmt: skip
            self.bent[ref] = Bent(axis, sides, keep)
        for ref, axis in axes.items():
            for carriageway, upwards in ((axis.route.up_zh, True), (axis.route.down_zh, False)):
                self._carriageway(ref, carriageway, upwards)
        self._junctions()
        for side in self.tables.sides:
            if side.route and side.side:
                self._area(side.id, side.name_zh, side.name_en, side.kind)
        self._places()
        return self.land

    # ------------------------------------------------------------------ small things
    def point(self, position: LonLat, **tags: str) -> int:
        self._next_node += 1
        return self.land.node(self._next_node, position[0], position[1], **tags)

    def line(self, refs: list[int], **tags: str) -> None:
        self._next_way += 1
        self.land.way(self._next_way, refs, **tags)

    def noise(self, position: LonLat, by_m: float) -> LonLat:
        return moved(position, self.chance.uniform(0, 360), self.chance.uniform(0, by_m))

    def _names(self, zh: str, en: str) -> dict[str, str]:
        tags = {"name": zh} if zh else {}
        if en and self.chance.random() < 0.6:
            tags["name:en"] = en
        return tags

    def _ref(self, ref: str) -> dict[str, str]:
        known = MAP_REFS.get(ref, ref)
        if not known[1:].isdigit():
            if "-" not in known:  # a road whose number nobody retrieved
                return {}
            known = known.split("-")[0]
        return {"ref": self.chance.choice((known, known, known, f"{known[0]} {known[1:]}"))}

    # ------------------------------------------------------------------ roads
    def _carriageway(self, ref: str, carriageway: str, upwards: bool) -> None:
        arcs = [a for a in self.network.arcs
                if a.kind == "mainline" and (a.route, a.carriageway) == (ref, carriageway)]  # fmt: skip
        nodes = {n.id: n for n in self.network.nodes}
        ids = sorted(
            {e for a in arcs for e in (a.tail, a.head) if nodes[e].kind != "shape"},
            key=lambda i: (nodes[i].chainage_m or 0, i),
            reverse=not upwards,
        )
        bent, route = self.bent[ref], self.bent[ref].axis.route
        bends = list(bent.axis.chainage_m)
        run: list[int] = []
        for a, b in pairwise([*ids, ""]):
            here = self._station(nodes[a], ref, carriageway, upwards)
            run.append(here)
            if not b:
                break
            start, end = nodes[a].chainage_m or 0, nodes[b].chainage_m or 0
            count = max(1, round(abs(end - start) / STEP_M))
            between = [start + (end - start) * i / count for i in range(1, count)]
            between += [m for m in bends if min(start, end) + 60 < m < max(start, end) - 60]
            run += [
                self.point(position)
                for position in _smooth(
                    self.land.nodes[here][:2],
                    [
                        bent.at(m, 12.0, upwards=upwards)
                        for m in sorted(between, reverse=end < start)
                    ],
                )
            ]
        tags = {"highway": "motorway", **self._names(route.name_zh, route.name_en)}
        first = 0
        while first < len(run) - 1:
            last = min(len(run) - 1, first + self.chance.randint(3, 40))
            extra: dict[str, str] = {}
            if self.chance.random() < 0.25:
                extra = self.chance.choice(({"bridge": "yes", "layer": "1"}, {"tunnel": "yes"}))
            if self.chance.random() < 0.9:
                extra["oneway"] = "yes"
            self.line(run[first : last + 1], **tags, **self._ref(ref), **extra)
            first = last

    def _station(self, node: Node, ref: str, carriageway: str, upwards: bool) -> int:
        tags: dict[str, str] = {}
        if node.kind == "diverge" and self.chance.random() < 0.8:
            tags["highway"] = "motorway_junction"
            if node.name_zh and self.chance.random() < 0.7:
                tags["name"] = node.name_zh
        at = self.bent[ref].at(node.chainage_m or 0, 12.0, upwards=upwards)
        found = self.point(at, **tags)
        self.node_of[node.id, carriageway] = found
        self.node_of.setdefault((node.id, ""), found)
        return found

    def _link(self, refs: list[int], **tags: str) -> None:
        self.line(refs, highway="motorway_link", oneway="yes", **tags)

    def _mid(self, a: int, b: int, right_m: float) -> int:
        (x1, y1, _), (x2, y2, _) = self.land.nodes[a], self.land.nodes[b]
        middle = ((x1 + x2) / 2, (y1 + y2) / 2)
        return self.point(moved(middle, self.chance.uniform(0, 360), right_m))

    def _junctions(self) -> None:
        nodes = {n.id: n for n in self.network.nodes}
        gates: dict[str, tuple[int, int]] = {}
        for node in self.network.nodes:
            if node.kind == "plaza":
                gates[node.id] = self._plaza(node)
        for arc in self.network.arcs:
            if arc.kind != "ramp":
                continue
            if nodes[arc.head].kind == "plaza":
                a, b = self.node_of[arc.tail, ""], gates[arc.head][0]
            elif nodes[arc.tail].kind == "plaza":
                a, b = gates[arc.tail][1], self.node_of[arc.head, ""]
            else:
                a, b = self.node_of[arc.tail, ""], self.node_of[arc.head, ""]
            self._link([a, self._mid(a, b, 60), b])

    def _plaza(self, node: Node) -> tuple[int, int]:
        """Draw the toll plaza and the ordinary road; return where ramps end and begin."""
        bent, at = self.bent[node.route], node.chainage_m or 0
        upwards = self.chance.random() < 0.5
        names = self._names(node.name_zh.partition("(")[0] + "收费站", "")
        out = self.point(bent.at(at, 380, upwards=upwards), barrier="toll_booth", **names)
        into = self.point(bent.at(at + 20, 380, upwards=upwards), barrier="toll_booth")
        ends = [self.point(bent.at(at + m, 460, upwards=upwards)) for m in (0, 20)]
        if self.chance.random() < 0.4:  # both ramps touch the road at one node
            ends[1] = ends[0]
        self._link([out, ends[0]], toll="yes")
        self._link([ends[1], into], toll="yes")
        road = [
            self.point(bent.at(at - 400, 470, upwards=upwards)),
            *dict.fromkeys(ends),
            self.point(bent.at(at + 420, 470, upwards=upwards)),
        ]
        self.line(
            road, highway=self.chance.choice(self.ordinary), ref=f"X{self.chance.randint(100, 999)}"
        )
        return out, into

    # ------------------------------------------------------------------ things beside the road
    def _area(self, side_id: str, name_zh: str, name_en: str, kind: str) -> None:
        node = next((n for n in self.network.nodes if n.id == side_id), None)
        if node is None:
            return
        bent, at = self.bent[node.route], node.chainage_m or 0
        upwards = bent.axis.route.up_zh == node.carriageway
        forward = 1 if upwards else -1
        corners = [
            self.point(self.noise(bent.at(at + forward * along, right, upwards=upwards), 8))
            for along, right in ((-100, KERB_M - 45), (100, KERB_M - 45),
                                 (100, KERB_M + 45), (-100, KERB_M + 45))
        ]  # fmt: skip
        value = "services" if kind == "service_area" else "rest_area"
        self.line([*corners, corners[0]], highway=value, **self._names(name_zh, name_en))
        inner = [self.point(bent.at(at + forward * m, KERB_M, upwards=upwards)) for m in (-60, 60)]
        # the ramps leave and join at the nodes of the carriageway nearest to the area
        off, on = self._near_nodes(node, at, forward)
        if off and on:
            self._link([off, inner[0]])
            self._link([inner[1], on])
            self.line(inner, highway="service")

    def _near_nodes(self, node: Node, at: int, forward: int) -> tuple[int, int]:
        """Return the carriageway's node of the side itself, twice: off before it, on behind it."""
        here = self.node_of[node.id, node.carriageway]
        way = next(refs for refs, tags in self.land.ways.values()
                   if tags["highway"] == "motorway" and here in refs[:-1])  # fmt: skip
        before = next((refs for refs, tags in self.land.ways.values()
                       if tags["highway"] == "motorway" and here in refs[1:]), way)  # fmt: skip
        position = before.index(here)
        return (before[position - 1] if position else here), way[way.index(here) + 1]

    def _places(self) -> None:
        for row in self.tables.places:
            if row.position is None:
                continue
            at = self.noise(row.position, 250)
            if row.kind in ("town", "cordon"):
                base = row.name_zh.partition("(")[0]
                ending = self.chance.choice(("", "市", "县"))
                tags = self._names(base + ending, row.name_en)
                place = "city" if (row.population or 0) > 400_000 else "town"
                self.point(at, place=place, **tags)
                continue
            corners = [self.point(moved(at, b, 300)) for b in (45, 135, 225, 315)]
            self.line([*corners, corners[0]], landuse="industrial", name=row.name_zh)


def draw(name: str = "liupanshui-xingyi", *, seed: int = 1, trunk_roads: bool = True) -> Land:
    """Return a land drawn from an embedded corridor."""
    return Drawer(name, seed, trunk_roads).draw()
