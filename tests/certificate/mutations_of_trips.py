"""Corruptions of the stop plans of plan.json; imported by `mutations`."""

from __future__ import annotations

from typing import Any

from mutations import Documents, NotApplicable, commodity_of, first, mutation, stopping, variant_of

__all__: list[str] = []


@mutation("stops")
def a_truck_stops_at_a_station_of_another_road(d: Documents) -> None:
    stop = stopping(d)["stops"][0]
    other = first(d["plan"]["stations"], lambda s: s["id"] != stop["station"])
    stop["station"] = other["id"]


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
