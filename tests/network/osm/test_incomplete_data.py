"""Broken-off answers, clipped drawings, hand-made ids, other spellings and forms of one map."""

from __future__ import annotations

import bz2
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from corridor.core.errors import InputError
from corridor.core.files import read_json
from corridor.network.formats.document import network_from_document, network_hash
from corridor.network.osm import build_network, network_from_osm, read_extract
from corridor.network.osm.build import BuildOptions
from corridor.network.osm.region import bbox_region, polygon_region
from tests.network.osm.miniland import Land, write_pbf, write_xml

REMARK = "runtime error: Query timed out"


def road(land: Land, first: int = 1, key: int = 60, **tags: str) -> Land:
    """Draw a one-way motorway of 10 km."""
    nodes = [land.node(first + i, 105.0 + 0.01 * i, 26.0) for i in range(11)]
    land.way(key, nodes, **{"highway": "motorway", "ref": "G60", "oneway": "yes", **tags})
    return land


def answer(land: Land, *, geometry: bool = False) -> dict[str, Any]:
    """Return the land as Overpass writes it in JSON; with `out geom` only tagged nodes stand alone."""
    elements: list[dict[str, Any]] = []
    for key, (lon, lat, tags) in land.nodes.items():
        if tags or not geometry:
            elements.append({"type": "node", "id": key, "lon": lon, "lat": lat, "tags": tags})
    for key, (refs, tags) in land.ways.items():
        item = {"type": "way", "id": key, "nodes": refs, "tags": tags}
        if geometry:
            spots = [land.nodes[ref] for ref in refs]
            item["geometry"] = [{"lon": lon, "lat": lat} for lon, lat, _ in spots]
        elements.append(item)
    for key, (members, tags) in land.relations.items():
        parts = [{"type": kind, "ref": ref, "role": role} for kind, ref, role in members]
        elements.append({"type": "relation", "id": key, "members": parts, "tags": tags})
    return {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-01-01"}, "elements": elements}


def dump(document: object, path: Path) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_answer_that_was_broken_off_is_refused(tmp_path: Path) -> None:
    """A remark in XML or JSON ends the reading with the server's words; nothing is built."""
    path = write_xml(road(Land()), tmp_path / "land.osm")
    path.write_text(path.read_text().replace("</osm>", f"<remark> {REMARK} </remark></osm>"))
    saved = dump({**answer(road(Land())), "remark": REMARK}, tmp_path / "land.json")
    for source in (path, saved):
        with pytest.raises(InputError, match=f"broke off: {REMARK}$") as error:
            read_extract(source)
        assert error.value.exit_code == 3


@pytest.mark.parametrize("geometry", [False, True])
def test_a_saved_answer_in_json_gives_the_network_of_the_xml(
    land: Land, xml_file: Path, geometry: bool, tmp_path: Path
) -> None:
    """With nodes or with `out geom`: one hash, and the date of the data in the provenance."""
    path = dump(answer(land, geometry=geometry), tmp_path / "land.json")
    network = network_from_osm(path)
    assert network_hash(network) == network_hash(network_from_osm(xml_file))
    assert (network.name, network.provenance["osm_timestamp"]) == ("land", "2026-01-01")


def test_xml_with_positions_in_its_ways(land: Land, xml_file: Path, tmp_path: Path) -> None:
    """`out geom` in XML: nodes without tags stand in the ways alone, the network is the same."""
    text = xml_file.read_text(encoding="utf-8")
    text = re.sub(
        r'<nd ref="(\d+)"/>',
        lambda m: '<nd ref="{}" lon="{:.7f}" lat="{:.7f}"/>'.format(
            m[1], *land.nodes[int(m[1])][:2]
        ),
        text,
    )
    text = re.sub(r"<node [^>]*></node>\n", "", text)
    path = tmp_path / "geom.osm"
    path.write_text(text, encoding="utf-8")
    assert network_hash(network_from_osm(path)) == network_hash(network_from_osm(xml_file))


def test_an_answer_as_a_network_names_the_command(tmp_path: Path) -> None:
    """As network.source an answer is refused with the command that converts it."""
    path = dump(answer(road(Land())), tmp_path / "a.json")
    with pytest.raises(InputError, match="is an Overpass answer") as error:
        network_from_document(read_json(path), str(path))
    assert f"corridor fetch --osm {path} -o DIR" in error.value.hint


@pytest.mark.parametrize("document", [[], {}, {"elements": 3}, {"elements": [{"type": "way"}]}])
def test_other_json_is_refused(document: object, tmp_path: Path) -> None:
    """What is no answer is named as such."""
    with pytest.raises(InputError, match="Overpass"):
        read_extract(dump(document, tmp_path / "x.json"))


@pytest.mark.parametrize("mixed", [False, True])
def test_ids_of_an_editor(land: Land, mixed: bool, tmp_path: Path) -> None:
    """Negative ids make the network that positive ones make; beside uploaded objects as well."""
    text = write_xml(land, tmp_path / "plain.osm").read_text(encoding="utf-8")
    wanted = r' (id|ref)="(7\d\d\d|70\d)"' if mixed else r' (id|ref)="(\d+)"'
    drawn = tmp_path / "drawn.osm"
    drawn.write_text(re.sub(wanted, r' \1="-\2"', text), encoding="utf-8")
    network, plain = network_from_osm(drawn), network_from_osm(tmp_path / "plain.osm")
    if not mixed:
        assert network_hash(network) == network_hash(plain)
    assert sorted(a.length_m for a in network.arcs) == sorted(a.length_m for a in plain.arcs)
    assert [side.id for side in network.sides] == [side.id for side in plain.sides]
    assert len({node.id for node in network.nodes}) == len(plain.nodes)


def test_negative_ids_in_pbf_name_the_command(tmp_path: Path) -> None:
    """PBF readers do not track them: refused with the command that renumbers."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    land = Land()
    nodes = [land.node(-1 - i, 105.0 + 0.01 * i, 26.0) for i in range(3)]
    land.way(-60, nodes, highway="motorway")
    with pytest.raises(InputError, match="negative ids") as error:
        read_extract(write_pbf(land, tmp_path / "land.osm.pbf"))
    assert "osmium renumber" in error.value.hint


def test_suffixes_in_any_case(land: Land, tmp_path: Path) -> None:
    """Packed or not, capitals in the suffix change nothing."""
    plain = write_xml(land, tmp_path / "land.osm")
    data = plain.read_bytes()
    (tmp_path / "LAND.OSM").write_bytes(data)
    (tmp_path / "land.Osm.Gz").write_bytes(gzip.compress(data))
    (tmp_path / "land.osm.BZ2").write_bytes(bz2.compress(data))
    names = ["LAND.OSM", "land.Osm.Gz", "land.osm.BZ2"]
    try:
        packed = write_pbf(land, tmp_path / "land.osm.pbf")
        packed.rename(tmp_path / "land.OSM.PBF")
        names.append("land.OSM.PBF")
    except ImportError:
        pass
    found = {network_hash(network_from_osm(tmp_path / name)) for name in names}
    assert found == {network_hash(network_from_osm(plain))}


@pytest.mark.parametrize("packed", [False, True])
def test_states_before_a_key(packed: bool, tmp_path: Path) -> None:
    """construction:highway opens in its year on request; disused roads are left out by name."""
    land = road(Land())
    last = land.nodes[11][0]
    end = land.node(20, last + 0.05, 26.0)
    land.way(61, [11, end], construction__highway="motorway", opening_date="2028", ref="G60")
    for key, tags in (
        (62, {"disused__highway": "motorway"}),
        (63, {"highway": "motorway", "abandoned": "yes"}),
    ):
        land.way(key, [11, land.node(key, last, 26.05)], ref="G60", **tags)
    if packed:
        pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
        path = write_pbf(land, tmp_path / "land.osm.pbf")
    else:
        path = write_xml(land, tmp_path / "land.osm")
    network, report = build_network(read_extract(path), options=BuildOptions(future=True))
    assert {arc.open_year for arc in network.arcs} == {0, 2028}
    assert {item.objects: item.why for item in report.dropped} == {
        "way/62": "not in use any more (disused=yes)",
        "way/63": "not in use any more (abandoned=yes)",
    }


def test_a_clipped_way_is_named(tmp_path: Path) -> None:
    """Nodes that are not in the data cut a road, and the notes say which and how many."""
    land = road(Land())
    for node in (5, 6):
        del land.nodes[node]
    network = network_from_osm(write_xml(land, tmp_path / "land.osm"))
    assert "Left out: motorway G60 (way/60): cut: 2 of its 11 nodes are not in the data." in (
        network.notes
    )


@pytest.mark.parametrize("ref", ["G 60", "Ｇ60", "g60;S7", "G60、S7", "G60；S7", "G60,S7"])
def test_numbers_in_variants(ref: str, tmp_path: Path) -> None:
    """Spaces, full width, small letters and all that people put between two numbers."""
    network = network_from_osm(write_xml(road(Land(), ref=ref), tmp_path / "land.osm"))
    assert [route.ref for route in network.routes] == ["G60"]


@pytest.mark.parametrize("name", ["page.osm", "page.osm.pbf", "page.pbf", "page.osm.gz"])
def test_a_web_page_is_no_map(name: str, tmp_path: Path) -> None:
    """A log-in page that was saved as an extract is called what it is."""
    (tmp_path / name).write_bytes(
        b"\xef\xbb\xbf\n<!DOCTYPE html><html><title>Log in</title></html>"
    )
    with pytest.raises(InputError, match="is a web page") as error:
        read_extract(tmp_path / name)
    assert error.value.exit_code == 3


def test_regions_that_no_map_has(tmp_path: Path) -> None:
    """Over the antimeridian, in metres, and in metres that say so: one sentence, exit 3."""
    with pytest.raises(InputError, match="antimeridian") as error:
        bbox_region(170, 20, -170, 30)
    assert "170,20,180,30 and -180,20,-170,30" in error.value.hint
    ring = [[11688546, 2990000], [11700000, 2990000], [11700000, 3000000], [11688546, 2990000]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    with pytest.raises(InputError, match="look like metres") as error:
        polygon_region(dump(shape, tmp_path / "metres.geojson"))
    assert "ogr2ogr -t_srs EPSG:4326" in error.value.hint
    small = {"type": "Polygon", "coordinates": [[[1, 1], [9, 1], [9, 9], [1, 1]]]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(InputError, match="EPSG::3857"):
        polygon_region(dump({**small, "crs": crs}, tmp_path / "named.geojson"))
    crs["properties"] = {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}
    assert polygon_region(dump({**small, "crs": crs}, tmp_path / "fine.geojson")).area == 32
