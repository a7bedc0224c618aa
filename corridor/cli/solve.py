"""`corridor solve`: a scenario in, a certified siting report out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def solve(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Run folder; default runs/<name>-<hash> here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Solve again even if a verified run stands there.")
    ] = False,
    solver: Annotated[
        str | None, typer.Option("--solver", help="highs, cbc or scip; default: the scenario's.")
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(
            "--work-limit",
            help="Work for the search, counted and not timed: the plan is the same on every machine. "
            "A unit is one to two CPU seconds; default: the scenario's. [unit]",
        ),
    ] = None,
    time_limit_s: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            help="Safety stop in CPU seconds, no way to bound the search: a plan that it stops may "
            "differ on another machine. Use --work-limit. [s]",
        ),
    ] = None,
    dump_instance: Annotated[
        Path | None,
        typer.Option(
            "--dump-instance",
            help="Also write the trips as corridor.instance/1 files into this folder.",
        ),
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option(
            "--evidence",
            help="Also plan at seven other prices of unmet demand, a third of the work each, and show "
            "in the report what service is worth; adds to a finished run of the scenario.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Choose stations, sizes, years and plants; certify the plan; write its run folder.

    Exit code 0: certified, gap within the scenario's target (PASS). 5: certified with a larger
    gap (PASS-WITH-GAP). Anything else: no result, and a sentence that says why. The gap is a
    share of the money that can be decided: cost less the penalty that no plan can avoid.
    """
    from corridor.cli.show import progress_printer, show_run
    from corridor.core.errors import UsageError
    from corridor.pipeline.evidence import add_evidence
    from corridor.pipeline.run import solve_scenario
    from corridor.scenario.edit import with_value
    from corridor.scenario.load import load_scenario
    from corridor.siting.value_of_service import prices_around
    from corridor.solvers.registry import NAMES

    if solver is not None and solver not in NAMES:
        raise UsageError(f"--solver {solver}: must be one of {', '.join(NAMES)}.")
    if time_limit_s is not None and not 0 < time_limit_s < 1e6:
        raise UsageError(f"--time-limit {time_limit_s}: must be a number of seconds above 0.")
    if work_limit is not None and not 0 < work_limit < 1e6:
        raise UsageError(f"--work-limit {work_limit}: must be a number of units above 0.")
    progress = progress_printer()
    question = load_scenario(scenario)
    if solver is not None:
        question = with_value(question, "solver.name", solver)
    if work_limit is not None:
        question = with_value(question, "solver.work_limit", work_limit)
    if time_limit_s is not None:
        question = with_value(question, "solver.time_limit_s", time_limit_s)
    if evidence:
        prices_around(question.money.unmet_price_cny_per_kg)  # refused before the search, not after
    if dump_instance is not None:
        from corridor.pipeline.instances import dump_instances

        for path in dump_instances(question, dump_instance, progress):
            progress(f"instance  {path}")
    run = solve_scenario(question, out=out, force=force, progress=progress)
    if evidence:
        run = add_evidence(run, question, progress=progress)
    show_run(run, as_json=json)
    raise typer.Exit(run.exit_code)
