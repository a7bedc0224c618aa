"""What is measured: rows of a suite, each a family of instances, a question and a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchmarks.generate import corridor, planar

Document = dict[str, Any]
Baseline = Literal["", "pulp-cbc", "pulp-highs", "plain-highs"]

INSTANCES = Path(__file__).resolve().parents[2] / "shared" / "instances"
"""Reference instances beside the checkout; rows that need them are left out where it is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a suite.

    Parameters
    ----------
    name
        Name in tables and on the command line.
    build
        Returns the instance of a seed, asks included; None for a file.
    file
        An instance file; its own asks are solved, and the seed changes nothing.
    size
        Pairs of sites and trips, for the plot of time over size.
    baseline
        What it is compared with in the same run.
    options
        Options of the engine.
    ratio
        Target: at least this many times faster than the baseline.
    seconds
        Target: at most this much CPU time. [s]
    gap
        Target: at most this relative gap, where a proof is not asked for. [share]
    gigabytes
        Target: at most this much memory. [GB]
    baseline_seconds
        Least time after which a baseline is stopped. [s]
    kind
        `solve` answers the asks; `prepare` only prepares; `sweep` solves variations of the flows.
    """

    name: str
    build: Callable[[int], Document] | None = None
    file: Path | None = None
    size: int = 0
    baseline: Baseline = ""
    options: dict[str, Any] = field(default_factory=dict)
    ratio: float | None = None
    seconds: float | None = None
    gap: float | None = None
    gigabytes: float | None = None
    baseline_seconds: float = 20.0
    kind: Literal["solve", "prepare", "sweep"] = "solve"


def _most(
    family: Callable[..., Document], sites: int, trips: int, stations: int
) -> Callable[[int], Document]:
    """Return a builder of an instance with one question: the most flow with some stations."""

    def build(seed: int) -> Document:
        document = family(sites, trips, seed)
        document["asks"] = [{"objective": "max_flow", "stations": stations}]
        return document

    return build


def _row(
    family: Callable[..., Document],
    sites: int,
    trips: int,
    stations: int,
    suffix: str = "",
    **more: Any,
) -> Row:
    """Return a row of a generated family."""
    return Row(
        name=f"{family.__name__}-{sites}-{trips}-p{stations}{suffix}",
        build=_most(family, sites, trips, stations),
        size=sites * trips,
        **more,
    )


def _files(*names: str) -> list[Row]:
    """Return rows for the reference instances that are there."""
    return [
        Row(
            name=name,
            file=INSTANCES / f"{name}.json",
            baseline="plain-highs",
            ratio=5.0,
            baseline_seconds=300.0,
        )
        for name in names
        if (INSTANCES / f"{name}.json").is_file()
    ]


SUITES: dict[str, tuple[Row, ...]] = {
    "smoke": (
        _row(corridor, 30, 40, 3, baseline="plain-highs"),
        _row(planar, 40, 80, 4, baseline="plain-highs"),
        _row(planar, 40, 80, 4, " prepare", kind="prepare"),
        _row(corridor, 30, 40, 3, " sweep", kind="sweep", baseline="pulp-highs"),
    ),
    "frlm": (
        _row(corridor, 150, 400, 10, baseline="pulp-cbc", ratio=50.0),
        _row(corridor, 300, 2000, 15, baseline="pulp-highs", ratio=40.0),
        _row(planar, 300, 5000, 10, baseline="pulp-cbc", ratio=20.0),
        _row(planar, 300, 5000, 20, seconds=15.0),
        _row(planar, 1000, 20000, 10, seconds=15.0, gigabytes=4.0),
        _row(planar, 1000, 20000, 25, seconds=300.0),
        _row(planar, 1000, 20000, 25, " 60 s", options={"time_limit": 60.0}, gap=0.025),
        _row(
            planar,
            1000,
            20000,
            50,
            options={"time_limit": 590.0, "gap": 0.03},
            gap=0.03,
            seconds=600.0,
            gigabytes=8.0,
        ),
        _row(
            planar,
            3000,
            100000,
            25,
            options={"time_limit": 560.0, "gap": 0.03},
            gap=0.03,
            seconds=600.0,
            gigabytes=8.0,
        ),
        _row(
            planar,
            1000,
            20000,
            25,
            " HiGHS",
            options={"solver": "highs", "time_limit": 290.0},
            gap=0.035,
            seconds=300.0,
        ),
        *_files("siouxfalls_24", "anaheim_416", "ca339_1167"),
        _row(corridor, 150, 400, 10, " sweep", kind="sweep", baseline="pulp-cbc", ratio=150.0),
        _row(planar, 1000, 20000, 10, " prepare", kind="prepare", seconds=2.0),
    ),
    "scaling": tuple(
        _row(planar, sites, trips, 10)
        for sites, trips in [(50, 200), (100, 1000), (200, 2000), (300, 5000), (600, 10000)]
    ),
}


def rows_of(suite: str, only: str = "") -> tuple[Row, ...]:
    """Return the rows of a suite whose name contains some text."""
    return tuple(row for row in SUITES[suite] if only in row.name)
