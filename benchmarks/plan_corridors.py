"""Seeded siting problems of any size: a corridor of service areas, three periods, plants and sizes.

The road and who drives it come from `generate.corridor`: a trunk with branches, towns of heavy-tailed
size, a noisy gravity model. Here come the trucks' tanks, the stations' and plants' costs. Money is
of the order of today's prices in CNY; every draw comes from one generator, whatever the machine.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Any, Final

import numpy as np

from benchmarks.generate import corridor
from corridor.siting.problem import (
    Commodity,
    Period,
    Plant,
    Site,
    SitingProblem,
    Tier,
    Variant,
    Visit,
)

GROWTH: Final = (1.0, 2.5, 5.0)
"""Traffic of each period over that of the first. [-]"""

YEARS: Final = 5
"""Length of a period. [year]"""

DISCOUNT: Final = 0.06
"""Real discount rate. [1/year]"""

TANK_G: Final = 28_000
"""Usable hydrogen of a truck: 350 km at 80 g/km. [g]"""

GRAMS_PER_KM: Final = 80

SIZES: Final = ((250.0, 10.5e6), (600.0, 18.0e6), (1200.0, 28.5e6), (2500.0, 48.0e6))
"""What each size can sell, and its overnight cost. [kg/day], [CNY]"""

YEARLY_SHARE: Final = 0.157
"""Annuity over 12 years at 6 % (0.119) and running cost, over overnight cost. [1/year]"""

DEMAND_KG_PER_DAY: Final = 60.0
"""Hydrogen wanted in the first period, per site. [kg/day]"""

PLANTS: Final = 3

PLANT_SHARE: Final = 0.5
"""What one plant can give over what all trucks want. [-]"""

GATE_CNY_PER_KG: Final = (26.0, 41.0)

LANE_CNY_PER_KG_KM: Final = 0.045

ACCESS_KM: Final = 20.0
"""Road from a plant to the corridor. [km]"""

UNMET_CNY_PER_KG: Final = 105.0

ONE_WAY_SHARE: Final = 0.2
"""Share of the pairs whose trucks only pass through, half full at both ends. [-]"""


def plan_corridor(sites: int, pairs: int, seed: int) -> SitingProblem:
    """Return a siting problem on a seeded corridor.

    Parameters
    ----------
    sites
        Service areas, each a candidate for both directions.
    pairs
        Origin-destination pairs; fewer where the corridor has fewer pairs of towns.
    seed
        Seed; the same seed gives the same problem.

    Returns
    -------
    SitingProblem
        A pair is a flow in each of the three periods. A loop meets every site twice but those at
        its ends, a one-way trip once.
    """
    road = corridor(sites, pairs, seed)
    rng = np.random.default_rng([3, seed, sites, pairs])
    weights = [
        sum((1 + DISCOUNT) ** -(YEARS * t + year) for year in range(YEARS))
        for t in range(len(GROWTH))
    ]
    factors = rng.uniform(0.85, 1.25, len(road["sites"])).tolist()
    ways = _ways(road, rng)
    return SitingProblem(
        periods=tuple(
            Period(year=2026 + YEARS * t, weight=weight) for t, weight in enumerate(weights)
        ),
        tiers=tuple(Tier(id=f"size-{kg:g}", usable_kg_per_day=kg) for kg, _ in SIZES),
        sites=tuple(_site(f"area-{k}", factor) for k, factor in enumerate(factors)),
        flows=_flows(road, ways, DEMAND_KG_PER_DAY * sites),
        sources=_sources(road, rng, DEMAND_KG_PER_DAY * sites),
        unmet_cny_per_kg=UNMET_CNY_PER_KG,
        loss_fraction=0.0,
        budget_cny=(None,) * len(GROWTH),
    )


def _site(name: str, factor: float) -> Site:
    overnight = tuple(cny * factor for _, cny in SIZES)
    return Site(
        id=name,
        capex_cny=overnight,
        annual_cny=tuple(YEARLY_SHARE * cny for cny in overnight),
        allowed=(True,) * len(SIZES),
    )


def _ways(road: dict[str, Any], rng: np.random.Generator) -> list[tuple[bool, Variant]]:
    """Return for each pair whether it is driven in loops, and the stops on the way."""
    metres = {}
    for one, two, km in road["edges"]:
        metres[int(one), int(two)] = metres[int(two), int(one)] = round(1000 * km)
    one_way = (rng.random(len(road["trips"])) < ONE_WAY_SHARE).tolist()
    found = []
    for trip, through in zip(road["trips"], one_way, strict=True):
        nodes = [int(node) for node in trip["paths"][0]]
        driven, at = 0, [0]
        for pair in pairwise(nodes):
            driven += metres[pair]
            at.append((driven * GRAMS_PER_KM + 500) // 1000)
        stops = [Visit(site=node, at_g=g) for node, g in zip(nodes, at, strict=True)]
        total = at[-1]
        if not through:
            total *= 2
            # The turn is met once, the start stands for both ends of the lap.
            stops += [
                Visit(site=node, at_g=total - g)
                for node, g in zip(nodes[-2:0:-1], at[-2:0:-1], strict=True)
            ]
        found.append((not through, Variant(id="road", stops=tuple(stops), total_g=total)))
    return found


def _flows(
    road: dict[str, Any], ways: list[tuple[bool, Variant]], kg_per_day: float
) -> tuple[Commodity, ...]:
    """Return the flows, scaled so that the first period wants so much hydrogen a day."""
    pull = [trip["flow"] for trip in road["trips"]]
    grams = sum(vehicles * way.total_g for vehicles, (_, way) in zip(pull, ways, strict=True))
    scale = 1000 * kg_per_day / grams
    half = TANK_G // 2
    return tuple(
        Commodity(
            id=f"{number}-{trip['id']}-{period}",
            period=period,
            trips_per_day=vehicles * scale * growth,
            usable_g=TANK_G,
            start_g=0 if loop else half,
            end_g=0 if loop else half,
            loop=loop,
            need_g=way.total_g,
            ways=(way,),
        )
        for period, growth in enumerate(GROWTH)
        for number, (trip, vehicles, (loop, way)) in enumerate(
            zip(road["trips"], pull, ways, strict=True)
        )
    )


def _sources(
    road: dict[str, Any], rng: np.random.Generator, kg_per_day: float
) -> tuple[Plant, ...]:
    """Return the plants: somewhere on the corridor, each for half of what is wanted."""
    count = len(road["sites"])
    neighbours: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for one, two, km in road["edges"]:
        neighbours[int(one)].append((int(two), km))
        neighbours[int(two)].append((int(one), km))
    places = rng.choice(count, PLANTS, replace=False).tolist()
    gates = rng.uniform(*GATE_CNY_PER_KG, PLANTS).tolist()
    limit = tuple(PLANT_SHARE * kg_per_day * growth for growth in GROWTH)
    found = []
    for number, (place, gate) in enumerate(zip(places, gates, strict=True)):
        km = _distances(neighbours, place)
        lanes = tuple(LANE_CNY_PER_KG_KM * (ACCESS_KM + far) for far in km)
        found.append(
            Plant(
                id=f"plant-{number}",
                limit_kg_per_day=limit,
                expanded_limit_kg_per_day=limit,
                gate_cny_per_kg=(gate,) * len(GROWTH),
                steps_kg_per_day=(),
                steps_capex_cny=(),
                steps_annual_cny=(),
                lane_cny_per_kg=(lanes,) * len(GROWTH),
            )
        )
    return tuple(found)


def _distances(neighbours: list[list[tuple[int, float]]], start: int) -> list[float]:
    """Return the road from a node of a tree to every node. [km]."""
    far = [-1.0] * len(neighbours)
    far[start] = 0.0
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other, km in neighbours[node]:
            if far[other] < 0:
                far[other] = far[node] + km
                waiting.append(other)
    return far
