"""Exits are what the map says: shared nodes, trunk roads beyond a booth, terminals, islands."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.network.network import Network
from corridor.network.osm import network_from_osm
from corridor.network.paths import Router
from tests.network.osm.miniland import Land, write_pbf, write_xml


def motorway(land: Land, first: int, lat: float, lons: list[float], key: int) -> None:
    """Draw two carriageways: nodes `first`+i eastbound, `first`+100+i westbound."""
    for i, lon in enumerate(lons):
        land.node(first + i, lon, lat - 0.0002)
        land.node(first + 100 + i, lon, lat + 0.0002)
    east = [first + i for i in range(len(lons))]
    for number, refs in enumerate((east, [n + 100 for n in east][::-1])):
        land.way(key + number, refs, highway="motorway", ref=f"G{key}", oneway="yes")


def exit_at(land: Land, first: int, i: int, key: int, *, road: str, booths: bool) -> None:
    """Draw an exit at index i whose ramps all touch one node of an ordinary road."""
    lon, lat, _ = land.nodes[first + i]
    meet = land.node(key, lon, lat - 0.01)
    land.way(key, [land.node(key + 1, lon - 0.01, lat - 0.01), meet,
                   land.node(key + 2, lon + 0.01, lat - 0.01)], highway=road)  # fmt: skip
    tag = {"barrier": "toll_booth"} if booths else {}
    out = land.node(key + 3, lon - 0.001, lat - 0.008, **tag)
    into = land.node(key + 4, lon + 0.001, lat - 0.008, **tag)
    for number, refs in enumerate((
        [first + i - 1, out], [first + 100 + i + 1, out], [out, meet],
        [meet, into], [into, first + i + 1], [into, first + 100 + i - 1],
    )):  # fmt: skip
        land.way(key + 1 + number, refs, highway="motorway_link", oneway="yes")


LONS = [105.0 + 0.01 * i for i in range(21)]


def network_of(land: Land, folder: Path) -> Network:
    return network_from_osm(write_xml(land, folder / "land.osm"))


@pytest.mark.parametrize("road", ["secondary", "primary", "tertiary", "unclassified"])
@pytest.mark.parametrize("booths", [True, False])
def test_ramps_that_share_their_node(road: str, booths: bool, tmp_path: Path) -> None:
    """Off-ramp and on-ramp at one node of an ordinary road are one exit, with or without a booth."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 10, 7000, road=road, booths=booths)
    network = network_of(land, tmp_path)
    (plaza,) = [node for node in network.nodes if node.kind == "plaza"]
    assert {a.kind for a in network.arcs if plaza.id in (a.tail, a.head)} == {"ramp"}
    assert sum(p.kind == "cordon" for p in network.places) == 4


def test_xml_and_pbf_see_the_same_ordinary_roads(tmp_path: Path) -> None:
    """Both readers find the shared node."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 10, 7000, road="secondary", booths=False)
    other = network_from_osm(write_pbf(land, tmp_path / "land.osm.pbf", seed=2))
    assert network_of(land, tmp_path).arcs == other.arcs


def test_a_trunk_road_beyond_the_booth_is_ordinary(tmp_path: Path) -> None:
    """The town beside an exit on a trunk road is joined there, and the trunk road is listed."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 5, 7000, road="trunk", booths=True)
    exit_at(land, 1000, 15, 8000, road="secondary", booths=True)
    land.node(1, LONS[5], 25.985, place="town", name="国道镇")
    network = network_of(land, tmp_path)
    assert sum(node.kind == "plaza" for node in network.nodes) == 2
    (arc,) = [a for a in network.arcs if a.tail == "town-n1"]
    assert arc.head == "exit-n7000"
    assert arc.length_m < 2000
    assert any("an ordinary road" in note for note in network.notes)


def test_a_trunk_road_that_goes_on_stays(tmp_path: Path) -> None:
    """A trunk road that continues the motorway is no ordinary road, booths elsewhere or not."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 5, 7000, road="secondary", booths=True)
    land.way(90, [1020, land.node(91, 105.25, 26.0)], highway="trunk", ref="G60", oneway="yes")
    network = network_of(land, tmp_path)
    assert {place.id for place in network.places} >= {"edge-n91-out"}


def test_an_expressway_that_ends_in_a_city(tmp_path: Path) -> None:
    """Where a city road goes on there is an exit to turn at, no edge of the map."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    meet = land.node(90, 105.203, 26.0)
    land.way(90, [1020, meet], highway="primary", oneway="yes")
    land.way(91, [meet, 1120], highway="primary", oneway="yes")
    land.node(1, 105.22, 26.0, place="town", name="终点市")
    network = network_of(land, tmp_path)
    assert sum(place.kind == "cordon" for place in network.places) == 2
    (plaza,) = [node for node in network.nodes if node.kind == "plaza"]
    assert any((a.tail, a.head) == (plaza.id, "town-n1") for a in network.arcs)


def test_a_town_never_joins_an_island(tmp_path: Path) -> None:
    """The nearest exit lies on a piece apart: the town goes to the corridor, and the road is said."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 10, 7000, road="secondary", booths=True)
    motorway(land, 3000, 25.9, LONS[8:13], 70)
    exit_at(land, 3000, 2, 8000, road="secondary", booths=True)
    land.node(1, LONS[10], 25.88, place="town", name="某镇")
    network = network_of(land, tmp_path)
    (arc,) = [a for a in network.arcs if a.tail == "town-n1"]
    assert arc.head == "exit-n7000"
    assert any(
        note.startswith("Place town-n1 (某镇)") and "estimated" in note for note in network.notes
    )


def half_at(land: Land, first: int, i: int, key: int, *, side: int, off_m: float) -> None:
    """Draw half a diamond at index i: off-ramp and on-ramp of one carriageway at one street node."""
    back = 100 if side > 0 else 0  # westbound nodes lie north
    lon, lat, _ = land.nodes[first + i]
    meet = land.node(key, lon, 26.0 + side * off_m / 111_195)
    street = [land.node(key + 1, lon, lat + side * 0.03), meet]
    land.way(key, street, highway="secondary")
    before, after = (i + 1, i - 1) if back else (i - 1, i + 1)
    land.way(key + 1, [first + back + before, meet], highway="motorway_link", oneway="yes")
    land.way(key + 2, [meet, first + back + after], highway="motorway_link", oneway="yes")


@pytest.mark.parametrize(("apart_m", "exits"), [(300, 1), (680, 1), (960, 1), (1100, 2)])
def test_the_halves_of_a_diamond_are_one_exit(apart_m: float, exits: int, tmp_path: Path) -> None:
    """Up to 1 km from each other, each for its carriageway: who turns round there is not lost."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    for side in (-1, 1):
        half_at(land, 1000, 10, 7000 + 500 * side, side=side, off_m=apart_m / 2)
    network = network_of(land, tmp_path)
    plazas = [node for node in network.nodes if node.kind == "plaza"]
    assert len(plazas) == exits
    if exits == 1:
        assert plazas[0].lat == pytest.approx(26.0, abs=1e-4)


def test_two_full_exits_beside_each_other_stay_two(tmp_path: Path) -> None:
    """Each does all that the other does, so neither is a half."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 10, 7000, road="secondary", booths=True)
    motorway(land, 3000, 26.026, LONS, 70)
    exit_at(
        land, 3000, 10, 8000, road="secondary", booths=True
    )  # its street lies 670 m from the other
    network = network_of(land, tmp_path)
    assert sum(node.kind == "plaza" for node in network.nodes) == 2


def test_a_plaza_drawn_lane_by_lane_is_one_exit(tmp_path: Path) -> None:
    """Four lanes each way, a booth on every one, and the lanes meet on an ordinary road."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    lon, lat, _ = land.nodes[1010]
    fork = {way: land.node(7000 + n, lon + 0.001 * n, lat - 0.006) for n, way in enumerate("oi")}
    meet = {way: land.node(7010 + n, lon + 0.001 * n, lat - 0.01) for n, way in enumerate("oi")}
    land.way(7000, [land.node(7020, lon - 0.01, lat - 0.01), meet["o"], meet["i"],
                    land.node(7021, lon + 0.01, lat - 0.01)], highway="tertiary")  # fmt: skip
    ways = [[1009, fork["o"]], [1111, fork["o"]], [fork["i"], 1011], [fork["i"], 1109]]
    for lane in range(4):
        for n, way in enumerate("oi"):
            at = lon + 0.001 * n + 0.0001 * lane
            booth = land.node(7100 + 10 * lane + n, at, lat - 0.008, barrier="toll_booth")
            ends = (fork[way], meet[way]) if way == "o" else (meet[way], fork[way])
            ways.append([ends[0], booth, ends[1]])
    for number, refs in enumerate(ways):
        land.way(7001 + number, refs, highway="motorway_link", oneway="yes")
    network = network_of(land, tmp_path)
    (plaza,) = [node for node in network.nodes if node.kind == "plaza"]
    ramps = {(a.tail == plaza.id, a.head == plaza.id) for a in network.arcs if a.kind == "ramp"}
    assert {(True, False), (False, True)} <= ramps


def test_a_stem_that_is_driven_both_ways(tmp_path: Path) -> None:
    """The ramps join before the booth and one two-way road leads on to the street."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    lon, lat, _ = land.nodes[1010]
    fork = land.node(7000, lon, lat - 0.006)
    booth = land.node(7001, lon, lat - 0.008, barrier="toll_booth")
    meet = land.node(7002, lon, lat - 0.01)
    land.way(7000, [land.node(7003, lon - 0.01, lat - 0.01), meet], highway="primary")
    for number, refs in enumerate(([1009, fork], [1111, fork], [fork, 1011], [fork, 1109])):
        land.way(7001 + number, refs, highway="motorway_link", oneway="yes")
    land.way(7010, [fork, booth, meet], highway="motorway_link", oneway="no")
    land.node(1, lon, lat - 0.02, place="town", name="某镇")
    network = network_of(land, tmp_path)
    (plaza,) = [node for node in network.nodes if node.kind == "plaza"]
    assert {a.head for a in network.arcs if a.tail == "town-n1"} == {plaza.id}
    router = Router(network, 2030)
    for edge in (p for p in network.places if p.kind == "cordon"):
        ends = ("town-n1", edge.node) if edge.id.endswith("out") else (edge.node, "town-n1")
        assert router.walk(*ends)


def test_a_rest_area_behind_an_exit_is_none(tmp_path: Path) -> None:
    """Its ramp leaves where the ramp of the exit joins: the exit's booth is not on its way."""
    land = Land()
    motorway(land, 1000, 26.0, LONS, 60)
    exit_at(land, 1000, 10, 7000, road="secondary", booths=True)  # joins eastbound at index 11
    for x, lat in ((0.0108, 25.9985), (0.0128, 25.9985), (0.0128, 25.9975), (0.0108, 25.9975)):
        land.node(8000 + len(land.nodes), 105.1 + x, lat)
    corners = sorted(land.nodes)[-4:]
    land.way(8000, [*corners, corners[0]], highway="rest_area", name="停车区")
    inner = [land.node(9000, 105.111, 25.998), land.node(9001, 105.1125, 25.998)]
    land.way(8001, [1011, inner[0]], highway="motorway_link", oneway="yes")
    land.way(8002, [inner[1], 1012], highway="motorway_link", oneway="yes")
    network = network_of(land, tmp_path)
    assert [node.id for node in network.nodes if node.kind == "plaza"] == ["exit-n7000"]
