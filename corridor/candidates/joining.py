"""Join a site to the road network: at a place, at the nearest gate, or on one carriageway."""

from __future__ import annotations

from dataclasses import replace

from corridor.core.errors import InternalError
from corridor.network.geometry import LonLat, distance_m, foot_on_line
from corridor.network.junctions import access_arcs
from corridor.network.network import Arc, Network, Node

ACCESS_RATIO = 1.2
"""Mountain road over straight line: engineering assumption, as for the embedded places. [-]"""
FARTHEST_GATE_M = 20_000
"""A site farther than this from any toll plaza or place joins no road. [m]"""
FARTHEST_SIDE_M = 2_000
"""A site of one carriageway farther than this from it does not lie at it. [m]"""
GATES = ("plaza", "terminal")


class Joiner:
    """Adds the nodes and roads of sites to a network; `network` holds what has been joined.

    Parameters
    ----------
    network
        The network so far.
    """

    def __init__(self, network: Network) -> None:
        self._base = network
        self._nodes = {node.id: node for node in network.nodes}
        self._arcs = {arc.id: arc for arc in network.arcs}
        self._opened: dict[str, int] = {}
        for arc in network.arcs:
            self._opened[arc.tail] = min(arc.open_year, self._opened.get(arc.tail, arc.open_year))

    @property
    def network(self) -> Network:
        """The network with everything that was joined, in canonical order."""
        return replace(
            self._base,
            nodes=tuple(sorted(self._nodes.values(), key=lambda node: node.id)),
            arcs=tuple(sorted(self._arcs.values(), key=lambda arc: arc.id)),
        )

    def node(self, node_id: str) -> Node:
        """Return a node."""
        return self._nodes[node_id]

    def has(self, node_id: str) -> bool:
        """Whether there is such a node."""
        return node_id in self._nodes

    def nearest_gate(self, at: LonLat) -> tuple[Node, float] | None:
        """Return the nearest toll plaza or place, and how far it is. [m]."""
        best: tuple[float, str] | None = None
        for node in self._nodes.values():
            if node.kind in GATES:
                found = round(distance_m((node.lon, node.lat), at), 1), node.id
                best = found if best is None else min(best, found)
        return None if best is None else (self._nodes[best[1]], best[0])

    def at_gate(
        self, site: str, gate: Node, at: LonLat, access_m: int, names: tuple[str, str]
    ) -> Node:
        """Add a site off the road, reached from a gate and left by the same road.

        Parameters
        ----------
        access_m
            Length of that road, one way; at least 1. [m]
        names
            Chinese and English.
        """
        node = Node(
            id=f"site.{site}",
            kind="site",
            lon=at[0],
            lat=at[1],
            elevation_m=gate.elevation_m,
            name_zh=names[0],
            name_en=names[1],
        )
        self._add(node)
        year = self._opened.get(gate.id, 0)
        for arc in access_arcs(node.id, gate.id, node.id, max(1, access_m), year):
            self._arcs[arc.id] = arc
        return node

    def nearest_side(self, at: LonLat, carriageway: str) -> tuple[Arc, float, float] | None:
        """Return the arc of a carriageway nearest to a position.

        Returns
        -------
        tuple or None
            The arc, the distance from it [m] and the share of it before the foot [-]; None where
            no carriageway has that name.
        """
        best: tuple[float, str, float] | None = None
        for arc in self._arcs.values():
            if arc.kind != "mainline" or arc.carriageway != carriageway:
                continue
            ends = self._nodes[arc.tail], self._nodes[arc.head]
            line = [(node.lon, node.lat) for node in ends]
            foot = foot_on_line(line, at)
            length = distance_m(*line)
            share = 0.0 if length == 0 else foot.along_m / length
            found = round(foot.distance_m, 1), arc.id, share
            best = found if best is None else min(best, found)
        return None if best is None else (self._arcs[best[1]], best[0], best[2])

    def on_side(
        self, site: str, arc: Arc, share: float, at: LonLat, names: tuple[str, str]
    ) -> Node:
        """Add a site on a carriageway by cutting an arc in two; its length stays the same.

        Parameters
        ----------
        share
            Share of the arc before the site. [-]
        """
        tail, head = self._nodes[arc.tail], self._nodes[arc.head]
        if arc.length_m < 2:
            raise InternalError(f"{arc.id} is too short to be cut.")
        before = min(arc.length_m - 1, max(1, round(share * arc.length_m)))
        part = before / arc.length_m
        chainage = elevation = None
        if tail.chainage_m is not None and head.chainage_m is not None:
            chainage = round(tail.chainage_m + part * (head.chainage_m - tail.chainage_m))
        if tail.elevation_m is not None and head.elevation_m is not None:
            rise = head.elevation_m - tail.elevation_m
            elevation = round(tail.elevation_m + part * rise, 1)
        node = Node(
            id=f"site.{site}",
            kind="site",
            lon=at[0],
            lat=at[1],
            elevation_m=elevation,
            route=arc.route,
            carriageway=arc.carriageway,
            chainage_m=chainage,
            name_zh=names[0],
            name_en=names[1],
        )
        self._add(node)
        self._arcs[arc.id] = replace(arc, head=node.id, length_m=before)
        rest = replace(arc, id=f"{arc.id}.{site}", tail=node.id, length_m=arc.length_m - before)
        self._arcs[rest.id] = rest
        return node

    def _add(self, node: Node) -> None:
        if node.id in self._nodes:
            raise InternalError(f"node {node.id} is there twice.")
        self._nodes[node.id] = node
