"""What the schema says about a key: used to explain faults and to write the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from corridor.scenario.scenario import Scenario

Node = dict[str, Any]
UNIT = re.compile(r"\[([^\[\]]+)\]\s*$")
UNION_TAGS = ("number", "by_year")


@cache
def scenario_schema() -> Node:
    """Return the JSON Schema of a resolved scenario, as pydantic writes it."""
    schema = Scenario.model_json_schema(by_alias=True)
    schema["$defs"]["NetworkSpec"]["properties"].pop("path")  # the loader's own note
    return schema


def deref(node: Node) -> Node:
    """Follow a reference; attributes beside it win."""
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    target = scenario_schema()["$defs"][reference.rsplit("/", 1)[-1]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def branches(node: Node) -> list[Node]:
    """Return the alternatives of a node, null left out; the node itself where it has none."""
    node = deref(node)
    inner = node.get("anyOf") or node.get("oneOf")
    if not inner:
        return [node]
    return [leaf for part in inner for leaf in branches(part) if leaf.get("type") != "null"]


def walk(location: Sequence[str | int]) -> tuple[list[str], Node | None]:
    """Follow a location through the schema.

    Parameters
    ----------
    location
        Keys and indices, as pydantic reports them: names of union branches may stand in between.

    Returns
    -------
    tuple
        The keys that the user wrote, and the schema there; None where the schema knows no such key.
    """
    keys: list[str] = []
    node: Node | None = scenario_schema()
    for part in location:
        if part == "[key]":
            break
        if node is not None and part in UNION_TAGS and len(branches(node)) > 1:
            wanted = "object" if part == "by_year" else "number"
            node = next(n for n in branches(node) if n.get("type") in (wanted, "integer"))
            continue
        keys.append(str(part))
        node = None if node is None else child(node, part)
    return keys, node


def child(node: Node, part: str | int) -> Node | None:
    """Return the schema of a key or an index inside a node, or None."""
    for leaf in branches(node):
        if isinstance(part, int):
            items = leaf.get("items") or next(iter(leaf.get("prefixItems", ())), None)
            if items:
                return deref(items)
        elif part in leaf.get("properties", {}):
            return deref(leaf["properties"][part])
        elif isinstance(leaf.get("additionalProperties"), dict):
            return _entry(node, leaf["additionalProperties"])
        elif leaf.get("patternProperties"):
            return _entry(node, next(iter(leaf["patternProperties"].values())))
    return None


def _entry(table: Node, entry: Node) -> Node:
    """Return the schema of a table's entry; a plain number has the table's description."""
    found = deref(entry)
    if "properties" in found or "description" not in table:
        return found
    return {"description": table["description"], **found}


def names_in(node: Node) -> list[str]:
    """Return the keys that a node knows by name."""
    return [name for leaf in branches(node) for name in leaf.get("properties", {})]


def unit_of(node: Node) -> str:
    """Return the unit at the end of a description, or nothing."""
    found = UNIT.search(str(node.get("description", "")))
    return "" if found is None or found[1] == "-" else found[1]


def _range(leaf: Node) -> str:
    low, high = leaf.get("minimum"), leaf.get("maximum")
    above, below = leaf.get("exclusiveMinimum"), leaf.get("exclusiveMaximum")
    parts = []
    if low is not None:
        parts.append(f"from {low:g}")
    if above is not None:
        parts.append(f"above {above:g}")
    if high is not None:
        parts.append(f"{'to' if low is not None else 'up to'} {high:g}")
    if below is not None:
        parts.append(f"below {below:g}")
    return " ".join(parts)


def _leaf_words(leaf: Node) -> str:
    if "const" in leaf:
        return repr(leaf["const"])
    if "enum" in leaf:
        return "one of " + ", ".join(repr(word) for word in leaf["enum"])
    kind = leaf.get("type")
    if kind in ("number", "integer"):
        noun = "a number" if kind == "number" else "a whole number"
        return f"{noun} {_range(leaf)}".rstrip()
    if kind == "boolean":
        return "true or false"
    if kind == "array":
        return "a list"
    if kind == "object":
        values = leaf.get("additionalProperties")
        if isinstance(values, dict) and deref(values).get("type") in ("number", "integer"):
            return f"a table with {_leaf_words(deref(values))} each"
        return "a table"
    if "pattern" in leaf:
        return f"a word matching {leaf['pattern']}"
    return "text in quotes"


def expected(node: Node) -> str:
    """Return in words what a value must be, with range and unit."""
    leaves = branches(node)
    words = " or ".join(dict.fromkeys(_leaf_words(leaf) for leaf in leaves))
    if len(leaves) == 2 and [leaf.get("type") for leaf in leaves] == ["number", "object"]:
        words = f"{_leaf_words(leaves[0])}, or a table of such numbers by year"
    unit = unit_of(node)
    return f"{words} [{unit}]" if unit else words
