"""Walks and detours on a straight expressway, counted again by a walker of the test's own."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.demand.assign import BareLeg, BurnTable, base_walk
from corridor.demand.detours import Detour, Detours, combinations_of
from corridor.demand.trips import Leg, Variant, Visit
from corridor.demand.variants import Rules, drivable, drive, gaps_g, without_loss

LOOP = Rules(truck="t49", convention="LOOP", usable_g=32400, start_g=0, end_g=0, cny_per_km=3.0)
ONEWAY = replace(LOOP, convention="ONEWAY", start_g=16200, end_g=9720)


def setting(toolbox: SimpleNamespace, **network: Any) -> SimpleNamespace:
    road = toolbox.straight(**network)
    scenario = toolbox.scenario_of()
    sites = toolbox.sites_of(road).sites
    ways = toolbox.Dijkstra(road, 2026)
    table = BurnTable(scenario, road)
    at: dict[str, list[str]] = {}
    for site in sites:
        at.setdefault(site.node, []).append(site.id)
    return SimpleNamespace(
        road=road,
        scenario=scenario,
        sites=sites,
        ways=ways,
        table=table,
        at=at,
        detours=Detours(scenario, table, ways, sites),
    )


def independent_visits(road: Any, sites: Any, variant: Variant, loop: bool) -> list[Visit]:
    """Walk arc by arc and write down every site passed: shares no code with the package."""
    arc = {a.id: a for a in road.arcs}
    steps = [(a, g) for leg in variant.legs for a, g in zip(leg.arcs, leg.grams, strict=True)]
    seen = []
    burnt = 0
    where = arc[steps[0][0]].tail
    for position in range(len(steps) + 1):
        if not (loop and position == len(steps)):
            seen += [
                Visit(site=site.id, position=position, at_g=burnt)
                for site in sorted(sites, key=lambda s: s.id)
                if site.node == where
            ]
        if position < len(steps):
            assert arc[steps[position][0]].tail == where, "the walk has a hole"
            where = arc[steps[position][0]].head
            burnt += steps[position][1]
    return seen


def test_a_loop_goes_out_laden_and_comes_back_empty(toolbox: SimpleNamespace) -> None:
    """The base walk of a LOOP is the shortest way there and the shortest way back."""
    s = setting(toolbox)
    legs = base_walk(s.ways, "t0", "t3", "LOOP")
    assert legs == (
        BareLeg("laden", s.ways.walk("t0", "t3")),
        BareLeg("empty", s.ways.walk("t3", "t0")),
    )


def test_a_missing_way_is_named_by_its_direction(toolbox: SimpleNamespace) -> None:
    """Where only the way back is missing, the answer is the way back."""
    s = setting(toolbox)
    road = replace(s.road, arcs=tuple(a for a in s.road.arcs if a.id != "d-s1>d-d1"))
    ways = toolbox.Dijkstra(road, 2026)
    assert base_walk(ways, "t0", "t3", "LOOP") == "back"
    assert base_walk(ways, "t3", "t0", "LOOP") == "out"
    assert base_walk(ways, "t0", "t3", "ONEWAY") != "out"


def test_the_base_walk_sees_only_its_own_carriageway(toolbox: SimpleNamespace) -> None:
    """Out passes the three up sides, back the three down sides, in driving order."""
    s = setting(toolbox)
    legs = base_walk(s.ways, "t0", "t3", "LOOP")
    variant = drive(s.table, LOOP, s.at, legs)
    passed = [visit.site for visit in variant.visits]
    assert passed == ["u-s0", "u-s1", "u-s2", "d-s2", "d-s1", "d-s0"]


def test_exit_detour_leaves_at_the_diverge_and_returns_at_the_merge(
    toolbox: SimpleNamespace,
) -> None:
    """Diverge -> plaza -> site -> plaza -> merge: 2 x 400 + 2 x 1500 m instead of 300 m."""
    s = setting(toolbox)
    (out, back) = base_walk(s.ways, "t0", "t3", "LOOP")
    found = {d.site: d for d in s.detours.of_leg(0, out.arcs)}
    assert sorted(found) == ["x0", "x1", "x2", "x3"]
    one = found["x1"]
    assert one.arcs == ("u-d1>p1", "p1>x1", "x1>p1", "p1>u-m1")
    assert one.extra_m == 2 * 400 + 2 * 1500 - 300
    assert out.arcs[one.leave : one.rejoin] == ("u-d1>u-m1",)
    # The walk begins at the plaza of exit 0: the site there is a detour from and to one node.
    assert found["x0"].leave == found["x0"].rejoin
    assert found["x0"].extra_m == 2 * 1500
    returning = {d.site: d for d in s.detours.of_leg(1, back.arcs)}
    assert returning["x1"].arcs == ("d-d1>p1", "p1>x1", "x1>p1", "p1>d-m1")
    assert returning["x1"].leg == 1


def test_one_sided_sites_are_never_a_detour(toolbox: SimpleNamespace) -> None:
    """However long a detour may be, nobody turns round for a side of the other carriageway."""
    s = setting(toolbox, spacing_m=2000)
    s.scenario.candidates.max_detour_m = 100_000
    detours = Detours(s.scenario, s.table, s.ways, s.sites)
    legs = base_walk(s.ways, "t0", "t3", "ONEWAY")
    assert {d.site for d in detours.of_leg(0, legs[0].arcs)} == {"x0", "x1", "x2", "x3"}


def test_forbidden_sites_are_no_detour_unless_a_station_stands(toolbox: SimpleNamespace) -> None:
    """Where nothing may be built and nothing stands, no truck has business."""
    s = setting(toolbox)
    sites = [
        replace(site, forbidden=site.id in ("x1", "x2"), existing_tier="t" * (site.id == "x2"))
        for site in s.sites
    ]
    detours = Detours(s.scenario, s.table, s.ways, sites)
    legs = base_walk(s.ways, "t0", "t3", "ONEWAY")
    assert {d.site for d in detours.of_leg(0, legs[0].arcs)} == {"x0", "x2", "x3"}


@pytest.mark.parametrize(("max_detour_m", "expected"), [(3499, {"x0", "x3"}), (3500, None)])
def test_the_longest_detour_is_kept(
    toolbox: SimpleNamespace, max_detour_m: int, expected: set[str] | None
) -> None:
    """A detour of exactly the limit is allowed, one metre more is not."""
    s = setting(toolbox)
    s.scenario.candidates.max_detour_m = max_detour_m
    detours = Detours(s.scenario, s.table, s.ways, s.sites)
    legs = base_walk(s.ways, "t0", "t3", "ONEWAY")
    found = {d.site for d in detours.of_leg(0, legs[0].arcs)}
    assert found == (expected or {"x0", "x1", "x2", "x3"})


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_least_extra_equals_enumeration(toolbox: SimpleNamespace, data: st.DataObject) -> None:
    """The detour found is the shortest of all pairs leave <= rejoin, on random small networks."""
    from corridor.network.network import Arc, Network, Node

    size = data.draw(st.integers(4, 8))
    names = [f"n{i}" for i in range(size)]
    lengths = data.draw(
        st.dictionaries(
            st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(
                lambda pair: pair[0] != pair[1]
            ),
            st.integers(1, 9),
            min_size=size,
        )
    )
    road = Network(
        name="random",
        nodes=tuple(Node(id=n, kind="site", lon=0, lat=0) for n in names),
        arcs=tuple(
            Arc(id=f"{t}>{h}", tail=t, head=h, length_m=m, kind="access")
            for (t, h), m in sorted(lengths.items())
        ),
        routes=(),
    )
    ways = toolbox.Dijkstra(road, 2026)
    walk = ways.walk("n0", "n1")
    if not walk:
        return
    scenario = toolbox.scenario_of()
    scenario.candidates.max_detour_m = 15
    table = BurnTable(scenario, road)
    sites = [site for site in toolbox.sites_of(road).sites if site.id == "n2"]
    found = Detours(scenario, table, ways, sites).of_leg(0, walk)
    nodes = ["n0", *(arc.split(">")[1] for arc in walk)]
    run = [sum(lengths[tuple(arc.split(">"))] for arc in walk[:i]) for i in range(len(nodes))]
    options = []
    for i, j in product(range(len(nodes)), repeat=2):
        going = ways.distances_from(nodes[i]).get("n2")
        coming = ways.distances_from("n2").get(nodes[j])
        if i <= j and going is not None and coming is not None:
            options.append(going + coming - (run[j] - run[i]))
    if "n2" in nodes or not options or min(options) > 15:
        assert found == ()
    else:
        assert [d.extra_m for d in found] == [min(options)]


@pytest.mark.parametrize("stops", [0, 1, 2, 3])
def test_combinations_do_not_overlap(toolbox: SimpleNamespace, stops: int) -> None:
    """All choices of up to so many detours that follow each other; each one drivable as it is."""
    s = setting(toolbox)
    legs = base_walk(s.ways, "t0", "t3", "LOOP")
    detours = [d for i, leg in enumerate(legs) for d in s.detours.of_leg(i, leg.arcs)]
    assert len(detours) == 8
    choices = combinations_of(detours, stops)
    # Exits lie apart, so that every subset is a choice: sum of binomials of 8.
    assert len(choices) == {0: 0, 1: 8, 2: 8 + 28, 3: 8 + 28 + 56}[stops]
    assert len(set(choices)) == len(choices)
    for choice in choices:
        variant = drive(s.table, LOOP, s.at, legs, choice)
        assert variant.visits == tuple(independent_visits(s.road, s.sites, variant, loop=True))
        passed = [visit.site for visit in variant.visits]
        assert set(variant.detour_sites) <= set(passed)


@pytest.mark.parametrize("rules", [LOOP, ONEWAY])
def test_visits_grams_and_lengths_are_recounted(toolbox: SimpleNamespace, rules: Rules) -> None:
    """An independent walker finds the same visits, grams, length and detour cost."""
    s = setting(toolbox, heights=lambda chainage_m: 1800 - chainage_m / 100)
    legs = base_walk(s.ways, "t0", "t3", rules.convention)
    base_m = sum(s.table.length_m(leg.arcs) for leg in legs)
    detours = [d for i, leg in enumerate(legs) for d in s.detours.of_leg(i, leg.arcs)]
    length = {a.id: a.length_m for a in s.road.arcs}
    for choice in [(), *combinations_of(detours, 1)]:
        variant = drive(s.table, rules, s.at, legs, choice)
        loop = rules.convention == "LOOP"
        assert variant.visits == tuple(independent_visits(s.road, s.sites, variant, loop))
        assert variant.total_g == sum(sum(leg.grams) for leg in variant.legs)
        assert variant.length_m == sum(length[a] for leg in variant.legs for a in leg.arcs)
        extra = variant.length_m - base_m
        assert extra == sum(d.extra_m for d in choice)
        assert variant.detour_cny_per_trip == pytest.approx(3.0 * extra / 1000)
        assert (variant.id == "base") == (not choice)


def test_a_site_at_the_destination_is_passed_oneway(toolbox: SimpleNamespace) -> None:
    """A ONEWAY trip may buy where it ends: position = number of arcs, after all its hydrogen."""
    s = setting(toolbox)
    s.at["t3"] = ["end"]
    variant = drive(s.table, ONEWAY, s.at, base_walk(s.ways, "t0", "t3", "ONEWAY"))
    assert variant.visits[-1] == Visit(
        site="end", position=len(variant.legs[0].arcs), at_g=variant.total_g
    )


def test_a_loop_lists_its_start_once(toolbox: SimpleNamespace) -> None:
    """A site at the origin is passed at 0, not again at the end of the lap."""
    s = setting(toolbox)
    s.at["t0"] = ["home"]
    variant = drive(s.table, LOOP, s.at, base_walk(s.ways, "t0", "t3", "LOOP"))
    assert [v.position for v in variant.visits if v.site == "home"] == [0]


def made(site_positions: list[tuple[str, int]], total_g: int, cost: float = 0.0) -> Variant:
    return Variant(
        id=f"{site_positions}{total_g}{cost}",
        legs=(Leg(load="laden", arcs=("a",), grams=(total_g,)),),
        visits=tuple(Visit(site=s, position=0, at_g=g) for s, g in site_positions),
        total_g=total_g,
        length_m=1,
        detour_cny_per_trip=cost,
    )


def test_gaps_of_a_loop_reach_round() -> None:
    """The last gap of a lap ends at the first visit of the next; all gaps sum to the lap."""
    variant = made([("a", 10), ("b", 40)], 100)
    assert gaps_g(variant, LOOP) == (30, 70)
    assert gaps_g(variant, ONEWAY) == (10, 30, 60)
    assert gaps_g(made([], 100), LOOP) == (100,)


@pytest.mark.parametrize(
    ("visits", "total", "rules", "can"),
    [
        ([("a", 0)], 32400, LOOP, True),
        ([("a", 0)], 32401, LOOP, False),
        ([], 10, LOOP, False),  # a loop without any station runs dry, however short
        ([("a", 16200)], 16200 + 22680, ONEWAY, True),
        ([("a", 16201)], 20000, ONEWAY, False),
        ([("a", 16200)], 16200 + 22681, ONEWAY, False),
        ([], 6480, ONEWAY, True),
        ([], 6481, ONEWAY, False),
    ],
)
def test_drivable_to_the_gram(
    visits: list[tuple[str, int]], total: int, rules: Rules, can: bool
) -> None:
    """With a station at every visit a trip works up to the last gram of tank, start and end."""
    variant = made(visits, total)
    assert drivable(variant, gaps_g(variant, rules), rules) is can


def test_a_trip_without_need_has_no_detours() -> None:
    """Where start less end covers the base walk, only the base walk stays."""
    base = made([("a", 5)], 6480)
    kept, lost = without_loss([base, made([("a", 5), ("x", 6)], 6500)], ONEWAY)
    assert kept == (base,)
    assert lost == 1


def test_dominated_means_the_same_sites_with_no_less_anywhere() -> None:
    """Only a variant that is nowhere better goes; other sites, or one smaller gap, save it."""
    base = made([("a", 100)], 1000)
    good = made([("a", 100), ("x", 300)], 1100, 5.0)
    worse = made([("a", 100), ("x", 320)], 1120, 5.0)
    nearer = made([("a", 100), ("x", 250)], 1120, 6.0)
    other = made([("a", 100), ("y", 300)], 1200, 9.0)
    cheaper = made([("a", 100), ("x", 400)], 1500, 1.0)
    for order in (
        [base, good, worse, nearer, other, cheaper],
        [base, cheaper, worse, other, nearer, good],
    ):
        kept, lost = without_loss(order, LOOP)
        assert set(kept) == {base, good, nearer, other, cheaper}
        assert kept[0] is base
        assert lost == 1


def test_the_base_walk_stays_even_where_it_cannot_be_driven() -> None:
    """The base walk defines what the trip wants, so that it never goes."""
    base = made([("a", 100)], 99_999)
    assert without_loss([base], LOOP) == ((base,), 0)
    usual, better = made([("a", 100)], 1000), made([("a", 90)], 990)
    assert without_loss([usual, better], LOOP) == ((usual, better), 0)


def test_detours_may_meet_but_not_cross() -> None:
    """Where one rejoins the other may leave, at the same node too; before that it may not."""

    def at(site: str, leave: int, rejoin: int) -> Detour:
        return Detour(site=site, leg=0, leave=leave, rejoin=rejoin, arcs=(), extra_m=0)

    a, b, c = at("a", 2, 3), at("b", 3, 3), at("c", 3, 5)
    chosen = {tuple(d.site for d in choice) for choice in combinations_of([c, b, a], 3)}
    assert chosen == {
        *((name,) for name in "abc"),
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
        ("a", "b", "c"),
    }
    crossing = [at("a", 2, 4), at("b", 3, 5)]
    assert {tuple(d.site for d in choice) for choice in combinations_of(crossing, 2)} == {
        ("a",),
        ("b",),
    }


def test_laden_burns_more_than_empty(toolbox: SimpleNamespace) -> None:
    """On a flat road the way out with 49 t costs more than the way back with 18 t, arc by arc."""
    s = setting(toolbox)
    out, back = drive(s.table, LOOP, s.at, base_walk(s.ways, "t0", "t3", "LOOP")).legs
    assert s.table.length_m(out.arcs) == s.table.length_m(back.arcs)
    assert sum(out.grams) > 1.5 * sum(back.grams)
