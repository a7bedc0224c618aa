"""The user's own list of stations: read from CSV, turned into the levels of a siting problem."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from corridor.core.errors import Fault, FileError, InputError
from corridor.siting.problem import SitingProblem

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
        Site id -> [(year, tier)], years ascending.

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
    faults: list[Fault] = []
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
            value = ",".join((station, year, tier))
            faults.append(Fault(file=str(path), key=f"line {number}", value=value, expected=wrong))
        else:
            found[station][int(year)] = tier
    if not faults and not found:
        faults.append(
            Fault(file=str(path), key="", value="", expected="at least one row of stations")
        )
    if faults:
        raise InputError(faults)
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


def levels_of(
    problem: SitingProblem, stations: dict[str, list[tuple[int, str]]]
) -> tuple[tuple[int, ...], ...]:
    """Turn a list of stations into levels, period by period, site by site.

    Existing stations stand whether the list names them or not; a station never shrinks.

    Raises
    ------
    InputError
        If a station is no candidate of the problem, may not be built, or shrinks.
    """
    index = {site.id: j for j, site in enumerate(problem.sites)}
    number = {tier.id: k for k, tier in enumerate(problem.tiers, start=1)}
    faults = []
    levels = [
        [s.existing_level if t >= s.existing_from else 0 for s in problem.sites]
        for t in range(len(problem.periods))
    ]
    for station, rows in stations.items():
        if station not in index:
            faults.append(
                Fault(
                    file="stations",
                    key=station,
                    value="",
                    expected="a candidate site that some trip can use",
                    hint="inputs/sites.json of a run lists ids and the reasons of rejected ones",
                )
            )
            continue
        j = index[station]
        for year, tier in rows:
            level = number[tier]
            if not problem.sites[j].allowed[level - 1]:
                faults.append(
                    Fault(file="stations", key=station, value=tier, expected="an allowed tier")
                )
            for t, period in enumerate(problem.periods):
                if period.year < year:
                    continue
                if level < levels[t][j]:
                    faults.append(
                        Fault(
                            file="stations",
                            key=f"{station}, {year}",
                            value=tier,
                            expected="at least the tier it had before: stations never shrink",
                        )
                    )
                    break
                levels[t][j] = level
    if faults:
        raise InputError(faults)
    return tuple(tuple(row) for row in levels)
