"""The run folder: written whole or not at all, complete in itself, its manifest last.

A folder is built beside its final place under a name that starts with a dot, and renamed when its
manifest stands. Whoever finds a folder without a manifest has not found a run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from corridor.core.errors import FileError, InputError
from corridor.core.files import pretty_json, read_json, sha256_file, write_text

MANIFEST = "manifest.json"
EVIDENCE = "evidence.json"
SCHEMA = "corridor.manifest/2"
OLDER = ("corridor.manifest/1",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The commit record of a run folder.

    Parameters
    ----------
    scenario_sha256, code_sha256
        Identity of the resolved scenario and of the package that solved it.
    verdict, exit_code
        The certificate's verdict and the exit code of the run.
    seconds
        Wall-clock time of the run. [s]
    made_with
        How the answer was found, none of which may change it: versions, solver, limits, seconds,
        sizes of the search.
    files
        Relative path -> SHA-256 of every other file.
    """

    name: str
    version: str
    scenario_sha256: str
    code_sha256: str
    created: str
    verdict: str
    exit_code: int
    seconds: float
    made_with: dict[str, Any]
    files: dict[str, str]

    def fields(self) -> dict[str, Any]:
        """Return everything but the hashes, which `seal` takes again."""
        return {key: getattr(self, key) for key in self.__slots__ if key != "files"}


def read_manifest(run_dir: Path) -> Manifest:
    """Read the manifest of a finished run.

    Raises
    ------
    InputError
        If the folder is no finished run.
    """
    if not run_dir.is_dir():
        raise InputError(f"{run_dir}: there is no such run folder.")
    path = run_dir / MANIFEST
    if not path.is_file():
        raise InputError(
            f"{run_dir}: has no {MANIFEST}, so it is not a finished run.",
            "Name a folder that `corridor solve` printed as run_dir.",
        )
    document = read_json(path)
    if isinstance(document, dict) and document.get("schema") in OLDER:
        refuse_older(run_dir)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError(f"{path}: is not a {SCHEMA} document.")
    try:
        return Manifest(
            name=str(document["name"]),
            version=str(document["version"]),
            scenario_sha256=str(document["scenario_sha256"]),
            code_sha256=str(document["code_sha256"]),
            created=str(document["created"]),
            verdict=str(document["verdict"]),
            exit_code=int(document["exit_code"]),
            seconds=float(document["seconds"]),
            made_with=dict(document["made_with"]),
            files={str(k): str(v) for k, v in document["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: the manifest lacks or misstates {error}.") from error


def refuse_older(run_dir: Path) -> NoReturn:
    """Refuse a run of an older format.

    Raises
    ------
    InputError
        What it is, why it cannot be judged, what to do.
    """
    raise InputError(
        f"{run_dir}: is a run of an older format (corridor.plan/1), whose gap was measured against "
        "the whole cost instead of the money that can be decided, so its verdict means something "
        "else than one of this version.",
        "Solve its scenario again with `corridor solve`, or verify it with the version that wrote it.",
    )


def seal(folder: Path, fields: dict[str, Any]) -> None:
    """Write the manifest over every file of the folder; the last write of a run."""
    files = {
        path.relative_to(folder).as_posix(): sha256_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    write_text(folder / MANIFEST, pretty_json({"schema": SCHEMA, **fields, "files": files}))


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to fill; when the block ends well it becomes `target`, else it is gone.

    Parameters
    ----------
    target
        Final place. What stands there is replaced only if it is a run folder or empty.

    Raises
    ------
    FileError
        If `target` holds something else, or the disk refuses.
    """
    refuse_foreign(target)
    parent = target.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        staging = Path(tempfile.mkdtemp(prefix=f".corridor-{os.getpid()}-", dir=parent))
    except OSError as error:
        raise FileError(f"{parent}: cannot be written: {error.strerror}.") from error
    try:
        with _termination_as_interrupt():
            yield staging
        staging.chmod(0o755)
        _swap(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def refuse_foreign(target: Path) -> None:
    """Refuse to replace anything that is not a run folder of ours.

    Raises
    ------
    FileError
        If `target` is a file, a link, or a folder with other contents.
    """
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise FileError(f"{target}: is not a folder; nothing was written.", "Name another -o.")
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise FileError(
            f"{target}: is not empty and not a run folder; nothing was written.",
            "Name a new or empty folder with -o.",
        )


def _swap(staging: Path, target: Path) -> None:
    """Rename `staging` to `target`; an older run stands until the instant before."""
    try:
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".corridor-{os.getpid()}-", dir=staging.parent))
            target.replace(old)  # an empty folder may be replaced by a folder
            try:
                staging.replace(target)
            except OSError:
                old.replace(target)
                raise
            shutil.rmtree(old, ignore_errors=True)
        else:
            staging.replace(target)
    except OSError as error:
        raise FileError(f"{target}: cannot be put in place: {error.strerror}.") from error


def _sweep(parent: Path) -> None:
    """Remove staging folders whose process has died."""
    for leftover in parent.glob(".corridor-*-*"):
        pid = leftover.name.split("-")[1]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """Let SIGTERM unwind like Ctrl-C, so that the staging folder is removed."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread: the caller looks after signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
