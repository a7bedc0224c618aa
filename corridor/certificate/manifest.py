"""Hold a run folder against its manifest and against the certificate that lies in it."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from corridor.certificate.certify import CERTIFICATE
from corridor.certificate.plan_document import FILES
from corridor.certificate.reading import read_bytes, refuse_no_folder
from corridor.certificate.verdict import Certificate, plain
from corridor.core.errors import InputError
from corridor.core.files import canonical_json, parse_json, sha256_text

MANIFEST = "manifest.json"
SCHEMA = "corridor.manifest/2"
MUST_LIST = (*FILES, CERTIFICATE)
MAX_FILES = 10_000


def check_manifest(run_dir: Path) -> tuple[str, ...]:
    """Hash every file that the manifest lists.

    Parameters
    ----------
    run_dir
        A run folder.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty where every hash agrees.

    Raises
    ------
    InputError
        If `run_dir` is not a folder.
    """
    refuse_no_folder(run_dir)
    try:
        document = _read(run_dir, MANIFEST)
    except InputError as error:
        return (error.problem,)
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, dict) or document.get("schema") != SCHEMA:
        return (f"{MANIFEST}: is not a {SCHEMA} document.",)
    if len(files) > MAX_FILES:
        return (f"{MANIFEST}: lists {len(files)} files, more than {MAX_FILES}.",)
    faults = [f"{MANIFEST}: does not list {name}." for name in MUST_LIST if name not in files]
    faults += [
        f"{plain(name, 80)}: lies in the folder, but the {MANIFEST} does not list it."
        for name in _lying(run_dir)
        if name not in files and name != MANIFEST
    ]
    for name, stated in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not name:
            faults.append(f"{MANIFEST}: lists {plain(name, 80)!r}, which is outside the folder.")
            continue
        try:
            true = hashlib.sha256(read_bytes(run_dir, name)).hexdigest()
        except InputError as error:
            faults.append(plain(error.problem))
            continue
        if stated != true:
            faults.append(f"{plain(name, 80)}: was changed after the run (its hash differs).")
    return tuple(faults)


def _lying(run_dir: Path) -> list[str]:
    """Return the files of a folder, those apart that desktops leave behind."""
    found = (
        path
        for path in run_dir.rglob("*")
        if (not path.is_dir() or path.is_symlink())
        and not path.name.startswith(".")
        and path.name not in {"Thumbs.db", "desktop.ini"}
    )
    return sorted(path.relative_to(run_dir).as_posix() for path in islice(found, MAX_FILES + 1))


def check_on_file(run_dir: Path, certificate: Certificate) -> tuple[str, ...]:
    """Compare the certificate made now with the one that lies in the folder.

    Parameters
    ----------
    run_dir
        A run folder.
    certificate
        The certificate made now.

    Returns
    -------
    tuple of str
        What differs, in words; empty where they agree.

    Raises
    ------
    InputError
        If `run_dir` is not a folder.
    """
    refuse_no_folder(run_dir)
    try:
        document = _read(run_dir, CERTIFICATE)
    except InputError as error:
        return (error.problem,)
    if not isinstance(document, dict):
        return (f"{CERTIFICATE}: is not a certificate.",)
    body = {key: value for key, value in document.items() if key != "sha256"}
    faults = []
    try:
        if document.get("sha256") != sha256_text(canonical_json(body)):
            faults.append(f"{CERTIFICATE}: its own hash does not fit its content.")
    except (ValueError, RecursionError):
        faults.append(f"{CERTIFICATE}: holds what no certificate holds.")
    made = certificate.document()
    for key in ("schema", "verdict", "inputs"):
        if body.get(key) != made[key]:
            faults.append(
                f"{CERTIFICATE}: {key} is {plain(body.get(key), 80)}, now {plain(made[key], 80)}."
            )
    # Worst cases are words about last digits, which another machine may round otherwise.
    if _rulings(body.get("checks")) != _rulings(made["checks"]):
        faults.append(f"{CERTIFICATE}: its checks are not those that these files give now.")
    return tuple(faults)


def _rulings(checks: Any) -> list[Any]:
    if not isinstance(checks, list):
        return []
    keys = ("id", "ok", "checked", "failures")
    return [[row.get(key) for key in keys] if isinstance(row, dict) else row for row in checks]


def _read(run_dir: Path, name: str) -> Any:
    try:
        return parse_json(read_bytes(run_dir, name).decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is not UTF-8 text.") from error
