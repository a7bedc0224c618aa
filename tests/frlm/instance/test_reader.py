"""What is wrong in a file is said at once, clearly, and nothing is solved."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import frlm_cases
import pytest

from corridor.core.errors import InputError
from corridor.frlm import load_instance, parse_instance, solve_instance
from corridor.frlm.instance.document import parse_document


def _good():
    document = frlm_cases.star()
    document["asks"].append({"objective": "max_flow", "budget": 1})
    return document


def _set(path, value):
    def change(document):
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


def _drop(path):
    def change(document):
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


BAD = {
    "no object": lambda d: d.clear(),
    "other schema": _set(["schema"], "corridor.instance/2"),
    "no name": _drop(["name"]),
    "no convention": _drop(["convention"]),
    "convention lacks a key": _drop(["convention", "end_fuel"]),
    "unknown key": _set(["vehicel"], {}),
    "unknown key in a site": _set(["sites", 0, "capacity"], 3),
    "unknown key in an ask": _set(["asks", 0, "station"], 3),
    "unknown node in a path": _set(["trips", 0, "paths"], [["x", "nowhere"]]),
    "path over a missing edge": _set(["trips", 0, "paths"], [["x", "y"]]),
    "empty path": _set(["trips", 0, "paths"], [[]]),
    "no path": _set(["trips", 0, "paths"], []),
    "path of numbers": _set(["trips", 0, "paths"], [[1, 2]]),
    "path of lists": _set(["trips", 0, "paths"], [[["x"], ["y"]]]),
    "a billion trips": _set(["trips"], 1_000_000_000),
    "paths and ends": _set(["trips", 0, "origin"], "x"),
    "negative length": _set(["edges", 0, 2], -1),
    "length is a string": _set(["edges", 0, 2], "5"),
    "length is true": _set(["edges", 0, 2], True),
    "edge without length": _set(["edges", 0], ["hub", "x"]),
    "negative flow": _set(["trips", 0, "flow"], -0.5),
    "negative range": _set(["vehicle", "range"], -1),
    "no range": _drop(["vehicle", "range"]),
    "start fuel above 1": _set(["convention", "start_fuel"], "3/2"),
    "start fuel divides by zero": _set(["convention", "start_fuel"], "1/0"),
    "start fuel in words": _set(["convention", "start_fuel"], "half"),
    "end fuel of a round trip": _set(["convention", "end_fuel"], "1/2"),
    "round trip is a number": _set(["convention", "round_trip"], 1),
    "site on an unknown node": _set(["sites", 0, "nodes"], ["nowhere"]),
    "two sites of one id": _set(["sites", 1, "id"], "x"),
    "unknown status": _set(["sites", 0, "status"], "open"),
    "negative cost": _set(["sites", 0, "cost"], -1),
    "no cost but a budget": _drop(["sites", 0, "cost"]),
    "unknown objective": _set(["asks", 0, "objective"], "max"),
    "share above 1": _set(["asks", 0, "coverable_share"], "11/10"),
    "no share": _drop(["asks", 0, "coverable_share"]),
    "stations and budget": _set(["asks", 1, "stations"], 2),
    "neither stations nor budget": _drop(["asks", 1, "budget"]),
    "half a backup": _set(["asks", 0, "backup"], 0.5),
    "negative backup": _set(["asks", 0, "backup"], -1),
    "id with a line break": _set(["sites", 0, "id"], "x\nEnd"),
    "id with an escape": _set(["sites", 0, "id"], "x\x1b[2J"),
    "id with a surrogate": _set(["sites", 0, "id"], "\ud800"),
    "id that reverses text": _set(["sites", 0, "id"], "a\u202eb"),
    "id of a solver": _set(["sites", 0, "id"], "Subject To"),
    "empty id": _set(["sites", 0, "id"], ""),
    "endless id": _set(["sites", 0, "id"], "x" * 1000),
    "node id with a line break": _set(["edges", 0, 0], "hub\nbounds"),
    "number as id": _set(["sites", 0, "id"], 7),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_fault_is_refused(kind):
    document = copy.deepcopy(_good())
    BAD[kind](document)
    with pytest.raises(InputError) as caught:
        parse_instance(document, "file.json")
    assert caught.value.exit_code == 3
    for fault in caught.value.faults:
        assert str(fault).isprintable(), "nothing that could steer a terminal is printed"
        assert fault.file == "file.json"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '{"a": 1, "a": 2}',
        '{"a": 1e99999999999999999999}',
        '{"a": 1e-99999}',
        '{"a": ' + "9" * 10_000 + "}",
        "[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(text):
    with pytest.raises(InputError):
        parse_document(text, "file.json")


def test_files_that_are_not_instances_are_refused(tmp_path):
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    empty = tmp_path / "empty.json"
    empty.write_text("")
    for path in (binary, empty, tmp_path, tmp_path / "absent.json"):
        with pytest.raises(InputError):
            load_instance(path)


def test_a_file_too_large_to_be_an_instance_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(40 * 2**30)  # sparse: a billion trips would take this much
    with pytest.raises(InputError, match="MiB"):
        load_instance(path)


def test_all_faults_are_told_at_once():
    document = _good()
    document["edges"][0][2] = -1
    document["sites"][1]["status"] = "open"
    document["asks"][0]["backup"] = "one"
    with pytest.raises(InputError) as caught:
        parse_instance(document)
    assert {fault.key for fault in caught.value.faults} == {
        "edges[0]",
        "sites[1].status",
        "asks[0].backup",
    }


def test_decimals_are_read_as_written_and_not_as_binary_floats(tmp_path):
    """0.1 + 0.2 is exactly 0.3, and a length of 30 digits keeps them all."""
    long = "0.100000000000000000000000000001"
    for first, stations in (("0.1", 0), (long, 1)):
        text = json.dumps(
            frlm_cases.document(
                "decimals",
                [["a", "b", 0], ["b", "c", 0.2]],
                [{"id": "q", "flow": 1, "paths": [["a", "b", "c"]]}],
                [{"id": "s", "nodes": ["b"], "cost": 1}],
                0.3,
                frlm_cases.rule(round_trip=False, start="1", station_required=False),
                [{"objective": "min_stations", "coverable_share": "1"}],
            )
        ).replace('"b", 0]', f'"b", {first}]')
        path = tmp_path / "decimals.json"
        path.write_text(text)
        [answer] = solve_instance(load_instance(path))
        assert answer.value == stations


def test_notes_and_expected_are_known_everywhere():
    document = _good()
    for part in (document, document["sites"][0], document["trips"][0], document["asks"][0]):
        part["notes"] = "seen"
    document["asks"][0]["expected_at_most"] = 3
    assert parse_instance(document).name == "star"


def test_tied_shortest_paths_take_the_smallest_sequence_of_ids():
    """By code point: "10" before "9", and "B" before "a"."""
    edges = [["o", "9", 1], ["9", "d", 1], ["o", "10", 1], ["10", "d", 1], ["o", "d", 2]]
    edges += [["d", "a", 1], ["a", "z", 0], ["d", "B", 0], ["B", "z", 1], ["B", "d", 0]]
    ends = [("o", "d"), ("d", "z"), ("o", "o")]
    trips = [
        {"id": str(k), "flow": 1, "origin": a, "destination": b} for k, (a, b) in enumerate(ends)
    ]
    sites = [{"id": "s", "nodes": ["o"], "cost": 1}]
    instance = parse_instance(
        frlm_cases.document("ties", edges, trips, sites, 9, frlm_cases.rule(), [])
    )
    found = [[instance.nodes[n] for n in trip.paths[0]] for trip in instance.trips]
    assert found == [["o", "10", "d"], ["d", "B", "z"], ["o"]]


def test_parallel_edges_count_as_the_shortest():
    edges = [["a", "b", 9], ["b", "a", 2], ["a", "b", 5]]
    trips = [{"id": "q", "flow": 1, "paths": [["a", "b"]]}]
    sites = [{"id": "s", "nodes": ["a"], "cost": 1}]
    ask = [{"objective": "max_flow", "stations": 1}]
    document = frlm_cases.document("parallel", edges, trips, sites, 4, frlm_cases.rule(), ask)
    assert next(solve_instance(parse_instance(document))).value == 1
    document["directed"] = True
    document["vehicle"]["range"] = 6
    assert next(solve_instance(parse_instance(document))).value == 0
    document["vehicle"]["range"] = 7
    assert next(solve_instance(parse_instance(document))).value == 1


def test_duplicate_rows_of_one_pair_are_two_trips():
    document = _good()
    document["trips"].append(dict(document["trips"][0]))
    document["asks"] = [{"objective": "max_flow", "stations": 3}]
    assert next(solve_instance(parse_instance(document))).value == 4


def test_an_unfit_reverse_edge_is_a_fault_only_for_round_trips():
    document = _good()
    document["directed"] = True
    document["edges"] += [[b, a, length] for a, b, length in document["edges"][:2]]
    with pytest.raises(InputError, match="driven this way"):
        parse_instance(document)
    document["edges"] += [[b, a, length] for a, b, length in document["edges"][2:3]]
    parse_instance(document)


def test_an_instance_keeps_every_number_exact():
    document = _good()
    document["trips"][0]["flow"] = 0.1
    assert parse_instance(document).trips[0].flow == Fraction(1, 10)
