"""The shape of network, trips and sites, inputs of a certificate (docs/formats.md, sections 2 to 7)."""

from __future__ import annotations

from corridor.certificate.fields import AMOUNT, ANY, GRAMS, ID, LAT, LON, POSITIVE, YEAR
from corridor.certificate.shape import Anything, Flag, Items, Number, Record, Text, Whole

NETWORK = Record(
    {
        "schema": Text(("corridor.network/1",)),
        "nodes": Items(
            Record(
                {"id": ID, "kind": ID, "lon": LON, "lat": LAT},
                {
                    "elevation_m": Number(-1000, 9000),
                    "route": ANY,
                    "carriageway": ANY,
                    "chainage_m": Whole(-(10**8), 10**8),
                },
            )
        ),
        "arcs": Items(
            Record(
                {
                    "id": ID,
                    "tail": ID,
                    "head": ID,
                    "length_m": Whole(1, 10**7),
                    "kind": Text(("mainline", "ramp", "access")),
                    "open_year": Whole(0, 2200),
                },
                {"close_year": YEAR, "route": ANY, "carriageway": ANY, "section": ANY},
            )
        ),
        "routes": Items(Record({"ref": ID, "up": ANY, "down": ANY, "length_m": Whole(0, 10**8)})),
        "sides": Items(Record({"id": ID, "lon": LON, "lat": LAT, "node": ANY})),
        "places": Items(Record({"id": ID, "node": ANY})),
    }
)


_VARIANT = Record(
    {
        "id": ID,
        "legs": Items(
            Record(
                {
                    "load": Text(("laden", "empty")),
                    "arcs": Items(ID),
                    "grams": Items(Whole(1, 10**9)),
                }
            ),
            1,
        ),
        "visits": Items(Record({"site": ID, "position": GRAMS, "at_g": GRAMS})),
        "total_g": GRAMS,
        "length_m": Whole(1, 10**9),
        "detour_sites": Items(ID),
        "detour_cny_per_trip": AMOUNT,
    }
)

TRIPS = Record(
    {
        "schema": Text(("corridor.trips/1",)),
        "commodities": Items(
            Record(
                {
                    "id": ID,
                    "od": ID,
                    "origin": ID,
                    "destination": ID,
                    "truck": ID,
                    "year": YEAR,
                    "market": Text(("captive", "regional", "through")),
                    "cargo": ANY,
                    "convention": Text(("LOOP", "ONEWAY")),
                    "usable_g": GRAMS,
                    "start_g": GRAMS,
                    "end_g": GRAMS,
                    "trips_per_day": AMOUNT,
                    "t_per_year": AMOUNT,
                    "need_g": GRAMS,
                    "variants": Items(_VARIANT),
                }
            )
        ),
        "trucks_by_year": Items(
            Record({"year": YEAR, "low": AMOUNT, "base": AMOUNT, "high": AMOUNT, "used": AMOUNT})
        ),
        "works": Items(
            Record(
                {
                    "place": ID,
                    "year": YEAR,
                    "direction": Text(("out", "in", "both")),
                    "asked_t_per_year": AMOUNT,
                    "there_t_per_year": AMOUNT,
                    "driven_t_per_year": AMOUNT,
                }
            )
        ),
        "counts": Items(
            Record(
                {
                    "id": ID,
                    "year": YEAR,
                    "truck": ANY,
                    "counted_per_day": AMOUNT,
                    "before_per_day": AMOUNT,
                    "after_per_day": AMOUNT,
                    "hydrogen_share": AMOUNT,
                    "geh_before": AMOUNT,
                    "geh_after": AMOUNT,
                }
            )
        ),
        "factors": Items(Record({"od": ID, "truck": ID, "factor": AMOUNT})),
    }
)

SITES = Record(
    {
        "schema": Text(("corridor.sites/1",)),
        "sites": Items(
            Record(
                {
                    "id": ID,
                    "kind": Text(("sa_side", "exit", "hub", "existing", "user")),
                    "name_zh": ANY,
                    "name_en": ANY,
                    "node": ID,
                    "lon": LON,
                    "lat": LAT,
                    "route": ANY,
                    "carriageway": ANY,
                    "county": ANY,
                    "existing_tier": ANY,
                    "tiers": Items(ID),
                    "required_tier": ANY,
                    "forbidden": Flag(),
                    "capex_factor": AMOUNT,
                },
                {
                    "chainage_m": Whole(-(10**8), 10**8),
                    "existing_since": YEAR,
                    "required_from": YEAR,
                    "position_km": POSITIVE,
                },
            )
        ),
        "rejected": Items(Anything((dict,))),
        "plants": Items(Record({"id": ID, "node": ID, "extra_km": AMOUNT})),
    }
)
