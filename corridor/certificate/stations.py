"""Checks of stations: the same place in every file, what is decided, sizes, loads, spacing."""

from __future__ import annotations

from itertools import pairwise

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.roads import straight_line_m
from corridor.certificate.verdict import Check, Tally

RELATIVE_KG = 1e-6
"""Tolerance of daily kilograms, besides 1e-6 kg/day. [-]"""
ABSOLUTE_KG = 1e-6
FARTHEST_FROM_NODE_M = 25_000.0
"""A site stands no farther than this from the node that stands for it. Engineering assumption:
hubs are tied to their town's access road. [m]"""


def check_sites(d: Dossier) -> Check:
    """Compare the candidate sites with the network and the scenario."""
    tally = Tally(
        "sites",
        "Every candidate stands at its node, on its node's carriageway, near its node's "
        "coordinates, with the decisions that the scenario took about it",
    )
    sides = {side["id"]: side for side in d.network["sides"]}
    for site in d.sites["sites"]:
        where, node = f"site {site['id']}", d.roads.nodes[site["node"]]
        away = straight_line_m(site, node)
        tally.require(
            away <= FARTHEST_FROM_NODE_M,
            f"{where}: lies at {site['lon']:g}, {site['lat']:g}, {away / 1000:.0f} km from its "
            f"node {site['node']}; are longitude and latitude swapped?",
        )
        if node["kind"] == "sa_side":
            for key in ("route", "carriageway", "chainage_m"):
                tally.require(
                    site.get(key) == node.get(key),
                    f"{where}: {key} is {site.get(key)!r}, its node says {node.get(key)!r}.",
                )
        elif site["carriageway"] not in ("both", ""):
            tally.require(
                site["carriageway"] == node.get("carriageway"),
                f"{where}: serves {site['carriageway']}, its node lies on "
                f"{node.get('carriageway') or 'no carriageway'}.",
            )
        if site["kind"] == "sa_side" and tally.require(
            site["id"] in sides, f"{where}: is no service-area side of the network."
        ):
            side = sides[site["id"]]
            tally.require(
                side["node"] == site["node"],
                f"{where}: stands at {site['node']}, the network puts this side at {side['node']}.",
            )
        _check_decision(d, site, tally)
    return tally.done()


def _check_decision(d: Dossier, site: Document, tally: Tally) -> None:
    where = f"site {site['id']}"
    decision = d.section("decision").get(site["id"]) or {}
    opening = decision.get("open") or "free"
    tally.require(
        site["forbidden"] == (opening == "forbidden"),
        f"{where}: forbidden is {site['forbidden']}, the scenario says {opening}.",
    )
    tally.require(
        list(site["tiers"]) == sorted(decision.get("tiers") or [], key=lambda t: d.tiers.get(t, 0)),
        f"{where}: allowed tiers are {site['tiers']}, the scenario says "
        f"{decision.get('tiers') or 'all'}.",
    )
    required = opening == "required"
    tally.require(
        (site.get("required_from") is not None) == required,
        f"{where}: required from {site.get('required_from')}, the scenario says {opening}.",
    )
    if required and site.get("required_from") is not None:
        year = decision.get("from_year") or d.years[0]
        tally.require(
            max(site["required_from"], d.years[0]) == max(year, d.years[0]),
            f"{where}: required from {site['required_from']}, the scenario says {year}.",
        )
        least = decision.get("min_tier") or ""
        tally.require(
            d.tiers.get(site["required_tier"], 1) == d.tiers.get(least, 1),
            f"{where}: required tier is {site['required_tier']!r}, the scenario says {least!r}.",
        )
    factor = (d.section("site").get(site["id"]) or {}).get("capex_factor") or 1.0
    tally.require(
        site["capex_factor"] == factor,
        f"{where}: CAPEX factor is {site['capex_factor']}, the scenario says {factor}.",
    )
    existing = d.section("existing_station").get(site["id"])
    if existing is not None:
        tally.require(
            (site["existing_tier"], site.get("existing_since"))
            == (existing["tier"], existing["since_year"]),
            f"{where}: stands as {site['existing_tier']!r} since {site.get('existing_since')}, the "
            f"scenario says {existing['tier']!r} since {existing['since_year']}.",
        )


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
        for key in same:
            tally.require(
                station[key] == site[key],
                f"{where}: {key} is {station[key]!r}, the candidate's is {site[key]!r}.",
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
        tally.require(
            years == [year for year in d.years if year >= years[0]] and years[0] in d.years,
            f"{where}: is in service in {years}, the periods are {list(d.years)}; no station "
            "closes.",
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
        "No station shrinks; existing stations stand; required ones are there in time and size; "
        "nothing is built where or as what it may not be",
    )
    for site in d.sites["sites"]:
        where = f"site {site['id']}"
        levels = [
            d.tiers[d.timeline[site["id"], year]["tier"]] if (site["id"], year) in d.timeline else 0
            for year in d.years
        ]
        for (y0, before), (y1, after) in pairwise(zip(d.years, levels, strict=True)):
            tally.require(after >= before, f"{where}: shrinks or closes between {y0} and {y1}.")
        exists, since = d.tiers.get(d.existing(site), 0), site.get("existing_since")
        allowed = {d.tiers[tier] for tier in site["tiers"]} or set(d.tiers.values())
        if site["forbidden"]:
            allowed = set()
        for year, level in zip(d.years, levels, strict=True):
            if exists:
                standing = since is None or since <= year
                tally.require(
                    level >= exists or not standing,
                    f"{where}: the existing {site['existing_tier']} is missing in {year}.",
                )
                tally.require(
                    level == 0 or standing,
                    f"{where}: stands in {year}, the existing station is from {since} on.",
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
    return tally.done()


def usable_kg_per_day(d: Dossier, tier: str) -> float:
    """Return what a tier sells on an average day with peak day and busiest hour kept free."""
    table, station = d.scenario["tier"][tier], d.scenario["station"]
    busiest = table["peak_kg_per_hour"] / station["busiest_hour_fraction"]
    return float(min(table["capacity_kg_per_day"], busiest) / station["peak_day_factor"])


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
        tally.require(
            load <= usable * (1 + RELATIVE_KG) + ABSOLUTE_KG,
            f"{where}: sells {load:.6f} kg/day, {entry['tier']} can sell {usable:.6f} kg/day.",
        )
        tally.call(usable - load - 1e9, f"{where}: {load:.3f} of {usable:.3f} kg/day sold")
    return tally.done()


def check_spacing(d: Dossier) -> Check:
    """Measure the gaps between stations along both carriageways of the routes with a rule."""
    tally = Tally("spacing", "Stations keep the policy's largest gap on both carriageways")
    routes = {route["ref"]: route for route in d.network["routes"]}
    for key, rule in (d.section("policy").get("spacing") or {}).items():
        if not tally.require(
            rule["route"] in routes, f"policy {key}: there is no route {rule['route']}."
        ):
            continue
        route = routes[rule["route"]]
        least = d.tiers.get(rule.get("min_tier") or "", 1)
        for year in (year for year in d.years if year >= rule["from_year"]):
            for carriageway in (route["up"], route["down"]):
                stops = sorted(
                    d.site[station]["chainage_m"]
                    for (station, at), row in d.timeline.items()
                    if at == year
                    and d.tiers[row["tier"]] >= least
                    and d.site[station]["route"] == rule["route"]
                    and d.site[station]["carriageway"] in (carriageway, "both")
                    and d.site[station].get("chainage_m") is not None
                )
                for before, after in pairwise([0, *stops, route["length_m"]]):
                    gap_km = (after - before) / 1000
                    tally.call(
                        rule["max_gap_km"] - gap_km,
                        f"policy {key}, {year}, {carriageway}: {gap_km:g} km of "
                        f"{rule['max_gap_km']:g} km",
                    )
                    tally.require(
                        gap_km <= rule["max_gap_km"],
                        f"policy {key}, {year}: {gap_km:g} km of {rule['route']} ({carriageway}) "
                        f"from km {before / 1000:g} without a station, "
                        f"{rule['max_gap_km']:g} km are allowed.",
                    )
    return tally.done()
