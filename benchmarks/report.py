"""Tables and plots of results: medians and spread, never a single best run."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.registry import Row
from benchmarks.svg import line_plot

PHASES = ("read", "paths", "prepare", "build", "solve", "verify")
"""Phases of a run in order; stating the first model (build) is measured apart, a part of solve."""

SHIFT = 1.0
"""Shift of geometric means, so that milliseconds do not outweigh minutes. [s]"""


def shifted_mean(seconds: Sequence[float], shift: float = SHIFT) -> float:
    """Return the shifted geometric mean of some times. [s]."""
    logs = [math.log(second + shift) for second in seconds]
    return math.exp(sum(logs) / len(logs)) - shift


def par10(results: Sequence[Mapping[str, Any]], limit: float) -> float:
    """Return the mean time, ten times the limit for what was not proved. [s].

    Parameters
    ----------
    results
        Results with `cpu` and `proven`.
    limit
        Time limit that was set. [s]
    """
    times = [r["cpu"] if r.get("proven") and "cpu" in r else 10 * limit for r in results]
    return sum(times) / len(times)


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the slope of log time over log size by least squares; NaN for fewer than two sizes."""
    if len(set(sizes)) < 2:
        return math.nan
    x, y = [math.log(s) for s in sizes], [math.log(max(s, 1e-6)) for s in seconds]
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    over = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return over / sum((a - mean_x) ** 2 for a in x)


def profile(times: Mapping[str, Sequence[float]]) -> dict[str, list[tuple[float, float]]]:
    """Return a performance profile: share of runs within a factor of the fastest, per contestant.

    Parameters
    ----------
    times
        Times of each contestant on the same runs, infinite where it failed. [s]
    """
    best = [min(column) for column in zip(*times.values(), strict=True)]
    curves = {}
    for name, own in times.items():
        ratios = sorted(t / b for t, b in zip(own, best, strict=True) if math.isfinite(t))
        curves[name] = [(ratio, (k + 1) / len(own)) for k, ratio in enumerate(ratios)]
    return curves


def markdown(
    results: Sequence[Mapping[str, Any]], rows: Sequence[Row], machine: Mapping[str, str]
) -> str:
    """Return the table of a run in Markdown."""
    lines = ["| row | CPU s (median, min to max) | phases of the median run | gap | memory GB |"]
    lines[0] += " against | times faster | target | met |"
    lines.append("|" + "---|" * 9)
    for row in rows:
        runs = [r for r in results if r["row"] == row.name]
        if runs:
            lines.append(_line(row, runs))
    done = [r for r in results if "cpu" in r]
    text = ["# Benchmark results", ""]
    text += [f"- {name}: {value}" for name, value in machine.items()]
    text += ["", "One thread; CPU time of the process and its children. Values in brackets are the"]
    text += ["spread over seeds. A run is counted as proved at a relative gap of at most 1e-9."]
    text += ["Build, stating the first model, is measured apart and a part of solve.", ""]
    text += lines
    if done:
        mean = shifted_mean([r["cpu"] for r in done])
        text += ["", f"Shifted geometric mean (shift {SHIFT:g} s) of all runs: {mean:.2f} s."]
        text += [f"PAR10 at a limit of 600 s: {par10(results, 600.0):.1f} s."]
    errors = [f"- {r['row']}, seed {r['seed']}: {r['error']}" for r in results if r.get("error")]
    if errors:
        text += ["", "Failed runs:", "", *errors]
    return "\n".join(text) + "\n"


def _line(row: Row, runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the line of one row."""
    done = sorted((r for r in runs if "cpu" in r), key=lambda r: r["cpu"])
    if not done:
        return f"| {row.name} | failed | | | | | | {target_of(row)} | no |"
    middle = done[len(done) // 2]
    cpu = f"{_short(middle['cpu'])} ({_short(done[0]['cpu'])} to {_short(done[-1]['cpu'])})"
    phases = ", ".join(f"{name} {_short(middle[name])}" for name in PHASES if name in middle)
    gaps = [float(r["gap"]) for r in done]
    gap = "proved" if all(r["proven"] for r in done) else f"{max(gaps):.2%} at most"
    ratios = sorted(r["ratio"] for r in done if r.get("ratio"))
    against, faster = "", ""
    if ratios:
        times = sorted(r["baseline_cpu"] for r in done if r.get("baseline_cpu"))
        against = f"{row.baseline} {_short(times[len(times) // 2])} s"
        if not all(r.get("baseline_proven", True) for r in done):
            against += " (stopped)"
        spread = f"{ratios[0]:.0f} to {ratios[-1]:.0f}"
        faster = f"{ratios[len(ratios) // 2]:.0f} ({spread})"
    memory = max(r.get("gigabytes", 0.0) for r in done)
    met = "yes" if is_met(row, runs) else "no"
    cells = [row.name, cpu, phases, gap, f"{memory:.2f}", against, faster, target_of(row), met]
    return "| " + " | ".join(cells) + " |"


def _short(seconds: float) -> str:
    """Return a time with three figures."""
    return f"{seconds:.3g}"


def target_of(row: Row) -> str:
    """Return the target of a row in words."""
    words = []
    if row.ratio:
        words.append(f">= {row.ratio:g} times")
    if row.gap is not None:
        words.append(f"gap <= {row.gap:.1%}")
    if row.seconds is not None:
        words.append(
            ("" if row.gap is not None or row.kind != "solve" else "proved, ")
            + f"<= {row.seconds:g} s"
        )
    if row.gigabytes is not None:
        words.append(f"< {row.gigabytes:g} GB")
    return ", ".join(words)


def is_met(row: Row, runs: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether every run of a row met its target, the ratio by its median."""
    if any("cpu" not in r or r.get("equal") is False for r in runs):
        return False
    if row.ratio:
        ratios = sorted(r["ratio"] for r in runs if r.get("ratio"))
        if not ratios or ratios[len(ratios) // 2] < row.ratio:
            return False
    time_of = "prepare" if row.kind == "prepare" else "cpu"
    within = all(row.seconds is None or r[time_of] <= row.seconds for r in runs)
    small = all(row.gigabytes is None or r["gigabytes"] < row.gigabytes for r in runs)
    if row.gap is not None:
        proved = all(float(r["gap"]) <= row.gap for r in runs)
    else:
        proved = all(r["proven"] for r in runs)
    return within and small and proved


def plots(results: Sequence[Mapping[str, Any]], rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the plots of a run as SVG; return the files."""
    written = []
    by_name = {row.name: row for row in rows}
    sized = [
        (by_name[r["row"]].size, r["cpu"])
        for r in results
        if "cpu" in r and by_name[r["row"]].size and by_name[r["row"]].kind == "solve"
    ]
    if sized:
        exponent = slope([s for s, _ in sized], [t for _, t in sized])
        title = f"CPU time over size (slope {exponent:.2f} on log-log axes)"
        path = folder / "time-over-size.svg"
        curves = {"runs": sorted((float(s), t) for s, t in sized)}
        path.write_text(
            line_plot(title, curves, "sites x trips", "CPU seconds", dots=True), encoding="utf-8"
        )
        written.append(path)
    pairs = [r for r in results if r.get("baseline_cpu") and by_name[r["row"]].kind == "solve"]
    if pairs:
        stopped = [r["baseline_cpu"] if r["baseline_proven"] else math.inf for r in pairs]
        curves = profile({"corridor": [r["cpu"] for r in pairs], "baseline": stopped})
        edge = 1.2 * max(curve[-1][0] for curve in curves.values() if curve)
        curves = {name: [*curve, (edge, curve[-1][1])] for name, curve in curves.items() if curve}
        path = folder / "profile.svg"
        path.write_text(
            line_plot(
                "Performance profile", curves, "times the fastest", "share of runs", steps=True
            ),
            encoding="utf-8",
        )
        written.append(path)
    return written
