"""Claim: a reason passes where its figures prove it, worked out by hand, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tiny_inputs import Documents
from tiny_run import documents

from corridor.certificate.dossier import Dossier
from corridor.certificate.money import keep_ledger
from corridor.certificate.reasons import WORDS, check_reasons


def failures(change: Callable[[Documents], None], code: str, figures: Documents) -> tuple[str, ...]:
    """Change the tiny run's inputs, claim a reason for its unmet trips, and check."""
    made = documents()
    change(made)
    row = made["plan"]["unmet"][0]
    row.update(reason=code, why=WORDS[code], figures=figures)
    d = Dossier(**made, hashes={})
    return check_reasons(d, keep_ledger(d)).failures


def as_it_is(made: Documents) -> None:
    """Change nothing."""


def all_is_sent(made: Documents) -> None:
    """Promise so much to others that the step leaves 2191.125 kg/day, which is what is sent."""
    made["scenario"]["plant"]["coke"]["committed_kg_per_day"] = 108.875


def e_may_grow(made: Documents) -> None:
    """Let E become medium for 0.8 M CNY more, when the purse of 2030 is empty."""
    e = next(site for site in made["sites"]["sites"] if site["id"] == "e")
    e["tiers"] = []


def hydrogen_is_hardly_missed(made: Documents) -> None:
    """24 CNY/kg: 190.80 CNY a trip; by way of E it takes 8.13 kg and 9 CNY of detour."""
    made["scenario"]["money"].update(unmet_price_cny_per_kg=24.0, priority_price_cny_per_kg=24.0)


def tanks_are_small(made: Documents) -> None:
    """From E (7320 g) to the end (12,180 g and 4050 g to keep) 8910 g are burnt."""
    for c in made["trips"]["commodities"]:
        if c["od"] == "east":
            c["usable_g"] = 7000


# gate of the step 12 - 4000 / 20 / 365, filling 1, lane 0.34 x (182 / 60 + 1) + 3.64, a fifth lost,
# 1.5 at the station
E_CNY_PER_KG = (13 - 200 / 365 + 0.34 * (182 / 60 + 1) + 3.64) / 0.8 + 1.5

PROVEN: list[tuple[Callable[[Documents], None], str, dict[str, Any]]] = [
    (all_is_sent, "sold_out", {"sent_kg_per_day": 2191.125, "limit_kg_per_day": 2191.125}),
    (e_may_grow, "no_money", {"left_cny": 0.0, "cheapest_cny": 800_000.0}),
    (
        hydrogen_is_hardly_missed,
        "dear",
        {"serve_cny_per_trip": 8.13 * E_CNY_PER_KG + 9, "unmet_cny_per_trip": 190.8},
    ),
    (tanks_are_small, "no_way", {"widest_gap_g": 8910, "usable_g": 7000}),
    (as_it_is, "not_proven", {}),
]


@pytest.mark.parametrize(("change", "code", "figures"), PROVEN, ids=lambda x: str(x)[:12])
def test_a_proven_reason_passes(
    change: Callable[[Documents], None], code: str, figures: Documents
) -> None:
    """Each code once, with the figures of a run in which it holds."""
    assert failures(change, code, figures) == ()


@pytest.mark.parametrize(("change", "code", "figures"), PROVEN[:-1], ids=lambda x: str(x)[:12])
def test_a_figure_that_is_off_fails(
    change: Callable[[Documents], None], code: str, figures: Documents
) -> None:
    """Every figure is compared, a missing one too."""
    for name, value in figures.items():
        assert failures(change, code, {**figures, name: value + 2})
        assert failures(change, code, {k: v for k, v in figures.items() if k != name})


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("sold_out", {"sent_kg_per_day": 2191.125, "limit_kg_per_day": 2200.0}),
        ("no_money", {"left_cny": None, "cheapest_cny": None}),
        ("dear", {"serve_cny_per_trip": 8.13 * E_CNY_PER_KG + 9, "unmet_cny_per_trip": 795.0}),
        ("no_way", {"widest_gap_g": 8910, "usable_g": 16_200}),
    ],
)
def test_true_figures_that_prove_nothing_fail(code: str, figures: Documents) -> None:
    """In the tiny run as it is none of the four holds, whatever the figures."""
    found = failures(as_it_is, code, figures)
    assert any("does not hold" in text for text in found), found
