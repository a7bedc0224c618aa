"""The directed road network of a run folder, with a shortest-path search of its own."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG). [m]"""


class Roads:
    """Nodes and directed arcs by id.

    Parameters
    ----------
    nodes, arcs
        As they stand in the network file.
    """

    def __init__(
        self, nodes: Sequence[Mapping[str, Any]], arcs: Sequence[Mapping[str, Any]]
    ) -> None:
        self.nodes = {node["id"]: node for node in nodes}
        self.arcs = {arc["id"]: arc for arc in arcs}
        self._leaving: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._entering: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for arc in arcs:
            self._leaving[arc["tail"]].append(arc)
            self._entering[arc["head"]].append(arc)
        self._out: dict[int, dict[str, list[tuple[str, int]]]] = {}
        self._reached: dict[tuple[str, int], dict[str, int]] = {}
        self._cut_off: dict[tuple[str, int], bool] = {}

    def is_open(self, arc: str, year: int) -> bool:
        """Whether trucks may use an arc in a year."""
        row = self.arcs[arc]
        closes = row.get("close_year")
        return row["open_year"] <= year and (closes is None or year < closes)

    def is_cut_off(self, node: str, year: int) -> bool:
        """Whether ramps and access roads join a node to an expressway, but not in this year.

        A place at the edge of the map may be reached by an expressway, or left by one, only.
        """
        key = (node, year)
        if key not in self._cut_off:
            self._cut_off[key] = any(
                self._meets(links, node, there, None) and not self._meets(links, node, there, year)
                for links, there in ((self._leaving, "head"), (self._entering, "tail"))
            )
        return self._cut_off[key]

    def _meets(
        self, links: Mapping[str, list[Mapping[str, Any]]], node: str, there: str, year: int | None
    ) -> bool:
        """Whether a way from a node (or to it) finds a mainline arc; in no year: of any year."""
        seen, todo = {node}, [node]
        while todo:
            for row in links.get(todo.pop(), ()):
                if year is not None and not self.is_open(row["id"], year):
                    continue
                if row["kind"] == "mainline":
                    return True
                if row[there] not in seen:
                    seen.add(row[there])
                    todo.append(row[there])
        return False

    def open_stretches(
        self, route: Mapping[str, Any], carriageway: str, year: int
    ) -> list[tuple[int, int]]:
        """Return what is left of a route's axis without the closed arcs of a carriageway. [m]."""
        marks = [0, route["length_m"]]
        closed = []
        for arc in self.arcs.values():
            same = arc.get("route") == route["ref"] and arc.get("carriageway") == carriageway
            if not same or arc["kind"] != "mainline" or self.is_open(arc["id"], year):
                continue
            rows = [self.nodes[arc[key]] for key in ("tail", "head")]
            ends = sorted(r["chainage_m"] for r in rows if r.get("chainage_m") is not None)
            if len(ends) == 2:
                closed.append((ends[0], ends[1]))
                marks += ends
        marks = sorted({m for m in marks if 0 <= m <= route["length_m"]})
        found: list[tuple[int, int]] = []
        for a, b in pairwise(marks):
            if any(low <= a and b <= high for low, high in closed):
                continue
            if found and found[-1][1] == a:
                found[-1] = (found[-1][0], b)
            else:
                found.append((a, b))
        return found

    def distances(self, origin: str, year: int) -> dict[str, int]:
        """Return the length of the shortest open way from a node to every other. [m].

        Dijkstra 1959 with a binary heap; lengths are whole metres, so sums are exact.
        """
        key = (origin, year)
        if key not in self._reached:
            self._reached[key] = self._search(origin, year)
        return self._reached[key]

    def _search(self, origin: str, year: int) -> dict[str, int]:
        out = self._open_arcs(year)
        reached: dict[str, int] = {}
        heap = [(0, origin)]
        while heap:
            metres, node = heapq.heappop(heap)
            if node in reached:
                continue
            reached[node] = metres
            for head, length in out.get(node, ()):
                if head not in reached:
                    heapq.heappush(heap, (metres + length, head))
        return reached

    def _open_arcs(self, year: int) -> dict[str, list[tuple[str, int]]]:
        if year not in self._out:
            out: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
            for arc in self.arcs.values():
                if self.is_open(arc["id"], year):
                    out[arc["tail"]].append((arc["head"], arc["length_m"]))
            self._out[year] = dict(out)
        return self._out[year]


def straight_line_m(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """Return the great-circle distance between two points with lon and lat (haversine). [m]."""
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b["lon"] - a["lon"]) / 2)
    root = math.sqrt(half_lat**2 + math.cos(lat_a) * math.cos(lat_b) * half_lon**2)
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, root))
