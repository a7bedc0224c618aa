"""The truth: drive every trip with a fuel gauge in whole ticks and see whether it arrives.

Shares nothing with the cover sets, so that it can judge every answer built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from itertools import combinations

from corridor.frlm.instance import Ask, Instance, Trip
from corridor.frlm.routes import Route, routes_of

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
    served = [fills(node) for node in route.nodes]
    if route.station_required and not any(served):
        return False
    if not route.legs:
        return True
    fuel = route.tank if served[0] else route.start
    if not route.loop:
        return _drives_once(route, served, fuel)
    if sum(route.legs) and not any(served):
        return False
    # After the first station the laps repeat themselves, so the second one shows the steady state.
    for _ in range(2):
        for k, leg in enumerate(route.legs):
            if not route.reaches(fuel, leg):
                return False
            fuel = route.tank if served[(k + 1) % len(served)] else fuel - leg
    return True


def _drives_once(route: Route, served: Sequence[bool], fuel: int) -> bool:
    """Tell whether a one-way route is driven with the fuel it must end with."""
    for leg, fills_here in zip(route.legs, served[1:], strict=True):
        if not route.reaches(fuel, leg):
            return False
        fuel = route.tank if fills_here else fuel - leg
    return fuel >= route.end


def is_served(instance: Instance, trip: Trip, ask: Ask, open_sites: Collection[int]) -> bool:
    """Tell whether a trip is driven by some alternative, after the loss of any backup stations.

    Parameters
    ----------
    instance, trip, ask
        What is driven and under which question.
    open_sites
        Indices of the open sites, existing ones included.
    """
    routes = list(routes_of(instance, trip, ask))
    passed = {node for route in routes for node in route.nodes}
    nodes_of = {site: passed.intersection(instance.sites[site].nodes) for site in open_sites}
    useful = [site for site, nodes in nodes_of.items() if nodes]
    # Losing stations never helps, and losing one off the trip never hurts.
    lost_most = min(ask.backup, len(useful))
    for lost in combinations(useful, lost_most):
        fuelled = set().union(*(nodes_of[site] for site in useful if site not in lost))
        if not any(drives(route, fuelled.__contains__) for route in routes):
            return False
    return True


def driven_flow(instance: Instance, ask: Ask, open_sites: Collection[int]) -> Fraction:
    """Return the flow that is served with some sites open, in the unit of the flows."""
    return sum(
        (t.flow for t in instance.trips if t.flow and is_served(instance, t, ask, open_sites)),
        Fraction(0),
    )
