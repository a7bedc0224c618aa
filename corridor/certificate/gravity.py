"""The gravity model of regional freight, balanced once more with code of its own."""

from __future__ import annotations

import math

from corridor.certificate.dossier import Document, Dossier

ROUNDS = 5000
BALANCED = 1e-11
"""Largest relative change of a factor at which the balancing stops. [-]"""


def zones_of(d: Dossier) -> list[str]:
    """Return the places that send or take freight."""
    return sorted(key for key, row in d.section("zone").items() if (row.get("mass") or 0) > 0)


def regional_strength(d: Dossier, year: int, rows: list[Document]) -> dict[str, float]:
    """Return how strongly gravity joins the ends of each commodity, in trips of any unit.

    Empty where two zones are not joined by an open way; what joins no zones is left out.
    """
    zones = zones_of(d)
    number = {zone: i for i, zone in enumerate(zones)}
    costs = [[_km(d, year, a, b) for b in zones] for a in zones]
    if not rows or any(math.isinf(cost) for row in costs for cost in row):
        return {}
    masses = [float(d.section("zone")[zone]["mass"]) for zone in zones]
    flow = balanced(masses, costs, float(d.section("gravity").get("beta_per_km") or 0.0))
    return {
        c["id"]: flow[number[c["origin"]]][number[c["destination"]]]
        for c in rows
        if c["origin"] in number and c["destination"] in number
    }


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
