"""Corruptions of what is proven: idle stations, penalty, gap, reasons; imported by `mutations`."""

from __future__ import annotations

from typing import Any

from mutations import Documents, NotApplicable, decide, first, mutation, tiers

__all__: list[str] = []


def row_of(d: Documents, year: int, tier: str) -> Documents:
    """Return a period of a station that sells nothing."""
    return {
        "year": year, "tier": tier, "load_kg_per_day": 0.0, "peak_day_kg": 0.0, "utilisation": 0.0,
        "capacity_kg_per_day": d["scenario"]["tier"][tier]["capacity_kg_per_day"],
        "usable_kg_per_day": 1.0, "storage_kg": 1.0, "storage_class": "III",
        "trucks_per_day": 0.0, "build_cny": 0.0,
    }  # fmt: skip


@mutation("needed")
def an_idle_station_is_added(d: Documents) -> None:
    stands = {s["id"] for s in d["plan"]["stations"]}
    site = first(d["sites"]["sites"], lambda s: s["id"] not in stands)
    site["forbidden"], site["tiers"] = False, []
    decide(d, site["id"], open="free", tiers=[])
    rows = [row_of(d, period["year"], tiers(d)[0]) for period in d["plan"]["periods"]]
    copied = ("id", "name_zh", "name_en", "kind", "route", "carriageway", "county", "lon", "lat",
              "node")  # fmt: skip
    d["plan"]["stations"].append({
        **{key: site[key] for key in copied}, "chainage_km": None, "period": rows[0]["year"],
        "tier": rows[0]["tier"], "capacity_kg_per_day": rows[0]["capacity_kg_per_day"],
        "load_kg_per_day": 0.0, "existing": False, "capex_cny": 0.0, "replacements": [],
        "timeline": rows,
    })  # fmt: skip


@mutation("needed")
def a_station_opens_a_period_early(d: Documents) -> None:
    years = [p["year"] for p in d["plan"]["periods"]]
    station = first(d["plan"]["stations"], lambda s: s["period"] > years[0])
    early = years[years.index(station["period"]) - 1]
    station["timeline"].insert(0, row_of(d, early, station["timeline"][0]["tier"]))
    station["period"] = early


@mutation("needed")
def a_size_is_larger_than_any_load(d: Documents) -> None:
    order = tiers(d)
    station = first(
        d["plan"]["stations"],
        # A full station may need the next size for whole grams.
        lambda s: (
            s["tier"] == order[0]
            and all(r["load_kg_per_day"] < 0.9 * r["usable_kg_per_day"] for r in s["timeline"])
        ),
    )
    for row in station["timeline"]:
        row["tier"] = order[1]
    station["tier"] = order[1]


@mutation("bound")
def the_unavoidable_penalty_is_overstated(d: Documents) -> None:
    d["plan"]["unavoidable_cny"] += 1000.0


@mutation("bound")
def the_unavoidable_penalty_is_left_out(d: Documents) -> None:
    plan = d["plan"]
    if plan["unavoidable_cny"] < 1000:
        raise NotApplicable
    plan["unavoidable_cny"] = 0.0
    for row in plan["unavoidable_by_period"]:
        row["cny"] = 0.0


@mutation("bound")
def the_gap_is_of_the_whole_cost(d: Documents) -> None:
    plan = d["plan"]
    whole = (plan["objective_cny"] - plan["bound_cny"]) / plan["objective_cny"]
    if plan["gap"] - whole < 1e-5:
        raise NotApplicable
    plan["gap"] = whole


@mutation("bound")
def the_bound_is_below_what_no_plan_can_avoid(d: Documents) -> None:
    plan = d["plan"]
    if plan["unavoidable_cny"] < 1000:
        raise NotApplicable
    plan["bound_cny"], plan["gap"], plan["status"] = plan["unavoidable_cny"] / 2, 1.0, "FEASIBLE"
    plan["search"]["stopped"] = "work"


@mutation("bound")
def more_could_be_sold(d: Documents) -> None:
    d["plan"]["unavoidable_by_period"][-1]["nozzle_kg_per_day"] += 1.0


@mutation("bound")
def a_period_of_the_penalty_is_missing(d: Documents) -> None:
    d["plan"]["unavoidable_by_period"][0]["year"] += 1


@mutation("bound")
def a_proven_plan_is_called_feasible(d: Documents) -> None:
    if d["plan"]["status"] != "OPTIMAL":
        raise NotApplicable
    d["plan"]["status"] = "FEASIBLE"


@mutation("bound")
def the_search_is_said_to_have_reached_its_target(d: Documents) -> None:
    plan = d["plan"]
    plan["bound_cny"] = plan["unavoidable_cny"]
    plan["gap"], plan["status"] = 1.0, "FEASIBLE"
    plan["search"]["stopped"] = "target"


@mutation("structure")
def how_the_search_ended_is_not_said(d: Documents) -> None:
    del d["plan"]["search"]


def claim(d: Documents, code: str, words: str, **figures: Any) -> None:
    """Give the first unmet row a reason with figures that fit each other."""
    first(d["plan"]["unmet"]).update(reason=code, why=words, figures=figures)


@mutation("reasons")
def a_reason_is_dressed_up(d: Documents) -> None:
    first(d["plan"]["unmet"])["why"] = "cheaper left unmet at the unmet price than served"


@mutation("reasons")
def plants_are_said_to_be_sold_out(d: Documents) -> None:
    words = "the plants have no hydrogen left with the expansions bought"
    claim(d, "sold_out", words, sent_kg_per_day=100.0, limit_kg_per_day=100.0)


@mutation("reasons")
def trips_are_said_to_be_dear(d: Documents) -> None:
    words = "costs more to serve than left unmet"
    claim(d, "dear", words, serve_cny_per_trip=1e6, unmet_cny_per_trip=1.0)


@mutation("reasons")
def money_is_said_to_be_short(d: Documents) -> None:
    words = "the money left buys no further station or size"
    claim(d, "no_money", words, left_cny=0.0, cheapest_cny=1e9)


@mutation("reasons")
def no_way_is_said_to_be_drivable(d: Documents) -> None:
    words = "no way can be driven even with a station at every candidate site"
    claim(d, "no_way", words, widest_gap_g=10**6, usable_g=10**5)


@mutation("reasons")
def a_reason_has_no_figures(d: Documents) -> None:
    claim(d, "sold_out", "the plants have no hydrogen left with the expansions bought")


@mutation("structure")
def a_reason_is_made_up(d: Documents) -> None:
    claim(d, "nobody_asked", "nobody asked")
