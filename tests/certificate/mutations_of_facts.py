"""Corruptions of scenario.json and sites.json; imported by `mutations`."""

from __future__ import annotations

from mutations import (
    Documents,
    NotApplicable,
    busiest,
    commodity_of,
    decide,
    first,
    middle_arc,
    mutation,
    site_of,
    stopping,
    tiers,
)

__all__: list[str] = []


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
    for price in ("unmet_price_cny_per_kg", "priority_price_cny_per_kg"):
        d["scenario"]["money"][price] *= 0.5


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


@mutation("supply")
def a_plant_has_one_slow_filling_bay(d: Documents) -> None:
    used = first(d["plan"]["supply"], lambda r: r["kg_per_day"] > 1)
    d["scenario"]["plant"][used["plant"]]["filling_bays"] = used["kg_per_day"] / 2 / 250
    d["scenario"]["delivery"].update(fill_hours=24.0, payload_kg=250.0)


@mutation("loads")
def dispensers_are_hardly_ever_free(d: Documents) -> None:
    for tier in d["scenario"]["tier"].values():
        tier.pop("peak_kg_per_hour", None)
    d["scenario"]["station"].update(fill_minutes=2000.0, late_fraction=0.001)


@mutation("loads")
def hardly_anything_fits_a_fill(d: Documents) -> None:
    for tier in d["scenario"]["tier"].values():
        tier.pop("peak_kg_per_hour", None)
    d["scenario"]["station"]["fill_kg"] = 0.01


@mutation("loads")
def a_station_has_hardly_an_unloading_bay(d: Documents) -> None:
    for tier in d["scenario"]["tier"].values():
        tier["unloading_bays"] = 1e-6


@mutation("tiers")
def what_is_stored_is_more_than_allowed(d: Documents) -> None:
    d["scenario"]["station"].update(storage_days=60.0, largest_storage_kg=1.0)


@mutation("loads")
def storage_is_of_another_class(d: Documents) -> None:
    row = first(d["plan"]["stations"])["timeline"][0]
    row["storage_class"] = "I" if row["storage_class"] != "I" else "III"


@mutation("identity")
def a_plant_is_switched_off(d: Documents) -> None:
    d["scenario"]["plant"][first(d["plan"]["supply"])["plant"]]["enabled"] = False


@mutation("delivery")
def what_is_driven_is_said_to_be_made_at_the_station(d: Documents) -> None:
    row = first(d["plan"]["supply"], lambda r: r["round_trip_km"] > 1)
    d["scenario"]["plant"][row["plant"]]["at_site"] = row["station"]


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
    _, arc = middle_arc(d)
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


@mutation("tonnes")
def a_flow_says_it_carries_more(d: Documents) -> None:
    d["trips"]["commodities"][0]["t_per_year"] *= 1.01


@mutation("tonnes")
def trucks_carry_less_than_the_trips_were_counted_for(d: Documents) -> None:
    d["scenario"]["demand"]["captive_load_fraction"] *= 0.9


@mutation("tonnes")
def the_railway_leaves_less_to_the_road_than_is_driven(d: Documents) -> None:
    place, works = first(sorted(d["scenario"].get("works", {}).items()))
    rows = [r for r in d["trips"]["works"] if (r["place"], r["direction"]) == (place, "both")]
    for row in rows:
        works["rail_mt_per_year"] += (row["there_t_per_year"] - row["driven_t_per_year"] / 2) / 1e6
        row["there_t_per_year"] = row["driven_t_per_year"] / 2


@mutation("tonnes")
def a_coke_plant_makes_less_than_leaves_it(d: Documents) -> None:
    _, works = first(sorted(d["scenario"].get("works", {}).items()))
    d["scenario"]["plant"][works["plant"]]["coke_mt_per_year"] /= 100


@mutation("tonnes")
def a_park_is_said_to_have_more_freight(d: Documents) -> None:
    first(d["trips"]["works"])["there_t_per_year"] *= 2


@mutation("tonnes")
def the_tonnes_of_a_park_are_not_listed(d: Documents) -> None:
    d["trips"]["works"].remove(first(d["trips"]["works"]))


@mutation("demand", "tonnes")
def a_capped_flow_is_driven_in_full(d: Documents) -> None:
    _, works = first(sorted(d["scenario"].get("works", {}).items()))
    d["scenario"]["demand"]["tonnage"] = "cap"
    works["rail_mt_per_year"] = 2.0


@mutation("counts")
def a_count_fits_better_than_it_does(d: Documents) -> None:
    first(d["trips"]["counts"])["geh_after"] *= 0.5


@mutation("counts")
def a_count_is_left_out(d: Documents) -> None:
    d["trips"]["counts"].remove(first(d["trips"]["counts"]))


@mutation("counts")
def more_trucks_were_counted(d: Documents) -> None:
    _, count = first(sorted(d["scenario"].get("count", {}).items()))
    count["trucks_per_day"] *= 2


@mutation("counts")
def a_fit_to_counts_is_asked_for_and_not_made(d: Documents) -> None:
    first(sorted(d["scenario"].get("count", {})))
    d["scenario"]["calibration"]["method"] = "least_squares"


@mutation("counts", "demand")
def a_factor_moves_a_flow_that_no_count_asks_to_move(d: Documents) -> None:
    c = first(d["trips"]["commodities"], lambda c: c["market"] == "through")
    d["trips"]["factors"] = [
        {"od": c["od"], "truck": c["truck"], "factor": 1.2},
        *(
            {"od": o["od"], "truck": o["truck"], "factor": 0.9}
            for o in d["trips"]["commodities"]
            if o["market"] == "captive" and o["year"] == c["year"]
        ),
    ]
