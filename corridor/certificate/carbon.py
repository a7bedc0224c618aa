"""Carbon of a kilogram at the nozzle and of the diesel it replaces, recomputed."""

from __future__ import annotations

from typing import Any

from corridor.certificate.dossier import Dossier, in_year

DAYS = 365


def carbon_figures(d: Dossier, year: int, sold: float, driven: dict[str, float]) -> dict[str, Any]:
    """Return the carbon figures of a period.

    Gate value of each plant by allocation method (a plant without one counts with its dearest),
    plus filling and the station's electricity at the grid's factor, plus the trailers' diesel.

    Parameters
    ----------
    year
        First year of the period.
    sold
        Hydrogen sold. [kg/day]
    driven
        Commodity id -> trips driven per day.

    Returns
    -------
    dict
        ``co2_kg_per_kg`` and ``co2_avoided_t_per_year`` by method, ``diesel_co2_t_per_year``.
    """
    delivery, factors = d.scenario["delivery"], d.section("carbon")
    grid = factors.get("grid_kg_per_kwh") or 0.0
    diesel_kg_per_l = factors.get("diesel_kg_per_l") or 0.0
    values = {key: _gate_values(d, key) for key in (plant["id"] for plant in d.sites["plants"])}
    methods = list(dict.fromkeys(method for table in values.values() for method in table))
    totals = dict.fromkeys(methods, 0.0)
    for row in d.plan["supply"]:
        table = values[row["plant"]]
        if row["year"] != year or not table:
            continue
        litres = row["round_trip_km"] * delivery["diesel_l_per_100km"] / 100
        road = litres / delivery["payload_kg"] * diesel_kg_per_l
        filling = delivery["filling_kwh_per_kg"] * grid
        if d.plants[row["plant"]].get("at_site"):
            filling = road = 0.0
        for method in methods:
            gate = table.get(method, max(table.values()))
            totals[method] += row["kg_per_day"] * (gate + filling + road)
    station = d.scenario["station"]["compression_kwh_per_kg"] * grid
    per_kg = {m: total / sold + station for m, total in totals.items()} if sold > 0 else {}
    diesel = _diesel_kg_per_day(d, year, driven, diesel_kg_per_l)
    return {
        "co2_kg_per_kg": per_kg,
        "co2_avoided_t_per_year": {
            method: DAYS * (diesel - value * sold) / 1000 for method, value in per_kg.items()
        },
        "diesel_co2_t_per_year": DAYS * diesel / 1000,
    }


def _gate_values(d: Dossier, plant: str) -> dict[str, float]:
    """Return the emissions at a plant's gate by method, those of the first period. [kg/kg]."""
    table = d.plants[plant].get("carbon_kg_per_kg") or {}
    return {method: in_year(table[method], d.years[0]) for method in sorted(table)}


def _diesel_kg_per_day(d: Dossier, year: int, driven: dict[str, float], kg_per_l: float) -> float:
    """Return the CO2 of the diesel trucks that the driven trips replace. [kg/day]."""
    total = 0.0
    for key, trips in driven.items():
        c = d.commodity[key]
        if c["year"] == year:
            litres = (d.scenario["truck"][c["truck"]].get("diesel_l_per_100km") or 0.0) / 100
            total += trips * c["variants"][0]["length_m"] / 1000 * litres * kg_per_l
    return total
