"""Files, parents, presets and levels: what ends up in the scenario, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario.load import load_scenario
from corridor.scenario.scenario import Scenario

Load = Callable[..., Scenario]


def problem(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert caught.value.exit_code == 3
    return f"{caught.value.problem} {caught.value.hint}"


def test_a_name_is_enough(load: Load) -> None:
    """A file that gives its name alone is the default corridor."""
    scenario = load()
    assert scenario.name == "t"
    assert scenario.time.periods == (2026, 2030, 2035)
    assert scenario.truck["t49"].usable_g == 32400  # 45 kg x 0.9 x 0.8
    assert scenario.plant["meijin"].at("nameplate_kg_per_day", 2030) == 9850


def test_the_name_is_needed_in_each_file(load: Load) -> None:
    """A child does not run under its parent's name."""
    with pytest.raises(InputError, match=r"name: missing"):
        load('extends = "p.toml"', head="", p__toml='name = "p"')


def test_a_child_overrides_single_values(load: Load) -> None:
    """Tables merge key by key; lists and scalars are replaced; the rest is the parent's."""
    scenario = load(
        """
        extends = "p.toml"
        [truck.t49]
        tank_kg = 50
        [time]
        periods = [2026, 2030]
        """,
        p__toml="""
        name = "p"
        title = "of the parent"
        [truck.t49]
        tank_kg = 40
        reserve_fraction = 0.1
        """,
    )
    truck = scenario.truck["t49"]
    assert (truck.tank_kg, truck.reserve_fraction, truck.usable_fraction) == (50, 0.1, 0.9)
    assert scenario.time.periods == (2026, 2030)
    assert scenario.title == ""


def test_grandparents_come_first(load: Load) -> None:
    """Of three generations the youngest that speaks is heard."""
    scenario = load(
        'extends = "b.toml"',
        b__toml='name = "b"\nextends = "c.toml"\n[money]\ndiscount_rate = 0.05',
        c__toml='name = "c"\n[money]\ndiscount_rate = 0.07\nunmet_price_cny_per_kg = 80',
    )
    assert scenario.money.discount_rate == 0.05
    assert scenario.money.unmet_price_cny_per_kg == 80


def test_files_are_found_beside_the_file_that_names_them(tmp_path: Path) -> None:
    """`extends` and tables of a parent in another folder are relative to the parent."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "sites.csv").write_text("id,lon,lat\nplot,105.0,26.0\n")
    (folder / "p.toml").write_text('name = "p"\n[tables]\nsites = "sites.csv"\n')
    child = tmp_path / "child.toml"
    child.write_text('name = "c"\nextends = "base/p.toml"\n')
    assert "plot" in load_scenario(child).site
    child.write_text(f'name = "c"\nextends = "{folder / "p.toml"}"\n')
    assert "plot" in load_scenario(child).site


def test_a_cycle_names_its_chain(tmp_path: Path) -> None:
    """Files that extend one another in a circle are refused, and the circle is shown."""
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{one}.toml").write_text(f'name = "{one}"\nextends = "{other}.toml"\n')
    said = problem(tmp_path / "a.toml")
    chain = said[said.index("ancestor: ") :]
    assert [part.rsplit("/", 1)[-1][0] for part in chain.split(" -> ")] == ["a", "b", "c", "a"]


def test_a_file_that_extends_itself_is_refused(tmp_path: Path) -> None:
    """Also over a detour through the folder's own name."""
    (tmp_path / "a.toml").write_text(f'name = "a"\nextends = "../{tmp_path.name}/a.toml"\n')
    assert "not its own ancestor" in problem(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b'name = "t"\n[money\n', "line 2"),
        (b'name = "t"\nname = "u"\n', "line 2"),
        (b"\xff\xfe\x00n", "not UTF-8"),
        ('title = "六盘水"'.encode("gbk"), "not UTF-8"),
        (b"a = " + b"[" * 100_000 + b"]" * 100_000, "not a scenario"),
        (b"a = " + b"9" * 5000, "not a scenario"),
        (b"a." * 5000 + b"b = 1", "nested more than"),
        (b"#" * (4 * 1024 * 1024 + 1), "larger than 4 MiB"),
        (b"\x00", "not TOML"),
    ],
)
def test_what_is_no_scenario_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """Empty, broken, undecodable, too deep and too large files end in one sentence."""
    path = tmp_path / "s.toml"
    path.write_bytes(content)
    assert words in problem(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Editors that write a mark at the start of UTF-8 are welcome."""
    path = tmp_path / "s.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "t"\n')
    assert load_scenario(path).name == "t"


def test_an_absent_file_is_an_input_fault(tmp_path: Path) -> None:
    """Exit code 3, and the file of a like name is proposed."""
    (tmp_path / "scenario.toml").write_text('name = "t"')
    assert "Did you mean 'scenario.toml'?" in problem(tmp_path / "scenari.toml")
    assert "is a folder" in problem(tmp_path)


def test_an_unknown_preset_is_refused(load: Load) -> None:
    """With the nearest preset."""
    with pytest.raises(InputError, match="did you mean 'liupanshui-xingyi'"):
        load('preset = "liupanshui"')
    with pytest.raises(InputError, match="one of"):
        load("preset = 3")


def test_levels_take_the_low_and_high_columns(load: Load) -> None:
    """The longest prefix decides; an explicit value beats the level; adoption picks its line."""
    scenario = load(
        """
        [delivery]
        toll_cny_per_km = 1.0
        [assumptions.levels]
        adoption = "high"
        delivery = "low"
        "delivery.payload_kg" = "high"
        "truck.t49.regen_fraction" = "low"
        """
    )
    assert scenario.delivery.trailer_capex_cny == 1_000_000
    assert scenario.delivery.payload_kg == 310
    assert scenario.delivery.toll_cny_per_km == 1.0
    assert scenario.truck["t49"].regen_fraction == 0.2
    assert scenario.truck["t31"].regen_fraction == 0.4
    assert scenario.adoption is not None
    assert scenario.adoption.level == "high"
    assert scenario.adoption.trucks_base[2030] == 800


def test_new_ids_take_the_generic_numbers(load: Load) -> None:
    """A user's plant and truck need only what is particular to them."""
    scenario = load(
        """
        [plant.own]
        kind = "coke_oven_gas"
        place = "xingyi"
        coke_mt_per_year = 1.0
        nameplate_kg_per_day = 2000
        [truck.t25]
        mass_laden_kg = 25000
        mass_empty_kg = 12000
        payload_t = 13
        tank_kg = 25
        """
    )
    plant = scenario.plant["own"]
    assert plant.at("gas_nm3_per_t", 2030) == 430
    assert plant.at("gate_cny_per_kg", 2030) == 11
    assert len(plant.carbon_kg_per_kg) == 3
    assert scenario.truck["t25"].fuel_cell_efficiency == 0.5


def test_a_plant_takes_the_numbers_of_its_technology(load: Load) -> None:
    """Coke-oven gas says nothing about coal: price and carbon are coal's, the feed must be stated."""
    with pytest.raises(InputError) as caught:
        load(
            '[plant.own]\nkind = "coal_gasification"\nplace = "xingyi"\nnameplate_kg_per_day = 2000'
        )
    assert {fault.key for fault in caught.value.faults} == {"plant.own.feed_mt_per_year"}
    own = load(
        '[plant.own]\nkind = "coal_gasification"\nplace = "xingyi"\nnameplate_kg_per_day = 2000\n'
        "feed_mt_per_year = 1.0"
    ).plant["own"]
    assert own.at("gate_cny_per_kg", 2030) == 14
    assert set(own.carbon_kg_per_kg) == {"life_cycle", "chain_study"}
    assert own.gas_nm3_per_t is None


def test_without_a_preset_only_generic_numbers_are_there(load: Load) -> None:
    """`preset = "none"` brings no corridor, plant or fleet; the user's flows stand alone."""
    scenario = load(
        """
        preset = "none"
        [network]
        source = "liupanshui-xingyi"
        [truck.t49]
        mass_laden_kg = 49000
        [od.own]
        origin = "a"
        destination = "b"
        truck = "t49"
        trips_per_day = { 2026 = 10 }
        """
    )
    assert not scenario.plant
    assert not scenario.fleet
    assert scenario.adoption is None
    assert scenario.demand.use_markets is False
    assert scenario.money.discount_rate == 0.08


@pytest.mark.parametrize("suffix", ["geojson", "pbf"])
def test_a_network_file_is_known_by_name_and_hash(load: Load, tmp_path: Path, suffix: str) -> None:
    """The resolved scenario holds the file's name and hash, no folder of this machine."""
    from corridor.scenario.document import resolved_document

    name = f"net.{suffix}"
    scenario = load(f'[network]\nsource = "{name}"', **{f"net__{suffix}": "{}"})
    assert scenario.network.path == str(tmp_path / name)
    document = resolved_document(scenario)
    assert document["network"]["source"] == name
    assert document["network"]["sha256"].startswith("44136fa355b3678a")  # of "{}"
    assert str(tmp_path) not in str(document)
