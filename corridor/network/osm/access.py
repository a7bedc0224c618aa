"""Who may use a road: access for lorries, limits of mass and size, dangerous goods, conditions.

One network serves all truck classes, so a road is closed to them where the largest lorry that GB
1589-2016 allows may not go. A hydrogen trailer carries UN 1049, dangerous goods of class 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corridor.network.osm.objects import Tags

LORRY = {"weight": 49.0, "height": 4.0, "length": 17.1, "axleload": 9.0}
"""Largest lorry of GB 1589-2016: six axles, 49 t on 7 + 2 x 9 + 3 x 8 t, 4.0 m high; tractor and
semi-trailer 17.1 m long. [t, m]"""

LIMITS = {
    **dict.fromkeys(
        ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv"), "weight"
    ),
    **dict.fromkeys(("maxheight", "maxheight:physical"), "height"),
    **dict.fromkeys(("maxlength", "maxlength:hgv"), "length"),
    **dict.fromkeys(("maxaxleload", "maxaxleload:hgv"), "axleload"),
}
"""Key -> what it limits."""

ACCESS = ("hgv", "motor_vehicle", "vehicle", "access")
"""Keys of access, the one that decides first."""

CONDITIONAL = tuple(f"{key}:conditional" for key in (*ACCESS, "hazmat", "maxweight"))

TUNNELS = ("hazmat:B", "hazmat:C", "hazmat:D", "hazmat:E")
"""Tunnel categories of ADR that tanks of UN 1049 (code B/D) may not pass."""

_CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency", "military"})
_CALLERS = frozenset({"delivery", "destination"})
_UNLIMITED = frozenset({"none", "no", "default", "below_default", "unsigned", "no_sign", "unknown"})
_UNITS = {
    "": 1.0,
    "t": 1.0,
    "m": 1.0,
    "kg": 0.001,
    "cm": 0.01,
    "st": 0.907_184_74,
    "lbs": 0.000_453_592_37,
    "lb": 0.000_453_592_37,
    "ft": 0.3048,
}
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?) ?([a-z]*)")
_FEET = re.compile(r"(\d+)' ?(?:(\d+(?:\.\d+)?)\"?)?")
_RULE = re.compile(r"([^@;]+)@ ?(\([^)]*\)|[^;]+)")
_SIZE = re.compile(r"(weight|height|length|axleload) ?(<=|>=|<|>|=) ?(.+)")


@dataclass(frozen=True, slots=True)
class Access:
    """What the tags of a road say.

    Parameters
    ----------
    closed
        Why no lorry may use it; empty if they may.
    told
        Tags that were not applied, with the reason; empty if none.
    """

    closed: str = ""
    told: str = ""


def access_of(tags: Tags, *, link: bool) -> Access:
    """Return who may use a road.

    Parameters
    ----------
    link
        Whether it is a ramp: "delivery" and "destination" then let lorries in that leave there.
    """
    told: list[str] = []
    closed = _by_access(tags, link=link) or _by_size(tags, told)
    hydrogen = next((f"{k}=no" for k in ("hazmat", *TUNNELS) if tags.get(k) == "no"), "")
    for key in CONDITIONAL:
        for value, condition in _RULE.findall(tags.get(key, "")):
            words = f"{key}={value.strip()} @ {condition.strip()}"
            holds = condition_holds(condition)
            if holds is None:
                told.append(f"{words}: holds at some times only, lorries wait or go elsewhere")
            elif holds and key == "hazmat:conditional":
                hydrogen = hydrogen or (words if value.strip() == "no" else "")
            elif holds and key == "maxweight:conditional":
                metric = metric_of(value.strip())
                if metric is not None and metric < LORRY["weight"]:
                    closed = closed or f"closed to lorries of {LORRY['weight']:g} t ({words})"
            elif holds and value.strip() in _CLOSED:
                closed = closed or f"closed to lorries ({words})"
    if hydrogen:
        told.append(f"closed to hydrogen trailers ({hydrogen}), but deliveries are led as trucks")
    return Access(closed, "; ".join(told))


def condition_holds(text: str) -> bool | None:
    """Return whether a condition holds for the lorry at all times; None: at some times only."""
    unknown = False
    for part in re.split(r" (?:AND|and) ", text.strip(" ()")):
        found = _SIZE.fullmatch(part.strip())
        limit = metric_of(found[3]) if found else None
        if found is None or limit is None:
            unknown = True
            continue
        size = LORRY[found[1]]
        if not {
            "<": size < limit,
            "<=": size <= limit,
            ">": size > limit,
            ">=": size >= limit,
            "=": size == limit,
        }[found[2]]:
            return False
    return None if unknown else True


def metric_of(text: str) -> float | None:
    """Return a limit in tonnes or metres ("20", "20 t", "3,5", "13'6"); None if it is none."""
    feet = _FEET.fullmatch(text)
    if feet:
        return int(feet[1]) * 0.3048 + float(feet[2] or 0) * 0.0254
    number = _NUMBER.fullmatch(text.lower())
    if number is None or number[2] not in _UNITS:
        return None
    return float(number[1].replace(",", ".")) * _UNITS[number[2]]


def _by_access(tags: Tags, *, link: bool) -> str:
    for key in ACCESS:
        if key in tags:
            if tags[key] in _CLOSED:
                return f"closed to lorries ({key}={tags[key]})"
            if tags[key] in _CALLERS and not link:
                return f"closed to lorries that pass through ({key}={tags[key]})"
            break
    return ""


def _by_size(tags: Tags, told: list[str]) -> str:
    for key, what in LIMITS.items():
        text = tags.get(key, "")
        if not text or text in _UNLIMITED:
            continue
        limit = metric_of(text)
        unit = "t" if what in {"weight", "axleload"} else "m"
        if limit is None:
            told.append(f"{key}={text}: no amount that can be read")
        elif limit < LORRY[what]:
            kind = {"axleload": "axle loads", "weight": "lorries"}.get(what, f"{what}s")
            return f"closed to {kind} of {LORRY[what]:g} {unit} ({key}={text})"
    return ""
