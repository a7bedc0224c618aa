"""Corruptions of what the plan says beside its own design; imported by `mutations`."""

from __future__ import annotations

from typing import Any

from mutations import Documents, NotApplicable, first, mutation, tiers

__all__: list[str] = []


def called_equal(d: Documents, *, sites: Any = (), plants: Any = ()) -> None:
    """Add a design that is said to cost the same."""
    rows = d["plan"]["equal_designs"] or []
    d["plan"]["equal_designs"] = [*rows, {"sites": list(sites), "plants": list(plants)}]


def in_every_period(d: Documents, value: Any) -> list[Any]:
    """Return a value for each period."""
    return [value for _ in d["plan"]["periods"]]


@mutation("equal")
def equal_designs_of_a_plan_that_was_not_polished(d: Documents) -> None:
    if not d["plan"]["equal_designs"]:
        raise NotApplicable
    d["plan"]["search"]["locally_optimal"] = False


@mutation("equal")
def an_equal_design_is_the_plan(d: Documents) -> None:
    called_equal(d)


@mutation("equal")
def an_equal_site_has_what_the_plan_has(d: Documents) -> None:
    station = first(d["plan"]["stations"])
    stands = {row["year"]: row["tier"] for row in station["timeline"]}
    path = [stands.get(period["year"]) for period in d["plan"]["periods"]]
    called_equal(d, sites=[{"id": station["id"], "tiers": path}])


@mutation("equal")
def an_equal_site_is_unknown(d: Documents) -> None:
    called_equal(d, sites=[{"id": "nowhere", "tiers": in_every_period(d, tiers(d)[0])}])


@mutation("equal")
def an_equal_site_is_forbidden(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: s["forbidden"])
    called_equal(d, sites=[{"id": site["id"], "tiers": in_every_period(d, tiers(d)[0])}])


@mutation("equal")
def an_equal_site_closes_again(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: not s["forbidden"])
    path = [tiers(d)[0], *in_every_period(d, None)[1:]]
    called_equal(d, sites=[{"id": site["id"], "tiers": path}])


@mutation("equal")
def an_equal_design_loses_an_existing_station(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: s["existing_tier"])
    called_equal(d, sites=[{"id": site["id"], "tiers": in_every_period(d, None)}])


@mutation("equal")
def an_equal_site_stands_twice(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: s["required_from"] is not None)
    other = {"id": site["id"], "tiers": in_every_period(d, tiers(d)[0])}
    called_equal(d, sites=[other, other])


@mutation("equal")
def an_equal_plant_is_unknown(d: Documents) -> None:
    called_equal(d, plants=[{"id": "nowhere", "steps": in_every_period(d, 1)}])


@mutation("equal")
def an_equal_plant_buys_more_steps_than_there_are(d: Documents) -> None:
    plant = d["sites"]["plants"][0]["id"]
    called_equal(d, plants=[{"id": plant, "steps": in_every_period(d, 999)}])


@mutation("equal")
def an_equal_plant_undoes_a_step(d: Documents) -> None:
    row = first(d["plan"]["expansions"])
    called_equal(d, plants=[{"id": row["plant"], "steps": [1, *in_every_period(d, 0)[1:]]}])


def left_unserved(d: Documents) -> Any:
    """Return a trip that doing nothing leaves unserved."""
    return first(d["plan"]["do_nothing"]["unmet"], lambda row: row["kg_per_day"] > 1)


@mutation("do_nothing")
def doing_nothing_builds(d: Documents) -> None:
    still = d["plan"]["do_nothing"]
    new = first(d["plan"]["stations"], lambda s: not s["existing"])
    still["stations"] = [*still["stations"], new]


@mutation("do_nothing")
def doing_nothing_enlarges(d: Documents) -> None:
    station = first(d["plan"]["do_nothing"]["stations"])
    other = first(tiers(d), lambda tier: tier != station["tier"])
    station["tier"] = station["timeline"][-1]["tier"] = other


@mutation("do_nothing")
def doing_nothing_forgets_an_existing_station(d: Documents) -> None:
    first(d["plan"]["do_nothing"]["stations"])
    d["plan"]["do_nothing"]["stations"] = []


@mutation("do_nothing")
def doing_nothing_serves_somebody_from_nowhere(d: Documents) -> None:
    row = left_unserved(d)
    d["plan"]["do_nothing"]["unmet"].remove(row)
    trip = first(d["plan"]["trips"], lambda r: r["commodity"] == row["commodity"])
    d["plan"]["do_nothing"]["trips"].append({**trip, "trips_per_day": row["trips_per_day"]})


@mutation("do_nothing")
def doing_nothing_forgets_trips(d: Documents) -> None:
    left_unserved(d)["trips_per_day"] /= 2


@mutation("do_nothing")
def doing_nothing_is_cheaper_than_it_is(d: Documents) -> None:
    d["plan"]["do_nothing"]["objective_cny"] *= 1 - 1e-7


@mutation("do_nothing")
def doing_nothing_has_a_block_too_small(d: Documents) -> None:
    d["plan"]["do_nothing"]["costs_npv_cny"]["unmet"] *= 1 - 1e-7


@mutation("do_nothing")
def doing_nothing_has_a_bound_above_its_cost(d: Documents) -> None:
    still = d["plan"]["do_nothing"]
    still["bound_cny"] = still["objective_cny"] + 100.0


@mutation("do_nothing")
def doing_nothing_has_a_bound_below_what_cannot_be_avoided(d: Documents) -> None:
    d["plan"]["do_nothing"]["bound_cny"] = -100.0


@mutation("do_nothing")
def doing_nothing_covers_more(d: Documents) -> None:
    first(d["plan"]["do_nothing"]["by_period"])["coverage_by_kg"] = 0.5


@mutation("do_nothing")
def doing_nothing_names_another_year(d: Documents) -> None:
    first(d["plan"]["do_nothing"]["by_period"])["year"] += 1


@mutation("structure")
def an_equal_design_has_no_plants(d: Documents) -> None:
    d["plan"]["equal_designs"] = [{"sites": []}]


@mutation("tiers")
def a_station_is_built_after_its_road_has_closed(d: Documents) -> None:
    station = first(d["plan"]["stations"], lambda s: not s["existing"])
    for arc in d["network"]["arcs"]:
        if station["node"] in (arc["tail"], arc["head"]):
            arc["close_year"] = max(station["period"], arc["open_year"] + 1)


@mutation("needed")
def an_expansion_step_is_bought_before_it_is_needed(d: Documents) -> None:
    row = first(d["plan"]["expansions"])
    earlier = first(d["plan"]["periods"], lambda p: p["year"] < row["year"])
    d["plan"]["expansions"].append({**row, "year": earlier["year"]})


@mutation("needed")
def an_expansion_step_serves_nobody(d: Documents) -> None:
    row = first(d["plan"]["expansions"])
    for delivery in d["plan"]["supply"]:
        if (delivery["plant"], delivery["year"]) == (row["plant"], row["year"]):
            delivery["kg_per_day"] /= 10
