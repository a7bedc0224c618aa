"""What must hold between the parts of a scenario, once each part is right by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from corridor.core.faults import nearest
from corridor.core.technology import technologies
from corridor.scenario.dates import MOST_PERIODS, dates_of
from corridor.scenario.plants import NEEDED, PlantSpec
from corridor.scenario.scenario import Scenario
from corridor.scenario.spec import value_at
from corridor.scenario.stations import station_faults

SHARE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a key, before it is known which file wrote it."""

    key: tuple[str, ...]
    value: str
    expected: str
    hint: str = ""


def findings(scenario: Scenario) -> tuple[Finding, ...]:
    """Return everything in a scenario that contradicts something else in it."""
    found: list[Finding] = []
    for check in (
        _time,
        _budget,
        _tiers,
        _decisions,
        _demand,
        _flows,
        _counts,
        _works,
        _trucks,
        _plants,
        _policy,
    ):
        found.extend(check(scenario))
    return tuple(found)


def _reference(key: tuple[str, ...], word: str, table: str, known: list[str]) -> Iterator[Finding]:
    if word not in known:
        listed = ", ".join(sorted(known)[:12]) or "none"
        yield Finding(key, word, f"the id of a [{table}.…] ({listed})", nearest(word, known))


def _time(scenario: Scenario) -> Iterator[Finding]:
    time = scenario.time
    if list(time.periods) != sorted(set(time.periods)):
        yield Finding(("time", "periods"), str(list(time.periods)), "ascending years, each once")
    if time.base_year > min(time.periods):
        yield Finding(
            ("time", "base_year"),
            str(time.base_year),
            f"a year not after the first period, {min(time.periods)}",
        )
    if time.horizon_end_year < max(time.periods):
        yield Finding(
            ("time", "horizon_end_year"),
            str(time.horizon_end_year),
            f"a year not before the last period, {max(time.periods)}",
        )


def too_many_periods(scenario: Scenario) -> tuple[Finding, ...]:
    """Return a finding where the dates of a scenario split its periods into more than there may be."""
    periods = scenario.time.periods
    if len(periods) <= MOST_PERIODS:
        return ()
    dates = dates_of(scenario)
    because = "; ".join(f"{year}: {', '.join(dates[year])}" for year in periods if year in dates)
    return (
        Finding(
            ("time", "periods"),
            str(list(periods)),
            f"at most {MOST_PERIODS} periods once every date inside one has split it ({because})",
            "move dates to the first years of periods",
        ),
    )


def _budget(scenario: Scenario) -> Iterator[Finding]:
    for year in scenario.money.budget_cny:
        if year not in scenario.time.periods:
            yield Finding(
                ("money", "budget_cny", str(year)),
                str(year),
                f"the first year of a period, one of {list(scenario.time.periods)}",
            )


def _tiers(scenario: Scenario) -> Iterator[Finding]:
    return (Finding(*fault) for fault in station_faults(scenario.tier, scenario.station))


def _decisions(scenario: Scenario) -> Iterator[Finding]:
    tiers, assumed = list(scenario.tier), scenario.station.existing_assumed_tier
    if assumed is not None:
        yield from _reference(("station", "existing_assumed_tier"), assumed, "tier", tiers)
    for name, station in scenario.existing_station.items():
        key = ("existing_station", name)
        if station.tier is not None:
            yield from _reference((*key, "tier"), station.tier, "tier", tiers)
        if name in scenario.site:
            yield Finding(key, name, "an id that no [site.…] has", "rename one of the two")
    for name, decision in scenario.decision.items():
        key = ("decision", name)
        if decision.min_tier is not None:
            yield from _reference((*key, "min_tier"), decision.min_tier, "tier", tiers)
        for tier in decision.tiers:
            yield from _reference((*key, "tiers"), tier, "tier", tiers)
        if decision.open == "forbidden" and scenario.existing_tier(name):
            yield Finding(
                (*key, "open"),
                "forbidden",
                "'free' or 'required': a station stands there already (existing_station)",
                "take the decision away; where the station is to close, leave existing_station out",
            )
        if decision.open != "required" and (decision.from_year or decision.min_tier):
            yield Finding(
                (*key, "open"),
                decision.open,
                "'required' where from_year or min_tier is given",
                'drop the two, or write open = "required"',
            )


def _demand(scenario: Scenario) -> Iterator[Finding]:
    demand = scenario.demand
    if demand.use_markets:
        yield from _markets(scenario)
    elif not scenario.od:
        yield Finding(
            ("od",), "", "at least one flow, since demand.use_markets is false", "add an [od.…]"
        )


def _markets(scenario: Scenario) -> Iterator[Finding]:
    market, adoption = scenario.market, scenario.adoption
    why = "since demand.use_markets is true"
    if adoption is None:
        yield Finding(("adoption",), "", f"anchors of the hydrogen trucks, {why}")
    else:
        yield from _adoption(scenario)
    if market is None:
        yield Finding(("market",), "", f"the shares of captive, regional and through, {why}")
        return
    shares = [market.captive.share, market.regional.share, market.through.share]
    yield from _sum_to_one(("market",), shares, "shares of the three markets")
    if market.captive.share > 0:
        fleets = [f.share or 0.0 for f in scenario.fleet.values() if f.t_per_year is None]
        yield from _sum_to_one(
            ("fleet",), fleets, "shares of the fleets within captive that give no t_per_year"
        )
    if market.through.share > 0:
        through = [flow.share for flow in scenario.through.values()]
        yield from _sum_to_one(("through",), through, "shares of the flows within through")
    if market.regional.share > 0:
        if scenario.gravity is None:
            yield Finding(
                ("gravity",), "", "a gravity model, since market.regional.share is above 0"
            )
        if sum(zone.mass > 0 for zone in scenario.zone.values()) < 2:
            yield Finding(("zone",), "", "at least two places with a mass above 0")


def _sum_to_one(key: tuple[str, ...], shares: list[float], what: str) -> Iterator[Finding]:
    total = fsum(shares)
    if abs(total - 1) > SHARE_TOLERANCE:
        yield Finding(key, f"{total:.6g}", f"{what} that add up to 1")


def _adoption(scenario: Scenario) -> Iterator[Finding]:
    adoption = scenario.adoption
    if adoption is None:
        return
    lines = {
        "trucks_low": adoption.trucks_low,
        "trucks_base": adoption.trucks_base,
        "trucks_high": adoption.trucks_high,
    }
    for name, anchors in lines.items():
        years = sorted(anchors)
        for earlier, later in pairwise(years):
            if anchors[later] < anchors[earlier]:
                yield Finding(
                    ("adoption", name, str(later)),
                    str(anchors[later]),
                    f"at least the {anchors[earlier]} trucks of {earlier}",
                )
    yield from _ordered(lines["trucks_low"], lines["trucks_base"], "trucks_base", "low")
    yield from _ordered(lines["trucks_base"], lines["trucks_high"], "trucks_high", "base")


def _ordered(
    below: Mapping[int, float], above: Mapping[int, float], name: str, other: str
) -> Iterator[Finding]:
    for year in sorted(set(below) & set(above)):
        if above[year] < below[year]:
            yield Finding(
                ("adoption", name, str(year)),
                str(above[year]),
                f"at least the {below[year]} trucks of the {other} line",
            )


def _flows(scenario: Scenario) -> Iterator[Finding]:
    trucks = list(scenario.truck)
    flows = [
        (table, name, flow)
        for table, entries in (
            ("fleet", scenario.fleet),
            ("through", scenario.through),
            ("od", scenario.od),
        )
        for name, flow in entries.items()
    ]
    for table, name, flow in flows:
        yield from _reference((table, name, "truck"), flow.truck, "truck", trucks)
        if flow.origin == flow.destination:
            yield Finding(
                (table, name, "destination"), flow.destination, "a place other than the origin"
            )
    if scenario.gravity is not None:
        yield from _reference(("gravity", "truck"), scenario.gravity.truck, "truck", trucks)

    for name, fleet in scenario.fleet.items():
        if (fleet.share is None) == (fleet.t_per_year is None):
            yield Finding(
                ("fleet", name, "share"),
                "" if fleet.share is None else str(fleet.share),
                "either a share or t_per_year",
            )
    for name, od in scenario.od.items():
        if bool(od.trips_per_day) == bool(od.t_per_year):
            yield Finding(
                ("od", name, "trips_per_day"), "", "either trips_per_day or t_per_year, by year"
            )


def _counts(scenario: Scenario) -> Iterator[Finding]:
    """Yield counts of an unknown class, and sections counted twice."""
    seen: dict[tuple[object, ...], str] = {}
    for name, count in sorted(scenario.count.items()):
        if count.truck:
            key = ("count", name, "truck")
            yield from _reference(key, count.truck, "truck", list(scenario.truck))
        same = (count.route, count.chainage_km, count.carriageway, count.truck, count.year)
        if same in seen:
            yield Finding(
                ("count", name, "chainage_km"),
                f"{count.chainage_km:g}",
                f"a section, class and year that {seen[same]!r} has not counted",
            )
        seen.setdefault(same, name)


def _works(scenario: Scenario) -> Iterator[Finding]:
    """Yield what a plant or park says twice, or of a plant that makes no coke."""
    coke = [name for name, plant in scenario.plant.items() if plant.coke_mt_per_year is not None]
    for name, works in scenario.works.items():
        key = ("works", name)
        if works.plant:
            if works.plant not in coke:
                listed = ", ".join(sorted(coke)) or "none"
                yield Finding(
                    (*key, "plant"),
                    works.plant,
                    f"the id of a plant with coke_mt_per_year ({listed})",
                    nearest(works.plant, coke),
                )
            for own in ("makes_mt_per_year", "takes_mt_per_year"):
                if getattr(works, own) is not None:
                    yield Finding((*key, own), "", f"nothing, since plant {works.plant!r} says it")
        elif works.makes_mt_per_year is None and works.takes_mt_per_year is None:
            yield Finding(
                (*key, "makes_mt_per_year"),
                "",
                "a plant, makes_mt_per_year or takes_mt_per_year",
                "without them nothing is held against it",
            )


def _trucks(scenario: Scenario) -> Iterator[Finding]:
    for name, truck in scenario.truck.items():
        key = ("truck", name)
        if truck.mass_empty_kg >= truck.mass_laden_kg:
            yield Finding(
                (*key, "mass_empty_kg"),
                str(truck.mass_empty_kg),
                f"less than the {truck.mass_laden_kg} kg of the laden truck",
            )
        elif truck.payload_t * 1000 > truck.mass_laden_kg - truck.mass_empty_kg + 1e-6:
            yield Finding(
                (*key, "payload_t"),
                str(truck.payload_t),
                f"at most {(truck.mass_laden_kg - truck.mass_empty_kg) / 1000:g} t, "
                "laden less empty mass",
            )
        if truck.usable_g < 1:
            yield Finding(
                (*key, "tank_kg"),
                str(truck.tank_kg),
                "a tank that holds something above the reserve",
            )


def _plants(scenario: Scenario) -> Iterator[Finding]:
    for name, plant in scenario.plant.items():
        if plant.enabled:
            yield from _enabled_plant(name, plant)
        elif not plant.off_because:
            yield Finding(
                ("plant", name, "off_because"), "", "the reason why the plant is not enabled"
            )


def _enabled_plant(name: str, plant: PlantSpec) -> Iterator[Finding]:
    for key in (*NEEDED, *technologies()[plant.kind].needs):
        if getattr(plant, key) is None:
            yield Finding(
                ("plant", name, key),
                "",
                f"a number, since the plant is enabled and of kind {plant.kind!r}",
            )
    lives = plant.purification_life_years
    for year, life in (lives if isinstance(lives, Mapping) else {"": lives or 1.0}).items():
        if life != int(life):
            at = (str(year),) if year else ()
            yield Finding(
                ("plant", name, "purification_life_years", *at),
                f"{life:g}",
                "a whole number of years: it is bought again at the start of one",
            )
    technology = technologies()[plant.kind]
    if plant.at_site and not technology.at_station:
        able = ", ".join(kind for kind, each in technologies().items() if each.at_station)
        yield Finding(
            ("plant", name, "at_site"),
            plant.at_site,
            f"no site: {plant.kind!r} is made at a plant only (at a station: {able})",
        )
    if plant.at_site and (plant.place or plant.extra_km):
        key = "place" if plant.place else "extra_km"
        yield Finding(("plant", name, key), "", "nothing where at_site is given")
    if not plant.at_site and not plant.place and (plant.lon is None or plant.lat is None):
        yield Finding(("plant", name, "place"), "", "a place of the network, or lon and lat")
    price = plant.purification_capex_cny_per_kg_per_day
    if plant.expansions_kg_per_day and price is not None and not value_at(price, 0):
        yield Finding(
            ("plant", name, "purification_capex_cny_per_kg_per_day"),
            "0",
            "a price above 0, since the plant has expansion steps",
        )
    if len(plant.carbon_kg_per_kg) < 2:
        yield Finding(
            ("plant", name, "carbon_kg_per_kg"),
            ", ".join(plant.carbon_kg_per_kg),
            "at least two allocation methods, since the method decides the result",
        )


def _policy(scenario: Scenario) -> Iterator[Finding]:
    for name, spacing in scenario.policy.spacing.items():
        if spacing.min_tier is not None:
            key = ("policy", "spacing", name, "min_tier")
            yield from _reference(key, spacing.min_tier, "tier", list(scenario.tier))
