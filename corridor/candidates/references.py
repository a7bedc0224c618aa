"""Names in a scenario, where ids of places and sites belong, become the ids of its network.

A word in the form of an id (`ID_PATTERN`) is an id; any other is a name: "兴义", "Xingyi",
"法耳服务区(兴义方向)". Only ids are written down, so that whoever reads a run needs no rule for names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, get_args

from corridor.candidates.catalogue import places_of, sites_of
from corridor.core.faults import Faults
from corridor.network.geometry import distance_m
from corridor.network.known.names import Named, find
from corridor.network.network import SideKind
from corridor.network.source import build_network
from corridor.scenario.document import resolved_document, validated
from corridor.scenario.spec import ID_PATTERN

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario

SHOWN = 3
"""Choices that a line names."""

_ENDS = (
    ("fleet", ("origin", "destination")),
    ("through", ("origin", "destination")),
    ("od", ("origin", "destination")),
    ("site", ("place",)),
    ("existing_station", ("place",)),
)
_KEYED_BY_PLACE = ("zone", "works")
_KEYED_BY_SITE = ("decision",)

Give = Callable[[str, str], str]
"""Key and word -> id."""


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

    _rewritten(document, (note, note, note))
    if all(map(_is_id, names)):
        return scenario
    plain = scenario.network.model_copy(update={"removed_sides": (), "planned_links": ()})
    faults = Faults(scenario.name)
    document = _rewritten(document, _givers(build_network(plain), scenario, faults), faults)
    faults.stop()
    named = validated(document, origins={}, file=scenario.name)
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
    _, sites, _ = _givers(build_network(scenario.network), scenario, faults)
    found: dict[str, list[tuple[int, str]]] = _keyed(stations, sites, "", faults)
    faults.stop()
    return found


def _is_id(word: str) -> bool:
    return not word or re.fullmatch(ID_PATTERN, word) is not None


def _givers(network: Network, scenario: Scenario, faults: Faults) -> tuple[Give, Give, Give]:
    """Return what gives places, candidate sites, and sides of service areas."""
    sites = sites_of(network, scenario)
    sides = [thing for thing in sites if thing.kind in get_args(SideKind)]
    return (
        _giver(places_of(network), "place", faults),
        _giver(sites, "site", faults),
        _giver(sides, "site", faults),
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


def _rewritten(
    document: dict[str, Any], give: tuple[Give, Give, Give], faults: Faults | None = None
) -> dict[str, Any]:
    """Return a resolved document with every place and site given by `give`."""
    place, site, side = give
    new = dict(document)
    for table, fields in _ENDS:
        new[table] = {
            key: {
                **row,
                **{f: place(f"{table}.{key}.{f}", row[f]) for f in fields if row.get(f)},
            }
            for key, row in new.get(table, {}).items()
        }
    for tables, giver in ((_KEYED_BY_PLACE, place), (_KEYED_BY_SITE, site)):
        for table in tables:
            new[table] = _keyed(new.get(table, {}), giver, f"{table}.", faults)
    network = dict(new["network"])
    network["removed_sides"] = [
        side("network.removed_sides", word) for word in network.get("removed_sides", ())
    ]
    network["planned_links"] = [
        {
            **link,
            **{
                end: place(f"network.planned_links.{number}.{end}", link[end])
                for end in ("from_place", "to_place")
                if link.get(end)
            },
        }
        for number, link in enumerate(network.get("planned_links", ()))
    ]
    return {**new, "network": network}


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
