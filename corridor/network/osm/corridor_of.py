"""The corridor that a scenario names: region, file, own places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import Fault, InputError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from corridor.network.network import Network
    from corridor.scenario.roads import NetworkSpec

LIVE = "openstreetmap"
"""`network.source` of a corridor that is fetched from a server and solved from the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a scenario asks `corridor fetch` for."""

    name: str
    region: BaseGeometry | None
    file: Path | None


def corridor_of(scenario: Path) -> Asked:
    """Return the corridor that a scenario file names.

    Raises
    ------
    InputError
        If the scenario is wrong, or its network is neither a corridor nor an extract.
    """
    from corridor.core.files import is_osm
    from corridor.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    network = loaded.network
    region = region_of(network)
    file = Path(network.path) if is_osm(network.source) else None
    if region is None and file is None:
        raise InputError(
            [
                Fault(
                    file=str(scenario),
                    key="network.via",
                    value="",
                    expected="two or more points of the corridor, or an extract as network.source",
                    hint='e.g. source = "openstreetmap", via = ["六盘水", [104.9, 25.1]]',
                )
            ]
        )
    return Asked(name=loaded.name, region=region, file=file)


def region_of(network: NetworkSpec) -> BaseGeometry | None:
    """Return the region that a scenario's `network.via` names; None where it names none.

    Raises
    ------
    InputError
        If a name is not in the gazetteer, or a point is not on the globe.
    """
    from corridor.network.osm.region import corridor_region

    if not network.via:
        return None
    return corridor_region([_point(item) for item in network.via], network.buffer_km)


def known_roads_of(network: NetworkSpec) -> dict[str, str]:
    """Return other numbers and names of the roads that a scenario speaks of -> its words."""
    from corridor.network.known.match import known_road_names

    return known_road_names(network.known_as) if network.known_as else {}


def _point(item: str | tuple[float, float] | Sequence[float]) -> tuple[float, float]:
    if not isinstance(item, str):
        return (item[0], item[1])
    places = gazetteer()
    found = places.get(item) or places.get(item.casefold())
    if found is None:
        import difflib

        near = difflib.get_close_matches(item, places, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Write [lon, lat] instead."
        raise InputError(f"network.via: {item!r} is not in the gazetteer.", hint)
    return found


def gazetteer() -> dict[str, tuple[float, float]]:
    """Return the places of the embedded corridors by id, Chinese name and English name.

    Positions are GeoNames' (CC BY 4.0), as their tables say.
    """
    from corridor.network.tables import FOLDERS, read_tables

    found: dict[str, tuple[float, float]] = {}
    for name in FOLDERS:
        for place in read_tables(name).places:
            if place.position is not None:
                for key in (place.id, place.name_zh, place.name_en, place.name_en.casefold()):
                    if key:
                        found.setdefault(key, place.position)
    return found


def cached_network(network: NetworkSpec, name: str) -> Network:
    """Return the network of a corridor that `corridor fetch` has cached; no server is asked.

    Raises
    ------
    FileError
        If it was never fetched.
    InputError
        If the scenario names no corridor.
    """
    from corridor.network.osm import build_network
    from corridor.network.osm.build import BuildOptions
    from corridor.network.osm.overpass import fetch_extract

    region = region_of(network)
    if region is None:
        raise InputError(
            'network.source = "openstreetmap" needs two or more points in network.via.'
        )
    extract = fetch_extract(region, offline=True)
    options = BuildOptions(name=name, known_roads=known_roads_of(network))
    return build_network(extract, region=region, options=options)[0]
