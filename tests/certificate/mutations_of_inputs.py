"""Corruptions of the four inputs; imported by `mutations`."""

from __future__ import annotations

import itertools
from typing import Any

from mutations import (
    Documents,
    NotApplicable,
    busiest,
    commodity_of,
    decide,
    first,
    lengthen,
    long_leg,
    mutation,
    site_of,
    stopping,
    tiers,
    variant_of,
)

__all__: list[str] = []


def _first_arc(d: Documents) -> tuple[Any, Any]:
    """Return a commodity and the arc in the middle of its first leg."""
    c = long_leg(d)
    arcs = c["variants"][0]["legs"][0]["arcs"]
    key = arcs[len(arcs) // 2]
    return c, first(d["network"]["arcs"], lambda a: a["id"] == key)


@mutation("identity")
def a_commodity_stands_twice(d: Documents) -> None:
    d["trips"]["commodities"].append(dict(d["trips"]["commodities"][0]))


@mutation("identity")
def an_od_pair_is_counted_twice_under_two_names(d: Documents) -> None:
    c = d["trips"]["commodities"][0]
    d["trips"]["commodities"].append({**c, "id": c["id"] + ".2"})


@mutation("walks")
def a_road_is_driven_before_it_opens(d: Documents) -> None:
    c, arc = _first_arc(d)
    arc["open_year"] = c["year"] + 1


@mutation("walks")
def a_closed_road_is_driven(d: Documents) -> None:
    c, arc = _first_arc(d)
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
    _, arc = _first_arc(d)
    node = first(d["network"]["nodes"], lambda n: n["id"] == arc["head"])
    node["elevation_m"] = (node.get("elevation_m") or 0.0) + 400.0


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


@mutation("walks", "grams")
def a_road_is_shortened_in_the_network(d: Documents) -> None:
    _, arc = _first_arc(d)
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
    d["trips"]["trucks_by_year"][-1][4] += 10


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


@mutation("structure")
def a_site_has_longitude_and_latitude_swapped(d: Documents) -> None:
    site = d["sites"]["sites"][0]
    site["lon"], site["lat"] = site["lat"], site["lon"]


@mutation("sites")
def a_station_stands_elsewhere_in_every_file(d: Documents) -> None:
    station = busiest(d)
    site_of(d, station["id"])["lat"] += 0.5
    station["lat"] += 0.5


@mutation("sites", "stops")
def a_station_serves_the_other_carriageway_in_every_file(d: Documents) -> None:
    station = first(
        d["plan"]["stations"], lambda s: s["kind"] == "sa_side" and s["load_kg_per_day"] > 0
    )
    site = site_of(d, station["id"])
    sides = {s["carriageway"] for s in d["sites"]["sites"]} - {"both", "", site["carriageway"]}
    site["carriageway"] = station["carriageway"] = first(sorted(sides))


@mutation("sites", "stops", "visits")
def a_station_is_put_on_the_other_carriageways_node(d: Documents) -> None:
    station = first(
        d["plan"]["stations"], lambda s: s["kind"] == "sa_side" and s["load_kg_per_day"] > 0
    )
    other = first(
        d["network"]["nodes"],
        lambda n: n["kind"] == "sa_side" and n.get("carriageway") != station["carriageway"],
    )
    site_of(d, station["id"])["node"] = station["node"] = other["id"]


@mutation("sites", "tiers")
def a_built_site_is_forbidden_in_sites(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: not s["existing"])
    site_of(d, station["id"])["forbidden"] = True


@mutation("tiers")
def a_built_site_is_forbidden_everywhere(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: not s["existing"])
    site_of(d, station["id"]).update(forbidden=True, tiers=[], required_from=None, required_tier="")
    decide(d, station["id"], open="forbidden")


@mutation("tiers")
def a_required_station_is_not_built(d: Documents) -> None:
    built = {s["id"] for s in d["plan"]["stations"]}
    site = first(d["sites"]["sites"], lambda s: s["id"] not in built)
    year = d["plan"]["periods"][0]["year"]
    site.update(forbidden=False, tiers=[], required_from=year, required_tier="")
    decide(d, site["id"], open="required", from_year=year)


@mutation("tiers")
def a_station_has_a_tier_that_may_not_be_built(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: not s["existing"])
    other = first(tiers(d), lambda t: t not in {r["tier"] for r in station["timeline"]})
    site_of(d, station["id"]).update(tiers=[other], required_from=None, required_tier="")
    decide(d, station["id"], tiers=[other])


@mutation("tiers")
def an_existing_station_is_gone(d: Documents) -> None:
    built = {s["id"] for s in d["plan"]["stations"]}
    site = first(d["sites"]["sites"], lambda s: s["id"] not in built)
    site["existing_tier"] = tiers(d)[0]
    site["existing_since"] = d["plan"]["periods"][0]["year"]


@mutation("sites")
def land_is_cheaper_at_a_site(d: Documents) -> None:
    site_of(d, busiest(d)["id"])["capex_factor"] = 0.5


@mutation("spacing")
def a_spacing_policy_is_broken(d: Documents) -> None:
    d["scenario"].setdefault("policy", {})
    d["scenario"]["policy"] = {
        "spacing": {
            "dense": {
                "route": d["network"]["routes"][0]["ref"],
                "max_gap_km": 1.0,
                "from_year": d["plan"]["periods"][0]["year"],
            }
        }
    }


@mutation("budget")
def the_budget_is_exceeded_by_1_cny(d: Documents) -> None:
    years = [p["year"] for p in d["plan"]["periods"]]
    spent = dict.fromkeys(years, 0.0)
    for station in d["plan"]["stations"]:
        for row in station["timeline"]:
            spent[row["year"]] += row["build_cny"]
    before: dict[str, float] = {}
    for year in years:
        for row in d["plan"]["expansions"]:
            if row["year"] == year:
                spent[year] += row["capex_cny"] - before.get(row["plant"], 0.0)
                before[row["plant"]] = row["capex_cny"]
    last = [year for year in years if spent[year] > 1]
    if not last:
        raise NotApplicable
    spent[last[-1]] -= 1.0
    d["scenario"]["money"]["budget_cny"] = {str(year): max(0.0, x) for year, x in spent.items()}


@mutation("loads")
def peak_days_are_higher(d: Documents) -> None:
    d["scenario"]["station"]["peak_day_factor"] *= 1.5


@mutation("stations")
def a_tier_is_larger_in_the_scenario(d: Documents) -> None:
    d["scenario"]["tier"][busiest(d)["tier"]]["capacity_kg_per_day"] *= 1.1


@mutation("money")
def a_tier_costs_less_in_the_scenario(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: s["capex_cny"] > 0)
    d["scenario"]["tier"][station["tier"]]["capex_cny"] *= 0.9


@mutation("money")
def the_discount_rate_is_higher(d: Documents) -> None:
    d["scenario"]["money"]["discount_rate"] += 0.01


@mutation("money")
def unmet_hydrogen_is_cheaper(d: Documents) -> None:
    if not any(row["kg_per_day"] > 1e-3 for row in d["plan"]["unmet"]):
        raise NotApplicable
    d["scenario"]["money"]["unmet_price_cny_per_kg"] *= 0.5


@mutation("delivery", "money")
def a_trailer_is_cheaper(d: Documents) -> None:
    d["scenario"]["delivery"]["trailer_capex_cny"] *= 0.9


@mutation("money")
def the_gate_price_is_lower(d: Documents) -> None:
    plant = d["scenario"]["plant"][first(d["plan"]["supply"])["plant"]]
    gate = plant["gate_cny_per_kg"]
    if isinstance(gate, dict):
        plant["gate_cny_per_kg"] = {year: value * 0.9 for year, value in gate.items()}
    else:
        plant["gate_cny_per_kg"] = gate * 0.9


@mutation("supply")
def nothing_is_lost_on_the_way(d: Documents) -> None:
    if not d["scenario"]["delivery"]["loss_fraction"]:
        raise NotApplicable
    d["scenario"]["delivery"]["loss_fraction"] = 0.0


@mutation("supply")
def a_plant_has_little_coke(d: Documents) -> None:
    used = {r["plant"] for r in d["plan"]["supply"] if r["kg_per_day"] > 1}
    table = d["scenario"]["plant"]
    key = first(sorted(used), lambda k: table[k]["kind"] == "coke_oven_gas")
    table[key]["coke_rate_fraction"] = 1e-6


@mutation("supply")
def a_plant_runs_hardly_ever(d: Documents) -> None:
    used = first(d["plan"]["supply"], lambda r: r["kg_per_day"] > 1)["plant"]
    d["scenario"]["plant"][used]["availability_fraction"] = 1e-6


@mutation("identity")
def a_plant_is_switched_off(d: Documents) -> None:
    d["scenario"]["plant"][first(d["plan"]["supply"])["plant"]]["enabled"] = False


@mutation("delivery")
def a_plant_is_moved_nearer(d: Documents) -> None:
    plant = first(d["sites"]["plants"])
    node = first(d["network"]["places"], lambda p: p["node"] and p["node"] != plant["node"])
    plant["node"] = node["node"]


@mutation("delivery")
def the_road_to_a_plant_is_left_out(d: Documents) -> None:
    used = {r["plant"] for r in d["plan"]["supply"]}
    plant = first(d["sites"]["plants"], lambda p: p["id"] in used)
    plant["extra_km"] = 0.0 if plant["extra_km"] else 1.0


@mutation("identity")
def an_arc_ends_nowhere(d: Documents) -> None:
    d["network"]["arcs"][0]["head"] = "nowhere"


@mutation("network")
def a_node_is_in_another_country(d: Documents) -> None:
    _, arc = _first_arc(d)
    node = first(d["network"]["nodes"], lambda n: n["id"] == arc["head"])
    node["lon"] -= 40.0


@mutation("network")
def a_removed_side_is_a_candidate(d: Documents) -> None:
    side = first(d["sites"]["sites"], lambda s: s["kind"] == "sa_side")
    d["scenario"]["network"]["removed_sides"] = [side["id"]]


@mutation("network")
def a_section_opens_in_another_year(d: Documents) -> None:
    arc = first(d["network"]["arcs"], lambda a: a.get("section"))
    d["scenario"]["network"]["open_year"] = {arc["section"]: arc["open_year"] + 1}


@mutation("structure")
def a_grade_is_not_finite(d: Documents) -> None:
    d["scenario"]["network"]["max_grade"] = 10**400


@mutation("walks")
def a_one_way_trip_ends_early(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["convention"] == "ONEWAY")
    v = c["variants"][0]
    v["legs"][-1]["arcs"].pop()
    v["total_g"] -= v["legs"][-1]["grams"].pop()


@mutation("driving", "demand")
def a_truck_must_arrive_fuller(d: Documents) -> None:
    row = stopping(d, lambda r: commodity_of(d, r)["convention"] == "ONEWAY")
    c = commodity_of(d, row)
    c["end_g"] = c["usable_g"]
