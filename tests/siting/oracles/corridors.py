"""Realistic siting problems: an expressway with one-sided sites, exits by detour, tiers, plants."""

from __future__ import annotations

import random

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

LENGTH_KM = 420
CAPACITY = (500.0, 1000.0, 2000.0, 4000.0)
CAPEX = (12e6, 18e6, 28e6, 45e6)
RECOVERY = 0.103


def corridor_problem(
    seed: int,
    *,
    sides: int = 50,
    exits: int = 12,
    pairs: int = 16,
    periods: int = 3,
    most_ways: int = 20,
    tons: tuple[float, ...] = (3.0, 24.0, 60.0),
    plant_tons: tuple[float, ...] = (9.8, 14.0),
    tank: tuple[int, ...] = (22, 34, 46),
    budget: tuple[float, ...] = (),
) -> SitingProblem:
    """Sites every few kilometres, each on one carriageway, and exits that serve both by a detour."""
    rng = random.Random(seed)
    where = sorted(rng.uniform(2, LENGTH_KM - 2) for _ in range(sides))
    sites = [(km, "up" if n % 2 else "down") for n, km in enumerate(where)]
    sites += [(rng.uniform(5, LENGTH_KM - 5), "exit") for _ in range(exits)]
    weight = (3.7, 3.5, 6.0)
    flows = []
    trips = []
    for pair in range(pairs):
        a, b = sorted((rng.uniform(0, LENGTH_KM), rng.uniform(0, LENGTH_KM)))
        if b - a < 90:
            a, b = max(0.0, a - 60), min(float(LENGTH_KM), b + 60)
        trips.append(
            (pair, a, b, rng.random() < 0.65, rng.choice(tank) * 1000, rng.uniform(0.3, 1))
        )
    for t in range(periods):
        whole = sum(share for *_, share in trips)
        for pair, a, b, loop, usable, share in trips:
            ways = _ways(sites, a, b, loop, most_ways)
            total = ways[0].total_g
            start, end = (0, 0) if loop else (usable // 2, usable // 2)
            need = total if loop else max(0, total + end - start)
            flows.append(
                Commodity(
                    id=f"od{pair}.{t}",
                    period=t,
                    trips_per_day=tons[t] * 1e6 * share / whole / need,
                    usable_g=usable,
                    start_g=start,
                    end_g=end,
                    loop=loop,
                    need_g=need,
                    ways=ways,
                )
            )
    return SitingProblem(
        periods=tuple(Period(year=2026 + 4 * t, weight=weight[t]) for t in range(periods)),
        tiers=tuple(Tier(id=f"t{int(c)}", usable_kg_per_day=c / 1.2 - 1) for c in CAPACITY),
        sites=tuple(
            Site(
                id=f"{kind}{n}",
                capex_cny=CAPEX,
                annual_cny=tuple(c * (RECOVERY + 0.04) + 4e5 for c in CAPEX),
                allowed=(True,) * 4,
                power_cny_per_kg=1.8,
            )
            for n, (_, kind) in enumerate(sites)
        ),
        flows=tuple(flows),
        sources=tuple(
            Plant(
                id=f"plant{i}",
                limit_kg_per_day=(kg * 1000,) * periods,
                expanded_limit_kg_per_day=(kg * 3000,) * periods,
                gate_cny_per_kg=(16.0 + 2 * i,) * periods,
                steps_kg_per_day=(6000.0, 6000.0),
                steps_capex_cny=(60e6, 60e6),
                steps_annual_cny=(6e6, 6e6),
                lane_cny_per_kg=tuple(
                    tuple(3.8 + 0.03 * abs(km - (60, 300)[i]) for km, _ in sites)
                    for _ in range(periods)
                ),
            )
            for i, kg in enumerate(plant_tons)
        ),
        unmet_cny_per_kg=60.0,
        loss_fraction=0.01,
        budget_cny=tuple(budget) if budget else (None,) * periods,
        min_stop_kg=5.0,
    )


def _ways(
    sites: list[tuple[float, str]], a: float, b: float, loop: bool, most: int
) -> tuple[Variant, ...]:
    """Make the base walk and one way for each exit, in each direction, that lies on it."""
    laden, empty = 95, 62
    base: list[tuple[int, int]] = []
    out = int((b - a) * laden)
    total = out + (int((b - a) * empty) if loop else 0)
    exits: list[tuple[int, int]] = []
    for j, (km, kind) in enumerate(sites):
        if not a <= km <= b:
            continue
        there, back = int((km - a) * laden), out + int((b - km) * empty)
        if kind in ("up", "exit"):
            (exits if kind == "exit" else base).append((there, j))
        if loop and kind in ("down", "exit"):
            (exits if kind == "exit" else base).append((back, j))
    ways = [Variant(id="base", stops=_as_stops(base, total), total_g=total)]
    for n, (at, j) in enumerate(exits[: most - 1]):
        extra = 500
        moved = [(g if g <= at else g + extra, s) for g, s in base] + [(at + extra // 2, j)]
        ways.append(
            Variant(
                id=f"exit{n}",
                stops=_as_stops(moved, total + extra),
                total_g=total + extra,
                cost_cny_per_trip=25.0,
            )
        )
    return tuple(ways)


def _as_stops(events: list[tuple[int, int]], total: int) -> tuple[Visit, ...]:
    return tuple(Visit(site=j, at_g=g) for g, j in sorted(events) if g < total)
