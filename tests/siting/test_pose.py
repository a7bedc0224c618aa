"""Claim: the problem posed is the scenario, in the money of docs/formats.md section 5."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from corridor.candidates.sites import CandidateSite, CandidateSites
from corridor.core.errors import InfeasibleError
from corridor.core.finance import period_weight
from corridor.demand.trips import Commodity, Demand, Leg, Variant, Visit
from corridor.network.network import Arc, Network, Node, Route
from corridor.siting.build_problem import gram_slack_kg_per_day, pose
from corridor.supply.gate import GatePrice
from corridor.supply.supply import ExpansionStep, Lane, Plant, PlantPeriod, Supply


def scenario(**changes: Any) -> Any:
    """Give what `pose` reads of a scenario, with round numbers."""
    tier = {
        "big": SimpleNamespace(
            capacity_kg_per_day=2000.0, peak_kg_per_hour=100.0, unloading_bays=None,
            capex_cny=30e6, land_cny=1e6,
            fixed_opex_fraction=0.04, staff_cny_per_year=4e5,
        ),
        "small": SimpleNamespace(
            capacity_kg_per_day=500.0, peak_kg_per_hour=200.0, unloading_bays=None,
            capex_cny=12e6, land_cny=1e6,
            fixed_opex_fraction=0.04, staff_cny_per_year=3e5,
        ),
    }  # fmt: skip
    years = (2026, 2030)
    words = {
        "tier": tier,
        "tiers_by_size": ("small", "big"),
        "time": SimpleNamespace(
            periods=years, base_year=2026, horizon_end_year=2035,
        ),
        "slices": years,
        "last_year": lambda y: 2029 if y == 2026 else 2035,
        "money": SimpleNamespace(
            discount_rate=0.06, unmet_price_cny_per_kg=60.0, power_price_cny_per_kwh=0.6,
            budget_cny={2030: 5e7}, priority_price_cny_per_kg=200.0,
        ),
        "station": SimpleNamespace(
            life_years=15, existing_at_end_of_life="rebuild", compression_kwh_per_kg=3.0,
            subsidy_fraction=0.3, peak_day_factor=1.25, busiest_hour_fraction=0.1, storage_days=1.0,
            storage_standard="GB 50516-2010 (2021)", largest_storage_kg=None,
        ),
        "delivery": SimpleNamespace(payload_kg=280.0, loss_fraction=0.0, unload_hours=3.0),
        "demand": SimpleNamespace(
            min_stop_kg=5.0, stop_minutes=10.0, detour_cny_per_hour=90.0
        ),
        "policy": SimpleNamespace(spacing={}),
        "plant": {"meijin": SimpleNamespace(at=lambda key, year: 20.0)},
    }  # fmt: skip
    return SimpleNamespace(**{**words, **changes})


def sites(*more: CandidateSite) -> CandidateSites:
    """Two sides of one service area, and others."""
    both = tuple(
        CandidateSite(
            id=f"a.{way}", kind="sa_side", name_zh="甲", name_en="A", node=f"n.{way}", lon=104.9,
            lat=26.0, route="S77", carriageway=way, chainage_m=50_000,
        )
        for way in ("north", "south")
    )  # fmt: skip
    return CandidateSites(sites=(*both, *more), rejected=())


def demand(trips: float = 100.0) -> Demand:
    """One loop that passes both sides, in both years."""
    found = []
    for year in (2026, 2030):
        base = Variant(
            id="base", legs=(Leg(load="laden", arcs=("x",), grams=(9000,)),),
            visits=(Visit(site="a.north", position=0, at_g=0), Visit(site="a.south", position=1, at_g=5)),
            total_g=9000, length_m=100_000,
        )  # fmt: skip
        found.append(
            Commodity(
                id=f"coal.t49.{year}", od="coal", origin="o", destination="d", origin_zh="", origin_en="",
                destination_zh="", destination_en="", truck="t49", year=year, market="captive",
                cargo="coal", convention="LOOP", usable_g=20000, start_g=0, end_g=0,
                trips_per_day=trips, t_per_year=trips * 30 * 365, need_g=9000, variants=(base,),
            )
        )  # fmt: skip
    return Demand(commodities=tuple(found), trucks_by_year=())


def supply() -> Supply:
    """One plant with one step."""
    rows = tuple(
        PlantPeriod(
            year=year, gas_limit_kg_per_day=30e3, nameplate_kg_per_day=9850.0, committed_kg_per_day=0.0,
            available_kg_per_day=9850.0, expandable_to_kg_per_day=30e3, gate=GatePrice(
                production=15.0, purification_operation=2.0, purification_capital=1.0, opportunity=6.0
            ),
            filling_cny_per_kg=1.5,
        )
        for year in (2026, 2030)
    )  # fmt: skip
    plant = Plant(
        id="meijin", name_zh="", name_en="", kind="coke_oven_gas", node="p", lon=105.0, lat=26.2,
        extra_km=0.0, periods=rows, expansions=(ExpansionStep(added_kg_per_day=5000.0, capex_cny=1e8),),
        carbon_kg_per_kg={}, source="", confidence="",
    )  # fmt: skip
    lanes = tuple(
        Lane(plant="meijin", site="a.north", year=year, round_trip_km=100, delivery_cny_per_kg=5.0)
        for year in (2026, 2030)
    )
    return Supply(plants=(plant,), off=(), lanes=lanes, loss_fraction=0.01)


def network() -> Network:
    """One route of 180 km."""
    route = Route(
        ref="S77", name_zh="", name_en="", up="north", down="south", length_m=180_000,
        length_basis="cited",
    )  # fmt: skip
    return Network(name="t", nodes=(), arcs=(), routes=(route,))


def test_the_periods_weigh_what_all_their_years_weigh() -> None:
    """No year is missed between two periods, and none counts twice."""
    problem = pose(scenario(), network(), sites(), demand(), supply())
    whole = sum(p.weight for p in problem.periods)
    assert whole == pytest.approx(period_weight(0.06, 2026, 2026, 2035))


def test_station_money() -> None:
    """CAPEX after subsidy plus land; annuity, fixed operation on full CAPEX, staff."""
    site = pose(scenario(), network(), sites(), demand(), supply()).sites[0]
    recovery = 0.06 / (1 - 1.06**-15)
    assert site.capex_cny == pytest.approx((12e6 * 0.7 + 1e6, 30e6 * 0.7 + 1e6))
    assert site.annual_cny[0] == pytest.approx(recovery * 9.4e6 + 0.04 * 12e6 + 3e5)
    assert site.power_cny_per_kg == pytest.approx(1.8)


def test_existing_stations_cost_their_operation_only() -> None:
    """Up to the existing tier no CAPEX and no annuity; beyond it the difference."""
    old = CandidateSite(
        id="old", kind="existing", name_zh="", name_en="", node="n", lon=0, lat=0,
        existing_tier="small", existing_since=2028,
    )  # fmt: skip
    site = pose(scenario(), network(), sites(old), demand(), supply()).sites[-1]
    recovery = 0.06 / (1 - 1.06**-15)
    assert (site.existing_level, site.existing_from) == (1, 1)
    assert site.capex_cny == pytest.approx((0.0, 22e6 - 9.4e6))
    assert site.annual_cny[0] == pytest.approx(0.04 * 12e6 + 3e5)
    assert site.annual_cny[1] == pytest.approx(recovery * 12.6e6 + 0.04 * 30e6 + 4e5)


def test_usable_capacity_keeps_peak_day_busiest_hour_and_grams_free() -> None:
    """min(500, 200/0.1)/1.25 and min(2000, 100/0.1)/1.25, less 1 g per passage of 100 trips."""
    problem = pose(scenario(), network(), sites(), demand(), supply())
    assert gram_slack_kg_per_day(demand()) == pytest.approx(0.1)
    assert problem.tiers[0].usable_kg_per_day == pytest.approx(400 - 0.1)
    assert problem.tiers[1].usable_kg_per_day == pytest.approx(800 - 0.1)
    with pytest.raises(InfeasibleError, match="whole grams need"):
        pose(scenario(), network(), sites(), demand(5e5), supply())


def test_plants_and_lanes() -> None:
    """Gate plus filling, expandable limit, annuity of a step over its own life, lanes or None."""
    source = pose(scenario(), network(), sites(), demand(), supply()).sources[0]
    assert source.gate_cny_per_kg == (19.5, 19.5)
    assert source.step_gate_cny_per_kg == (24.5, 24.5)
    assert source.expanded_limit_kg_per_day == (30e3, 30e3)
    assert source.steps_annual_cny[0] == pytest.approx(1e8 * 0.06 / (1 - 1.06**-20))
    assert source.lane_cny_per_kg == ((5.0, None), (5.0, None))


def test_a_stop_costs_its_minutes() -> None:
    """10 minutes at 90 CNY/h are 15 CNY; a detour's site is named, its market too."""
    problem = pose(scenario(), network(), sites(), detoured(), supply())
    assert problem.stop_cny == pytest.approx(15.0)
    assert [way.detour_sites for way in problem.flows[0].ways] == [(), (1,)]
    assert problem.flows[0].market == "captive"


def detoured() -> Demand:
    """Return the demand with a second way, driven for the sake of the southern side."""
    found = demand()
    first, *rest = found.commodities
    way = replace(first.variants[0], id="out:a.south", detour_sites=("a.south",))
    both = replace(first, variants=(*first.variants, way))
    return replace(found, commodities=(both, *rest))


def test_budget_years() -> None:
    """A year without a budget gives nothing once any year has one; without any there is no limit."""
    assert pose(scenario(), network(), sites(), demand(), supply()).budget_cny == (0.0, 5e7)
    free = scenario()
    free.money.budget_cny = {}
    assert pose(free, network(), sites(), demand(), supply()).budget_cny == (None, None)


def test_spacing_asks_for_each_carriageway() -> None:
    """100 km on 180 km: one row per carriageway from the start; behind km 90 nothing is left to ask."""
    policy = SimpleNamespace(route="S77", max_gap_km=100.0, from_year=2030, min_tier="big")
    case = scenario(policy=SimpleNamespace(spacing={"afir": policy}))
    covers = pose(case, network(), sites(), demand(), supply()).covers
    rows = {(c.sites, c.period, c.level) for c in covers}
    # From km 0 the side at km 50 must do; from km 50 to km 150 there is no other site: unsatisfiable.
    assert ((0,), 1, 2) in rows
    assert ((1,), 1, 2) in rows
    assert ((), 1, 2) in rows
    wide = SimpleNamespace(route="S77", max_gap_km=140.0, from_year=2030, min_tier=None)
    case = scenario(policy=SimpleNamespace(spacing={"afir": wide}))
    covers = pose(case, network(), sites(), demand(), supply()).covers
    assert {(c.sites, c.level) for c in covers} == {((0,), 1), ((1,), 1)}


def cut_network() -> Network:
    """180 km in pieces; north km 60 to 120 opens in 2030, south km 0 to 170 after all periods."""
    marks = (0, 60_000, 120_000, 170_000, 180_000)
    nodes, arcs = [], []
    for way in ("north", "south"):
        for m in marks:
            nodes.append(
                Node(id=f"{way}{m}", kind="shape", lon=0, lat=0, route="S77", carriageway=way,
                     chainage_m=m)
            )  # fmt: skip
        for a, b in pairwise(marks):
            year = 2030 if (way, a) == ("north", 60_000) else 2020
            year = 2041 if way == "south" and b < 180_000 else year
            tail, head = (a, b) if way == "north" else (b, a)
            arcs.append(
                Arc(id=f"{way}{a}", tail=f"{way}{tail}", head=f"{way}{head}", length_m=b - a,
                    kind="mainline", route="S77", carriageway=way, open_year=year)
            )  # fmt: skip
    return replace(network(), nodes=tuple(nodes), arcs=tuple(arcs))


def test_spacing_counts_open_stretches_only() -> None:
    """North: km 0 to 60 alone in 2026, all 180 km in 2030. South: 10 km, shorter than any gap."""
    policy = SimpleNamespace(route="S77", max_gap_km=55.0, from_year=2026, min_tier=None)
    case = scenario(policy=SimpleNamespace(spacing={"afir": policy}))
    covers = pose(case, cut_network(), sites(), demand(), supply()).covers
    # 2026: the first 55 km hold the side at km 50; nothing is within 55 km of km 120, nor, from
    # 2030 on, of km 50.
    assert [(c.period, c.sites) for c in covers] == [(0, (0,)), (0, ())]
    assert "km 120.0" in covers[1].name
    assert all("north" in c.name for c in covers)
    late = SimpleNamespace(route="S77", max_gap_km=100.0, from_year=2026, min_tier=None)
    case = scenario(policy=SimpleNamespace(spacing={"afir": late}))
    covers = pose(case, cut_network(), sites(), demand(), supply()).covers
    assert [(c.period, c.sites) for c in covers] == [(1, (0,)), (1, ())]


def test_a_site_waits_for_its_road() -> None:
    """Open from 2030, from 2041, and from before the first period."""
    more = [
        CandidateSite(
            id=f"r{year}", kind="hub", name_zh="", name_en="", node="n", lon=0, lat=0,
            road_from=year,
        )
        for year in (2028, 2041, 0)
    ]  # fmt: skip
    problem = pose(scenario(), network(), sites(*more), demand(), supply())
    assert [site.open_from for site in problem.sites] == [0, 0, 1, 2, 0]


def test_a_site_whose_road_closes_keeps_no_rule_from_then_on() -> None:
    """The side at km 50 is open in 2026 only: a rule of 2030 does not count on it."""
    policy = SimpleNamespace(route="S77", max_gap_km=100.0, from_year=2026, min_tier=None)
    case = scenario(policy=SimpleNamespace(spacing={"afir": policy}))
    short = sites()
    shut = replace(short, sites=tuple(replace(s, road_until=2030) for s in short.sites))
    for given, first in ((short, (0,)), (shut, ())):
        problem = pose(case, cut_network(), given, demand(), supply())
        cover = problem.covers[0]
        assert (cover.period, cover.sites) == (1, first)
    assert [site.open_from for site in problem.sites] == [0, 0]
    gone = replace(short, sites=tuple(replace(s, road_until=2025) for s in short.sites))
    problem = pose(case, cut_network(), gone, demand(), supply())
    assert [site.open_from for site in problem.sites] == [2, 2]


def test_no_candidate_is_infeasible() -> None:
    """Without any site there is nothing to plan."""
    with pytest.raises(InfeasibleError, match="no candidate"):
        pose(scenario(), network(), CandidateSites(sites=(), rejected=()), demand(), supply())


def test_decisions_are_carried_over() -> None:
    """Required tier and year, forbidden sites, allowed tiers."""
    decided = CandidateSite(
        id="d", kind="hub", name_zh="", name_en="", node="n", lon=0, lat=0, tiers=("big",),
        required_from=2029, required_tier="big",
    )  # fmt: skip
    barred = CandidateSite(
        id="e", kind="hub", name_zh="", name_en="", node="n", lon=0, lat=0, forbidden=True
    )
    problem = pose(scenario(), network(), sites(decided, barred), demand(), supply())
    assert problem.sites[2].allowed == (False, True)
    assert (problem.sites[2].required_level, problem.sites[2].required_from) == (2, 1)
    assert problem.sites[3].allowed == (False, False)
