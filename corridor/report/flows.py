"""How many hydrogen trucks a plan serves on each arc of the road, by period."""

from __future__ import annotations

from corridor.report.folder import RunFolder, at


def trucks_on_arcs(run: RunFolder) -> dict[str, list[float]]:
    """Return the trips that the plan serves on each arc, summed over its stop plans.

    Returns
    -------
    dict
        Arc id -> passages a day in each period, in the order of the periods [1/d].
    """
    years = [period["year"] for period in run.plan["periods"]]
    walks = {
        (commodity["id"], variant["id"]): (commodity["year"], variant["legs"])
        for commodity in run.trips["commodities"]
        for variant in commodity["variants"]
    }
    found: dict[str, list[float]] = {}
    for row in run.plan["trips"]:
        year, legs = walks[row["commodity"], row["variant"]]
        t = years.index(year)
        for leg in legs:
            for arc in leg["arcs"]:
                found.setdefault(arc, [0.0] * len(years))[t] += row["trips_per_day"]
    return found


def corridor_roads(run: RunFolder, trucks: dict[str, list[float]]) -> frozenset[str]:
    """Return the routes that a plan is about.

    Those that a spacing policy names; without one, the route with the most truck-kilometres that
    the plan serves, over all periods; none where nothing is served.
    """
    rules = at(run.scenario, "/policy/spacing") or {}
    asked = {rule["route"] for rule in rules.values() if isinstance(rule, dict)}
    named = asked & {route["ref"] for route in run.network["routes"]}
    if named:
        return frozenset(named)
    driven: dict[str, float] = {}
    for arc in run.network["arcs"]:
        if arc["kind"] == "mainline":
            done = sum(trucks.get(arc["id"], ())) * arc["length_m"]
            driven[arc["route"]] = driven.get(arc["route"], 0.0) + done
    most = max(driven, key=lambda ref: (driven[ref], ref), default="")
    return frozenset({most}) if driven.get(most) else frozenset()
