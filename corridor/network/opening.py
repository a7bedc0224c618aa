"""When the road at a node is open, and which stretches of a carriageway are open in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corridor.network.network import Arc, Network, Route

Links = dict[str, list[tuple[str, Arc]]]
"""Node -> nodes next to it, with the arcs that lead there (or from there)."""


def open_spans(
    network: Network, nodes: Iterable[str], years: Sequence[int]
) -> dict[str, tuple[int, int | None]]:
    """Return the years in which trucks of an expressway can reach each node and go on.

    The road of a node on a carriageway is the carriageway itself. A node off the road, such as an
    exit or a park, is open while ramps and access roads lead there from some expressway that is
    open, and back to one. Where roads close and open again the first span that holds one of the
    years counts, or else the last one.

    Parameters
    ----------
    network
        Arcs with their years.
    nodes
        Node ids.
    years
        Years that matter, in order.

    Returns
    -------
    dict
        Node -> first year (0: as long as anything is known) and the year in which it closes, None
        where it stays. Where no expressway leads there nothing is known to be closed.
    """
    out: Links = defaultdict(list)
    into: Links = defaultdict(list)
    for arc in network.arcs:
        out[arc.tail].append((arc.head, arc))
        into[arc.head].append((arc.tail, arc))
    marks = {year for arc in network.arcs for year in (arc.open_year, arc.close_year or 0)}
    events = sorted({0, *marks})
    found = {}
    for node in nodes:
        directions = [links for links in (out, into) if _meets(node, links, None)]
        states = [all(_meets(node, links, year) for links in directions) for year in events]
        spans = _spans(events, states)
        held = (
            (start, end)
            for start, end in spans
            if any(start <= year and (end is None or year < end) for year in years)
        )
        found[node] = next(held, spans[-1] if spans else (0, 0))
    return found


def _spans(events: Sequence[int], states: Sequence[bool]) -> list[tuple[int, int | None]]:
    """Return the spans between events in which the state is true."""
    starts = [(year, state) for year, state in zip(events, states, strict=True)]
    changes = [starts[0], *(b for a, b in pairwise(starts) if a[1] != b[1])]
    ends = [*(year for year, _ in changes[1:]), None]
    return [(year, end) for (year, state), end in zip(changes, ends, strict=True) if state]


def _meets(node: str, links: Links, year: int | None) -> bool:
    """Whether ways that are open in a year (None: in any) join a node to an expressway."""
    seen, todo = {node}, [node]
    while todo:
        for there, arc in links.get(todo.pop(), ()):
            if year is not None and not arc.is_open(year):
                continue
            if arc.kind == "mainline":
                return True
            if there not in seen:
                seen.add(there)
                todo.append(there)
    return False


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
