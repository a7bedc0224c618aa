"""A headless Chromium driven over its DevTools protocol by a small websocket client of our own."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--window-size=1440,1000",
)
PATIENCE_S = 300
"""Wall time after which a browser that does not answer has failed, however busy the machine is. [s]"""


def binary() -> str:
    """Return the browser's path; skip where there is none, unless CI demands one."""
    named = os.environ.get("CHROMIUM")
    names = (named,) if named else ("chromium", "chromium-browser", "google-chrome")
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("CI"):
        pytest.fail("CI is set, so the browser tests must run, but no Chromium is installed")
    pytest.skip("no Chromium on PATH and CHROMIUM is not set")


class Tab:
    """One page: commands go out, events are kept."""

    def __init__(self, port: int, path: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._next = 0
        self._rest = b""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode("ascii")
        )
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._socket.recv(4096)
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._next += 1
        self._send(json.dumps({"id": self._next, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._receive())
            if message.get("id") == self._next:
                assert "error" not in message, (method, message["error"])
                result: dict[str, Any] = message["result"]
                return result
            self.events.append(message)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, (expression, answer)
        return answer["result"].get("value")

    def open(self, path: Path) -> None:
        """Load a file and wait until it is complete."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(f"{domain}.enable")
        self.command("Page.navigate", url=path.resolve().as_uri())
        until = time.monotonic() + PATIENCE_S
        while self.evaluate("document.readyState + location.protocol") != "completefile:":
            assert time.monotonic() < until, "the page did not load"
            time.sleep(0.05)

    def complaints(self) -> list[str]:
        """Return console errors and warnings, uncaught exceptions, refused contents, dialogs."""
        self.evaluate("1")
        found = []
        for event in self.events:
            method, about = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(json.dumps(about["exceptionDetails"]))
            elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning"):
                found.append(json.dumps(about["args"]))
            elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
                found.append(about["entry"]["text"])
            elif method == "Page.javascriptDialogOpening":
                found.append(f"dialog {about['message']}")
        return found

    def requests(self) -> list[str]:
        """Return every address that the page asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _send(self, text: str) -> None:
        data, mask = text.encode("utf-8"), os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x81, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self._socket.sendall(head + mask + masked)

    def _receive(self) -> str:
        parts = []
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._exactly(8))
            data = self._exactly(size)
            assert first & 0x0F != 8, "the browser hung up"
            if first & 0x0F in (0, 1):
                parts.append(data)
                if first & 0x80:
                    return b"".join(parts).decode("utf-8")

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            more = self._socket.recv(65536)
            assert more, "the browser hung up"
            self._rest += more
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Tab]:
    """Start a browser with a fresh profile; give its first tab; stop it."""
    command = [binary(), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tab = None
    try:
        port_file = profile / "DevToolsActivePort"
        until = time.monotonic() + PATIENCE_S
        while not (port_file.exists() and port_file.read_text(encoding="utf-8").count("\n")):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < until, "the browser did not start"
            time.sleep(0.05)
        port = int(port_file.read_text(encoding="utf-8").split("\n")[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [page for page in json.load(answer) if page["type"] == "page"]
        path = "/" + pages[0]["webSocketDebuggerUrl"].split("/", 3)[3]
        tab = Tab(port, path)
        yield tab
    finally:
        if tab is not None:
            with contextlib.suppress(OSError, AssertionError):
                tab.command("Browser.close")
            tab.close()
        try:
            process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
