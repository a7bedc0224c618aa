"""Modelled hydrogen trucks held against traffic counts, where somebody counted.

A count sees trucks of all fuels, the model only those on hydrogen. One factor a period, the
share of hydrogen trucks that its counts together imply, is therefore taken out before the pattern
is compared; the factor itself is shown, and above 1 it is impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING

from corridor.core.errors import Fault, InputError
from corridor.demand.trips import Commodity, CountCheck

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

GEH_GOOD = 5.0
"""GEH below which a modelled flow fits its count (UK Design Manual for Roads and Bridges) [-]."""

GOOD_SHARE = 0.85
"""Share of the counts that should fit [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A counted section of road.

    Parameters
    ----------
    year
        Period that is compared with the count.
    truck
        Class counted; empty for all.
    arcs
        Arcs of the network that are the section, one a carriageway.
    counted_per_day
        Trucks of all fuels. [1/day]
    """

    id: str
    year: int
    truck: str
    arcs: frozenset[str]
    counted_per_day: float

    def sees(self, truck: str) -> bool:
        """Whether trucks of a class are counted here."""
        return self.truck in ("", truck)


def geh(modelled_per_hour: float, counted_per_hour: float) -> float:
    """Return the GEH statistic, sqrt(2 (m - c)^2 / (m + c)) of hourly flows [-]."""
    both = modelled_per_hour + counted_per_hour
    return sqrt(2 * (modelled_per_hour - counted_per_hour) ** 2 / both) if both > 0 else 0.0


def sections_of(scenario: Scenario, network: Network) -> tuple[Section, ...]:
    """Return the counted sections, each with the arcs that it is.

    A count is compared with the last period that begins by its year, else with the first one.

    Raises
    ------
    InputError
        With every count that lies on no road of the network.
    """
    node = {node.id: node for node in network.nodes}
    faults = []
    sections = []
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
                    file=count.row or scenario.name,
                    key=f"count.{count_id}",
                    value=where,
                    expected="must lie on a carriageway of the network",
                    hint=_routes(network),
                )
            )
            continue
        year = max(
            (year for year in scenario.slices if year <= count.year),
            default=min(scenario.time.periods),
        )
        sections.append(
            Section(
                id=count_id,
                year=year,
                truck=count.truck,
                arcs=frozenset(passed),
                counted_per_day=count.trucks_per_day,
            )
        )
    if faults:
        raise InputError(faults)
    return tuple(sections)


def _routes(network: Network) -> str:
    known = (
        f"{route.ref}: 0-{route.length_m / 1000:.0f} km, {route.up} or {route.down}"
        for route in network.routes
    )
    return f"known: {'; '.join(known)}"


def check_counts(
    sections: Sequence[Section],
    hour_fraction: float,
    before: Mapping[str, float],
    commodities: Sequence[Commodity],
) -> tuple[CountCheck, ...]:
    """Compare every count with the base walks that pass it, before and after a fit.

    Parameters
    ----------
    sections
        Counted sections.
    hour_fraction
        Share of a day's trucks in the hour compared. [-]
    before
        Commodity -> trips before fit and caps. [1/day]
    """
    seeds = [_modelled(section, commodities, before) for section in sections]
    trips = {c.id: c.trips_per_day for c in commodities}
    fitted = [_modelled(section, commodities, trips) for section in sections]
    checks = []
    for section, seed, now in zip(sections, seeds, fitted, strict=True):
        same = [n for n, other in enumerate(sections) if other.year == section.year]
        counted = [sections[n].counted_per_day for n in same]
        share_before = hydrogen_share(zip((seeds[n] for n in same), counted, strict=True))
        share = hydrogen_share(zip((fitted[n] for n in same), counted, strict=True))
        hourly = hour_fraction * section.counted_per_day
        checks.append(
            CountCheck(
                id=section.id,
                year=section.year,
                truck=section.truck,
                counted_per_day=section.counted_per_day,
                before_per_day=seed,
                after_per_day=now,
                hydrogen_share=share,
                geh_before=geh(_all_fuels(seed, share_before) * hour_fraction, hourly),
                geh_after=geh(_all_fuels(now, share) * hour_fraction, hourly),
            )
        )
    return tuple(checks)


def _modelled(
    section: Section, commodities: Sequence[Commodity], trips: Mapping[str, float]
) -> float:
    return fsum(
        trips[commodity.id] * sum(arc in section.arcs for arc in leg.arcs)
        for commodity in commodities
        if commodity.year == section.year and section.sees(commodity.truck)
        for leg in commodity.variants[0].legs
    )


def _all_fuels(hydrogen_trucks: float, share: float) -> float:
    return hydrogen_trucks / share if share > 0 else 0.0


def hydrogen_share(flows: Iterable[tuple[float, float]]) -> float:
    """Return modelled hydrogen trucks over counted trucks, all counts together [-]."""
    rows = list(flows)
    counted = fsum(row[1] for row in rows)
    return fsum(row[0] for row in rows) / counted if counted > 0 else 0.0


def count_notes(checks: Sequence[CountCheck], *, fitted: bool) -> list[str]:
    """Say how the model stands to the counts; nothing where there are none."""
    if not checks:
        return []
    good = sum(check.geh_after < GEH_GOOD for check in checks) / len(checks)
    seed = sum(check.geh_before < GEH_GOOD for check in checks) / len(checks)
    verdict = "fits" if good >= GOOD_SHARE else "does not fit"
    shares = sorted({check.hydrogen_share for check in checks})
    said = f"{shares[0]:.1%}" if len(shares) == 1 else f"{shares[0]:.1%} to {shares[-1]:.1%}"
    change = f" ({seed:.0%} before the fit)" if fitted else ""
    notes = [
        f"Counts: the modelled hydrogen trucks are {said} of the trucks counted; with that "
        f"share taken out, {good:.0%} of {len(checks)} counts have a GEH below {GEH_GOOD:g}"
        f"{change}: the pattern {verdict}."
    ]
    over = [check.id for check in checks if check.after_per_day > check.counted_per_day]
    if over:
        notes.append(
            f"Counts: more hydrogen trucks are modelled than trucks of all fuels were counted at "
            f"{', '.join(over)}; adoption or shares are too high there."
        )
    return notes
