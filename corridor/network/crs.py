"""Chinese map coordinates, and signs that a file is not in WGS-84.

GCJ-02 is the deliberately distorted system of Chinese web maps, BD-09 Baidu's second distortion
of it; the formulas are public knowledge (the distortion as published by many implementations
since 2010). CGCS2000 differs from WGS-84 by centimetres, far below this study's accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

from corridor.network.geometry import LonLat, bearing_deg, distance_m

Crs = Literal["wgs84", "gcj02", "bd09", "cgcs2000"]

_AXIS_M = 6_378_245.0
"""Semi-major axis of the Krasovsky ellipsoid, as GCJ-02 uses it. [m]"""
_ECCENTRICITY = 0.006_693_421_622_965_943
_BD = math.pi * 3000.0 / 180.0
_NEAR_M = 2_000.0


def _shift(x: float, y: float) -> tuple[float, float]:
    """Return the GCJ-02 distortion east and north at lon - 105, lat - 35. [m-like units]."""
    root = math.sqrt(abs(x))
    wave = 20.0 * (math.sin(6.0 * x * math.pi) + math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2 / 3
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2 / 3
    return east, north


def wgs84_to_gcj02(position: LonLat) -> LonLat:
    """Return a WGS-84 position in GCJ-02; outside China nothing changes. [degree]."""
    lon, lat = position
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return position
    east, north = _shift(lon - 105.0, lat - 35.0)
    radians = math.radians(lat)
    magic = 1.0 - _ECCENTRICITY * math.sin(radians) ** 2
    root = math.sqrt(magic)
    north = north * 180.0 / ((_AXIS_M * (1.0 - _ECCENTRICITY)) / (magic * root) * math.pi)
    east = east * 180.0 / (_AXIS_M / root * math.cos(radians) * math.pi)
    return lon + east, lat + north


def gcj02_to_wgs84(position: LonLat) -> LonLat:
    """Return a GCJ-02 position in WGS-84, by iteration to a millimetre. [degree]."""
    lon, lat = position
    for _ in range(10):
        seen = wgs84_to_gcj02((lon, lat))
        lon, lat = lon + position[0] - seen[0], lat + position[1] - seen[1]
    return lon, lat


def gcj02_to_bd09(position: LonLat) -> LonLat:
    """Return a GCJ-02 position in BD-09. [degree]."""
    lon, lat = position
    reach = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD)
    return reach * math.cos(angle) + 0.0065, reach * math.sin(angle) + 0.006


def bd09_to_gcj02(position: LonLat) -> LonLat:
    """Return a BD-09 position in GCJ-02, by iteration to a millimetre. [degree]."""
    lon, lat = position[0] - 0.0065, position[1] - 0.006
    for _ in range(10):
        seen = gcj02_to_bd09((lon, lat))
        lon, lat = lon + position[0] - seen[0], lat + position[1] - seen[1]
    return lon, lat


def to_wgs84(crs: Crs) -> Callable[[LonLat], LonLat]:
    """Return the function that brings positions of a system to WGS-84."""
    if crs == "gcj02":
        return gcj02_to_wgs84
    if crs == "bd09":
        return lambda position: gcj02_to_wgs84(bd09_to_gcj02(position))
    return lambda position: position


def swapped(position: LonLat, box: tuple[float, float, float, float]) -> bool:
    """Whether a position lies outside a box and inside it once lon and lat change places.

    Parameters
    ----------
    box
        West, south, east, north. [degree]
    """
    lon, lat = position
    west, south, east, north = box

    def inside(x: float, y: float) -> bool:
        return west <= x <= east and south <= y <= north

    return not inside(lon, lat) and inside(lat, lon)


def gcj02_shift(positions: Sequence[LonLat]) -> tuple[float, float]:
    """Return by how much [m] and towards where [degree from north] GCJ-02 moved the positions.

    The mean over positions that are taken to be GCJ-02; it is what a conversion would undo.
    """
    east = north = 0.0
    for position in positions:
        true = gcj02_to_wgs84(position)
        metres, bearing = distance_m(true, position), math.radians(bearing_deg(true, position))
        east += metres * math.sin(bearing) / len(positions)
        north += metres * math.cos(bearing) / len(positions)
    return math.hypot(east, north), math.degrees(math.atan2(east, north)) % 360.0


def looks_like_gcj02(
    positions: Sequence[LonLat], known: Sequence[LonLat], *, least: int = 3
) -> bool:
    """Whether positions lie off known things the way GCJ-02 shifts them.

    Parameters
    ----------
    positions
        Positions as given; those farther than 2 km from every known thing say nothing. [degree]
    known
        Where things really are: service-area sides, toll plazas. [degree]
    least
        So many positions are needed to tell a system from a slip.

    Returns
    -------
    bool
        True where the median distance to the nearest known thing is 100 to 800 m, and undoing
        GCJ-02 brings it down to a third or less.
    """

    def median(points: Sequence[LonLat]) -> float:
        away = sorted(min(distance_m(point, thing) for thing in known) for point in points)
        return away[len(away) // 2]

    near = [p for p in positions if any(distance_m(p, thing) <= _NEAR_M for thing in known)]
    if len(near) < least:
        return False
    before = median(near)
    if not 100.0 <= before <= 800.0:
        return False
    return median([gcj02_to_wgs84(point) for point in near]) * 3 <= before
