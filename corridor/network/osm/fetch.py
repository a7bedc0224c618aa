"""From a request to a network on disk: what `corridor fetch` does, without the command line."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import UsageError
from corridor.core.files import pretty_json, write_text
from corridor.network.osm.build import BuildOptions, BuildReport
from corridor.network.osm.region import RULE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from corridor.network.network import Network

SCHEMA = "corridor.fetch/1"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be fetched, and from where.

    Parameters
    ----------
    osm
        An OpenStreetMap file; None: ask an Overpass server, or its cache.
    region
        Polygon in degrees WGS-84; None: all of the file.
    url, cache, offline, deadline_s
        As for :func:`corridor.network.osm.overpass.fetch_extract`.
    dem
        Raster of heights; None: the `ele` tags of the data.
    """

    options: BuildOptions
    osm: Path | None = None
    region: BaseGeometry | None = None
    url: str = ""
    cache: Path | None = None
    offline: bool = False
    deadline_s: float = 900.0
    dem: Path | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A network, how it was built, and how that reads as one JSON object."""

    network: Network
    report: BuildReport
    summary: dict[str, Any]


def fetch(request: Request, progress: Progress = lambda _: None) -> Fetched:
    """Fetch and build a network.

    Raises
    ------
    UsageError
        If neither a file nor a region is given.
    InputError
        If the file is wrong or holds no expressway.
    FileError
        If a file cannot be opened, or the server gives no whole answer.
    """
    from corridor.core.files import osm_stem
    from corridor.network.osm import build_network, read_extract

    options = request.options
    if request.dem is not None:
        from corridor.network.osm.elevation import from_raster

        options = replace(options, elevation=from_raster(request.dem))
    if request.osm is not None:
        progress(f"reading {request.osm}")
        extract = read_extract(request.osm)
        if options.name == BuildOptions().name:
            options = replace(options, name=osm_stem(request.osm.name).removesuffix(".json"))
    elif request.region is not None:
        from corridor.network.osm.overpass import DEFAULT_URL, fetch_extract

        extract = fetch_extract(
            request.region,
            url=request.url or DEFAULT_URL,
            cache=request.cache,
            offline=request.offline,
            deadline_s=request.deadline_s,
            progress=progress,
        )
    else:
        raise UsageError(
            "say what to fetch: a scenario with network.via, --osm FILE, --bbox or --polygon.",
            "corridor fetch --help",
        )
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    extract.provenance.update(built=today, region_rule=RULE if request.region else "whole source")
    progress(f"building the network from {len(extract.ways):,} ways")
    network, report = build_network(extract, region=request.region, options=options)
    return Fetched(network, report, summary_of(network, report))


def summary_of(network: Network, report: BuildReport) -> dict[str, Any]:
    """Return the figures of a fetched network as one JSON object."""
    from corridor.network.formats.document import network_hash

    return {
        "schema": SCHEMA,
        "name": network.name,
        "network_hash": network_hash(network),
        **report.counts,
        "motorway_km": report.carriageway_km.get("motorway", 0.0),
        "trunk_km": report.carriageway_km.get("trunk", 0.0),
        "link_km": report.link_km,
        "carriageway_km": dict(report.carriageway_km),
        "components": report.components,
        "simplification": report.simplification,
        "dropped": [asdict(item) for item in report.dropped],
        "dropped_km": round(sum(item.km for item in report.dropped), 3),
        "turns_refused": report.turns_refused,
        "service_areas": report.service_areas,
        "hydrogen_stations": [asdict(station) for station in network.hydrogen_stations],
        "land_use": len(network.land_use),
        "provenance": network.provenance,
        "attribution": list(network.attribution),
        "notes": list(network.notes),
    }


def write(fetched: Fetched, folder: Path) -> list[Path]:
    """Write network.json, network.geojson, network.gpkg and fetch.json; each whole or not at all.

    Raises
    ------
    FileError
        If the folder cannot be written.
    """
    from corridor.network.formats.document import network_document
    from corridor.network.formats.geojson import network_geojson
    from corridor.network.formats.geopackage import write_geopackage

    paths = [folder / f"network.{suffix}" for suffix in ("json", "geojson", "gpkg")]
    write_text(paths[0], pretty_json(network_document(fetched.network)))
    write_text(paths[1], pretty_json(network_geojson(fetched.network)))
    write_geopackage(fetched.network, paths[2])
    paths.append(folder / "fetch.json")
    write_text(paths[-1], pretty_json(fetched.summary))
    return paths
