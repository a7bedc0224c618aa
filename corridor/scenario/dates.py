"""Dates inside a period split it: what holds from a year on never waits for the next period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.plants import PlantSpec
    from corridor.scenario.scenario import Scenario

PLANT_DATES = ("from_year", "closes_year")
MOST_PERIODS = 12
"""As many as `time.periods` may have."""


def dates_of(scenario: Scenario) -> dict[int, tuple[str, ...]]:
    """Return the years at whose start something changes by a date of the scenario, with its keys.

    Required stations, spacing rules, plants that begin or close or whose numbers change by year, existing
    stations that open or retire, roads that open. Demand follows its own years.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for year, key in _dated(scenario):
        found[year].append(key)
    return {year: tuple(sorted(keys)) for year, keys in sorted(found.items())}


def _dated(scenario: Scenario) -> Iterator[tuple[int, str]]:
    for name, decision in scenario.decision.items():
        if decision.from_year is not None:
            yield decision.from_year, f"decision.{name}.from_year"
    for name, policy in scenario.policy.spacing.items():
        yield policy.from_year, f"policy.spacing.{name}.from_year"
    for name, plant in scenario.plant.items():
        yield from _dated_of_plant(name, plant)
    for name, station in scenario.existing_station.items():
        if not scenario.existing_tier(name):
            continue
        yield station.since_year, f"existing_station.{name}.since_year"
        if scenario.station.existing_at_end_of_life == "retire":
            closing = station.since_year + scenario.station.life_years
            yield closing, f"existing_station.{name}: end of life"
    for name, year in scenario.network.open_year.items():
        yield year, f"network.open_year.{name}"


def _dated_of_plant(name: str, plant: PlantSpec) -> Iterator[tuple[int, str]]:
    """Yield when a plant that is on begins, closes, or changes a number."""
    if not plant.enabled:
        return
    for key in type(plant).model_fields:
        value = getattr(plant, key)
        if key in PLANT_DATES and value is not None:
            yield value, f"plant.{name}.{key}"
        elif isinstance(value, Mapping) and all(isinstance(year, int) for year in value):
            yield from ((year, f"plant.{name}.{key}.{year}") for year in value)


def split_periods(scenario: Scenario) -> Scenario:
    """Return the scenario with every period split at the dates that lie inside it.

    Parameters
    ----------
    scenario
        Its periods ascend. Dates before the first period or after the horizon split nothing.

    Returns
    -------
    Scenario
        The same one where no date lies inside a period.
    """
    time = scenario.time
    first, last = time.periods[0], time.horizon_end_year
    inside = {year for year in dates_of(scenario) if first < year <= last}
    periods = tuple(sorted({*time.periods, *inside}))
    if periods == time.periods:
        return scenario
    return scenario.model_copy(update={"time": time.model_copy(update={"periods": periods})})


def period_notes(scenario: Scenario) -> tuple[str, ...]:
    """Say why periods begin where dates of the scenario ask for it, and which dates nothing asks about."""
    notes = []
    first, last = scenario.time.periods[0], scenario.time.horizon_end_year
    for year, keys in dates_of(scenario).items():
        listed = ", ".join(keys)
        if year in scenario.time.periods[1:]:
            notes.append(f"A period begins in {year}: {listed}.")
        elif year > last:
            notes.append(
                f"Dated {year}, after the horizon of {first}–{last}, and without effect: {listed}."
            )
    return tuple(notes)


def years_of(scenario: Scenario, first: int) -> range:
    """Return the years whose mean is the demand of the run that begins in `first`."""
    if scenario.time.years == "first":
        return range(first, first + 1)
    return range(first, scenario.last_year(first) + 1)


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
