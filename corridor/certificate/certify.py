"""Rule over a run folder: read it as written, make every check, add up the verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corridor.certificate.bound import check_bound, gap_of, unavoidable_of
from corridor.certificate.candidates import check_sites
from corridor.certificate.counts import check_counts
from corridor.certificate.dates import check_dates
from corridor.certificate.do_nothing import check_do_nothing
from corridor.certificate.dossier import Dossier
from corridor.certificate.driving import check_driving, check_shares, check_stops, check_unmet
from corridor.certificate.equal import check_equal
from corridor.certificate.evidence import check_evidence
from corridor.certificate.flows import check_demand
from corridor.certificate.identity import check_identity, check_inputs, check_network
from corridor.certificate.kpis import check_kpis
from corridor.certificate.money import Ledger, check_budget, check_money, keep_ledger
from corridor.certificate.needed import check_needed
from corridor.certificate.purchases import check_purchases
from corridor.certificate.reading import read_documents, refuse_no_folder
from corridor.certificate.reasons import check_reasons
from corridor.certificate.regional import check_regional
from corridor.certificate.stations import (
    check_loads,
    check_spacing,
    check_stations,
    check_tiers,
)
from corridor.certificate.supply import check_delivery, check_supply
from corridor.certificate.tonnes import check_tonnes
from corridor.certificate.verdict import Certificate, Check, plain
from corridor.certificate.walks import (
    check_detours,
    check_grams,
    check_shortest,
    check_visits,
    check_walks,
)
from corridor.core.files import pretty_json, write_text

CERTIFICATE = "certificate.json"
EVIDENCE = "evidence.json"

OF_FACTS: tuple[Callable[[Dossier], Check], ...] = (
    check_inputs,
    check_network,
    check_grams,
    check_walks,
    check_shortest,
    check_visits,
    check_detours,
    check_demand,
    check_regional,
    check_counts,
    check_tonnes,
    check_sites,
    check_dates,
    check_stations,
    check_tiers,
    check_stops,
    check_driving,
    check_purchases,
    check_shares,
    check_unmet,
    check_loads,
    check_spacing,
    check_supply,
    check_delivery,
    check_equal,
)
OF_MONEY: tuple[Callable[[Dossier, Ledger], Check], ...] = (
    check_money,
    check_budget,
    check_needed,
    check_reasons,
    check_bound,
    check_kpis,
    check_do_nothing,
)


def certify(run_dir: Path) -> Certificate:
    """Rule over a run folder from ``inputs/*.json``, ``plan.json`` and ``evidence.json`` alone.

    Nothing of the optimiser is used, and nothing that the plan says is believed: trucks are
    driven, sums are summed, prices are priced again.

    Parameters
    ----------
    run_dir
        A run folder, wherever it was copied to.

    Returns
    -------
    Certificate
        ``PASS`` where every check holds and the gap is at most the scenario's target,
        ``PASS-WITH-GAP`` where it is above, ``FAIL`` where any check fails. Damaged files are
        failures, not exceptions.

    Raises
    ------
    InputError
        If `run_dir` is not a folder.
    """
    refuse_no_folder(run_dir)
    files, structure, documents, hashes = read_documents(run_dir)
    if not (files.ok and structure.ok):
        return Certificate(verdict="FAIL", checks=(files, structure), inputs=hashes)
    dossier = Dossier(
        scenario=documents["inputs/scenario.json"],
        network=documents["inputs/network.json"],
        trips=documents["inputs/trips.json"],
        sites=documents["inputs/sites.json"],
        plan=documents["plan.json"],
        hashes=hashes,
    )
    identity = _made(check_identity, dossier)
    checks = [files, structure, identity]
    if not identity.ok:
        return Certificate(verdict="FAIL", checks=tuple(checks), inputs=hashes)
    checks.extend(_made(check, dossier) for check in OF_FACTS)
    try:
        ledger = keep_ledger(dossier)
    except Exception as error:  # a hostile file may break any arithmetic; that is a failure
        checks.append(_broken("money", error))
        return Certificate(verdict="FAIL", checks=tuple(checks), inputs=hashes)
    checks.extend(_made(check, dossier, ledger) for check in OF_MONEY)
    if EVIDENCE in documents:
        checks.append(_made(check_evidence, dossier, ledger, documents[EVIDENCE]))
    objective, bound = float(ledger.total), float(dossier.plan["bound_cny"])
    unavoidable = unavoidable_of(ledger)
    gap = gap_of(objective, bound, unavoidable)
    target = float(dossier.scenario["solver"]["gap_target"])
    whole = all(check.ok for check in checks)
    return Certificate(
        verdict="FAIL" if not whole else "PASS" if gap <= target + 1e-12 else "PASS-WITH-GAP",
        checks=tuple(checks),
        objective_cny=objective,
        bound_cny=bound,
        unavoidable_cny=unavoidable,
        gap=gap,
        gap_target=target,
        facts={
            "stations": len(dossier.plan["stations"]),
            "stop_plans": len(dossier.plan["trips"]),
            "commodities": len(dossier.commodity),
            "facts_checked": sum(check.checked for check in checks),
            "stations_given": dossier.plan["stations_given"],
        },
        inputs=hashes,
    )


def write_certificate(run_dir: Path) -> Certificate:
    """Certify a run folder and write ``certificate.json`` into it.

    Raises
    ------
    InputError
        If `run_dir` is not a folder.
    FileError
        If the file cannot be written.
    """
    certificate = certify(run_dir)
    write_text(run_dir / CERTIFICATE, pretty_json(certificate.document()))
    return certificate


def _made(check: Callable[..., Check], *arguments: object) -> Check:
    """Make a check; one that breaks on a hostile file has failed."""
    try:
        return check(*arguments)
    except Exception as error:  # never a traceback, and never a pass, over a damaged folder
        return _broken(check.__name__.removeprefix("check_"), error)


def _broken(check_id: str, error: Exception) -> Check:
    return Check(
        id=check_id,
        title="The check can be carried out",
        checked=1,
        failures=(
            f"The figures cannot be worked with: {type(error).__name__}: {plain(error, 120)}.",
        ),
    )
