"""A dynamic programme on lines agrees with the engine."""

from __future__ import annotations

import itertools
import random
from functools import lru_cache

import frlm_cases

from corridor.frlm import parse_instance, solve_instance


def best_on_a_line(positions, trips, tank, stations):
    """Return the most flow on a line by dynamic programming.

    One-way trips leave with a full tank and may arrive empty. The state is where the chain of
    stations that reach each other began, the last station, and how many stand already; a trip is
    counted when the last station it passes is left behind.
    """
    free = sum(f for o, d, f in trips if d - o <= tank)
    count = len(positions)

    def gain(chain, last, following):
        total = 0
        for o, d, f in trips:
            ends_here = positions[last] <= d and (following is None or d < positions[following])
            within = d - positions[last] <= tank and o <= positions[last]
            reached = o > positions[chain] or positions[chain] - o <= tank
            if d - o > tank and ends_here and within and reached:
                total += f
        return total

    @lru_cache(None)
    def value(chain, last, used):
        best = gain(chain, last, None)
        if used < stations:
            for k in range(last + 1, count):
                linked = positions[k] - positions[last] <= tank
                more = value(chain if linked else k, k, used + 1)
                best = max(best, gain(chain, last, k) + more)
        return best

    starts = [value(j, j, 1) for j in range(count)] if stations else []
    return free + max([0, *starts])


def test_random_lines():
    served = 0
    for seed in range(700):
        rng = random.Random(seed)
        stops = sorted(rng.sample(range(40), rng.randint(4, 10)))
        positions = sorted(rng.sample(stops, rng.randint(2, len(stops))))
        tank = rng.randint(4, 20)
        trips = []
        for _ in range(rng.randint(1, 12)):
            o, d = sorted(rng.sample(stops, 2))
            trips.append((o, d, rng.randint(1, 9)))
        edges = [[str(a), str(b), b - a] for a, b in itertools.pairwise(stops)]
        rows = [
            {"id": str(k), "flow": f, "paths": [[str(s) for s in stops if o <= s <= d]]}
            for k, (o, d, f) in enumerate(trips)
        ]
        sites = [{"id": f"s{p}", "nodes": [str(p)], "cost": 1} for p in positions]
        stations = rng.randint(0, 4)
        document = frlm_cases.document(
            "line",
            edges,
            rows,
            sites,
            tank,
            frlm_cases.rule(round_trip=False, start="1", station_required=False),
            [{"objective": "max_flow", "stations": stations}],
        )
        [answer] = solve_instance(parse_instance(document))
        assert answer.value == best_on_a_line(positions, trips, tank, stations), seed
        served += answer.value
    assert served > 1000
