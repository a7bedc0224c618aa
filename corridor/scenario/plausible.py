"""Amounts that look as if their unit had slipped by a thousand are asked back, not believed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from corridor.scenario.checks import Finding

SLIPS = (1e3, 1e4, 1e6, 1e-3, 1e-4, 1e-6)
"""Factors between units that are often confused: kilo, 万 (ten thousand), million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausibleRange:
    """What an amount can hardly lie outside of; 0 is always an answer.

    Parameters
    ----------
    key
        Dotted key; `*` stands for any id.
    basis
        What the range rests on.
    """

    key: str
    unit: str
    least: float
    most: float
    basis: str

    def holds(self, value: float) -> bool:
        """Whether an amount can be believed without asking."""
        return value == 0 or self.least <= value <= self.most


@cache
def plausible_ranges() -> tuple[PlausibleRange, ...]:
    """Return the table `plausible.csv`."""
    text = files("corridor.scenario").joinpath("plausible.csv").read_text(encoding="utf-8")
    return tuple(
        PlausibleRange(
            key=row["key"],
            unit=row["unit"],
            least=float(row["least"]),
            most=float(row["most"]),
            basis=row["basis"],
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def implausible(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the amounts of a resolved scenario that lie outside their plausible range.

    Amounts whose key stands in ``assumptions.accept`` are believed; plants that are off are not asked about.
    """
    accepted = set((document.get("assumptions") or {}).get("accept") or ())
    for row in plausible_ranges():
        for path, value in _values(document, row.key.split(".")):
            key = ".".join(path)
            if key in accepted or _off(document, path) or row.holds(value):
                continue
            meant = [value * slip for slip in SLIPS if row.least <= value * slip <= row.most]
            either = " or ".join(f"{amount:g}" for amount in meant)
            hint = f"did you mean {either} {row.unit}? " if meant else ""
            yield Finding(
                tuple(path),
                f"{value:g}",
                f"{row.least:g} to {row.most:g} {row.unit}, or 0 ({row.basis})",
                f'{hint}Where it is meant, write assumptions.accept = ["{key}"]',
            )


def _off(document: Mapping[str, Any], path: list[str]) -> bool:
    table = document.get(path[0], {})
    return path[0] == "plant" and table[path[1]].get("enabled") is False


def _values(here: Any, pattern: list[str]) -> Iterator[tuple[list[str], float]]:
    """Yield paths and numbers below a pattern; a table by year or a list counts entry by entry."""
    if not pattern:
        if isinstance(here, Mapping):
            for year, value in here.items():
                yield from (([str(year), *rest], number) for rest, number in _values(value, []))
        elif isinstance(here, list):
            yield from (([], float(value)) for value in here)
        elif isinstance(here, int | float):
            yield [], float(here)
        return
    head, *tail = pattern
    names = list(here) if head == "*" and isinstance(here, Mapping) else [head]
    for name in names:
        if isinstance(here, Mapping) and name in here:
            yield from (([name, *rest], value) for rest, value in _values(here[name], tail))
