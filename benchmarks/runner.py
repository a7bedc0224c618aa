"""Run a suite: each row and seed in a process of its own, results kept as they come."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.registry import Row

COLUMNS = [
    "row", "seed", "cpu", "wall", "read", "paths", "prepare", "build", "solve", "verify",
    "gigabytes",
    "proven", "gap", "values", "bounds", "solver", "baseline_cpu", "baseline_proven", "ratio",
    "equal", "error",
]  # fmt: skip

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}


def machine() -> dict[str, str]:
    """Return what results depend on: processor, system and versions."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": " ".join([platform.system(), platform.release().split("-")[0]]),
        "python": platform.python_version(),
    }
    for name in ("numpy", "scipy", "highspy", "pulp", "pyscipopt", "numba"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def _processor() -> str:
    """Return the name of the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def run(
    rows: Iterable[Row],
    seeds: Iterable[int],
    *,
    baseline_limit: float | None,
    process_limit: float,
    suite: str,
) -> Iterator[dict[str, Any]]:
    """Yield the result of each row and seed.

    Parameters
    ----------
    rows, seeds
        What to run; a file is run for every seed too, to see the spread of its time.
    baseline_limit, process_limit
        Longest time of a baseline (None: what its target needs), and of one process. [s]
    suite
        Suite the rows are in, for the child to find them.
    """
    seeds = list(seeds)
    for row in rows:
        for seed in seeds:
            yield _run_one(suite, row, seed, baseline_limit, process_limit)


def _run_one(
    suite: str, row: Row, seed: int, baseline_limit: float | None, process_limit: float
) -> dict[str, Any]:
    """Run one row and seed in a child process."""
    command = [sys.executable, "-m", "benchmarks", "one", "--suite", suite, "--row", row.name]
    command += ["--seed", str(seed)]
    if baseline_limit is not None:
        command += ["--baseline-limit", str(baseline_limit)]
    if row.file is not None:
        command += ["--file", str(row.file)]
    failed: dict[str, Any] = {"row": row.name, "seed": seed, "proven": False}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=process_limit,
            env={**os.environ, **ONE_THREAD},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return failed | {"error": f"stopped after {process_limit:g} s"}
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        return failed | {"error": last}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def write_csv(results: Iterable[dict[str, Any]], path: Path) -> None:
    """Write results as CSV, lists as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for result in results:
            line = {
                key: json.dumps(value) if isinstance(value, list) else value
                for key, value in result.items()
            }
            line.pop("values" if len(result.get("values") or []) > 50 else "", None)
            writer.writerow(line)


def read_csv(path: Path) -> list[dict[str, Any]]:
    """Read results back; numbers are numbers again."""
    results = []
    with path.open(newline="", encoding="utf-8") as stream:
        for line in csv.DictReader(stream):
            found: dict[str, Any] = {}
            for key, text in line.items():
                if text in ("True", "False"):
                    found[key] = text == "True"
                elif text:
                    try:
                        found[key] = float(text)
                    except ValueError:
                        found[key] = text
            results.append(found)
    return results
