"""Which years of a period are operated alike: stations follow periods, operation follows the years inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, Final

from corridor.scenario.adoption import trucks_in

if TYPE_CHECKING:
    from corridor.scenario.periods import TimeSpec

HIDDEN_MOST: Final = 0.01
"""Most that the mean of a run of years may hide of a shortfall, over the demand of the whole horizon. [-]"""


def slices_of(
    time: TimeSpec, anchors: Mapping[int, float], freight: Iterable[object]
) -> tuple[int, ...]:
    """Return the first year of every run of years that is operated alike, the periods' own among them.

    With ``time.years = "representative"`` a period is one run as long as the mean of its trucks hides at
    most `HIDDEN_MOST` of the horizon's demand, whatever the limit of supply; a year in which freight
    is given a new number begins one.

    Parameters
    ----------
    time
        Periods, horizon and the choice of the user.
    anchors
        Year -> trucks of the line in use; none where trucks do not count.
    freight
        Numbers of flows, fleets and plants' freight; those given by year count.
    """
    if time.years == "first":
        return time.periods
    every = range(time.periods[0], time.horizon_end_year + 1)
    if time.years == "each":
        return tuple(every)
    trucks = {year: trucks_in(anchors, year) if anchors else 0.0 for year in every}
    most = HIDDEN_MOST * fsum(trucks.values())
    cuts = {
        *time.periods,
        *(year for table in freight if isinstance(table, Mapping) for year in table),
    }
    found: list[int] = []
    run: list[float] = []
    for year, wanted in trucks.items():
        if year in cuts or hidden([*run, wanted]) > most:
            found.append(year)
            run = []
        run.append(wanted)
    return tuple(found)


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
