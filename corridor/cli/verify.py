"""`corridor verify`: drive every truck of a run folder again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    run_dir: Annotated[Path, typer.Argument(help="A run folder, wherever it was copied to.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check hashes and facts of a run folder, trusting nothing that it claims.

    Exit code 0 for PASS and PASS-WITH-GAP, 7 for FAIL.
    """
    from corridor.cli.show import print_json, print_text
    from corridor.core.errors import CertificateError
    from corridor.pipeline.run import verify_run

    verdict, failures, document = verify_run(run_dir)
    if json:
        print_json({"run_dir": str(run_dir), "failures": list(failures), **document})
    else:
        for check in document["checks"]:
            mark = "ok  " if check["ok"] else "FAIL"
            print_text(f"{mark} {check['title']} ({check['checked']} checked)")
        print_text(f"{verdict}: {run_dir}")
        for failure in failures[:20]:
            print_text(f"  {failure}")
        if len(failures) > 20:
            print_text(f"  ... and {len(failures) - 20} more")
    raise typer.Exit(CertificateError.exit_code if verdict == "FAIL" else 0)
