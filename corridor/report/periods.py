"""The periods of a plan as a reader takes them: decisions, and the runs of years operated inside them."""

from __future__ import annotations

from corridor.report.folder import Json, RunFolder


def label(plan: Json, index: int) -> str:
    """Return how a run of years is called: by its first year where each decides, else by its years."""
    row = plan["periods"][index]
    if all(each["decides"] for each in plan["periods"]):
        return str(row["year"])
    return _years(row["year"], row["last_year"])


def decisions(plan: Json) -> list[tuple[int, int]]:
    """Return, per period of decision, the indices of its first and its last run of years."""
    rows = plan["periods"]
    starts = [i for i, row in enumerate(rows) if row["decides"]]
    ends = [*(start - 1 for start in starts[1:]), len(rows) - 1]
    return list(zip(starts, ends, strict=True))


def span(plan: Json, first: int, last: int) -> str:
    """Return the years from one run to another."""
    rows = plan["periods"]
    return _years(rows[first]["year"], rows[last]["last_year"])


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _spaced(scenario: Json, year: int) -> set[str]:
    """Return the routes on which a spacing policy is in force in a year."""
    rules = (scenario.get("policy") or {}).get("spacing") or {}
    return {rule["route"] for rule in rules.values() if rule["from_year"] <= year}


def _kept_by_rule(run: RunFolder, station: Json, year: int) -> bool:
    """Whether a station that sells nothing stands for the spacing rule of its route.

    The certificate has proven that it exists, is required, or is asked for by such a rule; here the
    first two are ruled out.
    """
    site = next(row for row in run.sites["sites"] if row["id"] == station["id"])
    required = site.get("required_from") is not None and site["required_from"] <= year
    free = not (station.get("existing") or required or run.plan["stations_given"])
    return free and station["route"] in _spaced(run.scenario, year)


def periods_view(plan: Json) -> list[Json]:
    """Return each run of years that is operated alike, with its pointer."""
    return [
        {"index": p, "year": row["year"], "label": label(plan, p), "kpi": f"/kpis/by_period/{p}"}
        for p, row in enumerate(plan["periods"])
    ]


def decisions_view(run: RunFolder) -> list[Json]:
    """Return each period of decision with its stations in service, and the loads of its last years."""
    found, plan = [], run.plan
    for first, last in decisions(plan):
        built, shown = plan["periods"][first]["year"], plan["periods"][last]["year"]
        rows = []
        for i, station in enumerate(plan["stations"]):
            here = {row["year"]: k for k, row in enumerate(station["timeline"])}
            if shown not in here:
                continue
            k, row = here[built], station["timeline"][here[shown]]
            before = station["timeline"][k - 1]["tier"] if k else ""
            new = not k and not station.get("existing")
            state = "new" if new else "more" if k and before != row["tier"] else ""
            idle = not row.get("load_kg_per_day")
            rows.append(
                {
                    "station": station,
                    "index": i,
                    "at": f"/stations/{i}",
                    "row": f"/stations/{i}/timeline/{here[shown]}",
                    "built": f"/stations/{i}/timeline/{k}",
                    "class": row["storage_class"],
                    "tier": row["tier"],
                    "state": state,
                    "idle": idle,
                    "kept": idle and _kept_by_rule(run, station, shown),
                }
            )
        rows.sort(key=lambda r: (r["station"]["route"], r["station"]["chainage_km"] or 0.0))
        found.append(
            {
                "index": first,
                "year": built,
                "span": span(plan, first, last),
                "loads_of": label(plan, last) if last > first else "",
                "kpi": f"/kpis/by_period/{last}",
                "capex": [f"/kpis/by_period/{p}/capex_cny" for p in range(first, last + 1)],
                "rows": rows,
                "new": sum(r["state"] == "new" for r in rows),
                "more": sum(r["state"] == "more" for r in rows),
                "idle": sum(r["idle"] for r in rows),
            }
        )
    return found
