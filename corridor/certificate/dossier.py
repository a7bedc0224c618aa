"""The run folder as the checks see it: five documents and the ways to look things up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corridor.certificate.roads import Roads
from corridor.certificate.years import runs_of

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Dossier:
    """The documents of a run whose shape has been checked, with indices.

    Parameters
    ----------
    scenario, network, trips, sites, plan
        The documents as read.
    hashes
        Relative path -> SHA-256 of the file.
    """

    scenario: Document
    network: Document
    trips: Document
    sites: Document
    plan: Document
    hashes: Mapping[str, str]

    @cached_property
    def roads(self) -> Roads:
        """The directed network."""
        return Roads(self.network["nodes"], self.network["arcs"])

    @cached_property
    def years(self) -> tuple[int, ...]:
        """First years of the runs of years that are operated alike; the periods' are among them."""
        return tuple(run[0] for run in runs_of(self.scenario))

    @cached_property
    def deciding_years(self) -> tuple[int, ...]:
        """First years of the scenario's periods: stations and steps change then only."""
        return tuple(self.scenario["time"]["periods"])

    @cached_property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Per period, the first years of its runs."""
        ends = [*self.deciding_years[1:], self.last_year + 1]
        pairs = zip(self.deciding_years, ends, strict=True)
        return tuple(tuple(y for y in self.years if a <= y < b) for a, b in pairs)

    @cached_property
    def demand_years(self) -> dict[int, range]:
        """First year of every run -> the years whose mean is its demand."""
        if self.scenario["time"].get("years", "first") == "first":
            return {year: range(year, year + 1) for year in self.years}
        return {run[0]: run for run in runs_of(self.scenario)}

    @cached_property
    def places(self) -> dict[str, Document]:
        """Place id -> place."""
        return {place["id"]: place for place in self.network["places"]}

    @cached_property
    def route(self) -> dict[str, Document]:
        """Route reference -> route."""
        return {route["ref"]: route for route in self.network["routes"]}

    @cached_property
    def site(self) -> dict[str, Document]:
        """Site id -> candidate site."""
        return {site["id"]: site for site in self.sites["sites"]}

    @cached_property
    def commodity(self) -> dict[str, Document]:
        """Commodity id -> commodity."""
        return {commodity["id"]: commodity for commodity in self.trips["commodities"]}

    @cached_property
    def variant(self) -> dict[tuple[str, str], Document]:
        """(commodity id, variant id) -> variant."""
        return {
            (commodity["id"], variant["id"]): variant
            for commodity in self.trips["commodities"]
            for variant in commodity["variants"]
        }

    @cached_property
    def station(self) -> dict[str, Document]:
        """Station id -> station of the plan."""
        return {station["id"]: station for station in self.plan["stations"]}

    @cached_property
    def timeline(self) -> dict[tuple[str, int], Document]:
        """(station id, year) -> its row in that period."""
        return {
            (station["id"], row["year"]): row
            for station in self.plan["stations"]
            for row in station["timeline"]
        }

    @cached_property
    def tiers(self) -> dict[str, int]:
        """Tier id -> rank, 1 for the smallest; 0 stands for no station."""
        table = self.scenario["tier"]
        order = sorted(table, key=lambda tier: float(table[tier]["capacity_kg_per_day"]))
        return {tier: rank for rank, tier in enumerate(order, start=1)}

    def stated_tier(self, station: Document) -> str:
        """Return the size that the scenario gives an existing station, empty where none."""
        return str(
            station.get("tier") or self.scenario["station"].get("existing_assumed_tier") or ""
        )

    def existing(self, site: Document) -> str:
        """Return the tier of the station that stands at a site, empty where none does.

        A station that opens after the horizon is nobody's business yet, one retired before the first
        period no longer.
        """
        since = site.get("existing_since")
        if since is not None and since > self.last_year:
            return ""
        closes = self.closes(site)
        gone = closes is not None and closes <= self.years[0]
        return "" if gone else str(site["existing_tier"])

    @property
    def rule_of_existing(self) -> str:
        """What becomes of an existing station once its life has run out."""
        return str(self.scenario["station"].get("existing_at_end_of_life", "rebuild"))

    def closes(self, site: Document) -> int | None:
        """Return the first year in which an existing station is gone for good; None where it stays."""
        if not site["existing_tier"] or self.rule_of_existing != "retire":
            return None
        since = site.get("existing_since")
        built = self.years[0] if since is None else int(since)
        year = built + int(self.scenario["station"]["life_years"])
        return year if year <= self.last_year else None

    def serves(self, site: Document, year: int) -> bool:
        """Whether the existing station of a site stands in a year."""
        since, closes = site.get("existing_since"), self.closes(site)
        return (since is None or since <= year) and (closes is None or year < closes)

    @cached_property
    def last_year(self) -> int:
        """Last year of the horizon."""
        return int(self.scenario["time"]["horizon_end_year"])

    @cached_property
    def last_years(self) -> dict[int, int]:
        """First year of every run -> its last one."""
        ends = [*(year - 1 for year in self.years[1:]), self.last_year]
        return dict(zip(self.years, ends, strict=True))

    @cached_property
    def plants(self) -> dict[str, Document]:
        """Id -> plant of the scenario that takes part."""
        table = self.scenario.get("plant") or {}
        return {key: row for key, row in table.items() if row.get("enabled") is not False}

    @cached_property
    def loads(self) -> dict[tuple[str, int], float]:
        """(station id, year) -> hydrogen sold there, summed from the stop plans. [kg/day]."""
        sums: defaultdict[tuple[str, int], float] = defaultdict(float)
        for row, year in self.driven():
            for stop in row["stops"]:
                sums[stop["station"], year] += row["trips_per_day"] * stop["fuel_g"] / 1000
        return dict(sums)

    def driven(self) -> Iterator[tuple[Document, int]]:
        """Yield every stop plan with the year of its commodity."""
        for row in self.plan["trips"]:
            yield row, self.commodity[row["commodity"]]["year"]

    def section(self, name: str) -> Document:
        """Return a table of the scenario, empty where the scenario has none."""
        table = self.scenario.get(name)
        return table if isinstance(table, dict) else {}


def arcs_of(variant: Document) -> list[tuple[str, str, int]]:
    """Return (load, arc id, grams) for every arc of a variant, in driving order."""
    return [
        (leg["load"], arc, grams)
        for leg in variant["legs"]
        for arc, grams in zip(leg["arcs"], leg["grams"], strict=True)
    ]


def in_year(value: Any, year: int, default: float = 0.0) -> float:
    """Return a plant's number in a year: the latest entry not after it, else the earliest."""
    if value is None:
        return default
    if not isinstance(value, dict):
        return float(value)
    keys = sorted(value, key=int)
    known = [key for key in keys if int(key) <= year]
    return float(value[known[-1] if known else keys[0]])
