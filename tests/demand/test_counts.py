"""Counts: GEH by hand, which walks pass a count, and what is said about it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from corridor.core.errors import InputError
from corridor.demand.counts import check_counts, count_notes, geh
from corridor.demand.estimate import estimate_demand
from corridor.scenario.flows import CountSpec


def counted(
    trucks: float, km: float = 50.0, way: str = "", route: str = "R1", year: int = 2025
) -> CountSpec:
    return CountSpec(route=route, chainage_km=km, carriageway=way, year=year, trucks_per_day=trucks)


def test_geh_by_hand() -> None:
    """1100 against 1000 an hour: sqrt(2 x 100^2 / 2100) = 3.086; nothing against nothing is 0."""
    assert geh(1100, 1000) == pytest.approx(3.0861, abs=1e-4)
    assert geh(1000, 1100) == geh(1100, 1000)
    assert geh(0, 0) == 0


def test_a_count_sees_the_trips_that_pass(toolbox: SimpleNamespace) -> None:
    """A loop of one truck passes a point once each way; 2025 is compared with 2026."""
    road = toolbox.straight()
    own = {
        "shuttle": toolbox.OdSpec(
            origin="west", destination="east", truck="t49", trips_per_day={2026: 7.0, 2030: 9.0}
        ),
        "short": toolbox.OdSpec(
            origin="west",
            destination="mid",
            truck="t49",
            convention="ONEWAY",
            trips_per_day={2026: 5.0},
        ),
    }
    base = toolbox.scenario_of()
    scenario = toolbox.scenario_of(
        od=own,
        demand=base.demand.model_copy(update={"use_markets": False}),
        count={
            "both": counted(140),
            "west-end": counted(190, km=10),
            "up": counted(70, way="up"),
            "down": counted(70, way="down"),
            "at-a-node": counted(140, km=60),
        },
    )
    demand = estimate_demand(scenario, road, toolbox.sites_of(road))
    found = {c.id: c for c in check_counts(scenario, road, demand.commodities)}
    assert {key: check.modelled_per_day for key, check in found.items()} == {
        "both": 14,
        "west-end": 19,
        "up": 7,
        "down": 7,
        "at-a-node": 14,
    }
    assert {check.year for check in found.values()} == {2026}
    # Everywhere a tenth of the trucks: the pattern fits to the last truck.
    assert all(check.geh == pytest.approx(0) for check in found.values())
    assert "10.0% of the trucks counted" in demand.notes[-1]
    assert "the pattern fits" in demand.notes[-1]


@pytest.mark.parametrize(
    ("counted_in", "period"), [(2020, 2026), (2026, 2026), (2029, 2026), (2030, 2030)]
)
def test_a_count_meets_its_period(toolbox: SimpleNamespace, counted_in: int, period: int) -> None:
    """The last period begun by the year of the count; before all of them the first."""
    road = toolbox.straight()
    scenario = toolbox.scenario_of(count={"one": counted(900, year=counted_in)})
    demand = estimate_demand(scenario, road, toolbox.sites_of(road))
    assert check_counts(scenario, road, demand.commodities)[0].year == period


def test_more_hydrogen_trucks_than_trucks_is_said(toolbox: SimpleNamespace) -> None:
    """A count below the modelled hydrogen trucks is impossible, and named."""
    road = toolbox.straight()
    scenario = toolbox.scenario_of(count={"weak": counted(1)})
    demand = estimate_demand(scenario, road, toolbox.sites_of(road))
    assert "weak" in count_notes(scenario, road, demand.commodities)[-1]


def test_a_count_off_the_road_is_refused(toolbox: SimpleNamespace) -> None:
    """Unknown route, chainage beyond the end, unknown carriageway: all in one error."""
    road = toolbox.straight()
    scenario = toolbox.scenario_of(
        count={
            "a": counted(1, route="R9"),
            "b": counted(1, km=500),
            "c": counted(1, way="sideways"),
            "fine": counted(1),
        }
    )
    with pytest.raises(InputError) as caught:
        estimate_demand(scenario, road, toolbox.sites_of(road))
    assert [fault.key for fault in caught.value.faults] == ["count.a", "count.b", "count.c"]
