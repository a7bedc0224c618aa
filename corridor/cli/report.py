"""`corridor report`: write the page, tables and maps of a run folder again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run_dir: Annotated[Path, typer.Argument(help="A run folder.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Verify a run folder and write its report, tables and GeoJSON again from plan.json.

    A folder that fails its certificate gets a report with a red banner and no ranking (exit 7).
    """
    from corridor.cli.show import print_json, print_text
    from corridor.core.errors import CertificateError
    from corridor.pipeline.run import rewrite_report

    verdict, page = rewrite_report(run_dir)
    if json:
        print_json({"run_dir": str(run_dir), "verdict": verdict, "report": str(page)})
    else:
        print_text(f"{verdict}: {page}")
    raise typer.Exit(CertificateError.exit_code if verdict == "FAIL" else 0)
