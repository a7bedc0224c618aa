"""Seeded instances of any size: corridors (trees) and planar road networks.

Towns have heavy-tailed sizes, flows follow a noisy gravity model of which the strongest pairs are
kept, trips take the shortest path, every junction is a site of cost 1. Lengths are whole metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CONVENTION = {
    "round_trip": True,
    "start_fuel": "1/2",
    "end_fuel": "0",
    "station_required": True,
}


def planar(
    sites: int, trips: int, seed: int, *, range_km: float = 300.0, side_km: float = 1000.0
) -> dict[str, Any]:
    """Return a planar road network: a thinned Gabriel graph of random points.

    Parameters
    ----------
    sites
        Number of nodes, each a site.
    trips
        Number of origin-destination pairs.
    seed
        Seed; the same seed gives the same instance.
    range_km, side_km
        Range of a full tank, and side of the square. [km]
    """
    rng = np.random.default_rng([1, seed, sites, trips])
    point = rng.uniform(0, side_km, (sites, 2))
    tail, head = _gabriel(point)
    straight = np.linalg.norm(point[tail] - point[head], axis=1)
    tree = minimum_spanning_tree(csr_matrix((straight, (tail, head)), shape=(sites, sites)))
    spanning = set(zip(*(ends.tolist() for ends in tree.nonzero()), strict=True))
    kept = np.array(
        [pair in spanning for pair in zip(tail.tolist(), head.tolist(), strict=True)], bool
    )
    kept |= rng.random(len(tail)) > 0.15
    tail, head = tail[kept], head[kept]
    metres = np.round(1000 * straight[kept] * rng.uniform(1.05, 1.35, len(tail))).astype(np.int64)
    wanted = int(np.ceil((1 + np.sqrt(1 + 8 * trips * 1.4)) / 2)) + 2
    towns = rng.choice(sites, min(sites, wanted), replace=False)
    people = rng.pareto(1.2, len(towns)) + 0.2
    name = f"planar {sites}/{trips} seed {seed}"
    return _instance(rng, name, sites, (tail, head, metres), towns, people, trips, 80, range_km)


def _gabriel(point: Floats) -> tuple[Ints, Ints]:
    """Return the edges of whose diameter circle holds no third point."""
    corners = Delaunay(point).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    middle = (point[pairs[:, 0]] + point[pairs[:, 1]]) / 2
    radius = np.linalg.norm(point[pairs[:, 0]] - point[pairs[:, 1]], axis=1) / 2
    nearest, _ = cKDTree(point).query(middle)
    empty = nearest >= radius * 0.999
    return pairs[empty, 0].astype(np.int64), pairs[empty, 1].astype(np.int64)


def corridor(
    sites: int, trips: int, seed: int, *, range_km: float = 350.0, spacing_km: float = 28.0
) -> dict[str, Any]:
    """Return an expressway corridor: a trunk with branches, towns at ends and junctions first.

    Parameters
    ----------
    sites
        Number of nodes, each a site.
    trips
        Number of origin-destination pairs.
    seed
        Seed; the same seed gives the same instance.
    range_km, spacing_km
        Range of a full tank, and mean distance of neighbouring sites. [km]
    """
    rng = np.random.default_rng([2, seed, sites, trips])
    trunk = max(8, int(0.45 * sites))
    branches = max(3, sites // 12)
    parent = list(range(trunk - 1))
    ends, junctions = [0, trunk - 1], []
    spare = sites - trunk - branches
    for more in rng.multinomial(spare, np.ones(branches) / branches):
        at = int(rng.integers(1, len(parent)))
        junctions.append(at)
        for _ in range(int(more) + 1):
            parent.append(at)
            at = len(parent)
        ends.append(at)
    count = len(parent) + 1
    tail, head = np.array(parent, np.int64), np.arange(1, count, dtype=np.int64)
    metres = np.round(1000 * rng.gamma(6, spacing_km / 6, count - 1)).astype(np.int64)
    first = list(dict.fromkeys(ends + junctions))
    rest = [k for k in rng.permutation(count).tolist() if k not in set(first)]
    wanted = int(np.ceil((1 + np.sqrt(1 + 8 * trips * 1.4)) / 2)) + 1
    towns = np.array((first + rest)[: min(count, max(wanted, 4))])
    people = rng.pareto(1.3, len(towns)) + 0.3
    name = f"corridor {sites}/{trips} seed {seed}"
    return _instance(rng, name, count, (tail, head, metres), towns, people, trips, 60, range_km)


def _instance(
    rng: np.random.Generator,
    name: str,
    count: int,
    edges: tuple[Ints, Ints, Ints],
    towns: Ints,
    people: Floats,
    trips: int,
    least_km: float,
    range_km: float,
) -> dict[str, Any]:
    """Return the document of a network, its towns and the strongest flows between them."""
    tail, head, metres = edges
    both = (np.r_[metres, metres], (np.r_[tail, head], np.r_[head, tail]))
    roads = csr_matrix(both, shape=(count, count)).astype(float)
    distance, before = dijkstra(roads, indices=towns, return_predecessors=True)
    one, two = np.triu_indices(len(towns), 1)
    far = distance[one, towns[two]] / 1000
    apart = (far >= least_km) & np.isfinite(far)
    one, two, far = one[apart], two[apart], far[apart]
    pull = people[one] * people[two] / far**1.5 * rng.lognormal(0, 0.5, len(one))
    strongest = np.argsort(-pull, kind="stable")[:trips]
    flow = np.maximum(1, np.round(pull[strongest] / pull[strongest].sum() * 1e6)).astype(int)
    rows = []
    for k, vehicles in zip(strongest.tolist(), flow.tolist(), strict=True):
        start, node = towns[one[k]], towns[two[k]]
        path = [int(node)]
        while path[-1] != start:
            path.append(int(before[one[k], path[-1]]))
        path.reverse()
        ends = f"{path[0]}-{path[-1]}"
        rows.append({"id": ends, "flow": vehicles, "paths": [[str(n) for n in path]]})
    return {
        "schema": "corridor.instance/1",
        "name": name,
        "source": "generated by benchmarks/generate.py",
        "unit": "km",
        "directed": False,
        "edges": [
            [str(a), str(b), m / 1000]
            for a, b, m in zip(tail.tolist(), head.tolist(), metres.tolist(), strict=True)
        ],
        "trips": rows,
        "sites": [{"id": str(k), "nodes": [str(k)], "cost": 1} for k in range(count)],
        "vehicle": {"range": range_km},
        "convention": dict(CONVENTION),
        "asks": [],
    }
