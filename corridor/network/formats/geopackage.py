"""The network as a GeoPackage, to be corrected in a GIS, and back.

Layers: ``nodes`` and ``sides`` (points), ``arcs`` (lines), ``places`` (points, drawn at their
node), ``routes`` and ``about`` (tables), ``hydrogen_stations`` (points) and ``land_use``
(polygons, to be drawn). What counts when it is read back:

* a node or side lies where its point lies; moving a node does not change any length;
* an arc is as long as its ``length_m`` says; where that is empty (a section just drawn) it is as
  long as its line, geodesic, and marked as the user's;
* an arc whose ``tail`` or ``head`` is empty joins the node within `SNAP_M` of that end of its
  line; where there is none a new node of kind ``shape`` is made there;
* an empty ``id`` of a new arc becomes ``<tail>_<head>``;
* a polygon of ``land_use`` keeps stations off; its ``kind`` is farmland, red_line, urban or other
  (empty: other), an empty ``id`` becomes ``land-<number of its row>``, an empty ``name`` the id.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import FileError, InputError

if TYPE_CHECKING:
    from corridor.network.network import Network

SNAP_M = 50.0
"""An end of a new line joins a node that is nearer than this. [m] Engineering assumption."""

MOST_BYTES = 1024 * 1024 * 1024
_WGS84 = "EPSG:4326"
_INTEGERS = {"chainage_m", "length_m", "open_year", "close_year", "population"}


def write_geopackage(network: Network, path: Path) -> None:
    """Write a network as a GeoPackage: the whole file or none.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    import pyogrio

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".network.", suffix=".gpkg")
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()
    try:
        for layer, frame, kind in _frames(network):
            options = {"geometry_type": kind} if kind else {}
            pyogrio.write_dataframe(frame, temporary, layer=layer, driver="GPKG", **options)
        temporary.chmod(0o644)
        temporary.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise FileError(f"{path}: cannot be written: {str(error)[:200]}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _frames(network: Network) -> list[tuple[str, Any, str]]:
    import geopandas
    import pandas as pd
    import shapely

    from corridor.network.formats.document import BESIDE, PARTS, network_document
    from corridor.network.network import HydrogenStation, LandUse

    document = {**dict.fromkeys(BESIDE, ()), **network_document(network)}
    position = {node.id: (node.lon, node.lat) for node in network.nodes}
    kinds: dict[str, type[Any]] = {
        **PARTS,
        "hydrogen_stations": HydrogenStation,
        "land_use": LandUse,
    }
    columns = {part: list(kind.__dataclass_fields__) for part, kind in kinds.items()}

    def table(part: str) -> Any:
        frame = pd.DataFrame(document[part], columns=columns[part])
        if frame.empty:
            frame = frame.astype(dict.fromkeys(frame.columns, "str"))
        for column in _INTEGERS & set(frame.columns):
            frame[column] = frame[column].astype("Int64")
        for column in {"elevation_m"} & set(frame.columns):
            frame[column] = frame[column].astype("Float64")
        return frame

    def drawn(part: str, shapes: list[Any], kind: str) -> tuple[str, Any, str]:
        frame = table(part).drop(columns=["lon", "lat", "polygons"], errors="ignore")
        return part, geopandas.GeoDataFrame(frame, geometry=shapes, crs=_WGS84), kind

    about = [("name", network.name), *(("attribution", line) for line in network.attribution)]
    about += [(f"provenance.{key}", value) for key, value in sorted(network.provenance.items())]
    about += [("note", line) for line in network.notes]
    stations = [shapely.Point(station.lon, station.lat) for station in network.hydrogen_stations]
    land = [
        shapely.MultiPolygon([shapely.Polygon(p[0], p[1:]) for p in one.polygons])
        for one in network.land_use
    ]
    arcs = [shapely.LineString([position[a.tail], position[a.head]]) for a in network.arcs]
    return [
        drawn("arcs", arcs, "LineString"),
        drawn("nodes", [shapely.Point(position[n.id]) for n in network.nodes], "Point"),
        drawn("sides", [shapely.Point(s.lon, s.lat) for s in network.sides], "Point"),
        drawn("places", [shapely.Point(position[p.node]) for p in network.places], "Point"),
        drawn("hydrogen_stations", stations, "Point"),
        drawn("land_use", land, "MultiPolygon"),
        ("routes", table("routes"), ""),
        ("about", pd.DataFrame(about, columns=["key", "value"]), ""),
    ]


def read_geopackage(path: Path) -> Network:
    """Read a network from a GeoPackage of ours, edited or not.

    Raises
    ------
    InputError
        If it is none, or with every fault of its contents.
    """
    import pyogrio
    import shapely

    from corridor.network.formats.document import BESIDE, SCHEMA, network_from_document

    if not path.is_file():
        raise InputError(f"{path}: there is no such file.")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: larger than {MOST_BYTES >> 20} MiB.")
    with path.open("rb") as stream:
        if stream.read(16) != b"SQLite format 3\0":
            raise InputError(f"{path}: is not a GeoPackage.")
    wanted = ("nodes", "arcs", "routes", "sides", "places", "about")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what is refused here
            layers = {str(name) for name, _ in pyogrio.list_layers(path)}
            missing = [layer for layer in wanted if layer not in layers]
            if missing:
                raise InputError(f"{path}: has no layer {', '.join(missing)}.")
            present = (*wanted, *(layer for layer in BESIDE if layer in layers))
            rows = {layer: _rows(pyogrio.read_dataframe(path, layer=layer)) for layer in present}
    except (pyogrio.errors.DataSourceError, shapely.errors.ShapelyError) as error:
        raise InputError(f"{path}: cannot be read: {str(error)[:200]}.") from error
    _points(rows["nodes"], f"{path}: nodes")
    _points(rows["sides"], f"{path}: sides")
    _points(rows.get("hydrogen_stations", []), f"{path}: hydrogen_stations")
    _land(rows.get("land_use", []), f"{path}: land_use")
    _lines(rows["arcs"], rows["nodes"], f"{path}: arcs")
    for row in rows["places"]:
        row.pop("geometry", None)
    about = [(str(row.get("key")), str(row.get("value"))) for row in rows.pop("about")]
    start = "provenance."
    return network_from_document(
        {
            "schema": SCHEMA,
            "name": dict(about).get("name", path.stem),
            **rows,
            "attribution": [value for key, value in about if key == "attribution"],
            "provenance": {k.removeprefix(start): v for k, v in about if k.startswith(start)},
            "notes": [value for key, value in about if key == "note"],
        },
        str(path),
    )


def _rows(frame: Any) -> list[dict[str, Any]]:
    import pandas as pd

    rows = []
    for record in frame.to_dict("records"):
        row: dict[str, Any] = {}
        for key, value in record.items():
            if key == "geometry":
                row[key] = value
            elif value is None or value is pd.NA or value != value:
                row[key] = None
            elif key in _INTEGERS and float(value).is_integer():
                row[key] = int(value)
            else:
                row[key] = value.item() if hasattr(value, "item") else value
        rows.append(_without_empty_text(row))
    return rows


def _without_empty_text(row: dict[str, Any]) -> dict[str, Any]:
    """Undo what a GIS does to empty texts: NULL becomes an empty text again."""
    nullable = {"elevation_m", "chainage_m", "close_year", "population", "geometry", "length_m"}
    return {k: "" if v is None and k not in nullable else v for k, v in row.items()}


def _points(rows: list[dict[str, Any]], where: str) -> None:
    for row in rows:
        point = row.pop("geometry", None)
        if point is None or point.geom_type != "Point" or point.is_empty:
            raise InputError(f"{where}: {row.get('id')!r} has no point.")
        row["lon"], row["lat"] = round(point.x, 7), round(point.y, 7)


def _land(rows: list[dict[str, Any]], where: str) -> None:
    """Complete the land that was drawn: coordinates, kind, id and name."""
    for number, row in enumerate(rows):
        area = row.pop("geometry", None)
        if area is None or area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError(f"{where}: row {number + 1} has no polygon.", "Draw it or delete it.")
        parts = [area] if area.geom_type == "Polygon" else list(area.geoms)
        row["polygons"] = [
            [
                [(round(x, 7), round(y, 7)) for x, y, *_ in ring.coords]
                for ring in (part.exterior, *part.interiors)
            ]
            for part in parts
        ]
        row["kind"] = row.get("kind") or "other"
        row["id"] = row.get("id") or f"land-{number + 1}"
        row["name"] = row.get("name") or row["id"]


def _lines(arcs: list[dict[str, Any]], nodes: list[dict[str, Any]], where: str) -> None:
    """Complete the arcs that were just drawn: ends, id and length."""
    from corridor.network.geometry import distance_m, lengths_m

    for number, row in enumerate(arcs):
        line = row.pop("geometry", None)
        new_ends = [end for end in ("tail", "head") if not row.get(end)]
        if not new_ends and row.get("length_m") is not None and row.get("id"):
            continue
        if line is None or line.geom_type != "LineString" or line.is_empty:
            raise InputError(f"{where}: row {number + 1}: a new arc needs a line.")
        points = [(round(x, 7), round(y, 7)) for x, y, *_ in line.coords]
        for end in new_ends:
            spot = points[0] if end == "tail" else points[-1]
            near = min(
                ((distance_m(spot, (n["lon"], n["lat"])), n["id"]) for n in nodes),
                default=(SNAP_M, ""),
            )
            if near[0] < SNAP_M:
                row[end] = near[1]
                continue
            row[end] = f"user-{number + 1}-{end}"
            nodes.append({"id": row[end], "kind": "shape", "lon": spot[0], "lat": spot[1]})
        if row.get("length_m") is None:
            pairs = list(itertools.pairwise(points))
            row["length_m"] = max(1, round(sum(lengths_m(pairs))))
            row["length_basis"] = "user"
        row["id"] = row.get("id") or f"{row['tail']}_{row['head']}"
        row["kind"] = row.get("kind") or "mainline"
        row["open_year"] = row.get("open_year") or 0
        row["length_basis"] = row.get("length_basis") or "user"
