"""Heights from a raster: pierced mountains, spanned valleys, smoothed, clamped with a log."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.network.osm import build_network, read_extract
from corridor.network.osm.build import BuildOptions
from corridor.network.osm.elevation import STEEPEST, from_raster, profile
from corridor.network.osm.roads import Road, Segment

rasterio = pytest.importorskip("rasterio", reason="rasterio (extra elevation) is not installed")
# rasterio 1.5 with affine 3 warns of its own calls
pytestmark = pytest.mark.filterwarnings("ignore:Use .@. matmul:PendingDeprecationWarning")


def _raster(path: Path, height, crs: str = "EPSG:4326") -> Path:  # type: ignore[no-untyped-def]
    """Write a raster over the land whose cells are `height(lon, lat)`."""
    import numpy as np
    from pyproj import Transformer
    from rasterio.transform import from_bounds

    west, south, east, north = 104.3, 25.8, 105.5, 26.3
    if crs == "EPSG:4326":
        bounds, back = (west, south, east, north), None
    else:
        forward = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        bounds = forward.transform_bounds(west, south, east, north)
        back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    width, rows = 600, 30
    transform = from_bounds(*bounds, width, rows)
    data = np.zeros((rows, width), dtype="float32")
    for row in range(rows):
        for column in range(width):
            x, y = rasterio.transform.xy(transform, row, column)
            lon, lat = (x, y) if back is None else back.transform(x, y)
            data[row, column] = height(lon, lat)
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=rows, count=1, dtype="float32",
        crs=crs, transform=transform, nodata=-9999,
    ) as raster:  # fmt: skip
        raster.write(data, 1)
    return path


def _plain(lon: float, lat: float) -> float:
    """Fall from 1,500 m in the west by 1,000 m per degree; a mountain and a gorge on the way."""
    ground = 1500 - 1000 * (lon - 104.5)
    if 104.803 < lon < 104.827:
        return ground + 700
    if 105.003 < lon < 105.017:
        return ground - 300
    return ground


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32648"])
def test_tunnels_and_bridges_are_straight(xml_file: Path, tmp_path: Path, crs: str) -> None:
    """The road through the mountain and over the gorge keeps to the line between its ends."""
    source = from_raster(_raster(tmp_path / "dem.tif", _plain, crs))
    network, report = build_network(read_extract(xml_file), options=BuildOptions(elevation=source))
    for node in network.nodes:
        if node.route == "S99" and 104.5 < node.lon < 105.3:
            assert node.elevation_m == pytest.approx(1500 - 1000 * (node.lon - 104.5), abs=15)
    assert any("straight through tunnels" in note for note in report.notes)


def test_raster_without_cover_or_projection_is_refused(xml_file: Path, tmp_path: Path) -> None:
    """A raster elsewhere, an absent one and one that is none: InputError each."""
    far = _raster(tmp_path / "far.tif", lambda *_: -9999.0)
    (tmp_path / "none.tif").write_text("no raster")
    for path in (far, tmp_path / "none.tif"):
        with pytest.raises(InputError):
            build_network(read_extract(xml_file), options=BuildOptions(elevation=from_raster(path)))
    with pytest.raises(InputError, match="no such file"):
        from_raster(tmp_path / "absent.tif")


def test_network_without_heights_says_so(tmp_path: Path) -> None:
    """No `ele`, no raster: no height anywhere, and the notes name the stated assumption."""
    path = tmp_path / "flat.osm"
    path.write_text(
        '<osm><node id="1" lon="104.0" lat="26.0"/><node id="2" lon="104.1" lat="26.0"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="motorway"/></way></osm>'
    )
    network, _ = build_network(read_extract(path))
    assert {node.elevation_m for node in network.nodes} == {None}
    assert any("no heights" in note for note in network.notes)


def _road(way: int, structure: str = "") -> Road:
    return Road(
        way=way, road_class="motorway", refs=("G1",), name_zh="", name_en="", structure=structure
    )


def test_steep_steps_are_clamped_with_a_log() -> None:
    """A step of 200 m within 100 m is an error of the raster: no grade stays beyond the limit."""
    segments = [Segment(i, i + 1, _road(1), 100.0) for i in range(100)]
    known = {i: 1000.0 if i < 50 else 1200.0 for i in range(101)}
    heights, remarks = profile(segments, known, "test")
    grades = [abs(heights[i + 1] - heights[i]) / 100 for i in range(100)]
    assert max(grades) <= STEEPEST + 1e-3
    assert any("clamped" in remark for remark in remarks)
    assert heights[0] == pytest.approx(1000, abs=1)
    assert heights[100] == pytest.approx(1200, abs=1)


def test_smoothing_keeps_the_climb() -> None:
    """Noise of 10 m goes; a climb of 300 m over 10 km stays within 10 m."""
    segments = [Segment(i, i + 1, _road(1), 100.0) for i in range(100)]
    known = {i: 1000 + 3.0 * i + 10 * math.sin(i * 2.1) for i in range(101)}
    heights, _ = profile(segments, known, "test")
    rough = [abs(heights[i] - 1000 - 3 * i) for i in range(5, 96)]
    assert max(rough) < 5
    assert heights[100] - heights[0] == pytest.approx(300, abs=15)
