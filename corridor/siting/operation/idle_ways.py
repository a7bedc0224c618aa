"""Detour ways that give nothing while the sites that they are driven for are closed."""

from __future__ import annotations

from itertools import pairwise

from corridor.siting.problem import Commodity, Variant


def extra_sites(flow: Commodity) -> list[frozenset[int] | None]:
    """Per way, the sites without which another way gives the same stops for no more; None: unknown.

    Way p gives nothing that the first way does not give better when its extra sites are closed, its
    other stops are stops of the first way in the same order, and it burns and costs no less
    between any two of them.
    """
    found: list[frozenset[int] | None] = []
    for p, way in enumerate(flow.ways):
        if p == 0:
            found.append(None)
            continue
        base = flow.ways[0]
        own = {stop.site for stop in base.stops}
        extra = frozenset(stop.site for stop in way.stops) - own
        found.append(extra if _dominated(flow, base, way, extra) else None)
    return found


def _dominated(flow: Commodity, base: Variant, way: Variant, extra: frozenset[int]) -> bool:
    if way.cost_cny_per_trip < base.cost_cny_per_trip or way.total_g < base.total_g:
        return False
    common = [stop for stop in way.stops if stop.site not in extra]
    left = iter(base.stops)
    matched = []
    for stop in common:
        twin = next((b for b in left if b.site == stop.site), None)
        if twin is None:
            return False
        matched.append((twin.at_g, stop.at_g))
    ends = [(base.total_g, way.total_g)]
    if flow.loop and matched:
        ends = [(matched[0][0] + base.total_g, matched[0][1] + way.total_g)]
    marks = [*([] if flow.loop else [(0, 0)]), *matched, *ends]
    return all(b[0] - a[0] <= b[1] - a[1] for a, b in pairwise(marks))
