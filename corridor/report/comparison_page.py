"""A comparison in words: as text for a terminal and as a page."""

from __future__ import annotations

from corridor.report.folder import Json
from corridor.report.text import number, visible
from corridor.report.views import CODES, ENDED_EARLY

_KINDS = {"CNY": "million", "fraction": "percent"}


def amount(value: object, unit: str, *, signed: bool = False) -> str:
    """Return a value in the comparison's units: CNY in millions, fractions in percent."""
    shown = number(value, _KINDS.get(unit, "sig"))
    plus = signed and isinstance(value, int | float) and value > 0
    return f"+{shown}" if plus else shown


def shown_unit(unit: str) -> str:
    """Return the unit that `amount` uses."""
    return {"CNY": "M CNY", "fraction": ""}.get(unit, unit)


def cost_sentence(entry: Json) -> str:
    """Say how the costs of two plans differ, or that what is proven does not tell them apart."""
    cost = entry["cost"]
    difference = amount(cost["difference_cny"], "CNY", signed=True)
    between = (
        f"{amount(cost['at_least_cny'], 'CNY', signed=True)} and "
        f"{amount(cost['at_most_cny'], 'CNY', signed=True)} M CNY"
    )
    if cost["distinguishable"]:
        return f"Net present cost {difference} M CNY (proven: between {between})."
    return (
        f"Not distinguishable: the net present cost differs by {difference} M CNY, which lies "
        f"within what is not proven of the two plans (between {between})."
    )


def comparison_rows(entry: Json) -> list[tuple[str, str, str, str]]:
    """Return one row per KPI that differs: label with year, baseline, other, difference."""
    rows = []
    for row in entry["kpis"]:
        if row["difference"] == 0 or (row["base"] is None and row["other"] is None):
            continue
        label = row["label"] if row["year"] is None else f"{row['year']} {row['label']}"
        unit = shown_unit(row["unit"])
        rows.append(
            (
                f"{label}, {unit}" if unit else label,
                amount(row["base"], row["unit"]),
                amount(row["other"], row["unit"]),
                amount(row["difference"], row["unit"], signed=True),
            )
        )
    return rows


def station_lines(stations: Json) -> list[tuple[str, str]]:
    """Return what became of stations: (what, which)."""
    lines = [("added", f"{_who(s)}, {s['tier']}, {s['period']}") for s in stations["added"]]
    lines += [("removed", f"{_who(s)}, {s['tier']}, {s['period']}") for s in stations["removed"]]
    for move in stations["moved"]:
        side = ", other side" if move["other_side"] else ""
        km = number(move["km"], "km")
        lines.append(("moved", f"{_who(move['from'])} → {_who(move['to'])} ({km} km{side})"))
    lines += [
        ("retimed", f"{_who(s)}: {s['from_year']} → {s['to_year']}") for s in stations["retimed"]
    ]
    lines += [
        ("resized", f"{_who(s)}: {s['from_tier']} → {s['to_tier']}") for s in stations["resized"]
    ]
    return lines


def _who(station: Json) -> str:
    km = "" if station["chainage_km"] is None else f" {number(station['chainage_km'], 'km')} km"
    name = " ".join(filter(None, (station["name_zh"], station["name_en"])))
    return visible(f"{name} [{station['route']} {station['carriageway']}{km}]")


def compare_text(document: Json) -> str:
    """Return a comparison as plain text."""
    base = document["runs"][0]
    out = [f"baseline  {_run(base)}"]
    for run, entry in zip(document["runs"][1:], document["against"], strict=True):
        out += ["", f"against   {_run(run)}", cost_sentence(entry)]
        if entry["same_inputs"]:
            out.append("The inputs are the same: every difference is the solver's choice.")
        for row in entry["scenario"][:12]:
            values = f"{visible(str(row['base']))} → {visible(str(row['other']))}"
            out.append(f"  scenario  {row['key']}: {values}")
        if len(entry["scenario"]) > 12:
            out.append(f"  scenario  and {len(entry['scenario']) - 12} more keys")
        out += [f"  {what:<9} {which}" for what, which in station_lines(entry["stations"])]
        out.append(f"  unchanged {entry['stations']['unchanged']} stations")
        rows = comparison_rows(entry)
        width = max((len(row[0]) for row in rows), default=0)
        for label, old, new, change in rows:
            out.append(f"  {label:<{width}}  {old:>10}  {new:>10}  {change:>10}")
    return "\n".join(out) + "\n"


def _run(run: Json) -> str:
    cost = amount(run["objective_cny"], "CNY")
    return f"{visible(run['name'])} ({run['verdict']}, {cost} M CNY; {proof_words(run)})"


def proof_words(run: Json) -> str:
    """Say what is proven of a run's cost: gap, money open, money that no plan can avoid."""
    early = f"; {CODES[run['stopped']][0]}" if run["stopped"] in ENDED_EARLY else ""
    return (
        f"gap {number(run['gap'], 'gap')} of the money that can be decided, objective - bound "
        f"{amount(run['objective_minus_bound_cny'], 'CNY')} M CNY, of the cost "
        f"{amount(run['unavoidable_cny'], 'CNY')} M CNY cannot be avoided, doing nothing costs "
        f"{amount(run['do_nothing_cny'], 'CNY')} M CNY{early}"
    )


def compare_html(document: Json) -> str:
    """Return a comparison as one self-contained page."""
    from corridor.report.page import render

    pages = [
        {
            "run": run,
            "entry": entry,
            "cost": cost_sentence(entry),
            "stations": station_lines(entry["stations"]),
            "rows": comparison_rows(entry),
            "blocks": [
                (
                    row["block"].replace("_", " "),
                    amount(row["base"], "CNY"),
                    amount(row["other"], "CNY"),
                    amount(row["difference"], "CNY", signed=True),
                )
                for row in entry["costs"]
            ],
        }
        for run, entry in zip(document["runs"][1:], document["against"], strict=True)
    ]
    view = {
        "base": document["runs"][0],
        "pages": pages,
        "amount": amount,
        "proof": proof_words,
    }
    return render("comparison.html.j2", view)
