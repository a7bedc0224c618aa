"""Check of dates: what the scenario dates inside its horizon begins a period, so no rule waits."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.verdict import Check, Tally

PLANT_DATES = ("from_year", "closes_year")
RULES = ("spacing",)


def check_dates(d: Dossier) -> Check:
    """Look up every date of the scenario among the first years of the periods."""
    tally = Tally(
        "dates",
        "Whatever the scenario dates inside its horizon begins a period; what stands already is not "
        "forbidden",
    )
    for year, key in _dates(d):
        tally.require(
            year in d.deciding_years or not d.years[0] < year <= d.last_year,
            f"{key}: {year} lies inside a period of {list(d.deciding_years)}.",
        )
    for name, decision in d.section("decision").items():
        tally.require(
            decision.get("open") != "forbidden"
            or not d.stated_tier(d.section("existing_station").get(name) or {})
            or name not in d.section("existing_station"),
            f"decision.{name}: forbids a station that stands already.",
        )
    return tally.done()


def _dates(d: Dossier) -> Iterator[tuple[int, str]]:
    for name, decision in d.section("decision").items():
        if decision.get("from_year") is not None:
            yield decision["from_year"], f"decision.{name}.from_year"
    for kind in RULES:
        for name, rule in (d.section("policy").get(kind) or {}).items():
            yield rule["from_year"], f"policy.{kind}.{name}.from_year"
    for name, plant in d.plants.items():
        yield from _dates_of_plant(name, plant)
    for site in d.sites["sites"]:
        if site["existing_tier"] and site.get("existing_since") is not None:
            yield site["existing_since"], f"existing_station.{site['id']}.since_year"
        closes = d.closes(site)
        if closes is not None:
            yield closes, f"existing_station.{site['id']}: end of life"
    for name, year in (d.section("network").get("open_year") or {}).items():
        yield year, f"network.open_year.{name}"


def _dates_of_plant(name: str, plant: Document) -> Iterator[tuple[int, str]]:
    for key, value in plant.items():
        if key in PLANT_DATES and value is not None:
            yield value, f"plant.{name}.{key}"
        elif isinstance(value, dict) and all(str(year).isdigit() for year in value):
            yield from ((int(year), f"plant.{name}.{key}.{year}") for year in value)
