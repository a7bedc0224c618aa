"""Scenario files written on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.core.errors import Fault, InputError
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario

HEAD = 'name = "t"\n'


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Scenario]:
    """Return a function that loads a scenario of the text given, and of files beside it."""

    def loaded(text: str = "", *, head: str = HEAD, **files: str | bytes) -> Scenario:
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path = tmp_path / "s.toml"
        path.write_text(head + text, encoding="utf-8")
        return load_scenario(path)

    return loaded


@pytest.fixture
def faults(load: Callable[..., Scenario]) -> Callable[..., list[Fault]]:
    """Return a function that loads a wrong scenario and returns its faults."""

    def found(text: str = "", **more: str | bytes) -> list[Fault]:
        with pytest.raises(InputError) as caught:
            load(text, **more)
        assert caught.value.exit_code == 3
        return list(caught.value.faults)

    return found


@pytest.fixture
def one(faults: Callable[..., list[Fault]]) -> Callable[..., Fault]:
    """Return a function that loads a scenario with exactly one fault and returns it."""

    def only(text: str = "", **more: str | bytes) -> Fault:
        found = faults(text, **more)
        assert len(found) == 1, found
        return found[0]

    return only
