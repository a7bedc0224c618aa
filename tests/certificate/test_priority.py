"""Unmet trips of trucks that ran in the first period cost the priority price."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from corridor.certificate.money import _unmet_cny


def dossier(unmet_price: float, priority_price: float) -> Any:
    """Two periods of one flow: 4 trips a day in 2026, 10 in 2030, and a flow of another class."""
    rows = [("a", "t49", 2026, 4.0), ("a", "t49", 2030, 10.0), ("a", "t31", 2026, 7.0)]
    commodities = [
        {"od": od, "truck": truck, "year": year, "trips_per_day": trips, "need_g": 20_000}
        for od, truck, year, trips in rows
    ]
    money = {"unmet_price_cny_per_kg": unmet_price, "priority_price_cny_per_kg": priority_price}
    return SimpleNamespace(
        scenario={"money": money}, trips={"commodities": commodities}, years=(2026, 2030)
    )


@pytest.mark.parametrize(
    ("unmet_trips", "expected_cny"),
    [
        (0, 0),
        (6, 6 * 20 * 100),  # only trucks that came after 2026
        (7, (6 * 100 + 1 * 200) * 20),  # one of the four of 2026
        (10, (6 * 100 + 4 * 200) * 20),
    ],
)
def test_newcomers_go_unserved_first(unmet_trips: int, expected_cny: int) -> None:
    """10 trips in 2030, 4 of them since 2026, 20 kg each, 100 and 200 CNY/kg."""
    d = dossier(100, 200)

    assert _unmet_cny(d, d.trips["commodities"][1], Decimal(unmet_trips)) == expected_cny


def test_a_lower_priority_price_means_none() -> None:
    """Where the priority price is below the unmet price, the unmet price counts for all."""
    d = dossier(100, 50)

    assert _unmet_cny(d, d.trips["commodities"][1], Decimal(10)) == 10 * 20 * 100
