"""A scenario turned into numbers: what every stage knows before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.candidates.sites import CandidateSites
    from corridor.demand.trips import Demand
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario
    from corridor.siting.problem import SitingProblem
    from corridor.supply.supply import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The answers of the stages before siting, and the problem posed from them.

    Sites, flows and sources of `problem` stand in the order of `sites.sites`,
    `demand.commodities` and `supply.plants`.
    """

    scenario: Scenario
    network: Network
    sites: CandidateSites
    demand: Demand
    supply: Supply
    problem: SitingProblem
