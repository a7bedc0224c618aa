"""Where hydrogen could be sold at all, by whom and from how far; which ways could be driven then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from corridor.certificate.dossier import Document, Dossier
from corridor.certificate.roads import Roads
from corridor.certificate.supply import plant_limits


@dataclass(frozen=True, slots=True)
class Market:
    """Sites at which a station could stand and be supplied, period by period.

    Parameters
    ----------
    round_trip_km
        Year -> site -> plant -> way there and back; only plants that may send something, only
        sites that may have a station in that year. [km]
    """

    round_trip_km: Mapping[int, Mapping[str, Mapping[str, float]]]

    def sells(self, site: str, year: int) -> bool:
        """Whether a station that sells could stand at a site in a year."""
        return bool(self.round_trip_km[year].get(site))

    def stops(self, variant: Document, year: int) -> list[Document]:
        """Return the visits of a variant at which a truck could ever fill in a year."""
        return [visit for visit in variant["visits"] if self.sells(visit["site"], year)]

    def widest_gap_g(self, commodity: Document, variant: Document) -> int:
        """Return the longest stretch between two chances to fill (formats.md section 8) [g].

        What is missing in the tank at the start counts before the first chance, what must be left at
        the end after the last. A loop without a chance counts a lap, and more than a tank at least.
        """
        usable, total = commodity["usable_g"], variant["total_g"]
        at = [visit["at_g"] for visit in self.stops(variant, commodity["year"])]
        if commodity["convention"] == "LOOP":
            if not at:
                return int(max(total, usable + 1))
            return int(max(b - a for a, b in pairwise([*at, at[0] + total])))
        if least_purchase_g(commodity, variant) == 0:
            return 0
        marks = [commodity["start_g"] - usable, *at, total + commodity["end_g"]]
        return int(max(b - a for a, b in pairwise(marks)))

    def ways(self, commodity: Document) -> list[Document]:
        """Return the variants that could be driven with a station at every site."""
        usable = commodity["usable_g"]
        return [v for v in commodity["variants"] if self.widest_gap_g(commodity, v) <= usable]


def least_purchase_g(commodity: Document, variant: Document) -> int:
    """Return what a trip on a variant must buy at least [g]."""
    total = int(variant["total_g"])
    if commodity["convention"] == "LOOP":
        return total
    return int(max(0, total + commodity["end_g"] - commodity["start_g"]))


def could_stand(d: Dossier, site: Document, year: int) -> bool:
    """Whether a station may stand at a site in a year, whatever the plan does: not before its road."""
    if d.roads.is_cut_off(site["node"], year):
        return False
    if d.existing(site):
        return d.serves(site, year)
    return not site["forbidden"]


def survey(d: Dossier) -> Market:
    """Find out which sites could sell, and measure every lane there and back."""
    back = Roads(
        d.network["nodes"],
        [{**arc, "tail": arc["head"], "head": arc["tail"]} for arc in d.network["arcs"]],
    )
    found: dict[int, dict[str, dict[str, float]]] = {}
    for year in d.years:
        found[year] = {}
        places = [site for site in d.sites["sites"] if could_stand(d, site, year)]
        for plant in d.sites["plants"]:
            if plant_limits(d, plant["id"], year)[1] <= 0:
                continue
            if own := d.plants[plant["id"]].get("at_site"):
                if any(site["id"] == own for site in places):
                    found[year].setdefault(own, {})[plant["id"]] = 0.0
                continue
            there = d.roads.distances(plant["node"], year)
            home = back.distances(plant["node"], year)
            for site in places:
                node = site["node"]
                if node in there and node in home:
                    km = (there[node] + home[node]) / 1000 + 2 * plant["extra_km"]
                    found[year].setdefault(site["id"], {})[plant["id"]] = km
    return Market(found)
