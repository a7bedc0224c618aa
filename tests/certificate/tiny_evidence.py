"""The value of service of the tiny run: at 20 CNY/kg neither E nor the step is worth its money."""

from __future__ import annotations

from typing import Any

from tiny_inputs import Documents, sites
from tiny_run import (
    BOUND,
    COSTS,
    GAP,
    PRICE_U1,
    PRICE_V1,
    THROUGH_2026,
    THROUGH_2030,
    U1_2026,
    UNAVOIDABLE_2030,
    V1_2026,
    V1_2030,
    lane,
    plan,
    row,
    station,
)

# In 2030 loops alone: 67.5 a day x 20 kg = 1350 kg, 1687.5 leave; 450 kg of through trucks are unmet.
U1_LOOPS = 56.25 * 9.4 + 11.25 * 8.6  # 625.5
SENT = 4 * 1500 + 5 * 1687.5
ONLY_LOOPS = {
    "station_capex": COSTS["station_capex"] - 5 * 80_000,
    "station_opex": COSTS["station_opex"] - 5 * 240_000,
    "expansions": 0.0,
    "production": SENT * 3450,
    "purification": SENT * 930,
    "opportunity": 0.0,
    "filling": SENT * 365,
    "transport": 365 / 0.8 * (
        4 * (U1_2026 * PRICE_U1 + V1_2026 * PRICE_V1) + 5 * (U1_LOOPS * PRICE_U1 + V1_2030 * PRICE_V1)
    ),
    "station_power": (4 * 1200 + 5 * 1350) * 365 * 1.5,
    "detour": 0.0,
    "stops": 6 * 365 * (4 * (90 + THROUGH_2026) + 5 * 135),
    "unmet": 450 * 100 * 365 * 5.0,
}  # fmt: skip
ONLY_LOOPS["total"] = sum(ONLY_LOOPS.values())

SPENT = {
    None: COSTS["total"] - COSTS["unmet"],
    0: ONLY_LOOPS["total"] - ONLY_LOOPS["unmet"],
}
UNMET_KG = {None: 52.5 * 365 * 5, 0: 450 * 365 * 5.0}
"""Design -> net present money spent, kilograms left unmet; None is the plan. [CNY], [kg]"""


def _design() -> Documents:
    site = {each["id"]: each for each in sites()["sites"]}
    whole = plan()
    return {
        "objective_cny": ONLY_LOOPS["total"],
        "stations": [
            station(site["u1"], 1_600_000.0, [
                row(2026, "m", U1_2026, 37.5 + 7.5 + THROUGH_2026, 1_600_000.0),
                row(2030, "m", U1_LOOPS, 56.25 + 11.25, 0.0)]),
            next(each for each in whole["stations"] if each["id"] == "v1"),
        ],
        "trips": [each for each in whole["trips"] if each["commodity"] != "east.t.2030"],
        "unmet": [{"commodity": "east.t.2030", "trips_per_day": THROUGH_2030, "kg_per_day": 450.0}],
        "supply": [
            *(each for each in whole["supply"] if each["year"] == 2026),
            lane("u1", 2030, U1_LOOPS / 0.8, 420.0, PRICE_U1),
            lane("v1", 2030, V1_2030 / 0.8, 180.0, PRICE_V1),
        ],
        "expansions": [],
        "costs_npv_cny": dict(ONLY_LOOPS),
    }  # fmt: skip


def _period(year: int, stations: int, wanted: float, unmet: float) -> Documents:
    return {"year": year, "stations": stations, "demand_kg_per_day": wanted,
            "unmet_kg_per_day": unmet, "coverage_by_kg": (wanted - unmet) / wanted}  # fmt: skip


def _point(price: float, design: int | None, bound: float) -> Documents:
    cost = SPENT[design] + price * UNMET_KG[design]
    unavoidable = UNAVOIDABLE_2030 * price / 100
    stations, unmet = (3, 52.5) if design is None else (2, 450.0)
    return {
        "unmet_price_cny_per_kg": price, "priority_price_cny_per_kg": price, "design": design,
        "objective_cny": cost, "spent_cny": SPENT[design], "bound_cny": bound,
        "unavoidable_cny": unavoidable, "gap": (cost - bound) / (cost - unavoidable),
        "stopped": "work",
        "by_period": [_period(2026, 2, 1200.0, 0.0), _period(2030, stations, 1800.0, unmet)],
    }  # fmt: skip


def _entry(key: str, prices: list[float], above: float | None, by: float | None) -> Documents:
    site: Any = next(each for each in sites()["sites"] if each["id"] == key)
    same = {name: site[name] for name in ("id", "name_zh", "name_en", "route", "carriageway")}
    return {**same, "chainage_km": site["chainage_m"] / 1000, "stands_at_cny_per_kg": prices,
            "enters_above_cny_per_kg": above, "enters_by_cny_per_kg": by}  # fmt: skip


def evidence() -> Documents:
    """Return the document, the hash of its plan still empty."""
    own = _point(100.0, None, BOUND)
    assert abs(own["gap"] - GAP) < 1e-12
    return {
        "schema": "corridor.evidence/1",
        "plan_sha256": "",
        "work_share": 1 / 3,
        "points": [_point(20.0, 0, 140e6), own, _point(200.0, None, 168e6)],
        "stations": [
            _entry("u1", [20.0, 100.0, 200.0], None, 20.0),
            _entry("e", [100.0, 200.0], 20.0, 100.0),
        ],
        "designs": [_design()],
    }
