"""A node of the search tree."""

from __future__ import annotations

from dataclasses import dataclass

from corridor.frlm.problem import Floats
from corridor.solvers.highs import Basis


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """Some sites fixed, and the optimum of the relaxation there.

    Parameters
    ----------
    bound
        No choice here is worth more. [units of the objective]
    x, reduced
        Sites at the optimum and their reduced costs, shape (sites,); x is None where the solver
        stopped before it.
    lower, upper
        Bounds of the sites, shape (sites,).
    basis
        Where the simplex method stopped.
    """

    bound: float
    x: Floats | None
    reduced: Floats
    lower: Floats
    upper: Floats
    basis: Basis


Branch = tuple[Node, int]
"""A node and the column to branch on."""
