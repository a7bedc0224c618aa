"""Compare run folders: what moved, what it costs, and what the solver's gap cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.report.comparable import cost_between, money_of, obstacles, question_of, stopped
from corridor.report.folder import Json, RunFolder, at, load_run, reading
from corridor.report.matrix import figure_rows, site_of, site_rows

SCHEMA = "corridor.comparison/3"

MOVED_KM = 40.0
"""A station dropped and one added on one route count as one moved up to this distance. [km]"""


def compare_runs(run_dirs: Sequence[Path | str]) -> Json:
    """Put run folders side by side, and each beside the first of them.

    Parameters
    ----------
    run_dirs
        Two or more run folders, the baseline first. A run that its certificate does not support
        is ranked in nothing.

    Returns
    -------
    dict
        ``corridor.comparison/3``: ``runs`` (what each is), ``figures`` and ``sites`` (one cell a
        run), ``against`` (one entry per run after the first: what may be compared, cost,
        stations, blocks of the cost and scenario keys against the baseline).

    Raises
    ------
    InputError
        If fewer than two folders are named, or one is no run folder.
    """
    if len(run_dirs) < 2:
        raise InputError("A comparison needs two or more run folders.", "Name the baseline first.")
    runs = [load_run(path) for path in run_dirs]
    abouts, documents, stops = [], [], []
    for run in runs:
        with reading(run.path):
            abouts.append(_about(run))
            found = obstacles(runs[0], run)
            stops.append(stopped(found))
            documents.append(_against(runs[0], run, found))
    with reading(runs[0].path):
        figures, sites = figure_rows(runs, stops), site_rows(runs)
    return {
        "schema": SCHEMA,
        "runs": abouts,
        "figures": figures,
        "sites": sites,
        "against": documents[1:],
    }


def _about(run: RunFolder) -> Json:
    keys = ("name", "title", "status", "objective_cny", "bound_cny", "unavoidable_cny", "gap")
    return {
        **{key: run.plan.get(key) for key in keys},
        "title_zh": run.scenario.get("title_zh"),
        "gap_target": run.plan.get("gap_target"),
        "objective_minus_bound_cny": run.plan["objective_cny"] - run.plan["bound_cny"],
        **money_of(run),
        "do_nothing_cny": at(run.plan, "/do_nothing/objective_cny"),
        "stopped": at(run.plan, "/search/stopped"),
        "folder": run.path.resolve().name,
        "verdict": run.verdict,
        "question_sha256": question_of(run),
        "stations": len(run.plan["stations"]),
        "stations_given": bool(run.plan.get("stations_given")),
    }


def _against(base: RunFolder, other: RunFolder, found: list[Json]) -> Json:
    return {
        "name": other.plan["name"],
        "folder": other.path.resolve().name,
        "same_question": question_of(base) == question_of(other),
        "differs": found,
        "cost": cost_between(base, other, found),
        "stations": _stations(base.plan["stations"], other.plan["stations"]),
        "costs": _costs(base.plan, other.plan, compared="money" not in stopped(found)),
        "scenario": _differences(base.scenario, other.scenario),
    }


def _costs(base: Json, other: Json, *, compared: bool) -> list[Json]:
    """Return the blocks of the cost of both; their differences where money may be compared."""
    old, new = base.get("costs_npv_cny") or {}, other.get("costs_npv_cny") or {}
    rows = []
    for block in dict.fromkeys([*old, *new]):
        one, two = old.get(block), new.get(block)
        known = compared and one is not None and two is not None
        difference = new[block] - old[block] if known else None
        rows.append({"block": block, "base": one, "other": two, "difference": difference})
    return rows


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
    return {**site_of(station), "period": station.get("period"), "tier": station.get("tier")}


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


_IDENTITY = frozenset({"name", "title", "title_zh", "description", "extends"})


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
