"""Land where no station may stand: polygons of the scenario and of the network's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor.core.errors import Fault, InputError

if TYPE_CHECKING:
    from corridor.network.network import LandUse
    from corridor.scenario.roads import Exclusion

WORDS = {
    "farmland": ("permanent basic farmland", "永久基本农田"),
    "red_line": ("ecological red line", "生态保护红线"),
    "urban": ("urban boundary", "城镇开发边界"),
    "other": ("excluded land", "禁建区"),
}


class ExcludedLand:
    """Answers in which exclusion layer a position lies.

    Parameters
    ----------
    layers
        Exclusions of the scenario, then land use of the network, WGS-84. The edge of a polygon
        belongs to it.
    """

    def __init__(self, layers: Sequence[Exclusion | LandUse]) -> None:
        self._layers: list[tuple[Exclusion | LandUse, Any]] = []
        if not layers:
            return
        import shapely
        from shapely.errors import ShapelyError

        faults = []
        for index, layer in enumerate(layers):
            try:
                shapes = [
                    shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
                    for rings in layer.polygons
                ]
                area = shapely.union_all(shapes)
            except (ShapelyError, ValueError) as error:
                faults.append(
                    Fault(
                        file="scenario",
                        key=f"candidates.exclusions.{index}",
                        value=layer.name,
                        expected=f"polygons with closed rings: {error}",
                    )
                )
                continue
            shapely.prepare(area)
            self._layers.append((layer, area))
        if faults:
            raise InputError(faults)

    def at(self, lon: float, lat: float) -> tuple[str, str] | None:
        """Return the kind of exclusion at a position and a sentence, or None where land is free.

        Parameters
        ----------
        lon, lat
            WGS-84. [degree]
        """
        if not self._layers:
            return None
        import shapely

        point = shapely.Point(lon, lat)
        for layer, area in self._layers:
            if shapely.intersects(area, point):
                english, chinese = WORDS[layer.kind]
                return layer.kind, f"lies on {english} ({chinese}), layer {layer.name!r}"
        return None
