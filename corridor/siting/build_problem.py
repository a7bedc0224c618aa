"""From sites, demand and supply to the siting problem: pure data, money by docs/formats.md section 5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import fsum

from corridor.candidates.sites import CandidateSite, CandidateSites
from corridor.core.errors import InfeasibleError
from corridor.core.finance import capital_recovery, period_weight
from corridor.demand.trips import Commodity as DemandCommodity
from corridor.demand.trips import Demand
from corridor.network.network import Network
from corridor.network.opening import open_stretches
from corridor.scenario.scenario import Scenario
from corridor.scenario.stations import largest_storage_kg, storage_kg, usable_kg_per_day
from corridor.siting.lives import ageing, purchases
from corridor.siting.problem import (
    Commodity,
    Period,
    Plant,
    Site,
    SitingProblem,
    SpacingRule,
    Tier,
    Variant,
    Visit,
)
from corridor.supply.supply import Plant as SupplyPlant
from corridor.supply.supply import Supply


def pose(
    scenario: Scenario, network: Network, sites: CandidateSites, demand: Demand, supply: Supply
) -> SitingProblem:
    """Pose the siting problem of a scenario.

    Parameters
    ----------
    scenario
        Money, tiers, decisions, policies.
    network
        Routes, for the spacing policies.
    sites
        Accepted candidates, in canonical order: the problem's sites stand in the same order.
    demand
        Commodities; the problem's flows stand in the same order.
    supply
        Plants and lanes; the problem's sources stand in the order of the plants.

    Returns
    -------
    SitingProblem
        Pure data.

    Raises
    ------
    InfeasibleError
        If there is no candidate, or a tier sells nothing once the rounding of grams is kept free.
    """
    if not sites.sites:
        raise InfeasibleError(
            "There is no candidate site: every one was rejected.",
            "See the reasons in inputs/sites.json; relax candidates.* or the exclusions.",
        )
    index = {site.id: j for j, site in enumerate(sites.sites)}
    periods = tuple(
        Period(
            year=year,
            weight=period_weight(
                scenario.money.discount_rate,
                scenario.time.base_year,
                year,
                scenario.last_year(year),
            ),
            decides=year in scenario.time.periods,
        )
        for year in scenario.slices
    )
    budget = scenario.money.budget_cny
    return SitingProblem(
        periods=periods,
        tiers=_tiers(scenario, demand),
        sites=tuple(_site(scenario, site) for site in sites.sites),
        flows=_flows(scenario, demand, index),
        sources=tuple(_source(scenario, supply, plant, index) for plant in supply.plants),
        unmet_cny_per_kg=scenario.money.unmet_price_cny_per_kg,
        loss_fraction=supply.loss_fraction,
        budget_cny=tuple(
            float(budget.get(year, 0.0)) if budget else None for year in scenario.slices
        ),
        covers=_spacing(scenario, network, sites),
        station_purchases=purchases(scenario, scenario.station.life_years),
        min_stop_kg=scenario.demand.min_stop_kg,
        stop_cny=scenario.demand.stop_minutes / 60 * scenario.demand.detour_cny_per_hour,
        priority_cny_per_kg=scenario.money.priority_price_cny_per_kg,
    )


def gram_slack_kg_per_day(demand: Demand) -> float:
    """Return what whole grams may add to a station's average day: 1 g for every stop made [kg/day].

    The worst (site, year): every trip that passes takes a gram more than the average at each passage.
    """
    worst: dict[tuple[str, int], list[float]] = defaultdict(list)
    for commodity in demand.commodities:
        most: dict[str, int] = defaultdict(int)
        for variant in commodity.variants:
            passages: dict[str, int] = defaultdict(int)
            for visit in variant.visits:
                passages[visit.site] += 1
            for site, count in passages.items():
                most[site] = max(most[site], count)
        for site, count in most.items():
            worst[site, commodity.year].append(commodity.trips_per_day * count / 1000)
    return max(map(fsum, worst.values()), default=0.0)


def _tiers(scenario: Scenario, demand: Demand) -> tuple[Tier, ...]:
    slack = gram_slack_kg_per_day(demand)
    found = []
    for name in scenario.tiers_by_size:
        usable = usable_kg_per_day(scenario.tier[name], scenario.station, scenario.delivery)
        if usable <= slack:
            raise InfeasibleError(
                f"tier.{name}: {usable:.3g} kg/day are left for an average day, less than the "
                f"{slack:.3g} kg/day that whole grams need.",
                "Raise the capacity, or check busiest_hour_fraction and the number of trips.",
            )
        found.append(Tier(id=name, usable_kg_per_day=usable - slack))
    return tuple(found)


def _first_period(years: Sequence[int], year: int) -> int:
    """Return the index of the period that begins in a year, or holds it where it is no first year."""
    later = (t for t, first in enumerate(years) if first >= year)
    return next(later, len(years) - 1)


def _share_from(scenario: Scenario, period: int, year: int) -> float:
    """Return how much of a period's weight lies in the years from `year` on [-]."""
    base, rate = scenario.time.base_year, scenario.money.discount_rate
    last = scenario.last_year(period)
    whole = period_weight(rate, base, period, last)
    return period_weight(rate, base, max(period, year), last) / whole


def _site(scenario: Scenario, site: CandidateSite) -> Site:
    names = scenario.tiers_by_size
    years = scenario.slices
    age = ageing(scenario, site)
    existing = names.index(site.existing_tier) + 1 if age.stands else 0
    existing_from = _first_period(years, age.since) if age.stands else 0
    recovery = capital_recovery(scenario.money.discount_rate, scenario.station.life_years)
    subsidy = scenario.station.subsidy_fraction
    most_stored = largest_storage_kg(scenario.station)
    capex, annual, upkeep = [], [], []
    paid = rebuilt = 0.0
    for k, name in enumerate(names, start=1):
        tier = scenario.tier[name]
        overnight = tier.capex_cny * site.capex_factor * (1 - subsidy) + tier.land_cny
        if k == existing:
            paid = rebuilt = overnight
        own = 0.0 if k <= existing else overnight - paid
        capex.append(own)
        upkeep.append(
            tier.fixed_opex_fraction * tier.capex_cny * site.capex_factor + tier.staff_cny_per_year
        )
        annual.append(recovery * own + upkeep[-1])
    required_from, required = 0, 0
    if site.required_from is not None and site.required_from <= scenario.time.horizon_end_year:
        required_from = _first_period(years, site.required_from)
        required = names.index(site.required_tier) + 1 if site.required_tier else 1
    closing = bool(existing) and age.closes <= scenario.time.horizon_end_year
    due = age.renewals if existing else ()
    return Site(
        id=site.id,
        capex_cny=tuple(capex),
        annual_cny=tuple(annual),
        upkeep_cny=tuple(upkeep),
        renewal_capex_cny=tuple(
            rebuilt * sum(year <= y <= scenario.last_year(year) for y in due) for year in years
        )
        if due
        else (),
        renewal_annual_cny=tuple(
            recovery * rebuilt * _share_from(scenario, year, due[0]) for year in years
        )
        if due
        else (),
        closed_from=_first_period(years, age.closes) if closing else 0,
        allowed=tuple(
            not (closing or site.forbidden)
            and (not site.tiers or name in site.tiers)
            and storage_kg(scenario.tier[name], scenario.station, scenario.delivery) <= most_stored
            for name in names
        ),
        existing_level=existing,
        existing_from=existing_from,
        required_level=required,
        required_from=required_from,
        open_from=next((t for t, y in enumerate(years) if site.is_open(y)), len(years)),
        power_cny_per_kg=scenario.station.compression_kwh_per_kg
        * scenario.money.power_price_cny_per_kwh,
    )


def _flows(scenario: Scenario, demand: Demand, index: dict[str, int]) -> tuple[Commodity, ...]:
    """Return the flows; those that ran in the first period keep priority to that extent."""
    first = min(scenario.slices)
    veterans: dict[tuple[str, str], list[float]] = defaultdict(list)
    for commodity in demand.commodities:
        if commodity.year == first:
            veterans[commodity.od, commodity.truck].append(commodity.trips_per_day)
    return tuple(
        _flow(scenario, c, index, min(c.trips_per_day, fsum(veterans[c.od, c.truck])))
        for c in demand.commodities
    )


def _flow(
    scenario: Scenario, commodity: DemandCommodity, index: dict[str, int], priority: float
) -> Commodity:
    return Commodity(
        id=commodity.id,
        period=scenario.slices.index(commodity.year),
        trips_per_day=commodity.trips_per_day,
        usable_g=commodity.usable_g,
        start_g=commodity.start_g,
        end_g=commodity.end_g,
        loop=commodity.convention == "LOOP",
        need_g=commodity.need_g,
        market=commodity.market,
        priority_trips_per_day=priority,
        ways=tuple(
            Variant(
                id=variant.id,
                stops=tuple(
                    Visit(site=index[visit.site], at_g=visit.at_g)
                    for visit in variant.visits
                    if visit.site in index
                ),
                total_g=variant.total_g,
                cost_cny_per_trip=variant.detour_cny_per_trip,
                detour_sites=tuple(sorted(index[s] for s in variant.detour_sites if s in index)),
            )
            for variant in commodity.variants
        ),
    )


def _source(scenario: Scenario, supply: Supply, plant: SupplyPlant, index: dict[str, int]) -> Plant:
    by_year = {row.year: row for row in plant.periods}
    rows = [by_year[year] for year in scenario.slices]
    lanes = {
        (lane.year, lane.site): lane.delivery_cny_per_kg
        for lane in supply.lanes
        if lane.plant == plant.id
    }
    # A step may change in price over the years, its life is that of the first period.
    life = 1.0
    if plant.expansions:
        life = scenario.plant[plant.id].at("purification_life_years", scenario.slices[0])
    recovery = capital_recovery(scenario.money.discount_rate, life)
    names = sorted(index, key=index.__getitem__)
    return Plant(
        id=plant.id,
        limit_kg_per_day=tuple(row.available_kg_per_day for row in rows),
        expanded_limit_kg_per_day=tuple(
            max(row.available_kg_per_day, row.expandable_to_kg_per_day) for row in rows
        ),
        gate_cny_per_kg=tuple(row.gate.announced + row.filling_cny_per_kg for row in rows),
        step_gate_cny_per_kg=tuple(row.gate.expansion + row.filling_cny_per_kg for row in rows)
        if plant.expansions
        else (),
        steps_kg_per_day=tuple(step.added_kg_per_day for step in plant.expansions),
        steps_capex_cny=tuple(step.capex_cny for step in plant.expansions),
        steps_annual_cny=tuple(recovery * step.capex_cny for step in plant.expansions),
        step_purchases=purchases(scenario, int(life)) if plant.expansions else (),
        lane_cny_per_kg=tuple(
            tuple(lanes.get((year, name)) for name in names) for year in scenario.slices
        ),
    )


def _spacing(
    scenario: Scenario, network: Network, sites: CandidateSites
) -> tuple[SpacingRule, ...]:
    """Turn every spacing policy into cover rows: no open stretch longer than the gap without a station.

    On each carriageway a truck meets the sites of that carriageway and those that serve both. In every
    period the stretches open by then count, and the sites whose own road is open. For every point of
    a stretch from which the next `max_gap_km` are looked at (its start and just behind each site) one of
    the sites within them must be open; what reaches the end of the stretch asks for nothing. Stations
    stay, so that a row holds on from the first period that asks for it.
    """
    names = scenario.tiers_by_size
    years = scenario.slices
    routes = {route.ref: route for route in network.routes}
    found: dict[tuple[str, tuple[int, ...], int], SpacingRule] = {}
    for name, policy in sorted(scenario.policy.spacing.items()):
        route = routes.get(policy.route)
        if route is None:
            raise InfeasibleError(
                f"policy.spacing.{name}: there is no route {policy.route!r}.",
                f"Routes of the network: {', '.join(sorted(routes))}.",
            )
        level = names.index(policy.min_tier) + 1 if policy.min_tier else 1
        gap = policy.max_gap_km * 1000
        for t, carriageway in product(range(len(years)), (route.up, route.down)):
            if years[t] < policy.from_year:
                continue
            served = sorted(
                (site.chainage_m, j)
                for j, site in enumerate(sites.sites)
                if ageing(scenario, site).closes > years[t]
                and site.route == route.ref
                and site.chainage_m is not None
                and site.carriageway in (carriageway, "both")
                and site.is_open(years[t])
            )
            for start, end in open_stretches(network, route, carriageway, years[t]):
                for after, within in _looks_ahead(served, start, end, gap):
                    text = (
                        f"policy.spacing.{name}: {route.ref} {carriageway} km {after / 1000:.1f} "
                        f"to {(after + gap) / 1000:.1f}"
                    )
                    key = (name, within, level)
                    found.setdefault(
                        key, SpacingRule(name=text, period=t, sites=within, level=level)
                    )
    return tuple(found.values())


def _looks_ahead(
    served: Sequence[tuple[int, int]], start: int, end: int, gap_m: float
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the points of a stretch that see no end of it, with the sites that they see."""
    inside = [(m, j) for m, j in served if start <= m <= end]
    for after in sorted({start, *(m for m, _ in inside)}):
        if after + gap_m < end:
            seen = {j for m, j in inside if after < m <= after + gap_m}
            # A station at the very start of the stretch keeps the rule for what follows it.
            seen |= {j for m, j in inside if m == after == start}
            yield after, tuple(sorted(seen))
