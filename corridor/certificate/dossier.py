"""The run folder as the checks see it: five documents and the ways to look things up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corridor.certificate.roads import Roads

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
        """First years of the scenario's periods."""
        return tuple(self.scenario["time"]["periods"])

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

    def existing(self, site: Document) -> str:
        """Return the tier of the station that stands at a site, empty where none does.

        A station that opens after the last period is nobody's business yet.
        """
        since = site.get("existing_since")
        too_late = since is not None and since > self.years[-1]
        return "" if too_late else str(site["existing_tier"])

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
