"""Numbers read exactly as written: decimals and fractions, never a binary float."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

MAX_DIGITS = 4000
"""Longest literal and largest power of ten that is read: more is a fault, not a number."""

LARGE = 10**MAX_DIGITS
"""Whole numbers from here on are written in as many digits as a float has."""

_FLOAT_DIGITS = Context(prec=17)
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


def nearest(number: Fraction) -> float | Decimal:
    """Return the nearest float, or a decimal of as many digits where no float comes near."""
    try:
        found = float(number)
    except OverflowError:
        found = 0.0
    if abs(found) >= sys.float_info.min or not number:
        return found
    ratio = _FLOAT_DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
    return ratio.normalize(_FLOAT_DIGITS)


def plain(number: Fraction | None) -> int | float | Decimal | None:
    """Return a number to be written: whole numbers as they are, others as the nearest float."""
    if number is None:
        return None
    return number.numerator if number.denominator == 1 and number < LARGE else nearest(number)
