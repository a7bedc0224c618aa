"""What is already decided about sites: required, forbidden, some tiers only, a road still to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.candidates.sites import CandidateSite, RejectedSite
from corridor.core.faults import Faults, nearest
from corridor.network.opening import open_spans

if TYPE_CHECKING:
    from corridor.network.network import Network
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


def note_roads(
    scenario: Scenario, network: Network, sites: Sequence[CandidateSite], faults: Faults
) -> list[CandidateSite]:
    """Return the candidates with the years in which their road is open.

    Parameters
    ----------
    network
        The network with the nodes of the sites.
    sites
        Candidates with their decisions.
    faults
        Receives stations that stand, or must stand, from a period on in which their road is not open.
    """
    periods = scenario.time.periods
    spans = open_spans(network, sorted({site.node for site in sites}), periods)
    noted = []
    for site in sites:
        opens, closes = spans[site.node]
        # What is open before the first period, or closes after the last, is no news.
        opens = opens if opens > periods[0] else 0
        closes = None if closes is None or closes > periods[-1] else closes
        noted.append(replace(site, road_from=opens, road_until=closes))
        stands = site.existing_since if site.existing_since is not None else periods[0]
        wanted = [
            (f"decision.{site.id}.from_year", site.required_from),
            (f"existing_station.{site.id}.since_year", stands if site.existing_tier else None),
        ]
        for key, year in wanted:
            start = None if year is None else next((p for p in periods if p >= year), None)
            if start is None:
                continue
            if start < opens:
                words = f"{opens} or later: no truck can reach {site.id} before its road opens in {opens}"
                faults.note(
                    key, str(year), words, "correct the year, or network.open_year of the road"
                )
            elif closes is not None and start >= closes:
                words = f"before {closes}: no truck can reach {site.id} once its road closes in {closes}"
                faults.note(key, str(year), words, "correct the year, or close_year of the road")
    return noted


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
