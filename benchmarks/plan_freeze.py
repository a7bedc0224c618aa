"""Freeze scenarios as siting problems, so that a row stays what it was when defaults move.

`python -m benchmarks freeze` writes the files again; then results before and after do not compare.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from corridor import load_scenario
from corridor.pipeline.study import pose_question
from corridor.siting.instance_file import write_problem
from corridor.siting.problem import SitingProblem

FROZEN: Final = Path(__file__).parent / "instances"

SCENARIOS: Final = {
    "default": Path(__file__).parent.parent / "scenarios" / "liupanshui-xingyi.toml",
    "expansion-8": FROZEN / "expansion-8.toml",
}
"""Scenario of each frozen row."""


def problem_of(name: str) -> SitingProblem:
    """Pose the problem of a scenario as it stands now."""
    return pose_question(load_scenario(SCENARIOS[name])).problem


def frozen_file(name: str) -> Path:
    """Return where the frozen problem of a scenario lies."""
    return FROZEN / f"{name}.json.gz"


def freeze() -> list[Path]:
    """Write all frozen problems; return the files."""
    for name in SCENARIOS:
        write_problem(problem_of(name), frozen_file(name))
    return [frozen_file(name) for name in SCENARIOS]
