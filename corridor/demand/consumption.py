"""How much hydrogen a truck burns on an arc, by direction, payload and slope, in whole grams.

The order of the operations is the contract of docs/formats.md §2: our certificate repeats it
with code of its own and must reach the same gram.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.roads import NetworkSpec
    from corridor.scenario.trucks import TruckSpec

G_M_PER_S2 = 9.81
LHV_J_PER_KG = 120e6
"""Lower heating value of hydrogen, 120 MJ/kg [J/kg]."""

MEAN_GATE_KG_PER_100KM = (6.0, 20.0)
"""Plausible mean of laden and empty of 49 t trucks on a corridor; beyond it an input is wrong by
a factor. [kg/100 km]"""

GATE_MEAN_MASS_KG = (49_000 + 18_000) / 2
"""Mean of laden and empty mass of the trucks that the gate was stated for. [kg]"""


def mean_gate(truck: TruckSpec) -> tuple[float, float]:
    """Return the plausible range of a class's mean of laden and empty [kg/100 km].

    The lower end falls with the mean mass of lighter classes, as rolling and climbing do; drag
    and auxiliaries do not fall, so that the gate is only ever too wide for them.
    """
    low, high = MEAN_GATE_KG_PER_100KM
    mean_mass = (truck.mass_laden_kg + truck.mass_empty_kg) / 2
    return low * min(1.0, mean_mass / GATE_MEAN_MASS_KG), high


def slope(length_m: int, from_m: float | None, to_m: float | None) -> float:
    """Return the slope of an arc before clamping, 0 where an altitude is not known [-]."""
    if from_m is None or to_m is None:
        return 0.0
    return (to_m - from_m) / length_m


def burnt_g(
    truck: TruckSpec,
    mass_kg: float,
    climbs: NetworkSpec,
    length_m: int,
    *,
    from_m: float | None,
    to_m: float | None,
) -> float:
    """Return the hydrogen burnt on an arc before it is rounded up to whole grams.

    Road load after Mitschke and Wallentowitz, *Dynamik der Kraftfahrzeuge*: rolling, slope and
    drag at constant speed; the arc is split into a piece at its mean slope and two pieces, one up
    and one down, that hold the climbs which known altitudes do not show. Regained energy offsets
    traction but never what the auxiliaries draw, so that the result stays above 0.

    Parameters
    ----------
    truck
        Truck class.
    mass_kg
        Mass in the payload state driven. [kg]
    climbs
        Unresolved climb and clamp.
    length_m
        Length. [m]
    from_m, to_m
        Altitude at tail and head; None where the network has no elevation. [m]

    Returns
    -------
    float
        Hydrogen, lower heating value. [g]
    """
    v = truck.speed_km_per_h / 3.6
    s = min(max(slope(length_m, from_m, to_m), -climbs.max_grade), climbs.max_grade)
    g_u = climbs.unresolved_grade
    x = length_m * climbs.unresolved_climb_m_per_100km / 1e5 / g_u
    traction = regained = 0.0
    for piece_m, grade in ((length_m - 2 * x, s), (x, s + g_u), (x, s - g_u)):
        n = math.sqrt(1 + grade * grade)
        force = (
            mass_kg * G_M_PER_S2 * (truck.rolling_resistance + grade) / n
            + 0.5 * truck.air_density_kg_per_m3 * truck.drag_area_m2 * v * v
        )
        traction += max(force, 0) * piece_m
        regained += max(-force, 0) * piece_m
    aux = truck.auxiliary_kw * 1000 * length_m / v
    fuel = (
        traction / truck.drivetrain_efficiency
        - regained * truck.regen_fraction * truck.drivetrain_efficiency
        + aux
    ) / truck.fuel_cell_efficiency
    fuel = max(fuel, aux / truck.fuel_cell_efficiency) * truck.consumption_factor
    return fuel / LHV_J_PER_KG * 1000


def arc_grams(
    truck: TruckSpec,
    mass_kg: float,
    climbs: NetworkSpec,
    length_m: int,
    *,
    from_m: float | None,
    to_m: float | None,
) -> int:
    """Return the whole grams that an arc costs: rounded up, so that sums stay on the safe side [g].

    Rounding to a millionth of a gram first keeps a last-bit difference between two machines from
    becoming a gram. Parameters as for `burnt_g`.
    """
    return max(
        1, math.ceil(round(burnt_g(truck, mass_kg, climbs, length_m, from_m=from_m, to_m=to_m), 6))
    )


def usable_tank_g(truck: TruckSpec) -> int:
    """Return what a truck can burn between two stops, reserve taken off, rounded down [g]."""
    grams = truck.tank_kg * truck.usable_fraction * (1 - truck.reserve_fraction) * 1000
    return math.floor(round(grams, 6))
