"""How results reach the terminal: the table or the JSON object on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.pipeline.run import Run


def print_json(document: object) -> None:
    """Print one JSON object on stdout, whatever the terminal's encoding."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print_text(json.dumps(document, ensure_ascii=plain, indent=1, allow_nan=False))


def print_text(text: str) -> None:
    """Print on stdout; what the terminal cannot encode becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def progress_printer() -> Callable[[str], None]:
    """Return a function that prints a line of progress with the seconds since now."""
    started = time.monotonic()

    def say(message: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - started:6.1f} s] {message}\n")
        sys.stderr.flush()

    return say


def show_run(run: Run, *, as_json: bool) -> None:
    """Print a run: one JSON object, or a short table of stations and figures."""
    if as_json:
        print_json(run.summary())
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    # a pipe has no width: take one that holds every column
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 132)
    plan = run.plan
    colour = {"PASS": "green", "PASS-WITH-GAP": "yellow", "FAIL": "red"}[run.verdict]
    if run.verdict == "FAIL":
        console.print("certificate FAIL: this plan must not be used", style="bold white on red")
        for failure in run.failures[:10]:
            console.print(f"  {failure}", markup=False)
        console.print(f"run folder {run.folder}", markup=False)
        return
    table = Table(title=plan["title"] or plan["name"], title_justify="left", box=box.SIMPLE)
    for name, justify in (
        ("station", "left"),
        ("carriageway", "left"),
        ("km", "right"),
        ("from", "right"),
        ("tier", "left"),
        ("kg/day", "right"),
        ("trucks/day", "right"),
        ("use", "right"),
        ("CAPEX M CNY", "right"),
    ):
        table.add_column(name, justify=justify, min_width=len(name))  # type: ignore[arg-type]
    for station in plan["stations"]:
        last = station["timeline"][-1]
        table.add_row(
            f"{station['name_zh']} {station['name_en']}".strip(),
            f"{station['route']} {station['carriageway']}".strip(),
            "" if station["chainage_km"] is None else f"{station['chainage_km']:.1f}",
            str(station["period"]),
            " > ".join(dict.fromkeys(row["tier"] for row in station["timeline"])),
            f"{last['load_kg_per_day']:,.0f}",
            f"{last['trucks_per_day']:,.0f}",
            f"{last['utilisation']:.0%}",
            f"{(station['capex_cny'] + sum(r['cny'] for r in station['replacements'])) / 1e6:,.1f}",
        )
    console.print(table)
    for line in equal_lines(plan):
        console.print(line, markup=False)
    console.print(_periods(plan))
    console.print(
        f"certificate [bold {colour}]{run.verdict}[/]   gap {plan['gap']:.3%} of the money that can "
        f"be decided (target {plan['gap_target']:.1%}): objective - bound "
        f"{(plan['objective_cny'] - plan['bound_cny']) / 1e6:,.1f} M CNY"
    )
    console.print(
        f"net present cost {plan['kpis']['npv_without_unmet_cny'] / 1e6:,.0f} M CNY + unmet demand "
        f"{plan['costs_npv_cny']['unmet'] / 1e6:,.0f} M CNY, of which "
        f"{plan['unavoidable_cny'] / 1e6:,.0f} M CNY no plan can avoid"
    )
    console.print(nothing_line(plan))
    console.print(service_line(run.evidence))
    from corridor.evaluation.plan import ENDED_EARLY

    early = ENDED_EARLY.get(plan["search"]["stopped"])
    if early:
        console.print(early, style="yellow")
    console.print(f"run folder  {run.folder}", markup=False, soft_wrap=True)
    console.print(f"report      {run.folder / 'report.html'}", markup=False, soft_wrap=True)


def nothing_line(plan: dict[str, Any]) -> str:
    """Say what doing nothing costs and serves, beside the plan."""
    from corridor.report.periods import label

    still = plan["do_nothing"]
    served = ", ".join(
        f"{label(plan, number)} "
        + ("–" if row["coverage_by_kg"] is None else f"{row['coverage_by_kg']:.0%}")
        for number, row in enumerate(still["by_period"])
    )
    stands = len(still["stations"])
    return (
        f"doing nothing ({stands} existing station{'' if stands == 1 else 's'}): "
        f"{still['objective_cny'] / 1e6:,.0f} M CNY, served {served}; this plan costs "
        f"{(still['objective_cny'] - plan['objective_cny']) / 1e6:,.0f} M CNY less"
    )


def service_line(evidence: dict[str, Any] | None) -> str:
    """Say how many stations stand and who is served at each price of unmet demand asked about."""
    if evidence is None:
        return "value of service: not computed (corridor solve --evidence)"
    points = evidence["points"]
    lasts = [point["by_period"][-1] for point in points]
    prices = " / ".join(f"{point['unmet_price_cny_per_kg']:g}" for point in points)
    stations = " / ".join(str(last["stations"]) for last in lasts)
    served = " / ".join(
        "–" if last["coverage_by_kg"] is None else f"{last['coverage_by_kg']:.0%}" for last in lasts
    )
    return (
        f"value of service: at {prices} CNY per unmet kg {stations} stations, {served} of "
        f"{lasts[-1]['year']} served, gap at most {max(point['gap'] for point in points):.1%}"
    )


def equal_lines(plan: dict[str, Any]) -> list[str]:
    """Say where stations could equally stand; nothing where no design is known to cost the same."""
    from corridor.report.equal import equal_sites, other_equal_designs

    names = {s["id"]: f"{s['name_zh']} {s['name_en']}".strip() for s in plan["stations"]}
    lines = [
        f"{names[station]} could equally stand at {', '.join(sites)}"
        for station, sites in equal_sites(plan).items()
    ]
    others = len(other_equal_designs(plan))
    if others:
        words = "change of size or year costs" if others == 1 else "changes of size or year cost"
        lines.append(f"{others} other {words} the same (equal_designs of plan.json)")
    if lines:
        lines.append("chosen by the stated order of equal designs (docs/formats.md, section 8)")
    return lines


def _periods(plan: dict[str, Any]) -> Any:
    from rich import box
    from rich.table import Table

    from corridor.report.periods import label

    table = Table(box=box.SIMPLE)
    for name in (
        "period",
        "stations",
        "wanted t/day",
        "plants give t/day",
        "sent: announced",
        "assumed t/day",
        "sold t/day",
        "served",
        "shortfall t/day",
        "LCOH CNY/kg",
        "CAPEX M CNY",
    ):
        table.add_column(name, justify="right")
    for number, row in enumerate(plan["kpis"]["by_period"]):
        decides = plan["periods"][number]["decides"]
        lcoh = row["lcoh_cny_per_kg"]
        table.add_row(
            label(plan, number),
            str(row["stations"]) if decides else "",
            f"{row['demand_kg_per_day'] / 1000:,.2f}",
            f"{row['available_kg_per_day'] / 1000:,.2f}",
            f"{row['announced_kg_per_day'] / 1000:,.2f}",
            f"{row['assumed_kg_per_day'] / 1000:,.2f}",
            f"{row['sold_kg_per_day'] / 1000:,.2f}",
            "–" if row["coverage_by_kg"] is None else f"{row['coverage_by_kg']:.0%}",
            f"{row['shortfall_kg_per_day'] / 1000:,.2f}",
            "–" if lcoh is None else f"{lcoh['total']:.1f}",
            f"{row['capex_cny'] / 1e6:,.1f}",
        )
    return table
