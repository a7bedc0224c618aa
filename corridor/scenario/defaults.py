"""The table of default numbers: value, unit, range, source and confidence of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Level = Literal["low", "base", "high"]
Number = int | float | list[int]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRow:
    """A default number.

    Parameters
    ----------
    preset
        Corridor that the number belongs to; empty for all.
    key
        Dotted key; `*` stands for any id, `*:<kind>` for any plant of a kind of technology.
    low, base, high
        Range and default; low and high are None where none is known.
    """

    preset: str
    key: str
    unit: str
    low: Number | None
    base: Number
    high: Number | None
    year: str
    source: str
    confidence: str

    def value(self, level: Level) -> Number:
        """Return the column of a level; base where the column is empty."""
        column = {"low": self.low, "base": self.base, "high": self.high}[level]
        return self.base if column is None else column

    def matches(self, key: tuple[str, ...], kind: str = "") -> bool:
        """Whether the row is about a key, of a plant of a kind where it is one of a plant."""
        parts = self.key.split(".")
        return len(parts) == len(key) and all(
            part in ("*", f"*:{kind}", word) for part, word in zip(parts, key, strict=True)
        )


def _number(cell: str) -> Number | None:
    if not cell:
        return None
    if ";" in cell:
        return [int(part) for part in cell.split(";")]
    try:
        return int(cell)
    except ValueError:
        return float(cell)


@cache
def default_rows() -> tuple[DefaultRow, ...]:
    """Return the whole table, in the order of the file."""
    text = files("corridor.scenario").joinpath("defaults.csv").read_text(encoding="utf-8")
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        base = _number(row["base"])
        if base is None:
            raise ValueError(f"defaults.csv: {row['key']} has no base value.")
        rows.append(
            DefaultRow(
                preset=row["preset"],
                key=row["key"],
                unit=row["unit"],
                low=_number(row["low"]),
                base=base,
                high=_number(row["high"]),
                year=row["year"],
                source=row["source"],
                confidence=row["confidence"],
            )
        )
    return tuple(rows)


def rows_of(preset: str) -> tuple[DefaultRow, ...]:
    """Return the rows of a preset and the generic ones; of equal keys the preset's come first."""
    rows = [row for row in default_rows() if row.preset in ("", preset)]
    return tuple(sorted(rows, key=lambda row: row.preset == ""))


def row_for(preset: str, key: tuple[str, ...], kind: str = "") -> DefaultRow | None:
    """Return the row that a key takes its default from: a named one before a generic one.

    Parameters
    ----------
    kind
        Of the plant that the key is about, if it is about one.
    """
    rows = [row for row in rows_of(preset) if row.matches(key, kind)]
    return min(rows, key=lambda row: row.key.count("*"), default=None)


def level_of(key: tuple[str, ...], levels: Mapping[str, Level]) -> Level:
    """Return the level of a key: that of the longest prefix that it starts with."""
    fitting = [
        prefix for prefix in levels if key[: prefix.count(".") + 1] == tuple(prefix.split("."))
    ]
    if key[0] == "adoption" or not fitting:
        return "base"
    return levels[max(fitting, key=lambda prefix: (prefix.count("."), len(prefix)))]


def put(document: Document, key: tuple[str, ...], value: object) -> None:
    """Write a value at a key that has none yet; leave what is there, and what is not a table."""
    here: object = document
    for part in key[:-1]:
        if not isinstance(here, dict):
            return
        here = here.setdefault(part, {})
    if isinstance(here, dict):
        here.setdefault(key[-1], value)


def base_document(preset: str, levels: Mapping[str, Level]) -> Document:
    """Return the numbers of a preset as a nested document, generic ones for any id left out."""
    document: Document = {}
    for row in rows_of(preset):
        key = tuple(row.key.split("."))
        if "*" not in row.key:
            put(document, key, row.value(level_of(key, levels)))
    return document


def fill_generic(document: Document, levels: Mapping[str, Level]) -> None:
    """Give every tier, truck class, plant and site the generic numbers that it lacks."""
    for row in default_rows():
        for key in keys_of(row, document) if "*" in row.key else ():
            put(document, key, row.value(level_of(key, levels)))


def keys_of(row: DefaultRow, document: Document) -> Iterator[tuple[str, ...]]:
    """Yield the keys that a row is about: its own, or one for each id that the document has."""
    parts = tuple(row.key.split("."))
    if "*" not in row.key:
        yield parts
        return
    table = document.get(parts[0])
    for name, entry in table.items() if isinstance(table, dict) else ():
        if isinstance(entry, dict) and parts[1] in ("*", f"*:{entry.get('kind')}"):
            yield (parts[0], name, *parts[2:])
