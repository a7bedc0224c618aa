"""The one door to osmnx: its queries and request layer, under a deadline, and its own graph.

osmnx writes the queries and sends them; its answers are taken as they arrive (it is told to
build no graph), so that all sources go through our own builder. Added here is what its request
layer lacks: a total deadline, also against a server that drips; capped retries with progress; a
limit of size; `remark` as an error instead of a truncated graph; no look-ups elsewhere.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import urlsplit

from corridor.core.errors import FileError
from corridor.network.osm.objects import FEATURES, FUTURE_CLASSES, ROAD_CLASSES

if TYPE_CHECKING:
    import networkx as nx
    from shapely.geometry.base import BaseGeometry

ROAD_FILTER = '["highway"~"^({})$"]'.format("|".join((*ROAD_CLASSES, *FUTURE_CLASSES)))
FEATURE_TAGS: dict[str, list[str]] = {
    **{key: list(values) for key, values in FEATURES.items()},
    "type": ["restriction"],
}
ATTEMPTS = 4
MOST_BYTES = 512 * 1024 * 1024
QUERY_MARGIN_DEG = 0.001

Progress = Callable[[str], None]


class _TryAgainError(Exception):
    """The server is busy or the line broke: worth another attempt."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def ask(region: BaseGeometry, url: str, deadline_s: float, progress: Progress) -> list[Any]:
    """Return the parsed answers of an Overpass server about a region.

    Parameters
    ----------
    region
        Polygon in degrees WGS-84; a margin of `QUERY_MARGIN_DEG` is asked for beside it.
    url
        Address of the server's API, without ``/interpreter``.
    deadline_s
        Most time for all queries and attempts together. [s]
    progress
        Called with a line per query and attempt.

    Raises
    ------
    FileError
        If the server cannot be reached, is too slow, or its answer is incomplete.
    """
    return _within(deadline_s, lambda end: _ask(region, url, end, progress))


def geocode(name: str, url: str, deadline_s: float) -> tuple[float, float]:
    """Return the position (lon, lat) that a Nominatim server gives for a name. [degree].

    Raises
    ------
    FileError
        If the server cannot be reached or does not know the name.
    """
    import osmnx
    import requests
    from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

    def look_up(end: float) -> list[Any]:
        osmnx.settings.nominatim_url = url.rstrip("/") + "/"
        osmnx.settings.requests_timeout = max(1, int(end - time.monotonic()))
        if urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}:
            osmnx.settings.requests_kwargs = {"proxies": {"http": None, "https": None}}
        try:
            lat, lon = osmnx.geocode(name)
        except InsufficientResponseError as error:
            raise FileError(f"Nominatim: knows no place {name!r}.") from error
        except (requests.exceptions.RequestException, ResponseStatusCodeError) as error:
            raise FileError(
                f"Nominatim: {_reason(error)}.", "Give the coordinates instead: --bbox or via."
            ) from error
        return [(float(lon), float(lat))]

    (position,) = _within(deadline_s, look_up)
    return cast(tuple[float, float], position)


def graph_of_xml(path: Path) -> nx.MultiDiGraph:
    """Return osmnx's own graph of an OpenStreetMap XML file, unsimplified: for interchange.

    Every way and component of the file stays; nothing of it enters our network.
    """
    import osmnx

    return osmnx.graph_from_xml(path, simplify=False, retain_all=True)


def _within(seconds: float, work: Callable[[float], list[Any]]) -> list[Any]:
    """Run `work` in a thread and give up when the time is over, whatever it waits for."""
    end = time.monotonic() + seconds
    done: dict[str, Any] = {}

    def run() -> None:
        try:
            done["result"] = work(end)
        except BaseException as error:
            done["error"] = error

    with _osmnx_settings():
        thread = threading.Thread(target=run, name="overpass", daemon=True)
        thread.start()
        thread.join(max(0.0, end - time.monotonic()) + 0.5)
    if thread.is_alive():
        _too_late(seconds)
    if "error" in done:
        raise done["error"]
    return cast(list[Any], done["result"])


def _too_late(seconds: float) -> NoReturn:
    raise FileError(
        f"Overpass: no complete answer within {seconds:.0f} s.",
        "Try again later, raise --deadline, take a smaller region, or give a file with --osm.",
    )


@contextmanager
def _osmnx_settings() -> Iterator[None]:
    """Lend osmnx its process-wide settings, and put back what it changes (name look-up too)."""
    import osmnx

    from corridor.core.version import VERSION

    names = [
        "use_cache",
        "cache_only_mode",
        "overpass_rate_limit",
        "overpass_url",
        "requests_kwargs",
        "requests_timeout",
        "doh_url_template",
        "http_user_agent",
        "http_referer",
        "max_query_area_size",
        "log_console",
        "log_file",
        "nominatim_url",
        "overpass_settings",
    ]
    before = {name: getattr(osmnx.settings, name) for name in names}
    look_up = socket.getaddrinfo
    contact = os.environ.get("CORRIDOR_CONTACT", "")
    agent = f"corridor/{VERSION} (siting of hydrogen stations{contact and '; '}{contact})"
    try:
        osmnx.settings.use_cache = False
        osmnx.settings.cache_only_mode = True  # download, build no graph
        osmnx.settings.overpass_rate_limit = False
        osmnx.settings.doh_url_template = None
        osmnx.settings.http_user_agent = agent
        osmnx.settings.http_referer = agent
        osmnx.settings.max_query_area_size = 1e13
        osmnx.settings.log_console = osmnx.settings.log_file = False
        osmnx.settings.overpass_settings = "[out:json][timeout:{timeout}]{maxsize}"
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
        socket.getaddrinfo = look_up


def _ask(region: BaseGeometry, url: str, end: float, progress: Progress) -> list[Any]:
    """Send both queries; return the parsed answers."""
    import osmnx

    polygon = region.buffer(QUERY_MARGIN_DEG)
    answers: list[Any] = []
    for what, send in (
        (
            "roads",
            lambda: osmnx.graph_from_polygon(polygon, retain_all=True, custom_filter=ROAD_FILTER),
        ),
        ("service areas, fuel, toll booths, towns, turn restrictions",
         lambda: osmnx.features_from_polygon(polygon, FEATURE_TAGS)),
    ):  # fmt: skip
        answers += _attempts(what, send, url, end, progress)
    return answers


def _attempts(
    what: str, send: Callable[[], object], url: str, end: float, progress: Progress
) -> list[Any]:
    import osmnx
    import requests
    from osmnx._errors import CacheOnlyInterruptError

    host = urlsplit(url).hostname or ""
    for attempt in range(1, ATTEMPTS + 1):
        left = end - time.monotonic()
        if left <= 0:
            break
        progress(f"Overpass {host}: {what} (attempt {attempt} of {ATTEMPTS})")
        received: list[Any] = []
        options: dict[str, Any] = {
            "stream": True,
            "hooks": {"response": lambda r, *_, **__: received.append(_receive(r, end))},  # noqa: B023
        }
        if host in {"localhost", "127.0.0.1", "::1"}:
            options["proxies"] = {"http": None, "https": None}
        osmnx.settings.overpass_url = url
        osmnx.settings.requests_timeout = max(1, int(min(left, 600)))
        osmnx.settings.requests_kwargs = options
        try:
            send()
        except CacheOnlyInterruptError:
            return received
        except (_TryAgainError, requests.exceptions.RequestException) as error:
            wait = _wait(error, attempt, host, end)
            progress(f"Overpass {host}: {_reason(error)}; trying again in {wait:.0f} s")
            time.sleep(wait)
    raise FileError(f"Overpass {host}: no answer after {ATTEMPTS} attempts.")


def _wait(error: Exception, attempt: int, host: str, end: float) -> float:
    """Return the pause before the next attempt [s], or raise if there is none."""
    wait = float(2 ** (attempt - 1))
    if isinstance(error, _TryAgainError) and error.wait_s is not None:
        wait = max(1.0, error.wait_s)
    if attempt == ATTEMPTS or time.monotonic() + wait >= end:
        raise FileError(
            f"Cannot get the map from the Overpass server {host}: {_reason(error)} "
            f"({attempt} of {ATTEMPTS} attempts).",
            "Give a file: --osm corridor.osm.pbf, or use a cached copy with --offline.",
        ) from error
    return wait


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, _TryAgainError):
        return str(error)
    if isinstance(error, requests.exceptions.ReadTimeout):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection (refused, cut, or no network)"
    return f"{type(error).__name__}"


def _receive(response: Any, end: float) -> Any:
    """Read one answer under the deadline and return it parsed, or raise what is wrong with it."""
    try:
        return _read_answer(response, end)
    except BaseException:
        response.close()
        raise


def _read_answer(response: Any, end: float) -> Any:
    import requests

    host = urlsplit(response.url).hostname or ""
    if response.status_code in {429, 500, 502, 503, 504}:
        after = response.headers.get("Retry-After", "")
        wait = float(after) if after.isascii() and after.isdigit() else None
        raise _TryAgainError(f"it is busy (HTTP {response.status_code})", wait)
    parts, size = [], 0
    try:
        for chunk in response.iter_content(1 << 16):
            parts.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                raise FileError(
                    f"Overpass {host}: the answer is larger than {MOST_BYTES >> 20} MiB.",
                    "Take a smaller region, or give a file with --osm.",
                )
            if time.monotonic() > end:
                raise FileError(f"Overpass {host}: the answer did not end within the deadline.")
    except requests.exceptions.RequestException as error:
        raise _TryAgainError("the connection was cut in the middle of the answer") from error
    body = b"".join(parts)
    if response.status_code != 200:
        raise FileError(
            f"Overpass {host}: refused the query (HTTP {response.status_code}).",
            "Check --overpass-url; it must be an Overpass API.",
        )
    response._content = body  # osmnx reads the body once more
    return _parsed(body, host)


def _parsed(body: bytes, host: str) -> Any:
    try:
        document = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        page = body.lstrip()[:1] == b"<"
        raise FileError(
            f"Overpass {host}: answered with "
            + ("a web page, not map data." if page else "something that is not JSON."),
            "A log-in page of the network, or an error page? Open the address in a browser, "
            "give a file with --osm, or use --offline.",
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("elements"), list):
        raise FileError(f"Overpass {host}: the answer is JSON, but not an Overpass answer.")
    if "remark" in document:
        raise FileError(
            f"Overpass {host}: gave up and sent an incomplete answer: "
            f"{str(document['remark'])[:200]!r}. Nothing of it was kept.",
            "Take a smaller region or try again later.",
        )
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
