"""Chinese map coordinates come back to WGS-84, and shifted files are noticed."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.network.crs import (
    bd09_to_gcj02,
    gcj02_shift,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    looks_like_gcj02,
    swapped,
    to_wgs84,
    wgs84_to_gcj02,
)
from corridor.network.geometry import distance_m, moved
from corridor.network.network import Network

PLACES = st.tuples(st.floats(75, 134), st.floats(18, 53))


@given(place=PLACES)
def test_conversions_round_trip_to_a_centimetre(place: tuple[float, float]) -> None:
    """WGS-84 to GCJ-02 and to BD-09 and back is the same place."""
    shifted = wgs84_to_gcj02(place)
    assert distance_m(gcj02_to_wgs84(shifted), place) < 0.01
    assert distance_m(bd09_to_gcj02(gcj02_to_bd09(shifted)), shifted) < 0.01
    assert distance_m(to_wgs84("bd09")(gcj02_to_bd09(shifted)), place) < 0.02


@given(place=PLACES)
def test_gcj02_shifts_by_some_hundred_metres(place: tuple[float, float]) -> None:
    """The distortion is what everybody sees on Chinese maps: up to about 800 m."""
    assert 1 < distance_m(wgs84_to_gcj02(place), place) < 900


def test_outside_china_and_other_systems_nothing_moves() -> None:
    """WGS-84 and CGCS2000 stay, and so does a place in Europe."""
    assert wgs84_to_gcj02((9.5, 47.1)) == (9.5, 47.1)
    assert to_wgs84("wgs84")((105.0, 26.0)) == (105.0, 26.0)
    assert to_wgs84("cgcs2000")((105.0, 26.0)) == (105.0, 26.0)


def test_shifted_sides_are_noticed(embedded: Network) -> None:
    """Service areas in GCJ-02 look like it; right ones, noise and a few do not."""
    known = [(side.lon, side.lat) for side in embedded.sides if side.node]
    some = known[:12]
    assert looks_like_gcj02([wgs84_to_gcj02(at) for at in some], known)
    assert not looks_like_gcj02([wgs84_to_gcj02(at) for at in some[:2]], known)
    assert not looks_like_gcj02(some, known)
    noise = random.Random(3)
    thrown = [moved(at, noise.uniform(0, 360), 450) for at in some]
    assert not looks_like_gcj02(thrown, known)
    # A consistent slip in another direction is a slip, not GCJ-02.
    assert not looks_like_gcj02([moved(at, 350.0, 450) for at in some], known)


@pytest.mark.parametrize(
    ("at", "wrong"), [((26.0, 105.0), True), ((105.0, 26.0), False), ((9.5, 47.1), False)]
)
def test_swapped_axes_are_noticed(at: tuple[float, float], wrong: bool) -> None:
    """A position that fits the box only with lon and lat exchanged is swapped."""
    assert swapped(at, (103.0, 24.0, 107.0, 28.0)) is wrong


def test_distance_is_that_of_the_sphere() -> None:
    """A degree of latitude is 111.195 km."""
    assert distance_m((105, 26), (105, 27)) == pytest.approx(math.radians(1) * 6_371_008.8)


def test_shift_is_estimated_with_its_direction() -> None:
    """Positions moved to GCJ-02 near Liupanshui: the estimate is the shift, to the metre."""
    true = [(104.83, 26.59), (105.0, 26.2), (104.9, 25.1)]
    given = [wgs84_to_gcj02(position) for position in true]
    metres, bearing = gcj02_shift(given)
    shifts = [distance_m(a, b) for a, b in zip(true, given, strict=True)]
    assert min(shifts) - 1 <= metres <= max(shifts) + 1
    assert 100 < metres < 800
    assert 0 <= bearing < 360
