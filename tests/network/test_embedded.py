"""The embedded corridor is the road network that planners know: lengths, sides, turns, years."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.network.embedded import _lines, embedded_network
from corridor.network.geometry import distance_m
from corridor.network.network import Arc, Network
from corridor.network.paths import Router, strong_components
from corridor.network.tables import read_tables

PERIODS = (2026, 2030, 2035)
CITED_KM = {
    "六镇高速": 44.132,
    "六六高速": 60.7,
    "六威高速": 190.114,
    "盘兴高速": 88.943,
    "赫六高速": 69.946,
    "纳晴高速": 162.167,
    "六安高速": 152.8,
    "晴兴高速": 70.1,
    "水盘高速": 90.0,
}
S77_SIDES = ("发耳服务区", "鸡场坪服务区", "丹霞服务区", "保田服务区", "马岭停车区")
NOT_ON_THE_ROAD = ("plaza", "terminal", "cordon", "site")


def _by_id(network: Network) -> dict[str, Arc]:
    return {arc.id: arc for arc in network.arcs}


def test_sizes(embedded: Network) -> None:
    """The corridor is as large as the report says; a lost row of a table is noticed."""
    assert len(embedded.routes) == 9
    assert len(embedded.sides) == 127
    assert sum(1 for side in embedded.sides if side.node) == 81
    assert len(embedded.places) == 29
    kinds = Counter(node.kind for node in embedded.nodes)
    assert kinds["plaza"] == 59
    assert kinds["sa_side"] == 81
    assert (len(embedded.nodes), len(embedded.arcs)) == (946, 1214)


@pytest.mark.parametrize("year", PERIODS)
def test_one_strongly_connected_network_per_period(embedded: Network, year: int) -> None:
    """From every node of the corridor every other can be driven to, in every period."""
    parts = strong_components(embedded, year)
    assert [len(part) for part in parts] == [len(embedded.nodes)]


def test_two_carriageways_of_equal_length(embedded: Network) -> None:
    """Both carriageways of a route are as long as the route."""
    length: dict[tuple[str, str], int] = defaultdict(int)
    for arc in embedded.arcs:
        if arc.kind == "mainline":
            length[arc.route, arc.carriageway] += arc.length_m
    for route in embedded.routes:
        assert length[route.ref, route.up] == route.length_m
        assert length[route.ref, route.down] == route.length_m


@pytest.mark.parametrize(("section", "km"), CITED_KM.items())
def test_sections_have_their_published_length(embedded: Network, section: str, km: float) -> None:
    """Each carriageway of a section is within 0.5 % of the length that was published for it."""
    metres: dict[str, int] = defaultdict(int)
    for arc in embedded.arcs:
        if arc.section == section and arc.kind == "mainline":
            metres[arc.carriageway] += arc.length_m
    assert len(metres) == 2
    for length in metres.values():
        assert length / 1000 == pytest.approx(km, rel=0.005)


def test_s77_from_junction_to_junction(embedded: Network) -> None:
    """G56 to G78 along S77 is 175 to 185 km, both ways, without leaving S77."""
    arcs = _by_id(embedded)
    router = Router(embedded, 2026)
    for tail, head in (
        ("s77.g56.xingyi.merge", "s77.xingyi-east.xingyi.diverge"),
        ("s77.xingyi-east.shuicheng.merge", "s77.g56.shuicheng.diverge"),
    ):
        walk = router.walk(tail, head)
        assert walk is not None
        assert {arcs[arc].route for arc in walk} == {"S77"}
        assert 175_000 <= sum(arcs[arc].length_m for arc in walk) <= 185_000


@pytest.mark.parametrize(
    ("direction", "tail", "head", "order"),
    [
        ("兴义方向", "s77.g56.xingyi.merge", "s77.xingyi-east.xingyi.diverge", S77_SIDES),
        (
            "水城方向",
            "s77.xingyi-east.shuicheng.merge",
            "s77.g56.shuicheng.diverge",
            S77_SIDES[::-1],
        ),
    ],
)
def test_the_ten_sides_of_s77(
    embedded: Network, direction: str, tail: str, head: str, order: tuple[str, ...]
) -> None:
    """A truck on S77 passes the five sides of its own direction, in the order of the road."""
    arcs, sides = _by_id(embedded), {side.node: side for side in embedded.sides if side.node}
    walk = Router(embedded, 2026).walk(tail, head)
    assert walk is not None
    passed = [sides[arcs[arc].head] for arc in walk if arcs[arc].head in sides]
    assert tuple(side.name_zh for side in passed) == order
    assert {side.direction_zh for side in passed} == {direction}


def test_every_placed_side_is_on_the_carriageway_that_it_names(embedded: Network) -> None:
    """The carriageway of a side's node is the direction that stands on its sign."""
    nodes = {node.id: node for node in embedded.nodes}
    for side in embedded.sides:
        if side.node:
            assert nodes[side.node].carriageway == side.direction_zh
            assert not side.left_out_because
        else:
            assert side.left_out_because


def test_positions_agree_that_traffic_keeps_right() -> None:
    """Of a pair of sides, the one of a direction lies to the right: list and axes fit together.

    Pairs that lie apart along the road, on coarse lines, may say otherwise.
    """
    tables = read_tables("liupanshui-xingyi")
    lines, _ = _lines(tables, frozenset())
    pairs: dict[tuple[str, str], dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in tables.sides:
        if row.route:
            pairs[row.route, row.name_zh][row.side] = (row.lon, row.lat)
    right = []
    for (route, _), pair in pairs.items():
        if len(pair) < 2:
            continue
        axis = lines[route][0]
        up, down = pair["up"], pair["down"]
        middle = (axis.chainage_of(up)[0] + axis.chainage_of(down)[0]) / 2
        a = axis.position(max(0.0, middle - 300), right_m=0, upwards=True)
        b = axis.position(min(axis.length_m, middle + 300), right_m=0, upwards=True)
        scale = math.cos(math.radians(up[1]))
        ahead = ((b[0] - a[0]) * scale, b[1] - a[1])
        across = ((up[0] - down[0]) * scale, up[1] - down[1])
        right.append(ahead[0] * across[1] - ahead[1] * across[0] < 0)
    assert len(right) == 40
    assert sum(right) >= 34


def test_facts_are_all_there(embedded: Network, shared: Path) -> None:
    """Every side of the list is in our table, at its place, once."""
    with (shared / "network" / "service_areas.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    facts = Counter(
        (row["name_zh"], row["highway_zh"], row["direction_zh"], float(row["lon"])) for row in rows
    )
    ours = Counter(
        (side.name_zh, side.highway_zh, side.direction_zh, side.lon) for side in embedded.sides
    )
    assert facts == ours


@pytest.mark.parametrize("place", ["liuzhi", "panzhou", "guiyang", "luxi-park", "xingyi"])
def test_towns_are_reached_from_everywhere(embedded: Network, place: str) -> None:
    """From every place of the corridor a truck reaches the town and comes back."""
    router = Router(embedded, 2026)
    nodes = {one.id: one.node for one in embedded.places}
    there, back = router.distances_to(nodes[place]), router.distances_from(nodes[place])
    for other in nodes.values():
        assert there[other] < 700_000
        assert back[other] < 700_000


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_nobody_turns_round_at_a_junction(embedded: Network, data: st.DataObject) -> None:
    """No shortest way changes to the opposite carriageway of a road at a junction.

    It may where it passes a toll plaza, a place or the study's edge in between.
    """
    router, arcs = _cached(embedded)
    ids = [node.id for node in embedded.nodes]
    kinds = {node.id: node.kind for node in embedded.nodes}
    walk = router.walk(data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids)))
    assert walk is not None
    last: tuple[str, str] | None = None
    for arc in (arcs[name] for name in walk):
        if kinds[arc.tail] in NOT_ON_THE_ROAD:
            last = None
        if arc.kind == "mainline":
            if last is not None and last[0] == arc.route:
                assert last[1] == arc.carriageway
            last = (arc.route, arc.carriageway)


_CACHE: dict[int, tuple[Router, dict[str, Arc]]] = {}


def _cached(network: Network) -> tuple[Router, dict[str, Arc]]:
    if id(network) not in _CACHE:
        _CACHE[id(network)] = Router(network, 2026), _by_id(network)
    return _CACHE[id(network)]


def test_no_way_leads_through_another_town_or_beyond_the_edge(embedded: Network) -> None:
    """Between any two places trucks stay on the expressways: no toll plaza but their own."""
    router, arcs = _cached(embedded)
    kinds = {node.id: node.kind for node in embedded.nodes}
    for origin in embedded.places:
        for destination in embedded.places:
            if origin.node == destination.node:
                continue
            walk = router.walk(origin.node, destination.node)
            assert walk is not None
            own = {arcs[walk[0]].head, arcs[walk[-1]].tail}
            between = {arcs[arc].head for arc in walk[:-1]} - own
            assert not {kinds[node] for node in between} & set(NOT_ON_THE_ROAD)


def test_ramps_of_junctions_join_another_road(embedded: Network) -> None:
    """Every ramp leaves a diverge node or a plaza, and at a junction joins another expressway.

    A merge node leads on along its carriageway only, so no chain of ramps turns a truck round.
    """
    nodes = {node.id: node for node in embedded.nodes}
    after: dict[str, list[Arc]] = defaultdict(list)
    for arc in embedded.arcs:
        after[arc.tail].append(arc)
    for arc in embedded.arcs:
        if arc.kind != "ramp":
            continue
        tail, head = nodes[arc.tail], nodes[arc.head]
        assert tail.kind in ("diverge", "plaza")
        assert head.kind in ("merge", "plaza")
        if tail.kind == "diverge" and head.kind == "merge":
            assert tail.route != head.route
        if head.kind == "merge":
            onward = after[head.id]
            assert [(one.kind, one.carriageway) for one in onward] == [
                ("mainline", head.carriageway)
            ]


def test_arcs_are_as_long_as_the_ground_between_them(embedded: Network) -> None:
    """No arc is shorter than 1 m, and none between points of the axis shorter than the line."""
    nodes = {node.id: node for node in embedded.nodes}
    for arc in embedded.arcs:
        tail, head = nodes[arc.tail], nodes[arc.head]
        assert arc.length_m >= 1
        if arc.kind == "mainline" and "sa_side" not in (tail.kind, head.kind):
            straight = distance_m((tail.lon, tail.lat), (head.lon, head.lat))
            assert arc.length_m >= 0.97 * straight - 30


def test_altitudes_are_linear_between_known_ones(embedded: Network) -> None:
    """Known altitudes stand as given, the road between them has one grade, none is beyond 4 %."""
    nodes = {node.id: node for node in embedded.nodes}
    for side in embedded.sides:
        if side.node:
            assert nodes[side.node].elevation_m == side.elevation_m
    way = sorted(
        (n for n in embedded.nodes if n.route == "S77" and n.carriageway == "兴义方向"),
        key=lambda node: node.chainage_m or 0,
    )
    # The other carriageway's sides are known as well: 77 m and 114 m away at the same altitude.
    start, end = 103_906, 142_094
    between = [n for n in way if start < (n.chainage_m or 0) < end]
    assert len(between) >= 3
    for node in between:
        share = ((node.chainage_m or 0) - start) / (end - start)
        assert node.elevation_m == pytest.approx(1689 + share * (1614 - 1689), abs=0.06)
    for arc in embedded.arcs:
        low, high = nodes[arc.tail].elevation_m, nodes[arc.head].elevation_m
        assert low is not None
        assert high is not None
        assert abs(high - low) / arc.length_m <= 0.04


def test_chainage_grows_along_up_and_falls_along_down(embedded: Network) -> None:
    """On every carriageway the chainage is strictly monotone in the direction of travel."""
    nodes = {node.id: node for node in embedded.nodes}
    ups = {route.ref: route.up for route in embedded.routes}
    for arc in embedded.arcs:
        if arc.kind == "mainline":
            a, b = nodes[arc.tail].chainage_m, nodes[arc.head].chainage_m
            assert a is not None
            assert b is not None
            assert (b > a) is (arc.carriageway == ups[arc.route])
            assert abs(b - a) == arc.length_m


def test_chainages_are_close_to_the_reference(embedded: Network, shared: Path) -> None:
    """Sides on S77 stand within 500 m of an independent projection of the same facts."""
    with (shared / "network" / "corridor_points.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["ref"] == "G8517" and row["km_scaled"]]
    ours = {
        f"{side.name_zh}({side.direction_zh})": node.chainage_m
        for side in embedded.sides
        for node in embedded.nodes
        if node.id == side.node and node.route == "S77"
    }
    checked = 0
    for row in rows:
        if row["name_zh"] in ours:
            assert ours[row["name_zh"]] == pytest.approx(1000 * float(row["km_scaled"]), abs=900)
            checked += 1
    assert checked == 10


def test_a_section_opens_when_the_scenario_says(embedded: Network) -> None:
    """S77 north opened in 2031 is no way in 2026 and the same way as ever in 2035."""
    late = embedded_network("liupanshui-xingyi", open_years={"shuipan": 2031})
    nodes = {place.id: place.node for place in embedded.places}
    ends = nodes["liupanshui"], nodes["xingyi"]
    always = Router(embedded, 2026).distances_from(ends[0])[ends[1]]
    assert Router(late, 2026).distances_from(ends[0])[ends[1]] > always
    assert Router(late, 2035).distances_from(ends[0])[ends[1]] == always
    by_name = embedded_network("liupanshui-xingyi", open_years={"水盘高速": 2031})
    assert by_name == late


def test_a_removed_side_is_gone_and_the_road_stays(embedded: Network) -> None:
    """Without a side the road is as long as before and the side has a reason."""
    side = "s77.faer.xingyi-bound"
    without = embedded_network("liupanshui-xingyi", removed_sides=[side])
    assert side not in {node.id for node in without.nodes}
    found = next(one for one in without.sides if one.id == side)
    assert not found.node
    assert "removed" in found.left_out_because
    assert [r.length_m for r in without.routes] == [r.length_m for r in embedded.routes]


def test_unknown_names_are_refused_all_at_once() -> None:
    """Three wrong names give three faults."""
    with pytest.raises(InputError) as caught:
        embedded_network(
            "liupanshui-xingyi", open_years={"nowhere": 2030}, removed_sides=["a", "b"]
        )
    assert len(caught.value.faults) == 3
    with pytest.raises(InputError, match="embedded corridor"):
        embedded_network("atlantis")


def test_every_row_of_the_tables_has_source_and_confidence() -> None:
    """No coordinate, length or altitude stands in our tables without its confidence."""
    folder = Path(embedded_network.__code__.co_filename).parent / "embedded" / "liupanshui_xingyi"
    for table in ("axis", "points", "sections", "service_areas", "places", "assumptions"):
        with (folder / f"{table}.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                assert row["confidence"], (table, row)
                assert row.get("source", "list"), (table, row)


def test_neighbours_on_a_carriageway_are_chained(embedded: Network) -> None:
    """Each carriageway is one unbroken chain from its first node to its last."""
    for route in embedded.routes:
        for way in (route.up, route.down):
            arcs = [a for a in embedded.arcs if a.route == route.ref and a.carriageway == way]
            nodes = {node.id: node.chainage_m or 0 for node in embedded.nodes}
            arcs.sort(key=lambda arc: nodes[arc.tail], reverse=way == route.down)
            assert all(a.head == b.tail for a, b in pairwise(arcs))
