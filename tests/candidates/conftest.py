"""Scenarios and the corridor for the tests of candidates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.network.embedded import embedded_network
from corridor.network.network import Network
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario


@pytest.fixture(scope="session")
def embedded() -> Network:
    """Return the embedded Liupanshui-Xingyi corridor."""
    return embedded_network("liupanshui-xingyi")


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[[str], Scenario]:
    """Return a function that reads a scenario from the lines after its head."""

    def read(lines: str = "") -> Scenario:
        file = tmp_path / "scenario.toml"
        file.write_text(
            f'schema = "corridor.scenario/1"\nname = "test"\n{lines}\n', encoding="utf-8"
        )
        return load_scenario(file)

    return read
