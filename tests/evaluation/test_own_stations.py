"""A user's list of stations becomes levels, or a fault that says which row is wrong and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_answer import problem

from corridor.core.errors import InputError
from corridor.evaluation.own_stations import levels_of


def test_nothing_is_built_once_the_road_has_closed() -> None:
    """Built in 2026 it stands; opened or enlarged in 2030 it is refused with the year."""
    stays = levels_of(problem(), {"a": [(2026, "small")]}, road_until={"a": 2030})
    assert stays[1][0] == stays[0][0] == 1
    for rows in ([(2030, "small")], [(2026, "small"), (2030, "big")]):
        with pytest.raises(InputError, match="closes in 2030"):
            levels_of(problem(), {"a": rows}, road_until={"a": 2030})


def test_a_station_stands_from_its_year_and_grows() -> None:
    """Levels by period: from its year on, the larger tier from the year it is named for."""
    found = levels_of(problem(), {"a": [(2026, "small"), (2030, "big")], "b": [(2030, "small")]})
    assert found == ((1, 0), (2, 1))


def test_existing_stations_stand_unasked() -> None:
    """What stands already need not be listed."""
    given = problem()
    b = replace(given.sites[1], existing_level=1, existing_from=1)
    found = levels_of(replace(given, sites=(given.sites[0], b)), {"a": [(2026, "big")]})
    assert found == ((2, 0), (2, 1))


def test_every_fault_at_once() -> None:
    """Unknown, forbidden and shrinking stations are all named."""
    given = problem()
    b = replace(given.sites[1], allowed=(True, False))
    asked = {"a": [(2026, "big"), (2030, "small")], "b": [(2030, "big")], "z": [(2026, "small")]}
    with pytest.raises(InputError) as caught:
        levels_of(replace(given, sites=(given.sites[0], b)), asked)
    said = {fault.key: fault.expected for fault in caught.value.faults}
    assert set(said) == {"a, 2030", "b", "z"}
    assert "never shrink" in said["a, 2030"]
    assert "allowed tier" in said["b"]
    assert "candidate site" in said["z"]
