"""When two names of a place are the same, and how near is near: the one home of the tolerances."""

from __future__ import annotations

import re
import unicodedata

TOWN_M = 3_000.0
"""A town of the map is that of the tables within this: two points for one town differ by its
extent. Engineering assumption. [m]"""

PARK_M = 15_000.0
"""The same for parks and plants, whose position the tables give by the nearest town. [m]"""

SIDE_M = 300.0
"""The same for a side of a service area: its own length. Engineering assumption. [m]"""

EXIT_M = 1_500.0
"""The same for the toll plaza of an exit, whose place the tables give on the road's axis. [m]"""

_ENDINGS = re.compile(
    r"(布依族苗族自治县|彝族回族苗族自治县|苗族布依族自治县|自治县|自治州|特区|街道|[市县区镇乡州])$"
)
_WORDS = re.compile(r" (city|county|district|town|shi|xian)$")


def variants(*names: str) -> frozenset[str]:
    """Return the forms of a place's names that count as equal.

    A bracket holds another name: "盘州(红果)" is 盘州 and 红果. Official endings count for nothing:
    六盘水市 is 六盘水, "Xingyi City" is "xingyi".
    """
    found = set()
    for name in names:
        plain = unicodedata.normalize("NFKC", name).casefold().replace("’", "'")
        for part in re.split(r"[(),;/]", plain):
            words = " ".join(part.split())
            short = _WORDS.sub("", _ENDINGS.sub("", words) if len(words) > 2 else words)
            found.add(short)
    return frozenset(found - {""})
