"""Furness and gravity: margins, the closed form without decay, and what decay must do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.demand.gravity import furness, gravity_trips, intrazonal_km

sizes = st.integers(2, 7)


@st.composite
def zones(draw: st.DrawFn) -> tuple[list[float], list[list[float]]]:
    """Masses, and road distances that need not be the same both ways."""
    n = draw(sizes)
    masses = draw(st.lists(st.floats(0.5, 100), min_size=n, max_size=n))
    costs = draw(
        st.lists(st.lists(st.floats(5, 500), min_size=n, max_size=n), min_size=n, max_size=n)
    )
    return masses, costs


@given(zones(), st.floats(0, 0.03))
def test_margins_are_met(given_zones: tuple[list[float], list[list[float]]], beta: float) -> None:
    """Rows and columns sum to the masses to a relative 1e-9, for any masses and distances."""
    masses, costs = given_zones
    trips = gravity_trips(masses, costs, beta)
    for i, mass in enumerate(masses):
        assert math.fsum(trips[i]) == pytest.approx(mass, rel=1e-9)
        assert math.fsum(row[i] for row in trips) == pytest.approx(mass, rel=1e-9)


@given(zones())
def test_without_decay_it_is_the_product_of_the_margins(
    given_zones: tuple[list[float], list[list[float]]],
) -> None:
    """Without decay (beta = 0) the result is T = O D / sum(O), the closed form."""
    masses, costs = given_zones
    trips = gravity_trips(masses, costs, 0.0)
    whole = sum(masses)
    for i, origin in enumerate(masses):
        for j, destination in enumerate(masses):
            assert trips[i][j] == pytest.approx(origin * destination / whole, rel=1e-9)


@given(zones(), st.floats(0.001, 0.03))
def test_cross_ratios_depend_on_distance_alone(
    given_zones: tuple[list[float], list[list[float]]], beta: float
) -> None:
    """T_ij T_ji / (T_ii T_jj) = exp(-beta (c_ij + c_ji - c_ii - c_jj)): balancing adds no more.

    This is what makes the result the gravity model and not some matrix with the right margins.
    """
    masses, costs = given_zones
    trips = gravity_trips(masses, costs, beta)
    inner = [intrazonal_km(costs, 0), intrazonal_km(costs, 1)]
    expected = math.exp(-beta * (costs[0][1] + costs[1][0] - sum(inner)))
    assert trips[0][1] * trips[1][0] / (trips[0][0] * trips[1][1]) == pytest.approx(
        expected, rel=1e-6
    )


def test_a_hand_calculation() -> None:
    """Two equal zones of mass 3, 100 km apart both ways, beta ln(2)/50 per km.

    Inside c = 50 km: deterrence 1/2 inside, 1/4 between, hence twice as many trips inside: 2 and 1.
    """
    trips = gravity_trips([3, 3], [[0, 100], [100, 0]], math.log(2) / 50)
    assert trips[0] == pytest.approx([2, 1])
    assert trips[1] == pytest.approx([1, 2])


@given(zones(), st.floats(0, 0.03), st.floats(0.1, 50))
def test_only_ratios_of_masses_count(
    given_zones: tuple[list[float], list[list[float]]], beta: float, factor: float
) -> None:
    """Masses in other units scale the trips and change no share."""
    masses, costs = given_zones
    trips = gravity_trips(masses, costs, beta)
    scaled = gravity_trips([mass * factor for mass in masses], costs, beta)
    assert scaled[0][1] == pytest.approx(trips[0][1] * factor, rel=1e-6)


def test_far_apart_zones_do_not_underflow() -> None:
    """5,000 km at 0.5 per km is exp(-2500): the trips stay inside, the margins still hold."""
    trips = gravity_trips([2, 5], [[0, 5000], [5000, 0]], 0.5)
    assert trips[0] == pytest.approx([2, 0])
    assert trips[1] == pytest.approx([0, 5])


def test_what_cannot_be_balanced_is_refused() -> None:
    """A seed whose zeros forbid the margins ends in an InputError, not in a loop or a guess."""
    with pytest.raises(InputError, match="cannot be balanced"):
        furness([[1.0, 1e-300], [1.0, 1e-300]], [1, 1], [1e-9, 2 - 1e-9 + 1e-3])
