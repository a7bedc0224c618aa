"""When two names are the same, and how near is near: the one home of the tolerances."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

TOWN_M = 3_000.0
"""A town of the map is that of the tables within this: two points for one town differ by its
extent. Engineering assumption. [m]"""

PARK_M = 15_000.0
"""The same for parks and plants, whose position the tables give by the nearest town. [m]"""

SIDE_M = 300.0
"""The same for a side of a service area whose name on the map is another one, or none: its own
length. Engineering assumption. [m]"""

NAMED_SIDE_M = 2_000.0
"""The same for a side that bears its name: maps draw areas on other axes than the tables, and two
areas of one name on one carriageway lie farther apart. Engineering assumption. [m]"""

EXIT_M = 1_500.0
"""The same for the toll plaza of an exit, whose place the tables give on the road's axis. [m]"""

_ENDINGS = re.compile(
    r"(布依族苗族自治县|彝族回族苗族自治县|苗族布依族自治县|自治县|自治州|特区|街道|服务区|停车区|收费站|互通|出口|[市县区镇乡州])$"
)
_WORDS = re.compile(
    r" (city|county|district|town|shi|xian|(service|parking|rest) area|services|toll station|exit)$"
)


def variants(*names: str) -> frozenset[str]:
    """Return the forms of the names of a thing that count as equal.

    A bracket holds another name: "盘州(红果)" is 盘州 and 红果. Official endings count for nothing:
    六盘水市 is 六盘水, "Xingyi City" is "xingyi", 法耳服务区 is 法耳.
    """
    found = set()
    for name in names:
        for part in re.split(r"[(),;/]", _plain(name)):
            words = " ".join(part.split())
            short = _WORDS.sub("", _ENDINGS.sub("", words) if len(words) > 2 else words)
            found.add(short)
    return frozenset(found - {""})


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace("’", "'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A thing of the network that a scenario can speak of.

    Parameters
    ----------
    names
        Whole names in every language, as they are shown; the Chinese one first.
    beside
        Words that tell it from others of its name: its road, the direction that it serves.
    where
        Its position on the road, for a reader.
    """

    id: str
    kind: str
    names: tuple[str, ...]
    beside: tuple[str, ...] = ()
    lon: float
    lat: float
    where: str = ""


def find(word: str, things: Iterable[Named]) -> list[Named]:
    """Return the things that a word may mean: the id, else a whole name, else parts of names.

    Of "法耳(兴义方向)" the first part must be a name, and every other a name or a word beside it.
    """
    things = list(things)
    same = [thing for thing in things if thing.id == word.casefold()]
    if not same:
        plain = "".join(_plain(word).split())
        same = [t for t in things if plain in {"".join(_plain(name).split()) for name in t.names}]
    if not same:
        parts = variants(word)
        first = variants(re.split(r"[(（]", word)[0])
        for thing in things:
            names = variants(*thing.names)
            beside = variants(*thing.beside)
            if first and first <= names - beside and parts <= names | beside:
                same.append(thing)
    return sorted(same, key=lambda thing: thing.id)
