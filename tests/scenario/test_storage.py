"""Unloading bays and storage of a size: the sums on paper, the classes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corridor.core.errors import Fault
from corridor.core.storage import storage_standards
from corridor.scenario.scenario import Scenario
from corridor.scenario.stations import (
    largest_storage_kg,
    storage_class,
    storage_kg,
    usable_kg_per_day,
)

Load = Callable[..., Scenario]
Found = Callable[..., list[Fault]]


def test_a_bay_receives_eight_trailers_a_day(load: Load) -> None:
    """One bay, 3 h a trailer of 280 kg, 1 % lost: 2,217.6 kg on a peak day; 1.35 a peak day."""
    scenario = load(
        "[tier.t500]\nunloading_bays = 1\n[tier.t4000]\nunloading_bays = 1\n"
        "[tier.t8000]\nunloading_bays = 3\n"
    )

    def usable(tier: str) -> float:
        return usable_kg_per_day(scenario.tier[tier], scenario.station, scenario.delivery)

    assert usable("t500") == 500 / 1.35
    assert usable("t4000") == pytest.approx(8 * 280 * 0.99 / 1.35)
    assert usable("t8000") == pytest.approx(3 * 8 * 280 * 0.99 / 1.35)
    slower = load("[tier.t4000]\nunloading_bays = 1\n[delivery]\nunload_hours = 6\n")
    assert usable_kg_per_day(
        slower.tier["t4000"], slower.station, slower.delivery
    ) == pytest.approx(usable("t4000") / 2)


def test_storage_covers_days_of_full_sale(load: Load) -> None:
    """4,000 / 1.35 kg a day: class III for one day, II for one and a half, I for two, none for three."""
    for days, name in ((1, "III"), (1.5, "II"), (2, "I"), (3, "")):
        scenario = load(f"[station]\nstorage_days = {days}\n")
        kg = storage_kg(scenario.tier["t4000"], scenario.station, scenario.delivery)
        assert kg == pytest.approx(days * 4000 / 1.35)
        assert storage_class(kg, scenario.station) == name


def test_the_largest_storage_is_the_standards_or_stated(load: Load) -> None:
    """Each standard's largest class, and the user's own number before it."""
    assert largest_storage_kg(load("").station) == 8000
    assert largest_storage_kg(load("[station]\nlargest_storage_kg = 900\n").station) == 900


def test_every_class_says_where_to_look() -> None:
    """Limits rise from III to I; a standard whose limits are not known has none."""
    for name, classes in storage_standards().items():
        limits = [each.up_to_kg for each in classes]
        assert limits == sorted(set(limits))
        assert [each.name for each in classes] == (
            [] if name.startswith("GB 50156") else ["III", "II", "I"]
        )


def test_a_standard_without_numbers_is_refused_unless_the_limit_is_stated(
    load: Load, faults: Found
) -> None:
    """GB 50156 needs the user's number; an unknown standard is refused with those there are."""
    shared = '[station]\nstorage_standard = "GB 50156-2021"\n'
    (fault,) = faults(shared)
    assert (fault.key, fault.value) == ("station.storage_standard", "GB 50156-2021")
    assert "station.largest_storage_kg" in fault.expected
    assert largest_storage_kg(load(shared + "largest_storage_kg = 1000\n").station) == 1000
    (fault,) = faults('[station]\nstorage_standard = "EN 17127"\n')
    assert "GB 50156-2021" in fault.expected


def test_a_larger_tier_has_bays_enough(faults: Found) -> None:
    """Fewer bays at the larger tier are asked back."""
    (fault,) = faults("[tier.t500]\nunloading_bays = 2\n[tier.t1000]\nunloading_bays = 1\n")
    assert (fault.key, fault.value) == ("tier.t1000.unloading_bays", "1.0")
