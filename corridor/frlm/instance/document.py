"""JSON read and written with every digit kept; what is not plain data is refused."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from corridor.core.files import parse_json, read_text
from corridor.frlm.instance.exact import MAX_DIGITS, plain, read_literal

MAX_ID = 200
"""Longest id, and longest name that a message shows, in characters."""

_SHOWN = 60

_FORBIDDEN_CLASSES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# Section words of LP and MPS files. No id ever reaches a solver file, but an instance is data that
# people pass on to other tools: an id that such a tool reads as a command is refused at the door.
_SOLVER_WORDS = frozenset(
    {"bin", "binaries", "binary", "bound", "bounds", "end", "endata", "free", "gen", "general"}
    | {"generals", "inf", "infinity", "integer", "integers", "lazy", "lazy constraints", "max"}
    | {"maximise", "maximize", "maximum", "min", "minimise", "minimize", "minimum", "name"}
    | {"objsense", "ranges", "rhs", "rows", "columns", "s.t.", "semi", "semi-continuous", "semis"}
    | {"sos", "st", "subject to", "such that", "user cuts"}
)


def load_document(path: Path) -> Any:
    """Return the JSON document in a file, decimals as `decimal.Decimal`.

    Raises
    ------
    InputError
        If there is no such regular file, or it is too large, not UTF-8 or not JSON.
    """
    name = label(path)
    return parse_document(read_text(path, name), name)


def parse_document(text: str, name: str) -> Any:
    """Return the JSON document a text spells, decimals as `decimal.Decimal`.

    Raises
    ------
    InputError
        If the text is not JSON, or holds NaN, an infinity, a duplicate key or a number too long;
        `name` says which text.
    """

    def integer(literal: str) -> int:
        if len(literal) > MAX_DIGITS:
            raise ValueError(f"a number of {len(literal)} digits; at most {MAX_DIGITS} are read")
        return int(literal)

    return parse_json(text, name, parse_float=read_literal, parse_int=integer)


def json_text(value: object, *, ascii_only: bool = False) -> str:
    """Return the JSON text of plain data (`json_pieces`), fast where `json.dumps` can write it."""
    try:
        return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return "".join(json_pieces(value, ascii_only=ascii_only))


def json_pieces(value: object, *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the JSON text of plain data; unlike `json.dumps` it writes numbers of any size.

    Parameters
    ----------
    value
        Dictionaries, lists, texts, truth values, None, and numbers: a decimal in its own digits.
    ascii_only
        True: all other letters are escaped.
    """
    encode = json.JSONEncoder(ensure_ascii=ascii_only, allow_nan=False).encode
    # With a list of what is still to be written instead of recursion no nesting is too deep.
    rest: list[object] = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, _Json):
            yield item
        elif isinstance(item, dict):
            marks = (_Json(encode(key) + ": ") for key in item)
            rest += _backwards("{", "}", zip(marks, item.values(), strict=True))
        elif isinstance(item, list | tuple):
            rest += _backwards("[", "]", zip(item))
        elif isinstance(item, Decimal | int) and not isinstance(item, bool):
            yield str(Decimal(item))
        elif isinstance(item, Fraction):
            rest.append(plain(item))
        else:
            yield encode(item)


class _Json(str):
    """Text that is JSON already."""

    __slots__ = ()


def _backwards(opening: str, closing: str, entries: Iterable[tuple[object, ...]]) -> list[object]:
    """Return what a list or an object is made of, the last first."""
    comma = _Json(", ")
    found = list(chain.from_iterable((comma, *entry) for entry in entries))
    found[:1] = [_Json(opening)]  # in the place of the comma before the first
    return [_Json(closing), *reversed(found)]


def shown(value: object) -> str:
    """Return a value as it may be printed: short, on one line, without control characters."""
    text = ""
    try:
        for piece in json_pieces(value, ascii_only=True):
            text += piece
            if len(text) > _SHOWN:
                return text[: _SHOWN - 3] + "..."
    except (TypeError, ValueError):
        return type(value).__name__
    return text


def label(name: object) -> str:
    """Return a file name as it may be printed: on one line, without its beginning if it is long."""
    text = str(name) if str(name).isprintable() else repr(str(name))
    return text if len(text) <= MAX_ID else "..." + text[3 - MAX_ID :]


def text_fault(value: object, *, least: int = 0, most: int = MAX_ID) -> str:
    """Return what is wrong with a line of text of some length, or nothing."""
    if not isinstance(value, str):
        return "a string"
    if not least <= len(value) <= most:
        return f"a string of {least} to {most} characters"
    if not (value.isascii() and value.isprintable()) and any(
        unicodedata.category(character) in _FORBIDDEN_CLASSES for character in value
    ):
        return "one line without control or invisible characters"
    return ""


def id_fault(value: object) -> str:
    """Return what is wrong with an id, or nothing."""
    expected = text_fault(value, least=1)
    if not expected and str(value).strip().lower() in _SOLVER_WORDS:
        return "not a key word of solver files; rename it"
    return expected
