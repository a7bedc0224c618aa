"""Compare run folders: what moved, what it costs, and what the solver's gap cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.report.folder import Json, RunFolder, at, load_run, reading

SCHEMA = "corridor.comparison/2"

MOVED_KM = 40.0
"""A station dropped and one added on one route count as one moved up to this distance. [km]"""

KPIS = (
    ("capex_total_cny", "CAPEX of the plan", "CNY"),
    ("npv_cny", "net present cost", "CNY"),
    ("npv_without_unmet_cny", "net present cost without the price of unmet demand", "CNY"),
    ("lcoh_cny_per_kg/total", "cost of a kilogram over the horizon", "CNY/kg"),
)
PERIOD_KPIS = (
    ("stations", "stations in service", ""),
    ("capex_cny", "CAPEX of the period", "CNY"),
    ("demand_kg_per_day", "hydrogen wanted", "kg/day"),
    ("served_kg_per_day", "hydrogen sold", "kg/day"),
    ("unmet_kg_per_day", "hydrogen not sold", "kg/day"),
    ("coverage_by_kg", "coverage by kg", "fraction"),
    ("coverage_by_trips", "coverage by trips", "fraction"),
    ("available_kg_per_day", "available at the plants", "kg/day"),
    ("shortfall_kg_per_day", "shortfall at the plants", "kg/day"),
    ("utilisation", "utilisation", "fraction"),
    ("trailers_per_day", "trailers", "1/day"),
    ("lcoh_cny_per_kg/total", "cost of a kilogram", "CNY/kg"),
)


def compare_runs(run_dirs: Sequence[Path | str]) -> Json:
    """Compare run folders with the first of them.

    Parameters
    ----------
    run_dirs
        Two or more run folders, the baseline first. Whether they verify is the caller's business.

    Returns
    -------
    dict
        ``corridor.comparison/2``: ``runs`` (what each is) and ``against`` (one entry per run after
        the first: stations, KPIs and costs against the baseline).

    Raises
    ------
    InputError
        If fewer than two folders are named, or one is no run folder.
    """
    if len(run_dirs) < 2:
        raise InputError("A comparison needs two or more run folders.", "Name the baseline first.")
    runs = [load_run(path) for path in run_dirs]
    documents = []
    for run in runs[1:]:
        with reading(run.path):
            documents.append(_against(runs[0], run))
    return {"schema": SCHEMA, "runs": [_about(run) for run in runs], "against": documents}


def _about(run: RunFolder) -> Json:
    keys = ("name", "title", "status", "objective_cny", "bound_cny", "unavoidable_cny", "gap")
    return {
        **{key: run.plan.get(key) for key in keys},
        "gap_target": run.plan.get("gap_target"),
        "objective_minus_bound_cny": run.plan["objective_cny"] - run.plan["bound_cny"],
        "do_nothing_cny": at(run.plan, "/do_nothing/objective_cny"),
        "stopped": at(run.plan, "/search/stopped"),
        "folder": run.path.resolve().name,
        "verdict": run.verdict,
        "stations": len(run.plan["stations"]),
    }


def _against(base: RunFolder, other: RunFolder) -> Json:
    least = other.plan["bound_cny"] - base.plan["objective_cny"]
    most = other.plan["objective_cny"] - base.plan["bound_cny"]
    same_inputs = all(
        base.hashes[name] == other.hashes[name]
        for name in base.hashes
        if name.startswith("inputs/")
    )
    return {
        "name": other.plan["name"],
        "folder": other.path.resolve().name,
        "same_inputs": same_inputs,
        "cost": {
            "difference_cny": other.plan["objective_cny"] - base.plan["objective_cny"],
            "at_least_cny": least,
            "at_most_cny": most,
            "distinguishable": not least <= 0 <= most,
        },
        "stations": _stations(base.plan["stations"], other.plan["stations"]),
        "kpis": _kpis(base.plan, other.plan),
        "costs": _costs(base.plan, other.plan),
        "scenario": _differences(base.scenario, other.scenario),
    }


def _costs(base: Json, other: Json) -> list[Json]:
    old, new = base.get("costs_npv_cny") or {}, other.get("costs_npv_cny") or {}
    return [
        {"block": block, "unit": "CNY", **_pair(old.get(block), new.get(block))}
        for block in dict.fromkeys([*old, *new])
    ]


def _pair(old: Any, new: Any) -> Json:
    known = isinstance(old, int | float) and isinstance(new, int | float)
    return {"base": old, "other": new, "difference": new - old if known else None}


def _kpis(base: Json, other: Json) -> list[Json]:
    rows: list[Json] = []
    for key, label, unit in KPIS:
        pair = _pair(at(base, f"/kpis/{key}"), at(other, f"/kpis/{key}"))
        rows.append({"kpi": key, "label": label, "unit": unit, "year": None, **pair})
    still = [at(plan, "/do_nothing/objective_cny") for plan in (base, other)]
    rows.append({"kpi": "do_nothing_cny", "label": "net present cost of doing nothing", "unit": "CNY",
                 "year": None, **_pair(*still)})  # fmt: skip
    old = {row["year"]: row for row in at(base, "/kpis/by_period") or []}
    new = {row["year"]: row for row in at(other, "/kpis/by_period") or []}
    for year in sorted({*old, *new}):
        for key, label, unit in PERIOD_KPIS:
            pair = _pair(at(old.get(year), f"/{key}"), at(new.get(year), f"/{key}"))
            rows.append({"kpi": key, "label": label, "unit": unit, "year": year, **pair})
        covered = [_covered(plan, year) for plan in (base, other)]
        rows.append({"kpi": "do_nothing_coverage_by_kg", "label": "coverage by kg, doing nothing",
                     "unit": "fraction", "year": year, **_pair(*covered)})  # fmt: skip
        avoided = [at(side.get(year), "/co2_avoided_t_per_year") or {} for side in (old, new)]
        for method in dict.fromkeys([*avoided[0], *avoided[1]]):
            pair = _pair(avoided[0].get(method), avoided[1].get(method))
            label = f"CO2 avoided against diesel, {method}"
            rows.append({"kpi": "co2_avoided_t_per_year", "label": label, "unit": "t/year",
                         "year": year, **pair})  # fmt: skip
    return rows


def _covered(plan: Json, year: int) -> Any:
    """Return the share of the hydrogen wanted in a year that doing nothing serves."""
    rows = at(plan, "/do_nothing/by_period") or []
    return next((row["coverage_by_kg"] for row in rows if row["year"] == year), None)


def _stations(base: list[Json], other: list[Json]) -> Json:
    old = {station["id"]: station for station in base}
    new = {station["id"]: station for station in other}
    added = [new[key] for key in new if key not in old]
    removed = [old[key] for key in old if key not in new]
    moved = []
    for gone, come in _nearest(removed, added):
        removed.remove(gone)
        added.remove(come)
        moved.append(
            {
                "from": _name(gone),
                "to": _name(come),
                "km": abs(gone["chainage_km"] - come["chainage_km"]),
                "other_side": gone["carriageway"] != come["carriageway"],
            }
        )
    kept = [(old[key], new[key]) for key in old if key in new]
    return {
        "added": [_name(s) for s in added],
        "removed": [_name(s) for s in removed],
        "moved": moved,
        "retimed": [
            {**_name(b), "from_year": a["period"], "to_year": b["period"]}
            for a, b in kept
            if a["period"] != b["period"]
        ],
        "resized": [
            {**_name(b), "from_tier": a["tier"], "to_tier": b["tier"],
             "from_kg_per_day": a["capacity_kg_per_day"], "to_kg_per_day": b["capacity_kg_per_day"]}
            for a, b in kept
            if a["tier"] != b["tier"]
        ],
        "unchanged": sum(a["period"] == b["period"] and a["tier"] == b["tier"] for a, b in kept),
    }  # fmt: skip


def _name(station: Json) -> Json:
    keys = ("id", "name_zh", "name_en", "route", "carriageway", "chainage_km", "period", "tier")
    return {key: station.get(key) for key in keys}


def _nearest(removed: list[Json], added: list[Json]) -> list[tuple[Json, Json]]:
    """Pair dropped with added stations of one route, the nearest first, each at most once."""
    pairs = sorted(
        (abs(gone["chainage_km"] - come["chainage_km"]), gone["id"], come["id"], gone, come)
        for gone in removed
        for come in added
        if gone["route"]
        and gone["route"] == come["route"]
        and gone["chainage_km"] is not None
        and come["chainage_km"] is not None
    )
    taken: set[str] = set()
    found = []
    for km, gone_id, come_id, gone, come in pairs:
        if km <= MOVED_KM and not {f"-{gone_id}", f"+{come_id}"} & taken:
            taken |= {f"-{gone_id}", f"+{come_id}"}
            found.append((gone, come))
    return found


_IDENTITY = frozenset({"name", "title", "description", "extends"})


def _differences(base: Any, other: Any, key: str = "") -> list[Json]:
    """Return the scenario keys whose values differ; longer things than a number by key alone."""
    if isinstance(base, dict) and isinstance(other, dict):
        return [
            row
            for name in dict.fromkeys([*base, *other])
            if key or name not in _IDENTITY
            for row in _differences(base.get(name), other.get(name), f"{key}.{name}".lstrip("."))
        ]
    if base == other:
        return []
    return [{"key": key, "base": _short(base), "other": _short(other)}]


def _short(value: Any) -> Any:
    """Return a value as a cell shows it: short lists of plain values in full, others as a mark."""
    if (
        isinstance(value, list)
        and len(value) <= 8
        and not any(isinstance(item, dict | list) for item in value)
    ):
        return ", ".join(map(str, value)) or "none"
    return "…" if isinstance(value, dict | list) else value
