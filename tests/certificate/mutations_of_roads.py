"""Corruptions of network.json and trips.json; imported by `mutations`."""

from __future__ import annotations

import itertools

from mutations import (
    Documents,
    NotApplicable,
    first,
    lengthen,
    long_leg,
    middle_arc,
    mutation,
    stopping,
    variant_of,
)

__all__: list[str] = []


@mutation("identity")
def a_commodity_stands_twice(d: Documents) -> None:
    d["trips"]["commodities"].append(dict(d["trips"]["commodities"][0]))


@mutation("identity")
def an_od_pair_is_counted_twice_under_two_names(d: Documents) -> None:
    c = d["trips"]["commodities"][0]
    d["trips"]["commodities"].append({**c, "id": c["id"] + ".2"})


@mutation("walks")
def a_road_is_driven_before_it_opens(d: Documents) -> None:
    c, arc = middle_arc(d)
    arc["open_year"] = c["year"] + 1


@mutation("tiers")
def a_station_stands_before_its_road_opens(d: Documents) -> None:
    station = d["plan"]["stations"][0]
    for arc in d["network"]["arcs"]:
        if station["node"] in (arc["tail"], arc["head"]):
            arc["open_year"] = station["period"] + 1


@mutation("walks")
def a_closed_road_is_driven(d: Documents) -> None:
    c, arc = middle_arc(d)
    arc["close_year"] = c["year"]


@mutation("shortest")
def a_shorter_way_is_open(d: Documents) -> None:
    c = long_leg(d)
    by_id = {arc["id"]: arc for arc in d["network"]["arcs"]}
    arcs = [by_id[key] for key in c["variants"][0]["legs"][0]["arcs"]]
    d["network"]["arcs"].append({
        **arcs[0], "id": "shortcut", "head": arcs[-1]["head"], "close_year": None,
        "length_m": max(1, int(0.95 * sum(arc["length_m"] for arc in arcs))),
    })  # fmt: skip


@mutation("grams")
def grams_of_an_arc_and_the_total_are_lowered_together(d: Documents) -> None:
    # Everything that follows from the arc is rewritten too.
    for c in d["trips"]["commodities"]:
        for v in c["variants"]:
            leg = v["legs"][0]
            number = max(range(len(leg["grams"])), key=lambda k: leg["grams"][k])
            leg["grams"][number] -= 1
            v["total_g"] -= 1
            lengthen(v["visits"], number, -1)
        if c["convention"] == "LOOP":
            c["need_g"] -= 1


@mutation("grams")
def an_altitude_is_edited(d: Documents) -> None:
    _, arc = middle_arc(d)
    node = first(d["network"]["nodes"], lambda n: n["id"] == arc["head"])
    if node.get("elevation_m") is None:
        raise NotApplicable
    # Flat where it was not (a steeper slope might only meet the largest grade once more).
    tail = first(d["network"]["nodes"], lambda n: n["id"] == arc["tail"])
    same = tail.get("elevation_m") == node["elevation_m"]
    node["elevation_m"] = node["elevation_m"] + 400.0 if same else tail["elevation_m"]


@mutation("grams")
def a_truck_is_lighter(d: Documents) -> None:
    c = d["trips"]["commodities"][0]
    d["scenario"]["truck"][c["truck"]]["mass_laden_kg"] *= 0.9


@mutation("grams")
def a_tank_is_larger_in_the_trips(d: Documents) -> None:
    for c in d["trips"]["commodities"]:
        c["usable_g"] += 1


@mutation("grams")
def a_tank_is_smaller_in_the_scenario(d: Documents) -> None:
    c = d["trips"]["commodities"][0]
    d["scenario"]["truck"][c["truck"]]["tank_kg"] *= 0.5


@mutation("walks")
def a_walk_jumps(d: Documents) -> None:
    v = long_leg(d)["variants"][0]
    leg = v["legs"][0]
    v["total_g"] -= leg["grams"].pop(2)
    leg["arcs"].pop(2)


@mutation("walks")
def two_arcs_of_a_walk_change_places(d: Documents) -> None:
    leg = long_leg(d)["variants"][0]["legs"][0]
    for row in (leg["arcs"], leg["grams"]):
        row[1], row[2] = row[2], row[1]


@mutation("walks")
def a_loop_does_not_close(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["convention"] == "LOOP")
    v = c["variants"][0]
    v["legs"][-1]["arcs"].pop()
    v["total_g"] -= v["legs"][-1]["grams"].pop()


@mutation("walks")
def a_walk_drives_against_the_traffic(d: Documents) -> None:
    leg = long_leg(d)["variants"][0]["legs"][0]
    leg["arcs"].reverse()
    leg["grams"].reverse()


@mutation("walks")
def a_laden_truck_counts_as_empty(d: Documents) -> None:
    long_leg(d)["variants"][0]["legs"][0]["load"] = "empty"


@mutation("walks")
def a_walk_is_said_to_be_shorter(d: Documents) -> None:
    long_leg(d)["variants"][0]["length_m"] -= 1000


@mutation("walks")
def a_road_is_shortened_in_the_network(d: Documents) -> None:
    _, arc = middle_arc(d)
    arc["length_m"] = max(1, arc["length_m"] // 2)


@mutation("walks")
def a_detour_is_shortened(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: len(c["variants"]) > 1)
    v, base = c["variants"][1], c["variants"][0]
    by_id = {arc["id"]: arc for arc in d["network"]["arcs"]}
    on_base = set(itertools.chain.from_iterable(leg["arcs"] for leg in base["legs"]))
    for leg in v["legs"]:
        for number, key in enumerate(leg["arcs"]):
            if key not in on_base:
                del leg["arcs"][number]
                v["total_g"] -= leg["grams"].pop(number)
                v["length_m"] -= by_id[key]["length_m"]
                return
    raise NotApplicable


@mutation("detours")
def a_detour_is_free(d: Documents) -> None:
    for c in d["trips"]["commodities"]:
        for v in c["variants"]:
            if v["detour_cny_per_trip"] > 0:
                v["detour_cny_per_trip"] = 0.0
                return
    raise NotApplicable


@mutation("detours")
def a_detour_never_reaches_its_site(d: Documents) -> None:
    for c in d["trips"]["commodities"]:
        for v in c["variants"][1:]:
            passed = {visit["site"] for visit in v["visits"]}
            others = [s["id"] for s in d["sites"]["sites"] if s["id"] not in passed]
            v["detour_sites"] = [first(others)]
            return
    raise NotApplicable


@mutation("visits")
def a_visit_is_left_out(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["variants"][0]["visits"])
    c["variants"][0]["visits"].pop()


@mutation("visits")
def a_visit_is_1_g_earlier(d: Documents) -> None:
    stop = stopping(d)
    visit = variant_of(d, stop)["visits"][stop["stops"][0]["visit"]]
    visit["at_g"] -= 1


@mutation("visits")
def a_visit_is_at_another_place_of_the_walk(d: Documents) -> None:
    stop = stopping(d)
    visit = variant_of(d, stop)["visits"][stop["stops"][0]["visit"]]
    visit["position"] += 1


@mutation("visits")
def a_site_is_visited_that_is_not_on_the_walk(d: Documents) -> None:
    for c in d["trips"]["commodities"]:
        v = c["variants"][0]
        passed = {visit["site"] for visit in v["visits"]}
        for site in d["sites"]["sites"]:
            if site["id"] not in passed and v["visits"]:
                v["visits"][0]["site"] = site["id"]
                return
    raise NotApplicable


@mutation("demand")
def a_trip_needs_less(d: Documents) -> None:
    first(d["trips"]["commodities"], lambda c: c["need_g"] > 1)["need_g"] -= 1


@mutation("demand")
def through_trucks_start_fuller(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["convention"] == "ONEWAY")
    c["start_g"] += 1


@mutation("demand")
def through_trucks_may_arrive_emptier(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["convention"] == "ONEWAY" and c["end_g"] > 0)
    c["end_g"] -= 1


@mutation("demand", "shares")
def demand_is_a_tenth_larger(d: Documents) -> None:
    for c in d["trips"]["commodities"]:
        c["trips_per_day"] *= 1.1


@mutation("demand")
def demand_and_plan_are_both_a_tenth_smaller(d: Documents) -> None:
    for row in (*d["trips"]["commodities"], *d["plan"]["trips"], *d["plan"]["unmet"]):
        row["trips_per_day"] *= 0.9


@mutation("demand")
def more_trucks_are_reported(d: Documents) -> None:
    d["trips"]["trucks_by_year"][-1]["used"] += 10


@mutation("demand")
def adoption_is_lower(d: Documents) -> None:
    adoption = d["scenario"].get("adoption")
    if not adoption:
        raise NotApplicable
    table = adoption[f"trucks_{adoption['level']}"]
    for year in table:
        table[year] *= 0.9


@mutation("demand")
def a_market_takes_another_share(d: Documents) -> None:
    market = d["scenario"].get("market")
    if not market:
        raise NotApplicable
    market["captive"]["share"] *= 0.5


@mutation("demand")
def a_flow_is_left_out(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["market"] != "regional")
    d["trips"]["commodities"].remove(c)
    for key in ("trips", "unmet"):
        d["plan"][key] = [r for r in d["plan"][key] if r["commodity"] != c["id"]]


@mutation("demand")
def a_flow_takes_other_places(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["market"] != "regional")
    c["origin"], c["destination"] = c["destination"], c["origin"]


@mutation("regional")
def freight_is_moved_between_two_pairs(d: Documents) -> None:
    rows = [c for c in d["trips"]["commodities"] if c["market"] == "regional"]
    a = first(rows)
    b = first(rows, lambda c: c["year"] == a["year"] and c["id"] != a["id"])
    kg = 0.1 * a["trips_per_day"] * a["need_g"]
    a["trips_per_day"] -= kg / a["need_g"]
    b["trips_per_day"] += kg / b["need_g"]


@mutation("network")
def a_truck_may_turn_round_at_a_service_area(d: Documents) -> None:
    nodes = [n for n in d["network"]["nodes"] if n["kind"] == "sa_side"]
    a = first(nodes)
    b = first(nodes, lambda n: n["route"] == a["route"] and n["carriageway"] != a["carriageway"])
    d["network"]["arcs"].append({
        **d["network"]["arcs"][0], "id": "u-turn", "tail": a["id"], "head": b["id"],
        "length_m": 400_000, "kind": "ramp", "section": "", "close_year": None,
    })  # fmt: skip


@mutation("network")
def a_carriageway_runs_backwards(d: Documents) -> None:
    nodes = {n["id"]: n for n in d["network"]["nodes"]}
    arc = first(
        d["network"]["arcs"],
        lambda a: (
            a["kind"] == "mainline"
            and all(nodes[a[end]].get("carriageway") for end in ("tail", "head"))
            and all(nodes[a[end]].get("chainage_m") is not None for end in ("tail", "head"))
        ),
    )
    arc["tail"], arc["head"] = arc["head"], arc["tail"]
