"""What cannot be served is explained: which gap is too long, by how much."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import frlm_cases
import pytest
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


def _trip(paths, sites, rule, ask=None, tank=4):
    edges = [["a", "b", 1], ["c", "d", 9]]
    trips = [{"id": "t", "flow": 1, "paths": paths}]
    rows = [{"id": f"at {s}", "nodes": [s], "cost": 1} for s in sites]
    asks = [{"objective": "max_flow", "stations": 1, **(ask or {})}]
    document = frlm_cases.document("trip", edges, trips, rows, tank, rule, asks)
    document["unit"] = "km"
    [short] = next(solve_instance(parse_instance(document))).uncoverable
    return short


@pytest.mark.parametrize("backup", [0, 1])
def test_an_alternative_without_its_station_does_not_hide_a_gap(backup):
    rule = frlm_cases.rule(round_trip=False, start="1")
    short = _trip([["a", "b"], ["c", "d"]], "c", rule, {"backup": backup})
    assert "from c to d takes 9 km, and there is fuel for 4 km: short by 5 km" in short.reason
    assert "where the fuel would last, no usable site stands, and one is required" in short.reason
    assert (short.tail, short.head, short.distance, short.fuel) == ("c", "d", 9, 4)
    short = _trip([["a", "b"], ["b", "a"]], "c", rule)
    assert short.reason == "a station is required, but no usable site stands on any alternative"


@pytest.mark.parametrize(("strict", "lap"), [(False, 3), (True, 2)])
def test_fuel_that_ends_on_a_later_lap_is_told(strict, lap):
    rule = frlm_cases.rule(start="1", station_required=False)
    short = _trip([["a", "b"]], "", rule, {"strict": strict})
    assert short.reason == (
        "no usable site stands on the round trip of 2 km, and the first fuel, for 4 km, ends on "
        f"lap {lap}"
    )
    assert (short.distance, short.fuel, short.excess) == (2 * lap, 4, 2 * lap - 4)


def test_a_tank_that_runs_empty_and_fuel_to_be_left_are_told():
    rule = frlm_cases.rule(round_trip=False, start="1", end="1/2", station_required=False)
    short = _trip([["c", "d"]], "c", rule, {"strict": True}, tank=9)
    assert short.reason == (
        "from c to d takes 9 km and 4.5 km must be left, and there is fuel for 9 km: short by 4.5 km"
    )
    short = _trip([["c", "d"]], "c", {**rule, "end_fuel": "0"}, {"strict": True}, tank=9)
    assert short.reason == "from c to d takes 9 km, all the fuel there is: the tank runs empty"


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


def test_every_reason_is_true():
    told = Counter()
    for seed in range(60_000, 60_600):
        document = instance(seed)
        oracle, ask = Oracle(document), document["asks"][0]
        usable = {*oracle.free, *oracle.candidates}
        served = {node for k in usable for node in oracle.sites[k]["nodes"]}
        lost = [
            (trip, paths)
            for trip, paths in oracle.trips
            if trip["flow"] and not oracle._test(trip, paths, ask)(usable)
        ]
        [answer] = solve_instance(parse_instance(document))
        for short, (trip, paths) in zip(answer.uncoverable, lost, strict=True):
            driven = oracle._test(trip, paths, {**ask, "backup": 0})(usable)
            rule = {**document["convention"], **trip.get("convention", {})}
            assert short.trip == trip["id"]
            assert driven == ("does not survive" in short.reason)
            if driven:
                told["backup"] += 1
                assert 0 < int(short.reason.split()[-3]) <= min(ask["backup"], len(usable))
            elif short.tail:
                told["gap"] += 1
                assert any({short.tail, short.head} <= {*path} for path in paths)
            else:
                told["required"] += 1
                assert rule["station_required"]
                assert served.isdisjoint(node for path in paths for node in path)
            if "where the fuel would last" in short.reason:
                told["both"] += 1
                assert rule["station_required"]
                assert any(served.isdisjoint(path) for path in paths)
            if "on lap" in short.reason:
                told["lap"] += 1
                assert rule["round_trip"]
                assert any(served.isdisjoint(path) for path in paths)
    assert min(told[kind] for kind in ("backup", "gap", "required", "both", "lap")) > 3
