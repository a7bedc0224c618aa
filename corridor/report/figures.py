"""Every figure on the page says where it comes from, so that a test can look it up.

A figure is an element with ``data-key`` (JSON pointer), ``data-file`` where it is not plan.json,
and ``data-value`` (full precision). A figure computed here has ``data-calc`` (``sum``, ``minus``,
``ratio``, ``count``) and ``data-keys`` instead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from corridor.report.folder import RunFolder, at
from corridor.report.text import NOT_COMPUTED, number, visible

_FILES = {
    "plan": "",
    "scenario": "inputs/scenario.json",
    "network": "inputs/network.json",
    "trips": "inputs/trips.json",
    "sites": "inputs/sites.json",
    "certificate": "certificate.json",
    "evidence": "evidence.json",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Looks figures up in a run folder and writes them as markup."""

    run: RunFolder

    def figure(
        self, key: str, kind: str = "sig", document: str = "plan", *, tag: str = "span"
    ) -> Markup:
        """Return the value at a JSON pointer as text that carries its origin."""
        value = at(getattr(self.run, document), key)
        origin = Markup(' data-key="{}"').format(key)
        if _FILES[document]:
            origin += Markup(' data-file="{}"').format(_FILES[document])
        return _element(value, kind, origin, tag)

    def calc(self, operation: str, keys: Sequence[str], kind: str = "sig") -> Markup:
        """Return a figure computed from plan values: their sum, difference, ratio or number."""
        values = [at(self.run.plan, key) for key in keys]
        origin = Markup(' data-calc="{}" data-keys="{}"').format(operation, " ".join(keys))
        return _element(compute(operation, values), kind, origin, "span")


def compute(operation: str, values: Sequence[Any]) -> float | None:
    """Return ``sum``, ``minus`` (first less the others), ``ratio`` (of two) or ``count``."""
    if operation == "count":
        return len(values)
    if any(value is None for value in values) or not values:
        return None
    if operation == "sum":
        return float(sum(values))
    if operation == "minus":
        return float(values[0] - sum(values[1:]))
    return float(values[0] / values[1]) if values[1] else None


def _element(value: Any, kind: str, origin: Markup, tag: str) -> Markup:
    if value is None or isinstance(value, dict):
        shape = '<{0} class="fig nc"{1} data-value="null">{2}</{0}>'
        return Markup(shape).format(tag, origin, NOT_COMPUTED)  # noqa: S704
    exact = json.dumps(value, ensure_ascii=False)
    words = Markup("{}").format(number(value, kind))
    if kind == "money":
        shape = '<{0} class="en">{1}</{0}><{0} class="zh">{2}</{0}>'
        words = Markup(shape).format(tag, number(value, "million"), number(value, "wan"))  # noqa: S704
    shape = '<{0} class="fig" data-kind="{1}"{2} data-value="{3}">{4}</{0}>'
    return Markup(shape).format(tag, kind, origin, visible(exact), words)  # noqa: S704
