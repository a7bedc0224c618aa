"""What a plant's hydrogen costs at the gate, recomputed in decimals component by component."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from corridor.certificate.decimals import annuity, exact
from corridor.certificate.dossier import Dossier, in_year
from corridor.certificate.supply import plant_limits

DAYS = 365
SAME_PRICE = Decimal("1e-9")
"""Gate prices that differ by less are one, and announced kilograms go first. [CNY/kg]"""


@dataclass(frozen=True, slots=True)
class Gate:
    """Components of a gate price: capital is paid by announced kilograms, opportunity by the steps'."""

    production: Decimal
    operation: Decimal
    capital: Decimal
    opportunity: Decimal

    @property
    def announced(self) -> Decimal:
        """Price of an announced kilogram. [CNY/kg]."""
        return self.production + self.operation + self.capital

    @property
    def of_steps(self) -> Decimal:
        """Price of a kilogram of an expansion step, its annuity left out. [CNY/kg]."""
        return self.production + self.operation + self.opportunity


def gate_of(d: Dossier, name: str, year: int) -> Gate:
    """Split the gate price of a plant in a period (formats.md section 4)."""
    plant, money = d.plants[name], d.scenario["money"]

    def number(key: str, default: float = 0.0) -> Decimal:
        return exact(in_year(plant.get(key), year, default))

    operation = number("purification_kwh_per_kg") * exact(money["power_price_cny_per_kwh"])
    recovery = annuity(exact(money["discount_rate"]), number("purification_life_years", 1.0))
    capital = recovery * number("purification_capex_cny_per_kg_per_day") / DAYS
    return Gate(
        production=number("gate_cny_per_kg") - operation - capital,
        operation=operation,
        capital=capital,
        opportunity=number("opportunity_cny_per_kg"),
    )


def kg_of_steps(d: Dossier, name: str, year: int, sent: Decimal) -> Decimal:
    """Return what a plant sends of its steps: of announced and steps' kilograms the cheaper go first."""
    bought = sum(
        row["steps"] for row in d.plan["expansions"] if (row["plant"], row["year"]) == (name, year)
    )
    sizes = (d.plants[name].get("expansions_kg_per_day") or [])[:bought]
    added = sum((exact(size) for size in sizes), Decimal(0))
    if not added:
        return Decimal(0)
    gate = gate_of(d, name, year)
    if gate.of_steps < gate.announced - SAME_PRICE:
        return min(sent, added)
    available, _ = plant_limits(d, name, year)
    return max(Decimal(0), sent - exact(available))
