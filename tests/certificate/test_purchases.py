"""Claim: whether a truck can keep the least purchase is answered as by trying every set of stops."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

from corridor.certificate.purchases import keeps_least


def possible(
    commodity: dict[str, Any], variant: dict[str, Any], at_g: list[int], least: int
) -> bool:
    """Whether a truck gets through with at least so much at every stop, and buys what it needs.

    Levels on arrival and on leaving are unknowns whose differences are bounded; such a system has a
    solution unless some circle of bounds asks for more than itself (Bellman 1958, Ford 1956).
    """
    usable, total = int(commodity["usable_g"]), int(variant["total_g"])
    count = len(at_g)
    zero = 2 * count  # unknown n is the level on arrival at stop n, count + n on leaving it
    bounds = []  # (a, b, g): level b is at least level a + g
    for n, g in enumerate(at_g):
        bounds += [(zero, n, 0), (count + n, zero, -usable), (n, count + n, least)]
        if n + 1 < count:
            burnt = at_g[n + 1] - g
            bounds += [(count + n, n + 1, -burnt), (n + 1, count + n, burnt)]
    if commodity["convention"] == "LOOP":
        burnt = at_g[0] + total - at_g[-1]
        bounds += [(2 * count - 1, 0, -burnt), (0, 2 * count - 1, burnt)]
    else:
        first = int(commodity["start_g"]) - at_g[0]
        last = int(commodity["end_g"]) + total - at_g[-1]
        bounds += [(zero, 0, first), (0, zero, -first)]
        bounds += [(zero, 2 * count - 1, last), (2 * count - 1, zero, -last)]
    level = [0] * (zero + 1)
    for _ in range(len(level) + 1):
        changed = False
        for a, b, g in bounds:
            if level[a] + g > level[b]:
                level[b] = level[a] + g
                changed = True
        if not changed:
            return True
    return False


def test_the_least_purchase_can_be_kept_where_some_set_of_stops_keeps_it() -> None:
    """Up to 1,200 trips, there and back or one way, with and without detours."""
    rng = random.Random(5)
    answers = [0, 0]
    for _ in range(1200):
        usable = rng.randint(8, 30)
        total = rng.randint(usable // 2, 3 * usable)
        visits = [
            {"site": rng.choice("abcde"), "at_g": at}
            for at in sorted(rng.sample(range(total), min(total, rng.randint(1, 6))))
        ]
        loop = rng.random() < 0.5
        commodity = {
            "convention": "LOOP" if loop else "ONEWAY",
            "usable_g": usable,
            "start_g": rng.randint(0, usable),
            "end_g": rng.randint(0, usable // 2),
        }
        variant = {
            "total_g": total,
            "visits": visits,
            "detour_sites": [rng.choice("abcde")] if rng.random() < 0.4 else [],
        }
        least = rng.randint(1, usable)
        need = total if loop else total + commodity["end_g"] - commodity["start_g"]
        if need < least:
            continue
        meant = [n for n, v in enumerate(visits) if v["site"] in variant["detour_sites"]]
        expected = any(
            set(meant) <= set(some)
            and possible(commodity, variant, [visits[n]["at_g"] for n in some], least)
            for size in range(1, len(visits) + 1)
            for some in combinations(range(len(visits)), size)
        )
        assert keeps_least(commodity, variant, visits, least) == expected
        answers[expected] += 1
    assert min(answers) > 100
