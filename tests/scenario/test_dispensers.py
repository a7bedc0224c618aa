"""Erlang C: textbook values, the balance equations of the queue, and what tiers make of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corridor.core.errors import Fault
from corridor.scenario.defaults import default_rows
from corridor.scenario.dispensers import busiest_load, waiting_probability
from corridor.scenario.scenario import Scenario
from corridor.scenario.stations import peak_kg_per_hour, usable_kg_per_day

Load = Callable[..., Scenario]
Found = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("servers", "load", "published"),
    [
        (1, 0.7, 0.7),  # M/M/1: the share of time that the server is busy
        (2, 1.0, 1 / 3),  # M/M/2: 2 rho^2 / (1 + rho)
        (3, 2.0, 4 / 9),  # the usual worked example of textbooks
        (10, 6.0, 0.1013),  # 120 customers an hour, 3 min each, 10 desks: "about 0.10"
    ],
)
def test_waiting_probability_is_the_published_one(
    servers: int, load: float, published: float
) -> None:
    """Closed forms for one and two servers, tabulated values beyond."""
    assert waiting_probability(servers, load) == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.3), (2, 1.7), (4, 2.5), (6, 4.9), (10, 9.0)])
def test_waiting_probability_solves_the_queue(servers: int, load: float) -> None:
    """Oracle: the balance equations of the queue, cut off where nobody ever is."""
    size = 600
    rates = np.zeros((size, size))
    for n in range(size - 1):
        rates[n, n + 1] = load
        rates[n + 1, n] = min(n + 1, servers)
    rates -= np.diag(rates.sum(axis=1))
    system = np.vstack([rates.T, np.ones(size)])
    states = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0]
    assert waiting_probability(servers, load) == pytest.approx(states[servers:].sum(), abs=1e-9)


@pytest.mark.parametrize(("servers", "wait"), [(2, 0.0), (3, 2 / 3), (6, 2 / 3)])
def test_busiest_load_holds_in_a_drawn_queue(servers: int, wait: float) -> None:
    """Of 400,000 trucks drawn, a twentieth waits longer, to four standard errors of blocks."""
    load = busiest_load(servers, wait, 0.05)
    random = np.random.default_rng(7)
    arrivals = np.cumsum(random.exponential(1 / load, 400_000))
    services = random.exponential(1.0, 400_000)
    free = [0.0] * servers
    late = np.zeros(len(arrivals))
    for n, (at, service) in enumerate(zip(arrivals.tolist(), services.tolist(), strict=True)):
        start = max(at, free[0])
        late[n] = start - at > wait
        free[0] = start + service
        free.sort()
    blocks = late.reshape(100, -1).mean(axis=1)
    assert abs(blocks.mean() - 0.05) <= 4 * blocks.std() / 10


def test_shipped_tiers_sell_their_nameplate(load: Load) -> None:
    """69, 152, 245, 449 and 886 kg/h: the busiest hour does not bind, one dispenser less would."""
    scenario = load("")
    peaks = {name: peak_kg_per_hour(tier, scenario.station) for name, tier in scenario.tier.items()}
    known = {"t500": 69, "t1000": 152, "t2000": 245, "t4000": 449, "t8000": 886}
    assert {name: round(peak) for name, peak in peaks.items()} == known
    for tier in scenario.tier.values():
        usable = tier.capacity_kg_per_day / scenario.station.peak_day_factor
        assert usable_kg_per_day(tier, scenario.station, scenario.delivery) == usable


def test_fewer_dispensers_slower_fills_and_shorter_waits_sell_less(load: Load) -> None:
    """Each input moves the hourly limit as it must; a stated limit is taken as it is."""

    def peak(text: str) -> float:
        scenario: Scenario = load(text)
        return peak_kg_per_hour(scenario.tier["t500"], scenario.station)

    base = peak("")
    assert peak("[tier.t500]\ndispensers = 1") == pytest.approx(0.3665 * 30, abs=0.01)
    assert peak("[station]\nfill_minutes = 20") < base
    assert peak("[station]\nhandling_minutes = 9") < base
    assert peak("[station]\nlongest_wait_minutes = 2") < base
    assert peak("[station]\nlate_fraction = 0.01") < base
    # time scales: all minutes doubled halves the trucks; fills half as large halve the kilograms
    slow = "[station]\nfill_minutes = 20\nhandling_minutes = 10\nlongest_wait_minutes = 20"
    assert peak(slow) == pytest.approx(base / 2)
    assert peak("[station]\nfill_kg = 15") == pytest.approx(base / 2)
    assert peak("[tier.t500]\npeak_kg_per_hour = 40") == 40


def test_a_larger_tier_has_dispensers_enough(faults: Found) -> None:
    """A larger tier whose dispensers sell less than the smaller's is asked back."""
    (fault,) = faults("[tier.t2000]\ndispensers = 2")
    assert (fault.key, fault.value) == ("tier.t2000.dispensers", "2")
    assert "151.5 kg/h" in fault.expected


def test_no_tier_of_the_table_states_its_hourly_limit() -> None:
    """The table has dispensers; what they sell is computed."""
    keys = {row.key for row in default_rows()}
    assert not any(key.endswith(".peak_kg_per_hour") for key in keys)
    assert "tier.t8000.dispensers" in keys
