"""Roads that are not built yet, as the user draws them; none comes with the package.

A link gets two carriageways along its line. Each end joins the network where the user says, or at
the nearest interchange, toll plaza, place or cordon: at a junction with ramps from every diverge
and to every merge, elsewhere at the plaza. Nobody turns round at the joint of a junction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corridor.core.faults import Faults
from corridor.core.files import sha256_text
from corridor.network.geometry import LonLat, cumulative_m, distance_m
from corridor.network.network import Arc, Network, Node, Route

JOIN_M = 3_000
"""An end farther than this from anything it could join is refused. [m]"""
JUNCTION_M = 1_000
"""Diverge and merge nodes this near to the joined one belong to the same junction. [m]"""
RAMP_M = 900
"""Least length of a ramp of a joint: engineering assumption, as in embedded junctions. [m]"""
_JOINABLE = ("plaza", "terminal", "cordon", "diverge", "merge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A planned link.

    Parameters
    ----------
    name
        Its name; also that of its section.
    line
        WGS-84, first position at `start`. [degree]
    open_year
        First year in use. [year]
    length_m
        Length of a carriageway; None: that of the line. [m]
    start, end
        Place, node or interchange id that the ends join; empty: the nearest.
    """

    name: str
    line: tuple[LonLat, ...]
    open_year: int
    length_m: int | None = None
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where an end joins: nodes that lead onto the link, nodes that it leads onto."""

    onto: tuple[str, ...]
    off: tuple[str, ...]
    title_zh: str
    title_en: str
    away_m: float
    elevation_m: float | None


def with_planned_links(network: Network, links: Sequence[Link]) -> Network:
    """Return the network with planned links added.

    Raises
    ------
    InputError
        If an end joins nothing, or a name is taken; all faults at once.
    """
    faults = Faults("network")
    for index, link in enumerate(links):
        network = _with_link(network, link, f"network.planned_links.{index}", faults)
    faults.stop()
    return network


def _with_link(network: Network, link: Link, key: str, faults: Faults) -> Network:
    ref = f"planned-{sha256_text(link.name)[:8]}"
    if any(route.ref == ref for route in network.routes):
        faults.note(key, link.name, "a name that no other link has")
        return network
    start = _joint(network, link.start, link.line[0], f"{key}.from", faults)
    end = _joint(network, link.end, link.line[-1], f"{key}.to", faults)
    if start is None or end is None:
        return network
    if set(start.onto) & set(end.onto):
        faults.note(key, link.name, "a line between two different interchanges")
        return network
    along = cumulative_m(link.line)
    length = link.length_m or round(along[-1])
    if length < len(link.line):
        faults.note(key, f"{length} m", "a line longer than 1 m between its vertices")
        return network
    ways = f"{end.title_zh}方向", f"{start.title_zh}方向"
    if ways[0] == ways[1]:
        ways = f"{ways[0]}(去)", f"{ways[1]}(回)"
    # Whole metres, at least one between vertices.
    chainage = [round(value * length / along[-1]) for value in along]
    keep = [0, *(i for i in range(1, len(chainage) - 1) if chainage[i] > chainage[i - 1])]
    keep = [i for i in keep if chainage[i] < length] + [len(chainage) - 1]
    nodes: list[Node] = []
    arcs: list[Arc] = []
    for upwards in (True, False):
        slug, way = ("up", ways[0]) if upwards else ("down", ways[1])
        chain = []
        for i in keep if upwards else reversed(keep):
            first, last = (
                chainage[i] == (0 if upwards else length),
                chainage[i] == (length if upwards else 0),
            )
            kind: Literal["merge", "diverge", "shape"] = (
                "merge" if first else "diverge" if last else "shape"
            )
            chain.append(
                Node(
                    id=f"{ref}.{slug}.{chainage[i]:06d}",
                    kind=kind,
                    lon=round(link.line[i][0], 6),
                    lat=round(link.line[i][1], 6),
                    elevation_m=_level(start.elevation_m, end.elevation_m, chainage[i] / length),
                    route=ref,
                    carriageway=way,
                    chainage_m=chainage[i],
                    name_zh=link.name if kind != "shape" else "",
                    name_en=link.name if kind != "shape" else "",
                )
            )
        nodes += chain
        for a, b in pairwise(chain):
            arcs.append(_mainline(link, ref, way, slug, a=a, b=b))
        entry, leave = (start, end) if upwards else (end, start)
        arcs += [
            _ramp(link, f"{ref}.{slug}.on.{tail}", tail, chain[0].id, entry.away_m)
            for tail in entry.onto
        ]
        arcs += [
            _ramp(link, f"{ref}.{slug}.off.{head}", chain[-1].id, head, leave.away_m)
            for head in leave.off
        ]
    route = Route(
        ref=ref,
        name_zh=link.name,
        name_en=link.name,
        up=ways[0],
        down=ways[1],
        length_m=length,
        length_basis="user",
        source="planned link given by the user",
        up_en=f"{end.title_en}-bound",
        down_en=f"{start.title_en}-bound",
    )
    note = (
        f"Planned link {link.name} ({length / 1000:.1f} km, from {link.open_year}) is the user's: "
        f"joined to {start.title_en} ({start.away_m:.0f} m away) and {end.title_en} "
        f"({end.away_m:.0f} m away)."
    )
    return replace(
        network,
        nodes=tuple(sorted((*network.nodes, *nodes), key=lambda node: node.id)),
        arcs=tuple(sorted((*network.arcs, *arcs), key=lambda arc: arc.id)),
        routes=tuple(sorted((*network.routes, route), key=lambda route: route.ref)),
        notes=(*network.notes, note),
    )


def _joint(network: Network, wanted: str, at: LonLat, key: str, faults: Faults) -> _Joint | None:
    choice = [node for node in network.nodes if node.kind in _JOINABLE]
    limit = float(JOIN_M)
    if wanted:
        by_place = {place.id: place.node for place in network.places}
        node_id = by_place.get(wanted, wanted)
        choice = [n for n in choice if n.id == node_id or n.id.startswith(f"{node_id}.")]
        limit = 50_000.0
        if not choice:
            faults.note(key, wanted, "the id of a place, a toll plaza or a junction")
            return None
    nearest = min(choice, key=lambda n: (round(distance_m((n.lon, n.lat), at)), n.id), default=None)
    away = float("inf") if nearest is None else distance_m((nearest.lon, nearest.lat), at)
    if nearest is None or away > limit:
        words = f"an end within {limit / 1000:g} km of an interchange, toll plaza or place"
        faults.note(key, f"{at[0]:.5f}, {at[1]:.5f}", words)
        return None
    onto: tuple[str, ...] = (nearest.id,)
    off: tuple[str, ...] = (nearest.id,)
    if nearest.kind in ("diverge", "merge"):
        centre = nearest.lon, nearest.lat
        near = [n for n in choice if distance_m((n.lon, n.lat), centre) <= JUNCTION_M]
        onto = tuple(n.id for n in near if n.kind == "diverge")
        off = tuple(n.id for n in near if n.kind == "merge")
        if not onto or not off:
            faults.note(key, nearest.id, "a junction with exits and entries, or a toll plaza")
            return None
    return _Joint(
        onto=onto,
        off=off,
        title_zh=nearest.name_zh or nearest.id,
        title_en=nearest.name_en or nearest.id,
        away_m=away,
        elevation_m=nearest.elevation_m,
    )


def _mainline(link: Link, ref: str, way: str, slug: str, *, a: Node, b: Node) -> Arc:
    return Arc(
        id=f"{ref}.{slug}.{a.chainage_m or 0:06d}",
        tail=a.id,
        head=b.id,
        length_m=abs((b.chainage_m or 0) - (a.chainage_m or 0)),
        kind="mainline",
        route=ref,
        carriageway=way,
        section=link.name,
        open_year=link.open_year,
        length_basis="user",
    )


def _ramp(link: Link, name: str, tail: str, head: str, away_m: float) -> Arc:
    return Arc(
        id=name,
        tail=tail,
        head=head,
        length_m=max(RAMP_M, round(away_m)),
        kind="ramp",
        section=link.name,
        open_year=link.open_year,
    )


def _level(start_m: float | None, end_m: float | None, share: float) -> float | None:
    if start_m is None or end_m is None:
        return None
    return round(start_m + share * (end_m - start_m), 1)
