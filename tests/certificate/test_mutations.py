"""Claim: every corruption of a run is rejected, by the check that is there for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations import MUTATIONS, Mutation
from tiny_evidence import evidence
from tiny_run import documents, write_manifest, write_run

from corridor.certificate import certify, check_manifest, write_certificate


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """Return a fresh tiny run folder with evidence, certificate and manifest."""
    folder = write_run(tmp_path / "run", {**documents(), "evidence": evidence()})
    write_certificate(folder)
    write_manifest(folder)
    return folder


def test_the_tiny_run_passes_with_its_evidence(run_dir: Path) -> None:
    """What was worked out by hand is right, and without evidence there is one check less."""
    whole = certify(run_dir)
    assert whole.verdict == "PASS", whole.failures
    assert "evidence.json" in whole.inputs
    (run_dir / "evidence.json").unlink()
    assert [check.id for check in certify(run_dir).checks] == [c.id for c in whole.checks][:-1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_corruption_with_all_hashes_rewritten_fails_for_its_reason(
    run_dir: Path, mutation: Mutation
) -> None:
    """Every mutation is applicable to the tiny run, and the checks named for it fail."""
    mutation(run_dir)
    certificate = certify(run_dir)
    assert certificate.verdict == "FAIL"
    assert mutation.broken <= set(certificate.failed_checks), certificate.failures
    assert not check_manifest(run_dir), "the hashes must not be what gives it away"


def test_there_are_enough_kinds_of_corruption() -> None:
    """At least 40 different ones, each under its own name."""
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 40


def test_every_check_is_broken_by_some_corruption() -> None:
    """No check is there that nothing can break."""
    broken = set().union(*(mutation.broken for mutation in MUTATIONS))
    checks = {
        "files", "structure", "identity", "inputs", "network", "grams", "walks", "shortest",
        "visits", "detours", "demand", "regional", "counts", "tonnes", "sites", "dates", "stations",
        "tiers", "stops", "driving", "purchases", "shares", "unmet", "loads", "spacing", "supply",
        "delivery", "equal",
        "money", "budget", "needed", "reasons", "bound", "kpis", "do_nothing", "evidence",
    }  # fmt: skip
    assert checks == broken


def test_the_page_lists_every_check(run_dir: Path, root: Path) -> None:
    """docs/certificate.md names each check that a certificate holds, in its order."""
    page = (root / "docs" / "certificate.md").read_text(encoding="utf-8")
    table = page.split("## The checks")[1].split("## Tolerances")[0]
    listed = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert listed == [check.id for check in certify(run_dir).checks]
