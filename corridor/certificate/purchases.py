"""Check of small purchases: no truck stops, or leaves the road, for less than the least purchase."""

from __future__ import annotations

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.verdict import Check, Tally

ROUNDING_G = 1
"""Whole grams may take so much off a purchase. [g]"""


def check_purchases(d: Dossier) -> Check:
    """Look at every stop below the least purchase, and at every detour."""
    tally = Tally(
        "purchases",
        "No stop below the least purchase, unless the trip needs less or no choice among the "
        "stations of its way leaves room for it; every detour is driven for a purchase at its site",
    )
    least = int(d.scenario["demand"]["min_stop_kg"] * 1000)
    for number, (row, year) in enumerate(d.driven()):
        commodity = d.commodity[row["commodity"]]
        variant = d.variant[row["commodity"], row["variant"]]
        where = f"stop plan {number} of {row['commodity']} ({row['variant']})"
        known = len(variant["visits"])
        stops = [stop for stop in row["stops"] if stop["visit"] < known]
        _check_detours(tally, where, commodity, variant, stops=stops, least=least)
        smallest = min((stop["fuel_g"] for stop in stops), default=least)
        tally.checked += 1
        if smallest >= least - ROUNDING_G or _need(commodity, variant) < least:
            continue
        standing = [v for v in variant["visits"] if (v["site"], year) in d.timeline]
        if keeps_least(commodity, variant, standing, least):
            tally.fail(
                f"{where}: takes {smallest} g at a stop, less than {least} g, though the stations of "
                "the way leave room for that much or more at each stop."
            )
    return tally.done()


def _need(commodity: Document, variant: Document) -> int:
    """Return what a trip on a variant buys. [g]."""
    total = int(variant["total_g"])
    if commodity["convention"] == "LOOP":
        return total
    return max(0, total + int(commodity["end_g"]) - int(commodity["start_g"]))


def _check_detours(
    tally: Tally, where: str, c: Document, variant: Document, *, stops: list[Document], least: int
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


def keeps_least(commodity: Document, variant: Document, visits: list[Document], least: int) -> bool:
    """Whether a truck can drive a variant with the least purchase or more wherever it fills.

    Followed are the ranges of fuel levels that trucks can have; at each visit some fill, and at a
    detour site all. A lap that can be repeated can be repeated with a full tank behind one of its stops.
    """
    usable, total = int(commodity["usable_g"]), int(variant["total_g"])
    meant = set(variant["detour_sites"])
    stops = [(int(v["at_g"]), v["site"] in meant) for v in visits]
    if commodity["convention"] != "LOOP":
        goal = total + int(commodity["end_g"])
        start = int(commodity["start_g"])
        ends = _levels([(start, start)], 0, [*stops, (goal, False)], usable, least)
        return any(low <= 0 for low, _ in ends)
    for n, (at, _) in enumerate(stops):
        lap = stops[n + 1 :] + [(g + total, must) for g, must in stops[: n + 1]]
        ends = _levels([(usable, usable)], at, lap, usable, least)
        if any(low <= usable - least for low, _ in ends):
            return True
    return False


def _levels(
    ranges: list[tuple[int, int]],
    at: int,
    stops: list[tuple[int, bool]],
    usable: int,
    least: int,
) -> list[tuple[int, int]]:
    """Return the ranges of levels on arrival at the last stop."""
    for n, (place, must) in enumerate(stops):
        burnt, at = place - at, place
        ranges = [(max(0, low - burnt), high - burnt) for low, high in ranges if high >= burnt]
        if n == len(stops) - 1 or not ranges:
            return ranges
        filled = (min(low for low, _ in ranges) + least, usable)
        ranges = [] if must else ranges
        if filled[0] <= usable:
            ranges = [*ranges, filled]
    return ranges
