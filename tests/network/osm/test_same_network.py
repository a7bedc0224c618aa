"""Three sources, one result: the same set of objects gives the same network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corridor.cli import main
from corridor.network.formats.document import network_hash
from corridor.network.osm import build_network, network_from_osm, read_extract
from corridor.network.osm.overpass import fetch_extract
from corridor.network.osm.region import bbox_region
from tests.network.osm.miniland import Land, write_pbf, write_xml
from tests.network.osm.overpass_server import OverpassServer

BOX = "104.4,25.5,104.83,26.5"


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2"])
def test_order_repetition_and_packing_do_not_matter(
    land: Land, xml_file: Path, tmp_path: Path, seed: int, suffix: str
) -> None:
    """Objects shuffled, 150 of them repeated, packed: the hash is that of the plain file."""
    shuffled = write_xml(land, tmp_path / f"land{suffix}", seed=seed, repeat=150)
    extract = read_extract(shuffled)
    assert extract.repeated > 20
    assert network_hash(build_network(extract)[0]) == network_hash(network_from_osm(xml_file))


def test_pbf_gives_the_network_of_the_xml(land: Land, xml_file: Path, tmp_path: Path) -> None:
    """PBF in any order of objects gives the hash of the XML file."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    wanted = network_hash(network_from_osm(xml_file))
    for seed in (None, 1, 2):
        path = write_pbf(land, tmp_path / f"land{seed}.osm.pbf", seed=seed)
        assert network_hash(network_from_osm(path)) == wanted


def test_command_gives_identical_hashes_from_server_xml_and_pbf(
    server: OverpassServer,
    xml_file: Path,
    pbf_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`corridor fetch` of a region: server, cache, XML and PBF print one and the same hash."""
    online = ["--overpass-url", server.url, "--cache", str(tmp_path / "cache")]
    found = []
    for number, source in enumerate(
        (online, [*online, "--offline"], ["--osm", str(xml_file)], ["--osm", str(pbf_file)])
    ):
        out = tmp_path / f"out{number}"
        _run(["fetch", *source, "--bbox", BOX, "-o", str(out), "--json"])
        found.append(json.loads(capsys.readouterr().out))
        assert (out / "network.json").is_file()
        assert (
            json.loads((out / "fetch.json").read_text())["network_hash"]
            == (found[-1]["network_hash"])
        )
    assert len({document["network_hash"] for document in found}) == 1
    keys = ("nodes", "arcs", "service_area_sides", "junctions", "toll_booths", "motorway_km")
    assert len({tuple(document[key] for key in keys) for document in found}) == 1
    assert found[0]["dropped"] == found[2]["dropped"]
    assert found[0]["nodes"] > 50
    assert len(server.queries) == 2  # roads, features; the offline run asked nothing
    assert all(agent.startswith("corridor/") for agent in server.agents)


def test_hash_forgets_source_and_date(
    server: OverpassServer, xml_file: Path, tmp_path: Path
) -> None:
    """Provenance differs between a file and a server; the hash does not."""
    region = bbox_region(104.4, 25.5, 104.83, 26.5)
    live, _ = build_network(fetch_extract(region, url=server.url, cache=tmp_path), region=region)
    file, _ = build_network(read_extract(xml_file), region=region)
    assert live.provenance["source"] != file.provenance["source"]
    assert live.provenance["osm_timestamp"] == "2026-11-01T00:00:00Z"
    assert live.provenance["licence"] == "ODbL 1.0"
    assert network_hash(live) == network_hash(file)


def test_ways_that_leave_the_region_are_kept_whole(xml_file: Path) -> None:
    """The stated rule: a way with a node inside stays whole, one without is left out."""
    region = bbox_region(104.4, 25.5, 104.83, 26.5)
    network = network_from_osm(xml_file, region=region)
    lons = [node.lon for node in network.nodes]
    assert max(lons) == pytest.approx(105.0)  # way 102 starts at 104.83 and ends at 105.0
    assert not any(node.route == "G88" for node in network.nodes)


def test_newer_version_of_a_repeated_object_wins_in_any_order(tmp_path: Path) -> None:
    """Two versions of one way: the newer one counts, whichever comes first."""
    nodes = "".join(
        f'<node id="{i}" lon="{104 + i / 100}" lat="26.0" version="1"/>' for i in range(1, 5)
    )
    ways = [
        f'<way id="9" version="{version}"><nd ref="1"/><nd ref="{last}"/>'
        '<tag k="highway" v="motorway"/></way>'
        for version, last in ((1, 3), (2, 4))
    ]
    hashes = set()
    for number, order in enumerate((ways, ways[::-1])):
        path = tmp_path / f"{number}.osm"
        path.write_text(f"<osm>{nodes}{''.join(order)}</osm>")
        network = network_from_osm(path)
        assert {node.id for node in network.nodes} == {"n1", "n4"}
        hashes.add(network_hash(network))
    assert len(hashes) == 1


def test_liechtenstein_reads_alike_as_xml_and_pbf(shared: Path) -> None:
    """The same real data as .osm.bz2 and .osm.pbf give the same objects."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    stem = shared / "osm" / "liechtenstein-2013-08-03"
    one = read_extract(stem.with_name(stem.name + ".osm.bz2"))
    other = read_extract(stem.with_name(stem.name + ".osm.pbf"))
    assert (one.nodes, one.ways, one.relations) == (other.nodes, other.ways, other.relations)
    assert len(one.nodes) > 20


def _run(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code in (0, None)
