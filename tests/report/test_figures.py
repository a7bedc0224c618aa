"""Every figure on the page is the plan's, and the tables say the same."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from pathlib import Path

import pytest
from made_run import documents, write_run
from page_reader import plain, read_page

from corridor.report import write_report, write_tables
from corridor.report.figures import compute
from corridor.report.folder import at

SCALE = {"kilo": 1e3, "tonnes": 1e3, "million": 1e6, "wan": 1e4, "percent": 1e-2, "gap": 1e-2}
ROUNDED = {"percent": 5e-4, "gap": 5e-5, "km": 0.05}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def agrees(words: str, value: float, kind: str) -> bool:
    """Whether words say a value, up to the rounding that the kind promises."""
    said = plain(words) * SCALE.get(kind, 1.0)
    if kind in ROUNDED:
        return abs(said - value) <= ROUNDED[kind] * 1.000001
    if kind in ("count", "year", "full") and float(value).is_integer():
        return said == value
    return math.isclose(said, value, rel_tol=0.00501, abs_tol=0.0)


def test_every_figure_of_the_page_stands_in_its_file(made: Path) -> None:
    """Each figure's pointer leads to its exact value, and its words are that value, rounded."""
    page = read_page(write_report(made).read_text(encoding="utf-8"))
    files: dict[str, object] = {}
    checked = 0
    for figure in page.figures:
        claims = figure.attributes
        name = claims.get("data-file", "plan.json")
        files.setdefault(name, json.loads((made / name).read_text(encoding="utf-8")))
        if "data-calc" in claims:
            values = [at(files["plan.json"], key) for key in claims["data-keys"].split(" ")]
            found = compute(claims["data-calc"], values)
        else:
            found = at(files[name], claims["data-key"])
        assert json.loads(claims["data-value"]) == found, claims
        kind = claims.get("data-kind", "")
        if found is None:
            assert figure.text == "–"
            assert "nc" in claims["class"]
        elif isinstance(found, str):
            assert figure.text == found
        elif isinstance(found, list):
            assert [plain(part) for part in figure.text.split(", ")] == found
        elif kind == "money":
            assert agrees(figure.english, found, "million"), (claims, figure.english)
            assert agrees(figure.chinese, found, "wan"), (claims, figure.chinese)
        else:
            assert agrees(figure.text, found, kind), (claims, figure.text)
        checked += 1
    assert checked > 300


def test_every_figure_of_the_plan_stands_in_a_table(made: Path) -> None:
    """Each number that the page takes from the plan can be looked up in the tables."""
    page = read_page(write_report(made).read_text(encoding="utf-8"))
    write_tables(made)
    numbers = set()
    for path in (made / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    try:
                        numbers.add(float(cell))
                    except ValueError:
                        continue
    for figure in page.figures:
        claims = figure.attributes
        if "data-key" not in claims or "data-file" in claims:
            continue
        value = json.loads(claims["data-value"])
        if isinstance(value, int | float):
            exact = value / 1000 if claims["data-key"].endswith("fuel_g") else value
            assert float(exact) in numbers, claims["data-key"]


def test_the_books_add_up_from_the_tables_alone(made: Path) -> None:
    """Loads, trucks, coverage, supply, money and costs of the plan follow from the CSV rows."""
    write_tables(made)
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))
    load: dict[tuple[str, str], float] = defaultdict(float)
    calls: dict[tuple[str, str], float] = defaultdict(float)
    for row in table(made, "stop_plans"):
        load[row["station"], row["year"]] += float(row["bought [kg/day]"])
        calls[row["station"], row["year"]] += float(row["trips [1/day]"])
    build: dict[str, float] = defaultdict(float)
    for row in table(made, "station_periods"):
        key = row["station"], row["year"]
        assert float(row["load [kg/day]"]) == pytest.approx(load[key])
        assert float(row["trucks [1/day]"]) == pytest.approx(calls[key])
        share = load[key] / float(row["capacity [kg/day]"])
        assert float(row["utilisation [fraction]"]) == pytest.approx(share)
        build[row["year"]] += float(row["built or enlarged for [CNY]"])
    wanted: dict[str, float] = defaultdict(float)
    lost: dict[str, float] = defaultdict(float)
    for row in table(made, "commodities"):
        grams = float(row["trips [1/day]"]) * float(row["to buy per trip [g]"])
        wanted[row["year"]] += grams / 1000
        lost[row["year"]] += float(row["hydrogen not served [kg/day]"])
    sent: dict[tuple[str, str], float] = defaultdict(float)
    for row in table(made, "supply"):
        sent[row["plant"], row["year"]] += float(row["leaves the plant [kg/day]"])
    for row in table(made, "plants"):
        leaves = float(row["sends [kg/day]"])
        assert leaves == pytest.approx(sent[row["plant"], row["year"]])
    bought: dict[int, float] = defaultdict(float)
    owned = ("stations", "replacements of stations", "expansions", "replacements of expansions")
    for row in table(made, "capex_by_year"):
        bought[int(row["year"])] += sum(float(row[f"{what} [CNY]"]) for what in owned)
    for period, kpi, row in zip(
        plan["periods"], plan["kpis"]["by_period"], table(made, "periods"), strict=True
    ):
        year = row["year"]
        assert kpi["demand_kg_per_day"] == pytest.approx(wanted[year])
        assert kpi["unmet_kg_per_day"] == pytest.approx(lost[year])
        assert kpi["coverage_by_kg"] == pytest.approx(1 - lost[year] / wanted[year])
        sold = sum(kg for (_, when), kg in load.items() if when == year)
        assert kpi["sold_kg_per_day"] == pytest.approx(sold)
        spent = sum(cny for y, cny in bought.items() if int(year) <= y <= period["last_year"])
        assert kpi["capex_cny"] == pytest.approx(spent)
        assert spent >= build[year] * (1 - 1e-9)
        parts = [float(v) for k, v in row.items() if k.startswith("cost: ") and "total" not in k]
        assert float(row["cost: total [CNY/kg]"]) == pytest.approx(sum(parts))
    blocks = {row["block"]: float(row["net present cost [CNY]"]) for row in table(made, "costs")}
    assert blocks.pop("total") == pytest.approx(sum(blocks.values()))
    stations = sum(float(row["CAPEX [CNY]"]) for row in table(made, "stations"))
    steps = {row["plant"]: float(row["CAPEX [CNY]"]) for row in table(made, "expansions")}
    assert plan["kpis"]["capex_total_cny"] == pytest.approx(sum(bought.values()))
    assert sum(build.values()) == pytest.approx(stations)
    assert sum(bought.values()) >= (stations + sum(steps.values())) * (1 - 1e-9)


def test_nothing_computed_is_not_zero(tmp_path: Path) -> None:
    """A KPI that is missing shows the dash; one that is zero shows 0."""
    docs = documents()
    docs["plan.json"]["kpis"]["by_period"][1]["shortfall_kg_per_day"] = 0.0
    del docs["plan.json"]["kpis"]["by_period"][1]["utilisation"]
    page = read_page(write_report(write_run(tmp_path, docs)).read_text(encoding="utf-8"))
    said = {figure.attributes.get("data-key"): figure.text for figure in page.figures}

    assert said["/kpis/by_period/1/utilisation"] == "–"
    assert said["/kpis/by_period/1/shortfall_kg_per_day"] == "0"


def test_the_same_folder_gives_the_same_page(made: Path) -> None:
    """A report is a function of its folder: written twice, the bytes agree."""
    first = write_report(made).read_bytes()

    assert write_report(made).read_bytes() == first


def test_the_page_names_no_path(made: Path) -> None:
    """The page says nothing of the machine that wrote it."""
    text = write_report(made).read_text(encoding="utf-8")

    assert str(made) not in text
    assert "/home/" not in text


def test_pairs_beyond_the_largest_are_summed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one pair shown, the others' freight and hydrogen stand as one sum per period."""
    monkeypatch.setattr("corridor.report.pairs.LARGEST", 1)
    text = write_report(made).read_text(encoding="utf-8")
    rows = json.loads((made / "plan.json").read_text(encoding="utf-8"))["kpis"]["by_od"]
    largest = max(rows, key=lambda row: row["wanted_kg_per_day"])["od"]
    others = [i for i, row in enumerate(rows) if row["od"] != largest]
    keys = {
        key for figure in read_page(text).figures if (key := figure.attributes.get("data-keys"))
    }
    assert others
    for i in others:
        assert f"/kpis/by_od/{i}/t_per_year" in keys
        assert f"/kpis/by_od/{i}/wanted_kg_per_day" in keys
    assert "in tables/stop_plans.csv" in text
