"""Claim: what is short is shared alike where cost does not tell flows apart, whatever their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from corridor.core.errors import SolverError
from corridor.siting.operation.rows import Rows
from corridor.siting.problem import (
    Commodity,
    Period,
    Plant,
    Site,
    SitingProblem,
    Tier,
    Variant,
    Visit,
)
from corridor.siting.rules import design_order
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import solve

from .oracles.driver import check


def flow(name: str, trips: float, need_g: int, site: int = 0, market: str = "captive") -> Commodity:
    """Return a loop that passes one site."""
    way = Variant(id="base", stops=(Visit(site=site, at_g=need_g // 2),), total_g=need_g)
    return Commodity(
        id=name, period=0, trips_per_day=trips, usable_g=30_000, start_g=0, end_g=0, loop=True,
        need_g=need_g, ways=(way,), market=market,
    )  # fmt: skip


def problem(
    *flows: Commodity, limit_kg: float, usable_kg: tuple[float, float] = (900, 900)
) -> SitingProblem:
    """Return two stations that stand already, and a plant that has so much."""
    return SitingProblem(
        periods=(Period(year=2030, weight=4.0),),
        tiers=tuple(Tier(id=f"t{kg}", usable_kg_per_day=kg) for kg in sorted(set(usable_kg))),
        sites=tuple(
            Site(
                id=f"s{n}",
                capex_cny=(0.0,) * len(set(usable_kg)),
                annual_cny=(1e5,) * len(set(usable_kg)),
                allowed=(False,) * len(set(usable_kg)),
                existing_level=1 + sorted(set(usable_kg)).index(kg),
            )
            for n, kg in enumerate(usable_kg)
        ),
        flows=flows,
        sources=(
            Plant(
                id="p", limit_kg_per_day=(limit_kg,), expanded_limit_kg_per_day=(limit_kg,),
                gate_cny_per_kg=(15.0,), steps_kg_per_day=(), steps_capex_cny=(),
                steps_annual_cny=(), lane_cny_per_kg=((5.0, 5.0),),
            ),
        ),
        unmet_cny_per_kg=60.0,
        loss_fraction=0.0,
        budget_cny=(None,),
        min_stop_kg=2.0,
    )  # fmt: skip


def unserved(posed: SitingProblem) -> tuple[dict[str, float], Solution]:
    """Return the unserved share of each flow."""
    solution = solve(posed, SolverSettings(gap_target=0.0))
    check(posed, solution)
    trips = zip(posed.flows, solution.unmet_trips_per_day, strict=True)
    return {f.id: u / f.trips_per_day for f, u in trips}, solution


THREE = (flow("a", 10, 10_000), flow("b", 20, 12_000), flow("c", 5, 20_000, market="through"))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_equal_savings_are_shared_in_proportion(order: tuple[int, ...]) -> None:
    """440 kg/day are wanted, 330 are there: a quarter of each flow goes without, in any order."""
    shares, solution = unserved(problem(*(THREE[n] for n in order), limit_kg=330.0))
    assert shares == pytest.approx({"a": 0.25, "b": 0.25, "c": 0.25}, abs=1e-4)
    # c is alone in its market: it shares with nobody of its own.
    marked = {
        THREE[n].id for n, shared in zip(order, solution.shared_by_rule, strict=True) if shared
    }
    assert marked == {"a", "b"}


def test_who_costs_less_to_serve_comes_first() -> None:
    """A dearer lane to the second site: its flow goes without, and no rule shares."""
    far = replace(THREE[1], ways=(replace(THREE[1].ways[0], stops=(Visit(site=1, at_g=6000),)),))
    posed = problem(THREE[0], far, limit_kg=200.0)
    lanes = replace(posed.sources[0], lane_cny_per_kg=((5.0, 6.0),))
    shares, solution = unserved(replace(posed, sources=(lanes,)))
    assert shares["a"] == pytest.approx(0, abs=1e-6)
    assert shares["b"] == pytest.approx(1 - 100 / 240, abs=1e-4)
    assert not any(solution.shared_by_rule)


def test_a_narrow_station_bears_more_and_the_others_are_alike() -> None:
    """The station of b sells 60 of its 240 kg/day: it lacks 3/4, and a and d share what is left."""
    own = replace(THREE[1], ways=(replace(THREE[1].ways[0], stops=(Visit(site=1, at_g=6000),)),))
    fourth = flow("d", 4, 25_000)
    posed = problem(THREE[0], own, fourth, limit_kg=210.0, usable_kg=(900, 60))
    shares, solution = unserved(posed)
    assert shares == pytest.approx({"a": 0.25, "b": 0.75, "d": 0.25}, abs=1e-4)
    assert solution.shared_by_rule == (True, False, True)


def test_priority_is_its_own_group() -> None:
    """Dearer trips of the first period are served first; the rest is shared in proportion."""
    first = replace(THREE[0], priority_trips_per_day=10.0)
    posed = replace(
        problem(first, THREE[1], flow("d", 4, 25_000), limit_kg=270.0), priority_cny_per_kg=90.0
    )
    shares, _ = unserved(posed)
    assert shares["a"] == pytest.approx(0, abs=1e-6)
    assert shares["b"] == pytest.approx(shares["d"], abs=1e-4)


def test_equal_designs_have_an_order() -> None:
    """Cheaper by a yuan, fewer stations, then later and smaller, site by site."""
    one, two = ((0, 1), (0, 1)), ((0, 1), (1, 1))
    none = ((0,), (0,))
    keys = [
        design_order(99.0, two, none),
        design_order(100.2, one, none),
        design_order(100.4, ((1, 0), (1, 0)), none),
        design_order(100.0, two, none),
    ]
    assert keys == sorted(keys)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_stations_that_serve_for_the_same_money_are_used_alike(order: tuple[int, int]) -> None:
    """A loop of 10 kg passes two equal stations: each sells about half; a dearer lane takes all away."""
    stops = tuple(Visit(site=j, at_g=3_000 + 4_000 * n) for n, j in enumerate(order))
    both = replace(
        THREE[0], trips_per_day=40, ways=(Variant(id="base", stops=stops, total_g=10_000),)
    )
    posed = problem(both, limit_kg=900.0)
    sold = {0: 0.0, 1: 0.0}
    for plan in unserved(posed)[1].stop_plans:
        for v, grams in plan.purchases:
            sold[stops[v].site] += plan.trips_per_day * grams / 1000
    # By quarters of 225 kg: one may have its first quarter full before the other has.
    assert sum(sold.values()) == pytest.approx(400, rel=1e-3)
    assert all(kg >= 400 - 225.1 for kg in sold.values())
    dear = replace(posed.sources[0], lane_cny_per_kg=((5.0, 5.5),))
    plans = unserved(replace(posed, sources=(dear,)))[1].stop_plans
    assert {stops[v].site for plan in plans for v, _ in plan.purchases} == {0}


@pytest.mark.parametrize("lost", ["fair operation", "even operation"])
def test_a_preference_that_cannot_be_worked_out_costs_no_plan(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How a tie is shared is no cost: where the solver finds nothing, the plan stands without."""
    posed = problem(*THREE, limit_kg=300.0)
    wanted = unserved(posed)[1]
    honest = Rows.solve

    def solving(self: Rows, what: str, *more: Any) -> Any:
        if what == lost:
            raise SolverError("lost")
        return honest(self, what, *more)

    monkeypatch.setattr(Rows, "solve", solving)
    found = unserved(posed)[1]
    assert found.objective_cny == pytest.approx(wanted.objective_cny)
