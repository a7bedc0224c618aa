"""Shortest ways are shortest, the same on every machine, and quick enough for a province."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.network.network import Arc, Network, Node
from corridor.network.paths import Router, strong_components, to_networkx


def _network(size: int, arcs: list[tuple[int, int, int]]) -> Network:
    return Network(
        name="random",
        nodes=tuple(Node(id=f"n{i:04d}", kind="shape", lon=0.0, lat=0.0) for i in range(size)),
        arcs=tuple(
            Arc(id=f"a{k:05d}", tail=f"n{t:04d}", head=f"n{h:04d}", length_m=m, kind="mainline")
            for k, (t, h, m) in enumerate(arcs)
        ),
        routes=(),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Draw a small directed network with parallel arcs and many equal lengths."""
    size = draw(st.integers(2, 8))
    end = st.integers(0, size - 1)
    arcs = draw(
        st.lists(
            st.tuples(end, end, st.integers(1, 4)).filter(lambda arc: arc[0] != arc[1]),
            max_size=24,
        )
    )
    return _network(size, arcs)


@given(network=networks(), seed=st.integers(0, 10))
@settings(max_examples=120, deadline=None)
def test_walks_are_shortest_and_do_not_depend_on_order(network: Network, seed: int) -> None:
    """Every walk is connected, as long as networkx says, and the same in any order of input."""
    graph = to_networkx(network, 2026)
    router = Router(network, 2026)
    mixed = random.Random(seed)
    nodes, arcs = list(network.nodes), list(network.arcs)
    mixed.shuffle(nodes)
    mixed.shuffle(arcs)
    other = Router(replace(network, nodes=tuple(nodes), arcs=tuple(arcs)), 2026)
    by_id = {arc.id: arc for arc in network.arcs}
    for tail in graph:
        lengths = nx.single_source_dijkstra_path_length(graph, tail, weight="length")
        assert dict(router.distances_from(tail)) == lengths
        for head in graph:
            walk = router.walk(tail, head)
            assert walk == other.walk(tail, head)
            if head not in lengths:
                assert walk is None
                continue
            assert walk is not None
            at = tail
            for name in walk:
                assert by_id[name].tail == at
                at = by_id[name].head
            assert at == head
            assert sum(by_id[name].length_m for name in walk) == lengths[head]


def test_matrix_pairs_and_ways_back_agree(tiny: Network) -> None:
    """All ways of asking for a distance give the same one."""
    router = Router(tiny, 2026)
    names = [node.id for node in tiny.nodes]
    matrix = router.distance_matrix(names, names)
    pairs = router.pair_distances([(a, b) for a in names for b in names])
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            one = router.distances_from(a).get(b, float("inf"))
            assert one == matrix[i][j] == pairs[i * len(names) + j]
            assert one == router.distances_to(b).get(a, float("inf"))


def test_a_turn_goes_through_the_toll_plaza(tiny: Network) -> None:
    """From one carriageway to the other a truck leaves by the plaza and comes back."""
    walk = Router(tiny, 2026).walk("n.diverge", "s.merge")
    assert walk == ("n.off", "s.on")


def test_only_open_arcs_are_driven(tiny: Network) -> None:
    """Before the opening year there is no way; closed roads are gone."""
    assert Router(tiny, 2019).walk("south-end", "town") is None
    closed = replace(
        tiny,
        arcs=tuple(
            replace(arc, close_year=2030) if arc.id == "n.off" else arc for arc in tiny.arcs
        ),
    )
    assert Router(closed, 2029).walk("south-end", "town") == ("n1", "n.off", "town.to")
    later = Router(closed, 2030).walk("south-end", "town")
    assert later == ("n1", "n2", "n3", "s1", "s.off", "town.to")
    assert strong_components(tiny, 2019) == []


def test_unknown_nodes_are_the_callers_fault(tiny: Network) -> None:
    """A node that is not there is named."""
    with pytest.raises(InputError, match="no node 'moon'"):
        Router(tiny, 2026).walk("moon", "town")


def test_ten_thousand_ods_on_five_thousand_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """10,000 OD distances on 5,000 nodes are one search per tail, many tails in one call."""
    wide, high, rng = 71, 71, random.Random(1)
    arcs = []
    for x in range(wide):
        for y in range(high):
            here = x * high + y
            for there in (
                (here + high) if x + 1 < wide else None,
                here + 1 if y + 1 < high else None,
            ):
                if there is not None:
                    arcs += [(here, there, rng.randint(1, 999)), (there, here, rng.randint(1, 999))]
    network = _network(wide * high, arcs)
    assert len(network.nodes) > 5000
    names = [node.id for node in network.nodes]
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(10_000)]
    calls: list[int] = []
    searched = Router._dijkstra

    def counted(graph: Any, rows: Sequence[int]) -> Any:
        calls.append(len(rows))
        return searched(graph, rows)

    monkeypatch.setattr(Router, "_dijkstra", staticmethod(counted))
    distances = Router(network, 2026).pair_distances(pairs)
    assert sum(calls) == len({tail for tail, _ in pairs})
    assert len(calls) < len(pairs) / 50
    assert max(distances) < float("inf")
