"""Corruptions of a run folder, each with all hashes rewritten, so that only facts can fail.

Every mutation picks its target from the files, so that it works on any run folder; where a run
has nothing of the kind (no expansion bought, nothing unmet) it raises `NotApplicable`. After it,
`certify` must rule FAIL and the checks in `broken` must be among those that failed.

Use: ``for mutation in MUTATIONS: mutation(run_dir)`` on a fresh copy of a run folder each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Documents = dict[str, Any]
FILES = {
    "scenario": "inputs/scenario.json",
    "network": "inputs/network.json",
    "trips": "inputs/trips.json",
    "sites": "inputs/sites.json",
    "plan": "plan.json",
}
EVIDENCE = {"evidence": "evidence.json"}


class NotApplicable(Exception):  # noqa: N818 - a state, not an error
    """The run has nothing that this mutation could corrupt."""


@dataclass(frozen=True)
class Mutation:
    """One kind of corruption.

    Parameters
    ----------
    name
        What is done.
    broken
        Ids of checks that must fail for it.
    edit
        Changes the five documents, and the evidence where there is some, in place.
    rehash
        Whether the hashes of what documents belong to are rewritten (else they are the mutation).
    """

    name: str
    broken: frozenset[str]
    edit: Callable[[Documents], None]
    rehash: bool = True

    def __call__(self, run_dir: Path) -> None:
        """Corrupt a run folder and rewrite every hash in it."""
        documents = {
            name: json.loads((run_dir / path).read_text(encoding="utf-8"))
            for name, path in (FILES | EVIDENCE).items()
            if name in FILES or (run_dir / path).is_file()
        }
        self.edit(documents)
        for name, path in FILES.items():
            if name == "plan" and self.rehash:
                for other in ("scenario", "network", "trips", "sites"):
                    raw = (run_dir / FILES[other]).read_bytes()
                    documents["plan"]["inputs"][f"{other}_sha256"] = _sha256(raw)
            text = json.dumps(documents[name], ensure_ascii=False, indent=1)
            (run_dir / path).write_text(text, encoding="utf-8")
        for name, path in EVIDENCE.items():
            if name in documents:
                if self.rehash:
                    raw = (run_dir / FILES["plan"]).read_bytes()
                    documents[name]["plan_sha256"] = _sha256(raw)
                text = json.dumps(documents[name], ensure_ascii=False, indent=1)
                (run_dir / path).write_text(text, encoding="utf-8")
        rewrite_manifest(run_dir)


def rewrite_manifest(run_dir: Path) -> None:
    """Rewrite the hashes of a run folder's manifest, where it has one."""
    path = run_dir / "manifest.json"
    if not path.is_file():
        return
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {
        file.relative_to(run_dir).as_posix(): _sha256(file.read_bytes())
        for file in sorted(run_dir.rglob("*"))
        if file.is_file() and file.name != "manifest.json"
    }
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


MUTATIONS: list[Mutation] = []


def mutation(*broken: str, rehash: bool = True) -> Callable[..., Callable[[Documents], None]]:
    """Register a function as a mutation that the checks `broken` must find."""

    def register(edit: Callable[[Documents], None]) -> Callable[[Documents], None]:
        MUTATIONS.append(Mutation(edit.__name__, frozenset(broken), edit, rehash))
        return edit

    return register


def first(items: Any, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """Return the first item that is wanted."""
    for item in items:
        if wanted(item):
            return item
    raise NotApplicable


def commodity_of(d: Documents, row: Documents) -> Any:
    """Return the commodity of a stop plan."""
    return first(d["trips"]["commodities"], lambda c: c["id"] == row["commodity"])


def variant_of(d: Documents, row: Documents) -> Any:
    """Return the variant of a stop plan."""
    return first(commodity_of(d, row)["variants"], lambda v: v["id"] == row["variant"])


def stopping(d: Documents, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """Return the first stop plan with a stop and trips."""
    return first(d["plan"]["trips"], lambda r: r["stops"] and r["trips_per_day"] > 0 and wanted(r))


def busiest(d: Documents) -> Any:
    """Return the station that sells most in the last period."""
    if not d["plan"]["stations"]:
        raise NotApplicable
    return max(d["plan"]["stations"], key=lambda s: s["load_kg_per_day"])


def site_of(d: Documents, key: str) -> Any:
    """Return a candidate site."""
    return first(d["sites"]["sites"], lambda s: s["id"] == key)


def long_leg(d: Documents) -> Any:
    """Return a commodity whose base walk has at least four arcs on its first leg."""
    return first(
        d["trips"]["commodities"],
        lambda c: len(c["variants"][0]["legs"][0]["arcs"]) >= 4 and c["trips_per_day"] > 0,
    )


def middle_arc(d: Documents) -> tuple[Any, Any]:
    """Return a commodity and the arc in the middle of its first leg."""
    c = long_leg(d)
    arcs = c["variants"][0]["legs"][0]["arcs"]
    key = arcs[len(arcs) // 2]
    return c, first(d["network"]["arcs"], lambda a: a["id"] == key)


def decide(d: Documents, key: str, **decision: Any) -> None:
    """Take a decision about a site in the scenario."""
    d["scenario"].setdefault("decision", {})
    if d["scenario"]["decision"] is None:
        d["scenario"]["decision"] = {}
    d["scenario"]["decision"][key] = decision


def tiers(d: Documents) -> list[str]:
    """Return the tier ids, smallest first."""
    table = d["scenario"]["tier"]
    return sorted(table, key=lambda tier: table[tier]["capacity_kg_per_day"])


def lengthen(visits: list[Any], position: int, grams: int) -> None:
    """Move every later visit by some grams."""
    for visit in visits:
        if visit["position"] > position:
            visit["at_g"] += grams


from mutations_of_books import *  # noqa: E402, F403 - registers those of deliveries, money and figures
from mutations_of_design import *  # noqa: E402, F403 - registers those of what plan.json says beside its design
from mutations_of_evidence import *  # noqa: E402, F403 - registers those of the value of service
from mutations_of_facts import *  # noqa: E402, F403 - registers those of scenario and sites
from mutations_of_form import *  # noqa: E402, F403 - registers those of the form of plan.json
from mutations_of_money import *  # noqa: E402, F403 - registers those of lives, gates and who pays
from mutations_of_proof import *  # noqa: E402, F403 - registers those of what is proven
from mutations_of_roads import *  # noqa: E402, F403 - registers those of network and trips
from mutations_of_stations import *  # noqa: E402, F403 - registers those of stations
from mutations_of_trips import *  # noqa: E402, F403 - registers those of stop plans
from mutations_of_years import *  # noqa: E402, F403 - registers those of years inside a period
