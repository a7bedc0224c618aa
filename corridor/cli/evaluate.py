"""`corridor evaluate`: score and certify the user's own list of stations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    stations: Annotated[
        Path,
        typer.Argument(help="CSV with the columns station,year,tier (see `corridor new`)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Run folder; default runs/<name>-<hash> here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Evaluate again.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Drive the scenario's trucks with exactly these stations, and certify the result.

    Stations are named by candidate id (`corridor solve` lists them in inputs/sites.json); a row
    says from which period a station of which tier stands there.
    """
    from corridor.cli.show import progress_printer, show_run
    from corridor.pipeline.run import solve_scenario
    from corridor.scenario.load import load_scenario
    from corridor.scenario.own_stations import read_stations

    question = load_scenario(scenario)
    chosen = read_stations(stations, list(question.time.periods), list(question.tier))
    progress = progress_printer()
    run = solve_scenario(question, out=out, force=force, stations=chosen, progress=progress)
    show_run(run, as_json=json)
    raise typer.Exit(run.exit_code)
