"""Every number of a scenario beside its default, range, source and confidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corridor.scenario.defaults import Number, row_for
from corridor.scenario.document import resolved_document
from corridor.scenario.scenario import Scenario
from corridor.scenario.shape import unit_of, walk

PLACES = frozenset({"lon", "lat", "coordinates", "polygons"})
"""Keys under which numbers are positions, not assumptions."""

OWN_SOURCE = "scenario file"
OWN_CONFIDENCE = "given by the user"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionRow:
    """A number of a scenario.

    Parameters
    ----------
    key
        Dotted key.
    path
        The parts of the key; ids may hold dots.
    value
        What the scenario uses; a list stands in one row.
    default, low, high
        The table's base, low and high column; None where the table does not know the key.
    source, confidence
        Of the default; a number that the user changed has the user as its source.
    changed
        Whether the scenario uses another number than the default.
    """

    key: str
    path: tuple[str, ...]
    unit: str
    value: Number
    default: Number | None
    low: Number | None
    high: Number | None
    year: str
    source: str
    confidence: str
    changed: bool


def assumptions(scenario: Scenario) -> tuple[AssumptionRow, ...]:
    """Return every number of a scenario, in the order of its document."""
    return assumptions_of(resolved_document(scenario))


def assumptions_of(document: Mapping[str, Any]) -> tuple[AssumptionRow, ...]:
    """Return every number of a resolved scenario, in its order."""
    preset = str(document.get("preset", ""))
    return tuple(
        _row(preset, key, value, kind_in(document, key)) for key, value in numbers_in(document)
    )


def kind_in(document: Mapping[str, Any], key: tuple[str, ...]) -> str:
    """Return the kind of the plant that a key is about; empty where it is about none."""
    return str(document["plant"][key[1]]["kind"]) if key[0] == "plant" else ""


def numbers_in(here: object, key: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Number]]:
    """Yield every number of a document with its key; positions and empty lists left out."""
    if isinstance(here, Mapping):
        for part, value in here.items():
            if part not in PLACES:
                yield from numbers_in(value, (*key, str(part)))
    elif isinstance(here, list):
        if here and all(isinstance(item, int | float) for item in here):
            yield key, here
        else:
            for index, item in enumerate(here):
                yield from numbers_in(item, (*key, str(index)))
    elif isinstance(here, int | float) and not isinstance(here, bool):
        yield key, here


def _row(preset: str, key: tuple[str, ...], value: Number, kind: str) -> AssumptionRow:
    row = row_for(preset, key, kind)
    if row is None and len(key) > 1 and key[-1].isdigit():
        row = row_for(preset, key[:-1], kind)  # a table by year where the default is one number
    if row is None:
        _, node = walk(key)
        return AssumptionRow(
            key=".".join(key),
            path=key,
            unit=unit_of(node) if node else "",
            value=value,
            default=None,
            low=None,
            high=None,
            year="",
            source=OWN_SOURCE,
            confidence=OWN_CONFIDENCE,
            changed=True,
        )
    changed = not _same(value, row.base)
    own = changed and not (_same(value, row.low) or _same(value, row.high))
    return AssumptionRow(
        key=".".join(key),
        path=key,
        unit=row.unit,
        value=value,
        default=row.base,
        low=row.low,
        high=row.high,
        year=row.year,
        source=f"{OWN_SOURCE}; default: {row.source}" if own else row.source,
        confidence=OWN_CONFIDENCE if own else row.confidence,
        changed=changed,
    )


def _same(a: Number, b: Number | None) -> bool:
    if isinstance(a, list) or isinstance(b, list) or b is None:
        return a == b
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=0.0)
