"""Which years are operated alike: little is lost against single years, and both implementations agree.

Shortfall is counted by supply and demand alone: what all plants can sell at most, and what trucks want,
year by year. It is the part of a plan's shortfall that no station changes, and needs no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.certificate.supply import source_limits
from corridor.certificate.years import runs_of
from corridor.scenario.adoption import trucks_in
from corridor.scenario.dates import year_notes, years_of
from corridor.scenario.document import resolved_document
from corridor.scenario.edit import with_value
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario
from corridor.scenario.years import HIDDEN_MOST, slices_of

SHIPPED = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.toml"))
RULES = ("first", "representative", "each")


@pytest.fixture(scope="module")
def shipped(root: Path) -> Callable[[str], Scenario]:
    """Return a function that reads a shipped scenario."""
    known: dict[str, Scenario] = {}

    def read(name: str) -> Scenario:
        if name not in known:
            known[name] = load_scenario(root / "scenarios" / f"{name}.toml")
        return known[name]

    return read


def wanted_kg(scenario: Scenario, years: Sequence[int]) -> float:
    """Return what trucks want on an average day of some years [kg/day]."""
    assert scenario.adoption is not None
    trucks = [trucks_in(scenario.adoption.anchors, year) for year in years]
    return fsum(trucks) / len(trucks) * scenario.demand.kg_per_truck_day


def missing_kg(scenario: Scenario, wanted: float, year: int, steps: bool) -> float:
    """Return what all plants cannot give of it, with no or with every expansion step [kg/day]."""
    document = resolved_document(scenario)
    plants = [row for row in document["plant"].values() if row["enabled"]]
    most = fsum(source_limits(row, year)[steps] for row in plants)
    return max(0.0, wanted - most * (1 - scenario.delivery.loss_fraction))


def by_years(scenario: Scenario, rule: str, steps: bool) -> tuple[float, float]:
    """Return what is wanted and what is missing over the horizon, years counted by a rule [kg/day × year]."""
    asked = with_value(scenario, "time.years", rule)
    wanted, missing = [], []
    for first in asked.slices:
        count = asked.last_year(first) - first + 1
        kg = wanted_kg(asked, years_of(asked, first))
        wanted.append(count * kg)
        missing.append(count * missing_kg(asked, kg, first, steps))
    return fsum(wanted), fsum(missing)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("steps", [False, True])
def test_single_years_want_and_miss_no_more(
    shipped: Callable[[str], Scenario], name: str, steps: bool
) -> None:
    """Cut into single years every shipped scenario wants within 2 % the same and misses within 1 % of it."""
    scenario = shipped(name)
    wanted, missing = by_years(scenario, "representative", steps)
    truly_wanted, truly_missing = by_years(scenario, "each", steps)
    assert wanted == pytest.approx(truly_wanted, rel=0.02)
    assert abs(truly_missing - missing) < 0.01 * truly_wanted


def test_first_years_hide_what_representative_ones_show(
    shipped: Callable[[str], Scenario],
) -> None:
    """The default asked for by first years wants a seventh less than its own adoption curve."""
    scenario = shipped("liupanshui-xingyi")
    first, _ = by_years(scenario, "first", True)
    each, _ = by_years(scenario, "each", True)
    assert first < 0.87 * each


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("rule", RULES)
def test_planner_and_certificate_cut_alike(
    shipped: Callable[[str], Scenario], name: str, rule: str
) -> None:
    """Runs of years and their last ones are derived twice."""
    scenario = with_value(shipped(name), "time.years", rule)
    runs = runs_of(resolved_document(scenario))
    assert tuple(run[0] for run in runs) == scenario.slices
    assert [run[-1] for run in runs] == [scenario.last_year(first) for first in scenario.slices]


growing = st.lists(st.integers(0, 3000), min_size=1, max_size=4).map(sorted)


@given(growing, st.sets(st.integers(2027, 2039), max_size=3), st.floats(0, 4000))
def test_no_constant_limit_hides_more_than_said(
    counts: list[int], later: set[int], limit: float
) -> None:
    """Whatever the plants can give, the same in all years: means miss at most 1 % of demand less."""
    anchors = {2025 + 5 * n: float(count) for n, count in enumerate(counts)}
    time: Any = SimpleNamespace(
        periods=tuple(sorted({2026, *later})), years="representative", horizon_end_year=2040
    )
    starts = slices_of(time, anchors, ())
    assert set(time.periods) <= set(starts)
    trucks = {year: trucks_in(anchors, year) for year in range(2026, 2041)}
    hidden = fsum(max(0.0, n - limit) for n in trucks.values())
    for start, end in zip(starts, [*starts[1:], 2041], strict=True):
        mean = fsum(trucks[y] for y in range(start, end)) / (end - start)
        hidden -= (end - start) * max(0.0, mean - limit)
    assert hidden <= HIDDEN_MOST * fsum(trucks.values()) + 1e-6


def test_freight_given_by_year_begins_a_run(shipped: Callable[[str], Scenario]) -> None:
    """Own flows that change in 2037 are no mean of before and after; without trucks nothing else cuts."""
    own = {
        "origin": "liupanshui", "destination": "xingyi", "truck": "t49", "cargo": "coke",
        "convention": "LOOP", "trips_per_day": {"2030": 10, "2037": 20},
    }  # fmt: skip
    scenario = with_value(shipped("liupanshui-xingyi"), "od.own", own)
    scenario = with_value(scenario, "demand.use_markets", False)
    scenario = with_value(scenario, "time.years", "representative")
    assert scenario.slices == (2026, 2030, 2035, 2037)


def test_years_are_told(shipped: Callable[[str], Scenario]) -> None:
    """Each rule says how years are counted, and anchors that end early are named."""
    scenario = shipped("liupanshui-xingyi")
    said = {rule: " ".join(year_notes(with_value(scenario, "time.years", rule))) for rule in RULES}
    assert "first (time.years = first)" in said["first"]
    assert "2026–2029, 2030–2031" in said["representative"]
    assert "mean" not in said["each"]
    assert all("Trucks after 2035, the last anchor" in words for words in said.values())
