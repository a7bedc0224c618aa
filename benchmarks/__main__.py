"""Measure the engine on seeded instances, against textbook baselines, in one run.

python -m benchmarks list                          what can be run
python -m benchmarks run --suite frlm --seeds 3    run a suite, write CSV, table and plots
python -m benchmarks run --suite frlm --only p25   only rows whose name contains p25
python -m benchmarks run --suite plan              the siting search, five seeds (hours)
python -m benchmarks files my.json other.json      run your own corridor.instance/1 files
python -m benchmarks plan my-problem.json --out x  run your own corridor.siting-problem/1 files
python -m benchmarks write planar 300 5000 7 x.json    write a generated instance (or `plan`)
python -m benchmarks table results/frlm.csv        write table and plots of a CSV again

Every row runs in a process of its own, with one thread. CPU time counts; memory is the peak of the
process. SCIP and numba are used where they are installed (extras `scip` and `fast`).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import generate, measure, plan_cli, plan_report, report, runner
from benchmarks.plan_rows import PLAN_SUITES
from benchmarks.registry import SUITES, Row, rows_of

RESULTS = Path(__file__).parent / "results"

ALL_SUITES = sorted(SUITES.keys() | PLAN_SUITES.keys())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", help="list suites and rows").set_defaults(run=_list)
    run = verbs.add_parser("run", help="run a suite")
    run.add_argument("--suite", choices=ALL_SUITES, default="frlm")
    run.add_argument("--only", default="", help="only rows whose name contains this")
    _common(run)
    plan_cli.add_options(run)
    run.set_defaults(run=_run)
    files = verbs.add_parser("files", help="run instance files")
    files.add_argument("files", nargs="+", type=Path)
    files.add_argument("--no-baseline", action="store_true", help="leave out the plain model")
    _common(files)
    files.set_defaults(run=_files)
    write = verbs.add_parser("write", help="write a generated instance")
    write.add_argument("family", choices=["planar", "corridor", "plan"])
    for name in ("sites", "trips", "seed"):
        write.add_argument(name, type=int)
    write.add_argument("file", type=Path)
    write.add_argument("--stations", type=int, default=10)
    write.set_defaults(run=_write)
    table = verbs.add_parser("table", help="write the table and plots of a CSV")
    table.add_argument("csv", type=Path)
    table.add_argument("--suite", choices=ALL_SUITES, default="frlm")
    table.set_defaults(run=_table)
    one = verbs.add_parser("one")
    one.add_argument("--suite", required=True)
    one.add_argument("--row", required=True)
    one.add_argument("--seed", type=int, required=True)
    one.add_argument("--file", type=Path)
    one.add_argument("--baseline-limit", type=float)
    one.set_defaults(run=_one)
    plan_cli.add_verbs(verbs)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    """Add what all running verbs take."""
    parser.add_argument(
        "--seeds", type=int, help="number of seeds, from 0 (default 3, plan suite 5)"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for results")
    parser.add_argument(
        "--baseline-limit",
        type=float,
        help="longest time of a baseline [s]; without it, twice what its target allows "
        "and at least what the row says: then the ratio is a lower bound, marked (stopped)",
    )
    parser.add_argument("--process-limit", type=float, default=3600.0, help="longest process [s]")


def _list(options: argparse.Namespace) -> int:
    """Print suites and rows."""
    for name, rows in SUITES.items():
        print(name)
        for row in rows:
            target = report.target_of(row)
            against = f" against {row.baseline}" if row.baseline else ""
            print(f"  {row.name}{against}{': ' + target if target else ''}")
    for name, plans in PLAN_SUITES.items():
        print(name)
        for plan in plans:
            against = f" against {' and '.join(plan.baselines)}" if plan.baselines else ""
            words = [plan_report.words_of(target) for target in (plan.must, plan.aim)]
            print(f"  {plan.name}{against}: {', aim '.join(words)}")
    return 0


def _run(options: argparse.Namespace) -> int:
    """Run a suite."""
    if options.suite in PLAN_SUITES:
        return plan_cli.run_suite(options)
    return _measure(options, options.suite, rows_of(options.suite, options.only))


def _files(options: argparse.Namespace) -> int:
    """Run instance files."""
    baseline = "" if options.no_baseline else "plain-highs"
    rows = tuple(
        Row(name=file.stem, file=file, baseline=baseline)  # type: ignore[arg-type]
        for file in options.files
    )
    return _measure(options, "files", rows)


def _measure(options: argparse.Namespace, suite: str, rows: tuple[Row, ...]) -> int:
    """Run rows, write results as they come; return 1 if a run failed."""
    measure.warm_up()  # compiled loops are kept on disk for the children
    path = options.out / f"{suite}.csv"
    results = []
    for result in runner.run(
        rows,
        range(3 if options.seeds is None else options.seeds),
        baseline_limit=options.baseline_limit,
        process_limit=options.process_limit,
        suite=suite,
    ):
        results.append(result)
        runner.write_csv(results, path)
        said = result.get("error") or f"{result['cpu']:.3g} s, gap {result['gap']:.2e}"
        print(f"{result['row']} seed {result['seed']}: {said}", file=sys.stderr, flush=True)
    _show(results, rows, options.out, suite)
    return int(any(result.get("error") for result in results))


def _show(results: list[dict[str, object]], rows: tuple[Row, ...], out: Path, suite: str) -> None:
    """Print and write the table, write the plots."""
    text = report.markdown(results, rows, runner.machine())
    (out / f"{suite}.md").write_text(text, encoding="utf-8")
    report.plots(results, rows, out)
    print(text)


def _table(options: argparse.Namespace) -> int:
    """Write the table and plots of a CSV."""
    if options.suite in PLAN_SUITES:
        return plan_cli.table(options.csv, options.suite)
    _show(runner.read_csv(options.csv), SUITES[options.suite], options.csv.parent, options.csv.stem)
    return 0


def _write(options: argparse.Namespace) -> int:
    """Write a generated instance."""
    if options.family == "plan":
        return plan_cli.write(options.sites, options.trips, options.seed, options.file)
    family = getattr(generate, options.family)
    document = family(options.sites, options.trips, options.seed)
    document["asks"] = [{"objective": "max_flow", "stations": options.stations}]
    options.file.write_text(json.dumps(document), encoding="utf-8")
    return 0


def _one(options: argparse.Namespace) -> int:
    """Measure one row and seed, for the runner."""
    if options.suite == "files":
        row = Row(name=options.row, file=options.file, baseline="plain-highs")
    else:
        [row] = [row for row in SUITES[options.suite] if row.name == options.row]
    measure.main(row, options.seed, options.baseline_limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
