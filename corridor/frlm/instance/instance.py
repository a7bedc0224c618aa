"""A refuelling-location instance as pure data: network, trips, sites, vehicle and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

from corridor.frlm.instance.exact import whole

SCHEMA = "corridor.instance/1"

Objective = Literal["max_flow", "min_stations", "min_cost"]
SiteStatus = Literal["candidate", "existing", "barred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How a trip is driven.

    Parameters
    ----------
    round_trip
        True: there and back (or round the loop) for ever.
    start_fuel
        Fuel at the first departure. [share of the range]
    end_fuel
        Fuel that must remain at the destination of a one-way trip. [share of the range]
    station_required
        True: at least one open station must stand on the trip even if the fuel would do.
    """

    round_trip: bool
    start_fuel: Fraction
    end_fuel: Fraction
    station_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place for a station; it serves whoever passes one of its nodes.

    Parameters
    ----------
    id
        Name, unique in the instance.
    nodes
        Nodes served, as indices into `Instance.nodes`.
    cost
        Price of opening it, None where the file gives none. [any one unit]
    status
        Candidate, existing (open, free, not counted) or barred (never open).
    """

    id: str
    nodes: tuple[int, ...]
    cost: Fraction | None
    status: SiteStatus = "candidate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Vehicles that drive between two places by any one of several paths.

    Parameters
    ----------
    id
        Name; need not be unique.
    flow
        Vehicles, or whatever is counted. [any one unit]
    paths
        Alternatives, each a sequence of indices into `Instance.nodes`.
    convention
        How the trip is driven, the file's convention already filled in.
    range
        What a full tank drives on this trip; None where the ask or vehicle decides. [file's unit]
    """

    id: str
    flow: Fraction
    paths: tuple[tuple[int, ...], ...]
    convention: Convention
    range: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question to an instance.

    Parameters
    ----------
    objective
        ``max_flow``, ``min_stations`` or ``min_cost``.
    stations
        Most new stations (``max_flow`` only).
    budget
        Most money for new stations (``max_flow`` only). [unit of the site costs]
    coverable_share
        Least share of the coverable flow (``min_*`` only). [share]
    range
        What a full tank drives; None: the vehicle's. [file's unit]
    strict
        True: the tank must stay above 0 at every arrival.
    backup
        Number of open stations whose loss every served trip survives.
    document
        The ask as it was written.
    """

    objective: Objective
    stations: int | None = None
    budget: Fraction | None = None
    coverable_share: Fraction | None = None
    range: Fraction | None = None
    strict: bool = False
    backup: int = 0
    document: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A whole instance; lengths are whole ticks so that every comparison is exact.

    Parameters
    ----------
    name, source, unit
        Identity; `unit` names the unit of lengths and range.
    nodes
        Node ids, in order of code points.
    lengths
        Length of every arc that may be driven, by (tail, head). [ticks]
    ticks_per_unit
        Ticks in one unit of length; every length, range and share of a range is whole in ticks.
    sites, trips, asks
        As in the file, in its order.
    range
        What a full tank drives. [file's unit]
    """

    name: str
    source: str
    unit: str
    nodes: tuple[str, ...]
    lengths: Mapping[tuple[int, int], int]
    ticks_per_unit: int
    sites: tuple[Site, ...]
    trips: tuple[Trip, ...]
    range: Fraction
    asks: tuple[Ask, ...]

    def tank_of(self, trip: Trip, ask: Ask) -> int:
        """Return what a full tank drives: the trip's range, else the ask's, else the vehicle's.

        [ticks]
        """
        given = [known for known in (trip.range, ask.range, self.range) if known is not None]
        return whole(given[0], self.ticks_per_unit)

    def usable(self) -> tuple[bool, ...]:
        """Return for each site whether a station may stand there."""
        return tuple(site.status != "barred" for site in self.sites)
