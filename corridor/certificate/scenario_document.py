"""The shape of the scenario, the first input of a certificate (docs/formats.md, section 1)."""

from __future__ import annotations

from corridor.certificate.fields import AMOUNT, ANY, ID, LAT, LON, POSITIVE, SHARE, YEAR
from corridor.certificate.shape import (
    ByYear,
    Flag,
    Items,
    Maybe,
    Number,
    Record,
    Table,
    Text,
    Whole,
)
from corridor.core.storage import storage_standards
from corridor.core.technology import technologies

_TRUCK = Record(
    {
        "mass_laden_kg": POSITIVE,
        "mass_empty_kg": POSITIVE,
        "payload_t": POSITIVE,
        "tank_kg": POSITIVE,
        "usable_fraction": SHARE,
        "reserve_fraction": SHARE,
        "rolling_resistance": AMOUNT,
        "drag_area_m2": AMOUNT,
        "air_density_kg_per_m3": AMOUNT,
        "drivetrain_efficiency": Number(0, 1, above=True),
        "fuel_cell_efficiency": Number(0, 1, above=True),
        "regen_fraction": SHARE,
        "auxiliary_kw": AMOUNT,
        "speed_km_per_h": POSITIVE,
        "consumption_factor": POSITIVE,
    },
    {"diesel_l_per_100km": AMOUNT},
)

_TIER = Record(
    {
        "capacity_kg_per_day": POSITIVE,
        "dispensers": Whole(1, 100),
        "capex_cny": AMOUNT,
        "land_cny": AMOUNT,
        "fixed_opex_fraction": AMOUNT,
        "staff_cny_per_year": AMOUNT,
    },
    {"peak_kg_per_hour": POSITIVE, "unloading_bays": POSITIVE},
)

SOURCE_SHARES = frozenset(key for t in technologies().values() for key in t.less)
SOURCE_NUMBERS = frozenset(key for t in technologies().values() for key in t.times)
SOURCE_DIVISORS = frozenset(key for t in technologies().values() for key in t.over)

_PLANT = Record(
    {"kind": Text(tuple(technologies()))},
    {
        "nameplate_kg_per_day": ByYear(AMOUNT),
        "gate_cny_per_kg": ByYear(AMOUNT),
        "opportunity_cny_per_kg": ByYear(AMOUNT),
        "place": ANY,
        "at_site": ANY,
        "lon": LON,
        "lat": LAT,
        "extra_km": AMOUNT,
        "enabled": Flag(),
        "announced": Flag(),
        "from_year": YEAR,
        "closes_year": YEAR,
        **{key: ByYear(SHARE) for key in sorted(SOURCE_SHARES)},
        **{key: ByYear(AMOUNT) for key in sorted(SOURCE_NUMBERS)},
        **{key: ByYear(POSITIVE) for key in sorted(SOURCE_DIVISORS)},
        "committed_kg_per_day": ByYear(AMOUNT),
        "availability_fraction": ByYear(SHARE),
        "purification_kwh_per_kg": ByYear(AMOUNT),
        "purification_capex_cny_per_kg_per_day": ByYear(AMOUNT),
        "purification_life_years": ByYear(POSITIVE),
        "filling_bays": ByYear(POSITIVE),
        "expansions_kg_per_day": Items(AMOUNT),
        "carbon_kg_per_kg": Table(ByYear(Number())),
    },
)

_DECISION = Record(
    {},
    {
        "open": Text(("required", "forbidden", "free")),
        "from_year": YEAR,
        "min_tier": ANY,
        "tiers": Items(ANY),
    },
)

_OD = Record(
    {
        "origin": ID,
        "destination": ID,
        "truck": ID,
        "convention": Text(("LOOP", "ONEWAY")),
    },
    {
        "trips_per_day": Table(AMOUNT, years=True),
        "t_per_year": Table(AMOUNT, years=True),
    },
)

_PLACED_FLOW = Record(
    {"origin": ID, "destination": ID, "truck": ID},
    {"share": SHARE, "t_per_year": ByYear(AMOUNT)},
)

_WORKS = Record(
    {"coal_t_per_t_coke": AMOUNT},
    {
        "plant": ANY,
        "makes_mt_per_year": ByYear(AMOUNT),
        "takes_mt_per_year": ByYear(AMOUNT),
        "rail_mt_per_year": ByYear(AMOUNT),
    },
)

SCENARIO = Record(
    {
        "time": Record(
            {"periods": Items(YEAR, 1, 50), "base_year": YEAR, "horizon_end_year": YEAR},
            {"years": Text(("representative", "each", "first"))},
        ),
        "money": Record(
            {
                "discount_rate": Number(0, 1),
                "unmet_price_cny_per_kg": AMOUNT,
                "priority_price_cny_per_kg": AMOUNT,
                "power_price_cny_per_kwh": AMOUNT,
            },
            {"budget_cny": Table(Maybe(AMOUNT), years=True)},
        ),
        "economics": Record(
            {
                "pump_price_cny_per_kg": AMOUNT,
                "operator_return_fraction": SHARE,
                "co2_price_cny_per_t": AMOUNT,
                "hydrogen_truck_capex_cny": AMOUNT,
                "diesel_truck_capex_cny": AMOUNT,
                "truck_life_years": POSITIVE,
                "truck_km_per_year": POSITIVE,
            }
        ),
        "network": Record(
            {
                "unresolved_climb_m_per_100km": AMOUNT,
                "unresolved_grade": AMOUNT,
                "max_grade": AMOUNT,
            },
            {"source": ANY, "open_year": Table(YEAR), "removed_sides": Items(ANY)},
        ),
        "tier": Table(_TIER, least=1),
        "station": Record(
            {
                "life_years": POSITIVE,
                "compression_kwh_per_kg": AMOUNT,
                "subsidy_fraction": SHARE,
                "peak_day_factor": POSITIVE,
                "busiest_hour_fraction": POSITIVE,
                "fill_kg": POSITIVE,
                "fill_minutes": POSITIVE,
                "handling_minutes": AMOUNT,
                "longest_wait_minutes": AMOUNT,
                "late_fraction": Number(0, 0.5, above=True),
                "storage_days": AMOUNT,
                "storage_standard": Text(tuple(storage_standards())),
            },
            {
                "existing_at_end_of_life": Text(("rebuild", "keep", "retire")),
                "existing_assumed_tier": ID,
                "largest_storage_kg": POSITIVE,
            },
        ),
        "truck": Table(_TRUCK, least=1),
        "demand": Record(
            {
                "kg_per_truck_day": POSITIVE,
                "through_start_fraction": SHARE,
                "through_end_fraction": SHARE,
                "min_stop_kg": AMOUNT,
                "stop_minutes": AMOUNT,
                "detour_cny_per_hour": AMOUNT,
                "detour_cny_per_km": AMOUNT,
                "captive_load_fraction": SHARE,
                "regional_load_fraction": SHARE,
                "through_load_fraction": SHARE,
            },
            {
                "use_markets": Flag(),
                "max_detour_stops": Whole(0, 100),
                "tonnage": Text(("refuse", "cap")),
            },
        ),
        "delivery": Record(
            {
                "payload_kg": POSITIVE,
                "trailer_capex_cny": AMOUNT,
                "tractor_capex_cny": AMOUNT,
                "life_years": POSITIVE,
                "crew_persons": AMOUNT,
                "crew_cny_per_year": AMOUNT,
                "trailer_om_fraction": AMOUNT,
                "operating_hours_per_year": POSITIVE,
                "speed_km_per_h": POSITIVE,
                "load_unload_hours": AMOUNT,
                "fill_hours": POSITIVE,
                "unload_hours": POSITIVE,
                "diesel_l_per_100km": AMOUNT,
                "diesel_cny_per_l": AMOUNT,
                "maintenance_cny_per_km": AMOUNT,
                "toll_cny_per_km": AMOUNT,
                "filling_kwh_per_kg": AMOUNT,
                "loss_fraction": Number(0, 0.99),
            }
        ),
        "solver": Record({"gap_target": Number(0, 1)}),
    },
    {
        "name": ANY,
        "candidates": Record({}, {"max_detour_m": AMOUNT}),
        "site": Table(
            Record(
                {"lon": LON, "lat": LAT},
                {"capex_factor": POSITIVE, "carriageway": ANY, "position_km": POSITIVE},
            )
        ),
        "existing_station": Table(
            Record(
                {"lon": LON, "lat": LAT, "since_year": YEAR},
                {"carriageway": ANY, "tier": ID, "position_km": POSITIVE},
            )
        ),
        "decision": Table(_DECISION),
        "adoption": Record(
            {
                "level": Text(("low", "base", "high")),
                "trucks_low": Table(AMOUNT, years=True, least=1),
                "trucks_base": Table(AMOUNT, years=True, least=1),
                "trucks_high": Table(AMOUNT, years=True, least=1),
            }
        ),
        "market": Table(Record({"share": SHARE})),
        "fleet": Table(_PLACED_FLOW),
        "gravity": Record({}, {"truck": ANY, "beta_per_km": AMOUNT, "pairs_max": Whole(0, 10**6)}),
        "zone": Table(Record({}, {"mass": AMOUNT})),
        "through": Table(_PLACED_FLOW),
        "od": Table(_OD),
        "works": Table(_WORKS),
        "count": Table(
            Record(
                {"route": ID, "chainage_km": AMOUNT, "year": YEAR, "trucks_per_day": AMOUNT},
                {"carriageway": ANY, "truck": ANY},
            )
        ),
        "calibration": Record(
            {"seed_weight": POSITIVE, "hour_fraction": POSITIVE},
            {"method": Text(("none", "least_squares"))},
        ),
        "plant": Table(_PLANT),
        "carbon": Record({}, {"grid_kg_per_kwh": AMOUNT, "diesel_kg_per_l": AMOUNT}),
        "policy": Record(
            {},
            {
                "spacing": Table(
                    Record(
                        {"route": ID, "max_gap_km": POSITIVE, "from_year": YEAR}, {"min_tier": ANY}
                    )
                )
            },
        ),
    },
)
