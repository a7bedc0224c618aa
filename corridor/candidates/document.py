"""Candidate sites as a JSON document, written and read back (docs/formats.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from corridor.candidates.sites import CandidateSite, CandidateSites, RejectedSite
from corridor.core.errors import InputError
from corridor.core.faults import Faults
from corridor.network.formats.document import read_rows

SCHEMA = "corridor.sites/1"


class PlantLike(Protocol):
    """What the document says of a plant: where trailers leave the network."""

    @property
    def id(self) -> str:
        """Identity."""

    @property
    def node(self) -> str:
        """Network node."""

    @property
    def extra_km(self) -> float:
        """Road outside the network. [km]."""


def sites_document(sites: CandidateSites, plants: Iterable[PlantLike] = ()) -> dict[str, Any]:
    """Return the JSON form of candidate sites and of where plants join the network."""
    return {
        "schema": SCHEMA,
        "sites": [asdict(site) for site in sites.sites],
        "rejected": [asdict(site) for site in sites.rejected],
        "plants": [
            {"id": plant.id, "node": plant.node, "extra_km": plant.extra_km} for plant in plants
        ],
    }


def sites_from_document(document: object, name: str) -> CandidateSites:
    """Read candidate sites from their JSON form.

    Parameters
    ----------
    document
        Parsed JSON; nothing about it is trusted.
    name
        The file as the user named it, for messages.

    Raises
    ------
    InputError
        With every fault.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise InputError(f"{name}: an object with schema {SCHEMA!r} belongs here.")
    faults = Faults(name)
    sites = read_rows(document.get("sites"), "sites", CandidateSite, faults)
    rejected = read_rows(document.get("rejected"), "rejected", RejectedSite, faults)
    ids = [site.id for site in sites]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        faults.add(f"sites/{twice}", None, "an id that stands only once")
    faults.stop()
    return CandidateSites(
        sites=tuple(sorted(sites, key=lambda site: site.id)),
        rejected=tuple(sorted(rejected, key=lambda site: site.id)),
    )
