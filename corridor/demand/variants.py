"""Ways to drive a trip: the base walk, and walks that leave the road for a station off it.

A detour leaves the base walk at a node and comes back to the same leg at the same or a later
node. Of all such pairs the one with the least extra length is taken (of equals, the one that
stays on the base walk longest). Sites that lie on one carriageway are never reached by a detour:
nobody turns round at two toll plazas to reach a service area on the other side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from corridor.demand.assign import BareLeg, BurnTable, Ways, cumulative
from corridor.demand.trips import Convention, Variant, Visit

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSite
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour:
    """A way off a leg to a site and back.

    Parameters
    ----------
    leg
        Number of the leg.
    leave, rejoin
        Positions on the leg: so many of its arcs are driven before, and skipped up to.
    arcs
        The arcs driven instead.
    extra_m
        Their length less that of the arcs skipped. [m]
    """

    site: str
    leg: int
    leave: int
    rejoin: int
    arcs: tuple[str, ...]
    extra_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a variant must obey: fuel at the ends and in the tank, and what a detour costs.

    Parameters
    ----------
    truck
        Class id.
    usable_g, start_g, end_g
        As of a commodity. [g]
    cny_per_km
        Vehicle and time of a kilometre of detour. [CNY/km]
    """

    truck: str
    convention: Convention
    usable_g: int
    start_g: int
    end_g: int
    cny_per_km: float


class Detours:
    """Finds the detours from the legs of one year, each leg once.

    Parameters
    ----------
    scenario
        For ``candidates.max_detour_m``.
    table
        Arcs and lengths.
    ways
        Shortest ways of the year.
    sites
        Candidates; only those off the carriageways that may hold a station are looked at.
    """

    def __init__(
        self, scenario: Scenario, table: BurnTable, ways: Ways, sites: Sequence[CandidateSite]
    ) -> None:
        self._max_m = scenario.candidates.max_detour_m
        self._table = table
        self._ways = ways
        self._sites = [
            site
            for site in sites
            if site.carriageway == "both" and not (site.forbidden and not site.existing_tier)
        ]
        self._back: dict[str, Mapping[str, float]] = {}
        self._there: dict[str, Mapping[str, float]] = {}
        self._found: dict[tuple[str, ...], tuple[Detour, ...]] = {}

    def of_leg(self, number: int, arcs: tuple[str, ...]) -> tuple[Detour, ...]:
        """Return the detours from a leg, in the order in which they leave it."""
        if arcs not in self._found:
            self._found[arcs] = tuple(self._search(arcs))
        return tuple(
            Detour(
                site=d.site,
                leg=number,
                leave=d.leave,
                rejoin=d.rejoin,
                arcs=d.arcs,
                extra_m=d.extra_m,
            )
            for d in self._found[arcs]
        )

    def _search(self, arcs: tuple[str, ...]) -> list[Detour]:
        table = self._table
        nodes = [table.arcs[arcs[0]].tail, *(table.arcs[arc].head for arc in arcs)]
        run = cumulative([table.arcs[arc].length_m for arc in arcs])
        on_walk = set(nodes)
        found = []
        for site in self._sites:
            if site.node in on_walk:
                continue
            if site.node not in self._back:
                self._back[site.node] = self._ways.distances_from(site.node)
                self._there[site.node] = self._ways.distances_to(site.node)
            pair = self._least_extra(nodes, run, site.node)
            if pair is None:
                continue
            leave, rejoin, extra_m = pair
            there = self._ways.walk(nodes[leave], site.node)
            back = self._ways.walk(site.node, nodes[rejoin])
            assert there is not None
            assert back is not None
            found.append(
                Detour(
                    site=site.id,
                    leg=0,
                    leave=leave,
                    rejoin=rejoin,
                    arcs=(*there, *back),
                    extra_m=extra_m,
                )
            )
        return sorted(found, key=lambda d: (d.leave, d.rejoin, d.site))

    def _least_extra(
        self, nodes: Sequence[str], run: Sequence[int], site: str
    ) -> tuple[int, int, int] | None:
        """Return (leave, rejoin, extra) with the least extra, or None beyond the longest detour."""
        back, there = self._back[site], self._there[site]
        best: tuple[float, int, int] | None = None  # extra, -leave, rejoin: smallest wins
        rejoin_cost, rejoin = float("inf"), len(nodes)
        for i in range(len(nodes) - 1, -1, -1):
            coming_back = back.get(nodes[i])
            if coming_back is not None and coming_back - run[i] <= rejoin_cost:
                rejoin_cost, rejoin = coming_back - run[i], i
            going = there.get(nodes[i])
            if going is None or rejoin == len(nodes):
                continue
            option = (going + run[i] + rejoin_cost, -i, rejoin)
            if best is None or option < best:
                best = option
        if best is None or best[0] > self._max_m:
            return None
        return -best[1], best[2], round(best[0])


def combinations_of(detours: Sequence[Detour], stops: int) -> list[tuple[Detour, ...]]:
    """Return all choices of 1 to `stops` detours that follow each other without overlap."""
    order = sorted(detours, key=lambda d: (d.leg, d.leave, d.rejoin, d.site))
    chosen: list[tuple[Detour, ...]] = []
    grown: list[tuple[int, tuple[Detour, ...]]] = [(-1, ())]
    for _ in range(stops):
        wider = []
        for last, choice in grown:
            for number in range(last + 1, len(order)):
                detour = order[number]
                before = choice[-1] if choice else None
                if before and (before.leg, before.rejoin) > (detour.leg, detour.leave):
                    continue
                wider.append((number, (*choice, detour)))
        chosen += [choice for _, choice in wider]
        grown = wider
    return chosen


def drive(
    table: BurnTable,
    rules: Rules,
    sites_at: Mapping[str, Sequence[str]],
    base: Sequence[BareLeg],
    detours: Sequence[Detour] = (),
) -> Variant:
    """Return the variant that drives the base walk with detours, grams and visits counted.

    Parameters
    ----------
    sites_at
        Node -> candidate ids there.
    detours
        In driving order, without overlap.
    """
    legs = []
    for number, bare in enumerate(base):
        arcs: list[str] = []
        position = 0
        for detour in detours:
            if detour.leg == number:
                arcs += bare.arcs[position : detour.leave]
                arcs += detour.arcs
                position = detour.rejoin
        arcs += bare.arcs[position:]
        legs.append(table.leg(rules.truck, BareLeg(bare.load, tuple(arcs))))
    arcs_driven = [arc for leg in legs for arc in leg.arcs]
    at_g = cumulative([grams for leg in legs for grams in leg.grams])
    nodes = [table.arcs[arcs_driven[0]].tail, *(table.arcs[arc].head for arc in arcs_driven)]
    if rules.convention == "LOOP":
        nodes.pop()  # the next lap's start
    visits = tuple(
        Visit(site=site, position=position, at_g=at_g[position])
        for position, node in enumerate(nodes)
        for site in sites_at.get(node, ())
    )
    length_m = table.length_m(arcs_driven)
    base_m = sum(table.length_m(bare.arcs) for bare in base)
    extra_km = max(0, length_m - base_m) / 1000
    names = [f"{'out' if d.leg == 0 else 'back'}:{d.site}" for d in detours]
    return Variant(
        id="+".join(names) or "base",
        legs=tuple(legs),
        visits=visits,
        total_g=at_g[-1],
        length_m=length_m,
        detour_sites=tuple(d.site for d in detours),
        detour_cny_per_trip=extra_km * rules.cny_per_km if detours else 0.0,
    )


def gaps_g(variant: Variant, rules: Rules) -> tuple[int, ...]:
    """Return the hydrogen burnt between stops if the truck stopped at every visit [g].

    ONEWAY: from the start to the first visit, between visits, from the last visit to the end.
    LOOP: between visits, the last gap reaching round to the first visit of the next lap.
    """
    at = [visit.at_g for visit in variant.visits]
    if rules.convention == "LOOP":
        return (
            tuple(
                after - before
                for before, after in zip(at, [*at[1:], at[0] + variant.total_g], strict=True)
            )
            if at
            else (variant.total_g,)
        )
    ends = [0, *at, variant.total_g]
    return tuple(after - before for before, after in pairwise(ends))


def drivable(variant: Variant, rules: Rules) -> bool:
    """Whether the trip could be made if a station stood at every visit."""
    gaps = gaps_g(variant, rules)
    if rules.convention == "LOOP":
        return bool(variant.visits) and max(gaps) <= rules.usable_g
    if not variant.visits:
        return variant.total_g + rules.end_g <= rules.start_g
    return (
        gaps[0] <= rules.start_g
        and gaps[-1] + rules.end_g <= rules.usable_g
        and all(gap <= rules.usable_g for gap in gaps[1:-1])
    )


def without_loss(variants: Sequence[Variant], rules: Rules) -> tuple[tuple[Variant, ...], int]:
    """Drop the variants that no plan can need; the base walk stays.

    A variant goes where the truck needs no stop at all on the base walk, where it cannot be
    driven even with a station at every visit, and where another variant passes the same sites in
    the same order, burns no more between any two of them and costs no more: every stop plan of
    the dropped one then works on the other with purchases that are nowhere larger.

    Returns
    -------
    tuple
        The variants kept, and how many were dropped.
    """
    base, *others = variants
    if rules.convention == "ONEWAY" and base.total_g + rules.end_g <= rules.start_g:
        return (base,), len(others)
    kept: dict[tuple[str, ...], list[tuple[Variant, tuple[int, ...]]]] = {}
    for variant in variants:
        if variant is not base and not drivable(variant, rules):
            continue
        gaps = gaps_g(variant, rules)
        rivals = kept.setdefault(tuple(visit.site for visit in variant.visits), [])
        if variant is not base and any(
            _no_worse(rival, rival_gaps, variant, gaps) for rival, rival_gaps in rivals
        ):
            continue
        rivals[:] = [
            (rival, rival_gaps)
            for rival, rival_gaps in rivals
            if rival is base or not _no_worse(variant, gaps, rival, rival_gaps)
        ]
        rivals.append((variant, gaps))
    alive = {id(variant) for rivals in kept.values() for variant, _ in rivals}
    result = tuple(variant for variant in variants if id(variant) in alive)
    return result, len(variants) - len(result)


def _no_worse(one: Variant, gaps: Sequence[int], other: Variant, others: Sequence[int]) -> bool:
    """Whether `one` burns no more in any gap and costs no more than `other`."""
    return one.detour_cny_per_trip <= other.detour_cny_per_trip and all(
        mine <= theirs for mine, theirs in zip(gaps, others, strict=True)
    )
