"""Random tiny siting problems with every feature that the contract knows."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from corridor.siting.problem import (
    Commodity,
    Period,
    Plant,
    Site,
    SitingProblem,
    SpacingRule,
    Tier,
    Variant,
    Visit,
)


def tiny_problem(seed: int) -> SitingProblem:
    """Make a corridor in grams with 2 to 4 sites, 1 to 3 periods, both conventions, detours and all."""
    rng = random.Random(seed)
    T = rng.choice([1, 1, 1, 2, 2, 3])
    n = {1: rng.choice([2, 3, 3, 4]), 2: rng.choice([2, 2, 3]), 3: 2}[T]
    K = rng.choice([1, 2, 2, 3]) if n <= 2 else rng.choice([1, 1, 2])
    length = rng.randint(8, 30) * 1000
    place = sorted(rng.sample(range(500, length - 500), n))
    side = [rng.choice(["up", "down", "both", "both"]) for _ in range(n)]
    usable = [0.0]
    for _ in range(K):
        usable.append(usable[-1] + rng.choice([50, 120, 300, 700]) * rng.uniform(0.7, 1.3))
    tiers = tuple(Tier(id=f"t{k}", usable_kg_per_day=usable[k + 1]) for k in range(K))
    periods = tuple(Period(year=2026 + 4 * t, weight=rng.choice([1.0, 3.5, 4.4])) for t in range(T))
    sites = tuple(_site(rng, j, K, T) for j in range(n))
    late = random.Random(f"roads {seed}")
    sites = tuple(_late_road(late, site, T) for site in sites)
    while True:
        flows = tuple(
            _flow(rng, f"f{q}.{t}", t, length, place, side)
            for t in range(T)
            for q in range(rng.choice([1, 1, 2, 3]))
        )
        # Problems in which nobody ever gets through stay, but few of them.
        if rng.random() < 0.05 or any(_gets_through(flow) for flow in flows):
            break
    sources = tuple(_source(rng, i, n, T) for i in range(rng.choice([1, 1, 2])))
    covers = ()
    if rng.random() < 0.25:
        covers = tuple(
            SpacingRule(
                name=f"cover{c}",
                period=rng.randrange(T),
                sites=tuple(sorted(rng.sample(range(n), rng.randint(min(2, n), n)))),
                level=rng.choice([1, 1, K]),
            )
            for c in range(rng.choice([1, 2]))
        )
    budget: tuple[float | None, ...] = (None,) * T
    if rng.random() < 0.4:
        budget = tuple(
            rng.choice([0.0, 1.0, 2.0, 3.0, 4.0]) * rng.uniform(5e6, 9e6) for _ in range(T)
        )
    return SitingProblem(
        periods=periods,
        tiers=tiers,
        sites=sites,
        flows=flows,
        sources=sources,
        unmet_cny_per_kg=rng.choice([30.0, 60.0, 100.0, 300.0]),
        loss_fraction=rng.choice([0.0, 0.01, 0.1]),
        budget_cny=budget,
        covers=covers,
        priority_cny_per_kg=rng.choice([0.0, 90.0, 250.0]),
    )


def _site(rng: random.Random, j: int, K: int, T: int) -> Site:
    existing = rng.randint(1, K) if rng.random() < 0.2 else 0
    capex, annual, price, running = [], [], 0.0, 0.0
    for k in range(1, K + 1):
        running += rng.uniform(0.05, 0.4) * 1e6
        if k > existing:
            price += rng.uniform(2e6, 8e6)
        capex.append(price)
        annual.append(running + 0.1 * price)
    allowed = tuple(rng.random() > 0.12 for _ in range(K))
    if rng.random() < 0.07:
        allowed = (False,) * K
    required = rng.randint(1, K) if rng.random() < 0.12 else 0
    if required:
        allowed = (*allowed[:-1], True)
    return Site(
        id=f"s{j}",
        capex_cny=tuple(capex),
        annual_cny=tuple(annual),
        allowed=allowed,
        existing_level=existing,
        existing_from=rng.randrange(T) if existing else 0,
        required_level=required,
        required_from=rng.randrange(T) if required else 0,
        power_cny_per_kg=rng.choice([0.0, 1.5, 3.0]),
    )


def with_stops(seed: int) -> SitingProblem:
    """Make a tiny problem in which stops cost time, small purchases are barred and detours are meant."""
    rng = random.Random(f"stops {seed}")
    problem = tiny_problem(seed)
    flows = tuple(
        replace(
            flow,
            market=rng.choice(["captive", "through"]),
            ways=tuple(_meant(way, flow.ways[0]) for way in flow.ways),
        )
        for flow in problem.flows
    )
    return replace(
        problem,
        flows=flows,
        stop_cny=rng.choice([5.0, 20.0, 60.0]),
        min_stop_kg=rng.choice([0.0, 1.0, 3.0, 6.0]),
    )


def _meant(way: Variant, base: Variant) -> Variant:
    """Mark the site for whose sake a detour leaves the base way, if that does not pass it anyhow."""
    passed = [stop.site for stop in base.stops]
    extra = [stop.site for stop in way.stops if stop.site not in passed]
    return replace(way, detour_sites=tuple(sorted(extra)))


def _late_road(rng: random.Random, site: Site, T: int) -> Site:
    """Let the road of some sites open later, if nothing stands or must stand there before."""
    opens = rng.randint(1, T)
    if T == 1 or rng.random() > 0.15:
        return site
    started = site.existing_from if site.existing_level else T
    started = min(started, site.required_from if site.required_level else T)
    return replace(site, open_from=min(opens, started))


def _flow(
    rng: random.Random, name: str, t: int, length: int, place: list[int], side: list[str]
) -> Commodity:
    """Driven up or down (ONEWAY) or there and back (LOOP) between two points of the line."""
    a, b = sorted(rng.sample(range(0, length, 250), 2))
    if b - a < 2000 or rng.random() < 0.6:
        a, b = int(rng.uniform(0, 0.3) * length), int(rng.uniform(0.7, 1) * length)
    loop = rng.random() < 0.5
    up_rate, down_rate = rng.uniform(0.6, 1.6), rng.uniform(0.4, 1.4)
    down = not loop and rng.random() < 0.5
    events: list[tuple[int, int]] = []
    if loop:
        total = int((b - a) * up_rate) + int((b - a) * down_rate)
        turn = int((b - a) * up_rate)
        for j, x in enumerate(place):
            if a <= x <= b and side[j] in ("up", "both"):
                events.append((int((x - a) * up_rate), j))
            if a <= x <= b and side[j] in ("down", "both"):
                events.append((turn + int((b - x) * down_rate), j))
        events = [(g, j) for g, j in events if g < total]
    else:
        rate = down_rate if down else up_rate
        total = int((b - a) * rate)
        for j, x in enumerate(place):
            if a <= x <= b and side[j] in ("down" if down else "up", "both"):
                events.append((int(((b - x) if down else (x - a)) * rate), j))
    events.sort()
    U = max(1000, int(total * rng.choice([0.5, 0.7, 0.9, 1.1, 1.4, 1.8])))
    start = 0 if loop else int(U * rng.choice([0.0, 0.3, 0.5, 0.5, 1.0]))
    end = 0 if loop else int(U * rng.choice([0.0, 0.3, 0.6, 1.0]))
    ways = [Variant(id="base", stops=_stops(events), total_g=total)]
    for d in range(rng.choice([0, 0, 1, 2])):
        ways.append(_detour(rng, d, events, total, len(place)))
    need = total if loop else max(0, total + end - start)
    trips = rng.choice([0.4, 3.0, 11.0, 25.0]) * rng.uniform(0.7, 1.3)
    return Commodity(
        id=name,
        period=t,
        trips_per_day=trips,
        priority_trips_per_day=trips * rng.choice([0.0, 0.0, 0.3, 1.0]),
        usable_g=U,
        start_g=start,
        end_g=end,
        loop=loop,
        need_g=need,
        ways=tuple(ways),
    )


def _stops(events: list[tuple[int, int]]) -> tuple[Visit, ...]:
    return tuple(Visit(site=j, at_g=g) for g, j in events)


def _detour(
    rng: random.Random, d: int, events: list[tuple[int, int]], total: int, sites: int
) -> Variant:
    """Make the base walk with an extra stretch of some grams at some point, a site at its far end."""
    at = rng.randrange(total)
    extra = rng.randrange(50, 1500)
    shifted = [(g if g <= at else g + extra, j) for g, j in events]
    shifted.append((at + extra // 2, rng.randrange(sites)))
    return Variant(
        id=f"detour{d}",
        stops=_stops(sorted(shifted)),
        total_g=total + extra,
        cost_cny_per_trip=rng.choice([0.0, 5.0, 40.0]),
    )


def with_lives(seed: int) -> SitingProblem:
    """Return a tiny plan whose stations and steps are paid for again, with an existing station's renewal."""
    rng = random.Random(seed + 5000)
    problem = tiny_problem(seed)
    T = len(problem.periods)

    def often(most: int) -> tuple[tuple[int, ...], ...]:
        """How often what is bought in period s is paid for by the end of t: more, the earlier it was."""
        ends = [rng.randint(1, most) for _ in range(T)]
        return tuple(
            tuple(0 if t < s else sum(ends[s + 1 : t + 1]) // 2 + 1 + (most > 2) for t in range(T))
            for s in range(T)
        )

    sites = [
        replace(
            site,
            renewal_capex_cny=tuple(rng.choice([0.0, site.capex_cny[-1] / 3]) for _ in range(T)),
            renewal_annual_cny=tuple(rng.choice([0.0, 4e5]) for _ in range(T)),
            closed_from=T - 1 if rng.random() < 0.4 and site.existing_from < T - 1 else 0,
        )
        if site.existing_level
        else site
        for site in problem.sites
    ]
    sites = [
        replace(s, allowed=(False,) * len(s.allowed), required_level=0) if s.closed_from else s
        for s in sites
    ]
    total = sum(site.capex_cny[0] for site in problem.sites)
    return replace(
        problem,
        sites=tuple(sites),
        sources=tuple(replace(s, step_purchases=often(2)) for s in problem.sources),
        station_purchases=often(rng.choice([2, 3])),
        budget_cny=tuple(total * rng.uniform(0.6, 1.6) for _ in range(T)),
        covers=(),
    )


def with_slices(seed: int) -> SitingProblem:
    """Return a tiny plan of two or three periods, of which some decide nothing; dates lie at decisions."""
    rng = random.Random(f"slices {seed}")
    problem = tiny_problem(seed)
    T = len(problem.periods)
    decides = [t == 0 or rng.random() < 0.4 for t in range(T)]
    if all(decides):
        decides[-1] = T == 1

    def begin(t: int) -> int:
        return next((s for s in range(min(t, T - 1), 0, -1) if decides[s]), 0)

    return replace(
        problem,
        periods=tuple(replace(p, decides=d) for p, d in zip(problem.periods, decides, strict=True)),
        sites=tuple(
            replace(
                site,
                existing_from=begin(site.existing_from),
                required_from=begin(site.required_from),
                open_from=begin(site.open_from),
            )
            for site in problem.sites
        ),
        covers=tuple(replace(c, period=begin(c.period)) for c in problem.covers),
    )


def _source(rng: random.Random, i: int, sites: int, T: int) -> Plant:
    limit = tuple(rng.choice([60.0, 300.0, 5000.0]) * rng.uniform(0.8, 1.2) for _ in range(T))
    steps = rng.choice([0, 0, 1, 2]) if T == 1 else rng.choice([0, 0, 1])
    most = tuple(x + rng.choice([0.0, 80.0, 400.0, 4000.0]) for x in limit)
    gates = tuple(rng.uniform(10, 25) for _ in range(T))
    # Not drawn: what the other numbers of a seed are stays as it was.
    shift = (None, -6.0, -1.5, 0.0, 4.0, 12.0)[int(gates[0] * 1e6) % 6]
    return Plant(
        id=f"p{i}",
        limit_kg_per_day=limit,
        expanded_limit_kg_per_day=most,
        gate_cny_per_kg=gates,
        step_gate_cny_per_kg=() if shift is None else tuple(gate + shift for gate in gates),
        steps_kg_per_day=tuple(rng.uniform(50, 500) for _ in range(steps)),
        steps_capex_cny=tuple(rng.uniform(0.5e6, 4e6) for _ in range(steps)),
        steps_annual_cny=tuple(rng.uniform(0.05e6, 0.5e6) for _ in range(steps)),
        lane_cny_per_kg=tuple(
            tuple(None if rng.random() < 0.1 else rng.uniform(2, 15) for _ in range(sites))
            for _ in range(T)
        ),
    )


def _gets_through(flow: Commodity) -> bool:
    """Whether a truck that fills at every stop drives some way (three laps of a loop)."""
    for way in flow.ways:
        if not flow.loop:
            fuel, at, ok = flow.start_g, 0, True
            for stop in way.stops:
                ok &= fuel >= stop.at_g - at
                fuel, at = flow.usable_g, stop.at_g
            if ok and fuel - (way.total_g - at) >= flow.end_g:
                return True
            continue
        marks = [stop.at_g + lap * way.total_g for lap in range(3) for stop in way.stops]
        if marks and all(b - a <= flow.usable_g for a, b in pairwise(marks)):
            return True
    return False
