"""The siting problem as pure data: no map, no files, no solver."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

SAME_PRICE = 1e-9
"""Two gate prices that differ by less are one price. [CNY/kg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A run of years that are operated alike.

    Parameters
    ----------
    year
        First year.
    weight
        Sum of the discount factors of its years, A_t. [year]
    decides
        Whether stations and expansion steps may change at its start; otherwise what stood in the one
        before stands on. The first one always decides.
    """

    year: int
    weight: float
    decides: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A station size.

    Parameters
    ----------
    usable_kg_per_day
        Average daily kilograms it can sell once the peak day and the busiest hour are kept
        free, and the fraction of a gram per stop rounded up. [kg/day]
    """

    id: str
    usable_kg_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A candidate site with its costs.

    Parameters
    ----------
    capex_cny, annual_cny
        For each tier of the problem, smallest first: overnight cost of having that tier (not the
        step), and yearly cost (annuity + fixed operation + staff). For an existing station the
        tiers up to the existing one carry no CAPEX and no annuity. [CNY], [CNY/year]
    allowed
        For each tier, whether it may be the final size here.
    existing_level
        Number of the existing tier, counted from 1; 0 where nothing stands.
    existing_from
        Index of the first period in which the existing station works.
    required_level, required_from
        At least this tier number from this period index on; 0 where free.
    open_from
        Index of the first period in which its road is open: nothing stands there before.
    power_cny_per_kg
        Electricity of compressing and cooling at the station. [CNY/kg]
    upkeep_cny
        For each tier, the part of `annual_cny` that is no capital; none: all is capital. [CNY/year]
    renewal_capex_cny, renewal_annual_cny
        Per period, what rebuilding the existing station costs when its life has run out: overnight in
        that period, and in an average year of it; none: nothing falls due. [CNY], [CNY/year]
    closed_from
        Index of the first period in which the existing station is gone for good; 0 is never. It then
        costs and sells nothing, though its level goes on being counted.
    """

    id: str
    capex_cny: tuple[float, ...]
    annual_cny: tuple[float, ...]
    allowed: tuple[bool, ...]
    existing_level: int = 0
    existing_from: int = 0
    required_level: int = 0
    required_from: int = 0
    open_from: int = 0
    power_cny_per_kg: float = 0.0
    upkeep_cny: tuple[float, ...] = ()
    renewal_capex_cny: tuple[float, ...] = ()
    renewal_annual_cny: tuple[float, ...] = ()
    closed_from: int = 0

    def closed(self, period: int) -> bool:
        """Whether the existing station is gone by a period."""
        return bool(self.closed_from) and period >= self.closed_from

    def yearly_cny(self, level: int, period: int) -> float:
        """Return what a tier costs in an average year of a period, renewals included. [CNY/year]."""
        if not level or self.closed(period):
            return 0.0
        renewal = self.renewal_annual_cny[period] if self.renewal_annual_cny else 0.0
        return self.annual_cny[level - 1] + renewal

    def upkeep_cny_per_year(self, level: int) -> float:
        """Return fixed operation and staff of a tier. [CNY/year]."""
        return self.upkeep_cny[level - 1] if self.upkeep_cny else 0.0

    def step_cny(self, level: int, period: int) -> float:
        """Return what a tier costs more in a year than the one below. [CNY/year]."""
        return self.yearly_cny(level, period) - self.yearly_cny(level - 1, period)

    def capex_of(self, level: int) -> float:
        """Return the overnight cost of having a tier; 0 is none. [CNY]."""
        return self.capex_cny[level - 1] if level else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit: passage of a site (its index in the problem) after burning `at_g` grams."""

    site: int
    at_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant of a trip: stops in driving order, whole consumption and detour cost.

    Parameters
    ----------
    id
        Variant id within the commodity.
    total_g
        Consumption of the whole walk. [g]
    cost_cny_per_trip
        Detour cost beyond hydrogen. [CNY/trip]
    detour_sites
        Sites for whose sake the way leaves the road, once per visit: whoever drives it fills there.
    """

    id: str
    stops: tuple[Visit, ...]
    total_g: int
    cost_cny_per_trip: float = 0.0
    detour_sites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commodity:
    """A commodity q in its period: F trips a day, usable tank U, fuel f0 at the start, f1 at the end.

    Parameters
    ----------
    loop
        The walk is repeated for ever; `start_g` and `end_g` are then 0 and mean nothing.
    need_g
        What an unserved trip would have bought; it is priced at the unmet price. [g]
    market
        Flows of one market share a shortage alike where it costs the same.
    priority_trips_per_day
        Trips that already ran on hydrogen in the first period: when more trips than the others are
        unserved, the rest is priced at the priority price. [1/day]
    """

    id: str
    period: int
    trips_per_day: float
    usable_g: int
    start_g: int
    end_g: int
    loop: bool
    need_g: int
    ways: tuple[Variant, ...]
    market: str = ""
    priority_trips_per_day: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A plant: limits and cost at the gate per period, expansion steps, lanes to sites.

    Parameters
    ----------
    limit_kg_per_day
        Per period, without expansion, leaving the plant. [kg/day]
    expanded_limit_kg_per_day
        Per period, the gas limit that no expansion can pass. [kg/day]
    gate_cny_per_kg
        Per period, gate price plus filling. [CNY/kg]
    step_gate_cny_per_kg
        Per period, the same for kilograms of expansion steps, whose capital is paid by the steps'
        annuities; none: they cost as much as the others. [CNY/kg]
    steps_kg_per_day, steps_capex_cny, steps_annual_cny
        Expansion steps, bought in order, never undone.
    step_purchases
        [s][t]: how often a step of period s has been paid for by the end of period t, replacements
        included; none: once.
    lane_cny_per_kg
        Per period, per site: transport cost, or None where the site cannot be reached.
    """

    id: str
    limit_kg_per_day: tuple[float, ...]
    expanded_limit_kg_per_day: tuple[float, ...]
    gate_cny_per_kg: tuple[float, ...]
    steps_kg_per_day: tuple[float, ...]
    steps_capex_cny: tuple[float, ...]
    steps_annual_cny: tuple[float, ...]
    lane_cny_per_kg: tuple[tuple[float | None, ...], ...]
    step_gate_cny_per_kg: tuple[float, ...] = ()
    step_purchases: tuple[tuple[int, ...], ...] = ()

    def steps_first(self, t: int) -> bool:
        """Whether kilograms of expansion steps are the cheaper ones in a period: these go first."""
        return self._step_gate(t) < self.gate_cny_per_kg[t] - SAME_PRICE

    def least_gate_cny_per_kg(self, t: int) -> float:
        """Return what the cheaper kilograms cost in a period; every kilogram pays that. [CNY/kg]."""
        return min(self.gate_cny_per_kg[t], self._step_gate(t))

    def dearer_cny_per_kg(self, t: int) -> float:
        """Return what one of the other kilograms costs beyond that. [CNY/kg]."""
        gap = abs(self.gate_cny_per_kg[t] - self._step_gate(t))
        return gap if gap > SAME_PRICE else 0.0

    def cheaper_kg_per_day(self, t: int, steps: int) -> float:
        """Return how many kilograms a day are the cheaper ones once steps are bought. [kg/day]."""
        if self.steps_first(t):
            return fsum(self.steps_kg_per_day[:steps])
        return self.limit_kg_per_day[t]

    def _step_gate(self, t: int) -> float:
        if not self.step_gate_cny_per_kg or not self.steps_kg_per_day:
            return self.gate_cny_per_kg[t]
        return self.step_gate_cny_per_kg[t]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingRule:
    """A policy row: from `period` on, at least one of `sites` must be open at `level` or more."""

    name: str
    period: int
    sites: tuple[int, ...]
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingProblem:
    """Everything that decides a plan.

    Parameters
    ----------
    unmet_cny_per_kg
        Price of a kilogram wanted and not sold. [CNY/kg]
    priority_cny_per_kg
        Price of one wanted by trucks that already ran in the first period; never below the unmet
        price, which counts where this is lower. [CNY/kg]
    loss_fraction
        Hydrogen lost between plant gate and nozzle. [-]
    budget_cny
        Per period, overnight CAPEX (stations and expansions, replacements that fall due in it) that
        may be spent; None is no limit. What is not spent carries over to later periods. [CNY]
    covers
        Spacing and equity policies.
    station_purchases
        [s][t]: how often a station (or its enlargement) of period s has been paid for by the end of
        period t, replacements included; none: once.
    min_stop_kg
        A truck that stops takes at least this much wherever its trip leaves the choice. [kg]
    stop_cny
        Time that a stop of a truck costs, whatever it takes. [CNY]
    """

    periods: tuple[Period, ...]
    tiers: tuple[Tier, ...]
    sites: tuple[Site, ...]
    flows: tuple[Commodity, ...]
    sources: tuple[Plant, ...]
    unmet_cny_per_kg: float
    loss_fraction: float
    budget_cny: tuple[float | None, ...]
    covers: tuple[SpacingRule, ...] = ()
    station_purchases: tuple[tuple[int, ...], ...] = ()
    min_stop_kg: float = 0.0
    stop_cny: float = 0.0
    priority_cny_per_kg: float = 0.0

    def same_as_before(self, t: int) -> bool:
        """Whether stations and steps of the t-th period must be those of the one before."""
        return t > 0 and not self.periods[t].decides

    @property
    def blocks(self) -> tuple[range, ...]:
        """Runs of periods in which nothing changes, in order: each begins with one that decides."""
        every = range(len(self.periods))
        starts = [t for t in every if not self.same_as_before(t)]
        return tuple(
            range(start, end) for start, end in zip(starts, [*starts[1:], len(every)], strict=True)
        )

    @property
    def priority_extra_cny_per_kg(self) -> float:
        """What an unmet priority kilogram costs beyond the unmet price. [CNY/kg]."""
        return max(0.0, self.priority_cny_per_kg - self.unmet_cny_per_kg)

    @property
    def priority_price_cny_per_kg(self) -> float:
        """What an unmet priority kilogram costs in all. [CNY/kg]."""
        return self.unmet_cny_per_kg + self.priority_extra_cny_per_kg

    def unmet_cny_per_day(self, flow: Commodity, trips_per_day: float) -> float:
        """Return the price of unserved trips: ordinary ones go first, then those with priority.

        Parameters
        ----------
        flow
            The flow.
        trips_per_day
            Its unserved trips. [1/day]

        Returns
        -------
        float
            Convex in the trips. [CNY/day]
        """
        ordinary = flow.trips_per_day - flow.priority_trips_per_day
        priority = max(0.0, trips_per_day - ordinary)
        kg = flow.need_g / 1000
        return kg * (
            trips_per_day * self.unmet_cny_per_kg + priority * self.priority_extra_cny_per_kg
        )
