"""Real motorways: Harrisburg and Baltimore in February 2015."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from corridor.cli import main
from corridor.network.osm import build_network, read_extract
from corridor.network.osm.osmnx_door import graph_of_xml

pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")


def test_harrisburg_through_the_command(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """75.9 km of motorway within 1 %, 35 junctions, both toll booths, nothing silently dropped."""
    source = shared / "osm" / "harrisburg-2015-02.osm.pbf"
    with pytest.raises(SystemExit) as stop:
        main(["fetch", "--osm", str(source), "-o", str(tmp_path), "--json"])
    assert stop.value.code in (0, None)
    found = json.loads(capsys.readouterr().out)
    assert found["motorway_km"] == pytest.approx(75.9, rel=0.01)
    assert found["junctions"] == 35
    assert found["toll_booths"] == 2
    assert found["simplification"]["worst_change_of_a_carriageway_percent"] < 0.5
    # pieces of ramp beyond the ordinary road that they cross: past the exit, nothing of ours
    assert found["dropped_km"] < 0.3
    assert "OpenStreetMap" in found["attribution"][0]


@pytest.mark.parametrize("city", ["harrisburg", "baltimore"])
def test_no_turn_across_the_median(shared: Path, city: str) -> None:
    """Between the carriageways of a route there is no arc of the carriageway and no short ramp.

    Ramps of an interchange may lead round to the other carriageway; that is a way of hundreds of
    metres. A crossing of the median would be one of tens.
    """
    network, _ = build_network(read_extract(shared / "osm" / f"{city}-2015-02.osm.pbf"))
    nodes = {node.id: node for node in network.nodes}
    leaving = defaultdict(list)
    for arc in network.arcs:
        leaving[arc.tail].append(arc)
        if arc.kind == "mainline" and nodes[arc.tail].route == nodes[arc.head].route:
            assert nodes[arc.tail].carriageway == nodes[arc.head].carriageway
    checked = 0
    for start in network.nodes:
        if not start.carriageway:
            continue
        run, queue = {start.id: 0}, [start.id]
        while queue:
            here = queue.pop(0)
            for arc in leaving[here]:
                node = nodes[arc.head]
                metres = run[here] + arc.length_m
                if node.kind in {"plaza", "terminal"} or metres >= run.get(arc.head, 10**9):
                    continue
                run[arc.head] = metres
                if not node.carriageway:
                    queue.append(arc.head)
                elif node.route == start.route:
                    checked += 1
                    assert node.carriageway == start.carriageway or metres > 300
    assert checked > 50


def test_baltimore(shared: Path) -> None:
    """45.2 km of motorway, 18 junctions; what is not joined stands among the dropped."""
    _, report = build_network(read_extract(shared / "osm" / "baltimore-2015-02.osm.pbf"))
    assert report.carriageway_km["motorway"] == pytest.approx(45.2, rel=0.01)
    assert report.counts["junctions"] == 18
    assert report.dropped
    assert all(item.why for item in report.dropped)


def test_osmnx_own_graph_of_a_file_has_our_metres(xml_file: Path) -> None:
    """graph_from_xml of the same file: its edges on motorways add up to our lengths, within 0.5 %.

    osmnx measures on a sphere, we on the ellipsoid.
    """
    graph = graph_of_xml(xml_file)
    theirs = sum(
        data["length"] for _, _, data in graph.edges(data=True) if data.get("highway") == "motorway"
    )
    _, report = build_network(read_extract(xml_file))
    assert report.carriageway_km["motorway"] * 1000 == pytest.approx(theirs, rel=5e-3)
