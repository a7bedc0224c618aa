"""The CSV of a user's own stations: read as meant, or refused row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.core.errors import FileError, InputError
from corridor.scenario.own_stations import read_stations

YEARS, TIERS = [2026, 2030], ["small", "big"]


def write(folder: Path, *rows: str, header: str = "station,year,tier") -> Path:
    """Write a list of stations."""
    path = folder / "stations.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_rows_are_sorted_by_station_and_year(tmp_path: Path) -> None:
    """The order of the rows means nothing; spaces around a value neither."""
    path = write(tmp_path, "b,2030,big", " a ,2030, big", "a,2026,small")
    found = read_stations(path, YEARS, TIERS)
    assert found == {"a": [(2026, "small"), (2030, "big")], "b": [(2030, "big")]}
    assert list(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("a,2027,big", "periods 2026, 2030"),
        ("a,2026,huge", "small, big"),
        (",2026,big", "three values"),
        ("a,2026,big,more", "three values"),
        ("a,2026", "tier"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, word: str) -> None:
    """Line number and what would be right, beside the rows that are right."""
    with pytest.raises(InputError) as caught:
        read_stations(write(tmp_path, "b,2026,big", row), YEARS, TIERS)
    (fault,) = caught.value.faults
    assert fault.key == "line 3"
    assert word in fault.expected


def test_a_station_stands_once_a_year(tmp_path: Path) -> None:
    """Two tiers for one year contradict each other."""
    with pytest.raises(InputError, match="two for 2026"):
        read_stations(write(tmp_path, "a,2026,big", "a,2026,small"), YEARS, TIERS)


def test_a_list_without_rows_builds_nothing(tmp_path: Path) -> None:
    """It is a legal question: what do the existing stations do alone."""
    assert read_stations(write(tmp_path), YEARS, TIERS) == {}


def test_files_that_are_no_list(tmp_path: Path) -> None:
    """A wrong header, other letters, too long, absent, a folder."""
    with pytest.raises(InputError, match="header must be"):
        read_stations(write(tmp_path, header="site,year,tier"), YEARS, TIERS)
    path = write(tmp_path, "a,2026,big")
    path.write_bytes("station,year,tier\n甲,2026,big\n".encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_stations(path, YEARS, TIERS)
    path.write_bytes(b"x" * (1 << 20 | 1))
    with pytest.raises(InputError, match="larger than"):
        read_stations(path, YEARS, TIERS)
    with pytest.raises(InputError, match="no such file"):
        read_stations(tmp_path / "absent.csv", YEARS, TIERS)
    with pytest.raises(FileError, match="cannot be read"):
        read_stations(tmp_path, YEARS, TIERS)
