"""Work in a process of its own that tells what it finds while it runs: what kills it leaves us that.

The child is a fresh Python: nothing that it breaks, eats or waits for is ours. It writes one file of
messages, each with its length before it, so that half a message of a crash is seen to be one.
"""

from __future__ import annotations

import math
import os
import pickle
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, Literal

from corridor.core.errors import CorridorError, InternalError, SolverError
from corridor.solvers.child import limit_with_grace, run_command
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, LinearProgram
from corridor.solvers.result import Flaw, Result, failed

Tell = Callable[[Any], object]
"""Takes a message."""

Work = Callable[[Any, Tell], Any]
"""What is done apart: a function of a module that takes a question and tells what it finds."""

LEAST_S: Final = 0.1
"""Least CPU time that a solver is given: with none at all it says nothing. [s]"""

_LENGTH: Final = 8
"""Bytes of the length before each message."""

_EAGER_TO_DIE: Final = "800"
"""Of a child where memory runs out (Linux, 0 to 1000): the planner itself is to stay."""


class LostError(SolverError):
    """A process that did not come back.

    Parameters
    ----------
    flaw
        What became of it.
    said
        Its last words.
    """

    def __init__(self, flaw: Flaw, said: str) -> None:
        last = said.splitlines()[-1] if said else ""
        what = flaw.value[:1].upper() + flaw.value[1:]
        super().__init__(
            f"{what} ({last})." if last else f"{what}.",
            "Try another seed or solver, and please report the input.",
        )
        self.flaw = flaw
        self.said = said


def _nothing(_: object) -> None:
    """Do nothing with a message."""


def memory_of_machine_mb() -> int | None:
    """Return the memory of this machine; None where the system does not tell [MB]."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    except (AttributeError, OSError, ValueError):
        return None


def run_apart(
    work: Work,
    question: Any,
    *,
    hear: Tell = _nothing,
    most: Callable[[], float] = lambda: math.inf,
    memory_mb: int | None = None,
) -> Any:
    """Return what a function answers in a process of its own.

    Parameters
    ----------
    work
        A function of a module.
    question
        What it is given; it travels pickled, as the messages and the answer do.
    hear
        Called here with each message, in order, as soon as it is told.
    most
        Most CPU seconds of the process and all that it starts; asked again and again. [s]
    memory_mb
        Most address space of each process; None: no limit. [MB]

    Raises
    ------
    LostError
        If the process crashed, hung, passed its limit or ran out of memory.
    CorridorError
        Whatever the function raised; what nobody raises on purpose comes as InternalError.
    """
    with TemporaryDirectory() as folder:
        asked, told = Path(folder) / "asked", Path(folder) / "told"
        asked.write_bytes(pickle.dumps((work, question)))
        told.touch()
        last: list[tuple[str, Any]] = []
        with told.open("rb") as stream:

            def listen() -> None:
                last.extend(_read(stream, hear))

            ended = run_command(
                [sys.executable, "-m", "corridor.solvers.apart", str(asked), str(told)],
                memory_mb=memory_mb,
                most=most,
                pulse=listen,
            )
            listen()
    for kind, value in last:
        if kind == "raised":
            raise value
        return value
    raise LostError(ended.flaw or Flaw.CRASHED, ended.said)


def _read(stream: IO[bytes], hear: Tell) -> list[tuple[str, Any]]:
    """Pass on the messages that are complete; return how the work ended, if it did."""
    last: list[tuple[str, Any]] = []
    while True:
        at = stream.tell()
        length = int.from_bytes(stream.read(_LENGTH), "big")
        body = stream.read(length)
        if not length or len(body) < length:
            stream.seek(at)
            return last
        kind, value = pickle.loads(body)  # noqa: S301 - our own child wrote it
        if kind == "told":
            hear(value)
        else:
            last.append((kind, value))


def solve_apart(
    solver: str,
    program: LinearProgram,
    options: SolveOptions,
    start: Floats | None = None,
) -> Result:
    """Solve in a process of its own; however it ends, there is an answer.

    Parameters
    ----------
    solver
        Name in the registry.
    program, options, start
        As for `registry.solve`.
    """
    most = math.inf if options.seconds is None else limit_with_grace(options.seconds)
    try:
        answer = run_apart(
            _solve,
            (solver, program, options, start),
            most=lambda: most,
            memory_mb=options.memory_mb,
        )
    except LostError as lost:
        return failed(lost.flaw, lost.said or lost.flaw.value, maximise=program.maximise)
    except CorridorError as error:
        return failed(Flaw.CRASHED, error.problem, maximise=program.maximise)
    assert isinstance(answer, Result)
    return answer


def _solve(question: Any, _: Tell) -> Result:
    from corridor.solvers.registry import require, solve

    solver, program, options, start = question
    require(solver)
    if options.seconds is not None and not options.wall:
        # What it took to get here is time of this process too.
        options = replace(options, seconds=max(LEAST_S, options.seconds - time.process_time()))
    return solve(solver, program, options, start)


def _main(asked: str, told: str) -> None:
    """Do what is asked in a file and write down what is told."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_EAGER_TO_DIE, encoding="ascii")
    with Path(told).open("ab", buffering=0) as out:

        def write(kind: Literal["told", "answer", "raised"], value: Any) -> None:
            body = pickle.dumps((kind, value))
            out.write(len(body).to_bytes(_LENGTH, "big") + body)

        work, question = pickle.loads(Path(asked).read_bytes())  # noqa: S301 - our parent wrote it
        try:
            write("answer", work(question, lambda message: write("told", message)))
        except CorridorError as error:
            error.add_note(traceback.format_exc())
            write("raised", error)
        except MemoryError:
            raise  # how this process ends says it
        except Exception as error:
            bug = InternalError(
                f"a bug in corridor: {type(error).__name__}: {error}",
                "Run again with --debug and report the traceback with the input.",
            )
            bug.add_note(traceback.format_exc())
            write("raised", bug)


if __name__ == "__main__":
    _main(*sys.argv[1:])
    # Nothing is left to do: a solver that crashes while it is taken down would only be noise.
    sys.stderr.flush()
    os._exit(0)
