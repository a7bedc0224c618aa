"""Do nothing: what the stations that stand already would do alone."""

from __future__ import annotations

from dataclasses import replace

from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.solution import Solution, SolverChoice
from corridor.siting.solve import evaluate_design


def standing_levels(problem: SitingProblem) -> Levels:
    """Return the tier numbers of existing stations, period by period, site by site; 0 elsewhere."""
    return tuple(
        tuple(site.existing_level if t >= site.existing_from else 0 for site in problem.sites)
        for t in range(len(problem.periods))
    )


def operate_what_stands(problem: SitingProblem, solver: SolverChoice | None = None) -> Solution:
    """Operate existing stations as well as can be; nothing is built, enlarged or expanded.

    Facts alone count: what is required, the policies and the budget are decisions, and doing nothing
    takes none of them.

    Parameters
    ----------
    problem
        The problem as posed.
    solver
        As for `corridor.siting.solve.solve`.

    Returns
    -------
    Solution
        In the terms of the problem as posed, no expansion step bought.

    Raises
    ------
    LimitError, SolverError
        As for `corridor.siting.solve.solve`.
    """
    return evaluate_design(_facts(problem), standing_levels(problem), solver)


def _facts(problem: SitingProblem) -> SitingProblem:
    """Return the problem without anything that could be decided."""
    nothing = (False,) * len(problem.tiers)
    return replace(
        problem,
        sites=tuple(
            replace(site, allowed=nothing, required_level=0, required_from=0)
            for site in problem.sites
        ),
        sources=tuple(
            replace(
                source,
                expanded_limit_kg_per_day=source.limit_kg_per_day,
                steps_kg_per_day=(),
                steps_capex_cny=(),
                steps_annual_cny=(),
                step_gate_cny_per_kg=(),
                step_purchases=(),
            )
            for source in problem.sources
        ),
        covers=(),
        budget_cny=(None,) * len(problem.periods),
    )
