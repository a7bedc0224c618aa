"""A land to read, its files, and a server for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network.osm.miniland import Land, make_land, write_pbf, write_xml
from tests.network.osm.overpass_server import OverpassServer


@pytest.fixture(scope="session")
def land() -> Land:
    """Return the invented land."""
    return make_land()


@pytest.fixture(scope="session")
def xml_file(land: Land, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the land as XML, objects in their natural order."""
    return write_xml(land, tmp_path_factory.mktemp("osm") / "land.osm")


@pytest.fixture(scope="session")
def pbf_file(land: Land, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the land as PBF, objects shuffled."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")
    return write_pbf(land, tmp_path_factory.mktemp("osm") / "land.osm.pbf", seed=11)


@pytest.fixture
def server(land: Land) -> Iterator[OverpassServer]:
    """Return a running server of the land; a query of another form fails the test."""
    with OverpassServer(land) as running:
        yield running
    assert running.refused == []
