"""Designs that cost the same as the plan, sorted by what a planner reads in them."""

from __future__ import annotations

from corridor.report.folder import Json, RunFolder


def equal_sites(plan: Json) -> dict[str, list[str]]:
    """Return, per station, the ids of the sites at which it could equally stand.

    Parameters
    ----------
    plan
        ``plan.json``; where not every change of it was tried, no station has any.

    Returns
    -------
    dict
        Station id -> site ids, in the order of the plan.
    """
    found: dict[str, list[str]] = {}
    for row in plan.get("equal_designs") or []:
        moved = _moved(plan, row)
        if moved is not None:
            found.setdefault(moved[0], []).append(moved[1])
    return found


def other_equal_designs(plan: Json) -> list[Json]:
    """Return the equal designs that are no mere exchange of a station with an empty site."""
    return [row for row in plan.get("equal_designs") or [] if _moved(plan, row) is None]


def equal_designs(run: RunFolder) -> Json:
    """Return where stations could equally stand, and other designs that cost the same."""
    names = {row["id"]: row for row in (*run.sites["sites"], *run.plan.get("plants", []))}
    years = [period["year"] for period in run.plan["periods"]]
    others = [
        [
            {
                "name": names[entry["id"]],
                "by_year": list(zip(years, entry.get("tiers") or entry["steps"], strict=True)),
                "steps": "steps" in entry,
            }
            for entry in (*row["sites"], *row["plants"])
        ]
        for row in other_equal_designs(run.plan)
    ]
    elsewhere = [
        (names[station], [names[site] for site in sites])
        for station, sites in equal_sites(run.plan).items()
    ]
    return {"elsewhere": elsewhere, "others": others}


def _moved(plan: Json, row: Json) -> tuple[str, str] | None:
    """Return the station that goes and the empty site that takes its place, None for another change."""
    standing = {station["id"] for station in plan["stations"]}
    gone = [site["id"] for site in row["sites"] if not any(site["tiers"])]
    come = [site["id"] for site in row["sites"] if site["id"] not in standing]
    alone = not row["plants"] and len(row["sites"]) == 2 and len(gone) == len(come) == 1
    return (gone[0], come[0]) if alone else None
