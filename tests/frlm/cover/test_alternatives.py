"""Trips with many alternatives: unions written out, and unions found only when needed."""

from __future__ import annotations

import random
import sys

import frlm_cases
import pytest
from frlm_oracle import Oracle
from frlm_random import instance

import corridor.frlm.reach.cover_sets as covers
from corridor.frlm import parse_instance, solve_instance
from corridor.frlm.reach.cover_sets import joint_family, minimal, violated_union


def test_minimal_masks_contain_no_other():
    assert minimal([0b111, 0b011, 0b100, 0b110]) == (0b100, 0b011)
    assert minimal([0b1, 0]) == (0,)


@pytest.mark.parametrize("backup", [0, 1, 2])
def test_every_union_tells_what_losing_stations_tells(backup):
    for seed in range(300):
        rng = random.Random(seed)
        alternatives = [
            minimal(rng.randrange(1, 64) for _ in range(rng.randint(1, 4)))
            for _ in range(rng.randint(1, 4))
        ]
        family = joint_family(alternatives)
        assert family.complete
        for open_mask in range(64):
            every = all((m & open_mask).bit_count() > backup for m in family.masks)
            union = violated_union(alternatives, open_mask, backup)
            assert every == (union is None)
            if union is not None:
                assert (union & open_mask).bit_count() <= backup
            sites = [1 << k for k in range(6) if open_mask >> k & 1]
            losses = [0] if not backup else [a | b for a in [0, *sites] for b in [0, *sites]]
            losses = [m for m in losses if m.bit_count() <= backup]
            survives = all(
                any(all(m & open_mask & ~lost for m in masks) for masks in alternatives)
                for lost in losses
            )
            assert survives == every


def test_alternatives_without_need_or_without_hope():
    assert joint_family([(1,), ()]).masks == ()
    assert joint_family([(0,), (0b10,)]).masks == (0b10,)
    assert joint_family([(0,), (0, 1)]).masks == (0,)
    assert violated_union([(), (1,)], 0, 1) is None


@pytest.mark.parametrize("chunk", range(2))
def test_unions_found_only_when_needed_give_the_same_answers(chunk, monkeypatch):
    """With room for a single union per trip, the engine must find the others itself."""
    prepare = sys.modules["corridor.frlm.cover.reduce"]  # the package has a function of this name
    few = lambda alternatives: covers.joint_family(alternatives, 1)  # noqa: E731
    monkeypatch.setattr(prepare, "joint_family", few)
    for seed in range(60_000 + 300 * chunk, 60_300 + 300 * chunk):
        document = instance(seed)
        [answer] = solve_instance(parse_instance(document))
        expected = Oracle(document).answer(document["asks"][0])
        assert answer.value == expected == answer.bound, seed


def test_a_dozen_alternatives_through_a_grid():
    """All monotone paths through a 4 by 4 grid: twenty alternatives, far more unions."""
    side = range(4)
    edges = [[f"{r}{c}", f"{r}{c + 1}", 1] for r in side for c in range(3)]
    edges += [[f"{r}{c}", f"{r + 1}{c}", 1] for r in range(3) for c in side]

    def walks(r, c):
        if (r, c) == (3, 3):
            return [["33"]]
        ahead = [(r + 1, c), (r, c + 1)]
        return [[f"{r}{c}", *w] for a, b in ahead if a < 4 and b < 4 for w in walks(a, b)]

    sites = [{"id": f"s{r}{c}", "nodes": [f"{r}{c}"], "cost": 1} for r in side for c in side]
    trips = [{"id": "q", "flow": 1, "paths": walks(0, 0)}]
    for backup, stations in ((0, 3), (1, 6)):
        ask = [{"objective": "min_stations", "coverable_share": "1", "backup": backup}]
        document = frlm_cases.document("grid", edges, trips, sites, 4, frlm_cases.rule(), ask)
        [answer] = solve_instance(parse_instance(document))
        assert answer.status == "OPTIMAL"
        # Half a tank is two steps: stations are needed within two steps of both ends and within
        # four of each other, and twice as many, off each other's way, for a backup.
        assert answer.value <= stations
        assert answer.driven == answer.coverable == 1
