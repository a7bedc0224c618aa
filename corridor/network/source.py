"""One door to a network, wherever it comes from: embedded, our file, or OpenStreetMap."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import Fault, InputError
from corridor.core.files import is_osm, read_json, sha256_file
from corridor.network.crs import Crs, to_wgs84
from corridor.network.network import Network
from corridor.network.tables import FOLDERS

if TYPE_CHECKING:
    from corridor.scenario.roads import NetworkSpec


def build_network(spec: NetworkSpec) -> Network:
    """Return the network of a scenario.

    Parameters
    ----------
    spec
        The ``network`` part of a scenario.

    Raises
    ------
    InputError
        If the source does not exist or is no network; with every fault.
    """
    from corridor.network.planned import Link, with_planned_links

    if spec.source in FOLDERS:
        from corridor.network.embedded import embedded_network

        network = embedded_network(
            spec.source, open_years=spec.open_year, removed_sides=spec.removed_sides
        )
    else:
        network, years = _from_file(spec), spec.open_year
        if spec.known_as:
            from corridor.network.known.match import known_sections, with_known_names

            network = with_known_names(network, spec.known_as, own=spec.place)
            names = known_sections(spec.known_as)
            years = {names.get(key, key): year for key, year in spec.open_year.items()}
        network = with_open_years(network, years)
        network = without_sides(network, spec.removed_sides)
    shift = to_wgs84(spec.crs)
    links = [
        Link(
            name=link.name,
            line=tuple(shift((lon, lat)) for lon, lat in link.coordinates),
            open_year=link.open_year,
            length_m=None if link.length_km is None else round(link.length_km * 1000),
            start=link.from_place,
            end=link.to_place,
        )
        for link in spec.planned_links
    ]
    return with_planned_links(_with_own_places(network, spec), links)


def _from_file(spec: NetworkSpec) -> Network:
    """Return the network of a file, or of a corridor of OpenStreetMap, cut to `via`."""
    from corridor.network.osm.corridor_of import LIVE, cached_network, known_roads_of, region_of

    if spec.source == LIVE:
        return cached_network(spec, LIVE)
    path = Path(spec.path or spec.source)
    if is_osm(path.name):
        from corridor.network.osm import network_from_osm
        from corridor.network.osm.build import BuildOptions

        options = BuildOptions(known_roads=known_roads_of(spec))
        network: Network = network_from_osm(path, region=region_of(spec), options=options)
        return network
    return read_network(path, crs=spec.crs)


def _with_own_places(network: Network, spec: NetworkSpec) -> Network:
    """Join the user's own places; those that cannot be joined are faults."""
    from corridor.network.own_places import OwnPlace, with_places

    shift = to_wgs84(spec.crs)
    points = []
    for key, place in spec.place.items():
        lon, lat = shift((place.lon, place.lat))
        points.append(
            OwnPlace(
                id=key,
                name_zh=place.name_zh,
                name_en=place.name_en or ("" if place.name_zh else key),
                lon=lon,
                lat=lat,
                kind=place.kind,
                source="scenario",
                access_m=place.access_m,
            )
        )
    joined, refused = with_places(network, points)
    faults = [
        Fault(
            file="network", key=f"place.{point.id}", value=f"{point.lon}, {point.lat}", expected=why
        )
        for point, why in refused
    ]
    if faults:
        raise InputError(faults)
    return joined


def read_network(path: Path, *, crs: Crs = "wgs84") -> Network:
    """Read a network file: our JSON, our GeoJSON, or an OpenStreetMap extract.

    Parameters
    ----------
    crs
        Coordinates of the file; OpenStreetMap is always WGS-84.

    Raises
    ------
    InputError
        If the file is absent, of another kind, or wrong; GraphML is never parsed.
    """
    name = path.name.lower()
    if name.endswith(".gpkg"):
        from corridor.network.formats.geopackage import read_geopackage

        return _placed(read_geopackage(path), path, crs)
    if is_osm(name):
        return _from_osm(path)
    if name.endswith(".graphml"):
        raise InputError(
            f"{path}: GraphML is not read: its parsers trust the file too much.",
            "Save the network as our JSON or GeoJSON, or give an .osm extract.",
        )
    if name.endswith(".geojson"):
        from corridor.network.formats.geojson import network_from_geojson

        network = network_from_geojson(read_json(path), str(path))
    elif name.endswith(".json"):
        from corridor.network.formats.document import network_from_document

        network = network_from_document(read_json(path), str(path))
    else:
        raise InputError(
            f"{path}: is not a network file.",
            f"Give .json, .geojson, .gpkg, .osm, .osm.pbf, or one of {', '.join(FOLDERS)}.",
        )
    return _placed(network, path, crs)


def _placed(network: Network, path: Path, crs: Crs) -> Network:
    """Return the network of a file in WGS-84, with the file's hash in its provenance."""
    shift = to_wgs84(crs)
    moved = []
    for node in network.nodes:
        lon, lat = shift((node.lon, node.lat))
        moved.append(replace(node, lon=lon, lat=lat))
    sides = []
    for side in network.sides:
        lon, lat = shift((side.lon, side.lat))
        sides.append(replace(side, lon=lon, lat=lat))
    stations = []
    for station in network.hydrogen_stations:
        lon, lat = shift((station.lon, station.lat))
        stations.append(replace(station, lon=lon, lat=lat))
    land = [
        replace(
            one,
            polygons=tuple(
                tuple(tuple(shift(point) for point in ring) for ring in polygon)
                for polygon in one.polygons
            ),
        )
        for one in network.land_use
    ]
    return replace(
        network,
        nodes=tuple(moved),
        sides=tuple(sides),
        hydrogen_stations=tuple(stations),
        land_use=tuple(land),
        provenance={**network.provenance, "file": path.name, "file_sha256": sha256_file(path)},
    )


def _from_osm(path: Path) -> Network:
    from corridor.network.osm import network_from_osm

    network: Network = network_from_osm(path)
    return network


def with_open_years(network: Network, open_years: Mapping[str, int]) -> Network:
    """Return the network with other opening years for whole sections.

    Raises
    ------
    InputError
        If a section does not exist; all at once.
    """
    sections = {arc.section for arc in network.arcs if arc.section}
    faults = [
        Fault(
            file="network",
            key=f"open_year.{key}",
            value=str(year),
            expected="the name of a section, one of "
            + (", ".join(sorted(sections)[:20]) or "none"),
        )
        for key, year in open_years.items()
        if key not in sections
    ]
    if faults:
        raise InputError(faults)
    return replace(
        network,
        arcs=tuple(
            replace(arc, open_year=open_years.get(arc.section, arc.open_year))
            for arc in network.arcs
        ),
    )


def without_sides(network: Network, removed: Collection[str]) -> Network:
    """Return the network without some service-area sides: their nodes become bends.

    Raises
    ------
    InputError
        If a side does not exist; all at once.
    """
    known = {side.id: side.node for side in network.sides}
    unknown = [
        Fault(
            file="network",
            key="removed_sides",
            value=side,
            expected="the id of a service-area side of the network",
        )
        for side in removed
        if side not in known
    ]
    if unknown:
        raise InputError(unknown)
    gone = {known[side] for side in removed}
    return replace(
        network,
        nodes=tuple(
            replace(node, kind="shape", name_zh="", name_en="") if node.id in gone else node
            for node in network.nodes
        ),
        sides=tuple(
            replace(
                side,
                node="",
                left_out_because="removed by the scenario (network.removed_sides)",
            )
            if side.id in removed
            else side
            for side in network.sides
        ),
    )
