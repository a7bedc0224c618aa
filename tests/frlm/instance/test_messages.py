"""What is said about a bad file: once, in few lines, and nothing that steers a terminal."""

from __future__ import annotations

import frlm_cases
import pytest

from corridor.core.errors import InputError
from corridor.frlm import load_instance, parse_instance
from corridor.frlm.instance.document import label, parse_document, shown
from corridor.frlm.instance.fields import MAX_FAULTS


def _faults(**changes):
    with pytest.raises(InputError) as caught:
        parse_instance(frlm_cases.star() | changes, "star.json")
    return [str(fault).removeprefix("star.json: ") for fault in caught.value.faults]


def test_a_null_is_shown():
    assert _faults(edges=[["hub", leaf, None] for leaf in "xyz"])[0] == (
        "edges[0] = null: a finite number of at least 0"
    )


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("edges", 5, ["edges = 5: a list"]),
        ("edges", [["hub"]], 1),
        ("trips", {}, ["trips = {}: a list"]),
        ("trips", [5, {"flow": 1}], ["trips[0] = 5: an object", "trips[1].id: is missing"]),
        ("vehicle", 5, ["vehicle = 5: an object"]),
        ("convention", None, ["convention = null: an object"]),
        ("sites", [{"nodes": ["x"]}] * 2, ["sites[0].id: is missing", "sites[1].id: is missing"]),
        ("asks", [{}], ["asks[0].objective: is missing"]),
        ("trips", [{"id": "t", "flow": 1, "paths": []}], 1),
        ("trips", [{"id": "t", "flow": 1, "paths": [["x", "y"]]}], 1),
        ("trips", [{"id": "t", "flow": 1, "paths": "xy"}], 1),
        ("trips", [{"id": "t", "flow": 1, "origin": "?", "destination": "?"}], 1),
    ],
)
def test_a_fault_is_told_once_and_nothing_that_follows_from_it(key, value, expected):
    found = _faults(**{key: value})
    assert found == expected if isinstance(expected, list) else len(found) == expected, found


@pytest.mark.parametrize("key", ["unit", "source"])
@pytest.mark.parametrize(
    "value", ["km\n  OPTIMAL 999\x1b[31m", "a\u202eb", 5, None, ["km"], "x" * 2000]
)
def test_unit_and_source_are_one_line_of_text(key, value):
    [fault] = _faults(**{key: value})
    assert fault.startswith(f"{key} = ")
    assert fault.isprintable()


def test_unit_and_source_may_be_empty_and_of_any_script():
    parsed = parse_instance(frlm_cases.star() | {"unit": "公里", "source": ""})
    assert (parsed.unit, parsed.source) == ("公里", "")


def test_a_file_name_cannot_forge_lines_or_fill_the_screen(tmp_path):
    for name in ("a\nerror: b.json", "x" * 5000, "a\x1b[31m.json", "a\0b"):
        with pytest.raises(InputError) as caught:
            load_instance(tmp_path / name)
        assert caught.value.problem.isprintable()
        assert len(caught.value.problem) < 300
    assert label("六盘水.json") == "六盘水.json"
    assert label("/far/" * 100 + "end.json").endswith("/end.json")


def test_a_value_is_shown_short_without_being_written_out():
    assert shown(["x"] * 3) == '["x", "x", "x"]'
    assert len(shown(["x"] * 1000)) == 60
    assert shown(object()) == "object"


def test_a_key_that_stands_twice_among_many_is_found_at_once():
    keys = ",".join(f'"k{k}": 1' for k in range(100_000))
    with pytest.raises(InputError, match="k99999"):
        parse_document("{" + keys + ', "k99999": 1}', "keys.json")


def test_reading_ends_after_many_faults():
    with pytest.raises(InputError) as caught:
        parse_instance(frlm_cases.star() | {f"k{k}": 1 for k in range(1000)})
    assert len(caught.value.faults) == MAX_FAULTS
    assert caught.value.hint
