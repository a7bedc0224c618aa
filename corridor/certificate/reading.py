"""Read a run folder as written, trusting nothing: links, sizes, encodings, shapes."""

from __future__ import annotations

import hashlib
import os
import stat
from itertools import islice
from pathlib import Path
from typing import Any

from corridor.certificate.plan_document import FILES, MAY_BE
from corridor.certificate.verdict import Check, Tally, plain
from corridor.core.errors import InputError
from corridor.core.files import parse_json

MAX_BYTES = 256 * 2**20
"""Largest file that is read; the default corridor's trips are a few megabytes. [byte]"""
MAX_FAULTS = 200
"""Faults of shape that are collected per file before the walk stops."""


def refuse_no_folder(run_dir: Path) -> None:
    """Refuse a path that is not a folder.

    Raises
    ------
    InputError
        With what stands there instead.
    """
    try:
        if run_dir.is_dir():
            return
        kind = "is not a folder" if run_dir.exists() else "does not exist"
    except (OSError, ValueError) as error:
        kind = f"cannot be looked at ({plain(error)})"
    raise InputError(
        f"{plain(run_dir)}: {kind}.", "Name a folder that `corridor solve` printed as run_dir."
    )


def read_bytes(run_dir: Path, relative: str) -> bytes:
    """Return the bytes of a plain file inside the folder.

    Raises
    ------
    InputError
        If it is absent, a link or a device, too large, or cannot be read.
    """
    path, mode = run_dir, 0
    try:
        for part in Path(relative).parts:
            path = path / part
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise InputError(f"{relative}: is a link; a run folder is complete in itself.")
        if not stat.S_ISREG(mode):
            raise InputError(f"{relative}: is not a plain file.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{relative}: is larger than {MAX_BYTES // 2**20} MiB.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{relative}: there is no such file in the run folder.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{relative}: cannot be read ({plain(error)}).") from error


def read_documents(run_dir: Path) -> tuple[Check, Check, dict[str, Any], dict[str, str]]:
    """Read the five files of a run, and those that it may do without where they are there.

    Returns
    -------
    tuple
        The checks "files" and "structure"; relative path -> document (whole only if both checks
        are ok); relative path -> SHA-256 of the bytes that were read.
    """
    files = Tally("files", "The plan and its four inputs are there, plain files, readable as JSON")
    shapes = Tally(
        "structure", "Every field is there, of its type, finite and in its range; keys are unique"
    )
    documents: dict[str, Any] = {}
    hashes: dict[str, str] = {}
    there = {name: shape for name, shape in MAY_BE.items() if os.path.lexists(run_dir / name)}
    for relative, shape in {**FILES, **there}.items():
        files.checked += 1
        try:
            raw = read_bytes(run_dir, relative)
            hashes[relative] = hashlib.sha256(raw).hexdigest()
            document = parse_json(raw.decode("utf-8-sig"), relative)
        except UnicodeDecodeError:
            files.fail(f"{relative}: is not UTF-8 text.")
            continue
        except InputError as error:
            files.fail(error.problem)
            continue
        documents[relative] = document
        shapes.checked += 1
        try:
            for fault in islice(shape.faults(document, Path(relative).stem), MAX_FAULTS):
                shapes.fail(fault)
        except RecursionError:
            shapes.fail(f"{relative}: is nested too deeply.")
    return files.done(), shapes.done(), documents, hashes
