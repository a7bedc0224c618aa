"""The demand stage as a whole, on the straight expressway and the package's own router."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.demand.document import trips_document, trips_from_document
from corridor.demand.estimate import estimate_demand
from corridor.demand.trips import Demand


def estimate(toolbox: SimpleNamespace, road: Any = None, **changes: Any) -> Demand:
    road = road or toolbox.straight()
    return estimate_demand(toolbox.scenario_of(**changes), road, toolbox.sites_of(road))


def hydrogen_kg(demand: Demand, year: int, **fields: str) -> float:
    """Return the hydrogen wanted per day on the base walks of a year."""
    return sum(
        c.trips_per_day * (c.need_g or c.variants[0].total_g) / 1000
        for c in demand.commodities
        if c.year == year and all(getattr(c, key) == value for key, value in fields.items())
    )


@settings(max_examples=25, deadline=None)
@given(
    shares=st.tuples(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.05, 1)),
    coal=st.floats(0.05, 0.95),
    kg=st.floats(10, 60),
    pairs_max=st.integers(1, 8),
    beta=st.floats(0, 0.05),
)
def test_hydrogen_wanted_is_trucks_times_kg(
    toolbox: SimpleNamespace,
    shares: tuple[float, float, float],
    coal: float,
    kg: float,
    pairs_max: int,
    beta: float,
) -> None:
    """Whatever the shares, the kept pairs and the decay: trucks x kg per truck-day, per market."""
    base = toolbox.scenario_of()
    whole = sum(shares)
    market = base.market.model_copy(
        update={
            name: base.market.captive.model_copy(update={"share": share / whole})
            for name, share in zip(("captive", "regional", "through"), shares, strict=True)
        }
    )
    fleet = {
        "coal": base.fleet["coal"].model_copy(update={"share": coal}),
        "coke": base.fleet["coke"].model_copy(update={"share": 1 - coal}),
    }
    demand = estimate(
        toolbox,
        market=market,
        fleet=fleet,
        demand=base.demand.model_copy(update={"kg_per_truck_day": kg}),
        gravity=base.gravity.model_copy(update={"pairs_max": pairs_max, "beta_per_km": beta}),
    )
    for year, trucks in ((2026, 100), (2030, 400)):
        assert hydrogen_kg(demand, year) == pytest.approx(trucks * kg)
        for name, share in zip(("captive", "regional", "through"), shares, strict=True):
            wanted = trucks * kg * share / whole
            assert hydrogen_kg(demand, year, market=name) == pytest.approx(wanted)


def test_the_conventions_of_the_markets(toolbox: SimpleNamespace) -> None:
    """Captive and regional trucks loop, laden out and empty back; through trucks pass once."""
    demand = estimate(toolbox)
    for commodity in demand.commodities:
        loads = [leg.load for leg in commodity.variants[0].legs]
        base = commodity.variants[0]
        assert commodity.usable_g == 32400
        if commodity.market == "through":
            assert (commodity.convention, loads) == ("ONEWAY", ["laden"])
            assert (commodity.start_g, commodity.end_g) == (16200, 9720)
            assert commodity.need_g == max(0, base.total_g + 9720 - 16200)
        else:
            assert (commodity.convention, loads) == ("LOOP", ["laden", "empty"])
            assert (commodity.start_g, commodity.end_g) == (0, 0)
            assert commodity.need_g == base.total_g


def test_commodities_are_in_order_with_unique_ids(toolbox: SimpleNamespace) -> None:
    """Ids are <od>.<class>.<year>, ascending and unique; variant ids are unique within each."""
    demand = estimate(toolbox)
    ids = [c.id for c in demand.commodities]
    assert ids == sorted(set(ids))
    assert all(c.id == f"{c.od}.{c.truck}.{c.year}" for c in demand.commodities)
    for commodity in demand.commodities:
        names = [variant.id for variant in commodity.variants]
        assert names[0] == "base"
        assert len(set(names)) == len(names)


def test_dropped_pairs_are_spread_and_said(toolbox: SimpleNamespace) -> None:
    """With two of six pairs kept, the regional hydrogen is the same and a note says the share."""
    base = toolbox.scenario_of()
    few = estimate(toolbox, gravity=base.gravity.model_copy(update={"pairs_max": 2}))
    every = estimate(toolbox)
    assert hydrogen_kg(few, 2030, market="regional") == pytest.approx(
        hydrogen_kg(every, 2030, market="regional")
    )
    pairs = {c.od for c in few.commodities if c.market == "regional"}
    assert pairs == {"west-east", "east-west"}
    assert any("2 strongest of 6 pairs" in note for note in few.notes)
    assert not any("strongest" in note for note in every.notes)


def test_gravity_counts_trips_and_hydrogen_follows(toolbox: SimpleNamespace) -> None:
    """Without decay trips are the product of masses: west-east to west-mid as 3 to 2.

    Were trucks shared by flow instead, the longer trip would be made too rarely.
    """
    base = toolbox.scenario_of()
    demand = estimate(toolbox, gravity=base.gravity.model_copy(update={"beta_per_km": 0.0}))
    trips = {c.od: c.trips_per_day for c in demand.commodities if c.year == 2030}
    assert trips["west-east"] / trips["west-mid"] == pytest.approx(3 / 2)
    assert trips["west-east"] == pytest.approx(trips["east-west"])


def test_the_low_line_halves_the_trips(toolbox: SimpleNamespace) -> None:
    """Half the trucks make half the trips on the same roads; all three lines are reported."""
    base = toolbox.scenario_of()
    half = {2026: 50.0, 2030: 200.0}
    adoption = base.adoption.model_copy(update={"level": "low", "trucks_low": half})
    low, usual = estimate(toolbox, adoption=adoption), estimate(toolbox)
    for one, other in zip(low.commodities, usual.commodities, strict=True):
        assert one.trips_per_day == pytest.approx(other.trips_per_day / 2)
        assert one.variants == other.variants
    assert low.trucks_by_year[1] == (2030, 200, 400, 400, 200)


def test_own_flows_are_added_as_they_are(toolbox: SimpleNamespace) -> None:
    """A user's flow runs its own trips from its first year on, beside the markets or alone."""
    base = toolbox.scenario_of()
    own = {
        "mine": toolbox.OdSpec(
            origin="mid",
            destination="east",
            truck="t49",
            convention="ONEWAY",
            trips_per_day={2028: 9.0, 2030: 12.5, 2031: 99.0},
        )
    }
    both = estimate(toolbox, od=own)
    mine = [c for c in both.commodities if c.od == "mine"]
    assert [(c.year, c.trips_per_day, c.market) for c in mine] == [(2030, 12.5, "through")]
    added = hydrogen_kg(both, 2030) - hydrogen_kg(estimate(toolbox), 2030)
    assert added == pytest.approx(hydrogen_kg(both, 2030, od="mine"))
    alone = estimate(
        toolbox,
        od=own,
        demand=base.demand.model_copy(update={"use_markets": False}),
        adoption=None,
        market=None,
        gravity=None,
    )
    assert [c.od for c in alone.commodities] == ["mine"]
    assert alone.trucks_by_year[1][4] == pytest.approx(hydrogen_kg(alone, 2030) / 30)


def test_a_flow_without_trucks_is_named(toolbox: SimpleNamespace) -> None:
    """A flow of share 0 has no commodity, and a note says so."""
    base = toolbox.scenario_of()
    fleet = {
        "coal": base.fleet["coal"].model_copy(update={"share": 1.0}),
        "coke": base.fleet["coke"].model_copy(update={"share": 0.0}),
    }
    demand = estimate(toolbox, fleet=fleet)
    assert "coke" not in {c.od for c in demand.commodities}
    assert "No trucks in any period: fleet.coke." in demand.notes


def test_a_symmetric_road_burns_the_same_both_ways(toolbox: SimpleNamespace) -> None:
    """On a flat mirror-image road eastward and westward through trips burn the same grams."""
    demand = estimate(toolbox)
    east, west = (
        next(c for c in demand.commodities if c.od == od and c.year == 2026)
        for od in ("eastward", "westward")
    )
    assert east.variants[0].total_g == west.variants[0].total_g
    assert len(east.variants) == len(west.variants)


def test_uphill_costs_more_than_downhill(toolbox: SimpleNamespace) -> None:
    """Where the road falls 1 % towards the east, westward trips burn more."""
    road = toolbox.straight(heights=lambda chainage_m: 2000 - chainage_m / 100)
    demand = estimate(toolbox, road)
    burn = {c.od: c.variants[0].total_g for c in demand.commodities}
    assert burn["westward"] > 1.5 * burn["eastward"]


def test_finer_arcs_never_lower_the_burn(toolbox: SimpleNamespace) -> None:
    """Splitting every second arc in two raises each walk by at most a gram per new arc."""
    road = toolbox.straight(heights=lambda chainage_m: 1500 + chainage_m / 500)
    node = {n.id: n for n in road.nodes}
    arcs, nodes = [], list(road.nodes)
    for arc in road.arcs:
        if arc.length_m < 2 or arc.kind != "mainline":
            arcs.append(arc)
            continue
        first = arc.length_m // 2
        low, high = node[arc.tail].elevation_m, node[arc.head].elevation_m
        height = low + (high - low) * first / arc.length_m
        middle = replace(
            node[arc.tail], id=f"{arc.id}|", kind="shape", elevation_m=height, chainage_m=None
        )
        nodes.append(middle)
        arcs.append(replace(arc, id=f"{arc.id}|1", head=middle.id, length_m=first))
        arcs.append(replace(arc, id=f"{arc.id}|2", tail=middle.id, length_m=arc.length_m - first))
    finer = replace(
        road,
        nodes=tuple(sorted(nodes, key=lambda n: n.id)),
        arcs=tuple(sorted(arcs, key=lambda a: a.id)),
    )
    for one, other in zip(
        estimate(toolbox, road).commodities, estimate(toolbox, finer).commodities, strict=True
    ):
        coarse, fine = one.variants[0], other.variants[0]
        more_arcs = sum(
            len(b.arcs) - len(a.arcs) for a, b in zip(coarse.legs, fine.legs, strict=True)
        )
        assert coarse.total_g <= fine.total_g <= coarse.total_g + more_arcs
        assert [v.site for v in coarse.visits] == [v.site for v in fine.visits]


def test_a_road_that_opens_later_is_named(toolbox: SimpleNamespace) -> None:
    """All ODs without a way are listed with year and direction, in one error."""
    road = toolbox.straight(open_year=2028)
    with pytest.raises(InputError) as caught:
        estimate(toolbox, road)
    shown = [(fault.key, fault.value) for fault in caught.value.faults]
    assert ("fleet.coal", "west -> east in 2026") in shown
    assert ("through.westward", "east -> west in 2026") in shown
    assert len(shown) == 4 + 6


def test_a_missing_way_back_is_named_as_such(toolbox: SimpleNamespace) -> None:
    """A LOOP that cannot come home says which way is missing."""
    road = toolbox.straight()
    road = replace(road, arcs=tuple(a for a in road.arcs if a.id != "d-d0>p0"))
    with pytest.raises(InputError) as caught:
        estimate(toolbox, road)
    shown = {fault.key: fault.value for fault in caught.value.faults}
    assert shown["fleet.coal"] == "east -> west in 2026"
    assert "through.eastward" not in shown


def test_all_wrong_flows_are_named_at_once(toolbox: SimpleNamespace) -> None:
    """An unknown place and an id taken twice: one error with both."""
    base = toolbox.scenario_of()
    fleet = {
        "coal": base.fleet["coal"].model_copy(update={"destination": "nowhere"}),
        "coke": base.fleet["coke"],
    }
    own = {
        "eastward": toolbox.OdSpec(
            origin="west", destination="east", truck="t49", trips_per_day={2026: 1.0}
        ),
    }
    with pytest.raises(InputError) as caught:
        estimate(toolbox, fleet=fleet, od=own)
    assert [fault.key for fault in caught.value.faults] == [
        "fleet.coal.destination",
        "through.eastward",
    ]


@pytest.mark.parametrize(("factor", "stops"), [(0.5, True), (1.0, False), (2.0, True)])
def test_implausible_consumption_stops_the_run(
    toolbox: SimpleNamespace, factor: float, stops: bool
) -> None:
    """The mean of laden and empty must lie in 6-20 kg/100 km: 7.5 does, half or 2.9 times not."""
    base = toolbox.scenario_of()
    factor = factor * 1.45 if factor > 1 else factor
    truck = {"t49": base.truck["t49"].model_copy(update={"consumption_factor": factor})}
    if stops:
        with pytest.raises(InputError, match="mean of laden and empty"):
            estimate(toolbox, truck=truck)
    else:
        assert "7.5 kg/100 km" in estimate(toolbox, truck=truck).notes[0]


def test_detours_cost_time_and_distance(toolbox: SimpleNamespace) -> None:
    """3.5 km more at 2 CNY/km and 100 CNY/h at 70 km/h: 3.5 x (2 + 100/70) = 12 CNY."""
    demand = estimate(toolbox)
    coal = next(c for c in demand.commodities if c.od == "coal")
    one = next(v for v in coal.variants if v.id == "out:x1")
    assert one.detour_sites == ("x1",)
    assert one.length_m - coal.variants[0].length_m == 3500
    assert one.detour_cny_per_trip == pytest.approx(12)


def test_a_zone_without_mass_sends_nothing(toolbox: SimpleNamespace) -> None:
    """Mass 0 takes a zone out, with all its pairs."""
    base = toolbox.scenario_of()
    nothing = base.zone["mid"].model_copy(update={"mass": 0.0})
    demand = estimate(toolbox, zone={**base.zone, "mid": nothing})
    pairs = {c.od for c in demand.commodities if c.market == "regional"}
    assert pairs == {"west-east", "east-west"}


def test_clamped_slopes_are_said(toolbox: SimpleNamespace) -> None:
    """The 300 m between diverge and merge of an exit rise 21 m: 7 %, clamped to 6 %, and said."""
    steep = toolbox.straight(heights=lambda chainage_m: 21.0 * (chainage_m > 40_000))
    assert "2 pieces of road are steeper" in " ".join(estimate(toolbox, steep).notes)
    gentle = toolbox.straight(heights=lambda chainage_m: 18.0 * (chainage_m > 40_000))
    assert "steeper" not in " ".join(estimate(toolbox, gentle).notes)


def test_the_distance_implied_is_said(toolbox: SimpleNamespace) -> None:
    """30 kg at so many kg per loop of so many km are the km of a truck's day, in a note."""
    base = toolbox.scenario_of()
    market = base.market.model_copy(
        update={
            name: base.market.captive.model_copy(update={"share": share})
            for name, share in (("captive", 1.0), ("regional", 0.0), ("through", 0.0))
        }
    )
    fleet = {"coal": base.fleet["coal"].model_copy(update={"share": 1.0})}
    demand = estimate(toolbox, market=market, fleet=fleet)
    loop = demand.commodities[0].variants[0]
    km = 30_000 / loop.total_g * loop.length_m / 1000
    assert any(f"drives {km:.0f} km a day in 2030" in note for note in demand.notes)


def test_the_document_reads_back_equal(toolbox: SimpleNamespace) -> None:
    """Writing trips.json and reading it back changes nothing, bytes included."""
    demand = estimate(toolbox)
    text = json.dumps(trips_document(demand))
    again = trips_from_document(json.loads(text))
    assert again == demand
    assert json.dumps(trips_document(again)) == text


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (["schema"], "corridor.trips/9", "schema"),
        (["commodities"], {}, "/commodities"),
        (["commodities", 0, "usable_g"], 1.5, "/commodities/0/usable_g"),
        (["commodities", 0, "usable_g"], -1, "/commodities/0/usable_g"),
        (["commodities", 0, "usable_g"], True, "/commodities/0/usable_g"),
        (["commodities", 0, "trips_per_day"], -1, "/commodities/0/trips_per_day"),
        (["commodities", 0, "trips_per_day"], "1", "/commodities/0/trips_per_day"),
        (["commodities", 0, "convention"], "TRIP", "/commodities/0/convention"),
        (["commodities", 0, "od"], 7, "/commodities/0/od"),
        (["commodities", 0, "extra"], 7, "/commodities/0/extra"),
        (["commodities", 0, "variants", 0, "legs", 0, "grams"], [1], "/grams"),
        (["commodities", 0, "variants", 0, "legs", 0, "arcs"], [1], "/arcs"),
        (["commodities", 0, "variants", 0, "visits", 0], None, "/visits/0"),
        (["trucks_by_year", 0, "year"], "2026", "/trucks_by_year/0/year"),
        (["trucks_by_year", 0], [], "/trucks_by_year/0"),
        (["notes"], "none", "/notes"),
    ],
)
def test_a_broken_document_is_refused(
    toolbox: SimpleNamespace, path: list[Any], value: Any, key: str
) -> None:
    """Every field is checked, and the fault names its place."""
    document = json.loads(json.dumps(trips_document(estimate(toolbox))))
    spot = document
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    with pytest.raises(InputError) as caught:
        trips_from_document(document)
    assert caught.value.faults[0].key.endswith(key)


def test_order_of_input_does_not_matter(toolbox: SimpleNamespace) -> None:
    """Flows, places, arcs and sites in another order give the same demand."""
    road = toolbox.straight()
    base = toolbox.scenario_of()
    other = replace(
        road,
        nodes=road.nodes[::-1],
        arcs=road.arcs[::-1],
        places=road.places[::-1],
    )
    mixed = toolbox.scenario_of(
        fleet=dict(reversed(base.fleet.items())), zone=dict(reversed(base.zone.items()))
    )
    first = estimate_demand(base, road, toolbox.sites_of(road))
    second = estimate_demand(mixed, other, toolbox.sites_of(road))
    assert second.commodities == first.commodities
