"""The table of the plan suite: medians of the seeds, and whether targets are met by them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.plan_measure import OURS
from benchmarks.plan_rows import PlanRow, Target

Result = Mapping[str, Any]

HEADER = (
    *("row", "sites", "OD", "contestant", "seeds", "allowed s", "CPU s", "gap", "plan M CNY"),
    *("bound", "C0", "GB", "must", "met", "aim", "met"),
)

WORDS = """\
One thread; CPU seconds of the process and its children, for everyone. CPU and gap are medians of
the seeds, the range in brackets; plan, bound and C0 are those of the run with the median gap; GB is
the highest of any run. gap = (plan - bound) / (plan - C0); C0 is the penalty that no plan can
avoid. "Allowed" is the time that a run may take; it ends before where its gap is reached. A target
counts as met where the median gap and the median CPU time of all seeds are within it."""


def markdown(results: Sequence[Result], rows: Sequence[PlanRow], machine: Mapping[str, str]) -> str:
    """Return the table of a run in Markdown."""
    text = ["# Plan suite", "", *(f"- {name}: {value}" for name, value in machine.items())]
    text += ["", WORDS, "", _cells(HEADER), "|" + "---|" * len(HEADER)]
    for row in rows:
        own = [r for r in results if r["row"] == row.name]
        kinds = dict.fromkeys((r["contestant"], r["seconds"]) for r in own)
        for contestant, seconds in kinds:
            runs = [r for r in own if r["contestant"] == contestant and r["seconds"] == seconds]
            text.append(_line(row, contestant, seconds, runs))
    errors = [
        f"- {r['row']}, seed {r['seed']}, {r['contestant']}: {r['error']}"
        for r in results
        if r.get("error")
    ]
    if errors:
        text += ["", "Failed runs:", "", *errors]
    return "\n".join(text) + "\n"


def _line(row: PlanRow, contestant: str, seconds: float, runs: Sequence[Result]) -> str:
    """Return the line of one row, contestant and time."""
    targets = []
    for target in (row.must, row.aim):
        judged = contestant == OURS and target.seconds == seconds
        targets += (
            [words_of(target), "yes" if is_met(target, runs) else "no"] if judged else ["", ""]
        )
    middle = sorted(runs, key=_gap)[len(runs) // 2]
    sizes = [f"{middle[name]:,}" if name in middle else "" for name in ("sites", "pairs")]
    money = [_millions(middle.get(name)) for name in ("objective", "bound", "unavoidable")]
    memory = max((float(r.get("gigabytes", 0.0)) for r in runs), default=0.0)
    cells = [
        row.name,
        *sizes,
        contestant,
        str(len(runs)),
        f"{seconds:g}",
        _spread([_cpu(r) for r in runs], lambda value: f"{value:.3g}"),
        _spread([_gap(r) for r in runs], lambda value: f"{value:.2%}"),
        *money,
        f"{memory:.2f}",
        *targets,
    ]
    return _cells(cells)


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _gap(result: Result) -> float:
    return float(result.get("gap", math.inf))


def _cpu(result: Result) -> float:
    return float(result.get("cpu", math.inf))


def _spread(values: Sequence[float], shown: Any) -> str:
    """Return the median, and the range where there is one."""
    low, high = min(values), max(values)
    text = _finite(statistics.median(values), shown)
    return text if low == high else f"{text} ({_finite(low, shown)} to {_finite(high, shown)})"


def _finite(value: float, shown: Any) -> str:
    return str(shown(value)) if math.isfinite(value) else "none"


def _millions(value: Any) -> str:
    return _finite(float(value), lambda cny: f"{cny / 1e6:.2f}") if value is not None else ""


def words_of(target: Target) -> str:
    """Return a target in words."""
    words = "plan and bound" if target.gap is None else f"{100 * target.gap:.3g} %"
    words += f" in {target.seconds:g} s"
    return words if target.gigabytes is None else f"{words}, < {target.gigabytes:g} GB"


def is_met(target: Target, runs: Sequence[Result]) -> bool:
    """Tell whether the medians of some runs are within a target; a failed run counts as infinite."""
    if not runs:
        return False
    gap = statistics.median(_gap(r) for r in runs)
    within = gap <= target.gap if target.gap is not None else math.isfinite(gap)
    light = target.gigabytes is None or all(
        float(r.get("gigabytes", math.inf)) < target.gigabytes for r in runs
    )
    return within and light and statistics.median(_cpu(r) for r in runs) <= target.seconds
