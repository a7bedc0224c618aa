"""What a reader must know about the plants and stations of a plan before believing it."""

from __future__ import annotations

from math import fsum

from corridor.scenario.scenario import Scenario
from corridor.scenario.stations import largest_storage_kg, limits_kg_per_day, storage_kg
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


def what_limits_stations(question: Question, solution: Solution) -> list[str]:
    """Say which sizes are not built for their storage, what binds before a nameplate, what is not asked."""
    scenario, said = question.scenario, []
    station, delivery = scenario.station, scenario.delivery
    used = {k for levels in solution.levels for k in levels if k}
    for k, name in enumerate(scenario.tiers_by_size, start=1):
        size = (scenario.tier[name], station, delivery)
        limits = limits_kg_per_day(*size)
        least = min(limits, key=limits.__getitem__)
        if k in used and limits[least] < limits["nameplate"]:
            said.append(
                f"Tier {name}: its {least} sell {limits[least]:.0f} kg on a peak day, less than its "
                f"nameplate of {limits['nameplate']:.0f} kg."
            )
        if storage_kg(*size) > largest_storage_kg(station):
            said.append(
                f"Tier {name} is not built: {station.storage_days:g} days of sales are "
                f"{storage_kg(*size):.0f} kg of storage, {largest_storage_kg(station):.0f} kg are allowed "
                f"({station.storage_standard}; verify in the standard)."
            )
    received = [
        (
            fsum(rows[j] for i, rows in enumerate(sent) if not question.supply.plants[i].at_site),
            t,
            j,
        )
        for t, sent in enumerate(solution.supply_kg_per_day)
        for j in range(len(question.problem.sites))
        if (level := solution.levels[t][j])
        and scenario.tier[scenario.tiers_by_size[level - 1]].unloading_bays is None
    ]
    kg, t, j = max(received, default=(0.0, 0, 0))
    if kg > 0:
        trailers = kg / delivery.payload_kg
        said.append(
            f"{question.problem.sites[j].id}: {trailers:.0f} trailers are emptied a day in "
            f"{question.problem.periods[t].year}, {trailers * delivery.unload_hours:.0f} hours in bays. "
            "Unloading bays are not stated (tier.<id>.unloading_bays), so that nothing limits them."
        )
    made = [plant.at_site for plant in question.supply.plants if plant.at_site]
    if made and any(tier.unloading_bays is not None for tier in scenario.tier.values()):
        said.append(
            f"{', '.join(sorted(made))}: hydrogen made at the station counts against its unloading "
            "bays as if it had come by trailer."
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
