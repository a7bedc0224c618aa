"""Add the value of service to a finished run: the folder is replaced whole, or stays as it was."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.core.errors import CertificateError
from corridor.core.files import pretty_json, sha256_file, write_text
from corridor.pipeline.folder import EVIDENCE, read_manifest, seal, staged
from corridor.pipeline.run import EXIT_OF_VERDICT, Run, certify_folder, write_pages
from corridor.pipeline.study import Progress, pose_question, silent

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario


def add_evidence(run: Run, scenario: Scenario, *, progress: Progress = silent) -> Run:
    """Plan at other prices of unmet demand and write what comes of it into the run folder.

    Parameters
    ----------
    run
        From `corridor.pipeline.run.solve_scenario`.
    scenario
        The scenario that it answers.
    progress
        Called with a line a price.

    Returns
    -------
    Run
        The same run with ``evidence.json``, certified again; as it was where it has it already, or
        where its plan failed its certificate.

    Raises
    ------
    CertificateError
        If what was found fails its certificate; the run stays without it.
    CorridorError
        As the search says; the run stays without it.
    """
    from corridor.evaluation.evidence import make_evidence, plan_as_design
    from corridor.siting.value_of_service import value_of_service

    if run.evidence is not None or run.verdict == "FAIL":
        return run
    question = pose_question(scenario)
    plan, proved = plan_as_design(question, run.plan)
    points = value_of_service(
        question.problem, scenario.solver, plan=plan, proved=proved, progress=progress
    )
    plan_sha256 = sha256_file(run.folder / "plan.json")
    evidence = make_evidence(question, run.plan, plan_sha256, points)
    manifest = read_manifest(run.folder)
    with staged(run.folder) as folder:
        shutil.copytree(run.folder, folder, dirs_exist_ok=True)
        write_text(folder / EVIDENCE, pretty_json(evidence))
        certificate = certify_folder(folder, progress)
        if certificate.verdict == "FAIL":
            raise CertificateError(
                f"The value of service fails its certificate: {certificate.failures[0]}",
                f"{run.folder} stays without it; please report the scenario.",
            )
        write_pages(folder)
        fields = {
            **manifest.fields(),
            "verdict": certificate.verdict,
            "exit_code": EXIT_OF_VERDICT[certificate.verdict],
        }
        seal(folder, fields)
    return replace(run, verdict=certificate.verdict, evidence=evidence)
