"""Rows of the plan suite: siting problems with what must be reached, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.plan_corridors import plan_corridor
from benchmarks.plan_freeze import frozen_file
from corridor.siting.instance_file import read_problem
from corridor.siting.problem import SitingProblem

BASELINES: Final = ("pulp-highs", "scip")
"""The plain formulation, on one solver each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the median of the seeds should reach.

    Parameters
    ----------
    seconds
        CPU time, children included. [s]
    gap
        (objective - bound) / (objective - C0); None: any plan and any bound. [share]
    gigabytes
        Memory that no run may take; None: not asked. [GB]
    """

    seconds: float
    gap: float | None = None
    gigabytes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One row of the suite.

    Parameters
    ----------
    name
        Name in tables and on the command line.
    build
        Returns the problem of a seed.
    one_problem
        All seeds have the same problem: the seed is the solver's.
    must, aim
        What must be reached, and what would be better.
    baselines
        What it is compared with.
    """

    name: str
    build: Callable[[int], SitingProblem]
    must: Target
    aim: Target
    one_problem: bool = False
    baselines: tuple[str, ...] = BASELINES

    @property
    def asks(self) -> tuple[tuple[float, float], ...]:
        """The runs that show both targets: (seconds, gap to stop at), one where the time is equal."""
        asked = {
            target.seconds: 0.0 if target.gap is None else target.gap
            for target in (self.must, self.aim)
        }
        return tuple(asked.items())


def _generated(sites: int, pairs: int, must: Target, aim: Target, **more: object) -> PlanRow:
    return PlanRow(
        name=f"corridor-{sites}-{pairs}",
        build=lambda seed: plan_corridor(sites, pairs, seed),
        must=must,
        aim=aim,
        **more,  # type: ignore[arg-type]
    )


def file_row(name: str, file: Path, must: Target, aim: Target) -> PlanRow:
    """Return the row of a problem in a file."""
    return PlanRow(
        name=name, build=lambda _: read_problem(file), one_problem=True, must=must, aim=aim
    )


def _frozen(name: str, must: Target, aim: Target) -> PlanRow:
    return file_row(name, frozen_file(name), must, aim)


PLAN_SUITES: dict[str, tuple[PlanRow, ...]] = {
    "plan-smoke": (
        _generated(11, 2, Target(seconds=3.0, gap=0.2), Target(seconds=3.0, gap=0.1)),
        _generated(12, 3, Target(seconds=3.0, gap=0.2), Target(seconds=4.0, gap=0.1), baselines=()),
    ),
    "plan": (
        _frozen("default", Target(seconds=60.0, gap=0.025), Target(seconds=60.0, gap=0.001)),
        _frozen("expansion-8", Target(seconds=120.0, gap=0.01), Target(seconds=300.0, gap=0.002)),
        _generated(40, 50, Target(seconds=60.0, gap=0.007), Target(seconds=120.0, gap=0.001)),
        _generated(100, 200, Target(seconds=120.0, gap=0.015), Target(seconds=120.0, gap=0.005)),
        _generated(150, 400, Target(seconds=300.0, gap=0.02), Target(seconds=300.0, gap=0.005)),
        _generated(300, 1000, Target(seconds=600.0, gap=0.05), Target(seconds=900.0, gap=0.015)),
        _generated(
            1000,
            10000,
            Target(seconds=3600.0, gigabytes=4.0),
            Target(seconds=3600.0, gap=0.03, gigabytes=4.0),
            baselines=(),  # some 14 million columns: PuLP would take more memory than there is
        ),
    ),
}


def plan_rows(suite: str, only: str = "") -> tuple[PlanRow, ...]:
    """Return the rows of a suite whose name contains some text."""
    return tuple(row for row in PLAN_SUITES[suite] if only in row.name)
