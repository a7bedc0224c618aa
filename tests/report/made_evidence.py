"""The value of service of the made run: the plan's own price of 80 CNY/kg and one below and above."""

from __future__ import annotations

from typing import Any

_STATION = ("id", "name_zh", "name_en", "route", "carriageway", "chainage_km")


def evidence(plan: dict[str, Any]) -> dict[str, Any]:
    """Return the document for the made plan.

    At 30 CNY/kg two stations fewer stand in the last period and half as much is served; at 300 the
    plan stands still, and what it leaves unmet costs 3.75 times as much.
    """
    spent = plan["objective_cny"] - plan["costs_npv_cny"]["unmet"]
    own = [
        {key: row[key] for key in ("year", "stations", "demand_kg_per_day", "unmet_kg_per_day",
                                   "coverage_by_kg")}
        for row in plan["kpis"]["by_period"]
    ]  # fmt: skip
    fewer = [
        {**row, "stations": max(0, row["stations"] - 2), "coverage_by_kg": row["coverage_by_kg"] / 2,
         "unmet_kg_per_day": row["demand_kg_per_day"] * (1 - row["coverage_by_kg"] / 2)}
        for row in own
    ]  # fmt: skip

    def point(price: float, design: int | None, paid: float, cost: float, gap: float) -> Any:
        return {
            "unmet_price_cny_per_kg": price, "priority_price_cny_per_kg": price, "design": design,
            "objective_cny": cost, "spent_cny": paid, "bound_cny": cost - gap * (cost - 1e6),
            "unavoidable_cny": 1e6, "gap": gap, "stopped": "work",
            "by_period": own if design is None else fewer,
        }  # fmt: skip

    stations = [{key: station[key] for key in _STATION} for station in plan["stations"]]
    entries = ((None, 30.0, [30.0, 80.0, 300.0]), (30.0, 80.0, [80.0, 300.0]), (None, None, [30.0]))
    return {
        "schema": "corridor.evidence/1",
        "plan_sha256": "",
        "work_share": 1 / 3,
        "points": [
            point(30.0, 0, spent / 2, spent / 2 + 90e6, 0.0456),
            point(80.0, None, spent, plan["objective_cny"], plan["gap"]),
            point(300.0, None, spent, spent + 3.75 * plan["costs_npv_cny"]["unmet"], 0.0789),
        ],
        "stations": [
            {**station, "stands_at_cny_per_kg": prices, "enters_above_cny_per_kg": above,
             "enters_by_cny_per_kg": by}
            for station, (above, by, prices) in zip(stations, entries, strict=False)
        ],
        "designs": [],
    }  # fmt: skip
