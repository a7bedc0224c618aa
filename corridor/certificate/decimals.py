"""Exact decimals of the numbers that files hold, and the annuity of a life in them."""

from __future__ import annotations

from decimal import Decimal


def exact(value: float) -> Decimal:
    """Return a number of a file as the decimal that was written."""
    return Decimal(repr(value))


def annuity(rate: Decimal, years: Decimal) -> Decimal:
    """Return CRF(r, n) = r / (1 - (1+r)^-n). [1/year]."""
    return rate / (1 - (1 + rate) ** -years) if rate else 1 / years
