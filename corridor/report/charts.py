"""Charts in SVG: what a kilogram costs, how demand may grow, what the plants can give."""

from __future__ import annotations

from markupsafe import Markup

from corridor.report import svg
from corridor.report.figures import Figures
from corridor.report.folder import at
from corridor.report.tables import BREAKDOWN
from corridor.report.text import number

PARTS: dict[str, tuple[str, str]] = {
    "production": ("production", "制氢"),
    "purification": ("purification", "提纯"),
    "opportunity": ("opportunity", "机会成本"),
    "compression": ("compression", "压缩充装"),
    "transport": ("delivery", "运输"),
    "station_capex": ("st. CAPEX", "站投资"),
    "station_opex": ("st. OPEX", "站运维"),
    "station_power": ("st. power", "站用电"),
    "detour": ("detour", "绕行"),
    "stops": ("stops", "停车加注"),
    "total": ("total", "合计"),
}
"""The parts of the cost of a kilogram, in English and Chinese."""


def waterfall(figures: Figures, pointer: str) -> Markup:
    """Draw the parts of the cost of a kilogram, each upon the one before, up to their total.

    Parameters
    ----------
    pointer
        JSON pointer of the parts in the plan. [CNY/kg]
    """
    keys = (*BREAKDOWN, "total")
    values = [at(figures.run.plan, f"{pointer}/{key}") for key in keys]
    if any(value is None for value in values):
        return Markup("")
    width, height, left, bottom = 752.0, 258.0, 36.0, 214.0
    scale = svg.ticks(max(values[-1], sum(max(0.0, v) for v in values[:-1])))

    def y(value: float) -> float:
        return bottom - (bottom - 16) * value / scale[-1]

    drawn = []
    for tick in scale:
        drawn.append(svg.line(left, y(tick), width - 8, y(tick), "grid"))
        drawn.append(svg.text(left - 6, y(tick) + 3.5, number(tick, "plain"), "tick end"))
    step = (width - left - 16) / len(keys)
    bar = step - 12
    level = 0.0
    for i, (key, value) in enumerate(zip(keys, values, strict=True)):
        start = 0.0 if key == "total" else level
        level = start + value
        x = left + 12 + i * step
        low, high = sorted((start, level))
        css = "bar total" if key == "total" else f"bar part{i}"
        tall = max(y(low) - y(high), 0.8)
        drawn.append(svg.el("rect", x=x, y=y(high), width=bar, height=tall, class_=css))
        if key != "total":
            drawn.append(svg.line(x + bar, y(level), x + step, y(level), "leader"))
        shown = figures.figure(f"{pointer}/{key}", tag="tspan")
        drawn.append(svg.text(x + bar / 2, y(high) - 5, shown, "value mid"))
        drawn.append(svg.text(x + bar / 2, bottom + 17, svg.both(*PARTS[key]), "tick mid"))
    unit = svg.both("CNY per kg at the nozzle", "元/千克（加氢枪口）")
    drawn.append(svg.text(4, height - 8, unit, "quiet"))
    title = "Cost of a kilogram, part by part 每千克成本构成"
    return svg.drawing(width, height, title, drawn, "waterfall")


_SERIES = (
    ("high", "高", "line-high", "/kpis/demand_lines/{}/high_kg_per_day"),
    ("base", "基准", "line-base", "/kpis/demand_lines/{}/base_kg_per_day"),
    ("low", "低", "line-low", "/kpis/demand_lines/{}/low_kg_per_day"),
    ("plants can give", "可供", "line-available", "/kpis/by_period/{}/available_kg_per_day"),
    ("sold", "售出", "line-sold", "/kpis/by_period/{}/sold_kg_per_day"),
)


def demand_chart(figures: Figures) -> Markup:
    """Draw demand at low, base and high adoption, what the plants can give and what is sold."""
    plan = figures.run.plan
    years = [period["year"] for period in plan["periods"]]
    series = [
        (en, zh, css, [(i, at(plan, shape.format(i))) for i in range(len(years))], shape)
        for en, zh, css, shape in _SERIES
    ]
    values = [v for *_, points, _ in series for _, v in points if v is not None]
    if not values or any(v is None for *_, points, _ in series[:3] for _, v in points):
        return Markup("")
    width, height, left, right, bottom = 516.0, 300.0, 36.0, 132.0, 252.0
    scale = svg.ticks(float(max(values)) / 1000)
    span = float(max(years[-1] - years[0], 1))

    def x(i: int) -> float:
        return left + 14 + (width - left - right - 28) * float(years[i] - years[0]) / span

    def y(kg: float) -> float:
        return float(bottom - (bottom - 18) * kg / 1000 / scale[-1])

    drawn = []
    for tick in scale:
        drawn.append(svg.line(left, y(tick * 1000), width - right, y(tick * 1000), "grid"))
        drawn.append(svg.text(left - 6, y(tick * 1000) + 3.5, number(tick, "plain"), "tick end"))
    high, low = series[0][3], series[2][3]
    band = [(x(i), y(v)) for i, v in high] + [(x(i), y(v)) for i, v in reversed(low)]
    drawn.append(svg.path(band, "band", closed=True))
    ends = []
    for en, zh, css, points, shape in series:
        spots = [(x(i), y(v)) for i, v in points if v is not None]
        if len(spots) > 1:
            drawn.append(svg.path(spots, f"line {css}"))
        drawn += [svg.el("circle", cx=a, cy=b, r=2.8, class_=f"dot {css}") for a, b in spots]
        if spots:
            ends.append((spots[-1][1], en, zh, css, shape.format(points[-1][0])))
    ends.sort()
    for label_y, (_, en, zh, css, key) in zip(
        _apart([e[0] for e in ends], bottom), ends, strict=True
    ):
        words = svg.both(f"{en} ", f"{zh} ") + figures.figure(key, "tonnes", tag="tspan")
        drawn.append(svg.text(width - right + 2, label_y + 3.5, words, f"endlabel {css}"))
    drawn += [svg.text(x(i), bottom + 18, str(t), "tick mid") for i, t in enumerate(years)]
    unit = svg.both("hydrogen, t per day (annual average)", "氢气，吨/日（年平均）")
    drawn.append(svg.text(4, height - 8, unit, "quiet"))
    title = "Demand at low, base and high adoption 低/基准/高需求"
    return svg.drawing(width, height, title, drawn, "demand")


def _apart(heights: list[float], lowest: float, step: float = 14.0) -> list[float]:
    """Push labels apart, downwards, and up again where they would pass the lowest place."""
    placed: list[float] = []
    for y in heights:
        placed.append(y if not placed else max(y, placed[-1] + step))
    for i in reversed(range(len(placed))):
        lowest = min(lowest, placed[i])
        placed[i] = lowest
        lowest -= step
    return placed


def share_bar(fraction: float | None) -> Markup:
    """Draw a fraction as a thin bar; nothing where it was not computed."""
    if fraction is None:
        return Markup("")
    filled = 60 * min(max(fraction, 0.0), 1.0)
    bars = (
        svg.el("rect", x=0.0, y=0.0, width=60.0, height=4.0, class_="rest"),
        svg.el("rect", x=60.0 - filled, y=0.0, width=filled, height=4.0, class_="full"),
    )
    return svg.el("svg", *bars, class_="share", viewBox="0 0 60 4", aria_hidden="true")
