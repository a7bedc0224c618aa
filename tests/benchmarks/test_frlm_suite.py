"""The benchmarks run, explain themselves, and compute their statistics right."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks import generate, report
from benchmarks.__main__ import main
from benchmarks.registry import SUITES
from benchmarks.runner import machine, read_csv
from corridor.frlm import parse_instance


def test_help_explains_itself(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    assert "corridor.instance/1" in capsys.readouterr().out


def test_list_names_every_row(capsys):
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(row.name in printed for rows in SUITES.values() for row in rows)


def test_a_smoke_run_writes_csv_table_and_plots(tmp_path, capsys):
    assert main(["run", "--suite", "smoke", "--seeds", "1", "--out", str(tmp_path)]) == 0
    results = read_csv(tmp_path / "smoke.csv")
    assert len(results) == len(SUITES["smoke"])
    assert all(result["proven"] and not result.get("error") for result in results)
    assert all(result.get("equal", True) for result in results)
    table = (tmp_path / "smoke.md").read_text(encoding="utf-8")
    assert "corridor-30-40-p3" in table
    assert "PAR10" in table
    assert (tmp_path / "profile.svg").read_text(encoding="utf-8").startswith("<svg")
    assert main(["table", str(tmp_path / "smoke.csv"), "--suite", "smoke"]) == 0
    capsys.readouterr()


def test_any_instance_file_can_be_dropped_in(tmp_path, capsys):
    path = tmp_path / "mine.json"
    assert main(["write", "planar", "30", "40", "1", str(path), "--stations", "2"]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["asks"]
    assert main(["files", str(path), "--seeds", "1", "--out", str(tmp_path)]) == 0
    assert "mine" in capsys.readouterr().out


def test_a_seed_gives_the_same_instance_and_another_seed_another():
    for family in (generate.planar, generate.corridor):
        first = family(40, 60, 3)
        assert first == family(40, 60, 3)
        assert first["trips"] != family(40, 60, 4)["trips"]
        instance = parse_instance(first)
        assert len(instance.sites) == 40
        assert len(instance.trips) <= 60


def test_statistics_by_hand():
    assert report.shifted_mean([1, 1, 1]) == pytest.approx(1)
    assert report.shifted_mean([0, 3]) == pytest.approx(1)  # sqrt(1 x 4) - 1
    runs = [{"cpu": 2.0, "proven": True}, {"cpu": 9.0, "proven": False}]
    assert report.par10(runs, 10) == pytest.approx((2 + 100) / 2)
    assert report.slope([1, 10, 100], [2, 200, 20000]) == pytest.approx(2)
    assert math.isnan(report.slope([5, 5], [1, 2]))
    curves = report.profile({"a": [1, 4], "b": [2, 2]})
    assert curves == {"a": [(1, 0.5), (2, 1.0)], "b": [(1, 0.5), (2, 1.0)]}
    lost = report.profile({"a": [1, 1], "b": [math.inf, 1]})
    assert lost["b"] == [(1, 0.5)]


def test_the_machine_is_named():
    assert {"processor", "python", "highspy"} <= set(machine())
