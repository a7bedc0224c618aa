"""Exits are what the map says: shared nodes, trunk roads beyond a booth, terminals, islands."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.network.network import Network
from corridor.network.osm import network_from_osm
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
