"""Positions, lines and polygons: read as GeoJSON means them, or refused with the place."""

from __future__ import annotations

import pytest

from corridor.core.faults import Faults
from corridor.core.shapes import read_line, read_polygon, read_position, swapped_hint

RING = [[104.6, 25.9], [104.8, 25.9], [104.8, 26.1], [104.6, 25.9]]


def test_heights_are_left_out() -> None:
    """A third number is an altitude."""
    faults = Faults("m")
    assert read_position([104.6, 25, 1800.0], "/0", faults) == (104.6, 25.0)
    assert read_line([[1, 2], (3, 4)], "/1", faults) == ((1.0, 2.0), (3.0, 4.0))
    assert faults.count == 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "a position"),
        ([1], "a position"),
        (["x", 1], "two numbers"),
        ([True, 1], "two numbers"),
        ([float("nan"), 1], "longitude from"),
        ([500_000, 1], "longitude from"),
    ],
)
def test_what_is_no_position(value: object, words: str) -> None:
    """Nothing that is no position passes."""
    faults = Faults("m")
    assert read_position(value, "/0", faults) is None
    assert faults.found[0].key == "/0"
    assert words in faults.found[0].expected


def test_likely_mistakes_are_named() -> None:
    """Swapped coordinates, and metres of a projection."""
    faults = Faults("m")
    read_position([26.0, 105.0], "/0", faults)
    read_position([3_500_000, 2_900_000], "/1", faults)
    assert "lon = 105.0, lat = 26.0" in faults.found[0].hint
    assert "projection" in faults.found[1].hint
    assert swapped_hint(105.0, 26.0) == ""


def test_one_wrong_position_is_told_once() -> None:
    """The rest of a line in metres is the same mistake."""
    faults = Faults("m")
    assert read_line([[1, 2], [500, 2], [600, 2]], "/c", faults) == ()
    assert [fault.key for fault in faults.found] == ["/c/1"]


def test_polygons() -> None:
    """Rings closed and at least four positions long, holes inside; anything else is refused."""
    faults = Faults("m")
    assert read_polygon([RING], "/p", faults) == (tuple(map(tuple, RING)),)
    assert faults.count == 0
    for value, words in (
        ([], "at least one ring"),
        ([RING[:3]], "at least 4 positions"),
        ([[*RING[:3], [104.7, 26.0]]], "last position is its first"),
        ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], "a valid polygon"),
    ):
        faults = Faults("m")
        assert read_polygon(value, "/p", faults) == ()
        assert words in faults.found[0].expected
