"""Lives, recomputed: what is bought when, what becomes of existing stations, what is left at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from corridor.certificate.decimals import annuity, exact
from corridor.certificate.dossier import Document, Dossier, in_year


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something paid at the start of a year, of a kind (formats.md section 5)."""

    kind: str
    of: str
    year: int
    cny: Decimal
    life: int


def due_again(first: int, life: int, last: int) -> Iterator[int]:
    """Yield the years up to the last in which something is bought: when it is new, when its life ends."""
    year = first
    while year <= last:
        yield year
        year += life


def renewal_years(d: Dossier, site: Document) -> list[int]:
    """Return the years in which the existing station of a site is rebuilt."""
    if not d.existing(site) or d.rule_of_existing != "rebuild":
        return []
    built, life = site.get("existing_since"), int(d.scenario["station"]["life_years"])
    due = (d.years[0] if built is None else built) + life
    return list(due_again(max(due, d.years[0]), life, d.last_year))


def purchases(
    d: Dossier,
    builds: dict[tuple[str, int], Decimal],
    steps: dict[tuple[str, int], Decimal],
    renewals: dict[str, Decimal],
) -> tuple[Purchase, ...]:
    """Return every purchase of the plan up to its horizon.

    Parameters
    ----------
    builds
        (station, year) -> overnight CAPEX of that period. [CNY]
    steps
        (plant, year) -> overnight CAPEX of all steps bought so far. [CNY]
    renewals
        Existing station -> price of building it again. [CNY]
    """
    life = int(d.scenario["station"]["life_years"])
    found: list[Purchase] = []

    def bought(kind: str, of: str, first: int, cny: Decimal, own: int) -> None:
        for year in due_again(first, own, d.last_year) if cny else ():
            name = f"{kind}s" if year == first else f"{kind}_replacements"
            found.append(Purchase(name, of, year, cny, own))

    for (station, year), cny in builds.items():
        bought("station", station, year, cny, life)
    for station, cny in renewals.items():
        for year in renewal_years(d, d.site[station]):
            found.append(Purchase("station_replacements", station, year, cny, life))
    paid: dict[str, Decimal] = {}
    for plant, year in sorted(steps, key=lambda key: key[1]):
        more = steps[plant, year] - paid.get(plant, Decimal(0))
        paid[plant] = steps[plant, year]
        own = int(in_year(d.plants[plant].get("purification_life_years"), d.years[0], 1.0))
        bought("expansion", plant, year, more, own)
    return tuple(found)


def residual_cny(d: Dossier, bought: tuple[Purchase, ...], rate: Decimal) -> Decimal:
    """Return what is left at the end of the horizon: the annuities still to come, valued then. [CNY]."""
    total = Decimal(0)
    for purchase in bought:
        left = purchase.year + purchase.life - 1 - d.last_year
        if left > 0:
            share = annuity(rate, Decimal(purchase.life)) / annuity(rate, Decimal(left))
            total += purchase.cny * share
    return total


def trailers_cny(d: Dossier) -> dict[int, Decimal]:
    """Return what the carrier spends on trailers and tractors by year, parts of them counted. [CNY]."""
    delivery = d.scenario["delivery"]
    each = exact(delivery["trailer_capex_cny"]) + exact(delivery["tractor_capex_cny"])
    life, spent = int(delivery["life_years"]), {}
    cohorts: list[tuple[int, Decimal]] = []
    for first, last in d.last_years.items():
        needed = Decimal(0)
        for row in d.plan["supply"]:
            if row["year"] == first:
                hours = exact(row["round_trip_km"]) / exact(delivery["speed_km_per_h"])
                hours += exact(delivery["load_unload_hours"])
                trip = hours / exact(delivery["operating_hours_per_year"])
                needed += 365 * exact(row["kg_per_day"]) / exact(delivery["payload_kg"]) * trip
        for year in range(first, last + 1):
            alive = sum((n for y, n in cohorts if year - y < life), Decimal(0))
            if needed - alive > Decimal("1e-9"):
                cohorts.append((year, needed - alive))
                spent[year] = each * (needed - alive)
    return spent
