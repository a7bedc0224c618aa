"""Sites that the scenario names itself: parks, plots of the user, existing stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.candidates.joining import ACCESS_RATIO, FARTHEST_GATE_M, FARTHEST_SIDE_M
from corridor.candidates.search import Search
from corridor.candidates.sites import CandidateSite
from corridor.network.crs import gcj02_shift, looks_like_gcj02, swapped
from corridor.network.geometry import distance_m

if TYPE_CHECKING:
    from corridor.network.network import HydrogenStation, Node
    from corridor.scenario.roads import ExistingStationSpec, SiteSpec

POSITION_SLACK_M = 2_000.0
"""An access road may be shorter than half the straight line by this: positions are approximate.
The certificate has the same rule. [m]"""

FARTHEST_FROM_PLACE_M = 30_000
"""A site that names a place lies within this of it, or one of the two is wrong. [m]"""

SAME_STATION_M = 150.0
"""A station of the scenario this near to one of the map is that one: a filling station with its
yard is about so large. Engineering assumption. [m]"""


def find_own_site(search: Search, site_id: str, spec: SiteSpec) -> None:
    """Look at a site of the scenario."""
    key = f"site.{site_id}"
    names = spec.name_zh, spec.name_en
    node = _join(search, key, site_id, spec, names=names, access_m=spec.access_m)
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
            position_km=spec.position_km,
            source="scenario",
        ),
        rank=2,
    )


def find_existing(search: Search, station_id: str, spec: ExistingStationSpec) -> None:
    """Look at an existing station: it is never rejected for its land."""
    key = f"existing_station.{station_id}"
    names = spec.name_zh, spec.name_en
    tier = search.scenario.existing_tier(station_id)
    if not tier:
        words = f"stands since {spec.since_year}, but how much it can sell is not known"
        todo = f"give {key} a tier, or all such stations one by station.existing_assumed_tier"
        at = spec.lon, spec.lat
        search.reject(station_id, names, at, "capacity_unknown", f"{words}; {todo}")
        return
    if tier not in search.scenario.tier:
        search.fault(f"{key}.tier", tier, "one of " + ", ".join(search.scenario.tier))
    node = _join(search, key, station_id, spec, names=names, access_m=None)
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
            existing_tier=tier,
            existing_since=spec.since_year,
            position_km=spec.position_km,
            source="scenario",
        ),
        rank=0,
    )


def list_mapped(search: Search, station: HydrogenStation) -> None:
    """List a station of the map that the scenario gives no size to: it serves nobody.

    Maps do not say how much a station can sell, and none is assumed. The scenario makes it an
    existing station by its id, or by any id within `SAME_STATION_M` of it.
    """
    at = station.lon, station.lat
    given = search.scenario.existing_station
    if station.id in given:
        return
    names = station.name_zh, station.name_en
    site_id = search.ids.of_road(station.id)
    for key, spec in sorted(given.items()):
        if distance_m(at, (spec.lon, spec.lat)) < SAME_STATION_M:
            search.reject(site_id, names, at, "duplicate", f"is existing_station.{key}")
            return
    words = f"stands on the map ({station.sells}), which does not say how much it can sell"
    todo = f"give it a tier as existing_station.{station.id}"
    search.reject(site_id, names, at, "capacity_unknown", f"{words}; {todo}")


def _join(
    search: Search,
    key: str,
    site_id: str,
    spec: SiteSpec | ExistingStationSpec,
    *,
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
        return _join_place(search, key, site_id, spec, names=names, access_m=access_m)
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
    if not _long_enough(search, key, road, gate[1]):
        return None
    return search.joiner.at_gate(site_id, gate[0], at, road, names)


def _long_enough(search: Search, key: str, road_m: int, straight_m: float) -> bool:
    """Whether an access road can be that short; a fault of the user where it cannot.

    Positions of parks and plots are good to a kilometre or two, hence the slack.
    """
    least = 0.5 * straight_m - POSITION_SLACK_M
    if road_m >= least:
        return True
    search.fault(
        f"{key}.access_m",
        f"{road_m}",
        f"at least {least:.0f} m: the plot lies {straight_m:.0f} m from the road's end as the crow "
        "flies",
        "leave access_m out, or correct the position",
    )
    return False


def _join_place(
    search: Search,
    key: str,
    site_id: str,
    spec: SiteSpec | ExistingStationSpec,
    *,
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
    if not _long_enough(search, key, access_m, away):
        return None
    return search.joiner.at_gate(site_id, node, (spec.lon, spec.lat), access_m, names)


def check_shift(search: Search) -> None:
    """Refuse sites that all lie off known things the way GCJ-02 does."""
    known = [
        (node.lon, node.lat) for node in search.network.nodes if node.kind in ("sa_side", "plaza")
    ]
    own = [(spec.lon, spec.lat) for spec in search.scenario.site.values()]
    own += [(spec.lon, spec.lat) for spec in search.scenario.existing_station.values()]
    if looks_like_gcj02(own, known):
        metres, bearing = gcj02_shift(own)
        search.fault(
            "site",
            f"{len(own)} positions",
            "WGS-84; these look like GCJ-02, the shifted coordinates of Chinese web maps: all lie "
            f"about {metres:.0f} m off towards {bearing:.0f}° from north",
            "convert them (corridor.network.crs.gcj02_to_wgs84)",
        )
