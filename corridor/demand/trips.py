"""Commodities and the walks that their trucks drive: the value that the demand stage hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Convention = Literal["LOOP", "ONEWAY"]
Load = Literal["laden", "empty"]
Market = Literal["captive", "regional", "through"]
Direction = Literal["out", "in", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A stretch of a walk driven in one payload state.

    Parameters
    ----------
    load
        Payload state.
    arcs
        Arc ids, head to tail.
    grams
        Hydrogen burnt on each arc, rounded up; each at least 1. [g]
    """

    load: Load
    arcs: tuple[str, ...]
    grams: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One passage of a candidate site on a walk.

    Parameters
    ----------
    site
        Candidate id.
    position
        Number of arcs driven before the site is reached; 0 is the start of the walk. A LOOP
        never lists position = number of arcs (that is the next lap's 0).
    at_g
        Hydrogen burnt from the start of the walk to the site. [g]
    """

    site: str
    position: int
    at_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to drive a commodity's trip: the base walk, or one with a stop off the expressway.

    Parameters
    ----------
    id
        Unique within the commodity; "base" for the walk without detours.
    legs
        The walk in driving order; a LOOP ends where it starts.
    visits
        Passages of candidate sites, in driving order.
    total_g, length_m
        Hydrogen and length of the whole walk. [g], [m]
    detour_sites
        The off-road sites that this variant drives to on purpose; empty for "base".
    detour_cny_per_trip
        Time and vehicle cost of the detour beyond hydrogen. [CNY/trip]
    """

    id: str
    legs: tuple[Leg, ...]
    visits: tuple[Visit, ...]
    total_g: int
    length_m: int
    detour_sites: tuple[str, ...] = ()
    detour_cny_per_trip: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Commodity:
    """Trucks of one class on one OD pair in one period.

    Parameters
    ----------
    id
        ``<od>.<class>.<year>``.
    od, truck, year
        OD pair id, truck class id, first year of the period.
    market
        ``captive``, ``regional`` or ``through``.
    convention
        ``LOOP``: origin -> destination -> origin repeated for ever. ``ONEWAY``: start with
        `start_g`, arrive with at least `end_g`.
    usable_g
        Usable tank, reserve taken off. [g]
    start_g, end_g
        ONEWAY only (0 for LOOP). [g]
    trips_per_day
        Annual average trips (LOOP: whole loops) per day. [1/day]
    t_per_year
        Freight: trips x payload x mean load of the market. [t/year]
    need_g
        Hydrogen that one trip must buy on the base walk: its consumption (LOOP) or
        ``max(0, total + end - start)`` (ONEWAY). [g]
    variants
        The base walk first.
    """

    id: str
    od: str
    origin: str
    destination: str
    origin_zh: str
    origin_en: str
    destination_zh: str
    destination_en: str
    truck: str
    year: int
    market: Market
    cargo: str
    convention: Convention
    usable_g: int
    start_g: int
    end_g: int
    trips_per_day: float
    t_per_year: float
    need_g: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksTonnes:
    """What flows ask of a plant or park in a period, and what is there.

    Parameters
    ----------
    place
        Place id.
    direction
        ``out``, ``in``, or ``both`` together.
    asked_t_per_year, there_t_per_year, driven_t_per_year
        What the flows would carry, what the road has, what is driven. [t/year]
    """

    place: str
    year: int
    direction: Direction
    asked_t_per_year: float
    there_t_per_year: float
    driven_t_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFactor:
    """By how much the fit to counts changes a flow, before its hydrogen is levelled [-]."""

    od: str
    truck: str
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCheck:
    """A count and what the model says there, before and after the fit.

    Parameters
    ----------
    year
        Period that is compared with the count.
    truck
        Class counted; empty for all.
    counted_per_day
        Trucks of all fuels. [1/day]
    before_per_day, after_per_day
        Hydrogen trucks before fit and caps, and as driven. [1/day]
    hydrogen_share
        Hydrogen trucks driven over trucks counted, all counts of the period together. [-]
    geh_before, geh_after
        GEH of modelled over that share against the count, of hourly flows. [-]
    """

    id: str
    year: int
    truck: str
    counted_per_day: float
    before_per_day: float
    after_per_day: float
    hydrogen_share: float
    geh_before: float
    geh_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """All commodities of a scenario, in canonical order (by id).

    Parameters
    ----------
    trucks_by_year
        Hydrogen trucks in service per period start: (year, low, base, high, used).
    works
        Tonnes of the plants and parks whose freight is known, by place, period and direction.
    counts, factors
        Counted sections before and after the fit, and the factors of the flows fitted.
    notes
        Clamped grades, dropped detours and the like, for the report's caveats.
    """

    commodities: tuple[Commodity, ...]
    trucks_by_year: tuple[tuple[int, float, float, float, float], ...]
    works: tuple[WorksTonnes, ...] = ()
    counts: tuple[CountCheck, ...] = ()
    factors: tuple[FlowFactor, ...] = ()
    notes: tuple[str, ...] = ()
