"""The base class of everything a scenario may say, and the kinds of value it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)

ID_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""What a name or an id must look like: it becomes part of file names, links and tables."""


class Spec(BaseModel):
    """A frozen part of a scenario: unknown keys, NaN, and words where numbers belong are refused.

    The docstring of an attribute is its entry in the scenario reference and in the JSON Schema;
    it ends with the unit in [brackets].
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=False,
    )


def _year_key(key: object) -> object:
    """Return the year of a table key; TOML and JSON know only words as keys."""
    if isinstance(key, str) and key.isascii() and key.isdigit():
        return int(key)
    return key


def _by_year_tag(value: object) -> str:
    return "by_year" if isinstance(value, Mapping) else "number"


Value = TypeVar("Value")

Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""The id of a place or site of the network, or its name (`corridor.candidates.references`)."""
Text = Annotated[str, StringConstraints(max_length=2000)]
Year = Annotated[int, Field(ge=2000, le=2100)]
YearKey = Annotated[int, BeforeValidator(_year_key), Field(ge=2000, le=2100)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Position = Annotated[tuple[Longitude, Latitude], Field(strict=False)]

ByYear: TypeAlias = Annotated[
    Annotated[Value, Tag("number")] | Annotated[dict[YearKey, Value], Tag("by_year")],
    Discriminator(_by_year_tag),
]
"""One number for all years, or a table of years."""


def value_at(value: float | Mapping[int, float], year: int) -> float:
    """Return what a number, or a table of numbers by year, is worth in a year.

    Parameters
    ----------
    value
        A number, or year -> number.
    year
        First year of a period. [year]

    Returns
    -------
    float
        The value of the latest year not after `year`; before the first year, the first value.
    """
    if not isinstance(value, Mapping):
        return value
    reached = [known for known in value if known <= year]
    return value[max(reached) if reached else min(value)]
