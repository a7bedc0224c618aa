"""Checks of stations: the same place in every file, sizes and decisions, loads, spacing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from corridor.certificate.dispensers import busiest_kg_per_hour
from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.verdict import Check, Tally
from corridor.core.storage import storage_standards

RELATIVE_KG = 1e-6
"""Tolerance of daily kilograms, besides 1e-6 kg/day. [-]"""
ABSOLUTE_KG = 1e-6


def check_stations(d: Dossier) -> Check:
    """Compare the plan's stations with the candidate sites."""
    tally = Tally(
        "stations",
        "Every station is its candidate: name, place, route, carriageway, chainage; its periods "
        "follow each other to the end; its capacity is its tier's",
    )
    same = ("name_zh", "name_en", "kind", "route", "carriageway", "county", "lon", "lat", "node")
    for station in d.plan["stations"]:
        where, site = f"station {station['id']}", d.site[station["id"]]
        for key in (*same, "position_km"):
            tally.require(
                station.get(key) == site.get(key),
                f"{where}: {key} is {station.get(key)!r}, the candidate's is {site.get(key)!r}.",
            )
        metres = site.get("chainage_m")
        km = None if metres is None else metres / 1000
        tally.require(
            station["chainage_km"] == km
            or (km is not None and abs((station["chainage_km"] or 0.0) - km) <= 1e-9),
            f"{where}: stands at km {station['chainage_km']}, the candidate at km {km}.",
        )
        tally.require(
            station["existing"] == bool(d.existing(site)),
            f"{where}: existing is {station['existing']}.",
        )
        timeline = station["timeline"]
        years = [row["year"] for row in timeline]
        closes = d.closes(site) if d.existing(site) else None
        tally.require(
            years
            == [year for year in d.years if year >= years[0] and (not closes or year < closes)]
            and years[0] in d.years,
            f"{where}: is in service in {years}, the periods are {list(d.years)}; none closes but "
            "an existing one at the end of its life, where the scenario retires it.",
        )
        tally.require(
            station["period"] == years[0],
            f"{where}: is said to open in {station['period']}, its timeline starts in {years[0]}.",
        )
        for key in ("tier", "capacity_kg_per_day", "load_kg_per_day"):
            tally.require(
                station[key] == timeline[-1][key],
                f"{where}: {key} is {station[key]}, its last period says {timeline[-1][key]}.",
            )
        for row in timeline:
            nameplate = d.scenario["tier"][row["tier"]]["capacity_kg_per_day"]
            tally.require(
                row["capacity_kg_per_day"] == nameplate,
                f"{where}, {row['year']}: capacity {row['capacity_kg_per_day']} kg/day, tier "
                f"{row['tier']} has {nameplate}.",
            )
    return tally.done()


def check_tiers(d: Dossier) -> Check:
    """Compare the tiers with what stands, what must, what may, and with the year before."""
    tally = Tally(
        "tiers",
        "No station shrinks, changes inside a period, or is built while no road to it is open; existing "
        "stations stand; required ones are there in time and size; nothing is built where or as what it "
        "may not be",
    )
    for site in d.sites["sites"]:
        check_levels(tally, d, site, levels_of(d, site["id"]), f"site {site['id']}")
    return tally.done()


def levels_of(d: Dossier, site: str) -> list[int]:
    """Return the rank of what stands at a site in every period, 0 where nothing does."""
    return [
        d.tiers[d.timeline[site, year]["tier"]] if (site, year) in d.timeline else 0
        for year in d.years
    ]


def check_levels(tally: Tally, d: Dossier, site: Document, levels: list[int], where: str) -> None:
    """Compare the ranks of a site over the periods with roads, facts and decisions."""
    for (y0, before), (y1, after) in pairwise(zip(d.years, levels, strict=True)):
        tally.require(
            after >= before or (bool(d.existing(site)) and not d.serves(site, y1)),
            f"{where}: shrinks or closes between {y0} and {y1}.",
        )
    for block in d.blocks:
        inside = [level for year, level in zip(d.years, levels, strict=True) if year in block]
        tally.require(
            len(set(inside)) == 1,
            f"{where}: changes inside the period of {block[0]}, in one of {list(block[1:])}.",
        )
    exists, since = d.tiers.get(d.existing(site), 0), site.get("existing_since")
    allowed = ranks_of(d, site)
    if site["forbidden"] or (exists and d.closes(site)):
        allowed = set()
    for year, before, level in zip(d.years, [0, *levels], levels, strict=False):
        if level > before:
            tally.require(
                not d.roads.is_cut_off(site["node"], year),
                f"{where}: is built or enlarged in {year}, when no open road leads there and on.",
            )
        if exists:
            standing = d.serves(site, year)
            tally.require(
                level >= exists or not standing,
                f"{where}: the existing {site['existing_tier']} is missing in {year}.",
            )
            tally.require(
                level == 0 or standing,
                f"{where}: stands in {year}, the existing station (of {since}) does not.",
            )
        needed, start = site.get("required_tier"), site.get("required_from")
        if start is not None:
            least = d.tiers[needed] if needed else 1
            tally.require(
                level >= least or year < start,
                f"{where}: {needed or 'a station'} is required from {start} on, not there in "
                f"{year}.",
            )
        tally.require(
            level in allowed or level in (0, exists),
            f"{where}: has tier number {level} in {year}, which may not be built here.",
        )


def ranks_of(d: Dossier, site: Document) -> set[int]:
    """Return the ranks of the sizes that a decision leaves a site and whose storage is legal."""
    tiers = site["tiers"] or d.tiers
    return {d.tiers[tier] for tier in tiers if _storage(d, tier)[0] <= _most_stored_kg(d)}


def _storage(d: Dossier, tier: str) -> tuple[float, str]:
    """Return the storage of a size [kg], and the smallest class of the standard that holds it."""
    station = d.scenario["station"]
    kg = station["storage_days"] * usable_kg_per_day(d, tier)
    for each in storage_standards()[station["storage_standard"]]:
        if kg <= each.up_to_kg:
            return kg, each.name
    return kg, ""


def _most_stored_kg(d: Dossier) -> float:
    stated = d.scenario["station"].get("largest_storage_kg")
    classes = storage_standards()[d.scenario["station"]["storage_standard"]]
    return max(each.up_to_kg for each in classes) if stated is None else float(stated)


def usable_kg_per_day(d: Dossier, tier: str) -> float:
    """Return what a tier sells on an average day with the peak day kept free: dispensers, bays."""
    table, station, delivery = (
        d.scenario["tier"][tier],
        d.scenario["station"],
        d.scenario["delivery"],
    )
    most = busiest_kg_per_hour(table, station) / station["busiest_hour_fraction"]
    if table.get("unloading_bays") is not None:
        kept = delivery["payload_kg"] * (1 - delivery["loss_fraction"])
        most = min(most, 24 * table["unloading_bays"] * kept / delivery["unload_hours"])
    return float(min(table["capacity_kg_per_day"], most) / station["peak_day_factor"])


def check_loads(d: Dossier) -> Check:
    """Sum the loads again from the stop plans and hold them against the capacity."""
    tally = Tally(
        "loads",
        "Loads and calls per day are the sums of the stop plans; peak day and busiest hour fit "
        "the tier",
    )
    calls: dict[tuple[str, int], float] = {}
    for row, year in d.driven():
        for stop in row["stops"]:
            key = (stop["station"], year)
            calls[key] = calls.get(key, 0.0) + row["trips_per_day"]
    peak = d.scenario["station"]["peak_day_factor"]
    for (station, year), entry in d.timeline.items():
        where = f"station {station}, {year}"
        load = d.loads.get((station, year), 0.0)
        usable = usable_kg_per_day(d, entry["tier"])
        expected = {
            "load_kg_per_day": load,
            "usable_kg_per_day": usable,
            "storage_kg": _storage(d, entry["tier"])[0],
            "peak_day_kg": load * peak,
            "utilisation": load / entry["capacity_kg_per_day"]
            if entry["capacity_kg_per_day"]
            else 0.0,
            "trucks_per_day": calls.get((station, year), 0.0),
        }
        for name, value in expected.items():
            tally.close(
                f"{where}: {name}",
                entry[name],
                value,
                relative=RELATIVE_KG,
                absolute=ABSOLUTE_KG,
                unit="",
            )
        stored = _storage(d, entry["tier"])[1]
        tally.require(
            entry["storage_class"] == stored,
            f"{where}: storage class {entry['storage_class']!r}, it is {stored!r}.",
        )
        tally.require(
            load <= usable * (1 + RELATIVE_KG) + ABSOLUTE_KG,
            f"{where}: sells {load:.6f} kg/day, {entry['tier']} can sell {usable:.6f} kg/day.",
        )
        tally.call(usable - load - 1e9, f"{where}: {load:.3f} of {usable:.3f} kg/day sold")
    return tally.done()


def check_spacing(d: Dossier) -> Check:
    """Measure the gaps between stations along both carriageways of the routes with a rule."""
    tally = Tally(
        "spacing",
        "Stations keep the policy's largest gap on both carriageways, on every stretch that is open",
    )
    for key, rule in (d.section("policy").get("spacing") or {}).items():
        tally.require(rule["route"] in d.route, f"policy {key}: there is no route {rule['route']}.")
    for year in d.years:
        for rule, route, least in spacing_rules(d, year):
            key = rule["name"]
            for carriageway in (route["up"], route["down"]):
                stops = stops_of_rule(d, rule, least, carriageway, year)
                where = f"policy {key}, {year}, {rule['route']} {carriageway}"
                for start, end in stretches_m(d, stops, route, carriageway, year):
                    gap_km = (end - start) / 1000
                    tally.call(
                        rule["max_gap_km"] - gap_km,
                        f"{where}: {gap_km:g} km of {rule['max_gap_km']:g} km",
                    )
                    tally.require(
                        gap_km <= rule["max_gap_km"],
                        f"{where}: {gap_km:g} km from km {start / 1000:g} without a station, "
                        f"{rule['max_gap_km']:g} km are allowed.",
                    )
    return tally.done()


def spacing_rules(d: Dossier, year: int) -> Iterator[tuple[Document, Document, int]]:
    """Yield every spacing rule in force in a year (``name`` added), its route, its least rank."""
    for key, rule in (d.section("policy").get("spacing") or {}).items():
        if rule["route"] in d.route and year >= rule["from_year"]:
            least = d.tiers.get(rule.get("min_tier") or "", 1)
            yield {**rule, "name": key}, d.route[rule["route"]], least


def stops_of_rule(
    d: Dossier, rule: Document, least: int, carriageway: str, year: int, *, without: str = ""
) -> list[int]:
    """Return where the stations that count for a rule stand on a carriageway, in order [m].

    Parameters
    ----------
    least
        Rank of the smallest size that counts.
    without
        A station that is left out.
    """
    return sorted(
        d.site[station]["chainage_m"]
        for (station, at), row in d.timeline.items()
        if at == year
        and station != without
        and d.tiers[row["tier"]] >= least
        and d.site[station]["route"] == rule["route"]
        and d.site[station]["carriageway"] in (carriageway, "both")
        and d.site[station].get("chainage_m") is not None
        and not d.roads.is_cut_off(d.site[station]["node"], year)
    )


def stretches_m(
    d: Dossier, stops: list[int], route: Document, carriageway: str, year: int
) -> Iterator[tuple[int, int]]:
    """Yield what lies between stations on the open stretches of a carriageway, their ends included [m].

    Parameters
    ----------
    stops
        Where stations that count stand, in order. [m]
    """
    for start, end in d.roads.open_stretches(route, carriageway, year):
        yield from pairwise([start, *(m for m in stops if start <= m <= end), end])
