"""`corridor compare`: what moved between run folders, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    run_dirs: Annotated[
        list[Path], typer.Argument(help="Two or more run folders, baseline first.")
    ],
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write the comparison as a page.")
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", help="Language of the table: en or zh; the page has both.")
    ] = "en",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put 2 to 8 plans side by side: figures, sites, and what each costs against the first.

    Every folder is verified first; one that fails is an error (exit 7).
    """
    from corridor.cli.show import print_json, print_text
    from corridor.core.errors import CertificateError, UsageError
    from corridor.core.files import write_text
    from corridor.pipeline.run import verify_run
    from corridor.report import compare_html, compare_runs, compare_text

    if len(run_dirs) < 2:
        raise UsageError("compare needs two or more run folders.", "Name the baseline first.")
    if lang not in ("en", "zh"):
        raise UsageError(f"--lang is {lang!r}; it must be en or zh.")
    for run_dir in run_dirs:
        verdict, failures, _ = verify_run(run_dir)
        if verdict == "FAIL":
            raise CertificateError(f"{run_dir}: certificate FAIL: {failures[0]}")
    document = compare_runs(run_dirs)
    if html is not None:
        write_text(html, compare_html(document))
    if json:
        print_json(document)
    else:
        print_text(compare_text(document, lang))
