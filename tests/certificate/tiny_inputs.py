r"""A run folder small enough to check by hand: one road, two carriageways, three stations.

    km     0    1              90        120 121       130            199  200
    up     A -> u0 ---------> U1 ------> u2->u2m ---------------------> u3 -> B
                                           \ /
                                            P <-> E      (exit: plaza P, site E)
                                           / \
    down   A <- v3 <------------------- v2m<-v2 <------ V1 <--------- v0 <- B

U1 and V1 are service-area sides (V1 holds a small station since 2024), E is an exit site, and the
hub H at A may not be built on. The class burns 60 g/km laden and 40 g/km empty on the flat.

The numbers below were worked out with pen and paper; nothing of the package made them.
"""

from __future__ import annotations

from typing import Any

Documents = dict[str, Any]

LADEN_N, EMPTY_N = 3600.0, 2400.0
"""Rolling resistance: 3600 N / 0.5 (fuel cell) / 120 kJ/g = 60 g/km; 2400 N = 40 g/km."""

UP = [("a", "u0", 1), ("u0", "u1", 89), ("u1", "u2", 30), ("u2", "u2m", 1), ("u2m", "u3", 78),
      ("u3", "b", 1)]  # fmt: skip
DOWN = [("b", "v0", 1), ("v0", "v1", 69), ("v1", "v2", 9), ("v2", "v2m", 1), ("v2m", "v3", 119),
        ("v3", "a", 1)]  # fmt: skip
EXIT = [("u2", "p", 1), ("p", "u2m", 1), ("v2", "p", 1), ("p", "v2m", 1), ("p", "e", 1),
        ("e", "p", 1)]  # fmt: skip
KM = {f"{tail}-{head}": km for tail, head, km in (*UP, *DOWN, *EXIT)}
OUT = [f"{tail}-{head}" for tail, head, _ in UP]
BACK = [f"{tail}-{head}" for tail, head, _ in DOWN]
VIA_EXIT = ["a-u0", "u0-u1", "u1-u2", "u2-p", "p-e", "e-p", "p-u2m", "u2m-u3", "u3-b"]


def scenario() -> Documents:
    tier = {
        # usable: min(500, 100 / 0.1) / 1.25 = 400; min(1000, 200 / 0.1) / 1.25 = 800 kg/day
        # overnight: 0.75 x 1.0 M + 0.05 M = 0.8 M; 0.75 x 2.0 M + 0.1 M = 1.6 M CNY
        "s": {"capacity_kg_per_day": 500.0, "dispensers": 1, "peak_kg_per_hour": 100.0,
              "capex_cny": 1_000_000.0, "land_cny": 50_000.0, "fixed_opex_fraction": 0.04,
              "staff_cny_per_year": 200_000.0},
        "m": {"capacity_kg_per_day": 1000.0, "dispensers": 2, "peak_kg_per_hour": 200.0,
              "capex_cny": 2_000_000.0, "land_cny": 100_000.0, "fixed_opex_fraction": 0.04,
              "staff_cny_per_year": 300_000.0},
    }  # fmt: skip
    truck = {
        "mass_laden_kg": LADEN_N / 9.81 / 0.01, "mass_empty_kg": EMPTY_N / 9.81 / 0.01,
        "payload_t": 20.0, "tank_kg": 20.0, "usable_fraction": 0.9, "reserve_fraction": 0.1,
        "rolling_resistance": 0.01, "drag_area_m2": 0.0, "air_density_kg_per_m3": 1.0,
        "drivetrain_efficiency": 1.0, "fuel_cell_efficiency": 0.5, "regen_fraction": 0.3,
        "auxiliary_kw": 0.0, "speed_km_per_h": 60.0, "consumption_factor": 1.0,
        "diesel_l_per_100km": 35.0,
    }  # fmt: skip
    plant = {
        # 1 Mt x 400 x 0.5 x 0.5 x 0.5 x 0.8 = 40 M Nm3/year -> 9852 kg/day of gas;
        # min(9852, 2000) x 0.9 - 100 = 1700 kg/day; with one step 2200 kg/day
        "name_zh": "焦化厂", "name_en": "Coke works", "kind": "coke_oven_gas", "place": "b",
        "announced": True,
        "extra_km": 10.0, "enabled": True, "coke_mt_per_year": 1.0, "coke_rate_fraction": 1.0,
        "gas_nm3_per_t": 400.0, "own_use_fraction": 0.5, "committed_gas_fraction": 0.5,
        "hydrogen_fraction": 0.5, "recovery_fraction": 0.8, "nameplate_kg_per_day": 2000.0,
        "committed_kg_per_day": 100.0, "availability_fraction": {"2020": 0.9, "2060": 0.8},
        "gate_cny_per_kg": 12.0, "purification_kwh_per_kg": 4.0,
        "purification_capex_cny_per_kg_per_day": 4000.0, "purification_life_years": 20,
        "expansions_kg_per_day": [500.0], "carbon_kg_per_kg": {"energy": 4.0, "mass": 9.0},
    }  # fmt: skip
    return {
        "schema": "corridor.scenario/1",
        "name": "tiny",
        "time": {"periods": [2026, 2030], "years": "first", "base_year": 2026,
                 "horizon_end_year": 2034},
        "money": {
            "discount_rate": 0.0,
            "unmet_price_cny_per_kg": 100.0,
            "priority_price_cny_per_kg": 100.0,
            "power_price_cny_per_kwh": 0.5,
            "price_year": 2025,
            # 2026: U1 1.6 M + V1 small to medium 0.8 M; 2030: E 0.8 M + one step 2.0 M, and V1 of
            # 2024 is built again in 2034: 0.8 M
            "budget_cny": {"2026": 2_400_000.0, "2030": 3_600_000.0},
        },
        "economics": {
            "pump_price_cny_per_kg": 25.0, "operator_return_fraction": 0.0,
            "co2_price_cny_per_t": 0.0, "hydrogen_truck_capex_cny": 1_200_000.0,
            "diesel_truck_capex_cny": 400_000.0, "truck_life_years": 8,
            "truck_km_per_year": 100_000.0,
        },
        "network": {
            "source": "tiny", "open_year": {"main": 2015}, "removed_sides": [],
            "unresolved_climb_m_per_100km": 0.0, "unresolved_grade": 0.03, "max_grade": 0.06,
        },
        "candidates": {"max_detour_m": 6000.0},
        "site": {"h": {"name_en": "Hub", "lon": 104.8, "lat": 26.0, "kind": "hub",
                       "capex_factor": 1.0}},
        "existing_station": {"v1": {"name_en": "V1", "lon": 106.1, "lat": 26.0, "tier": "s",
                                    "since_year": 2024, "carriageway": "down"}},
        "decision": {
            "h": {"open": "forbidden"},
            "u1": {"open": "required", "min_tier": "s", "tiers": []},
            "e": {"open": "free", "tiers": ["s"]},
        },
        "tier": tier,
        "station": {"life_years": 10, "compression_kwh_per_kg": 3.0, "subsidy_fraction": 0.25,
                    "peak_day_factor": 1.25, "busiest_hour_fraction": 0.1, "fill_kg": 20.0,
                    "fill_minutes": 10.0, "handling_minutes": 5.0, "longest_wait_minutes": 10.0,
                    "late_fraction": 0.05, "storage_days": 2.0,
                    "storage_standard": "GB 50516-2010"},
        "truck": {"t": truck},
        "adoption": {
            "level": "base",
            "trucks_low": {"2026": 20.0},
            "trucks_base": {"2026": 40.0, "2030": 60.0},
            "trucks_high": {"2024": 40.0, "2028": 160.0},
        },
        "demand": {
            "use_markets": True, "kg_per_truck_day": 30.0, "through_start_fraction": 0.5,
            "through_end_fraction": 0.25, "max_detour_stops": 1, "min_stop_kg": 2.0,
            "stop_minutes": 6.0,
            "detour_cny_per_hour": 60.0, "detour_cny_per_km": 2.0,
            "captive_load_fraction": 1.0, "regional_load_fraction": 0.6,
            "through_load_fraction": 0.5, "tonnage": "refuse",
        },
        "market": {"captive": {"share": 0.5}, "regional": {"share": 0.25},
                   "through": {"share": 0.25}},
        "fleet": {"coal": {"origin": "a", "destination": "b", "truck": "t", "cargo": "coal",
                           "share": 1.0}},
        "gravity": {"beta_per_km": 0.01, "pairs_max": 5, "truck": "t"},
        "zone": {"a": {"mass": 3.0}, "b": {"mass": 3.0}},
        "through": {"east": {"origin": "a", "destination": "b", "truck": "t", "cargo": "",
                             "share": 1.0}},
        "od": {},
        # out 1 Mt of coke, in 1.4 Mt of coal, both 2.4 less 1.2 by rail: 1.2 Mt a year by road
        "works": {"b": {"plant": "coke", "coal_t_per_t_coke": 1.4, "rail_mt_per_year": 1.2}},
        "count": {
            "up": {"route": "T1", "chainage_km": 40.0, "carriageway": "up", "truck": "",
                   "year": 2025, "trucks_per_day": 1000.0, "source": "", "row": ""},
            "down": {"route": "T1", "chainage_km": 40.0, "carriageway": "down", "truck": "t",
                     "year": 2025, "trucks_per_day": 500.0, "source": "", "row": ""},
        },
        "calibration": {"method": "none", "seed_weight": 0.1, "hour_fraction": 0.06},
        "plant": {"coke": plant, "off": {**plant, "enabled": False}},
        "delivery": {
            "payload_kg": 250.0, "trailer_capex_cny": 800_000.0, "tractor_capex_cny": 200_000.0,
            "life_years": 10, "crew_persons": 2.0, "crew_cny_per_year": 100_000.0,
            "trailer_om_fraction": 0.05, "operating_hours_per_year": 4000.0,
            "speed_km_per_h": 60.0, "load_unload_hours": 1.0, "fill_hours": 2.0, "unload_hours": 3.0,
            "diesel_l_per_100km": 35.0,
            "diesel_cny_per_l": 8.0, "maintenance_cny_per_km": 0.7, "toll_cny_per_km": 1.5,
            "filling_kwh_per_kg": 2.0, "loss_fraction": 0.2,
        },
        "carbon": {"grid_kg_per_kwh": 0.5, "diesel_kg_per_l": 2.6},
        "policy": {"spacing": {"t1": {"route": "T1", "max_gap_km": 130.0, "from_year": 2026}}},
        "solver": {"name": "highs", "gap_target": 0.01, "work_limit": 60.0,
                   "seed": 0},
    }  # fmt: skip


# id: kind, carriageway, km from the start; 200 km at latitude 26 are 2.0 degrees of longitude
_NODES = {
    "a": ("terminal", "", None), "b": ("terminal", "", None), "p": ("plaza", "", None),
    "e": ("site", "", None), "u0": ("merge", "up", 1), "u1": ("sa_side", "up", 90),
    "u2": ("diverge", "up", 120), "u2m": ("merge", "up", 121), "u3": ("diverge", "up", 199),
    "v0": ("merge", "down", 199), "v1": ("sa_side", "down", 130), "v2": ("diverge", "down", 121),
    "v2m": ("merge", "down", 120), "v3": ("diverge", "down", 1),
}  # fmt: skip
_OFF_ROAD_KM = {"a": 0, "b": 200, "p": 120, "e": 121}


def network() -> Documents:
    nodes = []
    for key, (kind, carriageway, km) in sorted(_NODES.items()):
        along = _OFF_ROAD_KM[key] if km is None else km
        nodes.append({
            "id": key, "kind": kind, "lon": 104.8 + along / 100, "lat": 26.0,
            "elevation_m": 1500.0, "route": "T1" if km else "", "carriageway": carriageway,
            "chainage_m": None if km is None else km * 1000, "name_zh": "", "name_en": key,
        })  # fmt: skip
    arcs = []
    for key, km in sorted(KM.items()):
        tail, head = key.split("-")
        road = _NODES[tail][1] == _NODES[head][1] != ""
        arcs.append({
            "id": key, "tail": tail, "head": head, "length_m": km * 1000,
            "kind": "mainline" if road else "ramp" if "p" in (tail, head) else "access",
            "route": "T1" if road else "", "carriageway": _NODES[tail][1] if road else "",
            "section": "main" if road else "", "open_year": 2015, "close_year": None,
            "length_basis": "cited",
        })  # fmt: skip
    side = {"kind": "service_area", "highway_zh": "T1", "direction_zh": "", "county_zh": "",
            "lat": 26.0, "elevation_m": 1500.0, "left_out_because": "", "source": ""}  # fmt: skip
    return {
        "schema": "corridor.network/1",
        "name": "tiny",
        "nodes": nodes,
        "arcs": arcs,
        "routes": [{"ref": "T1", "name_zh": "", "name_en": "Tiny", "up": "up", "down": "down",
                    "length_m": 200_000, "length_basis": "cited", "source": ""}],
        "sides": [{**side, "id": "u1", "name_zh": "上", "name_en": "Up", "lon": 105.7,
                   "node": "u1"},
                  {**side, "id": "v1", "name_zh": "下", "name_en": "Down", "lon": 106.1,
                   "node": "v1"}],
        "places": [{"id": key, "name_zh": key, "name_en": key, "kind": "town", "node": key,
                    "population": None, "source": ""} for key in ("a", "b")],
        "attribution": [], "provenance": {}, "notes": [],
    }  # fmt: skip


def _site(key: str, kind: str, node: str, lon: float, **more: Any) -> Documents:
    return {
        "id": key, "kind": kind, "name_zh": f"{key}站", "name_en": key.upper(), "node": node,
        "lon": lon, "lat": 26.0, "route": "T1", "carriageway": "both", "chainage_m": None,
        "county": "", "existing_tier": "", "existing_since": None, "tiers": [],
        "required_from": None, "required_tier": "", "forbidden": False, "capex_factor": 1.0,
        "source": "", **more,
    }  # fmt: skip


def sites() -> Documents:
    return {
        "schema": "corridor.sites/1",
        "sites": [
            _site("e", "exit", "e", 106.01, chainage_m=120_000, tiers=["s"]),
            _site("h", "hub", "a", 104.8, route="", forbidden=True),
            _site("u1", "sa_side", "u1", 105.7, carriageway="up", chainage_m=90_000,
                  required_from=2026, required_tier="s"),
            _site("v1", "sa_side", "v1", 106.1, carriageway="down", chainage_m=130_000,
                  existing_tier="s", existing_since=2024),
        ],
        "rejected": [{"id": "x", "name_zh": "", "name_en": "X", "lon": 105.0, "lat": 26.0,
                      "code": "red_line", "reason": "inside a polygon"}],
        "plants": [{"id": "coke", "node": "b", "extra_km": 10.0}],
    }  # fmt: skip


def _leg(load: str, arcs: list[str]) -> Documents:
    rate = 60 if load == "laden" else 40
    return {"load": load, "arcs": list(arcs), "grams": [rate * KM[arc] for arc in arcs]}


def _visit(site: str, position: int, at_g: int) -> Documents:
    return {"site": site, "position": position, "at_g": at_g}


def _base(legs: list[Documents], visits: list[Documents], total_g: int, km: int) -> Documents:
    return {"id": "base", "legs": legs, "visits": visits, "total_g": total_g,
            "length_m": km * 1000, "detour_sites": [], "detour_cny_per_trip": 0.0}  # fmt: skip


def _commodity(od: str, market: str, year: int, trips: float, **more: Any) -> Documents:
    origin, destination = more.pop("ends", ("a", "b"))
    return {
        "id": f"{od}.t.{year}", "od": od, "origin": origin, "destination": destination,
        "origin_zh": origin, "origin_en": origin, "destination_zh": destination,
        "destination_en": destination, "truck": "t", "year": year, "market": market,
        "cargo": "general", "convention": "LOOP",
        "usable_g": 16_200,  # 20 kg x 0.9 x 0.9
        "start_g": 0, "end_g": 0, "trips_per_day": trips, "need_g": 20_000, **more,
    }  # fmt: skip


LOAD_T = {"captive": 20.0, "regional": 12.0, "through": 10.0}
"""20 t of payload x mean load of the market. [t]"""


def _works(commodities: list[Documents], year: int) -> list[Documents]:
    """Return the tonnes of the coke works at B: what leaves it, what enters, both."""
    rows = []
    for direction, ends, there in (
        ("out", ("origin",), 1e6),
        ("in", ("destination",), 1.4e6),
        ("both", ("origin", "destination"), 1.2e6),
    ):
        tonnes = sum(
            c["t_per_year"]
            for c in commodities
            if c["year"] == year and "b" in [c[end] for end in ends]
        )
        rows.append({"place": "b", "year": year, "direction": direction,
                     "asked_t_per_year": tonnes, "there_t_per_year": there,
                     "driven_t_per_year": tonnes})  # fmt: skip
    return rows


def _counts() -> list[Documents]:
    """Return what passes km 40 in 2026: 45 loops each way, and once those through, upwards only."""
    passing = {"down": 45.0, "up": 45.0 + 300 / 7.95}
    counted = {"down": 500.0, "up": 1000.0}
    share = sum(passing.values()) / 1500
    rows = []
    for way, trucks in passing.items():
        # 6 % of the day's trucks of all fuels in the hour
        m, c = 0.06 * trucks / share, 0.06 * counted[way]
        geh = (2 * (m - c) ** 2 / (m + c)) ** 0.5
        rows.append({"id": way, "year": 2026, "truck": "t" if way == "down" else "",
                     "counted_per_day": counted[way], "before_per_day": trucks,
                     "after_per_day": trucks, "hydrogen_share": share, "geh_before": geh,
                     "geh_after": geh})  # fmt: skip
    return rows


def trips() -> Documents:
    commodities = []
    for year, kg in ((2026, 1200.0), (2030, 1800.0)):  # 40 and 60 trucks x 30 kg/day
        # A -> B laden 200 km x 60 = 12 kg, back empty 200 x 40 = 8 kg: 20 kg a loop.
        there = _base([_leg("laden", OUT), _leg("empty", BACK)],
                      [_visit("h", 0, 0), _visit("u1", 2, 5400), _visit("v1", 8, 14_800)],
                      20_000, 400)  # fmt: skip
        # B -> A laden, back empty: V1 after 70 km laden, U1 after 200 km laden and 90 km empty.
        other = _base([_leg("laden", BACK), _leg("empty", OUT)],
                      [_visit("v1", 2, 4200), _visit("h", 6, 12_000), _visit("u1", 8, 15_600)],
                      20_000, 400)  # fmt: skip
        once = _base([_leg("laden", OUT)], [_visit("h", 0, 0), _visit("u1", 2, 5400)], 12_000, 200)
        detour = {  # 3 km more: 3 x 2 CNY + 3/60 h x 60 CNY = 9 CNY
            "id": "out:e", "legs": [_leg("laden", VIA_EXIT)],
            "visits": [_visit("h", 0, 0), _visit("u1", 2, 5400), _visit("e", 5, 7320)],
            "total_g": 12_180, "length_m": 203_000, "detour_sites": ["e"],
            "detour_cny_per_trip": 9.0,
        }  # fmt: skip
        commodities += [
            # captive: half of the hydrogen, 20 kg a loop: 30 and 45 loops a day
            _commodity("coal", "captive", year, kg * 0.5 / 20, cargo="coal", variants=[there]),
            # regional: a quarter, in equal halves by symmetry: 7.5 and 11.25 loops a day each
            _commodity("a-b", "regional", year, kg * 0.125 / 20, variants=[there]),
            _commodity("b-a", "regional", year, kg * 0.125 / 20, variants=[other],
                       ends=("b", "a")),
            # through: starts with 8.1 kg, ends with 4.05 kg, needs 12 + 4.05 - 8.1 = 7.95 kg
            _commodity("east", "through", year, kg * 0.25 / 7.95, cargo="", convention="ONEWAY",
                       start_g=8100, end_g=4050, need_g=7950, variants=[once, detour]),
        ]  # fmt: skip
    for c in commodities:
        c["t_per_year"] = c["trips_per_day"] * LOAD_T[c["market"]] * 365
    return {
        "schema": "corridor.trips/1",
        "commodities": sorted(commodities, key=lambda c: c["id"]),
        # high: 40 in 2024, 160 in 2028: x 2 in two years, flat after 2028
        "trucks_by_year": [
            {"year": 2026, "low": 20.0, "base": 40.0, "high": 80.0, "used": 40.0},
            {"year": 2030, "low": 20.0, "base": 60.0, "high": 160.0, "used": 60.0},
        ],
        "counts": _counts(),
        "factors": [],
        "works": [*_works(commodities, 2026), *_works(commodities, 2030)],
        "notes": [],
    }
