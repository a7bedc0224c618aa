"""What the machine did for an answer, and what of the scenario bounds that: kept outside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.siting.solution import Solution

LIMITS = ("time_limit_s",)
"""Keys of ``solver`` that bound the machine's effort and are no part of the question."""


def without_limits(document: dict[str, Any]) -> dict[str, Any]:
    """Return a resolved scenario as the plan names it by hash.

    Parameters
    ----------
    document
        From `corridor.scenario.document.resolved_document`.

    Returns
    -------
    dict
        The same without `LIMITS`, which stand in the manifest instead.
    """
    solver = {key: value for key, value in document["solver"].items() if key not in LIMITS}
    return {**document, "solver": solver}


def made_with_of(solution: Solution) -> dict[str, Any]:
    """Return how an answer was found: what may differ between two runs that give one plan.

    Returns
    -------
    dict
        ``made_with`` of the manifest (docs/formats.md, section 10).
    """
    from importlib.metadata import version
    from platform import python_version

    return {
        "python": python_version(),
        **{name: version(name) for name in ("highspy", "numpy", "scipy", "pulp")},
        "solver": solution.solver_name,
        "solver_version": solution.solver_version,
        "status_reported": solution.status_reported,
        "options": dict(solution.options),
        "seconds": round(solution.seconds, 3),
        "nodes": solution.nodes,
        "effort": dict(solution.effort),
    }
