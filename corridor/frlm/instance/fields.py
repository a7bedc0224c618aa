"""What is wrong in a document, collected so that a user sees all of it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from typing import Any

from corridor.core.errors import Fault
from corridor.core.faults import Faults
from corridor.frlm.instance.document import MAX_ID, id_fault, label, shown, text_fault
from corridor.frlm.instance.exact import exact, share

MAX_FAULTS = 50
"""Reading stops after this many faults: the rest is most often the same mistake."""


class EnoughError(Exception):
    """What comes next is the same mistake again, or makes no sense after those found."""


class Fields(Faults):
    """Reads fields of a document and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        super().__init__(label(file))

    def add(self, key: str, value: object, expected: str, hint: str = "") -> None:
        """Note a value that is wrong."""
        self.note(key, shown(value), expected, hint)

    def note(self, key: str, written: str, expected: str, hint: str = "") -> None:
        """Note what is wrong, the value already in words; the same only once."""
        fault = Fault(file=self.file, key=key, value=written, expected=expected, hint=hint)
        if fault not in self.found:
            super().note(key, written, expected, hint)
        if self.count >= MAX_FAULTS:
            raise EnoughError

    def check(self) -> None:
        """Stop here if anything is wrong.

        Raises
        ------
        EnoughError
            If a fault was noted.
        """
        if self.found:
            raise EnoughError

    def number(self, key: str, value: object) -> Fraction:
        """Return a number of at least 0, or note the fault and return 0."""
        try:
            found = exact(value)
        except ValueError:
            found = Fraction(-1)
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

    def mapping(
        self, key: str, value: object, known: Set[str], required: Set[str] = frozenset()
    ) -> Mapping[str, Any] | None:
        """Return an object, its unknown keys noted.

        Returns
        -------
        Mapping or None
            None where it is no object or lacks a required key, which is noted.
        """
        if not isinstance(value, dict):
            self.add(key, value, "an object")
            return None
        inside = f"{key}." if key else ""
        if not value.keys() <= known:
            for name in value:
                if name not in known and name != "notes" and not name.startswith("expected"):
                    key_name = inside + shown(name).strip('"')
                    self.note(key_name, "", f"unknown key; known: {_list(known)}")
        if required <= value.keys():
            return value
        for name in sorted(required - value.keys()):
            self.note(inside + name, "", "is missing")
        return None

    def mappings(
        self, key: str, value: object, known: Set[str], required: Set[str]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the place and the keys of each object in a list that has those required."""
        for k, item in enumerate(self.items(key, value)):
            where = f"{key}[{k}]"
            found = self.mapping(where, item, known, required)
            if found is not None:
                yield where, found

    def items(
        self, key: str, value: object, expected: str = "a list", *, least: int = 0
    ) -> Sequence[Any]:
        """Return a list of at least some length, or note the fault."""
        if isinstance(value, (list, tuple)) and len(value) >= least:
            return value
        self.add(key, value, expected)
        return ()

    def id(self, key: str, value: object) -> str:
        """Return an id, or note the fault."""
        if expected := id_fault(value):
            self.add(key, value, expected)
        return str(value)

    def line(self, key: str, value: object, *, least: int = 0, most: int = MAX_ID) -> str:
        """Return a line of text of some length, or note the fault."""
        if expected := text_fault(value, least=least, most=most):
            self.add(key, value, expected)
        return str(value)


def _list(words: Collection[str]) -> str:
    """Join words for a message."""
    return ", ".join(sorted(words))
