"""How a trip is really driven: its stops in order and the distance between them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from corridor.frlm.instance.instance import Ask, Convention, Instance, Trip


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
        return list(accumulate(self.legs, initial=0))


class Routes:
    """Tells how the trips of an instance are driven under an ask.

    Parameters
    ----------
    instance, ask
        What is driven and under which question.
    """

    def __init__(self, instance: Instance, ask: Ask) -> None:
        self._instance = instance
        self._ask = ask
        self._fuels: dict[tuple[int, Fraction | None], tuple[int, int, int]] = {}

    def of(self, trip: Trip) -> list[Route]:
        """Return every alternative of a trip of the instance."""
        # Many trips share few conventions; those of the instance are told apart by identity.
        key = (id(trip.convention), trip.range)
        fuels = self._fuels.get(key)
        if fuels is None:
            fuels = self._fuels[key] = self._fuels_of(trip)
        return [self._route(path, trip.convention, fuels) for path in trip.paths]

    def _fuels_of(self, trip: Trip) -> tuple[int, int, int]:
        """Return the fuel when full, at the first departure and needed at the destination."""
        tank = self._instance.tank_of(trip, self._ask)
        rule = trip.convention
        return tank, int(tank * rule.start_fuel), int(tank * rule.end_fuel)

    def _route(self, path: tuple[int, ...], rule: Convention, fuels: tuple[int, int, int]) -> Route:
        """Return how a path is driven; one of a single node has no legs and never burns fuel."""
        loop = rule.round_trip
        driven = path
        if loop and len(path) > 1 and path[0] != path[-1]:
            driven = path + path[-2::-1]
        legs = tuple(map(self._instance.lengths.__getitem__, pairwise(driven)))
        tank, start, end = fuels
        return Route(
            nodes=driven[:-1] if loop and legs else driven,
            legs=legs,
            loop=loop,
            tank=tank,
            start=start,
            end=end,
            strict=self._ask.strict,
            station_required=rule.station_required,
        )


def routes_of(instance: Instance, trip: Trip, ask: Ask) -> list[Route]:
    """Return every alternative of a trip as driven under an ask."""
    return Routes(instance, ask).of(trip)
