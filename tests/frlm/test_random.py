"""Two formulations and brute force agree on thousands of random instances."""

from __future__ import annotations

import pytest
from frlm_oracle import Oracle
from frlm_random import instance

from corridor.frlm import Options, Tables, parse_instance, prepare, solve_instance
from corridor.frlm.cover.objective import goal_of
from corridor.frlm.reach.cover_sets import joint_family, minimal

CHUNKS, CHUNK = 26, 200


def _answer(document, **options):
    [answer] = solve_instance(parse_instance(document), Options(**options))
    return answer


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_arc_cover_hop_flow_and_brute_force_agree(chunk):
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        document = instance(seed)
        expected = Oracle(document).answer(document["asks"][0])
        for method in ("auto", "arc-cover", "hop-flow"):
            answer = _answer(document, method=method, solver="highs")
            assert answer.status == "OPTIMAL", (seed, method)
            assert answer.value == expected, (seed, method)
            assert answer.bound == expected, (seed, method)


@pytest.mark.parametrize("chunk", range(2))
def test_larger_instances_agree(chunk):
    for seed in range(10_000 + chunk * 100, 10_100 + chunk * 100):
        document = instance(seed, nodes=(6, 9), trips=(6, 14))
        expected = Oracle(document).answer(document["asks"][0])
        for method in ("arc-cover", "row-generation"):
            answer = _answer(document, method=method)
            assert answer.value == expected == answer.bound, (seed, method)


def test_runs_of_stops_and_bit_masks_give_the_same_sets():
    """Every plain trip is prepared by both ways; the sets must be the same."""
    compared = 0
    for seed in range(2500):
        parsed = parse_instance(instance(seed))
        ask = parsed.asks[0]
        if ask.backup:
            continue
        tables = Tables.of(parsed)
        problem = prepare(tables, ask, reduce=False)
        for place in tables.table.trips.tolist():
            sets = tables.sets_of([place], ask)[0]
            family = joint_family(sets)
            wanted = {m for m in family.masks if not m & tables.existing()}
            group = int(problem.group_of_trip[place])
            found = set()
            if group >= 0:
                low, high = problem.group_first[group : group + 2]
                for k in problem.group_set[low:high]:
                    columns = problem.set_column[problem.set_first[k] : problem.set_first[k + 1]]
                    found.add(sum(1 << int(s) for s in problem.site[columns]))
            if group == -1:
                assert 0 in wanted, seed
            else:
                assert found == set(minimal(wanted)), seed
                compared += bool(found)
    assert compared > 300


def test_reductions_change_no_answer():
    for seed in range(300):
        parsed = parse_instance(instance(seed))
        ask = parsed.asks[0]
        tables = Tables.of(parsed)
        full = prepare(tables, ask, reduce=False)
        small = prepare(tables, ask)
        assert full.coverable == small.coverable
        assert small.sizes.sites <= full.sizes.sites
        assert goal_of(parsed, full, ask).target == goal_of(parsed, small, ask).target
