"""Chinese for the words that the files of a run say in English: one table, found by the words or a code."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def table() -> dict[str, str]:
    """Return the Chinese of each entry of ``words.csv``.

    Returns
    -------
    dict
        English words as they stand in a file, or a kind and a code ("check driving"), to Chinese.
    """
    text = (resources.files("corridor.report") / "words.csv").read_text(encoding="utf-8")
    return {row["words"]: row["zh"] for row in csv.DictReader(text.splitlines())}


def in_chinese(words: str, code: str = "") -> str:
    """Return words in Chinese, or as they stand where the table has none.

    Parameters
    ----------
    words
        What the file says in English.
    code
        Kind and code by which the table is asked instead.
    """
    return table().get(code or words, words)
