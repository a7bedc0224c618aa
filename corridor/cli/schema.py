"""`corridor schema`: the form of a file, for editors and checkers."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    kind: Annotated[
        str, typer.Argument(help="scenario, plan, evidence, certificate or manifest.")
    ] = "scenario",
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; the only form there is.")
    ] = True,
) -> None:
    """Print the JSON Schema of a kind of file."""
    from corridor.cli.show import print_json
    from corridor.core.errors import UsageError
    from corridor.scenario.schema import KINDS, schema_of

    for known in KINDS:
        if kind == known:
            print_json(schema_of(known))
            return
    raise UsageError(f"{kind}: no such kind of file.", f"Known: {', '.join(KINDS)}.")
