"""Check of the candidate sites against the network and the scenario."""

from __future__ import annotations

import re

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.roads import straight_line_m
from corridor.certificate.verdict import Check, Tally

FARTHEST_FROM_PLACE_M = 30_000.0
"""A site that uses the node of a place stands no farther than this from it. Engineering
assumption: towns of the corridor are smaller. [m]"""
FARTHEST_FROM_OWN_NODE_M = 5.0
"""A site with a node of its own stands on it; coordinates are rounded. [m]"""


def check_sites(d: Dossier) -> Check:
    """Compare the candidate sites with the network and the scenario."""
    tally = Tally(
        "sites",
        "Every candidate stands at its node, on its node's carriageway, where the network and "
        "the scenario put it, with the decisions that the scenario took about it",
    )
    sides = {side["node"]: side for side in d.network["sides"] if side["node"]}
    for site in d.sites["sites"]:
        _check_place(d, site, tally)
        if site["kind"] == "sa_side":
            _check_side(site, sides.get(site["node"]), tally)
        _check_own(d, site, tally)
        _check_decision(d, site, tally)
    return tally.done()


def _check_place(d: Dossier, site: Document, tally: Tally) -> None:
    where, node = f"site {site['id']}", d.roads.nodes[site["node"]]
    away = straight_line_m(site, node)
    own = node["kind"] == "site"
    tally.require(
        away <= (FARTHEST_FROM_OWN_NODE_M if own else FARTHEST_FROM_PLACE_M),
        f"{where}: lies at {site['lon']:g}, {site['lat']:g}, {away / 1000:.2f} km from its node "
        f"{site['node']}; are longitude and latitude swapped?",
    )
    if node["kind"] == "sa_side":
        for key in ("route", "carriageway", "chainage_m"):
            tally.require(
                site.get(key) == node.get(key),
                f"{where}: {key} is {site.get(key)!r}, its node says {node.get(key)!r}.",
            )
    elif site["carriageway"] not in ("both", ""):
        tally.require(
            site["carriageway"] == node.get("carriageway"),
            f"{where}: serves {site['carriageway']}, its node lies on "
            f"{node.get('carriageway') or 'no carriageway'}.",
        )


def _check_side(site: Document, side: Document | None, tally: Tally) -> None:
    where = f"site {site['id']}"
    if not tally.require(side is not None, f"{where}: the network has no service area there."):
        return
    assert side is not None
    slug = re.sub(r"[^a-z0-9._-]+", "-", side["id"].lower()).strip("-.")
    tally.require(
        site["id"] == slug, f"{where}: its node {site['node']} is that of the side {side['id']}."
    )
    tally.require(
        (site["lon"], site["lat"]) == (side["lon"], side["lat"]),
        f"{where}: lies at {site['lon']}, {site['lat']}, the network's side at {side['lon']}, "
        f"{side['lat']}.",
    )


def _check_own(d: Dossier, site: Document, tally: Tally) -> None:
    """Compare a site that the scenario names with what it says there."""
    where = f"site {site['id']}"
    own = d.section("site").get(site["id"])
    existing = d.section("existing_station").get(site["id"])
    for row in (own, existing):
        if row is not None:
            tally.require(
                (site["lon"], site["lat"]) == (row["lon"], row["lat"]),
                f"{where}: lies at {site['lon']}, {site['lat']}, the scenario says {row['lon']}, "
                f"{row['lat']}.",
            )
    stated = existing or own or {}
    tally.require(
        site.get("position_km") == stated.get("position_km"),
        f"{where}: its position is good to {site.get('position_km')} km, the scenario says "
        f"{stated.get('position_km')}.",
    )
    factor = (own or {}).get("capex_factor") or 1.0
    tally.require(
        site["capex_factor"] == factor,
        f"{where}: CAPEX factor is {site['capex_factor']}, the scenario says {factor}.",
    )
    tier = d.stated_tier(existing) if existing else ""
    expected = (tier, existing["since_year"]) if existing and tier else ("", None)
    tally.require(
        (site["existing_tier"], site.get("existing_since")) == expected,
        f"{where}: stands as {site['existing_tier']!r} since {site.get('existing_since')}, the "
        f"scenario says {expected[0]!r} since {expected[1]}.",
    )


def _check_decision(d: Dossier, site: Document, tally: Tally) -> None:
    where = f"site {site['id']}"
    decision = d.section("decision").get(site["id"]) or {}
    opening = decision.get("open") or "free"
    tally.require(
        site["forbidden"] == (opening == "forbidden"),
        f"{where}: forbidden is {site['forbidden']}, the scenario says {opening}.",
    )
    tally.require(
        set(site["tiers"]) == set(decision.get("tiers") or []),
        f"{where}: allowed tiers are {site['tiers']}, the scenario says "
        f"{decision.get('tiers') or 'all'}.",
    )
    required = opening == "required"
    tally.require(
        (site.get("required_from") is not None) == required,
        f"{where}: required from {site.get('required_from')}, the scenario says {opening}.",
    )
    if required and site.get("required_from") is not None:
        year = decision.get("from_year") or d.years[0]
        tally.require(
            max(site["required_from"], d.years[0]) == max(year, d.years[0]),
            f"{where}: required from {site['required_from']}, the scenario says {year}.",
        )
        least = decision.get("min_tier") or ""
        tally.require(
            d.tiers.get(site["required_tier"], 1) == d.tiers.get(least, 1),
            f"{where}: required tier is {site['required_tier']!r}, the scenario says {least!r}.",
        )
