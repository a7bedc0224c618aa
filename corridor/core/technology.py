"""What hydrogen may be made from: one file a technology, read by all that must know the kinds.

A file `technologies/<kind>.toml` says how a technology is called, where it may stand, which numbers
of a plant its source depends on, and by which allocation methods its carbon is stated. It is data:
the planner and the certificate each evaluate it with their own arithmetic. What the numbers are
worth stands in the table of default numbers, in rows `plant.*:<kind>.<key>`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """A way to make hydrogen.

    Parameters
    ----------
    kind
        Its name in scenarios, tables and files.
    at_station
        Whether it may stand at a station, without delivery.
    factor
        What turns the product of the numbers below into hydrogen: units and constants. [-]
    times, less, over
        Numbers of a plant that the source's hydrogen is proportional to, that it loses a share by,
        and that it is divided by. Without any, what is built is the only limit.
    carbon_methods
        Allocation methods that the table of default numbers knows for it, at least two.
    """

    kind: str
    name_en: str
    name_zh: str
    at_station: bool
    factor: float
    times: tuple[str, ...]
    less: tuple[str, ...]
    over: tuple[str, ...]
    carbon_methods: tuple[str, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """Numbers without which a plant of this kind cannot take part, besides those of all kinds."""
        return (*self.times, *self.less, *self.over)


@cache
def technologies() -> Mapping[str, Technology]:
    """Return every technology by kind: those for which there is a file."""
    found = {}
    folder = files("corridor.core").joinpath("technologies")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        kind, _, ending = file.name.rpartition(".")
        if ending == "toml":
            found[kind] = technology_of(kind, file.read_text("utf-8"))
    return MappingProxyType(found)


def technology_of(kind: str, text: str) -> Technology:
    """Return the technology that the text of a file describes."""
    document = tomllib.loads(text)
    source = document.get("source", {})
    return Technology(
        kind=kind,
        name_en=document["name_en"],
        name_zh=document["name_zh"],
        at_station=document["at_station"],
        factor=source.get("factor", 1.0),
        times=tuple(source.get("times", ())),
        less=tuple(source.get("less", ())),
        over=tuple(source.get("over", ())),
        carbon_methods=tuple(document["carbon_methods"]),
    )
