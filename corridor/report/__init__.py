"""What a reader gets: the siting report, tables, maps and comparisons, from run folders alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.report.comparison import compare_runs
    from corridor.report.comparison_page import compare_html, compare_text
    from corridor.report.geojson import write_geojson
    from corridor.report.page import write_report
    from corridor.report.tables import write_tables

_HOMES = {
    "compare_runs": "corridor.report.comparison",
    "compare_html": "corridor.report.comparison_page",
    "compare_text": "corridor.report.comparison_page",
    "write_geojson": "corridor.report.geojson",
    "write_report": "corridor.report.page",
    "write_tables": "corridor.report.tables",
}

__all__ = [
    "compare_html",
    "compare_runs",
    "compare_text",
    "write_geojson",
    "write_report",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    """Import a function when it is first asked for, so that `corridor --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
