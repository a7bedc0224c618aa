"""Hydrogen stations of the map: those that sell, those to come, and those that are no more."""

from __future__ import annotations

from collections.abc import Iterable

from corridor.network.network import HydrogenStation
from corridor.network.osm.objects import FUTURE_CLASSES, GONE, Tags
from corridor.network.osm.roads import LeftOut, names_of
from corridor.network.osm.sides import Feature

_FUEL_KEYS = ("hydrogen", "h35", "h70", "h2")
_NOT_SOLD = frozenset({"no", "0"})
_TO_COME = frozenset({"planned", "proposed", "construction"})
_PAST = frozenset({"disused", "abandoned", "closed", "former"})
NOT_YET = "planned or being built"
NO_MORE = "closed"
ONLY_NAMED = "named so, but no fuel tag says that it sells hydrogen"


def hydrogen_stations(
    features: Iterable[Feature],
) -> tuple[list[HydrogenStation], list[LeftOut]]:
    """Return the stations that sell hydrogen (their size is not tagged), and those that do not."""
    found, left_out = [], []
    for feature in features:
        fuels = _hydrogen_tags(feature.tags)
        chinese, english = names_of(feature.tags)
        if not (chinese or english):
            english = f"hydrogen station {feature.object_id}"
        why = _state(feature.tags, fuels)
        sold = [f"{key}={value}" for key, value in fuels if value not in _NOT_SOLD]
        if not fuels and "加氢" in chinese and feature.tags.get("amenity") == "fuel":
            why = ONLY_NAMED
        elif not sold:
            continue
        if why:
            left_out.append(
                LeftOut(
                    what=f"hydrogen station {chinese or english}",
                    why=why,
                    objects=feature.object_id,
                )
            )
            continue
        found.append(
            HydrogenStation(
                id=f"h2-{feature.object_id}",
                name_zh=chinese,
                name_en=english,
                lon=feature.lon,
                lat=feature.lat,
                sells="; ".join(sold)[:200],
                source="OpenStreetMap (ODbL)",
            )
        )
    return sorted(found, key=lambda station: station.id), left_out


def _hydrogen_tags(tags: Tags) -> list[tuple[str, str]]:
    return [
        (key, value)
        for key, value in sorted(tags.items())
        if key.lower().startswith("fuel:") and any(word in key.lower() for word in _FUEL_KEYS)
    ]


def _state(tags: Tags, fuels: list[tuple[str, str]]) -> str:
    """Return why a station does not sell today; empty if it does."""
    for states, values, why in ((GONE, _PAST, NO_MORE), (FUTURE_CLASSES, _TO_COME, NOT_YET)):
        for state in states:
            if tags.get(state) in {"yes", "fuel"}:
                return f"{why} ({state})"
        sold = [value for _, value in fuels if value not in _NOT_SOLD]
        if sold and all(value in values for value in sold):
            return f"{why} ({fuels[0][0]}={sold[0]})"
    return ""
