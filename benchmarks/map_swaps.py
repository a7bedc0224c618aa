"""What it costs to build another plan's stations instead, one at a time.

Usage: python -m benchmarks.map_swaps SCENARIO RUN OTHER_RUN

Two runs of one question on two sources of the network, RUN of SCENARIO, choose other stations. A gap allows
that, if each station of OTHER_RUN that RUN lacks could be swapped in for less than RUN's objective
minus bound: beside the others, or for one of RUN's own that OTHER_RUN lacks, the nearest first. Money
is that of whole designs, trucks divisible, expansions as in RUN.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import corridor
from corridor.network.geometry import distance_m
from corridor.siting.operation.design_cost import DesignCost

NEAREST = 2  # stations of RUN that each is tried for


def levels_of(plan: dict[str, Any], years: list[int], tiers: list[str]) -> dict[str, list[int]]:
    """Return site -> number of its tier in every period, 0 where nothing stands."""
    found = {}
    for station in plan["stations"]:
        by_year = {row["year"]: tiers.index(row["tier"]) + 1 for row in station["timeline"]}
        found[station["id"]] = [by_year.get(year, 0) for year in years]
    return found


def swaps(scenario: str, run: str, other_run: str) -> list[tuple[str, str, float]]:
    """Return station, what goes for it, and what that costs more; the best of those tried [CNY]."""
    problem = corridor.pose_question(corridor.load_scenario(scenario)).problem
    plan, other = (json.loads((Path(p) / "plan.json").read_text("utf-8")) for p in (run, other_run))
    years, tiers = [p.year for p in problem.periods], [tier.id for tier in problem.tiers]
    mine, theirs = (levels_of(p, years, tiers) for p in (plan, other))
    at = {s["id"]: (s["lon"], s["lat"]) for p in (plan, other) for s in p["stations"]}
    index = {site.id: j for j, site in enumerate(problem.sites)}
    rows = plan["expansions"]
    steps = tuple(
        tuple(
            max(
                (r["steps"] for r in rows if r["plant"] == source.id and r["year"] <= year),
                default=0,
            )
            for source in problem.sources
        )
        for year in years
    )
    cost = DesignCost(problem)

    def total(design: dict[str, list[int]]) -> float:
        levels = [[0] * len(index) for _ in years]
        for site, row in design.items():
            for t, level in enumerate(row):
                levels[t][index[site]] = level
        return cost.total(tuple(map(tuple, levels)), steps)

    base = total(mine)
    free = [site for site in mine if site not in theirs]
    found = []
    for site in (site for site in theirs if site not in mine):
        if site not in index:
            found.append((site, "no trip of this network can use it", float("inf")))
            continue
        near = sorted(free, key=lambda name: distance_m(at[site], at[name]))[:NEAREST]
        tried = [("", {**mine, site: theirs[site]})]
        for name in near:
            rest = {key: row for key, row in mine.items() if key != name}
            tried += [(name, {**rest, site: row}) for row in (theirs[site], mine[name])]
        money, name = min((total(design) - base, name) for name, design in tried)
        found.append((site, name, money))
    return found


def main() -> int:
    """Print a line a station; exit 1 if one costs more than the gap allows."""
    scenario, run, other_run = sys.argv[1:4]
    plan = json.loads((Path(run) / "plan.json").read_text("utf-8"))
    allowed = plan["objective_cny"] - plan["bound_cny"]
    found = swaps(scenario, run, other_run)
    for site, name, money in found:
        words = f"for {name}" if name else "beside the others"
        print(f"{site:36} {words:40} {money / 1e6:+9.2f} M CNY", flush=True)
    print(f"objective - bound: {allowed / 1e6:.2f} M CNY")
    return 0 if all(money < allowed for _, _, money in found) else 1


if __name__ == "__main__":
    sys.exit(main())
