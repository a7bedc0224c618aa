"""Run the command in this process and catch what a shell would see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from corridor.cli import main


@dataclass(frozen=True)
class Outcome:
    """Exit code, stdout and stderr of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def corridor(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Return a function that runs `corridor ARGS...`."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = 0
        try:
            main([str(word) for word in arguments])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        caught = capsys.readouterr()
        return Outcome(code, caught.out, caught.err)

    return run
