"""The road network of an instance, and its shortest paths with exact ties."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from corridor.frlm.instance.exact import common_denominator, whole


@dataclass(frozen=True, slots=True)
class Roads:
    """Nodes and the shortest arc between each two.

    Parameters
    ----------
    nodes
        Node ids, in order of code points: comparing indices compares ids.
    index
        Index of each id.
    lengths
        Length of each arc. [file's unit]
    both_ways
        True: whatever may be driven may be driven back.
    """

    nodes: tuple[str, ...]
    index: Mapping[str, int]
    lengths: Mapping[tuple[int, int], Fraction]
    both_ways: bool
    _whole: dict[tuple[int, int], int] = field(default_factory=dict, repr=False)
    _into: list[list[int]] = field(default_factory=list, repr=False)
    _out_of: list[list[int]] = field(default_factory=list, repr=False)
    _to_go: dict[int, dict[int, int]] = field(default_factory=dict, repr=False)

    @classmethod
    def build(
        cls,
        edges: Iterable[tuple[str, str, Fraction]],
        *,
        directed: bool,
        extra: Iterable[str] = (),
    ) -> Roads:
        """Return the network of some edges; the shortest of parallel ones counts."""
        edges = list(edges)
        names = {tail for tail, _, _ in edges} | {head for _, head, _ in edges} | set(extra)
        nodes = tuple(sorted(names))
        index = {node: k for k, node in enumerate(nodes)}
        lengths: dict[tuple[int, int], Fraction] = {}
        for tail, head, length in edges:
            ways = [(index[tail], index[head])]
            if not directed:
                ways.append((index[head], index[tail]))
            for arc in ways:
                if arc not in lengths or length < lengths[arc]:
                    lengths[arc] = length
        return cls(nodes, index, lengths, both_ways=not directed)

    def closed_legs(self, path: Sequence[int], *, there_and_back: bool) -> list[tuple[int, int]]:
        """Return the legs of a path that may not be driven, those of the way back after all others.

        Parameters
        ----------
        path
            Node indices.
        there_and_back
            True: the path is also driven from its end to its start.
        """
        is_open = self.lengths.__contains__
        if all(map(is_open, pairwise(path))) and (self.both_ways or not there_and_back):
            return []
        legs = list(pairwise(path))
        if there_and_back:
            legs += [(head, tail) for tail, head in legs]
        return [leg for leg in legs if not is_open(leg)]

    def shortest_path(self, origin: int, destination: int) -> tuple[int, ...] | None:
        """Return the shortest path; of tied ones the smallest sequence of ids.

        Returns
        -------
        tuple or None
            Node indices; None where no path leads to the destination.
        """
        self._prepare()
        if destination not in self._to_go:
            self._to_go[destination] = self._distances_to(destination)
        to_go = self._to_go[destination]
        if origin not in to_go:
            return None
        path = [origin]
        while path[-1] != destination:
            path.append(self._next(path, destination, to_go))
        return tuple(path)

    def _prepare(self) -> None:
        """Scale lengths to whole numbers, once."""
        if self._into:
            return
        scale = common_denominator(self.lengths.values())
        self._whole.update({arc: whole(length, scale) for arc, length in self.lengths.items()})
        self._into.extend([] for _ in self.nodes)
        self._out_of.extend([] for _ in self.nodes)
        for tail, head in sorted(self.lengths):
            self._into[head].append(tail)
            self._out_of[tail].append(head)

    def _distances_to(self, destination: int) -> dict[int, int]:
        """Return the distance of every node that reaches the destination (Dijkstra)."""
        done: dict[int, int] = {}
        heap = [(0, destination)]
        while heap:
            distance, node = heapq.heappop(heap)
            if node in done:
                continue
            done[node] = distance
            for tail in self._into[node]:
                if tail not in done:
                    heapq.heappush(heap, (distance + self._whole[tail, node], tail))
        return done

    def _tight(self, node: int, to_go: Mapping[int, int]) -> list[int]:
        """Return the heads of the arcs on shortest paths out of a node, smallest id first."""
        return [
            head
            for head in self._out_of[node]
            if head in to_go and to_go[node] == self._whole[node, head] + to_go[head]
        ]

    def _next(self, path: list[int], destination: int, to_go: Mapping[int, int]) -> int:
        """Return the smallest next node from which the destination is still reached simply."""
        for head in self._tight(path[-1], to_go):
            if head in path:
                continue
            # Only arcs of length 0 can lead back to a node already passed.
            if to_go[head] < to_go[path[-1]] or self._reaches(head, destination, path, to_go):
                return head
        raise AssertionError("a finite distance has a path")

    def _reaches(
        self, node: int, destination: int, passed: list[int], to_go: Mapping[int, int]
    ) -> bool:
        """Tell whether shortest arcs lead to the destination without a node already passed."""
        seen = {*passed, node}
        stack = [node]
        while stack:
            here = stack.pop()
            if here == destination:
                return True
            fresh = [head for head in self._tight(here, to_go) if head not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        return False
