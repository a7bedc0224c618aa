"""What is wrong in a document, collected so that a user sees all of it at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from fractions import Fraction
from typing import Any

from corridor.core.errors import Fault
from corridor.frlm.document import id_fault, shown
from corridor.frlm.exact import exact, share

MAX_FAULTS = 50
"""Reading stops after this many faults: the rest is most often the same mistake."""


class TooManyError(Exception):
    """Enough has been found to stop."""


class Faults:
    """Collects what is wrong in one document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, key: str, value: object, expected: str) -> None:
        """Note one fault."""
        written = "" if value is None else shown(value)
        self.found.append(Fault(file=self.file, key=key, value=written, expected=expected))
        if len(self.found) >= MAX_FAULTS:
            raise TooManyError

    def number(self, key: str, value: object) -> Fraction:
        """Return a number of at least 0, or note the fault and return 0."""
        try:
            found = exact(value)
        except ValueError:
            self.add(key, value, "a finite number of at least 0")
            return Fraction(0)
        if found.numerator < 0:
            self.add(key, value, "a finite number of at least 0")
            return Fraction(0)
        return found

    def whole(self, key: str, value: object) -> int:
        """Return a whole number of at least 0, or note the fault and return 0."""
        try:
            found = exact(value)
        except ValueError:
            found = Fraction(-1)
        if found < 0 or found.denominator != 1:
            self.add(key, value, "a whole number of at least 0")
            return 0
        return int(found)

    def share(self, key: str, value: object) -> Fraction:
        """Return a share from 0 to 1, or note the fault and return 0."""
        try:
            return share(value)
        except ValueError:
            self.add(key, value, 'a share from 0 to 1, such as "1/2"')
            return Fraction(0)

    def flag(self, key: str, value: object) -> bool:
        """Return a truth value, or note the fault."""
        if not isinstance(value, bool):
            self.add(key, value, "true or false")
        return value is True

    def keys(self, key: str, value: object, known: Set[str]) -> Mapping[str, Any]:
        """Return an object, its unknown keys noted."""
        if not isinstance(value, dict):
            self.add(key, value, "an object")
            return {}
        if value.keys() <= known:
            return value
        for name in value:
            if name not in known and name != "notes" and not name.startswith("expected"):
                where = f"{key}." if key else ""
                self.add(
                    where + shown(name).strip('"'), None, f"unknown key; known: {_list(known)}"
                )
        return value

    def items(self, key: str, value: object) -> Sequence[Any]:
        """Return a list, or note the fault."""
        if isinstance(value, (list, tuple)):
            return value
        self.add(key, value, "a list")
        return ()

    def id(self, key: str, value: object) -> str:
        """Return an id, or note the fault."""
        if expected := id_fault(value):
            self.add(key, value, expected)
        return str(value)

    def name(self, key: str, value: object) -> str:
        """Return a name, or note the fault; unlike an id it may be any one line of text."""
        if expected := id_fault(value, solver_words=True):
            self.add(key, value, expected)
        return str(value)


def _list(words: Collection[str]) -> str:
    """Join words for a message."""
    return ", ".join(sorted(words))
