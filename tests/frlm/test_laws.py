"""Laws that hold between an instance and a changed one, whatever the answer is."""

from __future__ import annotations

import copy
import itertools
import random

from frlm_random import instance
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.frlm import parse_instance, solve_instance

EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
SEEDS = st.integers(20_000, 10**9)


def _value(document):
    [answer] = solve_instance(parse_instance(document))
    assert answer.status == "OPTIMAL"
    return answer.value


def _asking(seed, **ask):
    document = instance(seed)
    kept = {k: v for k, v in document["asks"][0].items() if k in ("range", "strict", "backup")}
    document["asks"] = [{**kept, **ask}]
    return document


def _most(seed, stations=2):
    return _asking(seed, objective="max_flow", stations=stations)


def _cheapest(seed):
    return _asking(seed, objective="min_cost", coverable_share="1")


@EXAMPLES
@given(SEEDS)
def test_mr1_shorter_edges_never_serve_less(seed):
    document = _most(seed)
    # Paths found by the engine may change with the lengths; given ones may not.
    document["trips"] = [t for t in document["trips"] if "paths" in t]
    before = _value(document)
    for edge in document["edges"]:
        edge[2] = edge[2] / 2
    assert _value(document) >= before


@EXAMPLES
@given(SEEDS)
def test_mr1_a_longer_range_never_serves_less_on_round_trips(seed):
    document = _most(seed)
    document["asks"][0].pop("range", None)
    for trip in document["trips"]:
        trip.pop("range", None)
        trip.pop("convention", None)
    document["convention"] |= {"round_trip": True, "end_fuel": "0"}
    if document["directed"]:
        document["edges"] += [[b, a, 50] for a, b, _ in document["edges"]]
    before = _value(document)
    document["vehicle"]["range"] += 1
    assert _value(document) >= before


@EXAMPLES
@given(SEEDS, st.integers(0, 3))
def test_mr2_one_more_station_never_serves_less(seed, stations):
    assert _value(_most(seed, stations + 1)) >= _value(_most(seed, stations))


@EXAMPLES
@given(SEEDS)
def test_mr3_one_more_candidate_never_serves_less(seed):
    document = _most(seed)
    before = _value(document)
    for site in document["sites"]:
        if site.get("status") == "barred":
            site["status"] = "candidate"
    assert _value(document) >= before


@EXAMPLES
@given(SEEDS)
def test_mr4_more_flow_is_never_less_flow_served(seed):
    document = _most(seed)
    before = _value(document)
    document["trips"][0]["flow"] += 5
    assert before <= _value(document) <= before + 5


@EXAMPLES
@given(SEEDS)
def test_mr5_one_trip_less_never_costs_more(seed):
    document = _cheapest(seed)
    before = _value(document)
    document["trips"] = document["trips"][1:]
    assert _value(document) <= before


@EXAMPLES
@given(SEEDS)
def test_mr6_and_mr7_a_trip_in_two_parts_is_the_same_trip(seed):
    document = _most(seed)
    before = _value(document)
    half = dict(document["trips"][0])
    half["flow"] = half["flow"] / 4
    document["trips"][0]["flow"] = document["trips"][0]["flow"] * 3 / 4
    document["trips"].append(half)
    assert _value(document) == before


@EXAMPLES
@given(SEEDS)
def test_mr8_the_order_of_everything_and_the_names_of_sites_do_not_matter(seed):
    document = instance(seed)
    before = _value(document)
    shuffled = copy.deepcopy(document)
    rng = random.Random(seed)
    for part in ("edges", "trips", "sites"):
        rng.shuffle(shuffled[part])
    for k, site in enumerate(shuffled["sites"]):
        site["id"] = f"renamed {k}"
    assert _value(shuffled) == before


@EXAMPLES
@given(SEEDS)
def test_mr9_and_mr10_units_of_length_and_of_money_do_not_matter(seed):
    document = instance(seed)
    before = _value(document)
    for edge in document["edges"]:
        edge[2] = edge[2] * 8
    document["vehicle"]["range"] *= 8
    for part in [*document["trips"], *document["asks"]]:
        if "range" in part:
            part["range"] *= 8
    assert _value(document) == before
    for site in document["sites"]:
        site["cost"] = site["cost"] * 4
    ask = document["asks"][0]
    if "budget" in ask:
        ask["budget"] *= 4
    assert _value(document) == (before * 4 if ask["objective"] == "min_cost" else before)


@EXAMPLES
@given(SEEDS)
def test_mr13_a_new_node_on_an_edge_changes_nothing(seed):
    document = instance(seed)
    document["trips"] = [t for t in document["trips"] if "paths" in t]
    before = _value(document)
    split = {}
    edges = []
    for k, (tail, head, length) in enumerate(document["edges"]):
        edges.append([tail, head, length])
        pair = tail, head
        if tail != head and pair not in split and pair[::-1] not in split:
            # The whole length lies before the middle, so a strict tank sees the same arrivals
            # but for one that is no worse than the next.
            split[pair] = f"middle {k}"
    lengths = {}
    for tail, head, length in document["edges"]:
        ways = [(tail, head)] if document["directed"] else [(tail, head), (head, tail)]
        for way in ways:
            lengths[way] = min(length, lengths.get(way, length))
    for (tail, head), middle in split.items():
        for a, b in ((tail, head), (head, tail)):
            if (a, b) in lengths:
                edges += _halves(a, b, middle, lengths[a, b], document["directed"], (tail, head))
    document["edges"] = edges
    for trip in document["trips"]:
        trip["paths"] = [_through(path, split) for path in trip["paths"]]
    assert _value(document) == before


def _halves(a, b, middle, length, directed, pair):
    """Return the two halves of an arc, once for both ways where those are the same."""
    if not directed and (a, b) != pair:
        return []
    return [[a, middle, length / 2], [middle, b, length / 2]]


def _through(path, split):
    """Return a path with the middles of its edges."""
    found = [path[0]]
    for tail, head in itertools.pairwise(path):
        middle = split.get((tail, head)) or split.get((head, tail))
        found += [middle, head] if middle else [head]
    return found


@EXAMPLES
@given(SEEDS)
def test_mr14_a_network_elsewhere_changes_nothing(seed):
    document = instance(seed)
    before = _value(document)
    document["edges"].append(["far", "away", 1])
    document["sites"].append({"id": "lonely", "nodes": ["away"], "cost": 1})
    assert _value(document) == before


@EXAMPLES
@given(SEEDS)
def test_mr15_a_second_site_at_the_same_place_changes_nothing_without_backup(seed):
    document = instance(seed)
    document["asks"][0].pop("backup", None)
    before = _value(document)
    twin = {**document["sites"][0], "id": "second"}
    document["sites"].append(twin)
    assert _value(document) == before


@EXAMPLES
@given(SEEDS)
def test_mr26_more_backup_never_serves_more(seed):
    values = []
    for backup in (0, 1, 2):
        document = _most(seed, 3)
        document["asks"][0]["backup"] = backup
        values.append(_value(document))
    assert values == sorted(values, reverse=True)


@EXAMPLES
@given(SEEDS)
def test_mr28_the_answer_fixed_gives_the_same_value(seed):
    document = _most(seed)
    [answer] = solve_instance(parse_instance(document))
    for site in document["sites"]:
        if site["id"] in answer.open:
            site["status"] = "existing"
    document["asks"][0]["stations"] = 0
    assert _value(document) == answer.value == answer.driven


@EXAMPLES
@given(SEEDS)
def test_mr31_more_fuel_at_the_start_or_less_at_the_end_never_serves_less(seed):
    document = _most(seed)
    for trip in document["trips"]:
        trip.pop("convention", None)
    before = _value(document)
    document["convention"] |= {"start_fuel": "1", "end_fuel": "0"}
    assert _value(document) >= before


@EXAMPLES
@given(SEEDS)
def test_mr32_what_round_trips_can_do_one_way_trips_can(seed):
    document = _most(seed)
    for trip in document["trips"]:
        trip.pop("convention", None)
    document["convention"] |= {"round_trip": False, "end_fuel": "0"}
    once = _value(document)
    if document["directed"]:
        document["edges"] += [[b, a, 50] for a, b, _ in document["edges"]]
    document["convention"]["round_trip"] = True
    assert _value(document) <= once


@EXAMPLES
@given(SEEDS)
def test_mr33_no_station_of_an_answer_is_idle(seed):
    document = _most(seed, 3)
    [answer] = solve_instance(parse_instance(document))
    for idle in answer.open:
        changed = copy.deepcopy(document)
        changed["asks"][0]["stations"] = 0
        for site in changed["sites"]:
            if site["id"] in answer.open and site["id"] != idle:
                site["status"] = "existing"
        assert _value(changed) < answer.value
