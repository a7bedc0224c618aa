"""What cannot be served is explained: which gap is too long, by how much."""

from __future__ import annotations

from fractions import Fraction

import frlm_cases
from frlm_oracle import Oracle
from frlm_random import instance

from corridor.frlm import parse_instance, solve_instance

ASK = [{"objective": "min_stations", "coverable_share": "1"}]


def _line(tank, rule, sites, asks=None):
    edges = [["a", "b", 3], ["b", "c", 7.5], ["c", "d", 2]]
    trips = [{"id": "through", "flow": 4, "paths": [["a", "b", "c", "d"]]}]
    rows = [{"id": f"at {s}", "nodes": [s], "cost": 1} for s in sites]
    document = frlm_cases.document("line", edges, trips, rows, tank, rule, asks or ASK)
    return next(solve_instance(parse_instance(document)))


def test_the_gap_and_its_excess_are_named():
    answer = _line(7, frlm_cases.rule(), "abcd")
    assert (answer.status, answer.value, answer.coverable) == ("OPTIMAL", 0, 0)
    [short] = answer.uncoverable
    assert (short.tail, short.head) in (("b", "c"), ("c", "b"))
    assert (short.distance, short.fuel, short.excess) == (Fraction(15, 2), 7, Fraction(1, 2))
    assert answer.document()["uncoverable"][0]["excess"] == 0.5


def test_the_first_fuel_and_the_last_count():
    one_way = frlm_cases.rule(round_trip=False, start="1/4", end="1", station_required=False)
    [short] = _line(10, one_way, "b").uncoverable
    assert (short.tail, short.head) == ("b", "d")
    assert short.excess == Fraction(19, 2)  # 9.5 to drive and a full tank to keep, with a full tank


def test_a_missing_station_and_a_missing_backup_are_told_apart():
    lone = frlm_cases.rule(round_trip=False, start="1")
    [short] = _line(100, lone, "").uncoverable
    assert "required" in short.reason
    asks = [{"objective": "max_flow", "stations": 4, "backup": 1}]
    [short] = _line(100, lone, "c", asks).uncoverable
    assert "loss of 1" in short.reason


def test_exactly_the_trips_that_cannot_be_served_are_explained():
    explained = 0
    for seed in range(50_000, 50_400):
        document = instance(seed)
        [answer] = solve_instance(parse_instance(document))
        oracle = Oracle(document)
        usable = {*oracle.free, *oracle.candidates}
        served = oracle.server(document["asks"][0])(usable)
        assert answer.coverable == served
        total = sum(Fraction(str(t["flow"])) for t in document["trips"])
        assert sum(s.flow for s in answer.uncoverable) == total - served
        for short in answer.uncoverable:
            assert short.reason
            assert not short.tail or short.excess >= 0
        explained += len(answer.uncoverable)
    assert explained > 100
