"""Turn what pydantic and the checks find into faults that a planner can act on."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from corridor.core.errors import Fault
from corridor.core.faults import nearest, shown
from corridor.core.shapes import swapped_hint
from corridor.scenario.checks import Finding
from corridor.scenario.shape import expected, names_in, walk

Key = tuple[str, ...]
Origins = Mapping[Key, str]

GONE = {
    "solver.threads": ("no longer a key", "remove it: results no longer depend on threads"),
}
"""Keys of earlier versions: what to say of them, and what to do."""


def origin_of(key: Sequence[str], origins: Origins, otherwise: str) -> str:
    """Return the file that wrote a key: that of the longest beginning which some file wrote."""
    for length in range(len(key), 0, -1):
        found = origins.get(tuple(key[:length]))
        if found is not None:
            return found
    return otherwise


def fault_of_finding(finding: Finding, origins: Origins, file: str) -> Fault:
    """Return a finding with the file that wrote its key."""
    return Fault(
        file=origin_of(finding.key, origins, file),
        key=".".join(finding.key),
        value=finding.value,
        expected=finding.expected,
        hint=finding.hint,
    )


def faults_of_errors(
    error: ValidationError, document: Mapping[str, Any], origins: Origins, file: str
) -> list[Fault]:
    """Return every error that pydantic found, in the user's words."""
    return [_fault(details, document, origins, file) for details in error.errors()]


def _fault(
    details: ErrorDetails, document: Mapping[str, Any], origins: Origins, file: str
) -> Fault:
    keys, node = walk(details["loc"])
    kind, value = details["type"], details.get("input")
    where = origin_of(keys, origins, file)
    dotted = ".".join(keys)
    if kind == "extra_forbidden":
        return _unknown(where, keys)
    if details["loc"] and details["loc"][-1] == "[key]":
        return _bad_key(where, dotted, keys[-1])
    wanted = expected(node) if node is not None else details["msg"]
    if kind == "missing":
        return Fault(file=where, key=dotted, value="", expected=f"missing: {wanted}")
    if kind in ("too_short", "too_long"):
        wanted = details["msg"][0].lower() + details["msg"][1:]
    return Fault(
        file=where,
        key=dotted,
        value=shown(value),
        expected=wanted,
        hint=_hint(keys, value, wanted, document),
    )


def _unknown(where: str, keys: list[str]) -> Fault:
    if ".".join(keys) in GONE:
        said, what = GONE[".".join(keys)]
        return Fault(file=where, key=".".join(keys), value="", expected=said, hint=what)
    _, parent = walk(keys[:-1])
    known = names_in(parent) if parent is not None else []
    hint = nearest(keys[-1], known)
    if not hint:
        alike = [name for name in known if name.startswith(keys[-1].split("_")[0])]
        hint = f"did you mean {alike[0]!r}?" if alike else f"known: {', '.join(known)}"
    return Fault(file=where, key=".".join(keys), value="", expected="no such key", hint=hint)


def _bad_key(where: str, dotted: str, word: str) -> Fault:
    years = ("trucks_", "_cny", "per_", "fraction", "open_year")
    if re.fullmatch(r"-?\d+", word) or any(part in dotted for part in years):
        wanted = "a year from 2000 to 2100 as the key"
        return Fault(file=where, key=dotted, value=shown(word), expected=wanted)
    plain = re.sub(r"[^a-z0-9._-]+", "-", unicodedata.normalize("NFKC", word).casefold())
    plain = plain.strip("-._")[:64]
    hint = f"for example {plain!r}" if plain and plain != word else ""
    return Fault(
        file=where,
        key=dotted,
        value=shown(word),
        expected="an id of a-z, 0-9, '.', '_' and '-', 1 to 64 long, starting with a-z or 0-9",
        hint=hint,
    )


def _hint(keys: list[str], value: object, wanted: str, document: Mapping[str, Any]) -> str:
    if isinstance(value, bool) and "number" in wanted:
        return "true and false are not numbers"
    if isinstance(value, str) and "number" in wanted:
        return _number_in_words(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN and infinity are not numbers here"
    if isinstance(value, int | float) and keys and keys[-1] in ("lon", "lat"):
        return _swapped(keys, document)
    if isinstance(value, int | float):
        return _percentage(value, wanted)
    if keys == ["schema"]:
        return "the file was written for another version of corridor"
    if keys and keys[-1] == "name" and isinstance(value, str):
        return "the name becomes part of a folder's name: no slashes, no spaces, lower case"
    if isinstance(value, str) and "one of" in wanted:
        return nearest(value, re.findall(r"'([^']+)'", wanted))
    return ""


def _percentage(value: float, wanted: str) -> str:
    top = re.search(r"from 0 to ([0-9.]+)", wanted)
    if top is None or float(top[1]) > 1 or not float(top[1]) < value <= 100 * float(top[1]):
        return ""
    return f"a share, not a percentage: did you mean {value / 100:g}?"


def _number_in_words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    try:
        number = float(plain)
    except ValueError:
        return "write a number, without quotes"
    return f"write {number:g}, without quotes" if math.isfinite(number) else "write a number"


def _swapped(keys: list[str], document: Mapping[str, Any]) -> str:
    here: object = document
    for part in keys[:-1]:
        here = here.get(part) if isinstance(here, Mapping) else None
    if not isinstance(here, Mapping):
        return ""
    lon, lat = here.get("lon"), here.get("lat")
    return swapped_hint(lon, lat)
