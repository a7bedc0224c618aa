"""Which solvers there are, what each is for, and how to get it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final

from corridor.core.errors import SolverError
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, LinearProgram
from corridor.solvers.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """A solver that can be chosen by name.

    Parameters
    ----------
    name
        How scenarios and commands call it; also its module here, with `is_installed`, `version`, `solve`.
    title
        Its own name.
    install
        What to do where it is missing.
    purpose
        What it is used for.
    """

    name: str
    title: str
    install: str
    purpose: str


SOLVERS: Final = (
    Solver(
        name="highs",
        title="HiGHS",
        install="pip install highspy",
        purpose="the engine of every search",
    ),
    Solver(
        name="cbc",
        title="CBC",
        install="pip install 'corridor[cbc]'",
        purpose="the reference formulation, as a second opinion on small cases",
    ),
    Solver(
        name="scip",
        title="SCIP",
        install="pip install 'corridor[scip]'",
        purpose="the reference formulation, and the hardest instances of `corridor frlm`",
    ),
)

NAMES: Final = tuple(solver.name for solver in SOLVERS)


def solver_named(name: str) -> Solver:
    """Return a solver by name.

    Raises
    ------
    SolverError
        If there is none of this name.
    """
    for solver in SOLVERS:
        if solver.name == name:
            return solver
    raise SolverError(f"There is no solver {name!r}.", f"One of {', '.join(NAMES)}.")


def version_of(name: str) -> str | None:
    """Return the version of a solver; None where it is not installed."""
    found = import_module(f"corridor.solvers.{solver_named(name).name}").version()
    return None if found is None else str(found)


def is_installed(name: str) -> bool:
    """Tell whether a solver is installed, without loading it."""
    return bool(import_module(f"corridor.solvers.{solver_named(name).name}").is_installed())


def require(name: str) -> str:
    """Return the version of a solver.

    Raises
    ------
    SolverError
        If it is not installed; says how to install it.
    """
    found = version_of(name)
    if found is None:
        solver = solver_named(name)
        others = ", ".join(f"'{n}'" for n in NAMES if n != name and is_installed(n))
        raise SolverError(
            f"{solver.title} is not installed.", f"{solver.install}, or choose solver {others}."
        )
    return found


def solve(
    name: str, program: LinearProgram, options: SolveOptions, start: Floats | None = None
) -> Result:
    """Solve a programme with integrality.

    Parameters
    ----------
    name
        Which solver.
    program
        What to solve.
    options
        Limits and tolerances.
    start
        A point to begin with; None: none.

    Raises
    ------
    SolverError
        If the solver is not installed.
    """
    require(name)
    found = import_module(f"corridor.solvers.{name}").solve(program, options, start)
    assert isinstance(found, Result)
    return found
