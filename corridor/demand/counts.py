"""Modelled hydrogen trucks held against traffic counts, where somebody counted.

A count sees trucks of all fuels, the model only those on hydrogen. One factor, the share of
hydrogen trucks that all counts together imply, is therefore taken out before the pattern is
compared; the factor itself is shown, and above 1 it is impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING

from corridor.core.errors import Fault, InputError
from corridor.demand.trips import Commodity

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

GEH_GOOD = 5.0
"""GEH below which a modelled flow fits its count (UK Design Manual for Roads and Bridges) [-]."""

GOOD_SHARE = 0.85
"""Share of the counts that should fit [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCheck:
    """A count and what the model says there.

    Parameters
    ----------
    year
        Period that is compared with the count.
    modelled_per_day
        Hydrogen trucks. [1/day]
    counted_per_day
        Trucks of all fuels. [1/day]
    geh
        GEH of modelled against the count times the share that all counts imply, per hour. [-]
    """

    id: str
    year: int
    modelled_per_day: float
    counted_per_day: float
    geh: float


def geh(modelled_per_hour: float, counted_per_hour: float) -> float:
    """Return the GEH statistic, sqrt(2 (m - c)^2 / (m + c)) of hourly flows [-]."""
    both = modelled_per_hour + counted_per_hour
    return sqrt(2 * (modelled_per_hour - counted_per_hour) ** 2 / both) if both > 0 else 0.0


def check_counts(
    scenario: Scenario, network: Network, commodities: Sequence[Commodity]
) -> tuple[CountCheck, ...]:
    """Compare every count with the base walks that pass it.

    A count is compared with the last period that begins by its year, else with the first one.

    Raises
    ------
    InputError
        If a count lies on no road of the network.
    """
    node = {node.id: node for node in network.nodes}
    faults = []
    flows = []
    for count_id, count in sorted(scenario.count.items()):
        at_m = count.chainage_km * 1000
        passed = set()
        for arc in network.arcs:
            ends = (node[arc.tail].chainage_m, node[arc.head].chainage_m)
            if arc.kind != "mainline" or arc.route != count.route or None in ends:
                continue
            if count.carriageway in ("", arc.carriageway):
                low, high = sorted(end for end in ends if end is not None)
                if low <= at_m < high:
                    passed.add(arc.id)
        if not passed:
            where = f"{count.route} km {count.chainage_km:g} {count.carriageway}".strip()
            faults.append(
                Fault(
                    file=scenario.name,
                    key=f"count.{count_id}",
                    value=where,
                    expected="must lie on a carriageway of the network",
                )
            )
            continue
        year = max(
            (year for year in scenario.time.periods if year <= count.year),
            default=min(scenario.time.periods),
        )
        modelled = fsum(
            commodity.trips_per_day * sum(arc in passed for arc in leg.arcs)
            for commodity in commodities
            if commodity.year == year
            for leg in commodity.variants[0].legs
        )
        flows.append((count_id, year, modelled, count.trucks_per_day))
    if faults:
        raise InputError(faults)
    share = hydrogen_share(flows)
    return tuple(
        CountCheck(
            id=count_id,
            year=year,
            modelled_per_day=modelled,
            counted_per_day=counted,
            geh=geh(modelled / 24, counted * share / 24),
        )
        for count_id, year, modelled, counted in flows
    )


def hydrogen_share(flows: Sequence[tuple[str, int, float, float]]) -> float:
    """Return modelled hydrogen trucks over counted trucks, all counts together [-]."""
    counted = fsum(row[3] for row in flows)
    return fsum(row[2] for row in flows) / counted if counted > 0 else 0.0


def count_notes(
    scenario: Scenario, network: Network, commodities: Sequence[Commodity]
) -> list[str]:
    """Say how the model stands to the counts; nothing where there are none."""
    checks = check_counts(scenario, network, commodities)
    if not checks:
        return []
    share = hydrogen_share([(c.id, c.year, c.modelled_per_day, c.counted_per_day) for c in checks])
    good = sum(check.geh < GEH_GOOD for check in checks) / len(checks)
    verdict = "fits" if good >= GOOD_SHARE else "does not fit"
    notes = [
        f"Counts: the modelled hydrogen trucks are {share:.1%} of the trucks counted; with that "
        f"share taken out, {good:.0%} of {len(checks)} counts have a GEH below {GEH_GOOD:g}: the "
        f"pattern {verdict}."
    ]
    over = [check.id for check in checks if check.modelled_per_day > check.counted_per_day]
    if over:
        notes.append(
            f"Counts: more hydrogen trucks are modelled than trucks of all fuels were counted at "
            f"{', '.join(over)}; adoption or shares are too high there."
        )
    return notes
