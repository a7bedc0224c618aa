"""Site, size and time hydrogen refuelling stations along an expressway corridor.

>>> import corridor
>>> scenario = corridor.load_scenario("scenarios/liupanshui-xingyi.toml")  # doctest: +SKIP
>>> run = corridor.solve_scenario(scenario)  # doctest: +SKIP
>>> run.verdict  # doctest: +SKIP
'PASS'

Names are loaded when first used, so that ``import corridor`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corridor.core.version import VERSION

if TYPE_CHECKING:
    from corridor.certificate import Certificate, certify
    from corridor.core.errors import CorridorError, InfeasibleError, InputError
    from corridor.demand.trips import Demand
    from corridor.network.network import Network
    from corridor.pipeline.evidence import add_evidence
    from corridor.pipeline.run import Run, solve_scenario, verify_run
    from corridor.pipeline.study import Study, pose_question, study
    from corridor.report import compare_runs
    from corridor.scenario.edit import with_value
    from corridor.scenario.load import load_scenario
    from corridor.scenario.scenario import Scenario
    from corridor.siting.problem import SitingProblem
    from corridor.siting.question import Question
    from corridor.siting.solution import Solution

__version__ = VERSION

_HOME = {
    "Certificate": "certificate",
    "CorridorError": "core.errors",
    "Demand": "demand.trips",
    "InfeasibleError": "core.errors",
    "InputError": "core.errors",
    "Network": "network.network",
    "Question": "siting.question",
    "Run": "pipeline.run",
    "Scenario": "scenario.scenario",
    "SitingProblem": "siting.problem",
    "Solution": "siting.solution",
    "Study": "pipeline.study",
    "add_evidence": "pipeline.evidence",
    "certify": "certificate",
    "compare_runs": "report",
    "load_scenario": "scenario.load",
    "pose_question": "pipeline.study",
    "solve_scenario": "pipeline.run",
    "study": "pipeline.study",
    "verify_run": "pipeline.run",
    "with_value": "scenario.edit",
}

__all__ = [
    "Certificate",
    "CorridorError",
    "Demand",
    "InfeasibleError",
    "InputError",
    "Network",
    "Question",
    "Run",
    "Scenario",
    "SitingProblem",
    "Solution",
    "Study",
    "add_evidence",
    "certify",
    "compare_runs",
    "load_scenario",
    "pose_question",
    "solve_scenario",
    "study",
    "verify_run",
    "with_value",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home at first use (PEP 562)."""
    if name in _HOME:
        return getattr(import_module(f"corridor.{_HOME[name]}"), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
