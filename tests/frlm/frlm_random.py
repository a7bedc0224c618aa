"""Random small instances over every convention and ask of the format, from a seed."""

from __future__ import annotations

import random

FUELS = ["0", "1/3", "1/2", "3/4", "1"]
LENGTHS = [0, 0, 1, 1, 2, 3, 4, 2.5, 0.1]
COSTS = [1, 1, 2, 3.5, 5]
FLOWS = [0, 1, 1, 2.5, 7, 10]


def instance(seed, nodes=(3, 6), trips=(1, 5)):
    """Return a random document with one ask."""
    rng = random.Random(seed)
    count = rng.randint(*nodes)
    ids = [str(k) for k in range(count)]
    directed = rng.random() < 0.3
    edges = _edges(rng, ids, directed)
    rule = _convention(rng)
    document = {
        "schema": "corridor.instance/1",
        "name": f"random {seed}",
        "directed": directed,
        "edges": edges,
        "trips": [],
        "sites": _sites(rng, ids),
        "vehicle": {"range": rng.choice([2, 3, 4, 5, 6, 8, 10])},
        "convention": rule,
        "asks": [_ask(rng)],
    }
    ways = {}
    for tail, head, _ in edges:
        ways.setdefault(tail, []).append(head)
        if not directed:
            ways.setdefault(head, []).append(tail)
    for k in range(rng.randint(*trips)):
        document["trips"].append(_trip(rng, k, ids, ways, rule))
    if rng.random() < 0.3:  # a duplicate row
        document["trips"].append(dict(rng.choice(document["trips"])))
    return document


def _edges(rng, ids, directed):
    """Draw a tree and a few more edges, parallel ones and a loop edge among them."""
    pairs = [(ids[k], ids[rng.randrange(k)]) for k in range(1, len(ids))]
    for _ in range(rng.randint(0, 3)):
        pairs.append((rng.choice(ids), rng.choice(ids)))
    scale = rng.choice([1, 1, 2])
    edges = [[a, b, rng.choice(LENGTHS) * scale] for a, b in pairs]
    if directed:
        edges += [[b, a, rng.choice(LENGTHS) * scale] for a, b in pairs]
    return edges


def _convention(rng):
    round_trip = rng.random() < 0.55
    return {
        "round_trip": round_trip,
        "start_fuel": rng.choice(FUELS),
        "end_fuel": "0" if round_trip else rng.choice(FUELS),
        "station_required": rng.random() < 0.5,
    }


def _sites(rng, ids):
    sites = []
    special = rng.random() < 0.5
    for k, node in enumerate(ids):
        if rng.random() < 0.1:
            continue
        nodes = [node]
        if rng.random() < 0.2:
            nodes.append(rng.choice(ids))
        site = {"id": f"s{k}", "nodes": nodes, "cost": rng.choice(COSTS)}
        if special and rng.random() < 0.35:
            site["status"] = rng.choice(["existing", "barred"])
        sites.append(site)
    if rng.random() < 0.2:  # two sites at one node
        sites.append({"id": "twin", "nodes": [rng.choice(ids)], "cost": rng.choice(COSTS)})
    return sites


def _walk(rng, ids, ways):
    """Draw a walk that seldom turns back; it may pass nodes twice or close a loop."""
    path = [rng.choice(ids)]
    for _ in range(rng.choice([0, 1, 2, 2, 3, 3, 4, 5])):
        steps = ways.get(path[-1], [])
        ahead = [s for s in steps if s not in path] or (steps if rng.random() < 0.3 else [])
        if not ahead:
            break
        path.append(rng.choice(ahead))
    return path


def _trip(rng, k, ids, ways, rule):
    trip = {"id": f"q{k}", "flow": rng.choice(FLOWS)}
    if rng.random() < 0.15:
        trip["origin"], trip["destination"] = rng.choice(ids), rng.choice(ids)
    else:
        trip["paths"] = [_walk(rng, ids, ways) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    if rng.random() < 0.2:
        trip["range"] = rng.choice([1, 3, 4.5, 7])
    if rng.random() < 0.2:
        own = _convention(rng)
        keys = [key for key in own if rng.random() < 0.7]
        trip["convention"] = {key: own[key] for key in keys}
        merged = {**rule, **trip["convention"]}
        if merged["round_trip"]:
            trip["convention"]["end_fuel"] = "0"
    return trip


def _ask(rng):
    kind = rng.choice(["stations", "stations", "budget", "min_stations", "min_cost"])
    if kind == "stations":
        ask = {"objective": "max_flow", "stations": rng.randint(0, 4)}
    elif kind == "budget":
        ask = {"objective": "max_flow", "budget": rng.choice([0, 1, 2.5, 4, 6.5, 9])}
    else:
        share = rng.choice(["1", "1", "1/2", "2/3", "9/10", "1/4", "0"])
        ask = {"objective": kind, "coverable_share": share}
    if rng.random() < 0.3:
        ask["range"] = rng.choice([2, 3, 4.5, 6, 9])
    if rng.random() < 0.3:
        ask["strict"] = True
    if rng.random() < 0.35:
        ask["backup"] = rng.choice([1, 1, 2])
    return ask


def spread(document, rng):
    """Spread costs and flows of a document over many orders of magnitude."""
    for site in document["sites"]:
        if "cost" in site:
            site["cost"] *= 10 ** rng.choice([0, 0, 3, 6, 9, 12])
    for trip in document["trips"]:
        trip["flow"] *= 10 ** rng.choice([0, 0, 3, 6, 9, 12])
    ask = document["asks"][0]
    if "budget" in ask:
        ask["budget"] *= 10 ** rng.choice([0, 3, 6, 9, 12])
    return document
