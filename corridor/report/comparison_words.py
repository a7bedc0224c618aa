"""What a comparison says, in the language asked for: the Chinese of every phrase stands in words.csv."""

from __future__ import annotations

from corridor.report.folder import Json
from corridor.report.matrix import DECIMALS, shown
from corridor.report.text import NOT_COMPUTED, grouped, number, visible
from corridor.report.views import CODES, ENDED_EARLY
from corridor.report.words import in_chinese

LANGUAGES = ("en", "zh")

UNITS = {"CNY": "M CNY", "fraction": "%"}
"""Units as shown, where they are not as computed."""

MARKS = {
    "best": ("▲", "best"),
    "worst": ("▼", "worst"),
    "as_best": ("≈", "not distinguishable from the best"),
    "not_compared": ("×", "not compared"),
}

_CONSEQUENCE = {
    "all": "nothing of {who} is ranked",
    "money": "no money of {who} is ranked",
    "penalty": "of {who} only the money spent is ranked",
    "nothing": "read {who} with care",
}
_SPENT = ("spends {x} M CNY less", "spends the same", "spends {x} M CNY more")
_PENALTY = (
    "its penalty for unmet hydrogen (modelled, not paid) is {x} M CNY lower",
    "its penalty for unmet hydrogen is the same",
    "its penalty for unmet hydrogen (modelled, not paid) is {x} M CNY higher",
)
_RANK = ("cheaper", "same cost", "dearer")


def say(lang: str, words: str, **values: object) -> str:
    """Return a phrase with its values.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    words
        The phrase in English, by which the table of words is asked.
    """
    return (in_chinese(words) if lang == "zh" else words).format(**values)


def letter(i: int) -> str:
    """Return what a run is called in a comparison: A is the baseline."""
    return chr(ord("A") + i) if i < 26 else f"R{i + 1}"


def cell(value: object, unit: str, *, signed: bool = False) -> str:
    """Return a figure as a comparison shows it; what rounds to nothing has no sign."""
    rounded = shown(value, unit)
    if rounded is None:
        return NOT_COMPUTED
    plus = "+" if signed and rounded > 0 else ""
    return plus + grouped(f"{rounded:.{DECIMALS.get(unit, 0)}f}")


def label_of(row: Json, lang: str) -> str:
    """Return what a row of figures is, with its year and the way in which carbon is counted."""
    parts = [say(lang, row["label"])]
    if row["method"]:
        known = CODES.get(row["method"], (row["method"], row["method"]))
        parts.append(visible(known[LANGUAGES.index(lang)]))
    year = "" if row["year"] is None else f"{row['year']} "
    return year + ("，" if lang == "zh" else ", ").join(parts)


def unit_of(row: Json, lang: str) -> str:
    """Return the unit in which a row of figures is shown."""
    unit = UNITS.get(row["unit"], row["unit"])
    return say(lang, unit) if unit else ""


def _way(value: float) -> int:
    """Return 0, 1 or 2: less, the same, or more, as far as it shows."""
    rounded = shown(value, "CNY") or 0.0
    return 1 if rounded == 0 else 0 if rounded < 0 else 2


def rank_words(entry: Json | None, lang: str) -> str:
    """Return in a few words how the cost of a run stands to the baseline's."""
    if entry is None:
        return say(lang, "baseline")
    cost = entry["cost"]
    if cost["verdict"] == "not_compared":
        return say(lang, "not compared")
    if cost["verdict"] == "open":
        return say(lang, "not distinguishable")
    rank = say(lang, _RANK[_way(cost["difference_cny"])])
    proof = say(lang, "certified" if cost["verdict"] == "certified" else "proven")
    return rank + ("，" if lang == "zh" else ", ") + proof


def cost_sentence(entry: Json, lang: str = "en") -> str:
    """Say how the cost of a run differs from the baseline's: money first, penalty apart, proof last."""
    cost = entry["cost"]
    parts = []
    for phrases, key in ((_SPENT, "spent_difference_cny"), (_PENALTY, "penalty_difference_cny")):
        if cost[key] is not None:
            x = cell(abs(cost[key]), "CNY")
            parts.append(say(lang, phrases[_way(cost[key])], x=x))
    if cost["difference_cny"] is not None:
        together = cell(cost["difference_cny"], "CNY", signed=True)
        parts.append(say(lang, "together {x} M CNY", x=together))
    parts.append(_proof_of(entry, lang))
    return ("；" if lang == "zh" else "; ").join(parts) + ("。" if lang == "zh" else ".")


def _proof_of(entry: Json, lang: str) -> str:
    cost = entry["cost"]
    if cost["verdict"] == "not_compared":
        between = ("、" if lang == "zh" else ", ").join(
            _value_pair(row, lang) for row in entry["differs"] if row["stops"] != "nothing"
        )
        only_spent = cost["spent_difference_cny"] is not None
        words = (
            "penalties are not compared, for these differ: {what}"
            if only_spent
            else "money is not compared, for these differ: {what}"
        )
        return say(lang, words, what=between)
    if cost["verdict"] == "certified":
        same = _way(cost["difference_cny"]) == 1
        words = (
            "certified: both answer one question at the same cost"
            if same
            else "certified: both answer one question, so the lower cost is the better plan"
        )
        return say(lang, words)
    words = (
        "proven: the best costs differ by between {a} and {b} M CNY"
        if cost["verdict"] == "proven"
        else "not distinguishable: the best costs differ by between {a} and {b} M CNY"
    )
    ends = (cell(cost[key], "CNY", signed=True) for key in ("at_least_cny", "at_most_cny"))
    return say(lang, words, **dict(zip("ab", ends, strict=True)))


def _value_pair(row: Json, lang: str) -> str:
    values = f"{visible(str(row['base']))} / {visible(str(row['other']))}"
    return f"{say(lang, row['what'])} {values}"


def lead_sentence(document: Json, lang: str = "en") -> str:
    """Say which of the runs that can be compared with the baseline costs least, and what ties it."""
    marks = next(row["marks"] for row in document["figures"] if row["key"] == "objective_cny")

    def which(mark: str) -> str:
        who = [letter(i) for i, found in enumerate(marks) if found == mark]
        return ("、" if lang == "zh" else ", ").join(who)

    if all(entry["cost"]["verdict"] == "not_compared" for entry in document["against"]):
        return say(lang, "What the runs cost cannot be compared with A.")
    if not which("best"):
        return say(lang, "All that can be compared with A cost the same.")
    said = say(lang, "Least money and penalty of all compared with A: {who}.", who=which("best"))
    if which("as_best"):
        tied = say(lang, "Not distinguishable from it: {who}.", who=which("as_best"))
        return said + ("" if lang == "zh" else " ") + tied
    return said


def warnings(document: Json, lang: str = "en") -> list[str]:
    """Return what differs between the runs and what is therefore not ranked, one line each."""
    found: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for i, entry in enumerate(document["against"], start=1):
        for row in entry["differs"]:
            key = (row["what"], row["stops"], "" if row["base"] is None else str(row["base"]))
            value = "" if row["other"] is None else str(row["other"])
            found.setdefault(key, {}).setdefault(value, []).append(letter(i))
    comma, semicolon, colon = ("、", "；", "：") if lang == "zh" else (", ", "; ", ": ")
    lines = []
    for (what, stops, base), others in found.items():
        who = comma.join(name for names in others.values() for name in names)
        consequence = say(lang, _CONSEQUENCE[stops], who=who)
        values = [("A", base), *((comma.join(names), v) for v, names in others.items())]
        shown_values = semicolon.join(f"{name} {visible(value)}" for name, value in values if value)
        told = [shown_values, consequence] if shown_values else [consequence]
        lines.append(say(lang, what) + colon + semicolon.join(told))
    return lines


def proof_words(run: Json, lang: str = "en") -> str:
    """Say what is proven of a run's cost: gap, money open, money that no plan can avoid."""
    values = {
        "gap": number(run["gap"], "gap"),
        "open": cell(run["objective_minus_bound_cny"], "CNY"),
        "fixed": cell(run["unavoidable_cny"], "CNY"),
        "still": cell(run["do_nothing_cny"], "CNY"),
    }
    said = say(
        lang,
        "gap {gap} of the money that can be decided, objective - bound {open} M CNY, of the cost "
        "{fixed} M CNY cannot be avoided, doing nothing costs {still} M CNY",
        **values,
    )
    if run["stopped"] in ENDED_EARLY:
        said += ("；" if lang == "zh" else "; ") + CODES[run["stopped"]][LANGUAGES.index(lang)]
    return said


def station_lines(stations: Json, lang: str = "en") -> list[tuple[str, str]]:
    """Return what became of stations: (what, which)."""
    lines = []
    for what in ("added", "removed"):
        lines += [
            (what, f"{_who(s, lang)}, {visible(str(s['tier']))}, {s['period']}")
            for s in stations[what]
        ]
    for move in stations["moved"]:
        how = f"{number(move['km'], 'km')} km"
        if move["other_side"]:
            how += say(lang, ", other side")
        lines.append(("moved", f"{_who(move['from'], lang)} → {_who(move['to'], lang)} ({how})"))
    for what, old, new in (
        ("retimed", "from_year", "to_year"),
        ("resized", "from_tier", "to_tier"),
    ):
        for s in stations[what]:
            change = f"{visible(str(s[old]))} → {visible(str(s[new]))}"
            lines.append((what, f"{_who(s, lang)}: {change}"))
    return [(say(lang, what), which) for what, which in lines]


def _who(station: Json, lang: str) -> str:
    km = "" if station["chainage_km"] is None else f" {number(station['chainage_km'], 'km')} km"
    return visible(f"{site_name(station, lang)} [{station['route']} {station['carriageway']}{km}]")


def site_name(site: Json, lang: str) -> str:
    """Return the name of a site in a language, or in the other where it has none."""
    names = (
        (site["name_en"], site["name_zh"]) if lang == "en" else (site["name_zh"], site["name_en"])
    )
    return visible(names[0] or names[1] or site["id"])


def short_name(site: Json, lang: str) -> str:
    """Return the name of a site for a narrow column."""
    name = site_name(site, lang)
    return name.replace("Service Area", "SA").replace("Parking Area", "PA")
