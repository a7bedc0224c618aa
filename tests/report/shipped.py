"""Pages of shipped scenarios without solving them: their own network and sites, a plan kept from a run.

What a map must show depends on where stations, plants and roads lie, so these are real; trips and
deliveries are left out.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from made_run import documents, write_run

from corridor.candidates.document import sites_document
from corridor.candidates.generate import attach_sites
from corridor.network.formats.document import network_document
from corridor.network.source import build_network
from corridor.report import write_report
from corridor.scenario.document import resolved_document
from corridor.scenario.load import load_scenario

PLANS = json.loads((Path(__file__).parent / "shipped_plans.json").read_text(encoding="utf-8"))
"""Scenario -> periods, stations with (year, tier, load, utilisation), plants; kept from runs."""


def shipped_page(name: str, root: Path, folder: Path) -> Path:
    """Write the page of a shipped scenario and return it."""
    docs = {**documents(), **json.loads(_inputs(name, root))}
    plan, kept = docs["plan.json"], PLANS[name]
    sites = {site["id"]: site for site in docs["inputs/sites.json"]["sites"]}
    plan["name"], plan["title"] = name, docs["inputs/scenario.json"]["title"]
    plan["periods"] = [
        {"year": year, "last_year": last, "weight": 1.0, "decides": True}
        for year, last in kept["periods"]
    ]
    plan["stations"] = [_station(sites[site], rows) for site, rows in kept["stations"].items()]
    plan["plants"] = [
        dict(
            zip(
                ("id", "name_zh", "name_en", "kind", "announced", "lon", "lat"),
                row, strict=True,
            ),
            source="", confidence="", node="",
        )
        for row in kept["plants"]
    ]  # fmt: skip
    for part in ("trips", "supply", "unmet", "expansions", "off_plants"):
        plan[part] = []
    for holder, part in (
        (plan["kpis"], "by_period"), (plan["kpis"], "demand_lines"),
        (plan["do_nothing"], "by_period"), (plan, "unavoidable_by_period"),
    ):  # fmt: skip
        holder[part] = (holder[part] * 2)[: len(plan["periods"])]
    plan["kpis"]["by_od"], plan["kpis"]["by_plant"] = [], []
    docs["inputs/trips.json"]["commodities"] = docs["inputs/trips.json"]["works"] = []
    return write_report(write_run(folder, docs))


@cache
def _inputs(name: str, root: Path) -> str:
    scenario = load_scenario(root / "scenarios" / f"{name}.toml")
    network, sites = attach_sites(build_network(scenario.network), scenario)
    return json.dumps(
        {
            "inputs/scenario.json": resolved_document(scenario),
            "inputs/network.json": network_document(network),
            "inputs/sites.json": sites_document(sites),
        }
    )


def _station(site: dict[str, Any], rows: list[list[Any]]) -> dict[str, Any]:
    km = None if site["chainage_m"] is None else site["chainage_m"] / 1000
    timeline = [
        {
            "year": year, "tier": tier, "load_kg_per_day": load, "utilisation": use,
            "trucks_per_day": load / 24, "capacity_kg_per_day": load / use if use else 0.0,
            "usable_kg_per_day": load, "peak_day_kg": load,
            "storage_kg": load, "storage_class": "", "build_cny": 0.0,
        }
        for year, tier, load, use in rows
    ]  # fmt: skip
    last = timeline[-1]
    return {
        **site, "chainage_km": km, "period": timeline[0]["year"], "tier": last["tier"], "existing": False,
        "capacity_kg_per_day": last["capacity_kg_per_day"], "load_kg_per_day": last["load_kg_per_day"],
        "capex_cny": 0.0, "replacements": [], "timeline": timeline,
    }  # fmt: skip
