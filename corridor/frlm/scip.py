"""SCIP, an extra: the aggregated relaxation with lazy rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from corridor.frlm.aggregate import Aggregated
from corridor.frlm.problem import Bools
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, Rows, with_rows
from corridor.solvers.result import Result
from corridor.solvers.scip import LazyRows, solve

# Cover rows of several trips and the limit row combine to strong cuts, which take many rounds to
# find; branching is cheap by comparison. Restarts and heuristics cost more than they bring, as the
# start comes from a local search.
_CUTTING = {
    "branching/relpscost/initcand": 20,
    "branching/relpscost/maxreliable": 2,
    "branching/relpscost/sbiterofs": 20000,
    "presolving/maxrestarts": 0,
}


def _rounds(relaxed: Aggregated, start: Bools | None) -> dict[str, int]:
    """Return how many rounds of cuts at the root a gap is worth."""
    gap = 1.0
    if start is not None:
        known = float(relaxed.model.cost @ relaxed.point_of(start))
        gap = relaxed.bound / known - 1 if known > 0 else 1.0
    rounds, stalled = (20, 5) if gap < 0.01 else (60, 15) if gap < 0.03 else (150, 30)
    return {
        "separating/gomory/maxroundsroot": rounds,
        "separating/zerohalf/maxroundsroot": rounds,
        "separating/maxstallroundsroot": stalled,
    }


def solve_aggregated(relaxed: Aggregated, start: Bools | None, options: SolveOptions) -> Result:
    """Solve a covering problem from its aggregated relaxation, other rows added when violated.

    Parameters
    ----------
    relaxed
        The solved relaxation.
    start
        A choice of stations to start from.
    options
        Limits.
    """
    binary = np.arange(relaxed.columns) < relaxed.sites + len(relaxed.split.alone)
    program = with_rows(replace(relaxed.model, integer=binary), relaxed.tight_rows())

    def violated_by(alone_by: float, shared_by: float) -> Callable[[Floats], Rows]:
        return lambda point: relaxed.violated(point, alone_by=alone_by, shared_by=shared_by)

    lazy = LazyRows(
        separate=violated_by(1e-4, 1e-3),
        enforce=violated_by(1e-7, 1e-7),
        verify=violated_by(1e-6, 1e-6),
        raising=relaxed.sites,
        parameters={**_CUTTING, **_rounds(relaxed, start)},
    )
    known = None if start is None else relaxed.point_of(start)
    return solve(program, options, known, lazy=lazy)
