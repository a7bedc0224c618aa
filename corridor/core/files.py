"""Files written whole or not at all, and JSON whose bytes are equal where the data are."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from corridor.core.errors import FileError, InputError

MAX_JSON_BYTES = 512 * 1024 * 1024


def canonical_json(document: object) -> str:
    """Return JSON text with sorted keys and no spaces, the form that is hashed."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def pretty_json(document: object) -> str:
    """Return JSON text for people: keys in the order given, one space of indent."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}.") from error


def read_json(path: Path) -> Any:
    """Read a JSON file, refusing NaN, infinities and duplicate keys.

    Raises
    ------
    InputError
        If the file is absent, not UTF-8, too large or not JSON.
    """
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise InputError(f"{path}: larger than {MAX_JSON_BYTES // 2**20} MiB.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text.", "Save the file as UTF-8.") from error
    return parse_json(text, str(path))


def parse_json(text: str, name: str) -> Any:
    """Parse JSON text, refusing NaN, infinities and duplicate keys.

    Raises
    ------
    InputError
        If the text is not such JSON; `name` says which file.
    """

    def refuse(constant: str) -> NoReturn:
        raise InputError(f"{name}: holds {constant}, which is not a number.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = sorted({key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1})
            raise InputError(f"{name}: the key {twice[0]!r} stands twice in one object.")
        return found

    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: line {error.lineno}: not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply.") from error
    except ValueError as error:
        raise InputError(f"{name}: {error}.") from error


def write_text(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a whole text file or none, its line ends as given.

    Raises
    ------
    FileError
        If the file cannot be written; what stood there before still stands.
    """
    write_bytes(path, text.encode(encoding))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file or none: temporary file, fsync, rename.

    Raises
    ------
    FileError
        If the file cannot be written; what stood there before still stands.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise FileError(f"{path}: cannot be written: {error.strerror}.") from error
