"""The truth: drive every trip with a fuel gauge in whole ticks and see whether it arrives.

Shares nothing with the cover sets, so that it can judge every answer built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, combinations, compress

from corridor.frlm.instance.exact import total
from corridor.frlm.instance.instance import Ask, Instance, Trip
from corridor.frlm.reach.routes import Route, Routes

Fills = Callable[[int], bool]
"""Tells whether an open station serves a node."""


def drives(route: Route, fills: Fills) -> bool:
    """Tell whether a vehicle can drive a route for good.

    Parameters
    ----------
    route
        What is driven.
    fills
        Where the tank is filled, by node.
    """
    served = list(map(fills, route.nodes))
    if route.station_required and not any(served):
        return False
    if not route.legs:
        return True
    stops = list(compress(accumulate(route.legs, initial=0), served))
    end = sum(route.legs)
    if route.loop:
        if end and not stops:
            return False
        # After the first station the laps repeat themselves: the second shows the steady state.
        stops += [end + stop for stop in stops]
        end *= 2
    fuel = route.start
    if served[0]:
        fuel = route.tank
        del stops[0]
    since = 0
    # Between two stops the gauge only falls, so it is read on arrival at the second.
    for stop in stops:
        if not route.reaches(fuel, stop - since):
            return False
        since, fuel = stop, route.tank
    if not route.reaches(fuel, end - since):
        return False
    return route.loop or fuel - (end - since) >= route.end


def is_served(instance: Instance, trip: Trip, ask: Ask, open_sites: Collection[int]) -> bool:
    """Tell whether a trip is driven by some alternative, after the loss of any backup stations.

    Parameters
    ----------
    instance, trip, ask
        What is driven and under which question.
    open_sites
        Indices of the open sites, existing ones included.
    """
    stations = _Stations(instance, open_sites)
    return stations.serve(Routes(instance, ask).of(trip), ask.backup)


def driven_flow(instance: Instance, ask: Ask, open_sites: Collection[int]) -> Fraction:
    """Return the flow that is served with some sites open, in the unit of the flows."""
    stations, routes = _Stations(instance, open_sites), Routes(instance, ask)
    return total(
        trip.flow
        for trip in instance.trips
        if trip.flow and stations.serve(routes.of(trip), ask.backup)
    )


class _Stations:
    """Open stations, by the nodes they serve."""

    def __init__(self, instance: Instance, open_sites: Collection[int]) -> None:
        self._nodes_of = [frozenset(instance.sites[site].nodes) for site in open_sites]
        self._nodes = frozenset().union(*self._nodes_of)

    def serve(self, routes: Sequence[Route], backup: int) -> bool:
        """Tell whether one of some routes is driven, after the loss of any `backup` stations."""
        return all(
            any(drives(route, fuelled.__contains__) for route in routes)
            for fuelled in self._after_losses(routes, backup)
        )

    def _after_losses(self, routes: Sequence[Route], backup: int) -> Iterator[frozenset[int]]:
        """Yield the nodes that are still served, for every loss that can matter to some routes."""
        if not backup:
            yield self._nodes
            return
        # Losing stations never helps, and losing one off the trip never hurts.
        passed = {node for route in routes for node in route.nodes}
        useful = [nodes for nodes in self._nodes_of if not passed.isdisjoint(nodes)]
        for kept in combinations(useful, max(0, len(useful) - backup)):
            yield frozenset().union(*kept)
