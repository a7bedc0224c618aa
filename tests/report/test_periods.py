"""Claim: stations are shown by the periods that decide, all else by the runs of years inside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from made_run import documents, write_run

from corridor.report.folder import load_run
from corridor.report.periods import decisions, label, span
from corridor.report.views import whole_view


def plan(*decides: bool) -> dict[str, Any]:
    """Return runs of 2026–2029, 2030, 2031–2040."""
    years = ((2026, 2029), (2030, 2030), (2031, 2040))
    rows = [
        {"year": first, "last_year": last, "decides": each}
        for (first, last), each in zip(years, decides, strict=True)
    ]
    return {"periods": rows}


def test_runs_are_called_by_their_years_where_some_decide_nothing() -> None:
    """Where each decides its first year is its name, as ever."""
    assert [label(plan(True, True, True), i) for i in range(3)] == ["2026", "2030", "2031"]
    cut = plan(True, False, True)
    assert [label(cut, i) for i in range(3)] == ["2026–2029", "2030", "2031–2040"]


def test_decisions_hold_until_the_next() -> None:
    """First and last run of each, and the years from one to the other."""
    assert decisions(plan(True, True, True)) == [(0, 0), (1, 1), (2, 2)]
    assert decisions(plan(True, False, True)) == [(0, 1), (2, 2)]
    assert decisions(plan(True, False, False)) == [(0, 2)]
    assert span(plan(True, False, True), 0, 1) == "2026–2030"


def test_the_page_shows_the_loads_of_the_last_years_of_a_decision(
    tmp_path: Path,
) -> None:
    """Stations of the last period stand at its decision; their builds are those of its first run."""
    made = documents()
    made["plan.json"]["periods"][2]["decides"] = False
    for station in made["plan.json"]["stations"]:
        if station["period"] == 2035:
            row = station["timeline"][0]
            station.update(period=2030, timeline=[{**row, "year": 2030}, row])
    view = whole_view(load_run(write_run(tmp_path / "run", made)))
    assert [p["label"] for p in view["periods"]] == ["2026–2029", "2030–2034", "2035–2040"]
    first, second = view["decisions"]
    assert (first["span"], first["loads_of"]) == ("2026–2029", "")
    assert (second["span"], second["loads_of"]) == ("2030–2040", "2035–2040")
    assert second["kpi"] == "/kpis/by_period/2"
    for row in second["rows"]:
        shown = int(re.findall(r"\d+$", row["row"])[0])
        assert row["station"]["timeline"][shown]["year"] == 2035
        built = int(re.findall(r"\d+$", row["built"])[0])
        assert row["station"]["timeline"][built]["year"] == 2030
