"""The value of service from the command line: added whole, the same again, and never in the plan's way."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corridor.core.errors import CertificateError, LimitError
from corridor.pipeline import evidence as subject
from corridor.pipeline.run import Run, solve_scenario, verify_run
from corridor.scenario.load import load_scenario
from corridor.scenario.schema import schema_of
from tests.pipeline.conftest import alone, shared_folder
from tests.pipeline.running import SMALL, CommandRun, run_command

FREE = (
    SMALL.replace("gap_target = 0.0005", "gap_target = 0.02")
    + """
[money]
priority_price_cny_per_kg = 100

[policy.spacing.s77]
max_gap_km = 2000
"""
)
"""Nobody comes first and no station stands for a rule: at 30 CNY/kg trips are not worth their hydrogen."""


@pytest.fixture(scope="session")
def scenario(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small scenario with one price of unmet demand and no policy that binds."""
    folder = shared_folder(tmp_path_factory) / "evidence"
    folder.mkdir(exist_ok=True)
    path = folder / "small.toml"
    with alone(folder.with_name("evidence-text.lock")):
        path.write_text(FREE.format(root=root.as_posix()), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def valued(scenario: Path) -> CommandRun:
    """Solve it with its value of service, once."""
    with alone(scenario.with_name("run.lock")):
        return run_command(scenario, scenario.with_name("run"), "--evidence")


def evidence_of(folder: Path) -> dict[str, Any]:
    """Return the document."""
    found: dict[str, Any] = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    return found


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_prices_up_service_up(valued: CommandRun) -> None:
    """Eight prices; at 30 CNY/kg fewer are served than at 300, by fewer stations; the plan at its own."""
    assert valued.code == 0
    document = evidence_of(valued.folder)
    points = document["points"]
    assert [p["unmet_price_cny_per_kg"] for p in points] == [30, 50, 75, 100, 150, 200, 250, 300]
    served = [p["by_period"][-1]["coverage_by_kg"] for p in points]
    assert served == sorted(served)
    assert served[0] < served[-1]
    assert points[0]["by_period"][-1]["stations"] < points[-1]["by_period"][-1]["stations"]
    own = points[3]
    assert own["design"] is None
    assert own["objective_cny"] == pytest.approx(valued.plan["objective_cny"], rel=1e-12)
    assert own["gap"] == pytest.approx(valued.plan["gap"], abs=1e-9)
    late = [row for row in document["stations"] if row["enters_above_cny_per_kg"] is not None]
    assert late
    assert all(row["enters_above_cny_per_kg"] < row["enters_by_cny_per_kg"] for row in late)
    assert valued.summary["value_of_service"]["points"] == points
    jsonschema.validate(document, schema_of("evidence"))
    assert set(document) == set(schema_of("evidence")["properties"])


def test_the_certificate_covers_it_and_the_page_shows_it(valued: CommandRun) -> None:
    """`verify` has the check, the manifest the hash, the page the section; `report` keeps them."""
    verdict, failures, document = verify_run(valued.folder)
    assert (verdict, failures) == ("PASS", ())
    (check,) = [row for row in document["checks"] if row["id"] == "evidence"]
    assert check["checked"] > 100
    manifest = json.loads((valued.folder / "manifest.json").read_text(encoding="utf-8"))
    assert "evidence.json" in manifest["files"]
    assert 'data-file="evidence.json"' in (valued.folder / "report.html").read_text("utf-8")


def test_a_plan_does_not_depend_on_what_is_asked_beside_it(
    valued: CommandRun, scenario: Path, tmp_path: Path
) -> None:
    """The same plan.json without --evidence; asked for later, the same evidence.json byte for byte."""
    plain = run_command(scenario, tmp_path / "run")
    assert plain.summary["value_of_service"] is None
    assert not (plain.folder / "evidence.json").exists()
    assert (plain.folder / "plan.json").read_bytes() == (valued.folder / "plan.json").read_bytes()

    later = run_command(scenario, tmp_path / "run", "--evidence")
    assert later.summary["reused"]
    for name in ("plan.json", "evidence.json", "certificate.json", "report.html"):
        assert (later.folder / name).read_bytes() == (valued.folder / name).read_bytes(), name


def test_what_is_there_is_found_again(valued: CommandRun, scenario: Path, tmp_path: Path) -> None:
    """A second --evidence searches nothing, and a run without it loses nothing."""
    folder = Path(shutil.copytree(valued.folder, tmp_path / "run"))
    before = hashes(folder)
    for options in (["--evidence"], []):
        again = run_command(scenario, folder, *options)
        assert again.summary["reused"]
        assert "service " not in again.stderr
        assert again.summary["value_of_service"] == valued.summary["value_of_service"]
    assert hashes(folder) == before


def test_what_goes_wrong_leaves_the_run_as_it_was(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search without a plan, and evidence that is false: an error each, and the run still verifies."""
    question = load_scenario(scenario)
    run: Run = solve_scenario(question, out=tmp_path / "run")
    before = hashes(run.folder)

    def lost(*_: object, **__: object) -> None:
        raise LimitError("No plan was found.")

    with monkeypatch.context() as patch:
        patch.setattr("corridor.siting.value_of_service.value_of_service", lost)
        with pytest.raises(LimitError):
            subject.add_evidence(run, question)
    assert hashes(run.folder) == before

    from corridor.evaluation.evidence import make_evidence

    def false(*arguments: Any) -> dict[str, Any]:
        made = make_evidence(*arguments)
        made["points"][0]["objective_cny"] *= 0.9
        return made

    monkeypatch.setattr("corridor.evaluation.evidence.make_evidence", false)
    with pytest.raises(CertificateError, match="value of service fails its certificate"):
        subject.add_evidence(run, question)
    assert hashes(run.folder) == before
    assert verify_run(run.folder)[0] == "PASS"
    assert [path.name for path in tmp_path.iterdir()] == ["run"], "a staging folder was left"


def test_without_a_price_it_is_refused_before_the_search(tmp_path: Path, root: Path) -> None:
    """Exit 3 at once, and nothing written."""
    path = tmp_path / "free.toml"
    path.write_text(
        SMALL.format(root=root.as_posix()) + "\n[money]\nunmet_price_cny_per_kg = 0\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "corridor", "solve", str(path), "--evidence", "-o"]
    done = subprocess.run(
        [*command, str(tmp_path / "run")], capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert done.returncode == 3
    assert "money.unmet_price_cny_per_kg is 0" in done.stderr
    assert not (tmp_path / "run").exists()
