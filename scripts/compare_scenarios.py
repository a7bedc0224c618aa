"""Run a list of scenarios, certify each, and compare them with the first.

    python scripts/compare_scenarios.py                     # every scenario of scenarios/
    python scripts/compare_scenarios.py a.toml b.toml -o out

Writes one run folder per scenario, comparison.html and comparison.csv, and prints a table. A
scenario that fails does not stop the others; the exit code is that of the worst.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import time
from pathlib import Path

import corridor
from corridor.core.files import write_text

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = "liupanshui-xingyi.toml"


def main() -> int:
    """Run, compare, and return the worst exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("scenarios", nargs="*", type=Path, help="scenario files, baseline first")
    parser.add_argument("-o", "--out", type=Path, default=Path("runs"), help="folder for the runs")
    options = parser.parse_args()
    files = options.scenarios or planning_scenarios()

    runs: list[corridor.Run] = []
    worst = 0
    for path in files:
        started = time.monotonic()
        try:
            scenario = corridor.load_scenario(path)
            run = corridor.solve_scenario(scenario, out=options.out / scenario.name)
        except corridor.CorridorError as error:
            print(f"{path.stem:24} error: {error.problem}", file=sys.stderr)
            worst = max(worst, error.exit_code)
            continue
        runs.append(run)
        worst = max(worst, run.exit_code)
        last = run.plan["kpis"]["by_period"][-1]
        lcoh = last["lcoh_cny_per_kg"]
        print(
            f"{path.stem:24} {run.verdict:14} gap {run.plan['gap']:7.3%} "
            f"({(run.plan['objective_cny'] - run.plan['bound_cny']) / 1e6:.1f} M CNY open)  "
            f"{last['stations']:2} stations  {last['sold_kg_per_day'] / 1000:6.2f} t/day sold  "
            f"LCOH {'-' if lcoh is None else format(lcoh['total'], '.1f'):>5} CNY/kg  "
            f"{time.monotonic() - started:6.1f} s"
        )
    if len(runs) > 1:
        from corridor.report import compare_html

        comparison = corridor.compare_runs([run.folder for run in runs])
        write_text(options.out / "comparison.html", compare_html(comparison))
        write_text(options.out / "comparison.csv", table(runs), encoding="utf-8-sig")
        print(f"compared in {options.out / 'comparison.html'}")
    return worst


def planning_scenarios() -> list[Path]:
    """Return the scenarios of this corridor, the default first."""
    folder = ROOT / "scenarios"
    others = [
        path
        for path in sorted(folder.glob("*.toml"))
        if path.name != DEFAULT and f'extends = "{DEFAULT}"' in path.read_text(encoding="utf-8")
    ]
    return [folder / DEFAULT, *others]


_PROVEN = ("scenario", "certificate", "gap", "objective_minus_bound_cny", "unavoidable_cny")


def table(runs: list[corridor.Run]) -> str:
    """Return one row per scenario and period as CSV text."""
    columns = [
        "stations",
        "demand_kg_per_day",
        "available_kg_per_day",
        "sold_kg_per_day",
        "shortfall_kg_per_day",
        "coverage_by_kg",
        "capex_cny",
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_PROVEN, "year", *columns, "lcoh_cny_per_kg"])
    for run in runs:
        for row in run.plan["kpis"]["by_period"]:
            lcoh = row["lcoh_cny_per_kg"]
            writer.writerow(
                [run.plan["name"], run.verdict, run.plan["gap"]]
                + [run.plan["objective_cny"] - run.plan["bound_cny"], run.plan["unavoidable_cny"]]
                + [row["year"]]
                + [row[column] for column in columns]
                + [None if lcoh is None else lcoh["total"]]
            )
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
