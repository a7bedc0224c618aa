"""OpenStreetMap to network: XML, PBF and live Overpass in, one and the same `Network` out.

objects.py holds what all sources are turned into; xml_source, pbf_source and overpass (the one
door to osmnx) fill it; region.py cuts it; build.py and the modules it calls make the network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from corridor.network.network import Network
    from corridor.network.osm.build import BuildOptions, BuildReport
    from corridor.network.osm.limits import ReadLimits
    from corridor.network.osm.objects import Extract

__all__ = ["build_network", "network_from_osm", "read_extract"]


def read_extract(path: Path | str, *, limits: ReadLimits | None = None) -> Extract:
    """Read the objects of an OpenStreetMap file that a network needs.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.bz2`` or ``.osm.gz`` (XML), ``.osm.pbf`` (needs the extra ``pbf``), or a
        saved Overpass answer (``.json``).
    limits
        Limits of time and memory; the defaults suit a country's extract.

    Raises
    ------
    InputError
        If the file is no OpenStreetMap file, is damaged or hostile.
    FileError
        If it cannot be opened.
    """
    from corridor.core.errors import InputError
    from corridor.core.files import OSM_SUFFIXES, is_osm, sha256_file
    from corridor.network.osm.drawn import make_ids_positive, refuse_page
    from corridor.network.osm.limits import ReadLimits, Watch
    from corridor.network.osm.overpass import read_answer
    from corridor.network.osm.pbf_source import read_pbf
    from corridor.network.osm.xml_source import read_xml

    path = Path(path)
    answer = path.name.lower().endswith(".json")
    if not answer and not is_osm(path.name):
        named = ", ".join((*OSM_SUFFIXES, ".json"))
        raise InputError(
            f"{path}: is not named like an OpenStreetMap file ({named}).",
            "GraphML and shapefiles are not read.",
        )
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file.")
    if not path.exists():
        raise InputError(f"{path}: there is no such file.")
    refuse_page(path)
    watch = Watch(str(path), limits or ReadLimits())
    if answer:
        extract = read_answer(path, watch)
    elif path.name.lower().endswith(".pbf"):
        extract = read_pbf(path, watch)
    else:
        extract = read_xml(path, watch)
    make_ids_positive(extract)
    extract.provenance.update(source=f"file {path.name}", file_sha256=sha256_file(path))
    return extract


def build_network(
    extract: Extract, *, region: BaseGeometry | None = None, options: BuildOptions | None = None
) -> tuple[Network, BuildReport]:
    """Return the network of an extract within a region, and what was counted and left out.

    Raises
    ------
    InputError
        If no expressway is left.
    """
    from corridor.network.osm.build import BuildOptions, build
    from corridor.network.osm.region import select

    return build(select(extract, region), options or BuildOptions())


def network_from_osm(
    path: Path | str,
    *,
    region: BaseGeometry | None = None,
    options: BuildOptions | None = None,
    limits: ReadLimits | None = None,
) -> Network:
    """Read an OpenStreetMap file and return its network.

    Parameters
    ----------
    path
        The file.
    region
        Polygon in degrees WGS-84 to cut the network out of; None: all of the file.
    options
        Name, roads under construction, the user's own places, heights.
    limits
        Limits of time and memory.

    Raises
    ------
    InputError
        If the file is no OpenStreetMap file, is damaged or hostile, or holds no expressway.
    FileError
        If it cannot be opened.
    """
    from dataclasses import replace

    from corridor.core.files import osm_stem
    from corridor.network.osm.build import BuildOptions

    chosen = options or BuildOptions()
    if chosen.name == BuildOptions().name:
        chosen = replace(chosen, name=osm_stem(Path(path).name).removesuffix(".json"))
    return build_network(read_extract(path, limits=limits), region=region, options=chosen)[0]
