"""The tables of a run folder: every figure of the plan once more, in CSV, at full precision.

Which columns a table has stands in ``columns.csv``; here stands only where its rows come from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from corridor.core.files import write_text
from corridor.report.csvtext import csv_text
from corridor.report.folder import Json, RunFolder, load_run, reading, token
from corridor.report.register import read_register

BREAKDOWN = (
    "production",
    "purification",
    "opportunity",
    "compression",
    "transport",
    "station_capex",
    "station_opex",
    "station_power",
    "detour",
    "stops",
)
"""Parts of the cost of a kilogram at the nozzle, in the order of the chain."""


def write_tables(run_dir: Path | str) -> list[Path]:
    """Write ``tables/*.csv`` (UTF-8 with byte-order mark, so that Excel shows Chinese).

    Parameters
    ----------
    run_dir
        Run folder with ``plan.json`` and ``inputs/``.

    Returns
    -------
    list of Path
        The files written; the last is the dictionary of all columns.
    """
    run = load_run(run_dir)
    folder = Path(run_dir) / "tables"
    columns = read_columns()
    written = []
    for table, rows in ROWS.items():
        keys = [column["key"] for column in columns[table]]
        header = [_header(column) for column in columns[table]]
        with reading(run.path):
            text = csv_text(header, ([row.get(key) for key in keys] for row in rows(run)))
        written.append(folder / f"{table}.csv")
        write_text(written[-1], text, encoding="utf-8-sig")
    dictionary = [
        (f"{table}.csv", column["a_row_is"], _header(column), column["unit"], column["meaning"])
        for table, its in columns.items()
        for column in its
    ]
    text = csv_text(("table", "a row is", "column", "unit", "meaning"), dictionary)
    write_text(folder / "dictionary.csv", text, encoding="utf-8-sig")
    return [*written, folder / "dictionary.csv"]


def read_columns() -> dict[str, list[dict[str, str]]]:
    """Return the columns of every table, in order."""
    path = resources.files("corridor.report") / "columns.csv"
    columns: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
        columns.setdefault(row["table"], []).append(row)
    return columns


def _header(column: dict[str, str]) -> str:
    return f"{column['column']} [{column['unit']}]" if column["unit"] else column["column"]


def _station_periods(run: RunFolder) -> Iterable[Json]:
    for station in run.plan["stations"]:
        for row in station["timeline"]:
            yield {**station, **row}


def _stop_plans(run: RunFolder) -> Iterable[Json]:
    commodities = {c["id"]: c for c in run.trips["commodities"]}
    stations = {s["id"]: s for s in run.plan["stations"]}
    for number, row in enumerate(run.plan["trips"], 1):
        head = {**commodities.get(row["commodity"], {}), **row, "number": number}
        if not row["stops"]:
            yield {**head, "stop": 0, "fuel_kg": 0, "kg_per_day": 0}
        for place, stop in enumerate(row["stops"], 1):
            station = stations.get(stop["station"], {})
            yield {
                **head,
                "stop": place,
                "station": stop["station"],
                "station_zh": station.get("name_zh"),
                "station_en": station.get("name_en"),
                "fuel_kg": stop["fuel_g"] / 1000,
                "kg_per_day": row["trips_per_day"] * stop["fuel_g"] / 1000,
            }


def _commodities(run: RunFolder) -> Iterable[Json]:
    unmet = {row["commodity"]: row for row in run.plan["unmet"]}
    for c in run.trips["commodities"]:
        left = unmet.get(c["id"], {"trips_per_day": 0, "kg_per_day": 0})
        yield {
            **c,
            "length_km": c["variants"][0]["length_m"] / 1000 if c["variants"] else None,
            "wanted_kg_per_day": c["trips_per_day"] * c["need_g"] / 1000,
            "unmet_trips_per_day": left["trips_per_day"],
            "unmet_kg_per_day": left["kg_per_day"],
        }


def _kpi(name: str) -> Callable[[RunFolder], Iterable[Json]]:
    def rows(run: RunFolder) -> Iterable[Json]:
        found: list[Json] = run.plan.get("kpis", {}).get(name) or []
        return found

    return rows


def _part(name: str) -> Callable[[RunFolder], Iterable[Json]]:
    def rows(run: RunFolder) -> Iterable[Json]:
        found: list[Json] = run.plan.get(name) or []
        return found

    return rows


def _unmet(run: RunFolder) -> Iterable[Json]:
    for row in run.plan["unmet"]:
        yield {**row, **(row.get("figures") or {})}


def _costs(run: RunFolder) -> Iterable[Json]:
    for block, cny in (run.plan.get("costs_npv_cny") or {}).items():
        yield {"block": block, "cny": cny}


def _periods(run: RunFolder) -> Iterable[Json]:
    for row in _kpi("by_period")(run):
        parts = row.get("lcoh_cny_per_kg") or {}
        yield {**row, **{f"lcoh_{key}": parts.get(key) for key in (*BREAKDOWN, "total")}}


def _capital(run: RunFolder) -> Iterable[Json]:
    return (run.plan["kpis"].get("capital") or {}).get("by_year") or []


def _do_nothing(run: RunFolder) -> Iterable[Json]:
    found: list[Json] = run.plan["do_nothing"]["by_period"]
    return found


def _prices(run: RunFolder) -> Iterable[Json]:
    for point in (run.evidence or {}).get("points") or []:
        yield from ({**point, **row} for row in point["by_period"])


def _who_pays(run: RunFolder) -> Json:
    return run.plan["kpis"].get("who_pays") or {"operator": {}, "trucks": []}


def _owners(run: RunFolder) -> Iterable[Json]:
    return _who_pays(run)["trucks"]  # type: ignore[no-any-return]


def _returns(run: RunFolder) -> Iterable[Json]:
    who = _who_pays(run)
    for rate in who["operator"].get("irr") or []:
        yield {"who": "operator", "irr": rate}
    for row in who["trucks"]:
        yield from ({"who": row["truck"], "irr": rate} for rate in row["irr"])


def _subsidies(run: RunFolder) -> Iterable[Json]:
    return _who_pays(run)["operator"].get("subsidy_by_period") or []


def _carbon(run: RunFolder) -> Iterable[Json]:
    for row in _kpi("by_period")(run):
        avoided = row.get("co2_avoided_t_per_year") or {}
        needed = row.get("co2_price_needed_cny_per_t") or {}
        for method, value in (row.get("co2_kg_per_kg") or {}).items():
            yield {
                "year": row["year"],
                "method": method,
                "co2_kg_per_kg": value,
                "co2_avoided_t_per_year": avoided.get(method),
                "co2_price_needed_cny_per_t": needed.get(method),
            }


def _candidates(run: RunFolder) -> Iterable[Json]:
    chosen = {station["id"] for station in run.plan["stations"]}
    for site in run.sites["sites"]:
        yield {**site, "chosen": site["id"] in chosen}


def sections(run: RunFolder) -> list[Json]:
    """Return length by section, carriageway and basis of the length: main carriageways only."""
    keys = ("route", "carriageway", "section", "length_basis", "open_year", "close_year")
    found: dict[tuple[Any, ...], int] = {}
    for arc in run.network["arcs"]:
        if arc["kind"] == "mainline":
            key = tuple(arc.get(k) for k in keys)
            found[key] = found.get(key, 0) + arc["length_m"]
    return [
        {**dict(zip(keys, key, strict=True)), "length_m": length}
        for key, length in sorted(found.items(), key=lambda item: tuple(map(str, item[0])))
    ]


def _assumptions(run: RunFolder) -> Iterable[Json]:
    for a in read_register(run.scenario):
        yield {name: getattr(a, name) for name in a.__slots__}


_WHOLE = (
    "objective_cny",
    "bound_cny",
    "unavoidable_cny",
    "gap",
    "gap_target",
    "search",
    "sizes",
)


def _figures(run: RunFolder) -> Iterable[Json]:
    """Return the figures that belong to no list: of the plan, its search and its whole horizon."""
    whole = {key: run.plan[key] for key in _WHOLE if key in run.plan}
    kpis = {k: v for k, v in run.plan.get("kpis", {}).items() if not isinstance(v, list)}
    for key, value in _leaves({**whole, "kpis": kpis, "do_nothing": run.plan["do_nothing"]}):
        yield {"key": key, "value": value}


def _leaves(document: Json, key: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in document.items():
        here = f"{key}/{token(str(name))}"
        if isinstance(value, dict):
            yield from _leaves(value, here)
        elif not isinstance(value, list):
            yield here, value


ROWS: dict[str, Callable[[RunFolder], Iterable[Json]]] = {
    "stations": _part("stations"),
    "station_periods": _station_periods,
    "stop_plans": _stop_plans,
    "commodities": _commodities,
    "works": lambda run: run.trips.get("works") or [],
    "counts": lambda run: run.trips.get("counts") or [],
    "unmet": _unmet,
    "unavoidable": _part("unavoidable_by_period"),
    "supply": _part("supply"),
    "plants": _kpi("by_plant"),
    "expansions": _part("expansions"),
    "costs": _costs,
    "periods": _periods,
    "capex_by_year": _capital,
    "do_nothing": _do_nothing,
    "value_of_service": _prices,
    "stations_by_price": lambda run: (run.evidence or {}).get("stations") or [],
    "truck_owners": _owners,
    "internal_rates": _returns,
    "subsidies": _subsidies,
    "carbon": _carbon,
    "coverage": _kpi("by_od"),
    "demand_lines": _kpi("demand_lines"),
    "candidates": _candidates,
    "rejected_candidates": lambda run: run.sites["rejected"],
    "service_areas": lambda run: run.network.get("sides", []),
    "routes": lambda run: run.network["routes"],
    "sections": sections,
    "assumptions": _assumptions,
    "figures": _figures,
}
"""Rows of each table of ``columns.csv``."""
