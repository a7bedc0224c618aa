"""The user's own list of stations, turned into the levels of a siting problem."""

from __future__ import annotations

from collections.abc import Mapping

from corridor.core.faults import Faults
from corridor.siting.problem import SitingProblem
from corridor.siting.standing import standing_levels


def levels_of(
    problem: SitingProblem,
    stations: dict[str, list[tuple[int, str]]],
    *,
    road_until: Mapping[str, int] | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Turn a list of stations into levels, period by period, site by site.

    Existing stations stand whether the list names them or not; a station never shrinks.

    Parameters
    ----------
    problem
        The problem that the levels belong to.
    stations
        Site id -> (first year, tier), as the list has them.
    road_until
        Site id -> year in which its road closes: nothing is built there from then on. [year]

    Raises
    ------
    InputError
        If a station is no candidate of the problem, may not be built, is built on a closed road, or
        shrinks.
    """
    index = {site.id: j for j, site in enumerate(problem.sites)}
    number = {tier.id: k for k, tier in enumerate(problem.tiers, start=1)}
    closes = road_until or {}
    faults = Faults("stations")
    levels = [list(row) for row in standing_levels(problem)]
    for station, rows in stations.items():
        if station not in index:
            hint = "inputs/sites.json of a run lists ids and the reasons of rejected ones"
            faults.note(station, "", "a candidate site that some trip can use", hint)
            continue
        j = index[station]
        for year, tier in rows:
            level = number[tier]
            if not problem.sites[j].allowed[level - 1]:
                faults.note(station, tier, "an allowed tier")
            asked = [t for t, period in enumerate(problem.periods) if period.year >= year]
            if asked and level > levels[asked[0]][j] and station in closes:
                built = problem.periods[asked[0]].year
                if built >= closes[station]:
                    words = f"a year before its road closes in {closes[station]}"
                    faults.note(f"{station}, {year}", str(year), words)
            for t in asked:
                if level < levels[t][j]:
                    words = "at least the tier it had before: stations never shrink"
                    faults.note(f"{station}, {year}", tier, words)
                    break
                levels[t][j] = level
    faults.stop()
    return tuple(tuple(row) for row in levels)
