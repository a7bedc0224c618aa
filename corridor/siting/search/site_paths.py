"""The levels that one site may have over the periods."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import comb
from typing import Final

from corridor.siting.problem import SitingProblem

MOST_PATHS: Final = 1000
"""Paths of one site above which only those that change at most twice are tried."""


def paths_of(problem: SitingProblem) -> list[tuple[int, ...]]:
    """Return the levels that a site may have over the periods, never shrinking."""
    tiers, blocks = len(problem.tiers), problem.blocks
    decided = _decided_paths(tiers, len(blocks))
    return [
        tuple(level for level, block in zip(path, blocks, strict=True) for _ in block)
        for path in decided
    ]


def _decided_paths(tiers: int, decisions: int) -> list[tuple[int, ...]]:
    if comb(tiers + decisions, decisions) <= MOST_PATHS:
        return list(combinations_with_replacement(range(tiers + 1), decisions))
    found = set()
    for low, mid, high in combinations_with_replacement(range(tiers + 1), 3):
        for first, second in combinations_with_replacement(range(decisions + 1), 2):
            found.add((low,) * first + (mid,) * (second - first) + (high,) * (decisions - second))
    return sorted(found)
