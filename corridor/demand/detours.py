"""Ways off a walk to a site and back: where they leave, where they rejoin, how much they add.

A detour leaves the base walk at a node and comes back to the same leg at the same or a later
node. Of all such pairs the one with the least extra length is taken (of equals, the one that
stays on the base walk longest). Sites that lie on one carriageway are never reached by a detour:
nobody turns round at two toll plazas to reach a service area on the other side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.demand.assign import BurnTable, Ways, cumulative

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
        self._ends: dict[tuple[str, str], list[CandidateSite]] = {}
        self._walks: dict[tuple[str, str], tuple[str, ...]] = {}
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
        for site in self._near(nodes[0], nodes[-1], run[-1]):
            if site.node in on_walk:
                continue
            pair = self._least_extra(nodes, run, site.node)
            if pair is None:
                continue
            leave, rejoin, extra_m = pair
            there = self._walk(nodes[leave], site.node)
            back = self._walk(site.node, nodes[rejoin])
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

    def _near(self, start: str, end: str, length_m: int) -> list[CandidateSite]:
        """Return the sites that lie within the longest detour of a way from start to end.

        Leaving the way anywhere is no shorter than driving from its start to the site and on to
        its end: sites beyond that are out of reach from every node between.
        """
        if (start, end) not in self._ends:
            near = []
            for site in self._sites:
                if site.node not in self._back:
                    self._back[site.node] = self._ways.distances_from(site.node)
                    self._there[site.node] = self._ways.distances_to(site.node)
                there = self._there[site.node].get(start)
                back = self._back[site.node].get(end)
                if there is None or back is None:
                    continue
                if there + back - length_m <= self._max_m:
                    near.append(site)
            self._ends[start, end] = near
        return self._ends[start, end]

    def _walk(self, tail: str, head: str) -> tuple[str, ...]:
        if (tail, head) not in self._walks:
            found = self._ways.walk(tail, head)
            assert found is not None
            self._walks[tail, head] = found
        return self._walks[tail, head]

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
