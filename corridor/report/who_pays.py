"""What the page says about who pays: rows of figures and their words in English and Chinese."""

from __future__ import annotations

from corridor.report.folder import Json, at

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
