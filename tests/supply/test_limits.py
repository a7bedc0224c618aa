"""What a plant may send: the sum of its steps, until the gas is used up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.supply.limits import may_send_kg_per_day

kilograms = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("available", "expandable", "added", "limit"),
    [
        (1000, 5000, 0, 1000),  # nothing bought
        (1000, 5000, 2000, 3000),  # purification limits
        (1000, 1500, 2000, 1500),  # the gas limits
        (1000, 900, 2000, 1000),  # no gas beyond what purification takes already
        (0, 0, 2000, 0),  # not running yet
    ],
)
def test_by_hand(available: float, expandable: float, added: float, limit: float) -> None:
    """Every case of the rule, one number each."""
    assert may_send_kg_per_day(available, expandable, added) == limit


@given(kilograms, kilograms, kilograms, kilograms)
def test_steps_never_hurt_and_the_gas_is_never_passed(
    available: float, expandable: float, added: float, more: float
) -> None:
    """More steps never lower the limit; it lies between `available` and what the gas allows."""
    limit = may_send_kg_per_day(available, expandable, added)
    assert limit <= may_send_kg_per_day(available, expandable, added + more)
    assert available <= limit <= max(available, expandable)
