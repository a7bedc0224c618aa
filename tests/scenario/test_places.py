"""The words of the preset name places that the embedded corridor has."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from corridor.network.embedded import embedded_network
from corridor.scenario.load import load_scenario

ROOT = Path(__file__).parents[2]
ALL = sorted((ROOT / "scenarios").glob("*.toml"))


@functools.cache
def places_of(source: str) -> dict[str, str]:
    """Return kind by id of the places of an embedded corridor."""
    return {place.id: place.kind for place in embedded_network(source).places}


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_place_is_on_the_map(path: Path) -> None:
    """Fleets, through flows, zones, hubs and enabled plants lie at places of the network."""
    scenario = load_scenario(path)
    places = places_of(scenario.network.source)
    named = {place for f in scenario.fleet.values() for place in (f.origin, f.destination)}
    named |= (
        set(scenario.works)
        | set(scenario.zone)
        | {site.place for site in scenario.site.values() if site.place}
    )
    named |= {p.place for p in scenario.plant.values() if p.place}
    assert named <= set(places)
    cordons = {place for f in scenario.through.values() for place in (f.origin, f.destination)}
    assert {places[place] for place in cordons} == {"cordon"}


def test_the_default_asks_a_question_of_the_right_size() -> None:
    """Fleets, cordon pairs and every pair of zones, times periods: 216 commodities."""
    scenario = load_scenario(ROOT / "scenarios" / "liupanshui-xingyi.toml")
    assert scenario.gravity is not None
    assert scenario.gravity.pairs_max is None
    zones = len(scenario.zone)
    flows = len(scenario.fleet) + len(scenario.through) + zones * (zones - 1)
    assert flows * len(scenario.time.periods) == 216
    assert sum(plant.enabled for plant in scenario.plant.values()) >= 2
