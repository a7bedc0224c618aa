"""Hydrogen stations of the map: selling, to come, closed, or only named so."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.network.osm import build_network, read_extract
from tests.network.osm.miniland import Land, write_pbf, write_xml

SELLS = {"fuel:hydrogen_gas": "yes"}


def listed(tags: dict[str, str], folder: Path, *, packed: bool = False) -> tuple[list[str], str]:
    """Return what the stations sell, and why the station is left out."""
    land = Land()
    land.way(60, [land.node(1, 105.0, 26.0), land.node(2, 105.1, 26.0)], highway="motorway")
    land.node(7, 105.05, 26.001)
    land.nodes[7] = (105.05, 26.001, {"name": "甲加氢站", **tags})
    name = "land.osm.pbf" if packed else "land.osm"
    path = (write_pbf if packed else write_xml)(land, folder / name)
    network, report = build_network(read_extract(path))
    state = any(key.endswith(":amenity") for key in tags)
    assert report.counts["fuel_stations"] == (tags.get("amenity") == "fuel" and not state)
    whys = [item.why for item in report.dropped if item.objects == "n7"]
    return [station.sells for station in network.hydrogen_stations], "".join(whys)


@pytest.mark.parametrize(
    "key",
    ["fuel:hydrogen", "fuel:hydrogen_gas", "fuel:h35", "fuel:H70", "fuel:H70:GH2", "fuel:LH2",
     "fuel:h2"],
)  # fmt: skip
def test_a_station_that_sells(key: str, tmp_path: Path) -> None:
    """Every spelling of the fuel makes a station."""
    assert listed({"amenity": "fuel", key: "yes"}, tmp_path) == ([f"{key}=yes"], "")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"construction:amenity": "fuel", **SELLS}, "planned or being built (construction)"),
        ({"proposed:amenity": "fuel", **SELLS}, "planned or being built (proposed)"),
        ({"planned:amenity": "fuel", **SELLS}, "planned or being built (proposed)"),
        ({"amenity": "fuel", "fuel:h70": "planned"}, "planned or being built (fuel:h70=planned)"),
        ({"disused:amenity": "fuel", **SELLS}, "closed (disused)"),
        ({"abandoned:amenity": "fuel", **SELLS}, "closed (abandoned)"),
        ({"amenity": "fuel", "disused": "yes", **SELLS}, "closed (disused)"),
        ({"amenity": "fuel", "fuel:h35": "closed"}, "closed (fuel:h35=closed)"),
        ({"amenity": "fuel", "fuel:diesel": "yes"}, "named so, but no fuel tag"),
    ],
)
def test_a_station_that_does_not_sell(
    tags: dict[str, str], why: str, packed: bool, tmp_path: Path
) -> None:
    """Planned, closed and only named stations are listed with the reason, never as existing."""
    if packed:
        pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    stations, reason = listed(tags, tmp_path, packed=packed)
    assert stations == []
    assert reason.startswith(why)


@pytest.mark.parametrize("value", ["no", "0"])
def test_a_station_without_hydrogen(value: str, tmp_path: Path) -> None:
    """A tag that says no makes no station, and nothing is left out."""
    assert listed({"amenity": "fuel", "fuel:h70": value}, tmp_path) == ([], "")


def test_a_service_area_that_sells(tmp_path: Path) -> None:
    """The fuel may be tagged on the service area itself."""
    assert listed({"highway": "services", **SELLS}, tmp_path)[0] == ["fuel:hydrogen_gas=yes"]


def test_one_fuel_of_two_sells(tmp_path: Path) -> None:
    """A second pressure that is planned closes nothing."""
    tags = {"amenity": "fuel", "fuel:h35": "yes", "fuel:h70": "planned"}
    assert listed(tags, tmp_path)[1] == ""
