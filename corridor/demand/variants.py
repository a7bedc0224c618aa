"""Ways to drive a trip: the base walk, and walks that leave the road for a station off it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from corridor.demand.assign import BareLeg, BurnTable, cumulative
from corridor.demand.detours import Detour
from corridor.demand.trips import Convention, Leg, Variant, Visit

if TYPE_CHECKING:
    pass


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


class Walked:
    """A base walk that was driven, from which detours are cut in without driving it again.

    What lies before a detour is the base walk's own; what lies behind is moved by the arcs and
    grams that the detour adds.

    Parameters
    ----------
    table
        Grams and lengths.
    rules
        Truck, convention and price of a detour.
    sites_at
        Node -> candidate ids there.
    base
        Legs of the base walk.
    """

    def __init__(
        self,
        table: BurnTable,
        rules: Rules,
        sites_at: Mapping[str, Sequence[str]],
        base: Sequence[BareLeg],
    ) -> None:
        self._table, self._rules, self._sites_at = table, rules, sites_at
        legs = tuple(table.leg(rules.truck, bare) for bare in base)
        arcs = [arc for leg in legs for arc in leg.arcs]
        self._at_g = cumulative([grams for leg in legs for grams in leg.grams])
        self._start = cumulative([len(leg.arcs) for leg in legs])
        nodes = [table.arcs[arcs[0]].tail, *(table.arcs[arc].head for arc in arcs)]
        if rules.convention == "LOOP":
            nodes.pop()  # the next lap's start
        visits = tuple(
            Visit(site=site, position=position, at_g=self._at_g[position])
            for position, node in enumerate(nodes)
            for site in sites_at.get(node, ())
        )
        self._positions = [visit.position for visit in visits]
        self.variant = Variant(
            id="base",
            legs=legs,
            visits=visits,
            total_g=self._at_g[-1],
            length_m=table.length_m(arcs),
        )

    def with_detours(self, detours: Sequence[Detour]) -> Variant:
        """Return the variant with detours, which follow each other without overlap."""
        base, table = self.variant, self._table
        legs = list(base.legs)
        arcs: dict[int, tuple[tuple[str, ...], tuple[int, ...], int]] = {}
        visits: list[Visit] = []
        behind = moved = moved_g = extra_m = 0
        for detour in detours:
            leg = base.legs[detour.leg]
            grams = table.grams(self._rules.truck, leg.load, detour.arcs)
            leave = self._start[detour.leg] + detour.leave
            rejoin = self._start[detour.leg] + detour.rejoin
            visits += self._moved(behind, bisect_right(self._positions, leave), moved, moved_g)
            at_g = self._at_g[leave] + moved_g
            for step, arc in enumerate(detour.arcs[:-1], start=1):
                at_g += grams[step - 1]
                visits += [
                    Visit(site=site, position=leave + moved + step, at_g=at_g)
                    for site in self._sites_at.get(table.arcs[arc].head, ())
                ]
            behind = bisect_left(self._positions, rejoin)
            moved += len(detour.arcs) - (rejoin - leave)
            moved_g += sum(grams) - (self._at_g[rejoin] - self._at_g[leave])
            extra_m += detour.extra_m
            done, burnt, since = arcs.get(detour.leg, ((), (), 0))
            arcs[detour.leg] = (
                done + leg.arcs[since : detour.leave] + detour.arcs,
                burnt + leg.grams[since : detour.leave] + grams,
                detour.rejoin,
            )
        visits += self._moved(behind, len(self._positions), moved, moved_g)
        for number, (done, burnt, since) in arcs.items():
            leg = base.legs[number]
            legs[number] = Leg(
                load=leg.load,
                arcs=table.shared(done + leg.arcs[since:]),
                grams=burnt + leg.grams[since:],
            )
        names = [f"{'out' if d.leg == 0 else 'back'}:{d.site}" for d in detours]
        return Variant(
            id="+".join(names),
            legs=tuple(legs),
            visits=tuple(visits),
            total_g=base.total_g + moved_g,
            length_m=base.length_m + extra_m,
            detour_sites=tuple(d.site for d in detours),
            detour_cny_per_trip=max(0, extra_m) / 1000 * self._rules.cny_per_km,
        )

    def _moved(self, first: int, last: int, arcs: int, grams: int) -> Sequence[Visit]:
        visits = self.variant.visits[first:last]
        if not arcs and not grams:
            return visits
        return [Visit(site=v.site, position=v.position + arcs, at_g=v.at_g + grams) for v in visits]


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
    walked = Walked(table, rules, sites_at, base)
    return walked.with_detours(detours) if detours else walked.variant


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


def drivable(variant: Variant, gaps: Sequence[int], rules: Rules) -> bool:
    """Whether the trip could be made if a station stood at every visit, by the gaps between them."""
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
        gaps = gaps_g(variant, rules)
        if variant is not base and not drivable(variant, gaps, rules):
            continue
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
