"""The map of shipped scenarios in a real browser: every station has its number and its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Tab, browser
from shipped import PLANS, shipped_page

pytestmark = pytest.mark.browser

WIDTHS = ((1440, 900), (1920, 1080), (390, 844))

SEEN = """
(function () {
  function box(e) {
    var r = e.getBoundingClientRect();
    return { left: r.left, top: r.top, right: r.right, bottom: r.bottom, text: e.textContent };
  }
  function all(selector) { return [...document.querySelectorAll('#map ' + selector)].map(box); }
  var pane = document.querySelector('#map .leaflet-marks-pane').getBoundingClientRect();
  return JSON.stringify({
    map: box(document.getElementById('map')),
    marks: [...document.querySelectorAll('#map .mark')].map(function (e) {
      return { ...box(e), x: pane.left + Number(e.dataset.trueX), y: pane.top + Number(e.dataset.trueY),
               name: e.getAttribute('aria-label') };
    }),
    labels: all('.map-label'), stations: all('.station-label'), plants: all('.plant'),
    scale: all('.leaflet-control-scale'),
    key: [...document.querySelectorAll('.key-list li:not(.later)')].map(function (e) { return e.innerText; }),
    legend: [...document.querySelectorAll('#map-legend li')].map(function (e) { return e.innerText; }),
    wide: document.documentElement.scrollWidth
  });
}())
"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """Return a tab of one browser for all pages of this file."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as opened:
        yield opened


def show(tab: Tab, page: Path, size: tuple[int, int], language: str) -> dict[str, Any]:
    """Return what a page shows at a size in a language."""
    tab.command("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                deviceScaleFactor=1, mobile=size[0] < 600)  # fmt: skip
    tab.open(page)
    tab.evaluate(f"document.querySelector('button[data-set-lang={language}]').click()")
    seen: dict[str, Any] = json.loads(tab.evaluate(SEEN))
    return seen


def under(x: float, y: float, box: dict[str, float]) -> bool:
    return box["left"] < x < box["right"] and box["top"] < y < box["bottom"]


def hides(x: float, y: float, mark: dict[str, float]) -> bool:
    """Whether a point lies inside the circle of a mark."""
    middle = ((mark["left"] + mark["right"]) / 2, (mark["top"] + mark["bottom"]) / 2)
    radius = (mark["right"] - mark["left"]) / 2 - 1
    return (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    return (
        a["left"] < b["right"] - 0.5
        and b["left"] < a["right"] - 0.5
        and a["top"] < b["bottom"] - 0.5
        and b["top"] < a["bottom"] - 0.5
    )


def faults(seen: dict[str, Any]) -> list[str]:
    """Return what hides what: a centre or a true place under a label or another symbol."""
    found = []
    for mark in seen["marks"]:
        centre = ((mark["left"] + mark["right"]) / 2, (mark["top"] + mark["bottom"]) / 2)
        for what, (x, y) in (("centre", centre), ("place", (mark["x"], mark["y"]))):
            if not under(x, y, seen["map"]):
                found.append(f"{what} of {mark['name']} off the map")
            found += [
                f"{what} of {mark['name']} under {box['text'] or 'a symbol'}"
                for box in (*seen["labels"], *seen["plants"], *seen["scale"])
                if under(x, y, box)
            ]
            found += [
                f"{what} of {mark['name']} under {other['name']}"
                for other in seen["marks"]
                if other is not mark and hides(x, y, other)
            ]
    labels = seen["labels"]
    for i, label in enumerate(labels):
        found += [f"{label['text']} on {o['text']}" for o in labels[:i] if overlap(label, o)]
    return found


@pytest.mark.parametrize("name", sorted(PLANS))
def test_no_station_is_hidden_and_each_has_its_name(
    tab: Tab, name: str, root: Path, tmp_path: Path
) -> None:
    """0 centres and 0 true places under a label or a symbol; each number stands in the list."""
    page = shipped_page(name, root, tmp_path)
    last = max(year for year, _ in PLANS[name]["periods"])
    standing = [rows for rows in PLANS[name]["stations"].values() if rows[-1][0] == last]
    for size in WIDTHS:
        for language in ("en", "zh"):
            seen = show(tab, page, size, language)
            assert faults(seen) == [], (size, language)
            numbers = [mark["name"].split(" ")[0] for mark in seen["marks"]]
            assert len(standing) / 2 <= len(numbers) <= len(standing)
            named = {text.split()[0]: text.split(maxsplit=1)[1] for text in seen["key"]}
            assert sorted(named) == sorted(numbers)
            if language == "zh":
                assert all(any("一" <= sign <= "鿿" for sign in text) for text in named.values())
            assert len(seen["stations"]) >= (0.4 if size[0] < 600 else 0.7) * len(numbers)
            assert seen["wide"] <= size[0]
    assert tab.complaints() == []
