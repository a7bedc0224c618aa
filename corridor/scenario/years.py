"""Which years of a period are operated alike: stations follow periods, operation follows the years inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, Final

from corridor.scenario.adoption import trucks_in

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario

HIDDEN_MOST: Final = 0.01
"""Most that the mean of a run of years may hide of a shortfall, over the demand of the whole horizon. [-]"""


def slices_of(scenario: Scenario) -> tuple[int, ...]:
    """Return the first year of every run of years that is operated alike, the periods' own among them.

    With ``time.years = "representative"`` a period is one run as long as the mean of its trucks hides less
    than `HIDDEN_MOST` of the horizon's demand, whatever the limit of supply; a year in which a flow, a
    fleet or a plant's freight is given a new number begins one.
    """
    time = scenario.time
    if time.years == "first":
        return time.periods
    if time.years == "each":
        return tuple(range(time.periods[0], time.horizon_end_year + 1))
    trucks = {
        year: _trucks(scenario, year) for year in range(time.periods[0], time.horizon_end_year + 1)
    }
    most = HIDDEN_MOST * fsum(trucks.values())
    steps = set(_steps(scenario))
    found: list[int] = []
    run: list[float] = []
    for year, wanted in trucks.items():
        if year in time.periods or year in steps or hidden([*run, wanted]) > most:
            found.append(year)
            run = []
        run.append(wanted)
    return tuple(found)


def years_of(scenario: Scenario, first: int) -> range:
    """Return the years whose mean is the demand of the run that begins in `first`."""
    if scenario.time.years == "first":
        return range(first, first + 1)
    return range(first, scenario.last_year(first) + 1)


def hidden(wanted: Sequence[float]) -> float:
    """Return how much more is missing year by year than of the mean, at the limit where that is most.

    A shortfall is convex in the demand, so that the mean shows less of it; the worst limit is the mean
    itself, where it shows none.

    Examples
    --------
    >>> hidden([1.0, 3.0])
    1.0
    """
    mean = fsum(wanted) / len(wanted)
    return fsum(max(0.0, each - mean) for each in wanted)


def _trucks(scenario: Scenario, year: int) -> float:
    adoption = scenario.adoption
    if adoption is None or not scenario.demand.use_markets:
        return 0.0
    return trucks_in(adoption.anchors, year)


def _steps(scenario: Scenario) -> Iterator[int]:
    """Yield the years in which freight given by year changes."""
    tables: list[object] = []
    for flow in scenario.od.values():
        tables += [flow.trips_per_day, flow.t_per_year]
    tables += [fleet.t_per_year for fleet in scenario.fleet.values()]
    for works in scenario.works.values():
        tables += [works.makes_mt_per_year, works.takes_mt_per_year, works.rail_mt_per_year]
    for table in tables:
        if isinstance(table, Mapping):
            yield from table


def year_notes(scenario: Scenario) -> tuple[str, ...]:
    """Say which years are operated alike, and where the trucks stay at the anchor that is nearest."""
    notes = []
    time = scenario.time
    if time.years == "first":
        notes.append("Every year of a period has the demand of its first (time.years = first).")
    elif len(scenario.slices) < time.horizon_end_year - time.periods[0] + 1:
        runs = [(first, scenario.last_year(first)) for first in scenario.slices]
        listed = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
        notes.append(
            f"Demand is the mean of the years {listed} (time.years); stations and expansion steps are "
            f"decided at the start of {', '.join(map(str, time.periods))}."
        )
    if scenario.adoption is not None and scenario.demand.use_markets:
        years = sorted(scenario.adoption.anchors)
        if time.periods[0] < years[0]:
            notes.append(f"Trucks before {years[0]}, the first anchor, are as many as then.")
        if time.horizon_end_year > years[-1]:
            notes.append(f"Trucks after {years[-1]}, the last anchor, are as many as then.")
    return tuple(notes)
