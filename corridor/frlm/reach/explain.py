"""Why a trip cannot be served even with every usable site open: which gap is too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from corridor.frlm.instance.exact import nearest, plain
from corridor.frlm.instance.instance import Ask, Instance
from corridor.frlm.reach.cover_sets import SitesAt
from corridor.frlm.reach.driver import drives
from corridor.frlm.reach.routes import Route, routes_of


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
        Distance between them, and what must be left at the end of a one-way trip; of a round trip
        without a station all laps up to the one on which the fuel ends. [file's unit]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A drive for which the fuel does not last.

    Parameters
    ----------
    tail, head
        Node of the last fuel, and of the next or the end.
    distance
        Distance between them. [ticks]
    fuel
        What the fuel at the first drives. [ticks]
    left
        Fuel that must be left at the end. [ticks]
    laps
        Laps driven, where a round trip passes no site at all; else 0.
    """

    tail: int
    head: int
    distance: int
    fuel: int
    left: int = 0
    laps: int = 0

    @property
    def excess(self) -> int:
        """Return the fuel that lacks. [ticks]."""
        return self.distance + self.left - self.fuel

    def words(self, instance: Instance) -> str:
        """Say how far it is and how much fuel lacks."""

        def amount(ticks: int) -> str:
            number = nearest(Fraction(ticks, instance.ticks_per_unit))
            return f"{number:.12g} {instance.unit}".rstrip()

        if self.laps:
            lap = self.distance // self.laps
            return (
                f"no usable site stands on the round trip of {amount(lap)}, and the first fuel, "
                f"for {amount(self.fuel)}, ends on lap {self.laps}"
            )
        tail, head = instance.nodes[self.tail], instance.nodes[self.head]
        way = f"from {tail} to {head}" if tail != head else f"from {tail} back to it"
        left = f" and {amount(self.left)} must be left" if self.left else ""
        if not self.excess:
            return (
                f"{way} takes {amount(self.distance)}, all the fuel there is: the tank runs empty"
            )
        return (
            f"{way} takes {amount(self.distance)}{left}, and there is fuel for "
            f"{amount(self.fuel)}: short by {amount(self.excess)}"
        )


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
    routes = routes_of(instance, trip, ask)
    if any(drives(route, lambda node: bool(sites_at(node))) for route in routes):
        reason = (
            "it can be driven with every usable site open, but does not survive the loss of "
            f"{ask.backup} of them"
        )
        return Shortfall(trip=trip.id, flow=trip.flow, reason=reason)
    found = [
        _longest_gap(route, [bool(sites_at(node)) for node in route.nodes]) for route in routes
    ]
    gaps = [gap for gap in found if gap is not None]
    # A way that cannot be driven although the fuel lasts throughout lacks the station it requires.
    if not gaps:
        where = "the trip" if len(routes) == 1 else "any alternative"
        reason = f"a station is required, but no usable site stands on {where}"
        return Shortfall(trip=trip.id, flow=trip.flow, reason=reason)
    gap = min(gaps, key=lambda gap: gap.excess)
    reason = gap.words(instance)
    if len(routes) > 1:
        reason = f"on the best of {len(routes)} alternatives, {reason}"
    if len(gaps) < len(routes):
        reason += "; where the fuel would last, no usable site stands, and one is required"
    ticks = instance.ticks_per_unit
    return Shortfall(
        trip=trip.id,
        flow=trip.flow,
        reason=reason,
        tail=instance.nodes[gap.tail],
        head=instance.nodes[gap.head],
        distance=Fraction(gap.distance + gap.left, ticks),
        fuel=Fraction(gap.fuel, ticks),
    )


def _longest_gap(route: Route, served: Sequence[bool]) -> _Gap | None:
    """Return the gap that exceeds the fuel at hand most; None where the fuel lasts throughout.

    Parameters
    ----------
    route
        What is driven.
    served
        Whether a usable site serves each of its nodes.
    """
    lap = sum(route.legs)
    if route.loop and lap and not any(served):
        # The first fuel is all there is, however many laps it lasts for.
        laps = max(1, -(-route.start // lap)) if route.strict else route.start // lap + 1
        start = route.nodes[0]
        return _Gap(tail=start, head=start, distance=laps * lap, fuel=route.start, laps=laps)
    return max(_gaps(route, served), key=lambda gap: gap.excess, default=None)


def _gaps(route: Route, served: Sequence[bool]) -> Iterator[_Gap]:
    """Yield each drive from one fuel to the next that is too long, over two laps of a loop."""
    end = len(route.legs) * (2 if route.loop else 1)
    since, fuel, distance = 0, route.tank if served[0] else route.start, 0
    for stop in range(1, end + 1):
        distance += route.legs[(stop - 1) % len(route.legs)]
        here = stop % len(route.nodes)
        if served[here] or stop == end:
            left = 0 if served[here] or route.loop else route.end
            if not route.reaches(fuel, distance) or fuel - distance < left:
                tail, head = route.nodes[since], route.nodes[here]
                yield _Gap(tail=tail, head=head, distance=distance, fuel=fuel, left=left)
            since, fuel, distance = here, route.tank, 0
