"""`corridor check`: whether a scenario is right, and what it assumes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from corridor.scenario.assumptions import AssumptionRow


def check(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="List every number, not only the changed ones.")
    ] = False,
) -> None:
    """Check a scenario with its parents, tables, maps, places and trips; decide nothing.

    Network, candidate sites, trips and supply are built as `solve` builds them; no solver runs.

    Prints every number that differs from its default (--full: every number), with unit, default,
    range, source and confidence. All faults are reported at once, exit code 3.
    """
    from corridor.cli.show import print_json
    from corridor.core.files import canonical_json, sha256_text
    from corridor.pipeline.study import pose_question
    from corridor.scenario.assumptions import assumptions
    from corridor.scenario.document import resolved_document
    from corridor.scenario.load import load_scenario

    found = load_scenario(scenario)
    pose_question(found)
    document = resolved_document(found)
    rows = assumptions(found)
    if json:
        print_json(
            {
                "name": found.name,
                "valid": True,
                "sha256": sha256_text(canonical_json(document)),
                "counts": counts(document, rows),
                "assumptions": [as_record(row) for row in rows if full or row.changed],
                "scenario": document,
            }
        )
        return
    _print(found.name, document, [row for row in rows if full or row.changed], rows)


def counts(document: dict[str, Any], rows: tuple[AssumptionRow, ...]) -> dict[str, int]:
    """Count what a scenario holds."""
    plants = document["plant"].values()
    return {
        "periods": len(document["time"]["periods"]),
        "tiers": len(document["tier"]),
        "truck_classes": len(document["truck"]),
        "fleets": len(document["fleet"]),
        "through_flows": len(document["through"]),
        "own_flows": len(document["od"]),
        "own_sites": len(document["site"]),
        "existing_stations": len(document["existing_station"]),
        "plants_on": sum(plant["enabled"] for plant in plants),
        "plants_off": sum(not plant["enabled"] for plant in plants),
        "numbers": len(rows),
        "numbers_changed": sum(row.changed for row in rows),
        "numbers_assumed": sum(row.confidence == "engineering assumption" for row in rows),
    }


def as_record(row: AssumptionRow) -> dict[str, Any]:
    """Return an assumption as plain data."""
    return {name: getattr(row, name) for name in row.__slots__ if name != "path"}


def _print(
    name: str,
    document: dict[str, Any],
    shown: list[AssumptionRow],
    rows: tuple[AssumptionRow, ...],
) -> None:
    """Print two lines a number: what it is, and where it comes from; they wrap anywhere."""
    from corridor.cli.show import print_text

    print_text(f"{name}: valid")
    for key, number in counts(document, rows).items():
        print_text(f"  {key.replace('_', ' '):20} {number}")
    if not shown:
        print_text("every number is its default; --full lists them")
    for row in shown:
        print_text(f"{row.key} = {_words(row.value)}{_unit(row)}{_default(row)}")
        print_text(f"    {row.confidence}: {row.source}")


def _unit(row: AssumptionRow) -> str:
    return f" {row.unit}" if row.unit not in ("", "-") else ""


def _default(row: AssumptionRow) -> str:
    if row.default is None:
        return "  (no default)"
    span = f", {_words(row.low)} to {_words(row.high)}" if row.low is not None else ""
    return f"  (default {_words(row.default)}{span})"


def _words(number: float | list[int] | None) -> str:
    if number is None:
        return ""
    if isinstance(number, list):
        return " ".join(f"{item:.10g}" for item in number)
    return f"{number:,.10g}" if abs(number) >= 10000 else f"{number:.10g}"
