"""Claim: a scenario may name places and sites, and means the same as with their ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.candidates.catalogue import places_of, sites_of
from corridor.candidates.generate import attach_sites
from corridor.candidates.references import by_ids, stations_by_ids
from corridor.core.errors import InputError
from corridor.network.embedded import embedded_network
from corridor.network.known.names import find
from corridor.network.source import build_network
from corridor.scenario.document import resolved_document
from corridor.scenario.scenario import Scenario

TOML = """
schema = "corridor.scenario/1"
name = "named"
preset = "liupanshui-xingyi"
[od.coke]
origin = "{origin}"
destination = "{destination}"
truck = "t49"
trips_per_day = {{ 2026 = 3 }}
[decision."{decision}"]
open = "required"
[network]
removed_sides = ["{removed}"]
[works."{works}"]
takes_mt_per_year = 5
[site.yard]
name_zh = "兴义货场"
lon = 104.91
lat = 25.10
place = "{place}"
[plant.wind]
name_en = "Wind"
kind = "wind_electrolysis"
place = "{plant}"
power_gwh_per_year = 600
nameplate_kg_per_day = 0
expansions_kg_per_day = [3000]
confidence = "engineering assumption: a test"
from_year = 2030
[policy.spacing.rule]
route = "{route}"
max_gap_km = 1000
from_year = 2030
[existing_station.old]
name_en = "Old"
lon = 104.7732
lat = 26.2948
since_year = 2020
carriageway = "{carriageway}"
"""

IDS = {
    "origin": "panzhou",
    "destination": "shuicheng-steel",
    "decision": "s77.faer.xingyi-bound",
    "removed": "s77.baotian.shuicheng-bound",
    "works": "liuzhi",
    "place": "xingyi",
    "plant": "weining",
    "route": "S77",
    "carriageway": "兴义方向",
}


def scenario(folder: Path, **words: str) -> Scenario:
    """Return the scenario with these words in place of ids."""
    path = folder / "named.toml"
    path.write_text(TOML.format(**{**IDS, **words}), "utf-8")
    return corridor.load_scenario(path)


@pytest.mark.parametrize(
    "words",
    [
        {
            "origin": "盘州",
            "destination": "首钢水城钢铁",
            "decision": "发耳服务区(兴义方向)",
            "removed": "保田服务区（水城方向）",
            "works": "六枝特区",
            "place": "兴义市",
            "plant": "威宁县",
            "route": "水兴高速",
        },
        {
            "origin": "Hongguo",
            "destination": "Shougang Shuicheng Steel",
            "decision": "Fa'er Service Area (Xingyi-bound)",
            "removed": "Baotian (Shuicheng-bound)",
            "works": "Liuzhi",
            "place": "Xingyi City",
            "plant": "Weining",
            "route": "G8517",
            "carriageway": "Xingyi-bound",
        },
    ],
)
def test_names_are_what_ids_are(words: dict[str, str], tmp_path: Path) -> None:
    """Chinese, English, other names in brackets and endings give the same resolved scenario."""
    with_ids = scenario(tmp_path)
    assert by_ids(with_ids) is with_ids
    assert resolved_document(by_ids(scenario(tmp_path, **words))) == resolved_document(with_ids)


def test_roads_have_other_names_without_a_look_at_the_network(tmp_path: Path) -> None:
    """The alias alone is enough for another scenario, and it means the same."""
    named = by_ids(scenario(tmp_path, route="G8517"))
    assert named == scenario(tmp_path)


def test_ambiguous_and_unknown_names_are_told_with_choices(tmp_path: Path) -> None:
    """Every name that is wrong is one line: its choices, or what is most alike, with distances."""
    wrong = scenario(tmp_path, origin="昆明", decision="发耳服务区", removed="法耳服务区(水城方向)")
    with pytest.raises(InputError) as error:
        by_ids(wrong)
    first, second, third = str(error.value.problem).splitlines()
    assert "od.coke.origin" in first
    assert "one place, of 2: cordon-kunming 昆明(沪昆高速)" in first
    assert "cordon-kunming-g78" in first
    assert "km from the first" in first
    assert "decision.发耳服务区" in second
    assert "s77.faer.shuicheng-bound" in second
    assert "s77.faer.xingyi-bound" in second
    assert "most alike: s77.faer.shuicheng-bound" in third


def test_one_thing_under_two_names_is_refused(tmp_path: Path) -> None:
    """A table of the preset is changed by its id: a second one by the name would be another."""
    with pytest.raises(InputError, match=r"each thing once"):
        by_ids(scenario(tmp_path, works="Panzhou", origin="盘州").model_copy(
            update={"works": {"盘州": _works(tmp_path), "panzhou": _works(tmp_path)}}
        ))  # fmt: skip


def _works(folder: Path) -> Any:
    return scenario(folder).works["liuzhi"]


def test_origin_and_destination_are_compared_as_ids(tmp_path: Path) -> None:
    """From 盘州 to Panzhou is from a place to itself."""
    with pytest.raises(InputError, match=r"od\.coke"):
        by_ids(scenario(tmp_path, origin="盘州", destination="Panzhou"))


def test_a_list_of_stations_may_name_them(tmp_path: Path) -> None:
    """The same list with names and with ids; the scenario's own site by its name."""
    rows = [(2026, "t1000")]
    known = scenario(tmp_path)
    named = {"发耳服务区(兴义方向)": rows, "兴义货场": rows}
    ids = {"s77.faer.xingyi-bound": rows, "yard": rows}
    assert stations_by_ids(known, named) == ids
    assert stations_by_ids(known, ids) == ids


def test_the_lists_hold_every_place_and_candidate(tmp_path: Path) -> None:
    """What `attach_sites` accepts or rejects stands in the list under the same id."""
    asked = scenario(tmp_path)
    network = build_network(asked.network)
    listed = {thing.id for thing in sites_of(network, asked)}
    _, found = attach_sites(network, asked)
    assert {site.id for site in (*found.sites, *found.rejected)} <= listed
    assert {thing.id for thing in places_of(network)} == {place.id for place in network.places}


@pytest.mark.parametrize("name", ["liupanshui-xingyi", "hechi"])
def test_whole_names_are_unique(name: str) -> None:
    """Every place and site that has a name is found by its first name alone, and only it."""
    network = embedded_network(name)
    for things in (places_of(network), sites_of(network)):
        twice = [t.id for t in things if t.names and find(t.names[0], things) != [t]]
        assert not twice
