"""Which years are operated alike, derived once more from the scenario: runs of years, trucks of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HIDDEN_MOST = 0.01
"""Most that the mean of a run may hide of a shortfall, over the demand of the whole horizon. [-]"""

Document = Mapping[str, Any]


def trucks_in(anchors: Document, year: int) -> float:
    """Return the trucks in a year: same factor each year between two anchors, flat outside.

    Where an anchor is 0 the fleet grows by the same number instead.
    """
    years = sorted(int(key) for key in anchors)
    count = {int(key): float(value) for key, value in anchors.items()}
    if year <= years[0]:
        return count[years[0]]
    if year >= years[-1]:
        return count[years[-1]]
    after = next(y for y in years if y >= year)
    before = max(y for y in years if y < after)
    part = (year - before) / (after - before)
    a, b = count[before], count[after]
    return a * (b / a) ** part if a > 0 and b > 0 else a + part * (b - a)


def runs_of(scenario: Document) -> tuple[range, ...]:
    """Return the runs of years that are operated alike, in order."""
    time = scenario["time"]
    decided, last = list(time["periods"]), int(time["horizon_end_year"])
    every = range(decided[0], last + 1)
    rule = time.get("years", "first")
    if rule == "each":
        begins = set(every)
    elif rule == "first":
        begins = set(decided)
    else:
        begins = _begins(scenario, every, set(decided) | _changes(scenario))
    starts = sorted(begins)
    ends = [*starts[1:], last + 1]
    return tuple(range(start, end) for start, end in zip(starts, ends, strict=True))


def _begins(scenario: Document, every: range, cuts: set[int]) -> set[int]:
    """Return the first years of runs as long as the mean hides little of them at any limit."""
    trucks = {year: _trucks(scenario, year) for year in every}
    most = HIDDEN_MOST * sum(trucks.values())
    begins = {every[0]}
    for year in every[1:]:
        run = [trucks[y] for y in range(max(begins), year + 1)]
        mean = sum(run) / len(run)
        # Above the mean lies as much as below it: half of all that is away from it.
        if year in cuts or sum(abs(each - mean) for each in run) / 2 > most:
            begins.add(year)
    return begins


def _trucks(scenario: Document, year: int) -> float:
    adoption = scenario.get("adoption")
    if not adoption or scenario["demand"].get("use_markets") is False:
        return 0.0
    return trucks_in(adoption[f"trucks_{adoption['level']}"], year)


def _changes(scenario: Document) -> set[int]:
    """Return the years in which freight that is given by year changes."""
    asked = {
        "od": ("trips_per_day", "t_per_year"),
        "fleet": ("t_per_year",),
        "works": ("makes_mt_per_year", "takes_mt_per_year", "rail_mt_per_year"),
    }
    tables = [
        row.get(key)
        for name, keys in asked.items()
        for row in (scenario.get(name) or {}).values()
        for key in keys
    ]
    return {int(year) for table in tables if isinstance(table, Mapping) for year in table}
