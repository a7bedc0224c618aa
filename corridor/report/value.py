"""What the page says of the value of service: cost, served share and stations over the price."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from corridor.report import svg
from corridor.report.figures import Figures
from corridor.report.folder import Json, RunFolder, at
from corridor.report.text import number

_WIDTH, _LEFT, _RIGHT, _TALL = 752.0, 46.0, 20.0, 92.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """One figure over the price.

    Parameters
    ----------
    words
        What it is, in English and Chinese.
    pointer, kind
        Where the figure of a point stands below it, and how it is written.
    unit
        What a tick of the scale is worth.
    css
        Class of line and dots.
    """

    words: tuple[str, str]
    pointer: str
    kind: str
    unit: float
    css: str


def value_view(run: RunFolder) -> Json:
    """Return what the section on the value of service shows; no chart where it was not computed."""
    own = at(run.scenario, "/money/unmet_price_cny_per_kg")
    points = (run.evidence or {}).get("points") or []
    return {
        "evidence": run.evidence,
        "own_price": own,
        "cheaper_at_own_price": any(
            p["unmet_price_cny_per_kg"] == own and p["design"] is not None for p in points
        ),
        "value_chart": value_chart(Figures(run)) if points else Markup(""),
    }


def value_chart(figures: Figures) -> Markup:
    """Draw money spent, share served and stations over the price of unmet demand, gaps below."""
    evidence = figures.run.evidence or {}
    points = evidence["points"]
    last = len(points[0]["by_period"]) - 1
    year = points[0]["by_period"][last]["year"]
    panels = (
        _Panel(
            ("spent, net present, M CNY", "净现支出，百万元"), "/spent_cny", "million", 1e6, "line-base"
        ),
        _Panel(
            (f"served in {year}, % of kg", f"{year} 年满足率，%"),
            f"/by_period/{last}/coverage_by_kg", "percent", 0.01, "line-sold",
        ),
        _Panel(
            (f"stations in {year}", f"{year} 年站数"),
            f"/by_period/{last}/stations", "count", 1.0, "line-available",
        ),
    )  # fmt: skip
    prices = [point["unmet_price_cny_per_kg"] for point in points]
    top = prices[-1]
    xs = [_LEFT + 12 + (_WIDTH - _LEFT - _RIGHT - 24) * price / top for price in prices]
    drawn: list[Markup] = []
    for n, panel in enumerate(panels):
        drawn += _panel(figures, panel, xs, 26 + n * (_TALL + 30))
    bottom = 26 + len(panels) * (_TALL + 30) - 14
    for n, x in enumerate(xs):
        price = figures.figure(
            f"/points/{n}/unmet_price_cny_per_kg", "plain", "evidence", tag="tspan"
        )
        gap = figures.figure(f"/points/{n}/gap", "percent", "evidence", tag="tspan")
        drawn.append(svg.text(x, bottom, price, "tick mid"))
        drawn.append(svg.text(x, bottom + 15, gap, "quiet mid"))
    unit = svg.both(
        "price of unmet demand, CNY/kg; below it the gap", "未满足罚价，元/千克；其下为差距"
    )
    drawn.append(svg.text(4, bottom + 34, unit, "quiet"))
    title = "Cost, service and stations over the price of unmet demand 成本、满足率、站数随罚价变化"
    return svg.drawing(_WIDTH, bottom + 42, title, drawn, "value")


def _panel(figures: Figures, panel: _Panel, xs: list[float], top: float) -> list[Markup]:
    """Draw one figure of every point that has it, over its own scale."""
    keys = [f"/points/{n}{panel.pointer}" for n in range(len(xs))]
    values = [at(figures.run.evidence, key) for key in keys]
    known = [
        (x, v / panel.unit, k) for x, v, k in zip(xs, values, keys, strict=True) if v is not None
    ]
    scale = svg.ticks(max((v for _, v, _ in known), default=0.0), 3)
    bottom = top + _TALL

    def y(value: float) -> float:
        return bottom - (_TALL - 10) * value / scale[-1]

    drawn = [svg.text(4, top - 8, svg.both(*panel.words), "quiet")]
    for tick in scale:
        drawn.append(svg.line(_LEFT, y(tick), _WIDTH - _RIGHT, y(tick), "grid"))
        drawn.append(svg.text(_LEFT - 6, y(tick) + 3.5, number(tick, "plain"), "tick end"))
    if len(known) > 1:
        drawn.append(svg.path([(x, y(v)) for x, v, _ in known], f"line {panel.css}"))
    for x, v, key in known:
        drawn.append(svg.el("circle", cx=x, cy=y(v), r=2.8, class_=f"dot {panel.css}"))
        words = figures.figure(key, panel.kind, "evidence", tag="tspan")
        drawn.append(svg.text(x, y(v) - 6, words, "quiet mid"))
    return drawn
