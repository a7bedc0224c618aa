"""What the page says about who pays: rows of figures and their words in English and Chinese."""

from __future__ import annotations

from corridor.report.folder import Json, at

BLOCK_WORDS = {
    "station_capex": ("stations: annuity", "加氢站：年金"),
    "station_opex": ("stations: staff, upkeep", "加氢站：人员、维护"),
    "expansions": ("plant expansions", "制氢厂扩建"),
    "production": ("production", "制氢"),
    "purification": (
        "purification, operation and announced capital",
        "提纯：运行与已宣布部分的投资",
    ),
    "opportunity": ("what the gas of expansions would have earned", "扩建用气的机会成本"),
    "filling": ("filling of trailers", "拖车充装压缩"),
    "transport": ("transport", "运输"),
    "station_power": ("electricity at the stations", "加氢站用电"),
    "detour": ("detours of trucks", "货车绕行"),
    "stops": ("time of the stops", "停车加注时间"),
    "unmet": ("unmet demand", "未满足需求"),
}
"""Blocks of cost in English and Chinese."""

OWNER_ROWS = (
    ("hydrogen_cny_per_km", ("Hydrogen, CNY/km", "氢气，元/公里"), "sig"),
    ("diesel_cny_per_km", ("Diesel, CNY/km", "柴油，元/公里"), "sig"),
    ("capital_cny_per_km", ("Dearer truck, CNY/km", "车价差，元/公里"), "sig"),
    (
        "parity_fuel_cny_per_kg",
        ("Pump price at fuel parity, CNY/kg", "燃料平价加氢价格，元/千克"),
        "sig",
    ),
    (
        "parity_cny_per_kg",
        ("Pump price at parity with the dearer truck, CNY/kg", "含车价差平价，元/千克"),
        "sig",
    ),
    ("npv_cny", ("Net present value, M CNY", "净现值，万元"), "money"),
    ("payback_years", ("Paid back after years", "回收期，年"), "plain"),
)
"""What a truck owner sees: key, words, format."""

CAPEX_PARTS = (
    ("stations_cny", ("stations", "加氢站")),
    ("station_replacements_cny", ("replacements of stations", "加氢站更新")),
    ("expansions_cny", ("expansions", "扩建")),
    ("expansion_replacements_cny", ("replacements of expansions", "扩建更新")),
    ("trailers_cny", ("trailers (carrier)", "拖车（承运方）")),
)
"""What is bought: key and words."""


def who_pays_view(plan: Json) -> Json:
    """Return what the section on who pays says."""
    return {
        "operator_irr": at(plan, "/kpis/who_pays/operator/irr") or [],
        "owners": at(plan, "/kpis/who_pays/trucks") or [],
        "owner_rows": OWNER_ROWS,
        "capex_rows": at(plan, "/kpis/capital/by_year") or [],
        "capex_parts": CAPEX_PARTS,
    }
