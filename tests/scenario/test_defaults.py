"""Every default number stands in one table, with unit, source and confidence."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from corridor.scenario.assumptions import assumptions, kind_in, numbers_in
from corridor.scenario.defaults import default_rows, row_for
from corridor.scenario.document import resolved_document
from corridor.scenario.load import load_scenario
from corridor.scenario.plants import PlantSpec
from corridor.scenario.shape import unit_of, walk

CONFIDENCE = {
    "cited",
    "cited, weak page",
    "derived from cited",
    "own model",
    "engineering assumption",
}
DEFAULT = "scenarios/liupanshui-xingyi.toml"


def test_every_row_has_unit_source_and_confidence() -> None:
    """No number enters without unit, source and one of five words for how sure it is."""
    for row in default_rows():
        assert row.unit, row.key
        assert len(row.source) >= 12, row.key
        assert row.confidence in CONFIDENCE, row.key
        if row.confidence.startswith(("cited", "derived")):
            assert "http" in row.source or "no address" in row.source or ".mo" in row.source, (
                f"{row.key}: says {row.confidence!r} but names no address"
            )


def test_low_base_and_high_are_a_range() -> None:
    """Base lies within low and high, and the two are given together."""
    for row in default_rows():
        assert (row.low is None) == (row.high is None), row.key
        if row.low is not None:
            assert row.low <= row.base <= row.high, row.key  # type: ignore[operator]


def test_no_key_stands_twice() -> None:
    """A number has one home."""
    twice = [key for key, n in Counter((r.preset, r.key) for r in default_rows()).items() if n > 1]
    assert twice == []


def test_every_number_of_the_default_scenario_is_in_the_table(root: Path) -> None:
    """Nothing in the resolved default comes from anywhere else; positions aside."""
    scenario = load_scenario(root / DEFAULT)
    document = resolved_document(scenario)
    numbers = dict(numbers_in(document))
    assert len(numbers) > 250
    for key, value in numbers.items():
        row = row_for(scenario.preset, key, kind_in(document, key))
        assert row is not None, f"{'.'.join(key)} = {value} has no source"
        assert row.base == value, key


@pytest.mark.parametrize("name", ["liupanshui-xingyi", "hechi"])
def test_every_row_of_the_table_reaches_its_scenario(root: Path, name: str) -> None:
    """No row is dead: each is the default of at least one number of its preset's scenario."""
    scenario = load_scenario(root / "scenarios" / f"{name}.toml")
    document = resolved_document(scenario)
    rows = [
        row_for(scenario.preset, key, kind_in(document, key)) for key, _ in numbers_in(document)
    ]
    reached = {(row.preset, row.key) for row in rows if row is not None}
    own = {(row.preset, row.key) for row in default_rows() if row.preset == name}
    assert own <= reached
    if f"scenarios/{name}.toml" == DEFAULT:
        generic = {row.key for row in default_rows() if not row.preset}
        kinds = {f"*:{plant['kind']}" for plant in document["plant"].values()}
        of_others = {key for key in generic if ":" in key and key.split(".")[1] not in kinds}
        unused = generic - of_others - {key for _, key in reached}
        assert unused == {"truck.*.diesel_l_per_100km"}  # both classes of it have their own


def test_units_of_the_table_are_those_of_the_schema(root: Path) -> None:
    """The unit that the table states is the one that the model documents."""
    for row in assumptions(load_scenario(root / DEFAULT)):
        _, node = walk(tuple(row.key.split(".")))
        assert node is not None, row.key
        assert (unit_of(node) or "-") == row.unit, row.key


@pytest.mark.parametrize(
    ("key", "fact"),
    [
        ("plant.meijin.nameplate_kg_per_day", "meijin_h2_capacity_daily"),
        ("plant.meijin.coke_mt_per_year", "meijin_coke_capacity"),
        ("plant.*:coke_oven_gas.gas_nm3_per_t", "cog_gross_yield"),
        ("plant.*:coke_oven_gas.hydrogen_fraction", "cog_h2_vol"),
        ("plant.*:coke_oven_gas.recovery_fraction", "psa_h2_recovery"),
        ("plant.*:coke_oven_gas.gate_cny_per_kg", "cog_h2_gate_cost"),
        ("plant.*:coke_oven_gas.purification_kwh_per_kg", "cog_psa_electricity"),
        ("plant.*:coke_oven_gas.purification_capex_cny_per_kg_per_day", "psa_capex"),
        ("plant.*:coke_oven_gas.carbon_kg_per_kg.byproduct", "ci_cog_h2"),
        ("plant.*:coke_oven_gas.carbon_kg_per_kg.substitution_natural_gas", "ci_cog_h2_subst_ng"),
        ("plant.*:coke_oven_gas.carbon_kg_per_kg.substitution_coal", "ci_cog_h2_subst_coal"),
        ("money.discount_rate", "discount_rate"),
        ("money.power_price_cny_per_kwh", "guizhou_power_price_industrial"),
        ("station.life_years", "hrs_life"),
        ("station.compression_kwh_per_kg", "compression_station_35MPa"),
        ("tier.*.fixed_opex_fraction", "hrs_fixed_opex"),
        ("demand.kg_per_truck_day", "fcev_h2_per_truck_day"),
        ("gravity.beta_per_km", "gravity_beta_exp"),
        ("truck.t49.tank_kg", "fcev_tank_h2"),
        ("truck.*.rolling_resistance", "crr"),
        ("truck.*.drag_area_m2", "cda"),
        ("truck.*.air_density_kg_per_m3", "air_density"),
        ("truck.*.drivetrain_efficiency", "drivetrain_eff"),
        ("truck.*.fuel_cell_efficiency", "fc_system_eff_lhv"),
        ("truck.*.regen_fraction", "regen_fraction_of_surplus"),
        ("truck.*.auxiliary_kw", "aux_power"),
        ("truck.*.speed_km_per_h", "truck_speed_mountain"),
        ("delivery.payload_kg", "tt20_payload_net"),
        ("delivery.trailer_capex_cny", "tt_trailer_capex"),
        ("delivery.tractor_capex_cny", "tt_tractor_capex"),
        ("delivery.life_years", "tt_trailer_life"),
        ("delivery.crew_persons", "tt_crew_number"),
        ("delivery.crew_cny_per_year", "tt_crew_cost"),
        ("delivery.trailer_om_fraction", "tt_trailer_om"),
        ("delivery.operating_hours_per_year", "tt_annual_hours"),
        ("delivery.speed_km_per_h", "tt_avg_speed"),
        ("delivery.load_unload_hours", "tt_load_unload_time"),
        ("delivery.diesel_l_per_100km", "tt_diesel_use"),
        ("delivery.diesel_cny_per_l", "diesel_price"),
        ("delivery.maintenance_cny_per_km", "tt_maintenance"),
        ("delivery.toll_cny_per_km", "tt_toll"),
        ("delivery.filling_kwh_per_kg", "compression_to_20MPa"),
        ("carbon.grid_kg_per_kwh", "grid_ef_national"),
    ],
)
def test_the_table_repeats_the_collected_facts(shared: Path, key: str, fact: str) -> None:
    """Low, base and high are those of the collected facts, in the same unit."""
    with (shared / "facts" / "parameters.csv").open(encoding="utf-8") as stream:
        facts = {row["key"]: row for row in csv.DictReader(stream)}
    (row,) = [row for row in default_rows() if row.key == key and row.preset != "hechi"]
    assert [row.low, row.base, row.high] == [
        float(facts[fact][column]) for column in ("low", "base", "high")
    ]


def test_capex_follows_its_exponent() -> None:
    """Larger tiers are the 500 kg/day station scaled with exponent 0.65, to 0.1 M CNY."""
    rows = {row.key: row.base for row in default_rows()}
    for size in (1000, 2000, 4000):
        scaled = 12e6 * (size / 500) ** 0.65
        # the table of facts gives one decimal and rounds the chain at 18.8
        assert rows[f"tier.t{size}.capex_cny"] == pytest.approx(scaled, abs=0.1e6)


def test_a_plants_number_by_year() -> None:
    """The value of the latest year not after the period counts; before all, the earliest."""
    plant = PlantSpec.model_validate(
        {"kind": "bought", "gate_cny_per_kg": {"2030": 9.0, "2026": 11.0}, "extra_km": 3}
    )
    values = [plant.at("gate_cny_per_kg", year) for year in (2020, 2026, 2029, 2030, 2099)]
    assert values == [11.0, 11.0, 11.0, 9.0, 9.0]
    assert plant.at("extra_km", 2030) == 3
    with pytest.raises(KeyError):
        plant.at("nameplate_kg_per_day", 2030)
