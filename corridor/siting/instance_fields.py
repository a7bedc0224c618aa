"""Readers made from the fields of the siting problem's dataclasses, with the ranges they must keep.

A field that is added to the problem is read and written without a line here, unless it is a list
whose length or an index whose range other fields give: then it stands in one of the tables below.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Final

from corridor.core.faults import Faults, nearest, shown

Path = tuple[Any, ...]
"""Where a value stands: (the path of what holds it, its name or number), () at the top."""

Read = Callable[[Faults, dict[str, int], Any, Path], Any]
"""Reads a value: faults are noted; counts of the problem's lists are known by name."""

LONGEST_TEXT: Final = 200
"""Longest id or name, in characters."""

LENGTHS: Final[dict[str, tuple[str, ...]]] = {
    "Site.capex_cny": ("tiers",),
    "Site.annual_cny": ("tiers",),
    "Site.upkeep_cny": ("tiers",),
    "Site.renewal_capex_cny": ("periods",),
    "Site.renewal_annual_cny": ("periods",),
    "Site.allowed": ("tiers",),
    "Plant.limit_kg_per_day": ("periods",),
    "Plant.expanded_limit_kg_per_day": ("periods",),
    "Plant.gate_cny_per_kg": ("periods",),
    "Plant.step_gate_cny_per_kg": ("periods",),
    "Plant.lane_cny_per_kg": ("periods", "sites"),
    "Plant.step_purchases": ("periods", "periods"),
    "SitingProblem.budget_cny": ("periods",),
    "SitingProblem.station_purchases": ("periods", "periods"),
}
"""Lists with one entry for each of something, and lists of such lists."""

ANY_LENGTH: Final = frozenset(
    {
        "Variant.stops",
        "Variant.detour_sites",
        "Commodity.ways",
        "Plant.steps_kg_per_day",
        "Plant.steps_capex_cny",
        "Plant.steps_annual_cny",
        "SpacingRule.sites",
        "SitingProblem.flows",
        "SitingProblem.sources",
        "SitingProblem.covers",
    }
)
"""Lists of any length, none included."""

AT_LEAST_ONE: Final = frozenset(
    {"SitingProblem.periods", "SitingProblem.tiers", "SitingProblem.sites"}
)
"""Lists that say how long others are."""

OR_EMPTY: Final = frozenset(
    {
        "Site.upkeep_cny",
        "Site.renewal_capex_cny",
        "Site.renewal_annual_cny",
        "Plant.step_gate_cny_per_kg",
        "Plant.step_purchases",
        "SitingProblem.station_purchases",
    }
)
"""Lists that may be left empty where there is nothing to say."""

INDICES: Final[dict[str, str]] = {
    "Visit.site": "sites",
    "Commodity.period": "periods",
    "SpacingRule.period": "periods",
    "SpacingRule.sites": "sites",
    "Site.existing_from": "periods",
    "Site.closed_from": "periods",
    "Site.required_from": "periods",
    "Site.open_from": "periods",
    "Variant.detour_sites": "sites",
}
"""Numbers that point into a list, counted from 0."""

OR_NEVER: Final = frozenset({"Site.open_from"})
"""Indices that may be one past the end, which is never."""

LEVELS: Final[dict[str, int]] = {
    "Site.existing_level": 0,
    "Site.required_level": 0,
    "SpacingRule.level": 1,
}
"""Numbers of a tier, counted from 1, and the least allowed (0 is none)."""

AMOUNTS: Final = frozenset(
    {
        "Period.year",
        "Visit.at_g",
        "Variant.total_g",
        "Commodity.usable_g",
        "Commodity.start_g",
        "Commodity.end_g",
        "Commodity.need_g",
        "Plant.step_purchases",
        "SitingProblem.station_purchases",
    }
)
"""Whole numbers of at least 0 with no other range."""


def text_of(path: Path) -> str:
    """Return a path in words, such as ``flows[3].ways[0].total_g``."""
    if not path:
        return ""
    before, last = path
    if isinstance(last, int):
        return f"{text_of(before)}[{last}]"
    return f"{text_of(before)}.{last}" if before else str(last)


@cache
def reader_of(kind: Any) -> Read:
    """Return what reads an object of a dataclass.

    Parameters
    ----------
    kind
        One of the dataclasses of `corridor.siting.problem`.
    """
    hints = typing.get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    readers = {name: _reader(hints[name], f"{kind.__name__}.{name}", 0) for name in known}
    required = [name for name, f in known.items() if not _has_default(f)]

    def read(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            faults.add(text_of(path), value, "an object")
            return None
        for name in value:
            if name not in readers:
                told = name if name.isprintable() and len(name) <= LONGEST_TEXT else shown(name)
                faults.note(text_of((path, told)), "", "unknown key", nearest(name, readers))
        whole = True
        for name in required:
            if name not in value:
                faults.note(text_of((path, name)), "", "is missing")
                whole = False
        given = {
            name: readers[name](faults, counts, item, (path, name))
            for name, item in value.items()
            if name in readers
        }
        return kind(**given) if whole else None

    return read


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _reader(kind: Any, owner: str, depth: int) -> Read:
    """Return what reads a value of a type that stands in a field.

    Parameters
    ----------
    kind
        The type.
    owner
        Class and field, for the tables above.
    depth
        In how many lists the value stands.
    """
    if is_dataclass(kind):
        return reader_of(typing.cast(Any, kind))
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _list_reader(kind, owner, depth)
    if origin in (typing.Union, types.UnionType):
        [inner] = [part for part in typing.get_args(kind) if part is not types.NoneType]
        return _or_none(_reader(inner, owner, depth))
    if kind is int:
        return _whole(owner)
    if kind is str:
        return _line(owner)
    plain: dict[Any, Read] = {bool: _flag, float: _number}
    return plain[kind]


def _list_reader(kind: Any, owner: str, depth: int) -> Read:
    inner, *rest = typing.get_args(kind)
    assert rest == [...], f"{owner}: a list must hold one kind of values"
    item_reader = _reader(inner, owner, depth + 1)
    sizes = LENGTHS.get(owner, ())
    assert sizes or owner in ANY_LENGTH | AT_LEAST_ONE, f"{owner}: how long is it?"
    per = sizes[depth] if depth < len(sizes) else ""
    least = 1 if owner in AT_LEAST_ONE else 0

    def read(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> Any:
        if not isinstance(value, list):
            faults.add(text_of(path), value, "a list")
            return ()
        if len(value) < least:
            faults.note(text_of(path), "", "a list of at least one entry")
        empty = not value and not depth and owner in OR_EMPTY
        if per in counts and len(value) != counts[per] and not empty:
            expected = f"a list of {counts[per]} entries, one for each of {per}"
            faults.note(text_of(path), "", f"{expected}; it has {len(value)}")
        return tuple(item_reader(faults, counts, item, (path, n)) for n, item in enumerate(value))

    return read


def _or_none(read_value: Read) -> Read:
    def read(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> Any:
        return None if value is None else read_value(faults, counts, value, path)

    return read


def _flag(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> bool:
    if not isinstance(value, bool):
        faults.add(text_of(path), value, "true or false")
    return value is True


def _line(owner: str) -> Read:
    """Return what reads a line of text; an id or a name may not be empty."""
    least = 1 if owner.endswith((".id", ".name")) else 0

    def read(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> str:
        if not (isinstance(value, str) and least <= len(value) <= LONGEST_TEXT):
            faults.add(text_of(path), value, f"a text of {least} to {LONGEST_TEXT} characters")
        elif not value.isprintable():
            faults.add(text_of(path), value, "one line of printable characters")
        return str(value)

    return read


def _number(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> float:
    found = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            found = float(value)
        except OverflowError:
            found = math.inf
    if not 0 <= found < math.inf:
        faults.add(text_of(path), value, "a finite number of at least 0")
    return found


def _whole(owner: str) -> Read:
    """Return what reads a whole number: an index, a tier number or an amount."""
    assert owner in AMOUNTS or owner in INDICES or owner in LEVELS, f"{owner}: what range has it?"
    per = INDICES.get(owner, "tiers" if owner in LEVELS else "")
    least = LEVELS.get(owner, 0)
    last = 0 if owner in LEVELS or owner in OR_NEVER else 1

    def read(faults: Faults, counts: dict[str, int], value: Any, path: Path) -> int:
        most = counts[per] - last if per in counts else None
        if (
            not isinstance(value, int)
            or isinstance(value, bool)
            or value < least
            or (most is not None and value > most)
        ):
            upper = f"of at least {least}" if most is None else f"from {least} to {most}"
            faults.add(text_of(path), value, f"a whole number {upper}")
            return least
        return value

    return read
