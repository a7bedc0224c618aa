"""`corridor new`: a commented scenario and empty tables to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    directory: Annotated[Path, typer.Argument(help="Folder to write into; made if absent.")],
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the scenario; default: the folder's.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write scenario.toml with every default as a comment, and tables for your own figures.

    Nothing that is already there is overwritten. The scenario loads as it is.
    """
    from corridor.cli.show import print_json, print_text
    from corridor.core.errors import UsageError
    from corridor.core.files import write_text
    from corridor.scenario.tables import TABLES
    from corridor.scenario.template import scenario_text, table_text

    texts = {"scenario.toml": scenario_text(_name(directory, name))}
    texts |= {f"{table}.csv": table_text(table) for table in TABLES}
    there = [file for file in texts if (directory / file).exists()]
    if there:
        raise UsageError(
            f"{directory}: {', '.join(there)} is there already.",
            "Choose another folder, or move the old files away.",
        )
    for file, text in texts.items():
        mark = "utf-8-sig" if file.endswith(".csv") else "utf-8"
        write_text(directory / file, text, encoding=mark)
    start = directory / "scenario.toml"
    if json:
        print_json({"directory": str(directory), "files": sorted(texts), "scenario": str(start)})
    else:
        print_text(f"wrote {', '.join(texts)} into {directory}")
        print_text(f"next: corridor check {start}")


def _name(directory: Path, name: str | None) -> str:
    """Return the scenario's name: the one given, or one made from the folder's."""
    import re

    from corridor.core.errors import UsageError
    from corridor.scenario.spec import ID_PATTERN

    if name is not None:
        if not re.fullmatch(ID_PATTERN, name):
            raise UsageError(
                f"{name}: a name is a-z, 0-9, '.', '_' and '-', at most 64, "
                "starting with a-z or 0-9."
            )
        return name
    plain = re.sub(r"[^a-z0-9._-]+", "-", directory.resolve().name.casefold()).strip("-._")[:64]
    return plain or "my-corridor"
