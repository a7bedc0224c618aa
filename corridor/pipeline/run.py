"""Solve a scenario into a certified run folder, or find the finished one again."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import EXIT_GAP, EXIT_PASS, CertificateError, CorridorError
from corridor.core.files import (
    canonical_json,
    pretty_json,
    read_json,
    sha256_file,
    sha256_text,
    write_text,
)
from corridor.pipeline.effort import made_with_of, without_limits
from corridor.pipeline.folder import (
    EVIDENCE,
    MANIFEST,
    Manifest,
    read_manifest,
    refuse_older,
    seal,
    staged,
)
from corridor.pipeline.study import Progress, pose_question, silent

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario
    from corridor.siting.question import Question
    from corridor.siting.solution import Solution

EXIT_OF_VERDICT = {"PASS": EXIT_PASS, "PASS-WITH-GAP": EXIT_GAP, "FAIL": CertificateError.exit_code}

_INPUTS = ("scenario", "network", "trips", "sites")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run folder.

    Parameters
    ----------
    folder
        Where it is.
    plan
        The plan document.
    verdict
        PASS, PASS-WITH-GAP or FAIL.
    failures
        What the certificate found wrong; empty unless FAIL.
    reused
        Whether a folder of an earlier run was verified and returned.
    evidence
        The value of service, where it was computed.
    """

    folder: Path
    plan: dict[str, Any]
    verdict: str
    failures: tuple[str, ...]
    reused: bool
    evidence: dict[str, Any] | None = None

    @property
    def exit_code(self) -> int:
        """Exit code of `corridor solve` for this run."""
        return EXIT_OF_VERDICT[self.verdict]

    def summary(self) -> dict[str, Any]:
        """Return what ``corridor solve --json`` prints."""
        keys = (
            "id",
            "name_zh",
            "name_en",
            "lon",
            "lat",
            "route",
            "carriageway",
            "period",
            "tier",
            "capacity_kg_per_day",
            "load_kg_per_day",
        )
        return {
            "name": self.plan["name"],
            "status": self.plan["status"],
            "objective_cny": self.plan["objective_cny"],
            "bound_cny": self.plan["bound_cny"],
            "unavoidable_cny": self.plan["unavoidable_cny"],
            "objective_minus_bound_cny": self.plan["objective_cny"] - self.plan["bound_cny"],
            "gap": self.plan["gap"],
            "gap_target": self.plan["gap_target"],
            "search": self.plan["search"],
            "certificate": self.verdict,
            "stations": []
            if self.verdict == "FAIL"  # a ranking that fails its certificate is withheld
            else [
                {"id": s["id"], "name": s["name_en"] or s["name_zh"], **{k: s[k] for k in keys[1:]}}
                for s in self.plan["stations"]
            ],
            "equal_designs": None if self.verdict == "FAIL" else self.plan["equal_designs"],
            "kpis": {} if self.verdict == "FAIL" else self.plan["kpis"],
            "do_nothing": {}
            if self.verdict == "FAIL"
            else {key: self.plan["do_nothing"][key] for key in ("objective_cny", "by_period")},
            "value_of_service": None
            if self.evidence is None or self.verdict == "FAIL"
            else {key: self.evidence[key] for key in ("points", "stations")},
            "run_dir": str(self.folder),
            "reused": self.reused,
            **({"failures": list(self.failures)} if self.failures else {}),
        }


def solve_scenario(
    scenario: Scenario,
    *,
    out: str | Path | None = None,
    force: bool = False,
    stations: dict[str, list[tuple[int, str]]] | None = None,
    progress: Progress = silent,
) -> Run:
    """Answer a scenario and write its run folder.

    Parameters
    ----------
    scenario
        A validated scenario.
    out
        The run folder; by default ``runs/<name>-<hash12>`` under the current directory.
    force
        Solve again even where a verified run of the same scenario stands.
    stations
        The user's own stations, site id -> [(year, tier id)], to be evaluated instead of chosen.
    progress
        Called with a line for each stage.

    Returns
    -------
    Run
        The finished, certified run; a plan that fails its certificate is written too and says so.

    Raises
    ------
    CorridorError
        As the stages say; then nothing is left behind.
    """
    from corridor.candidates.references import by_ids, stations_by_ids
    from corridor.evaluation.plan import make_plan
    from corridor.scenario.document import resolved_document

    started = time.monotonic()
    scenario = by_ids(scenario)
    if stations is not None:
        stations = stations_by_ids(scenario, stations)
    document = resolved_document(scenario)
    asked = document if stations is None else {"scenario": document, "stations": stations}
    digest = sha256_text(canonical_json(asked))
    code = code_sha256()
    target = Path(out) if out is not None else Path("runs") / f"{scenario.name}-{digest[:12]}"
    if not force:
        found = _finished(target, digest, code)
        if found is not None:
            progress(f"reused    {target}: the same scenario, verified again")
            return found

    said: list[str] = []

    def tell(message: str) -> None:
        said.append(f"[{time.monotonic() - started:7.2f} s] {message}")
        progress(message)

    with staged(target) as folder:
        question = pose_question(scenario, tell)
        inputs = _write_inputs(folder, document, question)
        solution = _answer(question, stations, tell)
        standing = _do_nothing(question, tell)
        plan = make_plan(
            question, solution, inputs, standing=standing, stations_given=stations is not None
        )
        write_text(folder / "plan.json", pretty_json(plan))
        certificate = certify_folder(folder, tell)
        made_with = made_with_of(solution)
        write_text(
            folder / "solver.log", "\n".join([*said, "", pretty_json(made_with), solution.log])
        )
        write_pages(folder)
        seal(
            folder,
            {
                "name": scenario.name,
                "scenario_sha256": digest,
                "code_sha256": code,
                "version": _version(),
                "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "verdict": certificate.verdict,
                "exit_code": EXIT_OF_VERDICT[certificate.verdict],
                "seconds": round(time.monotonic() - started, 3),
                "made_with": made_with,
            },
        )
    progress(f"written   {target}")
    return Run(
        folder=target,
        plan=read_json(target / "plan.json"),
        verdict=certificate.verdict,
        failures=tuple(certificate.failures),
        reused=False,
    )


def verify_run(folder: str | Path) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Verify a run folder from its files alone.

    Parameters
    ----------
    folder
        A run folder, wherever it was copied to.

    Returns
    -------
    tuple
        Verdict, failures in words, and the certificate document made now.

    Raises
    ------
    InputError
        If the folder is no finished run.
    """
    from corridor.certificate import certify, check_manifest, check_on_file

    folder = Path(folder)
    manifest = read_manifest(folder)
    _refuse_older_plan(folder)
    broken = tuple(check_manifest(folder))
    certificate = certify(folder)
    failures = (*broken, *certificate.failures, *check_on_file(folder, certificate))
    claimed = (manifest.verdict, manifest.exit_code)
    if claimed != (certificate.verdict, EXIT_OF_VERDICT[certificate.verdict]):
        failures = (*failures, f"{MANIFEST}: says {manifest.verdict}, exit {manifest.exit_code}.")
    verdict = "FAIL" if failures else certificate.verdict
    return verdict, failures, {**certificate.document(), "verdict": verdict}


def code_sha256() -> str:
    """Return a hash of the package's own files: another code is another run."""
    package = Path(__file__).resolve().parent.parent
    suffixes = {".py", ".csv", ".toml", ".json", ".j2", ".js", ".css"}
    parts = [
        f"{path.relative_to(package).as_posix()} {sha256_file(path)}"
        for path in sorted(package.rglob("*"))
        if path.suffix in suffixes and path.is_file()
    ]
    return sha256_text("\n".join(parts))


def _refuse_older_plan(folder: Path) -> None:
    """Say so where the plan is of an older format; what else is wrong the certificate says."""
    try:
        document = read_json(folder / "plan.json")
    except CorridorError:
        return
    if isinstance(document, dict) and document.get("schema") == "corridor.plan/1":
        refuse_older(folder)


def _version() -> str:
    from corridor.core.version import VERSION

    return VERSION


def _finished(target: Path, digest: str, code: str) -> Run | None:
    """Return the run that stands at `target` if it answers this scenario and verifies."""
    if not (target / MANIFEST).is_file():
        return None
    try:
        manifest: Manifest = read_manifest(target)
        if (manifest.scenario_sha256, manifest.code_sha256) != (digest, code):
            return None
        verdict, failures, _ = verify_run(target)
    except CorridorError:
        return None
    if failures or verdict != manifest.verdict:
        return None
    return Run(
        folder=target,
        plan=read_json(target / "plan.json"),
        verdict=verdict,
        failures=(),
        reused=True,
        evidence=read_json(target / EVIDENCE) if (target / EVIDENCE).is_file() else None,
    )


def _write_inputs(folder: Path, document: dict[str, Any], question: Question) -> dict[str, str]:
    from corridor.candidates.document import sites_document
    from corridor.demand.document import trips_document
    from corridor.network.formats.document import network_document

    documents = {
        "scenario": without_limits(document),
        "network": network_document(question.network),
        "trips": trips_document(question.demand),
        "sites": sites_document(question.sites, question.supply.plants),
    }
    for name in _INPUTS:
        write_text(folder / "inputs" / f"{name}.json", pretty_json(documents[name]))
    return {f"{name}_sha256": sha256_file(folder / "inputs" / f"{name}.json") for name in _INPUTS}


def _answer(
    question: Question,
    stations: dict[str, list[tuple[int, str]]] | None,
    progress: Progress,
) -> Solution:
    from corridor.siting.apart import evaluate_apart, solve_apart

    if stations is None:
        return solve_apart(question.problem, question.scenario.solver, progress=progress)
    from corridor.evaluation.own_stations import levels_of

    closes = {s.id: s.road_until for s in question.sites.sites if s.road_until is not None}
    levels = levels_of(question.problem, stations, road_until=closes)
    return evaluate_apart(question.problem, levels, question.scenario.solver, progress=progress)


def _do_nothing(question: Question, progress: Progress) -> Solution:
    from corridor.siting.standing import operate_what_stands

    standing = operate_what_stands(question.problem, question.scenario.solver)
    progress(f"standing  doing nothing costs {standing.objective_cny / 1e6:.2f} M CNY")
    return standing


def certify_folder(folder: Path, progress: Progress) -> Any:
    """Rule over a run folder and write the certificate into it."""
    from corridor.certificate import certify

    certificate = certify(folder)
    write_text(folder / "certificate.json", pretty_json(certificate.document()))
    progress(f"driven    certificate {certificate.verdict}")
    return certificate


def write_pages(folder: Path) -> None:
    """Write tables, maps and the report of a run folder."""
    from corridor.report import write_geojson, write_report, write_tables

    write_tables(folder)
    write_geojson(folder)
    write_report(folder)


def rewrite_report(folder: Path) -> tuple[str, Path]:
    """Verify a run folder and write its page, tables and maps again.

    The certificate that the page shows is the one made now, so that a page never says PASS over
    facts that fail; a folder that verifies is sealed again with its new pages.

    Returns
    -------
    tuple
        Verdict and the path of the page.

    Raises
    ------
    InputError
        If the folder is no finished run.
    """
    manifest = read_manifest(folder)
    verdict, failures, document = verify_run(folder)
    if verdict == "FAIL":
        document = {**document, "failures": list(failures)}
        write_text(folder / "certificate.json", pretty_json(document))
    write_pages(folder)
    if verdict != "FAIL":
        seal(folder, manifest.fields())
    return verdict, folder / "report.html"
