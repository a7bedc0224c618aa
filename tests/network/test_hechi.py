"""The second embedded corridor: Hechi in Guangxi."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from corridor.network.embedded import embedded_network
from corridor.network.network import Network
from corridor.network.paths import Router, strong_components
from corridor.network.tables import read_tables


@pytest.fixture(scope="module")
def hechi() -> Network:
    """Return the network of the Hechi corridor."""
    return embedded_network("hechi")


@pytest.mark.parametrize("year", [2026, 2030, 2035])
def test_one_strongly_connected_network(hechi: Network, year: int) -> None:
    """In every period each place is reached from each other; no ways hang loose."""
    assert len(strong_components(hechi, year)) == 1


def test_the_roads_of_the_question_are_there(hechi: Network) -> None:
    """Nandan-Xialao, Tian'e-Beihai's open parts, G75, G78 and their neighbours; no planned part."""
    refs = {route.ref for route in hechi.routes}
    assert {"S26", "G7522", "G7522-South", "G75", "G78", "G78-Hebai", "G69", "G80"} <= refs
    sections = {row.id for row in read_tables("hechi").sections}
    assert {"dantian", "pingtian", "tianba", "baping"} <= sections
    # under construction or not confirmed: Bama-Qiangwei, Pingguo-Nanning, Nanning-Beihai
    names = " ".join(row.name_en for row in read_tables("hechi").sections)
    for planned in ("Bama-Qiangwei", "Pingguo-Nanning", "Nanning-Beihai"):
        assert planned not in names


@pytest.mark.parametrize(
    ("section", "km"),
    [("dantian", 104.9), ("hebai", 179.179), ("lebai", 170.6), ("tianba", 104.9), ("baping", 75.0)],
)
def test_cited_lengths_are_driven(hechi: Network, section: str, km: float) -> None:
    """The arcs of a cited section add up to its length on both carriageways, to the metre."""
    (row,) = [row for row in read_tables("hechi").sections if row.id == section]
    for carriageway in {arc.carriageway for arc in hechi.arcs if arc.route == row.route} - {""}:
        metres = sum(
            arc.length_m
            for arc in hechi.arcs
            if (arc.section, arc.carriageway, arc.kind) == (row.name_zh, carriageway, "mainline")
        )
        assert metres == pytest.approx(km * 1000, abs=2)


def test_schematic_parts_say_so(hechi: Network) -> None:
    """The schematic stretches of G7522 and the estimated service areas are marked."""
    axis = Path(embedded_network.__code__.co_filename).parent / "embedded" / "hechi" / "axis.csv"
    with axis.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    drawn = {row["basis"] for row in rows if row["route"] == "G7522"}
    assert "schematic" in drawn
    assert {row["confidence"] for row in rows if row["basis"] == "schematic"} == {"D"}
    guessed = [side for side in hechi.sides if "position estimated" in side.name_en]
    assert len(guessed) == 16  # eight areas, both sides
    assert all(side.elevation_m is None for side in guessed)
    assert any("schematic" in note for note in hechi.notes)


def test_sides_stand_on_the_carriageway_they_are_signed_for(hechi: Network) -> None:
    """Every placed side's direction is the name of its node's carriageway; others say why not."""
    nodes = {node.id: node for node in hechi.nodes}
    placed = [side for side in hechi.sides if side.node]
    assert len(placed) == 54
    for side in placed:
        assert nodes[side.node].carriageway == side.direction_zh
    assert all(side.left_out_because for side in hechi.sides if not side.node)


def test_towns_are_as_far_as_the_map_says(hechi: Network) -> None:
    """Nandan-Hechi and Nandan-Nanning lie within the range of the unscaled map and its access."""
    router = Router(hechi, 2026)
    at = {place.id: place.node for place in hechi.places}
    metres = {arc.id: arc.length_m for arc in hechi.arcs}

    def km(a: str, b: str) -> float:
        walk = router.walk(at[a], at[b])
        assert walk is not None
        return sum(metres[arc] for arc in walk) / 1000

    assert 76 < km("nandan", "hechi") < 76 * 1.1 + 2 * 12
    assert 307 < km("nandan", "nanning") < 307 * 1.1 + 2 * 12
    assert km("longtan", "nandan") + 20 > 81


def test_every_fact_of_the_collection_is_used(hechi: Network, shared: Path) -> None:
    """All service-area sides and open centre-line refs of the collected facts are in our tables."""
    folder = shared / "network-hechi"
    with (folder / "service_areas.csv").open(encoding="utf-8") as stream:
        collected = {(row["lon"], row["lat"]) for row in csv.DictReader(stream)}
    ours = {(f"{side.lon:.6f}".rstrip("0"), f"{side.lat:.6f}".rstrip("0")) for side in hechi.sides}
    assert {(x.rstrip("0"), y.rstrip("0")) for x, y in collected} <= ours
