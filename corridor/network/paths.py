"""Shortest ways through the network: scipy's Dijkstra underneath, deterministic walks on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError
from corridor.network.network import Arc, Network

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from scipy.sparse import csr_array

CHUNK = 512
"""Origins of one Dijkstra call: keeps the distance matrix small on a large network."""


class Router:
    """Shortest ways over the arcs that are open in one year.

    Lengths are whole metres, so distances are exact. Of equally short ways `walk` takes the one
    whose arc ids, read from the end of the way to its start, come first in the alphabet: the same
    on every machine and in every order of input.

    Parameters
    ----------
    network
        Nodes and arcs.
    year
        Only arcs open in this year may be used. [year]
    """

    def __init__(self, network: Network, year: int) -> None:
        self.network = network
        self.year = year
        self._ids = [node.id for node in network.nodes]
        self._index = {node_id: i for i, node_id in enumerate(self._ids)}
        self._open = [arc for arc in network.arcs if arc.is_open(year)]
        self._into: dict[str, list[Arc]] = {}
        for arc in sorted(self._open, key=lambda arc: arc.id):
            self._into.setdefault(arc.head, []).append(arc)
        self._forward = self._graph()
        self._from: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}
        self._to: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {}

    def walk(self, tail: str, head: str) -> tuple[str, ...] | None:
        """Return the arc ids of the shortest way, in driving order.

        Returns
        -------
        tuple of str or None
            Empty where `tail` is `head`; None where there is no way.
        """
        row = self._row(tail)
        if row[self._at(head)] == float("inf"):
            return None
        arcs: list[str] = []
        node = head
        while node != tail:
            here = row[self._index[node]]
            # Lengths are at least 1 m and whole, so the distance falls at every step.
            arc = next(
                arc for arc in self._into[node] if row[self._index[arc.tail]] + arc.length_m == here
            )
            arcs.append(arc.id)
            node = arc.tail
        return tuple(reversed(arcs))

    def distances_from(self, node: str) -> Mapping[str, float]:
        """Return the distance from a node to every node that can be reached. [m] by node id."""
        return self._reached(self._row(node))

    def distances_to(self, node: str) -> Mapping[str, float]:
        """Return the distance to a node from every node that can reach it. [m] by node id."""
        if node not in self._to:
            self._to[node] = self._dijkstra(self._forward.T.tocsr(), [self._at(node)])[0]
        return self._reached(self._to[node])

    def distance_matrix(
        self, tails: Sequence[str], heads: Sequence[str]
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the distances from every tail to every head; infinite without a way. [m]."""
        import numpy as np

        columns = [self._at(head) for head in heads]
        rows = [self._at(tail) for tail in tails]
        found = np.empty((len(rows), len(columns)))
        for start in range(0, len(rows), CHUNK):
            part = self._dijkstra(self._forward, rows[start : start + CHUNK])
            found[start : start + CHUNK] = part[:, columns]
        return found

    def pair_distances(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the distance of every (tail, head) pair; infinite without a way. [m]."""
        wanted: dict[int, list[int]] = {}
        for number, (tail, _) in enumerate(pairs):
            wanted.setdefault(self._at(tail), []).append(number)
        heads = [self._at(head) for _, head in pairs]
        rows = list(wanted)
        found = [0.0] * len(pairs)
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            for row, distances in zip(chunk, self._dijkstra(self._forward, chunk), strict=True):
                for number in wanted[row]:
                    found[number] = float(distances[heads[number]])
        return found

    def _at(self, node: str) -> int:
        if node not in self._index:
            raise InputError(f"the network {self.network.name!r} has no node {node!r}.")
        return self._index[node]

    def _row(self, tail: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        if tail not in self._from:
            self._from[tail] = self._dijkstra(self._forward, [self._at(tail)])[0]
        return self._from[tail]

    def _reached(self, row: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
        infinite = float("inf")
        return {
            node_id: value
            for node_id, value in zip(self._ids, row.tolist(), strict=True)
            if value != infinite
        }

    def _graph(self) -> csr_array:
        import numpy as np
        from scipy.sparse import csr_array

        shortest: dict[tuple[int, int], int] = {}
        for arc in self._open:
            pair = self._at(arc.tail), self._at(arc.head)
            shortest[pair] = min(arc.length_m, shortest.get(pair, arc.length_m))
        size = len(self._ids)
        tails = np.fromiter((pair[0] for pair in shortest), dtype=np.int32, count=len(shortest))
        heads = np.fromiter((pair[1] for pair in shortest), dtype=np.int32, count=len(shortest))
        lengths = np.fromiter(shortest.values(), dtype=np.float64, count=len(shortest))
        return csr_array((lengths, (tails, heads)), shape=(size, size))

    @staticmethod
    def _dijkstra(graph: csr_array, rows: Sequence[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
        import numpy as np
        from scipy.sparse.csgraph import dijkstra

        found: np.ndarray[Any, np.dtype[np.float64]] = np.atleast_2d(
            dijkstra(graph, directed=True, indices=list(rows))
        )
        return found


def strong_components(network: Network, year: int) -> list[frozenset[str]]:
    """Return the sets of nodes that can all reach each other in a year, largest first.

    Nodes that no open arc touches are left out: in that year they do not exist.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    arcs = [arc for arc in network.arcs if arc.is_open(year)]
    ids = sorted({end for arc in arcs for end in (arc.tail, arc.head)})
    if not ids:
        return []
    index = {node_id: i for i, node_id in enumerate(ids)}
    tails = np.array([index[arc.tail] for arc in arcs])
    heads = np.array([index[arc.head] for arc in arcs])
    graph = coo_array((np.ones(len(arcs)), (tails, heads)), shape=(len(ids), len(ids)))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    groups: dict[int, list[str]] = {}
    for node_id, number in zip(ids, part.tolist(), strict=True):
        groups.setdefault(number, []).append(node_id)
    return sorted(map(frozenset, groups.values()), key=lambda group: (-len(group), min(group)))


def to_networkx(network: Network, year: int) -> nx.MultiDiGraph:
    """Return the open network of a year as a networkx graph, for whoever analyses it further.

    Nodes and edges carry the fields of `Node` and `Arc`; the key of an edge is its arc id, and
    `length` is in metres as osmnx names it.
    """
    import networkx as nx

    graph = nx.MultiDiGraph(name=network.name, crs="EPSG:4326", year=year)
    for node in network.nodes:
        graph.add_node(
            node.id,
            x=node.lon,
            y=node.lat,
            kind=node.kind,
            elevation_m=node.elevation_m,
            route=node.route,
            carriageway=node.carriageway,
            chainage_m=node.chainage_m,
            name_zh=node.name_zh,
            name_en=node.name_en,
        )
    for arc in network.arcs:
        if arc.is_open(year):
            graph.add_edge(
                arc.tail,
                arc.head,
                key=arc.id,
                length=arc.length_m,
                kind=arc.kind,
                route=arc.route,
                carriageway=arc.carriageway,
                section=arc.section,
                length_basis=arc.length_basis,
            )
    return graph
