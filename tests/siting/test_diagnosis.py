"""Claim: what cannot be is said in plain words, before any solver runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corridor.core.errors import InfeasibleError
from corridor.siting.problem import (
    Commodity,
    Period,
    Plant,
    Site,
    SitingProblem,
    SpacingRule,
    Tier,
    Variant,
    Visit,
)  # fmt: skip
from corridor.siting.solution import Solution
from corridor.siting.solve import solve


def small() -> SitingProblem:
    """Two sites on a loop of 30 kg, a tank of 20 kg."""
    site = Site(id="a", capex_cny=(5e6, 9e6), annual_cny=(1e6, 1.6e6), allowed=(True, True))
    way = Variant(
        id="base", stops=(Visit(site=0, at_g=5000), Visit(site=1, at_g=20000)), total_g=30000
    )
    return SitingProblem(
        periods=(Period(year=2026, weight=3.0), Period(year=2030, weight=5.0)),
        tiers=(Tier(id="small", usable_kg_per_day=400.0), Tier(id="big", usable_kg_per_day=900.0)),
        sites=(site, replace(site, id="b")),
        flows=tuple(
            Commodity(
                id=f"coal.{t}", period=t, trips_per_day=10.0, usable_g=20000, start_g=0, end_g=0,
                loop=True, need_g=30000, ways=(way,),
            )
            for t in range(2)
        ),
        sources=(
            Plant(
                id="meijin", limit_kg_per_day=(1000.0, 1000.0),
                expanded_limit_kg_per_day=(1000.0, 1000.0), gate_cny_per_kg=(15.0, 15.0),
                steps_kg_per_day=(), steps_capex_cny=(), steps_annual_cny=(),
                lane_cny_per_kg=((5.0, 6.0), (5.0, 6.0)),
            ),
        ),
        unmet_cny_per_kg=100.0,
        loss_fraction=0.01,
        budget_cny=(None, None),
    )  # fmt: skip


def test_the_small_problem_is_fine() -> None:
    """Nothing below is wrong by itself."""
    solution = solve(small())
    assert solution.status == "OPTIMAL"
    assert not any(solution.unmet_trips_per_day)


@pytest.mark.parametrize("budget", [(0.0, 0.0), (1e6, 2e6)])
def test_a_budget_that_buys_nothing_is_a_legal_question(budget: tuple[float, float]) -> None:
    """The answer is to build nothing: 10 loops of 30 kg unmet at 100 CNY, 365 days, 3 + 5 years; proven."""
    solution = solve(replace(small(), budget_cny=budget))
    assert solution.objective_cny == pytest.approx(87.6e6)
    assert (solution.gap, solution.status) == (0.0, "OPTIMAL")
    assert not any(any(row) for row in solution.levels)


CASES = {
    "range shorter than every gap": (
        lambda p: replace(p, flows=tuple(replace(f, usable_g=9000) for f in p.flows)),
        r"coal\.2026|coal\.0: from a to b burns 15\.0 kg without a possible stop, the tank gives "
        r"9\.0 kg \(6\.0 kg short\)",
    ),
    "no hydrogen": (
        lambda p: replace(
            p,
            sources=tuple(replace(s, expanded_limit_kg_per_day=(0.0, 0.0)) for s in p.sources),
        ),
        "no plant has anything to deliver",
    ),
    "no lane": (
        lambda p: replace(
            p,
            sources=tuple(
                replace(s, lane_cny_per_kg=((None, None), (None, None))) for s in p.sources
            ),
        ),
        "No hydrogen reaches any site",
    ),
    "nothing allowed": (
        lambda p: replace(
            p, sites=tuple(replace(s, allowed=(False, False)) for s in p.sites)
        ),
        "No site may have a station",
    ),
    "requirement above the budget": (
        lambda p: replace(
            p,
            sites=(replace(p.sites[0], required_level=2, required_from=0), p.sites[1]),
            budget_cny=(6e6, 9e6),
        ),
        r"By 2026 the required stations and policies cost at least 9\.00 M CNY .* gives 6\.00",
    ),
    "required where forbidden": (
        lambda p: replace(
            p,
            sites=(replace(p.sites[0], allowed=(False, False), required_level=1), p.sites[1]),
        ),
        "a: a station of at least small is required in 2026",
    ),
    "policy without candidate": (
        lambda p: replace(
            p,
            covers=(SpacingRule(name="policy.spacing.x: S77 km 0 to 60", period=0, sites=()),),
        ),
        "policy.spacing.x: S77 km 0 to 60: no site could have",
    ),
    "policy above the tiers allowed": (
        lambda p: replace(
            p,
            sites=tuple(replace(s, allowed=(True, False)) for s in p.sites),
            covers=(SpacingRule(name="gap", period=1, sites=(0, 1), level=2),),
        ),
        "gap: none of the 2 sites there may have a station of at least big",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_impossible_is_explained(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case names what, where and by how much, with a hint, and no solver is asked."""
    change, words = CASES[case]
    monkeypatch.setattr("corridor.siting.solve.optimise", None)
    with pytest.raises(InfeasibleError, match=words) as caught:
        solve(change(small()))
    assert caught.value.hint
    assert caught.value.exit_code == 4


def test_all_reasons_come_at_once() -> None:
    """Two contradictions are both named."""
    problem = small()
    bad = replace(
        problem,
        sites=tuple(replace(s, allowed=(False, True), required_level=1) for s in problem.sites),
        covers=(
            SpacingRule(name="x", period=0, sites=()),
            SpacingRule(name="y", period=0, sites=()),
        ),
    )
    with pytest.raises(InfeasibleError, match=r"(?s)x: .*y: "):
        solve(bad)


def test_unserved_trips_have_a_reason_where_one_is_proven() -> None:
    """Sold-out plants, an empty purse, dear trips and undrivable ones; else nothing is claimed."""
    problem = small()
    dry = tuple(replace(s, limit_kg_per_day=(100.0, 1000.0)) for s in problem.sources)
    solution = solve(replace(problem, sources=dry))
    assert codes(solution) == ("sold_out", None)
    assert solution.unmet_reasons[0] is not None
    assert solution.unmet_reasons[0].figures == pytest.approx(
        {"sent_kg_per_day": 100.0, "limit_kg_per_day": 100.0}
    )
    far = replace(problem.flows[1], id="far", usable_g=9000)
    solution = solve(replace(problem, flows=(problem.flows[0], far)))
    assert codes(solution) == (None, "no_way")
    assert solution.unmet_reasons[1] is not None
    assert solution.unmet_reasons[1].figures["usable_g"] == 9000
    poor = replace(
        problem,
        budget_cny=(10.5e6, 0.0),
        flows=(problem.flows[0], replace(problem.flows[1], trips_per_day=100.0)),
        sources=tuple(
            replace(s, limit_kg_per_day=(9e3, 9e3), expanded_limit_kg_per_day=(9e3, 9e3))
            for s in problem.sources
        ),
    )
    broke = solve(poor)
    assert codes(broke)[1] == "no_money"
    assert broke.unmet_reasons[1] is not None
    figures = broke.unmet_reasons[1].figures
    assert figures["left_cny"] is not None
    assert figures["cheapest_cny"] is not None
    assert figures["left_cny"] < figures["cheapest_cny"]
    cheap = solve(replace(problem, unmet_cny_per_kg=1.0))
    assert codes(cheap) == ("dear", "dear")
    large = tuple(replace(s, capex_cny=(1e9, 2e9), annual_cny=(1e8, 2e8)) for s in problem.sites)
    assert codes(solve(replace(problem, sites=large))) == ("not_proven", "not_proven")


def codes(solution: Solution) -> tuple[str | None, ...]:
    """Return the code of each flow's reason."""
    return tuple(reason and reason.code for reason in solution.unmet_reasons)
