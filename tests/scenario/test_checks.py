"""What contradicts something else in a scenario is found once, when the scenario is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario.checks import findings
from corridor.scenario.edit import with_value
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]


@cache
def default() -> Scenario:
    """Return the default scenario."""
    return load_scenario(ROOT / "scenarios" / "liupanshui-xingyi.toml")


@pytest.mark.parametrize(
    ("path", "value", "key", "words"),
    [
        ("market.captive.share", 0.9, "market", "add up to 1"),
        ("gravity.truck", "t4", "gravity.truck", "the id of a [truck"),
        ("time.base_year", 2099, "time.base_year", "not after the first period"),
        ("time.horizon_end_year", 2027, "time.horizon_end_year", "year"),
    ],
)
def test_a_contradiction_names_its_key(path: str, value: object, key: str, words: str) -> None:
    """One value changed, one sentence about what no longer fits."""
    with pytest.raises(InputError) as caught:
        with_value(default(), path, value)
    assert any(key in fault.key and words in fault.expected for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"carbon_kg_per_kg": {"byproduct": 3.8}}, "carbon_kg_per_kg", "at least two allocation"),
        ({"place": "", "lon": 105.0, "lat": None}, "place", "or lon and lat"),
        ({"gate_cny_per_kg": None}, "gate_cny_per_kg", "since the plant is enabled"),
        ({"coke_mt_per_year": None}, "coke_mt_per_year", "since the plant is enabled"),
        (
            {"purification_capex_cny_per_kg_per_day": 0.0},
            "purification_capex_cny_per_kg_per_day",
            "since the plant has expansion steps",
        ),
        ({"at_site": "x", "place": ""}, "at_site", "made at a plant only"),
        ({"enabled": False, "off_because": ""}, "off_because", "reason"),
    ],
)
def test_a_plant_that_is_on_can_be_priced(change: dict[str, object], key: str, words: str) -> None:
    """A number, a place and two methods for its emissions; one that is off has a reason."""
    plant = default().plant["meijin"].model_copy(update=change)
    (found,) = findings(default().model_copy(update={"plant": {"meijin": plant}, "works": {}}))
    assert found.key == ("plant", "meijin", key)
    assert words in found.expected


def test_one_zone_cannot_trade() -> None:
    """The regional market needs two places with a mass above 0."""
    changed = default()
    zones = [name for name, zone in changed.zone.items() if zone.mass > 0]
    with pytest.raises(InputError, match="at least two places with a mass"):
        only = {name: {**dict(changed.zone[name]), "mass": 0.0} for name in zones[1:]}
        kept = {zones[0]: dict(changed.zone[zones[0]])}
        with_value(changed, "zone", {**kept, **only})


def test_a_flow_ends_elsewhere_and_with_a_known_truck() -> None:
    """Own flows are checked like those of the markets."""
    flow = {
        "origin": "xingyi",
        "destination": "xingyi",
        "truck": "t99",
        "cargo": "coke",
        "convention": "LOOP",
        "trips_per_day": {"2030": 5.0},
    }
    with pytest.raises(InputError) as caught:
        with_value(default(), "od.circle", flow)
    assert {fault.key for fault in caught.value.faults} == {
        "od.circle.destination",
        "od.circle.truck",
    }


def test_a_decision_names_tiers_of_the_scenario() -> None:
    """Sizes that no tier has are refused before any candidate is looked for."""
    decision = {"open": "required", "min_tier": "t9", "tiers": ["t8"]}
    with pytest.raises(InputError) as caught:
        with_value(default(), ("decision", "hub-xingyi"), decision)
    assert {fault.key for fault in caught.value.faults} == {
        "decision.hub-xingyi.min_tier",
        "decision.hub-xingyi.tiers",
    }
