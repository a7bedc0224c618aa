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
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from scipy import sparse

from corridor.frlm.covers import bits_of, joint_family, minimal_needs, route_masks, violated_union
from corridor.frlm.exact import common_denominator
from corridor.frlm.instance import Ask, Instance
from corridor.frlm.problem import Bools, CoverProblem, Ints, Sizes
from corridor.frlm.routes import Route, routes_of
from corridor.frlm.runs import candidate_runs, distinct, expand, minimal_runs
from corridor.frlm.windows import PathTable, Windows, path_table, windows

NEVER, ALWAYS = -1, -2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """Pairs of a trip and a set of sites it needs, before trips are merged."""

    trip: Ints
    set_first: Ints
    set_site: Ints
    need: Ints


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
        units = common_denominator({trip.flow for trip in instance.trips})
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
            flow=tuple(int(trip.flow * units) for trip in instance.trips),
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

        chosen = [self.instance.trips[k] for k in trips]
        return [tuple(one(r) for r in routes_of(self.instance, trip, ask)) for trip in chosen]

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
        self.windows = windows(self.instance, self.table, ask)
        self.settled = False
        self.masks: list[int] = []
        self.mask_trip: list[int] = []
        self.mask_need: list[int] = []
        self.unfinished: dict[int, tuple[tuple[int, ...], ...]] = {}
        self.original_pairs = 0
        self.original_nonzeros = 0

    def problem(self, *, drop_sites: bool) -> CoverProblem:
        """Return the covering problem."""
        self._general_masks()
        dropped = np.zeros(len(self.instance.sites), bool)
        original = self._original_sizes()
        while True:
            draft = self._joined(self._plain_draft(dropped), self._mask_draft(dropped))
            keys = _set_ids(draft)
            more = _dominated(draft, keys, len(dropped)) if drop_sites else np.zeros(0, np.int64)
            if not len(more):
                return self._assemble(draft, keys, original)
            dropped[more] = True

    def _original_sizes(self) -> Sizes:
        """Return the sizes before any reduction: one set per leg."""
        candidate = np.array([s.status == "candidate" for s in self.instance.sites], bool)
        length = np.maximum(self.windows.high - self.windows.low + 1, 0)
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

    def _plain_draft(self, dropped: Bools) -> _Draft:
        """Return the minimal runs of the plain trips as sets of sites."""
        table = self.table
        status = np.array([s.status == "existing" for s in self.instance.sites], bool)
        site = table.site
        there = site >= 0
        exists = np.zeros(len(site), bool)
        exists[there] = status[site[there]]
        counts = there & ~exists
        counts[counts] = ~dropped[site[counts]]
        candidates = np.flatnonzero(counts)
        kept, never = candidate_runs(self.windows, candidates, _before(exists), self.ask.backup)
        trip, low, high = minimal_runs(kept)
        if not self.settled:
            fate = np.full(len(table.trips), ALWAYS, np.int64)
            fate[trip] = 0
            fate[never] = NEVER
            self.fate[table.trips] = fate
            alive = fate[trip] == 0
            trip, low, high = trip[alive], low[alive], high[alive]
            self.settled = True
        # Dropping more sites leaves only these runs minimal: the next pass starts from them.
        self.windows = Windows(trip=trip, low=candidates[low], high=candidates[high - 1])
        first, sites = expand(low, high, site[counts])
        return _Draft(
            trip=table.trips[trip],
            set_first=first,
            set_site=sites,
            need=np.full(len(trip), self.ask.backup + 1, np.int64),
        )

    def _mask_draft(self, dropped: Bools) -> _Draft:
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
        first = np.zeros(len(members) + 1, np.int64)
        np.cumsum([len(bits) for bits in members], out=first[1:])
        return _Draft(
            trip=np.array(trips, np.int64),
            set_first=first,
            set_site=np.array([bit for bits in members for bit in bits], np.int64),
            need=np.array(needs, np.int64),
        )

    @staticmethod
    def _joined(one: _Draft, two: _Draft) -> _Draft:
        """Put two drafts one after the other."""
        return _Draft(
            trip=np.concatenate([one.trip, two.trip]),
            set_first=np.concatenate([one.set_first, one.set_first[-1] + two.set_first[1:]]),
            set_site=np.concatenate([one.set_site, two.set_site]),
            need=np.concatenate([one.need, two.need]),
        )

    def _assemble(self, draft: _Draft, set_id: Ints, original: Sizes) -> CoverProblem:
        """Merge trips with the same sets into groups and number everything."""
        order = np.lexsort((set_id, draft.trip))
        trip, sets = draft.trip[order], set_id[order]
        starts = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]]) if len(trip) else trip
        ends = np.r_[starts[1:], len(trip)][: len(starts)]
        raw = sets.tobytes()
        groups: dict[object, int] = {}
        flow: list[int] = []
        kept: list[slice] = []
        alternatives: dict[int, tuple[tuple[int, ...], ...]] = {}
        for k, start, end in zip(
            trip[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
        ):
            unfinished = self.unfinished.get(k)
            key = (raw[8 * start : 8 * end], unfinished)
            group = groups.setdefault(key, len(groups))
            if group == len(flow):
                flow.append(0)
                kept.append(slice(start, end))
                if unfinished is not None:
                    alternatives[group] = unfinished
            flow[group] += self.tables.flow[k]
            self.fate[k] = group
        always = sum(self.tables.flow[k] for k in np.flatnonzero(self.fate == ALWAYS))
        # Of plain trips the sets stand in the order of the path, not of their numbers.
        in_order = [np.sort(order[run]) for run in kept]
        members = [set_id[run] for run in in_order]
        return _numbered(draft, set_id, members, tuple(flow), always, self, original, alternatives)


def _numbered(
    draft: _Draft,
    set_id: Ints,
    members: list[Ints],
    flow: tuple[int, ...],
    always: int,
    source: _Preparation,
    original: Sizes,
    alternatives: dict[int, tuple[tuple[int, ...], ...]],
) -> CoverProblem:
    """Return the problem with sets and columns numbered from 0."""
    count = int(set_id.max(initial=-1)) + 1
    example = np.zeros(count, np.int64)
    example[set_id[::-1]] = np.arange(len(set_id))[::-1]
    low, high = draft.set_first[example], draft.set_first[example + 1]
    first, sites = expand(low, high, draft.set_site)
    columns = distinct(sites)
    column = np.searchsorted(columns, sites)
    group_first = np.zeros(len(members) + 1, np.int64)
    np.cumsum([len(m) for m in members], out=group_first[1:])
    return CoverProblem(
        site=columns,
        set_first=first,
        set_column=column.astype(np.int64),
        need=draft.need[example],
        group_first=group_first,
        group_set=np.concatenate(members) if members else np.zeros(0, np.int64),
        flow=flow,
        always=always,
        units=source.tables.units,
        group_of_trip=source.fate,
        original=original,
        alternatives=alternatives,
    )


def _nothing(instance: Instance) -> Instance:
    """Return an instance without trips."""
    from dataclasses import replace

    return replace(instance, trips=())


def _before(flags: Bools) -> Ints:
    """Return how many flags are set before each place, and in all."""
    sums = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=sums[1:])
    return sums


def _set_ids(draft: _Draft) -> Ints:
    """Return a number for each set, equal for equal sets with equal need."""
    count = len(draft.need)
    span = int(draft.set_site.max(initial=0)) + 1
    pair = np.repeat(np.arange(count), np.diff(draft.set_first))
    ordered = (np.sort(pair * span + draft.set_site) % span).astype(np.int32).tobytes()
    ids: dict[tuple[bytes, int], int] = {}
    starts = (4 * draft.set_first).tolist()
    return np.array(
        [
            ids.setdefault((ordered[low:high], need), len(ids))
            for low, high, need in zip(starts, starts[1:], draft.need.tolist(), strict=False)
        ],
        np.int64,
    )


def _dominated(draft: _Draft, set_id: Ints, site_count: int) -> Ints:
    """Return the sites whose sets some other site is in too; of equals all but the first."""
    count = int(set_id.max(initial=-1)) + 1
    if not count:
        return np.zeros(0, np.int64)
    example = np.empty(count, np.int64)
    example[set_id[::-1]] = np.arange(len(set_id))[::-1]
    first, sites = expand(draft.set_first[example], draft.set_first[example + 1], draft.set_site)
    pair = np.repeat(np.arange(count), np.diff(first))
    member = sparse.csc_matrix(
        (np.ones(len(sites), np.int32), (pair, sites)), shape=(count, site_count)
    )
    together = (member.T @ member).tocoo()
    alone = np.asarray(member.sum(axis=0)).ravel()
    one, two = together.row, together.col
    inside = (together.data == alone[one]) & (one != two)
    stronger = inside & ((alone[two] > alone[one]) | (two < one))
    return distinct(one[stronger])


def share_units(problem: CoverProblem, share: Fraction) -> int:
    """Return the least flow that is a share of the coverable flow. [whole flow units]."""
    wanted = share * problem.coverable
    return -(-wanted.numerator // wanted.denominator)
