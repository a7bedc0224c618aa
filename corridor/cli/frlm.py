"""`corridor frlm`: solve pure refuelling-location instances."""

from __future__ import annotations

import sys
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from corridor.core.errors import CorridorError
    from corridor.frlm import Answer

_TRIPS_SHOWN = 5
_FAULTS_SHOWN = 10
_CODES = {"NO_SOLUTION": 6, "FEASIBLE": 5, "OPTIMAL": 0}
_WORST_FIRST = (3, 10, 8, 6, 5)
"""Exit codes: of all that happened the first of these is told."""


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
        MethodName, typer.Option(help="auto takes row generation for the most flow.")
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
    means proved to 1e-9. No file keeps the others from being solved. Exit code, the first that
    holds: 3 a file was refused; 10 a bug in corridor; 8 a solver failed; 6 a question ended
    without an answer; 5 an answer is not proved; 0 all proved.
    """
    from corridor.core.errors import CorridorError, InputError, UsageError
    from corridor.frlm.apart import solve_file_apart
    from corridor.frlm.instance.document import label
    from corridor.frlm.options import Options

    def take(answer: Answer) -> None:
        codes.add(_CODES[answer.status])
        _print(answer.json_line(ascii_only=_ascii_only()) if json else _words(answer))

    options = Options(solver=solver.value, method=method.value, time_limit=time_limit, gap=gap)
    codes: set[int] = set()
    for file in files:
        try:
            solve_file_apart(file, options, take)
        except InputError as error:
            codes.add(error.exit_code)
            _complain(error)
        except (UsageError, BrokenPipeError):
            raise
        except Exception as error:
            if len(files) == 1:  # the command line tells it, with a traceback under --debug
                raise
            known = error if isinstance(error, CorridorError) else _bug(error)
            codes.add(known.exit_code)
            _complain(known, f"{label(file)}: ")
    for code in _WORST_FIRST:
        if code in codes:
            raise typer.Exit(code)


def _bug(error: Exception) -> CorridorError:
    """Return an error that nobody raised on purpose as one that says so."""
    from corridor.core.errors import InternalError

    return InternalError(
        f"a bug in corridor: {type(error).__name__}: {error}",
        "Run this file alone with --debug and report the traceback.",
    )


def _complain(error: CorridorError, where: str = "") -> None:
    """Print what is wrong to stderr; of many faults the first."""
    lines = f"{where}{error.problem}".splitlines()
    if len(lines) > _FAULTS_SHOWN:
        lines[_FAULTS_SHOWN:] = [f"and {len(lines) - _FAULTS_SHOWN} more faults"]
    for line in lines:
        typer.echo(f"error: {line}", err=True)
    if error.hint:
        typer.echo(f"hint:  {error.hint}", err=True)


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
    from corridor.frlm.instance.document import shown
    from corridor.frlm.instance.exact import nearest

    def number(value: Fraction) -> str:
        return f"{nearest(value):.12g}"

    ask = ", ".join(
        f"{key} " + shown(value).strip('"')
        for key, value in answer.ask.items()
        if not key.startswith("expected") and key != "notes"
    )
    lines = [f"{answer.instance}: {ask}"]
    if answer.value is None:
        lines.append("  NO_SOLUTION: the time limit came before any answer")
    else:
        gap = f", gap {100 * answer.gap:.3g}%" if answer.gap else ""
        bound = f", bound {number(answer.bound)}" if answer.bound is not None and gap else ""
        lines.append(f"  {answer.status} {number(answer.value)}{bound}{gap}")
        driven = number(answer.driven or Fraction(0))
        lines.append(f"  flow driven {driven} of {number(answer.coverable)} coverable")
        lines.append(f"  open: {', '.join(answer.open) or 'none'}")
    spent = ", ".join(f"{phase} {value:.2f} s" for phase, value in answer.seconds.items())
    lines.append(f"  {spent}; {answer.solver}")
    if answer.uncoverable:
        lines.append(f"  {len(answer.uncoverable)} trips cannot be served with every site open:")
        for short in answer.uncoverable[:_TRIPS_SHOWN]:
            lines.append(f"    {short.trip}: {short.reason}")
        if len(answer.uncoverable) > _TRIPS_SHOWN:
            lines.append("    ... (--json lists all)")
    return "\n".join(lines)
