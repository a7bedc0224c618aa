"""The periods of a plan as a reader takes them: decisions, and the runs of years operated inside them."""

from __future__ import annotations

from corridor.report.folder import Json


def label(plan: Json, index: int) -> str:
    """Return how a run of years is called: by its first year where each decides, else by its years."""
    row = plan["periods"][index]
    if all(each["decides"] for each in plan["periods"]):
        return str(row["year"])
    return _years(row["year"], row["last_year"])


def decisions(plan: Json) -> list[tuple[int, int]]:
    """Return, per period of decision, the indices of its first and its last run of years."""
    rows = plan["periods"]
    starts = [i for i, row in enumerate(rows) if row["decides"]]
    ends = [*(start - 1 for start in starts[1:]), len(rows) - 1]
    return list(zip(starts, ends, strict=True))


def span(plan: Json, first: int, last: int) -> str:
    """Return the years from one run to another."""
    rows = plan["periods"]
    return _years(rows[first]["year"], rows[last]["last_year"])


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
