"""Files written whole or not at all, and JSON whose bytes are equal where the data are."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from corridor.core.errors import FileError, InputError

MAX_JSON_BYTES = 512 * 1024 * 1024

OSM_SUFFIXES = (".osm", ".osm.bz2", ".osm.gz", ".osm.pbf", ".pbf")
"""Names of files that are read as OpenStreetMap extracts."""

NETWORK_SUFFIXES = (".json", ".geojson", ".gpkg", ".graphml", *OSM_SUFFIXES)
"""Names of files that a scenario may mean by ``network.source``; GraphML is then refused."""


def is_osm(name: str) -> bool:
    """Whether a file is named like an OpenStreetMap extract."""
    return name.lower().endswith(OSM_SUFFIXES)


def osm_stem(name: str) -> str:
    """Return the name of an extract without its suffix."""
    fitting = [suffix for suffix in OSM_SUFFIXES if name.lower().endswith(suffix)]
    return name[: -len(max(fitting, key=len))] if fitting else name


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


def read_text(path: Path, name: str = "") -> str:
    """Read a text file that a user named.

    Parameters
    ----------
    path
        A regular file, UTF-8 with or without its mark.
    name
        What messages call it; the path where empty.

    Raises
    ------
    InputError
        If the file is absent, no regular file, not UTF-8 or too large.
    """
    name = name or str(path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{name}: is not a regular file.")
        if found.st_size > MAX_JSON_BYTES:
            size, most = found.st_size // 2**20, MAX_JSON_BYTES // 2**20
            raise InputError(f"{name}: {size} MiB; at most {most} are read.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{name}: there is no such file.") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is not UTF-8 text.", "Save the file as UTF-8.") from error
    except ValueError as error:  # a null character in the name
        raise InputError(f"{name}: is not a file name.") from error


def read_json(path: Path) -> Any:
    """Read a JSON file, refusing NaN, infinities and duplicate keys.

    Raises
    ------
    InputError
        If the file cannot be read as text or is not JSON.
    """
    return parse_json(read_text(path), str(path))


def parse_json(
    text: str,
    name: str,
    *,
    parse_float: Callable[[str], Any] | None = None,
    parse_int: Callable[[str], Any] | None = None,
) -> Any:
    """Parse JSON text, refusing NaN, infinities and duplicate keys.

    Parameters
    ----------
    name
        The file, for messages.
    parse_float, parse_int
        Make numbers of literals; floats and ints by default. A ValueError is a fault of the text.

    Raises
    ------
    InputError
        If the text is not such JSON.
    """

    def refuse(constant: str) -> NoReturn:
        raise InputError(f"{name}: holds {constant}, which is not a number.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice = next(key for key, count in counts.items() if count > 1)
            raise InputError(f"{name}: the key {ascii(twice)[:60]} stands twice in one object.")
        return found

    try:
        return json.loads(
            text,
            parse_constant=refuse,
            parse_float=parse_float,
            parse_int=parse_int,
            object_pairs_hook=unique,
        )
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
