"""Every verb over a real run folder: what it prints, writes and returns."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.running import SMALL, CommandRun


def corridor(*arguments: object, cwd: Path | None = None) -> tuple[int, str, str]:
    """Run `corridor ARGS` as a shell does; return exit code, stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "corridor", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def as_json(*arguments: object, code: int = 0) -> Any:
    """Run a verb with --json and return the one object on stdout."""
    found, out, err = corridor(*arguments, "--json")
    assert found == code, err
    return json.loads(out)


@pytest.fixture
def copy(small_run: CommandRun, tmp_path: Path) -> Path:
    """Return a copy of the small run."""
    return Path(shutil.copytree(small_run.folder, tmp_path / "copy"))


def test_verify_and_report_answer_in_json(copy: Path) -> None:
    """`verify` gives every check, `report` the page; both exit 0 on a good folder."""
    verified = as_json("verify", copy)
    written = as_json("report", copy)

    assert verified["verdict"] in {"PASS", "PASS-WITH-GAP"}
    assert len(verified["checks"]) >= 20
    assert all(check["ok"] for check in verified["checks"])
    assert Path(written["report"]).is_file()


def test_a_failing_folder_gets_a_red_page_and_exit_7(copy: Path) -> None:
    """With a load moved by one kilogram the report withholds its ranking."""
    plan = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    plan["stations"][0]["timeline"][0]["load_kg_per_day"] += 1
    (copy / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    assert as_json("verify", copy, code=7)["verdict"] == "FAIL"
    assert as_json("report", copy, code=7)["verdict"] == "FAIL"
    page = (copy / "report.html").read_text(encoding="utf-8")
    assert "FAIL" in page
    assert "/stations/0/" not in page


def test_a_run_of_the_older_format_is_refused_in_one_sentence(copy: Path) -> None:
    """What it is, why it cannot be judged, what to do; exit 3, whichever file is the old one."""
    for name, schema in (("plan", "corridor.plan/1"), ("manifest", "corridor.manifest/1")):
        path = copy / f"{name}.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**document, "schema": schema}), encoding="utf-8")

        code, out, err = corridor("verify", copy)

        assert code == 3
        assert not out
        assert "run of an older format" in err
        assert "money that can be decided" in err
        assert "Solve its scenario again" in err


def test_limits_change_no_byte_of_the_plan(
    small_run: CommandRun, tmp_path: Path, root: Path
) -> None:
    """Another limit: same plan.json and page, other manifest."""
    scenario = tmp_path / "small.toml"
    scenario.write_text(SMALL.format(root=root.as_posix()), encoding="utf-8")

    answer = as_json("solve", scenario, "-o", tmp_path / "run", "--time-limit", 97)

    for name in ("plan.json", "report.html", "inputs/scenario.json"):
        ours, theirs = (tmp_path / "run" / name), (small_run.folder / name)
        assert ours.read_bytes() == theirs.read_bytes(), name
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["made_with"]["options"]["time_limit_s"] == 97
    assert {"highspy", "numpy", "scipy", "seconds"} <= set(manifest["made_with"])
    plan = json.loads((tmp_path / "run" / "plan.json").read_text(encoding="utf-8"))
    assert not {"solver", "created_by"} & set(plan)
    decided = answer["objective_cny"] - answer["unavoidable_cny"]
    assert answer["gap"] == pytest.approx(answer["objective_minus_bound_cny"] / decided, abs=1e-8)
    assert answer["gap"] <= answer["gap_target"]
    assert answer["search"]["stopped"] == "target"


def test_compare_with_itself_finds_nothing(copy: Path, small_run: CommandRun) -> None:
    """Two copies of a run do not differ; the page is written."""
    page = copy.parent / "comparison.html"
    document = as_json("compare", small_run.folder, copy, "--html", page)

    assert document["schema"] == "corridor.comparison/3"
    assert document["against"][0]["cost"]["verdict"] == "certified"
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    code, out, _ = corridor("compare", small_run.folder, copy, "--lang", "zh")
    assert code == 0
    assert "支出与惩罚合计" in out


def test_evaluate_scores_the_users_own_stations(
    copy: Path, small_run: CommandRun, tmp_path: Path, root: Path
) -> None:
    """The optimiser's own stations score its cost; without one of them it gets no cheaper."""
    scenario = tmp_path / "small.toml"
    scenario.write_text(SMALL.format(root=root.as_posix()), encoding="utf-8")
    rows = [
        (s["id"], t["year"], t["tier"]) for s in small_run.plan["stations"] for t in s["timeline"]
    ]
    table = tmp_path / "mine.csv"
    with table.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows([("station", "year", "tier"), *rows])

    same = as_json("evaluate", scenario, table, "-o", tmp_path / "same")

    assert same["certificate"] == "PASS"
    assert same["objective_cny"] == pytest.approx(small_run.plan["objective_cny"], rel=1e-3)
    assert {s["id"] for s in same["stations"]} == {s["id"] for s in small_run.plan["stations"]}

    stands = {s["id"] for s in small_run.plan["stations"]}
    sites = json.loads((copy / "inputs" / "sites.json").read_text(encoding="utf-8"))["sites"]
    spare = next(s["id"] for s in sites if s["kind"] == "hub" and s["id"] not in stands)
    with table.open("a", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerow((spare, 2030, "t500"))
    given = as_json("evaluate", scenario, table, "-o", tmp_path / "given")

    assert given["certificate"] == "PASS", "a station that the user gives may be idle"
    assert given["unavoidable_cny"] == same["unavoidable_cny"]
    assert spare in {s["id"] for s in given["stations"]}
    plan = json.loads((tmp_path / "given" / "plan.json").read_text(encoding="utf-8"))
    assert plan["stations_given"] is True

    compared = as_json("compare", small_run.folder, tmp_path / "given")
    assert compared["against"][0]["cost"]["verdict"] == "certified"  # one question, two answers
    assert [run["stations_given"] for run in compared["runs"]] == [False, True]

    wrong = tmp_path / "wrong.csv"
    wrong.write_text("station,year,tier\nnowhere,2030,t500\n", encoding="utf-8")
    code, _, err = corridor("evaluate", scenario, wrong, "-o", tmp_path / "wrong")
    assert code == 3
    assert "nowhere" in err


def test_an_empty_list_is_a_legal_question(
    small_run: CommandRun, tmp_path: Path, root: Path
) -> None:
    """Nothing built, the spacing rule put off: exactly what the plan's own do-nothing line says."""
    scenario, table = tmp_path / "small.toml", tmp_path / "none.csv"
    text = SMALL.format(root=root.as_posix()) + "[policy.spacing.s77]\nfrom_year = 2041\n"
    scenario.write_text(text, encoding="utf-8")
    table.write_text("station,year,tier\n", encoding="utf-8")

    nothing = as_json("evaluate", scenario, table, "-o", tmp_path / "nothing")

    assert (nothing["certificate"], nothing["stations"], nothing["gap"]) == ("PASS", [], 0.0)
    assert nothing["objective_cny"] == nothing["do_nothing"]["objective_cny"]
    assert nothing["do_nothing"] == small_run.summary["do_nothing"]
    # All trucks are of the first period: 200 CNY a kilogram.
    row, weight = nothing["kpis"]["by_period"][0], small_run.plan["periods"][0]["weight"]
    assert row["coverage_by_kg"] == 0
    assert nothing["objective_cny"] == pytest.approx(weight * 365 * row["demand_kg_per_day"] * 200)


def test_schemas_describe_what_is_written(small_run: CommandRun, root: Path) -> None:
    """`corridor schema` prints JSON Schemas that a real run and every shipped scenario meet."""
    from jsonschema import Draft202012Validator

    def validator(kind: str) -> Draft202012Validator:
        code, out, err = corridor("schema", kind)
        assert code == 0, err
        return Draft202012Validator(json.loads(out))

    for kind in ("plan", "certificate", "manifest"):
        text = (small_run.folder / f"{kind}.json").read_text(encoding="utf-8")
        validator(kind).validate(json.loads(text))
    scenario = validator("scenario")
    for path in sorted((root / "scenarios").glob("*.toml")):
        scenario.validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_new_writes_a_scenario_that_checks(tmp_path: Path) -> None:
    """`corridor new` leaves a commented scenario and templates that `check` accepts."""
    code, _, err = corridor("new", tmp_path / "mine")
    assert code == 0, err
    scenario = next((tmp_path / "mine").glob("*.toml"))

    assert as_json("check", scenario)
    assert len(list((tmp_path / "mine").glob("*.csv"))) >= 4


def test_dumped_instances_are_solved_by_the_engine(tmp_path: Path, root: Path) -> None:
    """`--dump-instance` writes files whose asks `corridor frlm` proves and drives."""
    from corridor.pipeline.instances import dump_instances
    from corridor.scenario.load import load_scenario

    path = tmp_path / "small.toml"
    path.write_text(SMALL.format(root=root.as_posix()), encoding="utf-8")
    (file,) = dump_instances(load_scenario(path), tmp_path / "instances")

    code, out, err = corridor("frlm", file, "--json")

    assert code == 0, err
    answers = [json.loads(line) for line in out.splitlines()]
    assert len(answers) == 6
    assert all(a["status"] == "OPTIMAL" for a in answers)
    flows = [a["value"] for a in answers[:4]]
    assert flows == sorted(flows)
    assert flows[-1] > 0


def test_the_script_of_the_readme_runs(root: Path, tmp_path: Path) -> None:
    """The README's script runs as printed and ends with two prices."""
    text = (root / "README.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?)```", text, flags=re.S)
    assert script is not None
    assert len(script[1].splitlines()) <= 20
    (tmp_path / "scenarios").symlink_to(root / "scenarios")

    done = subprocess.run(
        [sys.executable, "-c", script[1]],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    prices = re.findall(r"([0-9.]+) CNY/kg at the nozzle", done.stdout)
    assert len(prices) == 2
    assert float(prices[1]) > float(prices[0])
