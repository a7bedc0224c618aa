"""The user's own list of stations, read from CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from corridor.core.errors import FileError, InputError
from corridor.core.faults import Faults

_COLUMNS = ("station", "year", "tier")
_MAX_BYTES = 1 << 20


def read_stations(
    path: Path, years: list[int], tiers: list[str]
) -> dict[str, list[tuple[int, str]]]:
    """Read ``station,year,tier`` rows: from `year` on a station of `tier` stands at `station`.

    Parameters
    ----------
    path
        CSV file, UTF-8.
    years
        First years of the scenario's periods. [year]
    tiers
        Tier ids of the scenario.

    Returns
    -------
    dict
        Site id -> [(year, tier)], years ascending; empty where the list has no row: nothing is built.

    Raises
    ------
    InputError
        With every fault of the file.
    FileError
        If the file cannot be read.
    """
    reader = csv.DictReader(io.StringIO(_text(path)))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise InputError(f"{path}: the header must be {','.join(_COLUMNS)}.")
    faults = Faults(str(path))
    found: dict[str, dict[int, str]] = {}
    for number, row in enumerate(reader, start=2):
        station, year, tier = ((row[name] or "").strip() for name in _COLUMNS)
        wrong = ""
        if None in row or not station:
            wrong = "three values in a row: a candidate id, a year, a tier"
        elif year not in map(str, years):
            wrong = f"year: one of the periods {', '.join(map(str, years))}"
        elif tier not in tiers:
            wrong = f"tier: one of {', '.join(tiers)}"
        elif int(year) in found.setdefault(station, {}):
            wrong = f"one row per station and year; {station} has two for {year}"
        if wrong:
            faults.note(f"line {number}", ",".join((station, year, tier)), wrong)
        else:
            found[station][int(year)] = tier
    faults.stop()
    return {station: sorted(rows.items()) for station, rows in sorted(found.items())}


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(data) > _MAX_BYTES:
        raise InputError(f"{path}: larger than 1 MiB; a list of stations is not.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text.", "Save the table as UTF-8.") from error
