"""Land where no station may stand, read strictly from a network's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from corridor.core.faults import Faults
from corridor.core.shapes import MOST_POSITIONS, read_polygon
from corridor.network.network import LandKind, LandUse, Ring

KINDS: tuple[str, ...] = get_args(LandKind)
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
    if not isinstance(value, list | tuple) or not value:
        faults.add(key, None, "at least one polygon")
        return ()
    found = [read_polygon(rings, f"{key}/{index}", faults) for index, rings in enumerate(value)]
    return tuple(polygon for polygon in found if polygon)
