"""Annuities and weights of periods against schoolbook sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.finance import DAYS_PER_YEAR, capital_recovery, period_weight


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
