"""Trips with many alternatives: their sets are written out only when an answer needs them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from corridor.core.arrays import Bools, Ints
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.cover.reduce import Tables
from corridor.frlm.reach.cover_sets import violated_union


def broken_unions(
    problem: CoverProblem, is_open: Bools, open_mask: int, backup: int
) -> dict[int, int]:
    """Return, by group, a set that an answer leaves unhit though it counts the group as served.

    Parameters
    ----------
    problem, is_open
        The problem and the answer to it.
    open_mask
        Bit mask of all open sites, existing ones included.
    backup
        Number of open stations whose loss is survived.
    """
    served = problem.served(is_open)
    found = {}
    for group, alternatives in problem.alternatives.items():
        if served[group]:
            union = violated_union(alternatives, open_mask, backup)
            if union is not None:
                found[group] = union
    return found


def add_unions(
    tables: Tables, problem: CoverProblem, broken: dict[int, int], backup: int
) -> CoverProblem:
    """Return the problem with one more set for some groups."""
    existing = tables.existing()
    site_at = {int(site): column for column, site in enumerate(problem.site)}
    bits = {g: [k for k in range(u.bit_length()) if u >> k & 1] for g, u in broken.items()}
    fresh = {
        k for sites in bits.values() for k in sites if k not in site_at and not existing >> k & 1
    }
    site = np.concatenate([problem.site, np.array(sorted(fresh), np.int64)])
    site_at |= {k: len(problem.site) + n for n, k in enumerate(sorted(fresh))}
    sets = [problem.set_column[a:b] for a, b in _ranges(problem.set_first)]
    need = problem.need.tolist()
    groups = [problem.group_set[a:b].tolist() for a, b in _ranges(problem.group_first)]
    for group, sites in bits.items():
        held = sum(1 for k in sites if existing >> k & 1)
        groups[group].append(len(sets))
        sets.append(np.array([site_at[k] for k in sites if k in site_at], np.int64))
        need.append(backup + 1 - held)
    return replace(
        problem,
        site=site,
        set_first=np.r_[0, np.cumsum([len(s) for s in sets])].astype(np.int64),
        set_column=np.concatenate(sets),
        need=np.array(need, np.int64),
        group_first=np.r_[0, np.cumsum([len(g) for g in groups])].astype(np.int64),
        group_set=np.concatenate([np.array(g, np.int64) for g in groups]),
    )


def _ranges(first: Ints) -> list[tuple[int, int]]:
    """Return where each of some runs begins and ends."""
    ends = first.tolist()
    return list(pairwise(ends))
