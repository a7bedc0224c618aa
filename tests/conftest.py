"""What every test shares: where the project stands, and no way to the internet."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

from tests.breaking import Breaker, breaker

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# How long an example takes says how busy the machine is, and nothing about the example.
settings.register_profile(
    "no clock",
    parent=settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("no clock")


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    """Let tests talk to this machine alone."""
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference material, or skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference folder beside the checkout is absent")
    return SHARED


@pytest.fixture
def break_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Breaker:
    """Return what breaks solvers of children; this process is as it was."""
    return breaker(tmp_path, monkeypatch)
