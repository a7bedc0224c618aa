"""A small language for the shape of JSON documents, and one walk that lists every fault.

Everything that a check touches is described in `documents` and `plan_document` and has gone
through here first, so that the checks themselves may index without fear.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST = 1e15
"""No figure of a plan is larger; anything beyond is a typing error or an attack."""


class Shape(ABC):
    """Anything that can say what is wrong with a JSON value."""

    @abstractmethod
    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault of `value`, which stands at `where`."""


@dataclass(frozen=True)
class Text(Shape):
    """A string; with `choices`, one of them."""

    choices: tuple[str, ...] = ()
    empty: bool = True

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, str):
            yield f"{where} is {_kind(value)}, not text."
        elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield f"{where} holds half a character (a lone surrogate)."
        elif len(value) > 20_000:
            yield f"{where} is {len(value)} characters long."
        elif not value and not self.empty:
            yield f"{where} is empty."
        elif self.choices and value not in self.choices:
            yield f"{where} is {value[:60]!r}, not one of {', '.join(self.choices)}."


@dataclass(frozen=True)
class Number(Shape):
    """A finite number between two bounds (included)."""

    low: float = -LARGEST
    high: float = LARGEST
    above: bool = False
    """Whether `low` itself is refused."""

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{where} is {_kind(value)}, not a number."
        elif isinstance(value, float) and not math.isfinite(value):
            yield f"{where} is not a finite number."
        elif not self.low <= value <= self.high or (self.above and value == self.low):
            edge = "above" if self.above else "at least"
            shown = value if abs(value) < 10**30 else "a number of more than 30 digits"
            yield f"{where} is {shown}: must be {edge} {self.low:g} and at most {self.high:g}."


@dataclass(frozen=True)
class Whole(Number):
    """A whole number written as one."""

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{where} is {_kind(value)}, not a whole number."
        else:
            yield from super().faults(value, where)


@dataclass(frozen=True)
class Flag(Shape):
    """true or false."""

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, bool):
            yield f"{where} is {_kind(value)}, not true or false."


@dataclass(frozen=True)
class Anything(Shape):
    """Any value of a wanted type; what is inside is nobody's business here."""

    types: tuple[type, ...] = (object,)

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, self.types):
            yield f"{where} is {_kind(value)}."


@dataclass(frozen=True)
class Maybe(Shape):
    """A value or null."""

    inner: Shape

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if value is not None:
            yield from self.inner.faults(value, where)


@dataclass(frozen=True)
class ByYear(Shape):
    """A number, or a table year -> number."""

    inner: Number

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if isinstance(value, Mapping):
            yield from Table(self.inner, years=True, least=1).faults(value, where)
        else:
            yield from self.inner.faults(value, where)


@dataclass(frozen=True)
class Items(Shape):
    """A list."""

    inner: Shape
    least: int = 0
    most: int = 5_000_000

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, list):
            yield f"{where} is {_kind(value)}, not a list."
        elif not self.least <= len(value) <= self.most:
            yield f"{where} has {len(value)} entries: must be {self.least} to {self.most}."
        else:
            for number, item in enumerate(value):
                yield from self.inner.faults(item, f"{where}[{number}]")


@dataclass(frozen=True)
class Table(Shape):
    """An object with free keys and values of one shape; with `years`, the keys are years."""

    inner: Shape
    years: bool = False
    least: int = 0

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, dict):
            yield f"{where} is {_kind(value)}, not a table."
            return
        if len(value) < self.least:
            yield f"{where} is empty."
        for key, item in value.items():
            if self.years and not (key.isascii() and key.isdigit() and len(key) == 4):
                yield f"{where}.{key[:40]} is not keyed by a year."
            else:
                yield from Text().faults(key, f"a key of {where}")
                yield from self.inner.faults(item, f"{where}.{key[:80]}")


@dataclass(frozen=True)
class Record(Shape):
    """An object with known fields; others may stand beside them and are ignored.

    Parameters
    ----------
    fields
        Fields that must be there.
    optional
        Fields that may be absent or null.
    """

    fields: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Yield one sentence per fault."""
        if not isinstance(value, dict):
            yield f"{where} is {_kind(value)}, not a table."
            return
        for name, shape in self.fields.items():
            if name not in value:
                yield f"{where}.{name} is missing."
            else:
                yield from shape.faults(value[name], f"{where}.{name}")
        for name, shape in self.optional.items():
            if value.get(name) is not None:
                yield from shape.faults(value[name], f"{where}.{name}")


def _kind(value: Any) -> str:
    names = {
        bool: "true or false",
        str: "text",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "a table",
        type(None): "null",
    }
    return names.get(type(value), "something else")
