"""What changed between two networks: of two dates of the map, or before and after editing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.network.network import Network

MOST_ROWS = 200
_PARTS = ("routes", "nodes", "arcs", "sides", "places", "hydrogen_stations", "land_use")


def difference(old: Network, new: Network) -> dict[str, Any]:
    """Return what was added, removed and changed from `old` to `new`, part by part.

    Returns
    -------
    dict
        ``identical`` (bool, land use and hydrogen stations included), ``mainline_km`` (old, new),
        and per part ``added``, ``removed`` (ids) and ``changed`` (id -> field -> [old, new]).
    """
    from corridor.network.formats.document import network_hash

    parts: dict[str, Any] = {}
    for part in _PARTS:
        before = {_key(row): asdict(row) for row in getattr(old, part)}
        after = {_key(row): asdict(row) for row in getattr(new, part)}
        parts[part] = {
            "added": sorted(after.keys() - before.keys()),
            "removed": sorted(before.keys() - after.keys()),
            "changed": {
                key: changes
                for key in sorted(before.keys() & after.keys())
                if (changes := _changes(before[key], after[key]))
            },
        }
    return {
        "identical": network_hash(old) == network_hash(new)
        and (old.hydrogen_stations, old.land_use) == (new.hydrogen_stations, new.land_use),
        "mainline_km": [_mainline_km(old), _mainline_km(new)],
        **parts,
    }


def _key(row: Any) -> str:
    return str(row.ref if hasattr(row, "up") else row.id)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {key: [before[key], after[key]] for key in before if before[key] != after[key]}


def _mainline_km(network: Network) -> float:
    return round(sum(arc.length_m for arc in network.arcs if arc.kind == "mainline") / 1000, 3)


def difference_lines(found: dict[str, Any]) -> list[str]:
    """Return a difference as lines for people, at most `MOST_ROWS` of a part."""
    if found["identical"]:
        return ["The two networks are identical."]
    old_km, new_km = found["mainline_km"]
    lines = [f"carriageway  {old_km:.1f} km -> {new_km:.1f} km"]
    for part in _PARTS:
        one = part.removesuffix("s").replace("_", " ")
        rows = [f"+ {one} {key}" for key in found[part]["added"]]
        rows += [f"- {one} {key}" for key in found[part]["removed"]]
        for key, changes in found[part]["changed"].items():
            words = ", ".join(
                "redrawn" if field == "polygons" else f"{field}: {a!r} -> {b!r}"
                for field, (a, b) in changes.items()
            )
            rows.append(f"~ {one} {key}  {words}")
        lines += rows[:MOST_ROWS]
        if len(rows) > MOST_ROWS:
            lines.append(f"  … and {len(rows) - MOST_ROWS} more {part}")
    return lines
