"""What page one says beyond figures: the numbered stations, the caveats in order of their swing."""

from __future__ import annotations

import math

from corridor.report.folder import Json, RunFolder, at
from corridor.report.marks import Mark, routes_to_draw
from corridor.report.strip import ribbon

CAVEATS_IN_FRONT = 3


def first_page_view(run: RunFolder, marks: tuple[Mark, ...]) -> Json:
    """Return what page one says.

    Parameters
    ----------
    marks
        The numbered stations of the plan.

    Returns
    -------
    dict
        ``marks``, ``opening`` (year and marks of the first period that has a station, or None),
        ``ribbon`` (the corridor's road), ``front_caveats`` and ``other_caveats``.
    """
    caveats = ordered_caveats(run.plan)
    since = min((mark.since for mark in marks), default=None)
    opening = None
    if since is not None:
        opening = {"year": since, "marks": [mark for mark in marks if mark.since == since]}
    route = routes_to_draw(run)[0][0] if run.network["routes"] else None
    return {
        "marks": marks,
        "opening": opening,
        "ribbon_route": route,
        "ribbon": ribbon(run, route, marks) if route else None,
        "front_caveats": caveats[:CAVEATS_IN_FRONT],
        "other_caveats": caveats[CAVEATS_IN_FRONT:],
    }


def ordered_caveats(plan: Json) -> list[str]:
    """Return the caveats of a plan, that with the largest measured swing first.

    The swing is a share of the figure that it moves. A gap above the target always comes first,
    what has no measured swing comes last, and a range that is a point is no caveat.
    """
    last = len(plan["periods"]) - 1
    swings = {
        "gap": math.inf if _above_target(plan) else 0.0,
        "trucks": _trucks(at(plan, f"/kpis/demand_lines/{last}") or {}),
        "assumed": _share(
            at(plan, f"/kpis/by_period/{last}") or {}, "assumed_kg_per_day", "sent_kg_per_day"
        ),
        "shortfall": max(
            (
                _share(row, "shortfall_kg_per_day", "demand_kg_per_day")
                for row in at(plan, "/kpis/by_period") or []
            ),
            default=0.0,
        ),
        "carbon": _carbon(at(plan, f"/kpis/by_period/{last}/co2_avoided_t_per_year") or {}),
    }
    measured = [name for name, swing in swings.items() if swing > 0]
    return [*sorted(measured, key=lambda name: -swings[name]), "counts", "sources"]


def _above_target(plan: Json) -> bool:
    return bool(plan["gap"] is not None and plan["gap"] > plan["gap_target"])


def _trucks(line: Json) -> float:
    low, high = line.get("low_kg_per_day"), line.get("high_kg_per_day")
    used = line.get("used_kg_per_day")
    return (high - low) / used if used and low is not None and high is not None else 0.0


def _share(row: Json, part: str, whole: str) -> float:
    return (row.get(part) or 0.0) / row[whole] if row.get(whole) else 0.0


def _carbon(by_method: Json) -> float:
    known = [value for value in by_method.values() if value is not None]
    most = max((abs(value) for value in known), default=0.0)
    return (max(known) - min(known)) / most if most else 0.0
