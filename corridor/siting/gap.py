"""The one gap: how much of the money that can be decided a plan may still be away from the best."""

from __future__ import annotations

from typing import Final

ABSOLUTE_CNY: Final = 1.0
RELATIVE: Final = 1e-9
"""Objective and bound that differ by no more than these count as equal. [CNY], [-]"""


def equal_within_cny(objective_cny: float) -> float:
    """Return the difference of objective and bound below which nothing is left to prove [CNY]."""
    return max(ABSOLUTE_CNY, RELATIVE * abs(objective_cny))


def gap_of(objective_cny: float, bound_cny: float, unavoidable_cny: float) -> float:
    """Return the proven gap as a share of the money that can be decided, never below 0 [-].

    Parameters
    ----------
    objective_cny
        Net present cost of the plan. [CNY]
    bound_cny
        No plan costs less; where the unavoidable penalty is more, that counts. [CNY]
    unavoidable_cny
        Penalty for unmet demand that no plan can avoid. [CNY]

    Returns
    -------
    float
        ``(objective - bound) / (objective - unavoidable)``; 0 where objective and bound agree to
        `equal_within_cny`.
    """
    bound = max(bound_cny, unavoidable_cny)
    if objective_cny - bound <= equal_within_cny(objective_cny):
        return 0.0
    return (objective_cny - bound) / (objective_cny - unavoidable_cny)


def cost_at_gap(bound_cny: float, unavoidable_cny: float, gap: float) -> float:
    """Return the largest objective whose gap over a bound is at most `gap` [CNY]."""
    bound = max(bound_cny, unavoidable_cny)
    if gap >= 1:
        return float("inf")
    return max((bound - gap * unavoidable_cny) / (1 - gap), bound + ABSOLUTE_CNY)
