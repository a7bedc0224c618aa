"""Files made to hurt: refused with a sentence under stated limits, or neutralised."""

from __future__ import annotations

import gzip
import resource
import zlib
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.network.osm import network_from_osm, read_extract
from corridor.network.osm.limits import ReadLimits
from tests.network.osm.miniland import Land, make_land, write_xml

ROAD = (
    '<node id="1" lon="104.0" lat="26.0"/><node id="2" lon="104.1" lat="26.0"/>'
    '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="motorway"/></way>'
)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_entities_and_doctypes_are_refused_unexpanded(tmp_path: Path) -> None:
    """A billion laughs, an external entity and a bare DOCTYPE end at once, nothing is read."""
    laughs = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
    )
    secret = _write(tmp_path / "secret.txt", "secret")
    for name, head in (
        ("laughs", f"<!DOCTYPE osm [{laughs}]>"),
        ("file", f'<!DOCTYPE osm [<!ENTITY x SYSTEM "{secret}">]>'),
        ("bare", "<!DOCTYPE osm>"),
    ):
        path = _write(tmp_path / f"{name}.osm", f"{head}<osm>{ROAD}</osm>")
        with pytest.raises(InputError, match="DOCTYPE"):
            read_extract(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not well-formed"),
        ("<osm><node id='1'", "not well-formed"),
        ("<graphml/>", "GraphML is not read|not <osm>"),
        ("<osm><way id='x'><tag k='highway' v='motorway'/></way></osm>", "is no id"),
        ("<osm><way id='1'><nd ref='1e9'/><tag k='highway' v='motorway'/></way></osm>", "is no id"),
        (f"<osm>{ROAD}</osm>".replace("104.0", "NaN"), "lon is 'NaN'"),
        (f"<osm>{ROAD}</osm>".replace("104.0", "inf"), "lon is 'inf'"),
        (f"<osm>{ROAD}</osm>".replace('lat="26.0"', 'lat="126.0"'), "-90 to 90"),
        (f"<osm>{ROAD}</osm>".replace('lat="26.0"', ""), "lat is ''"),
        ("<osm>" + "<a>" * 40 + "</a>" * 40 + "</osm>", "nested too deeply"),
        ("<osm><node id='1' lon='1' lat='1'/></osm>", "no motorway or trunk road"),
    ],
)
def test_broken_xml_is_named(tmp_path: Path, text: str, words: str) -> None:
    """Each breakage: InputError (exit 3) with what is wrong and where."""
    path = _write(tmp_path / "broken.osm", text)
    with pytest.raises(InputError, match=words) as error:
        network_from_osm(path)
    assert error.value.exit_code == 3
    assert str(path) in str(error.value) or "broken" in str(error.value)


def test_references_to_nothing_and_to_themselves(tmp_path: Path) -> None:
    """Absent nodes cut a way, cyclic relations and repeated nodes do no harm."""
    text = (
        '<osm><node id="1" lon="104.0" lat="26.0"/><node id="2" lon="104.1" lat="26.0"/>'
        '<node id="3" lon="104.2" lat="26.0"/><node id="4" lon="104.3" lat="26.0"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="2"/><nd ref="99"/><nd ref="3"/>'
        '<nd ref="4"/>'
        '<tag k="highway" v="motorway"/></way>'
        '<relation id="1"><member type="relation" ref="1" role=""/><member type="way" ref="77"/>'
        '<tag k="type" v="multipolygon"/><tag k="highway" v="services"/></relation>'
        '<relation id="2"><member type="relation" ref="1" role="via"/>'
        '<member type="way" ref="1" role="from"/><member type="way" ref="1" role="to"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_u_turn"/></relation></osm>'
    )
    network = network_from_osm(_write(tmp_path / "cut.osm", text))
    assert {(arc.tail, arc.head) for arc in network.arcs} == {("n1", "n2"), ("n3", "n4")}


def test_deflate_bombs_are_refused(tmp_path: Path) -> None:
    """A gzip of 300 MB of blanks (0.3 MB packed) is refused as a bomb, in bounded memory."""
    path = tmp_path / "bomb.osm.gz"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(b"<osm>")
        for _ in range(300):
            stream.write(b" " * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match="bomb"):
        read_extract(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_pbf_bombs_and_lies_are_refused(tmp_path: Path) -> None:
    """Blocks that declare more than the format allows, or more in sum than the limits."""
    pytest.importorskip("osmium", reason="pyosmium (extra pbf) is not installed")

    def varint(value: int) -> bytes:
        parts = []
        while value > 0x7F:
            parts.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*parts, value])

    def block(kind: bytes, declared: int) -> bytes:
        data = zlib.compress(b"\0" * 64)
        blob = b"\x10" + varint(declared) + b"\x1a" + varint(len(data)) + data
        head = b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(blob))
        return len(head).to_bytes(4, "big") + head + blob

    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(block(b"OSMHeader", 64) + block(b"OSMData", 31 * 2**20) * 100)
    with pytest.raises(InputError, match="bomb"):
        read_extract(path)
    path.write_bytes(block(b"OSMHeader", 64) + block(b"OSMData", 2**30))
    with pytest.raises(InputError, match="damaged"):
        read_extract(path)
    for data in (b"", b"\0", b"\0\0\0\x08abc", b"<osm></osm>" * 10, b"\xff" * 100):
        path.write_bytes(data)
        with pytest.raises(InputError):
            read_extract(path)


def test_cut_pbf_is_refused(pbf_file: Path, tmp_path: Path) -> None:
    """A PBF file that was cut anywhere is refused, never half-read."""
    whole = pbf_file.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    for share in (0.1, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError):
            read_extract(path)


def test_cut_and_damaged_archives_are_refused(land: Land, tmp_path: Path) -> None:
    """A .bz2 and a .gz cut in the middle or with a flipped byte say that they are damaged."""
    for suffix in (".osm.bz2", ".osm.gz"):
        path = write_xml(land, tmp_path / f"land{suffix}")
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0xFF
        for data in (whole[: len(whole) // 2], bytes(flipped), b"no archive"):
            path.write_bytes(data)
            with pytest.raises(InputError, match=r"damaged|not well-formed"):
                read_extract(path)


def test_limits_of_objects_and_members_hold(tmp_path: Path) -> None:
    """More roads than allowed, or a way with too many nodes: refused with the number."""
    land = make_land()
    path = write_xml(land, tmp_path / "land.osm")
    with pytest.raises(InputError, match="more than 100 objects"):
        read_extract(path, limits=ReadLimits(kept_objects=100))
    long = '<nd ref="1"/>' * 40_000
    text = f'<osm><way id="1">{long}<tag k="highway" v="motorway"/></way></osm>'
    with pytest.raises(InputError, match="refers to"):
        read_extract(_write(tmp_path / "long.osm", text))
    with pytest.raises(InputError, match="took longer"):
        read_extract(path, limits=ReadLimits(seconds=0))


def test_many_foreign_nodes_stream_by(tmp_path: Path) -> None:
    """300,000 nodes that no expressway needs leave no trace in memory."""
    path = tmp_path / "many.osm"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("<osm>")
        for key in range(10, 300_010):
            stream.write(f'<node id="{key}" lon="104.5" lat="26.5"/>')
        stream.write(f"{ROAD}</osm>")
    assert len(read_extract(path).nodes) == 2


def test_names_cannot_break_out(tmp_path: Path) -> None:
    """Control and bidi characters go, markup stays text, a name of a megabyte is cut."""
    nasty = "\u202egnp.exe &lt;script&gt;alert(1)&lt;/script&gt; \u2066x\u200f" + "y" * 100_000
    text = f"<osm>{ROAD}</osm>".replace(
        '<tag k="highway"', f'<tag k="name" v="{nasty}"/><tag k="highway"'
    )
    (route,) = network_from_osm(_write(tmp_path / "nasty.osm", text)).routes
    assert route.name_en.startswith("gnp.exe <script>alert(1)</script> x")
    assert len(route.name_en) <= 200
    assert all(character.isprintable() for character in route.name_en)


@pytest.mark.parametrize("name", ["land.graphml", "land.shp", "land", "absent.osm", "folder.osm"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    """GraphML, other formats, absent files and folders are refused before they are opened."""
    if name == "folder.osm":
        (tmp_path / name).mkdir()
    elif not name.startswith("absent"):
        (tmp_path / name).write_text("<graphml/>")
    with pytest.raises(InputError):
        read_extract(tmp_path / name)
