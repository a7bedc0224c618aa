"""Drawings as SVG text: every attribute and every word escaped, no style attribute, no script."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from corridor.report.text import visible


def el(tag: str, *children: Markup | str, **attributes: object) -> Markup:
    """Return an element.

    Parameters
    ----------
    children
        Markup as it is, text escaped.
    attributes
        ``class_`` stands for class, an underscore for a hyphen; floats are cut to two decimals,
        None is left out.
    """
    shown = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _value(value))
        for name, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(c if isinstance(c, Markup) else escape(visible(c)) for c in children)
    return Markup("<{0}{1}>{2}</{0}>").format(tag, shown, inside)


def text(x: float, y: float, words: Markup | str, css: str = "", **attributes: object) -> Markup:
    """Return a piece of text at a point."""
    return el("text", words, x=x, y=y, class_=css or None, **attributes)


def both(en: str, zh: str) -> Markup:
    """Return two tspans, of which the style sheet shows the one of the language chosen."""
    return el("tspan", en, class_="en", lang="en") + el("tspan", zh, class_="zh", lang="zh-CN")


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """Return a straight line."""
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=css)


def path(points: Iterable[tuple[float, float]], css: str, *, closed: bool = False) -> Markup:
    """Return a polyline or polygon."""
    d = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return el("path", d=f"M{d}{'Z' if closed else ''}", class_=css)


def drawing(
    width: float, height: float, title: Markup | str, parts: Iterable[Markup], css: str = ""
) -> Markup:
    """Return a whole drawing that scales with its column and tells a screen reader what it is."""
    return el(
        "svg",
        el("title", title),
        *parts,
        class_=f"drawing {css}".strip(),
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        xmlns="http://www.w3.org/2000/svg",
    )


def mark(shape: int, x: float, y: float, r: float, css: str) -> Markup:
    """Return the mark of a period; the shapes differ, so that colour is not all that tells."""
    kind = shape % 4
    if kind == 0:
        return el("circle", cx=x, cy=y, r=r, class_=css)
    if kind == 1:
        return el("rect", x=x - r * 0.9, y=y - r * 0.9, width=1.8 * r, height=1.8 * r, class_=css)
    if kind == 2:
        corners = ((x, y - 1.15 * r), (x + 1.1 * r, y + 0.85 * r), (x - 1.1 * r, y + 0.85 * r))
        return path(corners, css, closed=True)
    corners4 = ((x, y - 1.25 * r), (x + 1.25 * r, y), (x, y + 1.25 * r), (x - 1.25 * r, y))
    return path(corners4, css, closed=True)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return visible(str(value))


def ticks(top: float, count: int = 5) -> list[float]:
    """Return round numbers from 0 to at least `top`."""
    if top <= 0:
        return [0.0, 1.0]
    step = 10.0 ** len(str(int(top)))
    for factor in (0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0):
        if top / (step * factor) <= count:
            step *= factor
            break
    return [i * step for i in range(int(-(-top // step)) + 1)]
