"""Checks that drive: every truck, every stop plan, arc by arc, in whole grams."""

from __future__ import annotations

from dataclasses import dataclass

from corridor.certificate.dossier import Document, Dossier, arcs_of
from corridor.certificate.verdict import Check, Tally

LAPS = 3
"""Laps that a LOOP is driven from its best repeatable start."""
EXCESS_G_PER_STOP = 1
"""A LOOP may buy so much more per stop than it burns, because purchases are written in whole
grams; what does not fit stays in the pump. [g]"""
SHARE_TOLERANCE = 1e-6
"""Of trips per day, relative and absolute: the optimiser's own feasibility tolerance. [-]"""


def check_stops(d: Dossier) -> Check:
    """Every stop is at a station that is open, on this walk, on this carriageway."""
    tally = Tally(
        "stops",
        "Every stop is at a station open in that year, at the node and on the carriageway that "
        "the truck really passes, in driving order",
    )
    for number, (row, year) in enumerate(d.driven()):
        where = f"stop plan {number} of {row['commodity']} ({row['variant']})"
        variant = d.variant[row["commodity"], row["variant"]]
        steps = arcs_of(variant)
        arcs = d.roads.arcs
        last = -1
        for stop in row["stops"]:
            index, station = stop["visit"], stop["station"]
            if not tally.require(
                index < len(variant["visits"]),
                f"{where}: stops at visit {index}, the walk has {len(variant['visits'])}.",
            ):
                continue
            visit = variant["visits"][index]
            tally.require(index > last, f"{where}: its stops are not in driving order.")
            last = index
            tally.require(
                visit["site"] == station,
                f"{where}: stops at {station}, but visit {index} is {visit['site']}.",
            )
            tally.require(
                (station, year) in d.timeline,
                f"{where}: stops at {station} in {year}, when no station is open there.",
            )
            position = visit["position"]
            if not tally.require(
                position <= len(steps), f"{where}: visit {index} lies beyond the walk's end."
            ):
                continue
            node = (
                arcs[steps[0][1]]["tail"] if position == 0 else arcs[steps[position - 1][1]]["head"]
            )
            tally.require(
                node == d.site[station]["node"] == d.station[station]["node"],
                f"{where}: stops at {station}, but is at {node} there.",
            )
            side, road = d.site[station]["carriageway"], d.roads.nodes[node].get("carriageway")
            tally.require(
                side in ("both", "") or side == road,
                f"{where}: stops at {station} ({side}), but drives on {road or 'no carriageway'}.",
            )
    return tally.done()


def check_driving(d: Dossier) -> Check:
    """Drive every stop plan."""
    tally = Tally(
        "driving",
        f"Every truck on every stop plan keeps between 0 and its usable tank, arc by arc; one-way "
        f"trips arrive with what they must; loops are driven {LAPS} laps from a level that repeats",
    )
    for number, (row, _) in enumerate(d.driven()):
        commodity = d.commodity[row["commodity"]]
        variant = d.variant[row["commodity"], row["variant"]]
        where = f"stop plan {number} of {row['commodity']} ({row['variant']})"
        trip = Trip.of(commodity, variant, row)
        tally.checked += 1
        if not trip.grams:
            tally.fail(f"{where}: there is nothing to drive.")
        elif commodity["convention"] == "LOOP":
            _drive_loop(trip, where, tally)
        else:
            _drive_once(trip, where, commodity["end_g"], tally)
    return tally.done()


@dataclass(frozen=True, slots=True)
class Trip:
    """A stop plan ready to drive.

    Parameters
    ----------
    grams, arcs
        Hydrogen and id of every arc, in driving order.
    bought
        Position -> purchases there, in order.
    """

    grams: tuple[int, ...]
    arcs: tuple[str, ...]
    bought: dict[int, list[tuple[str, int]]]
    usable: int
    start: int

    @classmethod
    def of(cls, commodity: Document, variant: Document, row: Document) -> Trip:
        """Join a stop plan with its walk; stops that are not on it are left out."""
        bought: dict[int, list[tuple[str, int]]] = {}
        for stop in row["stops"]:
            if stop["visit"] < len(variant["visits"]):
                position = variant["visits"][stop["visit"]]["position"]
                bought.setdefault(position, []).append((stop["station"], stop["fuel_g"]))
        steps = arcs_of(variant)
        return cls(
            grams=tuple(grams for _, _, grams in steps),
            arcs=tuple(arc for _, arc, _ in steps),
            bought=bought,
            usable=commodity["usable_g"],
            start=commodity["start_g"],
        )

    def lap(self, level: int) -> tuple[int, int, str, int, str]:
        """Drive the walk once from a level, leaving in the pump what does not fit.

        Returns
        -------
        tuple
            Level at the end; lowest level on the way and where; most grams left in a pump and
            where. [g]
        """
        lowest, low_at, spilt, spilt_at = level, "the start", 0, ""
        for position in range(len(self.grams) + 1):
            for station, fuel in self.bought.get(position, ()):
                level += fuel
                if level > self.usable:
                    if level - self.usable > spilt:
                        spilt, spilt_at = level - self.usable, station
                    level = self.usable
            if position < len(self.grams):
                level -= self.grams[position]
                if level < lowest:
                    lowest, low_at = level, f"the end of arc {self.arcs[position]}"
        return level, lowest, low_at, spilt, spilt_at


def _drive_once(trip: Trip, where: str, end_g: int, tally: Tally) -> None:
    if trip.start > trip.usable:
        tally.fail(f"{where}: starts with {trip.start} g in a tank of {trip.usable} g.")
    end, lowest, low_at, spilt, spilt_at = trip.lap(trip.start)
    if spilt:
        tally.fail(f"{where}: {spilt} g more than the tank holds at {spilt_at}.")
    if lowest < 0:
        tally.fail(f"{where}: runs dry, {-lowest} g short at {low_at}.")
    if end < end_g:
        tally.fail(f"{where}: arrives with {end} g, {end_g - end} g short of what it must keep.")
    tally.call(lowest, f"{where}: {lowest} g left at {low_at}")
    tally.call(end - end_g, f"{where}: arrives {end - end_g} g above what it must keep")


def _drive_loop(trip: Trip, where: str, tally: Tally) -> None:
    burnt = sum(trip.grams)
    stops = [fuel for rows in trip.bought.values() for _, fuel in rows]
    excess = sum(stops) - burnt
    if excess < 0:
        tally.fail(f"{where}: burns {burnt} g a lap and buys {-excess} g less.")
        return
    if excess > EXCESS_G_PER_STOP * len(stops):
        tally.fail(
            f"{where}: buys {excess} g a lap more than it burns, {len(stops)} stops may round up "
            f"by {EXCESS_G_PER_STOP} g each."
        )
    # The highest level that a lap leads back to: the lap's map is monotone and falls from a full
    # tank, so repeating it from there comes down to its largest fixed point.
    level = trip.usable
    for _ in range(len(stops) + 3):
        level, previous = trip.lap(level)[0], level
        if level == previous:
            break
    start = level
    for lap in range(1, LAPS + 1):
        end, lowest, low_at, spilt, spilt_at = trip.lap(level)
        if spilt > excess:
            tally.fail(f"{where}: lap {lap}: {spilt} g more than the tank holds at {spilt_at}.")
        if lowest < 0:
            tally.fail(f"{where}: lap {lap}: runs dry, {-lowest} g short at {low_at}.")
        if end < start:
            tally.fail(f"{where}: lap {lap} ends {start - end} g below its start.")
        tally.call(lowest, f"{where}: {lowest} g left at {low_at}")
        level = end


def check_shares(d: Dossier) -> Check:
    """Every truck of every commodity is driven or counted as unmet, once."""
    tally = Tally("shares", "Trips driven and trips unmet add up to the trips wanted")
    driven = dict.fromkeys(d.commodity, 0.0)
    for row in d.plan["trips"]:
        driven[row["commodity"]] += row["trips_per_day"]
    unmet = {row["commodity"]: row["trips_per_day"] for row in d.plan["unmet"]}
    for key, commodity in d.commodity.items():
        tally.close(
            f"commodity {key}: trips per day driven and unmet",
            driven[key] + unmet.get(key, 0.0),
            commodity["trips_per_day"],
            relative=SHARE_TOLERANCE,
            absolute=SHARE_TOLERANCE,
            unit="trips/day",
        )
    return tally.done()


def check_unmet(d: Dossier) -> Check:
    """Count the hydrogen of unmet trips in full."""
    tally = Tally("unmet", "Unmet hydrogen is unmet trips times what a trip needs")
    for row in d.plan["unmet"]:
        commodity = d.commodity[row["commodity"]]
        tally.close(
            f"commodity {row['commodity']}: unmet",
            row["kg_per_day"],
            row["trips_per_day"] * commodity["need_g"] / 1000,
            relative=SHARE_TOLERANCE,
            absolute=SHARE_TOLERANCE,
            unit="kg/day",
        )
    return tally.done()
