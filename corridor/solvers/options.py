"""How a solver is asked: one set of options for all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """Limits and tolerances of one solve.

    Parameters
    ----------
    gap
        Relative gap at which the search may stop. [-]
    seed
        Seed of the solver.
    nodes
        Most nodes of the tree; None: no limit.
    iterations
        Most simplex iterations, where the solver counts them; None: no limit.
    seconds
        Most CPU seconds, a safety stop that makes answers irreproducible; None: no limit. [s]
    wall
        True: the seconds are those of the clock on the wall.
    memory_mb
        Most memory of a solver that runs in a child process; None: no limit. [MB]
    """

    gap: float = 0.0
    seed: int = 0
    nodes: int | None = None
    iterations: int | None = None
    seconds: float | None = None
    wall: bool = False
    memory_mb: int | None = None
