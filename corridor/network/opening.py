"""When the road at a node opens, and which stretches of a carriageway are open in a year."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

from corridor.network.network import Arc, Network, Route


def opening_years(network: Network, nodes: Iterable[str]) -> dict[str, int]:
    """Return the first year in which trucks of an expressway can reach each node and go on.

    The road of a node on a carriageway is the carriageway itself. A node off the road, such as an
    exit or a park, opens with the first expressway from which ramps and access roads lead there,
    and to which they lead back.

    Parameters
    ----------
    network
        Arcs with their years.
    nodes
        Node ids.

    Returns
    -------
    dict
        Node -> year; 0 where no expressway leads there, so that nothing is known to be closed.
    """
    out: dict[str, list[tuple[str, Arc]]] = defaultdict(list)
    into: dict[str, list[tuple[str, Arc]]] = defaultdict(list)
    for arc in network.arcs:
        out[arc.tail].append((arc.head, arc))
        into[arc.head].append((arc.tail, arc))
    found = {}
    for node in nodes:
        years = [_first_year(node, out), _first_year(node, into)]
        found[node] = max((year for year in years if year is not None), default=0)
    return found


def _first_year(node: str, links: dict[str, list[tuple[str, Arc]]]) -> int | None:
    """Return the least year by which every arc of some way to an expressway is open."""
    reached: set[str] = set()
    heap = [(0, node)]
    best: int | None = None
    while heap:
        year, here = heapq.heappop(heap)
        if here in reached:
            continue
        if best is not None and year >= best:
            break
        reached.add(here)
        for there, arc in links.get(here, ()):
            later = max(year, arc.open_year)
            if arc.kind != "mainline":
                heapq.heappush(heap, (later, there))
            elif best is None or later < best:
                best = later
    return best


def open_stretches(
    network: Network, route: Route, carriageway: str, year: int
) -> tuple[tuple[int, int], ...]:
    """Return the stretches of a carriageway that trucks may drive in a year.

    Parameters
    ----------
    network
        Arcs, and the chainage of their nodes.
    route
        The expressway.
    carriageway
        One of its two.
    year
        Year.

    Returns
    -------
    tuple
        (from, to) along the route's axis, apart from each other, in order. [m]
    """
    chainage = {node.id: node.chainage_m for node in network.nodes}
    closed = []
    for arc in network.arcs:
        if (arc.route, arc.carriageway, arc.kind) != (route.ref, carriageway, "mainline"):
            continue
        a, b = chainage.get(arc.tail), chainage.get(arc.head)
        if a is not None and b is not None and not arc.is_open(year):
            closed.append((min(a, b), max(a, b)))
    stretches = []
    here = 0
    for start, end in sorted(closed):
        if start > here:
            stretches.append((here, start))
        here = max(here, end)
    if here < route.length_m:
        stretches.append((here, route.length_m))
    return tuple(stretches)
