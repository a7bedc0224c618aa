"""What is already decided about sites: required, forbidden, restricted to some tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.candidates.sites import CandidateSite, RejectedSite
from corridor.core.faults import Faults, nearest

if TYPE_CHECKING:
    from corridor.scenario.roads import DecisionSpec
    from corridor.scenario.scenario import Scenario


def apply_decisions(
    scenario: Scenario,
    sites: Sequence[CandidateSite],
    rejected: list[RejectedSite],
    faults: Faults,
) -> list[CandidateSite]:
    """Return the candidates with the scenario's decisions written into them.

    Parameters
    ----------
    sites
        Candidates so far.
    rejected, faults
        Receive forbidden sites, and decisions that cannot be followed.
    """
    by_id = {site.id: site for site in sites}
    reasons = {site.id: site for site in rejected}
    by_capacity = sorted(
        scenario.tier, key=lambda tier: (scenario.tier[tier].capacity_kg_per_day, tier)
    )
    for site_id, decision in sorted(scenario.decision.items()):
        site = by_id.get(site_id)
        if site is None:
            _check_absent(site_id, decision, reasons, by_id, faults)
            continue
        tiers = tuple(tier for tier in by_capacity if tier in decision.tiers)
        if decision.open == "forbidden":
            if site.existing_tier:
                by_id[site_id] = replace(site, forbidden=True, tiers=tiers)
                continue
            del by_id[site_id]
            rejected.append(
                RejectedSite(
                    id=site.id,
                    name_zh=site.name_zh,
                    name_en=site.name_en,
                    lon=site.lon,
                    lat=site.lat,
                    code="forbidden",
                    reason="is forbidden by the scenario (decision)",
                )
            )
            continue
        required = decision.open == "required"
        first = decision.from_year or scenario.time.periods[0]
        by_id[site_id] = replace(
            site,
            tiers=tiers,
            required_from=first if required else None,
            required_tier=(decision.min_tier or "") if required else "",
        )
    return list(by_id.values())


def _check_absent(
    site_id: str,
    decision: DecisionSpec,
    reasons: dict[str, RejectedSite],
    sites: dict[str, CandidateSite],
    faults: Faults,
) -> None:
    if site_id not in reasons:
        hint = nearest(site_id, [*sites, *reasons]) or "corridor check lists the candidates"
        expected = "the id of a candidate site"
    elif decision.open == "required":
        expected = f"a site where a station may stand: this one {reasons[site_id].reason}"
        hint = "free it or require another site"
    else:
        return
    faults.note(f"decision.{site_id}", site_id, expected, hint)
