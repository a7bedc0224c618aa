"""Runs of stops: which are minimal, and which hold the same sites, whatever the weights say."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corridor.frlm.reach.cover_sets_bulk import Windows
from corridor.frlm.reach.runs import alike, minimal_runs, still_minimal


def _runs(rng, trips=6, stops=8):
    """Draw runs of stops on paths laid end to end, some of them equal."""
    rows = []
    for trip in range(trips):
        for _ in range(rng.randint(1, 12)):
            low = rng.randrange(stops)
            rows.append((trip, trip * stops + low, trip * stops + rng.randint(low + 1, stops)))
    rng.shuffle(rows)
    trip, low, high = np.array(rows, np.int64).T
    return Windows(trip=trip, low=low, high=high)


def _rows(runs):
    return list(zip(runs.trip.tolist(), runs.low.tolist(), runs.high.tolist(), strict=True))


def _minimal(rows):
    """Return the rows that contain no other, last trip first, by rising start."""
    kept = {
        (trip, low, high)
        for trip, low, high in rows
        if not any((low, high) != (a, b) and low <= a and b <= high for _, a, b in rows)
    }
    return sorted(kept, key=lambda row: (-row[0], row[1]))


def test_minimal_runs_are_those_that_contain_no_other():
    for seed in range(200):
        runs = _runs(random.Random(seed))
        assert _rows(minimal_runs(runs)) == _minimal(_rows(runs)), seed


def test_minimal_runs_that_lose_stops_are_told_by_their_neighbours():
    for seed in range(200):
        rng = random.Random(seed)
        runs = minimal_runs(_runs(rng))
        before = np.r_[0, np.cumsum([rng.random() < 0.7 for _ in range(48)])]
        low, high = before[runs.low], before[runs.high]
        held = np.flatnonzero(low < high)  # no run loses all its stops
        trip, low, high = runs.trip[held], low[held], high[held]
        keep = still_minimal(low, high)
        left = Windows(trip=trip[keep], low=low[keep], high=high[keep])
        rows = _rows(Windows(trip=trip, low=low, high=high))
        assert _rows(left) == _minimal(rows), seed


@pytest.mark.parametrize("weighted", [True, False])
def test_runs_of_equal_numbers_hold_the_same_sites(weighted, monkeypatch):
    """Weights only suggest: even if all are equal, no two different runs get one number."""
    if not weighted:

        class Equal:
            def integers(self, high, size, dtype):
                return np.ones(size, dtype)

        monkeypatch.setattr(np.random, "default_rng", lambda seed: Equal())
    shared = 0
    for seed in range(200):
        rng = random.Random(seed)
        line = list(range(10))
        paths = []
        for _ in range(6):  # stretches of one line, driven either way, and some other order
            start = rng.randrange(3)
            path = line[start : start + 8]
            paths.append(rng.choice([path, path[::-1], rng.sample(path, 8)]))
        site = np.array([s for path in paths for s in path], np.int64)
        runs = minimal_runs(_runs(rng))
        number = alike(runs.low, runs.high, site)
        sets = [
            frozenset(site[low:high].tolist())
            for low, high in zip(runs.low, runs.high, strict=True)
        ]
        assert len({*zip(number.tolist(), sets, strict=True)}) == len(set(number.tolist())), seed
        shared += len(sets) - len(set(number.tolist()))
    assert shared > 100
