"""Hydrogen per arc and usable tank, written from docs/formats.md section 2 and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

GRAVITY_M_PER_S2 = 9.81
LHV_J_PER_KG = 120e6
"""Lower heating value of hydrogen. [J/kg]"""


def usable_g(truck: Mapping[str, Any]) -> int:
    """Return the usable tank of a class: whole grams between full and reserve. [g]."""
    grams: float = (
        truck["tank_kg"] * truck["usable_fraction"] * (1 - truck["reserve_fraction"]) * 1000
    )
    return math.floor(round(grams, 6))


def arc_g(
    truck: Mapping[str, Any],
    load: str,
    arc: Mapping[str, Any],
    rise: tuple[float, float],
    road: Mapping[str, Any],
) -> int:
    """Return the hydrogen that a truck burns on one arc. [g].

    Parameters
    ----------
    truck
        Truck class of the scenario.
    load
        ``laden`` or ``empty``.
    arc
        Arc of the network file.
    rise
        Altitudes of tail and head. [m]
    road
        The scenario's ``network`` table: unresolved climbs and largest grade.
    """
    length = arc["length_m"]
    mass = truck["mass_laden_kg"] if load == "laden" else truck["mass_empty_kg"]
    v = truck["speed_km_per_h"] / 3.6
    steepest = road["max_grade"]
    s = min(max((rise[1] - rise[0]) / length, -steepest), steepest)
    u, g_u = road["unresolved_climb_m_per_100km"], road["unresolved_grade"]
    x = length * u / 1e5 / g_u if u else 0.0
    traction = regained = 0.0
    for metres, g in ((length - 2 * x, s), (x, s + g_u), (x, s - g_u)):
        force = (
            mass * GRAVITY_M_PER_S2 * (truck["rolling_resistance"] + g) / math.sqrt(1 + g * g)
            + 0.5 * truck["air_density_kg_per_m3"] * truck["drag_area_m2"] * v * v
        )
        traction += max(force, 0) * metres
        regained += max(-force, 0) * metres
    auxiliary = truck["auxiliary_kw"] * 1000 * length / v
    drivetrain, cell = truck["drivetrain_efficiency"], truck["fuel_cell_efficiency"]
    fuel = (
        traction / drivetrain - regained * truck["regen_fraction"] * drivetrain + auxiliary
    ) / cell
    fuel = max(fuel, auxiliary / cell) * truck["consumption_factor"]
    grams: float = fuel / LHV_J_PER_KG * 1000
    return max(1, math.ceil(round(grams, 6)))
