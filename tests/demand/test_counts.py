"""Counts: GEH by hand, which walks pass a count, what is said about it, and the fit to them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from corridor.core.errors import InputError
from corridor.demand.counts import GEH_GOOD, geh
from corridor.demand.estimate import estimate_demand
from corridor.demand.trips import Demand
from corridor.scenario.flows import CountSpec

FIT = SimpleNamespace(method="least_squares", seed_weight=0.1, hour_fraction=0.06)


def counted(
    trucks: float,
    km: float = 50.0,
    way: str = "",
    route: str = "R1",
    year: int = 2025,
    truck: str = "",
) -> CountSpec:
    return CountSpec(
        route=route,
        chainage_km=km,
        carriageway=way,
        year=year,
        trucks_per_day=trucks,
        truck=truck,
        row=f"counts.csv, row {km:g}",
    )


def estimate(toolbox: SimpleNamespace, exits: int = 4, **changes: Any) -> Demand:
    road = toolbox.straight(exits)
    return estimate_demand(toolbox.scenario_of(**changes), road, toolbox.sites_of(road))


def test_geh_by_hand() -> None:
    """1100 against 1000 an hour: sqrt(2 x 100^2 / 2100) = 3.086; nothing against nothing is 0."""
    assert geh(1100, 1000) == pytest.approx(3.0861, abs=1e-4)
    assert geh(1000, 1100) == geh(1100, 1000)
    assert geh(0, 0) == 0


def test_a_count_sees_the_trips_that_pass(toolbox: SimpleNamespace) -> None:
    """A loop of one truck passes a point once each way; 2025 is compared with 2026."""
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
    demand = estimate(
        toolbox,
        od=own,
        demand=base.demand.model_copy(update={"use_markets": False}),
        count={
            "both": counted(140),
            "west-end": counted(190, km=10),
            "up": counted(70, way="up"),
            "down": counted(70, way="down"),
            "at-a-node": counted(140, km=60),
            "class": counted(140, km=65, truck="t49"),
        },
    )
    assert {check.id: check.after_per_day for check in demand.counts} == {
        "both": 14,
        "west-end": 19,
        "up": 7,
        "down": 7,
        "at-a-node": 14,
        "class": 14,
    }
    assert {check.year for check in demand.counts} == {2026}
    # Everywhere a tenth of the trucks: the pattern fits to the last truck.
    assert all(check.geh_after == pytest.approx(0) for check in demand.counts)
    assert "10.0% of the trucks counted" in demand.notes[-1]
    assert "the pattern fits" in demand.notes[-1]


def test_geh_is_of_hourly_flows_of_all_fuels(toolbox: SimpleNamespace) -> None:
    """10 and 10 modelled, 100 and 300 counted: at 5 % 200 a day each, 6 % of them an hour."""
    own = toolbox.OdSpec(origin="west", destination="east", truck="t49", trips_per_day={2026: 5.0})
    base = toolbox.scenario_of()
    demand = estimate(
        toolbox,
        od={"shuttle": own},
        demand=base.demand.model_copy(update={"use_markets": False}),
        count={"a": counted(100, km=10), "b": counted(300, km=70)},
    )
    found = {check.id: check for check in demand.counts}
    assert found["a"].hydrogen_share == pytest.approx(0.05)
    assert found["a"].geh_after == pytest.approx(geh(12, 6))
    assert found["b"].geh_after == pytest.approx(geh(12, 18))


@pytest.mark.parametrize(
    ("counted_in", "period"), [(2020, 2026), (2026, 2026), (2029, 2026), (2030, 2030)]
)
def test_a_count_meets_its_period(toolbox: SimpleNamespace, counted_in: int, period: int) -> None:
    """The last period begun by the year of the count; before all of them the first."""
    demand = estimate(toolbox, count={"one": counted(900, year=counted_in)})
    assert demand.counts[0].year == period


def test_more_hydrogen_trucks_than_trucks_is_said(toolbox: SimpleNamespace) -> None:
    """A count below the modelled hydrogen trucks is impossible, and named."""
    assert "weak" in estimate(toolbox, count={"weak": counted(1)}).notes[-1]


def test_a_count_off_the_road_is_refused(toolbox: SimpleNamespace) -> None:
    """Unknown route, chainage beyond the end, unknown carriageway: all at once, with their rows."""
    with pytest.raises(InputError) as caught:
        estimate(
            toolbox,
            count={
                "a": counted(1, km=51, route="R9"),
                "b": counted(1, km=500),
                "c": counted(1, km=52, way="sideways"),
                "fine": counted(1),
            },
        )
    faults = caught.value.faults
    assert [fault.key for fault in faults] == ["count.a", "count.b", "count.c"]
    assert [fault.file for fault in faults] == [f"counts.csv, row {n}" for n in (51, 500, 52)]
    assert "R1: 0-120 km, up or down" in faults[0].hint


def synthetic(toolbox: SimpleNamespace, *, shares: dict[str, float]) -> dict[str, Any]:
    """Return markets whose shares within captive and through differ from the even ones."""
    base = toolbox.scenario_of()
    ends = {"coal": ("west", "east"), "coke": ("mid", "west"), "ore": ("east", "mid")}
    fleet = {
        key: base.fleet["coal"].model_copy(
            update={"origin": o, "destination": d, "share": shares[key]}
        )
        for key, (o, d) in ends.items()
    }
    through = {
        key: base.through[key].model_copy(update={"share": shares[key]}) for key in base.through
    }
    return {"fleet": fleet, "through": through}


TRUTH = {"coal": 0.15, "coke": 0.75, "ore": 0.10, "eastward": 0.9, "westward": 0.1}
GUESS = {"coal": 0.40, "coke": 0.10, "ore": 0.50, "eastward": 0.3, "westward": 0.7}
PENETRATION = 0.02


def test_the_fit_finds_a_truth_that_is_known(toolbox: SimpleNamespace) -> None:
    """Counts of a corridor whose flows are known, from a wrong guess: GEH below 5 at 85 %."""
    places = {
        f"{way}{km}": counted(0.0, km=km, way=way, year=2030)
        for way in ("up", "down")
        for km in range(5, 280, 15)
    }
    truth = estimate(toolbox, 8, count=places, **synthetic(toolbox, shares=TRUTH))
    seen = {
        check.id: places[check.id].model_copy(
            update={"trucks_per_day": round(check.after_per_day / PENETRATION)}
        )
        for check in truth.counts
    }
    guess = synthetic(toolbox, shares=GUESS)
    plain = estimate(toolbox, 8, count=seen, **guess)
    found = estimate(toolbox, 8, count=seen, calibration=FIT, **guess)
    good = [check.geh_after < GEH_GOOD for check in found.counts]
    assert sum(check.geh_before < GEH_GOOD for check in found.counts) < 0.5 * len(good)
    assert sum(good) >= 0.85 * len(good)
    assert [c.geh_after for c in plain.counts] == [c.geh_before for c in found.counts]
    assert found.counts[0].hydrogen_share == pytest.approx(PENETRATION, rel=0.02)
    real = {c.id: c.trips_per_day for c in truth.commodities}
    for before, after in zip(plain.commodities, found.commodities, strict=True):
        if after.od in ("coke", "eastward", "westward"):
            assert abs(after.trips_per_day - real[after.id]) < abs(
                before.trips_per_day - real[after.id]
            )
    for year in (2026, 2030):  # the trucks buy what they bought
        kg = [
            sum(c.trips_per_day * c.need_g for c in d.commodities if c.year == year)
            for d in (plain, found)
        ]
        assert kg[1] == pytest.approx(kg[0])
    assert "before the fit" in found.notes[-1]


def test_a_heavy_seed_moves_little(toolbox: SimpleNamespace) -> None:
    """The more the seed weighs, the nearer the factors stay to 1."""
    count = {"a": counted(500, km=10, year=2030), "b": counted(90, km=110, year=2030)}
    spread = []
    for weight in (0.1, 10.0, 1e5):
        fit = SimpleNamespace(method="least_squares", seed_weight=weight, hour_fraction=0.06)
        factors = estimate(toolbox, count=count, calibration=fit).factors
        assert len(factors) == 10
        spread.append(max(abs(row.factor - 1) for row in factors))
    assert spread[0] > spread[1] > spread[2]
    assert spread[2] < 1e-3


def test_known_trips_and_tonnes_are_not_fitted(toolbox: SimpleNamespace) -> None:
    """Own flows and fleets with known tonnes keep their trips."""
    base = toolbox.scenario_of()
    fleet = {
        "coal": base.fleet["coal"].model_copy(update={"share": 1.0}),
        "coke": base.fleet["coke"].model_copy(update={"share": None, "t_per_year": 109_500.0}),
    }
    count = {"a": counted(500, km=10, year=2030), "b": counted(90, km=110, year=2030)}
    found = estimate(toolbox, count=count, calibration=FIT, fleet=fleet)
    trips = {c.od: c.trips_per_day for c in found.commodities if c.year == 2030}
    assert trips["coke"] == pytest.approx(10.0)
    assert "coke" not in {row.od for row in found.factors}
