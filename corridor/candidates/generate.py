"""Find the places where a station may stand, and keep the reason for every other one.

Sides of service and parking areas lie on one carriageway. Sites at exits, in parks and on plots
of the user lie off the road and get a node and an access road of their own, so that whoever stops
there drives the ramps, the road and the way back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.candidates.decisions import apply_decisions, note_roads
from corridor.candidates.names import exit_key, exit_names, side_names
from corridor.candidates.own_sites import check_shift, find_existing, find_own_site, list_mapped
from corridor.candidates.search import Search
from corridor.candidates.sites import CandidateSite, CandidateSites, RejectedSite
from corridor.core.errors import InfeasibleError

if TYPE_CHECKING:
    from corridor.network.network import Network, ServiceAreaSide
    from corridor.scenario.scenario import Scenario

ASSUMED = "no source names this exit: it is assumed so that its place can be reached"


def attach_sites(network: Network, scenario: Scenario) -> tuple[Network, CandidateSites]:
    """Find the candidate sites of a scenario and join them to the network.

    Parameters
    ----------
    network
        The network, without sites.
    scenario
        Its ``candidates``, ``site``, ``existing_station``, ``decision``, ``tier`` and ``time``.

    Returns
    -------
    tuple of Network and CandidateSites
        The network with the nodes and access roads of the sites; accepted and rejected candidates
        by id.

    Raises
    ------
    InputError
        If a site names no place, carriageway or tier of this network, a decision names no site,
        or positions look swapped or shifted; all faults at once.
    InfeasibleError
        If no candidate is left.
    """
    search = Search(network, scenario)
    for side in network.sides:
        _side(search, side)
    _exits(search)
    for site_id, site in sorted(scenario.site.items()):
        find_own_site(search, site_id, site)
    for station_id, station in sorted(scenario.existing_station.items()):
        find_existing(search, station_id, station)
    for mapped in network.hydrogen_stations:
        list_mapped(search, mapped)
    check_shift(search)
    kept = _without_duplicates(search)
    kept = apply_decisions(search.scenario, kept, search.rejected, search.faults)
    kept = note_roads(search.scenario, search.joiner.network, kept, search.faults)
    search.faults.stop()
    if not kept:
        raise InfeasibleError(_nothing_left(search.rejected), "Allow more kinds or less land.")
    nodes = {site.node for site in kept}
    joined = _only_used(search, nodes)
    return joined, CandidateSites(
        sites=tuple(sorted(kept, key=lambda site: site.id)),
        rejected=tuple(sorted(search.rejected, key=lambda site: (site.id, site.code))),
    )


def _side(search: Search, side: ServiceAreaSide) -> None:
    options = search.scenario.candidates
    site_id = search.ids.of_road(side.id)
    names = side_names(side)
    at = side.lon, side.lat
    if not side.node:
        search.reject(site_id, names, at, "not_on_network", side.left_out_because)
        return
    if not (options.service_areas if side.kind == "service_area" else options.parking_areas):
        what = "service_areas" if side.kind == "service_area" else "parking_areas"
        search.reject(site_id, names, at, "kind_off", f"candidates.{what} is false")
        return
    node = search.joiner.node(side.node)
    search.accept(
        CandidateSite(
            id=site_id,
            kind="sa_side",
            name_zh=names[0],
            name_en=names[1],
            node=node.id,
            lon=side.lon,
            lat=side.lat,
            route=node.route,
            carriageway=node.carriageway,
            chainage_m=node.chainage_m,
            county=side.county_zh,
            source=side.source,
        ),
        rank=3 if side.kind == "service_area" else 4,
    )


def _exits(search: Search) -> None:
    options = search.scenario.candidates
    for plaza in search.network.nodes:
        if plaza.kind != "plaza":
            continue
        site_id = search.ids.of_road(exit_key(plaza))
        names = exit_names(plaza)
        at = plaza.lon, plaza.lat
        if not options.exits:
            search.reject(site_id, names, at, "kind_off", "candidates.exits is false")
            continue
        if plaza.basis == "assumed":
            search.reject(site_id, names, at, "assumed_exit", ASSUMED)
            continue
        node = search.joiner.at_gate(site_id, plaza, at, options.exit_access_m, names)
        search.accept(
            CandidateSite(
                id=site_id,
                kind="exit",
                name_zh=names[0],
                name_en=names[1],
                node=node.id,
                lon=plaza.lon,
                lat=plaza.lat,
                route=plaza.route,
                chainage_m=plaza.chainage_m,
                source="land near the toll plaza; the plot is not chosen",
            ),
            rank=5,
        )


def _without_duplicates(search: Search) -> list[CandidateSite]:
    """Keep, of candidates too close on one carriageway, the most wanted; ties by chainage."""
    required = {
        site_id
        for site_id, decision in search.scenario.decision.items()
        if decision.open == "required"
    }
    order = sorted(
        search.found,
        key=lambda f: (
            1 if f.site.id in required and f.rank > 1 else f.rank,
            f.site.chainage_m or 0,
            f.site.id,
        ),
    )
    limit = search.scenario.candidates.min_separation_m
    kept: list[CandidateSite] = []
    for found in order:
        site = found.site
        twin = next((other for other in kept if _close(site, other, limit)), None)
        if site.existing_tier and twin is not None and twin.existing_tier:
            # What stands is a fact: two stations on one plot are two stations.
            twin = None
        if twin is None:
            kept.append(site)
        else:
            words = f"is within {limit} m of {twin.id} on the same carriageway"
            names = site.name_zh, site.name_en
            search.reject(site.id, names, (site.lon, site.lat), "duplicate", words)
    return kept


def _close(a: CandidateSite, b: CandidateSite, limit_m: int) -> bool:
    if a.node == b.node:
        return True
    if a.chainage_m is None or b.chainage_m is None:
        return False
    same = (a.route, a.carriageway) == (b.route, b.carriageway)
    return same and abs(a.chainage_m - b.chainage_m) < limit_m


def _only_used(search: Search, used: set[str]) -> Network:
    """Return the network without access roads to off-road sites that were rejected."""
    network = search.joiner.network
    idle = {
        node.id
        for node in network.nodes
        if node.kind == "site" and not node.route and node.id not in used
    }
    before = {node.id for node in search.network.nodes}
    idle -= before
    return replace(
        network,
        nodes=tuple(node for node in network.nodes if node.id not in idle),
        arcs=tuple(a for a in network.arcs if a.tail not in idle and a.head not in idle),
    )


def _nothing_left(rejected: list[RejectedSite]) -> str:
    counts = Counter(site.code for site in rejected)
    words = ", ".join(f"{count} × {code}" for code, count in sorted(counts.items()))
    return (
        f"no candidate site is left: all {len(rejected)} were rejected ({words or 'none found'})."
    )
