"""Hydrogen per arc: the published table of the model, and what physics forbids."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.demand.consumption import arc_grams, burnt_g, usable_tank_g


@dataclass(frozen=True)
class Truck:
    """The 49 t class of the facts collected for the corridor (own model, §4.1)."""

    mass_laden_kg: float = 49000
    mass_empty_kg: float = 18000
    tank_kg: float = 45
    usable_fraction: float = 0.9
    reserve_fraction: float = 0.2
    rolling_resistance: float = 0.006
    drag_area_m2: float = 6.0
    air_density_kg_per_m3: float = 1.0
    drivetrain_efficiency: float = 0.88
    fuel_cell_efficiency: float = 0.5
    regen_fraction: float = 0.4
    auxiliary_kw: float = 5
    speed_km_per_h: float = 70
    consumption_factor: float = 1.0


@dataclass(frozen=True)
class Climbs:
    """A level network whose altitudes miss some climb."""

    unresolved_climb_m_per_100km: float = 0
    unresolved_grade: float = 0.03
    max_grade: float = 0.06


TRUCK = Truck()

masses = st.floats(15000, 49000)
lengths = st.integers(1, 60000)
heights = st.floats(0, 2500)
climbs = st.builds(
    Climbs,
    unresolved_climb_m_per_100km=st.floats(0, 1500),
    unresolved_grade=st.floats(0.03, 0.05),
)


@pytest.mark.parametrize(
    ("mass_kg", "climb", "kg_per_100km"),
    [
        *(
            (49000, c, k)
            for c, k in ((0, 8.0), (400, 9.9), (800, 11.7), (1200, 13.5), (1500, 14.8))
        ),
        *((30000, c, k) for c, k in ((0, 5.9), (400, 7.0), (800, 8.0), (1200, 9.0), (1500, 9.8))),
        *((18000, c, k) for c, k in ((0, 4.6), (400, 5.1), (800, 5.7), (1200, 6.2), (1500, 6.6))),
    ],
)
def test_reproduces_the_published_table(mass_kg: float, climb: float, kg_per_100km: float) -> None:
    """100 km with so much climb and descent at 3 % cost what the facts' table says, to 0.05 kg."""
    grams = arc_grams(
        TRUCK, mass_kg, Climbs(unresolved_climb_m_per_100km=climb), 100_000, from_m=0, to_m=0
    )
    assert grams / 1000 == pytest.approx(kg_per_100km, abs=0.05)


@pytest.mark.parametrize(("climb", "regen", "kg"), [(800, 0, 13.3), (800, 0.6, 10.9)])
def test_reproduces_the_regeneration_points(climb: float, regen: float, kg: float) -> None:
    """Without and with more regeneration 49 t take what the facts say, to 0.06 kg."""
    truck = replace(TRUCK, regen_fraction=regen)
    grams = arc_grams(
        truck, 49000, Climbs(unresolved_climb_m_per_100km=climb), 100_000, from_m=0, to_m=0
    )
    assert grams / 1000 == pytest.approx(kg, abs=0.06)


def test_a_hand_calculation() -> None:
    """One flat kilometre at 72 km/h, worked by hand.

    Rolling 49000 x 9.81 x 0.006 = 2884.14 N, drag 0.5 x 1 x 6 x 20^2 = 1200 N; at the wheel
    4.08414 MJ, / 0.88 = 4.641068 MJ; auxiliaries 5000 W x 50 s = 0.25 MJ; / 0.5 = 9.782136 MJ;
    / 120 MJ/kg = 81.5178 g, hence 82 g.
    """
    truck = replace(TRUCK, speed_km_per_h=72)
    assert burnt_g(truck, 49000, Climbs(), 1000, from_m=None, to_m=None) == pytest.approx(
        81.5178, abs=1e-4
    )
    assert arc_grams(truck, 49000, Climbs(), 1000, from_m=None, to_m=None) == 82


@given(masses, lengths, heights, heights, climbs)
def test_hydrogen_is_never_regained(
    mass: float, length: int, low: float, high: float, climb: Climbs
) -> None:
    """Every arc costs at least one gram, however steep the descent."""
    assert arc_grams(TRUCK, mass, climb, length, from_m=low, to_m=high) >= 1


@given(masses, masses, lengths, heights, st.floats(0, 300), climbs)
def test_heavier_burns_more_where_the_road_does_not_fall(
    one: float, other: float, length: int, low: float, rise: float, climb: Climbs
) -> None:
    """On a level or rising road more mass never saves hydrogen (regeneration is lossy)."""
    light, heavy = sorted((one, other))
    assert arc_grams(TRUCK, light, climb, length, from_m=low, to_m=low + rise) <= arc_grams(
        TRUCK, heavy, climb, length, from_m=low, to_m=low + rise
    )


@given(masses, lengths, heights, heights, heights, climbs)
def test_a_higher_end_costs_more(
    mass: float, length: int, low: float, one: float, other: float, climb: Climbs
) -> None:
    """Ending higher never saves hydrogen."""
    lower, higher = sorted((one, other))
    assert arc_grams(TRUCK, mass, climb, length, from_m=low, to_m=lower) <= arc_grams(
        TRUCK, mass, climb, length, from_m=low, to_m=higher
    )


@given(masses, lengths, heights, heights, st.floats(0, 750), st.floats(0, 750))
def test_more_unresolved_climb_costs_more(
    mass: float, length: int, low: float, high: float, one: float, other: float
) -> None:
    """Hills that the altitudes miss never save hydrogen.

    But for 0.1 %: on a road that rises all the way, a slope's smaller normal force outweighs them.
    """
    less, more = sorted((one, other))
    fewer_hills = burnt_g(TRUCK, mass, Climbs(less), length, from_m=low, to_m=high)
    assert fewer_hills <= burnt_g(TRUCK, mass, Climbs(more), length, from_m=low, to_m=high) * 1.001


@given(masses, st.integers(2, 60000), heights, heights, climbs, st.floats(0.001, 0.999))
def test_splitting_an_arc_never_lowers_its_grams(
    mass: float, length: int, low: float, high: float, climb: Climbs, share: float
) -> None:
    """Two pieces cost at least what the whole costs: rounding up only ever adds.

    The altitude between is on the straight line; 3e-6 g is what rounding to a millionth of a gram
    before rounding up can hide.
    """
    first = min(max(1, round(length * share)), length - 1)
    middle = low + (high - low) * first / length
    parts = arc_grams(TRUCK, mass, climb, first, from_m=low, to_m=middle) + arc_grams(
        TRUCK, mass, climb, length - first, from_m=middle, to_m=high
    )
    assert parts >= math.ceil(burnt_g(TRUCK, mass, climb, length, from_m=low, to_m=high) - 3e-6)


@given(masses, lengths, st.one_of(st.none(), heights), climbs)
def test_a_level_road_costs_the_same_both_ways(
    mass: float, length: int, height: float | None, climb: Climbs
) -> None:
    """Without a difference in altitude, known or not, direction does not matter."""
    there = arc_grams(TRUCK, mass, climb, length, from_m=height, to_m=height)
    assert there == arc_grams(TRUCK, mass, climb, length, from_m=None, to_m=height)


@given(masses, st.integers(100, 60000), heights, st.floats(1, 300))
def test_up_and_down_costs_more_than_level(
    mass: float, length: int, low: float, rise: float
) -> None:
    """A climb and its descent together cost at least the level road: nothing is free."""
    climb = Climbs(max_grade=0.06)
    up = burnt_g(TRUCK, mass, climb, length, from_m=low, to_m=low + rise)
    down = burnt_g(TRUCK, mass, climb, length, from_m=low + rise, to_m=low)
    assert up + down >= 2 * burnt_g(TRUCK, mass, climb, length, from_m=low, to_m=low) * (
        1 - 0.01  # the normal force, and rolling with it, is smaller by cos on a slope
    )


def test_a_long_descent_costs_what_the_auxiliaries_draw() -> None:
    """Down 6 % regeneration covers traction, never the auxiliaries: 5 kW x 50 s / 0.5 / LHV."""
    truck = replace(TRUCK, speed_km_per_h=72)
    grams = burnt_g(truck, 49000, Climbs(), 1000, from_m=60, to_m=0)
    assert grams == pytest.approx(5000 * 50 / 0.5 / 120e6 * 1000)
    assert arc_grams(replace(truck, auxiliary_kw=0), 49000, Climbs(), 1000, from_m=60, to_m=0) == 1


def test_steep_slopes_are_clamped() -> None:
    """Beyond the steepest grade a higher end changes nothing."""
    assert arc_grams(TRUCK, 49000, Climbs(), 1000, from_m=0, to_m=61) == arc_grams(
        TRUCK, 49000, Climbs(), 1000, from_m=0, to_m=600
    )


@pytest.mark.parametrize(
    ("tank", "usable", "reserve", "grams"),
    [(45, 0.9, 0.2, 32400), (20, 0.9, 0.15, 15300), (1.0015, 1, 0, 1001)],
)
def test_usable_tank_is_rounded_down(
    tank: float, usable: float, reserve: float, grams: int
) -> None:
    """45 kg x 0.9 x 0.8 = 32.4 kg to the gram, in spite of binary fractions; halves go down."""
    truck = replace(TRUCK, tank_kg=tank, usable_fraction=usable, reserve_fraction=reserve)
    assert usable_tank_g(truck) == grams
