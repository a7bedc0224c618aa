"""What the page says about plants: what they are made from, whether announced, what they can give."""

from __future__ import annotations

from corridor.core.errors import InputError
from corridor.core.technology import technologies
from corridor.report.folder import Json, at
from corridor.report.text import visible


def plants_view(plan: Json) -> list[Json]:
    """Return plants with a pointer per period and their deliveries."""
    years = [period["year"] for period in plan["periods"]]
    plants = {plant["id"]: plant for plant in plan.get("plants") or []}
    found: dict[str, Json] = {}
    for i, row in enumerate(at(plan, "/kpis/by_plant") or []):
        about = {
            "row": row,
            "made_from": _technology(plants[row["plant"]]),
            "announced": plants[row["plant"]]["announced"],
            "cells": [None] * len(years),
        }
        plant = found.setdefault(row["plant"], about)
        if row["year"] in years:
            plant["cells"][years.index(row["year"])] = f"/kpis/by_plant/{i}"
    for i, row in enumerate(plan.get("expansions") or []):
        if row["plant"] in found:
            found[row["plant"]].setdefault("expansions", []).append((row, f"/expansions/{i}"))
    return list(found.values())


def _technology(plant: Json) -> tuple[str, str]:
    """Return what a plant's hydrogen is made from, in English and Chinese."""
    technology = technologies().get(plant["kind"])
    if technology is None:
        raise InputError(
            f"plan.json: plant {plant['id']!r} is of kind {visible(str(plant['kind']))!r}, which is no "
            f"technology. Known: {', '.join(technologies())}."
        )
    return technology.name_en, technology.name_zh
