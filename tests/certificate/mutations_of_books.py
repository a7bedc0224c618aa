"""Corruptions of deliveries, money and figures of plan.json; imported by `mutations`."""

from __future__ import annotations

from mutations import Documents, NotApplicable, first, mutation

__all__: list[str] = []


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
def a_shortfall_is_smaller(d: Documents) -> None:
    d["plan"]["kpis"]["by_period"][-1]["unmet_kg_per_day"] -= 0.5


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
