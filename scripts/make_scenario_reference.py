"""Write docs/scenario-reference.md from the schema and the table of default numbers.

Run it after a change of corridor/scenario; `--check` says whether the page is current.
"""

from __future__ import annotations

import sys
from pathlib import Path

from corridor.scenario.defaults import DefaultRow, Number, default_rows
from corridor.scenario.schema import scenario_file_schema
from corridor.scenario.shape import Node, branches, expected, unit_of
from corridor.scenario.tables import TABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scenario-reference.md"

HIDDEN = ("sha256",)
"""Keys of the resolved scenario that no file may hold."""

HEAD = """\
# Scenario reference

Written by `scripts/make_scenario_reference.py` from the schema and from
`corridor/scenario/defaults.csv`; do not edit. What the keys do to the plan is said in
[formats.md](formats.md), why the defaults are what they are in the table itself: `corridor check
--full` prints each with its source.

A scenario is a TOML file. It says what differs from the defaults, or from the scenario that it
`extends`; files that it names are relative to it. An unknown key, a word where a number belongs, a
number outside the range below: each is an error, and all errors are reported at once. `<id>` stands
for an id of your choice: a–z, 0–9, `.`, `_`, `-`, at most 64 characters. A key with a default of —
may be left out; a key with no default must be given where its table stands.

`[assumptions] levels = { "delivery" = "high" }` takes the high (or low) end of the range instead of
the default for every key that begins so; `adoption` chooses the low or high line of trucks.
"""


def main() -> int:
    """Write the page, or with `--check` compare it."""
    page = reference()
    if "--check" in sys.argv:
        current = PAGE.read_text(encoding="utf-8") == page
        print("current" if current else "out of date: run scripts/make_scenario_reference.py")
        return 0 if current else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def reference() -> str:
    """Return the whole page."""
    schema = scenario_file_schema()
    parts = [HEAD, "## The file itself\n", _table((), schema)]
    parts += _sections((), schema)
    parts.append("## CSV tables\n")
    parts.append(
        "The first row names the columns, with the unit in brackets if you like: "
        "`lon [degree]`. UTF-8 or GBK; comma, semicolon or tab; rows that start with `#` are "
        "ignored.\n"
    )
    for table, (section, needed) in TABLES.items():
        columns = ", ".join(f"`{name}`" for name in ("id", *needed))
        parts.append(
            f"* `tables.{table}`: each row is a `{section}.<id>`; needed: {columns}; "
            "the other columns are its other keys.\n"
        )
    return "\n".join(parts)


def _sections(key: tuple[str, ...], node: Node) -> list[str]:
    parts = []
    for name, child in _properties(node).items():
        here = (*key, name)
        table, entry = _as_table(child)
        if table is None:
            continue
        if entry:
            here = (*here, "<id>")
        if _properties(table):
            title = ".".join(here)
            bracket = f"[[{title}]]" if _is_list(child) else f"[{title}]"
            rows = _table(here, table)
            if rows:
                parts += [f"## `{bracket}`\n", f"{_first(table)}\n", rows]
            parts += _sections(here, table)
    return parts


def _is_list(node: Node) -> bool:
    return any(leaf.get("type") == "array" for leaf in branches(node))


def _as_table(node: Node) -> tuple[Node | None, bool]:
    """Return the table that a key holds, and whether it stands under ids."""
    for leaf in branches(node):
        if leaf.get("properties"):
            return leaf, False
        inner = leaf.get("additionalProperties") or next(
            iter(leaf.get("patternProperties", {}).values()), None
        )
        if isinstance(inner, dict) and any(b.get("properties") for b in branches(inner)):
            return branches(inner)[0], True
        items = leaf.get("items")
        if isinstance(items, dict):
            tables = [b for b in branches(items) if b.get("properties")]
            if tables:
                return tables[0], False
    return None, False


def _properties(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = node.get("properties", {})
    return {name: child for name, child in found.items() if name not in HIDDEN}


def _first(node: Node) -> str:
    words = str(node.get("description", "")).split("\n\n")[0].replace("\n", " ")
    return words.removesuffix(" [-]")


def _table(key: tuple[str, ...], node: Node) -> str:
    lines = ["| key | unit | allowed | default | meaning |", "|---|---|---|---|---|"]
    for name, child in _properties(node).items():
        table, _ = _as_table(child)
        if table is not None and not _is_list(child) and _properties(table):
            continue
        meaning = str(child.get("description", "")).rpartition("[")[0].strip().replace("\n", " ")
        allowed = expected(child).removesuffix(f" [{unit_of(child)}]")
        cells = (f"`{name}`", unit_of(child), allowed, _default((*key, name), child), meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n" if len(lines) > 2 else ""


def _default(key: tuple[str, ...], node: Node) -> str:
    rows = [row for row in default_rows() if _fits(key, row)]
    if len(rows) == 1 and ("*" in rows[0].key or "<id>" not in key):
        return _words(rows[0])
    if rows:
        rows.sort(key=lambda row: "*" in row.key)
        ids = [_id(key, row).replace("*:", "").replace("*", "others") for row in rows]
        shown = [f"{name}: {_number(row.base)}" for name, row in zip(ids, rows[:6], strict=False)]
        return "; ".join(shown) + (" …" if len(rows) > 6 else "")
    value = node.get("default")
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value}`" if isinstance(value, str) and value else "—" if "default" in node else ""


def _fits(key: tuple[str, ...], row: DefaultRow) -> bool:
    parts = row.key.split(".")
    depth = len(key)
    if len(parts) not in (depth, depth + 1):
        return False
    return all(a == b or a == "<id>" or b == "*" for a, b in zip(key, parts, strict=False)) and (
        len(parts) == depth or parts[-1].isdigit() or parts[-2] == "carbon_kg_per_kg"
    )


def _id(key: tuple[str, ...], row: DefaultRow) -> str:
    parts = row.key.split(".")
    return ".".join(
        part for place, part in enumerate(parts) if place >= len(key) or key[place] == "<id>"
    )


def _words(row: DefaultRow) -> str:
    known = [n for n in (row.low, row.high) if n is not None and n != row.base]
    span = (
        f" ({_number(row.low)}–{_number(row.high)})"
        if known
        and None
        not in (
            row.low,
            row.high,
        )
        else ""
    )
    return _number(row.base) + span


def _number(value: Number | None) -> str:
    return "" if value is None else f"{value}"


if __name__ == "__main__":
    sys.exit(main())
