"""What servers and networks do wrong: one sentence, an exit code, in time, nothing lost."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from corridor.cli import main
from corridor.core.errors import FileError, InputError
from corridor.network.osm import osmnx_door
from corridor.network.osm.overpass import fetch_extract
from corridor.network.osm.region import bbox_region
from tests.network.osm.miniland import Land
from tests.network.osm.overpass_server import OverpassServer

BOX = "104.4,25.5,104.83,26.5"
REGION = (104.4, 25.5, 104.83, 26.5)


def _fetch(url: str, cache: Path, *more: str) -> int:
    try:
        main(
            ["fetch", "--bbox", BOX, "--overpass-url", url, "--cache", str(cache), "--json", *more]
        )
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.mark.parametrize(
    ("faults", "code", "words"),
    [
        (["hang"], 9, "in time|within"),
        (["drip"], 9, "deadline|within"),
        (["429"] * 9, 9, "HTTP 429"),
        (["504"] * 9, 9, "HTTP 504"),
        (["html"], 9, "web page"),
        (["remark"], 9, "incomplete answer"),
        (["", "remark"], 9, "incomplete answer"),
        (["empty"], 3, "no expressway"),
        (["cut"] * 9, 9, "cut"),
        (["nan"], 9, "not JSON"),
    ],
)
def test_fault_ends_in_one_sentence_and_the_cache_survives(
    server: OverpassServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    faults: list[str],
    code: int,
    words: str,
) -> None:
    """After a good fetch each fault: its code within the deadline; the cached copy still works."""
    assert _fetch(server.url, tmp_path) == 0
    good = json.loads(capsys.readouterr().out)["network_hash"]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    server.faults = list(faults)
    # Only who never ends is ended by the clock; the others have all the time that they need.
    deadline = "3" if faults[0] in {"hang", "drip"} else "120"
    monkeypatch.setattr(osmnx_door, "ATTEMPTS", 2)
    assert _fetch(server.url, tmp_path, "--deadline", deadline) == code
    said = capsys.readouterr()
    errors = [line for line in said.err.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert re.search(words, errors[0])
    assert "Traceback" not in said.err
    assert said.out == ""
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    server.faults = []
    assert _fetch(server.url, tmp_path, "--offline") == 0
    assert json.loads(capsys.readouterr().out)["network_hash"] == good


def test_fault_that_passes_is_tried_again(server: OverpassServer, tmp_path: Path) -> None:
    """A server that is busy once and cuts once is asked again, with progress, and answers."""
    server.faults = ["504", "cut"]
    lines: list[str] = []
    extract = fetch_extract(
        bbox_region(*REGION), url=server.url, cache=tmp_path, deadline_s=120, progress=lines.append
    )
    assert len(extract.ways) > 5
    assert sum("trying again" in line for line in lines) == 2
    assert len(server.queries) == 4


def test_refused_connection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens: exit 9, and the hint names a file and --offline."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(osmnx_door, "ATTEMPTS", 2)
    assert _fetch(f"http://127.0.0.1:{port}/api", tmp_path, "--deadline", "120") == 9
    said = capsys.readouterr().err
    assert "no connection" in said
    assert "--osm" in said
    assert "--offline" in said
    assert list(tmp_path.iterdir()) == []


def test_offline_without_a_copy(tmp_path: Path) -> None:
    """--offline for a region never fetched: a sentence, no request."""
    with pytest.raises(FileError, match="never fetched"):
        fetch_extract(bbox_region(*REGION), cache=tmp_path, offline=True)


def test_damaged_copy_is_named(server: OverpassServer, tmp_path: Path) -> None:
    """A cached copy that was cut short is refused, not half-read."""
    fetch_extract(bbox_region(*REGION), url=server.url, cache=tmp_path)
    (copy,) = tmp_path.iterdir()
    copy.write_bytes(copy.read_bytes()[:-100])
    with pytest.raises(FileError, match="damaged"):
        fetch_extract(bbox_region(*REGION), cache=tmp_path, offline=True)


def test_osmnx_gets_its_settings_back(server: OverpassServer, tmp_path: Path) -> None:
    """Osmnx' process-wide settings and the name look-up are as before, also after a fault."""
    import osmnx

    look_up, agent = socket.getaddrinfo, osmnx.settings.http_user_agent
    server.faults = ["html"]
    with pytest.raises(FileError):
        fetch_extract(bbox_region(*REGION), url=server.url, cache=tmp_path)
    assert socket.getaddrinfo is look_up
    assert osmnx.settings.http_user_agent == agent
    assert osmnx.settings.cache_only_mode is False


def test_server_fails_loudly_on_other_queries(land: Land) -> None:
    """The test server answers no query that osmnx does not send."""
    with OverpassServer(land) as running:
        assert running.answer("[out:json][timeout:9];node(1);out;") is None


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/api", "overpass", "http://user:word@127.0.0.1/"])
def test_bad_address_is_a_usage_error(url: str, tmp_path: Path) -> None:
    """Only plain http and https addresses are asked: exit 2."""
    assert _fetch(url, tmp_path) == 2


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("25.5,104.4,26.5,104.8", "swapped"),
        ("104.8,25.5,104.4,26.5", "W < E"),
        ("nan,25.5,104.4,26.5", "finite"),
        ("-100,-50,100,50", "square degrees"),
    ],
)
def test_bad_boxes(box: str, words: str) -> None:
    """A swapped, reversed, endless or NaN box is refused with what to do."""
    west, south, east, north = (float(part) for part in box.split(","))
    with pytest.raises(InputError, match=words):
        bbox_region(west, south, east, north)
