"""Write a scenario's trips as pure refuelling-location instances (``corridor.instance/1``).

Every variant of a trip becomes a path of its own nodes (start, visits, end) whose edges are
the grams burnt between them, so that direction, load and grade survive; a site lists the nodes of
all its visits. One file a period.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.files import pretty_json, write_text
from corridor.pipeline.study import Progress, pose_question, silent

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario
    from corridor.siting.problem import Commodity
    from corridor.siting.question import Question

STATIONS_ASKED = (1, 2, 4, 8)


def dump_instances(
    scenario: Scenario, folder: Path, progress: Progress = silent
) -> tuple[Path, ...]:
    """Write one instance file per period into `folder` and return their paths.

    Raises
    ------
    CorridorError
        As the stages say.
    """
    question = pose_question(scenario, progress)
    paths = []
    for t, period in enumerate(question.problem.periods):
        path = folder / f"{scenario.name}-{period.year}.json"
        write_text(path, pretty_json(instance_document(question, t)))
        paths.append(path)
    return tuple(paths)


def instance_document(question: Question, period: int) -> dict[str, Any]:
    """Return one period's trips as a ``corridor.instance/1`` document.

    Parameters
    ----------
    question
        The posed scenario.
    period
        Index of the period.
    """
    problem = question.problem
    nodes: dict[int, list[str]] = {j: [] for j in range(len(problem.sites))}
    edges: list[list[Any]] = []
    trips = []
    for flow in problem.flows:
        if flow.period != period or not flow.ways:
            continue
        paths = [_path(flow, number, nodes, edges) for number in range(len(flow.ways))]
        trips.append(
            {
                "id": flow.id,
                "flow": flow.trips_per_day,
                "paths": paths,
                "range": flow.usable_g,
                "convention": _convention(flow),
            }
        )
    sites = [
        {
            "id": site.id,
            "nodes": nodes[j],
            "cost": site.capex_cny[0],
            "status": "existing"
            if site.existing_level and site.existing_from <= period
            else ("candidate" if any(site.allowed) else "barred"),
        }
        for j, site in enumerate(problem.sites)
        if nodes[j]
    ]
    asks: list[dict[str, Any]] = [{"objective": "max_flow", "stations": p} for p in STATIONS_ASKED]
    asks.append({"objective": "min_stations", "coverable_share": "1"})
    asks.append({"objective": "min_cost", "coverable_share": "9/10"})
    return {
        "schema": "corridor.instance/1",
        "name": f"{question.scenario.name}-{problem.periods[period].year}",
        "source": "corridor solve --dump-instance; no capacities; cost: smallest tier, CNY",
        "unit": "g",
        "directed": True,
        "edges": edges,
        "trips": trips,
        "sites": sites,
        "vehicle": {"range": max((f.usable_g for f in problem.flows), default=1)},
        "convention": {
            "round_trip": True,
            "start_fuel": "1",
            "end_fuel": "0",
            "station_required": True,
        },
        "asks": asks,
    }


def _convention(flow: Commodity) -> dict[str, Any]:
    if flow.loop:
        return {
            "round_trip": True,
            "start_fuel": "1",
            "end_fuel": "0",
            "station_required": True,
        }
    return {
        "round_trip": False,
        "start_fuel": str(Fraction(flow.start_g, flow.usable_g)),
        "end_fuel": str(Fraction(flow.end_g, flow.usable_g)),
        "station_required": flow.need_g > 0,
    }


def _path(
    flow: Commodity, number: int, nodes: dict[int, list[str]], edges: list[list[Any]]
) -> list[str]:
    """Add one way's nodes and edges; return its path."""
    way = flow.ways[number]
    prefix = f"{flow.id}/{number}/"
    here, at_g = prefix + "start", 0
    path = [here]
    for k, stop in enumerate(way.stops):
        if stop.at_g == at_g and len(path) == 1:
            nodes[stop.site].append(here)  # a site at the very start
            continue
        there = f"{prefix}{k}"
        edges.append([here, there, stop.at_g - at_g])
        nodes[stop.site].append(there)
        path.append(there)
        here, at_g = there, stop.at_g
    if flow.loop:
        edges.append([here, path[0], way.total_g - at_g])
        path.append(path[0])
    elif way.total_g > at_g:
        edges.append([here, prefix + "end", way.total_g - at_g])
        path.append(prefix + "end")
    return path
