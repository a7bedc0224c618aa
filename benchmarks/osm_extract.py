"""How long and how much memory `corridor fetch` takes on a state-sized PBF extract.

Usage: python -m benchmarks.osm_extract [--megabytes 100] [--keep FILE]

A file is generated: an expressway of 200 km with interchanges and service areas in the midst of
millions of streets that the network does not need. Then `corridor fetch --osm FILE --bbox …` is
run as a process of its own; its time and its largest resident memory are printed as JSON. Targets:
100 MB in under 60 s and 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WEST, SOUTH, EAST, NORTH = 103.0, 24.0, 107.0, 28.0
TARGET_S, TARGET_MB = 60.0, 1000.0


def generate(path: Path, megabytes: float) -> dict[str, int]:
    """Write a PBF file of at least so many megabytes; return how many objects it holds."""
    import osmium
    from osmium.osm import mutable

    chance = random.Random(7)
    count = {"nodes": 0, "ways": 0}
    path.unlink(missing_ok=True)
    ways: list[tuple[list[int], dict[str, str]]] = []
    with osmium.SimpleWriter(str(path)) as writer:

        def node(lon: float, lat: float, tags: dict[str, str] | None = None) -> int:
            count["nodes"] += 1
            writer.add_node(
                mutable.Node(id=count["nodes"], location=(lon, lat), tags=tags or {}, version=1)
            )
            return count["nodes"]

        ways += expressway(node)
        # a street: ten nodes some 60 m apart; about 47 bytes once packed
        for _ in range(int(megabytes * 1e6 / 47)):
            lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
            refs = []
            for _ in range(10):
                lon += chance.uniform(-6e-4, 6e-4)
                lat += chance.uniform(-6e-4, 6e-4)
                refs.append(node(lon, lat))
            ways.append((refs, {"highway": "residential"}))
        for number, (refs, tags) in enumerate(ways):
            writer.add_way(mutable.Way(id=number + 1, nodes=refs, tags=tags, version=1))
        count["ways"] = len(ways)
    return count


def expressway(node: Any) -> list[tuple[list[int], dict[str, str]]]:
    """Return the ways of 200 km of dual carriageway, an exit or a service area every 10 km."""
    ways = []
    steps = 2000
    for sign in (-1, 1):
        refs = [node(104 + 0.001 * i, 26 + sign * 0.00014) for i in range(steps)]
        refs = refs if sign < 0 else refs[::-1]
        tags = {"highway": "motorway", "ref": "S99", "oneway": "yes"}
        ways += [(refs[i : i + 101], tags) for i in range(0, steps - 1, 100)]
        for i in range(50, steps - 50, 100):
            lon = 104 + 0.001 * (i if sign < 0 else steps - 1 - i)
            end, start = (node(lon + d, 26 + sign * 0.0015) for d in (0.0005, 0.0006))
            link = {"highway": "motorway_link", "oneway": "yes"}
            ways += [([refs[i], end], link), ([start, refs[i + 10]], link)]
            if i % 200 == 50:
                box = [
                    node(lon + x, 26 + sign * (0.0015 + y))
                    for x, y in ((0, 0), (1e-3, 0), (0, 1e-3))
                ]
                ways.append(([*box, box[0]], {"highway": "services", "name": f"area {i}"}))
    return ways


def measure(path: Path) -> dict[str, Any]:
    """Run the command on a file; return seconds, peak megabytes and what it found."""
    command = [sys.executable, "-m", "corridor", "fetch", "--osm", str(path), "--json"]
    command += ["--bbox", "103.9,25.8,106.1,26.2"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    found = json.loads(out) if process.returncode == 0 else {}
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "seconds": round(seconds, 2),
        "peak_mb": round(peak, 1),
        "exit_code": process.returncode,
        "motorway_km": found.get("motorway_km"),
        "service_area_sides": found.get("service_area_sides"),
        "met": process.returncode == 0 and seconds < TARGET_S and peak < TARGET_MB,
    }


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100.0)
    parser.add_argument("--keep", type=Path, help="keep the extract here; use it if it is there")
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.generate:
        print(json.dumps(generate(arguments.generate, arguments.megabytes)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.keep or Path(folder) / "state.osm.pbf"
        if not path.is_file():
            # in a process of its own: a child starts with the memory mark of its parent
            command = [sys.executable, "-m", "benchmarks.osm_extract", "--generate", str(path)]
            subprocess.run([*command, "--megabytes", str(arguments.megabytes)], check=True)
        result = measure(path)
    print(json.dumps(result, indent=1))
    sys.exit(0 if result["met"] else 1)


if __name__ == "__main__":
    main()
