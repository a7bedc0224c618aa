"""What a kilogram costs at the gate, component by component, and what one of an expansion step costs.

A gate price is what the plant asks for announced hydrogen: production, the electricity and upkeep of
purification, and the capital of purification. A kilogram of an expansion step does not pay that capital,
since the plan buys the step (its annuity is a cost of its own), but it pays what its gas would have
earned elsewhere. So capital stands once.
"""

from __future__ import annotations

from dataclasses import dataclass

from corridor.core.finance import DAYS_PER_YEAR, capital_recovery

SAME_PRICE = 1e-9
"""Two gate prices that differ by less are one; announced kilograms then go first. [CNY/kg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePrice:
    """The components of a plant's price at the gate in one period.

    Parameters
    ----------
    production
        Everything that is none of the others, the feed gas (or electricity) among it. [CNY/kg]
    purification_operation
        Electricity of purification. [CNY/kg]
    purification_capital
        Annuity of purification, fully used; announced kilograms only. [CNY/kg]
    opportunity
        What the gas would have earned elsewhere; kilograms of expansion steps only. [CNY/kg]
    """

    production: float
    purification_operation: float
    purification_capital: float
    opportunity: float = 0.0

    @property
    def announced(self) -> float:
        """Price of a kilogram of the announced plant: `plant.<id>.gate_cny_per_kg`. [CNY/kg]."""
        return self.production + self.purification_operation + self.purification_capital

    @property
    def expansion(self) -> float:
        """Price of a kilogram of an expansion step, its annuity left out. [CNY/kg]."""
        return self.production + self.purification_operation + self.opportunity


def gate_price(
    *,
    gate_cny_per_kg: float,
    kwh_per_kg: float,
    power_cny_per_kwh: float,
    capex_cny_per_kg_per_day: float,
    life_years: float,
    discount_rate: float,
    opportunity_cny_per_kg: float,
) -> GatePrice:
    """Split a gate price: purification is taken as fully used, so that this is the least it costs.

    Parameters
    ----------
    gate_cny_per_kg
        Price of announced hydrogen. [CNY/kg]
    kwh_per_kg, power_cny_per_kwh
        Electricity of purification and its price. [kWh/kg], [CNY/kWh]
    capex_cny_per_kg_per_day, life_years, discount_rate
        Of purification. [CNY/(kg/day)], [year], [-]
    opportunity_cny_per_kg
        What the gas of a kilogram would have earned elsewhere. [CNY/kg]

    Returns
    -------
    GatePrice
        Production is what is left of the gate price, below zero where purification alone costs more.
    """
    operation = kwh_per_kg * power_cny_per_kwh
    annuity = capital_recovery(discount_rate, life_years) * capex_cny_per_kg_per_day
    capital = annuity / DAYS_PER_YEAR
    return GatePrice(
        production=gate_cny_per_kg - operation - capital,
        purification_operation=operation,
        purification_capital=capital,
        opportunity=opportunity_cny_per_kg,
    )


def kg_of_steps(sent_kg: float, limit_kg: float, added_kg: float, price: GatePrice) -> float:
    """Return how much of what a plant sends comes from its expansion steps: the cheaper part goes first.

    Parameters
    ----------
    sent_kg
        What leaves the plant. [kg/day]
    limit_kg, added_kg
        What may leave without steps, and the steps bought. [kg/day]
    price
        Decides which kilograms are the cheaper ones.

    Returns
    -------
    float
        [kg/day]

    Examples
    --------
    Steps without the capital part are cheaper, so that announced kilograms fill up:

    >>> price = GatePrice(production=8, purification_operation=2, purification_capital=1)
    >>> kg_of_steps(1500, 1000, 700, price)
    700
    """
    if not added_kg:
        return 0.0
    if price.expansion < price.announced - SAME_PRICE:
        return min(sent_kg, added_kg)
    return max(0.0, sent_kg - limit_kg)
