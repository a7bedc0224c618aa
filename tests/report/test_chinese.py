"""The Chinese page speaks Chinese: what is seen without a click holds no English but names that are codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from chromium import browser
from shipped import PLANS, shipped_page

from corridor.report import write_report
from corridor.report.words import table
from corridor.scenario.load import load_scenario

SEEN = r"""
(function () {
  var found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node;
  while ((node = walker.nextNode())) {
    var holder = node.parentElement, text = node.textContent.trim();
    if (!holder.checkVisibility()) { continue; }
    if (holder.closest('script, style, .code, .tag, .langs, .badge')) { continue; }
    if (/[A-Za-z]{2}/.test(text) && !/[一-鿿]/.test(text)) { found.push(text); }
  }
  return JSON.stringify(found);
}())
"""
CODE = re.compile(r"\(?I{1,3}\)?|PASS(-WITH-GAP)?|[\d\s.,]* ?(km|m|GEH)|t\d+|hydrogen-\w+")
"""Storage classes, verdicts, lengths with their symbol, sizes and classes of trucks."""
MADE = {
    "A corridor made by hand",
    "Every truck was driven again",
    "The books add up",
    "no cited capacity",
    "Place names: GeoNames, CC BY 4.0",
}
"""What the run made by hand says in English alone."""


def without_chinese(page: Path, profile: Path, codes: set[str]) -> list[str]:
    """Return the texts of the Chinese page that hold no Chinese and are no code."""
    with browser(profile) as tab:
        tab.open(page)
        tab.evaluate("document.querySelector('button[data-set-lang=zh]').click()")
        texts = json.loads(tab.evaluate(SEEN))
    return [text for text in texts if text not in codes and not CODE.fullmatch(text)]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["liupanshui-xingyi", "hechi"])
def test_no_text_of_a_shipped_page_lacks_chinese(name: str, root: Path, tmp_path: Path) -> None:
    """Title, verdict, labels, units and reasons; names of roads that are codes excepted."""
    page = shipped_page(name, root, tmp_path / "run")
    network = json.loads((tmp_path / "run/inputs/network.json").read_text(encoding="utf-8"))
    codes = {route["ref"] for route in network["routes"]}

    assert set(without_chinese(page, tmp_path / "profile", codes)) <= MADE


@pytest.mark.browser
def test_trips_and_deliveries_speak_chinese_too(made: Path, tmp_path: Path) -> None:
    """The run made by hand has what a shipped page leaves out; what it says itself is English."""
    left = without_chinese(write_report(made), tmp_path / "profile", {"R1"})

    assert set(left) <= MADE | {"© OpenStreetMap contributors, ODbL 1.0"}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_shipped_scenario_has_a_chinese_title(name: str, root: Path) -> None:
    """`title_zh` stands beside `title`."""
    scenario = load_scenario(root / "scenarios" / f"{name}.toml")

    assert scenario.title
    assert re.search("[一-鿿]", scenario.title_zh)


def test_every_check_of_the_certificate_has_chinese_words() -> None:
    """A new check needs its line in words.csv."""
    import corridor.certificate as certificate

    folder = Path(certificate.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    known = set(re.findall(r'Tally\(\s*"(\w+)"', source))

    assert len(known) > 30
    assert {check for check in known if f"check {check}" not in table()} == set()
