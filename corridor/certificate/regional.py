"""Check that regional freight is spread over its pairs as the gravity model says."""

from __future__ import annotations

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.freight import asked_and_capped
from corridor.certificate.gravity import regional_strength, zones_of
from corridor.certificate.verdict import Check, Tally

RELATIVE = 1e-6
"""Tolerance of a pair's trips: two balancings, each to 1e-9, of a matrix in doubles. [-]"""


def check_regional(d: Dossier) -> Check:
    """Hold the pairs that are driven against the zones of the scenario."""
    tally = Tally(
        "regional",
        "Every pair of zones is driven, or as many of the strongest as the scenario says, each "
        "once, and their trips are in the proportions of a doubly constrained gravity model on "
        "road distances",
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
    zones = zones_of(d)
    pairs = len(zones) * (len(zones) - 1)
    most = min(pairs, gravity.get("pairs_max") or pairs)
    tally.require(
        len(rows) == most, f"{year}: {len(rows)} pairs of zones are driven, it should be {most}."
    )
    ends = {(c["origin"], c["destination"]) for c in rows}
    tally.require(len(ends) == len(rows), f"{year}: a pair of zones has two commodities.")
    for c in rows:
        tally.require(
            c["convention"] == "LOOP"
            and c["truck"] == gravity.get("truck")
            and {c["origin"], c["destination"]} <= set(zones),
            f"commodity {c['id']}: regional freight loops between the scenario's zones in its "
            "truck class.",
        )
    strength = regional_strength(d, year, rows)
    tally.require(
        strength.keys() == {c["id"] for c in rows},
        f"{year}: regional freight joins places that are no zones, or without an open way.",
    )
    asked, share = asked_and_capped(d, year)
    for c in rows:
        if c["id"] in asked:
            tally.close(
                f"commodity {c['id']}: trips per day by gravity",
                c["trips_per_day"],
                asked[c["id"]] * share[c["id"]],
                relative=RELATIVE,
                absolute=1e-9,
                unit="trips/day",
            )
