"""A question and its answer, made by hand, whose every sum can be done on paper.

Two periods, two sites, two plants. The coking plant gives 1,000 kg/day, has bought a step of
2,000 by 2030, and its gas is enough for 1,600. A fifth of what leaves a plant is lost. A stop
costs 10 CNY of time.

A kilogram at the coking plant's gate holds 2 CNY of purification's operation and 1 of its capital; one of
the step pays 4 for its gas instead of that 1, so that announced kilograms go first.

    2026   coal: 8 of 10 loops buy 40 kg at a                                  -> a 320 kg/day
    2030   coal: 30 of 50 loops buy 25 kg at a and 15 kg at b                  -> a 750
           milk: 5 of 5 trips leave the expressway for b and buy 10 kg there   -> b 450 + 50
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from corridor.candidates.sites import CandidateSite, CandidateSites, RejectedSite
from corridor.demand.trips import Commodity, Demand, Leg, Variant, Visit
from corridor.network.network import Arc, Network
from corridor.siting import problem as siting
from corridor.siting.problem import Period, Site, SitingProblem, Tier
from corridor.siting.question import Question
from corridor.siting.solution import EqualDesign, SearchEnd, Solution, StopPlan, UnmetReason
from corridor.siting.unavoidable import UnavoidablePenalty
from corridor.supply.gate import GatePrice
from corridor.supply.supply import ExpansionStep, Lane, OffPlant, Plant, PlantPeriod, Supply

YEARS = (2026, 2030)
WEIGHT = {2026: 4.0, 2030: 5.0}
LANES = {
    ("coke", "a"): (100.0, 2.0),
    ("coke", "b"): (200.0, 4.0),
    ("green", "a"): (50.0, 1.0),
    ("green", "b"): (80.0, 1.6),
}
"""Plant and site -> round trip [km] and transport [CNY/kg]."""


def scenario() -> Any:
    """Return what the evaluation reads of a scenario, in round numbers."""
    tiers = {
        "small": SimpleNamespace(
            capacity_kg_per_day=500.0, peak_kg_per_hour=40.0, unloading_bays=None
        ),
        "big": SimpleNamespace(
            capacity_kg_per_day=1000.0, peak_kg_per_hour=200.0, unloading_bays=None
        ),
    }
    return SimpleNamespace(
        name="paper",
        title="On paper",
        time=SimpleNamespace(
            periods=YEARS,
            base_year=2026,
            horizon_end_year=2034,
            years="first",
        ),
        slices=YEARS,
        last_year={2026: 2029, 2030: 2034}.__getitem__,
        adoption=None,
        money=SimpleNamespace(
            discount_rate=0.0, unmet_price_cny_per_kg=60.0, priority_price_cny_per_kg=200.0
        ),
        solver=SimpleNamespace(gap_target=0.01),
        tier=tiers,
        tiers_by_size=("small", "big"),
        station=SimpleNamespace(
            peak_day_factor=1.25,
            busiest_hour_fraction=0.1,
            storage_days=1.0,
            storage_standard="GB 50516-2010 (2021)",
            largest_storage_kg=None,
            compression_kwh_per_kg=3.0,
            life_years=5,
            existing_at_end_of_life="rebuild",
        ),
        # A lane of 50 km takes 2 hours, one of 80 km 2.6, of 100 km 3, of 200 km 5.
        delivery=SimpleNamespace(
            payload_kg=250.0,
            unload_hours=3.0,
            loss_fraction=0.2,
            diesel_l_per_100km=35.0,
            filling_kwh_per_kg=2.0,
            trailer_capex_cny=8e5,
            tractor_capex_cny=2e5,
            life_years=3,
            speed_km_per_h=50.0,
            load_unload_hours=1.0,
            operating_hours_per_year=3650.0,
            diesel_cny_per_l=8.0,
        ),
        plant={"coke": SimpleNamespace(at=lambda key, year: 4.0, enabled=False)},
        economics=SimpleNamespace(
            pump_price_cny_per_kg=40.0,
            operator_return_fraction=0.0,
            co2_price_cny_per_t=100.0,
            hydrogen_truck_capex_cny=1e6,
            diesel_truck_capex_cny=4e5,
            truck_life_years=6,
            truck_km_per_year=50_000.0,
        ),
        decision={},
        existing_station={},
        policy=SimpleNamespace(spacing={}),
        network=SimpleNamespace(open_year={}),
        carbon=SimpleNamespace(grid_kg_per_kwh=0.5, diesel_kg_per_l=2.7),
        truck={"t49": SimpleNamespace(diesel_l_per_100km=40.0)},
        demand=SimpleNamespace(kg_per_truck_day=20.0),
    )


def network() -> Network:
    """Return three arcs: out and back for coal, and half as far for milk."""
    arcs = tuple(
        Arc(id=name, tail="o", head="d", length_m=metres, kind="main")
        for name, metres in (("out", 100_000), ("back", 100_000), ("milk", 50_000))
    )
    return Network(name="paper", nodes=(), arcs=arcs, routes=(), notes=("Made by hand.",))


def sites() -> CandidateSites:
    """Return the two sites, and one that was rejected."""
    found = tuple(
        CandidateSite(
            id=name, kind="exit", name_zh=zh, name_en=name.upper(), node=f"n.{name}", lon=105.0,
            lat=26.0, route="R1", chainage_m=metres,
        )
        for name, zh, metres in (("a", "甲", 40_000), ("b", "乙", 10_000))
    )  # fmt: skip
    gone = RejectedSite(
        id="c", name_zh="", name_en="C", lon=105.0, lat=26.0, code="land", reason="farmland"
    )
    return CandidateSites(sites=found, rejected=(gone,))


def _commodity(
    od: str, year: int, trips: float, need_g: int, variants: tuple[Variant, ...]
) -> Commodity:
    loop = od == "coal"
    return Commodity(
        id=f"{od}.t49.{year}", od=od, origin="o", destination="d", origin_zh="起", origin_en="O",
        destination_zh="终", destination_en="D", truck="t49", year=year,
        market="captive" if loop else "through", cargo=od,
        convention="LOOP" if loop else "ONEWAY", usable_g=50_000, start_g=0, end_g=0,
        trips_per_day=trips, t_per_year=trips * 30 * 365, need_g=need_g, variants=variants,
    )  # fmt: skip


def demand() -> Demand:
    """Return coal in both periods and milk in the second."""
    coal = Variant(
        id="base",
        legs=(
            Leg(load="laden", arcs=("out",), grams=(24_000,)),
            Leg(load="empty", arcs=("back",), grams=(16_000,)),
        ),
        visits=(Visit(site="a", position=0, at_g=0), Visit(site="b", position=1, at_g=24_000)),
        total_g=40_000,
        length_m=200_000,
    )
    leg = Leg(load="laden", arcs=("milk",), grams=(10_000,))
    passing = Variant(id="base", legs=(leg,), visits=(), total_g=10_000, length_m=50_000)
    leaving = Variant(
        id="exit", legs=(leg,), visits=(Visit(site="b", position=1, at_g=10_000),),
        total_g=10_000, length_m=54_000, detour_sites=("b",), detour_cny_per_trip=12.0,
    )  # fmt: skip
    return Demand(
        commodities=(
            _commodity("coal", 2026, 10.0, 40_000, (coal,)),
            _commodity("coal", 2030, 50.0, 40_000, (coal,)),
            _commodity("milk", 2030, 5.0, 10_000, (passing, leaving)),
        ),
        trucks_by_year=((2026, 10.0, 20.0, 30.0, 20.0), (2030, 50.0, 100.0, 150.0, 100.0)),
        notes=("Trips are counted.",),
    )


def _plant(name: str, gates: tuple[float, float], carbon: dict[str, float]) -> Plant:
    coke = name == "coke"
    rows = tuple(
        PlantPeriod(
            year=year, gas_limit_kg_per_day=1600.0 if coke else 100.0,
            nameplate_kg_per_day=1000.0 if coke else 100.0, committed_kg_per_day=0.0,
            available_kg_per_day=1000.0 if coke else 100.0,
            expandable_to_kg_per_day=1600.0 if coke else 100.0,
            gate=GatePrice(
                production=gate - 3 if coke else gate,
                purification_operation=2.0 if coke else 0.0,
                purification_capital=1.0 if coke else 0.0, opportunity=4.0 if coke else 0.0,
            ),
            filling_cny_per_kg=1.0,
        )
        for year, gate in zip(YEARS, gates, strict=True)
    )  # fmt: skip
    step = ExpansionStep(added_kg_per_day=2000.0, capex_cny=9e6)
    return Plant(
        id=name, name_zh="厂", name_en=name.title(), kind="coke_oven_gas" if coke else "grid_electrolysis",
        node="p", lon=105.0, lat=26.2, extra_km=0.0, periods=rows,
        expansions=(step,) if coke else (), carbon_kg_per_kg=carbon, source="", confidence="",
        announced=coke,
    )  # fmt: skip


def supply() -> Supply:
    """Return the coking plant, a small green one that knows other methods, and one that is off."""
    return Supply(
        plants=(
            _plant("coke", (15.0, 14.0), {"mass": 2.0, "energy": 3.0}),
            _plant("green", (30.0, 30.0), {"mass": 0.5, "market": 1.0}),
        ),
        off=(OffPlant(id="later", name_zh="", name_en="Later", reason="Not yet."),),
        lanes=tuple(
            Lane(plant=plant, site=site, year=year, round_trip_km=km, delivery_cny_per_kg=price)
            for (plant, site), (km, price) in LANES.items()
            for year in YEARS
        ),
        loss_fraction=0.2,
    )


def problem() -> SitingProblem:
    """Return the siting problem of all this, written down and not posed."""
    coal = siting.Variant(
        id="base",
        stops=(siting.Visit(site=0, at_g=0), siting.Visit(site=1, at_g=24_000)),
        total_g=40_000,
    )
    milk = (
        siting.Variant(id="base", stops=(), total_g=10_000),
        siting.Variant(
            id="exit",
            stops=(siting.Visit(site=1, at_g=10_000),),
            total_g=10_000,
            cost_cny_per_trip=12.0,
        ),
    )

    def flow(
        name: str, period: int, trips: float, loop: bool, *, priority: float
    ) -> siting.Commodity:
        return siting.Commodity(
            id=name, period=period, trips_per_day=trips, usable_g=50_000, start_g=0, end_g=0,
            loop=loop, need_g=40_000 if loop else 10_000, ways=(coal,) if loop else milk,
            priority_trips_per_day=priority,
        )  # fmt: skip

    def source(name: str, limit: float, most: float, gates: tuple[float, float]) -> siting.Plant:
        coke = name == "coke"
        lanes = (LANES[name, "a"][1], LANES[name, "b"][1])
        return siting.Plant(
            id=name, limit_kg_per_day=(limit, limit), expanded_limit_kg_per_day=(most, most),
            gate_cny_per_kg=(gates[0] + 1, gates[1] + 1),
            step_gate_cny_per_kg=(gates[0] + 4, gates[1] + 4) if coke else (),
            steps_kg_per_day=(2000.0,) if coke else (), steps_capex_cny=(9e6,) if coke else (),
            steps_annual_cny=(1e6,) if coke else (), lane_cny_per_kg=(lanes, lanes),
        )  # fmt: skip

    return SitingProblem(
        periods=tuple(Period(year=year, weight=WEIGHT[year]) for year in YEARS),
        tiers=(Tier(id="small", usable_kg_per_day=320.0), Tier(id="big", usable_kg_per_day=800.0)),
        sites=(
            Site(
                id="a", capex_cny=(10e6, 16e6), annual_cny=(1.5e6, 2.2e6), allowed=(True, True),
                power_cny_per_kg=1.5, upkeep_cny=(0.5e6, 0.6e6),
            ),
            Site(
                id="b", capex_cny=(12e6, 18e6), annual_cny=(1.8e6, 2.5e6), allowed=(True, True),
                power_cny_per_kg=2.0, upkeep_cny=(0.7e6, 0.8e6),
            ),
        ),
        flows=(
            flow("coal.t49.2026", 0, 10.0, True, priority=10.0),
            flow("coal.t49.2030", 1, 50.0, True, priority=10.0),
            flow("milk.t49.2030", 1, 5.0, False, priority=0.0),
        ),
        sources=(
            source("coke", 1000.0, 1600.0, (15.0, 14.0)),
            source("green", 100.0, 100.0, (30.0, 30.0)),
        ),
        unmet_cny_per_kg=60.0,
        loss_fraction=0.2,
        budget_cny=(None, None),
        priority_cny_per_kg=200.0,
        stop_cny=10.0,
    )  # fmt: skip


def question() -> Question:
    """Return the whole question."""
    return Question(
        scenario=scenario(),
        network=network(),
        sites=sites(),
        demand=demand(),
        supply=supply(),
        problem=problem(),
    )


def solution(**changes: Any) -> Solution:
    """Return the answer of the module's docstring."""
    words: dict[str, Any] = {
        "status": "FEASIBLE",
        "objective_cny": 0.0,
        "averaged_cny": 0.0,
        "bound_cny": 150e6,
        "unavoidable": UnavoidablePenalty(
            cny=20e6, by_period_cny=(5e6, 15e6), nozzle_kg_per_day=(880.0, 1360.0)
        ),
        "search": SearchEnd(stopped="work", moves_tested=9),
        "gap": 0.0,
        "gap_target": 0.01,
        "levels": ((1, 0), (2, 1)),
        "steps": ((0, 0), (1, 0)),
        "stop_plans": (
            StopPlan(flow=0, way=0, trips_per_day=8.0, purchases=((0, 40_000),)),
            StopPlan(flow=1, way=0, trips_per_day=30.0, purchases=((0, 25_000), (1, 15_000))),
            StopPlan(flow=2, way=1, trips_per_day=5.0, purchases=((0, 10_000),)),
        ),
        "unmet_trips_per_day": (2.0, 20.0, 0.0),
        "unmet_reasons": (
            UnmetReason(
                code="sold_out",
                figures={"sent_kg_per_day": 400.0, "limit_kg_per_day": 400.0},
            ),
            UnmetReason(code="not_proven"),
            None,
        ),
        "supply_kg_per_day": (
            ((300.0, 0.0), (100.0, 0.0)),
            ((937.5, 525.0), (0.0, 100.0)),
        ),
        "shared_by_rule": (True, False, False),
        "equal_designs": (
            EqualDesign(sites=((0, (0, 0)), (1, (1, 1)))),
            EqualDesign(sources=((0, (0, 0)),)),
        ),
        "solver_name": "paper",
        "solver_version": "1",
        "pulp_version": "0",
        "sizes": {"columns": 7},
    }
    return Solution(**{**words, **changes})


def standing() -> Solution:
    """Return what is there without building: no station, all demand unmet."""
    nobody = tuple(flow.trips_per_day for flow in problem().flows)
    return solution(
        levels=((0, 0), (0, 0)),
        steps=((0, 0), (0, 0)),
        stop_plans=(),
        unmet_trips_per_day=nobody,
        unmet_reasons=(UnmetReason(code="not_proven"),) * len(nobody),
        supply_kg_per_day=(((0.0, 0.0), (0.0, 0.0)),) * 2,
        equal_designs=None,
    )
