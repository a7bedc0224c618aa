"""Check the counted sections: what passes them, GEH, and that the fit to them is the best one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from corridor.certificate.dossier import Document, Dossier, arcs_of
from corridor.certificate.freight import base_trips, fitted_flows
from corridor.certificate.verdict import Check, Tally

RELATIVE = 1e-6
"""Tolerance of trips and GEH: two balancings of a gravity matrix. [-]"""
SLOPE = 1e-5
"""Slope of the least squares at its minimum, over the sum of the slopes that cancel there. [-]"""
LEAST_FACTOR = 0.01
"""The fit leaves at least this of a flow. [-]"""


@dataclass(frozen=True)
class Section:
    """A count with the arcs that it lies on and the period that it is held against."""

    id: str
    year: int
    truck: str
    counted: float
    arcs: frozenset[str]

    def passed(self, c: Document) -> int:
        """Return how often a trip passes, 0 where its class or period is not counted."""
        if c["year"] != self.year or self.truck not in ("", c["truck"]):
            return 0
        return sum(arc in self.arcs for _, arc, _ in arcs_of(c["variants"][0]))


def check_counts(d: Dossier) -> Check:
    """Count the trucks at every section again, and prove the factors of the fit."""
    tally = Tally(
        "counts",
        "What passes every counted section before and after the fit, and its GEH; the factors of "
        "the fit leave no slope of the least squares, and none where nothing is fitted",
    )
    sections = [_section(d, key, row) for key, row in sorted(d.section("count").items())]
    base = {k: trips for year in d.years for k, trips in base_trips(d, year).items()}
    driven = {c["id"]: float(c["trips_per_day"]) for c in d.trips["commodities"]}
    listed = {row["id"]: row for row in d.trips["counts"]}
    tally.require(
        len(listed) == len(d.trips["counts"]) and listed.keys() == {s.id for s in sections},
        "the counts listed are not those of the scenario.",
    )
    before, after = (_modelled(d, sections, trips) for trips in (base, driven))
    hour = float(d.section("calibration").get("hour_fraction") or 0.0)
    for section in sections:
        row = listed.get(section.id)
        if row is None:
            continue
        tally.require(
            row["year"] == section.year and row["truck"] == section.truck,
            f"count {section.id}: belongs to {section.year} and class {section.truck!r}.",
        )
        expected = {
            "counted_per_day": section.counted,
            "before_per_day": before[section.id],
            "after_per_day": after[section.id],
            "hydrogen_share": _share(sections, after, section.year),
            "geh_before": _geh(before, sections, section, hour),
            "geh_after": _geh(after, sections, section, hour),
        }
        for key, true in expected.items():
            tally.close(
                f"count {section.id}: {key}",
                row[key],
                true,
                relative=RELATIVE,
                absolute=RELATIVE,
                unit="",
            )
    _check_factors(d, sections, base, before, tally)
    return tally.done()


def _section(d: Dossier, key: str, row: Document) -> Section:
    at_m = row["chainage_km"] * 1000
    arcs = set()
    for arc in d.network["arcs"]:
        tail, head = (d.roads.nodes[arc[end]].get("chainage_m") for end in ("tail", "head"))
        if arc["kind"] != "mainline" or arc.get("route") != row["route"]:
            continue
        if tail is None or head is None:
            continue
        way = row.get("carriageway") or ""
        if way in ("", arc.get("carriageway")) and min(tail, head) <= at_m < max(tail, head):
            arcs.add(arc["id"])
    reached = [year for year in d.years if year <= row["year"]]
    return Section(
        id=key,
        year=max(reached) if reached else min(d.years),
        truck=row.get("truck") or "",
        counted=float(row["trucks_per_day"]),
        arcs=frozenset(arcs),
    )


def _modelled(d: Dossier, sections: list[Section], trips: Mapping[str, float]) -> dict[str, float]:
    return {
        section.id: math.fsum(
            section.passed(c) * trips.get(c["id"], 0.0) for c in d.trips["commodities"]
        )
        for section in sections
    }


def _share(sections: list[Section], modelled: Mapping[str, float], year: int) -> float:
    """Return hydrogen trucks over trucks counted, all counts of a period together."""
    here = [section for section in sections if section.year == year]
    counted = math.fsum(section.counted for section in here)
    return math.fsum(modelled[section.id] for section in here) / counted if counted else 0.0


def _geh(
    modelled: Mapping[str, float], sections: list[Section], section: Section, hour: float
) -> float:
    share = _share(sections, modelled, section.year)
    m = hour * modelled[section.id] / share if share else 0.0
    c = hour * section.counted
    return math.sqrt(2 * (m - c) ** 2 / (m + c)) if m + c > 0 else 0.0


def _check_factors(
    d: Dossier,
    sections: list[Section],
    base: Mapping[str, float],
    before: Mapping[str, float],
    tally: Tally,
) -> None:
    """Prove the fit: at a minimum of a convex sum no factor could move and gain."""
    stated = {(row["od"], row["truck"]): float(row["factor"]) for row in d.trips["factors"]}
    years = sorted({section.year for section in sections})
    share = {year: _share(sections, before, year) for year in years}
    fits = d.section("calibration").get("method") == "least_squares" and years
    wanted = fitted_flows(d, base, years) if fits and all(share.values()) else set()
    tally.require(
        stated.keys() == wanted and len(stated) == len(d.trips["factors"]),
        "the flows fitted to counts are not those that the scenario leaves open.",
    )
    if not stated or stated.keys() != wanted:
        return
    weight = float(d.section("calibration")["seed_weight"])
    seed = dict.fromkeys(stated, 0.0)
    touched: dict[str, list[tuple[tuple[str, str], float]]] = {s.id: [] for s in sections}
    miss = {section.id: -section.counted for section in sections}
    for c in d.trips["commodities"]:
        key = (c["od"], c["truck"])
        if c["year"] not in share or c["id"] not in base:
            continue
        all_fuels = base[c["id"]] / share[c["year"]]
        if key in seed:
            seed[key] += all_fuels / len(share)
        for section in sections:
            times = section.passed(c)
            if times:
                miss[section.id] += times * all_fuels * stated.get(key, 1.0)
                if key in stated:
                    touched[section.id].append((key, times * all_fuels))
    slope = {key: weight * seed[key] * (factor - 1) for key, factor in stated.items()}
    size = {key: weight * seed[key] * (factor + 1) for key, factor in stated.items()}
    for section in sections:
        for key, amount in touched[section.id]:
            part = amount * miss[section.id] / max(section.counted, 1.0)
            slope[key] += part
            size[key] += abs(part)
    for key, factor in stated.items():
        flat = abs(slope[key]) <= SLOPE * size[key]
        floor = factor <= LEAST_FACTOR * (1 + 1e-6) and slope[key] > 0
        tally.require(
            factor >= LEAST_FACTOR * (1 - 1e-6) and (flat or floor),
            f"flow {key[0]} of {key[1]}: a factor other than {factor:.6g} fits the counts better.",
        )
