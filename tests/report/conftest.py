"""Makes the hand-made run and the page readers next to the tests importable by plain names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a run folder made by hand, certified, without report."""
    from made_run import write_run

    return write_run(tmp_path / "made")
