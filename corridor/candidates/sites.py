"""Candidate sites: the accepted ones, and the rejected ones with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SiteKind = Literal["sa_side", "exit", "hub", "existing", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSite:
    """A place where a station may stand.

    A truck is served when its walk through the network passes `node`: a service-area side lies on
    one carriageway and serves that one only; exits and hubs lie off the road, so that a truck
    which stops there really drives the ramps and the access road.

    Parameters
    ----------
    id
        ``[a-z0-9._-]+``; unique.
    node
        The network node of the site.
    route, carriageway, chainage_m
        Position on the expressway; carriageway is "both" for exits and hubs, chainage None where
        the site is not on a route. [m]
    existing_tier, existing_since
        Tier id and year of a station that already stands here; empty and None otherwise.
    tiers
        Ids of the tiers that may be built here, smallest first; empty means all.
    required_from, required_tier
        Year from which a station of at least this tier must stand here; None and empty: free.
    forbidden
        No station may be built here (existing ones stay).
    road_from
        First year in which trucks can reach the place; 0 where its road is open in the first
        period, or was before it. [year]
    road_until
        Year in which its road closes; None where it stays open to the last period. [year]
    capex_factor
        Multiplies the CAPEX of a new station here. [-]
    position_km
        How far off the true position may lie; None where nobody says so. [km]
    """

    id: str
    kind: SiteKind
    name_zh: str
    name_en: str
    node: str
    lon: float
    lat: float
    route: str = ""
    carriageway: str = "both"
    chainage_m: int | None = None
    county: str = ""
    existing_tier: str = ""
    existing_since: int | None = None
    tiers: tuple[str, ...] = ()
    required_from: int | None = None
    required_tier: str = ""
    forbidden: bool = False
    road_from: int = 0
    road_until: int | None = None
    capex_factor: float = 1.0
    position_km: float | None = None
    source: str = ""

    def is_open(self, year: int) -> bool:
        """Whether trucks can reach the place in a year."""
        return self.road_from <= year and (self.road_until is None or year < self.road_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedSite:
    """A candidate that was left out, with the reason that planners ask for."""

    id: str
    name_zh: str
    name_en: str
    lon: float
    lat: float
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSites:
    """All candidates in canonical order (by id), accepted and rejected."""

    sites: tuple[CandidateSite, ...]
    rejected: tuple[RejectedSite, ...]
