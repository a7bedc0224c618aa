"""A comparison as tables for a terminal and as a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from corridor.report.comparison_words import (
    LANGUAGES,
    MARKS,
    cell,
    cost_sentence,
    label_of,
    lead_sentence,
    letter,
    proof_words,
    rank_words,
    say,
    short_name,
    site_name,
    station_lines,
    unit_of,
    warnings,
)
from corridor.report.folder import Json
from corridor.report.matrix import AVOIDED, PENALTY, SPENT, TOTAL
from corridor.report.text import number, visible
from corridor.report.views import CODES

FRONT_YEARS = 3
"""In front stand the figures of all years up to so many, else of the first and the last."""

FRONT_SITES = 34
"""So many sites stand in front, so that one screen holds them; the others stand in a list."""

_EVERY_YEAR = ("stations", "coverage_by_kg", "lcoh_cny_per_kg/total")
_LAST_YEAR = ("demand_kg_per_day", "unmet_kg_per_day", "utilisation", "trailers_per_day", AVOIDED)
_AGAINST = (
    (SPENT, "money spent, against A", "spent_difference_cny"),
    (TOTAL, "money and penalty, against A", "difference_cny"),
)


def front_figures(document: Json) -> list[Json]:
    """Return the rows of figures that a planner asks first, of them money against the baseline."""
    figures = document["figures"]
    years = sorted({row["year"] for row in figures if row["year"] is not None})
    shown_years = years if len(years) <= FRONT_YEARS else [years[0], years[-1]]
    rows = []
    for key in (SPENT, PENALTY, TOTAL, "capex_total_cny", "lcoh_cny_per_kg/total"):
        rows += [row for row in figures if row["key"] == key and row["year"] is None]
        rows += [_against_row(document, *of) for of in _AGAINST if of[0] == key]
    for key in _EVERY_YEAR:
        rows += [row for row in figures if row["key"] == key and row["year"] in shown_years]
    for key in _LAST_YEAR:
        rows += [
            row
            for row in figures  # ways to count carbon of which the baseline knows nothing wait below
            if row["key"] == key
            and row["year"] in years[-1:]
            and (row["method"] is None or row["values"][0] is not None)
        ]
    return rows


def _against_row(document: Json, key: str, label: str, difference: str) -> Json:
    marks = next(row["marks"] for row in document["figures"] if row["key"] == key)
    values = [0.0, *(entry["cost"][difference] for entry in document["against"])]
    return {
        "key": difference, "label": label, "unit": "CNY", "year": None, "method": None,
        "signed": True, "values": values,
        "marks": [mark if mark == "not_compared" else None for mark in marks],
    }  # fmt: skip


def compare_text(document: Json, lang: str = "en") -> str:
    """Return a comparison as plain text.

    Parameters
    ----------
    document
        From `corridor.report.compare_runs`.
    lang
        ``en`` or ``zh``.
    """
    runs, entries = document["runs"], [None, *document["against"]]
    out = []
    for i, run in enumerate(runs):
        out.append(
            f"{letter(i)}  {visible(run['name'])} ({run['verdict']}; {proof_words(run, lang)})"
        )
    out += ["", lead_sentence(document, lang), *warnings(document, lang), ""]
    heads = [letter(i) for i in range(len(runs))]
    rows = [[say(lang, "cost against A"), *(rank_words(entry, lang) for entry in entries)]]
    for row in front_figures(document):
        unit = unit_of(row, lang)
        cells = [
            f"{MARKS[mark][0] if mark else ''} {cell(value, row['unit'], signed='signed' in row)}"
            for value, mark in zip(row["values"], row["marks"], strict=True)
        ]
        rows.append([label_of(row, lang) + (f" [{unit}]" if unit else ""), *cells])
    out += _table(["", *heads], rows)
    out += ["  ".join(f"{sign} {say(lang, words)}" for sign, words in MARKS.values()), ""]
    rows = [[site_name(row, lang), *map(_station_text, row["cells"])] for row in document["sites"]]
    out += _table([say(lang, "first year and last size"), *heads], rows)
    for i, entry in enumerate(document["against"], start=1):
        out += ["", f"{letter(i)}  {cost_sentence(entry, lang)}"]
        for row in entry["scenario"][:12]:
            values = f"{visible(str(row['base']))} → {visible(str(row['other']))}"
            out.append(f"   {visible(row['key'])}: {values}")
        if len(entry["scenario"]) > 12:
            out.append("   " + say(lang, "and {n} more keys", n=len(entry["scenario"]) - 12))
        out += [f"   {what}  {which}" for what, which in station_lines(entry["stations"], lang)]
        unchanged = entry["stations"]["unchanged"]
        out.append("   " + say(lang, "stations unchanged: {n}", n=unchanged))
    return "\n".join(out) + "\n"


def _station_text(station: Json | None) -> str:
    if station is None:
        return "·"
    grows = "↑" if station["grows"] else ""
    return visible(f"{station['year']} {station['tier']}{grows}")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, its first column left and the others right."""
    widths = [max(_width(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = []
    for row in (heads, *rows):
        first = row[0] + " " * (widths[0] - _width(row[0]))
        others = (
            " " * (width - _width(text)) + text
            for text, width in zip(row[1:], widths[1:], strict=True)
        )
        lines.append("  ".join((first, *others)).rstrip())
    return lines


def _width(text: str) -> int:
    """Return the columns of a terminal that a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def compare_html(document: Json) -> str:
    """Return a comparison as one self-contained page in both languages."""
    from corridor.report.page import bilingual, render

    def both(words: object, *arguments: object) -> object:
        """Return what a function of this package says in each language, or a phrase."""
        if callable(words):
            return bilingual(*(words(*arguments, lang) for lang in LANGUAGES))
        return bilingual(*(say(lang, str(words)) for lang in LANGUAGES))

    blocks: dict[str, list[object]] = {}
    for column, entry in enumerate(document["against"], start=1):
        for row in entry["costs"]:
            cells = blocks.setdefault(row["block"], [None] * len(document["runs"]))
            cells[0], cells[column] = row["base"], row["other"]
    sites = document["sites"]
    view = {
        "runs": list(zip(document["runs"], [None, *document["against"]], strict=True)),
        "front": front_figures(document),
        "figures": document["figures"],
        "sites": sites[:FRONT_SITES],
        "more_sites": sites[FRONT_SITES:],
        "blocks": blocks,
        "warned": list(zip(*(warnings(document, lang) for lang in LANGUAGES), strict=True)),
        "lead": both(lead_sentence, document),
        "both": both, "cell": cell, "number": number, "letter": letter, "MARKS": MARKS,
        "label_of": label_of, "unit_of": unit_of, "rank_words": rank_words,
        "short_name": short_name, "proof_words": proof_words, "cost_sentence": cost_sentence,
        "code": lambda word: CODES.get(word, (word, word)),
        "lines_of": lambda entry: list(
            zip(*(station_lines(entry["stations"], lang) for lang in LANGUAGES), strict=True)
        ),
    }  # fmt: skip
    return render("comparison.html.j2", view, scripts=("report",))
