"""Land use drawn into the GeoPackage, and hydrogen stations of the map, reach the plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corridor.cli import main
from corridor.core.errors import InputError
from corridor.core.files import parse_json, pretty_json
from corridor.network.crs import wgs84_to_gcj02
from corridor.network.formats.document import network_document, network_from_document, network_hash
from corridor.network.formats.geojson import network_from_geojson, network_geojson
from corridor.network.formats.geopackage import read_geopackage, write_geopackage
from corridor.network.network import Network
from corridor.network.osm import network_from_osm
from corridor.network.osm.difference import difference, difference_lines
from corridor.network.source import read_network
from tests.network.osm.test_any_corridor import SCENARIO


@pytest.fixture(scope="module")
def network(xml_file: Path) -> Network:
    """Return the network of the land."""
    return network_from_osm(xml_file)


def _run(*arguments: str) -> int:
    try:
        main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _box(network: Network, site: str) -> Any:
    import shapely

    (side,) = [side for side in network.sides if side.id == site]
    return shapely.box(side.lon - 1e-3, side.lat - 1e-3, side.lon + 1e-3, side.lat + 1e-3)


def _draw(path: Path, shapes: list[Any], **columns: list[Any]) -> None:
    """Fill the layer as a GIS does: columns that nobody filled are NULL."""
    import geopandas
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="land_use")
    assert frame.empty
    rows = {"id": None, "kind": None, "name": None, **columns}
    drawn = geopandas.GeoDataFrame(rows, geometry=shapes, crs=frame.crs)
    pyogrio.write_dataframe(
        drawn, path, layer="land_use", driver="GPKG", geometry_type="MultiPolygon",
        promote_to_multi=True,
    )  # fmt: skip


def test_land_use_there_and_back(network: Network, tmp_path: Path) -> None:
    """Drawn in the GeoPackage, it survives GeoPackage, JSON and GeoJSON; the roads stay equal."""
    import shapely

    path = tmp_path / "network.gpkg"
    write_geopackage(network, path)
    hole = shapely.Polygon(
        [(104.6, 25.9), (104.8, 25.9), (104.8, 26.1), (104.6, 26.1)],
        [[(104.65, 25.95), (104.7, 25.95), (104.7, 26.0)]],
    )
    _draw(path, [hole, shapely.box(105, 26, 105.1, 26.1)], kind=["farmland", None])
    back = read_geopackage(path)
    assert network_hash(back) == network_hash(network)
    assert [(land.id, land.kind, land.name) for land in back.land_use] == [
        ("land-1", "farmland", "land-1"),
        ("land-2", "other", "land-2"),
    ]
    (polygon,) = back.land_use[0].polygons
    assert shapely.Polygon(polygon[0], polygon[1:]).equals(hole)
    again = tmp_path / "again.gpkg"
    write_geopackage(back, again)
    copies = [
        read_geopackage(again),
        network_from_document(parse_json(pretty_json(network_document(back)), "n"), "n"),
        network_from_geojson(parse_json(pretty_json(network_geojson(back)), "n"), "n"),
    ]
    for copy in copies:
        assert copy.land_use == back.land_use
        assert copy.hydrogen_stations == network.hydrogen_stations != ()
    changes = difference(network, back)
    assert not changes["identical"]
    assert "+ land use land-1" in difference_lines(changes)


def test_land_use_of_a_shifted_file_is_brought_back(network: Network, tmp_path: Path) -> None:
    """network.crs = gcj02 moves land and stations with the roads: within a decimetre."""
    ring = ((104.6, 25.9), (104.8, 25.9), (104.8, 26.1), (104.6, 25.9))
    document = network_document(network)
    document["land_use"] = [
        {"id": "a", "kind": "urban", "name": "a", "polygons": [[[wgs84_to_gcj02(p) for p in ring]]]}
    ]
    station = document["hydrogen_stations"][0]
    true = station["lon"], station["lat"]
    station["lon"], station["lat"] = wgs84_to_gcj02(true)
    path = tmp_path / "n.json"
    path.write_text(pretty_json(document))
    back = read_network(path, crs="gcj02")
    found = [*back.land_use[0].polygons[0][0]]
    found.append((back.hydrogen_stations[0].lon, back.hydrogen_stations[0].lat))
    for (x, y), (lon, lat) in zip(found, [*ring, true], strict=True):
        assert (x, y) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "forest"}, "farmland, red_line, urban, other"),
        ({"polygons": [[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]]}, "valid polygon"),
        ({"polygons": [[[[0, 0], [1, 1], [1, 0], [0, 1]]]]}, "last position is its first"),
        ({"polygons": [[[[0, 0], [500000, 1], [1, 0], [0, 0]]]]}, "projection"),
        ({"polygons": [[[[0, 0], ["x", 1], [1, 0], [0, 0]]]]}, "WGS-84"),
        ({"polygons": []}, "at least one polygon"),
        ({"polygons": None}, "at least one polygon"),
        ({"id": ""}, "not empty"),
        ({"name": 7}, "a text"),
        ({"more": 1}, "nothing else"),
    ],
)
def test_wrong_land_is_refused(network: Network, change: dict[str, Any], words: str) -> None:
    """Unknown kind, crossed or open ring, metres, no polygon, no id: InputError that says so."""
    ring = [[104.6, 25.9], [104.8, 25.9], [104.8, 26.1], [104.6, 25.9]]
    land = {"id": "a", "kind": "urban", "name": "a", "polygons": [[ring]], **change}
    with pytest.raises(InputError, match=words):
        network_from_document({**network_document(network), "land_use": [land]}, "n.json")


def test_drawn_land_and_mapped_stations_reach_the_run(
    xml_file: Path, network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fetch, draw, solve: the side inside is rejected, the station listed, the run certified.

    Given a tier by its id, the same station is an existing one, nothing of it is rejected.
    """
    assert _run("fetch", "--osm", str(xml_file), "-o", str(tmp_path)) == 0
    inside = network.sides[0].id
    _draw(tmp_path / "network.gpkg", [_box(network, inside)], kind=["farmland"], name=["plot 7"])
    text = SCENARIO.format(source="network.gpkg")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("via"))
    scenario = tmp_path / "mini.toml"
    scenario.write_text(text)
    capsys.readouterr()
    code = _run("solve", str(scenario), "-o", str(tmp_path / "run"), "--json")
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["certificate"] == "PASS"
    sites = json.loads((tmp_path / "run" / "inputs" / "sites.json").read_text())
    rejected = {site["id"]: site for site in sites["rejected"]}
    slug = inside.lower()
    assert rejected[slug]["code"] == "farmland"
    assert "plot 7" in rejected[slug]["reason"]
    assert slug not in {site["id"] for site in sites["sites"]}
    assert rejected["h2-n9120"]["code"] == "capacity_unknown"
    assert "fuel:hydrogen_gas=yes" in rejected["h2-n9120"]["reason"]
    assert "existing_station.h2-n9120" in rejected["h2-n9120"]["reason"]
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "plot 7" in page
    assert "氢站" in page
    (tmp_path / "network.gpkg").unlink()  # the run folder is complete in itself
    assert _run("verify", str(tmp_path / "run")) == 0


def test_a_mapped_station_with_a_tier_exists(
    xml_file: Path, network: Network, tmp_path: Path
) -> None:
    """By its id it is the existing station; beside another id it is named as the same one."""
    from corridor.candidates.generate import attach_sites
    from corridor.network.source import build_network
    from corridor.scenario.load import load_scenario

    (station,) = network.hydrogen_stations
    for key, degrees_off in (("h2-n9120", 0.0), ("mine", 1e-4)):
        scenario = tmp_path / "mini.toml"
        scenario.write_text(
            SCENARIO.format(source=str(xml_file)).replace("via =", "# via =")
            + f'[existing_station.{key}]\nname_en = "Mine"\ntier = "t500"\nsince_year = 2024\n'
            + f"lon = {station.lon + degrees_off}\nlat = {station.lat}\n"
        )
        loaded = load_scenario(scenario)
        _, sites = attach_sites(build_network(loaded.network), loaded)
        (site,) = [site for site in sites.sites if site.kind == "existing"]
        assert (site.id, site.existing_tier) == (key, "t500")
        codes = {one.id: one.code for one in sites.rejected}
        assert codes.get("h2-n9120") == (None if key == "h2-n9120" else "duplicate")
