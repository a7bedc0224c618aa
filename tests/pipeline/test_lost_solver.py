"""Claim: a user whose solver dies gets the best plan so far, certified, or a sentence and exit code 8."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corridor.evaluation.plan import ENDED_EARLY
from corridor.report.views import CODES
from corridor.report.views import ENDED_EARLY as SHOWN
from tests.breaking import CRASH, Breaker
from tests.pipeline.running import SMALL, run_command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are watched on Linux")


@pytest.fixture
def small(tmp_path: Path, root: Path) -> Path:
    """Return a scenario of four flows."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL.format(root=root.as_posix()), encoding="utf-8")
    return path


def test_plan_terminal_log_and_report_tell_of_a_crash(
    small: Path, tmp_path: Path, break_children: Breaker
) -> None:
    """The folder is complete and certified; its gap is that of the best plan and bound so far."""
    break_children(CRASH, at=12, times=1)
    run = run_command(small, tmp_path / "run")
    assert run.code in (0, 5), run.stderr
    assert run.plan["search"]["stopped"] == "crash"
    words = ENDED_EARLY["crash"]
    assert f"{words}." in run.plan["caveats"]
    assert "The solver crashed. The best plan so far is kept." in run.stderr
    assert "The solver crashed." in (run.folder / "solver.log").read_text(encoding="utf-8")
    assert words in (run.folder / "report.html").read_text(encoding="utf-8")


def test_no_plan_at_all_is_exit_8_and_no_folder(
    small: Path, tmp_path: Path, break_children: Breaker
) -> None:
    """A solver that dies at once, every time."""
    break_children(CRASH, at=1)
    done = subprocess.run(
        [sys.executable, "-m", "corridor", "solve", str(small), "-o", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 8, done.stderr
    assert "error: The solver crashed. No plan was found before." in done.stderr
    assert not (tmp_path / "run").exists()


def test_report_and_plan_say_the_same() -> None:
    """The page translates the words of the plan."""
    assert {code: CODES[code][0] for code in SHOWN} == ENDED_EARLY
