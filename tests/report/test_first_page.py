"""Page one on one screen and one sheet, for eyes and for keyboards, on pages of shipped scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Tab, browser
from made_run import documents, write_run
from shipped import shipped_page

from corridor.report import write_report
from corridor.report.first_page import ordered_caveats

SHEET_PX = (184 * 96 / 25.4, 270 * 96 / 25.4)
"""What the margins leave of an A4 sheet. [px]"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """Return a tab of one browser for all pages of this file."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as opened:
        yield opened


def resize(tab: Tab, width: float, height: float) -> None:
    tab.command("Emulation.setDeviceMetricsOverride", width=round(width), height=round(height),
                deviceScaleFactor=1, mobile=False)  # fmt: skip


def parts_of_page_one(tab: Tab) -> dict[str, list[float]]:
    """Return right and bottom of what page one must show."""
    found: dict[str, list[float]] = json.loads(
        tab.evaluate(
            "JSON.stringify(Object.fromEntries(['.verdict', '.badge', '.cards', '#map', '#ribbon svg',"
            " '.key-list', '.board-side .caveats'].map(s => { var r = document.querySelector(s)"
            ".getBoundingClientRect(); return [s, [r.right, r.bottom]]; })))"
        )
    )
    return found


CUT_OFF = (
    "[...document.querySelectorAll('.sheet .fig, .sheet b')].filter(e => e.getClientRects().length)"
    ".filter(e => e.closest('.card') && e.getBoundingClientRect().right"
    " > e.closest('.card').getBoundingClientRect().right).length"
)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["liupanshui-xingyi", "winter-mountain", "hechi"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_one_fits_a_screen_and_a_sheet(
    tab: Tab, name: str, language: str, root: Path, tmp_path: Path
) -> None:
    """Verdict, badge, numbers, map, key, caveats and strip: on 1440 x 900 and on A4, nothing cut."""
    page = shipped_page(name, root, tmp_path)
    resize(tab, 1440, 900)
    tab.open(page)
    tab.evaluate(f"document.querySelector('button[data-set-lang={language}]').click()")
    for part, (right, bottom) in parts_of_page_one(tab).items():
        assert right <= 1440, part
        assert bottom <= 900, part
    assert tab.evaluate("document.querySelectorAll('.board-side .caveats li').length") == 3
    assert tab.evaluate("document.querySelectorAll('.cards .card').length") == 5
    assert tab.evaluate(CUT_OFF) == 0

    resize(tab, *SHEET_PX)
    tab.command("Emulation.setEmulatedMedia", media="print")
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for part, (right, bottom) in parts_of_page_one(tab).items():
        assert right <= SHEET_PX[0] + 1, part
        assert bottom <= SHEET_PX[1], part
    assert tab.evaluate(CUT_OFF) == 0
    tab.command("Emulation.setEmulatedMedia", media="")


@pytest.mark.browser
def test_each_sheet_says_run_page_and_day(tab: Tab, made: Path) -> None:
    """The foot of a sheet: hash of the plan, day of printing, page of pages."""
    page = write_report(made)
    style = page.read_text(encoding="utf-8").split("<style>")[1].split("</style>")[0]
    certificate = json.loads((made / "certificate.json").read_text(encoding="utf-8"))

    assert f'corridor · {certificate["inputs"]["plan.json"][:12]}"' in style
    assert 'counter(page) " / " counter(pages)' in style
    tab.open(page)
    tab.command("Page.printToPDF", preferCSSPageSize=True)
    rules = tab.evaluate("[...document.styleSheets[0].cssRules].map(r => r.cssText).join()")
    today = tab.evaluate("new Date().toLocaleDateString('sv')")
    assert "@bottom-center" in rules
    assert today in rules


@pytest.mark.browser
@pytest.mark.parametrize("name", ["winter-mountain", "hechi"])
def test_a_keyboard_reaches_every_station(tab: Tab, name: str, root: Path, tmp_path: Path) -> None:
    """Fewer than 80 tab stops, stations among them in order and named; Enter opens, Escape closes."""
    resize(tab, 1440, 900)
    tab.open(shipped_page(name, root, tmp_path))

    def press(key: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            tab.command("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                        text="\r" if key == "Enter" and kind == "keyDown" else "")  # fmt: skip

    stops = []
    while len(stops) < 200:
        press("Tab", 9)
        here = tab.evaluate(
            "(e => e === document.body ? '' : e.dataset.mark || e.className || e.tagName)"
            "(document.activeElement)"
        )
        if not here:
            break
        stops.append(here)
        if here == "1":
            press("Enter", 13)
            assert tab.evaluate("document.querySelector('.popup-head').textContent")[:3] == "1 ·"
            press("Escape", 27)
            assert tab.evaluate("document.querySelector('.popup-head')") is None
    marks = [int(stop) for stop in stops if stop.isdigit()]

    assert len(stops) < 80
    assert stops[0] == "skip"
    assert marks == list(range(1, len(marks) + 1))
    assert len(marks) == tab.evaluate("document.querySelectorAll('.key-list li').length")
    assert tab.evaluate(
        "[...document.querySelectorAll('.mark')].every(m => m.getAttribute('aria-label').length > 5)"
    )
    assert tab.evaluate("document.querySelectorAll('th:not([scope])').length") == 0


@pytest.mark.browser
def test_a_phone_reads_strips_and_never_scrolls_sideways(tab: Tab, tmp_path: Path) -> None:
    """Names of any length make no page wider than its screen; letters of a strip are 11 px high."""
    docs = documents()
    for thing in (*docs["plan.json"]["stations"], *docs["inputs/sites.json"]["sites"]):
        thing["name_zh"], thing["name_en"] = "很长的名字" * 12, "Unbreakable" * 12
    docs["plan.json"]["title"] = "Unbreakable" * 20
    resize(tab, 390, 844)
    tab.open(write_report(write_run(tmp_path, docs)))
    letters = tab.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.strip text')]"
        ".filter(t => t.getClientRects().length).map(t => parseFloat(getComputedStyle(t).fontSize)"
        " * t.ownerSVGElement.getBoundingClientRect().width / t.ownerSVGElement.viewBox.baseVal.width))"
    )

    for language in ("en", "zh"):
        tab.evaluate(f"document.querySelector('button[data-set-lang={language}]').click()")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert letters >= 11


def test_caveats_come_by_their_swing() -> None:
    """A gap above target first, then by share; a range that is a point is no caveat."""
    plan = documents()["plan.json"]
    assert "gap" not in ordered_caveats(plan)
    plan["gap"], plan["gap_target"] = 0.02, 0.01
    assert ordered_caveats(plan)[0] == "gap"
    line = plan["kpis"]["demand_lines"][-1]
    line["low_kg_per_day"] = line["high_kg_per_day"] = line["used_kg_per_day"]
    assert "trucks" not in ordered_caveats(plan)
    plan["kpis"]["by_period"][-1]["assumed_kg_per_day"] = 0.0
    assert "assumed" not in ordered_caveats(plan)
    assert ordered_caveats(plan)[-2:] == ["counts", "sources"]
