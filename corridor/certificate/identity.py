"""Checks that names mean one thing each and that the plan belongs to the inputs beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.roads import straight_line_m
from corridor.certificate.verdict import Check, Tally

SHORTEST_SHARE_OF_STRAIGHT_LINE = 0.5
"""No arc is shorter than this share of the straight line between its ends. Section lengths are
scaled to cited ones, so a little below 1 is honest; half is a mistake or swapped coordinates.
Engineering assumption. [-]"""
STRAIGHT_LINE_SLACK_M = 2000.0
"""Ends of ramps and access roads carry the position of the interchange or place they belong to.
Engineering assumption. [m]"""


def check_identity(d: Dossier) -> Check:
    """Every id is unique and every reference leads somewhere."""
    tally = Tally("identity", "Every id stands once and every reference leads to something")
    lists: list[tuple[str, Iterable[Any]]] = [
        ("node", (row["id"] for row in d.network["nodes"])),
        ("arc", (row["id"] for row in d.network["arcs"])),
        ("route", (row["ref"] for row in d.network["routes"])),
        ("service-area side", (row["id"] for row in d.network["sides"])),
        ("place", (row["id"] for row in d.network["places"])),
        ("site", (row["id"] for row in d.sites["sites"])),
        ("plant", (row["id"] for row in d.sites["plants"])),
        ("commodity", (row["id"] for row in d.trips["commodities"])),
        ("commodity", ((c["od"], c["truck"], c["year"]) for c in d.trips["commodities"])),
        ("station", (row["id"] for row in d.plan["stations"])),
        ("unmet row of", (row["commodity"] for row in d.plan["unmet"])),
        ("period", (row["year"] for row in d.plan["periods"])),
        ("truck count of", (row["year"] for row in d.trips["trucks_by_year"])),
        ("delivery", ((r["plant"], r["station"], r["year"]) for r in d.plan["supply"])),
        ("expansion row of", ((r["plant"], r["year"]) for r in d.plan["expansions"])),
    ]
    lists.extend(
        (f"variant of {c['id']}:", (v["id"] for v in c["variants"])) for c in d.trips["commodities"]
    )
    lists.extend(
        (f"year of station {s['id']}:", (row["year"] for row in s["timeline"]))
        for s in d.plan["stations"]
    )
    for kind, ids in lists:
        for key, times in Counter(ids).items():
            tally.require(times == 1, f"{kind} {key} stands {times} times.")
    for where, key, among, kind in _references(d):
        tally.require(key in among, f"{where} names the {kind} {key!r}, which does not exist.")
    return tally.done()


def _references(d: Dossier) -> Iterable[tuple[str, str, Any, str]]:
    nodes, arcs = d.roads.nodes, d.roads.arcs
    trucks = d.scenario["truck"]
    for arc in d.network["arcs"]:
        yield f"arc {arc['id']}", arc["tail"], nodes, "node"
        yield f"arc {arc['id']}", arc["head"], nodes, "node"
    for kind, rows in (("side", d.network["sides"]), ("place", d.network["places"])):
        for row in rows:
            if row["node"]:
                yield f"{kind} {row['id']}", row["node"], nodes, "node"
    for site in d.sites["sites"]:
        yield f"site {site['id']}", site["node"], nodes, "node"
        for tier in (*site["tiers"], site["existing_tier"], site["required_tier"]):
            if tier:
                yield f"site {site['id']}", tier, d.tiers, "tier"
    for plant in d.sites["plants"]:
        yield f"plant {plant['id']}", plant["node"], nodes, "node"
        yield "sites.json", plant["id"], d.plants, "plant that is on"
    for c in d.trips["commodities"]:
        yield f"commodity {c['id']}", c["truck"], trucks, "truck"
        yield f"commodity {c['id']}", c["origin"], d.places, "place"
        yield f"commodity {c['id']}", c["destination"], d.places, "place"
        for variant in c["variants"]:
            where = f"commodity {c['id']}, variant {variant['id']}"
            for leg in variant["legs"]:
                yield from ((where, arc, arcs, "arc") for arc in leg["arcs"])
            yield from ((where, visit["site"], d.site, "site") for visit in variant["visits"])
            yield from ((where, site, d.site, "site") for site in variant["detour_sites"])
    yield from _plan_references(d)


def _plan_references(d: Dossier) -> Iterable[tuple[str, str, Any, str]]:
    plants = {plant["id"] for plant in d.sites["plants"]}
    for station in d.plan["stations"]:
        yield "plan.json stations", station["id"], d.site, "site"
        yield f"station {station['id']}", station["tier"], d.tiers, "tier"
        for row in station["timeline"]:
            yield f"station {station['id']}", row["tier"], d.tiers, "tier"
    for number, row in enumerate(d.plan["trips"]):
        yield f"stop plan {number}", row["commodity"], d.commodity, "commodity"
        key = (row["commodity"], row["variant"])
        if row["commodity"] in d.commodity:
            yield f"stop plan {number}", key, d.variant, "variant"  # type: ignore[misc]
        for stop in row["stops"]:
            yield f"stop plan {number}", stop["station"], d.station, "station"
    for row in d.plan["unmet"]:
        yield "an unmet row", row["commodity"], d.commodity, "commodity"
    for row in (*d.plan["supply"], *d.plan["expansions"]):
        yield "a supply row", row["plant"], plants & d.plants.keys(), "plant"
    for row in d.plan["supply"]:
        yield "a supply row", row["station"], d.station, "station"


def check_inputs(d: Dossier) -> Check:
    """Compare the hashes that the plan names with the inputs in this folder."""
    tally = Tally("inputs", "The plan names the hashes of the four inputs as they lie here")
    for name in ("scenario", "network", "trips", "sites"):
        relative = f"inputs/{name}.json"
        tally.require(
            d.plan["inputs"][f"{name}_sha256"] == d.hashes[relative],
            f"the plan was made from another {relative} than the one in this folder.",
        )
    return tally.done()


def check_network(d: Dossier) -> Check:
    """Check that the network could be built and follows the scenario."""
    tally = Tally(
        "network",
        "No arc is shorter than half the straight line between its ends (less 2 km), turns round "
        "or runs against its carriageway; opening years and removed sides are the scenario's",
    )
    nodes = d.roads.nodes
    compiled = _is_compiled(d.section("network").get("source") or "")
    for arc in d.network["arcs"]:
        straight = straight_line_m(nodes[arc["tail"]], nodes[arc["head"]])
        least = SHORTEST_SHARE_OF_STRAIGHT_LINE * straight - STRAIGHT_LINE_SLACK_M
        tally.require(
            arc["length_m"] >= least,
            f"arc {arc['id']} is {arc['length_m']} m long, but its ends are {straight:.0f} m apart "
            "as the crow flies.",
        )
        if compiled:
            _check_direction(d, arc, tally)
    years = d.section("network").get("open_year") or {}
    for arc in d.network["arcs"]:
        if arc.get("section") in years:
            tally.require(
                arc["open_year"] == years[arc["section"]],
                f"arc {arc['id']} of {arc['section']} opens in {arc['open_year']}, but the "
                f"scenario says {years[arc['section']]}.",
            )
    removed = d.section("network").get("removed_sides") or []
    for side in removed:
        tally.require(side not in d.site, f"side {side} is removed, yet it is a candidate.")
    return tally.done()


def _is_compiled(source: str) -> bool:
    """Whether the network is an embedded corridor, whose carriageways are chains of their own.

    In a network from a file or from OpenStreetMap a carriageway may bend back along its axis, and
    on an ordinary trunk road turning round is legal.
    """
    return "." not in source and source != "openstreetmap"


def _check_direction(d: Dossier, arc: Document, tally: Tally) -> None:
    """Refuse arcs that lead from one carriageway of a road to the other, or backwards."""
    tail, head = d.roads.nodes[arc["tail"]], d.roads.nodes[arc["head"]]
    sides = (tail.get("carriageway"), head.get("carriageway"))
    same_route = bool(tail.get("route")) and tail.get("route") == head.get("route")
    if not (same_route and all(sides)):
        return
    tally.require(
        sides[0] == sides[1],
        f"arc {arc['id']} leads from one carriageway of {tail['route']} to the other.",
    )
    route = d.route.get(tail["route"])
    start, end = tail.get("chainage_m"), head.get("chainage_m")
    if arc["kind"] != "mainline" or route is None or start is None or end is None:
        return
    backwards = (sides[0] == route["up"] and end < start) or (
        sides[0] == route["down"] and end > start
    )
    tally.require(
        not backwards or route["up"] == route["down"],
        f"arc {arc['id']} runs from km {start / 1000:g} to km {end / 1000:g} of {route['ref']}, "
        f"against the traffic of {sides[0]}.",
    )
