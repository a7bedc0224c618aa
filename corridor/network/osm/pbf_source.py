"""Read OpenStreetMap PBF through pyosmium (extra ``[pbf]``), in any order of objects.

Filters run inside libosmium, so that only expressways and what they need reach Python; the file
is read two or three times and never held. Before that the sizes that its blocks declare are
added up: a file that is cut short or unpacks to too much is refused before anything is unpacked.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, Any

from corridor.core.errors import FileError, InputError
from corridor.network.osm.limits import Watch
from corridor.network.osm.objects import (
    FEATURES,
    FUTURE_CLASSES,
    GONE,
    ORDINARY_CLASSES,
    ROAD_CLASSES,
    STATION_STATES,
    Extract,
    ObjectType,
    OsmNode,
    OsmRelation,
    OsmWay,
    is_feature,
    is_wanted_relation,
    is_wanted_way,
    keep_tags,
)

_MOST_HEADER_BYTES = 64 * 1024
_MOST_BLOB_BYTES = 32 * 1024 * 1024
_TYPES: dict[str, ObjectType] = {"n": "node", "w": "way", "r": "relation"}


def read_pbf(path: Path, watch: Watch) -> Extract:
    """Read the objects of a PBF file that the network needs.

    Raises
    ------
    InputError
        If the file is no PBF, is damaged, passes a limit, or pyosmium is not installed.
    FileError
        If the file cannot be opened.
    """
    try:
        import osmium
    except ImportError as error:
        raise InputError(
            f"{path}: reading PBF needs pyosmium, which is not installed.",
            "pip install 'corridor[pbf]', or give the region as .osm, .osm.gz or .osm.bz2.",
        ) from error
    check_blocks(path, watch)
    extract = Extract()
    try:
        with osmium.io.Reader(osmium.io.File(str(path), "pbf")) as reader:
            header = reader.header()
            stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
            if stamp:
                extract.provenance["osm_timestamp"] = stamp
            if header.get("generator"):
                extract.provenance["generator"] = header.get("generator")[:100]
        _read(osmium, path, extract, watch)
    except InputError:
        raise
    except (RuntimeError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as OpenStreetMap PBF: {str(error)[:200]}.",
            "The file is damaged, cut short, or not a PBF file.",
        ) from error
    return extract


def _read(osmium: Any, path: Path, extract: Extract, watch: Watch) -> None:
    pairs = [
        *(("highway", value) for value in (*ROAD_CLASSES, *FUTURE_CLASSES)),
        *(
            (f"{state}:highway", value)
            for state in (*FUTURE_CLASSES, *GONE)
            for value in ROAD_CLASSES
        ),
        *((key, "fuel") for key in STATION_STATES),
        *((key, value) for key, values in FEATURES.items() for value in values),
        ("type", "restriction"),
        ("type", "multipolygon"),
    ]
    for item in osmium.FileProcessor(osmium.io.File(str(path), "pbf")).with_filter(
        osmium.filter.TagFilter(*pairs)
    ):
        tags = _tags(item)
        if item.is_node():
            if is_feature(tags):
                _node(extract, watch, item, tags)
        elif item.is_way():
            if is_wanted_way(tags):
                _way(extract, watch, item, tags)
        elif item.is_relation() and is_wanted_relation(tags):
            members = tuple((_TYPES[m.type], m.ref, m.role[:40]) for m in item.members)
            extract.add_relation(item.id, OsmRelation(members, tags, item.version))
            watch.keep(len(members))
    watch.time()
    if any(ref < 0 for way in extract.ways.values() for ref in way.refs):
        raise InputError(
            f"{path}: holds negative ids (objects never uploaded), which PBF readers do not track.",
            f"osmium renumber {path.name} -o renumbered.osm.pbf, or give the drawing as .osm.",
        )
    lines = {
        key
        for relation in extract.relations.values()
        if relation.tags.get("type") == "multipolygon"
        for kind, key, _ in relation.members
        if kind == "way" and key not in extract.ways
    }
    if lines:
        ways = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.WAY)
        for item in ways.with_filter(osmium.filter.IdFilter(lines)):
            _way(extract, watch, item, _tags(item))
        watch.time()
    _ordinary(osmium, path, extract)
    watch.time()
    needed = {ref for way in extract.ways.values() for ref in way.refs}
    seen = set(extract.nodes)
    nodes = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.NODE)
    for item in nodes.with_filter(osmium.filter.IdFilter(needed)):
        tags = _tags(item)
        if item.id not in seen or not is_feature(tags):  # features came with the first reading
            _node(extract, watch, item, tags)
    watch.time()


def _ordinary(osmium: Any, path: Path, extract: Extract) -> None:
    """Note where ordinary roads run through nodes of ours; the roads themselves are not kept."""
    touching = {node for node in extract.touching() if node >= 0}  # osmium tracks no others
    if not touching:
        return
    tracker = osmium.IdTracker()
    for node in touching:
        tracker.add_node(node)
    crossing = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.WAY)
    ordinary = osmium.filter.TagFilter(*(("highway", kind) for kind in ORDINARY_CLASSES))
    for item in crossing.with_filter(ordinary).with_filter(tracker.contains_filter()):
        extract.ordinary.update(touching.intersection(node.ref for node in item.nodes))


def _tags(item: Any) -> dict[str, str]:
    return keep_tags({tag.k: tag.v for tag in item.tags}) if item.tags else {}


def _node(extract: Extract, watch: Watch, item: Any, tags: dict[str, str]) -> None:
    location = item.location
    if not location.valid():
        raise InputError(
            f"{watch.name}: node {item.id}: its coordinates are missing or out of range.",
            "The file is damaged or was made by a faulty program.",
        )
    extract.add_node(item.id, OsmNode(location.x, location.y, tags, item.version))
    watch.keep()


def _way(extract: Extract, watch: Watch, item: Any, tags: dict[str, str]) -> None:
    refs = tuple(node.ref for node in item.nodes)
    extract.add_way(item.id, OsmWay(refs, tags, item.version))
    watch.keep(len(refs))


def check_blocks(path: Path, watch: Watch) -> int:
    """Walk over the blocks of a PBF file without unpacking them; return the bytes they declare.

    Raises
    ------
    InputError
        If the file is not a chain of whole blocks, or declares more than the limits allow.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            unpacked, first = 0, True
            while prefix := stream.read(4):
                unpacked += _block(stream, prefix, path, size, first=first)
                first = False
                watch.bytes_read(stream.tell(), unpacked)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}.") from error
    if first:
        raise InputError(f"{path}: is empty.")
    return unpacked


def _block(stream: IO[bytes], prefix: bytes, path: Path, size: int, *, first: bool) -> int:
    damaged = InputError(f"{path}: is not OpenStreetMap PBF, is damaged, or is cut short.")
    if len(prefix) < 4:
        raise damaged
    (length,) = struct.unpack(">I", prefix)
    if length > _MOST_HEADER_BYTES:
        raise damaged
    header = _fields(stream.read(length))
    kind, data_size = header.get(1), header.get(3)
    if not isinstance(data_size, int) or (first and kind != b"OSMHeader"):
        raise damaged
    if not 0 <= data_size <= _MOST_BLOB_BYTES or stream.tell() + data_size > size:
        raise damaged
    start = stream.tell()
    declared = _fields(stream.read(min(data_size, 24))).get(2)
    stream.seek(start + data_size)
    unpacked = declared if isinstance(declared, int) else data_size
    if unpacked > _MOST_BLOB_BYTES:
        raise damaged
    return unpacked


def _fields(data: bytes) -> dict[int, int | bytes]:
    """Return the leading fields of a protobuf message, as far as `data` reaches."""
    found: dict[int, int | bytes] = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            found[number] = value
        elif wire == 2:
            length, at = _varint(data, at)
            found[number] = data[at : at + length]
            at += length
        else:
            break
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
    return value, len(data) + 1
