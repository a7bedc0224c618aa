"""How a trip is really driven: its stops in order and the distance between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from corridor.frlm.instance import Ask, Instance, Trip


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One alternative of a trip, as driven under one ask.

    Parameters
    ----------
    nodes
        Nodes in the order they are passed. A loop lists one lap, its start once.
    legs
        Distance from each node to the next; in a loop the last leg leads back to the start.
        [ticks]
    loop
        True: driven for ever.
    tank, start, end
        Fuel when full, at the first departure, and needed at the destination. [ticks]
    strict
        True: the tank must stay above 0 at every arrival.
    station_required
        True: at least one open station must be passed.
    """

    nodes: tuple[int, ...]
    legs: tuple[int, ...]
    loop: bool
    tank: int
    start: int
    end: int
    strict: bool
    station_required: bool

    def reaches(self, fuel: int, distance: int) -> bool:
        """Tell whether fuel lasts for a distance to the next arrival; both in ticks."""
        return fuel > distance if self.strict else fuel >= distance

    def positions(self) -> list[int]:
        """Return the distance driven at each node, and at the end of the lap, in ticks."""
        found = [0]
        for leg in self.legs:
            found.append(found[-1] + leg)
        return found


def route(
    lengths: Mapping[tuple[int, int], int],
    path: tuple[int, ...],
    trip: Trip,
    tank: int,
    *,
    strict: bool,
) -> Route:
    """Return how a path is driven; one of a single node has no legs and never burns fuel."""
    rule = trip.convention
    loop = rule.round_trip
    driven = path
    if loop and len(path) > 1 and path[0] != path[-1]:
        driven = path + path[-2::-1]
    legs = tuple(lengths[leg] for leg in pairwise(driven))
    return Route(
        nodes=driven[:-1] if loop and legs else driven,
        legs=legs,
        loop=loop,
        tank=tank,
        start=int(tank * rule.start_fuel),
        end=int(tank * rule.end_fuel),
        strict=strict,
        station_required=rule.station_required,
    )


def routes_of(instance: Instance, trip: Trip, ask: Ask) -> Iterator[Route]:
    """Yield every alternative of a trip as driven under an ask."""
    tank = instance.tank_of(trip, ask)
    for path in trip.paths:
        yield route(instance.lengths, path, trip, tank, strict=ask.strict)
