"""Read `corridor.instance/1`: every fault found at once, every number exact."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from corridor.core.errors import InputError
from corridor.frlm.instance.document import id_fault, load_document
from corridor.frlm.instance.exact import LARGE, MAX_DIGITS, common_denominator, whole
from corridor.frlm.instance.fields import EnoughError, Fields
from corridor.frlm.instance.instance import SCHEMA, Ask, Convention, Instance, Site, Trip
from corridor.frlm.instance.road_graph import Roads

_TOP = {"schema", "name", "source", "unit", "directed", "edges", "trips", "sites", "vehicle"} | {
    "convention",
    "asks",
}
_TOP_REQUIRED = _TOP - {"source", "unit", "directed"}
_TRIP = {"id", "flow", "paths", "origin", "destination", "range", "convention"}
_SITE = {"id", "nodes", "cost", "status"}
_CONVENTION = {"round_trip", "start_fuel", "end_fuel", "station_required"}
_ASK = {"objective", "stations", "budget", "coverable_share", "range", "strict", "backup"}

_LONGEST_SOURCE = 1000

T = TypeVar("T")


def load_instance(path: Path) -> Instance:
    """Read an instance file.

    Raises
    ------
    InputError
        With every fault found (at most `faults.MAX_FAULTS`).
    """
    with _no_collection():
        return parse_instance(load_document(path), str(path))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from searching a growing document, where nothing is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse_instance(document: object, file: str = "instance") -> Instance:
    """Turn a document into an instance; `file` is the name used in messages.

    Raises
    ------
    InputError
        With every fault found (at most `faults.MAX_FAULTS`).
    """
    faults = Fields(file)
    try:
        instance = _parse(document, faults)
    except EnoughError:
        raise InputError(faults.found, "There may be more faults.") from None
    if faults.found:
        raise InputError(faults.found)
    return instance


def _parse(document: object, faults: Fields) -> Instance:
    """Parse the whole document; faults are noted, not raised."""
    top = faults.mapping("", document, _TOP, _TOP_REQUIRED)
    if top is None:
        raise EnoughError
    if top["schema"] != SCHEMA:
        faults.add("schema", top["schema"], f'"{SCHEMA}"')
    for name in ("edges", "sites", "trips", "asks"):
        faults.items(name, top[name])
    faults.check()  # nothing below makes sense without the whole frame
    name = faults.line("name", top["name"], least=1)
    source = faults.line("source", top.get("source", ""), most=_LONGEST_SOURCE)
    unit = faults.line("unit", top.get("unit", ""))
    roads = _roads(top, faults)
    sites = tuple(_sites(top["sites"], roads, faults))
    convention = _convention("convention", top["convention"], None, faults)
    vehicle = faults.mapping("vehicle", top["vehicle"], {"range"}, {"range"})
    tank = faults.number("vehicle.range", vehicle["range"]) if vehicle else Fraction(0)
    asks = tuple(
        _ask(key, ask, sites, faults)
        for key, ask in faults.mappings("asks", top["asks"], _ASK, {"objective"})
    )
    trips = _trips(top["trips"], roads, sites, convention, faults)
    ticks = _ticks(roads, tank, trips, asks, faults)
    return Instance(
        name=name,
        source=source,
        unit=unit,
        nodes=roads.nodes,
        lengths={arc: whole(length, ticks) for arc, length in roads.lengths.items()},
        ticks_per_unit=ticks,
        sites=sites,
        trips=trips,
        range=tank,
        asks=asks,
    )


def _ticks(
    roads: Roads, tank: Fraction, trips: Sequence[Trip], asks: Sequence[Ask], faults: Fields
) -> int:
    """Return ticks per unit such that lengths, ranges and shares of ranges are whole."""
    given = [known for known in (t.range for t in trips) if known is not None]
    given += [known for known in (a.range for a in asks) if known is not None]
    # Many trips share few conventions, and telling fractions apart is slow: by identity first.
    conventions = {id(t.convention): t.convention for t in trips}.values()
    parts = {fuel.denominator for c in conventions for fuel in (c.start_fuel, c.end_fuel)}
    common = 1
    for part in parts:
        common = math.lcm(common, part)
        if common > LARGE:  # the next ones would take ever longer
            words = f"fuel shares with a common denominator of at most {MAX_DIGITS} digits"
            faults.note("trips", "", words)
            raise EnoughError
    return common_denominator([tank, *roads.lengths.values(), *given]) * common


def _roads(top: Mapping[str, Any], faults: Fields) -> Roads:
    """Read the edges."""
    directed = faults.flag("directed", top.get("directed", False))
    edges: list[tuple[str, str, Fraction]] = []
    checked: set[str] = set()
    complete = True
    for k, edge in enumerate(faults.items("edges", top["edges"])):
        key = f"edges[{k}]"
        if not _is_edge(edge):
            faults.add(key, edge, "[tail, head, length], tail and head as strings")
            complete = False
            continue
        tail, head, length = edge
        for end in (tail, head):
            if end not in checked:
                checked.add(faults.id(key, end))
        edges.append((tail, head, faults.number(key, length)))
    if not complete:  # nodes of the edges left out would be called unknown
        faults.check()
    return Roads.build(edges, directed=directed, extra=_lone_nodes(top))


def _is_edge(value: object) -> bool:
    """Tell whether a value is a list of two strings and something else."""
    return (
        isinstance(value, list | tuple)
        and len(value) == 3
        and isinstance(value[0], str)
        and isinstance(value[1], str)
    )


def _lone_nodes(top: Mapping[str, Any]) -> set[str]:
    """Return nodes without edges that both a site and a trip that stays there name."""
    stays: set[str] = set()
    for trip in top["trips"]:
        if not isinstance(trip, dict):
            continue
        if isinstance(trip.get("origin"), str) and trip["origin"] == trip.get("destination"):
            stays.add(trip["origin"])
        for path in trip["paths"] if isinstance(trip.get("paths"), list) else ():
            if isinstance(path, list) and len(path) == 1 and isinstance(path[0], str):
                stays.add(path[0])
    served: set[str] = set()
    for site in top["sites"] if stays else ():
        nodes = site.get("nodes") if isinstance(site, dict) else None
        served |= (
            {node for node in nodes if isinstance(node, str)} if isinstance(nodes, list) else set()
        )
    return {node for node in stays & served if not id_fault(node)}


def _sites(value: object, roads: Roads, faults: Fields) -> list[Site]:
    """Read the sites."""
    sites: list[Site] = []
    seen: set[str] = set()
    for key, site in faults.mappings("sites", value, _SITE, {"id", "nodes"}):
        name = faults.id(f"{key}.id", site["id"])
        if name in seen:
            faults.add(f"{key}.id", name, "an id that no other site has")
        seen.add(name)
        nodes: list[int] = []
        for node in faults.items(f"{key}.nodes", site["nodes"]):
            if isinstance(node, str) and node in roads.index:
                nodes.append(roads.index[node])
            else:
                faults.add(f"{key}.nodes", node, "a node of the network")
        status = site.get("status", "candidate")
        if status not in ("candidate", "existing", "barred"):
            faults.add(f"{key}.status", status, "candidate, existing or barred")
        cost = faults.number(f"{key}.cost", site["cost"]) if "cost" in site else None
        sites.append(Site(id=name, nodes=tuple(dict.fromkeys(nodes)), cost=cost, status=status))
    return sites


def _convention(key: str, value: object, base: Convention | None, faults: Fields) -> Convention:
    """Read a convention; keys not given keep the base's value, all are required without a base."""
    given = faults.mapping(key, value, _CONVENTION, frozenset() if base else _CONVENTION) or {}
    if base is None:
        base = Convention(
            round_trip=False, start_fuel=Fraction(1), end_fuel=Fraction(0), station_required=False
        )

    def take(name: str, read: Callable[[str, object], T], default: T) -> T:
        return read(f"{key}.{name}", given[name]) if name in given else default

    return Convention(
        round_trip=take("round_trip", faults.flag, base.round_trip),
        start_fuel=take("start_fuel", faults.share, base.start_fuel),
        end_fuel=take("end_fuel", faults.share, base.end_fuel),
        station_required=take("station_required", faults.flag, base.station_required),
    )


def _ask(key: str, ask: Mapping[str, Any], sites: Sequence[Site], faults: Fields) -> Ask:
    """Read one question."""
    objective = ask["objective"]
    if objective not in ("max_flow", "min_stations", "min_cost"):
        faults.add(f"{key}.objective", objective, "max_flow, min_stations or min_cost")
        return Ask(objective="max_flow", stations=0)
    limits = [name for name in ("stations", "budget") if name in ask]
    if objective == "max_flow":
        if len(limits) != 1:
            faults.note(key, "", "max_flow takes either stations or budget")
        if "coverable_share" in ask:
            faults.note(f"{key}.coverable_share", "", "belongs to min_stations and min_cost")
    else:
        if "coverable_share" not in ask:
            faults.note(f"{key}.coverable_share", "", "is missing")
        for name in limits:
            faults.note(f"{key}.{name}", "", "belongs to max_flow")
    if (objective == "min_cost" or "budget" in ask) and any(
        site.cost is None for site in sites if site.status == "candidate"
    ):
        faults.note(key, "", "every candidate site needs a cost for this question")
    given: dict[str, Any] = {
        name: read(f"{key}.{name}", ask[name])
        for name, read in _reads(faults).items()
        if name in ask
    }
    if "backup" in given:  # all that can be lost is all there is
        usable = sum(1 for site in sites if site.status != "barred")
        given["backup"] = min(given["backup"], usable)
    return Ask(objective=objective, document=dict(ask), **given)


def _reads(faults: Fields) -> dict[str, Callable[[str, object], Any]]:
    """Return how each key of an ask is read."""
    return {
        "stations": faults.whole,
        "budget": faults.number,
        "coverable_share": faults.share,
        "range": faults.number,
        "strict": faults.flag,
        "backup": faults.whole,
    }


def _trips(
    value: object, roads: Roads, sites: Sequence[Site], convention: Convention, faults: Fields
) -> tuple[Trip, ...]:
    """Read the trips and find the paths that are not given."""
    trips: list[Trip] = []
    known: dict[str, Convention] = {}
    for key, trip in faults.mappings("trips", value, _TRIP, {"flow", "id"}):
        own = convention
        if "convention" in trip:
            own = _convention(f"{key}.convention", trip["convention"], convention, faults)
            # Many trips share few conventions: one object each keeps later grouping cheap.
            own = known.setdefault(repr(own), own)
        if own.round_trip and own.end_fuel:
            faults.note(key, "", "end_fuel belongs to one-way trips; it must be 0 here")
        paths = _paths(key, trip, roads, faults)
        for n, path in enumerate(paths):
            back = own.round_trip and path[:1] != path[-1:] and not roads.both_ways
            for leg in roads.closed_legs(path, there_and_back=back):
                ends = [roads.nodes[node] for node in leg]
                faults.add(f"{key}.paths[{n}]", ends, "an edge that may be driven this way")
        trips.append(
            Trip(
                id=faults.id(f"{key}.id", trip["id"]),
                flow=faults.number(f"{key}.flow", trip["flow"]),
                paths=paths,
                convention=own,
                range=faults.number(f"{key}.range", trip["range"]) if "range" in trip else None,
            )
        )
    return tuple(trips)


def _paths(
    key: str, trip: Mapping[str, Any], roads: Roads, faults: Fields
) -> tuple[tuple[int, ...], ...]:
    """Return the alternatives of a trip, the shortest path where it gives only its ends."""
    ends = [name for name in ("origin", "destination") if name in trip]
    if "paths" in trip:
        if ends:
            faults.note(key, "", "takes either paths, or origin and destination")
        where = f"{key}.paths"
        alternatives = faults.items(where, trip["paths"], "a list of at least one path", least=1)
        return tuple([_nodes(where, path, roads, faults) for path in alternatives])
    if len(ends) < 2:
        faults.note(key, "", "needs paths, or origin and destination")
        return ()
    pair = _nodes(key, [trip["origin"], trip["destination"]], roads, faults)
    if len(pair) < 2:
        return ()
    path = roads.shortest_path(*pair)
    if path is None:
        faults.add(key, [trip["origin"], trip["destination"]], "no path leads there")
        return ()
    return (path,)


def _nodes(key: str, path: object, roads: Roads, faults: Fields) -> tuple[int, ...]:
    """Return the node indices of a path."""
    index = roads.index
    try:
        if isinstance(path, (list, tuple)) and path:
            return tuple(map(index.__getitem__, path))
    except (KeyError, TypeError):
        pass
    for node in faults.items(key, path, "a list of at least one node", least=1):
        if not isinstance(node, str) or node not in index:
            faults.add(key, node, "a node of the network")
    return ()
