"""Heights along the road: from `ele` tags or a raster, straight through tunnels and over bridges.

A raw terrain profile is wrong exactly where expressways are: it climbs over the mountain that
the road pierces and drops into the valley that it spans. So heights are taken only where the
road lies on the ground; tunnels and bridges are straight between their portals and abutments;
the profile is then smoothed along the road, and grades beyond what an expressway is built with
are clamped, with a log.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.network.osm.axes import Point
from corridor.network.osm.objects import Extract
from corridor.network.osm.roads import Segment

STEEPEST = 0.07
"""Steepest grade kept. [m/m] Engineering assumption, above what motorways are built with."""

SMOOTHING_M = 500.0
"""Length over which heights are averaged along the road. [m] Engineering assumption."""

Source = Callable[[list[Segment], dict[int, Point]], tuple[dict[int, float], list[str]]]
NONE_REMARK = (
    "This network has no heights: grades are zero and the stated climb per 100 km stands for them."
)


def from_tags(extract: Extract) -> Source:
    """Return a source that reads the `ele` tags of the road's own nodes."""

    def source(
        segments: list[Segment], place: dict[int, Point]
    ) -> tuple[dict[int, float], list[str]]:
        known: dict[int, float] = {}
        for segment in segments:
            for node in (segment.tail, segment.head):
                found = extract.nodes.get(node)
                height = _metres(found.tags.get("ele", "")) if found else None
                if height is not None:
                    known[node] = height
        if len(known) < 2:
            return {}, [NONE_REMARK]
        return profile(segments, known, "ele tags of OpenStreetMap")

    return source


def _metres(text: str) -> float | None:
    try:
        value = float(text.strip().removesuffix("m").strip())
    except ValueError:
        return None
    return value if -500 <= value <= 9000 else None


def from_raster(path: Path) -> Source:
    """Return a source that samples a raster of heights (GeoTIFF in any projection).

    Raises
    ------
    InputError
        If rasterio is not installed, or the raster cannot be read.
    """
    try:
        import rasterio
    except ImportError as error:
        raise InputError(
            f"{path}: reading a raster of heights needs rasterio, which is not installed.",
            "pip install 'corridor[elevation]'",
        ) from error
    if not path.is_file():
        raise InputError(f"{path}: there is no such file.")

    def source(
        segments: list[Segment], place: dict[int, Point]
    ) -> tuple[dict[int, float], list[str]]:
        ground = _on_ground(segments)
        nodes = sorted(ground)
        try:
            with rasterio.open(path) as raster:
                values = _sample(raster, [place[node] for node in nodes])
        except rasterio.errors.RasterioError as error:
            raise InputError(f"{path}: cannot be read as a raster: {str(error)[:120]}.") from error
        known = {n: v for n, v in zip(nodes, values, strict=True) if v is not None}
        if not known:
            raise InputError(f"{path}: covers no part of the network.")
        heights, remarks = profile(segments, known, f"raster {path.name}")
        if len(known) < len(nodes):
            remarks.append(
                f"The raster has no height for {len(nodes) - len(known)} of {len(nodes)} nodes "
                "on the ground; they are interpolated."
            )
        return heights, remarks

    return source


def _sample(raster: Any, points: list[Point]) -> list[float | None]:
    import numpy as np

    if raster.crs is None:
        raise InputError(f"{raster.name}: names no projection.")
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    if not raster.crs.is_geographic or raster.crs.to_epsg() not in {4326, 4490}:
        from rasterio.warp import transform

        xs, ys = transform("EPSG:4326", raster.crs, xs, ys)
    west, south, east, north = raster.bounds
    found: list[float | None] = []
    samples = raster.sample(zip(xs, ys, strict=True), indexes=1, masked=True)
    for x, y, sample in zip(xs, ys, samples, strict=True):
        inside = west <= x <= east and south <= y <= north
        value = sample[0]
        good = inside and value is not np.ma.masked and -500 <= float(value) <= 9000
        found.append(float(value) if good else None)
    return found


def _on_ground(segments: list[Segment]) -> set[int]:
    """Return the nodes where the road lies on the ground: not within a tunnel or bridge."""
    touching: dict[int, set[bool]] = defaultdict(set)
    for segment in segments:
        for node in (segment.tail, segment.head):
            touching[node].add(bool(segment.road.structure))
    return {node for node, structures in touching.items() if False in structures}


def profile(
    segments: list[Segment], known: dict[int, float], origin: str
) -> tuple[dict[int, float], list[str]]:
    """Return a height for every node: interpolated, smoothed, its grades clamped.

    A node without a height gets the mean of the nearest known heights around it, weighted by
    one over the distance along the road (between two portals that is the straight line).
    """
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for segment in segments:
        length = max(segment.length_m, 0.1)
        near[segment.tail][segment.head] = length
        near[segment.head][segment.tail] = length
    heights = _interpolated(near, known)
    if len(heights) < len(near):
        heights = {node: h for node, h in heights.items() if node in near}
    ground = _on_ground(segments) & known.keys()
    smooth = _smoothed(near, heights, ground)
    clamped, km = _clamp(near, segments, smooth)
    missing = len(near) - len(heights)
    remarks = [
        f"Heights: {origin}; straight through tunnels and over bridges; averaged over "
        f"{SMOOTHING_M:.0f} m of road."
    ]
    if clamped:
        remarks.append(
            f"Grades beyond {STEEPEST:.0%} on {clamped} segments ({km:.2f} km) were clamped."
        )
    if missing:
        remarks.append(f"{missing} nodes are not joined to any known height and have none.")
    return smooth, remarks


def _interpolated(near: dict[int, dict[int, float]], known: dict[int, float]) -> dict[int, float]:
    heights = {node: h for node, h in known.items() if node in near}
    for start in sorted(near.keys() - heights.keys()):
        found: list[tuple[float, float]] = []
        queue = [(0.0, start)]
        seen: set[int] = set()
        while queue and len(found) < 2:
            metres, node = heapq.heappop(queue)
            if node in seen:
                continue
            seen.add(node)
            if node in known:
                found.append((metres, known[node]))
                continue
            for other, step in near[node].items():
                if other not in seen:
                    heapq.heappush(queue, (metres + step, other))
        if found:
            weight = sum(1 / metres for metres, _ in found)
            heights[start] = sum(height / metres for metres, height in found) / weight
    return heights


def _smoothed(
    near: dict[int, dict[int, float]], heights: dict[int, float], ground: set[int]
) -> dict[int, float]:
    """Average over the road within half the smoothing length, structures kept straight."""
    result = dict(heights)
    for start in ground:
        total = weight = 0.0
        queue = [(0.0, start)]
        seen: set[int] = set()
        while queue:
            metres, node = heapq.heappop(queue)
            if node in seen or metres > SMOOTHING_M / 2:
                continue
            seen.add(node)
            if node in heights:
                share = 1 - metres / (SMOOTHING_M / 2) + 1e-3
                total += share * heights[node]
                weight += share
            for other, step in near[node].items():
                if other not in seen:
                    heapq.heappush(queue, (metres + step, other))
        result[start] = total / weight
    loose = {node: result[node] for node in ground if node in result}
    straight = _interpolated(near, loose) if loose else {}
    return {node: straight.get(node, height) for node, height in result.items()}


def _clamp(
    near: dict[int, dict[int, float]], segments: list[Segment], heights: dict[int, float]
) -> tuple[int, float]:
    """Replace heights by the mean of their steepest envelopes; return what was too steep.

    The lowest surface above and the highest below all heights whose grades keep to `STEEPEST`
    both do so, and so does their mean; where nothing was too steep all three are the heights.
    """
    steep = [
        segment
        for segment in segments
        if segment.tail in heights
        and segment.head in heights
        and abs(heights[segment.head] - heights[segment.tail]) > STEEPEST * segment.length_m + 1e-6
    ]
    if steep:
        upper = _envelope(near, heights)
        lower = _envelope(near, {node: -height for node, height in heights.items()})
        heights.update((node, (upper[node] - lower[node]) / 2) for node in heights)
    return len(steep), sum(segment.length_m for segment in steep) / 1000


def _envelope(near: dict[int, dict[int, float]], heights: dict[int, float]) -> dict[int, float]:
    """Return min over all nodes m of (height of m + steepest grade x road to m)."""
    queue = [(height, node) for node, height in heights.items()]
    heapq.heapify(queue)
    found: dict[int, float] = {}
    while queue:
        height, node = heapq.heappop(queue)
        if node in found:
            continue
        found[node] = height
        for other, metres in near[node].items():
            if other in heights and other not in found:
                heapq.heappush(queue, (height + STEEPEST * metres, other))
    return found
