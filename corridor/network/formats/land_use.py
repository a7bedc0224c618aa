"""Land where no station may stand, read strictly from a network's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from corridor.core.faults import Faults
from corridor.network.network import LandKind, LandUse, Ring

KINDS: tuple[str, ...] = get_args(LandKind)
MOST_POSITIONS = 500_000
"""More positions than this in one file are refused."""
_MOST_TEXT = 200


def read_land_use(value: object, faults: Faults) -> tuple[LandUse, ...]:
    """Read land from the JSON form of a network; what is wrong goes to `faults`.

    Parameters
    ----------
    value
        List of objects with ``id``, ``kind``, ``name`` and ``polygons`` (MultiPolygon
        coordinates, WGS-84), or None. Nothing about it is trusted.
    """
    if value is None:
        return ()
    if not isinstance(value, list):
        faults.add("land_use", None, "a list")
        return ()
    land: dict[str, LandUse] = {}
    left = MOST_POSITIONS
    for index, item in enumerate(value):
        key = f"land_use/{index}"
        before = faults.count
        if not isinstance(item, Mapping) or set(item) != {"id", "kind", "name", "polygons"}:
            faults.add(key, None, "an object with id, kind, name and polygons, nothing else")
            continue
        for name in ("id", "name"):
            if not isinstance(item[name], str) or len(item[name]) > _MOST_TEXT:
                faults.add(f"{key}/{name}", item[name], f"a text of at most {_MOST_TEXT} letters")
        if item["kind"] not in KINDS:
            faults.add(f"{key}/kind", item["kind"], "one of " + ", ".join(KINDS))
        polygons = _polygons(item["polygons"], f"{key}/polygons", faults)
        left -= sum(len(ring) for polygon in polygons for ring in polygon)
        if left < 0:
            faults.add(key, None, f"at most {MOST_POSITIONS} positions in all", "simplify the map")
            break
        if faults.count > before:
            continue
        if not item["id"] or item["id"] in land:
            faults.add(f"{key}/id", item["id"], "an id that stands only once and is not empty")
            continue
        land[item["id"]] = LandUse(
            id=item["id"], kind=item["kind"], name=item["name"], polygons=polygons
        )
    return tuple(land[key] for key in sorted(land))


def _polygons(value: object, key: str, faults: Faults) -> tuple[tuple[Ring, ...], ...]:
    import shapely
    from shapely.validation import explain_validity

    if not isinstance(value, list | tuple) or not value:
        faults.add(key, None, "at least one polygon")
        return ()
    found = []
    for index, rings in enumerate(value):
        where = f"{key}/{index}"
        if not isinstance(rings, list | tuple) or not rings:
            faults.add(where, None, "a polygon of at least one ring")
            continue
        before = faults.count
        read = tuple(_ring(ring, f"{where}/{number}", faults) for number, ring in enumerate(rings))
        if faults.count > before:
            continue
        shape = shapely.Polygon(read[0], read[1:])
        if not shape.is_valid:
            expected = f"a valid polygon ({explain_validity(shape)})"
            faults.add(where, None, expected, "repair it in the GIS")
        found.append(read)
    return tuple(found)


def _ring(value: object, key: str, faults: Faults) -> Ring:
    if not isinstance(value, list | tuple) or not 4 <= len(value) <= MOST_POSITIONS:
        faults.add(key, None, f"a ring of 4 to {MOST_POSITIONS} positions")
        return ()
    ring = []
    for position in value:
        if not _is_position(position):
            hint = "metres of a projection? save the layer in WGS-84"
            faults.add(key, position, "positions of WGS-84 longitude and latitude", hint)
            return ()
        ring.append((float(position[0]), float(position[1])))
    if ring[0] != ring[-1]:
        faults.add(key, ring[-1], "a ring whose last position is its first")
    return tuple(ring)


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) in (2, 3)
        and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
        and -180 <= value[0] <= 180
        and -90 <= value[1] <= 90
    )
