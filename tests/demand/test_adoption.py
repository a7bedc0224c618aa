"""Trucks by year: anchors kept, equal growth between them, nothing beyond them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.scenario.adoption import fleet_by_year, trucks_in

anchor_tables = st.dictionaries(
    st.integers(2020, 2060), st.floats(1, 10000), min_size=1, max_size=5
)


def test_the_city_of_2026() -> None:
    """100 trucks in 2025 and 800 in 2030 are 100 x 8^(1/5) = 151.57 in 2026."""
    assert trucks_in({2025: 100, 2030: 800}, 2026) == pytest.approx(151.5717, abs=1e-4)


@given(anchor_tables)
def test_anchors_are_kept(anchors: dict[int, float]) -> None:
    """In the year of an anchor the fleet is the anchor."""
    for year, trucks in anchors.items():
        assert trucks_in(anchors, year) == pytest.approx(trucks)


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.integers(2, 20))
def test_growth_is_the_same_every_year(first: float, last: float, span: int) -> None:
    """Between two anchors each year multiplies by the same factor."""
    anchors = {2030: first, 2030 + span: last}
    factors = [
        trucks_in(anchors, year + 1) / trucks_in(anchors, year) for year in range(2030, 2030 + span)
    ]
    assert factors == pytest.approx([(last / first) ** (1 / span)] * span)


@given(anchor_tables, st.integers(2000, 2100))
def test_nothing_is_extrapolated(anchors: dict[int, float], year: int) -> None:
    """No year has fewer trucks than the smallest anchor or more than the largest."""
    low, high = min(anchors.values()), max(anchors.values())
    assert low * (1 - 1e-12) <= trucks_in(anchors, year) <= high * (1 + 1e-12)


def test_from_nothing_it_grows_by_number() -> None:
    """No factor leads away from 0: half way to 100 are 50."""
    assert trucks_in({2026: 0, 2030: 100}, 2028) == 50


@pytest.mark.parametrize(("level", "used"), [("low", 10), ("base", 20), ("high", 40)])
def test_the_level_chooses_the_line(level: str, used: float) -> None:
    """All three lines are shown, the one of the level is used."""
    adoption = SimpleNamespace(
        level=level, trucks_low={2026: 10}, trucks_base={2026: 20}, trucks_high={2026: 40}
    )
    assert fleet_by_year(adoption, [range(2026, 2027)]) == ((2026, 10, 20, 40, used),)


def test_a_run_of_years_has_the_mean_of_its_trucks() -> None:
    """10, 20 and 40 trucks in three years are 70 / 3; the run is named by its first year."""
    line = {2026: 10, 2028: 40}
    adoption = SimpleNamespace(level="base", trucks_low=line, trucks_base=line, trucks_high=line)
    ((year, *trucks),) = fleet_by_year(adoption, [range(2026, 2029)])
    assert year == 2026
    assert trucks == pytest.approx([70 / 3] * 4)
