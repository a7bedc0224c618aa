"""Closed roads and forbidden turns: applied, or listed with the tag and the number."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.network.network import Network
from corridor.network.osm import build_network, read_extract
from corridor.network.osm.access import Access, access_of, condition_holds, metric_of
from corridor.network.osm.build import BuildReport
from tests.network.osm.miniland import Land, write_xml


def built(land: Land, folder: Path) -> tuple[Network, BuildReport]:
    return build_network(read_extract(write_xml(land, folder / "land.osm")))


def carriageway(land: Land, first: int, lat: float, key: int, *, east: bool = True) -> list[int]:
    """Draw a carriageway of 20 km in three ways: `key`, `key`+1 (nodes 8 to 12), `key`+2."""
    nodes = [land.node(first + i, 105.0 + 0.01 * i, lat) for i in range(21)]
    parts = (nodes[:9], nodes[8:13], nodes[12:])
    for number, refs in enumerate(parts):
        refs = refs if east else refs[::-1]
        land.way(key + number, refs, highway="motorway", ref="G60", oneway="yes")
    return nodes


def restriction(land: Land, members: list[tuple[str, int, str]], **tags: str) -> None:
    land.relations[9] = (members, {"type": "restriction", **tags})


def reaches(network: Network, tail: str, head: str) -> bool:
    """Whether a way leads from one OpenStreetMap node to another, over any copy of it."""
    seen: set[str] = set()
    todo = [node.id for node in network.nodes if node.id.split(".")[0] == tail]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += [arc.head for arc in network.arcs if arc.tail == here]
    return any(node.split(".")[0] == head for node in seen)


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"maxweight": "20"}, "lorries of 49 t (maxweight=20)"),
        ({"maxweight": "48,5 t"}, "lorries of 49 t"),
        ({"maxweight": "40 st"}, "lorries of 49 t"),
        ({"maxweight:hgv": "20000 kg"}, "lorries of 49 t"),
        ({"maxheight": "3.5"}, "heights of 4 m (maxheight=3.5)"),
        ({"maxheight": "12'6\""}, "heights of 4 m"),
        ({"maxlength": "12 m"}, "lengths of 17.1 m"),
        ({"maxaxleload": "8"}, "axle loads of 9 t"),
        ({"hgv": "no"}, "lorries (hgv=no)"),
        ({"access": "private"}, "lorries (access=private)"),
        ({"hgv": "destination"}, "that pass through (hgv=destination)"),
        ({"hgv": "delivery", "access": "yes"}, "that pass through (hgv=delivery)"),
        ({"hgv:conditional": "no @ (weight>12)"}, "lorries (hgv:conditional=no @ (weight>12))"),
        ({"maxweight:conditional": "30 @ (length>12)"}, "lorries of 49 t (maxweight:conditional"),
    ],
)
def test_a_closed_road_is_listed_with_its_tag(
    tags: dict[str, str], words: str, tmp_path: Path
) -> None:
    """No lorry passes the middle way; the list has its length, number and tag."""
    land = Land()
    carriageway(land, 1000, 26.0, 60)
    land.ways[61][1].update(tags)
    network, report = built(land, tmp_path)
    assert not reaches(network, "n1000", "n1020")
    (line,) = report.dropped
    assert line.objects == "way/61"
    assert line.km == pytest.approx(4.0, abs=0.02)
    assert words in line.why
    assert any("way/61" in note and words in note for note in network.notes)


@pytest.mark.parametrize(
    "tags",
    [
        {"maxweight": "49"},
        {"maxweight": "55 st"},
        {"maxweight": "none"},
        {"maxheight": "default"},
        {"maxheight": "13'6\""},
        {"maxlength": "18.1"},
        {"hgv": "designated", "access": "no"},
        {"hgv:conditional": "no @ (weight<12)"},
        {"hgv:conditional": "no @ (weight>12 AND length>25)"},
    ],
)
def test_a_limit_that_the_lorry_keeps_closes_nothing(tags: dict[str, str], tmp_path: Path) -> None:
    """Limits at or above the lorry's size and conditions that it does not meet say nothing."""
    land = Land()
    carriageway(land, 1000, 26.0, 60)
    land.ways[61][1].update(tags)
    network, report = built(land, tmp_path)
    assert reaches(network, "n1000", "n1020")
    assert (report.dropped, report.told) == ([], [])


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"hgv:conditional": "no @ (06:00-22:00)"}, "some times only"),
        ({"access:conditional": "no @ snow"}, "some times only"),
        ({"hgv:conditional": "no @ (weight>12 AND Mo-Fr)"}, "some times only"),
        ({"maxweight": "heavy"}, "no amount that can be read"),
        ({"hazmat": "no"}, "closed to hydrogen trailers (hazmat=no)"),
        ({"hazmat:B": "no"}, "closed to hydrogen trailers (hazmat:B=no)"),
        ({"hazmat:conditional": "no @ (weight>3.5)"}, "trailers (hazmat:conditional=no @"),
    ],
)
def test_what_closes_nothing_is_told(tags: dict[str, str], words: str, tmp_path: Path) -> None:
    """The road stays, and a note says so with number and tag."""
    land = Land()
    carriageway(land, 1000, 26.0, 60)
    land.ways[61][1].update(tags)
    network, report = built(land, tmp_path)
    assert reaches(network, "n1000", "n1020")
    (line,) = report.told
    assert (line.objects, words in line.why) == ("way/61", True)
    assert any(note.startswith("Taken as open: motorway G60") for note in network.notes)


def test_callers_may_use_a_ramp() -> None:
    """hgv=destination on a ramp lets lorries off the expressway; on a carriageway none through."""
    assert access_of({"hgv": "destination"}, link=True) == Access()
    assert access_of({"hgv": "no"}, link=True).closed
    assert access_of({"hgv": "destination"}, link=False).closed


def test_amounts_and_conditions() -> None:
    """Units are converted; what is no amount or no size is not guessed."""
    assert metric_of("40 st") == pytest.approx(36.287, abs=1e-3)
    assert metric_of("13'6\"") == pytest.approx(4.1148)
    assert metric_of("20 apples") is None
    assert condition_holds("(weight>=49)") is True
    assert condition_holds("(weight>49)") is False
    assert condition_holds("(Mo-Fr AND weight<7.5)") is False
    assert condition_holds("Mo-Fr 07:00-09:00") is None


STRAIGHT = [("way", 60, "from"), ("node", 1008, "via")]


@pytest.mark.parametrize(
    ("members", "tags", "why"),
    [
        ([("way", 60, "from"), ("node", 1004, "via"), ("way", 62, "to")], {}, "its to does not"),
        ([("way", 60, "from"), ("node", 1010, "via"), ("way", 61, "to")], {}, "its from does not"),
        ([*STRAIGHT, ("way", 777, "to")], {}, "is not in the data"),
        (STRAIGHT, {}, "is not in the data"),
        ([("way", 60, "from"), ("way", 61, "to")], {}, "is not in the data"),
        ([*STRAIGHT, ("way", 62, "to")], {"restriction": "stop"}, "no rule that is known"),
        (
            [*STRAIGHT, ("way", 62, "to")],
            {"restriction": "", "restriction:conditional": "only_straight_on @ (Mo-Fr)"},
            "some times only (Mo-Fr)",
        ),
        ([*STRAIGHT, ("way", 62, "to")], {"hour_on": "07:00", "hour_off": "09:00"}, "some times"),
    ],
)
def test_what_cannot_be_true_is_not_applied(
    members: list[tuple[str, int, str]], tags: dict[str, str], why: str, tmp_path: Path
) -> None:
    """Stale, partial and conditional restrictions cut no carriageway and are named."""
    land = Land()
    carriageway(land, 1000, 26.0, 60)
    restriction(land, members, **{"restriction": "only_straight_on", **tags})
    network, report = built(land, tmp_path)
    assert reaches(network, "n1000", "n1020")
    (line,) = report.dropped
    assert (line.objects, why in line.why) == ("relation/9", True)
    assert report.counts["turn_restrictions_not_applied"] == 1


@pytest.mark.parametrize(
    ("tags", "applied"),
    [
        ({"restriction": "no_straight_on"}, True),
        ({"restriction:hgv": "no_straight_on"}, True),
        ({"restriction:conditional": "no_straight_on @ (weight>12)"}, True),
        ({"restriction:conditional": "no_straight_on @ (weight<12)"}, False),
        ({"restriction": "no_straight_on", "except": "psv; hgv"}, False),
        ({"restriction": "no_straight_on", "except": "psv"}, True),
        ({"restriction:motorcar": "no_straight_on"}, False),
    ],
)
def test_whom_a_restriction_is_for(tags: dict[str, str], applied: bool, tmp_path: Path) -> None:
    """Rules for lorries hold, those of others and exceptions do not, and nothing is listed."""
    land = Land()
    carriageway(land, 1000, 26.0, 60)
    restriction(land, [*STRAIGHT, ("way", 61, "to")], **tags)
    network, report = built(land, tmp_path)
    assert reaches(network, "n1000", "n1020") is not applied
    assert report.counts["turn_restrictions_not_applied"] == 0


@pytest.mark.parametrize("rule", ["no_u_turn", "only_straight_on", ""])
@pytest.mark.parametrize("other_way_in", [False, True])
def test_a_u_turn_over_the_median(rule: str, other_way_in: bool, tmp_path: Path) -> None:
    """A line through the median: no_u_turn over it is the same as a turn onto it; only_* is told.

    A second road off the line's end makes it the turn off the line, which is the same as well.
    """
    land = Land()
    east = carriageway(land, 1000, 25.9998, 60)
    west = carriageway(land, 1100, 26.0002, 70, east=False)
    middle = land.node(1200, 105.1, 26.0)
    land.way(80, [east[12], middle, west[8]], highway="motorway_link", oneway="yes")
    if other_way_in:
        land.way(81, [west[8], land.node(1201, 105.1, 26.01)], highway="motorway_link")
    members = [("way", 61, "from"), ("way", 80, "via"), ("way", 70, "to")]
    if rule:
        restriction(land, members, restriction=rule)
    network, report = built(land, tmp_path)
    assert reaches(network, "n1000", "n1020")
    assert reaches(network, "n1000", "n1100") is (rule != "no_u_turn")
    assert reaches(network, "n1000", "n1201") is other_way_in
    told = [line for line in report.dropped if line.objects == "relation/9"]
    assert len(told) == (rule == "only_straight_on")


def test_a_restriction_over_a_line_of_many_ways_is_told(tmp_path: Path) -> None:
    """Two ramps onto a line and two off it: no single turn is forbidden, so the relation is named."""
    land = Land()
    nodes = carriageway(land, 1000, 26.0, 60)
    ramps = [land.node(1200 + i, 105.08 + 0.04 * i, 25.99) for i in range(2)]
    land.way(80, [ramps[0], nodes[8]], highway="motorway_link", oneway="yes")
    land.way(81, [nodes[12], ramps[1]], highway="motorway_link", oneway="yes")
    members = [("way", 80, "from"), ("way", 61, "via"), ("way", 81, "to")]
    restriction(land, members, restriction="no_right_turn")
    network, report = built(land, tmp_path)
    assert reaches(network, "n1200", "n1201")
    assert [line.objects for line in report.dropped if "over lines" in line.why] == ["relation/9"]
