"""Claim: lives, renewals and budgets of the problem posed are those of the scenario, by hand two ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corridor.candidates.sites import CandidateSite
from corridor.core.finance import capital_recovery, period_weight
from corridor.pipeline.study import pose_question
from corridor.scenario.load import load_scenario
from corridor.siting.lives import Ageing, ageing, purchases
from corridor.siting.problem import SitingProblem

CRF, A = 0.1168295, 9.244237
"""8 % over 15 years, and the weight of the years 2026 to 2040."""


def scenario(rule: str, life: int = 15) -> Any:
    """Give what `ageing` reads."""
    return SimpleNamespace(
        time=SimpleNamespace(periods=(2026, 2030), horizon_end_year=2040),
        station=SimpleNamespace(life_years=life, existing_at_end_of_life=rule),
    )


def station(since: int | None, tier: str = "t2000") -> CandidateSite:
    """Return an existing station."""
    return CandidateSite(
        id="old", kind="existing", name_zh="", name_en="Old", node="n", lon=105.0, lat=26.0,
        existing_tier=tier, existing_since=since,
    )  # fmt: skip


def test_a_station_of_2020_is_rebuilt_in_2035() -> None:
    """Fifteen years after it opened; with a life of 5 it is overdue in 2026 and then every five years."""
    assert ageing(scenario("rebuild"), station(2020)).renewals == (2035,)
    assert ageing(scenario("rebuild", 5), station(2020)).renewals == (2026, 2031, 2036)
    assert ageing(scenario("rebuild", 5), station(2024)).renewals == (2029, 2034, 2039)


def test_a_station_of_2002_is_rebuilt_kept_or_gone() -> None:
    """Its life ended in 2017: paid again at once, never, or no station any more."""
    rebuilt = ageing(scenario("rebuild"), station(2002))
    assert (rebuilt.stands, rebuilt.renewals, rebuilt.overdue) == (True, (2026,), True)
    kept = ageing(scenario("keep"), station(2002))
    assert (kept.stands, kept.renewals) == (True, ())
    assert not ageing(scenario("retire"), station(2002)).stands


def test_retirement_inside_the_plan_and_stations_to_come() -> None:
    """One of 2020 closes in 2035; one of 2050 is nobody's business; a bare plot has no age."""
    assert ageing(scenario("retire"), station(2020)).closes == 2035
    assert ageing(scenario("rebuild"), station(2050)) == Ageing(stands=False)
    assert ageing(scenario("rebuild"), station(2020, tier="")) == Ageing(stands=False)


def test_purchases_by_hand() -> None:
    """Life 5 from 2026 and 2030 to 2029 and 2040: 1 and 3 times, 3 times."""
    asked = scenario("rebuild")
    asked.slices = (2026, 2030)
    asked.last_year = {2026: 2029, 2030: 2040}.__getitem__
    assert purchases(asked, 5) == ((1, 3), (0, 3))
    assert purchases(asked, 15) == ()


CASE = """
extends = "{root}/scenarios/liupanshui-xingyi.toml"
name = "lives"
[time]
periods = [2026]
base_year = 2026
horizon_end_year = 2040
[demand]
use_markets = false
[policy.spacing.s77]
from_year = 2099
[od.luxi-xingyi]
origin = "luxi-park"
destination = "xingyi"
truck = "t49"
convention = "LOOP"
trips_per_day = {{ 2026 = 20 }}
[tier.t500]
fixed_opex_fraction = 0
staff_cny_per_year = 0
[tier.t1000]
fixed_opex_fraction = 0
staff_cny_per_year = 0
"""

OLD = """
[existing_station.{name}]
lon = 105.42
lat = 26.24
tier = "{tier}"
since_year = {since}
place = "luxi-park"
"""


@pytest.fixture
def posed(root: Path, tmp_path: Path) -> Callable[[str], SitingProblem]:
    """Return a function that poses the case with some TOML appended."""

    def pose(extra: str = "") -> SitingProblem:
        path = tmp_path / "s.toml"
        path.write_text(CASE.format(root=root.as_posix()) + extra, encoding="utf-8")
        return pose_question(load_scenario(path)).problem

    return pose


def site(problem: SitingProblem, name: str) -> Any:
    """Return a site of a problem."""
    return next(s for s in problem.sites if s.id == name)


def test_two_stations_of_t1000_by_hand(posed: Callable[[str], SitingProblem]) -> None:
    """2 x 19.3 x CRF x A = 41.688; with life 5, 1.08 x 38.6 x (1 + 1.08^-5 + 1.08^-10) = 89.370 [M CNY]."""
    problem = posed("")
    hub = site(problem, "hub-xingyi")
    assert problem.periods[0].weight == pytest.approx(A, abs=1e-6)
    assert 2 * problem.periods[0].weight * hub.yearly_cny(2, 0) / 1e6 == (
        pytest.approx(38.6 * CRF * A, abs=1e-4)
    )
    assert problem.station_purchases == ()
    short = posed("[station]\nlife_years = 5\n")
    hub = site(short, "hub-xingyi")
    assert 2 * short.periods[0].weight * hub.yearly_cny(2, 0) / 1e6 == pytest.approx(
        89.370, abs=1e-3
    )
    assert short.station_purchases == ((3,),)


def test_an_old_station_is_paid_for_again_by_hand(posed: Callable[[str], SitingProblem]) -> None:
    """A t500 of 2020, 12.5 M: its annuity from 2035 on, six years of fifteen; the budget pays it once."""
    problem = posed(OLD.format(name="old", tier="t500", since=2020))
    old = site(problem, "old")
    assert old.renewal_capex_cny == pytest.approx((12.5e6,))
    years = period_weight(0.08, 2026, 2035, 2040)
    spent = problem.periods[0].weight * old.yearly_cny(1, 0)
    assert spent == pytest.approx(12.5e6 * capital_recovery(0.08, 15) * years)
    bought = 12.5e6 * 1.08 ** -(2034 - 2026)
    left = 12.5e6 * capital_recovery(0.08, 15) / capital_recovery(0.08, 9) * 1.08 ** -(2040 - 2026)
    assert spent == pytest.approx(bought - left)


BARE = "[tier.t2000]\nfixed_opex_fraction = 0.06\nstaff_cny_per_year = 0.8e6\n"


def test_enlarging_an_existing_station_by_hand(posed: Callable[[str], SitingProblem]) -> None:
    """T500 to t2000: 17.5 x CRF x A + 2.57 x A = 42.658 M CNY; a new one, all subsidised, 24.298."""
    problem = posed(BARE + OLD.format(name="old", tier="t500", since=2026))
    old = site(problem, "old")
    assert old.capex_cny[2] == pytest.approx(17.5e6)
    cost = problem.periods[0].weight * old.yearly_cny(3, 0) / 1e6
    assert cost == pytest.approx(17.5 * CRF * A + 2.57 * A, abs=1e-4)
    assert cost == pytest.approx(42.658, abs=1e-3)
    free = posed(BARE + "[station]\nsubsidy_fraction = 1.0\n")
    hub = site(free, "hub-xingyi")
    cost = free.periods[0].weight * hub.yearly_cny(3, 0) / 1e6
    assert cost == pytest.approx(0.5 * CRF * A + 2.57 * A, abs=1e-4)
    assert cost == pytest.approx(24.298, abs=1e-3)


def test_two_stations_on_one_plot_are_two(posed: Callable[[str], SitingProblem]) -> None:
    """The large one does not vanish behind the small one."""
    both = OLD.format(name="aa", tier="t500", since=2020) + OLD.format(
        name="bb", tier="t4000", since=2020
    )
    problem = posed(both)
    assert (site(problem, "aa").existing_level, site(problem, "bb").existing_level) == (1, 4)
