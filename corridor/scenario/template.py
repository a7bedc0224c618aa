"""The scenario and the tables that `corridor new` writes."""

from __future__ import annotations

from itertools import groupby

from corridor.scenario.defaults import DefaultRow, Number, default_rows, rows_of
from corridor.scenario.shape import names_in, unit_of, walk
from corridor.scenario.tables import TABLES

PRESET = "liupanshui-xingyi"

HEAD = """\
# A scenario of corridor. `corridor check {file}` says whether it is right and what it assumes;
# `corridor solve {file}` answers it. `corridor schema scenario` prints the form for your editor.
#
# Every number below is a default: its value, [unit], range and how sure it is. To change one, take
# away the "#" in front of it and write down in a comment where your figure comes from.

schema = "corridor.scenario/1"
name = "{name}"
title = ""
title_zh = ""
description = ""
preset = "{preset}" # or "none": no corridor, generic numbers only
# extends = "../other.toml" # start from another scenario instead of the defaults alone

# [assumptions]
# levels = {{ adoption = "low", "plant.meijin" = "low" }} # low or high column instead of base

[tables] # your own tables; rows that start with "#" are ignored
sites = "sites.csv" # plots and parks where a station may stand
existing_stations = "existing_stations.csv" # stations that stand already
od_flows = "od_flows.csv" # trips of hydrogen trucks that you know
counts = "counts.csv" # traffic counts, to compare the modelled flows with

# [[candidates.exclusions]] # land where nothing may be built
# name = "ecological red line"
# kind = "red_line" # farmland, red_line, urban, other
# file = "red_line.geojson"

# [network]
# planned_links = ["planned.geojson"] # LineStrings: name, open_year; length_km, from, to

# [decision.some-site-id] # what is already decided
# open = "required" # required, forbidden, free
# from_year = 2030
# min_tier = "t1000"

# [money.budget_cny] # overnight CAPEX that becomes available; none: no limit
# 2026 = 60e6
"""

EXAMPLES = {
    "sites": {
        "id": "#my-plot",
        "name_zh": "示例地块",
        "name_en": "Example plot",
        "lon": "104.90",
        "lat": "25.60",
        "kind": "user",
        "place": "",
        "carriageway": "",
        "access_m": "",
        "capex_factor": "1.0",
    },
    "existing_stations": {
        "id": "#my-station",
        "name_zh": "示例站",
        "name_en": "Example station",
        "lon": "105.42",
        "lat": "26.24",
        "tier": "t1000",
        "since_year": "2025",
    },
    "od_flows": {
        "id": "#my-flow",
        "origin": "luxi-park",
        "destination": "xingyi",
        "truck": "t49",
        "cargo": "coke",
        "convention": "LOOP",
        "trips_per_day.2026": "10",
        "trips_per_day.2030": "40",
    },
    "counts": {
        "id": "#my-count",
        "route": "S77",
        "chainage_km": "45.5",
        "year": "2025",
        "trucks_per_day": "3000",
        "source": "who counted",
    },
}
"""One commented row per table."""


def scenario_text(name: str, file: str = "scenario.toml") -> str:
    """Return a commented scenario that says nothing but its name.

    Parameters
    ----------
    name
        Name of the scenario.
    file
        Name of the file, for the commands in its head.
    """
    parts = [HEAD.format(name=name, preset=PRESET, file=file)]
    own: dict[str, DefaultRow] = {}  # the preset's rows come first
    for row in rows_of(PRESET):
        if "*" not in row.key:
            own.setdefault(row.key, row)
    rows = sorted(own.values(), key=lambda row: _section(row.key))
    for section, members in groupby(rows, key=lambda row: _section(row.key)):
        parts.append(f"[{section}]\n" + "".join(_line(row) for row in members))
    parts.append(
        "# Generic numbers of every tier, truck class, plant and site; write them under an id,\n"
        "# as [truck.t49].\n"
        + "".join(f"# {_section(row.key)}: {_line(row)[2:]}" for row in _generic())
    )
    return "\n".join(parts)


def _generic() -> tuple[DefaultRow, ...]:
    return tuple(row for row in default_rows() if "*" in row.key)


def _section(key: str) -> str:
    return key.rpartition(".")[0]


def _toml(value: Number) -> str:
    return str(value) if isinstance(value, list) else f"{value:_}"


def _line(row: DefaultRow) -> str:
    unit = "" if row.unit == "-" else f" [{row.unit}]"
    known = [n for n in (row.low, row.high) if n is not None]
    span = f" {known[0]}–{known[-1]}" if len(known) == 2 and known[0] != known[1] else ""
    name = row.key.rpartition(".")[2]
    return f"# {name} = {_toml(row.base)} #{unit}{span}; {row.confidence}\n"


def _is_table(section: str, name: str) -> bool:
    _, node = walk((section, "any", name))
    return node is not None and node.get("type") == "object"


def table_text(table: str) -> str:
    """Return a CSV table with its header, units in brackets, and one commented row.

    Parameters
    ----------
    table
        Key of `[tables]`.
    """
    section, _ = TABLES[table]
    example = EXAMPLES[table]
    _, node = walk((section, "any"))
    asked = [n for n in names_in(node or {}) if n != "row"]  # filled in on reading
    plain = [n for n in asked if not _is_table(section, n)]
    years = [n for n in example if "." in n]
    titles = ["id", *plain, *years]
    header = []
    for title in titles:
        _, cell = walk((section, "any", *title.split(".")))
        unit = unit_of(cell) if cell is not None and title != "id" else ""
        header.append(f"{title} [{unit}]" if unit else title)
    row = [example.get(title, "") for title in titles]
    return ",".join(header) + "\r\n" + ",".join(row) + "\r\n"
