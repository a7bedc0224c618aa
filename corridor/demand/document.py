"""``inputs/trips.json``: the demand as a file (docs/formats.md §3), written and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from math import isfinite
from typing import Any, TypeVar

from corridor.core.errors import Fault, InputError
from corridor.core.faults import Faults
from corridor.demand.trips import (
    Commodity,
    CountCheck,
    Demand,
    FlowFactor,
    Leg,
    Variant,
    Visit,
    WorksTonnes,
)

SCHEMA = "corridor.trips/1"

Row = TypeVar("Row", Leg, Visit, Variant, Commodity, WorksTonnes, CountCheck, FlowFactor)

_CHOICES = {
    "load": ("laden", "empty"),
    "market": ("captive", "regional", "through"),
    "convention": ("LOOP", "ONEWAY"),
    "direction": ("out", "in", "both"),
}
_LISTS: dict[str, Any] = {
    "arcs": str,
    "grams": int,
    "detour_sites": str,
    "legs": Leg,
    "visits": Visit,
    "variants": Variant,
}


def trips_document(demand: Demand) -> dict[str, Any]:
    """Return the demand as JSON-ready data; all dictionaries in a fixed order."""
    return {
        "schema": SCHEMA,
        "commodities": [_commodity_document(commodity) for commodity in demand.commodities],
        "trucks_by_year": [
            {"year": year, "low": low, "base": base, "high": high, "used": used}
            for year, low, base, high, used in demand.trucks_by_year
        ],
        "works": [_row_document(row) for row in demand.works],
        "counts": [_row_document(row) for row in demand.counts],
        "factors": [_row_document(row) for row in demand.factors],
        "notes": list(demand.notes),
    }


def _row_document(row: WorksTonnes | CountCheck | FlowFactor) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _commodity_document(commodity: Commodity) -> dict[str, Any]:
    document = {
        field.name: getattr(commodity, field.name)
        for field in fields(Commodity)
        if field.name != "variants"
    }
    document["variants"] = [
        {
            "id": variant.id,
            "legs": [
                {"load": leg.load, "arcs": list(leg.arcs), "grams": list(leg.grams)}
                for leg in variant.legs
            ],
            "visits": [
                {"site": visit.site, "position": visit.position, "at_g": visit.at_g}
                for visit in variant.visits
            ],
            "total_g": variant.total_g,
            "length_m": variant.length_m,
            "detour_sites": list(variant.detour_sites),
            "detour_cny_per_trip": variant.detour_cny_per_trip,
        }
        for variant in commodity.variants
    ]
    return document


def trips_from_document(document: object, file: str = "trips.json") -> Demand:
    """Return the demand of a document; the inverse of `trips_document`.

    Parameters
    ----------
    document
        Parsed JSON.
    file
        Name for messages.

    Raises
    ------
    InputError
        If a field is absent, unknown or of another kind: the first such field of each place.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise InputError([Fault(file=file, key="schema", value="", expected=f'must be "{SCHEMA}"')])
    reader = _Reader(file)
    commodities = reader.rows(Commodity, document.get("commodities"), "/commodities")
    trucks = reader.trucks(document.get("trucks_by_year"), "/trucks_by_year")
    works = reader.rows(WorksTonnes, document.get("works"), "/works")
    counts = reader.rows(CountCheck, document.get("counts"), "/counts")
    factors = reader.rows(FlowFactor, document.get("factors"), "/factors")
    notes = reader.items(str, document.get("notes"), "/notes")
    reader.faults.stop()
    return Demand(
        commodities=commodities,
        trucks_by_year=trucks,
        works=works,
        counts=counts,
        factors=factors,
        notes=notes,
    )


class _Reader:
    """Reads rows strictly, collecting faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.faults = Faults(file)

    def items(self, kind: type, value: object, key: str) -> tuple[Any, ...]:
        """Return a list of texts or whole numbers as a tuple."""
        if not (isinstance(value, list) and all(type(item) is kind for item in value)):
            self.faults.add(key, value, f"must be a list of {kind.__name__}")
            return ()
        return tuple(value)

    def rows(self, kind: type[Row], value: object, key: str) -> tuple[Row, ...]:
        """Return a list of rows of a dataclass."""
        if not isinstance(value, list):
            self.faults.add(key, value, "must be a list")
            return ()
        rows = (self.row(kind, item, f"{key}/{number}") for number, item in enumerate(value))
        return tuple(row for row in rows if row is not None)

    def row(self, kind: type[Row], value: object, key: str) -> Row | None:
        """Return one row of a dataclass, or None after a fault."""
        if not isinstance(value, Mapping):
            self.faults.add(key, value, "must be an object")
            return None
        known = {field.name: field for field in fields(kind)}
        needed = {name for name, field in known.items() if field.default is MISSING}
        wrong = sorted((set(value) - set(known)) | (needed - set(value)))
        if wrong:
            self.faults.add(f"{key}/{wrong[0]}", None, "is absent or unknown")
            return None
        before = self.faults.count
        read = {
            name: self.field(name, str(known[name].type), item, f"{key}/{name}")
            for name, item in value.items()
        }
        if self.faults.count > before:
            return None
        if kind is Leg and len(read["arcs"]) != len(read["grams"]):
            self.faults.add(f"{key}/grams", len(read["grams"]), "must be as many as arcs")
            return None
        return kind(**read)

    def field(self, name: str, kind: str, value: Any, key: str) -> Any:
        """Return one field, checked."""
        if name in _LISTS:
            item = _LISTS[name]
            simple = item in (str, int)
            return self.items(item, value, key) if simple else self.rows(item, value, key)
        if name in _CHOICES:
            if value not in _CHOICES[name]:
                self.faults.add(key, value, f"must be one of {', '.join(_CHOICES[name])}")
        elif kind == "int":
            if type(value) is not int or value < 0:
                self.faults.add(key, value, "must be a whole number of at least 0")
        elif kind == "float":
            return self.number(value, key)
        elif not isinstance(value, str):
            self.faults.add(key, value, "must be a text")
        return value

    def number(self, value: Any, key: str) -> float:
        """Return a finite number of at least 0."""
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if real and isfinite(value) and value >= 0:
            return float(value)
        self.faults.add(key, value, "must be a number of at least 0")
        return 0.0

    def trucks(self, value: object, key: str) -> tuple[tuple[int, float, float, float, float], ...]:
        """Return the rows of trucks by year."""
        if not isinstance(value, list):
            self.faults.add(key, value, "must be a list")
            return ()
        rows = []
        for number, row in enumerate(value):
            names = ("year", "low", "base", "high", "used")
            if not isinstance(row, Mapping) or set(row) != set(names):
                self.faults.add(f"{key}/{number}", row, f"must hold {', '.join(names)}")
                continue
            if type(row["year"]) is not int:
                self.faults.add(f"{key}/{number}/year", row["year"], "must be a year")
                continue
            low, base, high, used = (
                self.number(row[name], f"{key}/{number}/{name}") for name in names[1:]
            )
            rows.append((row["year"], low, base, high, used))
        return tuple(rows)
