"""No name, however it is spelled, becomes an element, an attribute, a script or a formula."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from made_run import documents, write_run
from page_reader import Page, read_page
from payloads import PAYLOADS

from corridor.report import compare_html, compare_runs, write_geojson, write_report, write_tables
from corridor.report.csvtext import safe_cell

NAMES = frozenset(
    [
        "name_zh",
        "name_en",
        "county",
        "county_zh",
        "reason",
        "why",
        "title",
        "description",
        "cargo",
        "source",
        "origin_zh",
        "origin_en",
        "destination_zh",
        "destination_en",
        "left_out_because",
        "highway_zh",
        "direction_zh",
        "section",
        "code",
        "confidence",
        "notes",
        "caveats",
        "attribution",
    ]
)


def poison(document: Any, payload: str, key: str = "") -> Any:
    """Return a document with the payload in every text that is a name and not a reference."""
    if isinstance(document, dict):
        return {k: poison(v, payload, k) for k, v in document.items()}
    if isinstance(document, list):
        return [poison(v, payload, key) for v in document]
    if isinstance(document, str) and key in NAMES:
        ours = {"name_en": " en", "origin_en": " en", "destination_en": " en"}
        return f"{payload}{ours.get(key, '')}"
    return document


def poisoned_page(folder: Path, payload: str) -> Page:
    docs = {name: poison(document, payload) for name, document in documents().items()}
    return read_page(write_report(write_run(folder, docs)).read_text(encoding="utf-8"))


def structure(page: Page) -> tuple[Any, ...]:
    return page.tags, page.attributes, len(page.scripts), len(page.styles)


def test_there_are_enough_payloads() -> None:
    """More than a hundred different attempts are made."""
    assert len(PAYLOADS) > 100


def test_no_name_changes_the_structure_of_the_page(tmp_path: Path) -> None:
    """With each payload in every name, the page has the elements and attributes of harmless names.

    A payload that got through would add an element, an attribute, a script or a style.
    """
    harmless = poisoned_page(tmp_path / "harmless", "harmless")
    assert harmless.tags["script"] == 6
    for number, payload in enumerate(PAYLOADS):
        page = poisoned_page(tmp_path / str(number), payload)
        assert structure(page) == structure(harmless), payload
        assert page.scripts[1:] == harmless.scripts[1:], payload
        json.loads(page.scripts[0])


def test_hidden_characters_are_spelled_out(tmp_path: Path) -> None:
    """A right-to-left override or a NUL in a name is shown, not obeyed."""
    page = poisoned_page(tmp_path, "a\u202eb\u0000c\u2028d")
    text = "".join(page.words) + "".join(page.scripts)

    assert "a\\u202eb\\u0000c\\u2028d" in text
    assert not {"\u202e", "\u0000", "\u2028"} & set(text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula(payload: str) -> None:
    """A text cell never starts with what a spreadsheet runs, and numbers stay numbers."""
    cell = str(safe_cell(payload))

    assert not cell.lstrip(" \u3000").startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert not set(cell) & set("\r\n\t\u0000")
    assert safe_cell(-1.5) == -1.5


def test_tables_and_maps_survive_hostile_names(tmp_path: Path) -> None:
    """CSV keeps its columns and GeoJSON stays JSON with every payload as the names."""
    for number, payload in enumerate(PAYLOADS[::10]):
        docs = {name: poison(document, payload) for name, document in documents().items()}
        folder = write_run(tmp_path / str(number), docs)
        for path in write_tables(folder):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                assert len({len(row) for row in csv.reader(stream)}) == 1, path
        for path in write_geojson(folder):
            json.loads(path.read_text(encoding="utf-8"))


def test_a_comparison_escapes_as_well(tmp_path: Path) -> None:
    """The page of a comparison has the same structure with hostile names."""

    def compared(payload: str, folder: Path) -> Page:
        docs = {name: poison(document, payload) for name, document in documents().items()}
        first = write_run(folder / "a", docs)
        docs["plan.json"]["stations"][0]["period"] = 2030
        second = write_run(folder / "b", docs)
        return read_page(compare_html(compare_runs([first, second])))

    harmless = compared("harmless", tmp_path / "harmless")
    for number, payload in enumerate(PAYLOADS[::7]):
        page = compared(payload, tmp_path / str(number))
        assert structure(page) == structure(harmless), payload
