"""A small invented expressway land as OpenStreetMap objects, and its files.

S99 runs 80 km from west to east on two carriageways 30 m apart (traffic keeps right, so the
eastbound one lies south). On it: exit 1 with a toll plaza, a service area with a side on either
hand, a rest area drawn as one point in the median, a southern service area without ramps, a
junction with G88, a tunnel, a bridge; at its west end the undivided trunk road S99 goes on.
"""

from __future__ import annotations

import bz2
import gzip
import math
import random
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

WEST, EAST, LAT = 104.5, 105.3, 26.0
STEP = 0.005
HALF_GAP = 0.00014  # 15 m


def axis_lat(lon: float) -> float:
    return LAT + 0.01 * math.sin((lon - WEST) * 12)


@dataclass
class Land:
    """Objects by id: node (lon, lat, tags), way (refs, tags), relation (members, tags)."""

    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = field(
        default_factory=dict
    )

    def node(self, key: int, lon: float, lat: float, **tags: str) -> int:
        self.nodes[key] = (round(lon, 7), round(lat, 7), _tags(tags))
        return key

    def way(self, key: int, refs: list[int], **tags: str) -> None:
        self.ways[key] = (refs, _tags(tags))

    def items(self) -> list[tuple[str, int]]:
        return [
            *(("node", key) for key in self.nodes),
            *(("way", key) for key in self.ways),
            *(("relation", key) for key in self.relations),
        ]


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return {key.replace("__", ":").rstrip("_"): value for key, value in tags.items()}


def make_land() -> Land:
    land = Land()
    _mainline(land)
    _exit(land)
    _service_areas(land)
    _junction(land)
    _rest(land)
    return land


def east(index: int) -> int:
    return 1000 + index


def west(index: int) -> int:
    return 3000 + index


COUNT = round((EAST - WEST) / STEP) + 1


def _mainline(land: Land) -> None:
    for index in range(COUNT):
        lon = WEST + STEP * index
        lat = axis_lat(lon)
        ele = f"{1500 - 4 * index}"
        land.node(east(index), lon, lat - HALF_GAP, ele=ele)
        land.node(west(index), lon, lat + HALF_GAP, ele=ele)
    common = {"highway": "motorway", "ref": "S99", "name": "测试高速", "name:en": "Test Expressway"}

    def carriageway(first: int, node, stops, reverse: bool) -> None:  # type: ignore[no-untyped-def]
        for number, (start, end, extra) in enumerate(stops):
            refs = [node(index) for index in range(start, end + 1)]
            land.ways[first + number] = (
                refs[::-1] if reverse else refs,
                {**common, "oneway": "yes", **extra},
            )

    last = COUNT - 1
    stops = [
        (0, 60, {}),
        (60, 66, {"tunnel": "yes", "layer": "-1"}),
        (66, 100, {}),
        (100, 104, {"bridge": "yes"}),
        (104, last, {}),
    ]
    carriageway(100, east, stops, False)
    carriageway(200, west, stops, True)
    # the tunnel's and the bridge's own nodes bear the terrain's height: a trap
    for index in range(61, 66):
        for node in (east(index), west(index)):
            lon, lat, tags = land.nodes[node]
            land.nodes[node] = (lon, lat, {**tags, "ele": "2100"})
    for index in range(101, 104):
        for node in (east(index), west(index)):
            lon, lat, tags = land.nodes[node]
            land.nodes[node] = (lon, lat, {**tags, "ele": "700"})
    # west end: the carriageways join to an undivided trunk road
    join = land.node(50, WEST - 0.003, axis_lat(WEST))
    land.way(90, [join, east(0)], highway="trunk", ref="S99", oneway="yes")
    land.way(91, [west(0), join], highway="trunk", ref="S99", oneway="yes")
    trunk = [land.node(51 + i, WEST - 0.003 - 0.01 * (i + 1), axis_lat(WEST)) for i in range(6)]
    land.way(92, [*trunk[::-1], join], highway="trunk", ref="S99")


def _exit(land: Land) -> None:
    """Exit 1 at index 20: a trumpet whose toll plaza lies south."""
    lon = WEST + STEP * 20
    off = [
        land.node(7002, lon + 0.0040, axis_lat(lon) - 0.010),
        land.node(7000, lon + 0.0040, axis_lat(lon) - 0.012, barrier="toll_booth", name="甲收费站"),
        land.node(7001, lon + 0.0040, axis_lat(lon) - 0.014),
    ]
    on = [
        land.node(7020, lon + 0.0042, axis_lat(lon) - 0.014),
        land.node(7021, lon + 0.0042, axis_lat(lon) - 0.012, barrier="toll_booth"),
        land.node(7022, lon + 0.0042, axis_lat(lon) - 0.010),
    ]
    land.way(700, off, highway="motorway_link", toll="yes")
    land.way(707, on, highway="motorway_link", toll="yes")
    mid = [
        land.node(7003 + i, lon + 0.001 * i, axis_lat(lon) - 0.004 - 0.001 * i) for i in range(6)
    ]
    land.way(701, [east(20), mid[0], off[0]], highway="motorway_link", oneway="yes")
    land.way(702, [on[2], mid[2], east(24)], highway="motorway_link", oneway="yes")
    north = [land.node(7010 + i, lon + 0.004 + 0.001 * i, axis_lat(lon) + 0.003) for i in range(4)]
    land.way(703, [west(24), north[3], north[2], mid[4], off[0]], highway="motorway_link")
    land.way(704, [on[2], mid[5], north[0], north[1], west(20)], highway="motorway_link")
    for node, ref in ((east(20), "1"), (west(24), "1")):
        x, y, tags = land.nodes[node]
        names = {"ref": ref, "name": "甲", "name:en": "Jia"}
        land.nodes[node] = (x, y, {**tags, "highway": "motorway_junction", **names})
    # a lane for cars only, and an emergency crossing of the median (no road of the network)
    land.way(705, [east(26), mid[1]], highway="motorway_link", hgv="no")
    land.way(706, [east(30), west(30)], highway="service", access="no")


def _box(land: Land, first: int, lon: float, lat: float) -> list[int]:
    corners = ((-0.001, -0.0006), (0.001, -0.0006), (0.001, 0.0006), (-0.001, 0.0006))
    nodes = [land.node(first + i, lon + x, lat + y) for i, (x, y) in enumerate(corners)]
    return [*nodes, nodes[0]]


def _service_areas(land: Land) -> None:
    lon = WEST + STEP * 50
    south = _box(land, 8000, lon, axis_lat(lon) - 0.0022)
    north = _box(land, 8010, lon, axis_lat(lon) + 0.0022)
    land.way(800, south, highway="services", name="乙服务区", name__en="Yi service area")
    land.ways[801] = (north, {})
    land.relations[80] = (
        [("way", 801, "outer")],
        {"type": "multipolygon", "highway": "services", "name": "乙服务区"},
    )
    for first, node, a, b, sign in ((8020, east, 48, 52, -1), (8030, west, 52, 48, 1)):
        inner = [land.node(first + i, lon + 0.0004 * i * -sign, axis_lat(lon) + sign * 0.0019)
                 for i in range(2)]  # fmt: skip
        land.way(first, [node(a), inner[0]], highway="motorway_link", oneway="yes")
        land.way(first + 1, [inner[1], node(b)], highway="motorway_link", oneway="yes")
        land.way(first + 2, inner, highway="service")
    lon = WEST + STEP * 80
    land.node(8040, lon, axis_lat(lon), highway="rest_area", name="丙停车区")
    lon = WEST + STEP * 120
    land.way(802, _box(land, 8050, lon, axis_lat(lon) - 0.0014), highway="services", name="丁")
    land.node(8060, lon, axis_lat(lon) - 0.0014, highway="services", name="丁")  # drawn twice
    far = axis_lat(lon) + 0.05
    land.node(8061, lon, far, highway="services", name="far <b>away</b>\u202e\u0007")


def _junction(land: Land) -> None:
    """G88 crosses at index 90, north to south; ramps east->south, south->east, north->west."""
    lon = WEST + STEP * 90
    lat = axis_lat(lon)
    down = [land.node(9000 + i, lon - 0.00016, lat + 0.06 - 0.01 * i) for i in range(13)]
    up = [land.node(9020 + i, lon + 0.00016, lat - 0.06 + 0.01 * i) for i in range(13)]
    for key, refs in ((900, down), (901, up)):
        land.way(key, refs, highway="motorway", ref="G88;S7", oneway="yes", name="纵线高速")
    a = land.node(9050, lon - 0.004, lat - 0.006)
    land.way(902, [east(88), a, down[8]], highway="motorway_link")
    b = land.node(9051, lon + 0.004, lat - 0.006)
    land.way(903, [up[4], b, east(92)], highway="motorway_link")
    c = land.node(9052, lon - 0.004, lat + 0.006)
    land.way(904, [down[4], c, west(88)], highway="motorway_link", oneway="-1")
    land.ways[904] = (land.ways[904][0][::-1], land.ways[904][1])
    # a slip that a restriction closes
    d = land.node(9053, lon + 0.003, lat + 0.004)
    land.way(905, [up[8], d, west(92)], highway="motorway_link")
    land.relations[90] = (
        [("way", 901, "from"), ("node", up[8], "via"), ("way", 905, "to")],
        {"type": "restriction", "restriction": "no_right_turn"},
    )


def _rest(land: Land) -> None:
    lat = LAT + 0.03
    line = [land.node(9100 + i, EAST + 0.01 * i, axis_lat(EAST)) for i in range(1, 4)]
    land.way(
        910, [east(COUNT - 1), *line], highway="construction", construction="motorway",
        ref="S99", opening_date="2028-10", oneway="yes",
    )  # fmt: skip
    land.way(911, line[::-1], highway="proposed", proposed="motorway", ref="S99", oneway="yes")
    alone = [land.node(9110 + i, WEST + 0.3 + 0.002 * i, lat + 0.02) for i in range(3)]
    land.way(912, alone, highway="trunk", ref="S5", oneway="yes")
    lon = WEST + STEP * 21
    land.node(
        9120, lon, axis_lat(lon) - 0.02, amenity="fuel", name="氢站", fuel__hydrogen_gas="yes"
    )
    land.node(9121, lon, axis_lat(lon) - 0.03, place="town", name="甲镇", population="12,300")
    land.node(9122, lon, axis_lat(lon) + 1.0, place="city", name="远市")
    land.node(9123, lon, lat, amenity="cafe")
    land.way(990, [9123, 9121], highway="residential", name="no road of ours")


def write_xml(land: Land, path: Path, *, seed: int | None = None, repeat: int = 0) -> Path:
    """Write the land as OpenStreetMap XML, its objects shuffled and some of them repeated."""
    items = land.items()
    if seed is not None:
        chance = random.Random(seed)
        items += chance.choices(items, k=repeat)
        chance.shuffle(items)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    for kind, key in items:
        if kind == "node":
            lon, lat, tags = land.nodes[key]
            head, inner = f'<node id="{key}" lon="{lon:.7f}" lat="{lat:.7f}" version="1"', []
        elif kind == "way":
            refs, tags = land.ways[key]
            head, inner = f'<way id="{key}" version="1"', [f'<nd ref="{ref}"/>' for ref in refs]
        else:
            members, tags = land.relations[key]
            head = f'<relation id="{key}" version="1"'
            inner = [f'<member type="{t}" ref="{r}" role="{role}"/>' for t, r, role in members]
        inner += [f"<tag k={quoteattr(k)} v={quoteattr(_xml(v))}/>" for k, v in tags.items()]
        lines.append(f"{head}>{''.join(inner)}</{kind}>")
    text = "\n".join([*lines, "</osm>\n"]).encode()
    if path.name.endswith(".bz2"):
        text = bz2.compress(text)
    elif path.name.endswith(".gz"):
        text = gzip.compress(text)
    path.write_bytes(text)
    return path


def _xml(text: str) -> str:
    """XML 1.0 cannot hold control characters at all."""
    return "".join(character for character in text if character >= " ")


def write_pbf(land: Land, path: Path, *, seed: int | None = None) -> Path:
    """Write the land as PBF, its objects shuffled if a seed is given."""
    import osmium
    from osmium.osm import mutable

    items = land.items()
    if seed is not None:
        random.Random(seed).shuffle(items)
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for kind, key in items:
            if kind == "node":
                lon, lat, tags = land.nodes[key]
                writer.add_node(
                    mutable.Node(id=key, location=(lon, lat), tags=_plain(tags), version=1)
                )
            elif kind == "way":
                refs, tags = land.ways[key]
                writer.add_way(mutable.Way(id=key, nodes=refs, tags=_plain(tags), version=1))
            else:
                members, tags = land.relations[key]
                parts = [(kind_[0], ref, role) for kind_, ref, role in members]
                writer.add_relation(
                    mutable.Relation(id=key, members=parts, tags=_plain(tags), version=1)
                )
    return path


def _plain(tags: dict[str, str]) -> dict[str, str]:
    return {key: _xml(value) for key, value in tags.items()}
