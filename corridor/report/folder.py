"""A run folder as the report reads it: the files as written, nothing recomputed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.core.files import canonical_json, read_json, sha256_file, sha256_text

Json = dict[str, Any]

_NEEDED = {
    "plan": "plan.json",
    "scenario": "inputs/scenario.json",
    "network": "inputs/network.json",
    "trips": "inputs/trips.json",
    "sites": "inputs/sites.json",
}
_OPTIONAL = {
    "certificate": "certificate.json",
    "manifest": "manifest.json",
    "evidence": "evidence.json",
}
_VERSION = {"plan": 2, "certificate": 2, "manifest": 2}
"""Number of each schema that is not at its first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """The documents of one run.

    Parameters
    ----------
    certificate, manifest, evidence
        None where the file is not there (the manifest is written after the report, the value of
        service on request).
    hashes
        SHA-256 of each file that was read.
    """

    path: Path
    plan: Json
    scenario: Json
    network: Json
    trips: Json
    sites: Json
    certificate: Json | None
    manifest: Json | None
    evidence: Json | None
    hashes: dict[str, str]

    @property
    def verdict(self) -> str:
        """PASS, PASS-WITH-GAP or FAIL as the certificate rules; FAIL where it does not fit."""
        return "FAIL" if self.objections else str((self.certificate or {}).get("verdict", "FAIL"))

    @property
    def objections(self) -> tuple[str, ...]:
        """Why the certificate cannot be relied on: absent, altered, or of other files."""
        certificate = self.certificate
        if certificate is None:
            return ("There is no certificate.json in this run folder: the plan was never driven.",)
        if certificate.get("verdict") == "FAIL":
            return ()  # it says itself what is wrong
        found = []
        rest = {key: value for key, value in certificate.items() if key != "sha256"}
        if certificate.get("sha256") != sha256_text(canonical_json(rest)):
            found.append("certificate.json was altered: its own SHA-256 does not fit.")
        judged = certificate.get("inputs")
        for name, digest in (judged if isinstance(judged, dict) else {}).items():
            if name in self.hashes and self.hashes[name] != digest:
                found.append(f"{name} is not the file that the certificate judged.")
        if self.evidence is not None and "evidence.json" not in (judged or {}):
            found.append("evidence.json was never judged by the certificate.")
        if certificate.get("verdict") not in ("PASS", "PASS-WITH-GAP"):
            found.append("certificate.json gives no verdict that this version knows.")
        return tuple(found)


def load_run(run_dir: Path | str) -> RunFolder:
    """Read a run folder.

    Raises
    ------
    InputError
        If a file is absent or is not what its schema says.
    """
    path = Path(run_dir)
    documents: dict[str, Any] = {}
    hashes: dict[str, str] = {}
    for key, name in {**_NEEDED, **_OPTIONAL}.items():
        if key in _OPTIONAL and not (path / name).exists():
            documents[key] = None
            continue
        document = read_json(path / name)
        if not isinstance(document, dict):
            raise InputError(f"{path / name}: must be a JSON object.")
        schema = f"corridor.{key}/{_VERSION.get(key, 1)}"
        if document.get("schema", schema) != schema:
            raise InputError(
                f"{path / name}: schema is {document['schema']!r}, expected {schema!r}.",
                "Solve the scenario again, or use the version of corridor that wrote this folder.",
            )
        documents[key] = document
        hashes[name] = sha256_file(path / name)
    for key in ("stations", "periods", "trips"):
        if not isinstance(documents["plan"].get(key), list):
            raise InputError(f"{path / 'plan.json'}: has no list {key!r}.")
    return RunFolder(path=path, hashes=hashes, **documents)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn a hole in a document into a sentence.

    Raises
    ------
    InputError
        If the block misses a key or meets a value of the wrong kind.
    """
    try:
        yield
    except KeyError as error:
        raise InputError(
            f"{path}: a document of this run lacks {error} or something that it refers to.",
            "Run `corridor verify` on the folder.",
        ) from error
    except (TypeError, AttributeError, ValueError, IndexError) as error:
        raise InputError(
            f"{path}: a document of this run holds a value of the wrong kind: {error}.",
            "Run `corridor verify` on the folder.",
        ) from error


_INDEX = re.compile(r"0|[1-9][0-9]*")


def at(document: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer (RFC 6901), or None where nothing stands."""
    here = document
    for raw in pointer.split("/")[1:]:
        key = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and key in here:
            here = here[key]
        elif isinstance(here, list) and _INDEX.fullmatch(key) and int(key) < len(here):
            here = here[int(key)]
        else:
            return None
    return here


def token(key: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
