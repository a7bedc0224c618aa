"""A scenario survives being written down; whatever is thrown at the loader, it answers in words."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corridor.core.errors import CorridorError, InputError
from corridor.core.files import canonical_json
from corridor.scenario.assumptions import assumptions, numbers_in
from corridor.scenario.document import resolved_document, scenario_from_document
from corridor.scenario.edit import with_value
from corridor.scenario.load import load_scenario
from corridor.scenario.maps import inline_maps
from corridor.scenario.scenario import Scenario
from corridor.scenario.shape import branches, walk
from corridor.scenario.tables import inline_tables

ROOT = Path(__file__).parents[2]
ALL = sorted((ROOT / "scenarios").glob("*.toml"))
DEFAULT = ROOT / "scenarios" / "liupanshui-xingyi.toml"


@cache
def default() -> Scenario:
    return load_scenario(DEFAULT)


@cache
def documents() -> tuple[dict[str, Any], tuple[tuple[str, ...], ...]]:
    document = resolved_document(default())
    return document, tuple(key for key, value in numbers_in(document) if isinstance(value, float))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_resolved_document_is_the_scenario(path: Path) -> None:
    """Document -> JSON -> scenario gives the same scenario and the same bytes."""
    scenario = load_scenario(path)
    document = resolved_document(scenario)
    again = scenario_from_document(json.loads(json.dumps(document)))
    assert again == scenario
    assert canonical_json(resolved_document(again)) == canonical_json(document)


def test_the_document_holds_nothing_of_this_machine() -> None:
    """No path, no name of a file that the scenario stands on."""
    text = canonical_json(resolved_document(default()))
    assert str(ROOT) not in text
    assert ".toml" not in text
    assert '"path"' not in text


def test_the_order_of_tables_does_not_matter(tmp_path: Path) -> None:
    """Two files that say the same in another order are the same scenario, byte for byte."""
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    site = "[site.{0}]\nlon = 10{0}\nlat = 26\n"
    first.write_text('name = "t"\n' + site.format(4) + site.format(5))
    second.write_text('name = "t"\n' + site.format(5) + site.format(4))
    one, other = (canonical_json(resolved_document(load_scenario(p))) for p in (first, second))
    assert one == other
    assert list(load_scenario(first).site) == list(load_scenario(second).site)


def answer(ask: Callable[[], Scenario]) -> tuple[Scenario | None, InputError | None]:
    """Return a scenario, or the error in words; anything else breaks the test."""
    try:
        return ask(), None
    except InputError as error:
        return None, error


def _within(leaf: dict[str, Any]) -> st.SearchStrategy[float]:
    low = leaf.get("minimum", leaf.get("exclusiveMinimum"))
    high = leaf.get("maximum", leaf.get("exclusiveMaximum"))
    return st.floats(
        low,
        high,
        exclude_min="exclusiveMinimum" in leaf,
        exclude_max="exclusiveMaximum" in leaf,
        allow_subnormal=False,
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_number_in_range_is_kept_exactly(data: st.DataObject) -> None:
    """A number in range survives to the last bit, or contradicts another one and is refused."""
    _, keys = documents()
    key = data.draw(st.sampled_from(keys))
    _, node = walk(key)
    assert node is not None
    value = data.draw(_within(branches(node)[0]))
    changed, error = answer(lambda: with_value(default(), key, value))
    if changed is None:
        assert error is not None
        assert error.faults
        return
    again = scenario_from_document(json.loads(canonical_json(resolved_document(changed))))
    kept = dict(numbers_in(resolved_document(again)))
    assert kept[key] == value
    same = [row for row in assumptions(changed) if row.key == ".".join(key)]
    assert same[0].changed == (not math.isclose(value, same[0].default or 0.0, rel_tol=1e-12))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_number_out_of_range_is_refused(data: st.DataObject) -> None:
    """A number beyond its range gives a fault at its key that states the range."""
    _, keys = documents()
    key = data.draw(st.sampled_from(keys))
    _, node = walk(key)
    assert node is not None
    leaf = branches(node)[0]
    high = leaf.get("maximum", leaf.get("exclusiveMaximum"))
    value = data.draw(st.floats(min_value=high, exclude_min=True, allow_infinity=False))
    with pytest.raises(InputError) as caught:
        with_value(default(), key, value)
    (fault,) = caught.value.faults
    assert fault.key == ".".join(key)
    assert f"{high:g}" in fault.expected


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), JUNK)
@example(None, 10**400)
def test_junk_anywhere_is_answered_in_words(data: st.DataObject | None, junk: object) -> None:
    """Whatever stands in place of any value or table, the answer is a scenario or faults."""
    document = json.loads(json.dumps(documents()[0]))
    here: Any = document
    if data is None:
        document["money"]["discount_rate"] = junk
    else:
        while isinstance(here, dict) and here:
            name = data.draw(st.sampled_from(sorted(here)))
            if data.draw(st.booleans()) or not isinstance(here[name], dict):
                here[name] = junk
                break
            here = here[name]
    _, error = answer(lambda: scenario_from_document(document))
    if error is not None:
        assert error.faults
        assert all(fault.expected for fault in error.faults)


WORDS = st.sampled_from(
    [
        *("name", "extends", "time", "money", "site", "plant", "tables", "network", "truck", "x"),
        *("periods", "t49", "meijin", "sites", "assumptions", "levels", "preset", "schema"),
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    lines=st.lists(
        st.tuples(
            st.lists(WORDS, min_size=1, max_size=3),
            st.sampled_from(
                [
                    "1",
                    "-1",
                    "nan",
                    '"x"',
                    "[1, 2]",
                    "true",
                    "{}",
                    '"."',
                    '"s.toml"',
                    "1e999",
                    "[[]]",
                ]
            ),
        ),
        max_size=6,
    ),
    tail=st.binary(max_size=8),
)
def test_any_file_is_answered_in_words(
    tmp_path: Path, lines: list[tuple[list[str], str]], tail: bytes
) -> None:
    """Files put together from known keys, wrong values and random bytes never crash the loader."""
    path = tmp_path / "s.toml"
    text = "\n".join(f"{'.'.join(words)} = {value}" for words, value in lines)
    path.write_bytes(b'name = "t"\n' * (len(lines) % 2) + text.encode() + b"\n#" + tail)
    _, error = answer(lambda: load_scenario(path))
    assert error is None or error.problem


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(
                ["id", "lon", "lat", "kind", "", "1", "a", "1e400", "nan", '"', "é", "\0"]
            )
            | st.text(max_size=4),
            max_size=5,
        ),
        max_size=5,
    )
)
def test_any_table_is_answered_in_words(tmp_path: Path, cells: list[list[str]]) -> None:
    """Tables of random cells give rows that the model accepts, or faults; never a crash."""
    text = "\n".join(",".join(row) for row in [["id", "lon", "lat", "kind"][: len(cells)], *cells])
    (tmp_path / "x.csv").write_bytes(text.encode("utf-8", "replace"))
    faults: list[Any] = []
    document: dict[str, Any] = {"tables": {"sites": "x.csv"}}
    inline_tables(document, tmp_path, "s.toml", faults)
    for name, entry in document.get("site", {}).items():
        with_value(default(), ("site", name), entry)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    content=st.recursive(
        st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "features", "geometry", "coordinates", "properties", "name"]
                ),
                inner | st.sampled_from(["FeatureCollection", "Feature", "LineString", "Polygon"]),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_map_is_answered_in_words(tmp_path: Path, content: object) -> None:
    """Maps of random JSON give polygons, or exactly one fault; never a crash."""
    (tmp_path / "m.geojson").write_text(json.dumps(content))
    faults: list[Any] = []
    layer = {"name": "x", "kind": "other", "file": "m.geojson"}
    document: dict[str, Any] = {"candidates": {"exclusions": [layer]}}
    inline_maps(document, tmp_path, "s.toml", faults)
    assert len(faults) + len(document["candidates"]["exclusions"]) == 1


def test_with_changes_one_value_and_nothing_else() -> None:
    """The copy differs at the one key; the original is untouched; None takes a key away."""
    scenario = default()
    changed = with_value(scenario, "truck.t49.tank_kg", 50.0)
    assert (scenario.truck["t49"].tank_kg, changed.truck["t49"].tank_kg) == (45, 50)
    assert with_value(changed, "truck.t49.tank_kg", 45) == scenario
    assert with_value(scenario, "site.hub-xingyi", None).site.keys() == scenario.site.keys() - {
        "hub-xingyi"
    }
    assert with_value(scenario, ("money", "budget_cny", "2026"), 1e7).money.budget_cny == {
        2026: 1e7
    }
    with_years = with_value(
        scenario, "plant.meijin.availability_fraction", {"2026": 1.0, "2030": 0.5}
    )
    assert with_years.plant["meijin"].at("availability_fraction", 2031) == 0.5


def test_with_gives_new_ids_their_generic_numbers() -> None:
    """A new site needs no CAPEX factor."""
    changed = with_value(default(), "site.plot", {"lon": 105.0, "lat": 26.0})
    assert changed.site["plot"].capex_factor == 1.0


def test_with_refuses_what_is_no_scenario() -> None:
    """Also unknown keys and values that contradict others."""
    for path, value in (("truck.t49.tank", 50), ("market.captive.share", 0.9), ("x", 1)):
        with pytest.raises(CorridorError):
            with_value(default(), path, value)


def test_a_scenario_cannot_be_changed_in_place() -> None:
    """Frozen: assignment is refused."""
    with pytest.raises(ValueError, match="frozen"):
        default().name = "x"  # type: ignore[misc]


def test_assumptions_say_what_was_changed(load: Callable[..., Scenario]) -> None:
    """A changed value is marked, keeps its default and range, and names the user as its source."""
    rows = {
        row.key: row
        for row in assumptions(
            load(
                "[money]\ndiscount_rate = 0.05\n[delivery]\npayload_kg = 310\n"
                "[plant.meijin]\navailability_fraction = { 2026 = 1.0, 2030 = 0.5 }"
            )
        )
    }
    assert sum(row.changed for row in rows.values()) == 3
    row = rows["money.discount_rate"]
    assert (row.value, row.default, row.low, row.high, row.unit) == (0.05, 0.08, 0.06, 0.10, "-")
    assert row.source.startswith("scenario file; default: ")
    assert rows["delivery.payload_kg"].confidence == "engineering assumption"  # the table's high
    year = rows["plant.meijin.availability_fraction.2030"]
    assert (year.default, year.changed) == (1.0, True)
    assert not rows["plant.meijin.availability_fraction.2026"].changed


def test_the_default_file_is_toml_that_people_can_read() -> None:
    """Each scenario file opens with the planner's question that it answers."""
    for path in ALL:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert text.split("\n")[0].rstrip().endswith("?")
        assert tomllib.loads(text)["name"] == path.stem
