"""The command line: one verb a module, and the one place where errors become exit codes.

Exit codes: 0 pass; 2 usage; 3 input invalid; 4 infeasible; 5 limit reached, certified plan with
gap; 6 limit reached, no plan; 7 certificate failed; 8 solver failed; 9 file or network trouble;
10 internal error.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer

_VERBS = (
    "check",
    "new",
    "solve",
    "evaluate",
    "verify",
    "report",
    "compare",
    "frlm",
    "fetch",
    "places",
    "sites",
    "schema",
)

_EPILOG = (
    "Start with `corridor new my-corridor` or `corridor solve scenarios/liupanshui-xingyi.toml`. "
    "Exit codes: 0 pass, 2 usage, 3 input, 4 infeasible, 5 plan with gap, 6 no plan in time, "
    "7 certificate failed, 8 solver, 9 files, 10 internal. --debug shows tracebacks."
)


def _app() -> Typer:
    import typer

    app = typer.Typer(
        name="corridor",
        help="Site, size and time hydrogen refuelling stations along an expressway corridor, "
        "and prove the plan by driving it.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def root(
        version: bool = typer.Option(False, "--version", help="Print the version and stop."),
        debug: bool = typer.Option(False, "--debug", help="Show tracebacks of errors."),
    ) -> None:
        if version:
            from corridor.core.version import VERSION

            typer.echo(f"corridor {VERSION}")
            raise typer.Exit

    for verb in _VERBS:
        app.command(verb)(getattr(import_module(f"corridor.cli.{verb}"), verb))
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and turn errors into one sentence and an exit code."""
    from corridor.core.errors import CorridorError

    argv = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in argv or bool(os.environ.get("CORRIDOR_DEBUG"))
    argv = [word for word in argv if word != "--debug"]
    try:
        _app()(argv, prog_name="corridor")
    except CorridorError as error:
        if debug:
            raise
        _say(f"error: {error.problem}")
        if error.hint:
            _say(f"hint:  {error.hint}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("interrupted: nothing was left half-written.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        _say(f"error: a bug in corridor: {type(error).__name__}: {error}")
        _say("hint:  run again with --debug and report the traceback with the scenario.")
        sys.exit(10)


def _say(line: str) -> None:
    """Print to stderr whatever the terminal's encoding is, without control characters."""
    clean = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in line
    )
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(clean.encode(encoding, "replace").decode(encoding) + "\n")
