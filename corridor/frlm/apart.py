"""Answer an instance file in a process of its own: a lost solver costs an ask at most its proof.

The child tells every answer, and within an ask every better one and every better bound. If it dies, the
next child recounts the best of that ask without a solver and goes on with the asks after it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from corridor.core.errors import SolverError
from corridor.frlm.answer import Answer
from corridor.frlm.cover.reduce import Tables
from corridor.frlm.engine import Found, recount, solve_ask
from corridor.frlm.instance.reader import load_instance
from corridor.frlm.options import Options
from corridor.solvers.apart import LostError, Tell, memory_of_machine_mb, run_apart
from corridor.solvers.clock import wall_clock

Question = tuple[Path, Options, int, Found | None, str]
"""File, options, first ask that is open, the best that is known of it, and what was lost."""


def solve_file_apart(path: Path, options: Options, take: Callable[[Answer], object]) -> None:
    """Answer every ask of an instance file as `solve_file` does, in a process of its own.

    Parameters
    ----------
    path, options
        As there.
    take
        Called with each answer as soon as it is known. Where the solver was lost, the answer is the best
        until then and `Answer.solver` says what happened.

    Raises
    ------
    InputError
        If the file is wrong.
    SolverError
        If the solver was lost before any answer to an ask.
    """
    answered = 0
    found: Found | None = None
    lost = ""

    def hear(message: Answer | Found) -> None:
        nonlocal answered, found, lost
        if isinstance(message, Found):
            found = message
        else:
            answered, found, lost = answered + 1, None, ""
            take(message)

    while True:
        try:
            run_apart(
                _answer,
                (path, options, answered, found, lost),
                hear=hear,
                memory_mb=memory_of_machine_mb(),
            )
        except LostError as error:
            # Whoever is lost while it only recounts has nothing to go on with either.
            if found is None or lost:
                raise SolverError(
                    f"ask {answered + 1}: {error.problem} No answer was found before.", error.hint
                ) from error
            lost = f"{error.flaw.value}: best answer so far"
        else:
            return


def _answer(question: Question, tell: Tell) -> None:
    """Answer the asks that are open, in the child."""
    path, options, first, found, lost = question
    clock = wall_clock(None)
    instance = load_instance(path)
    read = clock.spent()
    tables = Tables.of(instance)
    times: dict[str, Any] = {"read_seconds": read, "laid_out": clock.spent() - read}
    for ask in instance.asks[first:]:
        if found is not None:
            tell(recount(tables, ask, options, found, lost))
            found = None
        else:
            tell(solve_ask(tables, ask, options, keep=tell, **times))
