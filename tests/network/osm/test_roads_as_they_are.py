"""Carriageways, turns, sides, exits and lengths of the invented land."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from corridor.network.network import Network
from corridor.network.osm import build_network, read_extract
from corridor.network.osm.build import BuildOptions, BuildReport
from corridor.network.paths import Router


@pytest.fixture(scope="module")
def built(xml_file: Path) -> tuple[Network, BuildReport]:
    """Return the network of the land and the report of its building."""
    return build_network(read_extract(xml_file))


@pytest.fixture(scope="module")
def network(built: tuple[Network, BuildReport]) -> Network:
    """Return the network of the land."""
    return built[0]


def reach(network: Network, start: str, *, through_plazas: bool) -> set[str]:
    """Return all nodes that can be driven to; towns and toll plazas only if asked for."""
    kinds = {node.id: node.kind for node in network.nodes}
    leaving = defaultdict(list)
    for arc in network.arcs:
        leaving[arc.tail].append(arc.head)
    seen, queue = {start}, [start]
    while queue:
        for head in leaving[queue.pop()]:
            if head not in seen and (through_plazas or kinds[head] not in {"plaza", "terminal"}):
                seen.add(head)
                queue.append(head)
    return seen


def test_no_turn_across_the_median(network: Network) -> None:
    """From any eastbound node no westbound one is reached, unless a truck leaves by an exit."""
    side = {node.id: (node.route, node.carriageway) for node in network.nodes}
    for node in network.nodes:
        if side[node.id] == ("S99", "eastbound"):
            seen = reach(network, node.id, through_plazas=False)
            assert not [other for other in seen if side[other] == ("S99", "westbound")]
    seen = reach(network, "n56.0", through_plazas=True)
    assert any(side[other] == ("S99", "westbound") for other in seen)


def test_only_the_drawn_turns_of_a_junction_exist(network: Network) -> None:
    """S99 to G88: eastbound to south, from the south to the east, from the north to the west."""
    turns = set()
    kinds = {node.id: node for node in network.nodes}
    for node in network.nodes:
        if (
            node.kind == "diverge" and 50_000 < (node.chainage_m or 0) < 53_000
        ) or node.route == "G88":
            for arc in network.arcs:
                if arc.tail == node.id and arc.kind == "ramp":
                    end = arc.head
                    while kinds[end].kind == "shape":
                        end = next(a.head for a in network.arcs if a.tail == end)
                    here, there = kinds[node.id], kinds[end]
                    turns.add((here.carriageway, there.carriageway))
    assert turns == {
        ("eastbound", "southbound"),
        ("northbound", "eastbound"),
        ("southbound", "westbound"),  # drawn against its direction, oneway=-1
    }


def test_restriction_and_car_lane_are_no_ways(built: tuple[Network, BuildReport]) -> None:
    """The slip closed by no_right_turn is reached from nowhere; the hgv=no lane is listed."""
    network, report = built
    (slip,) = [arc for arc in network.arcs if arc.head == "n9053"]
    assert not [arc for arc in network.arcs if arc.head == slip.tail]
    assert report.turns_refused["turn restriction"] == 1
    assert any("hgv=no" in item.why for item in report.dropped)


def test_sides_serve_the_carriageway_that_enters_them(network: Network) -> None:
    """Ramps decide; a point in the median has two sides; without ramps the kerb decides."""
    found = {(side.id, side.node) for side in network.sides}
    assert found == {
        (name, name)
        for name in (
            "sa-w800-eastbound",
            "sa-r80-westbound",
            "sa-n8040-eastbound",
            "sa-n8040-westbound",
            "sa-w802-eastbound",
        )
    }
    nodes = {node.id: node for node in network.nodes}
    for side in network.sides:
        assert nodes[side.node].kind == "sa_side"
        assert nodes[side.node].carriageway == side.direction_zh
        touching = [a for a in network.arcs if side.node in (a.tail, a.head)]
        assert [arc.kind for arc in touching] == ["mainline", "mainline"]


def test_putting_a_side_on_the_road_adds_no_metre(network: Network) -> None:
    """S99 from end to end is as long with its sides as its geodesic line, within 0.01 %."""
    router = Router(network, 2026)
    (entry,) = [n.id for n in network.nodes if n.id == "n56.0"]
    walk = router.walk(entry, "n1160")
    assert walk is not None
    lengths = {arc.id: arc.length_m for arc in network.arcs}
    total = sum(lengths[arc] for arc in walk)
    assert total == pytest.approx(86_759, rel=1e-4)
    assert sum(":" not in arc and "sa-" in arc for arc in walk) >= 3


def test_simplification_is_reported_and_small(built: tuple[Network, BuildReport]) -> None:
    """No carriageway changes by more than 0.5 %, and the notes say by how much."""
    network, report = built
    assert 0 <= report.simplification["worst_change_of_a_carriageway_percent"] < 0.5
    assert any("changed no carriageway" in note for note in network.notes)
    assert len(network.nodes) < 120  # of 560 in the data


def test_ramps_keep_their_metres(network: Network) -> None:
    """The ramps of exit 1 are as long as they are drawn."""
    from pyproj import Geod

    by_id = {node.id: node for node in network.nodes}
    for arc in network.arcs:
        if arc.kind == "ramp" and arc.length_basis == "measured":
            a, b = by_id[arc.tail], by_id[arc.head]
            straight = Geod(ellps="WGS84").inv(a.lon, a.lat, b.lon, b.lat)[2]
            assert straight - 1 <= arc.length_m <= 1.02 * straight + 60


def test_exit_has_its_toll_plaza_and_names(network: Network) -> None:
    """Exit 1: toll booth's place and name, number and names of the junction, both directions."""
    (plaza,) = [node for node in network.nodes if node.kind == "plaza"]
    assert plaza.name_zh == "甲收费站"
    assert plaza.route == "S99"
    diverge = next(node for node in network.nodes if node.id == "n1020")
    assert (diverge.kind, diverge.name_zh, diverge.name_en) == ("diverge", "甲", "Exit 1 Jia")
    router = Router(network, 2026)
    for start, end in (("n56.0", "n1160"), ("n3160", "n56.1")):
        assert router.walk(start, plaza.id)
        assert router.walk(plaza.id, end)


def test_all_that_is_left_out_is_listed(built: tuple[Network, BuildReport]) -> None:
    """Pieces, future roads, far areas and towns, areas drawn twice: each with its reason."""
    _, report = built
    listed = {(item.what.split()[0], item.why.split(" (")[0]) for item in report.dropped}
    assert ("piece", "not joined to the network and shorter than 1 km of carriageway") in listed
    assert ("motorway", "not open yet") in listed
    assert ("town", "no complete exit within 20 km") in listed
    whys = " ".join(item.why for item in report.dropped)
    assert "drawn a second time as w802" in whys
    assert "no carriageway of the network near enough" in whys
    piece = next(item for item in report.dropped if item.what == "piece of S5")
    assert piece.km == pytest.approx(0.4, abs=0.01)


def test_names_lose_control_and_bidi_characters(built: tuple[Network, BuildReport]) -> None:
    """Markup stays text; characters that would turn or break a line are gone."""
    _, report = built
    assert any(item.what == "service area far <b>away</b>" for item in report.dropped)


def test_future_roads_open_in_their_year_on_request(xml_file: Path) -> None:
    """Roads under construction open in the year of their tag; proposed ones in the user's."""
    plain, _ = build_network(read_extract(xml_file))
    assert {arc.open_year for arc in plain.arcs} == {0}
    some, report = build_network(read_extract(xml_file), options=BuildOptions(future=True))
    assert {arc.open_year for arc in some.arcs} == {0, 2028}
    assert any("name no opening year" in item.why for item in report.dropped)
    both, _ = build_network(
        read_extract(xml_file), options=BuildOptions(future=True, future_year=2035)
    )
    assert {arc.open_year for arc in both.arcs} == {0, 2028, 2035}


def test_hydrogen_and_counts(built: tuple[Network, BuildReport]) -> None:
    """Existing hydrogen stations, fuel, toll booths and junctions are counted and named."""
    network, report = built
    (station,) = network.hydrogen_stations
    assert (station.id, station.name_zh, station.sells) == (
        "h2-n9120",
        "氢站",
        "fuel:hydrogen_gas=yes",
    )
    assert report.counts["toll_booths"] == 2
    assert report.counts["junctions"] == 2
    assert report.counts["fuel_stations"] == 1
    assert report.counts["service_area_sides"] == 5


def test_heights_pierce_mountains_and_span_valleys(network: Network) -> None:
    """Nodes in the tunnel (terrain 2,100 m) and on the bridge (700 m) lie between their ends."""
    heights = [n.elevation_m for n in network.nodes if n.route == "S99"]
    assert all(height is not None for height in heights)
    assert max(heights) <= 1510  # type: ignore[type-var]
    assert min(heights) >= 850  # type: ignore[type-var]
    assert all(node.elevation_m is not None for node in network.nodes)
