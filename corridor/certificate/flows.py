"""Checks of the demand: trucks by year, what a trip needs, trips a day from the markets' shares."""

from __future__ import annotations

from math import floor

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.freight import (
    adoption_of,
    asked_and_capped,
    basis_g,
    hydrogen_kg,
    named_flows,
    trucks_of,
)
from corridor.certificate.verdict import Check, Tally

RELATIVE = 1e-9
"""Tolerance of trucks and trips per day, besides 1e-9 of one: rounding of doubles. [-]"""


def check_demand(d: Dossier) -> Check:
    """Derive need, fuel at the ends and trips per day again from the scenario."""
    tally = Tally(
        "demand",
        "Trucks by year, hydrogen that a trip needs, fuel at its ends, and trips per day follow "
        "from the scenario's adoption, markets and own flows",
    )
    _check_trucks(d, tally)
    for c in d.trips["commodities"]:
        where = f"commodity {c['id']}"
        expected_id = f"{c['od']}.{c['truck']}.{c['year']}"
        tally.require(c["id"] == expected_id, f"{where}: should be called {expected_id}.")
        tally.require(c["year"] in d.years, f"{where}: {c['year']} is no period of the scenario.")
        if c["variants"]:
            _check_need(d, c, tally)
    for year in d.years:
        _check_trips(d, year, tally)
    return tally.done()


def _check_trucks(d: Dossier, tally: Tally) -> None:
    adoption = adoption_of(d)
    rows = {row["year"]: row for row in d.trips["trucks_by_year"]}
    for year in d.years:
        if not tally.require(year in rows, f"the trucks of {year} are not stated."):
            continue
        # The user's own flows are given in trips; they count as the trucks that buy as much.
        own_kg = sum(
            c["trips_per_day"] * basis_g(c) / 1000
            for c in d.trips["commodities"]
            if c["year"] == year and c["od"] in d.section("od")
        )
        own = own_kg / d.scenario["demand"]["kg_per_truck_day"]
        for name in ("low", "base", "high", "used"):
            true = own
            if adoption:
                level = adoption["level"] if name == "used" else name
                true += trucks_of(d, adoption[f"trucks_{level}"], year)
            _close(tally, f"trucks in {year} ({name})", rows[year][name], true)


def _check_need(d: Dossier, c: Document, tally: Tally) -> None:
    where = f"commodity {c['id']}"
    total = c["variants"][0]["total_g"]
    if c["convention"] == "LOOP":
        start = end = 0
        need = total
    else:
        demand = d.scenario["demand"]
        start = floor(c["usable_g"] * demand["through_start_fraction"])
        end = floor(c["usable_g"] * demand["through_end_fraction"])
        need = max(0, total + c["end_g"] - c["start_g"])
    tally.require(c["start_g"] == start, f"{where}: starts with {c['start_g']} g, not {start} g.")
    tally.require(c["end_g"] == end, f"{where}: must end with {c['end_g']} g, not {end} g.")
    tally.require(c["need_g"] == need, f"{where}: needs {c['need_g']} g, recomputed {need} g.")


def _check_trips(d: Dossier, year: int, tally: Tally) -> None:
    flows = named_flows(d, year)
    asked, share = asked_and_capped(d, year)
    kg = hydrogen_kg(d, year)
    regional = [
        c for c in d.trips["commodities"] if c["year"] == year and c["market"] == "regional"
    ]
    tally.require(
        bool(regional) or not kg.get("regional"), f"regional freight is missing in {year}."
    )
    for c in d.trips["commodities"]:
        if c["year"] != year or c["market"] == "regional":
            continue
        where = f"commodity {c['id']}"
        flow = flows.pop((c["od"], c["truck"]), None)
        if not tally.require(flow is not None, f"{where}: no flow of the scenario is like that."):
            continue
        assert flow is not None
        for key in ("origin", "destination", "cargo", "convention", "market"):
            tally.require(
                c[key] == flow.row[key], f"{where}: {key} is {c[key]!r}, not {flow.row[key]!r}."
            )
        trips = asked[c["id"]] * share[c["id"]]
        _close(tally, f"{where}: trips per day", c["trips_per_day"], trips)
    for (od, truck), flow in flows.items():
        tally.require(not flow.moves, f"the flow {od} of {truck} is missing in {year}.")


def _close(tally: Tally, what: str, stated: float, true: float) -> None:
    tally.close(what, stated, true, relative=RELATIVE, absolute=RELATIVE, unit="")
