"""What a kilogram emits until it reaches the station, by allocation method."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.scenario.plants import CarbonSpec, DeliverySpec


def transport_kg_per_kg(delivery: DeliverySpec, factors: CarbonSpec, round_trip_km: float) -> float:
    """Return what the tractor's diesel emits per kilogram delivered [kg/kg]."""
    litres = round_trip_km * delivery.diesel_l_per_100km / 100
    return litres * factors.diesel_kg_per_l / delivery.payload_kg


def filling_kg_per_kg(delivery: DeliverySpec, factors: CarbonSpec) -> float:
    """Return what the electricity of filling the trailer emits per kilogram [kg/kg]."""
    return delivery.filling_kwh_per_kg * factors.grid_kg_per_kwh


def delivered_kg_per_kg(
    gate_kg_per_kg: float, delivery: DeliverySpec, factors: CarbonSpec, round_trip_km: float
) -> float:
    """Return gate, filling and transport together, by the method of the gate figure [kg/kg]."""
    return (
        gate_kg_per_kg
        + filling_kg_per_kg(delivery, factors)
        + transport_kg_per_kg(delivery, factors, round_trip_km)
    )
