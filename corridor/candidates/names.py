"""What candidate sites of the road are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.network.network import Node, ServiceAreaSide


def side_names(side: ServiceAreaSide) -> tuple[str, str]:
    """Return the Chinese and English name of a side, each with the direction that it serves."""
    english = side.name_en
    if english and side.direction_en:
        english = f"{english} ({side.direction_en})"
    return f"{side.name_zh}({side.direction_zh})", english


def exit_names(plaza: Node) -> tuple[str, str]:
    """Return the Chinese and English name of the land at a toll plaza."""
    names = _with_word(plaza.name_zh, "出口"), _with_word(plaza.name_en, " exit")
    return names if names != ("", "") else ("", f"Exit {plaza.id}")


def exit_key(plaza: Node) -> str:
    """Return what the id of the site at a toll plaza is made from."""
    return f"{plaza.id}.exit"


def _with_word(name: str, word: str) -> str:
    """Return a name with a word before its bracket, once: "Maling exit (assumed)"."""
    if word.strip() in name.lower() or not name:
        return name
    base, bracket, rest = name.partition("(")
    return f"{base.rstrip()}{word}{' ' * (' (' in name)}{bracket}{rest}" if bracket else base + word
