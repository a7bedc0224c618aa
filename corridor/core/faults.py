"""What is wrong in an input: values as they may be printed, names alike, and one collector."""

from __future__ import annotations

from collections.abc import Iterable

from corridor.core.errors import Fault, InputError

LONGEST_VALUE = 80
"""Longest value that a message shows, in characters."""

MOST_FAULTS = 100
"""So many faults of one file are told; the rest, most often the same mistake, is counted."""


def shown(value: object) -> str:
    """Return a value as short text."""
    try:
        text = repr(value)
    except ValueError:  # integers beyond the length that Python prints
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "did you mean ...?" for the known word that is nearest, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""


class Faults:
    """Collects the faults of one file, so that a user sees all of them at once.

    Parameters
    ----------
    file
        The file as the user named it.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []
        self.count = 0

    def add(self, key: str, value: object, expected: str, hint: str = "") -> None:
        """Note a value that is wrong; None stands for no value."""
        self.note(key, "" if value is None else shown(value), expected, hint)

    def note(self, key: str, written: str, expected: str, hint: str = "") -> None:
        """Note what is wrong, the value already in words."""
        self.count += 1
        if len(self.found) < MOST_FAULTS:
            self.found.append(
                Fault(file=self.file, key=key, value=written, expected=expected, hint=hint)
            )

    def all(self) -> list[Fault]:
        """Return the faults; a last one counts those that are not told."""
        more = self.count - len(self.found)
        if not more:
            return list(self.found)
        rest = Fault(file=self.file, key="", value="", expected=f"and {more} faults more")
        return [*self.found, rest]

    def stop(self, hint: str = "") -> None:
        """Stop here if anything is wrong.

        Raises
        ------
        InputError
            With every fault.
        """
        if self.count:
            raise InputError(self.all(), hint)
