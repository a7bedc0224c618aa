"""Numbers and names as people read them, and text that cannot hide anything."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache

THIN_SPACE = "\u2009"
NOT_COMPUTED = "–"
"""What stands where a number was not computed; never used for zero."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@lru_cache(maxsize=8192)
def visible(text: str) -> str:
    r"""Return text in which control, bidirectional and unassigned characters are spelled out.

    A name that could turn the reading direction round or carry a NUL is shown as ``\u202e``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _HIDDEN else c for c in text)


def grouped(digits: str) -> str:
    """Group the digits before the decimal point in threes with thin spaces."""
    sign = "−" if digits.startswith("-") else ""
    whole, point, rest = digits.lstrip("-").partition(".")
    groups = []
    while len(whole) > 3:
        groups.append(whole[-3:])
        whole = whole[:-3]
    groups.append(whole)
    return sign + THIN_SPACE.join(reversed(groups)) + point + rest


def significant(value: float, digits: int = 3) -> str:
    """Return a number rounded to so many significant digits, without an exponent."""
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if rounded != 0:  # 999.6 becomes 1 000, which has one place less
        places = digits - 1 - math.floor(math.log10(abs(rounded)))
    return grouped(f"{rounded:.{max(places, 0)}f}")


def number(value: object, kind: str) -> str:
    """Return a value as text in one of the report's kinds.

    Parameters
    ----------
    kind
        ``count`` and ``year`` (exact), ``km`` (one decimal), ``percent`` (of a fraction, one
        decimal), ``gap`` (of a fraction, two decimals), ``million`` and ``wan`` (CNY in millions
        and in 万元), ``kilo`` and ``tonnes`` (thousandths), ``sig`` (three significant digits),
        ``plain`` (six digits, for inputs), ``full`` (every digit).
    """
    if value is None:
        return NOT_COMPUTED
    if isinstance(value, list):
        return ", ".join(number(item, kind) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return visible(str(value))
    if kind == "count":
        return grouped(f"{value:.0f}") if float(value).is_integer() else significant(value)
    if kind == "year":
        return str(value)
    if kind == "km":
        return grouped(f"{value:.1f}")
    if kind == "percent":
        return grouped(f"{100 * value:.1f}") + THIN_SPACE + "%"
    if kind == "gap":
        return grouped(f"{100 * value:.2f}") + THIN_SPACE + "%"
    if kind == "plain":
        return f"{value:.6g}" if abs(value) < 1e5 else grouped(f"{value:.0f}")
    if kind == "full":
        return grouped(repr(value))
    scale = {"million": 1e-6, "wan": 1e-4, "kilo": 1e-3, "tonnes": 1e-3}.get(kind, 1.0)
    return significant(value * scale)
