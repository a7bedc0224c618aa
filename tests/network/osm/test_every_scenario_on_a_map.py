"""Claim: every shipped scenario of an embedded corridor runs on a map by one changed line."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from benchmarks.map_swaps import swaps
from corridor.candidates.generate import attach_sites
from corridor.demand.od import check_flows, flows_of
from corridor.demand.tonnage import check_works
from corridor.network.network import Network
from corridor.network.source import build_network
from corridor.scenario.scenario import Scenario
from corridor.supply.price import price_supply
from tests.network.osm.miniland import write_xml
from tests.network.osm.synthetic import draw

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").glob("*.toml"))
CLIMBS = ("unresolved_climb_m_per_100km", "unresolved_grade", "max_grade")


def on_map(path: Path, folder: Path) -> Scenario:
    """Return a shipped scenario with one value changed: where its network comes from."""
    shipped = corridor.load_scenario(path)
    child = folder / path.name
    child.write_text(
        f'extends = "{path}"\nname = "{shipped.name}"\n\n[network]\nsource = "{shipped.preset}.osm"\n',
        "utf-8",
    )
    scenario = corridor.load_scenario(child)
    same = {"name", "title", "title_zh", "description", "network"}
    assert scenario.model_dump(exclude=same) == shipped.model_dump(exclude=same)
    return scenario


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a map of each corridor, drawn with another seed than elsewhere."""
    folder = tmp_path_factory.mktemp("maps")
    for name in ("liupanshui-xingyi", "hechi"):
        write_xml(draw(name, seed=2), folder / f"{name}.osm", seed=3)
    return folder


@pytest.fixture(scope="module")
def networks(maps: Path) -> dict[str, Network]:
    """Return the network of each map: heights are not asked, so all scenarios share it."""
    return {
        name: build_network(on_map(SCENARIOS[0].with_name(f"{name}.toml"), maps).network)
        for name in ("liupanshui-xingyi", "hechi")
    }


@pytest.mark.xdist_group("maps")
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_sites_flows_and_plants_find_their_place(
    path: Path, maps: Path, networks: dict[str, Network]
) -> None:
    """The same candidates as on the embedded network, and every place that is spoken of."""
    shipped, scenario = corridor.load_scenario(path), on_map(path, maps)
    first = on_map(path.with_name(f"{scenario.preset}.toml"), maps).network
    exclude = set(CLIMBS)
    assert scenario.network.model_dump(exclude=exclude) == first.model_dump(exclude=exclude)
    network, found = attach_sites(networks[scenario.preset], scenario)
    _, embedded = attach_sites(build_network(shipped.network), shipped)
    assert {site.id for site in found.sites} >= {site.id for site in embedded.sites}
    named, pairs = flows_of(scenario)
    check_flows(scenario, network, [*named, *pairs])
    check_works(scenario, network)
    supply = price_supply(scenario, network, found)
    assert {plant.id for plant in supply.plants} == {
        key for key, plant in scenario.plant.items() if plant.enabled
    }


@pytest.mark.slow
@pytest.mark.xdist_group("maps")
@pytest.mark.parametrize("name", ["qujing-cooperation", "land-sea-2035", "winter-mountain"])
def test_they_pose_their_question(name: str, maps: Path) -> None:
    """What `corridor check` does: every pair of places is driven and the problem stated."""
    question = corridor.pose_question(on_map(SCENARIOS[0].with_name(f"{name}.toml"), maps))
    assert question.problem.sites
    assert all(commodity.variants for commodity in question.demand.commodities)


@pytest.mark.slow
@pytest.mark.xdist_group("maps")
def test_one_is_solved_and_no_swap_beats_its_bound(maps: Path, tmp_path: Path) -> None:
    """From extract to certificate; building the embedded plan's stations instead proves nothing wrong."""
    shipped = SCENARIOS[0].with_name("today-100-trucks.toml")
    run = corridor.solve_scenario(on_map(shipped, maps), out=tmp_path / "map")
    assert (run.verdict, run.exit_code) == ("PASS", 0)
    other = corridor.solve_scenario(corridor.load_scenario(shipped), out=tmp_path / "embedded")
    found = swaps(str(maps / shipped.name), str(tmp_path / "map"), str(tmp_path / "embedded"))
    mine, theirs = ({s["id"] for s in r.plan["stations"]} for r in (run, other))
    assert {site for site, _, _ in found} == theirs - mine
    allowed = run.plan["objective_cny"] - run.plan["bound_cny"]
    assert all(-allowed <= money < run.plan["objective_cny"] for _, _, money in found)
