"""Coke to hydrogen: the golden set of the model page, and how each link scales."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.technology import technologies
from corridor.scenario.plants import PlantSpec
from corridor.supply.chain import HYDROGEN_KG_PER_NM3, source_limit_kg_per_day
from corridor.supply.limits import (
    available_kg_per_day,
    expandable_to_kg_per_day,
    plant_gas_limit_kg_per_day,
)


def meijin(**changes: object) -> PlantSpec:
    """Return the Liuzhi plant with the numbers of the model page's second golden set."""
    numbers: dict[str, object] = {
        "kind": "coke_oven_gas",
        "coke_mt_per_year": 3.8,
        "coke_rate_fraction": 1.0,
        "gas_nm3_per_t": 430.0,
        "own_use_fraction": 0.535,
        "committed_gas_fraction": 0.0,
        "hydrogen_fraction": 0.57,
        "recovery_fraction": 0.85,
        "nameplate_kg_per_day": 9850.0,
        "committed_kg_per_day": 0.0,
        "availability_fraction": 1.0,
        "gate_cny_per_kg": 11.0,
        "purification_kwh_per_kg": 4.5,
        "purification_capex_cny_per_kg_per_day": 4500.0,
        "purification_life_years": 15.0,
    }
    return PlantSpec(**{**numbers, **changes})


def gas_limit_kg_per_day(**numbers: float) -> float:
    """Return what the gas of a coking plant yields."""
    return source_limit_kg_per_day(technologies()["coke_oven_gas"], numbers.__getitem__)


fractions = st.floats(0.05, 0.95)
links = st.fixed_dictionaries(
    {
        "coke_mt_per_year": st.floats(0.1, 20),
        "coke_rate_fraction": fractions,
        "gas_nm3_per_t": st.floats(100, 600),
        "own_use_fraction": fractions,
        "committed_gas_fraction": fractions,
        "hydrogen_fraction": fractions,
        "recovery_fraction": fractions,
    }
)


def test_golden_gas_chain() -> None:
    """3.8 Mt/year x 430 x (1 - 0.535) x 0.57 x 0.85 = 0.368 bn Nm3 = 33.1 kt a year."""
    daily = plant_gas_limit_kg_per_day(meijin(), 2026)
    assert daily * 365 / HYDROGEN_KG_PER_NM3 / 1e9 == pytest.approx(0.368, abs=5e-4)
    assert daily * 365 / 1e6 == pytest.approx(33.1, abs=0.05)


def test_golden_announcement() -> None:
    """40 million Nm3 a year, as announced, are 3,596 t a year and 9.85 t a day."""
    yearly_kg = 40e6 * HYDROGEN_KG_PER_NM3
    assert yearly_kg / 1000 == pytest.approx(3596)
    assert yearly_kg / 365 == pytest.approx(9850, rel=3e-4)


def test_golden_city_claim() -> None:
    """1.7 bn Nm3 for 10,000 trucks are 41.9 kg per truck and day."""
    assert pytest.approx(41.9, abs=0.05) == 1.7e9 * HYDROGEN_KG_PER_NM3 / 1e4 / 365


def test_the_nameplate_binds_not_the_gas() -> None:
    """The plant may send its 9.85 t/day; expanded, the gas allows more than nine times that."""
    assert available_kg_per_day(meijin(), 2026) == 9850
    assert expandable_to_kg_per_day(meijin(), 2026) == plant_gas_limit_kg_per_day(meijin(), 2026)
    assert expandable_to_kg_per_day(meijin(), 2026) > 9 * 9850


@given(links, st.sampled_from(["coke_mt_per_year", "gas_nm3_per_t"]), st.floats(0.1, 0.9))
def test_the_gas_limit_is_proportional(numbers: dict[str, float], key: str, part: float) -> None:
    """Half the coke, or half the gas per tonne, is half the hydrogen."""
    less = {**numbers, key: numbers[key] * part}
    assert gas_limit_kg_per_day(**less) == pytest.approx(gas_limit_kg_per_day(**numbers) * part)


@given(links, st.sampled_from(["own_use_fraction", "committed_gas_fraction"]))
def test_gas_used_elsewhere_is_gone(numbers: dict[str, float], key: str) -> None:
    """What is left scales with 1 - share; a share of 1 leaves nothing."""
    free = gas_limit_kg_per_day(**{**numbers, key: 0.0})
    assert gas_limit_kg_per_day(**numbers) == pytest.approx(free * (1 - numbers[key]))
    assert gas_limit_kg_per_day(**{**numbers, key: 1.0}) == 0


def test_little_coke_makes_the_gas_bind() -> None:
    """At a tenth of the coke the gas limit of 9.07 t/day is what leaves, not the 9.85 t/day."""
    slump = meijin(coke_rate_fraction=0.1)
    assert available_kg_per_day(slump, 2026) == plant_gas_limit_kg_per_day(slump, 2026) < 9850


@given(st.floats(0, 1), st.floats(0, 20000))
def test_availability_comes_before_commitments(availability: float, committed: float) -> None:
    """Min(gas, nameplate) x availability - committed, never below 0."""
    plant = meijin(availability_fraction=availability, committed_kg_per_day=committed)
    assert available_kg_per_day(plant, 2026) == pytest.approx(
        max(0.0, 9850 * availability - committed)
    )
    assert available_kg_per_day(plant, 2026) <= expandable_to_kg_per_day(plant, 2026)


def test_nothing_before_the_first_year() -> None:
    """A plant that starts in 2030 sends nothing in 2029 and its nameplate in 2030."""
    plant = meijin(from_year=2030)
    assert available_kg_per_day(plant, 2029) == expandable_to_kg_per_day(plant, 2029) == 0
    assert available_kg_per_day(plant, 2030) == 9850


def test_numbers_may_change_by_year() -> None:
    """An outage written as a table by year counts from its year on."""
    plant = meijin(availability_fraction={2026: 1.0, 2030: 0.5})
    assert available_kg_per_day(plant, 2029) == 9850
    assert available_kg_per_day(plant, 2030) == 4925


def test_an_electrolyser_is_limited_by_what_may_be_built() -> None:
    """Nameplate now, nameplate and all steps later: no gas runs out."""
    plant = meijin(kind="grid_electrolysis", expansions_kg_per_day=(1000.0, 2000.0))
    assert available_kg_per_day(plant, 2026) == 9850
    assert expandable_to_kg_per_day(plant, 2026) == 12850
