"""JSON of an instance file, read with every digit kept; refuses what is not plain data."""

from __future__ import annotations

import json
import stat
import unicodedata
from pathlib import Path
from typing import Any, NoReturn

from corridor.core.errors import InputError
from corridor.core.files import MAX_JSON_BYTES
from corridor.frlm.exact import MAX_DIGITS, read_literal

MAX_ID = 200
"""Longest id, in characters."""

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
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path}: is not a regular file.")
        if found.st_size > MAX_JSON_BYTES:
            raise InputError(
                f"{path}: {found.st_size // 2**20} MiB; at most {MAX_JSON_BYTES // 2**20} are read."
            )
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text.", "Save the file as UTF-8.") from error
    except ValueError as error:  # a null character in the name
        raise InputError(f"{str(path)!r}: is not a file name.") from error
    return parse_document(text, str(path))


def parse_document(text: str, name: str) -> Any:
    """Return the JSON document a text spells, decimals as `decimal.Decimal`.

    Raises
    ------
    InputError
        If the text is not JSON, or holds NaN, an infinity, a duplicate key or a number too long;
        `name` says which text.
    """

    def refuse(constant: str) -> NoReturn:
        raise InputError(f"{name}: holds {constant}, which is not a number.")

    def integer(literal: str) -> int:
        if len(literal) > MAX_DIGITS:
            raise ValueError(f"a number of {len(literal)} digits; at most {MAX_DIGITS} are read")
        return int(literal)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise InputError(f"{name}: the key {shown(twice)} stands twice in one object.")
        return found

    try:
        return json.loads(
            text,
            parse_constant=refuse,
            parse_float=read_literal,
            parse_int=integer,
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: line {error.lineno}: not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply.") from error
    except ValueError as error:
        raise InputError(f"{name}: {error}.") from error


def shown(value: object) -> str:
    """Return a value as it may be printed: short, on one line, without control characters."""
    try:
        text = json.dumps(value, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def id_fault(value: object, *, solver_words: bool = False) -> str:
    """Return what is wrong with an id, or nothing; `solver_words` allows key words of solvers."""
    if not isinstance(value, str):
        return "an id is a string"
    if not value or len(value) > MAX_ID:
        return f"an id has 1 to {MAX_ID} characters"
    if not (value.isascii() and value.isprintable()) and any(
        unicodedata.category(character) in _FORBIDDEN_CLASSES for character in value
    ):
        return "an id has no line breaks, control or invisible characters"
    if not solver_words and value.strip().lower() in _SOLVER_WORDS:
        return "an id is not a key word of solver files; rename it"
    return ""
