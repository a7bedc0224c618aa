"""Networks survive being written and read; nothing hostile gets in."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import CorridorError, InputError
from corridor.core.files import parse_json, pretty_json
from corridor.network.formats.document import network_document, network_from_document, network_hash
from corridor.network.formats.geojson import network_from_geojson, network_geojson
from corridor.network.network import Network


def _again(document: object) -> Any:
    return parse_json(pretty_json(document), "net.json")


def test_json_round_trip(embedded: Network) -> None:
    """What is written is read back equal, and hashes equal."""
    back = network_from_document(_again(network_document(embedded)), "net.json")
    assert back == embedded
    assert network_hash(back) == network_hash(embedded)


def test_geojson_round_trip(embedded: Network) -> None:
    """The map file holds the whole network."""
    assert network_from_geojson(_again(network_geojson(embedded)), "net.geojson") == embedded


def test_geojson_keeps_rfc_7946(embedded: Network) -> None:
    """Features, geometries and positions are as RFC 7946 asks; no crs member."""
    document = network_geojson(embedded)
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    for feature in document["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        geometry = feature["geometry"]
        if geometry is None:
            continue
        points = (
            [geometry["coordinates"]] if geometry["type"] == "Point" else geometry["coordinates"]
        )
        assert geometry["type"] in ("Point", "LineString")
        assert len(points) == (1 if geometry["type"] == "Point" else 2)
        for lon, lat in points:
            assert 103 < lon < 107.5
            assert 24 < lat < 28


def test_a_node_moved_in_a_map_editor_is_moved(tiny: Network) -> None:
    """The geometry is what counts, not a copy in the properties."""
    document = network_geojson(tiny)
    for feature in document["features"]:
        if feature["properties"].get("id") == "plaza":
            feature["geometry"]["coordinates"] = [105.001, 26.05]
    nodes = {node.id: node for node in network_from_geojson(document, "net.geojson").nodes}
    assert (nodes["plaza"].lon, nodes["plaza"].lat) == (105.001, 26.05)


def test_the_hash_is_of_the_road_not_of_its_papers(tiny: Network) -> None:
    """Notes and provenance change nothing, a metre changes all."""
    assert network_hash(replace(tiny, notes=("x",), provenance={"a": "b"})) == network_hash(tiny)
    longer = replace(
        tiny,
        arcs=(replace(tiny.arcs[0], length_m=tiny.arcs[0].length_m + 1), *tiny.arcs[1:]),
    )
    assert network_hash(longer) != network_hash(tiny)


def test_all_faults_are_reported_at_once(tiny: Network) -> None:
    """Seven faults in one file are seven faults in one error, each with its place."""
    document = network_document(tiny)
    document["nodes"][0]["lon"] = 26.0
    document["nodes"][0]["lat"] = 105.0
    document["nodes"][1]["kind"] = "moon"
    document["arcs"][0]["length_m"] = 0
    document["arcs"][1]["tail"] = "nowhere"
    document["arcs"][2]["length_m"] = 10.5
    document["arcs"][3]["colour"] = "red"
    del document["arcs"][4]["head"]
    with pytest.raises(InputError) as caught:
        network_from_document(document, "net.json")
    text = str(caught.value)
    for words in ("swapped", "'moon'", "length_m = 0", "nowhere", "10.5", "colour", "is missing"):
        assert words in text


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "corridor.network/9"},
        {"nodes": None},
        {"nodes": [[]]},
        {"arcs": []},
        {"name": 7},
        {"notes": "all"},
        {"provenance": {"a": 1}},
        {"extra": 1},
    ],
)
def test_wrong_shapes_are_refused(tiny: Network, change: dict[str, Any]) -> None:
    """A file of another shape is an input error, never a crash."""
    with pytest.raises(InputError):
        network_from_document({**network_document(tiny), **change}, "net.json")


def test_repeated_ids_are_refused(tiny: Network) -> None:
    """Two nodes of one id are refused."""
    document = network_document(tiny)
    document["nodes"].append(copy.deepcopy(document["nodes"][0]))
    with pytest.raises(InputError, match="stands only once"):
        network_from_document(document, "net.json")


def test_nan_never_enters() -> None:
    """NaN is refused while parsing, before any reader sees it."""
    with pytest.raises(InputError, match="NaN"):
        parse_json(json.dumps({"schema": float("nan")}), "net.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    junk=JSON,
    part=st.sampled_from(["nodes", "arcs", "routes", "sides", "places", "name"]),
    geo=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_junk_ends_in_an_input_error_or_a_network(junk: Any, part: str, geo: bool) -> None:
    """Whatever JSON stands anywhere, reading ends in a network or in an error of ours."""
    try:
        if geo:
            network_from_geojson({"type": "FeatureCollection", "features": junk}, "junk")
        else:
            network_from_document({"schema": "corridor.network/1", part: junk}, "junk")
    except CorridorError as error:
        assert error.exit_code == 3  # noqa: PT017
