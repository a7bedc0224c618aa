"""Numbers of stations: one number a place, the same in verdict, map, key, strip and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corridor.report.folder import Json, RunFolder, at

TWIN_KM = 2.0
"""Sides of one service area lie nearer to each other than this along the road. [km]"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A station, or the two sides of one service area, under one number.

    Parameters
    ----------
    number
        From 1, by road in the order of the strips and along each road, then off the roads.
    stations
        Indices into the plan's stations: one, or two of opposite carriageways.
    zh, en
        Name in each language, without what stands in brackets.
    full_zh, full_en
        Name as a list shows it: with the carriageway and all that stands in brackets.
    since
        First year in which one of them is in service.
    """

    number: int
    stations: tuple[int, ...]
    zh: str
    en: str
    full_zh: str
    full_en: str
    since: int


def routes_to_draw(run: RunFolder) -> list[tuple[Json, int]]:
    """Return every route with its number of stations, in the order in which a planner asks.

    Routes that a spacing policy names come first, then those with the most stations.
    """
    count: dict[str, int] = {}
    for station in run.plan["stations"]:
        count[station["route"]] = count.get(station["route"], 0) + 1
    spacing = at(run.scenario, "/policy/spacing") or {}
    asked = {rule.get("route") for rule in spacing.values() if isinstance(rule, dict)}
    rows = [(route, count.get(route["ref"], 0)) for route in run.network["routes"]]
    return sorted(rows, key=lambda row: (row[0]["ref"] not in asked, -row[1], row[0]["ref"]))


def number_stations(run: RunFolder) -> tuple[Mark, ...]:
    """Return the stations of a plan under their numbers; sides of one service area share one."""
    stations = run.plan["stations"]
    rank = {route["ref"]: i for i, (route, _) in enumerate(routes_to_draw(run))}

    def place(i: int) -> tuple[int, float, str]:
        station = stations[i]
        km = station["chainage_km"]
        return rank.get(station["route"], len(rank)), -1.0 if km is None else km, station["id"]

    found: list[list[int]] = []
    for i in sorted(range(len(stations)), key=place):
        twin = next((g for g in found if _are_twins(stations, g, i)), None)
        if twin is None:
            found.append([i])
        else:
            twin.append(i)
    return tuple(_mark(n, [stations[i] for i in g], g) for n, g in enumerate(found, start=1))


def numbers(marks: tuple[Mark, ...]) -> dict[int, int]:
    """Return the number of each station by its index in the plan."""
    return {i: mark.number for mark in marks for i in mark.stations}


def english_ways(run: RunFolder) -> dict[str, str]:
    """Return the English name of each carriageway by its name as signed, where there is one."""
    return {
        route[way]: route.get(f"{way}_en") or route[way]
        for route in run.network["routes"]
        for way in ("up", "down")
    }


def bare(name: str) -> str:
    """Return a name without what stands in brackets."""
    return re.sub(r"\s*[(（][^()（）]*[)）]", "", name).strip() or name


def _are_twins(stations: list[Json], group: list[int], other: int) -> bool:
    one, two = stations[group[0]], stations[other]
    return (
        len(group) == 1
        and one["route"] == two["route"] != ""
        and "both" not in (one["carriageway"], two["carriageway"])
        and one["carriageway"] != two["carriageway"]
        and bare(one["name_zh"]) == bare(two["name_zh"])
        and None not in (one["chainage_km"], two["chainage_km"])
        and abs(one["chainage_km"] - two["chainage_km"]) < TWIN_KM
    )


def _mark(number: int, stations: list[Json], indices: list[int]) -> Mark:
    first = stations[0]
    zh, en = first["name_zh"] or first["name_en"], first["name_en"] or first["name_zh"]
    twins = len(stations) == 2
    if twins:
        full_zh, full_en = f"{bare(zh)}（双侧）", f"{bare(en)} (both sides)"
    elif first["carriageway"] not in ("both", "") and first["carriageway"] not in zh:
        full_zh, full_en = f"{zh}（{first['carriageway']}）", en
    else:
        full_zh, full_en = zh.replace("(", "（").replace(")", "）"), en
    return Mark(
        number=number,
        stations=tuple(indices),
        zh=bare(zh),
        en=bare(en),
        full_zh=full_zh,
        full_en=full_en,
        since=min(row["year"] for station in stations for row in station["timeline"]),
    )
