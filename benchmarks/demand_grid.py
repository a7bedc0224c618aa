"""The demand stage on a made grid of expressways: a thousand sites, ten thousand pairs of places.

``python -m benchmarks.demand_grid`` prints CPU seconds, the peak of memory and sizes. A town stands
at every crossing; each link has two service areas with two sides and an exit in between.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

from benchmarks.clock import peak_gigabytes
from corridor.candidates.sites import CandidateSite, CandidateSites
from corridor.demand.estimate import estimate_demand
from corridor.network.network import Arc, Network, Node, Place
from corridor.scenario.flows import MarketsSpec, ZoneSpec
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario

SCENARIO: Final = Path(__file__).parents[1] / "scenarios" / "liupanshui-xingyi.toml"
LINK_M: Final = 40_000
ACCESS_M: Final = 1_500
RAMP_M: Final = 400


class _Grid:
    """Builds nodes, arcs and sites of a grid of towns."""

    def __init__(self, towns: int) -> None:
        self.nodes: dict[str, Node] = {}
        self.arcs: list[Arc] = []
        self.sites: list[CandidateSite] = []
        self.places: list[Place] = []
        for i in range(towns):
            for j in range(towns):
                self._town(i, j)
        for i in range(towns):
            for j in range(towns):
                if i + 1 < towns:
                    self._link((i, j), (i + 1, j))
                if j + 1 < towns:
                    self._link((i, j), (i, j + 1))

    def _node(self, name: str, kind: str, at: tuple[float, float]) -> str:
        self.nodes[name] = Node(
            id=name,
            kind=kind,
            lon=104 + 0.4 * at[0],
            lat=24 + 0.4 * at[1],
            elevation_m=1000.0 + 37 * ((7 * at[0] + 11 * at[1]) % 13),
        )
        return name

    def _arc(self, tail: str, head: str, length_m: int, kind: str = "mainline") -> None:
        self.arcs.append(
            Arc(id=f"{tail}>{head}", tail=tail, head=head, length_m=length_m, kind=kind)
        )

    def _site(self, node: str, kind: str, carriageway: str) -> None:
        here = self.nodes[node]
        self.sites.append(
            CandidateSite(
                id=node,
                kind=kind,
                name_zh="",
                name_en=node,
                node=node,
                lon=here.lon,
                lat=here.lat,
                carriageway=carriageway,
            )
        )

    def _town(self, i: int, j: int) -> None:
        town = self._node(f"t{i}.{j}", "terminal", (i, j))
        yard = self._node(f"y{i}.{j}", "site", (i, j))
        self._arc(town, yard, ACCESS_M, "access")
        self._arc(yard, town, ACCESS_M, "access")
        self._site(yard, "hub", "both")
        self.places.append(Place(id=f"p{i}.{j}", name_zh="", name_en="", kind="town", node=town))

    def _link(self, a: tuple[int, int], b: tuple[int, int]) -> None:
        name = f"{a[0]}.{a[1]}-{b[0]}.{b[1]}"
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        plaza = self._node(f"q{name}", "plaza", middle)
        exit_site = self._node(f"x{name}", "site", middle)
        self._arc(plaza, exit_site, ACCESS_M, "access")
        self._arc(exit_site, plaza, ACCESS_M, "access")
        self._site(exit_site, "exit", "both")
        for way, tail, head in (("u", a, b), ("d", b, a)):
            first = self._node(f"{way}1.{name}", "sa_side", middle)
            off = self._node(f"{way}2.{name}", "diverge", middle)
            on = self._node(f"{way}3.{name}", "merge", middle)
            last = self._node(f"{way}4.{name}", "sa_side", middle)
            ends = (f"t{tail[0]}.{tail[1]}", f"t{head[0]}.{head[1]}")
            self._arc(ends[0], first, LINK_M // 4)
            self._arc(first, off, LINK_M // 4)
            self._arc(off, on, RAMP_M)
            self._arc(off, plaza, RAMP_M, "ramp")
            self._arc(plaza, on, RAMP_M, "ramp")
            self._arc(on, last, LINK_M // 4)
            self._arc(last, ends[1], LINK_M // 4)
            self._site(first, "sa_side", way)
            self._site(last, "sa_side", way)


def grid(towns: int) -> tuple[Scenario, Network, CandidateSites]:
    """Return a scenario, a network and its candidates: towns x towns places, all pairs trade.

    Parameters
    ----------
    towns
        Towns on a side; ten make 1,000 sites and 9,900 pairs.
    """
    made = _Grid(towns)
    network = Network(
        name="grid",
        nodes=tuple(sorted(made.nodes.values(), key=lambda node: node.id)),
        arcs=tuple(sorted(made.arcs, key=lambda arc: arc.id)),
        routes=(),
        places=tuple(made.places),
    )
    scenario = load_scenario(SCENARIO)
    year = scenario.time.periods[-1]
    scenario = scenario.model_copy(
        update={
            "time": scenario.time.model_copy(update={"periods": (year,)}),
            "market": MarketsSpec(
                captive={"share": 0.0}, regional={"share": 1.0}, through={"share": 0.0}
            ),
            "fleet": {},
            "through": {},
            "works": {},
            "zone": {place.id: ZoneSpec(mass=1.0 + i % 7) for i, place in enumerate(made.places)},
        }
    )
    return scenario, network, CandidateSites(sites=tuple(made.sites), rejected=())


def main() -> None:
    """Estimate the demand of a grid and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=10, help="towns on a side of the grid")
    towns = parser.parse_args().towns
    scenario, network, sites = grid(towns)
    began = time.process_time()
    demand = estimate_demand(scenario, network, sites, print)
    seconds = time.process_time() - began
    variants = sum(len(c.variants) for c in demand.commodities)
    print(
        f"{len(sites.sites)} sites, {len(demand.commodities)} OD pairs, {variants} variants: "
        f"{seconds:.1f} CPU s, {peak_gigabytes():.2f} GB"
    )


if __name__ == "__main__":
    main()
