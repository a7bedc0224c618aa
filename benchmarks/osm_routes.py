"""How long 10,000 OD routes take on a network of 5,000 nodes built from OpenStreetMap objects.

Usage: python -m benchmarks.osm_routes

The objects are a grid of expressways; the network is built by the product's own builder and the
routes by its own router: distances of all pairs, and the ways arc by arc. Target: 3 s.
"""

from __future__ import annotations

import json
import random
import sys
import time

from corridor.network.network import Network
from corridor.network.osm import build_network
from corridor.network.osm.objects import E7, Extract, OsmNode, OsmWay
from corridor.network.paths import Router

PAIRS, SEED, TARGET_S = 10_000, 7, 3.0


def grid(side: int) -> Network:
    """Return the network of a square grid of two-way expressways with about 2 x side² nodes."""
    extract = Extract()
    for row in range(side):
        for column in range(side):
            lon = 100 + 0.05 * column + 0.004 * ((row * 7 + column * 3) % 5)
            lat = 24 + 0.05 * row
            key = row * side + column + 1
            extract.add_node(key, OsmNode(round(lon * E7), round(lat * E7), {}))
    way = 0
    for row in range(side):
        for column in range(side):
            here = row * side + column + 1
            for other in (
                here + 1 if column + 1 < side else 0,
                here + side if row + 1 < side else 0,
            ):
                if other:
                    way += 1
                    tags = {"highway": "trunk", "ref": f"T{way}"}
                    extract.add_way(way, OsmWay((here, other), tags))
    return build_network(extract)[0]


def main() -> None:
    """Build, route, print."""
    started = time.perf_counter()
    network = grid(36)
    built_s = time.perf_counter() - started
    ids = [node.id for node in network.nodes]
    chance = random.Random(SEED)
    pairs = [(chance.choice(ids), chance.choice(ids)) for _ in range(PAIRS)]
    started = time.perf_counter()
    router = Router(network, 2026)
    distances = router.pair_distances(pairs)
    distances_s = time.perf_counter() - started
    started = time.perf_counter()
    router = Router(network, 2026)
    walks = [router.walk(tail, head) for tail, head in pairs]
    walks_s = time.perf_counter() - started
    lengths = {arc.id: arc.length_m for arc in network.arcs}
    agree = all(
        walk is None or sum(lengths[arc] for arc in walk) == distance
        for walk, distance in zip(walks, distances, strict=True)
    )
    result = {
        "nodes": len(network.nodes),
        "arcs": len(network.arcs),
        "pairs": PAIRS,
        "reached": sum(walk is not None for walk in walks),
        "build_s": round(built_s, 2),
        "distances_s": round(distances_s, 2),
        "ways_s": round(walks_s, 2),
        "distances_agree_with_ways": agree,
        "met": agree and distances_s < TARGET_S,
    }
    print(json.dumps(result, indent=1))
    sys.exit(0 if result["met"] else 1)


if __name__ == "__main__":
    main()
