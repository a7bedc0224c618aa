"""Measure one row with one seed, in a process of its own: time by phase, memory, answers."""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from typing import Any

import numpy as np

from benchmarks.baselines import Outcome, naive_pulp, plain_highs, rows_of
from benchmarks.clock import peak_gigabytes
from benchmarks.registry import Row
from benchmarks.sweep import sweep
from corridor.frlm import (
    Ask,
    Instance,
    Options,
    Tables,
    load_instance,
    parse_instance,
    prepare,
    solve_ask,
)
from corridor.frlm.cover.objective import goal_of
from corridor.frlm.models.aggregated import aggregated
from corridor.frlm.models.arc_cover import arc_cover
from corridor.frlm.search.incumbent import Search, settled
from corridor.frlm.search.row_generation import can_generate
from corridor.solvers.clock import cpu_seconds


def warm_up() -> None:
    """Load what is loaded once, and compile the local search if that is installed."""
    from benchmarks.generate import planar

    document = planar(30, 60, 0)
    document["asks"] = [{"objective": "max_flow", "stations": 2}]
    instance = parse_instance(document)
    tables = Tables.of(instance)
    for method in ("arc-cover", "row-generation"):
        solve_ask(tables, instance.asks[0], Options(method=method))


def enough_for(row: Row, cpu: float) -> float:
    """Return how long a baseline has to run to show a ratio, and to finish where it can. [s].

    Parameters
    ----------
    row
        The row, with its target.
    cpu
        What the engine took. [s]
    """
    return max(row.baseline_seconds, 2 * (row.ratio or 1.0) * cpu)


def measure(row: Row, seed: int, *, baseline_limit: float | None) -> dict[str, Any]:
    """Return everything measured about a row and a seed.

    Parameters
    ----------
    row, seed
        What to run.
    baseline_limit
        Longest time of the baseline; None: twice the time that its target allows. [s]
    """
    warm_up()
    document = row.build(seed) if row.build else None
    gc.collect()
    gc.freeze()  # a collection of what was there before would fall into a phase by chance
    begun, wall = cpu_seconds(), time.perf_counter()
    if document is not None:
        instance = parse_instance(document)
    else:
        assert row.file is not None
        instance = load_instance(row.file)
    found: dict[str, Any] = {"row": row.name, "seed": seed, "read": cpu_seconds() - begun}
    found |= _own(row, instance)
    found["cpu"] = found["read"] + found["paths"] + found["prepare"] + found["solve"]
    found["wall"] = time.perf_counter() - wall
    found["gigabytes"] = peak_gigabytes()
    # The seed changes nothing in a file: its baseline, minutes long, runs once.
    if row.baseline and row.kind != "prepare" and (row.file is None or seed == 0):
        limit = enough_for(row, found["cpu"]) if baseline_limit is None else baseline_limit
        found |= _compared(row, instance, found, limit)
    return found


def _own(row: Row, instance: Instance) -> dict[str, Any]:
    """Run the engine."""
    begun = cpu_seconds()
    tables = Tables.of(instance)
    found: dict[str, Any] = {"paths": cpu_seconds() - begun, "prepare": 0.0, "build": 0.0}
    found |= {
        "solve": 0.0,
        "verify": 0.0,
        "values": [],
        "bounds": [],
        "gap": 0.0,
        "proven": True,
        "solver": "",
    }
    if row.kind == "sweep":
        ran = sweep(instance, instance.asks[0], count=1000, seed=0)
        return found | {"solve": ran.seconds, "values": list(ran.values), "solver": "highs sweep"}
    if row.kind == "prepare":
        begun = cpu_seconds()
        prepare(tables, instance.asks[0])
        return found | {"prepare": cpu_seconds() - begun}
    for ask in instance.asks:
        found["build"] += build_seconds(tables, ask)
        begun = cpu_seconds()
        answer = solve_ask(tables, ask, Options(**row.options))
        spent = cpu_seconds() - begun
        # The engine reports wall time by phase; CPU time is shared out in the same proportion.
        phases = answer.seconds
        total = sum(phases[name] for name in ("prepare", "solve", "verify")) or 1.0
        for name in ("prepare", "solve", "verify"):
            found[name] += spent * phases[name] / total
        found["values"].append(math.nan if answer.value is None else float(answer.value))
        found["bounds"].append(math.nan if answer.bound is None else float(answer.bound))
        gap = answer.gap if answer.gap is not None else math.inf
        found["gap"] = max(found["gap"], gap)
        found["proven"] = found["proven"] and answer.status == "OPTIMAL"
        found["solver"] = answer.solver
    return found


def build_seconds(tables: Tables, ask: Ask) -> float:
    """Return how long the first model takes to state, measured apart; it is a part of `solve`. [s]."""
    problem = prepare(tables, ask)
    goal = goal_of(tables.instance, problem, ask)
    if settled(problem, goal) is not None:
        return 0.0
    begun = cpu_seconds()
    if can_generate(Search(problem, goal)):
        aggregated(problem, goal)
    else:
        arc_cover(problem, goal)
    return cpu_seconds() - begun


def _compared(row: Row, instance: Instance, found: dict[str, Any], limit: float) -> dict[str, Any]:
    """Run the baseline, and compare."""
    if row.kind == "sweep":
        rows = rows_of(instance, instance.asks[0])
        trips = len(instance.trips)
        flows = [float(t.flow) for t in instance.trips]
        results = []
        for scenario in range(3):
            draw = np.random.default_rng([0, scenario]).lognormal(0, 0.4, trips)
            flow = [f * d for f, d in zip(flows, draw.tolist(), strict=True)]
            results.append(_baseline(row, instance, rows, limit, flow=flow, ask=0))
        equal = all(
            abs(r.value - v) <= 1e-6 * abs(v)
            for r, v in zip(results, found["values"], strict=False)
        )
        each = sum(r.seconds for r in results) / len(results)
        ours = found["solve"] / len(found["values"])
        proven = all(r.proven for r in results)
        return {
            "baseline_cpu": each,
            "ratio": each / ours,
            "equal": equal,
            "baseline_proven": proven,
        }
    seconds, equal, proven = 0.0, True, True
    for k, ask in enumerate(instance.asks):
        rows = rows_of(instance, ask)
        if seconds >= limit:
            proven = False
            break
        result = _baseline(row, instance, rows, limit - seconds, flow=None, ask=k)
        seconds += result.seconds
        proven = proven and result.proven
        value = found["values"][k]
        if result.proven:
            equal = equal and abs(result.value - value) <= 1e-6 * max(1.0, abs(value))
    return {
        "baseline_cpu": seconds,
        "ratio": seconds / found["cpu"],
        "equal": equal,
        "baseline_proven": proven,
    }


def _baseline(
    row: Row,
    instance: Instance,
    rows: list[tuple[int, list[int]]],
    limit: float,
    *,
    flow: list[float] | None,
    ask: int,
) -> Outcome:
    """Run the baseline of a row once."""
    question = instance.asks[ask]
    if row.baseline == "plain-highs":
        return plain_highs(instance, question, rows, time_limit=limit)
    solver = "cbc" if row.baseline == "pulp-cbc" else "highs"
    return naive_pulp(instance, question, rows, solver=solver, time_limit=limit, flow=flow)


def main(row: Row, seed: int, baseline_limit: float | None) -> None:
    """Measure and print one line of JSON."""
    sys.stdout.write(json.dumps(measure(row, seed, baseline_limit=baseline_limit)) + "\n")
