"""What is collected while candidates are looked for: found ones, rejected ones, faults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.candidates.joining import Joiner
from corridor.candidates.land import ExcludedLand
from corridor.candidates.sites import CandidateSite, RejectedSite
from corridor.core.faults import Faults
from corridor.core.files import sha256_text
from corridor.network.geometry import LonLat

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

BOX_MARGIN_DEG = 0.5
"""A position this far outside the network is still near it. [degree]"""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate before duplicates and decisions; the lower `rank`, the more it is wanted."""

    site: CandidateSite
    rank: int


class SiteIds:
    """Gives the sites of roads their ids: ascii, short, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def of_road(self, name: str) -> str:
        """Return an id for a site that the network gives, and keep it."""
        stem = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "site"
        if len(stem) > 60:
            stem = f"{stem[:50]}-{sha256_text(name)[:8]}"
        wanted, number = stem, 2
        while wanted in self.taken:
            wanted, number = f"{stem}-{number}", number + 1
        self.taken.add(wanted)
        return wanted


class Search:
    """Collects candidates, rejections and faults."""

    def __init__(self, network: Network, scenario: Scenario) -> None:
        self.network = network
        self.scenario = scenario
        self.joiner = Joiner(network)
        self.land = ExcludedLand((*scenario.candidates.exclusions, *network.land_use))
        self.found: list[Found] = []
        self.rejected: list[RejectedSite] = []
        self.faults = Faults("scenario")
        self.ids = SiteIds()
        self.box = box_of(network)

    def accept(self, site: CandidateSite, rank: int) -> None:
        """Keep a candidate, unless its land is excluded."""
        excluded = self.land.at(site.lon, site.lat)
        if excluded is not None and not site.existing_tier:
            self.reject(site.id, (site.name_zh, site.name_en), (site.lon, site.lat), *excluded)
        else:
            self.found.append(Found(site, rank))

    def reject(self, site: str, names: tuple[str, str], at: LonLat, code: str, reason: str) -> None:
        """Keep the reason why a candidate is none."""
        self.rejected.append(
            RejectedSite(
                id=site,
                name_zh=names[0],
                name_en=names[1],
                lon=at[0],
                lat=at[1],
                code=code,
                reason=reason,
            )
        )

    def fault(self, key: str, value: object, expected: str, hint: str = "") -> None:
        """Keep what is wrong with the scenario."""
        self.faults.note(key, str(value), expected, hint)

    def free_id(self, wanted: str, key: str) -> str:
        """Return an id for a site; one that is taken is a fault of the scenario."""
        if wanted in self.ids.taken:
            self.fault(key, wanted, "an id that no other candidate site has")
        self.ids.taken.add(wanted)
        return wanted


def box_of(network: Network) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a network, with a margin. [degree]."""
    lons = [node.lon for node in network.nodes]
    lats = [node.lat for node in network.nodes]
    margin = BOX_MARGIN_DEG
    return min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin
