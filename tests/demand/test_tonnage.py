"""Tonnes close: what flows carry against what plants and parks make and take, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.demand.estimate import estimate_demand
from corridor.demand.trips import Demand
from corridor.scenario.works import WorksSpec


def works(**figures: Any) -> WorksSpec:
    return WorksSpec(coal_t_per_t_coke=1.4, **figures)


def estimate(toolbox: SimpleNamespace, mode: str = "refuse", **changes: Any) -> Demand:
    road = toolbox.straight()
    base = toolbox.scenario_of()
    demand = base.demand.model_copy(update={"tonnage": mode, **changes.pop("demand", {})})
    return estimate_demand(
        toolbox.scenario_of(demand=demand, **changes), road, toolbox.sites_of(road)
    )


def carried(demand: Demand, place: str, way: str, year: int) -> float:
    """Return the tonnes of a place, summed from the commodities. [t/year]."""
    return sum(
        c.t_per_year
        for c in demand.commodities
        if c.year == year
        and ((way != "in" and c.origin == place) or (way != "out" and c.destination == place))
    )


def test_a_flow_carries_trips_times_payload_times_load(toolbox: SimpleNamespace) -> None:
    """30 t of payload: 30 t a captive trip, 18 t a regional one, 15 t a through one."""
    for c in estimate(toolbox).commodities:
        load = {"captive": 30.0, "regional": 18.0, "through": 15.0}[c.market]
        assert c.t_per_year == pytest.approx(c.trips_per_day * load * 365)


def test_known_tonnes_are_trips_and_shares_divide_the_rest(toolbox: SimpleNamespace) -> None:
    """109,500 t a year at 30 t are 10 loops a day; the captive hydrogen stays what it was."""
    base = toolbox.scenario_of()
    coke = base.fleet["coke"].model_copy(update={"share": None, "t_per_year": 109_500.0})
    coal = base.fleet["coal"].model_copy(update={"share": 1.0})
    found = estimate(toolbox, fleet={"coal": coal, "coke": coke})
    trips = {c.od: c.trips_per_day for c in found.commodities if c.year == 2030}
    assert trips["coke"] == pytest.approx(10.0)
    kg = [
        c.trips_per_day * c.need_g / 1000
        for c in found.commodities
        if c.year == 2030 and c.market == "captive"
    ]
    assert sum(kg) == pytest.approx(400 * 30 * 0.5)
    half = base.truck["t49"].model_copy(update={"payload_t": 15.0})
    light = estimate(toolbox, fleet={"coal": coal, "coke": coke}, truck={"t49": half})
    trips = {c.od: c.trips_per_day for c in light.commodities if c.year == 2030}
    assert trips["coke"] == pytest.approx(20.0)


def test_tonnes_beyond_the_captive_trucks_are_refused_or_capped(toolbox: SimpleNamespace) -> None:
    """Freight for more trucks than there are: an error that names fleet, year and both figures."""
    base = toolbox.scenario_of()
    coke = base.fleet["coke"].model_copy(update={"share": None, "t_per_year": 2e7})
    coal = base.fleet["coal"].model_copy(update={"share": 1.0})
    with pytest.raises(InputError) as caught:
        estimate(toolbox, fleet={"coal": coal, "coke": coke})
    assert [fault.key for fault in caught.value.faults] == ["fleet", "fleet"]
    assert "coke" in caught.value.faults[0].value
    assert "in 2026" in caught.value.faults[0].value
    assert "1500 kg/day" in caught.value.faults[0].expected
    capped = estimate(toolbox, "cap", fleet={"coal": coal, "coke": coke})
    kg = {c.year: c.trips_per_day * c.need_g / 1000 for c in capped.commodities if c.od == "coke"}
    assert kg == pytest.approx({2026: 1500.0, 2030: 6000.0})
    assert not any(c.od == "coal" for c in capped.commodities)
    assert any("the fleets with t_per_year want" in note for note in capped.notes)


def test_an_own_flow_in_tonnes(toolbox: SimpleNamespace) -> None:
    """The user's own flow in t/year; before its first year it does not exist."""
    own = toolbox.OdSpec(
        origin="west", destination="east", truck="t49", t_per_year={2030: 219_000.0}
    )
    found = estimate(toolbox, od={"mine": own}, demand={"use_markets": False})
    assert [(c.year, c.trips_per_day) for c in found.commodities] == [(2030, pytest.approx(20.0))]


def test_every_place_and_year_beyond_its_freight_is_told(toolbox: SimpleNamespace) -> None:
    """West sends and east takes too much in both periods: place, year, asked, there, what to do."""
    free = estimate(toolbox)
    with pytest.raises(InputError) as caught:
        estimate(
            toolbox,
            works={"west": works(makes_mt_per_year=0.1), "east": works(takes_mt_per_year=0.2)},
        )
    faults = caught.value.faults
    assert [fault.key for fault in faults] == ["works.east", "works.west"] * 2
    asked = carried(free, "east", "in", 2026) / 1e6
    assert faults[0].value == f"{asked:.3f} Mt in 2026"
    assert "at most 0.200 Mt a year" in faults[0].expected
    assert "fleet.coal" in faults[0].hint
    assert 'demand.tonnage = "cap"' in faults[0].hint


def test_works_at_no_place_are_refused(toolbox: SimpleNamespace) -> None:
    """Ids of works are places of the network."""
    with pytest.raises(InputError) as caught:
        estimate(toolbox, works={"wset": works(makes_mt_per_year=1.0)})
    assert caught.value.faults[0].key == "works.wset"


@settings(max_examples=40, deadline=None)
@given(
    makes=st.floats(0, 3),
    takes=st.floats(0, 3),
    rail=st.floats(0, 4),
    other=st.floats(0, 2),
)
def test_capped_tonnes_are_never_more_than_there_are(
    toolbox: SimpleNamespace, makes: float, takes: float, rail: float, other: float
) -> None:
    """Out, in and both, at two places at once; what has room is driven in full."""
    free = estimate(toolbox)
    places = {
        "west": works(makes_mt_per_year=makes, takes_mt_per_year=takes, rail_mt_per_year=rail),
        "mid": works(makes_mt_per_year=other),
    }
    found = estimate(toolbox, "cap", works=places)
    limits = {
        ("west", "out"): makes,
        ("west", "in"): takes,
        ("west", "both"): max(0.0, makes + takes - rail),
        ("mid", "out"): other,
    }
    rows = {(row.place, row.direction, row.year): row for row in found.works}
    for (place, way), there in limits.items():
        for year in (2026, 2030):
            row = rows[place, way, year]
            driven = carried(found, place, way, year)
            assert driven <= there * 1e6 * (1 + 1e-9) + 1e-6
            assert row.there_t_per_year == pytest.approx(there * 1e6, abs=1e-6)
            assert row.driven_t_per_year == pytest.approx(driven, abs=1e-6)
            assert row.asked_t_per_year == pytest.approx(carried(free, place, way, year))
    full = all(row.asked_t_per_year <= row.there_t_per_year for row in found.works)
    assert any("capped pro rata" in note for note in found.notes) is not full
    if full:
        assert [c.trips_per_day for c in found.commodities] == [
            c.trips_per_day for c in free.commodities
        ]


def test_a_coke_plant_leaves_coke_and_coal_less_rail_to_the_road(toolbox: SimpleNamespace) -> None:
    """1 Mt at a rate of 0.5: 0.5 Mt of coke out, 0.7 Mt of coal in; 1.0 Mt by rail leaves 0.2."""
    from corridor.demand.tonnage import road_tonnes

    plant = SimpleNamespace(
        coke_rate_fraction=0.5,
        at=lambda key, year: {"coke_rate_fraction": 0.5, "coke_mt_per_year": 1.0}[key],
    )
    scenario = toolbox.scenario_of(
        plant={"ovens": plant}, works={"west": works(plant="ovens", rail_mt_per_year=1.0)}
    )
    assert road_tonnes(scenario, "west", 2030) == pytest.approx(
        {"out": 0.5e6, "in": 0.7e6, "both": 0.2e6}
    )
