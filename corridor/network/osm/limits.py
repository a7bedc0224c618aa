"""How much of a hostile or endless input is read before it is refused."""

from __future__ import annotations

import time
from dataclasses import dataclass

from corridor.core.errors import InputError

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """Limits of reading one source.

    Parameters
    ----------
    unpacked_bytes
        Most bytes after decompression.
    ratio
        Most bytes after decompression per byte before it, once `ratio_from_bytes` are unpacked.
    kept_objects
        Most objects kept in memory (roads and what they need; the rest streams by).
    way_nodes
        Most nodes of one way or members of one relation (OpenStreetMap allows 2,000 and 32,000).
    seconds
        Most time for one source. [s]
    """

    unpacked_bytes: int = 64 * 1024 * MEBIBYTE
    ratio: int = 100
    ratio_from_bytes: int = 64 * MEBIBYTE
    kept_objects: int = 4_000_000
    way_nodes: int = 32_000
    seconds: float = 1800.0


class Watch:
    """Counts what is read and refuses when a limit is passed.

    Parameters
    ----------
    name
        The source as the user named it.
    limits
        The limits.
    """

    def __init__(self, name: str, limits: ReadLimits) -> None:
        self.name = name
        self.limits = limits
        self.kept = 0
        self._end = time.monotonic() + limits.seconds

    def bytes_read(self, packed: int, unpacked: int) -> None:
        """Refuse a source that unpacks to too much, or to too much for its size."""
        limits = self.limits
        if unpacked > limits.unpacked_bytes:
            raise InputError(
                f"{self.name}: unpacks to more than {limits.unpacked_bytes // MEBIBYTE} MiB.",
                "Cut the region out first (osmium extract), or use a PBF file.",
            )
        if unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * max(packed, 1):
            raise InputError(
                f"{self.name}: unpacks to more than {limits.ratio} times its size, "
                "as no map does; it is refused as a decompression bomb."
            )
        self.time()

    def time(self) -> None:
        """Refuse a source that takes too long."""
        if time.monotonic() > self._end:
            raise InputError(
                f"{self.name}: reading took longer than {self.limits.seconds:.0f} s.",
                "Cut the region out first (osmium extract), or use a PBF file.",
            )

    def keep(self, references: int = 0) -> None:
        """Count one more object kept in memory."""
        self.kept += 1
        if self.kept > self.limits.kept_objects:
            raise InputError(
                f"{self.name}: holds more than {self.limits.kept_objects:,} objects of "
                "expressways and what they need.",
                "Give a region with --bbox or --polygon, or cut it out first (osmium extract).",
            )
        if references > self.limits.way_nodes:
            raise InputError(
                f"{self.name}: one object refers to {references:,} others; "
                f"at most {self.limits.way_nodes:,} are read."
            )
