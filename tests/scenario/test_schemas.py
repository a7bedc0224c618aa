"""JSON Schemas, templates and the reference page say what the loader does."""

from __future__ import annotations

import csv
import json
import runpy
import tomllib
from pathlib import Path

import jsonschema
import pytest

from corridor.core.errors import UsageError
from corridor.scenario.document import resolved_document
from corridor.scenario.edit import with_value
from corridor.scenario.load import load_scenario
from corridor.scenario.schema import KINDS, schema_of
from corridor.scenario.shape import scenario_schema
from corridor.scenario.tables import TABLES

ROOT = Path(__file__).parents[2]
ALL = sorted((ROOT / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    """Each is a valid JSON Schema of the 2020-12 dialect."""
    schema = schema_of(kind)  # type: ignore[arg-type]
    assert schema["$schema"].endswith("2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_scenario_files_keep_the_schema(path: Path) -> None:
    """Each shipped file fits the schema for files, its resolved form that of the model."""
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), schema_of("scenario"))
    jsonschema.validate(resolved_document(load_scenario(path)), scenario_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "A"},
        {"name": "a", "titel": "x"},
        {"name": "a", "truck": {"t49": {"tank_kg": -1}}},
        {"name": "a", "truck": {"t49": {"tank": 1}}},
        {"name": "a", "tables": {"site": "x.csv"}},
        {"name": "a", "network": {"path": "/x"}},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: object) -> None:
    """An editor that knows the schema marks the same mistakes."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema_of("scenario"))


def test_every_key_is_documented_with_a_unit() -> None:
    """Each key of the scenario has a sentence that ends with its unit in brackets."""
    schema = scenario_schema()
    tables = {"scenario": schema, **schema["$defs"]}
    for table, node in tables.items():
        for key, child in node.get("properties", {}).items():
            assert child.get("description", "").endswith("]"), f"{table}.{key}"


def test_the_reference_page_is_current() -> None:
    """docs/scenario-reference.md is what its script writes from the schema today."""
    script = runpy.run_path(str(ROOT / "scripts" / "make_scenario_reference.py"))
    page = (ROOT / "docs" / "scenario-reference.md").read_text(encoding="utf-8")
    assert page == script["reference"](), "run scripts/make_scenario_reference.py"


def test_new_writes_a_scenario_that_loads_and_changes_nothing(tmp_path: Path) -> None:
    """The commented scenario with its four tables is the default under another name."""
    from corridor.cli.new import new

    new(tmp_path / "My Corridor", name=None, json=True)
    mine = load_scenario(tmp_path / "My Corridor" / "scenario.toml")
    assert mine.name == "my-corridor"
    default = load_scenario(ROOT / "scenarios" / "liupanshui-xingyi.toml")
    own, other = resolved_document(mine), resolved_document(default)
    for key in ("name", "title", "title_zh", "description"):
        own.pop(key), other.pop(key)
    assert own == other


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    """A second call is refused and leaves the files as they are."""
    from corridor.cli.new import new

    new(tmp_path, name="a", json=True)
    (tmp_path / "sites.csv").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        new(tmp_path, name="a", json=True)
    assert (tmp_path / "sites.csv").read_text() == "mine"
    with pytest.raises(UsageError, match="a name is"):
        new(tmp_path / "x", name="../x", json=True)


def test_every_comment_of_the_template_can_be_taken_away(tmp_path: Path) -> None:
    """With each commented default uncommented, the scenario still loads and is the default."""
    from corridor.scenario.template import scenario_text

    text = scenario_text("t")
    head, _, rest = text.partition("\n[adoption.trucks_base]\n")
    body, _, _ = rest.partition("# Generic numbers")
    lines = [line.removeprefix("# ") for line in body.splitlines()]
    path = tmp_path / "s.toml"
    start = head.partition("[tables]")[0]
    path.write_text(start + "[adoption.trucks_base]\n" + "\n".join(lines), encoding="utf-8")
    default = load_scenario(ROOT / "scenarios" / "liupanshui-xingyi.toml")
    mine = load_scenario(path)
    assert mine.model_copy(update={"name": "", "title": "", "title_zh": "", "description": ""}) == (
        default.model_copy(update={"name": "", "title": "", "title_zh": "", "description": ""})
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_example_row_of_each_template_is_right(tmp_path: Path, table: str) -> None:
    """Taking the # away from the example row gives a table that loads."""
    from corridor.scenario.template import table_text

    (tmp_path / "x.csv").write_text(table_text(table).replace("#", ""), encoding="utf-8-sig")
    (tmp_path / "s.toml").write_text(f'name = "t"\n[tables]\n{table} = "x.csv"\n')
    section, _ = TABLES[table]
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    (row,) = list(csv.DictReader(text.splitlines()))
    assert row["id"] in getattr(load_scenario(tmp_path / "s.toml"), section)


def test_check_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """`corridor check --json` states the scenario, its hash, and what was changed."""
    from corridor.cli.check import check

    check(ROOT / "scenarios" / "winter-mountain.toml", json=True, full=False)
    said = json.loads(capsys.readouterr().out)
    assert said["valid"] is True
    assert {row["key"] for row in said["assumptions"]} >= {
        "network.unresolved_climb_m_per_100km",
        "truck.t49.consumption_factor",
    }
    assert said["counts"]["plants_on"] == 2


def test_check_prints_what_was_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the changed numbers are listed with unit, default, range and source."""
    from corridor.cli.check import check

    check(ROOT / "scenarios" / "tight-budget.toml", json=False, full=False)
    said = capsys.readouterr().out
    assert "tight-budget: valid" in said
    assert "money.budget_cny.2026 = 60,000,000 CNY  (no default)" in said
    check(ROOT / "scenarios" / "trailers-30mpa.toml", json=False, full=False)
    said = capsys.readouterr().out
    assert "delivery.payload_kg = 550 kg  (default 280, 250 to 310)" in said
    assert "given by the user: scenario file; default: 20 MPa steel tubes" in said


def test_schema_prints_json_and_knows_its_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    """`corridor schema plan` is JSON; another word is a usage error that lists the kinds."""
    from corridor.cli.schema import schema

    schema("plan", json=True)
    assert json.loads(capsys.readouterr().out)["title"] == "corridor plan"
    with pytest.raises(UsageError) as caught:
        schema("plans", json=True)
    assert "certificate" in caught.value.hint


def test_a_run_keeps_the_schemas(tmp_path: Path) -> None:
    """Plan, certificate, manifest and resolved scenario of a real run fit what `schema` prints."""
    from corridor.pipeline.run import solve_scenario

    question = load_scenario(ROOT / "scenarios" / "today-100-trucks.toml")
    run = solve_scenario(with_value(question, "solver.gap_target", 0.2), out=tmp_path / "run")
    for kind in ("plan", "certificate", "manifest"):
        document = json.loads((run.folder / f"{kind}.json").read_text("utf-8"))
        schema = schema_of(kind)  # type: ignore[arg-type]
        jsonschema.validate(document, schema)
        assert set(document) <= set(schema["properties"]), "a key that the schema does not know"
    document = json.loads((run.folder / "inputs" / "scenario.json").read_text("utf-8"))
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    limits = {key: manifest["made_with"]["options"][key] for key in ("time_limit_s",)}
    assert not limits.keys() & document["solver"].keys(), "limits are no part of the question"
    document["solver"] |= limits
    jsonschema.validate(document, scenario_schema())


def test_the_plan_schema_refuses_a_torn_plan(tmp_path: Path) -> None:
    """A plan without stations, or with a station that has no timeline, does not fit."""
    schema = schema_of("plan")
    assert "stations" in schema["required"]
    station = schema["properties"]["stations"]["items"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "a"}, station)
