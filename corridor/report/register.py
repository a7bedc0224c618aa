"""The register of assumptions: each number of the scenario, its range, source and confidence."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from importlib import resources
from typing import Any

OWN_SOURCE = "set by the scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that the scenario rests on.

    Parameters
    ----------
    key
        Dotted key in the scenario.
    pointer
        JSON pointer of the value in ``inputs/scenario.json``.
    low, base, high
        Of the table of defaults; None where it gives none.
    used
        Value of the resolved scenario.
    changed
        Whether the value used is not the base value of the table.
    """

    key: str
    pointer: str
    unit: str
    low: float | None
    base: float | None
    high: float | None
    used: float
    changed: bool
    year: str
    source: str
    confidence: str

    @property
    def is_assumption(self) -> bool:
        """Whether no source stands behind the number."""
        words = f"{self.source} {self.confidence}".lower()
        return "assum" in words or "general technical knowledge" in words


def read_register(scenario: dict[str, Any]) -> tuple[Assumption, ...]:
    """Set every number of a resolved scenario beside its row in the table of defaults.

    Parameters
    ----------
    scenario
        The document ``inputs/scenario.json``.

    Returns
    -------
    tuple of Assumption
        In the order of the scenario; numbers that the table does not know are the scenario's own.
    """
    table = _defaults(str(scenario.get("preset", "")))
    found = []
    for keys, value in _numbers(scenario, ()):
        key = ".".join(keys)
        row = table.get(key)
        pointer = "".join("/" + k.replace("~", "~0").replace("/", "~1") for k in keys)
        base = _float(row["base"]) if row else None
        found.append(
            Assumption(
                key=key,
                pointer=pointer,
                unit=row["unit"] if row else "",
                low=_float(row["low"]) if row else None,
                base=base,
                high=_float(row["high"]) if row else None,
                used=value,
                changed=base is None or not math.isclose(base, value, rel_tol=1e-9, abs_tol=1e-12),
                year=row["year"] if row else "",
                source=row["source"] if row else OWN_SOURCE,
                confidence=row["confidence"] if row else OWN_SOURCE,
            )
        )
    return tuple(found)


def _defaults(preset: str) -> dict[str, dict[str, str]]:
    """Return the rows of the table of defaults that hold for a preset, by key."""
    path = resources.files("corridor.scenario") / "defaults.csv"
    if not path.is_file():
        return {}
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    generic = {row["key"]: row for row in rows if not row["preset"]}
    return generic | {row["key"]: row for row in rows if row["preset"] and row["preset"] == preset}


_WORDS = frozenset({"exclusions", "planned_links", "lon", "lat"})
"""Keys under which numbers are places, not assumptions."""


def _numbers(here: Any, keys: tuple[str, ...]) -> list[tuple[tuple[str, ...], float]]:
    if isinstance(here, bool):
        return []
    if isinstance(here, int | float):
        return [(keys, here)]
    if isinstance(here, dict):
        return [
            pair
            for key, value in here.items()
            if key not in _WORDS
            for pair in _numbers(value, (*keys, str(key)))
        ]
    if isinstance(here, list) and all(isinstance(v, int | float) for v in here):
        return [pair for i, v in enumerate(here) for pair in _numbers(v, (*keys, str(i)))]
    return []


def _float(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
