"""Altitude of every node: linear between the few known altitudes, never a terrain profile.

A raster profile along a mountain expressway would drop into every gorge that a viaduct crosses
and climb every ridge that a tunnel pierces. Known are the service-area sides and the towns. Both
carriageways share one profile per route. Where roads meet at an unknown altitude, the altitude is
the one at which the linear profiles join: the mean of the neighbours, weighted by 1/distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from corridor.network.network import Arc, Node

Key = tuple[str, int] | str


def _key(node: Node) -> Key:
    """Return what shares one altitude: a chainage of a route, or a node off it."""
    if node.route and node.chainage_m is not None and node.kind != "plaza":
        return node.route, node.chainage_m
    return node.id


def with_elevation(
    nodes: Sequence[Node], arcs: Sequence[Arc], known_m: Iterable[tuple[str, float]]
) -> list[Node]:
    """Return the nodes with altitudes interpolated between the known ones.

    Parameters
    ----------
    known_m
        Node id and its altitude. [m]

    Returns
    -------
    list of Node
        Altitudes rounded to 0.1 m; None where no known altitude can be reached.
    """
    by_id = {node.id: node for node in nodes}
    fixed: dict[Key, float] = {}
    for node_id, altitude in known_m:
        fixed[_key(by_id[node_id])] = altitude
    links = _links(by_id, arcs)
    keys = sorted({key for pair in links for key in pair} | set(fixed), key=repr)
    solved = _joined(keys, links, fixed)
    return [
        replace(node, elevation_m=None if solved.get(_key(node)) is None else solved[_key(node)])
        for node in nodes
    ]


def _links(by_id: dict[str, Node], arcs: Sequence[Arc]) -> dict[tuple[Key, Key], float]:
    """Return the pieces of road between points of one altitude, with their lengths. [m]."""
    links: dict[tuple[Key, Key], float] = {}
    stations: dict[str, set[int]] = {}
    for node in by_id.values():
        if isinstance(_key(node), tuple) and node.chainage_m is not None:
            stations.setdefault(node.route, set()).add(node.chainage_m)
    for route, chainages in stations.items():
        for before, after in pairwise(sorted(chainages)):
            links[(route, before), (route, after)] = float(after - before)
    for arc in arcs:
        if arc.kind != "mainline":
            tail, head = sorted((_key(by_id[arc.tail]), _key(by_id[arc.head])), key=repr)
            links[tail, head] = min(float(arc.length_m), links.get((tail, head), float("inf")))
    return links


def _joined(
    keys: list[Key], links: dict[tuple[Key, Key], float], fixed: dict[Key, float]
) -> dict[Key, float]:
    """Solve for the altitudes at which all linear profiles join (a harmonic function)."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import spsolve

    index = {key: i for i, key in enumerate(keys)}
    tails = np.array([index[a] for a, _ in links])
    heads = np.array([index[b] for _, b in links])
    weight = 1.0 / np.array(list(links.values()))
    size = len(keys)
    graph = coo_array((weight, (tails, heads)), shape=(size, size)).tocsr()
    _, part = connected_components(graph, directed=False)
    reached = {part[index[key]] for key in fixed}
    free = [i for i, key in enumerate(keys) if key not in fixed and part[i] in reached]
    level = np.full(size, np.nan)
    for key, altitude in fixed.items():
        level[index[key]] = altitude
    if free:
        both = graph + graph.T
        rows = both[free]
        known = [index[key] for key in fixed]
        matrix = (
            coo_array((rows.sum(axis=1), (np.arange(len(free)), np.arange(len(free))))).tocsr()
            - rows[:, free]
        )
        level[free] = spsolve(matrix.tocsc(), rows[:, known] @ level[known])
    return {key: round(float(level[i]), 1) for key, i in index.items() if not np.isnan(level[i])}
