"""Pairs of a trip and a set of sites it needs, before trips with the same sets are merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.core.arrays import Bools, Ints
from corridor.frlm.reach.runs import distinct, expand, first_places, still_minimal, sums_before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """Pairs of a trip and a set of sites it needs; the pairs of a trip stand together.

    Parameters
    ----------
    trip
        Trip of the instance, shape (pairs,).
    low, high
        Where the sites of the set begin and end in `site`, shape (pairs,).
    pattern
        A number, the same only for equal sets with equal need, shape (pairs,).
    need
        Open sites that the set must hold, shape (pairs,).
    site
        Sites that stand together in sets.
    """

    trip: Ints
    low: Ints
    high: Ints
    pattern: Ints
    need: Ints
    site: Ints

    def joined(self, other: Draft) -> Draft:
        """Return the pairs of two drafts, one after the other."""
        patterns = int(self.pattern.max(initial=-1)) + 1
        return Draft(
            trip=np.concatenate([self.trip, other.trip]),
            low=np.concatenate([self.low, len(self.site) + other.low]),
            high=np.concatenate([self.high, len(self.site) + other.high]),
            pattern=np.concatenate([self.pattern, patterns + other.pattern]),
            need=np.concatenate([self.need, other.need]),
            site=np.concatenate([self.site, other.site]),
        )

    def without(self, dropped: Bools) -> Draft:
        """Return minimal runs of stops without some sites, minimal again.

        Parameters
        ----------
        dropped
            Whether each site of the instance is dropped, shape (sites,); never all of a set.
        """
        stays = ~dropped[self.site]
        before = sums_before(stays)
        low, high = before[self.low], before[self.high]
        keep = np.flatnonzero(still_minimal(low, high))
        return Draft(
            trip=self.trip[keep],
            low=low[keep],
            high=high[keep],
            pattern=self.pattern[keep],
            need=self.need[keep],
            site=self.site[stays],
        )

    def set_ids(self) -> Ints:
        """Return a number for each pair, equal for equal sets with equal need, shape (pairs,).

        Sets are numbered in the order in which they first stand.
        """
        places = first_places(self.pattern)
        pairs = np.sort(places[places >= 0])
        first, sites = expand(self.low[pairs], self.high[pairs], self.site)
        span = int(sites.max(initial=0)) + 1
        at = np.repeat(np.arange(len(pairs)), np.diff(first))
        ordered = (np.sort(at * span + sites, kind="stable") % span).astype(np.int32).tobytes()
        starts = (4 * first).tolist()
        ids: dict[tuple[bytes, int], int] = {}
        number = np.zeros(len(places), np.int64)
        number[self.pattern[pairs]] = [
            ids.setdefault((ordered[low:high], need), len(ids))
            for low, high, need in zip(starts, starts[1:], self.need[pairs].tolist(), strict=False)
        ]
        return number[self.pattern]


def dominated_sites(draft: Draft, set_id: Ints, site_count: int) -> Ints:
    """Return the sites whose sets some other site is in too; of equals all but the first.

    Parameters
    ----------
    draft, set_id
        Pairs of a trip and a set, and the number of each set (`Draft.set_ids`).
    site_count
        Number of sites of the instance.
    """
    pairs = first_places(set_id)
    pairs = pairs[np.argsort(draft.low[pairs] - draft.high[pairs], kind="stable")]  # largest first
    first, sites = expand(draft.low[pairs], draft.high[pairs], draft.site)
    at = np.repeat(np.arange(len(pairs)), np.diff(first))
    member = np.zeros((site_count, len(pairs)), bool)
    member[sites, at] = True
    sets_with = [int.from_bytes(row.tobytes()) for row in np.packbits(member, axis=1)]
    smallest = np.zeros(site_count, np.int64)
    smallest[sites] = at  # the last one written stays
    ends, listed = first.tolist(), sites.tolist()
    found = []
    for one in distinct(sites).tolist():
        mine, k = sets_with[one], smallest[one]
        # A site that is in all sets of this one is in the smallest of them.
        for two in listed[ends[k] : ends[k + 1]]:
            both = sets_with[two]
            if mine & both == mine and (mine != both or two < one):
                found.append(one)
                break
    return np.array(found, np.int64)
