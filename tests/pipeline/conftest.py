"""Real runs of the whole command, made once per test session."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pipeline.running import SIX_PAIRS, SMALL, CommandRun, run_command


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one worker at a time make what all share."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def default_run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandRun:
    """Run the default scenario; a second worker finds the run folder and verifies it."""
    folder = shared_folder(tmp_path_factory) / "default-run"
    with alone(folder.with_name("default-run.lock")):
        return run_command(root / "scenarios" / "liupanshui-xingyi.toml", folder)


@pytest.fixture(scope="session")
def six_pairs_run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandRun:
    """Run the default with its six strongest pairs: whatever is certified hundreds of times."""
    folder = shared_folder(tmp_path_factory) / "six-pairs"
    folder.mkdir(exist_ok=True)
    path = folder / "six-pairs.toml"
    with alone(folder.with_name("six-pairs.lock")):
        path.write_text(SIX_PAIRS.format(root=root.as_posix()), encoding="utf-8")
        return run_command(path, folder / "run")


@pytest.fixture
def small(tmp_path: Path, root: Path) -> Callable[..., CommandRun]:
    """Return a function that solves the small scenario with some TOML appended."""

    def solve(extra: str = "", name: str = "run") -> CommandRun:
        path = tmp_path / f"{name}.toml"
        path.write_text(SMALL.format(root=root.as_posix()) + extra, encoding="utf-8")
        return run_command(path, tmp_path / name)

    return solve


@pytest.fixture(scope="session")
def small_run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandRun:
    """Solve the small scenario as it is, once."""
    folder = shared_folder(tmp_path_factory) / "small"
    folder.mkdir(exist_ok=True)
    path = folder / "small.toml"
    with alone(folder.with_name("small.lock")):
        path.write_text(SMALL.format(root=root.as_posix()), encoding="utf-8")
        return run_command(path, folder / "run")
