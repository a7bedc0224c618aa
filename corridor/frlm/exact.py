"""Numbers read exactly as written: decimals and fractions, never a binary float."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

MAX_DIGITS = 4000
"""Longest literal and largest power of ten that is read: more is a fault, not a number."""

_FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_literal(text: str) -> Decimal:
    """Return the decimal a JSON literal spells, every digit kept.

    Raises
    ------
    ValueError
        If the literal is not a finite decimal of at most `MAX_DIGITS` digits and tens.
    """
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} characters; at most {MAX_DIGITS} are read")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is out of range") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MAX_DIGITS:
        raise ValueError(f"{text[:40]!r} is out of range")
    return number


def exact(value: object) -> Fraction:
    """Return a number of a document as a fraction; a Python float counts as its shortest decimal.

    Raises
    ------
    ValueError
        If the value is not a finite number.
    """
    if type(value) is int:  # by far the most: before all the slower looks
        return Fraction(value)
    if type(value) is float and math.isfinite(value):  # no float is out of range
        return Fraction(*Decimal(repr(value)).as_integer_ratio())
    if isinstance(value, float):
        value = read_literal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(*value.as_integer_ratio())
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    raise ValueError("not a number")


def share(value: object) -> Fraction:
    """Return a share from 0 to 1 written as ``"1/2"``, ``"0.5"``, 0.5 or 1.

    Raises
    ------
    ValueError
        If it is not such a share.
    """
    found = _share_text(value) if isinstance(value, str) else exact(value)
    if not 0 <= found <= 1:
        raise ValueError("not between 0 and 1")
    return found


def _share_text(text: str) -> Fraction:
    """Read a share given as text."""
    text = text.strip()
    if len(text) > MAX_DIGITS:
        raise ValueError("too long")
    if match := _FRACTION.fullmatch(text):
        if not int(match[2]):
            raise ValueError("divides by zero")
        return Fraction(int(match[1]), int(match[2]))
    if _DECIMAL.fullmatch(text):
        return Fraction(read_literal(text))
    raise ValueError("not a fraction")


def common_denominator(numbers: Iterable[Fraction]) -> int:
    """Return the smallest whole number that makes every number whole."""
    return math.lcm(*{number.denominator for number in numbers})


def whole(number: Fraction, units: int) -> int:
    """Return a number of at least 0 in units of which it is a whole number, else rounded down."""
    return number.numerator * units // number.denominator


def total(numbers: Iterable[Fraction]) -> Fraction:
    """Return the sum of some numbers of at least 0, added up as whole numbers."""
    numbers = list(numbers)
    units = common_denominator(numbers)
    return Fraction(sum(whole(number, units) for number in numbers), units)


def plain(number: Fraction | None) -> int | float | None:
    """Return a number for JSON: whole numbers as they are, others as the nearest float."""
    if number is None:
        return None
    if number.denominator == 1:
        return number.numerator
    try:
        return float(number)
    except OverflowError:
        return round(number)
