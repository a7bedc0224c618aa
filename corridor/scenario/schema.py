"""JSON Schemas of scenario, plan, value of service, certificate and manifest."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any, Literal, get_args

from corridor.scenario.shape import Node, scenario_schema
from corridor.scenario.tables import TABLES

Kind = Literal["scenario", "plan", "evidence", "certificate", "manifest"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: Kind) -> Node:
    """Return the JSON Schema of a kind of file.

    Parameters
    ----------
    kind
        ``scenario`` (what a user may write in TOML), ``plan``, ``evidence``,
        ``certificate`` or ``manifest``.
    """
    if kind == "scenario":
        return scenario_file_schema()
    text = files("corridor.scenario").joinpath("schemas", f"{kind}.json").read_text("utf-8")
    schema: Node = json.loads(text)
    return schema


def scenario_file_schema() -> Node:
    """Return the JSON Schema of a scenario file.

    It differs from that of the resolved scenario: nothing but the name is required, since the
    defaults and the parent fill in the rest; files may be named where the resolved scenario holds
    their content; `extends` and `tables` exist.
    """
    schema: Node = copy.deepcopy(scenario_schema())
    for part in schema["$defs"].values():
        part.pop("required", None)
    schema["required"] = ["name"]
    properties = schema["properties"]
    properties["extends"] = {
        "type": "string",
        "minLength": 1,
        "description": "Scenario file that this one changes, relative to this file. [-]",
    }
    properties["tables"] = {
        "type": "object",
        "additionalProperties": False,
        "description": "CSV files whose rows are added to the scenario, relative to this file. [-]",
        "properties": {
            name: {"type": "string", "description": f"Rows of `{section}`. [-]"}
            for name, (section, _) in TABLES.items()
        },
    }
    network = schema["$defs"]["NetworkSpec"]["properties"]
    del network["sha256"]
    links: Any = network["planned_links"]
    links["items"] = {"anyOf": [{"type": "string"}, links["items"]]}
    exclusion = schema["$defs"]["Exclusion"]["properties"]
    exclusion["file"] = {
        "type": "string",
        "description": "GeoJSON file with the polygons, relative to this file. [-]",
    }
    return {"$schema": DIALECT, **schema, "title": "corridor scenario"}
