"""A straight expressway with exits, service-area sides and a park, and shortest ways of our own.

`Straight` builds the network of the tests; `Dijkstra` finds ways without the package's router, so
that walks and distances are checked against something that shares no code with them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from corridor.candidates.sites import CandidateSite, CandidateSites
from corridor.network.network import Arc, Network, Node, Place, Route
from corridor.scenario.flows import (
    AdoptionSpec,
    DemandSpec,
    FleetSpec,
    GravitySpec,
    MarketsSpec,
    OdSpec,
    ThroughSpec,
    ZoneSpec,
)
from corridor.scenario.trucks import TruckSpec

RAMP_M = 400
ACCESS_M = 1500
GAP_M = 300  # mainline between the diverge and the merge of an exit


class Dijkstra:
    """Shortest ways by plain Dijkstra, ties by the arc ids of the way."""

    def __init__(self, network: Network, year: int) -> None:
        self.arcs = [arc for arc in network.arcs if arc.is_open(year)]

    def tree(self, source: str) -> dict[str, tuple[int, tuple[str, ...]]]:
        leaving: dict[str, list[Arc]] = {}
        for arc in self.arcs:
            leaving.setdefault(arc.tail, []).append(arc)
        done: dict[str, tuple[int, tuple[str, ...]]] = {}
        heap: list[tuple[int, tuple[str, ...], str]] = [(0, (), source)]
        while heap:
            length, way, node = heapq.heappop(heap)
            if node in done:
                continue
            done[node] = (length, way)
            for arc in leaving.get(node, ()):
                if arc.head not in done:
                    heapq.heappush(heap, (length + arc.length_m, (*way, arc.id), arc.head))
        return done

    def walk(self, tail: str, head: str) -> tuple[str, ...] | None:
        found = self.tree(tail).get(head)
        return None if found is None else found[1]

    def distances_from(self, node: str) -> dict[str, float]:
        return {head: length for head, (length, _) in self.tree(node).items()}

    def distances_to(self, node: str) -> dict[str, float]:
        tails = {end for arc in self.arcs for end in (arc.tail, arc.head)}
        found = {tail: self.tree(tail).get(node) for tail in tails}
        return {tail: way[0] for tail, way in found.items() if way is not None}


def straight(
    exits: int = 4,
    spacing_m: int = 40_000,
    heights: Callable[[int], float | None] = lambda chainage_m: None,
    open_year: int = 2000,
) -> Network:
    """Return an expressway with `exits` exits, a terminal at the first and the last.

    Between two exits lies a service area with a side on each carriageway; every exit has a site
    1.5 km from its toll plaza. Node ids: ``u-d1``/``u-m1`` diverge and merge of the up carriageway
    at exit 1, ``d-...`` down, ``p1`` plaza, ``x1`` site, ``u-s1``/``d-s1`` sides, ``t0`` terminal.
    """
    nodes: dict[str, Node] = {}
    arcs: list[Arc] = []

    def node(node_id: str, kind: str, chainage_m: int, carriageway: str = "") -> str:
        nodes[node_id] = Node(
            id=node_id,
            kind=kind,
            lon=105 + chainage_m / 1e5,
            lat=26.0,
            elevation_m=heights(chainage_m),
            route="R1" if carriageway else "",
            carriageway=carriageway,
            chainage_m=chainage_m if carriageway else None,
        )
        return node_id

    def arc(tail: str, head: str, length_m: int, kind: str = "mainline") -> None:
        way = nodes[tail].carriageway if kind == "mainline" else ""
        arcs.append(
            Arc(
                id=f"{tail}>{head}",
                tail=tail,
                head=head,
                length_m=length_m,
                kind=kind,
                route="R1" if way else "",
                carriageway=way,
                open_year=open_year,
            )
        )

    for i in range(exits):
        at = i * spacing_m
        node(f"u-d{i}", "diverge", at, "up")
        node(f"u-m{i}", "merge", at + GAP_M, "up")
        node(f"d-d{i}", "diverge", at + GAP_M, "down")
        node(f"d-m{i}", "merge", at, "down")
        node(f"p{i}", "plaza", at)
        node(f"x{i}", "site", at)
        for way in "ud":
            arc(f"{way}-d{i}", f"{way}-m{i}", GAP_M)
            arc(f"{way}-d{i}", f"p{i}", RAMP_M, "ramp")
            arc(f"p{i}", f"{way}-m{i}", RAMP_M, "ramp")
        arc(f"p{i}", f"x{i}", ACCESS_M, "access")
        arc(f"x{i}", f"p{i}", ACCESS_M, "access")
    for i in range(exits - 1):
        middle = i * spacing_m + spacing_m // 2
        node(f"u-s{i}", "sa_side", middle, "up")
        node(f"d-s{i}", "sa_side", middle, "down")
        half = (spacing_m - GAP_M) // 2
        arc(f"u-m{i}", f"u-s{i}", half)
        arc(f"u-s{i}", f"u-d{i + 1}", half)
        arc(f"d-m{i + 1}", f"d-s{i}", half)
        arc(f"d-s{i}", f"d-d{i}", half)
    for i in (0, exits - 1):
        node(f"t{i}", "terminal", i * spacing_m)
        arc(f"t{i}", f"p{i}", 1000, "access")
        arc(f"p{i}", f"t{i}", 1000, "access")
    places = [
        Place(id="west", name_zh="西", name_en="West", kind="town", node="t0", population=3000),
        Place(
            id="east",
            name_zh="东",
            name_en="East",
            kind="town",
            node=f"t{exits - 1}",
            population=1000,
        ),
    ]
    if exits > 2:
        places.append(Place(id="mid", name_zh="中", name_en="Mid", kind="town", node="p1"))
    return Network(
        name="straight",
        nodes=tuple(sorted(nodes.values(), key=lambda n: n.id)),
        arcs=tuple(sorted(arcs, key=lambda a: a.id)),
        routes=(
            Route(
                ref="R1",
                name_zh="",
                name_en="",
                up="up",
                down="down",
                length_m=(exits - 1) * spacing_m,
                length_basis="user",
            ),
        ),
        places=tuple(places),
    )


def sites_of(network: Network) -> CandidateSites:
    """Return every service-area side and every exit site as a candidate."""
    sites = [
        CandidateSite(
            id=node.id,
            kind="sa_side" if node.kind == "sa_side" else "exit",
            name_zh="",
            name_en="",
            node=node.id,
            lon=node.lon,
            lat=node.lat,
            route=node.route,
            carriageway=node.carriageway or "both",
            chainage_m=node.chainage_m,
        )
        for node in network.nodes
        if node.kind in ("sa_side", "site")
    ]
    return CandidateSites(sites=tuple(sites), rejected=())


def scenario_of(**changes: object) -> SimpleNamespace:
    """Return a scenario with all three markets on the straight expressway, and changes to it."""
    truck = TruckSpec(
        mass_laden_kg=49000.0,
        mass_empty_kg=18000.0,
        payload_t=30.0,
        tank_kg=45.0,
        usable_fraction=0.9,
        reserve_fraction=0.2,
        rolling_resistance=0.006,
        drag_area_m2=6.0,
        air_density_kg_per_m3=1.0,
        drivetrain_efficiency=0.88,
        fuel_cell_efficiency=0.5,
        regen_fraction=0.4,
        auxiliary_kw=5.0,
        speed_km_per_h=70.0,
        consumption_factor=1.0,
        diesel_l_per_100km=40.0,
    )
    anchors = {2026: 100.0, 2030: 400.0}
    parts: dict[str, object] = {
        "name": "test",
        "time": SimpleNamespace(
            periods=(2026, 2030), years="first", base_year=2026, horizon_end_year=2035
        ),
        "slices": (2026, 2030),
        "network": SimpleNamespace(
            unresolved_climb_m_per_100km=400.0, unresolved_grade=0.03, max_grade=0.06
        ),
        "candidates": SimpleNamespace(max_detour_m=10_000),
        "truck": {"t49": truck},
        "adoption": AdoptionSpec(trucks_low=anchors, trucks_base=anchors, trucks_high=anchors),
        "demand": DemandSpec(
            use_markets=True,
            kg_per_truck_day=30.0,
            through_start_fraction=0.5,
            through_end_fraction=0.3,
            max_detour_stops=1,
            min_stop_kg=5.0,
            stop_minutes=10.0,
            detour_cny_per_hour=100.0,
            detour_cny_per_km=2.0,
            captive_load_fraction=1.0,
            regional_load_fraction=0.6,
            through_load_fraction=0.5,
        ),
        "market": MarketsSpec(
            captive={"share": 0.5}, regional={"share": 0.3}, through={"share": 0.2}
        ),
        "fleet": {
            "coal": FleetSpec(origin="west", destination="east", truck="t49", share=0.75),
            "coke": FleetSpec(origin="mid", destination="west", truck="t49", share=0.25),
        },
        "gravity": GravitySpec(beta_per_km=0.0123, pairs_max=10, truck="t49"),
        "zone": {
            "west": ZoneSpec(mass=5.0),
            "mid": ZoneSpec(mass=2.0),
            "east": ZoneSpec(mass=3.0),
        },
        "through": {
            "eastward": ThroughSpec(origin="west", destination="east", truck="t49", share=0.6),
            "westward": ThroughSpec(origin="east", destination="west", truck="t49", share=0.4),
        },
        "od": {},
        "works": {},
        "plant": {},
        "count": {},
        "calibration": SimpleNamespace(method="none", seed_weight=0.1, hour_fraction=0.06),
    }
    unknown = set(changes) - set(parts)
    assert not unknown, unknown
    return SimpleNamespace(**{**parts, **changes})


@pytest.fixture(scope="session")
def toolbox() -> SimpleNamespace:
    """Return the builders above, and the spec of a user's own flow."""
    return SimpleNamespace(
        straight=straight,
        sites_of=sites_of,
        scenario_of=scenario_of,
        Dijkstra=Dijkstra,
        OdSpec=OdSpec,
        RAMP_M=RAMP_M,
        ACCESS_M=ACCESS_M,
        GAP_M=GAP_M,
    )
