"""Run the plan suite: each row, seed and contestant in a process of its own, results as they come."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.clock import children_cpu_seconds
from benchmarks.plan_measure import OURS
from benchmarks.plan_rows import PlanRow
from benchmarks.runner import ONE_THREAD, read_csv

COLUMNS = [
    "row", "seed", "sites", "pairs", "contestant", "seconds", "stop_gap", "cpu", "wall",
    "process_cpu", "gigabytes", "objective", "bound", "unavoidable", "gap", "status", "columns",
    "error",
]  # fmt: skip

Run = dict[str, Any]

Key = tuple[str, int, str, float]
"""What tells runs apart: row, seed, contestant and seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What ends a run from outside.

    Parameters
    ----------
    baseline_seconds
        CPU time of a baseline; None: what the row allows us. [s]
    grace
        A process is ended after this many times its seconds, plus two minutes, of the wall. [-]
    gigabytes
        Memory of a process. [GB]
    """

    baseline_seconds: float | None = None
    grace: float = 4.0
    gigabytes: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One run to be done."""

    row: PlanRow
    seed: int
    contestant: str
    seconds: float
    gap: float

    @property
    def key(self) -> Key:
        """What tells it from other runs."""
        return (self.row.name, self.seed, self.contestant, self.seconds)


def asked(rows: Iterable[PlanRow], seeds: int, baseline_seeds: int, limits: Limits) -> list[Asked]:
    """Return the runs of a suite.

    Parameters
    ----------
    rows
        What to run.
    seeds, baseline_seeds
        Number of seeds of our runs and of the baselines', both from 0.
    limits
        Time of the baselines.
    """
    found = []
    for row in rows:
        for seed in range(seeds):
            for seconds, gap in row.asks:
                found.append(Asked(row=row, seed=seed, contestant=OURS, seconds=seconds, gap=gap))
        # The seed changes nothing in one problem: a baseline, minutes long, meets it once.
        for seed in range(min(baseline_seeds, 1 if row.one_problem else seeds)):
            seconds = limits.baseline_seconds or row.must.seconds
            for name in row.baselines:
                found.append(Asked(row=row, seed=seed, contestant=name, seconds=seconds, gap=0.0))
    return found


def run(
    runs: Iterable[Asked], suite: str, limits: Limits, done: Iterable[Run] = ()
) -> Iterator[Run]:
    """Yield the result of each run; those done already are not run again.

    Parameters
    ----------
    runs
        From `asked`.
    suite
        Suite for the child to find the row in, or the file of a problem.
    limits
        What ends a run from outside.
    done
        Results of an earlier start.
    """
    known = {(r["row"], r["seed"], r["contestant"], r["seconds"]): r for r in done}
    for each in runs:
        yield known.get(each.key) or _run_one(each, suite, limits)


def _run_one(each: Asked, suite: str, limits: Limits) -> Run:
    """Run one in a child process; its CPU time is told by the system when it has ended."""
    command = [sys.executable, "-m", "benchmarks", "plan-one", suite, each.row.name]
    command += [each.contestant, f"--seed={each.seed}", f"--seconds={each.seconds!r}"]
    command += [f"--gap={each.gap!r}", f"--gigabytes={limits.gigabytes!r}"]
    found: Run = {
        "row": each.row.name,
        "seed": each.seed,
        "contestant": each.contestant,
        "seconds": each.seconds,
        "stop_gap": each.gap,
    }
    before = children_cpu_seconds()
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ONE_THREAD},
        start_new_session=True,
    )
    try:
        out, said = child.communicate(timeout=limits.grace * each.seconds + 120)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)  # a group of its own: no one else is in it
        child.communicate()
        return found | {"error": f"ended after {limits.grace * each.seconds + 120:g} s"}
    found["process_cpu"] = children_cpu_seconds() - before
    if child.returncode:
        last = (said.strip() or f"ended with {child.returncode}").splitlines()[-1]
        return found | {"error": last}
    return found | json.loads(out.splitlines()[-1])


def read_runs(path: Path) -> list[Run]:
    """Read results back as they were written."""
    whole = ("seed", "sites", "pairs", "columns")
    return [
        {name: int(value) if name in whole else value for name, value in line.items()}
        for line in read_csv(path)
    ]


def write_csv(results: Iterable[Run], path: Path) -> None:
    """Write results as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(results)
