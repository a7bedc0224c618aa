"""What the page says of the value of service: prices with gaps, entries of stations, or that nobody asked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from made_run import documents, write_run
from page_reader import read_page

from corridor.report import write_report, write_tables


def section(text: str) -> str:
    """Return the section on the value of service."""
    found = re.search(r'<section id="value-of-service">.*?</section>', text, re.DOTALL)
    assert found
    return found.group()


def test_every_price_stands_with_cost_service_stations_and_gap(made: Path) -> None:
    """In the table and in the chart, each figure by its pointer into evidence.json."""
    text = section(write_report(made).read_text(encoding="utf-8"))
    chart = re.search(r'<svg class="drawing value".*?</svg>', text, re.DOTALL)
    assert chart
    table = text.replace(chart.group(), "")
    for n in range(3):
        for key in (
            "unmet_price_cny_per_kg", "spent_cny", "gap", "by_period/2/stations",
            "by_period/2/coverage_by_kg",
        ):  # fmt: skip
            pointer = f'data-key="/points/{n}/{key}" data-file="evidence.json"'
            assert pointer in table, key
            assert pointer in chart.group(), key
    assert chart.group().count("<circle") == 9
    assert table.count('>this plan</span><span class="zh" lang="zh-CN">本方案</span>') == 2
    assert table.count('class="sum"') == 1


def test_the_chart_rises_where_the_figures_do(made: Path) -> None:
    """More is spent at 80 than at 30 CNY/kg and as much at 300: up, then level."""
    text = section(write_report(made).read_text(encoding="utf-8"))
    spots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="2.8" class="dot line-base"', text)
    (x0, y0), (x1, y1), (x2, y2) = [(float(x), float(y)) for x, y in spots]
    assert x0 < x1 < x2
    assert y0 > y1 == y2
    assert abs((x1 - x0) / (x2 - x0) - 50 / 270) < 1e-3


def test_each_station_says_between_which_prices_it_enters(made: Path) -> None:
    """At or below the lowest, between two, or not at the highest."""
    rows = section(write_report(made).read_text(encoding="utf-8")).split("<tr>")
    said = [re.sub(r"<[^>]+>", " ", row) for row in rows if "/enters" in row or "最高罚价" in row]
    assert "at or below" in said[0]
    assert re.search(r"between\s+介于\s+30\s+and\s+与\s+80", said[1])
    assert "not at the highest price" in said[2]


def test_nobody_asked(tmp_path: Path) -> None:
    """Without evidence.json the page says so, and the tables have a header alone."""
    docs = documents()
    del docs["evidence.json"]
    folder = write_run(tmp_path, docs)
    text = section(write_report(folder).read_text(encoding="utf-8"))
    assert "Not computed: corridor solve --evidence" in text
    assert "<svg" not in text
    write_tables(folder)
    for name in ("value_of_service", "stations_by_price"):
        rows = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) == 1


def test_a_cheaper_design_at_the_plans_own_price_is_told(tmp_path: Path) -> None:
    """The reader is sent to a larger work limit."""
    docs: dict[str, Any] = documents()
    docs["evidence.json"]["points"][1]["design"] = 0
    text = section(write_report(write_run(tmp_path, docs)).read_text(encoding="utf-8"))
    assert "solve it again with a larger solver.work_limit" in text


def test_evidence_that_was_never_judged_withholds_the_plan(made: Path) -> None:
    """A file that was put there later, or changed, is no evidence."""
    judged = (made / "evidence.json").read_bytes()
    document = json.loads(judged)
    document["points"][0]["gap"] = 0.0
    (made / "evidence.json").write_text(json.dumps(document), encoding="utf-8")
    text = write_report(made).read_text(encoding="utf-8")
    assert "evidence.json is not the file that the certificate judged" in text
    assert "value-of-service" not in text


def test_evidence_put_there_later_withholds_the_plan(tmp_path: Path) -> None:
    """A certificate that never saw it does not cover it."""
    docs = documents()
    later = docs.pop("evidence.json")
    folder = write_run(tmp_path, docs)
    (folder / "evidence.json").write_text(json.dumps(later), encoding="utf-8")
    text = write_report(folder).read_text(encoding="utf-8")
    assert "evidence.json was never judged by the certificate" in text
    assert not [f for f in read_page(text).figures if "data-file" not in f.attributes]
