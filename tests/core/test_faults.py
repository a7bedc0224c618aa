"""One collector for all that is wrong in an input."""

from __future__ import annotations

import sys

import pytest

from corridor.core.errors import InputError
from corridor.core.faults import LONGEST_VALUE, MOST_FAULTS, Faults, nearest, shown


def test_values_are_short() -> None:
    """A long value is cut, a number too long to print is described."""
    assert shown("x") == "'x'"
    assert len(shown("x" * 1000)) == LONGEST_VALUE
    assert shown("x" * 1000).endswith("…")
    if hasattr(sys, "get_int_max_str_digits"):
        assert shown(10**5000) == "a number of thousands of digits"


def test_nearest_proposes_only_what_is_alike() -> None:
    """One letter off is a slip, another word is not."""
    assert nearest("trucs", {"truck": 1, "plant": 2}) == "did you mean 'truck'?"
    assert nearest("delivery", ["truck", "plant"]) == ""


def test_all_faults_come_at_once() -> None:
    """Values, words, and None for no value; nothing is raised before the end."""
    faults = Faults("s.toml")
    faults.stop()
    faults.add("a", 5, "a text", "write quotes")
    faults.add("b", None, "is missing")
    faults.note("c", "5 m", "at least 6 m")
    with pytest.raises(InputError) as caught:
        faults.stop("Nothing was computed.")
    assert [(f.file, f.key, f.value) for f in caught.value.faults] == [
        ("s.toml", "a", "5"),
        ("s.toml", "b", ""),
        ("s.toml", "c", "5 m"),
    ]
    assert caught.value.hint == "Nothing was computed."


def test_the_rest_is_counted() -> None:
    """A file whose every row is wrong does not fill the screen."""
    faults = Faults("s.csv")
    for row in range(MOST_FAULTS + 23):
        faults.note(f"row {row}", "", "a number")
    told = faults.all()
    assert len(told) == MOST_FAULTS + 1
    assert told[-1].expected == "and 23 faults more"
