"""Give the roads, sides, exits and places of a map the ids of an embedded corridor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from corridor.core.errors import InputError
from corridor.network.known.places import with_known_places
from corridor.network.known.roads import known_routes, with_known_roads
from corridor.network.known.sites import with_known_sites
from corridor.network.network import Network
from corridor.network.tables import RouteRow, Tables, read_tables


def known_road_names(name: str) -> dict[str, str]:
    """Return other numbers and names of an embedded corridor's roads -> its reference of them."""
    found: dict[str, str] = {}
    for row in read_tables(name).routes:
        names = (row.name_zh, row.name_en)
        for word in (*aliases_of(row), *names, *(name.partition("(")[0] for name in names)):
            found.setdefault(word.strip(), row.ref)
    refs = {row.ref for row in read_tables(name).routes}
    return {word: ref for word, ref in found.items() if word and word not in refs}


def known_carriageways(name: str) -> dict[str, str]:
    """Return English words for the carriageways of an embedded corridor -> its Chinese ones."""
    rows = read_tables(name).routes
    return {row.up_en: row.up_zh for row in rows} | {row.down_en: row.down_zh for row in rows}


def known_sections(name: str) -> dict[str, str]:
    """Return ids of the sections of an embedded corridor -> their names, which maps have too."""
    return {row.id: row.name_zh for row in read_tables(name).sections}


def aliases_of(row: RouteRow) -> tuple[str, ...]:
    """Return the other numbers of a road."""
    return tuple(part.strip() for part in row.aliases.split(";") if part.strip())


def with_known_names(network: Network, name: str, own: Collection[str] = ()) -> Network:
    """Return a network with the ids of an embedded corridor wherever the two are the same.

    Parameters
    ----------
    network
        Of a map or a file.
    name
        Of the embedded corridor.
    own
        Ids of places that the user places himself.

    Returns
    -------
    Network
        Routes, carriageways, sides, exits and places that were matched bear the ids and names of
        the tables; a note says for each that was not what lies nearest.

    Raises
    ------
    InputError
        If a place could be two of the map; all at once, with the choices.
    """
    tables = read_tables(name)
    tables = replace(tables, places=tuple(row for row in tables.places if row.id not in own))
    on_map = known_routes(network, tables)
    network, faults, notes = with_known_places(
        *_roads_and_sites(network, tables, on_map), tables, on_map
    )
    if faults:
        raise InputError(faults)
    return replace(network, notes=(*network.notes, *notes))


def _roads_and_sites(
    network: Network, tables: Tables, on_map: dict[str, str]
) -> tuple[Network, list[str]]:
    network, notes = with_known_roads(network, tables, on_map)
    return with_known_sites(network, tables, on_map, notes)
