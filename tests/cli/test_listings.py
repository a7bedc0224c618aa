"""Claim: `corridor places` and `corridor sites` list what a scenario may speak of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.network.embedded import embedded_network


def test_places_with_names_and_positions(corridor: Callable) -> None:
    """A line a place: id, kind, position, every name; nothing on stderr."""
    outcome = corridor("places", "liupanshui-xingyi")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == len(embedded_network("liupanshui-xingyi").places)
    assert "panzhou  town  104.46800,25.70700  盘州(红果) | Panzhou (Hongguo)" in lines


def test_sites_as_json(corridor: Callable) -> None:
    """The same rows as plain data: sides with direction and kilometre, exits."""
    rows = {row["id"]: row for row in json.loads(corridor("sites", "hechi", "--json").out)["sites"]}
    side = next(s for s in embedded_network("hechi").sides if s.node)
    assert rows[side.id]["names"][0] == f"{side.name_zh}({side.direction_zh})"
    assert side.direction_zh in rows[side.id]["where"]
    assert " km " in rows[side.id]["where"]
    assert {row["kind"] for row in rows.values()} == {"service_area", "parking_area", "exit"}


def test_a_scenario_lists_its_own_sites(corridor: Callable, root: Path) -> None:
    """The preset's hubs and existing stations stand beside the road's sites."""
    rows = json.loads(corridor("sites", root / "scenarios/liupanshui-xingyi.toml", "--json").out)[
        "sites"
    ]
    assert {"site", "existing"} <= {row["kind"] for row in rows}
    assert "hub-luxi" in {row["id"] for row in rows}


@pytest.mark.parametrize("verb", ["places", "sites"])
def test_what_is_no_network_is_one_sentence(corridor: Callable, verb: str) -> None:
    """Exit 3 with what may be given."""
    outcome = corridor(verb, "nowhere")
    assert outcome.code == 3
    assert "is not a network file" in outcome.err
    assert "liupanshui-xingyi" in outcome.err
