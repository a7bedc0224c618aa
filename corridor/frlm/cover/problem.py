"""The covering problem behind an ask, as arrays: which sets of sites each group of trips needs hit.

A group is served when each of its sets holds at least `need` open candidate sites. Everything that
does not depend on the choice of stations (trips driven without one, trips no choice can serve, sets
an existing station already hits) is settled before and kept as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.core.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a covering problem is.

    Parameters
    ----------
    sites
        Candidate sites in some set.
    trips
        Trips with flow, or groups of trips with the same sets.
    sets
        Pairs of a trip and a set it needs.
    nonzeros
        Sites over all those pairs.
    """

    sites: int
    trips: int
    sets: int
    nonzeros: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverProblem:
    """Groups of trips and the sets of sites they need; columns are candidate sites.

    Parameters
    ----------
    site
        Site of the instance that each column stands for, shape (columns,).
    set_first, set_column
        Columns of each set, one set after the other.
    need
        Open sites that each set must hold, shape (sets,).
    group_first, group_set
        Sets of each group, one group after the other; of plain trips in the order of the path.
    flow
        Flow of each group. [whole flow units]
    always
        Flow served without any new station. [whole flow units]
    units
        Flow units in one unit of the file's flow.
    group_of_trip
        Group of each trip of the instance; -1 never served, -2 served without a new station.
    alternatives
        For groups whose sets were too many to write out: the sets of each alternative.
    original
        Sizes before reduction.
    """

    site: Ints
    set_first: Ints
    set_column: Ints
    need: Ints
    group_first: Ints
    group_set: Ints
    flow: tuple[int, ...]
    always: int
    units: int
    group_of_trip: Ints
    original: Sizes
    alternatives: dict[int, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    _units: npt.NDArray[Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kind: Any = np.int64 if sum(self.flow) < 2**62 else object
        object.__setattr__(self, "_units", np.array(self.flow, kind))

    @property
    def coverable(self) -> int:
        """Return the flow served with every usable site open. [whole flow units]."""
        return self.always + sum(self.flow)

    @property
    def sizes(self) -> Sizes:
        """Return the sizes after reduction."""
        lengths = np.diff(self.set_first)
        return Sizes(
            sites=len(self.site),
            trips=len(self.flow),
            sets=len(self.group_set),
            nonzeros=int(lengths[self.group_set].sum()),
        )

    def shares(self) -> Floats:
        """Return each group's share of the coverable flow as floats, shape (groups,)."""
        total = self.coverable or 1
        return np.array([units / total for units in self.flow])

    def served(self, is_open: Bools) -> Bools:
        """Tell which groups are served, shape (groups,).

        Parameters
        ----------
        is_open
            Whether each column is open, shape (columns,).
        """
        if not self.flow:
            return np.zeros(0, bool)
        hits = np.add.reduceat(is_open[self.set_column].astype(np.int64), self.set_first[:-1])
        hit = hits >= self.need
        return np.logical_and.reduceat(hit[self.group_set], self.group_first[:-1])

    def served_units(self, is_open: Bools) -> int:
        """Return the flow served by some open columns, exactly. [whole flow units]."""
        return self.always + int(self._units[self.served(is_open)].sum())

    def open_mask(self, is_open: Bools) -> int:
        """Return open columns as a bit mask of sites of the instance."""
        return sum(1 << int(site) for site in self.site[is_open])
