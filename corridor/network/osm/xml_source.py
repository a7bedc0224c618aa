"""Read OpenStreetMap XML (.osm, .osm.bz2, .osm.gz) as a stream, in any order of objects.

The file is read twice (ways and relations, then their nodes; a third time for the lines of
multipolygons), so that memory holds the expressways and not the state they lie in. Documents
with a DOCTYPE are refused before any entity is expanded.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NoReturn, cast
from xml.parsers import expat

from corridor.core.errors import FileError, InputError
from corridor.network.osm.limits import Watch
from corridor.network.osm.objects import (
    ORDINARY_CLASSES,
    REMARK_HINT,
    Extract,
    ObjectType,
    OsmNode,
    OsmRelation,
    OsmWay,
    is_feature,
    is_wanted_relation,
    is_wanted_way,
    keep_tags,
    remark_problem,
    to_e7,
)

CHUNK_BYTES = 1 << 18
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)


def read_xml(path: Path, watch: Watch) -> Extract:
    """Read the objects of an XML file that the network needs.

    Raises
    ------
    InputError
        If the file is no OpenStreetMap XML, is damaged, or passes a limit.
    FileError
        If the file cannot be opened.
    """
    extract = Extract()
    first = _Pass(extract, watch, path, ways=lambda _, tags: is_wanted_way(tags), relations=True)
    first.run()
    extract.provenance.update(first.head)
    drawn = first.drawn
    lines = {
        key
        for relation in extract.relations.values()
        if relation.tags.get("type") == "multipolygon"
        for kind, key, _ in relation.members
        if kind == "way" and key not in extract.ways
    }
    if lines:
        second = _Pass(extract, watch, path, ways=lambda key, _: key in lines)
        second.run()
        drawn.update(second.drawn)
    needed = {ref for way in extract.ways.values() for ref in way.refs}
    _Pass(extract, watch, path, nodes=needed, touching=extract.touching()).run()
    for key, node in drawn.items():
        if key in needed:
            extract.nodes.setdefault(key, node)
    return extract


class _Pass:
    """One reading of the file from beginning to end."""

    def __init__(
        self,
        extract: Extract,
        watch: Watch,
        path: Path,
        *,
        nodes: set[int] | None = None,
        ways: Callable[[int, dict[str, str]], bool] | None = None,
        relations: bool = False,
        touching: set[int] | None = None,
    ) -> None:
        self.extract = extract
        self.watch = watch
        self.path = path
        self.nodes = nodes
        self.ways = ways
        self.relations = relations
        self.touching = touching
        self.head: dict[str, str] = {}
        self.drawn: dict[int, OsmNode] = {}  # positions that ways bear themselves (`out geom`)
        self._points: list[dict[str, str]] = []
        self._remark: list[str] = []
        self._attributes: dict[str, str] = {}
        self._kind = ""
        self._tags: dict[str, str] = {}
        self._children: list[Any] = []
        self._depth = 0

    def run(self) -> None:
        self._parser = parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.buffer_text = True
        unpacked = 0
        try:
            with self.path.open("rb") as raw:
                stream = _unpacked(raw, self.path.name)
                while chunk := stream.read(CHUNK_BYTES):
                    unpacked += len(chunk)
                    self.watch.bytes_read(raw.tell(), unpacked)
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(
                f"{self.path}: line {error.lineno}: not well-formed XML "
                f"({expat.errors.messages.get(error.code, error.code)}).",
                "The file is damaged, cut short, or not an OpenStreetMap file.",
            ) from error
        except _DAMAGED as error:
            raise InputError(
                f"{self.path}: the compressed file is damaged or cut short."
            ) from error
        except FileNotFoundError as error:
            raise InputError(f"{self.path}: there is no such file.") from error
        except OSError as error:
            if isinstance(error.errno, int):
                raise FileError(f"{self.path}: cannot be read: {error.strerror}.") from error
            raise InputError(f"{self.path}: the compressed file is damaged.") from error

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise InputError(
            f"{self.path}: holds a DOCTYPE or an entity, which OpenStreetMap files never do; "
            "it is refused unread."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._root(name, attributes)
        elif self._depth == 2:
            if name in {"node", "way", "relation"}:
                self._kind, self._attributes = name, attributes
                if self._tags:
                    self._tags = {}
                if self._children:
                    self._children = []
                if self._points:
                    self._points = []
            else:
                self._kind = ""
                if name == "meta" and "osm_base" in attributes:
                    self.head["osm_timestamp"] = attributes["osm_base"]
                elif name == "remark":
                    self._parser.CharacterDataHandler = self._remark.append
        elif self._depth == 3 and self._kind:
            self._child(name, attributes)
        elif self._depth > 16:
            raise InputError(f"{self.path}: XML nested too deeply for an OpenStreetMap file.")

    def _child(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tag":
            self._tags[attributes.get("k", "")] = attributes.get("v", "")
        elif name == "nd":
            self._children.append(attributes.get("ref"))
            if "lon" in attributes:
                self._points.append(attributes)
        elif name == "member":
            self._children.append(attributes)
        if len(self._children) > self.watch.limits.way_nodes:
            self.watch.keep(len(self._children))

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        if name != "osm":
            raise InputError(
                f"{self.path}: its root is <{name[:40]}>, not <osm>.",
                "Give OpenStreetMap XML (.osm, .osm.bz2, .osm.gz) or PBF; GraphML is not read.",
            )
        for key in ("timestamp", "osmosis_replication_timestamp"):
            if key in attributes:
                self.head["osm_timestamp"] = attributes[key]
        if "generator" in attributes:
            self.head["generator"] = attributes["generator"][:100]

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 1 and name == "remark":
            raise InputError(remark_problem(str(self.path), "".join(self._remark)), REMARK_HINT)
        if self._depth != 1 or not self._kind:
            return
        kind, self._kind = self._kind, ""
        if self._attributes.get("visible") == "false" or self._attributes.get("action") == "delete":
            return
        if kind == "node":
            if self.nodes is not None:
                self._node()
        elif kind == "way":
            if self.ways is not None:
                self._way(self.ways)
            elif self.touching and self._tags.get("highway") in ORDINARY_CLASSES:
                refs = (self._reference(ref, "a way") for ref in self._children)
                self.extract.ordinary.update(self.touching.intersection(refs))
        elif self.relations:
            self._relation()

    def _node(self) -> None:
        key = self._number("id", "node")
        tags = keep_tags(self._tags) if self._tags else {}
        if key not in cast(set[int], self.nodes) and not is_feature(tags):
            return
        self.extract.add_node(key, self._position(self._attributes, tags, f"node {key}"))
        self.watch.keep()

    def _position(self, attributes: dict[str, str], tags: dict[str, str], what: str) -> OsmNode:
        where = f"{self.path}: {what}"
        lon = to_e7(attributes.get("lon", ""), -180, 180, f"{where}: lon")
        lat = to_e7(attributes.get("lat", ""), -90, 90, f"{where}: lat")
        return OsmNode(lon, lat, tags, self._version())

    def _way(self, wanted: Callable[[int, dict[str, str]], bool]) -> None:
        key = self._number("id", "way")
        tags = keep_tags(self._tags)
        if not wanted(key, tags):
            return
        refs = tuple(self._reference(ref, f"way {key}") for ref in self._children)
        self.extract.add_way(key, OsmWay(refs, tags, self._version()))
        self.watch.keep(len(refs))
        for point in self._points:
            node = self._reference(point.get("ref"), f"way {key}")
            self.drawn[node] = self._position(point, {}, f"way {key}, node {node}")

    def _relation(self) -> None:
        tags = keep_tags(self._tags)
        if not is_wanted_relation(tags):
            return
        key = self._number("id", "relation")
        members = tuple(
            (
                cast(ObjectType, member.get("type")),
                self._reference(member.get("ref"), f"relation {key}"),
                member.get("role", "")[:40],
            )
            for member in self._children
            if member.get("type") in {"node", "way", "relation"}
        )
        self.extract.add_relation(key, OsmRelation(members, tags, self._version()))
        self.watch.keep(len(members))

    def _version(self) -> int:
        text = self._attributes.get("version", "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _number(self, attribute: str, what: str) -> int:
        return self._reference(self._attributes.get(attribute), f"a {what}'s {attribute}")

    def _reference(self, text: str | None, what: str) -> int:
        try:
            if text is not None and len(text) <= 20:
                return int(text)
        except ValueError:
            pass
        raise InputError(f"{self.path}: {what}: {str(text)[:40]!r} is no id (a whole number).")


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    if name.lower().endswith(".bz2"):
        return cast(IO[bytes], bz2.BZ2File(raw))
    if name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    return raw
