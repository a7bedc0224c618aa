"""Find the places where a station may stand, and keep the reason for every other one.

Sides of service and parking areas lie on one carriageway. Sites at exits, in parks and on plots
of the user lie off the road and get a node and an access road of their own, so that whoever stops
there drives the ramps, the road and the way back.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corridor.candidates.decisions import apply_decisions
from corridor.candidates.joining import (
    ACCESS_RATIO,
    FARTHEST_GATE_M,
    FARTHEST_SIDE_M,
    Joiner,
)
from corridor.candidates.land import ExcludedLand
from corridor.candidates.sites import CandidateSite, CandidateSites, RejectedSite
from corridor.core.errors import Fault, InfeasibleError, InputError
from corridor.network.crs import looks_like_gcj02, swapped
from corridor.network.geometry import LonLat, distance_m

if TYPE_CHECKING:
    from corridor.network.network import Network, Node, ServiceAreaSide
    from corridor.scenario.roads import ExistingStationSpec, SiteSpec
    from corridor.scenario.scenario import Scenario

FARTHEST_FROM_PLACE_M = 30_000
"""A site that names a place lies within this of it, or one of the two is wrong. [m]"""
GCJ_NEAR_M = 2_000
"""Only sites this near to a known thing tell whether they are shifted. [m]"""
BOX_MARGIN_DEG = 0.5
REASONS = {
    "not_on_network": "is not on the modelled network",
    "kind_off": "its kind is switched off (candidates)",
    "duplicate": "is a duplicate",
    "too_far": "lies too far from any road of the network",
    "forbidden": "is forbidden by the scenario (decision)",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate before duplicates and decisions; the lower `rank`, the more it is wanted."""

    site: CandidateSite
    rank: int


class _Search:
    """Collects candidates, rejections and faults."""

    def __init__(self, network: Network, scenario: Scenario) -> None:
        self.network = network
        self.scenario = scenario
        self.joiner = Joiner(network)
        self.land = ExcludedLand(scenario.candidates.exclusions)
        self.found: list[Found] = []
        self.rejected: list[RejectedSite] = []
        self.faults: list[Fault] = []
        self.taken: set[str] = set()
        self.box = _box(network)

    def accept(self, site: CandidateSite, rank: int) -> None:
        """Keep a candidate, unless its land is excluded."""
        excluded = self.land.at(site.lon, site.lat)
        if excluded is not None and not site.existing_tier:
            self.reject(site.id, (site.name_zh, site.name_en), (site.lon, site.lat), *excluded)
        else:
            self.found.append(Found(site, rank))

    def reject(self, site: str, names: tuple[str, str], at: LonLat, code: str, reason: str) -> None:
        """Keep the reason why a candidate is none."""
        self.rejected.append(
            RejectedSite(
                id=site,
                name_zh=names[0],
                name_en=names[1],
                lon=at[0],
                lat=at[1],
                code=code,
                reason=reason,
            )
        )

    def fault(self, key: str, value: object, expected: str, hint: str = "") -> None:
        """Keep what is wrong with the scenario."""
        self.faults.append(
            Fault(file="scenario", key=key, value=str(value), expected=expected, hint=hint)
        )

    def free_id(self, wanted: str, key: str) -> str:
        """Return an id for a site; one that is taken is a fault of the scenario."""
        if wanted in self.taken:
            self.fault(key, wanted, "an id that no other candidate site has")
        self.taken.add(wanted)
        return wanted


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
    search = _Search(network, scenario)
    for side in network.sides:
        _side(search, side)
    _exits(search)
    for site_id, site in sorted(scenario.site.items()):
        _own_site(search, site_id, site)
    for station_id, station in sorted(scenario.existing_station.items()):
        _existing(search, station_id, station)
    _check_shift(search)
    kept = _without_duplicates(search)
    kept = apply_decisions(search.scenario, kept, search.rejected, search.faults)
    if search.faults:
        raise InputError(search.faults)
    if not kept:
        raise InfeasibleError(_nothing_left(search.rejected), "Allow more kinds or less land.")
    nodes = {site.node for site in kept}
    joined = _only_used(search, nodes)
    return joined, CandidateSites(
        sites=tuple(sorted(kept, key=lambda site: site.id)),
        rejected=tuple(sorted(search.rejected, key=lambda site: (site.id, site.code))),
    )


def _side(search: _Search, side: ServiceAreaSide) -> None:
    options = search.scenario.candidates
    site_id = search.free_id(_ascii(side.id), "network.sides")
    names = (f"{side.name_zh}({side.direction_zh})", _side_name(side))
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


def _side_name(side: ServiceAreaSide) -> str:
    if not side.name_en:
        return ""
    return f"{side.name_en} ({side.direction_en})" if side.direction_en else side.name_en


def _exits(search: _Search) -> None:
    options = search.scenario.candidates
    for plaza in search.network.nodes:
        if plaza.kind != "plaza":
            continue
        site_id = search.free_id(_ascii(f"{plaza.id}.exit"), "network.nodes")
        names = _with_word(plaza.name_zh, "出口"), _with_word(plaza.name_en, " exit")
        at = plaza.lon, plaza.lat
        if not options.exits:
            search.reject(site_id, names, at, "kind_off", "candidates.exits is false")
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


def _own_site(search: _Search, site_id: str, spec: SiteSpec) -> None:
    key = f"site.{site_id}"
    names = spec.name_zh, spec.name_en
    node = _join(search, key, site_id, spec, names, spec.access_m)
    if node is None:
        return
    search.accept(
        CandidateSite(
            id=search.free_id(site_id, key),
            kind=spec.kind,
            name_zh=names[0],
            name_en=names[1],
            node=node.id,
            lon=spec.lon,
            lat=spec.lat,
            route=node.route if spec.carriageway else "",
            carriageway=spec.carriageway or "both",
            chainage_m=node.chainage_m if spec.carriageway else None,
            capex_factor=spec.capex_factor,
            source="scenario",
        ),
        rank=2,
    )


def _existing(search: _Search, station_id: str, spec: ExistingStationSpec) -> None:
    key = f"existing_station.{station_id}"
    if spec.tier not in search.scenario.tier:
        search.fault(f"{key}.tier", spec.tier, "one of " + ", ".join(search.scenario.tier))
    names = spec.name_zh, spec.name_en
    node = _join(search, key, station_id, spec, names, None)
    if node is None:
        return
    search.accept(
        CandidateSite(
            id=search.free_id(station_id, key),
            kind="existing",
            name_zh=names[0],
            name_en=names[1],
            node=node.id,
            lon=spec.lon,
            lat=spec.lat,
            route=node.route if spec.carriageway else "",
            carriageway=spec.carriageway or "both",
            chainage_m=node.chainage_m if spec.carriageway else None,
            existing_tier=spec.tier,
            existing_since=spec.since_year,
            source="scenario",
        ),
        rank=0,
    )


def _join(
    search: _Search,
    key: str,
    site_id: str,
    spec: SiteSpec | ExistingStationSpec,
    names: tuple[str, str],
    access_m: int | None,
) -> Node | None:
    """Return the node of a site of the user, or None where it joins no road."""
    at = spec.lon, spec.lat
    if swapped(at, search.box):
        hint = f"did you mean lon = {spec.lat}, lat = {spec.lon}?"
        search.fault(key, f"{spec.lon}, {spec.lat}", "a position near the network", hint)
        return None
    if search.joiner.has(f"site.{site_id}"):
        search.fault(key, site_id, "an id that no other candidate site has")
        return None
    if spec.place and spec.carriageway:
        search.fault(f"{key}.place", spec.place, "either a place or a carriageway, not both")
        return None
    if spec.place:
        return _join_place(search, key, site_id, spec, names, access_m)
    if spec.carriageway:
        side = search.joiner.nearest_side(at, spec.carriageway)
        if side is None:
            known = sorted({w for r in search.network.routes for w in (r.up, r.down)})
            search.fault(f"{key}.carriageway", spec.carriageway, "one of " + ", ".join(known))
            return None
        arc, away, share = side
        if away > FARTHEST_SIDE_M:
            words = f"{away / 1000:.1f} km from the nearest {spec.carriageway} carriageway"
            search.reject(site_id, names, at, "too_far", f"lies {words}")
            return None
        return search.joiner.on_side(site_id, arc, share, at, names)
    gate = search.joiner.nearest_gate(at)
    if gate is None or gate[1] > FARTHEST_GATE_M:
        away_km = float("inf") if gate is None else gate[1] / 1000
        words = f"lies {away_km:.1f} km from the nearest toll plaza or place of the network"
        search.reject(site_id, names, at, "too_far", words)
        return None
    road = round(ACCESS_RATIO * gate[1]) if access_m is None else access_m
    return search.joiner.at_gate(site_id, gate[0], at, road, names)


def _join_place(
    search: _Search,
    key: str,
    site_id: str,
    spec: SiteSpec | ExistingStationSpec,
    names: tuple[str, str],
    access_m: int | None,
) -> Node | None:
    """Return the node of the place, or one beyond it where the scenario gives a road."""
    places = {place.id: place.node for place in search.network.places}
    if spec.place not in places:
        search.fault(f"{key}.place", spec.place, "one of " + ", ".join(sorted(places)))
        return None
    node = search.joiner.node(places[spec.place])
    away = distance_m((node.lon, node.lat), (spec.lon, spec.lat))
    if away > FARTHEST_FROM_PLACE_M:
        words = f"within {FARTHEST_FROM_PLACE_M // 1000} km of {spec.place} ({away / 1000:.0f} km)"
        search.fault(key, f"{spec.lon}, {spec.lat}", words)
        return None
    if not access_m:
        return node
    return search.joiner.at_gate(site_id, node, (spec.lon, spec.lat), access_m, names)


def _check_shift(search: _Search) -> None:
    """Refuse sites that all lie off known things the way GCJ-02 does."""
    known = [
        (node.lon, node.lat)
        for node in search.network.nodes
        if node.kind in ("sa_side", "plaza", "terminal")
    ]
    pairs = []
    own = [(spec.lon, spec.lat) for spec in search.scenario.site.values()]
    own += [(spec.lon, spec.lat) for spec in search.scenario.existing_station.values()]
    for at in own:
        near = min(known, key=lambda place: distance_m(place, at), default=None)
        if near is not None and distance_m(near, at) <= GCJ_NEAR_M:
            pairs.append((at, near))
    if looks_like_gcj02(pairs, least=3):
        search.fault(
            "site",
            f"{len(pairs)} positions",
            "WGS-84; these look like GCJ-02, the shifted coordinates of Chinese web maps",
            "convert them (corridor.network.crs.gcj02_to_wgs84)",
        )


def _without_duplicates(search: _Search) -> list[CandidateSite]:
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


def _only_used(search: _Search, used: set[str]) -> Network:
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


def _box(network: Network) -> tuple[float, float, float, float]:
    lons = [node.lon for node in network.nodes]
    lats = [node.lat for node in network.nodes]
    margin = BOX_MARGIN_DEG
    return min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "site"


def _with_word(name: str, word: str) -> str:
    """Return a name with a word before its bracket, once: "Maling exit (assumed)"."""
    if word.strip() in name or not name:
        return name
    base, bracket, rest = name.partition("(")
    return f"{base.rstrip()}{word}{' ' * (' (' in name)}{bracket}{rest}" if bracket else base + word
