"""A comparison says what moved, what it costs, and what cannot be told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_run import documents, write_run

from corridor.core.errors import InputError
from corridor.report import compare_html, compare_runs, compare_text


def compared(folder: Path, change: Any) -> dict[str, Any]:
    """Return the comparison of the made run with a changed one."""
    docs = documents()
    change(docs)
    runs = [write_run(folder / "a"), write_run(folder / "b", docs)]
    document = compare_runs(runs)
    assert compare_text(document)
    assert "<!doctype html>" in compare_html(document)
    found: dict[str, Any] = document["against"][0]
    return found


def test_the_same_run_differs_in_nothing(tmp_path: Path) -> None:
    """A run compared with itself: no station moved, no KPI differs, nothing to tell apart."""
    found = compared(tmp_path, lambda docs: None)

    assert found["same_inputs"]
    assert found["stations"]["unchanged"] == 4
    assert [kind for kind, which in found["stations"].items() if which] == ["unchanged"]
    assert all(row["difference"] == 0 for row in found["kpis"])
    assert not found["cost"]["distinguishable"]


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


def test_a_difference_within_the_gaps_is_not_a_finding(tmp_path: Path) -> None:
    """Costs whose proven intervals overlap are called not distinguishable."""

    def change(docs: Any) -> None:
        docs["plan.json"]["objective_cny"] *= 1.001  # the gap of the made run is 0.15 %
        docs["plan.json"]["bound_cny"] *= 1.001

    docs_found = compared(tmp_path, change)

    assert not docs_found["cost"]["distinguishable"]
    assert docs_found["cost"]["difference_cny"] > 0


def test_a_difference_beyond_the_gaps_is_one(tmp_path: Path) -> None:
    """Costs whose proven intervals do not overlap are told apart, with the interval."""

    def change(docs: Any) -> None:
        docs["plan.json"]["objective_cny"] *= 1.1
        docs["plan.json"]["bound_cny"] *= 1.1
        docs["inputs/scenario.json"]["money"]["discount_rate"] = 0.1
        docs["plan.json"]["kpis"]["by_period"][0]["stations"] += 1

    found = compared(tmp_path, change)

    assert found["cost"]["distinguishable"]
    assert 0 < found["cost"]["at_least_cny"] < found["cost"]["at_most_cny"]
    assert found["scenario"] == [{"key": "money.discount_rate", "base": 0.08, "other": 0.1}]
    changed = [row for row in found["kpis"] if row["difference"]]
    assert [(row["year"], row["kpi"], row["difference"]) for row in changed] == [
        (2026, "stations", 1)
    ]


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
