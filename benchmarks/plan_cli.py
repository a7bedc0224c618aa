"""The verbs of the plan suite, for `python -m benchmarks`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import plan_freeze, plan_measure, plan_report, plan_runner
from benchmarks.plan_corridors import plan_corridor
from benchmarks.plan_rows import BASELINES, PLAN_SUITES, PlanRow, Target, file_row, plan_rows
from benchmarks.runner import machine
from corridor.siting.instance_file import write_problem

SEEDS: Final = 5


def add_verbs(verbs: Any) -> None:
    """Add the verbs that only the plan suite has."""
    plan = verbs.add_parser("plan", help="run siting problems from corridor.siting-problem/1 files")
    plan.add_argument("files", nargs="+", type=Path)
    plan.add_argument("--seconds", type=float, default=60.0, help="CPU time of a run [s]")
    plan.add_argument("--gap", type=float, default=0.0, help="gap at which a run may stop")
    plan.add_argument("--seeds", type=int, default=1, help="seeds of the search, from 0")
    plan.add_argument("--out", type=Path, required=True, help="folder for results")
    add_options(plan)
    plan.set_defaults(run=_files)
    freeze = verbs.add_parser("freeze", help="write the frozen problems of scenarios again")
    freeze.set_defaults(run=_freeze)
    one = verbs.add_parser("plan-one")
    for name in ("suite", "row", "contestant"):
        one.add_argument(name)
    one.add_argument("--seed", type=int, required=True)
    for name in ("--seconds", "--gap", "--gigabytes"):
        one.add_argument(name, type=float, required=True)
    one.set_defaults(run=_one)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what all runs of the plan suite take."""
    parser.add_argument("--no-baseline", action="store_true", help="plan: leave out the baselines")
    parser.add_argument("--baseline-seeds", type=int, help="plan: seeds of the baselines")
    parser.add_argument("--gigabytes", type=float, default=12.0, help="plan: memory of a run [GB]")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="plan: runs that the CSV of the folder holds without an error are not run again",
    )


def run_suite(options: argparse.Namespace) -> int:
    """Run a plan suite; return 1 if a run of ours failed."""
    seeds = SEEDS if options.seeds is None else options.seeds
    rows = plan_rows(options.suite, options.only)
    return _run(options, rows, options.suite, seeds, options.baseline_limit)


def _files(options: argparse.Namespace) -> int:
    """Run problems from files."""
    target = Target(seconds=options.seconds, gap=options.gap)
    code = 0
    for file in options.files:
        rows = (file_row(file.name, file, target, target),)
        code |= _run(options, rows, str(file), options.seeds, None)
    return code


def _run(
    options: argparse.Namespace,
    rows: tuple[PlanRow, ...],
    suite: str,
    seeds: int,
    baseline_seconds: float | None,
) -> int:
    """Run rows, write results as they come."""
    limits = plan_runner.Limits(baseline_seconds=baseline_seconds, gigabytes=options.gigabytes)
    against = seeds if options.baseline_seeds is None else options.baseline_seeds
    runs = plan_runner.asked(rows, seeds, 0 if options.no_baseline else against, limits)
    name = suite if suite in PLAN_SUITES else Path(suite).name.split(".")[0]
    path = options.out / f"{name}.csv"
    done = (
        [r for r in plan_runner.read_runs(path) if not r.get("error")]
        if _kept(options, path)
        else []
    )
    results = []
    for result in plan_runner.run(runs, suite, limits, done):
        results.append(result)
        plan_runner.write_csv(results, path)
        said = result.get("error") or f"{result['cpu']:.3g} s, gap {result['gap']:.3%}"
        who = f"{result['row']} seed {result['seed']} {result['contestant']}"
        print(f"{who}: {said}", file=sys.stderr, flush=True)
    _show(results, rows, options.out / f"{name}.md")
    failed = [r for r in results if r.get("error") and r["contestant"] not in BASELINES]
    return int(bool(failed))


def _kept(options: argparse.Namespace, path: Path) -> bool:
    return bool(options.keep) and path.is_file()


def table(csv: Path, suite: str) -> int:
    """Write the table of a CSV again."""
    _show(plan_runner.read_runs(csv), PLAN_SUITES[suite], csv.with_suffix(".md"))
    return 0


def write(sites: int, pairs: int, seed: int, file: Path) -> int:
    """Write a generated siting problem."""
    write_problem(plan_corridor(sites, pairs, seed), file)
    return 0


def _show(results: Sequence[dict[str, Any]], rows: Sequence[PlanRow], path: Path) -> None:
    """Print and write the table."""
    text = plan_report.markdown(results, rows, machine())
    path.write_text(text, encoding="utf-8")
    print(text)


def _freeze(options: argparse.Namespace) -> int:
    """Freeze the scenarios."""
    for path in plan_freeze.freeze():
        print(f"{path}: {path.stat().st_size} bytes")
    return 0


def _one(options: argparse.Namespace) -> int:
    """Measure one run, for the runner."""
    target = Target(seconds=options.seconds, gap=options.gap)
    if options.suite in PLAN_SUITES:
        [row] = [row for row in PLAN_SUITES[options.suite] if row.name == options.row]
    else:
        row = file_row(options.row, Path(options.suite), target, target)
    plan_measure.main(
        row,
        options.seed,
        options.contestant,
        seconds=options.seconds,
        gap=options.gap,
        gigabytes=options.gigabytes,
    )
    return 0
