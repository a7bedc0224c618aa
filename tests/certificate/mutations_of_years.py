"""Corruptions of what follows the years inside a period; imported by `mutations`."""

from __future__ import annotations

from mutations import Documents, mutation

__all__: list[str] = []


def _one_period(d: Documents) -> None:
    """Let 2030 be a run of years inside the period of 2026: demand stays as it is."""
    d["scenario"]["time"].update(periods=[2026], years="representative")
    d["scenario"]["adoption"]["trucks_base"] = {"2029": 40.0, "2030": 60.0}
    d["plan"]["periods"][1]["decides"] = False


@mutation("tiers", "supply", "dates")
def stations_and_steps_change_inside_a_period(d: Documents) -> None:
    _one_period(d)
    d["scenario"]["decision"]["u1"]["from_year"] = 2030


@mutation("equal")
def an_equal_design_changes_inside_a_period(d: Documents) -> None:
    _one_period(d)
    d["plan"]["equal_designs"] = [{"sites": [{"id": "u1", "tiers": ["s", "m"]}], "plants": []}]


@mutation("equal")
def an_equal_design_buys_a_step_inside_a_period(d: Documents) -> None:
    _one_period(d)
    d["plan"]["expansions"] = []
    d["plan"]["equal_designs"] = [{"sites": [], "plants": [{"id": "coke", "steps": [0, 1]}]}]


@mutation("money")
def a_period_is_said_to_decide_nothing(d: Documents) -> None:
    d["plan"]["periods"][1]["decides"] = False


@mutation("demand")
def demand_is_that_of_a_first_year_where_a_mean_is_asked_for(d: Documents) -> None:
    d["scenario"]["time"]["years"] = "representative"
    d["scenario"]["adoption"]["trucks_base"] = {"2026": 40.0, "2029": 40.5, "2030": 60.0}


@mutation("money")
def years_are_left_out_where_each_is_asked_for(d: Documents) -> None:
    d["scenario"]["time"]["years"] = "each"
