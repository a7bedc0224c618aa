"""Run the whole command as a user does, and read what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMALL = """
extends = "{root}/scenarios/liupanshui-xingyi.toml"
name = "small"
title = "Four flows, one period"

[time]
periods = [2030]
base_year = 2030
horizon_end_year = 2034

[demand]
use_markets = false

[solver]
gap_target = 0.0005

[od.luxi-xingyi]
origin = "luxi-park"
destination = "xingyi"
truck = "t49"
cargo = "coke"
convention = "LOOP"
trips_per_day = {{ 2030 = 20 }}

[od.liupanshui-xingyi]
origin = "liupanshui"
destination = "xingyi"
truck = "t49"
cargo = "containers"
convention = "LOOP"
trips_per_day = {{ 2030 = 24 }}

[od.panbei-luxi]
origin = "panbei-park"
destination = "luxi-park"
truck = "t49"
cargo = "coking coal"
convention = "LOOP"
trips_per_day = {{ 2030 = 25 }}

[od.bijie-baise]
origin = "cordon-bijie"
destination = "cordon-baise"
truck = "t49"
cargo = "freight"
convention = "ONEWAY"
trips_per_day = {{ 2030 = 15 }}
"""


SIX_PAIRS = """
extends = "{root}/scenarios/liupanshui-xingyi.toml"
name = "six-pairs"

[gravity]
pairs_max = 6

[solver]
gap_target = 0.2
work_limit = 15
"""


@dataclass(frozen=True)
class CommandRun:
    """What `corridor solve --json` did."""

    code: int
    summary: dict[str, Any]
    folder: Path
    plan: dict[str, Any]
    stderr: str


def run_command(scenario: Path, folder: Path, *options: str, cwd: Path | None = None) -> CommandRun:
    """Run the command as a user's shell does and read what it left."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "corridor", "solve"),
            *(str(scenario), "-o", str(folder), "--json", *options),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.stdout, done.stderr
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return CommandRun(done.returncode, json.loads(done.stdout), folder, plan, done.stderr)
