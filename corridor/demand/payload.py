"""From trips to tonnes and back: payload of the class times mean load of the market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.core.finance import DAYS_PER_YEAR
from corridor.demand.trips import Market

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario


def tonnes_of_a_trip(scenario: Scenario, market: Market, truck: str) -> float:
    """Return what a trip of a market carries on average [t]."""
    load: float = getattr(scenario.demand, f"{market}_load_fraction")
    return scenario.truck[truck].payload_t * load


def trips_for(scenario: Scenario, market: Market, truck: str, t_per_year: float) -> float:
    """Return the trips a day that carry a freight [1/day]."""
    return t_per_year / (tonnes_of_a_trip(scenario, market, truck) * DAYS_PER_YEAR)
