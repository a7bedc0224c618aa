"""Random feasible plans on the tiny road: lengths, hills, trucks, prices, periods and stops vary.

Grams, gravity, gas, delivery and annuities come from the package's own stages, which the
certificate does not know: two implementations of the same formulas meet here.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from random_inputs import RandomInputs
from tiny_inputs import BACK, OUT, Documents

from corridor.core.finance import capital_recovery, period_weight
from corridor.core.technology import technologies
from corridor.siting.gap import gap_of
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
from corridor.siting.unavoidable import unavoidable_penalty
from corridor.supply.chain import source_limit_kg_per_day
from corridor.supply.delivery import delivery_cny_per_kg
from corridor.supply.gate import gate_price

COKE_GAS = technologies()["coke_oven_gas"]


def random_documents(seed: int) -> dict[str, Documents]:
    """Return the documents of a random feasible plan."""
    return _Maker(seed).made()


class _Maker(RandomInputs):
    """A plan that fits the inputs: stops, sizes and deliveries at random, all else summed from them."""

    def _stops(self, c: Documents, v: Documents, open_now: set[str]) -> list[Documents] | None:
        """Return purchases that carry the truck to the next stop each, or None."""
        seen = [(k, x) for k, x in enumerate(v["visits"]) if x["site"] in open_now]
        if v["detour_sites"] and not any(x["site"] == "e" for _, x in seen):
            return None
        if c["convention"] == "LOOP":
            if not seen:
                return None
            ends = [x["at_g"] for _, x in seen[1:]] + [v["total_g"] + seen[0][1]["at_g"]]
            buys = [end - x["at_g"] for (_, x), end in zip(seen, ends, strict=True)]
            if max(buys) > self.usable:
                return None
        else:
            level, last, buys = c["start_g"], 0, []
            if level >= v["total_g"] + c["end_g"]:
                return None if v["detour_sites"] else []
            ends = [*(x["at_g"] for _, x in seen[1:]), v["total_g"] + c["end_g"]]
            for (_, x), end in zip(seen, ends, strict=False):
                level -= x["at_g"] - last
                last = x["at_g"]
                buys.append(max(0, end - last - level))
                if level < 0 or level + buys[-1] > self.usable:
                    return None
                level += buys[-1]
            if not seen:
                return None
        bought = {x["site"] for (_, x), g in zip(seen, buys, strict=True) if g}
        if not bought.issuperset(v["detour_sites"]):
            return None  # nobody leaves the road for nothing
        return [{"visit": k, "station": x["site"], "fuel_g": g}
                for (k, x), g in zip(seen, buys, strict=True) if g]  # fmt: skip

    def made(self) -> dict[str, Documents]:
        """Return the documents."""
        s, r, plan = self.scenario, self.rng, self.d["plan"]
        self.d["trips"] = trips = self._trips()
        e_from = r.choice([*self.years, 9999])
        usable = {k: min(t["capacity_kg_per_day"], t["peak_kg_per_hour"] / 0.1)
                  / s["station"]["peak_day_factor"] for k, t in s["tier"].items()}  # fmt: skip
        limit = self._limit()
        loss = s["delivery"]["loss_fraction"]
        rows, unmet = [], []
        loads: dict[tuple[str, int], float] = {}
        calls: dict[tuple[str, int], float] = {}
        for year in self.years:
            open_now = {"u1", "v1"} | ({"e"} if year >= e_from else set())
            drawn = []
            for c in (c for c in trips["commodities"] if c["year"] == year):
                left = c["trips_per_day"]
                for v in c["variants"]:
                    stops = self._stops(c, v, open_now)
                    if stops is not None:
                        drawn.append([c, v, stops, left * r.choice([0.0, 1.0, r.random()])])
                        left -= drawn[-1][3]
            load = dict.fromkeys(open_now, 0.0)
            for _, _, stops, n in drawn:
                for stop in stops:
                    load[stop["station"]] += n * stop["fuel_g"] / 1000
            room = {"u1": usable["m"], "v1": usable["m"], "e": usable["s"]}
            factor = min([1.0, *(room[k] / x for k, x in load.items() if x > 0)])
            factor = min(factor, limit * (1 - loss) / max(sum(load.values()), 1e-9))
            factor *= 1 - 1e-9 if factor < 1 else 1
            for c, v, stops, n in drawn:
                if n * factor > 0:
                    rows.append({"commodity": c["id"], "variant": v["id"], "stops": stops,
                                 "trips_per_day": n * factor})  # fmt: skip
                for stop in stops if n * factor > 0 else []:
                    key = (stop["station"], year)
                    loads[key] = loads.get(key, 0.0) + n * factor * stop["fuel_g"] / 1000
                    calls[key] = calls.get(key, 0.0) + n * factor
            for c in (c for c in trips["commodities"] if c["year"] == year):
                n = c["trips_per_day"] - sum(
                    x["trips_per_day"] for x in rows if x["commodity"] == c["id"])  # fmt: skip
                if n > 0:
                    unmet.append({"commodity": c["id"], "trips_per_day": n,
                                  "kg_per_day": n * c["need_g"] / 1000, "figures": {},
                                  "reason": "not_proven",
                                  "why": "not chosen; not proven"})  # fmt: skip
        plan.update(trips=rows, unmet=unmet, expansions=[])
        # a station that sells nothing yet does not stand yet
        e_from = min((year for key, year in loads if key == "e"), default=9999)
        self._stations(e_from, usable, loads, calls)
        self._deliveries(loads)
        self._money(loads)
        return self.d

    def _limit(self) -> float:
        p = self.scenario["plant"]["coke"]
        gas = source_limit_kg_per_day(COKE_GAS, p.__getitem__)
        return min(gas, p["nameplate_kg_per_day"]) * 0.9 - p["committed_kg_per_day"]

    def _sent(self, year: int) -> float:
        return sum(r["kg_per_day"] for r in self.d["plan"]["supply"] if r["year"] == year)

    def _stations(
        self, e_from: int, usable: Documents, loads: dict[Any, float], calls: dict[Any, float]
    ) -> None:
        s, made = self.scenario, []
        site = {row["id"]: row for row in self.d["sites"]["sites"]}
        for key in ("u1", "v1", "e"):
            timeline, tier, paid = [], "s", 0.0
            for year in (y for y in self.years if key != "e" or y >= e_from):
                load = loads.get((key, year), 0.0)
                if load > usable[tier] * (1 + 1e-9):
                    tier = "m"
                t = s["tier"][tier]
                cost = t["capex_cny"] * (1 - s["station"]["subsidy_fraction"]) + t["land_cny"]
                if key == "v1":
                    small = s["tier"]["s"]
                    cost -= small["land_cny"]
                    cost -= small["capex_cny"] * (1 - s["station"]["subsidy_fraction"])
                timeline.append({
                    "year": year, "tier": tier, "capacity_kg_per_day": t["capacity_kg_per_day"],
                    "usable_kg_per_day": usable[tier], "storage_kg": 2 * usable[tier],
                    "storage_class": "III" if usable[tier] <= 500 else "II", "load_kg_per_day": load,
                    "peak_day_kg": load * s["station"]["peak_day_factor"],
                    "utilisation": load / t["capacity_kg_per_day"],
                    "trucks_per_day": calls.get((key, year), 0.0), "build_cny": cost - paid,
                })  # fmt: skip
                paid = cost
            if timeline:
                row, last = site[key], timeline[-1]
                made.append({
                    **{k: row[k] for k in ("id", "name_zh", "name_en", "kind", "route",
                                           "carriageway", "county", "lon", "lat", "node")},
                    "chainage_km": row["chainage_m"] / 1000, "period": timeline[0]["year"],
                    "tier": last["tier"], "capacity_kg_per_day": last["capacity_kg_per_day"],
                    "load_kg_per_day": last["load_kg_per_day"], "existing": key == "v1",
                    "capex_cny": paid, "timeline": timeline,
                    "replacements": [
                        {"year": year, "cny": r["build_cny"]} for r in timeline if r["build_cny"]
                        for year in range(r["year"] + 10, self.ends[-1] + 1, 10)],
                })  # fmt: skip
        self.d["plan"]["stations"] = made

    def _deliveries(self, loads: dict[Any, float]) -> None:
        delivery = SimpleNamespace(**self.scenario["delivery"])
        ways = {  # there and back
            "u1": [*BACK, "a-u0", "u0-u1", *OUT[2:]],
            "v1": ["b-v0", "v0-v1", "v1-v2", "v2-p", "p-u2m", "u2m-u3", "u3-b"],
            "e": ["b-v0", "v0-v1", "v1-v2", "v2-p", "p-e", "e-p", "p-u2m", "u2m-u3", "u3-b"],
        }
        rows = []
        for (key, year), load in loads.items():
            km = self._km(ways[key]) + 20.0
            kg = load / (1 - delivery.loss_fraction)
            price = delivery_cny_per_kg(delivery, self.scenario["money"]["discount_rate"], km)
            rows.append({"plant": "coke", "station": key, "year": year, "kg_per_day": kg,
                         "round_trip_km": km, "delivery_cny_per_kg": price,
                         "trailers_per_day": kg / delivery.payload_kg})  # fmt: skip
        self.d["plan"]["supply"] = rows

    def _money(self, loads: dict[Any, float]) -> None:
        s, plan = self.scenario, self.d["plan"]
        rate, power = s["money"]["discount_rate"], s["money"]["power_price_cny_per_kwh"]
        base = s["time"]["base_year"]
        weight = {y: period_weight(rate, base, y, e)
                  for y, e in zip(self.years, self.ends, strict=True)}  # fmt: skip
        npv = dict.fromkeys(plan["costs_npv_cny"], 0.0)
        recovery = capital_recovery(rate, s["station"]["life_years"])
        for station in plan["stations"]:
            paid = 0.0
            for row in station["timeline"]:
                t = s["tier"][row["tier"]]
                paid += row["build_cny"]
                npv["station_capex"] += weight[row["year"]] * recovery * paid
                npv["station_opex"] += weight[row["year"]] * (
                    t["fixed_opex_fraction"] * t["capex_cny"] + t["staff_cny_per_year"])  # fmt: skip
        gate = gate_price(
            gate_cny_per_kg=12.0, opportunity_cny_per_kg=0.0, kwh_per_kg=4.0,
            power_cny_per_kwh=power, capex_cny_per_kg_per_day=4000.0,
            life_years=20, discount_rate=rate)  # fmt: skip
        clean = gate.announced - gate.production
        late = s["plant"]["coke"]["gate_cny_per_kg"][str(self.years[-1])]
        for row in plan["supply"]:
            kg = weight[row["year"]] * 365 * row["kg_per_day"]
            npv["production"] += kg * ((late if row["year"] == self.years[-1] else 12.0) - clean)
            npv["purification"] += kg * clean
            npv["filling"] += kg * 2.0 * power
            npv["transport"] += kg * row["delivery_cny_per_kg"]
        for (_, year), load in loads.items():
            npv["station_power"] += weight[year] * 365 * load * 3.0 * power
        year_of = {c["id"]: c for c in self.d["trips"]["commodities"]}
        for row in plan["trips"]:
            c = year_of[row["commodity"]]
            v = next(v for v in c["variants"] if v["id"] == row["variant"])
            cost = row["trips_per_day"] * v["detour_cny_per_trip"]
            npv["detour"] += weight[c["year"]] * 365 * cost
            minutes = row["trips_per_day"] * len(row["stops"]) * s["demand"]["stop_minutes"]
            npv["stops"] += weight[c["year"]] * 365 * minutes / 60 * 60.0
        for row in plan["unmet"]:
            year = year_of[row["commodity"]]["year"]
            npv["unmet"] += weight[year] * 365 * row["kg_per_day"] * 100.0
        npv["total"] = 0.0
        npv["total"] = total = sum(npv.values())
        floor = unavoidable_penalty(self._problem(weight))
        bound = max(total * self.rng.uniform(0.97, 1.0), floor.cny)
        gap = gap_of(total, bound, floor.cny)
        plan.update(
            costs_npv_cny=npv, objective_cny=total, bound_cny=bound, gap=gap,
            unavoidable_cny=floor.cny,
            unavoidable_by_period=[
                {"year": year, "cny": cny, "nozzle_kg_per_day": kg} for year, cny, kg in zip(
                    self.years, floor.by_period_cny, floor.nozzle_kg_per_day, strict=True)],
            status="OPTIMAL" if gap <= 0.01 else "FEASIBLE",
            search={"stopped": "target" if gap <= 0.01 else "work", "moves_tested": 0,
                    "locally_optimal": False},
            equal_designs=None,
            periods=[{"year": y, "last_year": e, "weight": weight[y], "decides": True}
                     for y, e in zip(self.years, self.ends, strict=True)],
            do_nothing=self._do_nothing(weight),
            kpis={"lcoh_cny_per_kg": self._lcoh(npv, loads, weight),
                  "by_period": [self._period(y, loads) for y in self.years],
                  "by_plant": [{"plant": "coke", "year": y, "available_kg_per_day": self._limit(),
                                "sent_kg_per_day": self._sent(y)} for y in self.years]},
        )  # fmt: skip

    def _do_nothing(self, weight: dict[int, float]) -> Documents:
        """Leave the existing V1 idle: feasible whatever the roads are."""
        s, plan = self.scenario, self.d["plan"]
        small, peak = s["tier"]["s"], s["station"]["peak_day_factor"]
        idle = {
            "tier": "s", "capacity_kg_per_day": small["capacity_kg_per_day"],
            "usable_kg_per_day": min(
                small["capacity_kg_per_day"], small["peak_kg_per_hour"] / 0.1) / peak,
            "storage_kg": 2 * min(
                small["capacity_kg_per_day"], small["peak_kg_per_hour"] / 0.1) / peak,
            "storage_class": "III",
            "load_kg_per_day": 0.0, "peak_day_kg": 0.0, "utilisation": 0.0,
            "trucks_per_day": 0.0, "build_cny": 0.0,
        }  # fmt: skip
        v1 = next(station for station in plan["stations"] if station["id"] == "v1")
        demand = {year: [c for c in self.d["trips"]["commodities"] if c["year"] == year]
                  for year in self.years}  # fmt: skip
        kg = {year: sum(c["trips_per_day"] * c["need_g"] / 1000 for c in rows)
              for year, rows in demand.items()}  # fmt: skip
        upkeep = small["fixed_opex_fraction"] * small["capex_cny"] + small["staff_cny_per_year"]
        npv = dict.fromkeys(plan["costs_npv_cny"], 0.0) | {
            "station_opex": sum(weight.values()) * upkeep,
            "unmet": sum(weight[year] * 365 * kg[year] * 100.0 for year in self.years),
        }
        npv["total"] = npv["station_opex"] + npv["unmet"]
        return {
            "objective_cny": npv["total"], "bound_cny": npv["total"], "costs_npv_cny": npv,
            "by_period": [
                {"year": year, "stations": 1, "demand_kg_per_day": kg[year],
                 "unmet_kg_per_day": kg[year], "coverage_by_kg": 0.0 if kg[year] else None}
                for year in self.years],
            "stations": [{**v1, "tier": "s", "capacity_kg_per_day": idle["capacity_kg_per_day"],
                          "load_kg_per_day": 0.0, "capex_cny": 0.0, "replacements": [],
                          "timeline": [{"year": year, **idle} for year in self.years]}],
            "trips": [], "supply": [],
            "unmet": [{"commodity": c["id"], "trips_per_day": c["trips_per_day"],
                       "kg_per_day": c["trips_per_day"] * c["need_g"] / 1000}
                      for rows in demand.values() for c in rows],
        }  # fmt: skip

    def _problem(self, weight: dict[int, float]) -> SitingProblem:
        """Pose what the unavoidable penalty depends on; stations are free, budgets none."""
        s, p = self.scenario, self.scenario["plant"]["coke"]
        loss, money = s["delivery"]["loss_fraction"], s["money"]
        keys = ("e", "h", "u1", "v1")
        allowed = {"e": (True, False), "h": (False, False)}
        most = source_limit_kg_per_day(COKE_GAS, p.__getitem__) * 0.9 - p["committed_kg_per_day"]
        first = {(c["od"], c["truck"]): c["trips_per_day"] for c in self.d["trips"]["commodities"]
                 if c["year"] == self.years[0]}  # fmt: skip
        flows = [
            Commodity(
                id=c["id"], period=self.years.index(c["year"]), trips_per_day=c["trips_per_day"],
                usable_g=c["usable_g"], start_g=c["start_g"], end_g=c["end_g"],
                loop=c["convention"] == "LOOP", need_g=c["need_g"],
                priority_trips_per_day=min(c["trips_per_day"], first[c["od"], c["truck"]]),
                ways=tuple(
                    Variant(id=v["id"], total_g=v["total_g"],
                        stops=tuple(Visit(site=keys.index(x["site"]), at_g=x["at_g"])
                                    for x in v["visits"]))
                    for v in c["variants"]),
            ) for c in self.d["trips"]["commodities"]]  # fmt: skip
        periods = range(len(self.years))
        return SitingProblem(
            periods=tuple(Period(year=y, weight=weight[y]) for y in self.years),
            tiers=(Tier(id="s", usable_kg_per_day=1.0), Tier(id="m", usable_kg_per_day=2.0)),
            sites=tuple(Site(id=key, capex_cny=(0.0, 0.0), annual_cny=(0.0, 0.0),
                             allowed=allowed.get(key, (True, True))) for key in keys),
            flows=tuple(flows),
            sources=(Plant(
                id="coke", limit_kg_per_day=tuple(self._limit() for _ in periods),
                expanded_limit_kg_per_day=tuple(max(most, self._limit()) for _ in periods),
                gate_cny_per_kg=tuple(0.0 for _ in periods),
                steps_kg_per_day=tuple(p["expansions_kg_per_day"]), steps_capex_cny=(0.0,),
                steps_annual_cny=(0.0,),
                lane_cny_per_kg=tuple((0.0,) * len(keys) for _ in periods)),),
            unmet_cny_per_kg=money["unmet_price_cny_per_kg"], loss_fraction=loss,
            budget_cny=tuple(None for _ in periods),
            priority_cny_per_kg=money["priority_price_cny_per_kg"],
        )  # fmt: skip

    def _lcoh(self, npv: Documents, loads: dict[Any, float], weight: dict[int, float]) -> Any:
        kg = sum(weight[year] * 365 * load for (_, year), load in loads.items())
        if kg <= 0:
            return None
        split = {
            "production": npv["production"], "purification": npv["purification"],
            "opportunity": npv["opportunity"], "compression": npv["filling"],
            "transport": npv["transport"], "station_capex": npv["station_capex"],
            "station_opex": npv["station_opex"], "station_power": npv["station_power"],
            "detour": npv["detour"], "stops": npv["stops"],
        }  # fmt: skip
        return {**{k: x / kg for k, x in split.items()}, "total": sum(split.values()) / kg}

    def _period(self, year: int, loads: dict[Any, float]) -> Documents:
        flows = {c["id"]: c for c in self.d["trips"]["commodities"] if c["year"] == year}
        wanted = sum(c["trips_per_day"] * c["need_g"] / 1000 for c in flows.values())
        lost = sum(r["kg_per_day"] for r in self.d["plan"]["unmet"] if r["commodity"] in flows)
        return {"year": year, "unmet_kg_per_day": lost,
                "sold_kg_per_day": sum(x for (_, y), x in loads.items() if y == year),
                "coverage_by_kg": (wanted - lost) / wanted if wanted else None}  # fmt: skip
