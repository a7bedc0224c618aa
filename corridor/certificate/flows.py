"""Checks of the demand: trucks by year, what a trip needs, trips a day from the markets' shares."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.verdict import Check, Tally

RELATIVE = 1e-9
"""Tolerance of trucks and trips per day, besides 1e-9 of one: rounding of doubles. [-]"""


def trucks_in(anchors: Mapping[str, float], year: int) -> float:
    """Return the trucks in a year: same factor each year between two anchors, flat outside.

    Where an anchor is 0 the fleet grows by the same number instead.
    """
    years = sorted(int(key) for key in anchors)
    count = {int(key): float(value) for key, value in anchors.items()}
    if year <= years[0]:
        return count[years[0]]
    if year >= years[-1]:
        return count[years[-1]]
    after = next(y for y in years if y >= year)
    before = max(y for y in years if y < after)
    part = (year - before) / (after - before)
    a, b = count[before], count[after]
    return a * (b / a) ** part if a > 0 and b > 0 else a + part * (b - a)


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
    adoption = _adoption(d)
    rows = {row["year"]: row for row in d.trips["trucks_by_year"]}
    for year in d.years:
        if not tally.require(year in rows, f"the trucks of {year} are not stated."):
            continue
        # The user's own flows are given in trips; they count as the trucks that buy as much.
        own_kg = sum(
            c["trips_per_day"] * _basis_g(c) / 1000
            for c in d.trips["commodities"]
            if c["year"] == year and c["od"] in d.section("od")
        )
        own = own_kg / d.scenario["demand"]["kg_per_truck_day"]
        for name in ("low", "base", "high", "used"):
            true = own
            if adoption:
                level = adoption["level"] if name == "used" else name
                true += trucks_in(adoption[f"trucks_{level}"], year)
            _close(tally, f"trucks in {year} ({name})", rows[year][name], true)


def _adoption(d: Dossier) -> Document:
    """Return the adoption table, empty where the markets do not count."""
    if d.scenario["demand"].get("use_markets") is False:
        return {}
    return d.section("adoption")


def _basis_g(c: Document) -> int:
    """Return the grams by which trips are counted: the need, or the burn of trips without need."""
    total: int = c["variants"][0]["total_g"] if c["variants"] else 0
    return c["need_g"] or total


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
    commodities = [c for c in d.trips["commodities"] if c["year"] == year]
    wanted, regional_kg = _expected(d, year)
    regional = 0.0
    for c in commodities:
        where = f"commodity {c['id']}"
        basis_g = _basis_g(c)
        if c["market"] == "regional":
            regional += c["trips_per_day"] * basis_g / 1000
            tally.require(
                c["convention"] == "LOOP"
                and c["truck"] == d.section("gravity").get("truck")
                and {c["origin"], c["destination"]} <= d.section("zone").keys(),
                f"{where}: regional freight loops between the scenario's zones in its truck class.",
            )
            continue
        row = wanted.pop((c["od"], c["truck"]), None)
        if not tally.require(row is not None, f"{where}: no flow of the scenario is like that."):
            continue
        assert row is not None
        source, kg, trips = row
        same = ("origin", "destination", "cargo", "convention", "market")
        for key in same:
            tally.require(
                c[key] == source[key], f"{where}: {key} is {c[key]!r}, not {source[key]!r}."
            )
        if trips is None and basis_g:
            trips = kg * 1000 / basis_g
        if trips is not None:
            _close(tally, f"{where}: trips per day", c["trips_per_day"], trips)
    for (od, truck), (_, kg, trips) in wanted.items():
        tally.require(
            not (kg > 0 or (trips or 0) > 0), f"the flow {od} of {truck} is missing in {year}."
        )
    _close(tally, f"regional hydrogen in {year}, kg/day", regional, regional_kg)


def _expected(
    d: Dossier, year: int
) -> tuple[dict[tuple[str, str], tuple[Document, float, float | None]], float]:
    """Return what the scenario wants in a year.

    Returns
    -------
    tuple
        (flow id, truck) -> (its description, kg/day wanted, trips/day where given directly), and
        the hydrogen of regional freight. [kg/day]
    """
    wanted: dict[tuple[str, str], tuple[Document, float, float | None]] = {}
    adoption = _adoption(d)
    regional_kg = 0.0
    if adoption:
        trucks = trucks_in(adoption[f"trucks_{adoption['level']}"], year)
        kg = trucks * d.scenario["demand"]["kg_per_truck_day"]
        share = {name: row["share"] for name, row in d.section("market").items()}
        regional_kg = kg * share.get("regional", 0.0)
        for market, table, convention in (
            ("captive", "fleet", "LOOP"),
            ("through", "through", "ONEWAY"),
        ):
            for key, row in d.section(table).items():
                source = {
                    **row,
                    "cargo": row.get("cargo") or "",
                    "market": market,
                    "convention": convention,
                }
                part = kg * share.get(market, 0.0) * row["share"]
                wanted[key, row["truck"]] = (source, part, None)
    for key, row in d.section("od").items():
        source = {
            **row,
            "cargo": row.get("cargo") or "",
            "market": "captive" if row["convention"] == "LOOP" else "through",
        }
        known = [y for y in sorted(row["trips_per_day"], key=int) if int(y) <= year]
        trips = float(row["trips_per_day"][known[-1]]) if known else 0.0
        wanted[key, row["truck"]] = (source, 0.0, trips)
    return wanted, regional_kg


def _close(tally: Tally, what: str, stated: float, true: float) -> None:
    tally.close(what, stated, true, relative=RELATIVE, absolute=RELATIVE, unit="")
