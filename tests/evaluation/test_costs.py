"""The money of the answer made by hand, block by block, as sums on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_answer import problem, solution, supply

from corridor.evaluation.costs import BLOCKS, LINKS, keep_books, levelised, net_present
from corridor.evaluation.plan import make_plan
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.siting.standing import operate_what_stands

Asked = tuple[Question, Solution]

FIRST = {
    "station_capex": 1.0e6,
    "station_opex": 0.5e6,
    "expansions": 0.0,
    "production": 365 * (300 * (15 - 3) + 100 * 30),
    "purification": 365 * 300 * 3,
    "opportunity": 0.0,
    "filling": 365 * 400 * 1,
    "transport": 365 * (300 * 2 + 100 * 1),
    "station_power": 365 * 320 * 1.5,
    "detour": 0.0,
    "stops": 365 * 8 * 10,
    "unmet": 365 * 2 * 40 * 200,  # the first period's trucks: at the priority price
}
SECOND = {
    "station_capex": 1.6e6 + 1.1e6,
    "station_opex": 0.6e6 + 0.7e6,
    "expansions": 1e6,
    "production": 365 * (1462.5 * (14 - 3) + 100 * 30),
    "purification": 365 * (1462.5 * 2 + 1000 * 1),  # 462.5 kg of the step pay no capital here
    "opportunity": 365 * 462.5 * 4,
    "filling": 365 * 1562.5 * 1,
    "transport": 365 * (937.5 * 2 + 525 * 4 + 100 * 1.6),
    "station_power": 365 * (750 * 1.5 + 500 * 2),
    "detour": 365 * 5 * 12,
    "stops": 365 * (30 * 2 + 5) * 10,
    "unmet": 365 * 20 * 40 * 60,  # forty trips without priority are more than the twenty missed
}


def test_every_block_of_both_periods() -> None:
    """Stations, plants, transport, detours and unmet demand, one year each."""
    first, second = keep_books(problem(), supply(), solution())
    assert first.cny_per_year == pytest.approx(FIRST)
    assert second.cny_per_year == pytest.approx(SECOND)
    assert set(FIRST) == set(BLOCKS)


def test_hydrogen_of_both_periods() -> None:
    """Sold at the nozzle, sent at the gate a quarter more, wanted and not sold."""
    first, second = keep_books(problem(), supply(), solution())
    assert first.station_kg_per_day == pytest.approx((320, 0))
    assert second.station_kg_per_day == pytest.approx((750, 500))
    assert (first.sold_kg_per_day, second.sold_kg_per_day) == pytest.approx((320, 1250))
    assert (first.sent_kg_per_day, second.sent_kg_per_day) == pytest.approx((400, 1562.5))
    assert (first.unmet_kg_per_day, second.unmet_kg_per_day) == pytest.approx((80, 800))


def test_some_unmet_trips_have_priority() -> None:
    """Forty-three of fifty loops missed: three more than the forty without priority."""
    worse = solution(unmet_trips_per_day=(2.0, 43.0, 0.0))
    second = keep_books(problem(), supply(), worse)[1]
    assert second.cny_per_year["unmet"] == pytest.approx(365 * 40 * (40 * 60 + 3 * 200))


def test_net_present_is_four_years_and_five() -> None:
    """Every block times the weight of its period; the total is their sum."""
    npv = net_present(keep_books(problem(), supply(), solution()))
    assert npv["unmet"] == pytest.approx(4 * FIRST["unmet"] + 5 * SECOND["unmet"])
    for name in BLOCKS:
        assert npv[name] == pytest.approx(4 * FIRST[name] + 5 * SECOND[name])
    assert npv["total"] == pytest.approx(4 * sum(FIRST.values()) + 5 * sum(SECOND.values()))


def test_levelised_cost_leaves_unmet_demand_out() -> None:
    """All blocks but unmet, over the kilograms sold; the links add up."""
    split = levelised(keep_books(problem(), supply(), solution()))
    assert split is not None
    kg = 365 * (4 * 320 + 5 * 1250)
    money = 4 * (sum(FIRST.values()) - FIRST["unmet"]) + 5 * (
        sum(SECOND.values()) - SECOND["unmet"]
    )
    assert split["total"] == pytest.approx(money / kg)
    assert split["purification"] == pytest.approx(
        (4 * 365 * 300 * 3 + 5 * (365 * (1462.5 * 2 + 1000) + 1e6)) / kg
    )
    assert split["opportunity"] == pytest.approx(5 * 365 * 462.5 * 4 / kg)
    assert split["compression"] == pytest.approx((4 * 365 * 400 + 5 * 365 * 1562.5) / kg)
    assert split["station_power"] == pytest.approx((4 * 365 * 480 + 5 * 365 * 2125) / kg)
    assert split["station_capex"] == pytest.approx((4 * 1.0e6 + 5 * 2.7e6) / kg)
    assert split["station_opex"] == pytest.approx((4 * 0.5e6 + 5 * 1.3e6) / kg)
    assert sum(split.values()) == pytest.approx(2 * split["total"])


def test_nothing_sold_has_no_cost_per_kilogram() -> None:
    """Zero and "not computed" differ."""
    idle = solution(stop_plans=(), supply_kg_per_day=(((0.0, 0.0),) * 2,) * 2)
    assert levelised(keep_books(problem(), supply(), idle)) is None


def test_two_ways_to_the_same_money(asked: Asked) -> None:
    """Purchases less residual value are the annuities; the pump price needed is the LCOH of the operator."""
    question, answer = asked
    plan = make_plan(question, answer, {}, standing=operate_what_stands(question.problem))
    kpis, npv = plan["kpis"], plan["costs_npv_cny"]
    capital = kpis["capital"]["purchases_npv_cny"] - kpis["capital"]["residual_npv_cny"]
    assert capital == pytest.approx(npv["station_capex"] + npv["expansions"], rel=1e-9)
    lcoh = kpis["lcoh_cny_per_kg"]
    needed = kpis["who_pays"]["operator"]["needed_pump_price_cny_per_kg"]
    assert needed == pytest.approx(lcoh["total"] - lcoh["detour"] - lcoh["stops"], rel=1e-9)
    assert sum(lcoh[link] for link in LINKS) == pytest.approx(lcoh["total"])


def test_hydrogen_does_not_fly() -> None:
    """A delivery where no lane leads is a bug, not a bill."""
    given = problem()
    cut = replace(given.sources[0], lane_cny_per_kg=((None, 4.0), (2.0, 4.0)))
    with pytest.raises(AssertionError, match="no lane"):
        keep_books(replace(given, sources=(cut, given.sources[1])), supply(), solution())
