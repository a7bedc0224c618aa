"""CSV tables: what is accepted, and every bad cell named by row and column."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corridor.core.errors import Fault
from corridor.scenario.scenario import Scenario

Load = Callable[..., Scenario]
Found = Callable[..., list[Fault]]
SITES = '[tables]\nsites = "x.csv"'


def test_rows_become_sites(load: Load) -> None:
    """Header units, quoted cells, empty cells and commented rows are understood."""
    scenario = load(
        SITES,
        x__csv="id,name_zh,lon [degree],lat [degree],access_m [m],kind\n"
        'a,"兴义,东",104.9,25.1,800,hub\n'
        "#b,例,1,2,3,hub\n"
        "\n"
        "c,,104.8,25.2,,\n",
    )
    assert scenario.site["a"].name_zh == "兴义,东"
    assert scenario.site["a"].access_m == 800
    assert scenario.site["c"].access_m is None
    assert scenario.site["c"].kind == "user"
    assert "b" not in scenario.site
    assert "hub-luxi" in scenario.site


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_chinese_spreadsheets_are_read(load: Load, encoding: str, delimiter: str) -> None:
    """UTF-8 with or without mark and GBK; comma, semicolon and tab."""
    text = "id,name_zh,lon,lat\r\na,路喜园区,105.42,26.24\r\n".replace(",", delimiter)
    assert load(SITES, x__csv=text.encode(encoding)).site["a"].name_zh == "路喜园区"


def test_every_bad_cell_is_named(faults: Found) -> None:
    """Row, column, value, range with unit and a hint, for all cells at once."""
    found = faults(
        SITES,
        x__csv="id,lon,lat,kind,capex_factor\n"
        "A,105,26,,\n"
        "b,26.2,105.4,,\n"
        'c,"1,05",26,,\n'
        "d,,26,,\n"
        "e,105,26,hubb,0\n"
        "f,105,26,,１２\n"
        "g,105,26,,nan\n"
        "1E+05,105,26,,\n",
    )
    said = {fault.key: (fault.expected, fault.hint) for fault in found}
    assert said["row 2, column id"][1] == "for example 'a'"
    assert said["row 3, column lat"] == (
        "a number from -90 to 90 [degree]",
        "longitude and latitude look swapped: did you mean lon = 105.4, lat = 26.2?",
    )
    assert said["row 4, column lon"][1] == "did you mean 105?"
    assert said["row 5, column lon"][0].startswith("missing: a number")
    assert said["row 6, column kind"][1] == "did you mean 'hub'?"
    assert said["row 6, column capex_factor"][0] == "a number above 0 up to 10"
    assert said["row 7, column capex_factor"][1] == "did you mean 12?"
    assert "row 8, column capex_factor" in said
    assert said["row 9, column id"][1] == "for example '1e-05'"
    assert len(said) == 9
    assert {fault.file for fault in found} == {"x.csv"}


def test_an_id_stands_once(faults: Found) -> None:
    """Twice in a table, or in the table and in the scenario file: refused."""
    found = faults(
        SITES + "\n[site.c]\nlon = 105\nlat = 26",
        x__csv="id,lon,lat\na,105,26\na,105,27\nc,105,26\n",
    )
    assert [fault.key for fault in found] == ["row 3, column id", "row 4, column id"]
    assert "row 2" in found[0].expected
    assert "the scenario file" in found[1].expected


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "missing: a column 'id'"),
        ("id,lon\na,1\n", "missing: a column 'lat'"),
        ("id,lon,lat,lattitude\n", "the name of a column"),
        ("id,lon [km],lat\n", "the unit [degree]"),
        ("id,lon,lat,lat\n", "a column that stands once"),
        ("id,lon,lat\na,105,26,9\n", "3 cells, not 4"),
        ('id,lon,lat\na,"105,26\n', "a CSV row"),
    ],
)
def test_a_bad_table_is_refused(faults: Found, table: str, words: str) -> None:
    """Missing, unknown and double columns, wrong units, torn rows."""
    assert any(words in fault.expected for fault in faults(SITES, x__csv=table))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"away.csv"', "a CSV file that is there"),
        ('"."', "a CSV file that is there"),
        ("3", "name of a CSV file"),
        ('""', "name of a CSV file"),
    ],
)
def test_a_table_that_is_not_there_is_refused(faults: Found, value: str, words: str) -> None:
    """The key in the scenario file is blamed."""
    (fault,) = faults(f"[tables]\nsites = {value}")
    assert (fault.key, fault.expected) == ("tables.sites", words)


def test_bytes_that_are_no_text_are_refused(faults: Found) -> None:
    """Neither UTF-8 nor GBK: say so."""
    (fault,) = faults(SITES, x__csv=b"id,lon,lat\n\xff\xff\xff,1,2\n")
    assert fault.expected == "a CSV file in UTF-8 or GBK"


def test_faults_beyond_a_hundred_are_counted(faults: Found) -> None:
    """A table that is wrong in every row does not flood the reader."""
    found = faults(SITES, x__csv="id,lon,lat\n" + "x,999,26\n" * 1000)
    assert len(found) == 101
    assert found[-1].expected == "and 900 faults more"


def test_a_contradiction_in_a_row_names_table_and_row(one: Callable[..., Fault]) -> None:
    """What only the whole scenario can tell is still blamed on the row that wrote it."""
    fault = one(
        '[tables]\nexisting_stations = "x.csv"',
        x__csv="id,lon,lat,tier,since_year\n#a,1,2,t500,2020\nold,105.4,26.2,t900,2025\n",
    )
    assert (fault.file, fault.key) == ("x.csv, row 3", "existing_station.old.tier")
    assert "did you mean 't" in fault.hint


def test_all_four_tables_are_read(load: Load) -> None:
    """Stations, flows by year and counts go to their places."""
    scenario = load(
        """
        [tables]
        existing_stations = "e.csv"
        od_flows = "o.csv"
        counts = "c.csv"
        """,
        e__csv="id,lon,lat,tier,since_year\nold,105.4,26.2,t1000,2025\n",
        o__csv="id,origin,destination,truck,trips_per_day.2026 [1/day],trips_per_day.2030\n"
        "f,luxi-park,xingyi,t49,10,40.5\n",
        c__csv="id,route,chainage_km [km],year,trucks_per_day\nk,S77,45.5,2025,3000\n",
    )
    assert scenario.existing_station["old"].since_year == 2025
    assert scenario.od["f"].trips_per_day == {2026: 10, 2030: 40.5}
    assert scenario.count["k"].trucks_per_day == 3000
