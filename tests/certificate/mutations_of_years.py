"""Corruptions of what follows the years inside a period; imported by `mutations`."""

from __future__ import annotations

from mutations import Documents, NotApplicable, mutation

__all__: list[str] = []


def _is_tiny(d: Documents) -> None:
    """Go on with the years and trucks of the tiny run only: means are worked out by hand."""
    time, adoption = d["scenario"]["time"], d["scenario"].get("adoption") or {}
    known = time["periods"] == [2026, 2030] and time["horizon_end_year"] == 2034
    if not known or adoption.get("trucks_base") != {"2026": 40.0, "2030": 60.0}:
        raise NotApplicable


def _one_period(d: Documents) -> None:
    """Let 2030 be a run of years inside the period of 2026: demand stays as it is."""
    _is_tiny(d)
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
    d["plan"]["periods"][-1]["decides"] = False


@mutation("demand")
def demand_is_that_of_a_first_year_where_a_mean_is_asked_for(d: Documents) -> None:
    _is_tiny(d)
    d["scenario"]["time"]["years"] = "representative"
    d["scenario"]["adoption"]["trucks_base"] = {"2026": 40.0, "2029": 40.5, "2030": 60.0}


@mutation("money")
def years_are_left_out_where_each_is_asked_for(d: Documents) -> None:
    _is_tiny(d)
    d["scenario"]["time"]["years"] = "each"
