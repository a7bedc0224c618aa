"""Corruptions of money: lives, residual values, gate prices, and who pays."""

from __future__ import annotations

from mutations import Documents, NotApplicable, first, mutation


def _kpis(d: Documents, key: str) -> Documents:
    found = d["plan"]["kpis"].get(key)
    if not found:
        raise NotApplicable
    return found  # type: ignore[no-any-return]


def _renewed(d: Documents) -> Documents:
    return first(d["plan"]["stations"], lambda s: s["replacements"])  # type: ignore[no-any-return]


@mutation("money")
def a_replacement_is_forgotten(d: Documents) -> None:
    _renewed(d)["replacements"].pop()


@mutation("money")
def a_replacement_costs_half(d: Documents) -> None:
    _renewed(d)["replacements"][-1]["cny"] *= 0.5


@mutation("money")
def a_replacement_is_put_off(d: Documents) -> None:
    _renewed(d)["replacements"][-1]["year"] += 1


@mutation("money")
def stations_live_a_year_less(d: Documents) -> None:
    d["scenario"]["station"]["life_years"] -= 1


@mutation("budget")
def replacements_are_left_out_of_the_budget(d: Documents) -> None:
    budget = d["scenario"]["money"].get("budget_cny")
    if not budget:
        raise NotApplicable
    again = sum(row["cny"] for s in d["plan"]["stations"] for row in s["replacements"])
    if not again:
        raise NotApplicable
    last = max(budget, key=int)
    budget[last] -= again


@mutation("kpis")
def the_residual_value_is_higher(d: Documents) -> None:
    _kpis(d, "capital")["residual_npv_cny"] += 1000.0


@mutation("kpis")
def capex_moves_to_another_year(d: Documents) -> None:
    rows = _kpis(d, "capital")["by_year"]
    rows[0]["stations_cny"] -= 1000.0
    rows[-1]["stations_cny"] += 1000.0


@mutation("kpis")
def a_trailer_is_given_away(d: Documents) -> None:
    row = first(_kpis(d, "capital")["by_year"], lambda r: r["trailers_cny"])
    row["trailers_cny"] *= 0.99


@mutation("money")
def gas_of_expansions_is_worth_something(d: Documents) -> None:
    bought = {row["plant"] for row in d["plan"]["expansions"]}
    plant = first(bought)
    d["scenario"]["plant"][plant]["opportunity_cny_per_kg"] = 5.0


@mutation("money")
def purification_costs_more(d: Documents) -> None:
    plant = first(d["plan"]["supply"])["plant"]
    d["scenario"]["plant"][plant]["purification_capex_cny_per_kg_per_day"] += 1000.0


@mutation("kpis")
def the_operator_needs_less(d: Documents) -> None:
    operator = _kpis(d, "who_pays")["operator"]
    operator["needed_pump_price_cny_per_kg"] -= 0.01


@mutation("kpis")
def the_operator_earns_more(d: Documents) -> None:
    _kpis(d, "who_pays")["operator"]["npv_cny"] += 1000.0


@mutation("kpis")
def a_rate_of_return_is_invented(d: Documents) -> None:
    _kpis(d, "who_pays")["operator"]["irr"].append(0.12)


@mutation("kpis")
def a_rate_of_return_is_hidden(d: Documents) -> None:
    first(_kpis(d, "who_pays")["trucks"], lambda row: row["irr"])["irr"].clear()


@mutation("kpis")
def a_truck_pays_back_a_year_early(d: Documents) -> None:
    row = first(_kpis(d, "who_pays")["trucks"], lambda row: row["payback_years"])
    row["payback_years"] -= 1


@mutation("kpis")
def diesel_parity_is_higher(d: Documents) -> None:
    first(_kpis(d, "who_pays")["trucks"])["parity_cny_per_kg"] += 0.01


@mutation("kpis")
def the_pump_price_is_another(d: Documents) -> None:
    _kpis(d, "who_pays")
    d["scenario"]["economics"]["pump_price_cny_per_kg"] += 1.0


@mutation("dates")
def a_rule_holds_from_inside_a_period(d: Documents) -> None:
    rules = (d["scenario"].get("policy") or {}).get("spacing") or {}
    rule = first(rules.values())
    years = [row["year"] for row in d["plan"]["periods"]]
    rule["from_year"] = years[-1] + 1


@mutation("dates")
def a_plant_begins_inside_a_period(d: Documents) -> None:
    plant = first(d["plan"]["supply"])["plant"]
    d["scenario"]["plant"][plant]["from_year"] = d["plan"]["periods"][-1]["year"] + 1


@mutation("supply")
def a_plant_closed_before_the_last_period(d: Documents) -> None:
    years = [row["year"] for row in d["plan"]["periods"]]
    plant = first(d["plan"]["supply"], lambda row: row["year"] == years[-1])["plant"]
    d["scenario"]["plant"][plant]["closes_year"] = years[-1]


@mutation("dates")
def what_stands_is_forbidden(d: Documents) -> None:
    site = first(d["sites"]["sites"], lambda s: s["existing_tier"])
    d["scenario"].setdefault("decision", {})[site["id"]] = {"open": "forbidden"}
