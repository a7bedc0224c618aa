"""What is paid beside the gate price: compression into the trailer."""

from __future__ import annotations


def filling_cny_per_kg(*, kwh_per_kg: float, power_cny_per_kwh: float) -> float:
    """Return the electricity of compressing into the trailer: not in the gate price [CNY/kg]."""
    return kwh_per_kg * power_cny_per_kwh
