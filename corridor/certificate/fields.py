"""Kinds of values that documents hold, by name."""

from __future__ import annotations

from corridor.certificate.shape import Number, Text, Whole

ANY = Text()
ID = Text(empty=False)
YEAR = Whole(1900, 2200)
LON = Number(-180, 180)
LAT = Number(-90, 90)
GRAMS = Whole(0, 10**9)
POSITIVE = Number(0, above=True)
AMOUNT = Number(0)
SHARE = Number(0, 1)
