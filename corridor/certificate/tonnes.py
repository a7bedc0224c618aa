"""Check that freight closes: tonnes of every flow, and of every plant and park."""

from __future__ import annotations

import math

from corridor.certificate.dossier import Dossier
from corridor.certificate.freight import (
    DAYS,
    asked_tonnes,
    asked_trips,
    road_limits,
    tonnes_a_trip,
    touching,
)
from corridor.certificate.verdict import Check, Tally

RELATIVE = 1e-9
"""Tolerance of tonnes: rounding of doubles. [-]"""
BY_GRAVITY = 1e-6
"""Tolerance of what is asked: two balancings of a gravity matrix. [-]"""
ROUNDING_T = 1e-6
"""Tonnes that are none. [t/year]"""


def check_tonnes(d: Dossier) -> Check:
    """Weigh every flow again and hold plants and parks against what they make and take."""
    tally = Tally(
        "tonnes",
        "Every flow carries trips x payload x load; what leaves a plant or park is at most what "
        "it makes, what enters what it takes, both together less what goes by rail",
    )
    for c in d.trips["commodities"]:
        true = c["trips_per_day"] * tonnes_a_trip(d, c["market"], c["truck"]) * DAYS
        _close(tally, f"commodity {c['id']}: freight", c["t_per_year"], true, RELATIVE)
    listed = {(row["place"], row["year"], row["direction"]): row for row in d.trips["works"]}
    tally.require(len(listed) == len(d.trips["works"]), "a plant or park is listed twice.")
    for year in d.years:
        asked = asked_tonnes(d, asked_trips(d, year)) if d.section("works") else {}
        for place in d.section("works"):
            for way, there in road_limits(d, place, year).items():
                row = listed.pop((place, year, way), None)
                where = f"{place} in {year} ({way})"
                here = [
                    c
                    for c in d.trips["commodities"]
                    if c["year"] == year and touching(c, place, way)
                ]
                driven = math.fsum(
                    c["trips_per_day"] * tonnes_a_trip(d, c["market"], c["truck"]) * DAYS
                    for c in here
                )
                tally.call(
                    (there - driven) / there if there else 0.0,
                    f"{where}: {driven:.0f} of {there:.0f} t/year",
                )
                tally.require(
                    driven <= there * (1 + BY_GRAVITY) + ROUNDING_T,
                    f"{where}: {driven:.0f} t/year are driven, {there:.0f} are there.",
                )
                if not tally.require(row is not None, f"{where}: its tonnes are not listed."):
                    continue
                assert row is not None
                wanted = math.fsum(asked.get(c["id"], 0.0) for c in here)
                _close(tally, f"{where}: there", row["there_t_per_year"], there, RELATIVE)
                _close(tally, f"{where}: driven", row["driven_t_per_year"], driven, RELATIVE)
                _close(tally, f"{where}: asked", row["asked_t_per_year"], wanted, BY_GRAVITY)
    for place, year, way in sorted(listed):
        tally.fail(f"{place} in {year} ({way}): no plant or park of the scenario is like that.")
    return tally.done()


def _close(tally: Tally, what: str, stated: float, true: float, relative: float) -> None:
    tally.close(what, stated, true, relative=relative, absolute=ROUNDING_T, unit="t/year")
