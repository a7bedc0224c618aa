"""Designs rounded from a fractional point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from corridor.siting.charges import busiest
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels, keeps_rules, level_bounds

THRESHOLDS: Final = (0.7, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Values from which a fraction of a station is made a whole one. [-]"""


def rounded_designs(
    problem: SitingProblem, models: list[PeriodProgram], parts: list[Floats], fixed: Levels | None
) -> Iterator[tuple[Levels, Levels]]:
    """Yield designs that round a fractional point at several thresholds and keep every rule.

    What a run of periods without a decision has is read off the one that is charged for it.

    Parameters
    ----------
    problem
        A reduced problem.
    models, parts
        Per period, its programme and the values of its columns.
    fixed
        Levels of a given design: steps alone are rounded then.
    """
    periods = range(len(problem.periods))
    for threshold in THRESHOLDS:
        steps = _steps_at(problem, models, parts, threshold)
        if fixed is not None:
            yield fixed, steps
            continue
        levels: list[list[int]] = [[] for _ in periods]
        for j in range(len(problem.sites)):
            path: list[int] = []
            for t, block in zip(busiest(problem), problem.blocks, strict=True):
                run = parts[t][j * models[t].tiers : (j + 1) * models[t].tiers]
                wanted = int((run > threshold).sum())
                level = allowed_level(problem, j, block[0], max([wanted, *path[-1:]]))
                path += [level] * len(block)
            for t in periods:
                levels[t].append(path[t])
        design = tuple(tuple(row) for row in levels)
        if keeps_rules(problem, design, steps):
            yield design, steps


def _steps_at(
    problem: SitingProblem, models: list[PeriodProgram], parts: list[Floats], threshold: float
) -> Levels:
    rows: list[tuple[int, ...]] = []
    for t, block in zip(busiest(problem), problem.blocks, strict=True):
        row = []
        for i, columns in enumerate(models[t].steps):
            wanted = 0
            for column in columns:
                if float(parts[t][column]) <= threshold:
                    break
                wanted += 1
            row.append(max(wanted, rows[-1][i] if rows else 0))
        rows += [tuple(row)] * len(block)
    return tuple(rows)


def allowed_level(problem: SitingProblem, j: int, t: int, wanted: int) -> int:
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
