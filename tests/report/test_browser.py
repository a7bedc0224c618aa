"""The page in a real browser: drawn, silent, alone, and deaf to hostile names."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Tab, browser
from made_run import documents, write_run
from payloads import PAYLOADS

from corridor.report import compare_html, compare_runs, write_report

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """Return a tab of a fresh browser."""
    with browser(tmp_path / "profile") as opened:
        yield opened


def count(tab: Tab, selector: str) -> int:
    found: int = tab.evaluate(f"document.querySelectorAll({selector!r}).length")
    return found


def test_the_map_is_drawn_and_nothing_leaves_the_file(tab: Tab, made: Path) -> None:
    """From file://: no console message, no request but the file, roads and stations drawn."""
    page = write_report(made)
    tab.open(page)

    assert tab.complaints() == []
    assert tab.requests() == [page.resolve().as_uri()]
    assert count(tab, "#map path.leaflet-interactive") >= 2  # two carriageways
    assert count(tab, "#map button.mark") == 3  # two sides of one service area under one number
    assert count(tab, "#map .leaflet-control-scale-line") == 1
    assert count(tab, "#map img") == 0
    # Leaflet draws with the style object, which the policy allows; the drawing has a size.
    assert tab.evaluate("document.querySelector('#map svg').getBoundingClientRect().width") > 300
    assert tab.evaluate("document.querySelector('svg.strip').getBoundingClientRect().height") > 100


def test_the_carriageways_are_drawn_side_by_side(tab: Tab, made: Path) -> None:
    """Both carriageways of a road are on the map, apart, and a one-sided station on its side."""
    tab.open(write_report(made))
    boxes = tab.evaluate(
        "[...document.querySelectorAll('#map path.leaflet-interactive')]"
        ".filter(p => p.getAttribute('fill') === 'none')"
        ".map(p => p.getBoundingClientRect()).map(b => [b.left, b.height])"
    )
    long = sorted(left for left, height in boxes if height > 200)

    assert len(long) == 2
    assert long[1] - long[0] > 2
    halves = tab.evaluate(
        "[...document.querySelectorAll('#map button.mark')].map(b => [...b.querySelectorAll('path')]"
        ".map(p => p.getBoundingClientRect()).map(r => r.left + r.width / 2"
        " - b.getBoundingClientRect().left - b.offsetWidth / 2))"
    )
    both, off_road, up = halves
    assert min(both) < -1  # northbound trucks drive on the western side of a road that runs south
    assert max(both) > 1
    assert len(up) == 1
    assert off_road == []


def test_buttons_change_year_and_language(tab: Tab, made: Path) -> None:
    """The year buttons filter the stations; the language button swaps every phrase."""
    tab.open(write_report(made))

    def press(selector: str) -> None:
        tab.evaluate(f"document.querySelector({selector!r}).click()")

    press('button[data-year="2026"]')
    assert count(tab, "#map button.mark") == 1
    shown = (
        "[...document.querySelectorAll('main .{}')].filter(e => e.getClientRects().length).length"
    )
    assert tab.evaluate(shown.format("zh")) == 0
    assert tab.evaluate(shown.format("en")) > 50
    press('button[data-set-lang="zh"]')
    assert tab.evaluate(shown.format("zh")) > 50
    assert tab.evaluate(shown.format("en")) == 0
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    press('button[data-extent="all"]')
    assert tab.complaints() == []


def test_the_page_fits_a_laptop_and_a_sheet(tab: Tab, made: Path) -> None:
    """No sideways scrolling at 1280 pixels; the print has pages."""
    page = write_report(made)
    tab.command(
        "Emulation.setDeviceMetricsOverride",
        width=1280,
        height=800,
        deviceScaleFactor=1,
        mobile=False,
    )
    tab.open(page)

    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280
    pdf = base64.b64decode(tab.command("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert pdf.startswith(b"%PDF")
    assert (
        pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page\n") >= 3
    )


def test_hostile_names_do_nothing_in_a_browser(tab: Tab, tmp_path: Path) -> None:
    """With every payload on one page, nothing runs and no element appears that is not ours."""

    def build(folder: Path, texts: tuple[str, ...]) -> Path:
        docs = documents()
        plan, sites = docs["plan.json"], docs["inputs/sites.json"]
        plan["caveats"] = list(texts)
        sites["rejected"] = [
            {**sites["rejected"][0], "id": f"x{i}", "name_zh": text, "name_en": f"{text} en",
             "reason": text, "code": text}
            for i, text in enumerate(texts)
        ]  # fmt: skip
        named = [*docs["inputs/network.json"]["places"], *plan["stations"], *plan["plants"]]
        for thing, text in zip(named, texts, strict=False):
            thing["name_zh"], thing["name_en"] = text, f"{text} en"
        return write_report(write_run(folder, docs))

    inventory = (
        "JSON.stringify([...document.querySelectorAll('*')].filter(e => !e.closest('#map'))"
        ".map(e => e.tagName + e.getAttributeNames().sort().join()).sort())"
    )
    tab.open(build(tmp_path / "harmless", tuple(f"harmless {i}" for i in range(len(PAYLOADS)))))
    harmless = tab.evaluate(inventory)
    tab.events.clear()
    page = build(tmp_path / "hostile", PAYLOADS)
    tab.open(page)

    assert tab.evaluate(inventory) == harmless
    assert tab.evaluate("typeof window.pwned") == "undefined"
    assert count(tab, "#map script, #map img, #map iframe") == 0
    assert tab.complaints() == []
    assert tab.requests() == [page.resolve().as_uri()]


def test_a_withheld_page_and_a_comparison_are_silent_too(tab: Tab, tmp_path: Path) -> None:
    """The red banner shows, the map still draws roads; the comparison has one script of ours."""
    failed = write_report(write_run(tmp_path / "failed", verdict="FAIL"))
    tab.open(failed)
    assert tab.evaluate("getComputedStyle(document.querySelector('.banner')).backgroundColor") == (
        "rgb(176, 30, 46)"
    )
    assert count(tab, "#map button.mark") == 0
    assert count(tab, "#map path") > 0
    runs = [write_run(tmp_path / name) for name in ("a", "b")]
    page = tmp_path / "compare.html"
    page.write_text(compare_html(compare_runs(runs)), encoding="utf-8")
    tab.open(page)

    assert tab.complaints() == []
    assert count(tab, "script") == 1
