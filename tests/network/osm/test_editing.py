"""GeoPackage: written, corrected as in a GIS, read back; and what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corridor.cli import main
from corridor.core.errors import InputError
from corridor.network.formats.document import network_hash
from corridor.network.formats.geopackage import read_geopackage, write_geopackage
from corridor.network.network import Network
from corridor.network.osm import network_from_osm
from corridor.network.osm.difference import difference, difference_lines


@pytest.fixture(scope="module")
def network(xml_file: Path) -> Network:
    """Return the network of the land."""
    return network_from_osm(xml_file)


@pytest.fixture
def package(network: Network, tmp_path: Path) -> Path:
    """Return the network as a GeoPackage."""
    path = tmp_path / "network.gpkg"
    write_geopackage(network, path)
    return path


def _edit(path: Path, layer: str, change) -> None:  # type: ignore[no-untyped-def]
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=layer)
    frame = change(frame)
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG")


def test_geopackage_there_and_back_is_the_same_network(network: Network, package: Path) -> None:
    """Nothing is lost or moved: equal hash, attribution, provenance and notes."""
    back = read_geopackage(package)
    assert network_hash(back) == network_hash(network)
    assert (back.attribution, back.provenance, back.notes) == (
        network.attribution,
        network.provenance,
        network.notes,
    )


def test_edits_of_a_gis_come_back(network: Network, package: Path) -> None:
    """A side is moved, a section gets an opening year, a section is drawn anew without a length."""
    import geopandas
    import pandas as pd
    import shapely

    side = network.sides[0]

    def move(frame):  # type: ignore[no-untyped-def]
        frame.loc[frame["id"] == side.id, "geometry"] = shapely.Point(104.901, 25.99)
        return frame

    def year_and_new(frame):  # type: ignore[no-untyped-def]
        frame.loc[frame["section"] == "纵线高速", "open_year"] = 2031
        start = next(node for node in network.nodes if node.id == "n1160")
        line = shapely.LineString([(start.lon, start.lat), (105.35, 26.0), (105.4, 26.0)])
        new = geopandas.GeoDataFrame({"route": ["S99"]}, geometry=[line], crs=frame.crs)
        return pd.concat([frame, new])

    _edit(package, "sides", move)
    _edit(package, "arcs", year_and_new)
    back = read_geopackage(package)
    moved = next(other for other in back.sides if other.id == side.id)
    assert (moved.lon, moved.lat) == (104.901, 25.99)
    assert {arc.open_year for arc in back.arcs if arc.route == "G88"} == {2031}
    (new,) = [arc for arc in back.arcs if arc.tail == "n1160"]
    assert new.length_basis == "user"
    assert new.length_m == pytest.approx(10_010, rel=0.01)
    assert new.head not in {node.id for node in network.nodes}
    found = difference(network, back)
    assert found["arcs"]["added"] == [new.id]
    assert found["nodes"]["added"] == [new.head]
    assert set(found["sides"]["changed"]) == {side.id}
    assert not found["identical"]


def test_difference_of_equal_and_changed_networks(network: Network) -> None:
    """Equal: one line. One arc longer, one node gone: both named with old and new."""
    assert difference_lines(difference(network, network)) == ["The two networks are identical."]
    arc = network.arcs[0]
    longer = replace(arc, length_m=arc.length_m + 7)
    changed = replace(
        network,
        arcs=(longer, *network.arcs[1:]),
        places=network.places[1:],
    )
    lines = difference_lines(difference(network, changed))
    assert f"~ arc {arc.id}  length_m: {arc.length_m} -> {arc.length_m + 7}" in lines
    assert f"- place {network.places[0].id}" in lines


def test_command_reads_an_edited_network_and_prints_the_difference(
    package: Path, xml_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`corridor fetch --network edited.gpkg --diff before.json` names the edit and the new hash."""

    def rename(frame):  # type: ignore[no-untyped-def]
        frame.loc[frame["id"] == "n1020", "name_en"] = "Exit 1 Renamed"
        return frame

    with pytest.raises(SystemExit):
        main(["fetch", "--osm", str(xml_file), "-o", str(tmp_path / "old"), "--json"])
    before = json.loads(capsys.readouterr().out)
    _edit(package, "nodes", rename)
    old = str(tmp_path / "old" / "network.json")
    with pytest.raises(SystemExit) as stop:
        main(["fetch", "--network", str(package), "--diff", old, "--json"])
    assert stop.value.code in (0, None)
    found = json.loads(capsys.readouterr().out)
    assert found["network_hash"] != before["network_hash"]
    assert found["difference"]["nodes"]["changed"] == {
        "n1020": {"name_en": ["Exit 1 Jia", "Exit 1 Renamed"]}
    }


def test_wrong_packages_are_refused(package: Path, tmp_path: Path) -> None:
    """No SQLite, a missing layer, an arc to nowhere: InputError each."""
    import sqlite3

    other = tmp_path / "other.gpkg"
    other.write_bytes(b"PK\x03\x04 no geopackage")
    with pytest.raises(InputError, match="not a GeoPackage"):
        read_geopackage(other)
    with sqlite3.connect(tmp_path / "empty.gpkg") as base:
        base.execute("create table t (x)")
    base.close()
    with pytest.raises(InputError):
        read_geopackage(tmp_path / "empty.gpkg")

    def lose(frame):  # type: ignore[no-untyped-def]
        frame.loc[0, "head"] = "nowhere"
        return frame

    _edit(package, "arcs", lose)
    with pytest.raises(InputError, match="nowhere"):
        read_geopackage(package)
