"""Tables and GeoJSON keep the contracts of their formats."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from made_run import documents, write_run

from corridor.core.errors import InputError
from corridor.report import write_geojson, write_tables
from corridor.report.tables import ROWS, read_columns

NUMERIC = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def test_every_table_has_columns_and_rows_come_from_somewhere() -> None:
    """The table of columns and the code name the same tables, and no column twice."""
    columns = read_columns()

    assert set(columns) == set(ROWS)
    for table, its in columns.items():
        names = [column["column"] for column in its]
        assert len(names) == len(set(names)), table


def test_tables_open_in_a_spreadsheet(made: Path) -> None:
    """UTF-8 with a byte-order mark, CRLF, one width, and a unit wherever numbers need one."""
    counts = {"stop", "stop plan", "steps", "trucks wanted", "stations in service"}
    by_row = {"year", "low", "base", "high", "used", "year of the source", "value", "kind",
              "design"}  # fmt: skip
    for path in write_tables(made):
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf"), path
        assert b"\r\n" in raw
        assert b"\n" not in raw.replace(b"\r\n", b"")
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1, path
        for name, *cells in zip(*rows, strict=True):
            filled = [cell for cell in cells if cell]
            if filled and all(NUMERIC.fullmatch(cell) for cell in filled):
                assert name.endswith("]") or name in counts | by_row, (path.name, name)


def test_tables_hold_every_row_of_the_plan(made: Path) -> None:
    """As many rows as the plan has entries; nothing is thinned."""
    write_tables(made)
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))

    def count(name: str) -> int:
        text = (made / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig")
        return len(list(csv.reader(io.StringIO(text)))) - 1

    assert count("stations") == len(plan["stations"])
    assert count("station_periods") == sum(len(s["timeline"]) for s in plan["stations"])
    assert count("stop_plans") == sum(len(row["stops"]) for row in plan["trips"])
    assert count("supply") == len(plan["supply"])


def test_geojson_is_rfc_7946(made: Path) -> None:
    """Longitude first, at most six decimals, no crs member, ids, and the licence line inside."""
    for path in write_geojson(made):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert document["type"] == "FeatureCollection"
        assert "crs" not in document
        assert any("OpenStreetMap" in line for line in document["attribution"])
        assert document["features"]
        for feature in document["features"]:
            assert set(feature) == {"type", "id", "geometry", "properties"}
            assert feature["type"] == "Feature"
            geometry = feature["geometry"]
            assert geometry["type"] in ("Point", "LineString")
            line = geometry["coordinates"]
            for lon, lat in [line] if geometry["type"] == "Point" else line:
                assert 103 < lon < 107
                assert 24 < lat < 28
                assert round(lon, 6) == lon
                assert round(lat, 6) == lat
            if geometry["type"] == "LineString":
                assert len(line) >= 2


def test_geojson_holds_every_station_and_arc(made: Path) -> None:
    """Each station with its load by period, and each directed arc with its length."""
    stations, network = write_geojson(made)
    docs = documents()
    features = json.loads(stations.read_text(encoding="utf-8"))["features"]
    arcs = json.loads(network.read_text(encoding="utf-8"))["features"]
    lines = {f["id"]: f["properties"] for f in arcs if f["geometry"]["type"] == "LineString"}

    assert [f["id"] for f in features] == [s["id"] for s in docs["plan.json"]["stations"]]
    for feature, station in zip(features, docs["plan.json"]["stations"], strict=True):
        for row in station["timeline"]:
            load = feature["properties"][f"load_kg_per_day_{row['year']}"]
            assert load == row["load_kg_per_day"]
    network_arcs = docs["inputs/network.json"]["arcs"]
    assert {a["id"]: a["length_m"] for a in network_arcs} == {
        name: properties["length_m"] for name, properties in lines.items()
    }


@pytest.mark.parametrize("name", ["stations", "trips"])
def test_a_plan_without_its_parts_is_refused(tmp_path: Path, name: str) -> None:
    """A hole in plan.json ends with a sentence, not with a traceback."""
    docs = documents()
    del docs["plan.json"][name]
    folder = write_run(tmp_path, docs)

    with pytest.raises(InputError, match=name):
        write_tables(folder)


def test_a_station_without_timeline_is_refused(tmp_path: Path) -> None:
    """What a table needs and does not find is named."""
    docs = documents()
    del docs["plan.json"]["stations"][0]["timeline"]

    with pytest.raises(InputError, match="timeline"):
        write_tables(write_run(tmp_path, docs))
