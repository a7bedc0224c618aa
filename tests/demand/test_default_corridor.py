"""Demand on the embedded corridor with the default scenario: every walk driven again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from corridor.candidates.generate import attach_sites
from corridor.demand.estimate import estimate_demand
from corridor.network.source import build_network
from corridor.scenario.load import load_scenario

DEFAULT = Path(__file__).parents[2] / "scenarios" / "liupanshui-xingyi.toml"


@pytest.fixture(scope="module")
def corridor() -> SimpleNamespace:
    """Return the default scenario up to its demand."""
    scenario = load_scenario(DEFAULT)
    network, sites = attach_sites(build_network(scenario.network), scenario)
    demand = estimate_demand(scenario, network, sites)
    return SimpleNamespace(
        scenario=scenario,
        network=network,
        sites=sites,
        demand=demand,
        arc={arc.id: arc for arc in network.arcs},
    )


def test_24_tonnes_a_day_in_2030(corridor: SimpleNamespace) -> None:
    """Base 2030: 800 trucks x 30 kg are 24 t/day wanted on base walks, split as the markets say."""
    wanted = {"captive": 0.0, "regional": 0.0, "through": 0.0}
    for c in corridor.demand.commodities:
        if c.year == 2030:
            wanted[c.market] += c.trips_per_day * (c.need_g or c.variants[0].total_g) / 1000
    assert sum(wanted.values()) == pytest.approx(24_000)
    assert wanted == pytest.approx({"captive": 12_000, "regional": 7_200, "through": 4_800})


def test_size(corridor: SimpleNamespace) -> None:
    """At least 30 commodities (OD x class x period), two classes, all three markets and periods."""
    commodities = corridor.demand.commodities
    assert len(commodities) >= 30
    assert {c.market for c in commodities} == {"captive", "regional", "through"}
    assert {c.year for c in commodities} == set(corridor.scenario.time.periods)
    assert {c.truck for c in commodities} == {"t31", "t49"}


def test_every_walk_drives_open_connected_road(corridor: SimpleNamespace) -> None:
    """Arc by arc: head meets tail, open in the period, ends where it should, loops close."""
    place = {place.id: place.node for place in corridor.network.places}
    for c in corridor.demand.commodities:
        for variant in c.variants:
            where = place[c.origin]
            for leg in variant.legs:
                for arc_id, grams in zip(leg.arcs, leg.grams, strict=True):
                    arc = corridor.arc[arc_id]
                    assert arc.tail == where, (c.id, variant.id)
                    assert arc.is_open(c.year)
                    assert grams >= 1
                    where = arc.head
                if leg.load == "laden":
                    assert where == place[c.destination]
            assert where == place[c.origin if c.convention == "LOOP" else c.destination]


def test_every_visit_is_found_again(corridor: SimpleNamespace) -> None:
    """Counting nodes and grams along each variant gives exactly its visits, no more, no fewer."""
    at: dict[str, set[str]] = {}
    for site in corridor.sites.sites:
        at.setdefault(site.node, set()).add(site.id)
    for c in corridor.demand.commodities:
        for variant in c.variants:
            steps = [
                (corridor.arc[a].head, g)
                for leg in variant.legs
                for a, g in zip(leg.arcs, leg.grams, strict=True)
            ]
            seen = {(s, 0, 0) for s in at.get(corridor.arc[variant.legs[0].arcs[0]].tail, ())}
            burnt = 0
            for position, (node, grams) in enumerate(steps, start=1):
                burnt += grams
                if c.convention == "ONEWAY" or position < len(steps):
                    seen |= {(s, position, burnt) for s in at.get(node, ())}
            listed = [(v.site, v.position, v.at_g) for v in variant.visits]
            assert len(set(listed)) == len(listed)
            assert set(listed) == seen
            assert [p for _, p, _ in listed] == sorted(p for _, p, _ in listed)
            assert burnt == variant.total_g


def test_detours_are_short_and_really_stop(corridor: SimpleNamespace) -> None:
    """A detour variant passes the site it is made for, and is longer by at most the limit."""
    limit = corridor.scenario.candidates.max_detour_m
    both = {site.id for site in corridor.sites.sites if site.carriageway == "both"}
    detours = 0
    for c in corridor.demand.commodities:
        base = c.variants[0]
        assert base.detour_sites == ()
        for variant in c.variants[1:]:
            detours += 1
            assert set(variant.detour_sites) <= both & {v.site for v in variant.visits}
            assert 0 <= variant.length_m - base.length_m <= limit
            assert variant.total_g >= base.total_g
    assert detours > 100


def test_sides_are_only_passed_on_their_carriageway(corridor: SimpleNamespace) -> None:
    """On base walks a one-sided site is reached and left on arcs of its own carriageway."""
    side = {site.id: site for site in corridor.sites.sites if site.kind == "sa_side"}
    for c in corridor.demand.commodities:
        arcs = [a for leg in c.variants[0].legs for a in leg.arcs]
        for visit in c.variants[0].visits:
            if visit.site in side:
                site = side[visit.site]
                arc = corridor.arc[arcs[visit.position - 1]]
                assert (arc.route, arc.carriageway) == (site.route, site.carriageway)


def test_consumption_is_plausible(corridor: SimpleNamespace) -> None:
    """49 t trucks burn 6-20 kg/100 km as a mean of laden and empty over all their loops."""
    loops = [
        c.variants[0]
        for c in corridor.demand.commodities
        if c.convention == "LOOP" and c.truck == "t49"
    ]
    mean = sum(v.total_g for v in loops) / sum(v.length_m for v in loops) * 100
    assert 6 <= mean <= 20
