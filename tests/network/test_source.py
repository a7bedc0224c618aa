"""One door to every kind of network; planned roads open when they open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.core.files import pretty_json, write_text
from corridor.network.crs import wgs84_to_gcj02
from corridor.network.formats.document import network_document
from corridor.network.formats.geojson import network_geojson
from corridor.network.geometry import distance_m
from corridor.network.network import Network
from corridor.network.paths import Router, strong_components
from corridor.network.planned import Link, with_planned_links
from corridor.network.source import build_network, read_network, with_open_years, without_sides
from corridor.scenario.roads import NetworkSpec, PlannedLink


def _spec(**values: object) -> NetworkSpec:
    numbers = {"unresolved_climb_m_per_100km": 400.0, "unresolved_grade": 0.03, "max_grade": 0.06}
    numbers["buffer_km"] = 30.0
    return NetworkSpec.model_validate({"source": "liupanshui-xingyi", **numbers, **values})


def _same_road(a: Network, b: Network) -> bool:
    return (a.nodes, a.arcs, a.routes, a.sides, a.places) == (
        b.nodes,
        b.arcs,
        b.routes,
        b.sides,
        b.places,
    )


def test_embedded_json_and_geojson_give_the_same_road(embedded: Network, tmp_path: Path) -> None:
    """The network written to a file and read through the scenario is the embedded one."""
    assert build_network(_spec()) == embedded
    write_text(tmp_path / "n.json", pretty_json(network_document(embedded)))
    write_text(tmp_path / "n.geojson", pretty_json(network_geojson(embedded)))
    for name in ("n.json", "n.geojson"):
        read = build_network(_spec(source=name, path=str(tmp_path / name)))
        assert _same_road(read, embedded)
        assert len(read.provenance["file_sha256"]) == 64
        assert str(tmp_path) not in str(read.provenance)


def test_a_gcj02_file_is_brought_back(embedded: Network, tmp_path: Path) -> None:
    """A network file in GCJ-02 lands within a decimetre of the WGS-84 one."""
    shifted = replace(
        embedded,
        nodes=tuple(
            replace(node, lon=at[0], lat=at[1])
            for node in embedded.nodes
            for at in [wgs84_to_gcj02((node.lon, node.lat))]
        ),
    )
    write_text(tmp_path / "n.json", pretty_json(network_document(shifted)))
    read = read_network(tmp_path / "n.json", crs="gcj02")
    for a, b in zip(read.nodes, embedded.nodes, strict=True):
        assert distance_m((a.lon, a.lat), (b.lon, b.lat)) < 0.1


@pytest.mark.parametrize("name", ["n.graphml", "n.shp", "n.json", "n.geojson", "n.osm"])
def test_absent_and_foreign_files_are_refused(tmp_path: Path, name: str) -> None:
    """GraphML is never parsed, other kinds are named, an absent file is absent."""
    with pytest.raises(InputError):
        read_network(tmp_path / name)
    (tmp_path / "n.graphml").write_text("<graphml/>")
    with pytest.raises(InputError, match="GraphML is not read"):
        read_network(tmp_path / "n.graphml")


def test_sections_and_sides_of_a_file(embedded: Network) -> None:
    """Opening years and removed sides work on any network as on the embedded one."""
    late = with_open_years(embedded, {"水盘高速": 2031})
    assert all(arc.open_year == 2031 for arc in late.arcs if arc.section == "水盘高速")
    side = "s77.faer.xingyi-bound"
    without = without_sides(embedded, [side])
    kinds = {node.id: node.kind for node in without.nodes}
    assert kinds[side] == "shape"
    with pytest.raises(InputError):
        with_open_years(embedded, {"nowhere": 2030})
    with pytest.raises(InputError):
        without_sides(embedded, ["nowhere"])


LINE = ((104.75, 26.44), (104.9, 26.2), (105.05, 25.9), (105.085, 25.75))


def test_a_planned_link_is_driven_from_its_year_on(embedded: Network) -> None:
    """A link between two junctions shortens the way between them, but not before it opens."""
    spec = _spec(planned_links=(PlannedLink(name="玉舍—江西坡", open_year=2030, coordinates=LINE),))
    linked = build_network(spec)
    nodes = {place.id: place.node for place in linked.places}
    ends = nodes["liupanshui"], nodes["qinglong"]
    before, after = Router(linked, 2029), Router(linked, 2030)
    assert (
        before.distances_from(ends[0])[ends[1]]
        == Router(embedded, 2029).distances_from(ends[0])[ends[1]]
    )
    there = after.distances_from(ends[0])[ends[1]]
    assert there < before.distances_from(ends[0])[ends[1]]
    assert after.distances_to(ends[0])[ends[1]] == there
    assert [len(part) for part in strong_components(linked, 2030)] == [len(linked.nodes)]
    assert "玉舍—江西坡" in linked.notes[-1]
    arcs = [arc for arc in linked.arcs if arc.section == "玉舍—江西坡" and arc.kind == "mainline"]
    assert {arc.length_basis for arc in arcs} == {"user"}
    assert len({arc.carriageway for arc in arcs}) == 2


def test_a_planned_link_with_a_length_is_that_long(embedded: Network) -> None:
    """Both carriageways have the length that the user gives."""
    linked = with_planned_links(
        embedded, [Link(name="x", line=LINE, open_year=2030, length_m=123_456)]
    )
    for way in {arc.carriageway for arc in linked.arcs if arc.section == "x"} - {""}:
        metres = sum(arc.length_m for arc in linked.arcs if arc.carriageway == way)
        assert metres == 123_456


def test_a_planned_link_joins_named_ends(embedded: Network) -> None:
    """Ends may name a place and a junction; a junction's joint turns nobody round."""
    link = Link(name="y", line=LINE, open_year=2026, start="liupanshui", end="g60.xinzhaihe")
    linked = with_planned_links(embedded, [link])
    into = {arc.tail for arc in linked.arcs if arc.section == "y" and arc.kind == "ramp"}
    assert "place.liupanshui" in into
    assert "g60.xinzhaihe.kunming.diverge" in into
    nodes = {node.id: node for node in linked.nodes}
    for arc in linked.arcs:
        if arc.section == "y" and arc.kind == "ramp" and nodes[arc.tail].kind == "diverge":
            assert nodes[arc.head].kind in ("merge", "terminal")
            assert nodes[arc.tail].route != nodes[arc.head].route


def test_links_that_join_nothing_are_refused_together(embedded: Network) -> None:
    """Two bad links are two faults that say where."""
    far = ((100.0, 30.0), (101.0, 30.0))
    links = [
        Link(name="far", line=far, open_year=2030),
        Link(name="who", line=LINE, open_year=2030, start="atlantis"),
    ]
    with pytest.raises(InputError) as caught:
        with_planned_links(embedded, links)
    keys = {fault.key for fault in caught.value.faults}
    assert {"network.planned_links.0.from", "network.planned_links.1.from"} <= keys
