"""Corruptions of the stations of plan.json; imported by `mutations`."""

from __future__ import annotations

from mutations import Documents, busiest, first, mutation, tiers

__all__: list[str] = []


@mutation("identity")
def a_station_is_removed(d: Documents) -> None:
    d["plan"]["stations"].remove(busiest(d))


@mutation("shares")
def a_station_is_removed_with_its_stop_plans(d: Documents) -> None:
    station = busiest(d)["id"]
    plan = d["plan"]
    plan["stations"] = [s for s in plan["stations"] if s["id"] != station]
    plan["trips"] = [r for r in plan["trips"] if all(s["station"] != station for s in r["stops"])]
    plan["supply"] = [r for r in plan["supply"] if r["station"] != station]


@mutation("identity")
def a_station_stands_twice(d: Documents) -> None:
    d["plan"]["stations"].append(dict(d["plan"]["stations"][0]))


@mutation("stations")
def a_side_is_flipped(d: Documents) -> None:
    sides = {s["carriageway"] for s in d["sites"]["sites"]}
    station = first(d["plan"]["stations"], lambda s: s["kind"] == "sa_side")
    station["carriageway"] = first(sorted(sides), lambda c: c != station["carriageway"])


@mutation("stations")
def a_period_is_advanced(d: Documents) -> None:
    years = [p["year"] for p in d["plan"]["periods"]]
    station = d["plan"]["stations"][-1]
    other = [year for year in years if year != station["period"]]
    station["period"] = other[0] if other else station["period"] - 4


@mutation("money")
def a_build_is_put_off(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: sum(r["build_cny"] for r in s["timeline"]) > 0)
    row = first(station["timeline"], lambda r: r["build_cny"] > 0)
    row["build_cny"] = 0.0


@mutation("loads")
def a_load_is_moved_by_1_kg(d: Documents) -> None:
    station = busiest(d)
    station["timeline"][-1]["load_kg_per_day"] += 1.0
    station["load_kg_per_day"] += 1.0


@mutation("loads")
def a_busy_station_hides_its_load(d: Documents) -> None:
    station = busiest(d)
    station["timeline"][-1]["load_kg_per_day"] = station["load_kg_per_day"] = 0.0


@mutation("money")
def a_tier_is_lowered(d: Documents) -> None:
    order = tiers(d)
    station = first(d["plan"]["stations"], lambda s: s["tier"] != order[0])
    smaller = order[order.index(station["tier"]) - 1]
    for row in station["timeline"]:
        row["tier"] = smaller
        row["capacity_kg_per_day"] = d["scenario"]["tier"][smaller]["capacity_kg_per_day"]
    station["tier"] = smaller
    station["capacity_kg_per_day"] = station["timeline"][-1]["capacity_kg_per_day"]


@mutation("tiers")
def a_station_shrinks(d: Documents) -> None:
    order = tiers(d)
    station = first(d["plan"]["stations"], lambda s: len(s["timeline"]) > 1)
    for row, tier in ((station["timeline"][0], order[-1]), (station["timeline"][-1], order[0])):
        row["tier"] = tier
        row["capacity_kg_per_day"] = d["scenario"]["tier"][tier]["capacity_kg_per_day"]


@mutation("stations", "tiers")
def a_station_closes(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: len(s["timeline"]) > 1)
    del station["timeline"][-1]


@mutation("stations")
def a_capacity_is_doubled(d: Documents) -> None:
    station = busiest(d)
    for row in (station, *station["timeline"]):
        row["capacity_kg_per_day"] *= 2


@mutation("loads")
def a_usable_capacity_is_doubled(d: Documents) -> None:
    for row in busiest(d)["timeline"]:
        row["usable_kg_per_day"] *= 2


@mutation("loads")
def fewer_trucks_call(d: Documents) -> None:
    first(busiest(d)["timeline"], lambda r: r["trucks_per_day"] > 0)["trucks_per_day"] *= 0.9


@mutation("structure")
def a_station_has_longitude_and_latitude_swapped(d: Documents) -> None:
    station = d["plan"]["stations"][0]
    station["lon"], station["lat"] = station["lat"], station["lon"]


@mutation("stations")
def a_station_has_moved(d: Documents) -> None:
    d["plan"]["stations"][0]["lon"] += 0.01


@mutation("stations")
def a_station_has_another_name(d: Documents) -> None:
    d["plan"]["stations"][0]["name_zh"] += "二"


@mutation("stations")
def a_chainage_has_moved(d: Documents) -> None:
    first(d["plan"]["stations"], lambda s: s["chainage_km"] is not None)["chainage_km"] += 1.0


@mutation("money")
def capex_is_1000_lower(d: Documents) -> None:
    d["plan"]["stations"][0]["capex_cny"] -= 1000.0


@mutation("stations")
def a_station_is_said_to_stand_more_exactly_than_its_site(d: Documents) -> None:
    first(d["plan"]["stations"])["position_km"] = 0.5


@mutation("sites")
def an_existing_site_is_known_better_than_the_scenario_says(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: s["existing_tier"])
    site["position_km"] = 0.5


@mutation("sites")
def an_existing_site_has_a_size_that_nobody_stated(d: Documents) -> None:
    rows = d["scenario"]["existing_station"].values()
    first(rows, lambda row: row.get("tier")).pop("tier")
