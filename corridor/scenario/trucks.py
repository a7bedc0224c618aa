"""Classes of hydrogen trucks."""

from __future__ import annotations

import math

from pydantic import Field

from corridor.scenario.spec import Fraction, Spec


class TruckSpec(Spec):
    """A class of hydrogen trucks, as the physical consumption model sees it."""

    mass_laden_kg: float = Field(ge=1000, le=100000)
    """Mass with load. [kg]"""

    mass_empty_kg: float = Field(ge=1000, le=60000)
    """Mass without load. [kg]"""

    payload_t: float = Field(gt=0, le=60)
    """Load. [t]"""

    tank_kg: float = Field(ge=1, le=120)
    """Hydrogen in a full tank. [kg]"""

    usable_fraction: float = Field(gt=0, le=1)
    """Share of the tank above the lowest pressure that the fuel cell accepts. [-]"""

    reserve_fraction: float = Field(ge=0, le=0.9)
    """Share of the usable hydrogen that drivers keep back. [-]"""

    rolling_resistance: float = Field(ge=0.001, le=0.03)
    """Rolling resistance coefficient. [-]"""

    drag_area_m2: float = Field(ge=1, le=15)
    """Drag coefficient times frontal area. [m2]"""

    air_density_kg_per_m3: float = Field(ge=0.5, le=1.5)
    """Air density. [kg/m3]"""

    drivetrain_efficiency: float = Field(ge=0.3, le=1)
    """From the fuel cell's terminals to the wheel. [-]"""

    fuel_cell_efficiency: float = Field(ge=0.2, le=0.75)
    """Electricity over lower heating value. [-]"""

    regen_fraction: Fraction
    """Share of the braking energy on descents that the battery takes. [-]"""

    auxiliary_kw: float = Field(ge=0, le=60)
    """Auxiliaries: cooling, heating, air. [kW]"""

    speed_km_per_h: float = Field(ge=10, le=120)
    """Mean speed on the expressway. [km/h]"""

    consumption_factor: float = Field(ge=0.3, le=3)
    """Multiplies the consumption: winter, age, driver. [-]"""

    diesel_l_per_100km: float = Field(ge=5, le=120)
    """Diesel that a diesel truck of the same class burns, for the avoided emissions. [L/100 km]"""

    @property
    def usable_g(self) -> int:
        """Hydrogen between full and reserve in grams, rounded down."""
        usable = self.tank_kg * self.usable_fraction * (1.0 - self.reserve_fraction) * 1000.0
        return math.floor(round(usable, 6))
