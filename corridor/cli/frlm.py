"""`corridor frlm`: solve pure refuelling-location instances."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from corridor.frlm import Answer

_SHOWN = 5


class SolverName(StrEnum):
    """Solvers that may be asked for."""

    auto = "auto"
    highs = "highs"
    cbc = "cbc"
    scip = "scip"


class MethodName(StrEnum):
    """Methods that may be asked for."""

    auto = "auto"
    arc_cover = "arc-cover"
    hop_flow = "hop-flow"
    row_generation = "row-generation"


def frlm(
    files: Annotated[list[Path], typer.Argument(help="Instance files (corridor.instance/1).")],
    solver: Annotated[
        SolverName,
        typer.Option(help="auto takes SCIP where it is installed and the instance is hard."),
    ] = SolverName.auto,
    method: Annotated[
        MethodName, typer.Option(help="auto takes row generation where the model is large.")
    ] = MethodName.auto,
    time_limit: Annotated[
        float | None, typer.Option(help="Longest time for one ask [s]; default: none.")
    ] = None,
    gap: Annotated[
        float, typer.Option(help="Relative gap at which the search may stop [share].")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Answer every question of pure instances: which stations serve the most, or cost the least.

    Each answer is recounted by driving every trip with a fuel gauge in exact arithmetic. OPTIMAL
    means proved to 1e-9. Exit code 3: a file was refused (the others are still solved); 6: a
    question ended without an answer; 5: an answer is not proved; 0: all proved.
    """
    from corridor.core.errors import InputError
    from corridor.frlm import Options, solve_file

    options = Options(solver=solver.value, method=method.value, time_limit=time_limit, gap=gap)
    refused = unanswered = unproved = False
    for file in files:
        try:
            for answer in solve_file(file, options):
                unanswered |= answer.status == "NO_SOLUTION"
                unproved |= answer.status == "FEASIBLE"
                _print(answer.json_line(ascii_only=_ascii_only()) if json else _words(answer))
        except InputError as error:
            refused = True
            typer.echo(f"error: {error.problem}", err=True)
            if error.hint:
                typer.echo(f"hint:  {error.hint}", err=True)
    if refused:
        raise typer.Exit(3)
    if unanswered:
        raise typer.Exit(6)
    if unproved:
        raise typer.Exit(5)


def _ascii_only() -> bool:
    """Tell whether the terminal cannot show every letter."""
    return (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"


def _print(text: str) -> None:
    """Print at once, so that a reader of the pipe sees each answer as it is found."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def _words(answer: Answer) -> str:
    """Return an answer for people."""
    ask = ", ".join(
        f"{key} {value}"
        for key, value in answer.ask.items()
        if not key.startswith("expected") and key != "notes"
    )
    lines = [f"{answer.instance}: {ask}"]
    if answer.value is None:
        lines.append("  NO_SOLUTION: the time limit came before any answer")
    else:
        gap = "" if not answer.gap else f", gap {answer.gap:.2%}"
        bound = "" if answer.bound is None or not answer.gap else f", bound {float(answer.bound):g}"
        lines.append(f"  {answer.status} {float(answer.value):.12g}{bound}{gap}")
        driven = float(answer.driven or 0)
        lines.append(f"  flow driven {driven:.12g} of {float(answer.coverable):.12g} coverable")
        lines.append(f"  open: {', '.join(answer.open) or 'none'}")
    spent = ", ".join(f"{phase} {value:.2f} s" for phase, value in answer.seconds.items())
    lines.append(f"  {spent}; {answer.solver}")
    if answer.uncoverable:
        lines.append(f"  {len(answer.uncoverable)} trips cannot be served with every site open:")
        for short in answer.uncoverable[:_SHOWN]:
            lines.append(f"    {short.trip}: {short.reason}")
        if len(answer.uncoverable) > _SHOWN:
            lines.append("    ... (--json lists all)")
    return "\n".join(lines)
