"""Claim: the certificate rejects no honest plan, and finds a gram or a kilogram in any of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations import MUTATIONS, NotApplicable
from random_run import random_documents
from tiny_run import write_run

from corridor.certificate import certify

SEEDS = 150


def test_no_feasible_plan_is_rejected(tmp_path: Path) -> None:
    """Random roads, hills, trucks, prices and stop plans: 0 false rejects, the gap rules."""
    verdicts = set()
    driven = unavoidable = 0
    for seed in range(SEEDS):
        made = random_documents(seed)
        certificate = certify(write_run(tmp_path, made))
        assert not certificate.failures, (seed, certificate.failures)
        gap_met = made["plan"]["gap"] <= made["plan"]["gap_target"]
        assert certificate.verdict == ("PASS" if gap_met else "PASS-WITH-GAP")
        verdicts.add(certificate.verdict)
        driven += len(made["plan"]["trips"])
        unavoidable += made["plan"]["unavoidable_cny"] > 0
    assert verdicts == {"PASS", "PASS-WITH-GAP"}
    assert driven > 5 * SEEDS, "most plans must really drive"
    assert unavoidable > SEEDS / 5, "supply or range must often fall short"


@pytest.mark.parametrize("seed", [3, 11, 29])
def test_corruptions_are_found_on_random_plans_too(tmp_path: Path, seed: int) -> None:
    """Every mutation that a random plan has something for is rejected for its reason."""
    tried = 0
    for mutation in MUTATIONS:
        run_dir = write_run(tmp_path, random_documents(seed))
        try:
            mutation(run_dir)
        except NotApplicable:
            continue
        tried += 1
        certificate = certify(run_dir)
        assert certificate.verdict == "FAIL", mutation.name
        assert mutation.broken <= set(certificate.failed_checks), (mutation.name, certificate)
    assert tried > 80
