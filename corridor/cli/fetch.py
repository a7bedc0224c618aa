"""`corridor fetch`: a network from OpenStreetMap, or an edited one read back and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from corridor.network.osm.fetch import Fetched


def fetch(
    scenario: Annotated[
        Path | None,
        typer.Argument(help="Scenario whose network.via and network.buffer_km name a corridor."),
    ] = None,
    osm: Annotated[
        Path | None,
        typer.Option(
            "--osm",
            help="Extract (.osm, .osm.bz2, .osm.gz, .osm.pbf, Overpass .json): no server asked.",
        ),
    ] = None,
    network: Annotated[
        Path | None,
        typer.Option(
            "--network", help="Edited network (.gpkg, .json, .geojson): check it, write it again."
        ),
    ] = None,
    bbox: Annotated[
        str | None, typer.Option("--bbox", help="Region W,S,E,N in degrees WGS-84.")
    ] = None,
    polygon: Annotated[
        Path | None, typer.Option("--polygon", help="Region as GeoJSON polygon.")
    ] = None,
    geocode: Annotated[
        list[str] | None,
        typer.Option(
            "--geocode", help="Name to ask Nominatim for; give it twice or more for a corridor."
        ),
    ] = None,
    buffer_km: Annotated[
        float, typer.Option("--buffer", help="Width beside the line of --geocode. [km]")
    ] = 20.0,
    nominatim_url: Annotated[
        str,
        typer.Option(
            "--nominatim-url", envvar="CORRIDOR_NOMINATIM_URL", help="Address of Nominatim."
        ),
    ] = "https://nominatim.openstreetmap.org",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for network.json, .geojson, .gpkg.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the network.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no server; use the cached copy.")
    ] = False,
    overpass_url: Annotated[
        str | None,
        typer.Option(
            "--overpass-url",
            envvar="CORRIDOR_OVERPASS_URL",
            help="Address of the Overpass API; default https://overpass-api.de/api.",
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Folder of cached answers; default the user's cache folder."),
    ] = None,
    deadline_s: Annotated[
        float, typer.Option("--deadline", help="Most time for the server, all attempts. [s]")
    ] = 900.0,
    future: Annotated[
        bool, typer.Option("--future", help="Also roads under construction and proposed ones.")
    ] = False,
    future_year: Annotated[
        int | None,
        typer.Option(
            "--future-year", min=2000, max=2100, help="Opening year where their tags name none."
        ),
    ] = None,
    dem: Annotated[
        Path | None,
        typer.Option("--dem", help="Raster of heights (GeoTIFF); needs the extra elevation."),
    ] = None,
    diff: Annotated[
        Path | None,
        typer.Option("--diff", help="Network file to compare with; prints what changed since."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Build a network of directed carriageways from OpenStreetMap and write it to a folder.

    The source is a file (--osm), or an Overpass server for the region of --bbox, --polygon or a
    scenario's corridor; --offline takes the cached answer of the same region. The network is
    written as network.json (for `network.source`), network.geojson and network.gpkg (for QGIS).
    Data (c) OpenStreetMap contributors, ODbL 1.0.
    """
    from corridor.cli.show import print_json, print_text, progress_printer
    from corridor.core.errors import UsageError
    from corridor.network.osm.fetch import Fetched, Request, summary_of, write
    from corridor.network.osm.fetch import fetch as fetch_network

    progress = progress_printer()
    if sum(source is not None for source in (network, osm)) == 2 or (network and scenario):
        raise UsageError("--network stands alone: neither --osm nor a scenario goes with it.")
    if out is None and not json and diff is None:
        raise UsageError("say where to write the network: -o DIR.")
    fetched: Fetched
    if network is not None:
        from corridor.network.osm.build import BuildReport

        found = _read(network)
        fetched = Fetched(found, BuildReport(), _counted(summary_of(found, BuildReport()), found))
    else:
        options, region, file = _asked(scenario, bbox, polygon, name, future, future_year)
        if geocode and region is None:
            region = _named(geocode, buffer_km, nominatim_url, deadline_s, progress)
        request = Request(
            options=options,
            osm=osm or file,
            region=region,
            url=overpass_url or "",
            cache=cache,
            offline=offline,
            deadline_s=deadline_s,
            dem=dem,
        )
        fetched = fetch_network(request, progress)
    summary = dict(fetched.summary)
    lines: list[str] = []
    if diff is not None:
        from corridor.network.osm.difference import difference, difference_lines

        changes = difference(_read(diff), fetched.network)
        summary["difference"] = changes
        lines = difference_lines(changes)
    if out is not None:
        for path in write(fetched, out):
            progress(f"written   {path}")
        summary["out"] = str(out)
    if json:
        print_json(summary)
    else:
        _show(summary, print_text)
        for line in lines:
            print_text(line)


def _asked(
    scenario: Path | None,
    bbox: str | None,
    polygon: Path | None,
    name: str | None,
    future: bool,
    future_year: int | None,
) -> tuple[Any, BaseGeometry | None, Path | None]:
    """Return the options, the region and the file that the scenario and the options name."""
    from corridor.core.errors import UsageError
    from corridor.network.osm.build import BuildOptions
    from corridor.network.osm.region import bbox_region, polygon_region

    region: BaseGeometry | None = None
    file: Path | None = None
    options: dict[str, Any] = {"future": future, "future_year": future_year}
    if scenario is not None:
        from corridor.network.osm.corridor_of import corridor_of

        asked = corridor_of(scenario)
        region, file = asked.region, asked.file
        options["name"] = asked.name
    if name is not None:
        options["name"] = name
    if bbox is not None and polygon is not None:
        raise UsageError("give --bbox or --polygon, not both.")
    if bbox is not None:
        try:
            west, south, east, north = (float(part) for part in bbox.split(","))
        except ValueError:
            raise UsageError(f"--bbox {bbox}: four numbers W,S,E,N belong there.") from None
        region = bbox_region(west, south, east, north)
    elif polygon is not None:
        region = polygon_region(polygon)
    return BuildOptions(**options), region, file


def _named(
    names: list[str], buffer_km: float, url: str, deadline_s: float, say: Callable[[str], None]
) -> BaseGeometry:
    """Return the corridor through places that Nominatim is asked for, one a second at most."""
    import time

    from corridor.network.osm.osmnx_door import geocode
    from corridor.network.osm.region import corridor_region

    points = []
    for number, name in enumerate(names):
        if number:
            time.sleep(1.0)  # Nominatim's usage policy
        points.append(geocode(name, url, deadline_s))
        say(f"Nominatim: {name} lies at {points[-1][0]:.5f}, {points[-1][1]:.5f}")
    return corridor_region(points, buffer_km)


def _read(path: Path) -> Any:
    if path.name.lower().endswith(".gpkg"):
        from corridor.network.formats.geopackage import read_geopackage

        return read_geopackage(path)
    from corridor.network.source import read_network

    return read_network(path)


def _counted(summary: dict[str, Any], network: Any) -> dict[str, Any]:
    """Fill the figures that an edited network itself can tell."""
    mainline = sum(arc.length_m for arc in network.arcs if arc.kind == "mainline") / 1000
    ramps = sum(arc.length_m for arc in network.arcs if arc.kind == "ramp") / 1000
    del summary["motorway_km"], summary["trunk_km"], summary["components"]
    return {
        **summary,
        "nodes": len(network.nodes),
        "arcs": len(network.arcs),
        "service_area_sides": sum(bool(side.node) for side in network.sides),
        "places": len(network.places),
        "carriageway_km": {"all": round(mainline, 3)},
        "link_km": round(ramps, 3),
    }


def _show(summary: dict[str, Any], say: Any) -> None:
    km = ", ".join(f"{kind} {value:.1f} km" for kind, value in summary["carriageway_km"].items())
    say(f"{summary['name']}: {summary['nodes']} nodes, {summary['arcs']} arcs, {km}")
    counts = [
        f"{summary[key]} {key.replace('_', ' ')}"
        for key in ("service_area_sides", "junctions", "toll_booths", "exits", "map_edges")
        if key in summary
    ]
    say(", ".join(counts))
    for station in summary["hydrogen_stations"]:
        name = station["name_en"] or station["name_zh"]
        say(f"hydrogen station  {station['id']}: {name} ({station['sells']})")
    if summary["land_use"]:
        say(f"{summary['land_use']} areas of land use where no station may stand")
    for note in summary["notes"]:
        say(f"note  {note}")
    say(f"network hash  {summary['network_hash']}")
    for line in summary["attribution"]:
        say(line)
