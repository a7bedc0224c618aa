"""What a reader must know about the plants and stations of a plan before believing it."""

from __future__ import annotations

from math import fsum

from corridor.scenario.scenario import Scenario
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.supply.supply import Supply


def empty_plants(supply: Supply) -> list[str]:
    """Say which plants are on and have nothing to spare."""
    return [
        f"{plant.name_zh} {plant.name_en} is counted as a plant but has nothing to spare in any "
        "period: its output is promised to others."
        for plant in supply.plants
        if not any(row.expandable_to_kg_per_day for row in plant.periods)
        and any(row.committed_kg_per_day for row in plant.periods)
    ]


def busy_gates(question: Question, solution: Solution) -> list[str]:
    """Say how many trailers leave a gate whose filling bays are not stated, in its busiest period."""
    said = []
    payload_kg = question.scenario.delivery.payload_kg
    for i, plant in enumerate(question.supply.plants):
        if plant.at_site or plant.bays_stated:
            continue
        sent = [fsum(rows[i]) for rows in solution.supply_kg_per_day]
        most = max(sent)
        if most > 0:
            year = question.problem.periods[sent.index(most)].year
            said.append(
                f"{plant.name_zh} {plant.name_en}: {most / payload_kg:.0f} trailers leave a day in {year}, "
                f"one every {1440 * payload_kg / most:.0f} minutes. Its filling bays are not stated "
                f"(plant.{plant.id}.filling_bays), so that nothing limits them."
            )
    return said


def of_unknown_size(scenario: Scenario) -> list[str]:
    """Say what is known of existing stations whose size is not, and what they count for."""
    found = []
    for name, station in sorted(scenario.existing_station.items()):
        if station.tier is not None:
            continue
        tier = scenario.existing_tier(name)
        words = [
            f"Existing station {station.name_en or station.name_zh or name} of {station.since_year}"
        ]
        if station.position_km is not None:
            words.append(f"position good to ±{station.position_km:g} km")
        if station.known:
            words.append(station.known)
        fate = (
            f"counted as {tier} (station.existing_assumed_tier, an assumption)"
            if tier
            else "it serves nobody here; station.existing_assumed_tier puts it in at a stated size"
        )
        found.append(f"{', '.join(words)}: how much it can sell is not known, {fate}.")
    return found
