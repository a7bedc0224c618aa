"""What is wrong in a scenario is said all at once, with file, key, value, range, unit and hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corridor.core.errors import Fault, InputError
from corridor.scenario.scenario import Scenario

Found = Callable[..., list[Fault]]
One = Callable[..., Fault]


def test_every_fault_is_reported_at_once(faults: Found) -> None:
    """Five mistakes in five tables give five faults, each at its key."""
    found = faults(
        """
        titel = "x"
        [money]
        discount_rate = 12
        [truck.t49]
        tank_kg = -45
        [tier.t500]
        dispensers = 2.5
        [site.plot]
        lon = 26.2
        lat = 105.4
        """
    )
    assert {fault.key for fault in found} == {
        "titel",
        "money.discount_rate",
        "truck.t49.tank_kg",
        "tier.t500.dispensers",
        "site.plot.lat",
    }
    assert all(fault.file.endswith("s.toml") for fault in found)


def test_a_negative_tank_names_value_range_and_unit(one: One) -> None:
    """The fault of a negative tank holds all that is needed to mend it."""
    fault = one("[truck.t49]\ntank_kg = -45")
    assert (fault.key, fault.value) == ("truck.t49.tank_kg", "-45")
    assert fault.expected == "a number from 1 to 120 [kg]"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('titel = "x"', "did you mean 'title'?"),
        ("[money]\ndiscount_rat = 0.1", "did you mean 'discount_rate'?"),
        ("[truck.t49]\ntank = 40", "did you mean 'tank_kg'?"),
        ("[plant.meijin]\ngate_price_cny_per_kg = 9", "did you mean 'gate_cny_per_kg'?"),
        ("[tables]\nsite = 'x.csv'", "did you mean 'sites'?"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_name(one: One, text: str, hint: str) -> None:
    """A typing error is refused and the right name proposed."""
    fault = one(text)
    assert fault.expected == "no such key"
    assert fault.hint == hint


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("nan", "NaN and infinity are not numbers here"),
        ("inf", "NaN and infinity are not numbers here"),
        ("-inf", "NaN and infinity are not numbers here"),
        ("true", "true and false are not numbers"),
        ('"45"', "write 45, without quotes"),
        ('"1,200"', "write 1200, without quotes"),
        ('"４５"', "write 45, without quotes"),
        ('"many"', "write a number, without quotes"),
        ("2026-01-01", ""),
        ("[45]", ""),
        ("{ a = 1 }", ""),
    ],
)
def test_only_a_number_is_a_number(one: One, value: str, hint: str) -> None:
    """NaN, infinities, booleans, words, dates, lists and tables are refused where a number goes."""
    fault = one(f"[truck.t49]\ntank_kg = {value}")
    assert fault.key.startswith("truck.t49.tank_kg")
    assert fault.expected == "a number from 1 to 120 [kg]"
    assert fault.hint == hint


def test_a_percentage_is_recognised(one: One) -> None:
    """12 for a share is answered with 0.12."""
    fault = one("[truck.t49]\nregen_fraction = 12")
    assert fault.hint == "a share, not a percentage: did you mean 0.12?"
    assert one("[money]\ndiscount_rate = 8").hint.endswith("did you mean 0.08?")
    assert one("[money]\ndiscount_rate = 80").hint == ""


def test_another_version_is_named(one: One) -> None:
    """A file of another form is refused with the reason, a level that is none with the three."""
    assert "another version" in one('schema = "corridor.scenario/9"').hint
    assert "'low', 'base', 'high'" in one('[assumptions.levels]\nmoney = "medium"').expected


def test_swapped_coordinates_are_recognised(one: One) -> None:
    """A latitude beyond 90 degrees is answered with the swap."""
    fault = one("[site.plot]\nlon = 26.2\nlat = 105.4")
    assert fault.hint == (
        "longitude and latitude look swapped: did you mean lon = 105.4, lat = 26.2?"
    )


@pytest.mark.parametrize(
    "name", ["../../etc/x", "/abs", "a/b", "..", ".hidden", "UPPER", "", "a b", "名", "x" * 65]
)
def test_a_name_cannot_leave_the_run_folder(load: Callable[..., Scenario], name: str) -> None:
    """Names with slashes, leading dots, capitals, spaces or 65 characters are refused."""
    with pytest.raises(InputError) as caught:
        load(head=f"name = '{name}'\n")
    (fault,) = caught.value.faults
    assert fault.key == "name"
    assert "[a-z0-9]" in fault.expected


def test_a_bad_id_is_answered_with_a_good_one(one: One) -> None:
    """Capitals and full-width letters in an id are refused; the folded id is proposed."""
    assert one('[site."Ｌuxi Park"]\nlon = 105.4\nlat = 26.2').hint == "for example 'luxi-park'"


def test_a_bad_year_is_named(one: One) -> None:
    """A year that is no year is refused as a key."""
    fault = one("[adoption.trucks_base]\nlater = 500")
    assert fault.expected == "a year from 2000 to 2100 as the key"


def test_a_dangling_truck_class_is_found(one: One) -> None:
    """A fleet of an unknown truck class is refused with the nearest class."""
    fault = one('[fleet.luxi-xingyi]\ntruck = "t48"')
    assert fault.key == "fleet.luxi-xingyi.truck"
    assert fault.hint == "did you mean 't49'?"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[time]\nperiods = [2030, 2026]", "time.periods"),
        ("[time]\nperiods = [2030, 2030]", "time.periods"),
        ("[time]\nbase_year = 2027", "time.base_year"),
        ("[time]\nhorizon_end_year = 2034", "time.horizon_end_year"),
        ("[money.budget_cny]\n2027 = 1e6", "money.budget_cny.2027"),
        ("[tier.t1000]\ncapacity_kg_per_day = 500", "tier.t500.capacity_kg_per_day"),
        ("[tier.t1000]\ncapex_cny = 1e6", "tier.t1000.capex_cny"),
        ("[market]\ncaptive.share = 0.6", "market"),
        ("[fleet.mugang-anlong]\nshare = 0.9", "fleet"),
        ("[through.bijie-baise]\nshare = 0.9", "through"),
        ("[adoption.trucks_low]\n2035 = 200", "adoption.trucks_low.2035"),
        ("[adoption.trucks_base]\n2030 = 250", "adoption.trucks_base.2030"),
        ("[truck.t49]\nmass_empty_kg = 49000", "truck.t49.mass_empty_kg"),
        ("[truck.t49]\npayload_t = 40", "truck.t49.payload_t"),
        ("[plant.panbei]\nenabled = true", "plant.panbei.nameplate_kg_per_day"),
        ("[plant.meijin]\nenabled = false", "plant.meijin.off_because"),
        ('[fleet.luxi-xingyi]\ndestination = "luxi-park"', "fleet.luxi-xingyi.destination"),
        ('[policy.spacing.s77]\nmin_tier = "t9"', "policy.spacing.s77.min_tier"),
        ('[decision.x]\nopen = "free"\nfrom_year = 2030', "decision.x.open"),
        ('[decision.x]\nopen = "required"\nmin_tier = "t9"', "decision.x.min_tier"),
        ('[gravity]\ntruck = "t9"', "gravity.truck"),
        ("[demand]\nuse_markets = false", "od"),
        ('[assumptions.levels]\n"plant.meijn" = "low"', "assumptions.levels.plant.meijn"),
        ('[network]\nsource = "away.geojson"', "network.source"),
        ("[network]\npath = '/etc/passwd'", "network.path"),
    ],
)
def test_contradictions_between_parts_are_found(one: One, text: str, key: str) -> None:
    """Each pair of values that cannot both be true gives one fault at the value to change."""
    assert one(text).key == key


def test_a_fault_names_the_file_that_wrote_it(load: Callable[..., Scenario], faults: Found) -> None:
    """A wrong value of the parent is blamed on the parent, its own on the child."""
    found = faults(
        'extends = "parent.toml"\n[truck.t49]\ntank_kg = 500',
        parent__toml='name = "p"\n[money]\ndiscount_rate = 5.0',
    )
    where = {fault.key: fault.file.rsplit("/", 1)[-1] for fault in found}
    assert where == {"truck.t49.tank_kg": "s.toml", "money.discount_rate": "parent.toml"}


def test_what_is_missing_is_named(load: Callable[..., Scenario]) -> None:
    """Without a preset a site without latitude, and a network, are asked for by name."""
    with pytest.raises(InputError) as caught:
        load(
            """
            preset = "none"
            [truck.t49]
            [site.plot]
            lon = 105.0
            """
        )
    expected = {fault.key: fault.expected for fault in caught.value.faults}
    assert expected["site.plot.lat"] == "missing: a number from -90 to 90 [degree]"
    assert "network.source" in expected


def test_a_key_of_an_earlier_version_says_what_to_do(one: One) -> None:
    """Results no longer depend on threads: the key is gone, and the fault says so."""
    fault = one("[solver]\nthreads = 2")
    assert (fault.key, fault.expected) == ("solver.threads", "no longer a key")
    assert fault.hint == "remove it: results no longer depend on threads"
    assert fault.file.endswith("s.toml")
