"""What it costs to bring a kilogram by tube trailer, bottom-up (docs/formats.md §4).

Compression is counted once: filling the trailer is a cost of the plant gate, raising the
pressure at the station a cost of the station, and a lane is transport alone. Published
"delivered" figures include filling, so that `delivered_cny_per_kg` adds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.core.finance import DAYS_PER_YEAR, capital_recovery
from corridor.supply.costs import filling_cny_per_kg

if TYPE_CHECKING:
    from corridor.scenario.plants import DeliverySpec


def trips_per_year(delivery: DeliverySpec, round_trip_km: float) -> float:
    """Return how often a trailer can make the round in a year [1/year]."""
    hours = round_trip_km / delivery.speed_km_per_h + delivery.load_unload_hours
    return delivery.operating_hours_per_year / hours


def delivery_cny_per_kg(
    delivery: DeliverySpec, discount_rate: float, round_trip_km: float
) -> float:
    """Return the cost of transport alone.

    Parameters
    ----------
    delivery
        Trailers, crews and distances costs.
    discount_rate
        Real. [-]
    round_trip_km
        Way there and back. [km]

    Returns
    -------
    float
        Trailer, tractor and crew over the kilograms of a year, plus the kilometres of a trip
        over its payload. [CNY/kg]
    """
    crf = capital_recovery(discount_rate, delivery.life_years)
    per_year = (
        crf * (delivery.trailer_capex_cny + delivery.tractor_capex_cny)
        + delivery.crew_persons * delivery.crew_cny_per_year
        + delivery.trailer_om_fraction * delivery.trailer_capex_cny
    )
    per_km = (
        delivery.diesel_l_per_100km / 100 * delivery.diesel_cny_per_l
        + delivery.maintenance_cny_per_km
        + delivery.toll_cny_per_km
    )
    kg_per_year = trips_per_year(delivery, round_trip_km) * delivery.payload_kg
    return per_year / kg_per_year + round_trip_km * per_km / delivery.payload_kg


def delivered_cny_per_kg(
    delivery: DeliverySpec, discount_rate: float, power_cny_per_kwh: float, distance_km: float
) -> float:
    """Return transport plus filling at a one-way distance: what published figures state.

    Parameters
    ----------
    distance_km
        One way. [km]
    """
    filling = filling_cny_per_kg(
        kwh_per_kg=delivery.filling_kwh_per_kg, power_cny_per_kwh=power_cny_per_kwh
    )
    return delivery_cny_per_kg(delivery, discount_rate, 2 * distance_km) + filling


def trailers_needed(delivery: DeliverySpec, round_trip_km: float, kg_per_day: float) -> float:
    """Return the trailers, tractors and crews that a lane keeps busy; not rounded [-]."""
    kg_per_year = trips_per_year(delivery, round_trip_km) * delivery.payload_kg
    return kg_per_day * DAYS_PER_YEAR / kg_per_year
