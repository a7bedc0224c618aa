"""Files read strictly and written whole; JSON whose bytes depend on the data alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from corridor.core.errors import FileError, InputError
from corridor.core.files import (
    NETWORK_SUFFIXES,
    canonical_json,
    is_osm,
    osm_stem,
    parse_json,
    read_json,
    sha256_file,
    sha256_text,
    write_text,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN"),
        ("[-Infinity]", "-Infinity"),
        ('{"a": 1, "b": 2, "a": 3}', "'a' stands twice"),
        ("{", "line 1: not JSON"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_json_that_is_refused(text: str, words: str) -> None:
    """Each kind names the file and what is wrong."""
    with pytest.raises(InputError, match=r"^net\.json: .*" + words):
        parse_json(text, "net.json")


def test_numbers_are_made_as_asked() -> None:
    """Decimals keep every digit; a literal that is refused is a fault of the file."""
    text = "[0.10000000000000000000001, 7]"
    assert parse_json(text, "x", parse_float=Decimal) == [Decimal("0.10000000000000000000001"), 7]

    def refuse(literal: str) -> int:
        raise ValueError(f"{literal} is too much")

    with pytest.raises(InputError, match="x: 7 is too much"):
        parse_json(text, "x", parse_int=refuse)


def test_files_that_are_refused(tmp_path: Path) -> None:
    """Absent, a folder, other letters, no name."""
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff\xfe{}")
    for path, words in (
        (tmp_path / "absent.json", "there is no such file"),
        (tmp_path, "is not a regular file"),
        (bad, "is not UTF-8"),
        (tmp_path / "a\0b", "is not a file name"),
    ):
        with pytest.raises(InputError, match=words):
            read_json(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "x.json"
    path.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json(path) == [1]


def test_equal_data_has_equal_bytes(tmp_path: Path) -> None:
    """Order of keys means nothing; what is written is what is hashed."""
    text = canonical_json({"b": 1, "a": "甲"})
    assert text == canonical_json({"a": "甲", "b": 1}) == '{"a":"甲","b":1}'
    write_text(tmp_path / "deep" / "x.json", text)
    assert sha256_file(tmp_path / "deep" / "x.json") == sha256_text(text)


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    """A folder in the way is an error of files, and nothing is left beside it."""
    (tmp_path / "x.json").mkdir()
    (tmp_path / "x.json" / "kept").touch()
    with pytest.raises(FileError, match="cannot be written"):
        write_text(tmp_path / "x.json", "{}")
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
    assert (tmp_path / "x.json" / "kept").exists()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("state.osm.pbf", "state"),
        ("state.pbf", "state"),
        ("A.OSM.PBF", "A"),
        ("a.osm.bz2", "a"),
        ("a.osm", "a"),
    ],
)
def test_extracts_are_known_by_their_names(name: str, stem: str) -> None:
    """Every name of an extract may be a scenario's network, and loses its suffix as a title."""
    assert is_osm(name)
    assert name.lower().endswith(NETWORK_SUFFIXES)
    assert osm_stem(name) == stem


def test_other_files_are_no_extracts() -> None:
    """A network file of ours keeps its name."""
    assert not is_osm("net.json")
    assert osm_stem("net.json") == "net.json"
