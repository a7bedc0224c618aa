"""`corridor frlm`: JSON lines in order, and the exit code of the worst that happened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import frlm_cases
import pytest
import typer
from typer.testing import CliRunner

from corridor.cli.frlm import frlm
from corridor.core.errors import InternalError, SolverError
from corridor.frlm import Answer, solve_file
from corridor.frlm.apart import solve_file_apart
from tests.breaking import CRASH

KEYS = {
    "instance",
    "ask",
    "status",
    "value",
    "bound",
    "gap",
    "open",
    "driven",
    "coverable",
    "seconds",
    "sizes",
    "solver",
    "uncoverable",
}


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(frlm)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def files(tmp_path):
    def write(*names):
        paths = []
        for name in names:
            path = tmp_path / f"{name}.json"
            path.write_text(json.dumps(getattr(frlm_cases, name)()), encoding="utf-8")
            paths.append(path)
        return paths

    return write


def test_one_json_line_per_ask_in_order(run, files):
    done = run(*files("star", "golden"), "--json")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["instance"] for line in lines] == ["star"] + ["golden"] * 6
    assert [line["ask"]["expected"] for line in lines] == [line["value"] for line in lines]
    for line in lines:
        assert set(line) == KEYS
        assert line["status"] == "OPTIMAL"
        assert line["gap"] == 0
        assert set(line["seconds"]) >= {"read", "prepare", "solve"}
        assert set(line["sizes"]) == {"before", "after"}


def test_a_bad_file_does_not_stop_the_others(run, files, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    done = run(bad, *files("star"), "--json")
    assert done.exit_code == 3
    assert "bad.json" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_no_time_is_no_solution_and_exit_code_6(run, files):
    done = run(*files("star"), "--json", "--time-limit", 0)
    assert done.exit_code == 6
    line = json.loads(done.stdout)
    assert (line["status"], line["value"], line["open"]) == ("NO_SOLUTION", None, [])


@pytest.mark.parametrize(
    ("failure", "code"), [(InternalError("wrong"), 10), (SolverError("gone"), 8), (KeyError(1), 10)]
)
def test_a_failure_in_one_file_does_not_stop_the_others(run, files, monkeypatch, failure, code):
    def solve(path, options, take):
        if path.stem == "golden":
            raise failure
        solve_file_apart(path, options, take)

    monkeypatch.setattr("corridor.frlm.apart.solve_file_apart", solve)
    done = run(*files("golden", "star"), "--json")
    assert done.exit_code == code
    assert [json.loads(line)["instance"] for line in done.stdout.splitlines()] == ["star"]
    assert done.stderr.startswith("error: ")
    assert "golden.json" in done.stderr
    assert run(*files("golden", "star"), "--time-limit", 0).exit_code == code
    assert run("absent.json", *files("golden")).exit_code == 3


def test_a_failure_while_an_answer_is_written_does_not_stop_the_others(run, files, monkeypatch):
    def line(answer, **_):
        if answer.instance == "golden":
            raise OverflowError
        return "{}"

    monkeypatch.setattr(Answer, "json_line", line)
    done = run(*files("golden", "star"), "--json")
    assert (done.exit_code, done.stdout) == (10, "{}\n")


def test_the_command_line_tells_a_bug_in_a_lone_file(run, files, monkeypatch):
    def solve(path, options, take):
        raise KeyError(1)

    monkeypatch.setattr("corridor.frlm.apart.solve_file_apart", solve)
    assert isinstance(run(*files("star")).exception, KeyError)


def test_of_many_faults_ten_are_printed(run, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(frlm_cases.star() | {f"k{k}": 1 for k in range(1000)}))
    lines = run(bad).stderr.splitlines()
    assert len(lines) == 12
    assert lines[10] == "error: and 40 more faults"


def test_words_for_people(run, files):
    done = run(*files("star"))
    assert done.exit_code == 0
    assert "OPTIMAL 2" in done.stdout


def test_methods_and_solvers_are_checked(run, files):
    assert run(*files("star"), "--solver", "gurobi").exit_code == 2
    assert run(*files("star"), "--method", "hop-flow").exit_code == 0
    assert run().exit_code == 2


def test_letters_of_every_script_pass_through(run, tmp_path):
    document = frlm_cases.star()
    document["name"] = "六盘水—兴义"
    document["sites"][0]["id"] = "晴隆 服务区"
    path = tmp_path / "名.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    done = run(path, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["instance"] == "六盘水—兴义"


def test_the_command_is_a_plain_function():
    assert callable(frlm)
    assert Path(frlm.__code__.co_filename).name == "frlm.py"


def test_standard_output_holds_answers_only(tmp_path):
    path = tmp_path / "golden.json"
    path.write_text(json.dumps(frlm_cases.golden()), encoding="utf-8")
    command = [sys.executable, "-m", "corridor", "frlm", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [json.loads(line)["instance"] for line in done.stdout.splitlines()] == ["golden"] * 6


def test_a_solver_that_dies_costs_one_ask_its_proof(run, files, break_children):
    break_children(CRASH, at=10, times=1)
    done = run(*files("golden"), "--json", "--solver", "highs")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    true = list(solve_file(files("golden")[0]))
    assert [line["ask"] for line in lines] == [answer.ask for answer in true]
    lost = [line for line in lines if "the solver crashed: best answer so far" in line["solver"]]
    assert len(lost) == 1
    assert lost[0]["driven"] == lost[0]["value"]
    assert done.exit_code == (0 if lost[0]["status"] == "OPTIMAL" else 5)
    assert [line["value"] for line in lines if line is not lost[0]] == [
        answer.document()["value"]
        for answer, line in zip(true, lines, strict=True)
        if line is not lost[0]
    ]


def test_a_solver_that_dies_before_any_answer_is_exit_8(run, files, break_children):
    code = "from corridor.frlm import engine\nengine.prepare = broken(engine.prepare)\n"
    break_children(CRASH, at=1, where=code)
    done = run(*files("star", "golden"), "--json")
    assert done.exit_code == 8
    assert done.stdout == ""
    assert "star.json: ask 1: The solver crashed. No answer was found before." in done.stderr


def test_of_an_answer_that_breaks_what_recounts_it_nothing_is_told(run, files, break_children):
    code = "from corridor.frlm import engine\nengine.driven_flow = broken(engine.driven_flow)\n"
    break_children(CRASH, at=1, where=code)
    done = run(*files("golden", "star"), "--json")
    assert (done.exit_code, done.stdout) == (8, "")
