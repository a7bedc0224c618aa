"""Random inputs on the tiny road: lengths, hills, trucks, prices, periods and trips vary.

Grams, gravity, gas, delivery and annuities come from the package's own stages, which the
certificate does not know: two implementations of the same formulas meet here.
"""

from __future__ import annotations

import itertools
from random import Random
from types import SimpleNamespace

from tiny_inputs import BACK, EXIT, KM, OUT, VIA_EXIT, Documents
from tiny_run import documents

from corridor.demand.consumption import arc_grams, usable_tank_g
from corridor.demand.gravity import gravity_trips
from corridor.scenario.adoption import trucks_in


class RandomInputs:
    """Scenario, network, sites and trips of a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.d = documents()
        self.scenario = self.d["scenario"]
        self._time()
        self._road()
        self._prices()

    def _time(self) -> None:
        r = self.rng
        years = list(
            itertools.accumulate([2026, *(r.randint(1, 6) for _ in range(r.randint(0, 2)))])
        )
        self.years = years
        self.scenario["time"] = {"periods": years, "years": "first", "base_year": r.choice([2024, 2026]),
                                 "horizon_end_year": years[-1] + r.randint(0, 9)}  # fmt: skip
        self.ends = [*(y - 1 for y in years[1:]), self.scenario["time"]["horizon_end_year"]]

    def _road(self) -> None:
        r = self.rng
        self.metres = {arc: r.randint(100, 1000 * km) for arc, km in KM.items()}
        for tail, head, _ in EXIT:  # the plaza is never a short cut
            self.metres[f"{tail}-{head}"] += 1000
        flat = r.random() < 0.2
        nodes = self.d["network"]["nodes"]
        for node in nodes:
            node.update(lon=105.0, lat=26.0)
            node["elevation_m"] = None if flat else round(r.uniform(800, 2200), 1)
        self.height = {node["id"]: node["elevation_m"] for node in nodes}
        for arc in self.d["network"]["arcs"]:
            arc["length_m"] = self.metres[arc["id"]]
        for row in (*self.d["network"]["sides"], *self.d["sites"]["sites"]):
            row.update(lon=105.0, lat=26.0)
        self.scenario["site"]["h"].update(lon=105.0, lat=26.0)
        self.scenario["existing_station"]["v1"].update(lon=105.0, lat=26.0)
        self.scenario["policy"] = {}
        self.scenario["demand"]["min_stop_kg"] = 0.0  # purchases here are random
        self.scenario["network"].update(
            unresolved_climb_m_per_100km=r.choice([0.0, r.uniform(0, 900)]), max_grade=0.06
        )
        self.scenario["truck"]["t"].update(
            mass_laden_kg=r.uniform(30_000, 49_000), mass_empty_kg=r.uniform(12_000, 18_000),
            tank_kg=r.uniform(25, 70), rolling_resistance=r.uniform(0.004, 0.01),
            drag_area_m2=r.uniform(3, 8), drivetrain_efficiency=r.uniform(0.8, 1),
            fuel_cell_efficiency=r.uniform(0.4, 0.6), auxiliary_kw=r.uniform(1, 9),
            speed_km_per_h=r.uniform(50, 80), consumption_factor=r.uniform(0.9, 1.2),
        )  # fmt: skip
        self.truck = SimpleNamespace(**self.scenario["truck"]["t"])
        self.climbs = SimpleNamespace(**self.scenario["network"])
        self.usable = usable_tank_g(self.truck)

    def _prices(self) -> None:
        r, s = self.rng, self.scenario
        s["money"].update(discount_rate=r.choice([0.0, r.uniform(0.01, 0.12)]), budget_cny={})
        s["delivery"].update(loss_fraction=r.uniform(0, 0.1), payload_kg=r.uniform(200, 900))
        s["station"].update(peak_day_factor=r.uniform(1, 2), subsidy_fraction=r.random() / 2)
        s["station"]["existing_at_end_of_life"] = "keep"
        s["tier"]["m"]["peak_kg_per_hour"] = r.uniform(60, 300)
        s["adoption"]["trucks_base"] = {"2024": r.uniform(1, 30), "2032": r.uniform(1, 90)}
        share = sorted([r.random(), r.random()])
        parts = (share[0], share[1] - share[0], 1 - share[1])
        s["market"] = {
            m: {"share": x} for m, x in zip(("captive", "regional", "through"), parts, strict=True)
        }
        s["zone"] = {"a": {"mass": r.uniform(1, 9)}, "b": {"mass": r.uniform(1, 9)}}
        s["gravity"]["beta_per_km"] = r.uniform(0, 0.02)
        s["od"] = {"mine": {"origin": "b", "destination": "a", "truck": "t", "cargo": "ore",
                            "convention": r.choice(["LOOP", "ONEWAY"]),
                            "trips_per_day": {"2025": r.uniform(0.1, 9)}}}  # fmt: skip
        s["works"], s["count"] = {}, {}
        s["plant"]["coke"]["nameplate_kg_per_day"] = r.choice([2000.0, r.uniform(250, 900)])
        s["plant"]["coke"]["gate_cny_per_kg"] = {"2026": 12.0}
        s["plant"]["coke"]["gate_cny_per_kg"][str(self.years[-1])] = r.uniform(8, 16)

    # ---- trips -------------------------------------------------------------------------------

    def _legs(self, *legs: tuple[str, list[str]]) -> list[Documents]:
        made = []
        for load, arcs in legs:
            mass = self.truck.mass_laden_kg if load == "laden" else self.truck.mass_empty_kg
            grams = []
            for arc in arcs:
                low, high = (self.height[node] for node in arc.split("-"))
                metres = self.metres[arc]
                grams.append(
                    arc_grams(self.truck, mass, self.climbs, metres, from_m=low, to_m=high)
                )
            made.append({"load": load, "arcs": arcs, "grams": grams})
        return made

    def _variant(self, name: str, loop: bool, *legs: tuple[str, list[str]]) -> Documents:
        made = self._legs(*legs)
        arcs = [arc for leg in made for arc in leg["arcs"]]
        at = list(itertools.accumulate((g for leg in made for g in leg["grams"]), initial=0))
        nodes = [arcs[0].split("-")[0], *(arc.split("-")[1] for arc in arcs)]
        site = {row["node"]: row["id"] for row in self.d["sites"]["sites"]}
        visits = [
            {"site": site[node], "position": k, "at_g": at[k]}
            for k, node in enumerate(nodes[:-1] if loop else nodes)
            if node in site
        ]
        return {
            "id": name, "legs": made, "visits": visits, "total_g": at[-1],
            "length_m": sum(self.metres[arc] for arc in arcs),
            "detour_sites": ["e"] if "p-e" in arcs else [], "detour_cny_per_trip": 0.0,
        }  # fmt: skip

    def _commodity(self, od: str, market: str, year: int, convention: str, ends: str) -> Documents:
        loop = convention == "LOOP"
        there, back = (OUT, BACK) if ends == "ab" else (BACK, OUT)
        legs = [("laden", there), *([("empty", back)] if loop else [])]
        variants = [self._variant("base", loop, *legs)]
        if there is OUT:
            legs[0] = ("laden", VIA_EXIT)
            detour = self._variant("out:e", loop, *legs)
            km = (detour["length_m"] - variants[0]["length_m"]) / 1000
            detour["detour_cny_per_trip"] = km * 2.0 + km / self.truck.speed_km_per_h * 60.0
            if km <= 6:
                variants.append(detour)
        total = variants[0]["total_g"]
        start, end = (0, 0) if loop else (int(self.usable * 0.5), int(self.usable * 0.25))
        return {
            "id": f"{od}.t.{year}", "od": od, "origin": ends[0], "destination": ends[1],
            "truck": "t", "year": year, "market": market,
            "cargo": {"coal": "coal", "mine": "ore", "east": ""}.get(od, "general"),
            "convention": convention, "usable_g": self.usable, "start_g": start, "end_g": end,
            "need_g": total if loop else max(0, total + end - start), "variants": variants,
        }  # fmt: skip

    def _trips(self) -> Documents:
        s, commodities, rows = self.scenario, [], []
        for year in self.years:
            anchors = {int(y): n for y, n in s["adoption"]["trucks_base"].items()}
            kg = trucks_in(anchors, year) * 30.0
            part = {m: kg * row["share"] for m, row in s["market"].items()}
            mine = self._commodity(
                "mine", "captive" if s["od"]["mine"]["convention"] == "LOOP" else "through", year,
                s["od"]["mine"]["convention"], "ba")  # fmt: skip
            mine["trips_per_day"] = s["od"]["mine"]["trips_per_day"]["2025"]
            coal = self._commodity("coal", "captive", year, "LOOP", "ab")
            east = self._commodity("east", "through", year, "ONEWAY", "ab")
            pairs = [self._commodity(f"{x}-{y}", "regional", year, "LOOP", x + y)
                     for x, y in ("ab", "ba")]  # fmt: skip
            km = [[0.0, self._km(OUT)], [self._km(BACK), 0.0]]
            flow = gravity_trips([s["zone"]["a"]["mass"], s["zone"]["b"]["mass"]], km,
                                 s["gravity"]["beta_per_km"])  # fmt: skip
            weight = [flow[0][1] * pairs[0]["need_g"], flow[1][0] * pairs[1]["need_g"]]
            wanted = [part["captive"], part["through"]]
            wanted += [part["regional"] * w / sum(weight) for w in weight]
            for c, amount in zip((coal, east, *pairs), wanted, strict=True):
                c["trips_per_day"] = amount * 1000 / (c["need_g"] or c["variants"][0]["total_g"])
            commodities += [coal, east, mine, *pairs]
            for c in (coal, east, mine, *pairs):
                load = s["demand"][f"{c['market']}_load_fraction"]
                c["t_per_year"] = c["trips_per_day"] * 20.0 * load * 365
            basis = mine["need_g"] or mine["variants"][0]["total_g"]
            own = mine["trips_per_day"] * basis / 1000 / 30.0
            row = {"year": year, "used": trucks_in(anchors, year) + own}
            for level in ("low", "base", "high"):
                table = {int(y): n for y, n in s["adoption"][f"trucks_{level}"].items()}
                row[level] = trucks_in(table, year) + own
            rows.append(row)
        return {"schema": "corridor.trips/1", "commodities": commodities, "trucks_by_year": rows,
                "works": [], "counts": [], "factors": []}  # fmt: skip

    def _km(self, arcs: list[str]) -> float:
        return sum(self.metres[arc] for arc in arcs) / 1000
