"""Checks of the walks: hydrogen on every arc, joints, legal roads, shortest ways, detours."""

from __future__ import annotations

from itertools import pairwise

from corridor.certificate.consumption import arc_g, usable_g
from corridor.certificate.dossier import Document, Dossier, arcs_of
from corridor.certificate.verdict import Check, Tally

MONEY_PER_TRIP = 1e-6
"""Tolerance of a detour's price, besides 1e-9 of it. [CNY/trip]"""


def check_grams(d: Dossier) -> Check:
    """Recompute the usable tanks and the hydrogen on every arc of every variant."""
    tally = Tally("grams", "Usable tanks and the hydrogen on every arc, recomputed, gram for gram")
    known: dict[tuple[str, str, str], int] = {}
    tanks = {name: usable_g(truck) for name, truck in d.scenario["truck"].items()}
    for c in d.trips["commodities"]:
        truck = tanks[c["truck"]]
        tally.require(
            c["usable_g"] == truck,
            f"commodity {c['id']}: usable tank {c['usable_g']} g, recomputed {truck} g.",
        )
        for variant in c["variants"]:
            where = f"commodity {c['id']}, variant {variant['id']}"
            for load, arc, grams in arcs_of(variant):
                key = (c["truck"], load, arc)
                if key not in known:
                    known[key] = _burnt(d, *key)
                tally.require(
                    grams == known[key],
                    f"{where}: arc {arc} ({load}) costs {grams} g, recomputed {known[key]} g.",
                )
    return tally.done()


def _burnt(d: Dossier, truck: str, load: str, arc_id: str) -> int:
    arc = d.roads.arcs[arc_id]
    tail, head = d.roads.nodes[arc["tail"]], d.roads.nodes[arc["head"]]
    low, high = tail.get("elevation_m"), head.get("elevation_m")
    # A slope needs two altitudes; where one is unknown the arc counts as flat.
    rise = (0.0, 0.0) if low is None or high is None else (float(low), float(high))
    return arc_g(d.scenario["truck"][truck], load, arc, rise, d.scenario["network"])


def check_walks(d: Dossier) -> Check:
    """Follow every variant along the arcs of the network."""
    tally = Tally(
        "walks",
        "Every walk is joined arc to arc on roads open in its year, starts and ends where it "
        "must, laden out and (LOOP) empty back to its start; lengths and totals add up",
    )
    for c in d.trips["commodities"]:
        tally.require(
            bool(c["variants"]) and c["variants"][0]["id"] == "base",
            f"commodity {c['id']}: its first variant is not the base walk.",
        )
        for variant in c["variants"]:
            _follow(d, c, variant, tally)
    return tally.done()


def _follow(d: Dossier, c: Document, variant: Document, tally: Tally) -> None:
    where = f"commodity {c['id']}, variant {variant['id']}"
    arcs, year = d.roads.arcs, c["year"]
    walk = [arc for _, arc, _ in arcs_of(variant)]
    if not tally.require(bool(walk), f"{where}: has no arcs."):
        return
    for before, after in pairwise(walk):
        tally.require(
            arcs[before]["head"] == arcs[after]["tail"],
            f"{where}: jumps from the end of {before} to the start of {after}.",
        )
    for arc in walk:
        tally.require(
            d.roads.is_open(arc, year),
            f"{where}: drives {arc} in {year}, but that road is open from "
            f"{arcs[arc]['open_year']} to {arcs[arc].get('close_year') or 'ever after'}.",
        )
    origin, destination = (d.places[c[end]]["node"] for end in ("origin", "destination"))
    start, end = arcs[walk[0]]["tail"], arcs[walk[-1]]["head"]
    tally.require(start == origin, f"{where}: starts at {start}, not at {c['origin']}.")
    loop = c["convention"] == "LOOP"
    goal = origin if loop else destination
    tally.require(
        end == goal, f"{where}: ends at {end}, not at {c['origin' if loop else 'destination']}."
    )
    laden = [arc for load, arc, _ in arcs_of(variant) if load == "laden"]
    tally.require(
        walk[: len(laden)] == laden and bool(laden) and arcs[laden[-1]]["head"] == destination,
        f"{where}: is not laden from the start to {c['destination']} and only there.",
    )
    tally.require(
        loop or len(laden) == len(walk), f"{where}: goes one way, but not laden throughout."
    )
    length = sum(arcs[arc]["length_m"] for arc in walk)
    tally.require(
        variant["length_m"] == length,
        f"{where}: is said to be {variant['length_m']} m long, its arcs add up to {length} m.",
    )
    total = sum(grams for _, _, grams in arcs_of(variant))
    tally.require(
        variant["total_g"] == total,
        f"{where}: is said to burn {variant['total_g']} g, its arcs add up to {total} g.",
    )


def check_shortest(d: Dossier) -> Check:
    """Compare every base walk with a shortest way of our own."""
    tally = Tally("shortest", "Every base walk is as short as the shortest open way, leg by leg")
    for c in d.trips["commodities"]:
        if not c["variants"]:
            continue
        ends = [(c["origin"], c["destination"], "laden")]
        if c["convention"] == "LOOP":
            ends.append((c["destination"], c["origin"], "empty"))
        for origin, destination, load in ends:
            driven = sum(
                d.roads.arcs[arc]["length_m"]
                for leg_load, arc, _ in arcs_of(c["variants"][0])
                if leg_load == load
            )
            reached = d.roads.distances(d.places[origin]["node"], c["year"])
            shortest = reached.get(d.places[destination]["node"])
            tally.require(
                shortest == driven,
                f"commodity {c['id']}: the base walk {origin} -> {destination} is {driven} m, the "
                f"shortest open way {'does not exist' if shortest is None else f'{shortest} m'}.",
            )
    return tally.done()


def check_visits(d: Dossier) -> Check:
    """List the passages of sites anew and compare."""
    tally = Tally(
        "visits",
        "Every passage of a candidate site is listed, at its place in the walk and after the "
        "grams burnt until there, and no other",
    )
    at_node: dict[str, list[str]] = {}
    for site in d.sites["sites"]:
        at_node.setdefault(site["node"], []).append(site["id"])
    for c in d.trips["commodities"]:
        loop = c["convention"] == "LOOP"
        for variant in c["variants"]:
            steps = arcs_of(variant)
            if not steps:
                continue
            where = f"commodity {c['id']}, variant {variant['id']}"
            arcs = d.roads.arcs
            nodes = [arcs[steps[0][1]]["tail"], *(arcs[arc]["head"] for _, arc, _ in steps)]
            burnt, level = [0], 0
            for _, _, grams in steps:
                level += grams
                burnt.append(level)
            true = {
                (position, site): burnt[position]
                for position, node in enumerate(nodes[: len(steps)] if loop else nodes)
                for site in at_node.get(node, ())
            }
            listed = [(v["position"], v["site"]) for v in variant["visits"]]
            for visit, key in zip(variant["visits"], listed, strict=True):
                passed = f"{where}: {visit['site']} at position {visit['position']}"
                if tally.require(key in true, f"{passed} is not on the walk there."):
                    tally.require(
                        visit["at_g"] == true[key],
                        f"{passed} after {visit['at_g']} g, recomputed {true[key]} g.",
                    )
            tally.require(
                len(set(listed)) == len(listed), f"{where}: a passage is listed more than once."
            )
            tally.require(
                [p for p, _ in listed] == sorted(p for p, _ in listed),
                f"{where}: the passages are not in driving order.",
            )
            for position, site in sorted(true.keys() - set(listed)):
                tally.fail(f"{where}: passes {site} at position {position}, which is not listed.")
    return tally.done()


def check_detours(d: Dossier) -> Check:
    """Check that detours are driven, not longer than allowed, and priced."""
    tally = Tally(
        "detours", "Every detour really drives to its sites, within the limits, at its price"
    )
    demand = d.scenario["demand"]
    longest = d.section("candidates").get("max_detour_m")
    most = demand.get("max_detour_stops")
    for c in d.trips["commodities"]:
        if not c["variants"]:
            continue
        base_m = c["variants"][0]["length_m"]
        speed = d.scenario["truck"][c["truck"]]["speed_km_per_h"]
        for variant in c["variants"]:
            where = f"commodity {c['id']}, variant {variant['id']}"
            sites = variant["detour_sites"]
            visited = {visit["site"] for visit in variant["visits"]}
            tally.require(
                bool(sites) == (variant["id"] != "base"),
                f"{where}: a base walk has no detour and every other variant has one.",
            )
            for site in sites:
                tally.require(site in visited, f"{where}: never drives to {site}.")
            if most is not None:
                tally.require(
                    len(sites) <= most, f"{where}: {len(sites)} detours, {most} are allowed."
                )
            extra_m = max(0, variant["length_m"] - base_m)
            if longest is not None:
                tally.require(
                    extra_m <= longest * len(sites),
                    f"{where}: {extra_m} m longer than the base walk, "
                    f"{longest * len(sites):g} m are allowed.",
                )
            km = extra_m / 1000
            price = km * demand["detour_cny_per_km"] + km / speed * demand["detour_cny_per_hour"]
            tally.close(
                f"{where}: price of the detour",
                variant["detour_cny_per_trip"],
                price,
                relative=1e-9,
                absolute=MONEY_PER_TRIP,
                unit="CNY",
            )
    return tally.done()
