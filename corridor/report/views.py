"""What the page says, section by section: pointers into the plan, grouped as a planner reads."""

from __future__ import annotations

from typing import Any

from corridor.core.version import VERSION
from corridor.report import pairs, svg
from corridor.report.charts import PARTS, demand_chart, share_bar, waterfall
from corridor.report.equal import equal_designs
from corridor.report.figures import Figures
from corridor.report.first_page import first_page_view
from corridor.report.folder import Json, RunFolder, at, token
from corridor.report.marks import Mark, number_stations, numbers, routes_to_draw
from corridor.report.periods import decisions, decisions_view, periods_view
from corridor.report.plants import plants_view
from corridor.report.register import Assumption, read_register
from corridor.report.strip import longest_gap, strip_diagram
from corridor.report.tables import BREAKDOWN, sections
from corridor.report.text import number, visible
from corridor.report.value import value_view
from corridor.report.who_pays import BLOCK_WORDS, who_pays_view

CODES = {
    "LOOP": ("loop", "往返循环"),
    "ONEWAY": ("one way", "单程"),
    "out_road": ("out", "运出"),
    "in_road": ("in", "运入"),
    "both_road": ("both, less rail", "合计（扣除铁路）"),
    "captive": ("captive fleet", "固定车队"),
    "regional": ("regional", "区域货运"),
    "through": ("through traffic", "过境"),
    "sa_side": ("service-area side", "服务区（单侧）"),
    "exit": ("exit site", "收费站场址"),
    "hub": ("freight hub", "物流园区"),
    "existing": ("existing station", "既有站"),
    "user": ("user's site", "用户场址"),
    "service_area": ("service area", "服务区"),
    "parking_area": ("parking area", "停车区"),
    "both": ("both directions", "双向"),
    "cited": ("cited", "引用"),
    "scaled": ("scaled to a cited length", "按引用长度缩放"),
    "estimated": ("estimated", "估计"),
    "measured": ("measured", "量测"),
    "byproduct": ("by-product share", "副产品分配法"),
    "substitution_coal": ("coal instead", "替代法（煤）"),
    "substitution_natural_gas": ("natural gas instead", "替代法（天然气）"),
    **BLOCK_WORDS,
    "no_way": (
        "no way can be driven even with a station at every candidate site",
        "即使所有候选点都建站也无可行路线",
    ),
    "dear": ("costs more to serve than left unmet", "满足的成本高于未满足罚价"),
    "sold_out": (
        "the plants have no hydrogen left with the expansions bought",
        "按已购扩建，制氢厂已无余氢",
    ),
    "no_money": (
        "the money left buys no further station or size",
        "剩余资金不足以新建或扩建任何站",
    ),
    "not_proven": ("not chosen; not proven", "未选择；未证明"),
    "work": ("the work set for it was done", "已用完设定的计算量"),
    "target": ("the target was proven", "已证明达到目标"),
    "clock": ("stopped by the clock: not reproducible", "因时限停止：结果不可重现"),
    "crash": ("the solver crashed: best plan so far, not reproducible", "求解器崩溃：保留最优方案"),
    "hang": (
        "the solver stood still: best plan so far, not reproducible",
        "求解器停滞：保留最优方案",
    ),
    "memory": ("out of memory: best plan so far, not reproducible", "求解器内存不足：保留最优方案"),
    "total": ("total", "合计"),
    "substitution": ("what the gas did before is replaced", "替代法"),
    "grid_average": ("grid average", "全国电网平均"),
    "grid_provincial": ("provincial grid", "省级电网"),
    "hydropower": ("hydropower", "水电"),
    "energy_allocation": ("allocated by energy", "按能量分配"),
    "all_to_power": ("all to power", "全部计入电力"),
    "life_cycle": ("life cycle", "全生命周期"),
    "chain_study": ("study of the chain", "全链条研究"),
    "plant_stack": ("stack of the plant", "厂区直接排放"),
    "flared_otherwise": ("flared otherwise", "原为放空燃烧"),
}
"""Words of the files that the page translates; any other is shown as it stands."""

ENDED_EARLY = ("clock", "crash", "hang", "memory")
"""Why a search came to no end of its own: said beside the gap."""

PROOF = {
    "widest_gap_g": (("kg burnt without a possible stop", "千克（无可停站路段耗氢）"), "kilo"),
    "usable_g": (("kg in the tank", "千克（可用储氢）"), "kilo"),
    "serve_cny_per_trip": (("CNY a trip to serve at least", "元/车次（至少）"), "sig"),
    "unmet_cny_per_trip": (("CNY a trip not served", "元/车次（未满足）"), "sig"),
    "sent_kg_per_day": (("kg/d sent by all plants", "千克/日（全部制氢厂外送）"), "sig"),
    "limit_kg_per_day": (("kg/d is all they may send", "千克/日（可外送上限）"), "sig"),
    "left_cny": (("M CNY of the budget left", "百万元（剩余预算）"), "million"),
    "cheapest_cny": (("M CNY is the cheapest", "百万元（最低造价）"), "million"),
}
"""Figures that prove a reason: their words and kind."""


def withheld_view(run: RunFolder) -> Json:
    """Return what may be said where the plan is not certified: why, the inputs, the audit trail."""
    certificate = run.certificate or {}
    said = [str(text) for text in certificate.get("failures", [])]
    failing = [check for check in certificate.get("checks", []) if not check.get("ok")]
    return {
        **_shared(run),
        "certified": False,
        "reasons": [*run.objections, *said],
        "failing": [] if said else failing,
    }


def whole_view(run: RunFolder) -> Json:
    """Return everything that the page of a certified plan says."""
    plan, figures = run.plan, Figures(run)
    stop_plans, coverage = _stop_plans(run), pairs.coverage(plan)
    marks = number_stations(run)
    return {
        **_shared(run),
        "certified": True,
        "periods": periods_view(plan),
        "decisions": decisions_view(run),
        "last": len(plan["periods"]) - 1,
        "worst": _worst_shortfall(plan),
        "caveats": plan.get("caveats") or [],
        **first_page_view(run, marks),
        "number_of": numbers(marks),
        "strips": _strips(run, figures, marks),
        "stop_plans": stop_plans[: pairs.LARGEST],
        "stop_plans_left_out": len(stop_plans[pairs.LARGEST :]),
        "coverage": coverage[: pairs.LARGEST],
        "coverage_others": pairs.others(plan, coverage[pairs.LARGEST :]),
        "counts": run.trips.get("counts") or [],
        "fitted": bool(run.trips.get("factors")),
        "works": run.trips.get("works") or [],
        "places": {place["id"]: place for place in run.network["places"]},
        "waterfall": waterfall(figures, "/kpis/lcoh_cny_per_kg"),
        "demand_chart": demand_chart(figures),
        "parts": [(key, PARTS[key]) for key in (*BREAKDOWN, "total")],
        "blocks": list(plan.get("costs_npv_cny") or {}),
        "methods": _methods(plan),
        **who_pays_view(plan),
        **value_view(run),
        "plants": plants_view(plan),
        "lanes": _lanes(plan),
        "unmet": _unmet(run),
        "equal": equal_designs(run),
        "consumption": [
            (truck, f"/kpis/consumption_kg_per_100km/{token(truck)}")
            for truck in at(plan, "/kpis/consumption_kg_per_100km") or {}
        ],
        "chosen": {station["id"] for station in plan["stations"]},
        "share_bar": share_bar,
        "sizes": list(plan.get("sizes") or {}),
    }


def _shared(run: RunFolder) -> Json:
    figures = Figures(run)
    register = read_register(run.scenario)
    return {
        "run": run,
        "title": run.plan.get("title") or run.plan.get("name") or "",
        "title_zh": run.scenario.get("title_zh") or run.plan.get("title") or run.plan["name"],
        "created_by": f"corridor {VERSION}",
        "plan": run.plan,
        "verdict": run.verdict,
        "f": figures.figure,
        "calc": figures.calc,
        "fmt": number,
        "ended_early": ENDED_EARLY,
        "code": lambda word: CODES.get(word, (visible(word), visible(word))),
        "token": token,
        "certificate": run.certificate or {},
        "register": register,
        "register_groups": _groups(register),
        "assumed": sum(a.assumed for a in register),
        "changed": sum(a.changed for a in register),
        "own": sum(a.own for a in register),
        "routes": _routes(run),
        "rejected": _rejected(run),
        "left_out": [s for s in run.network.get("sides", []) if not s["node"]],
        "placed": sum(bool(s["node"]) for s in run.network.get("sides", [])),
    }


def _worst_shortfall(plan: Json) -> int | None:
    """Return the index of the period with the largest shortfall, None where there is none."""
    rows = at(plan, "/kpis/by_period") or []
    short = [(row.get("shortfall_kg_per_day") or 0.0, -i) for i, row in enumerate(rows)]
    return -max(short)[1] if short and max(short)[0] > 0 else None


def _strips(run: RunFolder, figures: Figures, marks: tuple[Mark, ...]) -> list[Json]:
    opens = [(p, run.plan["periods"][p]["year"]) for p, _ in decisions(run.plan)]
    return [
        {
            "route": route,
            "drawing": strip_diagram(figures, route, marks),
            "stations": stations,
            "gaps": [(way, longest_gap(run, route, way)) for way in (route["up"], route["down"])],
            "keys": [(year, svg.mark(i, 6.5, 6.5, 5.5, f"station p{i % 6}")) for i, year in opens],
        }
        for route, stations in routes_to_draw(run)
    ]


def _stop_plans(run: RunFolder) -> list[Json]:
    """Return commodities in order of their hydrogen, each with its stop plans by pointer."""
    rows: dict[str, list[Json]] = {}
    names = {s["id"]: (s["name_zh"], s["name_en"], s["carriageway"]) for s in run.plan["stations"]}
    lengths = {
        (c["id"], v["id"]): max(0, v["length_m"] - c["variants"][0]["length_m"]) / 1000
        for c in run.trips["commodities"]
        for v in c["variants"]
    }
    for i, row in enumerate(run.plan["trips"]):
        stops = [
            {"name": names[stop["station"]], "fuel": f"/trips/{i}/stops/{k}/fuel_g"}
            for k, stop in enumerate(row["stops"])
        ]
        rows.setdefault(row["commodity"], []).append(
            {
                "trips": f"/trips/{i}/trips_per_day",
                "extra_km": lengths[row["commodity"], row["variant"]],
                "stops": stops,
            }
        )
    unmet = {row["commodity"]: f"/unmet/{i}" for i, row in enumerate(run.plan["unmet"])}
    reasons = {row["commodity"]: row["reason"] for row in run.plan["unmet"]}
    found = []
    for i, c in enumerate(run.trips["commodities"]):
        found.append(
            {
                "c": c,
                "at": f"/commodities/{i}",
                "kg": c["trips_per_day"] * c["need_g"] / 1000,
                "length_km": c["variants"][0]["length_m"] / 1000 if c["variants"] else None,
                "plans": rows.get(c["id"], []),
                "unmet": unmet.get(c["id"]),
                "reason": reasons.get(c["id"]),
            }
        )
    groups: dict[str, list[Json]] = {}
    for entry in sorted(found, key=lambda e: (e["c"]["year"], e["c"]["truck"])):
        groups.setdefault(entry["c"]["od"], []).append(entry)
    ordered = sorted(groups.values(), key=lambda g: (-max(e["kg"] for e in g), g[0]["c"]["od"]))
    return [{"first": group[0]["c"], "rows": group} for group in ordered]


def _methods(plan: Json) -> list[str]:
    """Return the methods of allocating carbon, the least favourable first."""
    found: dict[str, None] = {}
    for row in at(plan, "/kpis/by_period") or []:
        found.update(dict.fromkeys(row.get("co2_kg_per_kg") or {}))
    last = (at(plan, "/kpis/by_period") or [{}])[-1].get("co2_avoided_t_per_year") or {}
    return sorted(found, key=lambda method: (last.get(method) or 0.0, method))


def _lanes(plan: Json) -> list[Json]:
    stations = {s["id"]: s for s in plan["stations"]}
    plants = {p["id"]: p for p in plan.get("plants") or []}
    return [
        {
            "at": f"/supply/{i}",
            "year": row["year"],
            "plant": plants.get(row["plant"], {"name_zh": row["plant"], "name_en": ""}),
            "station": stations[row["station"]],
        }
        for i, row in enumerate(plan.get("supply") or [])
    ]


def _unmet(run: RunFolder) -> list[Json]:
    commodities = {c["id"]: c for c in run.trips["commodities"]}
    rows = [
        {
            "at": f"/unmet/{i}",
            "c": commodities[row["commodity"]],
            "row": row,
            "shared": bool(row.get("shared_by_rule")),
            "figures": [
                (f"/unmet/{i}/figures/{token(key)}", *PROOF[key])
                for key in row.get("figures") or {}
                if key in PROOF
            ],
        }
        for i, row in enumerate(run.plan["unmet"])
        if row["trips_per_day"] > 0
    ]
    return sorted(rows, key=lambda r: (r["c"]["year"], -r["row"]["kg_per_day"]))


def _groups(register: tuple[Assumption, ...]) -> list[Json]:
    """Return the register by the first part of the key, in the order of the scenario."""
    groups: dict[str, list[Assumption]] = {}
    for row in register:
        groups.setdefault(row.group, []).append(row)
    return [
        {
            "name": name,
            "rows": rows,
            "assumed": sum(row.assumed for row in rows),
            "changed": sum(row.changed for row in rows),
        }
        for name, rows in groups.items()
    ]


def _rejected(run: RunFolder) -> list[Json]:
    """Return the reasons for leaving sites out, each with its sites."""
    groups: dict[tuple[str, str], list[Json]] = {}
    for site in run.sites["rejected"]:
        groups.setdefault((site["code"], site["reason"]), []).append(site)
    return [
        {"code": code, "reason": reason, "sites": sites}
        for (code, reason), sites in sorted(groups.items())
    ]


def _routes(run: RunFolder) -> list[Json]:
    """Return each route with the length of its main carriageways by basis of the length."""
    rows = sections(run)
    found = []
    for i, route in enumerate(run.network["routes"]):
        mine = [row for row in rows if row["route"] == route["ref"]]
        bases: dict[str, Any] = {}
        for row in mine:
            bases[row["length_basis"]] = bases.get(row["length_basis"], 0.0) + row["length_m"] / 1e3
        found.append(
            {
                "route": route,
                "at": f"/routes/{i}",
                "bases": sorted(bases.items()),
                "names": sorted({row["section"] for row in mine if row["section"]}),
                "opened": sorted({row["open_year"] for row in mine if row["open_year"]}),
            }
        )
    return found
