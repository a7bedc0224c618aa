"""Which road each flow takes, and what every arc of it costs in hydrogen.

All trucks of a flow take the shortest open way: on expressways without congestion this is what
long-haul drivers do, and where two ways are close the deviation is the user's to model as two
flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from corridor.core.errors import Fault, InputError
from corridor.demand.consumption import arc_grams, mean_gate, slope
from corridor.demand.trips import Convention, Leg, Load

if TYPE_CHECKING:
    from corridor.demand.od import OdFlow
    from corridor.network.network import Arc, Network
    from corridor.scenario.scenario import Scenario


class Ways(Protocol):
    """The shortest open ways of one year."""

    def walk(self, tail: str, head: str) -> tuple[str, ...] | None:
        """Return the arcs from `tail` to `head`, empty where they are one, None without a way."""

    def distances_from(self, node: str) -> Mapping[str, float]:
        """Return the distance to every node that can be reached [m]."""

    def distances_to(self, node: str) -> Mapping[str, float]:
        """Return the distance from every node that can reach `node` [m]."""


@dataclass(frozen=True, slots=True)
class BareLeg:
    """A stretch of a walk before its hydrogen is counted."""

    load: Load
    arcs: tuple[str, ...]


class BurnTable:
    """Hydrogen per arc for each truck class and payload state, computed once and looked up.

    Parameters
    ----------
    scenario
        Truck classes and climbs.
    network
        Arcs with lengths, nodes with altitudes.
    """

    def __init__(self, scenario: Scenario, network: Network) -> None:
        self.arcs: dict[str, Arc] = {arc.id: arc for arc in network.arcs}
        self._height = {node.id: node.elevation_m for node in network.nodes}
        self._trucks = scenario.truck
        self._climbs = scenario.network
        self._grams: dict[tuple[str, Load], dict[str, int]] = {}
        self._ways: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.clamped: set[str] = set()
        """Arcs used so far whose slope was clamped."""

    def length_m(self, arcs: Sequence[str]) -> int:
        """Return the length of a walk [m]."""
        return sum(self.arcs[arc].length_m for arc in arcs)

    def grams(self, truck: str, load: Load, arcs: Sequence[str]) -> tuple[int, ...]:
        """Return the hydrogen burnt on each arc [g]."""
        known = self._grams.setdefault((truck, load), {})
        for arc in arcs:
            if arc not in known:
                known[arc] = self._burn(truck, load, self.arcs[arc])
        return tuple(known[arc] for arc in arcs)

    def shared(self, arcs: tuple[str, ...]) -> tuple[str, ...]:
        """Return the way itself, one object for all who drive it: there and back of other flows."""
        return self._ways.setdefault(arcs, arcs)

    def leg(self, truck: str, bare: BareLeg) -> Leg:
        """Return the leg with its hydrogen."""
        return Leg(load=bare.load, arcs=bare.arcs, grams=self.grams(truck, bare.load, bare.arcs))

    def _burn(self, truck_id: str, load: Load, arc: Arc) -> int:
        truck = self._trucks[truck_id]
        mass = truck.mass_laden_kg if load == "laden" else truck.mass_empty_kg
        low, high = self._height[arc.tail], self._height[arc.head]
        if abs(slope(arc.length_m, low, high)) > self._climbs.max_grade:
            self.clamped.add(arc.id)
        return arc_grams(truck, mass, self._climbs, arc.length_m, from_m=low, to_m=high)


def base_walk(
    ways: Ways, origin: str, destination: str, convention: Convention
) -> tuple[BareLeg, ...] | str:
    """Return the legs of the base walk, or the direction without a way.

    Parameters
    ----------
    origin, destination
        Node ids.

    Returns
    -------
    tuple of BareLeg, or str
        Laden out and, for a LOOP, empty back; ``"out"`` or ``"back"`` where there is no way.
    """
    out = ways.walk(origin, destination)
    if out is None:
        return "out"
    if convention == "ONEWAY":
        return (BareLeg("laden", tuple(out)),)
    back = ways.walk(destination, origin)
    if back is None:
        return "back"
    return (BareLeg("laden", tuple(out)), BareLeg("empty", tuple(back)))


def assign(
    scenario: Scenario, network: Network, ways: Ways, year: int, flows: Sequence[OdFlow]
) -> dict[tuple[str, str], tuple[BareLeg, ...]]:
    """Return the base walk of every flow in a year, by (flow id, truck).

    Raises
    ------
    InputError
        Naming every OD without a way, its year and its direction.
    """
    node = {place.id: place.node for place in network.places}
    walks: dict[tuple[str, str], tuple[BareLeg, ...]] = {}
    faults = []
    for flow in flows:
        found = base_walk(ways, node[flow.origin], node[flow.destination], flow.convention)
        if isinstance(found, str):
            ends = (flow.origin, flow.destination)
            tail, head = ends if found == "out" else ends[::-1]
            faults.append(
                Fault(
                    file=scenario.name,
                    key=flow.key,
                    value=f"{tail} -> {head} in {year}",
                    expected="there must be a road open in that year",
                    hint="Check network.open_year of the sections between, add the missing link, "
                    "or take the flow out.",
                )
            )
        elif not all(leg.arcs for leg in found):
            faults.append(
                Fault(
                    file=scenario.name,
                    key=flow.key,
                    value=f"{flow.origin} -> {flow.destination}",
                    expected="origin and destination must be different points of the network",
                )
            )
        else:
            walks[flow.id, flow.truck] = found
    if faults:
        raise InputError(faults)
    return walks


def check_mean_consumption(
    scenario: Scenario, table: BurnTable, walks: Sequence[tuple[str, tuple[BareLeg, ...]]]
) -> dict[str, float]:
    """Return each class's mean of laden and empty over its walks; refuse implausible ones.

    Parameters
    ----------
    walks
        (truck class, legs) of every base walk.

    Returns
    -------
    dict
        Truck class -> mean. [kg/100 km]

    Raises
    ------
    InputError
        If a class's mean over all its roads leaves 6-20 kg/100 km (less for lighter classes):
        some input is then wrong by a factor, and every number after it would be too.
    """
    grams: dict[str, int] = {}
    metres: dict[str, int] = {}
    for truck, legs in walks:
        for leg in legs:
            both = (table.grams(truck, load, leg.arcs) for load in ("laden", "empty"))
            grams[truck] = grams.get(truck, 0) + sum(map(sum, both))
            metres[truck] = metres.get(truck, 0) + 2 * table.length_m(leg.arcs)
    means = {truck: grams[truck] / metres[truck] * 100 for truck in sorted(grams)}
    faults = []
    for truck, mean in means.items():
        low, high = mean_gate(scenario.truck[truck])
        if not low <= mean <= high:
            faults.append(
                Fault(
                    file=scenario.name,
                    key=f"truck.{truck}",
                    value=f"{mean:.2f} kg/100 km",
                    expected=f"the mean of laden and empty must lie in {low:.1f}-{high:g} "
                    "kg/100 km",
                    hint="Check masses, drag area, efficiencies, consumption_factor and climbs.",
                )
            )
    if faults:
        raise InputError(faults)
    return means


def cumulative(values: Sequence[int]) -> list[int]:
    """Return the running sums, from 0 up to and including the total."""
    return list(accumulate(values, initial=0))
