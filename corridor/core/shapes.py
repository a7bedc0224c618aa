"""Positions, lines and polygons of GeoJSON, read strictly: WGS-84 longitude and latitude."""

from __future__ import annotations

import math

from corridor.core.faults import Faults

Position = tuple[float, float]
Line = tuple[Position, ...]

MOST_POSITIONS = 500_000
"""More positions than this in one line or ring are refused."""
CLOSED_DEG = 1e-12
"""A ring whose ends are nearer than this is closed. [degree]"""


def swapped_hint(lon: object, lat: object) -> str:
    """Return the proposal to swap longitude and latitude where that makes a position."""
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (lon, lat))
    if numbers and abs(float(lat)) > 90 and abs(float(lon)) <= 90:  # type: ignore[arg-type]
        return f"longitude and latitude look swapped: did you mean lon = {lat}, lat = {lon}?"
    return ""


def read_position(value: object, key: str, faults: Faults) -> Position | None:
    """Return a position, or None after a fault; a height behind it is left out."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        faults.add(key, value, "a position [longitude, latitude]")
        return None
    lon, lat = value[:2]
    if any(isinstance(x, bool) or not isinstance(x, int | float) for x in (lon, lat)):
        faults.add(key, value, "a position of two numbers, WGS-84 longitude and latitude")
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        metres = "metres of a projection? save the map in WGS-84 longitude and latitude"
        hint = swapped_hint(lon, lat) or (metres if max(abs(lon), abs(lat)) > 360 else "")
        words = "longitude from -180 to 180 and latitude from -90 to 90 [degree]"
        faults.add(key, value, words, hint)
        return None
    return float(lon), float(lat)


def read_line(value: object, key: str, faults: Faults, least: int = 2) -> Line:
    """Return the positions of a line, or none after a fault: the first that is wrong is told.

    Parameters
    ----------
    least
        Fewest positions. [-]
    """
    if not isinstance(value, list | tuple) or len(value) < least:
        faults.add(key, None, f"at least {least} positions")
        return ()
    if len(value) > MOST_POSITIONS:
        faults.add(key, None, f"at most {MOST_POSITIONS} positions", "simplify the map")
        return ()
    line = []
    for index, item in enumerate(value):
        position = read_position(item, f"{key}/{index}", faults)
        if position is None:
            return ()
        line.append(position)
    return tuple(line)


def read_polygon(value: object, key: str, faults: Faults) -> tuple[Line, ...]:
    """Return the rings of a valid polygon, or none after a fault."""
    import shapely
    from shapely.validation import explain_validity

    if not isinstance(value, list | tuple) or not value:
        faults.add(key, None, "a polygon of at least one ring")
        return ()
    before = faults.count
    rings = tuple(
        read_line(ring, f"{key}/{index}", faults, least=4) for index, ring in enumerate(value)
    )
    for index, ring in enumerate(rings):
        if ring and math.dist(ring[0], ring[-1]) > CLOSED_DEG:
            words = "a ring whose last position is its first"
            faults.add(f"{key}/{index}", list(ring[-1]), words)
    if faults.count > before:
        return ()
    shape = shapely.Polygon(rings[0], rings[1:])
    if not shape.is_valid:
        words = f"a valid polygon ({explain_validity(shape)})"
        faults.add(key, None, words, "repair it in the GIS")
        return ()
    return rings
