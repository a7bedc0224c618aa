"""Figures and sites of several runs side by side, and which run is best in each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corridor.report.comparable import money_of, question_of
from corridor.report.folder import Json, RunFolder, at

DECIMALS = {"CNY": 1, "fraction": 1, "CNY/kg": 2, "1/day": 1}
"""Decimals in which a figure is shown and ranked, of CNY in millions and fractions in percent; else none."""

LESS, MORE = "less", "more"
What = tuple[str, str, str, str | None]
"""Key of a figure, its words, its unit, and whether less or more of it is better."""

HORIZON: tuple[What, ...] = (
    ("capex_total_cny", "CAPEX of the plan", "CNY", LESS),
    ("lcoh_cny_per_kg/total", "cost of a kilogram, all years", "CNY/kg", LESS),
)
BY_PERIOD: tuple[What, ...] = (
    ("stations", "stations in service", "", None),
    ("coverage_by_kg", "coverage by kg", "fraction", MORE),
    ("coverage_by_trips", "coverage by trips", "fraction", MORE),
    ("lcoh_cny_per_kg/total", "cost of a kilogram", "CNY/kg", LESS),
    ("capex_cny", "CAPEX of the period", "CNY", LESS),
    ("demand_kg_per_day", "hydrogen wanted", "kg/day", None),
    ("served_kg_per_day", "hydrogen wanted and served", "kg/day", MORE),
    ("unmet_kg_per_day", "hydrogen wanted and not served", "kg/day", LESS),
    ("available_kg_per_day", "available at the plants", "kg/day", None),
    ("shortfall_kg_per_day", "shortfall at the plants", "kg/day", LESS),
    ("utilisation", "utilisation", "fraction", None),
    ("trailers_per_day", "trailers", "1/day", None),
)
SPENT, PENALTY, TOTAL = "spent_cny", "penalty_cny", "objective_cny"
AVOIDED = "co2_avoided_t_per_year"


def shown(value: Any, unit: str) -> float | None:
    """Return a figure as a comparison shows it: CNY in millions, fractions in percent, rounded."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    scale = {"CNY": 1e-6, "fraction": 100.0}.get(unit, 1.0)
    return round(value * scale, DECIMALS.get(unit, 0)) + 0.0  # no negative zero


def figure_rows(runs: Sequence[RunFolder], stops: Sequence[frozenset[str]]) -> list[Json]:
    """Return the figures of all runs, one row a figure (and year).

    Parameters
    ----------
    stops
        What of each run is not compared with the baseline, as `comparable.stopped` says.

    Returns
    -------
    list of dict
        ``key``, ``label``, ``unit``, ``year`` (None for the horizon), ``method`` (of carbon),
        ``better`` (``less``, ``more`` or None), ``values`` and ``marks``, one each a run: ``best``,
        ``worst``, ``as_best`` (not distinguishable from the best), ``not_compared`` or None.
    """
    money = [money_of(run) for run in runs]
    rows = [
        _row((SPENT, "money spent, net present", "CNY", LESS), [m[SPENT] for m in money]),
        _row((PENALTY, "penalty for unmet hydrogen", "CNY", LESS), [m[PENALTY] for m in money]),
        _row((TOTAL, "money and penalty", "CNY", LESS), [run.plan[TOTAL] for run in runs]),
    ]
    rows += [_row(what, [at(run.plan, f"/kpis/{what[0]}") for run in runs]) for what in HORIZON]
    still = [at(run.plan, "/do_nothing/objective_cny") for run in runs]
    what = ("do_nothing_cny", "money and penalty of doing nothing", "CNY", None)
    rows.append(_row(what, still))
    for year in sorted({period["year"] for run in runs for period in run.plan["periods"]}):
        rows += _rows_of(year, runs)
    for row in rows:
        row["marks"] = _marks(row, runs, stops)
    return rows


def _row(what: What, values: list[Any], year: int | None = None) -> Json:
    key, label, unit, better = what
    return {
        "key": key,
        "label": label,
        "unit": unit,
        "better": better,
        "year": year,
        "method": None,
        "values": values,
    }


def _rows_of(year: int, runs: Sequence[RunFolder]) -> list[Json]:
    """Return the figures of a year, those of doing nothing and of each way to count carbon too."""
    here = [_of_year(at(run.plan, "/kpis/by_period"), year) for run in runs]
    rows = [_row(what, [at(row, f"/{what[0]}") for row in here], year) for what in BY_PERIOD]
    still = [_of_year(at(run.plan, "/do_nothing/by_period"), year) for run in runs]
    covered = [row.get("coverage_by_kg") for row in still]
    what: What = ("do_nothing_coverage_by_kg", "coverage by kg, doing nothing", "fraction", None)
    rows.append(_row(what, covered, year))
    avoided = [row.get(AVOIDED) or {} for row in here]
    for method in dict.fromkeys(method for row in avoided for method in row):
        what = (AVOIDED, "CO2 avoided against diesel", "t/year", MORE)
        values = [row.get(method) for row in avoided]
        rows.append({**_row(what, values, year), "method": method})
    return rows


def _of_year(rows: Any, year: int) -> Json:
    return next((row for row in rows or [] if row["year"] == year), {})


def _marks(row: Json, runs: Sequence[RunFolder], stops: Sequence[frozenset[str]]) -> list[Any]:
    """Mark the runs of a row, by the figures as they are shown."""
    kind = "penalty" if row["key"] in (TOTAL, PENALTY) else "money"
    needs = {"all", kind} if row["unit"].startswith("CNY") else {"all"}
    values = [shown(value, row["unit"]) for value in row["values"]]
    marks: list[str | None] = ["not_compared" if needs & stop else None for stop in stops]
    ranked = [i for i, v in enumerate(values) if v is not None and marks[i] is None]
    known = {values[i] for i in ranked}
    if row["better"] is None or len(known) < 2:
        return marks
    sign = 1 if row["better"] == LESS else -1
    order = sorted(ranked, key=lambda i: sign * (values[i] or 0.0))
    first, last = order[0], order[-1]
    for i in ranked:
        if values[i] == values[first]:
            marks[i] = "best"
        elif row["unit"] == "CNY" and row["year"] is None and _is_open(row, runs, first, i):
            marks[i] = "as_best"
        elif values[i] == values[last]:
            marks[i] = "worst"
    return marks


def _is_open(row: Json, runs: Sequence[RunFolder], best: int, other: int) -> bool:
    """Return whether a sum of another question may be no worse than the best once all is proven.

    Of money and penalty the bound says so. Parts of it have no bound of their own: a part that
    differs by less than what is open of either plan may be the solver's accident.
    """
    one, two = runs[best], runs[other]
    if question_of(one) == question_of(two):
        return False
    left = [run.plan["objective_cny"] - run.plan["bound_cny"] for run in (one, two)]
    most = left[1] if row["key"] == TOTAL else max(left)
    return bool(row["values"][other] - row["values"][best] <= most)


def site_rows(runs: Sequence[RunFolder]) -> list[Json]:
    """Return the sites that any run uses, those of the most runs first, then along the roads.

    Returns
    -------
    list of dict
        What the site is, ``runs`` (how many use it) and ``cells``, one each a run: ``year`` of
        the first service, ``tier`` of the last, ``grows``; None where no station stands.
    """
    about: dict[str, Json] = {}
    cells: dict[str, list[Json | None]] = {}
    for i, run in enumerate(runs):
        for station in run.plan["stations"]:
            site = station["id"]
            about.setdefault(site, site_of(station))
            tiers = {row["tier"] for row in station["timeline"]}
            cell = {"year": station["period"], "tier": station["tier"], "grows": len(tiers) > 1}
            cells.setdefault(site, [None] * len(runs))[i] = cell
    rows = [
        {**about[site], "runs": sum(cell is not None for cell in row), "cells": row}
        for site, row in cells.items()
    ]
    return sorted(
        rows,
        key=lambda row: (-row["runs"], row["route"] or "~", row["chainage_km"] or 0.0, row["id"]),
    )


def site_of(station: Json) -> Json:
    """Return what names a site."""
    keys = ("id", "name_zh", "name_en", "route", "carriageway", "chainage_km")
    return {key: station.get(key) for key in keys}
