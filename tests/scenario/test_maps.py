"""GeoJSON maps: planned links and land to keep free, inlined and checked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from corridor.core.errors import Fault
from corridor.scenario.document import resolved_document
from corridor.scenario.scenario import Scenario

Load = Callable[..., Scenario]
One = Callable[..., Fault]
LINKS = '[network]\nplanned_links = ["m.geojson"]'
LAND = '[[candidates.exclusions]]\nname = "rl"\nkind = "red_line"\nfile = "m.geojson"'
LINE = [[104.9, 26.5], [104.9, 25.1, 1200.0]]
RING = [[104.0, 25.0], [105.0, 25.0], [105.0, 26.0], [104.0, 25.0]]


def feature(kind: str, coordinates: object, **properties: object) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    content = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [content]})


def test_a_planned_link_is_inlined(load: Load) -> None:
    """Name, year, length, ends and line stand in the scenario; the file's name does not."""
    text = feature("LineString", LINE, name="新线", open_year=2031, length_km=170.5, to="xingyi")
    scenario = load(LINKS, m__geojson=text)
    (link,) = scenario.network.planned_links
    assert (link.name, link.open_year, link.length_km) == ("新线", 2031, 170.5)
    assert (link.from_place, link.to_place) == ("", "xingyi")
    assert link.coordinates == ((104.9, 26.5), (104.9, 25.1))
    assert "m.geojson" not in str(resolved_document(scenario))


def test_an_exclusion_is_inlined(load: Load) -> None:
    """Polygons and multi-polygons become one list of polygons under name and kind."""
    scenario = load(LAND, m__geojson=feature("MultiPolygon", [[RING], [RING]]))
    (layer,) = scenario.candidates.exclusions
    assert (layer.name, layer.kind, len(layer.polygons)) == ("rl", "red_line", 2)
    assert layer.polygons[0][0][1] == (105.0, 25.0)
    assert "m.geojson" not in str(resolved_document(scenario))


@pytest.mark.parametrize(
    ("scenario", "content", "words"),
    [
        (LINKS, "{", "not JSON"),
        (LINKS, "[]", "a GeoJSON object"),
        (LINKS, '{"type": "FeatureCollection", "features": []}', "at least one feature"),
        (LINKS, '{"type": "Topology"}', "a FeatureCollection or a Feature"),
        (LINKS, feature("Point", [1, 2], name="a", open_year=2030), "one LineString per link"),
        (LINKS, feature("LineString", LINE, name="a"), "missing: open_year"),
        (LINKS, feature("LineString", LINE[:1], name="a", open_year=2030), "at least 2 positions"),
        (LINKS, feature("LineString", LINE, name="a", open_year="2030"), "a whole number"),
        (LINKS, feature("LineString", LINE, name="a", open_year=1930), "from 2000 to 2100"),
        (LAND, feature("LineString", LINE), "Polygon or MultiPolygon"),
        (LAND, feature("Polygon", [[*RING[:-1], [1.0, 2.0]]]), "last position is its first"),
        (LAND, feature("Polygon", []), "at least one ring"),
        (
            LAND,
            feature("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
            "a valid polygon (Self-intersection",
        ),
        (LAND, feature("Polygon", [[[0, 0], ["a", 1], [1, 0], [0, 0]]]), "two numbers"),
        (
            LAND,
            json.dumps({**json.loads(feature("Polygon", [RING])), "crs": {"name": "EPSG:3857"}}),
            "WGS-84",
        ),
    ],
)
def test_a_bad_map_is_refused(one: One, scenario: str, content: str, words: str) -> None:
    """One sentence says which part of the map is wrong."""
    assert words in one(scenario, m__geojson=content).expected


def test_swapped_and_projected_coordinates_are_recognised(one: One) -> None:
    """Latitude first, or metres, are answered with what to do."""
    swapped = [[y, x] for x, y in RING]
    fault = one(LAND, m__geojson=feature("Polygon", [swapped]))
    assert "look swapped: did you mean lon = 104.0, lat = 25.0?" in fault.hint
    metres = [[x * 1e5, y * 1e5] for x, y in RING]
    fault = one(LAND, m__geojson=feature("Polygon", [metres]))
    assert fault.hint.startswith("metres of a projection?")
    assert fault.key == "/features/0/geometry/coordinates/0/0"


def test_a_map_that_is_not_there_is_refused(one: One) -> None:
    """The key in the scenario file is blamed."""
    assert one(LINKS).key == "network.planned_links.0"
    assert one(LAND).key == "candidates.exclusions.0.file"
