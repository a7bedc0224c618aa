"""The supply stage as a whole: plants on and off, lanes there and back, faults all at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from corridor.candidates.sites import CandidateSite, CandidateSites
from corridor.core.errors import InputError
from corridor.network.network import Arc, Network, Node, Place
from corridor.scenario.plants import DeliverySpec, PlantSpec
from corridor.supply.delivery import delivery_cny_per_kg
from corridor.supply.price import price_supply

NUMBERS: dict[str, Any] = {
    "kind": "coke_oven_gas",
    "name_en": "Works",
    "place": "works",
    "coke_mt_per_year": 3.8,
    "coke_rate_fraction": 1.0,
    "gas_nm3_per_t": 430.0,
    "own_use_fraction": 0.535,
    "committed_gas_fraction": 0.0,
    "hydrogen_fraction": 0.57,
    "recovery_fraction": 0.85,
    "nameplate_kg_per_day": 9850.0,
    "committed_kg_per_day": 0.0,
    "availability_fraction": 1.0,
    "gate_cny_per_kg": 11.0,
    "purification_kwh_per_kg": 4.5,
    "purification_capex_cny_per_kg_per_day": 4500.0,
    "purification_life_years": 15.0,
    "expansions_kg_per_day": (5000.0, 10000.0),
    "carbon_kg_per_kg": {"byproduct": 3.83, "substitution_coal": 12.5},
}

DELIVERY = DeliverySpec(
    payload_kg=280.0,
    trailer_capex_cny=1.2e6,
    tractor_capex_cny=0.4e6,
    life_years=15,
    crew_persons=3.0,
    crew_cny_per_year=110_000.0,
    trailer_om_fraction=0.017,
    operating_hours_per_year=4500.0,
    speed_km_per_h=55.0,
    load_unload_hours=5.0,
    fill_hours=2.0,
    unload_hours=3.0,
    diesel_l_per_100km=32.0,
    diesel_cny_per_l=7.5,
    maintenance_cny_per_km=0.35,
    toll_cny_per_km=1.3,
    filling_kwh_per_kg=1.6,
    loss_fraction=0.01,
)


def road() -> Network:
    """Return a one-way ring works -> a -> b -> works of 10 + 20 + 30 km, and two dead ends.

    ``in`` can be entered from a but not left, ``late`` (both ways, 5 km from b) opens in 2030,
    ``alone`` has no road.
    """
    lengths = {
        ("works", "a"): (10_000, 0),
        ("a", "b"): (20_000, 0),
        ("b", "works"): (30_000, 0),
        ("a", "in"): (1_000, 0),
        ("b", "late"): (5_000, 2030),
        ("late", "b"): (5_000, 2030),
    }
    names = [*sorted({end for pair in lengths for end in pair}), "alone"]
    return Network(
        name="ring",
        nodes=tuple(
            Node(id=n, kind="terminal" if n == "works" else "site", lon=105 + i / 10, lat=26)
            for i, n in enumerate(names)
        ),
        arcs=tuple(
            Arc(id=f"{t}>{h}", tail=t, head=h, length_m=m, kind="access", open_year=year)
            for (t, h), (m, year) in sorted(lengths.items())
        ),
        routes=(),
        places=(Place(id="works", name_zh="厂", name_en="Works", kind="plant", node="works"),),
    )


SITES = CandidateSites(
    sites=tuple(
        CandidateSite(id=n, kind="hub", name_zh="", name_en="", node=n, lon=105, lat=26)
        for n in ("a", "b", "in", "late")
    ),
    rejected=(),
)


def supply_of(**plants: dict[str, Any]) -> Any:
    scenario = SimpleNamespace(
        name="test",
        time=SimpleNamespace(periods=(2026, 2030)),
        slices=(2026, 2030),
        money=SimpleNamespace(discount_rate=0.08, power_price_cny_per_kwh=0.55),
        delivery=DELIVERY,
        plant={key: PlantSpec(**{**NUMBERS, **changes}) for key, changes in plants.items()},
    )
    return price_supply(scenario, road(), SITES)


def test_lanes_need_a_way_there_and_back() -> None:
    """Round trips on a one-way ring are the ring; a dead end has no lane, a later road later."""
    supply = supply_of(coke={})
    assert {(lane.site, lane.year): lane.round_trip_km for lane in supply.lanes} == {
        ("a", 2026): 60,
        ("a", 2030): 60,
        ("b", 2026): 60,
        ("b", 2030): 60,
        ("late", 2030): 70,
    }
    for lane in supply.lanes:
        cost = delivery_cny_per_kg(DELIVERY, 0.08, lane.round_trip_km)
        assert lane.delivery_cny_per_kg == cost
    assert supply.loss_fraction == 0.01


def test_extra_road_counts_twice() -> None:
    """A plant 12 km off the network drives them out and back."""
    near, far = supply_of(coke={}), supply_of(coke={"extra_km": 12.0})
    assert [lane.round_trip_km + 24 for lane in near.lanes] == [
        lane.round_trip_km for lane in far.lanes
    ]
    assert far.plants[0].extra_km == 12


def test_a_plant_is_priced_link_by_link() -> None:
    """Nameplate, gas, expansion steps, gate with its purification, filling apart."""
    (plant,) = supply_of(coke={}).plants
    now = plant.periods[0]
    assert (plant.node, now.year, now.available_kg_per_day) == ("works", 2026, 9850)
    assert now.expandable_to_kg_per_day == now.gas_limit_kg_per_day > 90_000
    assert now.gate.announced == pytest.approx(11)
    assert now.gate.purification_operation == pytest.approx(4.5 * 0.55)
    assert now.gate.purification_capital == pytest.approx(1.4404, abs=1e-4)
    assert now.gate.expansion == pytest.approx(11 - 1.4404, abs=1e-4)
    assert now.filling_cny_per_kg == pytest.approx(0.88)
    assert [(s.added_kg_per_day, s.capex_cny) for s in plant.expansions] == [
        (5000, 22.5e6),
        (10000, 45e6),
    ]
    assert plant.carbon_kg_per_kg == {"byproduct": 3.83, "substitution_coal": 12.5}


def test_plants_that_take_no_part_say_why() -> None:
    """Switched off, not yet built, and out of reach: each is listed with its reason."""
    supply = supply_of(
        off={"enabled": False, "off_because": "No cited capacity."},
        plain={"enabled": False},
        future={"from_year": 2040},
        on={},
    )
    assert [plant.id for plant in supply.plants] == ["on"]
    reasons = {plant.id: plant.reason for plant in supply.off}
    assert reasons["off"] == "No cited capacity."
    assert "Switched off" in reasons["plain"]
    assert "2040" in reasons["future"]


def test_a_plant_without_lanes_is_off() -> None:
    """A plant without a road is off, with that reason; at the dead end it serves that site."""
    supply = supply_of(
        cut={"place": "", "lon": 105.5, "lat": 26.0}, end={"place": "", "lon": 105.2, "lat": 26.0}
    )
    assert [plant.id for plant in supply.off] == ["cut"]
    assert "reached" in supply.off[0].reason
    assert {(lane.plant, lane.site, lane.round_trip_km) for lane in supply.lanes} == {
        ("end", "in", 0)
    }


def test_a_plant_that_starts_later_sends_nothing_before() -> None:
    """From 2030: 0 in 2026, its nameplate in 2030; its lanes are there in both."""
    (plant,) = supply_of(coke={"from_year": 2030}).plants
    assert [p.available_kg_per_day for p in plant.periods] == [0, 9850]


def test_a_plant_off_the_network_joins_the_nearest_node() -> None:
    """With lon and lat only, the straight line to the nearest node counts, and a note says so."""
    supply = supply_of(coke={"place": "", "lon": 105.0, "lat": 26.1})
    (plant,) = supply.plants
    assert plant.node == "a"
    assert plant.extra_km == pytest.approx(11.12, abs=0.01)
    assert any("straight line" in note for note in supply.notes)
    given = supply_of(coke={"place": "", "lon": 105.0, "lat": 26.1, "extra_km": 20.0})
    assert given.plants[0].extra_km == 20
    assert given.notes == ()


def test_other_kinds_need_no_coke() -> None:
    """An electrolyser is priced from its own numbers; its steps are its limit."""
    green = {key: None for key in NUMBERS if key.startswith(("coke_", "gas_"))}
    green |= {"own_use_fraction": None, "committed_gas_fraction": None}
    green |= {"hydrogen_fraction": None, "recovery_fraction": None, "kind": "grid_electrolysis"}
    (plant,) = supply_of(green=green).plants
    assert plant.kind == "grid_electrolysis"
    assert plant.periods[0].expandable_to_kg_per_day == 9850 + 15000


def test_every_plant_at_an_unknown_place_is_named() -> None:
    """Places are known only once the network is built: one error names each key."""
    with pytest.raises(InputError) as caught:
        supply_of(one={"place": "nowhere"}, two={}, three={"place": "elsewhere"})
    assert [fault.key for fault in caught.value.faults] == ["plant.one.place", "plant.three.place"]


def test_doubtful_numbers_are_noted() -> None:
    """A gate price below purification, and emissions that change by year, are said, not hidden."""
    assert supply_of(coke={}).notes == ()
    over = supply_of(coke={"committed_kg_per_day": {2026: 9850.0, 2030: 9851.0}})
    assert [note for note in over.notes if "2030" in note and "promised" in note] == list(
        over.notes
    )
    carbon = {"byproduct": {2026: 3.83, 2030: 3.0}, "substitution_coal": 12.5}
    supply = supply_of(coke={"gate_cny_per_kg": 3.0, "carbon_kg_per_kg": carbon})
    assert sum("purification alone costs 3.92" in note for note in supply.notes) == 2
    assert any("emissions are those of 2026" in note for note in supply.notes)
    assert supply.plants[0].carbon_kg_per_kg["byproduct"] == 3.83


def test_steps_cannot_be_paid_to_leave() -> None:
    """A gate price below the capital of its own purification is refused where there are steps."""
    with pytest.raises(InputError, match="purification's own capital"):
        supply_of(coke={"gate_cny_per_kg": 1.0})
    alone = supply_of(coke={"gate_cny_per_kg": 1.0, "expansions_kg_per_day": ()})
    assert alone.plants[0].periods[0].gate.production < 0


def test_opportunity_is_of_steps_only() -> None:
    """5 CNY/kg for the gas: announced hydrogen as before, that of steps 5 dearer."""
    plain, worth = supply_of(coke={}), supply_of(coke={"opportunity_cny_per_kg": 5.0})
    before, after = plain.plants[0].periods[0].gate, worth.plants[0].periods[0].gate
    assert after.announced == before.announced
    assert after.expansion == pytest.approx(before.expansion + 5)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_costs_of_a_lane_follow_the_crew(factor: float) -> None:
    """Doubling all yearly and kilometre prices doubles the price of the lane."""
    scaled = DELIVERY.model_copy(
        update={
            key: getattr(DELIVERY, key) * factor
            for key in (
                "trailer_capex_cny",
                "tractor_capex_cny",
                "crew_cny_per_year",
                "diesel_cny_per_l",
                "maintenance_cny_per_km",
                "toll_cny_per_km",
            )
        }
    )
    assert delivery_cny_per_kg(scaled, 0.08, 60) == pytest.approx(
        delivery_cny_per_kg(DELIVERY, 0.08, 60) * factor
    )
