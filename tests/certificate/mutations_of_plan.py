"""Corruptions of plan.json; imported by `mutations`."""

from __future__ import annotations

from typing import Any

from mutations import (
    Documents,
    NotApplicable,
    busiest,
    commodity_of,
    first,
    mutation,
    stopping,
    tiers,
    variant_of,
)

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


@mutation("stops")
def a_truck_stops_at_a_station_of_another_road(d: Documents) -> None:
    stop = stopping(d)["stops"][0]
    other = first(d["plan"]["stations"], lambda s: s["id"] != stop["station"])
    stop["station"] = other["id"]


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


@mutation("driving")
def a_truck_is_1_g_short(d: Documents) -> None:
    # Loops that buy exactly what they burn, and one-way trips, may not lose a gram somewhere.
    for row in d["plan"]["trips"]:
        c = commodity_of(d, row)
        v = variant_of(d, row)
        fuel = sum(s["fuel_g"] for s in row["stops"])
        need = (
            v["total_g"] if c["convention"] == "LOOP" else v["total_g"] + c["end_g"] - c["start_g"]
        )
        if row["stops"] and fuel - need <= len(row["stops"]):
            row["stops"][-1]["fuel_g"] -= fuel - need + 1
            if row["stops"][-1]["fuel_g"] > 0:
                return
    raise NotApplicable


@mutation("driving")
def a_truck_takes_more_than_its_tank(d: Documents) -> None:
    row = stopping(d)
    row["stops"][0]["fuel_g"] += commodity_of(d, row)["usable_g"]


@mutation("driving")
def a_stop_is_left_out(d: Documents) -> None:
    row = stopping(d)
    del row["stops"][0]


@mutation("driving")
def a_loop_buys_everything_at_its_first_stop(d: Documents) -> None:
    def strained(row: Any) -> bool:
        c = commodity_of(d, row)
        return c["convention"] == "LOOP" and variant_of(d, row)["total_g"] > c["usable_g"]

    row = stopping(d, strained)
    row["stops"][0]["fuel_g"] = sum(s["fuel_g"] for s in row["stops"])
    del row["stops"][1:]


@mutation("stops")
def a_visit_index_is_shifted(d: Documents) -> None:
    def movable(row: Any) -> bool:
        return len(variant_of(d, row)["visits"]) > 1

    row = stopping(d, movable)
    stop = row["stops"][0]
    stop["visit"] += 1 if stop["visit"] + 1 < len(variant_of(d, row)["visits"]) else -1


@mutation("stops")
def a_visit_index_is_beyond_the_walk(d: Documents) -> None:
    stopping(d)["stops"][0]["visit"] = 10_000


@mutation("stops")
def stops_are_out_of_order(d: Documents) -> None:
    stopping(d, lambda r: len(r["stops"]) > 1)["stops"].reverse()


@mutation("stops")
def a_truck_buys_where_nothing_is_open_yet(d: Documents) -> None:
    year = d["plan"]["periods"][0]["year"]
    row = stopping(d, lambda r: commodity_of(d, r)["year"] == year)
    key = row["stops"][0]["station"]
    station = first(d["plan"]["stations"], lambda s: s["id"] == key and len(s["timeline"]) > 1)
    del station["timeline"][0]
    station["period"] = station["timeline"][0]["year"]


@mutation("shares")
def a_share_is_1_0001_of_itself(d: Documents) -> None:
    max(d["plan"]["trips"], key=lambda r: r["trips_per_day"])["trips_per_day"] *= 1.0001


@mutation("shares")
def a_stop_plan_counts_twice(d: Documents) -> None:
    row = max(d["plan"]["trips"], key=lambda r: r["trips_per_day"])
    d["plan"]["trips"].append(dict(row))


@mutation("structure")
def a_share_is_negative(d: Documents) -> None:
    d["plan"]["trips"][0]["trips_per_day"] = -1.0


@mutation("shares")
def unmet_trips_are_hidden(d: Documents) -> None:
    if not any(row["trips_per_day"] > 1e-3 for row in d["plan"]["unmet"]):
        raise NotApplicable
    d["plan"]["unmet"] = []


@mutation("unmet")
def unmet_hydrogen_is_halved(d: Documents) -> None:
    first(d["plan"]["unmet"], lambda r: r["kg_per_day"] > 1e-3)["kg_per_day"] /= 2


@mutation("supply")
def a_delivery_is_1_kg_short(d: Documents) -> None:
    first(d["plan"]["supply"], lambda r: r["kg_per_day"] > 1)["kg_per_day"] -= 1.0


@mutation("supply")
def a_delivery_goes_elsewhere(d: Documents) -> None:
    row = first(d["plan"]["supply"], lambda r: r["kg_per_day"] > 1)
    other = first(
        d["plan"]["supply"], lambda r: r["year"] == row["year"] and r["station"] != row["station"]
    )
    row["kg_per_day"] -= 1.0
    other["kg_per_day"] += 1.0


@mutation("identity")
def a_delivery_stands_twice(d: Documents) -> None:
    d["plan"]["supply"].append(dict(first(d["plan"]["supply"])))


@mutation("delivery")
def a_lane_is_10_km_shorter(d: Documents) -> None:
    first(d["plan"]["supply"])["round_trip_km"] -= 10.0


@mutation("delivery")
def a_delivery_is_cheaper(d: Documents) -> None:
    first(d["plan"]["supply"])["delivery_cny_per_kg"] *= 0.99


@mutation("delivery")
def a_trailer_is_missing(d: Documents) -> None:
    row = max(d["plan"]["supply"], key=lambda r: r["trailers_per_day"], default=None)
    if row is None:
        raise NotApplicable
    row["trailers_per_day"] = max(0.0, row["trailers_per_day"] - 1.0)


@mutation("money")
def an_expansion_is_free(d: Documents) -> None:
    first(d["plan"]["expansions"])["capex_cny"] = 0.0


@mutation("supply")
def an_expansion_is_hidden(d: Documents) -> None:
    if not d["plan"]["expansions"]:
        raise NotApplicable
    d["plan"]["expansions"] = []


@mutation("supply")
def more_expansion_steps_than_there_are(d: Documents) -> None:
    plant = d["sites"]["plants"][0]["id"]
    year = d["plan"]["periods"][-1]["year"]
    rows = [r for r in d["plan"]["expansions"] if (r["plant"], r["year"]) != (plant, year)]
    rows.append({"plant": plant, "year": year, "steps": 999, "added_kg_per_day": 0.0,
                 "capex_cny": 0.0})  # fmt: skip
    d["plan"]["expansions"] = rows


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


@mutation("money")
def the_objective_is_1000_lower(d: Documents) -> None:
    d["plan"]["objective_cny"] -= 1000.0


@mutation("money")
def cost_is_moved_between_blocks(d: Documents) -> None:
    d["plan"]["costs_npv_cny"]["transport"] -= 1000.0
    d["plan"]["costs_npv_cny"]["production"] += 1000.0


@mutation("money")
def a_block_of_cost_is_missing(d: Documents) -> None:
    del d["plan"]["costs_npv_cny"]["unmet"]


@mutation("money")
def a_period_weighs_less(d: Documents) -> None:
    d["plan"]["periods"][0]["weight"] *= 0.99


@mutation("money")
def a_period_ends_earlier(d: Documents) -> None:
    d["plan"]["periods"][-1]["last_year"] -= 1


@mutation("bound")
def the_bound_is_above_the_objective(d: Documents) -> None:
    d["plan"]["bound_cny"] = d["plan"]["objective_cny"] * 1.001 + 10
    d["plan"]["gap"] = 0.0


@mutation("bound")
def the_gap_is_understated(d: Documents) -> None:
    d["plan"]["bound_cny"] = d["plan"]["objective_cny"] * 0.9
    d["plan"]["gap"] = 0.0


@mutation("bound")
def a_large_gap_is_called_optimal(d: Documents) -> None:
    plan = d["plan"]
    plan["bound_cny"], plan["gap"], plan["status"] = plan["objective_cny"] / 3, 2 / 3, "OPTIMAL"


@mutation("bound")
def the_gap_target_is_moved(d: Documents) -> None:
    d["plan"]["gap_target"] = 0.9


@mutation("kpis")
def coverage_is_prettier(d: Documents) -> None:
    d["plan"]["kpis"]["by_period"][-1]["coverage_by_kg"] = 1.5


@mutation("kpis")
def a_kilogram_is_cheaper(d: Documents) -> None:
    lcoh = d["plan"]["kpis"]["lcoh_cny_per_kg"]
    if lcoh is None:
        raise NotApplicable
    lcoh["transport"] -= 0.01
    lcoh["total"] -= 0.01


@mutation("kpis")
def cost_is_moved_between_links_of_the_chain(d: Documents) -> None:
    lcoh = d["plan"]["kpis"]["lcoh_cny_per_kg"]
    if lcoh is None:
        raise NotApplicable
    lcoh["transport"] -= 0.01
    lcoh["station_capex"] += 0.01


@mutation("kpis")
def a_plant_is_said_to_give_what_its_gas_does_not_allow(d: Documents) -> None:
    d["plan"]["kpis"]["by_plant"][-1]["available_kg_per_day"] *= 2


@mutation("kpis")
def a_plant_is_said_to_send_more(d: Documents) -> None:
    d["plan"]["kpis"]["by_plant"][0]["sent_kg_per_day"] += 10.0


@mutation("kpis")
def assumed_hydrogen_is_called_announced(d: Documents) -> None:
    row = first(d["plan"]["kpis"]["by_period"], lambda r: r.get("assumed_kg_per_day", 0) > 1)
    row["announced_kg_per_day"] += row["assumed_kg_per_day"]
    row["assumed_kg_per_day"] = 0.0


@mutation("kpis")
def nothing_is_said_of_the_plants(d: Documents) -> None:
    del d["plan"]["kpis"]["by_plant"]


@mutation("kpis")
def a_shortfall_is_smaller(d: Documents) -> None:
    d["plan"]["kpis"]["by_period"][-1]["unmet_kg_per_day"] -= 0.5


@mutation("purchases")
def a_truck_stops_for_next_to_nothing(d: Documents) -> None:
    row = first(d["plan"]["trips"], lambda r: len(r["stops"]) > 1)
    if d["scenario"]["demand"]["min_stop_kg"] < 1:
        raise NotApplicable
    moved = row["stops"][0]["fuel_g"] - 100
    row["stops"][0]["fuel_g"] = 100
    row["stops"][1]["fuel_g"] += moved


@mutation("purchases")
def a_truck_leaves_the_road_and_fills_elsewhere(d: Documents) -> None:
    row = first(d["plan"]["trips"], lambda r: variant_of(d, r)["detour_sites"])
    sites = variant_of(d, row)["detour_sites"]
    stop = first(row["stops"], lambda s: s["station"] in sites)
    visits = variant_of(d, row)["visits"]
    standing = {s["id"] for s in d["plan"]["stations"]} - set(sites)
    other = first(range(len(visits)), lambda n: visits[n]["site"] in standing)
    stop.update(visit=other, station=visits[other]["site"])
