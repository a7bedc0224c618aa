"""Classes of hydrogen storage at a station: data, read by the planner and by the certificate.

`storage_classes.csv` says up to how much a standard lets a class store, where that is known, and how well.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass:
    """A class of a standard.

    Parameters
    ----------
    name
        As the standard calls it, `III` for the smallest.
    up_to_kg
        Largest storage of a station of this class. [kg]
    """

    name: str
    up_to_kg: float


@cache
def storage_standards() -> Mapping[str, tuple[StorageClass, ...]]:
    """Return the classes by standard, smallest first; none where their limits are not known."""
    found: dict[str, tuple[StorageClass, ...]] = {}
    text = files("corridor.core").joinpath("storage_classes.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        classes = found.get(row["standard"], ())
        if row["up_to_kg"]:
            classes += (StorageClass(name=row["class"], up_to_kg=float(row["up_to_kg"])),)
        found[row["standard"]] = tuple(sorted(classes, key=lambda each: each.up_to_kg))
    return MappingProxyType(found)
