"""The region that a network is built for, and the one rule for what crosses its edge.

A road is kept whole if at least one of its own nodes lies in the region, its edge included;
otherwise it is not there. A relation counts with the nodes of its member lines, a turn
restriction with the node or the line that it leads over. Nodes that the
source itself does not hold cut a road: each run of two or more nodes that are there stays.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError
from corridor.network.osm.objects import Extract, is_feature, road_class

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

RULE = "a road with at least one node in the region is kept whole, every other is left out"
_DEGREES = frozenset({"CRS84", "4326", "4490"})
MOST_VERTICES = 5_000
MOST_AREA_DEG2 = 400.0


def bbox_region(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Return the region between two meridians and two parallels. [degree].

    Raises
    ------
    InputError
        If the numbers are no such box; swapped ones are proposed the right way round.
    """
    import shapely

    values = (west, south, east, north)
    if not all(math.isfinite(value) for value in values):
        raise InputError("--bbox: four finite numbers W,S,E,N in degrees belong there.")
    if abs(west) <= 90 and abs(east) <= 90 and (abs(south) > 90 or abs(north) > 90):
        raise InputError(
            f"--bbox {west},{south},{east},{north}: the latitudes are out of range; "
            "longitude and latitude seem to be swapped.",
            f"Try --bbox {south},{west},{north},{east}.",
        )
    if -180 <= east < west <= 180 and east < 0 < west:
        raise InputError(
            f"--bbox {west:g},{south:g},{east:g},{north:g}: crosses the antimeridian (180 degrees), "
            "which no corridor may.",
            f"Give the halves one by one: {west:g},{south:g},180,{north:g} and "
            f"-180,{south:g},{east:g},{north:g}.",
        )
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"--bbox {west},{south},{east},{north}: W < E and S < N in degrees belong there.",
            "The order is west, south, east, north.",
        )
    box: BaseGeometry = shapely.box(west, south, east, north)
    return _checked(box, "--bbox")


def polygon_region(path: Path) -> BaseGeometry:
    """Return the polygons of a GeoJSON file as one region.

    Raises
    ------
    InputError
        If the file holds no valid polygon in degrees.
    """
    import shapely
    from shapely.geometry import shape

    from corridor.core.files import read_json

    document = read_json(path)
    _refuse_other_crs(document, path)
    parts = []
    try:
        for geometry in _geometries(document):
            found = shape(geometry)
            if found.geom_type not in {"Polygon", "MultiPolygon"}:
                raise InputError(f"{path}: holds a {found.geom_type}; polygons belong there.")
            parts.append(found)
    except (TypeError, ValueError, AttributeError, KeyError, shapely.errors.ShapelyError) as error:
        raise InputError(f"{path}: is not valid GeoJSON: {str(error)[:120]}.") from error
    if not parts:
        raise InputError(f"{path}: holds no polygon.")
    region: BaseGeometry = shapely.union_all([shapely.make_valid(part) for part in parts])
    return _checked(region, str(path))


def corridor_region(points: Sequence[tuple[float, float]], buffer_km: float) -> BaseGeometry:
    """Return the region within `buffer_km` of the geodesic line through points (lon, lat).

    Raises
    ------
    InputError
        If there are fewer than two different points, or the width is not between 1 and 200 km.
    """
    import shapely
    from pyproj import Geod, Transformer

    if not 1 <= buffer_km <= 200:
        raise InputError(f"buffer of {buffer_km} km: from 1 to 200 km belong there.")
    for lon, lat in points:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            swap = f" (swapped? try {lat}, {lon})" if abs(lon) <= 90 and abs(lat) <= 180 else ""
            raise InputError(f"point {lon}, {lat}: longitude, latitude in degrees expected{swap}.")
    if len(set(points)) < 2:
        raise InputError("a corridor needs two or more different points.")
    geod = Geod(ellps="WGS84")
    dense: list[tuple[float, float]] = [points[0]]
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise(points):
        count = int(geod.inv(lon1, lat1, lon2, lat2)[2] / 20_000)
        dense += geod.npts(lon1, lat1, lon2, lat2, count) if count else []
        dense.append((lon2, lat2))
    middle = dense[len(dense) // 2]
    plane = f"+proj=aeqd +lon_0={middle[0]:.6f} +lat_0={middle[1]:.6f} +datum=WGS84 +units=m"
    forward = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    back = Transformer.from_crs(plane, "EPSG:4326", always_xy=True)
    line = shapely.LineString([forward.transform(*point) for point in dense])
    hull = line.buffer(buffer_km * 1000, quad_segs=4)
    return _checked(shapely.transform(hull, back.transform, interleaved=False), "the corridor")


def select(extract: Extract, region: BaseGeometry | None) -> Extract:
    """Return the objects of an extract that belong to the region, by the rule of this module."""
    if region is None:
        return extract
    inside = _nodes_inside(extract, region)
    chosen = Extract(
        provenance=dict(extract.provenance),
        repeated=extract.repeated,
        ordinary=extract.ordinary & inside,
    )
    for key, way in extract.ways.items():
        if (road_class(way.tags) or is_feature(way.tags)) and not inside.isdisjoint(way.refs):
            chosen.ways[key] = way
    for key, relation in extract.relations.items():
        if relation.tags.get("type") == "restriction":
            if any(
                m in (inside if kind == "node" else chosen.ways if role == "via" else ())
                for kind, m, role in relation.members
            ):
                chosen.relations[key] = relation
            continue
        lines = [m for kind, m, _ in relation.members if kind == "way" and m in extract.ways]
        if any(not inside.isdisjoint(extract.ways[line].refs) for line in lines):
            chosen.relations[key] = relation
            chosen.ways.update((line, extract.ways[line]) for line in lines)
    needed = {ref for way in chosen.ways.values() for ref in way.refs}
    chosen.nodes = {
        key: node
        for key, node in extract.nodes.items()
        if key in needed or (key in inside and is_feature(node.tags))
    }
    return chosen


def _nodes_inside(extract: Extract, region: BaseGeometry) -> set[int]:
    import numpy as np
    import shapely

    keys = list(extract.nodes)
    lon = np.array([extract.nodes[key].lon for key in keys])
    lat = np.array([extract.nodes[key].lat for key in keys])
    shapely.prepare(region)
    hit = shapely.intersects_xy(region, lon, lat)
    return {key for key, inside in zip(keys, hit.tolist(), strict=True) if inside}


def _refuse_other_crs(document: Any, path: Path) -> None:
    """Refuse coordinates in another system than degrees; the member is GeoJSON's of 2008."""
    named = document.get("crs") if isinstance(document, dict) else None
    if named is None:
        return
    properties = named.get("properties") if isinstance(named, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.rsplit(":", 1)[-1] not in _DEGREES:
        raise InputError(
            f"{path}: its coordinates are in {name[:60] or 'a system without a name'}; degrees "
            "WGS-84 (lon, lat) expected.",
            f"ogr2ogr -t_srs EPSG:4326 degrees.geojson {path}",
        )


def _geometries(document: Any) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        return [feature["geometry"] for feature in document["features"]]
    if kind == "Feature":
        return [document["geometry"]]
    return [document]


def _checked(region: BaseGeometry, what: str) -> BaseGeometry:
    import shapely

    west, south, east, north = region.bounds if not region.is_empty else (0, 0, 0, 0)
    if region.area <= 0:
        raise InputError(f"{what}: the region has no area.")
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        metres = max(abs(west), abs(east), abs(south), abs(north)) > 1000
        raise InputError(
            f"{what}: the region leaves the globe; degrees WGS-84 (lon, lat) expected"
            + (
                ", and its numbers look like metres (EPSG:3857 or a plane grid)." if metres else "."
            ),
            "ogr2ogr -t_srs EPSG:4326 degrees.geojson FILE" if metres else "",
        )
    if region.area > MOST_AREA_DEG2:
        raise InputError(
            f"{what}: the region is larger than {MOST_AREA_DEG2:.0f} square degrees.",
            "A corridor is meant, not a continent.",
        )
    if shapely.get_num_coordinates(region) > MOST_VERTICES:
        raise InputError(f"{what}: the region has more than {MOST_VERTICES:,} vertices.")
    return region
