"""What is already decided about sites: required, forbidden, some tiers only, a road still to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.candidates.sites import CandidateSite, RejectedSite
from corridor.core.errors import Fault
from corridor.network.opening import opening_years

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.roads import DecisionSpec
    from corridor.scenario.scenario import Scenario


def apply_decisions(
    scenario: Scenario,
    sites: Sequence[CandidateSite],
    rejected: list[RejectedSite],
    faults: list[Fault],
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
        key = f"decision.{site_id}"
        _check_tiers(key, decision, by_capacity, faults)
        site = by_id.get(site_id)
        if site is None:
            _check_absent(key, site_id, decision, reasons, faults, by_id)
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


def note_roads(
    scenario: Scenario, network: Network, sites: Sequence[CandidateSite], faults: list[Fault]
) -> list[CandidateSite]:
    """Return the candidates with the year in which their road opens.

    Parameters
    ----------
    network
        The network with the nodes of the sites.
    sites
        Candidates with their decisions.
    faults
        Receives stations that stand, or must stand, in a period before their road opens.
    """
    periods = scenario.time.periods
    years = opening_years(network, sorted({site.node for site in sites}))
    noted = []
    for site in sites:
        opens = years[site.node]
        # What is open before the first period is no news.
        noted.append(replace(site, road_from=opens if opens > periods[0] else 0))
        stands = site.existing_since if site.existing_since is not None else periods[0]
        wanted = [
            (f"decision.{site.id}.from_year", site.required_from),
            (f"existing_station.{site.id}.since_year", stands if site.existing_tier else None),
        ]
        for key, year in wanted:
            start = None if year is None else next((p for p in periods if p >= year), None)
            if start is not None and start < opens:
                faults.append(
                    Fault(
                        file="scenario",
                        key=key,
                        value=str(year),
                        expected=f"{opens} or later: no truck can reach {site.id} before its road "
                        f"opens in {opens}",
                        hint="correct the year, or network.open_year of the road",
                    )
                )
    return noted


def _check_tiers(
    key: str, decision: DecisionSpec, known: Sequence[str], faults: list[Fault]
) -> None:
    named = [("tiers", tier) for tier in decision.tiers]
    if decision.min_tier is not None:
        named.append(("min_tier", decision.min_tier))
    for field, tier in named:
        if tier not in known:
            faults.append(
                Fault(
                    file="scenario",
                    key=f"{key}.{field}",
                    value=tier,
                    expected="one of " + ", ".join(known),
                )
            )


def _check_absent(
    key: str,
    site_id: str,
    decision: DecisionSpec,
    reasons: dict[str, RejectedSite],
    faults: list[Fault],
    sites: dict[str, CandidateSite],
) -> None:
    if site_id not in reasons:
        import difflib

        near = difflib.get_close_matches(site_id, [*sites, *reasons], n=1)
        hint = f"did you mean {near[0]}?" if near else "corridor check lists the candidates"
        expected = "the id of a candidate site"
    elif decision.open == "required":
        expected = f"a site where a station may stand: this one {reasons[site_id].reason}"
        hint = "free it or require another site"
    else:
        return
    faults.append(Fault(file="scenario", key=key, value=site_id, expected=expected, hint=hint))
