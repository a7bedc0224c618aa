"""Value of service: the plan at other prices of unmet demand, which are assumptions and choose it.

What a design spends and whom it leaves unserved does not depend on the price, so that its cost is a
line in it. The least cost over all designs is then concave and never falls, and no dearer price leaves
more unmet. Both hold for what is returned, because every line known competes at every price; and bounds
proved at two prices prove one between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from math import fsum
from typing import Final

from corridor.core.errors import InputError
from corridor.siting.apart import evaluate_apart, solve_apart
from corridor.siting.gap import equal_within_cny, gap_of
from corridor.siting.model.formulation import DAYS
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.reduce import reduce
from corridor.siting.rules import Levels
from corridor.siting.solution import Solution, SolverChoice, SolverSettings

PRICES_CNY_PER_KG: Final = (30.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0, 300.0)
"""Prices of unmet demand that are asked about, from what hydrogen may cost to what nobody pays."""

WORK_SHARE: Final = 1 / 3
"""Share of the plan's own work that each price gets. [-]"""

WHOLE_GRAMS: Final = 1e-4
"""Share of its cost by which stop plans of whole grams may move a design; engineering assumption. [-]"""

Progress = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDesign:
    """Stations, steps and how they are operated: at any price of unmet demand, a line.

    Parameters
    ----------
    levels, steps
        As in a solution.
    spent_cny
        Net present cost without the price of unmet demand. [CNY]
    unmet_kg
        Discounted kilograms left unmet, those with priority counted by the ratio of the two
        prices. [kg]
    solution
        Its rows; None for the plan that stands already.
    """

    levels: Levels
    steps: Levels
    spent_cny: float
    unmet_kg: float
    solution: Solution | None = None

    def cost_cny(self, price_cny_per_kg: float) -> float:
        """Return its net present cost at a price of unmet demand. [CNY]."""
        return self.spent_cny + price_cny_per_kg * self.unmet_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What is proved at a price whatever is built.

    Parameters
    ----------
    bound_cny, unavoidable_cny
        As in a solution. [CNY]
    stopped
        How the search ended that proved it.
    """

    bound_cny: float
    unavoidable_cny: float
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePoint:
    """The best plan known at one price of unmet demand.

    Parameters
    ----------
    unmet_price_cny_per_kg, priority_price_cny_per_kg
        What a kilogram not served costs; the priority price moves in proportion. [CNY/kg]
    design
        What is built and how it is operated.
    proved
        Bound, unavoidable penalty and end of the search at this price.
    gap
        As of a solution, at this price. [-]
    """

    unmet_price_cny_per_kg: float
    priority_price_cny_per_kg: float
    design: KnownDesign
    proved: Proved
    gap: float


def prices_around(own_cny_per_kg: float) -> tuple[float, ...]:
    """Return the prices asked about; the plan's own takes the place of the nearest. [CNY/kg].

    Raises
    ------
    InputError
        If unmet demand has no price: there is nothing to vary in proportion.
    """
    if own_cny_per_kg <= 0:
        raise InputError(
            "money.unmet_price_cny_per_kg is 0: the value of service varies it in proportion.",
            "Give unmet demand a price above 0, or leave --evidence out.",
        )
    nearest = min(PRICES_CNY_PER_KG, key=lambda price: abs(price - own_cny_per_kg))
    return tuple(sorted({own_cny_per_kg, *PRICES_CNY_PER_KG} - ({nearest} - {own_cny_per_kg})))


def priced(problem: SitingProblem, price_cny_per_kg: float) -> SitingProblem:
    """Return the problem at another price of unmet demand; the priority price moves in proportion."""
    factor = price_cny_per_kg / problem.unmet_cny_per_kg
    return replace(
        problem,
        unmet_cny_per_kg=price_cny_per_kg,
        priority_cny_per_kg=problem.priority_cny_per_kg * factor,
    )


def value_of_service(
    problem: SitingProblem,
    solver: SolverChoice,
    *,
    plan: KnownDesign,
    proved: Proved,
    progress: Progress = lambda _: None,
) -> tuple[ServicePoint, ...]:
    """Plan again at other prices, then let every design found compete at every price.

    Parameters
    ----------
    problem
        The problem as posed.
    solver
        As for the plan; each other price gets `WORK_SHARE` of its work.
    plan, proved
        The plan at its own price, and what its search proved.
    progress
        Called with a line a price.

    Returns
    -------
    tuple of ServicePoint
        One a price of `prices_around`, in rising order. At its own price the plan stands unless a
        design found on the way costs less by more than whole grams may move.

    Raises
    ------
    InputError
        As for `prices_around`.
    InfeasibleError, LimitError, SolverError
        As for `corridor.siting.solve.solve`.
    """
    own = problem.unmet_cny_per_kg
    prices = prices_around(own)
    settings = SolverSettings(
        name=solver.name,
        gap_target=solver.gap_target,
        work_limit=solver.work_limit * WORK_SHARE,
        time_limit_s=solver.time_limit_s,
        seed=solver.seed,
    )
    designs, ends = [plan], {own: proved}
    operated = {(own, plan.levels, plan.steps)}
    for price in prices:
        if price == own:
            continue
        posed = priced(problem, price)
        found = solve_apart(posed, settings)
        designs.append(_known(posed, found))
        operated.add((price, found.levels, found.steps))
        ends[price] = Proved(
            bound_cny=found.bound_cny,
            unavoidable_cny=found.unavoidable.cny,
            stopped=found.search.stopped,
        )
        progress(
            f"service   at {price:g} CNY/kg: {found.objective_cny / 1e6:.2f} M CNY, "
            f"gap {found.gap:.2%}"
        )
    designs += _operated_again(problem, settings, prices, designs, operated)
    designs = [plan, *(known for known in designs[1:] if not _is_the_plan(plan, known, own))]
    bounds = proved_between([(price, ends[price].bound_cny) for price in prices])
    return tuple(
        _point(problem, price, designs, ends[price], bound if price != own else proved.bound_cny)
        for price, bound in zip(prices, bounds, strict=True)
    )


def proved_between(bounds: Sequence[tuple[float, float]]) -> list[float]:
    """Return the bounds at rising prices as the least cost lets each prove others.

    The least cost is concave in the price and never falls: between two prices it is at least what lies
    between their bounds, and above a price at least the bound there.

    Parameters
    ----------
    bounds
        (price, bound proved there), prices rising. [CNY/kg], [CNY]
    """
    best = []
    for price, _ in bounds:
        below = [known for known in bounds if known[0] <= price]
        above = [known for known in bounds if known[0] > price]
        lines = [
            low + (high - low) * (price - left) / (right - left)
            for left, low in below
            for right, high in above
        ]
        best.append(max([bound for _, bound in below] + lines))
    return best


def _known(problem: SitingProblem, solution: Solution) -> KnownDesign:
    penalty: list[list[float]] = [[] for _ in problem.periods]
    for flow, trips in zip(problem.flows, solution.unmet_trips_per_day, strict=True):
        penalty[flow.period].append(problem.unmet_cny_per_day(flow, trips))
    unmet_cny = fsum(
        period.weight * DAYS * fsum(rows)
        for period, rows in zip(problem.periods, penalty, strict=True)
    )
    return KnownDesign(
        levels=solution.levels,
        steps=solution.steps,
        spent_cny=solution.objective_cny - unmet_cny,
        unmet_kg=unmet_cny / problem.unmet_cny_per_kg,
        solution=solution,
    )


def _is_the_plan(plan: KnownDesign, known: KnownDesign, own_cny_per_kg: float) -> bool:
    """Whether a design is the plan's over again, whole grams apart: the plan then stands for it."""
    return (known.levels, known.steps) == (plan.levels, plan.steps) and all(
        abs(mine - its) <= WHOLE_GRAMS * plan.cost_cny(own_cny_per_kg)
        for mine, its in (
            (plan.spent_cny, known.spent_cny),
            (own_cny_per_kg * plan.unmet_kg, own_cny_per_kg * known.unmet_kg),
        )
    )


def _operated_again(
    problem: SitingProblem,
    settings: SolverSettings,
    prices: Sequence[float],
    designs: Sequence[KnownDesign],
    operated: Set[tuple[float, Levels, Levels]],
) -> list[KnownDesign]:
    """Operate at each price the design that its averages call cheapest, where that was not done."""
    small = reduce(problem)
    found = []
    for price in prices:
        costs = DesignCost(priced(small.problem, price))
        totals = [
            costs.total(
                tuple(tuple(row[j] for j in small.sites) for row in design.levels), design.steps
            )
            for design in designs
        ]
        best = designs[totals.index(min(totals))]
        least = min(design.cost_cny(price) for design in designs)
        known = (price, best.levels, best.steps) in operated
        if not known and min(totals) < least - equal_within_cny(least):
            posed = priced(problem, price)
            found.append(_known(posed, evaluate_apart(posed, best.levels, settings)))
    return found


def _point(
    problem: SitingProblem,
    price: float,
    designs: Sequence[KnownDesign],
    end: Proved,
    bound_cny: float,
) -> ServicePoint:
    """Return the cheapest design at a price; the plan comes first among equals."""
    best = min(designs, key=lambda design: design.cost_cny(price))
    objective = best.cost_cny(price)
    if designs[0].cost_cny(price) <= objective + equal_within_cny(objective):
        best, objective = designs[0], designs[0].cost_cny(price)
    bound = min(bound_cny, objective)
    return ServicePoint(
        unmet_price_cny_per_kg=price,
        priority_price_cny_per_kg=priced(problem, price).priority_price_cny_per_kg,
        design=best,
        proved=replace(end, bound_cny=bound),
        gap=gap_of(objective, bound, end.unavoidable_cny),
    )
