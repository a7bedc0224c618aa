"""The least purchase: where a truck can take it at each of its stops, and what follows for its windows.

A stop takes at least `min_stop_kg`, unless the trip needs less or no choice among the open stops of the
way leaves room for that much at each (decision 0227).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corridor.siting.model.windows import most_g, need_g, points_g
from corridor.siting.problem import Commodity, Variant

ROUNDING_G: Final = 1
"""Whole grams may take so much off the least purchase. [g]"""

Reached = tuple[int, int, tuple[int, ...]]
"""Lowest and highest fuel level that one chain of stops leads to [g], and that chain."""


def detour_floors_g(flow: Commodity, way: Variant, min_stop_kg: float) -> dict[int, int]:
    """Return what a truck takes at least at each detour site of a way, however it plans [g].

    The least purchase, or what the need of the trip and the room in its tank allow.

    Parameters
    ----------
    flow, way
        The trip.
    min_stop_kg
        Least purchase at a stop. [kg]

    Returns
    -------
    dict
        Site -> grams over all its visits on the way.
    """
    need = need_g(flow, way)
    stops = tuple(range(len(way.stops)))
    most = most_g(flow, way, stops, need)
    floors = {}
    for site in sorted(set(way.detour_sites)):
        visits = way.detour_sites.count(site)
        room = sum(int(most[v]) for v in stops if way.stops[v].site == site)
        fair = need * visits // len(way.detour_sites)
        floors[site] = max(0, min(int(visits * min_stop_kg * 1000), fair, room))
    return floors


def can_take(flow: Commodity, way: Variant, stops: tuple[int, ...], floors: Sequence[int]) -> bool:
    """Whether a truck can take at least so many grams at each of its stops, exactly.

    What was bought before a stop may be any amount between the least that gets the truck there and the
    most that its tank had room for: the sums before and after a stop are intervals. A loop begins at
    its first stop with as much as all of that allows; more never strands it.

    Parameters
    ----------
    flow, way, stops
        The trip and where it stops, in driving order.
    floors
        Least purchase per stop. [g]

    Returns
    -------
    bool
        True where purchases exist that keep the floors, the tank and the need of the trip.
    """
    U, need = flow.usable_g, need_g(flow, way)
    at = [way.stops[v].at_g for v in stops]
    if need == 0 or not stops:
        return need == 0 and not stops
    start = flow.start_g
    if flow.loop:
        at = [g - at[0] for g in at]
        start = U + at[-1] - need
        taken = 0
        for g, floor in zip(at, floors, strict=True):
            taken += floor
            start = min(start, U + g - taken)
        if start < 0:
            return False
    least, most = 0, 0
    for g, floor in zip(at, floors, strict=True):
        least = max(least, g - start)
        if least > most:
            return False
        least, most = least + floor, U - start + g
        if least > most:
            return False
    return least <= need <= most


def keeps_floor(
    flow: Commodity, way: Variant, stops: tuple[int, ...], floor: int
) -> tuple[int, ...] | None:
    """Return some of the stops at each of which a truck can take the floor or more; None if none do.

    Levels on arrival at a stop are intervals: those of trucks that pass it, and, of those that fill, all
    from the lowest and the floor to a full tank. A loop whose purchases are kept may be shifted
    until some stop is left with a full tank: each stop is tried as that one.

    Parameters
    ----------
    flow, way, stops
        The trip and where it may stop, in driving order; it fills at every visit of a detour site.
    floor
        Least purchase. [g]

    Returns
    -------
    tuple of int or None
        Indices of stops, in driving order.
    """
    at = [way.stops[v].at_g for v in stops]
    forced = [way.stops[v].site in way.detour_sites for v in stops]
    count, usable = len(stops), flow.usable_g
    if not flow.loop:
        end = way.total_g + flow.end_g
        levels: list[Reached] = [(flow.start_g, flow.start_g, ())]
        levels = _filled(levels, 0, [*at, end], forced, floor=floor, usable=usable, first=0)
        found = [chain for low, high, chain in levels if low <= 0 <= high]
        return tuple(stops[n] for n in found[0]) if found else None
    for start in range(count):
        if way.total_g > usable and at[start] > at[0] + usable:
            break  # Whoever gets round fills up before.
        ring = at[start + 1 :] + [g + way.total_g for g in at[: start + 1]]
        free = forced[start + 1 :] + forced[:start]
        full: list[Reached] = [(usable, usable, ())]
        levels = _filled(full, at[start], ring, free, floor=floor, usable=usable, first=start + 1)
        for low, _, chain in levels:
            if low <= usable - floor:
                return tuple(stops[n] for n in sorted([start, *(n % count for n in chain)]))
    return None


def _filled(
    levels: list[Reached],
    here: int,
    at: list[int],
    forced: list[bool],
    *,
    floor: int,
    usable: int,
    first: int,
) -> list[Reached]:
    """Return the levels on arrival at the last place, of trucks that fill the floor or more on the way."""
    for n, place in enumerate(at):
        burnt, here = place - here, place
        levels = [(max(0, a - burnt), b - burnt, c) for a, b, c in levels if b >= burnt]
        if n == len(forced) or not levels:
            break
        low, _, chain = min(levels)
        passing = [] if forced[n] else levels
        if low + floor <= usable:
            passing = [level for level in passing if level[0] < low + floor]
            passing.append((low + floor, usable, (*chain, first + n)))
        levels = passing
    return levels


def always_keeps_floor(flow: Commodity, way: Variant, floor: int) -> bool:
    """Whether trucks can take the floor at every stop wherever stations stand; False where unsure.

    Of any stations with which a way can be driven some are needed: without one of them the stretch
    between its neighbours is longer than a tank. So three such stops in a row lie more than a tank apart,
    and floors of a quarter of a tank leave room between them, up to two visits of detour sites
    included, once the room in the tank at the start, the fuel wanted at the end and the need leave room
    for the first and the last ones. (Tested against trying all stations.)

    Parameters
    ----------
    flow, way
        The trip.
    floor
        Least purchase. [g]
    """
    need, meant = need_g(flow, way), sum(s.site in way.detour_sites for s in way.stops)
    if need < floor or 4 * floor > flow.usable_g or meant > 2:
        return False
    if flow.loop:
        return need >= (meant + 1) * floor
    ends = max(2, meant + 1) * floor
    return (
        flow.usable_g - flow.start_g >= ends
        and flow.end_g >= (meant + 1) * floor
        and (not meant or need >= (meant + 3) * floor)
    )


def tight_runs(
    flow: Commodity, way: Variant, stops: tuple[int, ...], floor: int
) -> list[tuple[int, ...]]:
    """Return the shortest runs of stops that every truck must stop in, for less than the floor.

    Parameters
    ----------
    flow, way, stops
        The trip and its open stops, in driving order.
    floor
        Least purchase. [g]

    Returns
    -------
    list of tuple of int
        Places in `stops`; a truck that takes the floor at each stop takes it in each run.
    """
    at, count = points_g(flow, way, stops), len(stops)
    ends = [bisect_right(at, g + flow.usable_g) for g in at]
    runs = []
    for i in range(count if flow.loop else len(at)):
        j = ends[i]
        if j == len(at) or j <= i + 1 or (flow.loop and j > i + count):
            continue
        if i + 1 < len(at) and ends[i + 1] == j and j > i + 2:
            continue  # The next one ends there too and is shorter.
        if at[j] - at[i] - flow.usable_g < floor:
            inside = range(i + 1, j)
            runs.append(tuple(k % count if flow.loop else k - 1 for k in inside))
    return runs


@dataclass(frozen=True, slots=True)
class Floor:
    """What the least purchase means for the trucks of a way, given its open stops.

    Parameters
    ----------
    grams
        Least purchase at each stop; 0 where the trip needs less, or no choice of stops allows it. [g]
    stops
        A choice of stops that keeps it; empty where it is 0.
    runs
        Runs of the open stops that sell it to every truck, though less is lacking there; places.
    """

    grams: int
    stops: tuple[int, ...] = ()
    runs: tuple[tuple[int, ...], ...] = ()

    @property
    def sold(self) -> int:
        """What each run sells to every truck at least, once purchases are whole grams [g]."""
        return self.grams - ROUNDING_G


def floor_of(flow: Commodity, way: Variant, stops: tuple[int, ...], min_stop_kg: float) -> Floor:
    """Return what the least purchase means for a way with these stops open.

    Parameters
    ----------
    flow, way, stops
        The trip and its open stops, in driving order; it can be driven with them.
    min_stop_kg
        Least purchase at a stop. [kg]
    """
    grams = int(min_stop_kg * 1000)
    if need_g(flow, way) < grams or grams <= ROUNDING_G:
        return Floor(0)
    chosen = keeps_floor(flow, way, stops, grams)
    if chosen is None:
        return Floor(0)
    return Floor(grams, chosen, tuple(tight_runs(flow, way, stops, grams)))


def floor_anywhere(
    flow: Commodity, way: Variant, stops: tuple[int, ...], min_stop_kg: float
) -> Floor:
    """Return what the least purchase means wherever stations stand: rows that no plan breaks.

    Parameters
    ----------
    flow, way
        The trip.
    stops
        Its stops with a candidate, in driving order; `runs` counts in them.
    min_stop_kg
        Least purchase at a stop. [kg]
    """
    grams = int(min_stop_kg * 1000)
    if grams <= ROUNDING_G or not always_keeps_floor(flow, way, grams):
        return Floor(0)
    return Floor(grams, runs=tuple(tight_runs(flow, way, stops, grams)))
