"""Tonnes that flows carry, held against what plants and parks make and take.

Trips times payload times load are tonnes; what leaves a place is at most what it makes, what enters
at most what it takes, both together at most the two less what goes by rail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, inf
from typing import TYPE_CHECKING

from corridor.core.errors import Fault
from corridor.core.faults import Faults
from corridor.core.finance import DAYS_PER_YEAR
from corridor.demand.payload import tonnes_of_a_trip
from corridor.demand.trips import Direction, WorksTonnes
from corridor.scenario.spec import value_at

if TYPE_CHECKING:
    from corridor.demand.od import OdFlow
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

FlowKey = tuple[str, str]
"""Id of a flow and its truck class."""

SLACK = 1e-9
"""Share by which tonnes may pass what is there: rounding of sums. [-]"""


def road_tonnes(scenario: Scenario, place: str, year: int) -> dict[Direction, float]:
    """Return what a plant or park leaves to the road, for each direction that is known [t/year].

    Where only what is made (or taken) is known, all that goes by rail counts against it.
    """
    works = scenario.works[place]
    makes, takes = works.makes_mt_per_year, works.takes_mt_per_year
    if works.plant:
        plant = scenario.plant[works.plant]
        rate = 1.0 if plant.coke_rate_fraction is None else plant.at("coke_rate_fraction", year)
        makes = plant.at("coke_mt_per_year", year) * rate
        takes = makes * works.coal_t_per_t_coke
    rail = value_at(works.rail_mt_per_year, year) * 1e6
    known: dict[Direction, float] = {}
    if makes is not None:
        known["out"] = value_at(makes, year) * 1e6
    if takes is not None:
        known["in"] = value_at(takes, year) * 1e6
    if len(known) == 2:
        return {**known, "both": max(0.0, known["out"] + known["in"] - rail)}
    return {way: max(0.0, there - rail) for way, there in known.items()}


def check_works(scenario: Scenario, network: Network) -> None:
    """Refuse plants and parks where the network has no place.

    Raises
    ------
    InputError
        With every fault at once.
    """
    places = {place.id for place in network.places}
    faults = Faults(scenario.name)
    for place in sorted(scenario.works):
        if place not in places:
            known = f"Known places: {', '.join(sorted(places))}."
            faults.note(f"works.{place}", place, "must be a place of the network", known)
    faults.stop()


def close_tonnes(
    scenario: Scenario, year: int, flows: Sequence[OdFlow], trips: Mapping[FlowKey, float]
) -> tuple[dict[FlowKey, float], list[WorksTonnes], list[Fault]]:
    """Hold a period's trips against what its plants and parks leave to the road.

    Parameters
    ----------
    flows, trips
        All flows of the period and their trips a day. [1/day]

    Returns
    -------
    tuple
        The trips driven of every flow that has any, pro rata where ``demand.tonnage`` is ``cap``;
        asked and there per plant, park and direction; a fault for each that is asked for more,
        where it is ``refuse``.
    """
    carried = {
        (flow.id, flow.truck): trips[flow.id, flow.truck]
        * tonnes_of_a_trip(scenario, flow.market, flow.truck)
        * DAYS_PER_YEAR
        for flow in flows
    }
    share = dict.fromkeys(carried, 1.0)
    roads = {place: road_tonnes(scenario, place, year) for place in sorted(scenario.works)}
    ends = {place: _ends(flows, place) for place in roads}
    for place, road in roads.items():
        leaving, entering = ends[place]
        out = _share(road.get("out", inf), fsum(carried[key] for key in leaving))
        into = _share(road.get("in", inf), fsum(carried[key] for key in entering))
        left = [carried[k] * out for k in leaving] + [carried[k] * into for k in entering]
        both = _share(road.get("both", inf), fsum(left))
        for keys, own in ((leaving, out), (entering, into)):
            for key in keys:
                share[key] = min(share[key], own * both)
    rows = []
    for place, road in roads.items():
        leaving, entering = ends[place]
        touching: dict[Direction, list[FlowKey]] = {"out": leaving, "in": entering}
        touching["both"] = [*leaving, *entering]
        for direction, there in road.items():
            asked = [carried[key] for key in touching[direction]]
            driven = [carried[key] * share[key] for key in touching[direction]]
            rows.append(
                WorksTonnes(
                    place=place,
                    year=year,
                    direction=direction,
                    asked_t_per_year=fsum(asked),
                    there_t_per_year=there,
                    driven_t_per_year=fsum(driven),
                )
            )
    if scenario.demand.tonnage == "cap":
        return {k: trips[k] * share[k] for k in trips if trips[k] > 0}, rows, []
    asked_trips = {key: count for key, count in trips.items() if count > 0}
    return asked_trips, rows, [_fault(scenario, row, flows) for row in rows if _too_much(row)]


def tonnage_notes(rows: Sequence[WorksTonnes]) -> list[str]:
    """Say where flows were capped."""
    return [
        f"Tonnes: {row.place} in {row.year}: {_WORDS[row.direction]} {row.asked_t_per_year / 1e6:.2f} "
        f"Mt a year were asked and {row.there_t_per_year / 1e6:.2f} are there; the flows are "
        f"capped pro rata to {row.driven_t_per_year / 1e6:.2f} (demand.tonnage)."
        for row in rows
        if _too_much(row)
    ]


_WORDS = {"out": "out by road", "in": "in by road", "both": "in and out by road, less rail,"}


def _ends(flows: Sequence[OdFlow], place: str) -> tuple[list[FlowKey], list[FlowKey]]:
    """Return the flows that leave a place laden, and those that enter it."""
    return (
        [(flow.id, flow.truck) for flow in flows if flow.origin == place],
        [(flow.id, flow.truck) for flow in flows if flow.destination == place],
    )


def _share(there: float, asked: float) -> float:
    return 1.0 if asked <= there * (1 + SLACK) else there / asked


def _too_much(row: WorksTonnes) -> bool:
    return row.asked_t_per_year > row.there_t_per_year * (1 + SLACK)


def _fault(scenario: Scenario, row: WorksTonnes, flows: Sequence[OdFlow]) -> Fault:
    touching = sorted(
        flow.key
        for flow in flows
        if (row.direction != "in" and flow.origin == row.place)
        or (row.direction != "out" and flow.destination == row.place)
    )
    return Fault(
        file=scenario.name,
        key=f"works.{row.place}",
        value=f"{row.asked_t_per_year / 1e6:.3f} Mt in {row.year}",
        expected=f"{_WORDS[row.direction]} at most {row.there_t_per_year / 1e6:.3f} Mt a year",
        hint=f"lower {', '.join(touching)}, correct the works' tonnes or rail, or write "
        'demand.tonnage = "cap"',
    )
