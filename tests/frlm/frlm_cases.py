"""Cases with known answers, written down as facts."""

from __future__ import annotations

import heapq
import itertools

# The 25-node network of Simchi-Levi and Berman (1988), used by Hodgson (1990) and by Kuby and Lim
# (2005): edges with lengths, node weights (node 4 with weight 32). Flow between two nodes is the
# product of their weights over the distance to the power 1.5.
EDGES_25 = """
1-2 4, 1-5 5, 2-3 3, 2-4 4, 3-4 4, 3-9 4, 4-5 3, 4-7 5, 4-8 5, 4-9 7, 5-6 5, 5-7 5, 6-7 3, 7-8 3,
7-11 8, 7-12 9, 8-9 6, 8-10 6, 8-11 7, 8-13 7, 9-10 6, 10-13 6, 10-14 3, 11-12 2, 11-13 3, 11-16 7,
12-15 4, 12-16 4, 13-14 7, 13-19 4, 14-19 7, 14-21 2, 14-22 4, 15-16 4, 16-17 4, 17-18 3, 17-19 3,
18-20 3, 19-20 3, 20-21 2, 22-23 3, 23-24 3, 24-25 8
"""
WEIGHTS_25 = [50, 82, 23, 32, 23, 3, 7, 61, 13, 52, 13, 52, 5]
WEIGHTS_25 += [59, 17, 22, 38, 104, 70, 36, 18, 73, 11, 134, 2]
# Of tied shortest paths, those the table below was computed with where they are not the smallest
# sequence of node ids.
TIED_25 = """
1 5 7 12 16 17, 3 9 10 14 21 20 18 17, 5 7 12 16 17, 9 10 14 21 20 18 17, 10 14 21 20 18 17,
14 21 20 18 17 16, 14 21 20 18 17, 16 17 19 14 22, 16 17 19 14 22 23, 16 17 19 14 22 23 24,
16 17 19 14 22 23 24 25, 17 19 14 22, 17 19 14 22 23, 17 19 14 22 23 24, 17 19 14 22 23 24 25
"""
# Most flow served by 1, 2, 3 ... stations, rounded to four places, by range.
TABLE_25 = {
    4: "870.0763 1117.0725 2089.3591 3605.8752 4649.0601 5637.467 6794.4531 7378.8866 8739.0062 "
    "9109.5492 9791.0388 10089.419 10303.5388 10728.5939 11219.3046 11517.6847 11789.7257 "
    "11902.4758 12156.6672 12269.4174 12269.4174 12351.5936 12368.0866",
    6: "1767.8213 3633.2808 5637.467 7042.1482 8739.0062 9109.5492 9791.0388 10318.7496 11292.1534 "
    "12002.5289 12407.6432 13342.7456 13713.2886 14394.7782 14693.1583 15025.9977 15342.7424 "
    "15445.6016 15553.8361 15576.5714",
    8: "2365.0959 4790.2669 7164.9961 9109.5492 10445.8149 11252.8417 12009.0679 12679.0727 "
    "13745.2057 14784.0254 15999.4153 16675.4696 16939.2231 17112.0661 17203.2391 17224.0184 "
    "17346.457 17369.1923 17373.2853 17396.0206",
    10: "2365.0959 4960.4199 7238.9819 9274.0168 10610.2825 11839.4324 12907.109 13938.0193 "
    "14911.5863 15681.0294 16397.1347 16908.7215 17194.2391 17393.5164 17566.3594 17664.0996 "
    "17664.0996 17690.928",
    12: "2505.7651 5455.7612 7400.3143 9360.4452 10902.3048 12492.1588 13866.3994 14976.7627 "
    "15780.2638 16497.2645 16943.5049 17194.2391 17393.5164 17566.3594 17664.0996 17679.0839 "
    "17690.928",
    14: "3576.7607 6139.8904 8134.6671 9861.9007 11735.9151 13191.8721 14566.1128 15646.2298 "
    "16463.0207 17180.5527 17437.2778 17610.1207 17644.1184 17664.0996 17679.0839 17690.928",
    16: "3576.7607 6422.3114 8499.0917 10545.6075 12511.3763 14235.8399 15403.2322 16211.8138 "
    "16800.736 17318.466 17563.3707 17617.3496 17664.0996 17690.928",
    18: "4080.0285 6931.544 9128.0551 11446.1601 13170.6237 14560.0591 15796.5737 16534.8434 "
    "16961.775 17396.0116 17586.4715 17633.2215 17664.0996 17690.928",
    20: "5395.1331 8138.2482 10456.3531 12195.6162 13585.0516 14807.0956 15910.8853 16557.5616 "
    "17034.388 17461.0739 17586.4715 17633.2215 17664.0996 17690.928",
    24: "5663.6242 8406.7393 10759.0112 12647.4043 14157.1962 15275.5322 16299.1051 16822.1508 "
    "17252.6198 17498.696 17608.3113 17655.0613 17679.0839 17690.928",
    30: "6054.0528 8768.0219 11248.3584 13130.6992 14479.4183 15598.0208 16655.8723 17058.1844 "
    "17337.1961 17541.7435 17623.2018 17669.9518 17681.7959 17690.928",
}


def document(name, edges, trips, sites, tank, rule, asks, directed=False):
    """Return an instance document."""
    return {
        "schema": "corridor.instance/1",
        "name": name,
        "directed": directed,
        "edges": edges,
        "trips": trips,
        "sites": sites,
        "vehicle": {"range": tank},
        "convention": rule,
        "asks": asks,
    }


def rule(round_trip=True, start="1/2", end="0", station_required=True):
    """Return a convention."""
    return {
        "round_trip": round_trip,
        "start_fuel": start,
        "end_fuel": end,
        "station_required": station_required,
    }


def network_25():
    """Return the 25-node instance with an ask for each entry of the table."""
    edges = []
    for entry in EDGES_25.replace("\n", " ").split(","):
        pair, length = entry.split()
        edges.append([*pair.split("-"), int(length)])
    distance = _distances(edges)
    tied = [path.split() for path in TIED_25.replace("\n", " ").split(",")]
    given = {(path[0], path[-1]): path for path in tied}
    given |= {(path[-1], path[0]): path[::-1] for path in tied}
    trips = []
    for i in range(1, 26):
        for j in range(i + 1, 26):
            ends = str(i), str(j)
            flow = WEIGHTS_25[i - 1] * WEIGHTS_25[j - 1] / distance[ends] ** 1.5
            trip = {"id": f"{i}-{j}", "flow": flow}
            if ends in given:
                trip["paths"] = [given[ends]]
            else:
                trip["origin"], trip["destination"] = ends
            trips.append(trip)
    sites = [{"id": str(k), "nodes": [str(k)], "cost": 1} for k in range(1, 26)]
    asks = [
        {"objective": "max_flow", "stations": p, "range": tank, "expected": float(value)}
        for tank, row in TABLE_25.items()
        for p, value in enumerate(row.split(), start=1)
    ]
    return document("25 nodes", edges, trips, sites, 4, rule(), asks)


def _distances(edges):
    """Return the distance between each two nodes."""
    near = {}
    for a, b, length in edges:
        near.setdefault(a, []).append((b, length))
        near.setdefault(b, []).append((a, length))
    found = {}
    for start in near:
        heap, done = [(0, start)], {}
        while heap:
            far, node = heapq.heappop(heap)
            if node not in done:
                done[node] = far
                for other, length in near[node]:
                    heapq.heappush(heap, (far + length, other))
        found |= {(start, node): far for node, far in done.items()}
    return found


def _sides(positions, side, points, out=1, back=1):
    """Return edges and sites of a line of two carriageways, a (up) and b (down)."""
    stops = sorted({*positions, *points})
    edges = []
    for low, high in itertools.pairwise(stops):
        edges.append([f"a{low}", f"a{high}", (high - low) * out])
        edges.append([f"b{high}", f"b{low}", (high - low) * back])
    for point in stops:
        edges += [[f"a{point}", f"b{point}", 0], [f"b{point}", f"a{point}", 0]]
    nodes = {"A": lambda p: [f"a{p}"], "B": lambda p: [f"b{p}"], "X": lambda p: [f"a{p}", f"b{p}"]}
    sites = [{"id": f"{s}{p}", "nodes": nodes[s](p)} for p, s in zip(positions, side, strict=False)]
    return stops, edges, sites


def golden():
    """Return the two-carriageway line whose every number can be checked by hand.

    0 to 180 km, 72 g/km towards 180 and 110 g/km back, a tank of 20 kg; trucks go there and back
    for ever; service areas serve one side, exits both.
    """
    positions = [12, 38, 38, 61, 88, 88, 110, 137, 137, 160, 176]
    side = ["X", "A", "B", "X", "A", "B", "X", "A", "B", "X", "X"]
    stops, edges, sites = _sides(positions, side, [0, 180], 72, 110)
    for site in sites:
        site["cost"] = 12 if site["id"][0] == "X" else 10
    trips = []
    for name, low, high, flow in [
        ("q1", 0, 180, 100),
        ("q2", 0, 88, 60),
        ("q3", 61, 180, 40),
        ("q4", 12, 137, 30),
    ]:
        ahead = [p for p in stops if low <= p <= high]
        loop = [f"a{p}" for p in ahead] + [f"b{p}" for p in reversed(ahead)] + [f"a{low}"]
        trips.append({"id": name, "flow": flow, "paths": [loop]})
    cover = {"objective": "min_cost", "coverable_share": "1"}
    asks = [{**cover, "expected": 20}, {**cover, "backup": 1, "expected": 32}]
    asks += [
        {"objective": "max_flow", "stations": p, "expected": value}
        for p, value in enumerate([0, 90, 230, 230])
    ]
    return document("golden", edges, trips, sites, 20000, rule(start="1"), asks, directed=True)


def mixed_sides():
    """Return CE1: one-way trips past one-sided and two-sided sites; relaxation 10, optimum 13."""
    positions, side = [1, 3, 5, 12, 14, 16, 19, 22], "BABAAXAX"
    drives = [
        (16, 22, 8, 3, 4, "A"),
        (9, 23, 24, 12, 3, "B"),
        (10, 11, 9, 7, 1, "A"),
        (6, 23, 16, 13, 4, "A"),
    ]
    points = {p for low, high, *_ in drives for p in (low, high)}
    stops, edges, sites = _sides(positions, side, points)
    for site, cost in zip(sites, [1, 7, 4, 5, 3, 6, 7, 7], strict=False):
        site["cost"] = cost
    trips = []
    for k, (low, high, tank, start, end, way) in enumerate(drives):
        path = [p for p in stops if low <= p <= high]
        path = [f"a{p}" for p in path] if way == "A" else [f"b{p}" for p in reversed(path)]
        own = {"start_fuel": f"{start}/{tank}", "end_fuel": f"{end}/{tank}"}
        trips.append({"id": f"q{k}", "flow": 1, "paths": [path], "range": tank, "convention": own})
    asks = [{"objective": "min_cost", "coverable_share": "1", "expected": 13}]
    one_way = rule(round_trip=False, station_required=False)
    return document("mixed sides", edges, trips, sites, 1, one_way, asks, directed=True)


def one_sided_loop():
    """Return CE2: a loop past one-sided sites; relaxation 8 1/3, optimum 10."""
    positions, side = [2, 7, 10, 11, 13, 14, 19, 20], "BBBAAABB"
    stops, edges, sites = _sides(positions, side, [6, 14], 1, 2)
    for site, cost in zip(sites, [3, 5, 7, 7, 5, 6, 2, 2], strict=False):
        site["cost"] = cost
    ahead = [p for p in stops if 6 <= p <= 14]
    loop = [f"a{p}" for p in ahead] + [f"b{p}" for p in reversed(ahead)] + ["a6"]
    trips = [{"id": "q", "flow": 1, "paths": [loop]}]
    asks = [{"objective": "min_cost", "coverable_share": "1", "expected": 10}]
    return document("one-sided loop", edges, trips, sites, 21, rule(start="1"), asks, directed=True)


def star():
    """Return CE3: three leaves, each pair needs one of its two; relaxation 1.5, optimum 2."""
    edges = [["hub", leaf, 5] for leaf in "xyz"]
    sites = [{"id": leaf, "nodes": [leaf], "cost": 1} for leaf in "xyz"]
    trips = [{"id": a + b, "flow": 1, "paths": [[a, "hub", b]]} for a, b in ("xy", "yz", "xz")]
    asks = [{"objective": "min_stations", "coverable_share": "1", "expected": 2}]
    return document("star", edges, trips, sites, 20, rule(), asks)


def end_station():
    """Return CE5: a station at the destination counts towards the fuel needed there."""
    trips = [{"id": "q", "flow": 1, "paths": [["6", "14"]]}]
    sites = [{"id": "s14", "nodes": ["14"], "cost": 1}]
    asks = [{"objective": "min_stations", "coverable_share": "1", "expected": 1}]
    one_way = rule(round_trip=False, start="9/23", end="2/23", station_required=False)
    return document("end station", [["6", "14", 8]], trips, sites, 23, one_way, asks)
