"""Every error that corridor raises on purpose, and the exit code of each.

CorridorError
├── UsageError          the command line is wrong                -> 2
├── InputError          a scenario, table or map is wrong        -> 3
├── InfeasibleError     no plan can satisfy the scenario         -> 4
├── LimitError          the time limit came before any plan      -> 6
├── CertificateError    a plan breaks its own facts              -> 7
├── SolverError         the solver crashed or is not there       -> 8
├── FileError           a file cannot be read or written         -> 9
└── InternalError       a bug in corridor                        -> 10
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CorridorError(Exception):
    """Base class: catch this to catch everything corridor raises on purpose.

    Parameters
    ----------
    problem
        What is wrong and where, in the user's terms, with the offending value and its unit.
    hint
        What the user can do about it; empty when there is nothing to do.
    """

    exit_code = 10

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


class UsageError(CorridorError):
    """The command line is wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in an input.

    Parameters
    ----------
    file
        The file as the user named it.
    key
        Dotted key, row and column, or JSON pointer inside the file; empty for the whole file.
    value
        The offending value as written; empty where there is none.
    expected
        What would be right, with range and unit.
    hint
        What to do next.
    """

    file: str
    key: str
    value: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        value = f" = {self.value}" if self.value else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{value}: {self.expected}{hint}"


class InputError(CorridorError):
    """A scenario, table or map is wrong; carries every fault at once.

    Parameters
    ----------
    faults
        All faults found, or one sentence.
    hint
        What the user can do about it.
    """

    exit_code = 3

    def __init__(self, faults: Sequence[Fault] | str, hint: str = "") -> None:
        self.faults: tuple[Fault, ...] = () if isinstance(faults, str) else tuple(faults)
        problem = faults if isinstance(faults, str) else "\n".join(map(str, faults))
        super().__init__(problem, hint)


class InfeasibleError(CorridorError):
    """No plan can satisfy the scenario; the problem says which demand cannot be met and why."""

    exit_code = 4


class LimitError(CorridorError):
    """The time limit came before any plan was found."""

    exit_code = 6


class CertificateError(CorridorError):
    """A plan breaks its own facts, or its run folder was altered."""

    exit_code = 7


class SolverError(CorridorError):
    """The solver crashed, is not installed, or answered nonsense."""

    exit_code = 8


class FileError(CorridorError):
    """A file cannot be read or written."""

    exit_code = 9


class InternalError(CorridorError):
    """A bug in corridor."""

    exit_code = 10


EXIT_PASS = 0
EXIT_GAP = 5
"""Exit code of a run that ends at a limit with a certified plan (PASS-WITH-GAP)."""
