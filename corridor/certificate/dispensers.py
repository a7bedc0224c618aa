"""What dispensers sell in the busiest hour, written from docs/formats.md section 5 and nothing else."""

from __future__ import annotations

from functools import cache
from math import exp, factorial

from corridor.certificate.dossier import Document


def busiest_kg_per_hour(tier: Document, station: Document) -> float:
    """Return the stated hourly limit of a tier, else that of its dispensers [kg/h]."""
    if tier.get("peak_kg_per_hour") is not None:
        return float(tier["peak_kg_per_hour"])
    service_h = (station["fill_minutes"] + station["handling_minutes"]) / 60
    trucks_per_hour = _most_trucks_per_hour(
        tier["dispensers"],
        service_h,
        station["longest_wait_minutes"] / 60,
        station["late_fraction"],
    )
    return float(trucks_per_hour * station["fill_kg"])


@cache
def _most_trucks_per_hour(dispensers: int, service_h: float, wait_h: float, late: float) -> float:
    """Return the rate of arrivals at which just the share `late` waits longer than `wait_h`."""
    below, above = 0.0, dispensers / service_h
    while below < (middle := (below + above) / 2) < above:
        if _late(dispensers, middle, service_h, wait_h) > late:
            above = middle
        else:
            below = middle
    return below


def _late(dispensers: int, trucks_per_hour: float, service_h: float, wait_h: float) -> float:
    """Sum the states of the birth and death process of trucks at the dispensers [-]."""
    load = trucks_per_hour * service_h
    idle = sum(load**n / factorial(n) for n in range(dispensers))
    busy = load**dispensers / factorial(dispensers) / (1 - load / dispensers)
    return busy / (idle + busy) * exp(-(dispensers / service_h - trucks_per_hour) * wait_h)
