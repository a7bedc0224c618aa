"""How to solve: which solver, which method, for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from corridor.core.errors import UsageError

Solver = Literal["auto", "highs", "cbc", "scip"]
Method = Literal["auto", "arc-cover", "hop-flow", "row-generation"]

SOLVERS: tuple[Solver, ...] = ("auto", "highs", "cbc", "scip")
METHODS: tuple[Method, ...] = ("auto", "arc-cover", "hop-flow", "row-generation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to solve an ask.

    Parameters
    ----------
    solver
        `auto`: HiGHS; SCIP goes on where it is installed and the instance is hard.
    method
        `auto`: row generation for the most flow, else arc-cover.
    time_limit
        Longest time for one ask, preparation included; None: no limit. [s]
    gap
        Relative gap at which the search may stop. [share]
    seed
        Seed of the local search.
    """

    solver: Solver = "auto"
    method: Method = "auto"
    time_limit: float | None = None
    gap: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.solver not in SOLVERS:
            raise UsageError(
                f"There is no solver {self.solver!r}.", f"One of {', '.join(SOLVERS)}."
            )
        if self.method not in METHODS:
            raise UsageError(
                f"There is no method {self.method!r}.", f"One of {', '.join(METHODS)}."
            )
        if self.time_limit is not None and not self.time_limit >= 0:
            raise UsageError(f"The time limit is {self.time_limit}; at least 0 s is needed.")
        if not 0 <= self.gap < math.inf:
            raise UsageError(f"The gap is {self.gap}; a share of at least 0 is needed.")
