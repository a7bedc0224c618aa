"""One file a technology: complete, told once, and unknown kinds are refused wherever one is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corridor.certificate.plan_document import PLAN
from corridor.certificate.scenario_document import SCENARIO
from corridor.certificate.supply import source_limits
from corridor.core.errors import InputError
from corridor.core.technology import technologies, technology_of
from corridor.scenario.defaults import default_rows
from corridor.scenario.load import load_scenario
from corridor.scenario.plants import PlantSpec
from corridor.supply.limits import plant_gas_limit_kg_per_day

ROOT = Path(__file__).parents[2]
KINDS = tuple(technologies())

NAMED_IN_THE_ISSUE = {
    "coke_oven_gas", "coal_gasification", "coalbed_methane_reforming", "natural_gas_reforming",
    "grid_electrolysis", "hydropower_electrolysis", "wind_electrolysis", "pv_electrolysis",
    "cogeneration", "bought",
}  # fmt: skip


def numbers_of(kind: str) -> dict[str, float]:
    """Return what the table of numbers says of a kind."""
    start = f"plant.*:{kind}."
    return {r.key[len(start) :]: r.base for r in default_rows() if r.key.startswith(start)}  # type: ignore[misc]


def test_every_route_that_planners_ask_about_is_there() -> None:
    """The files are the list."""
    assert set(KINDS) == NAMED_IN_THE_ISSUE


@pytest.mark.parametrize("kind", KINDS)
def test_a_technology_brings_price_expansion_and_two_methods(kind: str) -> None:
    """Gate price, price of a step, yields and two methods stand in the table, with their sources."""
    technology, numbers = technologies()[kind], numbers_of(kind)
    assert {"gate_cny_per_kg", "purification_capex_cny_per_kg_per_day"} <= set(numbers)
    methods = {key.partition(".")[2] for key in numbers if key.startswith("carbon_kg_per_kg.")}
    assert methods == set(technology.carbon_methods)
    assert len(methods) >= 2
    others = {key for key in numbers if "." not in key}
    common = {
        "gate_cny_per_kg", "purification_capex_cny_per_kg_per_day", "purification_kwh_per_kg",
        "opportunity_cny_per_kg",
    }  # fmt: skip
    assert others - common <= set(technology.needs), "a number that the technology does not use"
    for key in technology.needs:
        assert key in PlantSpec.model_fields, key


@pytest.mark.parametrize(
    ("kind", "own", "kg_per_day"),
    [
        # 1 Mt x 10 % x 125 kg/t = 12.5 kt a year
        ("coal_gasification", {"feed_mt_per_year": 1.0}, 12.5e6 / 365),
        # 100,000 Nm3 x 50 % x 50 % methane x 2.5 = 62,500 Nm3 of hydrogen
        ("coalbed_methane_reforming", {"feed_nm3_per_day": 1e5}, 62_500 * 0.0899),
        # 100,000 Nm3 x 95 % x 2.5
        ("natural_gas_reforming", {"feed_nm3_per_day": 1e5}, 237_500 * 0.0899),
        # 100 GWh x 5 % / 55 kWh/kg
        ("wind_electrolysis", {"power_gwh_per_year": 100.0}, 5e6 / 55 / 365),
        ("cogeneration", {"power_gwh_per_year": 100.0}, 5e6 / 55 / 365),
        ("grid_electrolysis", {}, 7000.0),
        ("bought", {}, 7000.0),
    ],
)
def test_yields_by_hand_in_both_implementations(
    kind: str, own: dict[str, float], kg_per_day: float
) -> None:
    """What the source allows, worked out on paper; without a source, nameplate and steps."""
    numbers = {key: value for key, value in numbers_of(kind).items() if "." not in key}
    plant = {
        **numbers, **own, "kind": kind, "nameplate_kg_per_day": 4000.0, "availability_fraction": 1.0,
        "committed_kg_per_day": 0.0, "expansions_kg_per_day": [1000.0, 2000.0],
    }  # fmt: skip
    spec = PlantSpec.model_validate(plant)
    assert plant_gas_limit_kg_per_day(spec, 2030) == pytest.approx(kg_per_day)
    available, most = source_limits(plant, 2030)
    assert available == pytest.approx(min(4000, kg_per_day))
    assert most == pytest.approx(kg_per_day)


def test_constants_are_what_they_say() -> None:
    """Units of the files: tonnes and normal cubic metres to kilograms a day, GWh to kWh a day."""
    factors = {kind: technology.factor for kind, technology in technologies().items()}
    assert factors["coke_oven_gas"] == pytest.approx(1e6 * 0.0899 / 365, rel=1e-15)
    assert factors["coal_gasification"] == pytest.approx(1e6 / 365, rel=1e-15)
    assert factors["hydropower_electrolysis"] == pytest.approx(1e6 / 365, rel=1e-15)


def test_a_new_technology_is_one_file() -> None:
    """A file is enough to evaluate a source: no code names the kind."""
    biogas = technology_of(
        "biogas",
        'name_en = "Biogas"\nname_zh = "沼气"\nat_station = true\ncarbon_methods = ["a", "b"]\n'
        '[source]\nfactor = 2.0\ntimes = ["feed_nm3_per_day"]\nless = ["own_use_fraction"]\n',
    )
    assert biogas.needs == ("feed_nm3_per_day", "own_use_fraction")


def test_no_list_of_kinds_is_stated_twice() -> None:
    """No file of code names two kinds: the folder of technologies is the only list."""
    for path in sorted((ROOT / "corridor").rglob("*.py")):
        named = {kind for kind in KINDS if re.search(rf"['\"]{kind}['\"]", path.read_text("utf-8"))}
        assert len(named) <= 1, f"{path}: {named}"


def test_an_unknown_kind_is_refused_by_the_scenario(tmp_path: Path) -> None:
    """With the kinds there are, and the nearest of them."""
    path = tmp_path / "s.toml"
    path.write_text('name = "s"\n[plant.own]\nkind = "coke_ovn_gas"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    (fault,) = [f for f in caught.value.faults if f.key == "plant.own.kind"]
    assert all(repr(kind) in fault.expected for kind in KINDS)
    assert "coke_oven_gas" in fault.hint


def test_an_unknown_kind_is_refused_by_the_certificate() -> None:
    """In the scenario that it reads and in the plan that it judges."""
    plant = {"kind": "moonshine"}
    said = list(SCENARIO.faults({"plant": {"own": plant}}, "scenario"))
    assert any("moonshine" in sentence for sentence in said)
    said = list(PLAN.faults({"plants": [{"id": "own", "node": "n", **plant}]}, "plan"))
    assert any("moonshine" in sentence for sentence in said)


def test_the_table_of_numbers_knows_no_other_kind() -> None:
    """A row about a kind for which there is no file is dead."""
    named = {r.key.split(".")[1][2:] for r in default_rows() if r.key.startswith("plant.*:")}
    assert named == set(KINDS)
