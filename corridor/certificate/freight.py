"""What the scenario asks of every flow: trips by share, by known tonnes, by gravity, by own figures.

Plants and parks then cap what flows carry beyond what they make and take.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from corridor.certificate.dossier import Document, Dossier, in_year
from corridor.certificate.gravity import regional_strength
from corridor.certificate.years import trucks_in

DAYS = 365
"""Days of a year of the plan. [day/year]"""

Key = tuple[str, str]
"""Flow id and truck class."""


def trucks_of(d: Dossier, anchors: Document, year: int) -> float:
    """Return the trucks of the run that begins in a year: the mean of its years."""
    years = d.demand_years[year]
    return math.fsum(trucks_in(anchors, each) for each in years) / len(years)


def adoption_of(d: Dossier) -> Document:
    """Return the adoption table, empty where the markets do not count."""
    if d.scenario["demand"].get("use_markets") is False:
        return {}
    return d.section("adoption")


def basis_g(c: Document) -> int:
    """Return the grams by which trips are counted: the need, or the burn of trips without need."""
    total: int = c["variants"][0]["total_g"] if c["variants"] else 0
    return c["need_g"] or total


def tonnes_a_trip(d: Dossier, market: str, truck: str) -> float:
    """Return payload times mean load of the market [t]."""
    load = float(d.scenario["demand"][f"{market}_load_fraction"])
    return float(d.scenario["truck"][truck]["payload_t"]) * load


@dataclass(frozen=True)
class Flow:
    """A flow that the scenario names, regional pairs apart.

    Parameters
    ----------
    row
        Its description: ends, cargo, convention, market.
    trips
        Trips a day, where trips or tonnes are known.
    part
        Its share of the hydrogen of its market that known tonnes leave.
    is_own
        Whether the user gave it in trips or tonnes: it takes nothing from its market.
    """

    row: Document
    trips: float | None
    part: float = 0.0
    is_own: bool = False

    @property
    def moves(self) -> bool:
        """Whether the flow has any trucks."""
        return self.part > 0 if self.trips is None else self.trips > 0


def named_flows(d: Dossier, year: int) -> dict[Key, Flow]:
    """Return the flows that the scenario names in a year."""
    found: dict[Key, Flow] = {}
    if adoption_of(d):
        for market, table, convention in (
            ("captive", "fleet", "LOOP"),
            ("through", "through", "ONEWAY"),
        ):
            share = d.section("market").get(market, {}).get("share", 0.0)
            for key, row in d.section(table).items() if share > 0 else ():
                cargo = row.get("cargo") or ""
                source = {**row, "cargo": cargo, "market": market, "convention": convention}
                tonnes = row.get("t_per_year")
                trips = None
                if tonnes is not None:
                    trips = in_year(tonnes, year) / tonnes_a_trip(d, market, row["truck"]) / DAYS
                found[key, row["truck"]] = Flow(source, trips, row.get("share") or 0.0)
    for key, row in d.section("od").items():
        market = "captive" if row["convention"] == "LOOP" else "through"
        source = {**row, "cargo": row.get("cargo") or "", "market": market}
        given = row.get("trips_per_day") or row.get("t_per_year") or {}
        known = [y for y in sorted(given, key=int) if int(y) <= year]
        count = float(given[known[-1]]) if known else 0.0
        if not row.get("trips_per_day"):
            count = count / tonnes_a_trip(d, market, row["truck"]) / DAYS
        found[key, row["truck"]] = Flow(source, count, is_own=True)
    return found


def hydrogen_kg(d: Dossier, year: int) -> dict[str, float]:
    """Return what the trucks of each market buy a day [kg/day]."""
    adoption = adoption_of(d)
    if not adoption:
        return {}
    trucks = trucks_of(d, adoption[f"trucks_{adoption['level']}"], year)
    kg = trucks * d.scenario["demand"]["kg_per_truck_day"]
    return {name: kg * row["share"] for name, row in d.section("market").items()}


def base_trips(d: Dossier, year: int) -> dict[str, float]:
    """Return the trips a day of each commodity of a year before the fit to counts and before caps.

    A commodity that no flow of the scenario explains is left out.
    """
    commodities = [c for c in d.trips["commodities"] if c["year"] == year]
    flows, kg = named_flows(d, year), hydrogen_kg(d, year)
    by_key = {(c["od"], c["truck"]): c for c in commodities if c["market"] != "regional"}
    known = {k: f.trips for k, f in flows.items() if f.trips is not None and not f.is_own}
    known_kg = sum(n * basis_g(by_key[k]) / 1000 for k, n in known.items() if k in by_key)
    captive_kg = kg.get("captive", 0.0)
    squeeze = captive_kg / known_kg if known_kg > captive_kg * (1 + 1e-9) else 1.0
    left = {**kg, "captive": max(0.0, captive_kg - known_kg * squeeze)}
    asked = {}
    for key, c in by_key.items():
        flow = flows.get(key)
        if flow is None:
            continue
        if flow.trips is None:
            grams = basis_g(c)
            asked[c["id"]] = left[c["market"]] * flow.part * 1000 / grams if grams else 0.0
        else:
            asked[c["id"]] = flow.trips * (squeeze if key in known else 1.0)
    regional = [c for c in commodities if c["market"] == "regional"]
    strength = regional_strength(d, year, regional)
    whole = math.fsum(strength.get(c["id"], 0.0) * basis_g(c) for c in regional)
    for c in regional:
        part = strength.get(c["id"], 0.0) / whole if whole else 0.0
        asked[c["id"]] = kg.get("regional", 0.0) * 1000 * part
    return asked


def fitted_flows(d: Dossier, base: Mapping[str, float], years: list[int]) -> set[Key]:
    """Return the flows that a fit may change: market flows of every year counted, not known otherwise."""
    fixed = {key for key, row in d.section("fleet").items() if row.get("t_per_year") is not None}
    fixed |= set(d.section("od"))
    found = [
        {
            (c["od"], c["truck"])
            for c in d.trips["commodities"]
            if c["year"] == year and base.get(c["id"], 0.0) > 0
        }
        for year in years
    ]
    open_flows = set.intersection(*found) if found else set()
    return {key for key in open_flows if key[0] not in fixed}


def asked_trips(d: Dossier, year: int) -> dict[str, float]:
    """Return the trips a day that each commodity of a year would have if nothing capped it.

    The factors of the fit to counts move trips between flows, not the hydrogen of the year.
    """
    base = base_trips(d, year)
    factor = {(row["od"], row["truck"]): row["factor"] for row in d.trips["factors"]}
    fitted = {
        c["id"]: (factor[c["od"], c["truck"]], basis_g(c))
        for c in d.trips["commodities"]
        if c["id"] in base and (c["od"], c["truck"]) in factor
    }
    before = math.fsum(base[key] * grams for key, (_, grams) in fitted.items())
    after = math.fsum(base[key] * f * grams for key, (f, grams) in fitted.items())
    level = before / after if after > 0 else 1.0
    return {
        key: trips * fitted[key][0] * level if key in fitted else trips
        for key, trips in base.items()
    }


def road_limits(d: Dossier, place: str, year: int) -> dict[str, float]:
    """Return the tonnes that a plant or park leaves to the road: out, in, both together [t/year]."""
    works = d.section("works")[place]
    made, taken = works.get("makes_mt_per_year"), works.get("takes_mt_per_year")
    if works.get("plant"):
        plant = d.section("plant")[works["plant"]]
        made = in_year(plant["coke_mt_per_year"], year)
        made *= in_year(plant.get("coke_rate_fraction"), year, 1.0)
        taken = made * works["coal_t_per_t_coke"]
    rail = 1e6 * in_year(works.get("rail_mt_per_year"), year)
    limit = {}
    if made is not None:
        limit["out"] = 1e6 * in_year(made, year)
    if taken is not None:
        limit["in"] = 1e6 * in_year(taken, year)
    if made is None or taken is None:
        return {way: max(0.0, there - rail) for way, there in limit.items()}
    limit["both"] = max(0.0, limit["out"] + limit["in"] - rail)
    return limit


def touching(c: Document, place: str, way: str) -> bool:
    """Whether a commodity carries freight out of a place, into it, or either."""
    return (way != "in" and c["origin"] == place) or (way != "out" and c["destination"] == place)


def caps(d: Dossier, year: int, tonnes: dict[str, float]) -> dict[str, float]:
    """Return by which share every commodity is capped, from what it would carry [-].

    First what leaves and what enters, each pro rata, then both together; of the places at a
    flow's two ends the tighter one counts.
    """
    commodities = {c["id"]: c for c in d.trips["commodities"] if c["id"] in tonnes}
    share = dict.fromkeys(commodities, 1.0)
    for place in d.section("works"):
        limit = road_limits(d, place, year)
        here = dict.fromkeys(commodities, 1.0)
        for way in ("out", "in", "both"):
            if way not in limit:
                continue
            keys = [key for key, c in commodities.items() if touching(c, place, way)]
            asked = math.fsum(tonnes[key] * here[key] for key in keys)
            if asked > limit[way] * (1 + 1e-9):
                for key in keys:
                    here[key] *= limit[way] / asked
        share = {key: min(value, here[key]) for key, value in share.items()}
    return share


def asked_and_capped(d: Dossier, year: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the trips a day asked of every commodity of a year, and the share that is driven."""
    asked = asked_trips(d, year)
    if d.scenario["demand"].get("tonnage", "refuse") == "refuse":
        return asked, dict.fromkeys(asked, 1.0)
    return asked, caps(d, year, asked_tonnes(d, asked))


def asked_tonnes(d: Dossier, asked: dict[str, float]) -> dict[str, float]:
    """Return what each commodity would carry [t/year]."""
    return {
        c["id"]: asked[c["id"]] * tonnes_a_trip(d, c["market"], c["truck"]) * DAYS
        for c in d.trips["commodities"]
        if c["id"] in asked
    }
