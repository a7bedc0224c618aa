"""Loops of the local search, compiled where numba is installed.

State of a choice of columns: `hits` counts the open columns in each set, `missing` the unhit sets
of each group. Opening or closing a column updates both in time proportional to what changes.
"""

# Types of arrays are what numba finds when a loop is first called; loops are long because calls
# between compiled functions cost more than they clarify.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,assignment"
# ruff: noqa: C901
# fmt: off

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

try:
    import numba
except ImportError:
    COMPILED = False

    def compiled(function: F) -> F:
        """Leave a function as it is."""
        return function
else:
    COMPILED = True

    def compiled(function: F) -> F:
        """Compile a function when it is first called, and keep the result on disk."""
        fast: F = numba.njit(cache=True)(function)
        return fast


@compiled
def contribute(
    sign, g, power, gain, credit, hits, missing, seen,
    set_first, set_column, group_first, group_set, flow,
):
    """Add (sign 1) or take away (-1) what a group brings to whoever opens a column.

    `gain` is exact. `credit` also counts a set hit in a group that misses more, as its flow over
    the number of missing sets to a power; it is left out where `power` is 0. Below 0 there is
    nothing to add: gains are computed again before they are used.
    """
    left = missing[g]
    if left == 0 or power < 0:
        return
    first = group_first[g]
    while hits[group_set[first]] > 0:
        first += 1
    amount = sign * flow[g]
    if left == 1:
        k = group_set[first]
        for t in range(set_first[k], set_first[k + 1]):
            gain[set_column[t]] += amount
        return
    last = group_first[g + 1] - 1
    while hits[group_set[last]] > 0:
        last -= 1
    if power == 0:
        # One column can hit all only if it is in the first and in the last missing set.
        t, u = set_first[group_set[first]], set_first[group_set[last]]
        end_t, end_u = set_first[group_set[first] + 1], set_first[group_set[last] + 1]
        common = False
        while t < end_t and u < end_u and not common:
            if set_column[t] == set_column[u]:
                common = True
            elif set_column[t] < set_column[u]:
                t += 1
            else:
                u += 1
        if not common:
            return
    part = amount / left**power if power else 0.0
    for place in range(first, last + 1):
        k = group_set[place]
        if hits[k] == 0:
            for t in range(set_first[k], set_first[k + 1]):
                column = set_column[t]
                seen[column] += 1
                credit[column] += part
                if seen[column] == left:
                    gain[column] += amount
    for place in range(first, last + 1):
        k = group_set[place]
        if hits[k] == 0:
            for t in range(set_first[k], set_first[k + 1]):
                seen[set_column[t]] = 0


@compiled
def add_gains(
    power, gain, credit, hits, missing, seen, set_first, set_column, group_first, group_set, flow
):
    """Compute again what opening each column would bring."""
    gain[:] = 0.0
    credit[:] = 0.0
    for g in range(len(flow)):
        contribute(
            1.0, g, power, gain, credit, hits, missing, seen,
            set_first, set_column, group_first, group_set, flow,
        )


@compiled
def switch(
    column, opens, power, gain, credit, hits, missing, seen, touched,
    set_first, set_column, column_first, column_set, group_first, group_set,
    set_group_first, set_group, flow,
):
    """Open or close a column, keep all gains right, and return the change of the flow served.

    Only groups with a set that is hit from now on, or no more, have to be looked at.
    """
    count = 0
    before = 0 if opens else 1
    for a in range(column_first[column], column_first[column + 1]):
        k = column_set[a]
        if hits[k] == before:
            for b in range(set_group_first[k], set_group_first[k + 1]):
                g = set_group[b]
                if missing[g] >= 0:
                    contribute(
                        -1.0, g, power, gain, credit, hits, missing, seen,
                        set_first, set_column, group_first, group_set, flow,
                    )
                    touched[count] = g
                    count += 1
                    missing[g] = -missing[g] - 1  # marks it as looked at
    change = 0.0
    for place in range(count):
        g = touched[place]
        missing[g] = -missing[g] - 1
        if missing[g] == 0:
            change -= flow[g]
    for a in range(column_first[column], column_first[column + 1]):
        k = column_set[a]
        hits[k] += 1 if opens else -1
        if hits[k] == 1 - before:
            for b in range(set_group_first[k], set_group_first[k + 1]):
                missing[set_group[b]] += -1 if opens else 1
    for place in range(count):
        g = touched[place]
        if missing[g] == 0:
            change += flow[g]
        contribute(
            1.0, g, power, gain, credit, hits, missing, seen,
            set_first, set_column, group_first, group_set, flow,
        )
    return change


@compiled
def near_columns(
    column,
    near,
    column_first,
    column_set,
    set_group_first,
    set_group,
    group_first,
    group_set,
    set_first,
    set_column,
):
    """Mark the columns that serve some group together with a column."""
    near[:] = False
    for a in range(column_first[column], column_first[column + 1]):
        k = column_set[a]
        for b in range(set_group_first[k], set_group_first[k + 1]):
            g = set_group[b]
            for place in range(group_first[g], group_first[g + 1]):
                other = group_set[place]
                for t in range(set_first[other], set_first[other + 1]):
                    near[set_column[t]] = True


@compiled
def improve(
    seed,
    rounds,
    limit,
    is_open,
    set_first,
    set_column,
    column_first,
    column_set,
    group_first,
    group_set,
    set_group_first,
    set_group,
    flow,
):
    """Search by closing a few columns, opening others greedily and swapping; return the best flow.

    `is_open` holds the start and then the best choice. Every round closes some open columns (any,
    or such that serve trips together), opens columns by gain with a random weight on partial
    credit, and swaps one for one till none helps.
    """
    np.random.seed(seed)
    columns = len(column_first) - 1
    hits = np.zeros(len(set_first) - 1, np.int32)
    missing = np.empty(len(flow), np.int32)
    for g in range(len(flow)):
        missing[g] = group_first[g + 1] - group_first[g]
    gain = np.zeros(columns)
    credit = np.zeros(columns)
    seen = np.zeros(columns, np.int32)
    touched = np.zeros(len(flow), np.int64)
    near = np.zeros(columns, np.bool_)
    now = is_open.copy()
    count = 0
    value = 0.0
    for c in range(columns):
        if now[c]:
            count += 1
            value += switch(
                c, True, -1, gain, credit, hits, missing, seen, touched, set_first, set_column,
                column_first, column_set, group_first, group_set, set_group_first, set_group, flow,
            )
    best = value
    base = now.copy()
    base_value = value
    for turn in range(rounds):
        if count == limit and limit > 0:
            chosen = np.flatnonzero(now)
            np.random.shuffle(chosen)
            if turn % 2 == 1:
                near_columns(
                    chosen[0], near, column_first, column_set, set_group_first, set_group,
                    group_first, group_set, set_first, set_column,
                )
                order = np.argsort(
                    np.array([0.0 if near[c] else 1.0 for c in chosen])
                    + 0.1 * np.random.random(len(chosen))
                )
                chosen = chosen[order]
            most = max(2, min(limit // 2, 8 if np.random.random() < 0.7 else limit))
            for c in chosen[: np.random.randint(1, most + 1)]:
                value += switch(
                    c, False, -1, gain, credit, hits, missing, seen, touched, set_first, set_column,
                    column_first, column_set, group_first, group_set, set_group_first, set_group,
                    flow,
                )
                now[c] = False
                count -= 1
        weight = 10.0 ** -np.random.randint(0, 4)
        power = np.random.randint(1, 4)
        add_gains(
            power, gain, credit, hits, missing, seen,
            set_first, set_column, group_first, group_set, flow,
        )
        while count < limit:
            pick, top = -1, -1.0
            for c in range(columns):
                if not now[c]:
                    score = (gain[c] + weight * credit[c]) * (0.9 + 0.2 * np.random.random())
                    if score > top:
                        pick, top = c, score
            if pick < 0:
                break
            value += switch(
                pick, True, power, gain, credit, hits, missing, seen, touched, set_first,
                set_column, column_first, column_set, group_first, group_set, set_group_first,
                set_group, flow,
            )
            now[pick] = True
            count += 1
        add_gains(
            0, gain, credit, hits, missing, seen,
            set_first, set_column, group_first, group_set, flow,
        )
        better = True
        while better:
            better = False
            chosen = np.flatnonzero(now)
            np.random.shuffle(chosen)
            for c in chosen:
                lost = -switch(
                    c, False, 0, gain, credit, hits, missing, seen, touched, set_first, set_column,
                    column_first, column_set, group_first, group_set, set_group_first, set_group,
                    flow,
                )
                now[c] = False
                pick, top = c, lost + 1e-9 * abs(value)
                for other in range(columns):
                    if not now[other] and gain[other] > top:
                        pick, top = other, gain[other]
                value -= lost
                value += switch(
                    pick, True, 0, gain, credit, hits, missing, seen, touched, set_first,
                    set_column, column_first, column_set, group_first, group_set, set_group_first,
                    set_group, flow,
                )
                now[pick] = True
                better = better or pick != c
        if value >= base_value * (1 - 1e-12):
            base[:] = now
            base_value = value
        elif np.random.random() < 0.97 or value < 0.985 * base_value:
            for opens in (False, True):
                for c in range(columns):
                    if now[c] != base[c] and base[c] == opens:
                        value += switch(
                            c, opens, -1, gain, credit, hits, missing, seen, touched, set_first,
                            set_column, column_first, column_set, group_first, group_set,
                            set_group_first, set_group, flow,
                        )
            now[:] = base
        else:
            base[:] = now
            base_value = value
        if base_value > best * (1 + 1e-12):
            best = base_value
            is_open[:] = base
    return best
