"""Why a trip cannot be served even with every usable site open: which gap is too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from corridor.frlm.covers import SitesAt
from corridor.frlm.driver import drives
from corridor.frlm.exact import plain
from corridor.frlm.instance import Ask, Instance
from corridor.frlm.routes import Route, routes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A trip that no choice of stations serves, seen on the alternative that comes nearest.

    Parameters
    ----------
    trip
        Its id.
    flow
        Its flow. [unit of the flows]
    reason
        In plain words.
    tail, head
        Nodes between which the tank runs dry; empty where that is not the reason.
    distance
        Distance between them. [file's unit]
    fuel
        What the fuel at hand drives. [file's unit]
    """

    trip: str
    flow: Fraction
    reason: str
    tail: str = ""
    head: str = ""
    distance: Fraction = Fraction(0)
    fuel: Fraction = Fraction(0)

    @property
    def excess(self) -> Fraction:
        """Return by how much the distance exceeds the fuel, in the file's unit."""
        return self.distance - self.fuel

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        found: dict[str, Any] = {"trip": self.trip, "flow": plain(self.flow), "reason": self.reason}
        if self.tail:
            found |= {
                "from": self.tail,
                "to": self.head,
                "distance": plain(self.distance),
                "fuel": plain(self.fuel),
                "excess": plain(self.excess),
            }
        return found


def shortfall(instance: Instance, ask: Ask, trip_index: int, sites_at: SitesAt) -> Shortfall:
    """Return why a trip cannot be served, for a trip that cannot.

    Parameters
    ----------
    instance, ask
        The instance and the question.
    trip_index
        Which trip.
    sites_at
        Bit mask of the usable sites that serve a node.
    """
    trip = instance.trips[trip_index]
    routes = list(routes_of(instance, trip, ask))
    gaps = [_longest_gap(instance, route, sites_at) for route in routes]
    dry = [gap for gap in gaps if gap is not None]
    if len(dry) == len(gaps) and dry:
        tail, head, distance, fuel = min(dry, key=lambda gap: gap[2] - gap[3])
        ticks = instance.ticks_per_unit
        short = Fraction(distance - fuel, ticks)
        unit = instance.unit
        words = f"short by {float(short):g} {unit}" if short else "the tank runs empty on arrival"
        return Shortfall(
            trip=trip.id,
            flow=trip.flow,
            reason=f"no usable site from {tail} till {head} is near enough: {words}",
            tail=tail,
            head=head,
            distance=Fraction(distance, ticks),
            fuel=Fraction(fuel, ticks),
        )
    if not any(sites_at(node) for route in routes for node in route.nodes):
        reason = "a station is required, but no usable site stands on the trip"
    else:
        reason = f"it does not survive the loss of {ask.backup} open stations on it"
    return Shortfall(trip=trip.id, flow=trip.flow, reason=reason)


def _longest_gap(
    instance: Instance, route: Route, sites_at: SitesAt
) -> tuple[str, str, int, int] | None:
    """Return the gap that exceeds the fuel at hand most, with every usable site open.

    Returns
    -------
    tuple or None
        Node of the last fuel, node of the next, the distance between them and what the fuel at the
        first drives, both in ticks; None where the fuel lasts throughout.
    """
    if drives(route, lambda node: bool(sites_at(node))) or not route.legs:
        return None
    found = list(_gaps(route, [bool(sites_at(node)) for node in route.nodes]))
    bad = [gap for gap in found if not gap[4]]
    if not bad:
        return None
    tail, head, distance, fuel, _ = max(bad, key=lambda gap: gap[2] - gap[3])
    return instance.nodes[tail], instance.nodes[head], distance, fuel


def _gaps(route: Route, served: Sequence[bool]) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield each drive from one fuel to the next: nodes, distance, fuel, and whether it lasts."""
    laps = 2 if route.loop else 1
    count = len(route.legs)
    since, fuel, distance = 0, route.tank if served[0] else route.start, 0
    for step in range(laps * count):
        distance += route.legs[step % count]
        stop = step + 1
        here = stop % len(route.nodes) if route.loop else stop
        if served[here] or stop == laps * count:
            enough = route.reaches(fuel, distance)
            goal = 0
            if stop == laps * count and not route.loop and not served[here]:
                goal = route.end
                enough = enough and fuel - distance >= goal
            yield route.nodes[since], route.nodes[here], distance + goal, fuel, enough
            since, fuel, distance = here, route.tank, 0
