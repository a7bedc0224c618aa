"""Check of designs that the plan calls equal: they could be built, and nothing more is said of them."""

from __future__ import annotations

from itertools import pairwise

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.stations import check_levels, levels_of
from corridor.certificate.verdict import Check, Tally


def check_equal(d: Dossier) -> Check:
    """Look whether each design could stand; that it costs the same is the word of the search."""
    tally = Tally(
        "equal",
        "Designs are called equal only where every change of the plan was tried; each differs from "
        "the plan, at known sites and plants, in what may be built there",
    )
    rows = d.plan["equal_designs"]
    if rows is None:
        return tally.done()
    tally.require(
        d.plan["search"]["locally_optimal"] and not d.plan["stations_given"],
        "Designs are called equal, but not every change of the plan was tried.",
    )
    for n, row in enumerate(rows, start=1):
        where = f"equal design {n}"
        tally.require(bool(row["sites"] or row["plants"]), f"{where}: is the plan itself.")
        named = [site["id"] for site in row["sites"]] + [plant["id"] for plant in row["plants"]]
        tally.require(len(set(named)) == len(named), f"{where}: names a site or plant twice.")
        for entry in row["sites"]:
            _check_site(tally, d, entry, f"{where}, site {entry['id']}")
        for entry in row["plants"]:
            _check_plant(tally, d, entry, f"{where}, plant {entry['id']}")
    return tally.done()


def _check_site(tally: Tally, d: Dossier, entry: Document, where: str) -> None:
    tiers = entry["tiers"]
    known = (
        entry["id"] in d.site
        and len(tiers) == len(d.years)
        and all(tier is None or tier in d.tiers for tier in tiers)
    )
    if tally.require(known, f"{where}: is no candidate with a tier, or none, in every period."):
        levels = [d.tiers[tier] if tier else 0 for tier in tiers]
        tally.require(levels != levels_of(d, entry["id"]), f"{where}: stands so in the plan.")
        check_levels(tally, d, d.site[entry["id"]], levels, where)


def _check_plant(tally: Tally, d: Dossier, entry: Document, where: str) -> None:
    steps = entry["steps"]
    known = entry["id"] in d.plants and len(steps) == len(d.years)
    if tally.require(known, f"{where}: is no plant with steps in every period."):
        bought = {
            row["year"]: row["steps"] for row in d.plan["expansions"] if row["plant"] == entry["id"]
        }
        tally.require(
            steps != [bought.get(year, 0) for year in d.years], f"{where}: buys so in the plan."
        )
        tally.require(
            all(before <= after for before, after in pairwise(steps)),
            f"{where}: an expansion step is undone.",
        )
        tally.require(
            all(
                before == after or year in d.deciding_years
                for (before, after), year in zip(pairwise(steps), d.years[1:], strict=True)
            ),
            f"{where}: an expansion step is bought inside a period.",
        )
        most = len(d.plants[entry["id"]].get("expansions_kg_per_day") or [])
        tally.require(max(steps) <= most, f"{where}: buys {max(steps)} steps, it has {most}.")
