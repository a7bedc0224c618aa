"""Names in a scenario, where ids of places, sites and roads belong, become the ids of its network.

A word in the form of an id (`ID_PATTERN`) is an id; any other is a name: "兴义", "Xingyi",
"发耳服务区(兴义方向)". Roads have their other numbers and names (G8517, 水兴高速 for S77). Only ids
are written down, so that whoever reads a run needs no rule for names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, get_args

from corridor.candidates.catalogue import places_of, sites_of
from corridor.core.faults import Faults
from corridor.network.geometry import distance_m
from corridor.network.known.match import known_carriageways, known_road_names
from corridor.network.known.names import Named, find
from corridor.network.network import SideKind
from corridor.network.source import build_network
from corridor.scenario.document import resolved_document, validated
from corridor.scenario.spec import ID_PATTERN

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.roads import NetworkSpec
    from corridor.scenario.scenario import Scenario

SHOWN = 3
"""Choices that a line names."""

_PLACES = (
    ("fleet", ("origin", "destination")),
    ("through", ("origin", "destination")),
    ("od", ("origin", "destination")),
    ("site", ("place",)),
    ("existing_station", ("place",)),
    ("plant", ("place",)),
)
_KEYED_BY_PLACE = ("zone", "works")
_SITES = (("plant", ("at_site",)),)
_KEYED_BY_SITE = ("decision",)
_ROADS = (("count", ("route",)),)
_CARRIAGEWAYS = (
    ("site", ("carriageway",)),
    ("existing_station", ("carriageway",)),
    ("count", ("carriageway",)),
)

Document = dict[str, Any]

Give = Callable[[str, str], str]
"""Key and word -> id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Givers:
    """What turns words into ids: of places, candidate sites, sides of service areas, roads."""

    place: Give
    site: Give
    side: Give
    road: Give
    carriageway: Give


def by_ids(scenario: Scenario) -> Scenario:
    """Return the scenario with ids where it has names; itself where it has none.

    Raises
    ------
    InputError
        With a line for every name that the network does not know, or knows more than once.
    """
    document = resolved_document(scenario)
    names: list[str] = []

    def note(_key: str, word: str) -> str:
        names.append(word)
        return word

    roads = _roads(scenario.network)
    found = _rewritten(document, replace(roads, place=note, site=note, side=note))
    if all(map(_is_id, names)):
        if found == document:
            return scenario
    else:
        plain = scenario.network.model_copy(update={"removed_sides": (), "planned_links": ()})
        faults = Faults(scenario.name)
        givers = _givers(build_network(plain), scenario, faults)
        found = _rewritten(document, givers, faults)
        faults.stop()
    named = validated(found, origins={}, file=scenario.name)
    network = named.network.model_copy(update={"path": scenario.network.path})
    return named.model_copy(update={"network": network})


def stations_by_ids(
    scenario: Scenario, stations: Mapping[str, list[tuple[int, str]]]
) -> dict[str, list[tuple[int, str]]]:
    """Return a user's list of stations with ids where it has names.

    Raises
    ------
    InputError
        As `by_ids`, or if two rows are of one station.
    """
    if all(map(_is_id, stations)):
        return dict(stations)
    faults = Faults("stations")
    give = _givers(build_network(scenario.network), scenario, faults).site
    found: dict[str, list[tuple[int, str]]] = _keyed(stations, give, "", faults)
    faults.stop()
    return found


def _is_id(word: str) -> bool:
    return not word or re.fullmatch(ID_PATTERN, word) is not None


def _roads(spec: NetworkSpec) -> Givers:
    """Return givers of known roads and carriageways, that leave places and sites as they are."""
    roads = known_road_names(spec.known_as) if spec.known_as else {}
    ways = known_carriageways(spec.known_as) if spec.known_as else {}

    def same(_key: str, word: str) -> str:
        return word

    return Givers(
        place=same,
        site=same,
        side=same,
        road=lambda _, word: roads.get(word, word),
        carriageway=lambda _, word: ways.get(word, word),
    )


def _givers(network: Network, scenario: Scenario, faults: Faults) -> Givers:
    sites = sites_of(network, scenario)
    sides = [thing for thing in sites if thing.kind in get_args(SideKind)]
    return replace(
        _roads(scenario.network),
        place=_giver(places_of(network), "place", faults),
        site=_giver(sites, "site", faults),
        side=_giver(sides, "site", faults),
    )


def _giver(things: Sequence[Named], what: str, faults: Faults) -> Give:
    def give(key: str, word: str) -> str:
        if _is_id(word):
            return word
        found = find(word, things)
        if len(found) == 1:
            return found[0].id
        if found:
            faults.note(key, word, f"one {what}, of {len(found)}: {choices(found)}", "write the id")
        else:
            alike = choices(sorted(things, key=lambda thing: _unlike(word, thing)))
            expected = f"the id or name of a {what}; most alike: {alike}"
            faults.note(key, word, expected, f"corridor {what}s lists them all")
        return word

    return give


def choices(things: Sequence[Named]) -> str:
    """Return things in words: id, name, position, and how far each lies from the first [km]."""
    first = things[0] if things else None
    words = []
    for thing in things[:SHOWN]:
        away = distance_m((first.lon, first.lat), (thing.lon, thing.lat)) if first else 0.0
        name = thing.names[0] if thing.names else ""
        far = f", {away / 1000:.1f} km from the first" if thing is not first else ""
        words.append(f"{thing.id} {name} ({thing.lon:.4f}, {thing.lat:.4f}{far})")
    more = f"; and {len(things) - SHOWN} more" if len(things) > SHOWN else ""
    return "; ".join(words) + more


def _unlike(word: str, thing: Named) -> tuple[float, str]:
    alike = (SequenceMatcher(None, word, name).ratio() for name in (thing.id, *thing.names))
    return -max(alike), thing.id


def _rewritten(document: Document, give: Givers, faults: Faults | None = None) -> Document:
    """Return a resolved document with every place, site and road given by `give`."""
    new = dict(document)
    for fields, giver in (
        (_PLACES, give.place),
        (_SITES, give.site),
        (_ROADS, give.road),
        (_CARRIAGEWAYS, give.carriageway),
    ):
        for table, keys in fields:
            new[table] = {
                name: _row(row, keys, f"{table}.{name}", giver)
                for name, row in new.get(table, {}).items()
            }
    for tables, giver in ((_KEYED_BY_PLACE, give.place), (_KEYED_BY_SITE, give.site)):
        for table in tables:
            new[table] = _keyed(new.get(table, {}), giver, f"{table}.", faults)
    spacing = new["policy"].get("spacing", {})
    new["policy"] = {
        **new["policy"],
        "spacing": {
            name: _row(row, ("route",), f"policy.spacing.{name}", give.road)
            for name, row in spacing.items()
        },
    }
    network = dict(new["network"])
    network["removed_sides"] = [
        give.side("network.removed_sides", word) for word in network.get("removed_sides", ())
    ]
    network["planned_links"] = [
        _row(link, ("from_place", "to_place"), f"network.planned_links.{number}", give.place)
        for number, link in enumerate(network.get("planned_links", ()))
    ]
    return {**new, "network": network}


def _row(row: Document, keys: tuple[str, ...], where: str, give: Give) -> Document:
    return {**row, **{key: give(f"{where}.{key}", row[key]) for key in keys if row.get(key)}}


def _keyed(rows: Mapping[str, Any], give: Give, table: str, faults: Faults | None) -> Any:
    """Return a table whose keys are ids; two keys of one thing are a fault."""
    found: dict[str, Any] = {}
    said: dict[str, str] = {}
    for word, row in rows.items():
        key = give(f"{table}{word}", word)
        if key in found and faults is not None:
            expected = f"each thing once: {said[key]} is the same"
            faults.note(f"{table}{word}", word, expected, f"write [{table}{key}] alone")
        found[key], said[key] = row, word
    return found
