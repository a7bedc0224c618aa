"""Corruptions of the form of plan.json; imported by `mutations`."""

from __future__ import annotations

from mutations import Documents, mutation, stopping

__all__: list[str] = []


@mutation("files")
def a_number_is_nan(d: Documents) -> None:
    d["plan"]["stations"][0]["capex_cny"] = float("nan")


@mutation("files")
def a_number_is_infinite(d: Documents) -> None:
    d["plan"]["objective_cny"] = float("inf")


@mutation("structure")
def a_number_is_text(d: Documents) -> None:
    d["plan"]["objective_cny"] = str(d["plan"]["objective_cny"])


@mutation("structure")
def a_gram_is_a_fraction(d: Documents) -> None:
    stopping(d)["stops"][0]["fuel_g"] += 0.5


@mutation("structure")
def stations_are_a_table(d: Documents) -> None:
    d["plan"]["stations"] = {s["id"]: s for s in d["plan"]["stations"]}


@mutation("structure")
def a_field_is_missing(d: Documents) -> None:
    del d["plan"]["stations"][0]["node"]


@mutation("structure")
def a_plant_is_of_no_technology(d: Documents) -> None:
    next(iter(d["scenario"]["plant"].values()))["kind"] = "moonshine"


@mutation("inputs", rehash=False)
def the_plan_is_of_other_inputs(d: Documents) -> None:
    d["plan"]["inputs"]["network_sha256"] = "0" * 64


@mutation("identity")
def a_stop_plan_is_of_no_commodity(d: Documents) -> None:
    d["plan"]["trips"][0]["commodity"] += ".x"
