"""The strip diagram: chainage across, altitude above, both carriageways and stations below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from corridor.report import svg
from corridor.report.figures import Figures
from corridor.report.folder import Json, RunFolder
from corridor.report.marks import Mark, bare, numbers
from corridor.report.text import number

WIDTH, RIBBON_WIDTH, LEFT, RIGHT = 1080.0, 900.0, 64.0, 20.0
PROFILE = (14.0, 112.0)
LOW_PROFILE = (11.0, 44.0)
LABEL_H = 13.0


@dataclass(frozen=True, slots=True)
class _Axis:
    length_km: float
    width: float = WIDTH

    @property
    def right(self) -> float:
        return self.width - RIGHT

    def x(self, km: float) -> float:
        return LEFT + (self.right - LEFT) * km / max(self.length_km, 1e-9)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A station on the strip: its place in the plan, its mark, its label."""

    index: int
    number: int
    station: Json
    row: int
    above: bool
    label_x: float


def strip_diagram(figures: Figures, route: Json, marks: tuple[Mark, ...]) -> Markup:
    """Draw one route.

    Parameters
    ----------
    figures
        Looks the loads up in the plan.
    route
        A route of the network document.
    marks
        Numbers of the stations.

    Returns
    -------
    Markup
        SVG. Traffic keeps right: the carriageway of growing chainage is the lower one.
    """
    run, ref = figures.run, route["ref"]
    nodes = [n for n in run.network["nodes"] if n["route"] == ref and n["chainage_m"] is not None]
    chainages = [n["chainage_m"] / 1000 for n in nodes]
    axis = _Axis(max([route["length_m"] / 1000, *chainages]))
    spots = _spots(run.plan["stations"], numbers(marks), route, axis)
    rows_above = 1 + max((spot.row for spot in spots if spot.above), default=-1)
    rows_below = 1 + max((spot.row for spot in spots if not spot.above), default=-1)
    y_down = PROFILE[1] + 34 + rows_above * 2 * LABEL_H + 8
    y_up = y_down + 50
    y_axis = y_up + 16 + rows_below * 2 * LABEL_H + 18
    ways = (y_down, y_up)
    sites = [s for s in run.sites["sites"] if s["route"] == ref and s["chainage_m"] is not None]
    years = [period["year"] for period in run.plan["periods"]]
    parts = [
        *_profile(nodes, axis, PROFILE),
        *_carriageway(route, y_down, axis, to_right=False),
        *_carriageway(route, y_up, axis, to_right=True),
        *(_leader(spot, route, axis, ways) for spot in spots),
        *_interchanges(nodes, axis, ways),
        *_candidates(sites, {s.station["id"] for s in spots}, route, axis, ways),
        *(part for spot in spots for part in _station(figures, spot, route, axis, ways, years)),
        *_chainage_axis(axis, y_axis),
    ]
    title = f"{ref} {route['name_en']} {route['name_zh']}: chainage, altitude, stations"
    return svg.drawing(WIDTH, y_axis + 34, title, parts, "strip")


def ribbon(run: RunFolder, route: Json, marks: tuple[Mark, ...]) -> Markup:
    """Draw one route low enough for the first page: profile, carriageways, numbered stations.

    Parameters
    ----------
    marks
        Numbers of the stations; a station off the carriageways stands between them.
    """
    ref, stations = route["ref"], run.plan["stations"]
    nodes = [n for n in run.network["nodes"] if n["route"] == ref and n["chainage_m"] is not None]
    length_km = max([route["length_m"] / 1000, *(n["chainage_m"] / 1000 for n in nodes)])
    axis = _Axis(length_km, RIBBON_WIDTH)
    y_down, y_up = LOW_PROFILE[1] + 18, LOW_PROFILE[1] + 52
    discs: list[Markup] = []
    between: list[float] = []
    ends: dict[float, float] = {}
    number_of = numbers(marks)
    here = [i for i, s in enumerate(stations) if s["route"] == ref and s["chainage_km"] is not None]
    for i in sorted(here, key=lambda i: stations[i]["chainage_km"]):
        way = stations[i]["carriageway"]
        y = y_down if way == route["down"] else y_up if way == route["up"] else (y_down + y_up) / 2
        x = max(axis.x(stations[i]["chainage_km"]), ends.get(y, -1e9) + 19)
        ends[y] = x
        if y not in (y_down, y_up):
            between.append(x)
        first = stations[i]["period"] == run.plan["periods"][0]["year"]
        discs.append(svg.el("circle", cx=x, cy=y, r=9, class_=f"disc{' first' if first else ''}"))
        discs.append(svg.text(x, y + 4, str(number_of[i]), "disc-no mid"))
    parts = [
        *_profile(nodes, axis, LOW_PROFILE),
        *_carriageway(route, y_down, axis, to_right=False),
        *_carriageway(route, y_up, axis, to_right=True),
        *_interchanges(nodes, axis, (y_down, y_up), between),
        *discs,
        *_chainage_axis(axis, y_up + 18),
    ]
    title = f"{ref} {route['name_en']} {route['name_zh']}: chainage, altitude, stations"
    return svg.drawing(RIBBON_WIDTH, y_up + 42, title, parts, "strip ribbon")


def longest_gap(run: RunFolder, route: Json, carriageway: str) -> tuple[str, str] | None:
    """Return the JSON pointers of the two chainages with the longest way without a station.

    Only stations that a truck on this carriageway can use count: its own side, or off the road.
    None where there are fewer than two.
    """
    usable = [
        (station["chainage_km"], f"/stations/{i}/chainage_km")
        for i, station in enumerate(run.plan["stations"])
        if station["route"] == route["ref"]
        and station["chainage_km"] is not None
        and station["carriageway"] in (carriageway, "both")
    ]
    usable.sort()
    gaps = [(b[0] - a[0], a[1], b[1]) for a, b in pairwise(usable)]
    if not gaps:
        return None
    _, start, end = max(gaps)
    return end, start


def _profile(nodes: list[Json], axis: _Axis, between: tuple[float, float]) -> list[Markup]:
    top, floor_y = between
    known = sorted(
        {(n["chainage_m"] / 1000, n["elevation_m"]) for n in nodes if n["elevation_m"] is not None}
    )
    if len(known) < 2:
        words = svg.both("altitude not known", "海拔未知")
        return [svg.text(LEFT, floor_y - 30, words, "quiet")]
    low, high = min(z for _, z in known), max(z for _, z in known)
    bottom = low - max(40.0, 0.25 * (high - low))

    def y(z: float) -> float:
        share: float = (z - bottom) / max(high - bottom, 1.0)
        return floor_y - (floor_y - top - 8) * share

    crest = [(axis.x(km), y(z)) for km, z in known]
    floor = [(crest[-1][0], floor_y), (crest[0][0], floor_y)]
    parts = [svg.path([*crest, *floor], "ground", closed=True), svg.path(crest, "crest")]
    for z in (low, high):
        parts.append(svg.line(LEFT, y(z), axis.right, y(z), "grid"))
        parts.append(svg.text(LEFT - 6, y(z) + 3.5, f"{number(round(z), 'count')} m", "tick end"))
    words = svg.both("altitude, linear between known points", "海拔（已知点之间线性插值）")
    return [*parts, svg.text(axis.right, top - 2, words, "quiet end")]


def _carriageway(route: Json, y: float, axis: _Axis, *, to_right: bool) -> list[Markup]:
    way = "up" if to_right else "down"
    zh, en = route[way], route.get(f"{way}_en") or route[way]
    parts = [svg.line(LEFT, y, axis.right, y, "road")]
    for i in range(1, 9):
        x = LEFT + (axis.right - LEFT) * i / 9
        tip = 4.0 if to_right else -4.0
        parts.append(svg.path([(x - tip, y - 3.5), (x + tip, y), (x - tip, y + 3.5)], "arrow"))
    x, css = (axis.right, "way end") if to_right else (LEFT, "way")
    label = svg.both(f"{en} →", f"{zh} →") if to_right else svg.both(f"← {en}", f"← {zh}")
    return [*parts, svg.text(x, y + 13 if to_right else y - 7, label, css)]


def _interchanges(
    nodes: list[Json], axis: _Axis, ways: tuple[float, float], taken: Sequence[float] = ()
) -> list[Markup]:
    """Draw interchanges; names that would overlap one another or a mark are left to the map."""
    named: dict[tuple[str, str], list[float]] = {}
    for node in nodes:
        if node["kind"] in ("diverge", "merge") and node["name_zh"]:
            name = (bare(node["name_en"] or node["name_zh"]), bare(node["name_zh"]))
            named.setdefault(name, []).append(node["chainage_m"] / 1000)
    parts: list[Markup] = []
    reach = -1e9
    for (en, zh), kms in sorted(named.items(), key=lambda item: sum(item[1]) / len(item[1])):
        x = axis.x(sum(kms) / len(kms))
        parts.append(svg.line(x, ways[0] - 4, x, ways[1] + 4, "junction"))
        half = max(5.25 * len(zh), 2.9 * len(en)) + 3
        if x - half > reach and all(abs(x - other) > half + 10 for other in taken):
            parts.append(svg.text(x, ways[1] - 10, svg.both(en, zh), "place mid"))
            reach = x + half
    return parts


def _candidates(
    sites: list[Json], chosen: set[str], route: Json, axis: _Axis, ways: tuple[float, float]
) -> list[Markup]:
    parts = []
    for site in sites:
        if site["id"] in chosen:
            continue
        x = axis.x(site["chainage_m"] / 1000)
        words = f"{site['name_zh']} {site['name_en']} · {site['carriageway']}"
        for y in _levels(site["carriageway"], route["up"], route["down"], ways):
            spot = svg.el("circle", svg.el("title", words), cx=x, cy=y, r=3.2, class_="candidate")
            parts.append(spot)
    return parts


def _levels(way: str, up: str, down: str, ways: tuple[float, float]) -> list[float]:
    return [ways[0]] if way == down else [ways[1]] if way == up else [ways[0] + 17]


def _spots(
    stations: list[Json], number_of: dict[int, int], route: Json, axis: _Axis
) -> list[_Spot]:
    """Give each station's label the lowest row in which it overlaps no other."""
    ends: dict[bool, list[float]] = {True: [], False: []}
    spots = []
    here = [
        (i, s)
        for i, s in enumerate(stations)
        if s["route"] == route["ref"] and s["chainage_km"] is not None
    ]
    for index, station in sorted(here, key=lambda pair: pair[1]["chainage_km"]):
        above = station["carriageway"] == route["down"]
        rows = ends[above]
        width = _label_width(station)
        x = min(max(axis.x(station["chainage_km"]), LEFT + width / 2), axis.right - width / 2)
        row = next((i for i, end in enumerate(rows) if end < x - width / 2), len(rows))
        if row == len(rows):
            rows.append(0.0)
        rows[row] = x + width / 2 + 8
        spots.append(_Spot(index, number_of[index], station, row, above, x))
    return spots


def _label_width(station: Json) -> float:
    name = 11.0 * len(station["name_zh"]) + 6.2 * len(station["name_en"]) + 4
    return max(name, 6.0 * (len(_tiers(station)) + 19))


def _tiers(station: Json) -> str:
    rows = station["timeline"]
    steps = [r for i, r in enumerate(rows) if i == 0 or r["tier"] != rows[i - 1]["tier"]]
    return " → ".join(f"{row['tier']} {row['year']}" for row in steps)


def _near(spot: _Spot, ways: tuple[float, float]) -> float:
    """Return the height of the label's line that is next to the road."""
    lift = spot.row * 2 * LABEL_H
    return ways[0] - 22 - lift if spot.above else ways[1] + 30 + lift


def _leader(spot: _Spot, route: Json, axis: _Axis, ways: tuple[float, float]) -> Markup:
    y = _levels(spot.station["carriageway"], route["up"], route["down"], ways)[0]
    foot = _near(spot, ways) + (4 if spot.above else -11)
    return svg.line(axis.x(spot.station["chainage_km"]), y, spot.label_x, foot, "leader")


def _station(
    figures: Figures,
    spot: _Spot,
    route: Json,
    axis: _Axis,
    ways: tuple[float, float],
    years: list[int],
) -> list[Markup]:
    station = spot.station
    x = axis.x(station["chainage_km"])
    y = _levels(station["carriageway"], route["up"], route["down"], ways)[0]
    period = years.index(station["period"]) if station["period"] in years else 0
    near = _near(spot, ways)
    first, second = (near - LABEL_H, near) if spot.above else (near, near + LABEL_H)
    name = svg.el("tspan", f"{spot.number} ", class_="strong")
    name += svg.el("tspan", station["name_zh"], lang="zh-CN", class_="strong")
    name += svg.el("tspan", f" {station['name_en']}", class_="name-en")
    load = figures.figure(f"/stations/{spot.index}/load_kg_per_day", tag="tspan")
    detail = (
        svg.el("tspan", f"{_tiers(station)} · ")
        + load
        + svg.both(" kg/d", " 千克/日")
        + svg.el("tspan", f" ({station['timeline'][-1]['year']})")
    )
    return [
        svg.mark(period, x, y, 6.5, f"station p{period % 6}"),
        svg.text(spot.label_x, first, name, "label mid"),
        svg.text(spot.label_x, second, detail, "detail mid"),
    ]


def _chainage_axis(axis: _Axis, y: float) -> list[Markup]:
    parts = [svg.line(LEFT, y, axis.right, y, "axis")]
    for km in svg.ticks(axis.length_km, 10):
        if km <= axis.length_km:
            parts.append(svg.line(axis.x(km), y, axis.x(km), y + 4, "axis"))
            parts.append(svg.text(axis.x(km), y + 16, number(round(km), "count"), "tick mid"))
    words = svg.both("chainage, km", "里程，公里")
    return [*parts, svg.text(axis.right, y + 30, words, "quiet end")]
