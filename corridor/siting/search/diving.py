"""A first design by diving: the relaxation of a period is rounded step by step, the last period first.

After each step the rest is solved again, so that what was opened serves before more is opened. An earlier
period may only have what stands later.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from corridor.siting.charges import busiest
from corridor.siting.model.period_program import Floats
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, keeps_rules
from corridor.siting.search.relaxation import Relaxation
from corridor.siting.search.rounding import allowed_level

SURE: Final = 0.8
"""Values that are rounded up at once. [-]"""

STEP: Final = 0.15
"""Share of the fractional columns that is rounded in one step. [-]"""

STEPS: Final = 60
"""Most steps in one period."""


def dived_design(
    problem: SitingProblem, relaxations: list[Relaxation]
) -> tuple[Levels, Levels] | None:
    """Return a design found by diving, or None where rules stood against it.

    Parameters
    ----------
    problem
        A reduced problem.
    relaxations
        One per period, tightened; their bounds are put back.
    """
    periods = range(len(problem.periods))
    most: Floats | None = None
    points: list[Floats] = []
    for n in reversed(busiest(problem)):
        found = _dive(relaxations[n], most)
        if found is None:
            return None
        points.insert(0, found)
        most = found
    designs = [relaxations[0].models[0].design_of(point) for point in points]
    levels: list[list[int]] = [[] for _ in periods]
    for j in range(len(problem.sites)):
        path: list[int] = []
        for (wants, _), block in zip(designs, problem.blocks, strict=True):
            wanted = max([wants[j], *path[-1:]])
            path += [allowed_level(problem, j, block[0], wanted)] * len(block)
        for t in periods:
            levels[t].append(path[t])
    steps: list[tuple[int, ...]] = []
    for (_, wants), block in zip(designs, problem.blocks, strict=True):
        steps += [tuple(map(max, wants, steps[-1])) if steps else wants] * len(block)
    design = tuple(tuple(row) for row in levels)
    return (design, tuple(steps)) if keeps_rules(problem, design, tuple(steps)) else None


def _dive(relaxed: Relaxation, most: Floats | None) -> Floats | None:
    """Round the design columns of one period, at most those given; None where nothing fits."""
    size = relaxed.models[0].design
    columns = list(range(size))
    program = relaxed.highs.program
    low, up = program.column_low[:size].copy(), program.column_up[:size].copy()
    now_low, now_up = low.copy(), up if most is None else np.maximum(low, np.minimum(up, most))
    basis = relaxed.highs.basis()
    found: Floats | None = None
    for _ in range(STEPS):
        relaxed.highs.bounds(columns, now_low, now_up)
        result = relaxed.solve()
        if result.state != "optimal" or result.values is None:
            break
        point = result.values[:size]
        open_ = (point > 1e-6) & (point < 1 - 1e-6)
        if not open_.any():
            found = np.round(point)
            break
        part = np.flatnonzero(open_)
        order = part[np.argsort(-point[part], kind="stable")]
        count = max(1, int(STEP * len(order)), int((point[order] >= SURE).sum()))
        now_low[order[:count]] = now_up[order[:count]]
    relaxed.highs.bounds(columns, low, up)
    relaxed.highs.set_basis(basis)
    return found
