"""From an instance and an ask to the reduced covering problem.

Reductions and where they hold:

* only minimal sets of a trip are kept: always;
* trips with the same sets become one group, flows added: always;
* a site whose sets another site's sets include is dropped: only where stations are counted and not
  paid, without existing or barred sites and without backup. Then the other site can stand in for it
  in every answer. Which station is opened among equals may change, the value never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from corridor.core.arrays import Bools, Ints
from corridor.frlm.cover.cover_pairs import Draft, dominated_sites
from corridor.frlm.cover.problem import CoverProblem, Sizes
from corridor.frlm.instance.exact import common_denominator, whole
from corridor.frlm.instance.instance import Ask, Instance
from corridor.frlm.reach.cover_sets import (
    bits_of,
    joint_family,
    minimal_needs,
    route_masks,
    violated_union,
)
from corridor.frlm.reach.cover_sets_bulk import PathTable, Windows, path_table, unsorted_windows
from corridor.frlm.reach.routes import Route, Routes
from corridor.frlm.reach.runs import (
    alike,
    candidate_runs,
    distinct,
    expand,
    first_places,
    minimal_runs,
    sums_before,
)

NEVER, ALWAYS = -1, -2


@dataclass(slots=True, eq=False)
class Tables:
    """What all asks of one instance share; made once."""

    instance: Instance
    units: int
    flow: tuple[int, ...]
    table: PathTable
    general: tuple[int, ...]
    site_masks: dict[int, int]
    _general_sets: dict[object, list[tuple[int, tuple[tuple[int, ...], ...]]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, instance: Instance) -> Tables:
        """Lay out an instance."""
        units = common_denominator(trip.flow for trip in instance.trips)
        table = path_table(instance)
        plain = set(table.trips.tolist())
        masks: dict[int, int] = {}
        for k, site in enumerate(instance.sites):
            if site.status != "barred":
                for node in site.nodes:
                    masks[node] = masks.get(node, 0) | 1 << k
        return cls(
            instance=instance,
            units=units,
            flow=tuple(whole(trip.flow, units) for trip in instance.trips),
            table=table,
            general=tuple(
                k for k, trip in enumerate(instance.trips) if trip.flow and k not in plain
            ),
            site_masks=masks,
        )

    def sets_of(self, trips: Sequence[int], ask: Ask) -> list[tuple[tuple[int, ...], ...]]:
        """Return the minimal cover sets of every alternative of some trips."""

        def sites_at(node: int) -> int:
            return self.site_masks.get(node, 0)

        def one(route: Route) -> tuple[int, ...]:
            return route_masks(route, sites_at)

        routes = Routes(self.instance, ask)
        chosen = [self.instance.trips[k] for k in trips]
        return [tuple(one(route) for route in routes.of(trip)) for trip in chosen]

    def usable(self) -> int:
        """Return the bit mask of the sites that may be open."""
        sites = enumerate(self.instance.sites)
        return sum(1 << k for k, site in sites if site.status != "barred")

    def existing(self) -> int:
        """Return the bit mask of the existing sites."""
        sites = enumerate(self.instance.sites)
        return sum(1 << k for k, site in sites if site.status == "existing")


def may_drop_sites(instance: Instance, ask: Ask) -> bool:
    """Tell whether site dominance is valid for an ask."""
    counted = ask.objective == "min_stations" or ask.stations is not None
    return counted and not ask.backup and all(s.status == "candidate" for s in instance.sites)


def prepare(tables: Tables, ask: Ask, *, reduce: bool = True) -> CoverProblem:
    """Return the covering problem of an ask.

    Parameters
    ----------
    tables
        The instance, laid out.
    ask
        The question; its objective decides only which reductions hold.
    reduce
        False: keep every site (for comparisons and for sweeps over costs).
    """
    return _Preparation(tables, ask).problem(
        drop_sites=reduce and may_drop_sites(tables.instance, ask)
    )


class _Preparation:
    """The steps of `prepare`, for one ask."""

    def __init__(self, tables: Tables, ask: Ask) -> None:
        self.tables = tables
        self.ask = ask
        self.instance = tables.instance
        self.existing = tables.existing()
        self.fate = np.full(len(self.instance.trips), NEVER, np.int64)
        # Runs of stops count only candidates; with backup an existing station counts as a part of
        # the need, which the general way keeps account of.
        plain = not (ask.backup and self.existing)
        self.table = tables.table if plain else path_table(_nothing(self.instance))
        self.general = (
            tables.general
            if plain
            else tuple(k for k, trip in enumerate(self.instance.trips) if trip.flow)
        )
        self.masks: list[int] = []
        self.mask_trip: list[int] = []
        self.mask_need: list[int] = []
        self.unfinished: dict[int, tuple[tuple[int, ...], ...]] = {}

    def problem(self, *, drop_sites: bool) -> CoverProblem:
        """Return the covering problem."""
        self._general_masks()
        dropped = np.zeros(len(self.instance.sites), bool)
        found = unsorted_windows(self.instance, self.table, self.ask)
        original = self._original_sizes(found)
        runs = self._runs(found)
        while True:
            draft = runs.joined(self._mask_draft(dropped)) if self.masks else runs
            set_id = draft.set_ids()
            more = dominated_sites(draft, set_id, len(dropped)) if drop_sites else ()
            if not len(more):
                return self._assemble(draft, set_id, original)
            dropped[more] = True
            runs = runs.without(dropped)

    def _original_sizes(self, found: Windows) -> Sizes:
        """Return the sizes before any reduction: one set per leg."""
        candidate = np.array([s.status == "candidate" for s in self.instance.sites], bool)
        length = np.maximum(found.high - found.low + 1, 0)
        return Sizes(
            sites=int(candidate.sum()),
            trips=sum(1 for flow in self.tables.flow if flow),
            sets=len(length) + len(self.masks),
            nonzeros=int(length.sum()) + sum(mask.bit_count() for mask in self.masks),
        )

    def _general_masks(self) -> None:
        """Settle the trips that are not plain and note their sets."""
        spare = self.ask.backup
        for trip, alternatives in zip(
            self.general, self.tables.sets_of(self.general, self.ask), strict=True
        ):
            family = joint_family(alternatives)
            found = [
                (mask & ~self.existing, spare + 1 - (mask & self.existing).bit_count())
                for mask in family.masks
            ]
            found = [(mask, need) for mask, need in found if need > 0]
            if any(mask.bit_count() < need for mask, need in found):
                continue
            if not family.complete:
                if violated_union(alternatives, self.tables.usable(), spare) is not None:
                    continue
                self.unfinished[trip] = alternatives
                if not found:  # any violated union will do to begin with
                    union = violated_union(alternatives, self.existing, spare)
                    if union is None:
                        del self.unfinished[trip]
                    else:
                        lacking = spare + 1 - (union & self.existing).bit_count()
                        found.append((union & ~self.existing, lacking))
            self.fate[trip] = 0 if found else ALWAYS
            for mask, need in found:
                self.masks.append(mask)
                self.mask_trip.append(trip)
                self.mask_need.append(need)

    def _runs(self, found: Windows) -> Draft:
        """Settle the plain trips and return their minimal runs of stops."""
        table = self.table
        # The last place stands for stops without a site.
        existing = np.array([s.status == "existing" for s in self.instance.sites] + [False], bool)
        exists = existing[table.site]
        candidate = (table.site >= 0) & ~exists
        found, never = candidate_runs(found, candidate, exists, self.ask.backup)
        fate = np.full(len(table.trips), ALWAYS, np.int64)
        fate[found.trip] = 0
        fate[never] = NEVER
        self.fate[table.trips] = fate
        alive = fate[found.trip] == 0
        runs = minimal_runs(
            Windows(trip=found.trip[alive], low=found.low[alive], high=found.high[alive])
        )
        site = table.site[candidate]
        return Draft(
            trip=table.trips[runs.trip],
            low=runs.low,
            high=runs.high,
            pattern=alike(runs.low, runs.high, site),
            need=np.full(len(runs.trip), self.ask.backup + 1, np.int64),
            site=site,
        )

    def _mask_draft(self, dropped: Bools) -> Draft:
        """Return the noted bit masks as sets of sites, minimal again after sites were dropped."""
        gone = sum(1 << int(k) for k in np.flatnonzero(dropped))
        by_trip: dict[int, list[tuple[int, int]]] = {}
        for trip, mask, need in zip(self.mask_trip, self.masks, self.mask_need, strict=True):
            by_trip.setdefault(trip, []).append((mask & ~gone, need))
        trips, needs, members = [], [], []
        for trip, found in by_trip.items():
            for mask, need in minimal_needs(found):
                trips.append(trip)
                needs.append(need)
                members.append(bits_of(mask))
        first = sums_before(np.array([len(bits) for bits in members], np.int64))
        return Draft(
            trip=np.array(trips, np.int64),
            low=first[:-1],
            high=first[1:],
            pattern=np.arange(len(trips)),
            need=np.array(needs, np.int64),
            site=np.array([bit for bits in members for bit in bits], np.int64),
        )

    def _assemble(self, draft: Draft, set_id: Ints, original: Sizes) -> CoverProblem:
        """Merge trips with the same sets into groups and number everything."""
        begins = np.flatnonzero(np.diff(draft.trip, prepend=-1))
        ends = np.append(begins[1:], len(draft.trip))[: len(begins)]
        trips = draft.trip[begins]
        at = np.repeat(np.arange(len(trips)), ends - begins)
        span = int(set_id.max(initial=0)) + 1
        raw = (np.sort(at * span + set_id, kind="stable") % span).tobytes()
        order = np.argsort(trips)
        trips, begins, ends = trips[order], begins[order], ends[order]
        numbers: dict[object, int] = {}
        group = [
            numbers.setdefault((raw[8 * low : 8 * high], self.unfinished.get(trip)), len(numbers))
            for trip, low, high in zip(trips.tolist(), begins.tolist(), ends.tolist(), strict=True)
        ]
        flow = [0] * len(numbers)
        for trip, number in zip(trips.tolist(), group, strict=True):
            flow[number] += self.tables.flow[trip]
        self.fate[trips] = group
        first = first_places(np.array(group, np.int64))
        group_first, group_set = expand(begins[first], ends[first], set_id)
        pairs = first_places(set_id)
        set_first, sites = expand(draft.low[pairs], draft.high[pairs], draft.site)
        columns = distinct(sites)
        return CoverProblem(
            site=columns,
            set_first=set_first,
            set_column=np.searchsorted(columns, sites),
            need=draft.need[pairs],
            group_first=group_first,
            group_set=group_set,
            flow=tuple(flow),
            always=sum(self.tables.flow[k] for k in np.flatnonzero(self.fate == ALWAYS)),
            units=self.tables.units,
            group_of_trip=self.fate,
            original=original,
            alternatives={
                int(self.fate[trip]): self.unfinished[trip] for trip in sorted(self.unfinished)
            },
        )


def _nothing(instance: Instance) -> Instance:
    """Return an instance without trips."""
    return replace(instance, trips=())


def share_units(problem: CoverProblem, share: Fraction) -> int:
    """Return the least flow that is a share of the coverable flow. [whole flow units]."""
    wanted = share * problem.coverable
    return -(-wanted.numerator // wanted.denominator)
