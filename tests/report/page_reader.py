"""Reads a page back: its figures with what they claim, and its structure without its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})


@dataclass
class Figure:
    """An element with class ``fig``."""

    attributes: dict[str, str]
    text: str = ""
    english: str = ""
    chinese: str = ""


@dataclass
class Page(HTMLParser):
    """Everything that a test asks of a page."""

    figures: list[Figure] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    attributes: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: list[tuple[str, str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str]]] = []
        self._figure: tuple[int, Figure] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        self.tags[tag] += 1
        self.attributes.update((tag, key) for key in found)
        self.values += [(tag, key, value) for key, value in found.items()]
        if tag not in VOID:
            self._open.append((tag, found))
        if "fig" in found.get("class", "").split():
            self.figures.append(Figure(found))
            self._figure = (len(self._open), self.figures[-1])

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._figure and len(self._open) == self._figure[0]:
                self._figure = None
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        tag = self._open[-1][0] if self._open else ""
        if tag == "script":
            self.scripts.append(data)
        elif tag == "style":
            self.styles.append(data)
        else:
            self.words.append(data)
        if self._figure:
            figure = self._figure[1]
            css = self._open[-1][1].get("class", "")
            figure.text += data
            figure.english += "" if css == "zh" else data
            figure.chinese += "" if css == "en" else data


def read_page(html: str) -> Page:
    """Parse a page."""
    page = Page()
    page.feed(html)
    page.close()
    return page


def plain(text: str) -> float:
    """Return the number that a figure's words say."""
    bare = text.replace("\u2009", "").replace("−", "-").removesuffix("%")
    return float(bare)
