"""Siting problems survive their file; whatever is wrong in one is told at once, with its place."""

from __future__ import annotations

import copy
import gzip
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.core.faults import MOST_FAULTS
from corridor.siting.instance_file import (
    SCHEMA,
    parse_problem,
    problem_document,
    read_problem,
    write_problem,
)
from corridor.siting.problem import SitingProblem
from tests.siting.oracles.instances import tiny_problem


def _document(seed: int = 7) -> dict:
    return json.loads(json.dumps(problem_document(tiny_problem(seed))))


def _faults(document: object) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_problem(document, "mine.json")
    assert all(fault.file == "mine.json" for fault in caught.value.faults)
    return {fault.key: fault.expected for fault in caught.value.faults}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_every_problem_survives_its_file(seed):
    problem = tiny_problem(seed)

    assert parse_problem(json.loads(json.dumps(problem_document(problem))), "x") == problem


@pytest.mark.parametrize("name", ["problem.json", "problem.json.gz"])
def test_files_are_equal_where_problems_are(tmp_path, name):
    problem = tiny_problem(3)
    write_problem(problem, tmp_path / name)
    write_problem(problem, tmp_path / f"again-{name}")

    assert read_problem(tmp_path / name) == problem
    assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()


def test_numbers_come_back_to_the_last_bit():
    document = _document()
    document["unmet_cny_per_kg"] = 0.1 + 0.2
    document["loss_fraction"] = 0  # a whole number where a float is meant

    problem = parse_problem(document, "x")

    assert problem.unmet_cny_per_kg == 0.1 + 0.2
    assert isinstance(problem.loss_fraction, float)


def test_fields_with_defaults_may_be_left_out():
    document = _document()
    for key in ("covers", "min_stop_kg", "priority_cny_per_kg"):
        del document[key]
    for site in document["sites"]:
        site.update(existing_level=0, required_level=0, existing_from=0, required_from=0)
        for key in ("existing_level", "required_level", "existing_from", "required_from"):
            del site[key]

    problem = parse_problem(document, "x")

    assert problem.covers == ()
    assert problem.min_stop_kg == SitingProblem.__dataclass_fields__["min_stop_kg"].default
    assert {site.existing_level for site in problem.sites} == {0}


def test_all_faults_are_told_at_once():
    document = _document()
    document["colour"] = "green"
    document["sources"][0]["kind"] = "moonshine"  # technologies are none of its business
    del document["loss_fraction"]
    document["sites"][0]["capex_cny"].append(1.0)
    document["sites"][1]["allowed"][0] = 1
    document["flows"][0]["period"] = 9
    document["flows"][0]["trips_per_day"] = "many"
    document["flows"][0]["ways"][0]["total_g"] = 1.5
    document["sources"][0]["lane_cny_per_kg"][0] = []
    document["unmet_cny_per_kg"] = math.nan
    document["tiers"][0]["usable_kg_per_day"] = 10**400

    found = _faults(document)

    assert set(found) == {
        "colour",
        "sources[0].kind",
        "loss_fraction",
        "sites[0].capex_cny",
        "sites[1].allowed[0]",
        "flows[0].period",
        "flows[0].trips_per_day",
        "flows[0].ways[0].total_g",
        "sources[0].lane_cny_per_kg[0]",
        "unmet_cny_per_kg",
        "tiers[0].usable_kg_per_day",
    }
    assert found["colour"] == found["sources[0].kind"] == "unknown key"
    assert "one for each of tiers" in found["sites[0].capex_cny"]


def _second_same(rows: list[dict], key: str) -> None:
    rows.append(copy.deepcopy(rows[0]))
    assert rows[-1][key] == rows[0][key]


def _way(document: dict) -> dict:
    """Return a way with two stops."""
    way = document["flows"][0]["ways"][0]
    way["stops"] = [{"site": 0, "at_g": 1}, {"site": 1, "at_g": 2}]
    return way


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda d: _way(d)["stops"][1].update(site=len(d["sites"])), "flows[0].ways[0].stops[1].site"),
        (lambda d: _way(d)["stops"][1].update(at_g=0), "flows[0].ways[0].stops[1].at_g"),
        (lambda d: _way(d)["stops"][1].update(at_g=10**9), "flows[0].ways[0].stops[1].at_g"),
        (lambda d: d["flows"][0].update(usable_g=0, start_g=0, end_g=0), "flows[0].usable_g"),
        (lambda d: d["flows"][0].update(start_g=10**9), "flows[0].start_g"),
        (lambda d: d["flows"][0].update(end_g=10**9), "flows[0].end_g"),
        (lambda d: d["flows"][0].update(priority_trips_per_day=1e6), "flows[0].priority_trips_per_day"),
        (lambda d: _second_same(d["flows"], "id"), "flows[-1].id"),
        (lambda d: _second_same(d["flows"][0]["ways"], "id"), "flows[0].ways[-1].id"),
        (lambda d: d["sites"][1].update(id=d["sites"][0]["id"]), "sites[1].id"),
        (lambda d: d["sites"][0].update(id=""), "sites[0].id"),
        (lambda d: d["sites"][0].update(required_level=9), "sites[0].required_level"),
        (lambda d: d["sites"][0].update(existing_from=-1), "sites[0].existing_from"),
        (lambda d: d["sources"][0]["steps_kg_per_day"].append(1.0), "sources[0]"),
        (lambda d: d.update(loss_fraction=1), "loss_fraction"),
        (lambda d: d.update(budget_cny=[-1.0] * len(d["periods"])), "budget_cny[0]"),
        (lambda d: d.update(covers=[{"name": "c", "period": 0, "sites": []}]), "covers[0].sites"),
        (
            lambda d: d.update(covers=[{"name": "c", "period": 0, "sites": [0], "level": 0}]),
            "covers[0].level",
        ),
        (lambda d: d.update(schema="corridor.siting-problem/9"), "schema"),
        (lambda d: d.update(tiers=[]), "tiers"),
        (lambda d: d.update(sites="none"), "sites"),
        (lambda d: d["flows"].append(3), "flows[-1]"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(change, key):
    document = _document()
    change(document)
    flows, ways = len(document["flows"]), len(document["flows"][0]["ways"])
    key = key.replace("flows[-1]", f"flows[{flows - 1}]").replace("ways[-1]", f"ways[{ways - 1}]")

    assert key in _faults(document)


def test_years_must_rise_and_sizes_not_fall():
    document = _document()
    document["periods"] = [{"year": 2026, "weight": 1.0}, {"year": 2026, "weight": 1.0}]
    assert _faults(document)  # lists of one entry a period no longer fit
    document = _document(next(s for s in range(99) if len(tiny_problem(s).tiers) > 1))
    document["tiers"][1]["usable_kg_per_day"] = document["tiers"][0]["usable_kg_per_day"]
    parse_problem(document, "p.json")  # as unloading bays may leave them
    document["tiers"][1]["usable_kg_per_day"] *= 0.9
    assert set(_faults(document)) == {"tiers[1].usable_kg_per_day"}
    document = _document(next(s for s in range(99) if len(tiny_problem(s).periods) > 1))
    document["periods"][1]["year"] = document["periods"][0]["year"]
    assert set(_faults(document)) == {"periods[1].year"}


def test_files_that_are_no_problems_are_refused(tmp_path):
    cases = {
        "absent.json": None,
        "absent.json.gz": None,
        "list.json": b"[]",
        "nan.json": b'{"unmet_cny_per_kg": NaN}',
        "plain.json.gz": b"{}",
        "cut.json.gz": gzip.compress(json.dumps(_document()).encode())[:-20],
        "latin.json.gz": gzip.compress("é".encode("latin-1")),
        "huge.json": json.dumps({"schema": SCHEMA, "unmet_cny_per_kg": 7}).encode(),
    }
    for name, data in cases.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError):
            read_problem(tmp_path / name)


def test_of_a_thousand_faults_a_hundred_are_told():
    document = _document()
    document["flows"] = [{"no": n} for n in range(1000)]

    with pytest.raises(InputError) as caught:
        parse_problem(document, "mine.json")
    assert 0 < len(caught.value.faults) <= MOST_FAULTS + 1
