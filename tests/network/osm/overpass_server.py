"""A small Overpass server on the loopback interface, for tests.

It answers exactly the two forms of query that osmnx sends (ways of a class in a polygon with
their nodes; tagged nodes, ways and relations in a polygon with all that they consist of) and
answers 400 and remembers the query for anything else, so that a drift is loud. It can also play
the faults of real servers and networks, one per request.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import shapely

from tests.network.osm.miniland import Land

_HEAD = r"\[out:json\]\[timeout:\d+\];"
_POLY = r"\(poly:'(?P<poly>[-0-9. ]+)'\)"
_ROADS = re.compile(_HEAD + r'\(way\["highway"~"(?P<classes>[^"]+)"\]' + _POLY + r";>;\);out;")
_FEATURES = re.compile(
    _HEAD + r"\((?P<parts>(?:\((?:node|way|relation).*?\);\(\._;>;\);\);)+)\);out;"
)
_PART = re.compile(
    r"\((?P<kind>node|way|relation)\['(?P<key>[^']+)'='(?P<value>[^']+)'\]"
    + _POLY
    + r";\(\._;>;\);\);"
)


class OverpassServer:
    """Serves a land; `faults` is a list of what to do to the next requests."""

    def __init__(self, land: Land) -> None:
        self.land = land
        self.faults: list[str] = []
        self.queries: list[str] = []
        self.refused: list[str] = []
        self.agents: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._post(self)

            def do_GET(self) -> None:
                outer._place(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Say nothing when a client hangs up: that is part of some tests."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.stop_hanging = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api"

    def __enter__(self) -> OverpassServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_hanging.set()
        self._server.shutdown()
        self._server.server_close()

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        query = parse_qs(body)["data"][0]
        self.queries.append(query)
        self.agents.append(request.headers.get("User-Agent", ""))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "hang":
            self.stop_hanging.wait(60)
            request.close_connection = True
        elif fault in {"429", "504"}:
            _send(request, int(fault), b"<html>busy</html>", "text/html", {"Retry-After": "1"})
        elif fault == "html":
            _send(request, 200, b"<!DOCTYPE html><html><body>Log in</body></html>", "text/html")
        elif (document := self.answer(query)) is None:
            self.refused.append(query)
            _send(request, 400, b"<html>parse error</html>", "text/html")
        else:
            _spoil(document, fault)
            self._give(request, json.dumps(document).encode(), fault)

    def _place(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a search of Nominatim for a town of the land."""
        name = parse_qs(request.path.split("?", 1)[-1]).get("q", [""])[0]
        found = [
            {"lat": str(lat), "lon": str(lon), "importance": 0.5}
            for lon, lat, tags in self.land.nodes.values()
            if tags.get("place") and tags.get("name") == name
        ]
        _send(request, 200, json.dumps(found).encode(), "application/json")

    def _give(self, request: BaseHTTPRequestHandler, data: bytes, fault: str) -> None:
        if fault not in {"cut", "drip"}:
            _send(request, 200, data, "application/json")
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.close_connection = True
        if fault == "cut":
            request.wfile.write(data[: len(data) // 2])
            return
        for index in range(600):
            if self.stop_hanging.wait(0.1):
                return
            request.wfile.write(data[index : index + 1])

    def answer(self, query: str) -> dict[str, Any] | None:
        """Return the answer to a query; None for a form that osmnx does not send."""
        found: set[tuple[str, int]] = set()
        if match := _ROADS.fullmatch(query):
            classes = re.compile(match["classes"])
            region = _polygon(match["poly"])
            for key, (_, tags) in self.land.ways.items():
                # Overpass' regular expressions are not anchored
                if classes.search(tags.get("highway", "")) and self._touches("way", key, region):
                    found.add(("way", key))
        elif match := _FEATURES.fullmatch(query):
            position = 0
            for part in _PART.finditer(match["parts"]):
                if part.start() != position:
                    return None
                position = part.end()
                region = _polygon(part["poly"])
                for kind, key in self.land.items():
                    tags = self._tags(kind, key)
                    if (
                        kind == part["kind"]
                        and tags.get(part["key"]) == part["value"]
                        and self._touches(kind, key, region)
                    ):
                        found.add((kind, key))
            if position != len(match["parts"]):
                return None
        else:
            return None
        return {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2026-11-01T00:00:00Z"},
            "elements": [self._element(kind, key) for kind, key in sorted(self._down(found))],
        }

    def _tags(self, kind: str, key: int) -> dict[str, str]:
        return {"node": self.land.nodes, "way": self.land.ways, "relation": self.land.relations}[
            kind
        ][key][-1]  # type: ignore[return-value]

    def _down(self, found: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Add what ways and relations consist of (the `>` of the query language)."""
        whole = set(found)
        for kind, key in found:
            if kind == "relation":
                whole |= {(k, r) for k, r, _ in self.land.relations[key][0] if k != "relation"}
        for kind, key in list(whole):
            if kind == "way":
                whole |= {("node", ref) for ref in self.land.ways[key][0]}
        return {(k, r) for k, r in whole if (k, r) in set(self.land.items())}

    def _touches(self, kind: str, key: int, region: shapely.Polygon) -> bool:
        if kind == "node":
            lon, lat, _ = self.land.nodes[key]
            return bool(region.intersects(shapely.Point(lon, lat)))
        if kind == "way":
            points = [self.land.nodes[ref][:2] for ref in self.land.ways[key][0]]
            return bool(region.intersects(shapely.LineString(points)))
        return any(
            self._touches(k, r, region)
            for k, r, _ in self.land.relations[key][0]
            if k != "relation"
        )

    def _element(self, kind: str, key: int) -> dict[str, Any]:
        tags = self._tags(kind, key)
        item: dict[str, Any] = {"type": kind, "id": key}
        if kind == "node":
            lon, lat, _ = self.land.nodes[key]
            item |= {"lat": lat, "lon": lon}
        elif kind == "way":
            item["nodes"] = self.land.ways[key][0]
        else:
            item["members"] = [
                {"type": k, "ref": r, "role": role} for k, r, role in self.land.relations[key][0]
            ]
        return item | ({"tags": tags} if tags else {})


def _spoil(document: dict[str, Any], fault: str) -> None:
    """Do to an answer what servers that run out of time or memory do."""
    if fault == "empty":
        document["elements"] = []
    elif fault == "remark":
        document["elements"] = document["elements"][: len(document["elements"]) // 2]
        document["remark"] = 'runtime error: Query timed out in "query" at line 1.'
    elif fault == "nan":
        for item in document["elements"]:
            if item["type"] == "node":
                item["lon"] = float("nan")


def _polygon(text: str) -> shapely.Polygon:
    numbers = [float(word) for word in text.split()]
    return shapely.Polygon(list(zip(numbers[1::2], numbers[::2], strict=True)))


def _send(
    request: BaseHTTPRequestHandler,
    status: int,
    data: bytes,
    kind: str,
    headers: dict[str, str] | None = None,
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(data)))
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(data)
