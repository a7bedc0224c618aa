"""Check that nothing idle stands: every station, size and expansion step has a load or a rule behind it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, localcontext

from corridor.certificate.decimals import annuity, exact
from corridor.certificate.dossier import Document, Dossier, in_year
from corridor.certificate.gate import SAME_PRICE, gate_of
from corridor.certificate.money import DAYS, DIGITS, Ledger, StationPrices
from corridor.certificate.stations import (
    ABSOLUTE_KG,
    RELATIVE_KG,
    ranks_of,
    spacing_rules,
    stops_of_rule,
    stretches_m,
    usable_kg_per_day,
)
from corridor.certificate.supply import limit_kg_per_day, plant_limits, sent_kg_per_day
from corridor.certificate.verdict import Check, Tally

TIE_CNY = Decimal("5e-7")
"""Yearly costs that differ by less are equal: the step is not needed. [CNY/year]"""


def check_needed(d: Dossier, ledger: Ledger) -> Check:
    """Look for a smaller, later or no station that would do and is no dearer."""
    tally = Tally(
        "needed",
        "No station or size stands where a smaller allowed one, a later one or none, no dearer, "
        "would carry every load: unless it exists, is required, keeps a spacing rule, or the "
        "stations were given and not chosen; no expansion step is bought that no delivery needs",
    )
    _check_steps(tally, d)
    if d.plan["stations_given"]:
        return tally.done()
    spare = gram_slack_kg_per_day(d)
    with localcontext() as context:
        context.prec = DIGITS
        prices = StationPrices(d)
        for record in d.plan["stations"]:
            _check_station(tally, d, ledger, prices, record=record, spare=spare)
    return tally.done()


def _check_steps(tally: Tally, d: Dossier) -> None:
    """Look for expansion steps without which every plant could send what it sends."""
    sent = sent_kg_per_day(d)
    steps = {(row["plant"], row["year"]): row["steps"] for row in d.plan["expansions"]}
    for plant_id in d.plants:
        needed = 0
        for block in d.blocks:
            bought = steps.get((plant_id, block[0]), 0)
            for year in block:
                load = sent.get((plant_id, year), 0.0) * (1 + RELATIVE_KG) + ABSOLUTE_KG
                while needed < bought and limit_kg_per_day(d, plant_id, year, needed) < load:
                    needed += 1
            # Steps may pay for themselves: their kilograms owe no capital at the gate.
            pays = all(
                any(
                    _steps_cny(d, plant_id, year, fewer, kg)
                    > _steps_cny(d, plant_id, year, bought, kg) + TIE_CNY
                    for year in block
                    for kg in (exact(sent.get((plant_id, year), 0.0)),)
                )
                for fewer in range(needed, bought)
            )
            if pays:
                needed = bought
            tally.require(
                bought <= needed,
                f"plant {plant_id}, {block[0]}: {bought} expansion steps are bought, {needed} would do "
                f"for all that it sends.",
            )


def _steps_cny(d: Dossier, plant: str, year: int, steps: int, sent: Decimal) -> Decimal:
    """Return what a plant's hydrogen of a year costs at the gate with so many steps, annuities included."""
    spec, gate = d.plants[plant], gate_of(d, plant, year)
    sizes = [exact(size) for size in (spec.get("expansions_kg_per_day") or [])[:steps]]
    price = exact(in_year(spec.get("purification_capex_cny_per_kg_per_day"), d.years[0]))
    life = exact(in_year(spec.get("purification_life_years"), d.years[0], 1.0))
    yearly = (
        annuity(exact(d.scenario["money"]["discount_rate"]), life) * price * sum(sizes, Decimal(0))
    )
    own, grown = exact(plant_limits(d, plant, year)[0]), sum(sizes, Decimal(0))
    first = grown if gate.of_steps < gate.announced - SAME_PRICE else max(Decimal(0), sent - own)
    from_steps = min(sent, first) if steps else Decimal(0)
    paid = from_steps * gate.of_steps + (sent - from_steps) * gate.announced
    return yearly + DAYS * paid


def gram_slack_kg_per_day(d: Dossier) -> float:
    """Return what whole grams may add to a station's day: one per passage of every trip [kg/day].

    A plan keeps so much free, at the busiest site and period, in every size.
    """
    worst: defaultdict[tuple[str, int], float] = defaultdict(float)
    for c in d.trips["commodities"]:
        most: dict[str, int] = {}
        for variant in c["variants"]:
            sites = [visit["site"] for visit in variant["visits"]]
            for site in set(sites):
                most[site] = max(most.get(site, 0), sites.count(site))
        for site, count in most.items():
            worst[site, c["year"]] += c["trips_per_day"] * count / 1000
    return max(worst.values(), default=0.0)


def _check_station(
    tally: Tally,
    d: Dossier,
    ledger: Ledger,
    prices: StationPrices,
    *,
    record: Document,
    spare: float,
) -> None:
    site = d.site[record["id"]]
    if d.existing(site) and d.closes(site):
        return  # it stands until it closes, and nothing else may stand there
    names = {rank: tier for tier, rank in d.tiers.items()}
    now = [
        d.tiers[d.timeline[site["id"], year]["tier"]] if (site["id"], year) in d.timeline else 0
        for year in d.years
    ]
    spent = [Decimal(0), *(prices.spent_cny(site, names[k]) for k in sorted(names))]
    yearly = [
        Decimal(0),
        *(
            prices.annuity_cny(site, names[k]) + prices.upkeep_cny(site, names[k])
            for k in sorted(names)
        ),
    ]
    if any(len({now[d.years.index(year)] for year in block}) > 1 for block in d.blocks):
        return  # it changes inside a period: the check of tiers says so
    options = []
    for year, level in zip(d.years, now, strict=True):
        least, load = _least_rank(d, site, year, level), d.loads.get((site["id"], year), 0.0)
        fits = [
            rank
            for rank in range(least, level)
            if _allowed(d, site, rank, year)
            and spent[rank] <= spent[level]
            and _carries(d, names.get(rank, ""), load, spare)
        ]
        options.append([*fits, level])
    options = _through_periods(d, options)
    weights = [ledger.weights[year] for year in d.years]
    best, path = _cheapest(options, weights, yearly, [year in d.deciding_years for year in d.years])
    present = sum((w * yearly[k] for w, k in zip(weights, now, strict=True)), Decimal(0))
    smaller = ", ".join(
        f"{year}: {names.get(rank, 'none')}" for year, rank in zip(d.years, path, strict=True)
    )
    tally.require(
        path == now or best > present,
        f"station {site['id']}: {smaller} would carry every load and keep every rule, and costs "
        f"{present - best:.2f} CNY less.",
    )


def _least_rank(d: Dossier, site: Document, year: int, now: int) -> int:
    """Return the smallest size that facts, decisions and rules leave at a site in a year."""
    least = 0
    exists = d.tiers.get(d.existing(site), 0)
    if exists and d.serves(site, year):
        least = exists
    start = site.get("required_from")
    if start is not None and start <= year:
        least = max(least, d.tiers.get(site.get("required_tier") or "", 1))
    for rule, route, rank in spacing_rules(d, year):
        if now < rank or rank <= least:
            continue
        for carriageway in (route["up"], route["down"]):
            with_it = stops_of_rule(d, rule, rank, carriageway, year)
            without = stops_of_rule(d, rule, rank, carriageway, year, without=site["id"])
            gaps = stretches_m(d, without, route, carriageway, year)
            longest = max((b - a for a, b in gaps), default=0)
            if len(without) < len(with_it) and longest / 1000 > rule["max_gap_km"]:
                least = rank
    return min(least, now)


def _allowed(d: Dossier, site: Document, rank: int, year: int) -> bool:
    if rank == 0:
        return True
    if rank == d.tiers.get(d.existing(site), 0):
        return d.serves(site, year)
    return not site["forbidden"] and rank in ranks_of(d, site)


def _carries(d: Dossier, tier: str, load: float, spare: float) -> bool:
    """Whether a size (none: the empty name) carries a load with room for whole grams."""
    if not tier:
        return load <= 0
    return load * (1 + RELATIVE_KG) + ABSOLUTE_KG <= usable_kg_per_day(d, tier) - spare


def _through_periods(d: Dossier, options: list[list[int]]) -> list[list[int]]:
    """Return the sizes that would do in every run of a period: nothing changes inside it."""
    by_year = dict(zip(d.years, options, strict=True))
    return [
        [rank for rank in by_year[block[0]] if all(rank in by_year[year] for year in block)]
        for block in d.blocks
        for _ in block
    ]


def _cheapest(
    options: list[list[int]],
    weights: list[Decimal],
    yearly: list[Decimal],
    decides: list[bool],
) -> tuple[Decimal, list[int]]:
    """Return the cheapest sizes that never shrink; of equally cheap ones the smallest."""
    paths: dict[int, tuple[Decimal, list[int]]] = {0: (Decimal(0), [])}
    for choices, weight, free in zip(options, weights, decides, strict=True):
        grown = {}
        for rank in choices:
            before = [
                entry for last, entry in paths.items() if (last <= rank if free else last == rank)
            ]
            if before:
                cost, path = min(before)
                grown[rank] = (cost + weight * yearly[rank], [*path, rank])
        paths = grown
    return min(paths.values())
