"""Distances and lines on the globe, for roads of some hundred kilometres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG). [m]."""

LonLat = tuple[float, float]


class Foot(NamedTuple):
    """The point of a line nearest to another point.

    Parameters
    ----------
    distance_m
        Distance of the other point from the line. [m]
    along_m
        Distance from the start of the line. [m]
    """

    distance_m: float
    along_m: float


def distance_m(a: LonLat, b: LonLat) -> float:
    """Return the great-circle distance of two points (haversine). [m]."""
    lat_a, lat_b = math.radians(a[1]), math.radians(b[1])
    half_lon = math.radians(b[0] - a[0]) / 2
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def lengths_m(pairs: list[tuple[LonLat, LonLat]]) -> list[float]:
    """Return the geodesic lengths on WGS-84 between pairs of (lon, lat). [m]."""
    if not pairs:
        return []
    import numpy as np
    from pyproj import Geod

    flat = np.array(pairs, dtype=float).reshape(len(pairs), 4)
    _, _, metres = Geod(ellps="WGS84").inv(flat[:, 0], flat[:, 1], flat[:, 2], flat[:, 3])
    return [float(value) for value in metres]


def cumulative_m(line: Sequence[LonLat]) -> list[float]:
    """Return the distance of every vertex from the start of a line. [m]."""
    along = [0.0]
    for a, b in pairwise(line):
        along.append(along[-1] + distance_m(a, b))
    return along


def _flat(origin: LonLat, point: LonLat) -> tuple[float, float]:
    """Return metres east and north of `origin`; good to 0.1 % within 100 km."""
    scale = math.radians(1) * EARTH_RADIUS_M
    return (
        (point[0] - origin[0]) * scale * math.cos(math.radians(origin[1])),
        (point[1] - origin[1]) * scale,
    )


def foot_on_line(line: Sequence[LonLat], point: LonLat) -> Foot:
    """Return the point of `line` nearest to `point`; the first of equals.

    Raises
    ------
    ValueError
        If the line has fewer than two vertices.
    """
    if len(line) < 2:
        raise ValueError("a line has at least two vertices")
    best = Foot(math.inf, 0.0)
    along = 0.0
    for a, b in pairwise(line):
        length = distance_m(a, b)
        (ax, ay), (bx, by) = _flat(point, a), _flat(point, b)
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        share = 0.0 if square == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / square))
        away = math.hypot(ax + share * dx, ay + share * dy)
        if away < best.distance_m:
            best = Foot(away, along + share * length)
        along += length
    return best


def point_along(line: Sequence[LonLat], cumulative: Sequence[float], along_m: float) -> LonLat:
    """Return the point of a line at a distance from its start, clamped to its ends.

    Parameters
    ----------
    line
        Vertices. [degree]
    cumulative
        `cumulative_m` of the line, or any other growing measure of its vertices. [m]
    along_m
        Measure of the point. [m]
    """
    if along_m <= cumulative[0]:
        return line[0]
    for index in range(1, len(line)):
        if along_m <= cumulative[index]:
            span = cumulative[index] - cumulative[index - 1]
            share = 0.0 if span == 0 else (along_m - cumulative[index - 1]) / span
            a, b = line[index - 1], line[index]
            return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
    return line[-1]


def bearing_deg(a: LonLat, b: LonLat) -> float:
    """Return the bearing from `a` to `b`, clockwise from north, 0 to 360. [degree]."""
    east, north = _flat(a, b)
    return math.degrees(math.atan2(east, north)) % 360.0


def moved(point: LonLat, bearing: float, by_m: float) -> LonLat:
    """Return `point` moved along a bearing by a short way. [degree]."""
    scale = math.radians(1) * EARTH_RADIUS_M
    angle = math.radians(bearing)
    return (
        point[0] + by_m * math.sin(angle) / (scale * math.cos(math.radians(point[1]))),
        point[1] + by_m * math.cos(angle) / scale,
    )
