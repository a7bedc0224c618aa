"""Internal rates of return, worth and payback on cash flows that can be done by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.returns import (
    HIGHEST,
    LOWEST,
    TOLERANCE,
    internal_rates,
    payback_year,
    present_value,
)


def test_a_plain_investment_has_one_rate() -> None:
    """100 now for 10 a year for ever after nearly: 110 in a year is 10 %."""
    assert internal_rates({2025: -100, 2026: 110}) == pytest.approx((0.1,), abs=TOLERANCE)


def test_several_rates_are_an_answer() -> None:
    """-100 + 230/(1+r) - 132/(1+r)^2 is nothing at 10 % and at 20 %."""
    found = internal_rates({2025: -100, 2026: 230, 2027: -132})
    assert found == pytest.approx((0.1, 0.2), abs=TOLERANCE)


@pytest.mark.parametrize(
    "cash", [{}, {2025: 0.0}, {2025: -5, 2026: -1}, {2025: 5, 2026: 1}, {2025: -100, 2026: 400}]
)
def test_none_is_an_answer(cash: dict[int, float]) -> None:
    """Nothing paid, nothing earned, never earned back, or 300 %: beyond what is looked at."""
    assert internal_rates(cash) == ()


@given(st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=25))
def test_rates_are_where_the_worth_changes_its_sign(amounts: list[float]) -> None:
    """Every rate is one, and a fine grid sees no change of sign without a rate nearby."""
    cash = dict(enumerate(amounts, start=2026))
    rates = internal_rates(cash)
    assert list(rates) == sorted(rates)
    grid = [LOWEST + (HIGHEST - LOWEST) * n / 400 for n in range(401)]
    values = [present_value(cash, rate, 2026) for rate in grid]
    scale = max(map(abs, amounts), default=0.0)
    for a, b, left, right in zip(grid, grid[1:], values, values[1:], strict=False):
        if left * right < 0 and min(abs(left), abs(right)) > 1e-9 * scale:
            assert any(a - TOLERANCE <= rate <= b + TOLERANCE for rate in rates)


def test_payback_by_hand() -> None:
    """Back at the end of the year in which the sum is no longer below nothing."""
    assert payback_year({2025: -100, 2026: 60, 2027: 40, 2028: 1}) == 2027
    assert payback_year({2025: -100, 2026: 60, 2027: -1, 2028: 40}) is None
    assert payback_year({2025: 5, 2026: 5}) is None


def test_present_value_by_hand() -> None:
    """121 in two years at 10 % is 100."""
    assert present_value({2027: 121}, 0.1, 2025) == pytest.approx(100)
