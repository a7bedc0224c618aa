"""Line plots as SVG, without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 400, 70, 50, 40, 20
COLOURS = ("#1f5fa8", "#c0504d", "#4f8a3c", "#7f5fa8")

Curve = Sequence[tuple[float, float]]


def line_plot(
    title: str,
    curves: Mapping[str, Curve],
    x_label: str,
    y_label: str,
    *,
    dots: bool = False,
    steps: bool = False,
) -> str:
    """Return a plot as SVG text; the x axis is logarithmic, the y axis too unless in steps.

    Parameters
    ----------
    title, x_label, y_label
        Words.
    curves
        Points of each curve, x rising and positive.
    dots
        True: points are not joined.
    steps
        True: curves rise in steps, y runs from 0 to 1.
    """
    points = [point for curve in curves.values() for point in curve]
    if not points:
        points = [(1.0, 1.0)]
    x_low, x_high = _decades([x for x, _ in points])
    y_low, y_high = (0.0, 1.0) if steps else _decades([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_low) / (x_high - x_low)
        up = y if steps else (math.log10(max(y, 1e-9)) - y_low) / (y_high - y_low)
        return (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{WIDTH / 2}" y="20" text-anchor="middle" font-size="14">{escape(title)}</text>',
    ]
    parts += _axes(place, (x_low, x_high), (y_low, y_high), steps=steps)
    for k, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[k % len(COLOURS)]
        placed = [place(x, y) for x, y in curve]
        if dots:
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed
            ]
        else:
            path = _stepped(placed) if steps else placed
            joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
            parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}"/>')
        parts.append(
            f'<text x="{LEFT + 10}" y="{TOP + 15 + 16 * k}" fill="{colour}">{escape(name)}</text>'
        )
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_label)}</text>'
    )
    parts.append(
        f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around some values."""
    low = math.floor(math.log10(max(min(values), 1e-9)))
    high = math.ceil(math.log10(max(max(values), 1e-9)))
    return float(low), float(max(high, low + 1))


def _stepped(points: Curve) -> list[tuple[float, float]]:
    """Return points with a corner before each rise."""
    path: list[tuple[float, float]] = []
    for x, y in points:
        if path:
            path.append((x, path[-1][1]))
        path.append((x, y))
    return path


def _axes(place, x_span, y_span, *, steps: bool) -> list[str]:  # type: ignore[no-untyped-def]
    """Return frame lines and labels at powers of ten."""
    left, bottom = LEFT, HEIGHT - BOTTOM
    parts = [
        f'<path d="M{left} {TOP} V{bottom} H{WIDTH - RIGHT}" fill="none" stroke="black"/>',
    ]
    for power in range(int(x_span[0]), int(x_span[1]) + 1):
        x, _ = place(10.0**power, 10.0 ** y_span[0] if not steps else 0.0)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">1e{power}</text>')
    ticks = (
        [0.0, 0.5, 1.0] if steps else [10.0**k for k in range(int(y_span[0]), int(y_span[1]) + 1)]
    )
    for tick in ticks:
        _, y = place(10.0 ** x_span[0], tick)
        label = f"{tick:g}"
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return parts
