"""A run folder appears whole or not at all, and nothing else is ever replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corridor.core.errors import FileError, InputError
from corridor.pipeline.folder import MANIFEST, read_manifest, seal, staged

FIELDS = {
    "name": "a",
    "version": "0",
    "scenario_sha256": "s",
    "code_sha256": "c",
    "created": "2026-01-01T00:00:00+00:00",
    "verdict": "PASS",
    "exit_code": 0,
    "seconds": 1.0,
    "made_with": {"solver": "highs"},
}


def fill(folder: Path, text: str) -> None:
    """Write one file and the manifest."""
    (folder / "plan.json").write_text(text, encoding="utf-8")
    seal(folder, FIELDS)


def hidden(parent: Path) -> list[str]:
    """Names of staging folders left behind."""
    return [p.name for p in parent.iterdir() if p.name.startswith(".corridor-")]


def test_a_finished_block_becomes_the_folder(tmp_path: Path) -> None:
    """The folder stands with its manifest, and no staging folder is left."""
    with staged(tmp_path / "run") as folder:
        fill(folder, "one")

    assert read_manifest(tmp_path / "run").files.keys() == {"plan.json"}
    assert hidden(tmp_path) == []


def test_a_failed_block_leaves_the_older_run(tmp_path: Path) -> None:
    """An error, even an interrupt, keeps what stood there and leaves nothing half-written."""
    with staged(tmp_path / "run") as folder:
        fill(folder, "one")

    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), staged(tmp_path / "run") as folder:
            (folder / "plan.json").write_text("two", encoding="utf-8")
            raise error

    assert (tmp_path / "run" / "plan.json").read_text(encoding="utf-8") == "one"
    assert hidden(tmp_path) == []


def test_a_rerun_replaces_the_whole_folder(tmp_path: Path) -> None:
    """Files of the older run do not survive in the newer one."""
    with staged(tmp_path / "run") as folder:
        (folder / "old.csv").write_text("x", encoding="utf-8")
        fill(folder, "one")
    with staged(tmp_path / "run") as folder:
        fill(folder, "two")

    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == [MANIFEST, "plan.json"]
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_not_a_run_is_never_replaced(tmp_path: Path, kind: str) -> None:
    """`-o` on somebody's own file, folder or link is refused and changes nothing."""
    target = tmp_path / "mine"
    if kind == "file":
        target.write_text("precious", encoding="utf-8")
    elif kind == "link":
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    else:
        target.mkdir()
        (target / "precious.txt").write_text("precious", encoding="utf-8")

    with pytest.raises(FileError, match="nothing was written"), staged(target):
        raise AssertionError("the block must not start")

    assert target.exists()


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    """A reader is told so in a sentence."""
    with pytest.raises(InputError, match="no such run folder"):
        read_manifest(tmp_path / "absent")
    with pytest.raises(InputError, match="not a finished run"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_killed_run_leaves_nothing_that_reads_as_a_result(tmp_path: Path, signum: int) -> None:
    """TERM and INT leave nothing; KILL leaves a hidden folder that the next run sweeps."""
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored by what started us?
        "from pathlib import Path\n"
        "from corridor.pipeline.folder import staged\n"
        "with staged(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'plan.json').write_text('half')\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    os.kill(child.pid, signum)
    child.wait(timeout=300)
    child.stdout.close()

    assert not (tmp_path / "run").exists()
    if signum != signal.SIGKILL:
        assert hidden(tmp_path) == []
    with staged(tmp_path / "run") as folder:
        fill(folder, "next")
    assert hidden(tmp_path) == []
