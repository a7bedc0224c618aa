"""The shape of plan.json and evidence.json (docs/formats.md, 8 and 12), and of the whole run folder."""

from __future__ import annotations

from corridor.certificate.documents import NETWORK, SITES, TRIPS
from corridor.certificate.fields import (
    AMOUNT,
    ANY,
    GRAMS,
    ID,
    LAT,
    LON,
    POSITIVE,
    SHARE,
    YEAR,
)
from corridor.certificate.scenario_document import SCENARIO
from corridor.certificate.shape import (
    Anything,
    Flag,
    Items,
    Maybe,
    Number,
    Record,
    Table,
    Text,
    Whole,
)
from corridor.core.technology import technologies

_STATIONS = Items(
    Record(
        {
            "id": ID,
            "name_zh": ANY,
            "name_en": ANY,
            "kind": ANY,
            "route": ANY,
            "carriageway": ANY,
            "chainage_km": Maybe(Number()),
            "county": ANY,
            "lon": LON,
            "lat": LAT,
            "node": ANY,
            "period": YEAR,
            "tier": ID,
            "capacity_kg_per_day": AMOUNT,
            "load_kg_per_day": Number(),
            "existing": Flag(),
            "capex_cny": Number(),
            "replacements": Items(Record({"year": YEAR, "cny": AMOUNT})),
            "timeline": Items(
                Record(
                    {
                        "year": YEAR,
                        "tier": ID,
                        "capacity_kg_per_day": AMOUNT,
                        "usable_kg_per_day": AMOUNT,
                        "storage_kg": AMOUNT,
                        "storage_class": ANY,
                        "load_kg_per_day": Number(),
                        "peak_day_kg": Number(),
                        "utilisation": Number(),
                        "trucks_per_day": Number(),
                        "build_cny": Number(),
                    }
                ),
                1,
            ),
        },
        {"position_km": Maybe(POSITIVE)},
    )
)

_TRIPS = Items(
    Record(
        {
            "commodity": ID,
            "variant": ID,
            "trips_per_day": AMOUNT,
            "stops": Items(Record({"visit": GRAMS, "station": ID, "fuel_g": Whole(1, 10**9)})),
        }
    )
)

_SUPPLY = Items(
    Record(
        {
            "plant": ID,
            "station": ID,
            "year": YEAR,
            "kg_per_day": AMOUNT,
            "round_trip_km": AMOUNT,
            "delivery_cny_per_kg": AMOUNT,
            "trailers_per_day": AMOUNT,
        }
    )
)

_STOPPED = Text(("target", "work", "clock", "crash", "hang", "memory"))

_UNMET = Items(Record({"commodity": ID, "trips_per_day": AMOUNT, "kg_per_day": AMOUNT}))

_EXPANSIONS = Items(
    Record(
        {
            "plant": ID,
            "year": YEAR,
            "steps": Whole(1, 1000),
            "added_kg_per_day": AMOUNT,
            "capex_cny": AMOUNT,
        }
    )
)

_PERIODS_SERVED = Items(
    Record(
        {
            "year": YEAR,
            "stations": Whole(0, 10**6),
            "demand_kg_per_day": AMOUNT,
            "unmet_kg_per_day": AMOUNT,
            "coverage_by_kg": Maybe(Number()),
        }
    ),
    1,
)

PLAN = Record(
    {
        "schema": Text(("corridor.plan/2",)),
        "inputs": Record(
            dict.fromkeys(
                ("scenario_sha256", "network_sha256", "trips_sha256", "sites_sha256"), Text()
            )
        ),
        "status": Text(("OPTIMAL", "FEASIBLE")),
        "objective_cny": Number(),
        "bound_cny": Number(),
        "unavoidable_cny": Number(),
        "unavoidable_by_period": Items(
            Record({"year": YEAR, "cny": AMOUNT, "nozzle_kg_per_day": AMOUNT}), 1
        ),
        "gap": Number(),
        "gap_target": Number(),
        "search": Record(
            {
                "stopped": _STOPPED,
                "moves_tested": Whole(0, 10**12),
                "locally_optimal": Flag(),
            }
        ),
        "stations_given": Flag(),
        "periods": Items(
            Record({"year": YEAR, "last_year": YEAR, "weight": AMOUNT, "decides": Flag()}), 1
        ),
        "stations": _STATIONS,
        "equal_designs": Maybe(
            Items(
                Record(
                    {
                        "sites": Items(Record({"id": ID, "tiers": Items(Maybe(ID), 1)})),
                        "plants": Items(Record({"id": ID, "steps": Items(Whole(0, 1000), 1)})),
                    }
                )
            )
        ),
        "trips": _TRIPS,
        "unmet": Items(
            Record(
                {
                    "commodity": ID,
                    "trips_per_day": AMOUNT,
                    "kg_per_day": AMOUNT,
                    "reason": Text(("no_way", "dear", "sold_out", "no_money", "not_proven")),
                    "figures": Table(Maybe(Number())),
                    "why": Text(),
                }
            )
        ),
        "supply": _SUPPLY,
        "expansions": _EXPANSIONS,
        "costs_npv_cny": Table(Number()),
        "kpis": Anything((dict,)),
        "do_nothing": Record(
            {
                "objective_cny": Number(),
                "bound_cny": Number(),
                "by_period": _PERIODS_SERVED,
                "stations": _STATIONS,
                "trips": _TRIPS,
                "unmet": _UNMET,
                "supply": _SUPPLY,
                "costs_npv_cny": Table(Number()),
            }
        ),
    },
    {
        "plants": Items(
            Record(
                {"id": ID, "node": ID},
                {
                    "kind": Text(tuple(technologies())),
                    "announced": Flag(),
                    "name_zh": ANY,
                    "name_en": ANY,
                },
            )
        )
    },
)

EVIDENCE = Record(
    {
        "schema": Text(("corridor.evidence/1",)),
        "plan_sha256": ID,
        "work_share": SHARE,
        "points": Items(
            Record(
                {
                    "unmet_price_cny_per_kg": POSITIVE,
                    "priority_price_cny_per_kg": POSITIVE,
                    "design": Maybe(Whole(0, 7)),
                    "objective_cny": Number(),
                    "spent_cny": Number(),
                    "bound_cny": Number(),
                    "unavoidable_cny": Number(),
                    "gap": Number(),
                    "stopped": _STOPPED,
                    "by_period": _PERIODS_SERVED,
                }
            ),
            2,
            8,
        ),
        "stations": Items(
            Record(
                {
                    "id": ID,
                    "name_zh": ANY,
                    "name_en": ANY,
                    "route": ANY,
                    "carriageway": ANY,
                    "chainage_km": Maybe(Number()),
                    "stands_at_cny_per_kg": Items(POSITIVE, 1),
                    "enters_above_cny_per_kg": Maybe(POSITIVE),
                    "enters_by_cny_per_kg": Maybe(POSITIVE),
                }
            )
        ),
        "designs": Items(
            Record(
                {
                    "objective_cny": Number(),
                    "stations": _STATIONS,
                    "trips": _TRIPS,
                    "unmet": _UNMET,
                    "supply": _SUPPLY,
                    "expansions": _EXPANSIONS,
                    "costs_npv_cny": Table(Number()),
                }
            ),
            0,
            8,
        ),
    }
)
"""The value of service beside a plan (docs/formats.md, section 12)."""

FILES = {
    "inputs/scenario.json": SCENARIO,
    "inputs/network.json": NETWORK,
    "inputs/trips.json": TRIPS,
    "inputs/sites.json": SITES,
    "plan.json": PLAN,
}
"""Relative path -> shape."""

MAY_BE = {"evidence.json": EVIDENCE}
"""The same of what a run may do without."""
