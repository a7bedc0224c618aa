"""Lives: when something is paid for again, and what becomes of stations that stand already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.core.finance import purchase_years

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSite
    from corridor.scenario.scenario import Scenario

NEVER = 10_000
"""A year beyond every horizon. [year]"""


def purchases(scenario: Scenario, life_years: int) -> tuple[tuple[int, ...], ...]:
    """Return how often what is bought in a period has been paid for by the end of another.

    Parameters
    ----------
    scenario
        Periods, the years in them and the horizon.
    life_years
        Life of what is bought. [year]

    Returns
    -------
    tuple
        [s][t], 0 where t comes before s; empty where nothing falls due again.
    """
    counts = tuple(
        tuple(
            len(purchase_years(first, life_years, scenario.last_year(y))) for y in scenario.slices
        )
        for first in scenario.slices
    )
    return counts if max(map(max, counts)) > 1 else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """What becomes of an existing station.

    Parameters
    ----------
    stands
        Whether it serves in any year of the plan.
    since
        First year of the plan in which it serves. [year]
    renewals
        Years in which it is rebuilt. [year]
    closes
        First year in which it is gone; beyond the horizon where it stays. [year]
    overdue
        Whether its life had run out before the plan begins.
    """

    stands: bool
    since: int = 0
    renewals: tuple[int, ...] = ()
    closes: int = NEVER
    overdue: bool = False


def ageing(scenario: Scenario, site: CandidateSite) -> Ageing:
    """Return what becomes of the existing station of a site, by `station.existing_at_end_of_life`.

    Parameters
    ----------
    scenario
        Periods, life and rule.
    site
        A candidate; one without an existing station does not stand.
    """
    time, rule = scenario.time, scenario.station.existing_at_end_of_life
    first, last, life = time.periods[0], time.horizon_end_year, scenario.station.life_years
    built = site.existing_since if site.existing_since is not None else first
    if not site.existing_tier or built > last:
        return Ageing(stands=False)
    due = built + life
    overdue = due <= first
    since = max(built, first)
    if rule == "keep" or due > last:
        return Ageing(stands=True, since=since, overdue=overdue)
    if rule == "retire":
        return Ageing(stands=not overdue, since=since, closes=due, overdue=overdue)
    renewals = purchase_years(max(due, first), life, last)
    return Ageing(stands=True, since=since, renewals=renewals, overdue=overdue)
