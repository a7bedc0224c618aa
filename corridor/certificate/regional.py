"""Check that regional freight is spread over its pairs as the gravity model says."""

from __future__ import annotations

import math

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.verdict import Check, Tally

ROUNDS = 5000
BALANCED = 1e-11
"""Largest relative change of a factor at which the balancing stops. [-]"""
RELATIVE = 1e-6
"""Tolerance of a pair's trips: two balancings, each to 1e-9, of a matrix in doubles. [-]"""


def check_regional(d: Dossier) -> Check:
    """Balance the gravity matrix anew and compare the trips of every pair."""
    tally = Tally(
        "regional",
        "Trips between zones are in the proportions of a doubly constrained gravity model on "
        "road distances, and as many pairs are kept as the scenario says",
    )
    for year in d.years:
        rows = [
            c for c in d.trips["commodities"] if c["year"] == year and c["market"] == "regional"
        ]
        if rows:
            _check_year(d, year, rows, tally)
    return tally.done()


def _check_year(d: Dossier, year: int, rows: list[Document], tally: Tally) -> None:
    gravity = d.section("gravity")
    zones = sorted(key for key, row in d.section("zone").items() if (row.get("mass") or 0) > 0)
    number = {zone: i for i, zone in enumerate(zones)}
    pairs = len(zones) * (len(zones) - 1)
    most = min(pairs, gravity.get("pairs_max") or pairs)
    tally.require(
        len(rows) == most, f"{year}: {len(rows)} pairs of zones are kept, it should be {most}."
    )
    ends = {(c["origin"], c["destination"]) for c in rows}
    tally.require(len(ends) == len(rows), f"{year}: a pair of zones has two commodities.")
    if not all(c["origin"] in number and c["destination"] in number for c in rows):
        tally.fail(f"{year}: a regional commodity joins places that are no zones.")
        return
    costs = [[_km(d, year, a, b) for b in zones] for a in zones]
    if any(math.isinf(cost) for row in costs for cost in row):
        tally.fail(f"{year}: two zones are not joined by an open way.")
        return
    masses = [float(d.section("zone")[zone]["mass"]) for zone in zones]
    flow = balanced(masses, costs, float(gravity.get("beta_per_km") or 0.0))
    strength = {c["id"]: flow[number[c["origin"]]][number[c["destination"]]] for c in rows}
    grams = {c["id"]: c["need_g"] or c["variants"][0]["total_g"] for c in rows}
    stated = math.fsum(c["trips_per_day"] * grams[c["id"]] for c in rows)
    whole = math.fsum(strength[c["id"]] * grams[c["id"]] for c in rows)
    for c in rows:
        tally.close(
            f"commodity {c['id']}: trips per day by gravity",
            c["trips_per_day"],
            stated / whole * strength[c["id"]] if whole else 0.0,
            relative=RELATIVE,
            absolute=1e-9,
            unit="trips/day",
        )


def _km(d: Dossier, year: int, a: str, b: str) -> float:
    if a not in d.places or b not in d.places:
        return math.inf
    metres = d.roads.distances(d.places[a]["node"], year).get(d.places[b]["node"])
    return math.inf if metres is None else metres / 1000


def balanced(masses: list[float], costs: list[list[float]], beta: float) -> list[list[float]]:
    """Return T_ij = a_i b_j exp(-beta c_ij) with the masses as both margins.

    A trip inside a zone costs half the way to the nearest other zone.

    Parameters
    ----------
    masses
        Freight weight of each zone.
    costs
        Road distance; the diagonal is ignored. [km]
    beta
        Decay. [1/km]
    """
    size = range(len(masses))
    cost = [list(row) for row in costs]
    for i in size:
        others = [min(costs[i][j], costs[j][i]) for j in size if j != i]
        cost[i][i] = min(others) / 2 if others else 0.0
    nearest = [min(row) for row in cost]
    pull = [[math.exp(-beta * (cost[i][j] - nearest[i])) for j in size] for i in size]
    a, b = [1.0] * len(masses), [1.0] * len(masses)
    for _ in range(ROUNDS):
        moved = 0.0
        for i in size:
            a[i] = masses[i] / math.fsum(pull[i][j] * b[j] for j in size)
        for j in size:
            wanted = masses[j] / math.fsum(a[i] * pull[i][j] for i in size)
            moved = max(moved, abs(wanted - b[j]) / wanted)
            b[j] = wanted
        if moved <= BALANCED:
            break
    return [[a[i] * pull[i][j] * b[j] for j in size] for i in size]
