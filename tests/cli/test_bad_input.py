"""Bad input ends with its exit code and a sentence: what, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

DEFAULT = 'extends = "{root}/scenarios/liupanshui-xingyi.toml"\nname = "bad"\n'

CASES: dict[str, tuple[str | bytes, int, str]] = {
    "TOML syntax": ("name = \n", 3, r"line 1"),
    "empty file": ("", 3, r"empty"),
    "undecodable": (b'name = "\xff\xfe\xfa"\n', 3, r"UTF-8"),
    "unknown key": (DEFAULT + "[money]\ndiscont_rate = 0.1\n", 3, r"discount_rate"),
    "path traversal": (DEFAULT.replace('"bad"', '"../../evil"'), 3, r"name"),
    "negative tank": (DEFAULT + "[truck.t49]\ntank_kg = -40\n", 3, r"truck\.t49\.tank_kg"),
    "NaN": (DEFAULT + "[money]\ndiscount_rate = nan\n", 3, r"discount_rate"),
    "per cent for a share": (DEFAULT + "[money]\ndiscount_rate = 8\n", 3, r"0\.08"),
    "swapped lon/lat": (
        DEFAULT + '[site.mine]\nname_zh = "x"\nname_en = "x"\nkind = "user"\n'
        "lon = 26.2\nlat = 105.4\n",
        3,
        r"lon",
    ),
    "no candidates": (
        DEFAULT + "[candidates]\nservice_areas = false\nparking_areas = false\nexits = false\n"
        "[policy.spacing]\n[site]\n",
        4,
        r"candidate",
    ),
    "budget 0": (DEFAULT + "[money.budget_cny]\n2026 = 0\n", 4, r"budget"),
    "range below every gap": (
        DEFAULT + "[truck.t49]\ntank_kg = 1\n[truck.t31]\ntank_kg = 1\n",
        4,
        r"gap|tank",
    ),
    "unknown place": (
        DEFAULT + '[od.x]\norigin = "atlantis"\ndestination = "xingyi"\ntruck = "t49"\n'
        'cargo = "c"\nconvention = "LOOP"\n[od.x.trips_per_day]\n2026 = 3\n',
        3,
        r"atlantis",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_scenario_is_one_sentence_and_an_exit_code(
    corridor: Callable, tmp_path: Path, root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, the right exit code, the place named, and no run folder."""
    text, code, expected = CASES[name]
    path = tmp_path / "bad.toml"
    if isinstance(text, str):
        path.write_text(text.replace("{root}", root.as_posix()), encoding="utf-8")
    else:
        path.write_bytes(text)
    monkeypatch.chdir(tmp_path)

    done = corridor("solve", path)

    assert done.code == code, done.err
    assert "Traceback" not in done.err
    assert "error:" in done.err
    assert re.search(expected, done.err), done.err
    assert done.out == ""
    assert not list((tmp_path / "runs").glob("*")) if (tmp_path / "runs").exists() else True


def test_extends_in_a_circle_names_the_chain(corridor: Callable, tmp_path: Path) -> None:
    """Two files that extend each other are refused with both names."""
    (tmp_path / "a.toml").write_text('extends = "b.toml"\nname = "a"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('extends = "a.toml"\nname = "b"\n', encoding="utf-8")

    done = corridor("check", tmp_path / "a.toml")

    assert done.code == 3
    assert "a.toml" in done.err
    assert "b.toml" in done.err


def test_an_absent_file_is_an_input_error(corridor: Callable, tmp_path: Path) -> None:
    """Exit 3 for every verb that reads a file."""
    for verb in ("check", "solve", "frlm"):
        assert corridor(verb, tmp_path / "absent.toml").code == 3
    for verb in ("verify", "report"):
        assert corridor(verb, tmp_path / "absent").code == 3


def test_wrong_usage_is_exit_2(corridor: Callable) -> None:
    """An unknown verb, an unknown option and a lone compare are usage errors."""
    assert corridor("solv").code == 2
    assert corridor("solve", "--nonsense").code == 2
    assert corridor("compare", "one").code == 2
    assert corridor("solve", "x.toml", "--solver", "gurobi").code == 2
    assert corridor("solve", "x.toml", "--time-limit", "nan").code == 2
    for wrong in ("nan", "0", "-3", "inf"):
        done = corridor("solve", "x.toml", "--work-limit", wrong)
        assert done.code == 2
        assert "--work-limit" in done.err


def test_all_faults_are_told_at_once(corridor: Callable, tmp_path: Path, root: Path) -> None:
    """Three faults in one file give three lines."""
    path = tmp_path / "bad.toml"
    path.write_text(
        DEFAULT.format(root=root.as_posix())
        + "[truck.t49]\ntank_kg = -1\n[money]\ndiscount_rate = inf\nnonsense = 1\n",
        encoding="utf-8",
    )

    done = corridor("check", path)

    assert done.code == 3
    for key in ("truck.t49.tank_kg", "money.discount_rate", "money.nonsense"):
        assert key in done.err
