"""Cover sets: the sets of sites of which each must hold an open station for a trip to be driven.

The tank lasts for a leg exactly when a station within one range before the leg's end, and not after
its start, is open, or the fuel of the first departure still lasts. A route is drivable when this
holds for each of its legs, so it is a list of sets that must all be hit (arc-cover sets of Capar et
al. [1]_, written for whole ticks, loops, one-way trips and either meaning of an empty tank). Sets
of sites are bit masks here: bit s stands for site s.

References
----------
.. [1] I. Capar, M. Kuby, V. J. Leon, Y.-J. Tsai, "An arc cover-path-cover formulation and strategic
   analysis of alternative-fuel station locations", EJOR 227 (2013) 142-151.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corridor.frlm.reach.routes import Route

JOINT_LIMIT = 256
"""Most joint sets of the alternatives of one trip that are written out at once."""

SitesAt = Callable[[int], int]
"""Bit mask of the sites that serve a node."""


@dataclass(frozen=True, slots=True)
class Family:
    """The minimal cover sets of a trip.

    Parameters
    ----------
    masks
        Bit masks of sites, no one inside another; empty: driven without any station.
        A mask of 0 cannot be hit: never driven.
    complete
        False: more sets are needed to tell, because there were too many to write out.
    """

    masks: tuple[int, ...]
    complete: bool = True


def minimal(masks: Iterable[int]) -> tuple[int, ...]:
    """Return the masks that contain no other one, smallest first."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda m: (m.bit_count(), m)):
        if not any(small & mask == small for small in kept):
            kept.append(mask)
    return tuple(kept)


def minimal_needs(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sets that no smaller set with at least the same need implies."""
    kept: list[tuple[int, int]] = []
    for mask, need in sorted(set(found), key=lambda pair: (pair[0].bit_count(), -pair[1])):
        if not any(small & mask == small and other >= need for small, other in kept):
            kept.append((mask, need))
    return kept


def bits_of(mask: int) -> list[int]:
    """Return the places of the bits that are set."""
    places = []
    while mask:
        low = mask & -mask
        places.append(low.bit_length() - 1)
        mask ^= low
    return places


def route_masks(route: Route, sites_at: SitesAt) -> tuple[int, ...]:
    """Return the minimal cover sets of one route.

    Parameters
    ----------
    route
        What is driven.
    sites_at
        Which sites serve a node, those that may be open only.
    """
    at = [sites_at(node) for node in route.nodes]
    masks = _loop_masks(route, at) if route.loop else _one_way_masks(route, at)
    if route.station_required:
        everywhere = 0
        for mask in at:
            everywhere |= mask
        masks.append(everywhere)
    return minimal(masks)


def _behind(
    route: Route, at: Sequence[int], positions: Sequence[int], last: int, arrival: int
) -> int:
    """Return the sites from which a full tank lasts till an arrival, at stops 0 to `last`."""
    mask = 0
    for k in range(last, -1, -1):
        if not route.reaches(route.tank, arrival - positions[k]):
            break
        mask |= at[k]
    return mask


def _one_way_masks(route: Route, at: Sequence[int]) -> list[int]:
    """Return a cover set for each leg that the first fuel does not last for, and for the end."""
    if not route.legs:
        return []
    positions = route.positions()
    masks = [
        _behind(route, at, positions, k, arrival)
        for k, arrival in enumerate(positions[1:])
        if not route.reaches(route.start, arrival)
    ]
    # The fuel needed at the end is a further leg after the destination, where a station there
    # already counts; having exactly that much is enough even where the tank must not run empty.
    goal = positions[-1] + route.end
    if goal > route.start:
        mask = 0
        for k, position in enumerate(positions):
            if goal - position <= route.tank:
                mask |= at[k]
        masks.append(mask)
    return masks


def _loop_masks(route: Route, at: Sequence[int]) -> list[int]:
    """Return a cover set for each leg of the lap, in the first lap and in all later ones."""
    if not route.legs:
        return []
    positions = route.positions()
    lap = positions[-1]
    count = len(route.nodes)
    masks = []
    for k, arrival in enumerate(positions[1:]):
        mask = _behind(route, at, positions, k, arrival)
        if route.reaches(route.start, arrival):
            if not lap:
                continue  # nothing is ever burnt
            # Later laps: stops of the lap before count too, back to this very leg.
            for stop in range(count - 1, k, -1):
                if not route.reaches(route.tank, arrival + lap - positions[stop]):
                    break
                mask |= at[stop]
        masks.append(mask)
    return masks


def joint_family(alternatives: Sequence[tuple[int, ...]], limit: int = JOINT_LIMIT) -> Family:
    """Return the cover sets of a trip with alternatives: one set of each, joined.

    A trip fails when every alternative has an unhit set, so it is served exactly when every union
    of one set per alternative is hit. This also holds after the loss of stations, which makes it
    the right form for backup: each union needs one open station more than may be lost.

    Parameters
    ----------
    alternatives
        Minimal cover sets of each alternative.
    limit
        Most unions to keep; beyond, the family is incomplete but every set of it still necessary.
    """
    if any(not masks for masks in alternatives):
        return Family(())
    possible = sorted({masks for masks in alternatives if 0 not in masks}, key=len)
    if not possible:
        return Family((0,))
    joint: tuple[int, ...] = (0,)
    complete = True
    for masks in possible:
        joint = minimal(a | b for a in joint for b in masks)
        if len(joint) > limit:
            joint, complete = joint[:limit], False
    return Family(joint, complete)


def violated_union(
    alternatives: Sequence[tuple[int, ...]], open_mask: int, spare: int
) -> int | None:
    """Return a union of one set per alternative with at most `spare` open sites, or None.

    This is exact: None means that the trip survives the loss of any `spare` open stations.

    Parameters
    ----------
    alternatives
        Minimal cover sets of each alternative.
    open_mask
        Open sites, existing ones included.
    spare
        Open sites that a violated union may hold.
    """
    choices = sorted(
        ([m for m in masks if (m & open_mask).bit_count() <= spare] for masks in set(alternatives)),
        key=len,
    )

    def search(depth: int, union: int) -> int | None:
        if depth == len(choices):
            return union
        for mask in choices[depth]:
            joined = union | mask
            if (joined & open_mask).bit_count() <= spare:
                found = search(depth + 1, joined)
                if found is not None:
                    return found
        return None

    return search(0, 0)
