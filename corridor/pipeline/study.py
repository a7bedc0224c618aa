"""The whole path of data, one line a stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario
    from corridor.siting.question import Question
    from corridor.siting.solution import Solution

Progress = Callable[[str], None]


def silent(message: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A question and its answer."""

    question: Question
    solution: Solution


def pose_question(scenario: Scenario, progress: Progress = silent) -> Question:
    """Build network, candidates, demand, supply and the siting problem of a scenario.

    Parameters
    ----------
    scenario
        A validated scenario.
    progress
        Called with a line for each stage.

    Raises
    ------
    InputError
        If the map, a table or an OD pair cannot be used.
    InfeasibleError
        If there is no candidate site, or nobody could ever be served.
    """
    from corridor.candidates.generate import attach_sites
    from corridor.candidates.references import by_ids
    from corridor.demand.estimate import estimate_demand
    from corridor.network.source import build_network
    from corridor.siting.build_problem import pose
    from corridor.siting.question import Question
    from corridor.supply.price import price_supply

    scenario = by_ids(scenario)
    network = build_network(scenario.network)
    progress(
        f"network   {len(network.routes)} routes, {len(network.nodes)} nodes, "
        f"{len(network.arcs)} arcs, {len(network.sides)} service-area sides"
    )
    network, sites = attach_sites(network, scenario)
    progress(
        f"sites     {len(sites.sites)} candidates, {len(sites.rejected)} rejected with reasons"
    )
    demand = estimate_demand(scenario, network, sites, progress)
    progress(
        f"demand    {len(demand.commodities)} commodities, "
        f"{sum(len(c.variants) for c in demand.commodities)} ways to drive them"
    )
    supply = price_supply(scenario, network, sites)
    progress(f"supply    {len(supply.plants)} plants, {len(supply.lanes)} delivery lanes")
    problem = pose(scenario, network, sites, demand, supply)
    return Question(
        scenario=scenario,
        network=network,
        sites=sites,
        demand=demand,
        supply=supply,
        problem=problem,
    )


def study(scenario: Scenario, progress: Progress = silent) -> Study:
    """Answer a scenario in memory; nothing is written and nothing certified.

    Parameters
    ----------
    scenario
        A validated scenario, from `load_scenario`.
    progress
        Called with a line for each stage.

    Returns
    -------
    Study
        The question and the best solution found.

    Raises
    ------
    InputError, InfeasibleError, LimitError, SolverError
        As the stages say.
    """
    from corridor.siting.apart import solve_apart

    question = pose_question(scenario, progress)
    solution = solve_apart(question.problem, scenario.solver, progress=progress)
    return Study(question=question, solution=solution)
