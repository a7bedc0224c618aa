"""Read the GeoJSON maps that a scenario names: planned links and land to keep free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corridor.core.errors import Fault, InputError
from corridor.core.faults import Faults, nearest, shown
from corridor.core.files import read_json
from corridor.core.shapes import read_line, read_polygon

Document = dict[str, Any]
MAX_MAP_BYTES = 64 * 1024 * 1024
LINK_PROPERTIES = {
    "name": "name",
    "open_year": "open_year",
    "length_km": "length_km",
    "from": "from_place",
    "to": "to_place",
}
"""Property of a planned link's feature -> key of the scenario."""


class _MapError(Exception):
    """What is wrong with a map: where in it, what value, what is expected, hint."""


def inline_maps(document: Document, folder: Path, file: str, faults: list[Fault]) -> None:
    """Replace the names of GeoJSON files in a scenario file by what they hold.

    Parameters
    ----------
    document
        What the file says; changed in place.
    folder
        Folder of the file.
    file
        The file as the user named it.
    faults
        Receives everything that is wrong.
    """
    network = document.get("network")
    if isinstance(network, dict) and isinstance(network.get("planned_links"), list):
        links: list[Any] = []
        for index, entry in enumerate(network["planned_links"]):
            if isinstance(entry, str):
                key = f"network.planned_links.{index}"
                links += _read(folder, entry, file, key, faults=faults, parse=_links)
            else:
                links.append(entry)
        network["planned_links"] = links
    candidates = document.get("candidates")
    if isinstance(candidates, dict) and isinstance(candidates.get("exclusions"), list):
        layers: list[Any] = []
        for index, entry in enumerate(candidates["exclusions"]):
            if isinstance(entry, dict) and isinstance(entry.get("file"), str):
                key = f"candidates.exclusions.{index}.file"
                polygons = _read(folder, entry["file"], file, key, faults=faults, parse=_polygons)
                rest = {name: value for name, value in entry.items() if name != "file"}
                if polygons:
                    layers.append({**rest, "polygons": polygons})
            else:
                layers.append(entry)
        candidates["exclusions"] = layers


def _read(
    folder: Path,
    name: str,
    file: str,
    key: str,
    *,
    faults: list[Fault],
    parse: Callable[[Document, Faults], list[Any]],
) -> list[Any]:
    try:
        path = folder / name
        if "\0" in name or not path.is_file():
            raise _MapError("", "", f"a GeoJSON file that is there (looked for {path})", "")
        if path.stat().st_size > MAX_MAP_BYTES:
            raise _MapError("", "", f"a GeoJSON file of at most {MAX_MAP_BYTES // 2**20} MiB", "")
        content = read_json(path)
        inner = Faults(name)
        found = parse(content, inner)
        if not found:
            raise _MapError("", "", "at least one feature", "")
        faults += inner.all()
        return [] if inner.count else found
    except _MapError as error:
        where, value, expected, hint = error.args
        inside = where != "" or value != ""
        faults.append(
            Fault(
                file=name if inside else file,
                key=where if inside else key,
                value=value if inside else shown(name),
                expected=expected,
                hint=hint,
            )
        )
    except InputError as error:
        faults.append(
            Fault(file=file, key=key, value=shown(name), expected=f"GeoJSON: {error.problem}")
        )
    return []


def _features(content: object) -> Iterator[tuple[str, Document, Document]]:
    """Yield where a feature stands, its geometry and its properties."""
    if not isinstance(content, dict):
        raise _MapError("/", shown(content), "a GeoJSON object", "")
    crs = str(content.get("crs", ""))
    if crs and not any(known in crs for known in ("CRS84", "4326", "4490")):
        raise _MapError("/crs", shown(crs), "WGS-84 longitude and latitude", "convert the file")
    kind = content.get("type")
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        found = [(f"/features/{i}", entry) for i, entry in enumerate(content["features"])]
    elif kind == "Feature":
        found = [("", content)]
    elif kind in ("LineString", "Polygon", "MultiPolygon"):
        found = [("", {"geometry": content})]
    else:
        raise _MapError("/type", shown(kind), "a FeatureCollection or a Feature", "")
    for where, feature in found:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict):
            raise _MapError(f"{where}/geometry", shown(geometry), "a geometry", "")
        properties = feature.get("properties")
        yield where, geometry, properties if isinstance(properties, dict) else {}


def _links(content: Document, faults: Faults) -> list[Any]:
    links: list[Any] = []
    for where, geometry, properties in _features(content):
        if geometry.get("type") != "LineString":
            hint = "one feature with one LineString per link"
            raise _MapError(f"{where}/geometry/type", shown(geometry.get("type")), hint, "")
        known = {k: properties[k] for k in LINK_PROPERTIES if properties.get(k) is not None}
        for needed in ("name", "open_year"):
            if needed not in known:
                close = nearest(needed, [str(name) for name in properties])
                raise _MapError(f"{where}/properties", "{…}", f"missing: {needed}", close)
        line = read_line(geometry.get("coordinates"), f"{where}/geometry/coordinates", faults)
        link = {LINK_PROPERTIES[name]: value for name, value in known.items()}
        links.append({**link, "coordinates": [list(at) for at in line]})
    return links


def _polygons(content: Document, faults: Faults) -> list[Any]:
    polygons: list[Any] = []
    for where, geometry, _ in _features(content):
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        at = f"{where}/geometry/coordinates"
        if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
            raise _MapError(f"{where}/geometry/type", shown(kind), "Polygon or MultiPolygon", "")
        parts = [(at, coordinates)]
        if kind == "MultiPolygon":
            parts = [(f"{at}/{index}", part) for index, part in enumerate(coordinates)]
        rings = [read_polygon(part, place, faults) for place, part in parts]
        polygons += [[[list(at) for at in ring] for ring in polygon] for polygon in rings]
    return polygons
