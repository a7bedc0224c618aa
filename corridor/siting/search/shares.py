"""What each stage of the search may spend, and from which sizes on it goes another way."""

from __future__ import annotations

from typing import Final

JOINT_COLUMNS: Final = 16_000
"""Columns up to which all periods are put into one programme."""

ROOT_SHARE: Final = 0.3
"""Share of the work that the relaxations may take. [-]"""

SEARCH_SHARE: Final = 0.15
"""Share of the work left after them that the local search may take. [-]"""

LARGE_SHARE: Final = 0.5
"""The same where the periods do not fit into one programme. [-]"""

SLICED_SHARE: Final = 0.85
"""The same where one decision holds for several of them: their trees then raise the bound little. [-]"""

KICKS: Final = 300
"""Most random changes from which the local search starts again."""

TREE_SLICES: Final = 4
"""Parts in which the tree is searched; after each the user is told."""

POLISH_SHARE: Final = 0.2
"""Share of the work kept for the last changes, where not all of them are tried anyway. [-]"""

ALL_MOVES: Final = (150, 400)
"""Sites and flows per period up to which a plan is polished until no change is better."""

LOSS: Final = 0.15
"""Share of the open gap that may be lost where periods are branched on apart. [-]"""

FEW_BINARIES: Final = 60
"""Binaries below which a tree on the whole is all that is needed."""

STALL: Final = 2e-5
"""Least rise of a relaxation over six rounds, as a share of the money that can be decided. [-]"""

AIM: Final = 0.95
"""Share of the gap target at which the search stops: a little is left for whole grams. [-]"""


def search_share(*, joined: bool, sliced: bool) -> float:
    """Return the share of the work left that the local search may take before the trees [-].

    Parameters
    ----------
    joined
        Whether all periods fit into one programme.
    sliced
        Whether one decision holds for several of them.
    """
    if joined:
        return SEARCH_SHARE
    return SLICED_SHARE if sliced else LARGE_SHARE
