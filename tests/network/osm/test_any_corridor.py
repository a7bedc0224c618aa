"""A corridor of any two points: regions, the gazetteer, scenarios, fetch to solve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from corridor.cli import main
from corridor.core.errors import InputError
from corridor.network.osm.corridor_of import corridor_of, gazetteer
from corridor.network.osm.region import corridor_region, polygon_region
from tests.network.osm.overpass_server import OverpassServer

SCENARIO = """
schema = "corridor.scenario/1"
name = "mini"
title = "SYNTHETIC trial"
preset = "none"
[network]
source = "{source}"
via = [[104.45, 26.0], [105.35, 26.0]]
buffer_km = 15
[network.place.yard]
name_en = "Yard"
lon = 104.61
lat = 25.98
[demand]
use_markets = false
through_start_fraction = 0.3
through_end_fraction = 0.8
[od.east]
origin = "edge-n56.0-in"
destination = "edge-n1160-out"
truck = "t49"
convention = "ONEWAY"
trips_per_day = {{ 2026 = 20, 2030 = 40, 2035 = 80 }}
[od.west]
origin = "edge-n3160-in"
destination = "edge-n56.1-out"
truck = "t49"
convention = "ONEWAY"
trips_per_day = {{ 2026 = 20, 2030 = 40, 2035 = 80 }}
[plant.made-up]
name_en = "SYNTHETIC electrolyser"
kind = "grid_electrolysis"
place = "yard"
nameplate_kg_per_day = 5000
from_year = 2026
gate_cny_per_kg = 25
purification_kwh_per_kg = 0
purification_capex_cny_per_kg_per_day = 20000
carbon_kg_per_kg = {{ one = 1.0, other = 2.0 }}
source = "none: SYNTHETIC"
confidence = "SYNTHETIC"
"""


def _run(*arguments: str) -> int:
    try:
        main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_corridor_region_is_as_wide_as_stated() -> None:
    """Points 19 km beside the line lie within a corridor of 20 km, points 21 km do not."""
    region = corridor_region([(104.0, 26.0), (106.0, 26.0)], 20)
    degree_km = 110.8  # of latitude at 26°
    for lon in (104.2, 105.0, 105.8):
        assert region.contains(shapely.Point(lon, 26.0 + 19 / degree_km))
        assert not region.contains(shapely.Point(lon, 26.0 + 21.5 / degree_km))


@pytest.mark.parametrize(
    ("points", "width", "words"),
    [
        ([(104.0, 26.0)], 20, "two or more"),
        ([(104.0, 26.0), (104.0, 26.0)], 20, "two or more"),
        ([(26.0, 104.0), (106.0, 26.0)], 20, "swapped"),
        ([(104.0, 26.0), (106.0, 26.0)], 500, "1 to 200"),
    ],
)
def test_bad_corridors(points: list[tuple[float, float]], width: float, words: str) -> None:
    """One point, swapped coordinates, an absurd width: refused with what to do."""
    with pytest.raises(InputError, match=words):
        corridor_region(points, width)


def test_gazetteer_knows_the_region_in_three_ways() -> None:
    """Places are found by id, Chinese and English name, in both embedded corridors."""
    places = gazetteer()
    assert places["六盘水"] == places["Liupanshui"] == places["liupanshui"]
    assert places["南丹"] == places["Nandan"]


def test_scenario_may_name_places(tmp_path: Path) -> None:
    """`via` takes names of the gazetteer; an unknown one is answered with the nearest."""
    text = SCENARIO.format(source="openstreetmap").replace("[104.45, 26.0]", '"六盘水"')
    path = tmp_path / "mini.toml"
    path.write_text(text)
    asked = corridor_of(path)
    assert asked.region is not None
    assert asked.region.contains(shapely.Point(104.83, 26.59))
    path.write_text(text.replace("六盘水", "Liupanshi"))
    with pytest.raises(InputError, match="gazetteer"):
        corridor_of(path)


def test_nominatim_is_asked_only_on_request(
    server: OverpassServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--geocode twice makes a corridor; a name that nobody knows is exit 9."""
    base = server.url.removesuffix("/api")
    common = ("--overpass-url", server.url, "--nominatim-url", base, "--cache", str(tmp_path))
    assert _run("fetch", "--geocode", "甲镇", "--geocode", "远市", *common, "--json") == 0
    assert json.loads(capsys.readouterr().out)["motorway_km"] > 50
    assert _run("fetch", "--geocode", "Nowhere", "--geocode", "远市", *common, "--json") == 9
    assert "knows no place" in capsys.readouterr().err


def test_polygon_file(tmp_path: Path) -> None:
    """A FeatureCollection, a Feature or a bare polygon; anything else is refused."""
    box = shapely.geometry.mapping(shapely.box(104, 25, 105, 26))
    feature = {"type": "Feature", "properties": {}, "geometry": box}
    path = tmp_path / "region.geojson"
    for document in (box, feature, {"type": "FeatureCollection", "features": [feature]}):
        path.write_text(json.dumps(document))
        assert polygon_region(path).area == pytest.approx(1)
    for text in ('{"type": "Point", "coordinates": [1, 2]}', "[1]", "{}", '{"type": "Polygon"}'):
        path.write_text(text)
        with pytest.raises(InputError):
            polygon_region(path)


def test_fetch_from_the_server_then_solve_passes(
    server: OverpassServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A scenario of two coordinates: fetched from a server, solved from the cache, certified."""
    monkeypatch.setenv("CORRIDOR_CACHE", str(tmp_path / "cache"))
    scenario = tmp_path / "mini.toml"
    scenario.write_text(SCENARIO.format(source="openstreetmap"))
    out = tmp_path / "net"
    assert _run("fetch", str(scenario), "--overpass-url", server.url, "-o", str(out)) == 0
    asked = len(server.queries)
    code = _run("solve", str(scenario), "-o", str(tmp_path / "run"), "--json")
    found = json.loads(capsys.readouterr().out.split("hash", 1)[1].split("copyright\n", 1)[1])
    assert found["certificate"] in {"PASS", "PASS-WITH-GAP"}
    assert code == (0 if found["certificate"] == "PASS" else 5)
    assert found["stations"]
    assert len(server.queries) == asked
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "OpenStreetMap" in page
    network = json.loads((tmp_path / "run" / "inputs" / "network.json").read_text())
    assert "OpenStreetMap" in network["attribution"][0]


@pytest.mark.parametrize("city", ["harrisburg", "baltimore"])
def test_real_extract_to_certified_report(
    shared: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], city: str
) -> None:
    """Real motorways, SYNTHETIC demand and plant: PASS, and page one says SYNTHETIC."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    scenario = tmp_path / f"{city}.toml"
    scenario.write_bytes((root / "scenarios" / "osm" / f"{city}-synthetic.toml").read_bytes())
    extract = (shared / "osm" / f"{city}-2015-02.osm.pbf").read_bytes()
    (tmp_path / f"{city}.osm.pbf").write_bytes(extract)
    code = _run("solve", str(scenario), "-o", str(tmp_path / "run"), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["certificate"] == "PASS"
    assert code == 0
    assert found["stations"]
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    body = page[page.index("<body") :]
    assert "SYNTHETIC" in body[: body.index("</h1>") + 2000]
    assert "OpenStreetMap" in page
