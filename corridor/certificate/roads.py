"""The directed road network of a run folder, with a shortest-path search of its own."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
        self._out: dict[int, dict[str, list[tuple[str, int]]]] = {}
        self._reached: dict[tuple[str, int], dict[str, int]] = {}

    def is_open(self, arc: str, year: int) -> bool:
        """Whether trucks may use an arc in a year."""
        row = self.arcs[arc]
        closes = row.get("close_year")
        return row["open_year"] <= year and (closes is None or year < closes)

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
