"""OD pairs on the page: the largest one by one, of the others the sum."""

from __future__ import annotations

from corridor.report.folder import Json, at

LARGEST = 20
"""So many OD pairs are shown one by one; of the others the sum. The CSV tables hold them all."""


def coverage(plan: Json) -> list[Json]:
    """Return OD pairs, those with the most hydrogen first, each with a pointer per period."""
    years = [period["year"] for period in plan["periods"]]
    pairs: dict[str, Json] = {}
    for i, row in enumerate(at(plan, "/kpis/by_od") or []):
        pair = pairs.setdefault(row["od"], {"row": row, "cells": [None] * len(years), "most": 0.0})
        if row["year"] in years:
            pair["cells"][years.index(row["year"])] = (f"/kpis/by_od/{i}", row.get("coverage"))
        pair["most"] = max(pair["most"], row.get("wanted_kg_per_day") or 0.0)
    return sorted(pairs.values(), key=lambda pair: (-pair["most"], pair["row"]["od"]))


def others(plan: Json, left_out: list[Json]) -> Json:
    """Return the OD pairs that are not shown one by one: their number, and pointers per period."""
    cells = [
        [pair["cells"][p][0] for pair in left_out if pair["cells"][p]]
        for p in range(len(plan["periods"]))
    ]
    return {"pairs": len(left_out), "cells": cells}
