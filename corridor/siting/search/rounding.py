"""Designs rounded from a fractional point, and points made of designs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corridor.siting.model.formulation import Formulation
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, keeps_rules, level_bounds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def rounded_designs(
    problem: SitingProblem, form: Formulation, values: Floats, fixed: Levels | None
) -> Iterator[tuple[Levels, Levels]]:
    """Yield designs that round a fractional point at several thresholds, and the least design."""
    periods = range(len(problem.periods))
    for threshold in (0.5, 0.3, 0.1, 2.0):
        steps = _steps_at(form, values, threshold)
        if fixed is not None:
            yield fixed, steps
            continue
        levels: list[list[int]] = [[] for _ in periods]
        for j in range(len(problem.sites)):
            path: list[int] = []
            for t in periods:
                wanted = sum(float(values[c]) > threshold for c in form.w[t][j])
                path.append(_repair(problem, j, t, max([wanted, *path[-1:]])))
            for t in periods:
                levels[t].append(path[t])
        design = tuple(tuple(row) for row in levels)
        if keeps_rules(problem, design, steps):
            yield design, steps


def _steps_at(form: Formulation, values: Floats, threshold: float) -> Levels:
    rows: list[tuple[int, ...]] = []
    for period in form.e:
        row = []
        for i, columns in enumerate(period):
            wanted = 0
            for column in columns:
                if float(values[column]) <= threshold:
                    break
                wanted += 1
            row.append(max(wanted, rows[-1][i] if rows else 0))
        rows.append(tuple(row))
    return tuple(rows)


def _repair(problem: SitingProblem, j: int, t: int, wanted: int) -> int:
    """Return the level nearest above `wanted` (else below) that may stand in this period."""
    site = problem.sites[j]
    count = len(problem.tiers)
    bounds = [level_bounds(problem, j, t, k) for k in range(1, count + 1)]
    least = sum(low for low, _ in bounds)
    most = sum(up for _, up in bounds)
    ok = [
        k for k in range(least, most + 1)
        if not k or site.allowed[k - 1] or (k == site.existing_level and t >= site.existing_from)
    ]  # fmt: skip
    above = [k for k in ok if k >= wanted]
    return min(above) if above else max(ok, default=0)


def complete_design(form: Formulation, levels: Levels, steps: Levels) -> Floats:
    """Return a point whose integer columns are the design; the others are 0."""
    import numpy as np

    point = np.zeros(len(form.variables))
    for t, row in enumerate(form.w):
        for j, columns in enumerate(row):
            for k, column in enumerate(columns):
                point[column] = float(levels[t][j] > k)
    for t, row in enumerate(form.e):
        for i, columns in enumerate(row):
            for n, column in enumerate(columns):
                point[column] = float(steps[t][i] > n)
    return point


def design_at(form: Formulation, values: Floats) -> tuple[Levels, Levels]:
    """Read the design off an integer point: the highest tier whose variable rounds to 1."""
    levels = tuple(
        tuple(
            max((k + 1 for k, c in enumerate(columns) if values[c] > 0.5), default=0)
            for columns in row
        )
        for row in form.w
    )
    steps = tuple(
        tuple(
            max((n + 1 for n, c in enumerate(columns) if values[c] > 0.5), default=0)
            for columns in row
        )
        for row in form.e
    )
    return levels, steps
