"""Claim: a damaged or hostile run folder ends in FAIL or InputError with a sentence, never else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_run import INPUTS, documents, path_of, sha256, write_json, write_manifest, write_run

from corridor.certificate import (
    Certificate,
    certify,
    check_manifest,
    check_on_file,
    write_certificate,
)
from corridor.certificate.reading import MAX_BYTES
from corridor.core.errors import InputError
from corridor.core.files import canonical_json, sha256_text


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """Return a fresh tiny run folder with certificate and manifest."""
    folder = write_run(tmp_path / "run", documents())
    write_certificate(folder)
    write_manifest(folder)
    return folder


def refused(certificate: Certificate, check: str, words: str) -> None:
    """Assert a FAIL by one check, in words that hold `words`, and a certificate that is JSON."""
    assert certificate.verdict == "FAIL"
    assert check in certificate.failed_checks
    assert any(words in text for text in certificate.failures), certificate.failures
    assert all("Traceback" not in text and len(text) < 400 for text in certificate.failures)
    json.dumps(certificate.document(), allow_nan=False).encode("utf-8")


@pytest.mark.parametrize("name", ["scenario", "network", "trips", "sites", "plan"])
def test_a_missing_file_fails(run_dir: Path, name: str) -> None:
    """Each of the five files is needed."""
    path_of(run_dir, name).unlink()
    refused(certify(run_dir), "files", "there is no such file")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A file, nothing at all, or a name that no system takes: InputError, each with a sentence."""
    file = tmp_path / "file"
    file.write_text("")
    for path in (file, tmp_path / "absent", Path("a\0b"), tmp_path / ("x" * 5000)):
        for function in (certify, check_manifest, write_certificate):
            with pytest.raises(InputError, match=r"\.$"):
                function(path)


def test_an_empty_folder_fails_for_every_file(tmp_path: Path) -> None:
    """All five files are named at once."""
    certificate = certify(tmp_path)
    assert certificate.verdict == "FAIL"
    assert len(certificate.failures) == 5


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"schema": NaN}', "NaN"),
        (b'{"schema": 1, "schema": 2}', "twice"),
        (b"[" * 100_000, "deep"),
        (b"1" * 5000, "plan.json"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "deep"),
    ],
)
def test_what_is_not_json_fails(run_dir: Path, raw: bytes, words: str) -> None:
    """Garbage, wrong encodings, NaN, duplicate keys, bottomless nesting."""
    path_of(run_dir, "plan").write_bytes(raw)
    refused(certify(run_dir), "files", words)


@pytest.mark.parametrize("name", ["scenario", "network", "trips", "sites", "plan"])
@pytest.mark.parametrize("document", [None, [], {}, 7, "text", [[]], {"schema": {}}])
def test_another_document_fails(run_dir: Path, name: str, document: Any) -> None:
    """Valid JSON of the wrong shape."""
    write_json(path_of(run_dir, name), document)
    refused(certify(run_dir), "structure", name)


def test_a_file_too_large_is_not_read(run_dir: Path) -> None:
    """A sparse file of gigabytes is refused by its size."""
    with path_of(run_dir, "trips").open("r+b") as stream:
        stream.truncate(MAX_BYTES + 1)
    refused(certify(run_dir), "files", "larger than")


def test_links_are_refused(run_dir: Path, tmp_path: Path) -> None:
    """A run folder is complete in itself: no link out of it, no link onto itself."""
    plan = path_of(run_dir, "plan")
    outside = tmp_path / "elsewhere.json"
    outside.write_bytes(plan.read_bytes())
    plan.unlink()
    plan.symlink_to(outside)
    refused(certify(run_dir), "files", "is a link")
    assert any("is a link" in text for text in check_manifest(run_dir))
    plan.unlink()
    plan.symlink_to(plan)
    refused(certify(run_dir), "files", "is a link")


def test_a_linked_folder_of_inputs_is_refused(run_dir: Path, tmp_path: Path) -> None:
    """A link in the middle of the path counts too."""
    (run_dir / "inputs").rename(tmp_path / "moved")
    (run_dir / "inputs").symlink_to(tmp_path / "moved")
    refused(certify(run_dir), "files", "is a link")


def test_pipes_and_folders_are_no_files(run_dir: Path) -> None:
    """A named pipe would block for ever, a folder cannot be read."""
    plan, trips = path_of(run_dir, "plan"), path_of(run_dir, "trips")
    plan.unlink()
    trips.unlink()
    os.mkfifo(plan)
    trips.mkdir()
    certificate = certify(run_dir)
    refused(certificate, "files", "plan.json: is not a plain file")
    refused(certificate, "files", "inputs/trips.json: is not a plain file")


def test_half_a_character_does_not_break_the_certificate(run_dir: Path) -> None:
    """A lone surrogate is legal JSON and illegal UTF-8."""
    made = documents()
    made["plan"]["stations"][0]["name_zh"] = "\ud800"
    made["plan"]["stations"][0]["id"] = "\udfff\n" * 500
    path_of(run_dir, "plan").write_text(json.dumps(made["plan"]), encoding="utf-8")
    refused(write_certificate(run_dir), "structure", "half a character")


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        return [leaf for key in keys for leaf in _leaves(value[key], (*path, key))]
    return [path]


_PATHS = {name: _leaves(document) for name, document in documents().items()}
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([10**400, -(10**18), 1e308, -1e308, 5e-324, "", "nan", "\u2028", [], {}, [0]]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_junk_in_any_field_never_raises(run_dir: Path, data: st.DataObject) -> None:
    """Whatever stands in any one field, there is a verdict, and its certificate can be written."""
    made = documents()
    name = data.draw(st.sampled_from([*INPUTS, "plan"]))
    path = data.draw(st.sampled_from(_PATHS[name]))
    place = made[name]
    for key in path[:-1]:
        place = place[key]
    if path:
        place[path[-1]] = data.draw(_JUNK)
    certificate = certify(write_run(run_dir, made))
    json.dumps(certificate.document(), allow_nan=False).encode("utf-8")
    assert certificate.verdict in ("PASS", "PASS-WITH-GAP", "FAIL")


def test_a_broken_hash_is_named(run_dir: Path) -> None:
    """One byte more in any listed file, or a listed file gone."""
    assert check_manifest(run_dir) == ()
    with path_of(run_dir, "plan").open("a") as stream:
        stream.write(" ")
    (run_dir / "certificate.json").unlink()
    faults = check_manifest(run_dir)
    assert len(faults) == 2
    assert any("plan.json: was changed" in text for text in faults)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda m: m["files"].pop("plan.json"), "does not list plan.json"),
        (lambda m: m["files"].update({"../outside": "0" * 64}), "outside the folder"),
        (lambda m: m["files"].update({"/etc/hostname": "0" * 64}), "outside the folder"),
        (lambda m: m["files"].update({"a\\b": "0"}), "outside the folder"),
        (lambda m: m["files"].update({"plan.json": 7}), "was changed"),
        (lambda m: m.update(files=[]), "is not a corridor.manifest/2"),
        (lambda m: m.update(schema="other"), "is not a corridor.manifest/2"),
        (lambda m: m["files"].update({f"f{k}": "" for k in range(10_001)}), "more than"),
    ],
)
def test_a_hostile_manifest_is_named(
    run_dir: Path, edit: Callable[[dict[str, Any]], Any], words: str
) -> None:
    """Paths out of the folder, missing entries, wrong types."""
    path = run_dir / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    edit(manifest)
    write_json(path, manifest)
    assert any(words in text for text in check_manifest(run_dir))


def test_a_missing_or_broken_manifest_is_named(run_dir: Path) -> None:
    """No manifest, no run; half a manifest neither."""
    path = run_dir / "manifest.json"
    path.write_bytes(b"\xff")
    assert "not UTF-8" in check_manifest(run_dir)[0]
    path.unlink()
    assert "no such file" in check_manifest(run_dir)[0]


def test_the_certificate_on_file_must_be_the_one_made_now(run_dir: Path) -> None:
    """A verdict, an input hash or a check edited in the file is found, its own hash rewritten."""
    certificate = certify(run_dir)
    assert check_on_file(run_dir, certificate) == ()
    path = run_dir / "certificate.json"
    original = json.loads(path.read_text(encoding="utf-8"))

    def rewritten(**change: Any) -> tuple[str, ...]:
        body = {k: v for k, v in {**original, **change}.items() if k != "sha256"}
        write_json(path, {**body, "sha256": sha256_text(canonical_json(body))})
        return check_on_file(run_dir, certificate)

    assert any("verdict" in text for text in rewritten(verdict="PASS-WITH-GAP"))
    assert any("inputs" in text for text in rewritten(inputs={}))
    assert any("checks" in text for text in rewritten(checks=original["checks"][1:]))
    write_json(path, {**original, "gap": 0.0})
    assert any("own hash" in text for text in check_on_file(run_dir, certificate))
    write_json(path, [1])
    assert check_on_file(run_dir, certificate) == ("certificate.json: is not a certificate.",)
    path.unlink()
    assert "no such file" in check_on_file(run_dir, certificate)[0]


def test_the_document_holds_its_own_hash_and_those_of_its_inputs(run_dir: Path) -> None:
    """A reader can tell which files a certificate speaks of."""
    document = certify(run_dir).document()
    body = {key: value for key, value in document.items() if key != "sha256"}
    assert document["sha256"] == sha256_text(canonical_json(body))
    assert document["inputs"] == {
        path.relative_to(run_dir).as_posix(): sha256(path)
        for path in (path_of(run_dir, name) for name in (*INPUTS, "plan"))
    }
