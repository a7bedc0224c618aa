"""Lossless reductions: what can play no part in any plan is left out before a model is built.

Nothing that could be part of a best plan is dropped: a site goes only where no trip that could be
driven passes it and no policy, decision or existing station names it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum

from corridor.siting.model.windows import drivable
from corridor.siting.problem import Commodity, Site, SitingProblem, Variant, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A smaller problem with the same optimum, and the way back.

    Parameters
    ----------
    problem
        The smaller problem.
    sites
        For each site left, its index in the original.
    flows
        For each flow left, the original flows merged into it.
    ways
        For each flow left and way left, its index in the original flow.
    stops
        For each flow left, way left and stop left, its index in the original way.
    sizes
        Counts before and after.
    """

    problem: SitingProblem
    sites: tuple[int, ...]
    flows: tuple[tuple[int, ...], ...]
    ways: tuple[tuple[int, ...], ...]
    stops: tuple[tuple[tuple[int, ...], ...], ...]
    sizes: dict[str, int]


def top_level(site: Site, period: int) -> int:
    """Return the highest tier number that may stand at a site in a period; 0 is none."""
    if period < site.open_from or (site.existing_level and period < site.existing_from):
        return 0
    if site.closed(period):
        return 0
    top = max((k for k, ok in enumerate(site.allowed, start=1) if ok), default=0)
    return max(top, site.existing_level)


def can_sell(problem: SitingProblem) -> list[list[bool]]:
    """Per period and site: a station may stand here and hydrogen may reach it."""
    return [
        [
            top_level(site, t) > 0
            and any(
                source.lane_cny_per_kg[t][j] is not None and source.expanded_limit_kg_per_day[t] > 0
                for source in problem.sources
            )
            for j, site in enumerate(problem.sites)
        ]
        for t in range(len(problem.periods))
    ]


def useful_stops(
    problem: SitingProblem, flow: Commodity, way: Variant, sells: list[list[bool]]
) -> tuple[int, ...]:
    """Return the stops of a way at which a truck could ever fill in the flow's period."""
    return tuple(v for v, stop in enumerate(way.stops) if sells[flow.period][stop.site])


def reduce(problem: SitingProblem, fixed: tuple[tuple[int, ...], ...] | None = None) -> Reduced:
    """Leave out what can play no part: closed stops, ways nobody can drive, idle sites, equal flows.

    Parameters
    ----------
    problem
        The problem as posed.
    fixed
        Per period and site the tier number of a design that is given; None where it is sought.

    Returns
    -------
    Reduced
        The smaller problem and the indices back.
    """
    sells = can_sell(problem)
    if fixed is not None:
        sells = [
            [ok and level > 0 for ok, level in zip(row, levels, strict=True)]
            for row, levels in zip(sells, fixed, strict=True)
        ]
    kept: dict[Commodity, list[int]] = {}
    back: list[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]] = []
    for q, flow in enumerate(problem.flows):
        if flow.trips_per_day <= 0:
            continue
        ways, ways_back, stops_back = [], [], []
        for p, way in enumerate(flow.ways):
            stops = useful_stops(problem, flow, way, sells)
            reached = {way.stops[v].site for v in stops}
            if drivable(flow, way, stops) and reached.issuperset(way.detour_sites):
                ways.append(replace(way, stops=tuple(way.stops[v] for v in stops)))
                ways_back.append(p)
                stops_back.append(stops)
        # The id plays no part in the answer: without it equal trips become one.
        same = replace(
            flow,
            id="",
            trips_per_day=0.0,
            ways=tuple(replace(w, id="") for w in ways),
            priority_trips_per_day=round(flow.priority_trips_per_day / flow.trips_per_day, 12),
        )
        if same not in kept:
            back.append((tuple(ways_back), tuple(stops_back)))
        kept.setdefault(same, []).append(q)

    used = {stop.site for flow in kept for way in flow.ways for stop in way.stops}
    used |= {j for cover in problem.covers for j in cover.sites}
    used |= {j for j, s in enumerate(problem.sites) if s.existing_level or s.required_level}
    if fixed is not None:
        used |= {j for levels in fixed for j, level in enumerate(levels) if level}
    sites = tuple(sorted(used))
    small = _restrict(problem, sites, kept)
    return Reduced(
        problem=small,
        sites=sites,
        flows=tuple(tuple(group) for group in kept.values()),
        ways=tuple(ways for ways, _ in back),
        stops=tuple(stops for _, stops in back),
        sizes={
            "sites_given": len(problem.sites),
            "sites_in_model": len(sites),
            "flows_given": len(problem.flows),
            "flows_in_model": len(small.flows),
            "ways_given": sum(len(f.ways) for f in problem.flows),
            "ways_in_model": sum(len(f.ways) for f in small.flows),
            "stops_given": sum(len(w.stops) for f in problem.flows for w in f.ways),
            "stops_in_model": sum(len(w.stops) for f in small.flows for w in f.ways),
        },
    )


def _restrict(
    problem: SitingProblem, sites: tuple[int, ...], kept: dict[Commodity, list[int]]
) -> SitingProblem:
    new = {j: n for n, j in enumerate(sites)}
    flows = []
    for number, (flow, group) in enumerate(kept.items()):
        flows.append(
            replace(
                flow,
                id=str(number),
                trips_per_day=fsum(problem.flows[q].trips_per_day for q in group),
                priority_trips_per_day=fsum(problem.flows[q].priority_trips_per_day for q in group),
                ways=tuple(
                    replace(
                        way,
                        id=str(p),
                        stops=tuple(Visit(site=new[s.site], at_g=s.at_g) for s in way.stops),
                        detour_sites=tuple(sorted(new[j] for j in way.detour_sites)),
                    )
                    for p, way in enumerate(flow.ways)
                ),
            )
        )
    sources = tuple(
        replace(
            source,
            lane_cny_per_kg=tuple(tuple(row[j] for j in sites) for row in source.lane_cny_per_kg),
        )
        for source in problem.sources
    )
    covers = tuple(replace(c, sites=tuple(new[j] for j in c.sites)) for c in problem.covers)
    return replace(
        problem,
        sites=tuple(problem.sites[j] for j in sites),
        flows=tuple(flows),
        sources=sources,
        covers=covers,
    )
