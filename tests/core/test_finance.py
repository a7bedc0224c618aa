"""Annuities and weights of periods against schoolbook sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.finance import (
    DAYS_PER_YEAR,
    capital_recovery,
    period_weight,
    purchase_years,
    residual_share,
    weight_at_end,
)


@given(st.floats(1e-6, 0.3), st.integers(1, 60))
def test_capital_recovery_repays(rate: float, life: int) -> None:
    """The payments of a life, discounted, are worth exactly 1."""
    payment = capital_recovery(rate, life)
    assert sum(payment / (1 + rate) ** year for year in range(1, life + 1)) == pytest.approx(1)


def test_capital_recovery_limits() -> None:
    """Without interest 1/n, one year 1 + r, for ever r; continuous at r = 0."""
    assert capital_recovery(0, 20) == 0.05
    assert capital_recovery(0.08, 1) == pytest.approx(1.08)
    assert capital_recovery(0.08, 1000) == pytest.approx(0.08)
    assert capital_recovery(1e-9, 20) == pytest.approx(0.05, rel=1e-6)


def test_period_weights_are_sums_of_discount_factors() -> None:
    """A_t by hand: 1 + 1/1.06 + 1/1.06^2 + 1/1.06^3; without interest, the number of years."""
    assert period_weight(0.06, 2026, 2026, 2029) == pytest.approx(3.6730119, abs=1e-6)
    assert period_weight(0.0, 2026, 2030, 2035) == 6.0


@given(st.floats(0, 0.3), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))
def test_periods_that_follow_each_other_add_up(
    rate: float, before: int, first: int, second: int
) -> None:
    """Cutting a span of years in two changes nothing, and a later year weighs no more."""
    start = 2026 + before
    cut, end = start + first, start + first + second
    whole = period_weight(rate, 2026, start, end - 1)
    parts = period_weight(rate, 2026, start, cut - 1) + period_weight(rate, 2026, cut, end - 1)
    assert whole == pytest.approx(parts)
    assert period_weight(rate, 2026, cut, cut) <= period_weight(rate, 2026, start, start)


def test_the_certificate_counts_the_same_days() -> None:
    """The certificate keeps a number of its own on purpose; the two must not drift apart."""
    from corridor.certificate.supply import DAYS

    assert DAYS == DAYS_PER_YEAR


@given(
    st.just(0.0) | st.floats(1e-6, 0.3),
    st.integers(1, 40),
    st.integers(2026, 2040),
    st.integers(2040, 2070),
)
def test_purchases_less_what_is_left_are_worth_the_annuities(
    rate: float, life: int, first: int, last: int
) -> None:
    """Two ways: every purchase at the start of its year, less residual value; an annuity each year's end."""
    annuities = capital_recovery(rate, life) * period_weight(rate, 2026, first, last)
    bought = purchase_years(first, life, last)
    spent = sum(weight_at_end(rate, 2026, year - 1) for year in bought)
    left = weight_at_end(rate, 2026, last) * sum(
        residual_share(rate, life, year, last) for year in bought
    )
    assert spent - left == pytest.approx(annuities, rel=1e-9)


def test_life_5_over_15_years_by_hand() -> None:
    """38.6 M bought in 2026, 2031 and 2036 at 8 %: 1.08 x 38.6 x (1 + 1.08^-5 + 1.08^-10) = 89.370 M."""
    assert purchase_years(2026, 5, 2040) == (2026, 2031, 2036)
    spent = sum(38.6 * weight_at_end(0.08, 2026, year - 1) for year in (2026, 2031, 2036))
    assert spent == pytest.approx(89.370, abs=5e-4)
    annuity = 38.6 * capital_recovery(0.08, 5) * period_weight(0.08, 2026, 2026, 2040)
    assert annuity == pytest.approx(spent)


def test_residual_share_by_hand() -> None:
    """3 of 10 years are left: without interest 0.3; at 8 %, annuities of 3 years over those of 10."""
    assert residual_share(0.0, 10, 2031, 2037) == pytest.approx(0.3)
    assert residual_share(0.08, 10, 2031, 2037) == pytest.approx(2.577097 / 6.710081, rel=1e-6)
    assert residual_share(0.08, 10, 2031, 2040) == 0
