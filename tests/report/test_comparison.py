"""A comparison says what moved, what it costs, and what cannot be told apart or compared."""

from __future__ import annotations

import ast
import copy
import csv
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromium import browser
from made_run import documents, write_run

import corridor.report
from corridor.core.errors import InputError
from corridor.report import compare_html, compare_runs, compare_text
from corridor.report.comparison_words import cell, cost_sentence, warnings
from corridor.report.words import table

Change = Callable[[Any], None]


def nothing(docs: Any) -> None:
    """Change nothing."""


def asks_another_question(docs: Any) -> None:
    """Change a price that is no measure of the cost."""
    docs["inputs/scenario.json"]["money"]["power_price_cny_per_kwh"] = 0.6


def whole(folder: Path, *changes: Change) -> dict[str, Any]:
    """Return the comparison of the made run with changed ones."""
    runs = [write_run(folder / "base")]
    for i, change in enumerate(changes):
        docs = copy.deepcopy(documents())
        change(docs)
        runs.append(write_run(folder / str(i), docs))
    document = compare_runs(runs)
    for lang in ("en", "zh"):
        assert compare_text(document, lang)
    assert "<!doctype html>" in compare_html(document)
    return document


def compared(folder: Path, change: Change) -> dict[str, Any]:
    """Return what the comparison says of one changed run."""
    found: dict[str, Any] = whole(folder, change)["against"][0]
    return found


def row_of(document: Any, key: str) -> Any:
    """Return the row of a figure of the horizon."""
    return next(row for row in document["figures"] if row["key"] == key)


def costs(docs: Any, *, spent: float = 0.0, unmet: float = 0.0) -> None:
    """Let a plan spend so much more and leave so much more unpaid, proven as far as before [CNY]."""
    plan = docs["plan.json"]
    plan["costs_npv_cny"]["station_capex"] += spent
    plan["costs_npv_cny"]["unmet"] += unmet
    plan["costs_npv_cny"]["total"] += spent + unmet
    for key in ("objective_cny", "bound_cny"):
        plan[key] += spent + unmet


def test_the_same_run_differs_in_nothing(tmp_path: Path) -> None:
    """A run compared with itself: no station moved, no figure marked, the same cost."""
    document = whole(tmp_path, nothing)
    found = document["against"][0]

    assert found["same_question"]
    assert found["differs"] == []
    assert found["stations"]["unchanged"] == 4
    assert [kind for kind, which in found["stations"].items() if which] == ["unchanged"]
    assert {mark for row in document["figures"] for mark in row["marks"]} == {None}
    assert cost_sentence(found) == (
        "spends the same; its penalty for unmet hydrogen is the same; together 0.0 M CNY; "
        "certified: both answer one question at the same cost."
    )


def test_every_kind_of_change_is_named(tmp_path: Path) -> None:
    """A station dropped, one added, one moved to the other side, one later, one smaller."""

    def change(docs: Any) -> None:
        stations = docs["plan.json"]["stations"]
        by_id = {station["id"]: station for station in stations}
        by_id["a.down"]["period"] = 2030
        by_id["a.up"]["tier"] = "t1"
        by_id["c.up"].update(id="c.down", carriageway="北镇方向", chainage_km=90.5)
        stations.remove(by_id["b.exit"])
        stations.append({**by_id["a.up"], "id": "far", "route": "R9"})

    found = compared(tmp_path, change)["stations"]

    assert [s["id"] for s in found["added"]] == ["far"]
    assert [s["id"] for s in found["removed"]] == ["b.exit"]
    assert [(m["from"]["id"], m["to"]["id"], m["other_side"]) for m in found["moved"]] == [
        ("c.up", "c.down", True)
    ]
    assert [(s["id"], s["from_year"], s["to_year"]) for s in found["retimed"]] == [
        ("a.down", 2026, 2030)
    ]
    assert [(s["id"], s["from_tier"], s["to_tier"]) for s in found["resized"]] == [
        ("a.up", "t2", "t1")
    ]


def test_money_stands_apart_from_penalty(tmp_path: Path) -> None:
    """A run that spends 100 M CNY less and serves less never reads as dearer alone."""

    def change(docs: Any) -> None:
        costs(docs, spent=-100e6, unmet=300e6)
        asks_another_question(docs)

    document = whole(tmp_path, change)
    found = document["against"][0]

    assert found["cost"]["spent_difference_cny"] == pytest.approx(-100e6)
    assert found["cost"]["penalty_difference_cny"] == pytest.approx(300e6)
    assert cost_sentence(found).startswith(
        "spends 100.0 M CNY less; its penalty for unmet hydrogen (modelled, not paid) is "
        "300.0 M CNY higher; together +200.0 M CNY; proven"
    )
    assert cost_sentence(found, "zh").startswith("少支出 100.0 百万元；缺供惩罚价")
    assert row_of(document, "spent_cny")["marks"] == ["worst", "best"]
    assert row_of(document, "penalty_cny")["marks"] == ["best", "worst"]
    assert row_of(document, "objective_cny")["marks"] == ["best", "worst"]


def test_plans_of_one_question_are_ranked_by_their_certified_cost(tmp_path: Path) -> None:
    """A given list that is a little cheaper is cheaper, however wide the gaps; names do not count."""

    def change(docs: Any) -> None:
        costs(docs, spent=-0.5e6)
        docs["plan.json"]["stations_given"] = True
        docs["plan.json"]["bound_cny"] = docs["plan.json"]["objective_cny"] - 50e6
        docs["inputs/scenario.json"]["title"] = "My own list"
        docs["inputs/scenario.json"]["solver"]["work_limit"] = 1.0

    document = whole(tmp_path, change)
    cost = document["against"][0]["cost"]

    assert cost["verdict"] == "certified"
    assert cost["at_least_cny"] == cost["at_most_cny"] == pytest.approx(-0.5e6)
    assert row_of(document, "objective_cny")["marks"] == ["worst", "best"]
    assert "cheaper, certified" in compare_text(document)


def test_a_difference_within_the_gaps_is_not_a_finding(tmp_path: Path) -> None:
    """Two questions, costs whose proven intervals overlap: not distinguishable."""

    def change(docs: Any) -> None:
        costs(docs, spent=0.5e6)  # what is open of the made run is 0.78 M CNY
        asks_another_question(docs)

    document = whole(tmp_path, change)
    cost = document["against"][0]["cost"]

    assert cost["verdict"] == "open"
    assert cost["difference_cny"] > 0
    assert row_of(document, "objective_cny")["marks"] == ["best", "as_best"]
    assert row_of(document, "spent_cny")["marks"] == ["best", "as_best"]
    assert "≈" in compare_text(document)


def test_a_difference_beyond_the_gaps_is_one(tmp_path: Path) -> None:
    """Two questions, costs whose proven intervals do not overlap: told apart, with the interval."""

    def change(docs: Any) -> None:
        costs(docs, spent=52e6)
        asks_another_question(docs)
        docs["plan.json"]["kpis"]["by_period"][0]["stations"] += 1

    document = whole(tmp_path, change)
    found = document["against"][0]

    assert found["cost"]["verdict"] == "proven"
    assert 0 < found["cost"]["at_least_cny"] < 52e6 < found["cost"]["at_most_cny"]
    assert found["scenario"] == [
        {"key": "money.power_price_cny_per_kwh", "base": 0.55, "other": 0.6}
    ]
    changed = [row for row in document["figures"] if row["values"][0] != row["values"][1]]
    assert {(row["key"], row["year"]) for row in changed} == {
        ("spent_cny", None), ("objective_cny", None), ("stations", 2026)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("time", "base_year", 2030),
        ("time", "horizon_end_year", 2045),
        ("money", "discount_rate", 0.05),
        ("money", "price_year", 2020),
    ],
)
def test_another_measure_of_money_is_not_subtracted(
    part: str, key: str, value: float, tmp_path: Path
) -> None:
    """The same plan with another base year is not "cheaper, proven": no sum of money is compared."""

    def change(docs: Any) -> None:
        costs(docs, spent=-33e6)
        docs["inputs/scenario.json"][part][key] = value

    document = whole(tmp_path, change, nothing)
    found = document["against"][0]

    assert found["cost"]["verdict"] == "not_compared"
    assert {v for k, v in found["cost"].items() if k != "verdict"} == {None}
    assert all(row["difference"] is None for row in found["costs"])
    money = [row for row in document["figures"] if row["unit"].startswith("CNY")]
    assert {row["marks"][1] for row in money} == {"not_compared"}
    assert str(value) in cost_sentence(found)
    assert "no money of B is ranked" in " ".join(warnings(document))
    assert not any(said in compare_text(document) for said in ("cheaper", "dearer"))
    assert document["against"][1]["cost"]["verdict"] == "certified"


def test_another_price_of_unmet_demand_leaves_money_spent(tmp_path: Path) -> None:
    """Penalties at two prices are not compared; what is spent is."""

    def change(docs: Any) -> None:
        costs(docs, spent=-20e6, unmet=5e6)
        docs["inputs/scenario.json"]["money"]["unmet_price_cny_per_kg"] = 90.0

    document = whole(tmp_path, change)
    found = document["against"][0]

    assert found["cost"]["verdict"] == "not_compared"
    assert found["cost"]["spent_difference_cny"] == pytest.approx(-20e6)
    assert row_of(document, "objective_cny")["marks"] == [None, "not_compared"]
    assert row_of(document, "spent_cny")["marks"] == ["worst", "best"]
    assert cost_sentence(found) == (
        "spends 20.0 M CNY less; penalties are not compared, for these differ: "
        "price of unmet demand 80.0 / 90.0."
    )


def test_another_network_is_warned_of_and_another_corridor_refused(tmp_path: Path) -> None:
    """A road more is a warning; no common node is another corridor, of which nothing is ranked."""

    def longer(docs: Any) -> None:
        docs["inputs/network.json"]["notes"] = ["a link more"]

    def elsewhere(docs: Any) -> None:
        for node in docs["inputs/network.json"]["nodes"]:
            node["id"] = f"far.{node['id']}"

    document = whole(tmp_path, longer, elsewhere)
    one, two = document["against"]

    assert [(row["what"], row["stops"]) for row in one["differs"]] == [("network", "nothing")]
    assert one["cost"]["verdict"] == "open"
    assert two["differs"][0]["what"] == "corridor"
    assert {row["marks"][2] for row in document["figures"]} == {"not_compared"}


def test_a_run_without_certificate_is_ranked_in_nothing(tmp_path: Path) -> None:
    """A folder whose certificate does not fit takes no rank."""
    runs = [write_run(tmp_path / "a"), write_run(tmp_path / "b", verdict=None)]
    document = compare_runs(runs)

    assert {row["marks"][1] for row in document["figures"]} == {"not_compared"}
    assert compare_html(document)


def test_no_digit_of_noise_is_shown() -> None:
    """What rounds to nothing is zero without a sign; shares are in percent."""
    assert cell(-3e-9, "CNY", signed=True) == "0.0"
    assert cell(-3e-5, "kg/day", signed=True) == "0"
    assert cell(-2.09e9, "CNY", signed=True) == "−2\u2009090.0"
    assert cell(0.9703, "fraction") == "97.0"
    assert cell(None, "CNY") == "–"


def test_sites_of_all_runs_come_first(tmp_path: Path) -> None:
    """Each site once, with first year and last size per run."""

    def change(docs: Any) -> None:
        plan = docs["plan.json"]
        plan["stations"] = [s for s in plan["stations"] if s["id"] != "a.up"]
        next(s for s in plan["stations"] if s["id"] == "c.up")["period"] = 2030

    rows = whole(tmp_path, change)["sites"]

    assert [row["runs"] for row in rows] == [2, 2, 2, 1]
    assert rows[-1]["id"] == "a.up"
    assert rows[-1]["cells"] == [{"year": 2026, "tier": "t2", "grows": True}, None]
    cells = next(row["cells"] for row in rows if row["id"] == "c.up")
    assert [found["year"] for found in cells] == [2035, 2030]


def test_what_is_proven_of_each_run_is_said(tmp_path: Path) -> None:
    """The one gap, what is open in money, what cannot be avoided, and whether a clock decided."""

    def change(docs: Any) -> None:
        docs["plan.json"]["search"]["stopped"] = "clock"

    base = write_run(tmp_path / "base")
    docs = documents()
    change(docs)
    document = compare_runs([base, write_run(tmp_path / "other", docs)])
    text, page = compare_text(document), compare_html(document)

    plan = docs["plan.json"]
    for run in document["runs"]:
        open_cny = plan["objective_cny"] - plan["bound_cny"]
        assert run["objective_minus_bound_cny"] == pytest.approx(open_cny)
        assert run["gap"] == plan["gap"]
    for said in (text, page):
        assert said.count("of the money that can be decided") == 2
        assert said.count("41.0 M CNY cannot be avoided") == 2
        assert said.count("stopped by the clock: not reproducible") == 1


def test_one_folder_is_no_comparison(made: Path) -> None:
    """Two folders are needed."""
    with pytest.raises(InputError, match="two or more"):
        compare_runs([made])


def test_every_phrase_has_its_chinese(tmp_path: Path) -> None:
    """Every phrase of the comparison stands in words.csv, with the same values to fill in."""
    folder = Path(corridor.report.__file__).parent
    said = {
        node.value
        for name in ("comparison_words.py", "matrix.py", "comparable.py")
        for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value
    }
    template = (folder / "templates/comparison.html.j2").read_text(encoding="utf-8")
    said |= {text.split('"')[0] for text in template.split('both("')[1:]}
    said |= {row["label"] for row in whole(tmp_path, nothing)["figures"]}
    words = table()

    assert len(said) > 50
    assert {text for text in said if text not in words} - {"{n}"} == set()
    for english, chinese in words.items():
        holes = [
            {f for _, f, _, _ in string.Formatter().parse(text)} for text in (english, chinese)
        ]
        assert holes[0] == holes[1], english


def test_no_words_stand_in_the_table_twice() -> None:
    """A second line for the same words would never be read."""
    path = Path(corridor.report.__file__).parent / "words.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        words = [row["words"] for row in csv.DictReader(stream)]

    assert len(words) == len(set(words))


@pytest.mark.browser
@pytest.mark.parametrize("runs", [2, 8])
def test_two_to_eight_runs_stand_on_one_screen(runs: int, tmp_path: Path) -> None:
    """Figures and sites end above the fold at 1440 x 900; no page is wider than its screen."""

    def change(docs: Any) -> None:
        plan = docs["plan.json"]
        plan["name"] = "a-scenario-with-a-long-name"
        asks_another_question(docs)
        station = plan["stations"][0]
        plan["stations"] += [{**station, "id": f"site{n}"} for n in range(40)]

    page = tmp_path / "compare.html"
    page.write_text(compare_html(whole(tmp_path, *[change] * (runs - 1))), encoding="utf-8")
    size = "document.documentElement.scrollWidth"
    with browser(tmp_path / "profile") as tab:
        for lang in ("en", "zh"):
            screen = {"deviceScaleFactor": 1, "mobile": False}
            tab.command("Emulation.setDeviceMetricsOverride", width=1440, height=900, **screen)
            tab.open(page)
            tab.evaluate(f"document.querySelector('button[data-set-lang={lang}]').click()")
            assert (
                tab.evaluate("document.querySelector('.front').getBoundingClientRect().bottom")
                < 900
            )
            assert tab.evaluate(size) == 1440
            assert tab.evaluate("document.querySelectorAll('.sites')[0].rows.length") == 35
            tab.command("Emulation.setDeviceMetricsOverride", width=390, height=844, **screen)
            assert tab.evaluate(size) == 390
        assert tab.complaints() == []
