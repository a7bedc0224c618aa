"""The report of the real run: every figure looked up and recomputed, and the page in a browser."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.pipeline.running import CommandRun

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
import test_figures as figures
from chromium import browser

pytestmark = pytest.mark.xdist_group("default run")  # nobody waits while another one solves it


@pytest.fixture
def copy(default_run: CommandRun, tmp_path: Path) -> Path:
    """Return a copy of the real run that a test may write into."""
    return Path(shutil.copytree(default_run.folder, tmp_path / "run"))


def test_every_figure_of_the_real_page_is_true(copy: Path) -> None:
    """Each figure is its value in plan.json, stands in a table, and follows from the tables."""
    figures.test_every_figure_of_the_page_stands_in_its_file(copy)
    figures.test_every_figure_of_the_plan_stands_in_a_table(copy)
    figures.test_the_books_add_up_from_the_tables_alone(copy)


def test_every_number_of_the_register_has_its_source(copy: Path) -> None:
    """The default scenario changes nothing: no assumption is "set by the scenario"."""
    from corridor.scenario.assumptions import assumptions_of

    document = json.loads((copy / "inputs" / "scenario.json").read_text(encoding="utf-8"))
    rows = assumptions_of(document)

    assert len(rows) > 100
    assert [row.key for row in rows if row.changed] == []
    assert [row.key for row in rows if not (row.source and row.confidence)] == []


@pytest.mark.browser
def test_the_real_page_in_a_browser(copy: Path, tmp_path: Path) -> None:
    """From file://: no console message, no request but the file, every open station drawn."""
    plan = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    page = copy / "report.html"
    with browser(tmp_path / "profile") as tab:
        tab.open(page)
        halves = tab.evaluate(
            "[...document.querySelectorAll('#map button.mark')]"
            ".map(b => Math.max(1, b.querySelectorAll('path').length))"
        )
        roads = tab.evaluate("document.querySelectorAll('#map path.leaflet-interactive').length")
        strips = tab.evaluate("document.querySelectorAll('svg.strip').length")

        assert tab.complaints() == []
        assert tab.requests() == [page.resolve().as_uri()]
    assert sum(halves) == len(plan["stations"])
    assert roads > 18
    assert strips >= len({s["route"] for s in plan["stations"] if s["route"]})
