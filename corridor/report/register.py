"""The register of assumptions: each number of the scenario, its range, source and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor.report.folder import token

if TYPE_CHECKING:
    from corridor.scenario.defaults import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that the scenario rests on.

    Parameters
    ----------
    key, group
        Dotted key in the scenario, and its first part.
    pointer
        JSON pointer of the value in ``inputs/scenario.json``.
    low, base, high
        Of the table of defaults; None where it gives none.
    used
        Value of the resolved scenario.
    changed
        Whether the scenario uses another number than the base of the table.
    own
        Whether the number is the scenario's own: the table does not know it.
    assumed
        Whether it is an engineering assumption: no source stands behind it.
    """

    key: str
    group: str
    pointer: str
    unit: str
    low: Number | None
    base: Number | None
    high: Number | None
    used: Number
    changed: bool
    own: bool
    assumed: bool
    year: str
    source: str
    confidence: str


def read_register(scenario: dict[str, Any]) -> tuple[Assumption, ...]:
    """Set every number of a resolved scenario beside its row in the table of defaults.

    Parameters
    ----------
    scenario
        The document ``inputs/scenario.json``.

    Returns
    -------
    tuple of Assumption
        In the order of the scenario.
    """
    from corridor.scenario.assumptions import assumptions_of

    return tuple(
        Assumption(
            key=row.key,
            group=row.path[0],
            pointer="".join(f"/{token(part)}" for part in row.path),
            unit=row.unit,
            low=row.low,
            base=row.default,
            high=row.high,
            used=row.value,
            changed=row.changed and row.default is not None,
            own=row.default is None,
            assumed="assumption" in row.confidence,
            year=row.year,
            source=row.source,
            confidence=row.confidence,
        )
        for row in assumptions_of(scenario)
    )
