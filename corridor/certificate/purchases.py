"""Check of small purchases: no truck stops, or leaves the road, for less than the least purchase."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.stations import usable_kg_per_day
from corridor.certificate.verdict import Check, Tally

ROUNDING_G = 1
"""Whole grams may take so much off a purchase. [g]"""
WHOLE_SEARCH = 12
"""Up to so many stops all sets of them are tried, above that those that lack one. [-]"""


def check_purchases(d: Dossier) -> Check:
    """Look at every stop below the least purchase, and at every detour."""
    tally = Tally(
        "purchases",
        "No stop below the least purchase, unless the trip needs less, neither its stops nor some "
        "of them leave room for it, or the station is full; every detour is driven for a purchase "
        "at its site",
    )
    least = int(d.scenario["demand"]["min_stop_kg"] * 1000)
    full = _full(d, least)
    for number, (row, year) in enumerate(d.driven()):
        commodity = d.commodity[row["commodity"]]
        variant = d.variant[row["commodity"], row["variant"]]
        where = f"stop plan {number} of {row['commodity']} ({row['variant']})"
        known = len(variant["visits"])
        stops = [stop for stop in row["stops"] if stop["visit"] < known]
        _check_detours(tally, where, commodity, variant, stops, least)
        open_to_more = [stop for stop in stops if (stop["station"], year) not in full]
        smallest = min((stop["fuel_g"] for stop in open_to_more), default=least)
        tally.checked += 1
        if smallest >= least - ROUNDING_G or _need(commodity, variant) < least:
            continue
        visits = [variant["visits"][stop["visit"]] for stop in stops]
        better = _with_room(commodity, variant, visits, least)
        if better is not None:
            names = ", ".join(visit["site"] for visit in better)
            tally.fail(
                f"{where}: takes {smallest} g at a stop, less than {least} g; stops at {names} "
                "would do with that much or more at each."
            )
    return tally.done()


def _full(d: Dossier, least: int) -> set[tuple[str, int]]:
    """Return the (station, year) that cannot sell the least to all who take less there.

    A tier keeps a gram free for every stop that may be made anywhere (whole grams); what is left of it
    on an average day is what counts.
    """
    lacks: defaultdict[tuple[str, int], float] = defaultdict(float)
    for row, year in d.driven():
        for stop in row["stops"]:
            if stop["fuel_g"] < least - ROUNDING_G:
                missing = row["trips_per_day"] * (least - stop["fuel_g"]) / 1000
                lacks[stop["station"], year] += missing
    grams: defaultdict[tuple[str, int], float] = defaultdict(float)
    for commodity in d.trips["commodities"]:
        most: defaultdict[str, int] = defaultdict(int)
        for variant in commodity["variants"]:
            passed = Counter(visit["site"] for visit in variant["visits"])
            for site, count in passed.items():
                most[site] = max(most[site], count)
        for site, count in most.items():
            grams[site, commodity["year"]] += commodity["trips_per_day"] * count / 1000
    spare = max(grams.values(), default=0.0)
    return {
        key
        for key, missing in lacks.items()
        if key in d.timeline
        and d.loads[key] + missing > usable_kg_per_day(d, d.timeline[key]["tier"]) - spare
    }


def _need(commodity: Document, variant: Document) -> int:
    """Return what a trip on a variant buys. [g]."""
    total = int(variant["total_g"])
    if commodity["convention"] == "LOOP":
        return total
    return max(0, total + int(commodity["end_g"]) - int(commodity["start_g"]))


def _check_detours(
    tally: Tally, where: str, c: Document, variant: Document, stops: list[Document], least: int
) -> None:
    """Hold what is bought at each detour site against the least purchase, or what is possible."""
    sites = variant["detour_sites"]
    need = _need(c, variant)
    for site in sorted(set(sites)):
        visits = sites.count(site)
        taken = [stop["fuel_g"] for stop in stops if stop["station"] == site]
        tally.require(
            len(taken) >= visits, f"{where}: leaves the road for {site} and does not fill there."
        )
        room = sum(_room(c, variant, v["at_g"]) for v in variant["visits"] if v["site"] == site)
        floor = min(visits * least, need * visits // len(sites), room)
        tally.require(
            sum(taken) >= floor - ROUNDING_G * len(taken),
            f"{where}: leaves the road for {site} and takes {sum(taken)} g, at least {floor} g "
            "are worth it.",
        )


def _room(commodity: Document, variant: Document, at_g: int) -> int:
    """Return the most that a trip can take at a place. [g]."""
    usable, need = int(commodity["usable_g"]), _need(commodity, variant)
    if commodity["convention"] == "LOOP":
        return min(usable, need)
    left = max(0, int(commodity["start_g"]) - at_g)
    ahead = int(variant["total_g"]) + int(commodity["end_g"]) - at_g
    return max(0, min(usable, ahead) - left)


def _with_room(
    commodity: Document, variant: Document, visits: list[Document], least: int
) -> list[Document] | None:
    """Return some of the stops with which every purchase can reach the least; None if there are none."""
    sizes = range(len(visits), 0, -1)
    if len(visits) > WHOLE_SEARCH:
        sizes = range(len(visits), len(visits) - 2, -1)
    for size in sizes:
        for some in combinations(visits, size):
            if {v["site"] for v in some} >= set(variant["detour_sites"]) and possible(
                commodity, variant, [v["at_g"] for v in some], least
            ):
                return list(some)
    return None


def possible(commodity: Document, variant: Document, at_g: list[int], least: int) -> bool:
    """Whether a truck gets through with at least so much at every stop, and buys what it needs.

    Levels on arrival and on leaving are unknowns whose differences are bounded; such a system has a
    solution unless some circle of bounds asks for more than itself (Bellman 1958, Ford 1956).
    """
    usable, total = int(commodity["usable_g"]), int(variant["total_g"])
    count = len(at_g)
    zero = 2 * count  # unknown n is the level on arrival at stop n, count + n on leaving it
    bounds = []  # (a, b, g): level b is at least level a + g
    for n, g in enumerate(at_g):
        bounds += [(zero, n, 0), (count + n, zero, -usable), (n, count + n, least)]
        if n + 1 < count:
            burnt = at_g[n + 1] - g
            bounds += [(count + n, n + 1, -burnt), (n + 1, count + n, burnt)]
    if commodity["convention"] == "LOOP":
        burnt = at_g[0] + total - at_g[-1]
        bounds += [(2 * count - 1, 0, -burnt), (0, 2 * count - 1, burnt)]
    else:
        first = int(commodity["start_g"]) - at_g[0]
        last = int(commodity["end_g"]) + total - at_g[-1]
        bounds += [(zero, 0, first), (0, zero, -first)]
        bounds += [(zero, 2 * count - 1, last), (2 * count - 1, zero, -last)]
    level = [0] * (zero + 1)
    for _ in range(len(level) + 1):
        changed = False
        for a, b, g in bounds:
            if level[a] + g > level[b]:
                level[b] = level[a] + g
                changed = True
        if not changed:
            return True
    return False
