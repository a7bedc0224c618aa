"""What is bought in which year, replacements included, and what is left of it at the end.

The dating is that of `corridor.core.finance`: what must stand in a year is paid at its start.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import fsum
from typing import Any

from corridor.core.finance import purchase_years, residual_share, weight_at_end
from corridor.siting.lives import ageing
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.supply.delivery import trailers_needed

STATION_KINDS = ("stations", "station_replacements")
KINDS = (*STATION_KINDS, "expansions", "expansion_replacements")
"""What the plan pays for; the carrier's trailers stand beside them, inside the price of transport."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Something bought at the start of a year.

    Parameters
    ----------
    kind
        One of `KINDS`.
    of
        Id of the station or plant.
    year
        First year in service. [year]
    """

    kind: str
    of: str
    year: int
    cny: float
    life_years: int


def purchases_of(question: Question, solution: Solution) -> tuple[Purchase, ...]:
    """Return everything that the plan buys up to its horizon, replacements included.

    Returns
    -------
    tuple of Purchase
        By year, kind and id.
    """
    problem, scenario = question.problem, question.scenario
    last, life = scenario.time.horizon_end_year, scenario.station.life_years
    candidates = {site.id: site for site in question.sites.sites}
    found: list[Purchase] = []

    def bought(kind: str, of: str, first: int, cny: float, life_years: int) -> None:
        for year in purchase_years(first, life_years, last):
            name = kind if year == first else kind.removesuffix("s") + "_replacements"
            found.append(Purchase(kind=name, of=of, year=year, cny=cny, life_years=life_years))

    for j, site in enumerate(problem.sites):
        before = site.existing_level
        for t, period in enumerate(problem.periods):
            level = solution.levels[t][j]
            if level > before:
                step = site.capex_of(level) - site.capex_of(before)
                bought("stations", site.id, period.year, step, life)
                before = level
        if any(site.renewal_capex_cny):
            years = ageing(scenario, candidates[site.id]).renewals
            each = fsum(site.renewal_capex_cny) / len(years)
            found += [
                Purchase(kind=STATION_KINDS[1], of=site.id, year=year, cny=each, life_years=life)
                for year in years
            ]
    first = problem.periods[0].year
    for i, source in enumerate(problem.sources):
        for n, cny in enumerate(source.steps_capex_cny):
            since = next((t for t, steps in enumerate(solution.steps) if steps[i] > n), None)
            if since is not None:
                own = int(scenario.plant[source.id].at("purification_life_years", first))
                bought("expansions", source.id, problem.periods[since].year, cny, own)
    return tuple(sorted(found, key=lambda p: (p.year, p.kind, p.of)))


def trailers_bought_cny(question: Question, solution: Solution) -> dict[int, float]:
    """Return what the carrier spends on trailers and tractors by year: as many as the lanes keep busy.

    Parts of a trailer count. Those whose life has run out are replaced while they are still needed; more
    are bought when a period asks for more. [CNY]
    """
    scenario, problem = question.scenario, question.problem
    delivery = scenario.delivery
    each = delivery.trailer_capex_cny + delivery.tractor_capex_cny
    km = {(lane.plant, lane.site, lane.year): lane.round_trip_km for lane in question.supply.lanes}
    spent: dict[int, float] = {}
    cohorts: dict[int, float] = {}
    for t, period in enumerate(problem.periods):
        needed = fsum(
            trailers_needed(delivery, km[source.id, site.id, period.year], kg)
            for source, row in zip(problem.sources, solution.supply_kg_per_day[t], strict=True)
            for site, kg in zip(problem.sites, row, strict=True)
            if kg > 0
        )
        for year in range(period.year, scenario.last_year(period.year) + 1):
            alive = fsum(n for y, n in cohorts.items() if year < y + delivery.life_years)
            if needed - alive > 1e-9:
                cohorts[year] = needed - alive
                spent[year] = each * (needed - alive)
    return spent


def capital(question: Question, solution: Solution) -> dict[str, Any]:
    """Return CAPEX by year, and that purchases less residual value are worth the annuities.

    Returns
    -------
    dict
        ``by_year``: a row for each year in which something is bought; ``purchases_npv_cny``,
        ``residual_npv_cny``: present worth of all purchases and of what is left of them at the end
        of the horizon. [CNY]
    """
    scenario = question.scenario
    rate, base = scenario.money.discount_rate, scenario.time.base_year
    last = scenario.time.horizon_end_year
    bought = purchases_of(question, solution)
    by_year: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for purchase in bought:
        by_year[purchase.year][purchase.kind].append(purchase.cny)
    for year, cny in trailers_bought_cny(question, solution).items():
        by_year[year]["trailers"].append(cny)
    return {
        "by_year": [
            {"year": year, **{f"{kind}_cny": fsum(row[kind]) for kind in (*KINDS, "trailers")}}
            for year, row in sorted(by_year.items())
        ],
        "purchases_npv_cny": fsum(p.cny * weight_at_end(rate, base, p.year - 1) for p in bought),
        "residual_npv_cny": weight_at_end(rate, base, last)
        * fsum(p.cny * residual_share(rate, p.life_years, p.year, last) for p in bought),
    }
