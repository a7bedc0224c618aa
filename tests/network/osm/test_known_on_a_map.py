"""A map matched to what a preset speaks of: one line changes the source, the scenario stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import corridor
from corridor.candidates.generate import attach_sites
from corridor.core.errors import InputError
from corridor.network.embedded import embedded_network
from corridor.network.geometry import moved
from corridor.network.known.names import variants
from corridor.network.known.sites import with_known_sites
from corridor.network.network import Network
from corridor.network.osm.roads import plain_ref
from corridor.network.paths import Router
from corridor.network.source import build_network
from corridor.network.tables import read_tables
from corridor.scenario.scenario import Scenario
from tests.network.osm.miniland import Land, write_xml
from tests.network.osm.synthetic import draw

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def on_map(folder: Path, land: Land, name: str) -> tuple[Scenario, Network]:
    """Return a shipped scenario whose one added line names the map, and its network."""
    write_xml(land, folder / "map.osm", seed=5)
    text = (SCENARIOS / f"{name}.toml").read_text("utf-8")
    path = folder / f"{name}.toml"
    path.write_text(f'{text}\n[network]\nsource = "map.osm"\n', "utf-8")
    scenario = corridor.load_scenario(path)
    return scenario, build_network(scenario.network)


@pytest.fixture(scope="module")
def guizhou() -> Land:
    """Return the synthetic Guizhou; two in five of its exits end on trunk roads."""
    return draw(seed=1)


@pytest.mark.parametrize("name", ["liupanshui-xingyi", "hechi"])
def test_one_line_changes_the_source(name: str, tmp_path: Path) -> None:
    """Every place, exit and side of the tables is found on the map, and routes are as long."""
    scenario, network = on_map(tmp_path, draw(name, seed=1), name)
    tables = embedded_network(name)

    def ids(net: Network, kind: str) -> set[str]:
        return {node.id for node in net.nodes if node.kind == kind}

    for kind in ("plaza", "sa_side", "cordon"):
        assert ids(network, kind) >= ids(tables, kind) - {"place.cordon-bijie"}
    assert {p.id for p in network.places} == {p.id for p in tables.places}
    assert {r.ref: (r.up, r.down) for r in network.routes} == {
        r.ref: (r.up, r.down) for r in tables.routes
    }
    lengths = {route.ref: route.length_m for route in network.routes}
    for route in tables.routes:
        assert lengths[route.ref] == pytest.approx(route.length_m, rel=0.02)
    joined, sites = attach_sites(network, scenario)
    assert len(sites.sites) > 50
    nodes = {place.id: place.node for place in joined.places}
    router = Router(joined, 2030)
    for fleet in scenario.fleet.values():
        assert router.walk(nodes[fleet.origin], nodes[fleet.destination])
    for flow in scenario.through.values():
        assert router.walk(nodes[flow.origin], nodes[flow.destination])


def test_carriageways_keep_their_words(guizhou: Land, tmp_path: Path) -> None:
    """Chainage grows the way of the tables, on the carriageway that they name."""
    _, network = on_map(tmp_path, guizhou, "liupanshui-xingyi")
    at = {node.id: node for node in network.nodes}
    ups = {route.ref: route.up for route in network.routes}
    for side in embedded_network("liupanshui-xingyi").sides:
        if side.node:
            assert at[side.id].carriageway == side.direction_zh
    wrong = sum(
        arc.length_m
        for arc in network.arcs
        if arc.kind == "mainline"
        and (at[arc.head].chainage_m or 0) != (at[arc.tail].chainage_m or 0)
        and ((at[arc.head].chainage_m or 0) > (at[arc.tail].chainage_m or 0))
        != (arc.carriageway == ups[arc.route])
    )
    assert wrong < 0.01 * sum(arc.length_m for arc in network.arcs if arc.kind == "mainline")


def test_two_towns_of_one_name_are_refused(guizhou: Land, tmp_path: Path) -> None:
    """A second 兴义 1 km beside the first is a fault that lists both, and how to choose."""
    lon, lat = 104.90639, 25.09617
    land = Land(dict(guizhou.nodes), guizhou.ways, guizhou.relations)
    land.node(77, lon + 0.01, lat, place="town", name="兴义")
    with pytest.raises(InputError) as error:
        on_map(tmp_path, land, "liupanshui-xingyi")
    assert "town-n77" in str(error.value.problem)
    assert "network.place.xingyi" in str(error.value.problem)


def test_a_town_under_another_name_is_told(guizhou: Land, tmp_path: Path) -> None:
    """Without 兴义 on the map it stands where the tables have it, with what is near."""
    land = Land(dict(guizhou.nodes), guizhou.ways, guizhou.relations)
    for key, (lon, lat, tags) in guizhou.nodes.items():
        if tags.get("place") and tags.get("name", "").startswith("兴义"):
            land.node(key, lon, lat, place="town", name="别处")
    _, network = on_map(tmp_path, land, "liupanshui-xingyi")
    (line,) = [note for note in network.notes if note.startswith("Place xingyi (兴义): no town")]
    assert "within 3 km" in line
    assert "别处" in line


@pytest.mark.parametrize("key", ["alt_name", "official_name", "old_name"])
def test_a_town_by_another_name_of_the_map(key: str, guizhou: Land, tmp_path: Path) -> None:
    """下五屯 whose other name is 兴义市 is 兴义; both names stand in the list of places."""
    land = Land(dict(guizhou.nodes), guizhou.ways, guizhou.relations)
    for node, (lon, lat, tags) in guizhou.nodes.items():
        if tags.get("place") and tags.get("name", "").startswith("兴义"):
            land.node(node, lon, lat, place="town", name="下五屯", **{key: "桔山; 兴义市"})
    _, network = on_map(tmp_path, land, "liupanshui-xingyi")
    assert not [note for note in network.notes if note.startswith("Place xingyi (兴义): no town")]
    (place,) = [place for place in network.places if place.id == "xingyi"]
    (node,) = [node for node in network.nodes if node.id == place.node]
    assert (node.lon, node.lat) != (104.90639, 25.09617)


@pytest.mark.parametrize(
    ("metres", "name", "found"),
    [
        (280, "别处服务区", True),
        (400, "别处服务区", False),
        (1_900, "发耳", True),
        (2_100, "发耳", False),
    ],
)
def test_a_side_by_its_name_or_by_its_place(metres: float, name: str, found: bool) -> None:
    """Under another name within 300 m, under its own within 2 km; else it is told."""
    network = embedded_network("liupanshui-xingyi")
    wanted = "s77.faer.xingyi-bound"
    sides = []
    for side in network.sides:
        if side.id == wanted:
            lon, lat = moved((side.lon, side.lat), 0.0, metres)
            side = replace(side, id="sa-w1", name_zh=name, name_en="", lon=lon, lat=lat)
        sides.append(side)
    map_ = replace(network, sides=tuple(sides))
    on_map = {route.ref: route.ref for route in network.routes}
    result, notes = with_known_sites(map_, read_tables("liupanshui-xingyi"), on_map, [])
    assert (wanted in {side.id for side in result.sides}) == found
    assert any(wanted in note and "nearest is sa-w1" in note for note in notes) == (not found)


@pytest.mark.parametrize(
    ("one", "other"), [("盘州(红果)", "红果镇"), ("六盘水", "六盘水市"), ("Xingyi City", "xingyi")]
)
def test_names_that_are_one(one: str, other: str) -> None:
    """Brackets hold another name, official endings count for nothing."""
    assert variants(one) & variants(other)


def test_names_that_are_two() -> None:
    """安龙 is not 安顺, and a short name keeps its last character."""
    assert not variants("安龙") & variants("安顺")
    assert variants("普市") == {"普市"}


@pytest.mark.parametrize(
    ("written", "plain"), [("G 60", "G60"), ("Ｇ６０", "G60"), ("s-77", "S77"), ("I 83", "I 83")]
)
def test_numbers_have_one_spelling(written: str, plain: str) -> None:
    """Chinese numbers are joined, American ones stay."""
    assert plain_ref(written) == plain
