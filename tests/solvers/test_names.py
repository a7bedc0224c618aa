"""Claim: the registry says which solvers there are, and whoever lists their names says the same."""

from __future__ import annotations

from typing import get_args, get_type_hints

from corridor.cli.frlm import SolverName
from corridor.cli.solve import solve
from corridor.frlm import options as frlm_options
from corridor.scenario.scenario import SolverSpec
from corridor.siting.solution import SolverChoice, SolverSettings
from corridor.solvers.registry import NAMES
from corridor.solvers.result import STATES


def test_all_lists_of_solvers_are_one() -> None:
    """Type checkers and the command line need them written out; the fast help needs no registry."""
    assert get_args(SolverSpec.model_fields["name"].annotation) == NAMES
    assert get_args(get_type_hints(SolverSettings)["name"]) == NAMES
    asked = SolverChoice.name.fget  # type: ignore[attr-defined]
    assert get_args(get_type_hints(asked)["return"]) == NAMES
    assert get_args(frlm_options.Solver) == frlm_options.SOLVERS == ("auto", *NAMES)
    assert tuple(SolverName) == frlm_options.SOLVERS
    assert set(STATES) == set(NAMES)


def test_the_help_of_solve_names_them() -> None:
    """The option takes any text, so that its help must say which."""
    option = get_type_hints(solve, include_extras=True)["solver"].__metadata__[0]
    assert option.help.startswith(f"{', '.join(NAMES[:-1])} or {NAMES[-1]};")
