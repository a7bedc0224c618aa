"""Read `corridor.instance/1`: every fault found at once, every number exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from corridor.core.errors import InputError
from corridor.frlm.document import id_fault, load_document
from corridor.frlm.exact import common_denominator, whole
from corridor.frlm.faults import Faults, TooManyError
from corridor.frlm.instance import SCHEMA, Ask, Convention, Instance, Site, Trip
from corridor.frlm.paths import Roads

_TOP = {"schema", "name", "source", "unit", "directed", "edges", "trips", "sites", "vehicle"} | {
    "convention",
    "asks",
}
_TOP_REQUIRED = _TOP - {"source", "unit", "directed"}
_TRIP = {"id", "flow", "paths", "origin", "destination", "range", "convention"}
_SITE = {"id", "nodes", "cost", "status"}
_CONVENTION = {"round_trip", "start_fuel", "end_fuel", "station_required"}
_ASK = {"objective", "stations", "budget", "coverable_share", "range", "strict", "backup"}

T = TypeVar("T")


def load_instance(path: Path) -> Instance:
    """Read an instance file.

    Raises
    ------
    InputError
        With every fault found (at most `faults.MAX_FAULTS`).
    """
    return parse_instance(load_document(path), str(path))


def parse_instance(document: object, file: str = "instance") -> Instance:
    """Turn a document into an instance; `file` is the name used in messages.

    Raises
    ------
    InputError
        With every fault found (at most `faults.MAX_FAULTS`).
    """
    faults = Faults(file)
    try:
        instance = _parse(document, faults)
    except TooManyError:
        raise InputError(faults.found, "There may be more faults.") from None
    if faults.found:
        raise InputError(faults.found)
    return instance


def _parse(document: object, faults: Faults) -> Instance:
    """Parse the whole document; faults are noted, not raised."""
    top = faults.keys("", document, _TOP)
    for name in sorted(_TOP_REQUIRED - set(top)):
        faults.add(name, None, "is missing")
    if "schema" in top and top["schema"] != SCHEMA:
        faults.add("schema", top["schema"], f'"{SCHEMA}"')
    if faults.found:  # nothing below makes sense without the whole frame
        raise InputError(faults.found)
    roads = _roads(top, faults)
    sites = tuple(_sites(top["sites"], roads, faults))
    convention = _convention("convention", top["convention"], None, faults)
    vehicle = faults.keys("vehicle", top["vehicle"], {"range"})
    if "range" not in vehicle:
        faults.add("vehicle.range", None, "is missing")
    tank = faults.number("vehicle.range", vehicle.get("range", 0))
    costs_known = all(s.cost is not None for s in sites if s.status == "candidate")
    asks = tuple(
        _ask(f"asks[{k}]", ask, costs_known, faults)
        for k, ask in enumerate(faults.items("asks", top["asks"]))
    )
    trips = _trips(top["trips"], roads, sites, convention, faults)
    ticks = _ticks(roads, tank, trips, asks)
    return Instance(
        name=faults.name("name", top["name"]),
        source=str(top.get("source", "")),
        unit=str(top.get("unit", "")),
        nodes=roads.nodes,
        lengths={arc: whole(length, ticks) for arc, length in roads.lengths.items()},
        ticks_per_unit=ticks,
        sites=sites,
        trips=trips,
        range=tank,
        asks=asks,
    )


def _ticks(roads: Roads, tank: Fraction, trips: Sequence[Trip], asks: Sequence[Ask]) -> int:
    """Return ticks per unit such that lengths, ranges and shares of ranges are whole."""
    given = [known for known in (t.range for t in trips) if known is not None]
    given += [known for known in (a.range for a in asks) if known is not None]
    # Many trips share few conventions, and telling fractions apart is slow: by identity first.
    conventions = {id(t.convention): t.convention for t in trips}.values()
    fuels = [fuel for c in conventions for fuel in (c.start_fuel, c.end_fuel)]
    return common_denominator([tank, *roads.lengths.values(), *given]) * common_denominator(fuels)


def _roads(top: Mapping[str, Any], faults: Faults) -> Roads:
    """Read the edges."""
    directed = faults.flag("directed", top.get("directed", False))
    edges: list[tuple[str, str, Fraction]] = []
    checked: set[str] = set()
    for k, edge in enumerate(faults.items("edges", top["edges"])):
        key = f"edges[{k}]"
        if not isinstance(edge, list | tuple) or len(edge) != 3:
            faults.add(key, edge, "[tail, head, length]")
            continue
        tail, head, length = edge
        for end in (tail, head):
            if not isinstance(end, str) or end not in checked:
                checked.add(faults.id(key, end))
        edges.append((str(tail), str(head), faults.number(key, length)))
    return Roads.build(edges, directed=directed, extra=_lone_nodes(top))


def _lone_nodes(top: Mapping[str, Any]) -> set[str]:
    """Return nodes without edges that both a site and a trip that stays there name."""
    stays: set[str] = set()
    for trip in top["trips"] if isinstance(top["trips"], list) else ():
        if not isinstance(trip, dict):
            continue
        if isinstance(trip.get("origin"), str) and trip["origin"] == trip.get("destination"):
            stays.add(trip["origin"])
        for path in trip["paths"] if isinstance(trip.get("paths"), list) else ():
            if isinstance(path, list) and len(path) == 1 and isinstance(path[0], str):
                stays.add(path[0])
    served: set[str] = set()
    for site in top["sites"] if stays and isinstance(top["sites"], list) else ():
        nodes = site.get("nodes") if isinstance(site, dict) else None
        served |= (
            {node for node in nodes if isinstance(node, str)} if isinstance(nodes, list) else set()
        )
    return {node for node in stays & served if not id_fault(node)}


def _sites(value: object, roads: Roads, faults: Faults) -> list[Site]:
    """Read the sites."""
    sites: list[Site] = []
    seen: set[str] = set()
    for k, document in enumerate(faults.items("sites", value)):
        key = f"sites[{k}]"
        site = faults.keys(key, document, _SITE)
        for name in sorted({"id", "nodes"} - set(site)):
            faults.add(f"{key}.{name}", None, "is missing")
        name = faults.id(f"{key}.id", site.get("id", "?"))
        if name in seen:
            faults.add(f"{key}.id", name, "an id that no other site has")
        seen.add(name)
        nodes: list[int] = []
        for node in faults.items(f"{key}.nodes", site.get("nodes", ())):
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


def _convention(key: str, value: object, base: Convention | None, faults: Faults) -> Convention:
    """Read a convention; keys not given keep the base's value, all are required without a base."""
    given = faults.keys(key, value, _CONVENTION)
    if base is None:
        for name in sorted(_CONVENTION - set(given)):
            faults.add(f"{key}.{name}", None, "is missing")
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


def _ask(key: str, value: object, costs_known: bool, faults: Faults) -> Ask:
    """Read one question."""
    ask = faults.keys(key, value, _ASK)
    objective = ask.get("objective")
    if objective not in ("max_flow", "min_stations", "min_cost"):
        faults.add(f"{key}.objective", objective, "max_flow, min_stations or min_cost")
        return Ask(objective="max_flow", stations=0)
    limits = [name for name in ("stations", "budget") if name in ask]
    if objective == "max_flow":
        if len(limits) != 1:
            faults.add(key, None, "max_flow takes either stations or budget")
        if "coverable_share" in ask:
            faults.add(f"{key}.coverable_share", None, "belongs to min_stations and min_cost")
    else:
        if "coverable_share" not in ask:
            faults.add(f"{key}.coverable_share", None, "is missing")
        for name in limits:
            faults.add(f"{key}.{name}", None, "belongs to max_flow")
    if (objective == "min_cost" or "budget" in ask) and not costs_known:
        faults.add(key, None, "every candidate site needs a cost for this question")
    given: dict[str, Any] = {
        name: read(f"{key}.{name}", ask[name])
        for name, read in _reads(faults).items()
        if name in ask
    }
    return Ask(objective=objective, document=dict(ask), **given)


def _reads(faults: Faults) -> dict[str, Callable[[str, object], Any]]:
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
    value: object, roads: Roads, sites: Sequence[Site], convention: Convention, faults: Faults
) -> tuple[Trip, ...]:
    """Read the trips and find the paths that are not given."""
    trips: list[Trip] = []
    known: dict[str, Convention] = {}
    for k, document in enumerate(faults.items("trips", value)):
        key = f"trips[{k}]"
        trip = faults.keys(key, document, _TRIP)
        for name in ("flow", "id"):
            if name not in trip:
                faults.add(f"{key}.{name}", None, "is missing")
        own = convention
        if "convention" in trip:
            own = _convention(f"{key}.convention", trip["convention"], convention, faults)
            # Many trips share few conventions: one object each keeps later grouping cheap.
            own = known.setdefault(repr(own), own)
        if own.round_trip and own.end_fuel:
            faults.add(f"{key}", None, "end_fuel belongs to one-way trips; it must be 0 here")
        paths = _paths(key, trip, roads, faults)
        for n, path in enumerate(paths):
            back = own.round_trip and path[:1] != path[-1:]
            for leg in roads.closed_legs(path, there_and_back=back):
                ends = [roads.nodes[node] for node in leg]
                faults.add(f"{key}.paths[{n}]", ends, "an edge that may be driven this way")
        trips.append(
            Trip(
                id=faults.id(f"{key}.id", trip.get("id", "?")),
                flow=faults.number(f"{key}.flow", trip.get("flow", 0)),
                paths=paths,
                convention=own,
                range=faults.number(f"{key}.range", trip["range"]) if "range" in trip else None,
            )
        )
    return tuple(trips)


def _paths(
    key: str, trip: Mapping[str, Any], roads: Roads, faults: Faults
) -> tuple[tuple[int, ...], ...]:
    """Return the alternatives of a trip, the shortest path where it gives only its ends."""
    ends = [name for name in ("origin", "destination") if name in trip]
    if "paths" in trip:
        if ends:
            faults.add(key, None, "takes either paths, or origin and destination")
        where = f"{key}.paths"
        alternatives = faults.items(where, trip["paths"])
        if not alternatives:
            faults.add(where, None, "at least one path")
        return tuple([_nodes(where, path, roads, faults) for path in alternatives])
    if len(ends) < 2:
        faults.add(key, None, "needs paths, or origin and destination")
        return ()
    pair = _nodes(key, [trip["origin"], trip["destination"]], roads, faults)
    if len(pair) < 2:
        return ()
    path = roads.shortest_path(*pair)
    if path is None:
        faults.add(key, [trip["origin"], trip["destination"]], "no path leads there")
        return ()
    return (path,)


def _nodes(key: str, path: object, roads: Roads, faults: Faults) -> tuple[int, ...]:
    """Return the node indices of a path."""
    index = roads.index
    try:
        if isinstance(path, (list, tuple)) and path:
            return tuple(map(index.__getitem__, path))
    except (KeyError, TypeError):
        pass
    nodes = faults.items(key, path)
    if not nodes:
        faults.add(key, path, "a path of at least one node")
    for node in nodes:
        if not isinstance(node, str) or node not in index:
            faults.add(key, node, "a node of the network")
    return ()
