"""A date inside a period begins a period; slipped units are asked back; what stands is not forbidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corridor.core.errors import Fault
from corridor.scenario.dates import dates_of, period_notes
from corridor.scenario.document import resolved_document, scenario_from_document
from corridor.scenario.edit import with_value
from corridor.scenario.plausible import plausible_ranges
from corridor.scenario.scenario import Scenario

Load = Callable[..., Scenario]

OLD = """
[existing_station.old]
name_en = "Old pump"
lon = 105.42
lat = 26.24
tier = "t2000"
since_year = {since}
place = "luxi-park"
"""

DATED = {
    "a required station": ('[decision.hub-xingyi]\nopen = "required"\nfrom_year = 2031\n', 2031),
    "a spacing rule": ("[policy.spacing.s77]\nfrom_year = 2036\n", 2036),
    "a plant that begins": ("[plant.meijin]\nfrom_year = 2027\n", 2027),
    "a plant that closes": ("[plant.meijin]\ncloses_year = 2032\n", 2032),
    "a plant's number": ("[plant.meijin]\ngate_cny_per_kg = { 2026 = 11, 2033 = 9 }\n", 2033),
    "an existing station": (OLD.format(since=2027), 2027),
    "a station that retires": (
        '[station]\nexisting_at_end_of_life = "retire"\n' + OLD.format(since=2014),
        2029,
    ),
    "a road": ('[network.open_year]\n"纳晴高速" = 2028\n', 2028),
}


@pytest.mark.parametrize("what", DATED)
def test_a_date_inside_a_period_begins_one(load: Load, what: str) -> None:
    """2026, 2030 and 2035 are split exactly there, and the caveat says for what."""
    text, year = DATED[what]
    scenario = load(text)
    assert scenario.time.periods == tuple(sorted({2026, 2030, 2035, year}))
    assert any(f"begins in {year}" in note for note in period_notes(scenario))


def test_dates_outside_split_nothing(load: Load) -> None:
    """Before the first period, on one, or beyond the horizon, where the caveat says so."""
    text = "[plant.meijin]\nfrom_year = 2024\n[policy.spacing.s77]\nfrom_year = 2099\n"
    scenario = load(text)
    assert scenario.time.periods == (2026, 2030, 2035)
    assert any("2099" in n and "without effect" in n for n in period_notes(scenario))


def test_a_split_scenario_is_read_and_changed_like_any_other(load: Load) -> None:
    """Read back it is the same; a date changed from a script splits as one in a file does."""
    scenario = load(DATED["a plant that begins"][0])
    assert scenario_from_document(resolved_document(scenario)) == scenario
    later = with_value(scenario, "plant.meijin.closes_year", 2038)
    assert later.time.periods == (2026, 2027, 2030, 2035, 2038)
    assert 2038 in dates_of(later)


def test_too_many_dates_are_told_with_their_keys(faults: Callable[..., list[Fault]]) -> None:
    """Twelve periods are the most: the message names the dates that ask for more."""
    years = ", ".join(f"{year} = 11" for year in range(2026, 2040))
    (fault,) = faults(f"[plant.meijin]\ngate_cny_per_kg = {{ {years} }}\n")
    assert fault.key == "time.periods"
    assert "plant.meijin.gate_cny_per_kg.2031" in fault.expected


def test_what_stands_is_not_forbidden(one: Callable[..., Fault]) -> None:
    """A decision against an existing station is refused where it is written."""
    fault = one(OLD.format(since=2020) + '[decision.old]\nopen = "forbidden"\n')
    assert (fault.key, fault.value) == ("decision.old.open", "forbidden")
    assert "stands there already" in fault.expected


SLIPPED = {
    "tier.t500.capex_cny": ("[tier.t500]\ncapex_cny = 30\n", "3e+07"),
    "plant.meijin.nameplate_kg_per_day": ("[plant.meijin]\nnameplate_kg_per_day = 9.85\n", "9850"),
    "delivery.trailer_capex_cny": ("[delivery]\ntrailer_capex_cny = 120\n", "120000 or 1.2e+06"),
    "money.budget_cny.2026": ("[money.budget_cny]\n2026 = 70\n", "700000 or 7e+07"),
}


@pytest.mark.parametrize("key", SLIPPED)
def test_slipped_units_are_asked_back(
    load: Load, faults: Callable[..., list[Fault]], key: str
) -> None:
    """Told with the range, what may have been meant and the key that accepts it; accepted it is taken."""
    text, meant = SLIPPED[key]
    (fault,) = faults(text)
    assert fault.key == key
    assert f"did you mean {meant}" in fault.hint
    assert f'assumptions.accept = ["{key}"]' in fault.hint
    load(f'{text}\n[assumptions]\naccept = ["{key}"]\n')


def test_all_slips_are_told_at_once(faults: Callable[..., list[Fault]]) -> None:
    """Two amounts, two faults."""
    text = SLIPPED["tier.t500.capex_cny"][0]
    assert len(faults(text + SLIPPED["plant.meijin.nameplate_kg_per_day"][0])) == 2


def test_every_range_has_a_basis() -> None:
    """And its ends in order."""
    for row in plausible_ranges():
        assert row.basis
        assert 0 < row.least < row.most
        assert row.holds(0)


def test_lives_are_whole_years(one: Callable[..., Fault]) -> None:
    """Purification is bought again at the start of a year."""
    fault = one("[plant.meijin]\npurification_life_years = 12.5\n")
    assert fault.key == "plant.meijin.purification_life_years"
    assert "whole" in fault.expected
